"""Screening for warning signs, and the plan of a first meeting: the steps of a playbook as questions one by one.

Which steps those are is the playbook's: every step of the phases below that is for the case, in the guide's order. An
answer may bring further questions (somebody is in danger: 112) or take some away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from guidance.checks import check_do
from guidance.engine import evaluate
from guidance.guide import Guide, StepView
from guidance.known import Known
from guidance.language import _
from guidance.model import DONE_PREFIX, FactSpec, FactValue, State, Step, Text

Answers = Mapping[str, FactValue]
SIGN_PREFIX: Final = "sign."
DANGER: Final = "danger.now"
PLANNED: Final = "meeting.planned"


class Course(StrEnum):
    """What is gone through."""

    SCREENING = "screening"
    MEETING = "meeting-plan"


_PHASES: Final = {Course.SCREENING: ("danger", "warning-signs"), Course.MEETING: ("meeting-plan",)}
_AFTERWARDS: Final = frozenset({"meeting-after"})
"""Not part of the plan: it is asked when the meeting has been."""
_OPENED_BY_SIGNS: Final = ("danger", "ending", "report-signs")
_NO_SIGN: Final = frozenset({"no", "none"})


def emergency_first() -> str:
    """The line above every page of a screening (CM-16)."""
    return _("In danger, or in need of emergency help: ring 112 and call for help.")


def has_course(guide: Guide, course: Course) -> bool:
    """Whether the guidance of the case has it at all."""
    return any(view.phase.id in _PHASES[course] for view in guide.steps)


def answered(guide: Guide, answers: Answers) -> Guide:
    """The guide as it would be with these answers; nothing is recorded."""
    facts = replace(guide.facts, values={**guide.facts.values, **answers})
    return evaluate(guide.playbooks, facts, guide.today)


def pages(guide: Guide, course: Course, answers: Answers) -> tuple[StepView, ...]:
    """The questions that are to be asked with the answers so far, in order."""
    return tuple(
        view
        for view in answered(guide, answers).steps
        if view.phase.id in _PHASES[course] and view.state is not State.NOT_APPLICABLE and not view.ids & _AFTERWARDS
    )


def asked(guide: Guide, view: StepView, answers: Answers) -> tuple[FactSpec, ...]:
    """What a page asks for; what depends on another answer only where that has been given."""
    known = Known(replace(guide.facts, values={**guide.facts.values, **answers}), guide.specs)
    specs = (guide.specs[fact] for fact in view.step.sets if fact in guide.specs)
    return tuple(spec for spec in specs if known.may_meet_all(spec.when))


def said_mark(view: StepView) -> str:
    """The fact that says a page without a question was said or done; empty where the page asks something."""
    return "" if view.step.sets else f"{DONE_PREFIX}{view.id}"


def lacking(guide: Guide, course: Course, answers: Answers) -> tuple[tuple[StepView, str], ...]:
    """What still has to be answered: page and fact."""
    known = {**guide.facts.values, **answers}
    found = []
    for view in pages(guide, course, answers):
        if mark := said_mark(view):
            wanted = [mark] if view.state is not State.DONE else []
        else:
            wanted = [spec.id for spec in asked(guide, view, answers) if not spec.optional]
        found += [(view, fact) for fact in wanted if known.get(fact) is None or (mark and not known[fact])]
    return tuple(found)


def to_record(guide: Guide, course: Course, answers: Answers) -> tuple[tuple[str, dict[str, FactValue]], ...]:
    """The steps to do, in order, each with the answers that are new; what is recorded already is left alone.

    Raises:
        Refused: as `check_do` says of the first step that can't be done; nothing is to be recorded then.
    """
    found: list[tuple[str, dict[str, FactValue]]] = []
    so_far = guide
    for page in pages(guide, course, answers):
        view = so_far.step(page.id)
        recorded = so_far.facts.values
        wanted = {spec.id for spec in asked(guide, page, answers)}
        given = {fact: value for fact, value in answers.items() if fact in wanted and recorded.get(fact) != value}
        if (mark := said_mark(page)) and view.state is not State.DONE and answers.get(mark):
            check_do(so_far, view.id, {})
            found.append((view.id, {}))
            given = {mark: True}
        elif given:
            check_do(so_far, view.id, given)
            found.append((view.id, given))
        so_far = answered(so_far, given)
    return tuple(found)


def raises(step: Step, answers: Answers) -> bool:
    """Whether an answer to this page is a warning sign, or nobody is sure."""
    if DANGER in step.sets:
        return answers.get(DANGER) is True
    signs = (answers.get(fact) for fact in step.sets if fact.startswith(SIGN_PREFIX))
    return any(isinstance(value, str) and value not in _NO_SIGN for value in signs)


def signs_seen(guide: Guide, answers: Answers) -> tuple[StepView, ...]:
    """The pages whose answer is a warning sign: what each means is their why, what to do their how."""
    known = {**guide.facts.values, **answers}
    return tuple(view for view in pages(guide, Course.SCREENING, answers) if raises(view.step, known))


def opened(guide: Guide) -> tuple[StepView, ...]:
    """What the signs have opened and is to be done at once: 112, ending the mentoring, telling the programme."""
    return tuple(
        view
        for view in guide.next_steps
        if view.phase.id in _OPENED_BY_SIGNS and view.due_on is not None and view.due_on <= guide.today
    )


def nothing_seen() -> Text:
    """What is said where no sign was seen."""
    return Text.of(lambda: _("No warning sign was seen. That is no proof: ask again before each meeting."))
