"""What a command answers, and how it is written: lines for a person, or exactly one JSON document."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TextIO

from guidance.errors import ExitCode, SeglError
from guidance.system_words import number_words, system_words
from tui.cli.failures import AnswersNeeded, DocumentFault, NotWritten
from tui.cli.growing import Growing
from tui.cli.plain import escaped, one_line

_AT_ONCE: Final = 1000
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command has to say when it is through.

    Attributes:
        document: the JSON document (`docs/cli.md` describes each); None where all was said already.
        lines: the same for a person; each is one line, whatever stands in it.
        problems: what went wrong in part; for standard error.
        exit_code: 0, or what the problems make of it.
    """

    document: Mapping[str, Json] | None
    lines: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    exit_code: int = ExitCode.DONE


def rule_of(error: SeglError) -> str:
    """The rule that refused: the one it names, else its own code; empty where no rule did."""
    named = getattr(error, "rule", "")
    return str(named or error.code) if error.exit_code is ExitCode.REFUSED else ""


def error_document(error: SeglError, exit_code: int | None = None) -> dict[str, Json]:
    """A failure as a JSON document; the exit code is the error's own where none is given."""
    words = error.diagnostics()
    document: dict[str, Json] = {
        "code": error.code,
        "exit_code": int(error.exit_code) if exit_code is None else exit_code,
        "happened": words.happened,
        "safe": words.safe,
        "todo": words.todo,
    }
    if rule := rule_of(error):
        document["rule"] = rule
    if isinstance(error, DocumentFault):
        document["place"] = error.place
    if isinstance(error, AnswersNeeded):
        document["asked"] = list(error.asked)
    return {"error": document}


def error_lines(error: SeglError) -> list[str]:
    """A failure in its sentences; a refusal names its rule."""
    lines = str(error.diagnostics()).split("\n")
    if rule := rule_of(error):
        lines.append(f"[{error.code}: {rule}]")
    return lines


@dataclass(slots=True, kw_only=True)
class Output:
    """Standard output and standard error, in UTF-8, with nothing in them that a terminal would obey.

    Attributes:
        as_json: exactly one document on standard output, also for a failure; standard error then only has progress.
        compact: the document on one line, with the exit code around it, for the shell.
    """

    as_json: bool = False
    compact: bool = False
    stdout: TextIO | None = field(default_factory=lambda: sys.stdout)
    stderr: TextIO | None = field(default_factory=lambda: sys.stderr)
    _growing: Growing | None = None
    _broken: BrokenPipeError | NotWritten | None = None

    @property
    def growing(self) -> Growing:
        """The document of this command, where it is written while the command works; `answer` or `failure` ends it."""
        if self._growing is None:
            self._growing = Growing(lambda text: self._go_on(escaped(text)), compact=self.compact)
        return self._growing

    def told(self, lines: Iterable[str]) -> None:
        """Lines for a person, written while the command works, some hundred at a time."""
        left = iter(lines)
        while some := "".join(one_line(line) + "\n" for line in islice(left, _AT_ONCE)):
            self._go_on(some)

    @property
    def unread(self) -> bool:
        """Whether nobody reads any more; a command that only tells something may stop."""
        return self._broken is not None

    def _go_on(self, text: str) -> None:
        """Write; where nobody reads any more, the work goes on all the same, and `answer` says so when it is done."""
        if self._broken is None:
            try:
                self._write_raw(text)
            except (BrokenPipeError, NotWritten) as failure:
                self._broken = failure

    def _whole(self) -> None:
        """Raises what went wrong while the command worked."""
        if self._broken is not None:
            raise self._broken

    def answer(self, answer: Answer) -> int:
        """Write an answer and say with which exit code to end.

        Where a document was begun, the answer's is the rest of it.
        """
        if self._growing is not None and self._growing.begun:
            rest = dict(answer.document or {})
            self._growing.end({**rest, "exit_code": int(answer.exit_code)} if self.compact else rest)
        elif self.as_json:
            if answer.document is not None:
                self._document(answer.document, answer.exit_code)
        else:
            self._whole()
            self._write(answer.lines)
            self.complain(answer.problems)
        self._whole()
        return answer.exit_code

    def failure(self, error: SeglError, exit_code: int | None = None) -> int:
        """Write a failure and say with which exit code to end."""
        code = int(error.exit_code) if exit_code is None else exit_code
        document = error_document(error, code)
        if self.as_json and self._growing is not None and self._growing.begun:
            # What is written already was done; why it ends there stands behind it.
            self._growing.end({**document, "exit_code": code} if self.compact else document)
        elif self.as_json:
            self._document(document, code)
        else:
            self.complain(error_lines(error))
        return code

    def text(self, text: str) -> None:
        """Write words of our own as they are: help."""
        self._write(text.rstrip("\n").split("\n"))

    def complain(self, lines: tuple[str, ...] | list[str]) -> None:
        """Lines for standard error; where that is gone there is nobody to tell."""
        if self.stderr is None:
            return
        try:
            for line in lines:
                self.stderr.write(one_line(line) + "\n")
            self.stderr.flush()
        except (OSError, ValueError):
            self.stderr = None

    def _document(self, document: Mapping[str, Json], exit_code: int) -> None:
        if self.compact:
            wrapped = {"exit_code": int(exit_code), **document}
            self._write_raw(escaped(json.dumps(wrapped, ensure_ascii=False, allow_nan=False)) + "\n")
        else:
            self._write_raw(escaped(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)) + "\n")

    def _write(self, lines: tuple[str, ...] | list[str]) -> None:
        self._write_raw("".join(one_line(line) + "\n" for line in lines))

    def _write_raw(self, text: str) -> None:
        if not text:
            return
        if self.stdout is None:
            raise NotWritten(number_words(errno.EBADF))
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise NotWritten(system_words(error)) from None


def utf8_streams() -> None:
    """Speak UTF-8 on the standard streams whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
