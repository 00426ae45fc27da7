"""The engine: playbooks, the facts of a case and a day in, the guide out. Pure: no clock, no file, no state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby

from guidance import dues, gates
from guidance.checks import check_close, check_do, check_pass, check_record, check_set_aside, check_snooze
from guidance.guide import CaseFacts, Guide, Hold, SetAside, Snooze, StepView
from guidance.known import Known
from guidance.language import _
from guidance.law import Law, LawDue
from guidance.merge import Group, group_steps, join, merge_facts, own_facts, strength_of
from guidance.model import (
    STRONGEST_FIRST,
    Applies,
    Need,
    Playbook,
    State,
    Step,
    Strength,
    Text,
)
from guidance.values import parse_values
from guidance.wish import wish

_URGENCY = {State.OVERDUE: 0, State.DUE: 1, State.OPEN: 2}


def evaluate(playbooks: Iterable[Playbook], facts: CaseFacts, today: date, law: Law | None = None) -> Guide:
    """Lay the playbooks beside the facts of a case.

    Args:
        playbooks: those the case is pinned to, in any order.
        facts: the case.
        today: the day it is, by `facts.zone`.
        law: the rules of law that count here; those that ship where there is none.

    Raises:
        PlaybookError: the playbooks do not go together.
    """
    books = tuple(sorted(playbooks, key=lambda playbook: playbook.id))
    specs = merge_facts(books)
    known = Known(facts, specs)
    groups = group_steps(books, specs)
    views = _by_phase(tuple(_view(group, known, today, law) for group in groups))
    by_id = {id: view for view in views for id in view.ids}
    views = tuple(replace(view, warnings=(*_first(view, by_id), *view.warnings)) for view in views)
    return Guide(steps=views, next_steps=_next_steps(views), facts=facts, playbooks=books, specs=specs, today=today)


def _applies(applies: Applies, known: Known) -> bool:
    if applies.levels and not known.levels() & frozenset(applies.levels):
        return False
    if applies.kinds and known.facts.kind not in applies.kinds:
        return False
    if applies.any and not any(known.may_meet(condition) for condition in applies.any):
        return False
    return known.may_meet_all(applies.facts)


def _view(group: Group, known: Known, today: date, law: Law | None) -> StepView:
    applying = tuple(step for step in group.steps if _applies(step.applies, known))
    levels = known.levels()
    step = replace(join(applying or group.steps, levels), id=group.steps[0].id)
    ids = [id for _playbook, id in group.sources]
    done_times = [moment for id in ids for moment in known.facts.done_at.get(id, ())]
    done = _is_done(step, known)
    done_at = max(done_times, default=None)
    if done and done_at is None:
        done_at = max((at for fact in step.sets if (at := known.facts.known_at.get(fact))), default=None)
    asked = tuple(
        known.specs[fact] for fact in step.sets if fact in known.specs and known.may_meet_all(known.specs[fact].when)
    )
    view = StepView(
        step=step,
        sources=group.sources,
        phase=group.phase,
        strength=step.strength,
        state=State.NOT_APPLICABLE,
        done_at=done_at,
        facts=asked,
    )
    if not applying:
        return view
    closed = gates.holds(step, known, today)
    held = (*closed, *_unmet(step, known))
    if not closed and _is_passed(step, ids, known):
        held = ()
    aside, stale = _set_aside(applying, ids, known, levels)
    due_on = dues.due_on(applying, known)
    by_law = dues.due_by_law(step, known, law) if step.due_law and not done else None
    if isinstance(by_law, LawDue):
        due_on = min(by_law.on, due_on or by_law.on)
    if done and step.recurs and done_at is not None:
        due_on = dues.day_after(step.recurs, done_at, known)
    if done and not (step.recurs and due_on is not None and due_on <= today):
        state = State.DONE
        due_on = due_on if step.recurs else None
    else:
        state = dues.by_date(due_on, today)
    if state is not State.DONE or step.recurs:
        later = done_at is None or (aside is not None and aside.at >= done_at)
        if aside is not None and (later or not done):
            state, due_on = State.SET_ASIDE, None
    snoozed = None
    if state in _URGENCY and held:
        state = State.HELD
    elif state in _URGENCY and (put_off := dues.put_off(step, ids, known, done_at, due_on)) is not None:
        due_on = max(due_on or put_off.until, put_off.until)
        snoozed = put_off if put_off.until > today else None
        state = dues.by_date(due_on, today)
    warnings = _warnings(step, known, stale)
    if by_law is not None and state is not State.SET_ASIDE:
        warnings = (by_law.words(today), *warnings)
    if state is State.DONE and closed and not step.recurs:
        warnings = (*warnings, Text.of(lambda: _("This was done although the rule that holds it was not met.")))
    return replace(
        view,
        state=state,
        held_by=held if state is State.HELD else (),
        holds=closed if state is State.DONE else held,
        due_on=due_on,
        set_aside=aside if state is State.SET_ASIDE else None,
        snoozed=snoozed,
        warnings=warnings,
    )


def _is_done(step: Step, known: Known) -> bool:
    specs = dict(known.specs)
    for fact in own_facts(step, specs):
        spec = specs.get(fact)
        if spec is None:
            if known.value(fact) is None:
                return False
        elif not spec.optional and known.may_meet_all(spec.when) and known.value(fact) is None:
            return False
    return known.meets_all(step.done_if)


def _unmet(step: Step, known: Known) -> Iterator[Hold]:
    for need in step.needs:
        if known.may_meet_all(need.when) and not known.meets(need.condition):
            yield Hold(
                rule="needs",
                facts=(need.condition.fact,),
                explanation=need.because or _missing(need, known),
                may_pass=step.may_pass,
            )


def _missing(need: Need, known: Known) -> Text:
    spec = known.specs.get(need.condition.fact)
    label = spec.label if spec else Text(da=need.condition.fact, en=need.condition.fact)
    return Text.of(lambda: _("First: {fact}").format(fact=label.local()))


def _is_passed(step: Step, ids: list[str], known: Known) -> bool:
    return step.may_pass and any(
        passed.reason.strip() for id in ids if (passed := known.facts.passed.get(id)) is not None
    )


def _set_aside(
    applying: tuple[Step, ...], ids: list[str], known: Known, levels: frozenset[int]
) -> tuple[SetAside | None, bool]:
    """The last setting aside that counts, and whether one no longer does.

    A step that the level has made a must since it was set aside stands again: the reason was for another level.
    """
    found = [aside for id in ids if (aside := known.facts.set_aside.get(id)) is not None and aside.reason.strip()]
    if not found:
        return None, False
    last = max(found, key=lambda aside: aside.at)
    level_at = known.known_at("level")
    for step in applying:
        if step.strength_at and level_at and level_at > last.at and strength_of(step, levels) is Strength.MUST:
            return None, True
    return last, False


def _warnings(step: Step, known: Known, stale: bool) -> tuple[Text, ...]:
    found: list[Text] = []
    if step.informs:
        found.append(wish(known))
    for fact in step.sets:
        if fact in known.facts.disputed and fact in known.specs:
            label = known.specs[fact].label
            found.append(_disputed(label))
    found += gates.limits(step, known)
    if stale:
        found.append(Text.of(lambda: _("It was set aside at another level. Now it is a must: decide anew.")))
    return tuple(found)


def _disputed(label: Text) -> Text:
    return Text.of(
        lambda: _("Colleagues have answered differently here, and one of you has to decide: {fact}").format(
            fact=label.local()
        )
    )


def _first(view: StepView, by_id: dict[str, StepView]) -> Iterator[Text]:
    for id in view.step.after:
        other = by_id.get(id)
        if view.actionable and other is not None and other.actionable:
            title = other.step.title
            yield Text.of(lambda title=title: _("First: {fact}").format(fact=title.local()))  # type: ignore[misc]


def _next_steps(views: tuple[StepView, ...]) -> tuple[StepView, ...]:
    """What can be done now: the overdue first, then the due, then the rest; each after what is to come before it."""
    ready = sorted(
        (view for view in views if view.actionable),
        key=lambda view: (_URGENCY[view.state], STRONGEST_FIRST.index(view.strength)),
    )
    return _each_after(ready)


def _by_phase(views: tuple[StepView, ...]) -> tuple[StepView, ...]:
    """Within each phase, what is to come first before what comes after it, whichever playbook it is from."""
    return tuple(view for _phase, part in groupby(views, lambda view: view.phase.id) for view in _each_after(part))


def _each_after(views: Iterable[StepView]) -> tuple[StepView, ...]:
    """The same steps, each moved behind those of them that its `after` names."""
    line = tuple(views)
    by_id = {id: view for view in line for id in view.ids}
    found: dict[str, StepView] = {}

    def put(view: StepView, way: tuple[str, ...]) -> None:
        for id in view.step.after:
            other = by_id.get(id)
            if other is not None and other.id not in found and other.id not in way:
                put(other, (*way, view.id))
        found.setdefault(view.id, view)

    for view in line:
        put(view, ())
    return tuple(found.values())


__all__ = [
    "CaseFacts",
    "Guide",
    "Hold",
    "SetAside",
    "Snooze",
    "StepView",
    "check_close",
    "check_do",
    "check_pass",
    "check_record",
    "check_set_aside",
    "check_snooze",
    "evaluate",
    "parse_values",
]
