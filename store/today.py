"""What is to be done now, over all cases: what is kept of each guide (`glance_lines`), and the page made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from guidance.engine import Guide, StepView
from guidance.language import _, current_language, ngettext
from guidance.model import Kind, State, Strength, Text

GLANCE_FORM: Final = 6
"""Counted up when what is kept of a guide changes; an older one is made anew."""
WEEK: Final = timedelta(days=7)
CLOCK_SLACK: Final = timedelta(minutes=5)
"""How far ahead the newest entry may be before the clock is said to have been set back."""
_OTHERS_DECIDE: Final = frozenset({"police.decision.by"})
"""Facts that a step records when somebody outside has decided: until then the case waits for them."""

_OTHERS_ANSWER: Final = {
    "prevention.contacted-on": "prevention.advice",
    "notification.sent-on": "notification.reference",
    "authority.on": "authority.reference",
}
"""Facts that say somebody outside was asked or written to, and the one that their answer is written in: what was done
waits for them as long as that is not there, and as long as the step asks for it: where the leadership judges that
nothing has to be reported, nobody answers. A referral (`help.referrals`) has no answer that somebody sends; whether the
help was given is asked at each follow-up, which falls due by itself."""


class TodayGroup(StrEnum):
    """Why something is on the page, in the order of the page.

    `WAITING` has what somebody else has to do, decide or answer. `LATER` has one line for each case that has
    nothing due within a week, with its next step: no open case is left out, nor one where others are waited for.
    `KEPT` has the closed cases whose day to look at whether they are still to be kept has come.
    """

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "this-week"
    WAITING = "waiting"
    NO_STEP = "no-next-step"
    KEPT = "kept"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayLine:
    """One line of the page.

    Attributes:
        case: id of the case.
        step: id of the step; empty where the case has no next step.
        step_title: in the current language; of an unreadable case, what to do about it.
        must: whether the step is a must.
        put_off: whether somebody has put it off until `due_on`.
        closable: of a case without a next step: nothing stands against closing it.
    """

    group: TodayGroup
    case: str
    reference: str
    title: str
    level: int | None
    step: str
    step_title: str
    due_on: date | None
    must: bool
    put_off: bool
    closable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The page.

    Attributes:
        lines: in the order of the page.
        open_cases: how many there are.
        pending: how many cases were not looked at yet.
        newest_entry_at: the newest entry's time, where it is later than the clock: the clock was set back, or was
            wrong then. None where all is well.
        disputed: (reference, number) of each open case in which people said different things without knowing it.
    """

    day: date
    lines: tuple[TodayLine, ...]
    open_cases: int
    pending: int
    newest_entry_at: datetime | None
    disputed: tuple[tuple[str, int], ...] = ()


def glance_lines(guide: Guide) -> list[dict[str, Any]]:
    """What the page may need of a guide, as it is kept: the next step, and those with a day or that wait for others."""
    lines = []
    for view in (*guide.next_steps, *(view for view in guide.steps if view.snoozed is not None)):
        waits = _waits(view, guide)
        if view.due_on is not None or waits or view in guide.next_steps[:1]:
            lines.append(_line(view, waits=waits))
    return [*lines, *(_unanswered(view) for view in guide.steps if _awaits_answer(view, guide))]


def _awaits_answer(view: StepView, guide: Guide) -> bool:
    """Whether the step is done, but those who were asked or written to have not answered."""
    values, asks = guide.facts.values, {spec.id for spec in view.facts}
    return view.state is State.DONE and any(
        asked in values and answer not in values and answer in asks for asked, answer in _OTHERS_ANSWER.items()
    )


def _unanswered(view: StepView) -> dict[str, Any]:
    title = view.step.title
    said = Text.of(lambda: _("{step}: no answer yet").format(step=title.local()))
    done = {"due": None, "must": False, "put_off": False}
    return {**_line(view, waits=True), **done, "da": said.da, "en": said.en}


def _waits(view: StepView, guide: Guide) -> bool:
    """Whether somebody else has to act, and all that comes before it is done."""
    if view.step.kind is not Kind.WAIT and _OTHERS_DECIDE.isdisjoint(view.step.sets):
        return False
    return not any(before.actionable for id in view.step.after if (before := guide.find(id)) is not None)


def _line(view: StepView, *, waits: bool) -> dict[str, Any]:
    return {
        "id": view.id,
        "da": view.step.title.da,
        "en": view.step.title.en,
        "due": view.due_on.isoformat() if view.due_on else None,
        "must": view.strength is Strength.MUST,
        "waits": waits,
        "put_off": view.snoozed is not None,
    }


def group_of(due_on: date | None, day: date, *, waits: bool) -> TodayGroup | None:
    """Under which heading a step stands; None where it is not for this page: due later than a week from now."""
    if due_on is not None and due_on < day:
        return TodayGroup.OVERDUE
    if due_on == day:
        return TodayGroup.TODAY
    if waits:
        return TodayGroup.WAITING
    if due_on is not None and due_on < day + WEEK:
        return TodayGroup.WEEK
    return None


def today_of(
    cases: Iterable[tuple[str, str, Mapping[str, Any]]],
    *,
    day: date,
    pending: int,
    newest: datetime | None,
    now: datetime,
) -> Today:
    """Make the page.

    Args:
        cases: id, reference and what is kept of each case that was looked at.
        day: the day it is.
        pending: how many were not.
        newest: the newest entry's time, by the clock of then.
        now: by the clock of now.
    """
    lines: list[TodayLine] = []
    disputed = []
    live = 0
    for id, reference, kept in cases:
        if kept["closed_at"] is not None:
            lines += _to_look_at(id, reference, kept, day)
            continue
        live += 1
        if kept.get("conflicts"):
            disputed.append((reference, int(kept["conflicts"])))
        lines += _lines_of(id, reference, kept, day)
    order = list(TodayGroup)
    lines.sort(
        key=lambda line: (
            order.index(line.group),
            line.due_on or date.max,
            not line.must,
            line.reference,
            line.step,
        )
    )
    ahead = newest if newest is not None and newest > now + CLOCK_SLACK else None
    return Today(
        day=day,
        lines=tuple(lines),
        open_cases=live,
        pending=pending,
        newest_entry_at=ahead,
        disputed=tuple(sorted(disputed)),
    )


def _to_look_at(id: str, reference: str, kept: Mapping[str, Any], day: date) -> Iterable[TodayLine]:
    look_at = date.fromisoformat(kept["look_at"]) if kept.get("look_at") else None
    if look_at is not None and look_at <= day:
        yield TodayLine(
            group=TodayGroup.KEPT,
            case=id,
            reference=reference,
            title=kept["title"],
            level=kept["level"],
            step="",
            step_title=_("look at whether it is still to be kept"),
            due_on=look_at,
            must=False,
            put_off=False,
        )


def _lines_of(id: str, reference: str, kept: Mapping[str, Any], day: date) -> Iterable[TodayLine]:
    said = {"case": id, "reference": reference, "title": kept["title"], "level": kept["level"]}
    language = current_language()
    unreadable = kept.get("form") is None
    if unreadable or (kept["next"] is None and not kept["lines"]):
        words = kept["next"][language] if kept["next"] else ""
        yield TodayLine(
            group=TodayGroup.NO_STEP,
            step="",
            step_title=words,
            due_on=None,
            must=False,
            put_off=False,
            closable=bool(kept.get("closable")),
            **said,
        )
        return
    later = []
    found = False
    for line in kept["lines"]:
        due_on = date.fromisoformat(line["due"]) if line["due"] else None
        group = group_of(due_on, day, waits=line["waits"])
        made = TodayLine(
            group=group or TodayGroup.LATER,
            step=line["id"],
            step_title=line[language],
            due_on=due_on,
            must=line["must"],
            put_off=line["put_off"],
            **said,
        )
        if group is None:
            later.append(made)
        else:
            found = found or group is not TodayGroup.WAITING
            yield made
    if later and not found:
        yield later[0]


def group_words(group: TodayGroup) -> str:
    """What a group is called."""
    return {
        TodayGroup.OVERDUE: _("Overdue"),
        TodayGroup.TODAY: _("Today"),
        TodayGroup.WEEK: _("The next seven days"),
        TodayGroup.WAITING: _("Waiting for others"),
        TodayGroup.NO_STEP: _("Cases without a next step"),
        TodayGroup.KEPT: _("Closed cases to look at"),
        TodayGroup.LATER: _("Later, or without a date"),
    }[group]


def step_words(line: TodayLine) -> str:
    """The step, or what there is to say of a case that has none."""
    if line.step or line.step_title:
        return line.step_title
    return _("nothing left: it can be closed") if line.closable else _("nothing can be done now: the rest waits")


def due_words(line: TodayLine, day: date, *, short: bool = False) -> str:
    """When it is due, as one says it; empty where there is no day. In `short`, the heading says that it is overdue."""
    if line.due_on is None:
        return ""
    days = (line.due_on - day).days
    if days < 0 and short:
        words = ngettext("{days} day", "{days} days", -days).format(days=-days)
    elif days < 0:
        words = ngettext("overdue by {days} day", "overdue by {days} days", -days).format(days=-days)
    elif days == 0:
        words = _("today")
    elif days == 1:
        words = _("tomorrow")
    else:
        words = ngettext("in {days} day", "in {days} days", days).format(days=days)
    return _("put off: {when}").format(when=words) if line.put_off else words
