"""Asking whoever runs `python -m store.age`: for a passphrase, and whether what it costs is fine.

A person is asked at the terminal and nowhere else: what comes on standard input is what is to be sealed.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _

if TYPE_CHECKING:
    from store.age.keys import Identity
    from store.secret import Secret

_MOST: Final = 64 * 1024
"""Bytes of a passphrase that comes on a descriptor: an endless device is not read to its end."""


class PassphrasesDiffer(SeglError):
    """The passphrase was typed twice, and not alike."""

    code: ClassVar[str] = "passphrases-differ"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The two passphrases are not the same."),
            safe=_("Nothing was written."),
            todo=_("Type it again, twice alike."),
        )


class PassphraseUnusable(SeglError):
    """The passphrase is empty, or its bytes are no text, or far too many."""

    code: ClassVar[str] = "passphrase-unusable"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The passphrase is empty, or is not text in UTF-8."),
            safe=_("Nothing was written."),
            todo=_("Give one that has letters in it."),
        )


class NoTerminal(SeglError):
    """A passphrase is needed, no descriptor was named, and there is no terminal to ask at."""

    code: ClassVar[str] = "no-terminal"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("A passphrase is needed, and there is no terminal to ask at. Standard input is not asked."),
            safe=_("Nothing was written."),
            todo=_("Give it on a descriptor of its own: --passphrase-fd N."),
        )


class Asks:
    """Asks for the passphrase that opens something once, when it is first needed.

    Args:
        descriptor: where it comes from; None asks at the terminal.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._forms: list[Secret] = []

    def __call__(self) -> list[Secret]:
        """It as Segl seals, and as it came: other programs seal with what was typed."""
        if not self._forms:
            from store.secret import Secret

            text = passphrase(self._descriptor, twice=False)
            normal, typed = Secret.from_text(text), Secret(text.encode())
            self._forms = [normal] if normal == typed else [normal, typed]
        return self._forms

    def identity(self) -> Identity:
        """What opens with it."""
        from store.age.scrypt import ScryptIdentity

        return ScryptIdentity(self, confirm=self._may_cost)

    def _may_cost(self, work_factor: int) -> bool:
        """Whether to do the work. Where nobody can be asked it is done, and what it costs is said first."""
        from store.age.scrypt import WORK_FACTOR

        if work_factor <= WORK_FACTOR:
            return True
        from store.age.cost import cost_words

        words = cost_words(work_factor)
        answer = None if self._descriptor is not None else _answer(f"{words}\n" + _("Go on? (yes/no)") + " ")
        if answer is None:
            print(words, file=sys.stderr)  # noqa: T201
            return True
        return answer.strip().casefold() in {"j", "ja", "y", "yes"}


def passphrase(descriptor: int | None, *, twice: bool) -> str:
    """One line from a descriptor, else from the terminal, without an echo; a new one twice.

    Raises:
        PassphraseUnusable: it is no text, or a new one is empty.
        PassphrasesDiffer: it was typed twice, and not alike.
        NoTerminal: nobody can be asked.
        OSError: the descriptor can't be read.
    """
    if descriptor is not None:
        with io.FileIO(descriptor, closefd=False) as file:
            typed = io.BufferedReader(file).read(_MOST + 1)
        if len(typed) > _MOST:
            raise PassphraseUnusable
        try:
            first = typed.removesuffix(b"\n").removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise PassphraseUnusable from None
    else:
        first = _typed(_("Passphrase: "))
        if twice and _typed(_("The same once more: ")) != first:
            raise PassphrasesDiffer
    if twice and not first:
        raise PassphraseUnusable
    return first


def _typed(prompt: str) -> str:
    from getpass import GetPassWarning, getpass

    with warnings.catch_warnings():
        # Without a terminal it would warn, and read the passphrase from standard input.
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(prompt)
        except GetPassWarning:
            raise NoTerminal from None
        except (EOFError, UnicodeError):
            raise PassphraseUnusable from None


def _answer(question: str) -> str | None:
    """A line from the terminal; None where there is none."""
    writes, reads = map(Path, ("CONOUT$", "CONIN$") if os.name == "nt" else ("/dev/tty", "/dev/tty"))
    try:
        with (
            writes.open("w", encoding="utf-8", errors="replace") as screen,
            reads.open(encoding="utf-8", errors="replace") as keys,
        ):
            screen.write(question)
            screen.flush()
            return keys.readline()
    except OSError:
        return None
