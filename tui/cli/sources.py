"""Where a command gets what may not be an argument: standard input, numbered descriptors, files, the terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from guidance.language import _
from guidance.system_words import system_words
from store.secret import Secret
from tui.cli.failures import AnswersNeeded, InputNotReadable, PassphraseNeeded, PassphrasesDiffer, UsageFault
from tui.cli.plain import one_line
from tui.cli.terminal import Terminal

MAX_TEXT: Final = 1024 * 1024
"""Bytes of a note, a reason or a TOML document; a whole year of notes is less."""
MAX_SECRET: Final = 4096
END_OF_TEXT: Final = "."
"""A line with nothing but this ends a text that is typed."""


class Sources(Protocol):
    """What a command may ask for; the process and the shell answer differently."""

    def can_ask(self) -> bool:
        """Whether a person is there to answer field by field."""

    def ask(self, prompt: str) -> str:
        """One typed line."""

    def say(self, line: str) -> None:
        """A line to the person who is being asked."""

    def show_once(self, pages: Sequence[Sequence[str]], prompt: str) -> bool:
        """Show secrets to a person at a terminal so that nothing of them stays there; False where there is none."""

    def text(self, what: str) -> str:
        """A text of any length, as a note: not empty, lines ended by a line feed alone."""

    def reason(self, descriptor: int | None) -> str:
        """A typed reason: not empty."""

    def told(self, descriptor: int, option: str, what: str) -> str:
        """A text that comes on a descriptor of its own: not empty."""

    def document(
        self, name: str, path: str | None, descriptor: int | None = None, *, cap: int = MAX_TEXT
    ) -> bytes | None:
        """The bytes of a document; None where neither a path nor a descriptor is named."""

    def secret(self, descriptor: int | None, option: str, prompt: str, *, twice: bool = False) -> Secret:
        """A passphrase."""


def read_descriptor(descriptor: int, what: str, cap: int) -> bytes:
    """Read a descriptor to its end; of a terminal one line.

    Raises:
        InputNotReadable: it is not open for reading, or more than `cap` bytes came.
    """
    parts: list[bytes] = []
    size = 0
    try:
        if os.isatty(descriptor):
            return os.read(descriptor, cap)
        while part := os.read(descriptor, 65536):
            parts.append(part)
            size += len(part)
            if size > cap:
                raise InputNotReadable(what, _("more than {cap} bytes").format(cap=cap))
    except OSError as error:
        raise InputNotReadable(what, system_words(error)) from None
    return b"".join(parts)


def as_text(raw: bytes, what: str) -> str:
    """Decode UTF-8, whatever the locale says; line ends become a line feed and trailing blank space goes.

    Raises:
        InputNotReadable: it is not UTF-8.
        UsageFault: there is nothing in it.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputNotReadable(what, _("it is not UTF-8 text")) from None
    text = text.replace("\r\n", "\n").rstrip()
    if not text.strip():
        raise UsageFault(_("{what} is empty.").format(what=what))
    return text


def as_secret(raw: bytes, what: str) -> Secret:
    """A passphrase that came on a descriptor: one line, its line end taken off.

    Raises:
        SecretNotOneLine: several lines.
        InputNotReadable: not UTF-8.
        UsageFault: nothing came.
    """
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise InputNotReadable(what, _("it is not UTF-8 text")) from None
    line = line.removesuffix("\n").removesuffix("\r")
    if not line:
        raise UsageFault(_("{what} is empty.").format(what=what))
    return Secret.from_text(line)


def read_file(path: str, what: str, cap: int) -> bytes:
    """Read a file that the person named, at most `cap` bytes.

    Raises:
        InputNotReadable: it cannot be read or is larger.
        SecretKeyGiven: it is no name, but a secret key.
    """
    from store.age.errors import SecretKeyGiven
    from store.age.keys import is_secret_key

    if is_secret_key(path):
        raise SecretKeyGiven(instead="file")
    what = f"{what} {one_line(path)}"
    try:
        with Path(path).open("rb") as file:
            raw = file.read(cap + 1)
    except (OSError, ValueError) as error:
        raise InputNotReadable(what, system_words(error)) from None
    if len(raw) > cap:
        raise InputNotReadable(what, _("more than {cap} bytes").format(cap=cap))
    return raw


class ProcessSources:
    """The sources of a command that runs by itself.

    Attributes:
        no_input: never ask; refuse with what would have been asked.
    """

    def __init__(self, *, no_input: bool) -> None:
        self.no_input = no_input
        self._taken: set[int] = set()
        self._terminal: Terminal | None = None

    def can_ask(self) -> bool:
        """On a terminal, and not told to be silent."""
        return not self.no_input and _is_terminal(0) and self._person() is not None

    def ask(self, prompt: str) -> str:
        """One line from the terminal."""
        person = self._person()
        assert person is not None, "can_ask() comes first"
        return person.ask(prompt)

    def say(self, line: str) -> None:
        """A line to the terminal."""
        person = self._person()
        if person is not None:
            person.say(line)

    def show_once(self, pages: Sequence[Sequence[str]], prompt: str) -> bool:
        """On the terminal's other screen, where what is written goes there too."""
        person = None if self.no_input else self._person()
        if person is None or not _is_terminal(1):
            return False
        person.show_once(pages, prompt)
        return True

    def text(self, what: str) -> str:
        """Standard input to its end; typed at a terminal until a line with a dot."""
        if _is_terminal(0):
            if not self.can_ask():
                raise AnswersNeeded((what,), _("Give it on standard input."))
            return as_text("\n".join(self._typed_lines(what)).encode(), what)
        self._take(0)
        return as_text(read_descriptor(0, _("standard input"), MAX_TEXT), what)

    def reason(self, descriptor: int | None) -> str:
        """From its descriptor, else asked for."""
        if descriptor is not None:
            return self.told(descriptor, "--reason-fd", _("The reason"))
        if not self.can_ask():
            raise AnswersNeeded((_("a reason"),), _("Give it on a numbered descriptor: --reason-fd N."))
        return as_text(self.ask(_("Reason:")).encode(), _("The reason"))

    def told(self, descriptor: int, option: str, what: str) -> str:
        """From its descriptor."""
        self._take(descriptor)
        return as_text(read_descriptor(descriptor, option, MAX_TEXT), what)

    def document(
        self, name: str, path: str | None, descriptor: int | None = None, *, cap: int = MAX_TEXT
    ) -> bytes | None:
        """From a descriptor, standard input (`-`) or a file."""
        if descriptor is not None:
            self._take(descriptor)
            return read_descriptor(descriptor, f"{name}-fd", cap)
        if path is None:
            return None
        if path == "-":
            self._take(0)
            return read_descriptor(0, _("standard input"), cap)
        return read_file(path, name, cap)

    def secret(self, descriptor: int | None, option: str, prompt: str, *, twice: bool = False) -> Secret:
        """From its descriptor, else asked for without an echo, a new one twice."""
        if descriptor is not None:
            self._take(descriptor)
            return as_secret(read_descriptor(descriptor, option, MAX_SECRET), option)
        person = None if self.no_input else self._person()
        if person is None:
            raise PassphraseNeeded(option)
        secret = person.secret(prompt)
        if twice and person.secret(_("The same again:")) != secret:
            raise PassphrasesDiffer
        return secret

    def _typed_lines(self, what: str) -> list[str]:
        self.say(_("{what}. End with a line that has only a dot.").format(what=what))
        lines: list[str] = []
        while (line := self.ask(">")) != END_OF_TEXT:
            lines.append(line)
        return lines

    def _person(self) -> Terminal | None:
        if self._terminal is None:
            self._terminal = Terminal.open()
        return self._terminal

    def _take(self, descriptor: int) -> None:
        if descriptor in self._taken:
            raise UsageFault(_("Descriptor {number} is named for two things.").format(number=descriptor))
        self._taken.add(descriptor)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False
