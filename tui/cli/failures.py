"""What can go wrong on the command line itself; what the store and the guidance refuse are errors of their own."""

from __future__ import annotations

import re
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _


class UsageFault(SeglError):
    """The command was not written as it has to be.

    Attributes:
        problem: what is wrong, in words; never holds what was typed, for a person's name or a note may be in it.
        command: the command it was meant for, as `note add`; empty where there is none yet.
    """

    code: ClassVar[str] = "usage"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, problem: str, command: str = "") -> None:
        super().__init__(command)
        self.problem = problem
        self.command = command

    def diagnostics(self) -> Diagnostics:
        """Name what is wrong and where the help is."""
        command = " ".join(part for part in ("segl", self.command) if part)
        return Diagnostics(
            happened=self.problem,
            safe=_("Nothing was changed."),
            todo=_("See: {command} --help").format(command=command),
        )


class AnswersNeeded(SeglError):
    """The command has to be told something and nobody is there to ask.

    Attributes:
        asked: what it asks for, one line each.
        how: how to give it.
        first: what has to be said before anything is asked.
    """

    code: ClassVar[str] = "answers-needed"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, asked: tuple[str, ...], how: str, *, first: str = "") -> None:
        super().__init__()
        self.first = first
        self.asked = asked
        self.how = how

    def diagnostics(self) -> Diagnostics:
        """List what is asked for."""
        return Diagnostics(
            happened="\n".join(
                (*filter(None, [self.first]), _("This has to be known first:"), *(f"  {line}" for line in self.asked))
            ),
            safe=_("Nothing was changed."),
            todo=self.how,
        )


class PassphraseNeeded(SeglError):
    """The vault is locked, no descriptor was named, and there is no terminal to ask at."""

    code: ClassVar[str] = "passphrase-needed"
    exit_code: ClassVar[ExitCode] = ExitCode.LOCKED

    def __init__(self, option: str) -> None:
        super().__init__(option)
        self.option = option

    def diagnostics(self) -> Diagnostics:
        """Name the option that gives it."""
        return Diagnostics(
            happened=_("A passphrase is needed, and there is no terminal to ask at."),
            safe=_("Nothing was changed."),
            todo=_(
                "Give it on a numbered descriptor: {option} N. It is never an argument and never in the environment."
            ).format(option=self.option),
        )


class PassphrasesDiffer(SeglError):
    """A new passphrase was typed twice, and not the same."""

    code: ClassVar[str] = "passphrases-differ"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("The two passphrases are not the same."),
            safe=_("Nothing was changed."),
            todo=_("Start again and type the same passphrase twice."),
        )


class InputNotReadable(SeglError):
    """A file or descriptor that the command was told to read cannot be read.

    Attributes:
        what: which option or input.
        why: the system's reason, or what is wrong with the content.
    """

    code: ClassVar[str] = "input-not-readable"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what)
        self.what = what
        self.why = why

    def diagnostics(self) -> Diagnostics:
        """Name the input and the reason."""
        return Diagnostics(
            happened=_("{what} cannot be used: {why}").format(what=self.what, why=self.why),
            safe=_("Nothing was changed."),
            todo="",
        )


class DocumentFault(SeglError):
    """A TOML document that was handed over is not as it has to be.

    Attributes:
        document: which one: `intake`, `person`, `facts`, `answers`.
        place: where in it, as `people[1].age`; empty for the whole.
        problem: what is wrong, in words, without the value that stands there.
    """

    code: ClassVar[str] = "document-not-valid"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, document: str, place: str, problem: str) -> None:
        super().__init__(document, place)
        self.document = document
        self.place = place
        self.problem = problem

    def diagnostics(self) -> Diagnostics:
        """Name the document, the place and what is wrong there."""
        # A key may be called as its document is ("event"): one name is enough.
        document = "" if re.split(r"[.\[]", self.place)[0] == self.document else self.document
        return Diagnostics(
            happened=": ".join(part for part in (document, self.place, self.problem) if part),
            safe=_("Nothing was changed."),
            todo=_("Correct it at the place named and give it again. Examples: docs/examples/"),
        )


class NotWritten(SeglError):
    """The answer could not be written to standard output; what the command did is done all the same."""

    code: ClassVar[str] = "answer-not-written"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def diagnostics(self) -> Diagnostics:
        """Say that it is the answer that is missing, not the work."""
        return Diagnostics(
            happened=_("The answer could not be written to standard output: {why}").format(why=self.why),
            safe=_("What the command recorded is recorded."),
            todo=_("Look with 'segl case show' before you run the command again."),
        )


class SystemRefused(SeglError):
    """The operating system refused something that no more exact error names: a full disk, missing rights.

    Attributes:
        what: the path it was about, as text; may be empty.
        why: the system's reason.
    """

    code: ClassVar[str] = "system-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, what: str, why: str) -> None:
        super().__init__(why)
        self.what = what
        self.why = why

    def diagnostics(self) -> Diagnostics:
        """Name the thing and the system's reason."""
        return Diagnostics(
            happened=": ".join(part for part in (self.what, self.why) if part),
            safe=_("Everything that was acknowledged before is kept."),
            todo=_("Put the cause right and run the command again."),
        )


class Interrupted(SeglError):
    """Ctrl+C, or a polite signal."""

    code: ClassVar[str] = "interrupted"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def diagnostics(self) -> Diagnostics:
        """Say what holds."""
        return Diagnostics(
            happened=_("Stopped before it was done."),
            safe=_("Everything that was acknowledged before is kept."),
        )


class Crashed(SeglError):
    """A fault in the program: what is left of it is a code, and a report without any value.

    Attributes:
        fault: `SEGL-` and six characters, the same for the same fault.
    """

    code: ClassVar[str] = "crashed"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Give the code."""
        return Diagnostics(
            happened=_("Segl ended because of a fault in the program (code {code}).").format(code=self.fault),
            safe=_("Everything that was acknowledged before is kept."),
            todo=_("Run the command again. The report of the fault has no name and no text of a case in it."),
        )
