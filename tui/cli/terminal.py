"""The person at the controlling terminal: asked there even when standard input and output are something else."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from guidance.language import _
from store.secret import Secret, SecretNotOneLine
from tui.cli.failures import Interrupted
from tui.cli.plain import one_line

_PASTE_SETTLES = 0.05
_LINE = 4096
_ALTERNATE = "\x1b[?1049h"
_MAIN = "\x1b[?1049l"
_EMPTY = "\x1b[H\x1b[2J"


class Terminal:
    """Questions and answers on `/dev/tty`, in UTF-8 whatever the locale says; the passphrase is never echoed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def open(cls) -> Terminal | None:
        """The controlling terminal; None where there is none."""
        try:
            return cls(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
        except (OSError, AttributeError):
            return None

    def close(self) -> None:
        """Let go of the terminal."""
        os.close(self._descriptor)

    def say(self, line: str) -> None:
        """Write a line."""
        self._write(one_line(line) + "\n")

    def show_once(self, pages: Sequence[Sequence[str]], prompt: str) -> None:
        """Show pages one after the other on the alternate screen; nothing of them stays, nor in what was scrolled away.

        Raises:
            Interrupted: the person ended the input.
        """
        self._write(_ALTERNATE)
        try:
            for page in pages:
                self._write(_EMPTY + "".join(one_line(line) + "\n" for line in page))
                self.ask(prompt)
        finally:
            self._write(_EMPTY + _MAIN)

    def ask(self, prompt: str) -> str:
        """Ask for one line.

        Raises:
            Interrupted: the person ended the input.
        """
        self._write(f"{one_line(prompt)} ")
        return self._read_line().decode("utf-8", "replace").rstrip("\r\n")

    def secret(self, prompt: str) -> Secret:
        """Ask for a passphrase without showing it.

        Raises:
            SecretNotOneLine: several lines were pasted; what was left of them is thrown away.
            Interrupted: the person ended the input.
        """
        with self._silent():
            self._write(f"{one_line(prompt)} ")
            try:
                line = self._read_line()
                if select.select([self._descriptor], [], [], _PASTE_SETTLES)[0]:
                    raise SecretNotOneLine
            finally:
                self._write("\n")
        return Secret.from_text(line.decode("utf-8", "surrogateescape").rstrip("\r\n"))

    @contextmanager
    def _silent(self) -> Iterator[None]:
        if sys.platform == "win32":
            raise NotImplementedError
        import termios

        before = termios.tcgetattr(self._descriptor)
        quiet = termios.tcgetattr(self._descriptor)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, quiet)
        try:
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, before)

    def _write(self, text: str) -> None:
        os.write(self._descriptor, text.encode("utf-8", "replace"))

    def _read_line(self) -> bytes:
        line = os.read(self._descriptor, _LINE)
        if not line:
            raise Interrupted
        return line


def yes(answer: str) -> bool:
    """Whether a typed answer means yes, in either language."""
    return answer.strip().casefold() in {"j", "ja", "y", "yes"}


def yes_or_no() -> str:
    """What to put behind a question that is answered with yes or no."""
    return _("(yes/no)")
