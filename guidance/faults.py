"""What can be wrong with a file of guidance, said with the place where it is."""

from __future__ import annotations

from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _


class PlaybookError(SeglError):
    """A playbook (or another file of guidance) is not as it has to be.

    Attributes:
        name: the file.
        place: where in it, as `steps[3].needs[0]`; empty for the file as a whole.
        problem: which problem, a key of `PROBLEMS`.
        found: what stands there.
        wanted: what may stand there, where that helps.
    """

    code: ClassVar[str] = "playbook-not-valid"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, name: str, place: str, problem: str, found: object = "", wanted: object = "") -> None:
        super().__init__(name, place, problem)
        self.name = name
        self.place = place
        self.problem = problem
        self.found = found
        self.wanted = wanted

    def diagnostics(self) -> Diagnostics:
        """Name the file, the place and what is wrong there."""
        words = problem_words(self.problem).format(found=self.found, wanted=self.wanted)
        return Diagnostics(
            happened=": ".join(part for part in (self.name, self.place, words) if part),
            safe=_("The file was not used. No case has changed."),
            todo=_("Correct the file at the place named and load it again."),
        )


def problem_words(problem: str) -> str:
    """The words of a problem, in the current language.

    Raises:
        KeyError: there is no such problem.
    """
    return {
        "not-toml": _("not valid TOML: {found}"),
        "not-utf8": _("not UTF-8 text"),
        "too-big": _("the file is larger than {wanted} bytes"),
        "wrong-schema": _("schema {found} is not known here; this Segl reads schema {wanted}"),
        "missing": _("missing"),
        "unknown-key": _("unknown key '{found}'"),
        "wrong-type": _("expected {wanted}, found {found}"),
        "blank": _("must not be empty"),
        "control": _("contains a control character"),
        "not-allowed": _("'{found}' is not one of: {wanted}"),
        "bad-id": _("'{found}' is not an id: small letters a to z, digits, hyphens and dots"),
        "duplicate": _("'{found}' is there already"),
        "unknown-fact": _("unknown fact '{found}'"),
        "unknown-step": _("unknown step '{found}'"),
        "unknown-phase": _("unknown phase '{found}'"),
        "unknown-plan": _("unknown plan question '{found}'"),
        "unknown-level": _("{found} is not a level from 1 to 5"),
        "nobody-sets": _("nobody sets the fact '{found}'"),
        "set-twice": _("the fact '{found}' is set by the step '{wanted}' already"),
        "cycle": _("the steps wait for each other in a circle: {found}"),
        "duration-too-long": _("'{found}' is longer than ten years"),
        "duration-too-short": _("'{found}' is shorter than a day: what recurs would never be done"),
        "bad-duration": _("'{found}' is not a length of time such as P3D, P2W, P1M or PT24H"),
        "bad-date": _("'{found}' is not a date written as 2026-01-31"),
        "bad-answer": _("'{found}' is not an answer that the fact '{wanted}' can have"),
        "two-tests": _("only one of these can stand here: {wanted}"),
        "no-choices": _("a choice needs at least two choices, and nothing else has any"),
        "names-no-text": _("only a fact that is answered in words can say that it names people"),
        "not-described": _("a level that is described needs signs; one that is not has none"),
        "other-event": _("the rule counts from '{wanted}' at another time and from '{found}' here"),
        "both-in-force": _("two versions of the rule '{found}' are in force at the same time"),
        "ends-before": _("it ends on {found}, before it begins on {wanted}"),
        "not-certain": _("what ships is never certain: it has to be marked 'check_locally = true'"),
        "unreadable": _("the file can't be read: {found}"),
        "gate-fact": _("the fact '{found}' belongs to the rule '{wanted}' and has to keep its kind and its choices"),
        "gate-words": _("the fact '{found}' belongs to the rule '{wanted}' and has to keep its words"),
        "gate-lost": _("the fact '{found}' belongs to the rule '{wanted}' and can't be left out of this playbook"),
        "too-many": _("there are {found} of them; at most {wanted} can be worked with"),
        "long-line": _("line {found} is longer than {wanted} characters or has a key of too many parts"),
        "huge-number": _("the number is larger than {wanted}"),
        "not-a-file": _("not a file that can be read"),
        "same-id": _("the file '{wanted}' has the id '{found}' already"),
        "conflict": _("the fact '{found}' is another one in the playbook '{wanted}'"),
    }[problem]
