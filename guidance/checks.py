"""May this be done? Each question either returns, or raises the refusal that says what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from guidance import gates
from guidance.guide import CaseFacts, Guide, StepView
from guidance.known import Known, fits
from guidance.level import check_level
from guidance.model import DONE_PREFIX, FactType, FactValue, State, Strength
from guidance.refusals import (
    ClosingRefused,
    FactHeld,
    FactMissing,
    FactNotAsked,
    FactNotValid,
    HoldNotPassable,
    ReasonMissing,
    SnoozeRefused,
    StepHeld,
    StepNotApplicable,
    not_valid,
)


def check_do(guide: Guide, step_id: str, values: Mapping[str, FactValue]) -> None:
    """May this step be done now with these answers? Answers that are there already need not be given again.

    Raises:
        StepUnknown: no such step.
        StepNotApplicable: not for this case as it stands.
        StepHeld: a gate or a need holds it; `.rule` says which.
        FactNotAsked: an answer that the step does not ask for.
        FactNotValid: an answer that the fact can't have.
        LevelNotDescribed: a level that nobody has described.
        FactMissing: an answer that is needed was not given.
        CopiesStay: copies stay on a device, and the answers say otherwise.
    """
    view = guide.step(step_id)
    if view.state is State.NOT_APPLICABLE:
        raise StepNotApplicable(view)
    if view.holds:
        raise StepHeld(view)
    gates.check_staying(guide.facts, values)
    together = Known(_with(guide, values), guide.specs)
    done_facts = {f"{DONE_PREFIX}{id}" for id in view.ids}
    for fact, value in values.items():
        if fact in done_facts:
            continue
        if fact not in view.step.sets or fact not in guide.specs:
            raise FactNotAsked(view.id, fact, view.step.sets)
        spec = guide.specs[fact]
        if not together.may_meet_all(spec.when):
            raise FactNotAsked(view.id, fact, view.step.sets)
        if not fits(spec, value):
            raise not_valid(spec)
        if spec.type is FactType.LEVEL and isinstance(value, int):
            check_level(value, guide.playbooks)
        if spec.type is FactType.DATE and not spec.future and isinstance(value, date) and value > guide.today:
            raise FactNotValid(spec, "future")
    missing = tuple(
        spec
        for spec in (guide.specs[fact] for fact in view.step.sets)
        if not spec.optional and together.may_meet_all(spec.when)
        if together.value(spec.id) is None or (view.step.recurs and spec.id not in values)
    )
    if missing:
        raise FactMissing(view, missing)


def _with(guide: Guide, values: Mapping[str, FactValue]) -> CaseFacts:
    facts = guide.facts
    return replace(facts, values={**facts.values, **values}, disputed=facts.disputed.difference(values))


def check_record(guide: Guide, values: Mapping[str, FactValue]) -> None:
    """May these facts be recorded outside a step? Not while a gate guards one of them, whatever the step's state is.

    Raises:
        FactHeld: a gate is shut; `.rule` says which.
        CopiesStay: copies stay on a device, and the facts say otherwise.
    """
    gates.check_staying(guide.facts, values)
    known = Known(guide.facts, guide.specs)
    for gate in gates.GATES:
        for fact in sorted(gate.guards.intersection(values)):
            if holds := tuple(gate.holds(known, guide.today)):
                raise FactHeld(fact, holds)


def check_set_aside(guide: Guide, step_id: str, reason: str) -> None:
    """May this step be set aside with this reason? Any step that applies may, with a reason in words.

    Raises:
        StepUnknown, StepNotApplicable, ReasonMissing: as they say.
    """
    view = _applying(guide, step_id)
    if not reason.strip():
        raise ReasonMissing(view)


def check_snooze(guide: Guide, step_id: str, until: date, reason: str) -> None:
    """May this step be put off until this day? A must not beyond the day it is due: that is not for one person.

    Raises:
        StepUnknown, StepNotApplicable, ReasonMissing: as they say.
        SnoozeRefused: it is settled already, the day does not lie ahead, or the step is a must that is due before.
    """
    view = _applying(guide, step_id)
    if not reason.strip():
        raise ReasonMissing(view)
    if view.state in (State.DONE, State.SET_ASIDE):
        raise SnoozeRefused(view, "settled")
    if until <= guide.today:
        raise SnoozeRefused(view, "not-ahead")
    if view.strength is Strength.MUST and view.due_on is not None and until > view.due_on:
        raise SnoozeRefused(view, "must-due")


def check_pass(guide: Guide, step_id: str, reason: str) -> None:
    """May somebody go past what holds this step? Only where the step allows it, and never past a gate.

    Raises:
        StepUnknown, StepNotApplicable: as they say.
        HoldNotPassable: nothing holds it, or nobody may.
        ReasonMissing: the reason is blank.
    """
    view = _applying(guide, step_id)
    if view.state is not State.HELD or not all(hold.may_pass for hold in view.held_by):
        raise HoldNotPassable(view)
    if not reason.strip():
        raise ReasonMissing(view)


def check_close(guide: Guide) -> None:
    """May the case be closed?

    Raises:
        ClosingRefused: musts are neither done nor set aside; names them.
    """
    if not guide.can_close:
        raise ClosingRefused(guide.blockers)


def _applying(guide: Guide, step_id: str) -> StepView:
    view = guide.step(step_id)
    if view.state is State.NOT_APPLICABLE:
        raise StepNotApplicable(view)
    return view
