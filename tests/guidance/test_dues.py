"""Days: daylight saving, month ends, leap years, clocks that are set back; and putting off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.duration import Duration
from guidance.engine import CaseFacts, Snooze, check_snooze, evaluate
from guidance.loader import for_kind
from guidance.model import FactValue, State, Strength
from guidance.refusals import ReasonMissing, SnoozeRefused, StepNotApplicable
from tests.guidance.cases import NOW, TODAY, facts, guide

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def _due(step: str, event: str, at: datetime, value: FactValue = 4) -> date | None:
    case = CaseFacts(opened_at=at, kind="school", values={event: value}, known_at={event: at}, zone=COPENHAGEN)
    return evaluate(for_kind("school"), case, at.astimezone(COPENHAGEN).date()).step(step).due_on


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 26)),
    ],
    ids=["spring, before midnight", "spring, after", "autumn, before midnight", "autumn, after"],
)
def test_a_day_is_a_day_on_the_wall_whatever_daylight_saving_does(at: datetime, due: date) -> None:
    assert _due("long-help", "level", at) == due


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 12 * 366 * 24), st.integers(0, 40))
def test_days_after_an_event_are_counted_on_the_wall(hour: int, days: int) -> None:
    local = (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hour)).astimezone(COPENHAGEN)
    assert Duration(days=days).after(local).date() == local.date() + timedelta(days=days)


@pytest.mark.parametrize(
    ("event", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
    ],
)
def test_a_month_ends_where_it_ends(event: date, months: int, due: date) -> None:
    moment = datetime.combine(event, datetime.min.time(), COPENHAGEN).replace(hour=0, minute=30)
    assert Duration(months=months).after(moment).date() == due


def test_hours_are_hours_also_on_the_night_the_clock_changes() -> None:
    evening = datetime(2026, 3, 28, 23, 30, tzinfo=COPENHAGEN)
    assert Duration(hours=24).after(evening) - evening.astimezone(UTC) == timedelta(hours=24)
    assert Duration(hours=24).after(evening).date() == date(2026, 3, 30)
    assert Duration(days=1).after(evening).date() == date(2026, 3, 29)


def test_a_recurring_step_keeps_its_day_through_the_change() -> None:
    done = datetime(2026, 10, 20, 22, 30, tzinfo=UTC)
    case = CaseFacts(
        opened_at=done,
        kind="school",
        values={"level": 3, "signs.seen": "none"},
        done_at={"wellbeing-talk": (done,)},
        zone=COPENHAGEN,
    )
    assert evaluate(for_kind("school"), case, date(2026, 10, 27)).step("wellbeing-talk").state is State.DONE
    assert evaluate(for_kind("school"), case, date(2026, 10, 28)).step("wellbeing-talk").state is State.DUE


def test_a_clock_set_back_before_the_opening_of_the_case_is_borne() -> None:
    case = facts({"level": 4, "platform.deleted.on": TODAY})
    now = evaluate(for_kind("school"), case, TODAY - timedelta(days=400))
    assert now.step("police-contact").state is State.OPEN
    assert now.step("police-contact").due_on == TODAY


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_date_at_the_end_of_the_calendar_breaks_nothing(day: date) -> None:
    case = facts({"press.contacted-on": day, "report.status": "made", "incident.on": day, "absence.first-day": day})
    assert evaluate(for_kind("school"), case, TODAY).step("communications").due_on == day
    at_work = replace(case, kind="workplace", zone=COPENHAGEN)
    assert evaluate(for_kind("workplace"), at_work, TODAY).step("report-authority").due_on is not None


# ---- putting off


def _put_off(until: date, step: str = "wellbeing-talk", reason: str = "på ferie", at: datetime = NOW) -> CaseFacts:
    case = facts({"level": 3}, at=NOW - timedelta(days=30))
    return replace(case, snoozed={step: Snooze(until=until, reason=reason, at=at)})


def test_a_step_that_is_put_off_is_not_next_until_its_day_and_is_due_on_it() -> None:
    until = TODAY + timedelta(days=3)
    view = evaluate(for_kind("school"), _put_off(until), TODAY).step("wellbeing-talk")
    assert (view.state, view.due_on, view.actionable) == (State.OPEN, until, False)
    assert view.snoozed is not None
    assert view.snoozed.reason == "på ferie"
    assert view not in evaluate(for_kind("school"), _put_off(until), TODAY).next_steps
    then = evaluate(for_kind("school"), _put_off(until), until).step("wellbeing-talk")
    assert (then.state, then.snoozed, then.actionable) == (State.DUE, None, True)
    after = evaluate(for_kind("school"), _put_off(until), until + timedelta(days=1)).step("wellbeing-talk")
    assert after.state is State.OVERDUE


def test_a_blank_reason_puts_nothing_off_and_doing_it_ends_it() -> None:
    until = TODAY + timedelta(days=3)
    assert evaluate(for_kind("school"), _put_off(until, reason=" "), TODAY).step("wellbeing-talk").snoozed is None
    done = replace(
        _put_off(until),
        values={"level": 3, "signs.seen": "none"},
        done_at={"wellbeing-talk": (NOW + timedelta(hours=1),)},
    )
    due = TODAY + timedelta(days=7)
    assert evaluate(for_kind("school"), done, due).step("wellbeing-talk").state is State.DUE


def test_a_must_is_put_off_to_its_day_and_no_further() -> None:
    values: dict[str, FactValue] = {"level": 3}
    now = guide(values)
    sharers = now.step("contact-sharers")
    assert (sharers.strength, sharers.due_on) == (Strength.MUST, TODAY + timedelta(days=2))
    check_snooze(now, "contact-sharers", TODAY + timedelta(days=2), "venter på mor")
    with pytest.raises(SnoozeRefused) as caught:
        check_snooze(now, "contact-sharers", TODAY + timedelta(days=3), "venter på mor")
    assert (caught.value.problem, caught.value.rule, caught.value.exit_code) == ("must-due", "snooze", 5)
    beyond = replace(
        facts(values), snoozed={"contact-sharers": Snooze(until=TODAY + timedelta(days=9), reason="x", at=NOW)}
    )
    assert evaluate(for_kind("school"), beyond, TODAY).step("contact-sharers").actionable
    within = replace(
        facts(values), snoozed={"contact-sharers": Snooze(until=TODAY + timedelta(days=1), reason="x", at=NOW)}
    )
    view = evaluate(for_kind("school"), within, TODAY).step("contact-sharers")
    assert (view.actionable, view.due_on, view.blocks_closing) == (False, TODAY + timedelta(days=2), True)


def test_an_overdue_must_can_not_be_put_off() -> None:
    now = guide({"level": 3}, today=TODAY + timedelta(days=5))
    with pytest.raises(SnoozeRefused):
        check_snooze(now, "calm-panic", TODAY + timedelta(days=6), "ingen tid")


def test_what_can_not_be_put_off_is_refused_with_its_reason() -> None:
    now = guide({"level": 3, "signs.seen": "none"})
    ahead = TODAY + timedelta(days=1)
    for problem, step, until in (("settled", "wellbeing-talk", ahead), ("not-ahead", "keep-contact", TODAY)):
        with pytest.raises(SnoozeRefused) as caught:
            check_snooze(now, step, until, "x")
        assert caught.value.problem == problem
        assert "{" not in str(caught.value.diagnostics())
    with pytest.raises(ReasonMissing):
        check_snooze(now, "keep-contact", ahead, "  ")
    with pytest.raises(StepNotApplicable):
        check_snooze(now, "long-help", ahead, "x")
