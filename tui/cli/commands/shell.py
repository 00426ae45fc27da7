"""`segl shell`: unlock once, then the same commands line by line, for scripts, screen readers and braille."""

from __future__ import annotations

import argparse
import select
import shlex
import sys
from contextlib import suppress
from typing import BinaryIO, Final, cast

from guidance.errors import ExitCode, SeglError
from guidance.language import _, set_language
from tui.cli.answer import Answer, Output
from tui.cli.failures import Interrupted, NotWritten, UsageFault
from tui.cli.following import text_follows
from tui.cli.main import foreseen, perform
from tui.cli.parser import HelpAsked, parse
from tui.cli.registry import commands, groups
from tui.cli.session import Session
from tui.cli.sources import END_OF_TEXT, MAX_TEXT, ProcessSources, as_text

LOCK_AFTER: Final = 300.0
"""Seconds without a line, at a terminal, until the shell locks."""
_LINE: Final = 65536
_NOT_HERE: Final = frozenset({"init", "shell", "demo"})


class Ended(Exception):
    """No further line comes."""


class Idle(Exception):
    """Nobody has typed anything for a while."""


class Lines:
    """Standard input by lines.

    Attributes:
        typed: a person types them; then there are prompts, and waiting too long locks.
    """

    def __init__(self, source: BinaryIO, *, lock_after: float = LOCK_AFTER) -> None:
        self._source = source
        self._lock_after = lock_after
        self.typed = source.isatty()

    def next(self, prompt: str) -> str:
        """One line without its end.

        Raises:
            Ended: there is none.
            Idle: nobody typed one.
            InputNotReadable: it is not UTF-8.
        """
        if self.typed:
            sys.stderr.write(f"{prompt} ")
            sys.stderr.flush()
            if not select.select([self._source], [], [], self._lock_after)[0]:
                raise Idle
        raw = self._source.readline(_LINE)
        if not raw:
            raise Ended
        if len(raw) == _LINE:
            raise UsageFault(_("A line is too long."))
        return as_text(raw, _("the line")) if raw.strip() else ""


class ShellSources(ProcessSources):
    """The sources of a command in the shell: texts follow line by line, up to a line with only a dot."""

    def __init__(self, lines: Lines, *, no_input: bool) -> None:
        super().__init__(no_input=no_input)
        self._lines = lines
        self.begin()

    def begin(self) -> None:
        """A new command: nothing was read for it yet. Standard input is the shell's own."""
        self._text_read = False
        self._taken.clear()
        self._taken.add(0)

    def can_ask(self) -> bool:
        """Where a person types the lines."""
        return self._lines.typed and not self.no_input

    def ask(self, prompt: str) -> str:
        """The next line."""
        return self._lines.next(prompt)

    def say(self, line: str) -> None:
        """To the person who types; a script needs no telling."""
        if self._lines.typed:
            Output().complain([line])

    def text(self, what: str) -> str:
        """The lines up to a line with only a dot; a line of two dots stands for one dot."""
        self.say(_("{what}. End with a line that has only a dot.").format(what=what))
        self._text_read = True
        found: list[str] = []
        size = 0
        try:
            while (line := self._lines.next(">")) != END_OF_TEXT:
                size += len(line)
                if size > MAX_TEXT:
                    raise UsageFault(_("The text is too long."))
                found.append(END_OF_TEXT if line == END_OF_TEXT * 2 else line)
        except SeglError:
            self._to_its_end()
            raise
        return as_text("\n".join(found).encode(), what)

    def pass_over_text(self) -> None:
        """Read past the text of a command that failed before it took it: its lines are no commands.

        Not where a person types: they see the failure before they begin on a text.
        """
        if not self._lines.typed and not self._text_read:
            self._to_its_end()

    def _to_its_end(self) -> None:
        while True:
            with suppress(SeglError):  # Nothing is kept of these lines: it matters to nobody what is wrong with one.
                if self._lines.next(">") == END_OF_TEXT:
                    return

    def reason(self, descriptor: int | None) -> str:
        """From a descriptor, else the lines that follow."""
        return super().reason(descriptor) if descriptor is not None else self.text(_("The reason"))

    def document(
        self, name: str, path: str | None, descriptor: int | None = None, *, cap: int = MAX_TEXT
    ) -> bytes | None:
        """As ever; `-` is the lines that follow."""
        if path == "-" and descriptor is None:
            return self.text(name).encode()
        return super().document(name, path, descriptor, cap=cap)


def shell(session: Session, options: argparse.Namespace) -> Answer:
    """Take commands until there are no more."""
    if sys.stdin is None:
        raise UsageFault(_("There is no standard input."), "shell")
    session.casework()
    lines = Lines(cast("BinaryIO", sys.stdin.buffer))
    sources = ShellSources(lines, no_input=getattr(options, "no_input", False))
    session.sources = sources
    always_json = session.output.as_json
    last = worst = int(ExitCode.DONE)
    while True:
        sources.begin()
        try:
            words = _words(lines.next("segl>"))
        except Ended:
            break
        except Idle:
            return _locked(session)
        except KeyboardInterrupt:
            if not lines.typed:
                raise
            session.output.complain([""])
            continue
        except SeglError as failure:
            last = worst = session.output.failure(failure)
            continue
        if not words:
            continue
        if words in (["exit"], ["quit"]):
            break
        session.output = Output(as_json=always_json or "--json" in words, compact=True)
        if words[0] == "status":
            session.output.answer(Answer(document={"status": last}, lines=(str(last),)))
            continue
        try:
            last = _one(session, words, typed=lines.typed)
            if last and text_follows(words, commands()):
                sources.pass_over_text()
        except Ended:
            worst = last
            break
        except Idle:
            return _locked(session)
        worst = last or worst
    return Answer(document=None, exit_code=worst)


def _locked(session: Session) -> Answer:
    session.output.complain(["", _("Locked: nothing was typed for a while.")])
    return Answer(document=None, exit_code=ExitCode.LOCKED)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        raise UsageFault(_("A quotation mark is not closed.")) from None


def _one(session: Session, words: list[str], *, typed: bool) -> int:
    output = session.output
    try:
        options = parse(words, commands(), groups())
        _only_here(options)
        if getattr(options, "lang", None):
            session.language_chosen = True
            set_language(options.lang)
        return output.answer(perform(session, options))
    except HelpAsked as asked:
        output.text(asked.text)
        return ExitCode.DONE
    except Ended:
        return output.failure(UsageFault(_("The text has no end: a line with only a dot is missing.")))
    except NotWritten:
        raise
    except (SeglError, OSError, KeyboardInterrupt, MemoryError) as error:
        if isinstance(error, KeyboardInterrupt) and not typed:
            raise
        failure, code = foreseen(error)
        if isinstance(failure, Interrupted):
            output.complain([""])
        return output.failure(failure, code)


def _only_here(options: argparse.Namespace) -> None:
    if options.command.path[0] in _NOT_HERE:
        raise UsageFault(_("This is not a command of the shell."), options.command.name)
    for option in ("home", "vault", "vault_passphrase_fd"):
        if hasattr(options, option):
            name = "--" + option.replace("_", "-")
            raise UsageFault(_("{name} stands before 'shell', not in it.").format(name=name), options.command.name)
