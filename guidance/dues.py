"""When steps are due: by the playbook, by the law data, again after the last time, and as far as they were put off."""

from __future__ import annotations

from datetime import date, datetime, time

from guidance.duration import Duration
from guidance.guide import Snooze
from guidance.known import Known
from guidance.law import Law, LawDue, NoLawKnown, shipped_law
from guidance.model import CASE_OPENED, Due, FactType, State, Step, Strength


def _event(due: Due, known: Known) -> datetime | None:
    if due.event == CASE_OPENED:
        return known.facts.opened_at
    spec = known.specs.get(due.event)
    value = known.value(due.event)
    if spec is not None and spec.type is FactType.DATE and isinstance(value, date):
        return datetime.combine(value, time(12), known.facts.zone)
    return known.known_at(due.event)


def due_on(applying: tuple[Step, ...], known: Known) -> date | None:
    """The earliest day that the playbooks make it due; None where nothing that it counts from is there."""
    days = []
    for step in applying:
        at = dict(step.due_at)
        levels = known.levels()
        here = levels & frozenset(step.applies.levels) if step.applies.levels else levels
        for due in [at.get(level, step.due) for level in here] or [step.due]:
            event = _event(due, known) if due else None
            if due and event:
                days.append(day_after(due.within, event, known))
    return min(days, default=None)


def day_after(within: Duration, event: datetime, known: Known) -> date:
    """The day this long after an event by the calendar of the case; the last there is where it goes beyond."""
    try:
        return within.after(event.astimezone(known.facts.zone)).date()
    except (OverflowError, ValueError):
        return date.max


def due_by_law(step: Step, known: Known, law: Law | None) -> LawDue | NoLawKnown | None:
    """By the first of the step's rules whose event is recorded; until one is, by the first, from the opening.

    A careful reading: an event that nobody has recorded yet may have been before the case was opened, so the day that
    comes of it is a provisional one, and is said to be. An event that is recorded counts by the rule of its day or by
    none: another rule, of an event that nobody has recorded, does not take its place.
    """
    law = law or shipped_law()
    days = {rules[0]: known.value(rules[0].event) for id in step.due_law if (rules := law.versions(id))}
    recorded = {rule: day for rule, day in days.items() if isinstance(day, date)}
    for newest, day in recorded.items():
        if (rule := law.in_force(newest.id, day)) is not None:
            event = datetime.combine(day, time(12), known.facts.zone)
            return LawDue(rule=rule, on=day_after(rule.within, event, known), counted_from=day, provisional=False)
    if recorded:
        newest, day = next(iter(recorded.items()))
        return NoLawKnown(rule=newest, day=day, provisional=False)
    opened = known.facts.opened_at
    day = opened.astimezone(known.facts.zone).date()
    awaited = [newest for newest, value in days.items() if value is None]
    for newest in awaited:
        if (rule := law.in_force(newest.id, day)) is not None:
            return LawDue(rule=rule, on=day_after(rule.within, opened, known), counted_from=day, provisional=True)
    return next((NoLawKnown(rule=newest, day=day, provisional=True) for newest in awaited), None)


def put_off(step: Step, ids: list[str], known: Known, done_at: datetime | None, due_on: date | None) -> Snooze | None:
    """The last putting off that counts: with a reason, since it was last done, and of a must not beyond its day."""
    found = [one for id in ids if (one := known.facts.snoozed.get(id)) is not None and one.reason.strip()]
    if not found:
        return None
    last = max(found, key=lambda one: one.at)
    if done_at is not None and last.at <= done_at:
        return None
    if step.strength is Strength.MUST and due_on is not None and last.until > due_on:
        return None
    return last


def by_date(due_on: date | None, today: date) -> State:
    """Open, due or overdue."""
    if due_on is None or due_on > today:
        return State.OPEN
    return State.DUE if due_on == today else State.OVERDUE
