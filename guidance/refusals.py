"""The refusals of guidance: each names its rule and what is missing, in the language of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, day_in_digits, ngettext
from guidance.model import FactSpec, FactType, Text

if TYPE_CHECKING:
    from guidance.copies import Lying
    from guidance.guide import Hold, StepView


def _quoted(texts: tuple[Text, ...]) -> str:
    return "; ".join(text.local() for text in texts)


class Refused(SeglError):
    """A rule says no.

    Attributes:
        rule: the id of the rule: a gate's id, or one of the words in the subclasses.
    """

    code: ClassVar[str] = "refused"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule: str = ""


class StepUnknown(SeglError):
    """No playbook of the case has such a step."""

    code: ClassVar[str] = "step-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, step_id: str) -> None:
        super().__init__(step_id)
        self.step_id = step_id

    def diagnostics(self) -> Diagnostics:
        """Name the id."""
        return Diagnostics(
            happened=_("This case has no step called '{step}'.").format(step=self.step_id),
            todo=_("The guide of the case lists the steps and their names."),
        )


class StepNotApplicable(Refused):
    """The step is not for this case as it stands: another level, another kind, other facts."""

    code: ClassVar[str] = "step-not-applicable"

    def __init__(self, view: StepView) -> None:
        super().__init__(view.id)
        self.rule = "applies"
        self.view = view

    def diagnostics(self) -> Diagnostics:
        """Name the step."""
        return Diagnostics(
            happened=_("The step '{title}' does not belong to this case as it stands.").format(
                title=self.view.step.title.local()
            ),
            todo=_("Look at the level and at what is recorded: the step comes up when they call for it."),
        )


class StepHeld(Refused):
    """The step waits for something."""

    code: ClassVar[str] = "step-held"

    def __init__(self, view: StepView) -> None:
        super().__init__(view.id)
        self.rule = view.holds[0].rule
        self.holds: tuple[Hold, ...] = view.holds
        self.view = view

    def diagnostics(self) -> Diagnostics:
        """Name the step and what it waits for."""
        return Diagnostics(
            happened=_("The step '{title}' has to wait. {reason}").format(
                title=self.view.step.title.local(),
                reason=" ".join(hold.explanation.local() for hold in self.holds),
            ),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Record what is missing, then do the step."),
        )


class FactHeld(Refused):
    """A fact that a gate guards can't be recorded outside its step either."""

    code: ClassVar[str] = "fact-held"

    def __init__(self, fact: str, holds: tuple[Hold, ...]) -> None:
        super().__init__(fact)
        self.rule = holds[0].rule
        self.fact = fact
        self.holds = holds

    def diagnostics(self) -> Diagnostics:
        """Name the fact and what it waits for."""
        return Diagnostics(
            happened=_("'{fact}' can't be recorded yet. {reason}").format(
                fact=self.fact, reason=" ".join(hold.explanation.local() for hold in self.holds)
            ),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Record what is missing first."),
        )


class CopiesStay(Refused):
    """Copies stay on one's own device or the office's, and somebody says of the case that nothing does.

    Attributes:
        copies: which.
    """

    code: ClassVar[str] = "copies-stay"
    rule = "secured-before-cleared"

    def __init__(self, copies: tuple[Lying, ...]) -> None:
        super().__init__(str(sum(one.alike for one in copies)))
        self.copies = copies

    def diagnostics(self) -> Diagnostics:
        """Name the first of them."""
        named = [
            _("E{number} copy {copy}").format(number=one.number, copy=one.copy) for one in self.copies if one.number
        ]
        count = sum(one.alike for one in self.copies)
        which = ", ".join(named) + (" ..." if len(named) < count else "")
        return Diagnostics(
            happened=ngettext(
                "{count} copy still lies on your own device or the office's: {which}",
                "{count} copies still lie on your own device or the office's: {which}",
                count,
            ).format(count=count, which=which),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Clear them from the custody of the piece, or put right there whose device it is. Then answer."),
        )


class HoldNotPassable(Refused):
    """Somebody asked to go past a hold that nobody may go past, or past a step that nothing holds."""

    code: ClassVar[str] = "hold-not-passable"

    def __init__(self, view: StepView) -> None:
        super().__init__(view.id)
        self.rule = view.held_by[0].rule if view.held_by else "not-held"
        self.view = view

    def diagnostics(self) -> Diagnostics:
        """Say which of the two it is."""
        title = self.view.step.title.local()
        if not self.view.held_by:
            return Diagnostics(happened=_("Nothing holds the step '{title}'.").format(title=title))
        return Diagnostics(
            happened=_("Nobody can go past this hold of '{title}', with or without a reason. {reason}").format(
                title=title, reason=" ".join(hold.explanation.local() for hold in self.view.held_by)
            ),
            todo=_("Record what is missing. If the step is not to be done at all, set it aside with the reason."),
        )


class FactMissing(Refused):
    """An answer that the step can't do without was not given."""

    code: ClassVar[str] = "fact-missing"

    def __init__(self, view: StepView, facts: tuple[FactSpec, ...]) -> None:
        super().__init__(view.id, *(fact.id for fact in facts))
        self.rule = "facts"
        self.view = view
        self.facts = facts

    def diagnostics(self) -> Diagnostics:
        """Name the answers."""
        return Diagnostics(
            happened=_("The step '{title}' still needs an answer to: {facts}").format(
                title=self.view.step.title.local(), facts=_quoted(tuple(fact.label for fact in self.facts))
            ),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Give all of them: {ids}").format(ids=", ".join(fact.id for fact in self.facts)),
        )


class FactNotAsked(SeglError):
    """A value was given for a fact that the step does not ask for."""

    code: ClassVar[str] = "fact-not-asked"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, step_id: str, fact: str, asked: tuple[str, ...]) -> None:
        super().__init__(step_id, fact)
        self.step_id = step_id
        self.fact = fact
        self.asked = asked

    def diagnostics(self) -> Diagnostics:
        """Name the fact and what the step asks for."""
        return Diagnostics(
            happened=_("The step '{step}' does not ask for '{fact}'.").format(step=self.step_id, fact=self.fact),
            todo=_("It asks for: {ids}").format(ids=", ".join(self.asked) or _("nothing")),
        )


class FactNotValid(SeglError):
    """An answer is not one that the fact can have. The answer itself is never repeated: it may be from a case.

    Attributes:
        problem: `type`, `choice`, `blank`, `date`, `future` or `level`.
    """

    code: ClassVar[str] = "fact-not-valid"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, spec: FactSpec, problem: str) -> None:
        super().__init__(spec.id, problem)
        self.spec = spec
        self.problem = problem

    @property
    def fact(self) -> str:
        """The id of the fact: the field to mark."""
        return self.spec.id

    def diagnostics(self) -> Diagnostics:
        """Name the field and what is allowed."""
        allowed = ", ".join(choice.id for choice in self.spec.choices)
        alone = ", ".join(choice.id for choice in self.spec.choices if choice.alone)
        words = {
            "blank": _("write something"),
            "date": _("a date such as 2026-01-31"),
            "future": _("a date that does not lie ahead"),
            "choice": _("one of: {choices}").format(choices=allowed),
            "choices": "; ".join(
                part
                for part in (
                    _("one or more of: {choices}").format(choices=allowed),
                    _("{choices} only alone").format(choices=alone) if alone else "",
                )
                if part
            ),
            "yes-no": _("yes or no"),
            "level": _("a level from 1 to 5"),
            "text": _("text"),
        }[self.problem]
        return Diagnostics(
            happened=_("'{label}' ({id}) has an answer that can't be used.").format(
                label=self.spec.label.local(), id=self.spec.id
            ),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("What is allowed: {allowed}.").format(allowed=words),
        )


def not_valid(spec: FactSpec) -> FactNotValid:
    """The complaint that fits the fact's kind."""
    problem = {FactType.TEXT: "blank"}.get(spec.type, spec.type.value)
    return FactNotValid(spec, problem)


class ReasonMissing(Refused):
    """A reason has to be typed, and it was blank."""

    code: ClassVar[str] = "reason-missing"

    def __init__(self, view: StepView) -> None:
        super().__init__(view.id)
        self.rule = "reason"
        self.view = view

    def diagnostics(self) -> Diagnostics:
        """Name the step."""
        return Diagnostics(
            happened=_("'{title}' needs a reason in words.").format(title=self.view.step.title.local()),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Write why; the reason stays in the case."),
        )


class SnoozeRefused(Refused):
    """The step can't be put off until this day.

    Attributes:
        problem: `settled`, `not-ahead` or `must-due`.
    """

    code: ClassVar[str] = "snooze-refused"

    def __init__(self, view: StepView, problem: str) -> None:
        super().__init__(view.id, problem)
        self.rule = "snooze"
        self.view = view
        self.problem = problem

    def diagnostics(self) -> Diagnostics:
        """Say which of the three it is."""
        title = self.view.step.title.local()
        words = {
            "settled": _("'{title}' is settled already."),
            "not-ahead": _("'{title}' can only be put off until a day that lies ahead."),
            "must-due": _("'{title}' is a must and can't be put off beyond {day}, the day it is due."),
        }[self.problem]
        return Diagnostics(
            happened=words.format(title=title, day=day_in_digits(self.view.due_on) if self.view.due_on else ""),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Do it, or set it aside with a reason.") if self.problem == "must-due" else "",
        )


class ClosingRefused(Refused):
    """Musts stand against closing the case."""

    code: ClassVar[str] = "closing-refused"

    def __init__(self, blockers: tuple[StepView, ...]) -> None:
        super().__init__(*(view.id for view in blockers))
        self.rule = "open-musts"
        self.blockers = blockers

    def diagnostics(self) -> Diagnostics:
        """Name the steps."""
        return Diagnostics(
            happened=_("The case can't be closed yet. Neither done nor set aside: {steps}").format(
                steps="; ".join(f"{view.step.title.local()} ({view.id})" for view in self.blockers)
            ),
            safe=_("The case stays open, with all that is in it."),
            todo=_("Do each of them, or set it aside with a reason."),
        )
