"""The page of today: what is due, what waits, what stands still; snoozing; clocks; nothing is worked out twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.guide import Guide
from guidance.model import FactValue, State
from guidance.refusals import ReasonMissing, SnoozeRefused
from store.cases.errors import StepNotMarked
from store.casework import Casework
from store.model import Intake
from store.today import TodayGroup, TodayLine, group_of
from tests.store.desk import BEGIN, Clock, a_case, set_up_desk

DAY = date(2026, 11, 21)


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = BEGIN
    return clock


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Casework]:
    with set_up_desk(tmp_path, clock=clock) as desk:
        yield desk


def of(desk: Casework, group: TodayGroup) -> list[TodayLine]:
    return [line for line in desk.today().lines if line.group is group]


def steps(lines: list[TodayLine]) -> set[str]:
    return {line.step for line in lines}


def test_a_step_moves_from_this_week_to_today_to_overdue_without_anybody_writing(desk: Casework, clock: Clock) -> None:
    case = a_case(desk).id
    desk.set_level(case, 3, "panik")
    assert "wellbeing-talk" not in steps(list(desk.today().lines))
    assert {line.case for line in desk.today().lines} == {case}
    clock.now += timedelta(days=1)
    assert "wellbeing-talk" in steps(of(desk, TodayGroup.WEEK))
    clock.now += timedelta(days=6)
    assert "wellbeing-talk" in steps(of(desk, TodayGroup.TODAY))
    clock.now += timedelta(days=1)
    assert "wellbeing-talk" in steps(of(desk, TodayGroup.OVERDUE))


def test_the_page_says_which_case_and_what_comes_first(desk: Casework) -> None:
    urgent, quiet = a_case(desk, "Haster"), a_case(desk, "Rolig")
    desk.set_level(urgent.id, 3, "panik")
    today = desk.today()
    assert today.open_cases == 2
    first = today.lines[0]
    assert (first.case, first.reference, first.title, first.level) == (urgent.id, urgent.reference, "Haster", 3)
    assert [list(TodayGroup).index(line.group) for line in today.lines] == sorted(
        list(TodayGroup).index(line.group) for line in today.lines
    )
    (last,) = [line for line in today.lines if line.case == quiet.id]
    assert last.group is TodayGroup.LATER
    assert last.step == desk.guide(quiet.id).next_steps[0].id


def test_what_the_police_decide_is_waited_for(desk: Casework) -> None:
    case = a_case(desk).id
    desk.set_level(case, 3, "panik")
    assert "police-decision" not in steps(of(desk, TodayGroup.WAITING))
    asked: dict[str, FactValue] = {
        "police.contacted-on": DAY,
        "police.contact-person": "Vagthavende",
        "police.contact-advice": "Vent.",
    }
    desk.do_step(case, "police-contact", asked)
    assert "police-decision" in steps(of(desk, TodayGroup.WAITING))


ASKED: dict[str, dict[str, FactValue]] = {
    "ask-prevention": {"prevention.contacted-on": DAY},
    "notify-authorities": {"notification.sent-on": DAY},
}
ANSWERED: dict[str, dict[str, FactValue]] = {
    "ask-prevention": {"prevention.advice": "Tag en samtale til."},
    "notify-authorities": {"notification.reference": "S-1"},
}


@pytest.mark.parametrize("step", ASKED)
def test_who_was_asked_is_waited_for_until_the_answer_is_written(desk: Casework, step: str) -> None:
    case = a_case(desk).id
    handled: dict[str, FactValue] = {
        "handling.internal": False,
        "handling.internal-reason": "Nej.",
        "handling.police": "no",
        "handling.police-reason": "Nej.",
        "handling.notification": True,
        "handling.notification-reason": "Bekymring.",
    }
    desk.do_step(case, "assess-handling", handled)
    assert step not in steps(of(desk, TodayGroup.WAITING))
    desk.do_step(case, step, ASKED[step])
    [line] = [one for one in of(desk, TodayGroup.WAITING) if one.step == step]
    assert line.step_title.endswith(": no answer yet")
    assert (line.due_on, line.must) == (None, False)
    desk.do_step(case, step, ANSWERED[step])
    assert step not in steps(of(desk, TodayGroup.WAITING))


@pytest.mark.parametrize("status", ["reported", "not-required"])
def test_the_report_to_the_authority_waits_for_its_receipt_only_where_one_was_made(desk: Casework, status: str) -> None:
    case = desk.new_case(Intake(title="Chikane", kind="workplace", stand_in="Bo")).id
    made: dict[str, FactValue] = {"authority.status": status, "authority.by": "Lederen", "authority.on": DAY}
    if status == "not-required":
        made["authority.reason"] = "Intet fravær."
    for step in ("ask-absence", "decide-report"):
        desk.set_aside(case, step, "prøve")
    desk.do_step(case, "report-authority", made)
    waiting = [line for line in of(desk, TodayGroup.WAITING) if line.step == "report-authority"]
    assert bool(waiting) is (status == "reported")
    if waiting:
        assert waiting[0].step_title.endswith(": no answer yet")
        desk.do_step(case, "report-authority", {**made, "authority.reference": "EASY-1"})
        assert "report-authority" not in steps(of(desk, TodayGroup.WAITING))


def test_a_referral_is_not_waited_for_but_followed_up(desk: Casework) -> None:
    case = a_case(desk).id
    desk.do_step(
        case, "refer-help", {"help.referrals": "psychologist", "help.note": "Aftalt.", "help.offender": "not-needed"}
    )
    assert "refer-help" not in steps(of(desk, TodayGroup.WAITING))
    follow = desk.guide(case).step("follow-up")
    assert follow.step.recurs is not None and "followup.help" in follow.step.sets


def test_a_case_that_waits_for_an_answer_still_shows_its_next_step(desk: Casework) -> None:
    case = a_case(desk).id
    before = desk.today().lines
    assert [line.group for line in before] == [TodayGroup.LATER]
    desk.do_step(case, "ask-prevention", ASKED["ask-prevention"])
    assert {line.group for line in desk.today().lines} == {TodayGroup.WAITING, TodayGroup.LATER}


def test_a_case_without_a_next_step_is_named_and_a_closed_one_is_not(desk: Casework) -> None:
    case = a_case(desk).id
    for _round in range(300):
        guide = desk.guide(case)
        if not guide.next_steps:
            break
        desk.set_aside(case, guide.next_steps[0].id, "prøve")
    (line,) = of(desk, TodayGroup.NO_STEP)
    assert (line.case, line.step) == (case, "")
    if not desk.guide(case).can_close:
        for view in desk.guide(case).blockers:
            desk.set_aside(case, view.id, "prøve")
    (line,) = of(desk, TodayGroup.NO_STEP)
    assert line.closable
    desk.close_case(case, "slut")
    assert desk.today().lines == ()
    assert desk.today().open_cases == 0


def test_a_step_is_put_off_with_a_reason_and_comes_back_on_its_day(desk: Casework, clock: Clock) -> None:
    case = a_case(desk).id
    desk.set_level(case, 3, "panik")
    clock.now += timedelta(days=8)
    assert "wellbeing-talk" in steps(of(desk, TodayGroup.OVERDUE))
    until = clock.today() + timedelta(days=3)
    with pytest.raises(ReasonMissing):
        desk.snooze(case, "wellbeing-talk", until, " ")
    guide = desk.snooze(case, "wellbeing-talk", until, "Hun er på lejrskole.")
    assert guide.step("wellbeing-talk").snoozed is not None
    assert "wellbeing-talk" not in {view.id for view in guide.next_steps}
    (line,) = [line for line in desk.today().lines if line.step == "wellbeing-talk"]
    assert (line.group, line.due_on, line.put_off) == (TodayGroup.WEEK, until, True)
    assert "Hun er på lejrskole." in desk.history(case)[0].words
    clock.now += timedelta(days=3)
    assert "wellbeing-talk" in steps(of(desk, TodayGroup.TODAY))
    clock.now += timedelta(days=1)
    assert "wellbeing-talk" in steps(of(desk, TodayGroup.OVERDUE))


def test_putting_off_is_taken_back(desk: Casework, clock: Clock) -> None:
    case = a_case(desk).id
    desk.set_level(case, 3, "panik")
    clock.now += timedelta(days=8)
    desk.snooze(case, "wellbeing-talk", clock.today() + timedelta(days=3), "ferie")
    guide = desk.end_snooze(case, "wellbeing-talk")
    assert guide.step("wellbeing-talk").state is State.OVERDUE
    with pytest.raises(StepNotMarked):
        desk.end_snooze(case, "wellbeing-talk")


def test_a_must_that_is_overdue_is_not_put_off(desk: Casework, clock: Clock) -> None:
    case = a_case(desk).id
    desk.set_level(case, 3, "panik")
    clock.now += timedelta(days=30)
    must = next(view for view in desk.guide(case).next_steps if view.strength == "must" and view.state is State.OVERDUE)
    with pytest.raises(SnoozeRefused) as refusal:
        desk.snooze(case, must.id, clock.today() + timedelta(days=1), "travlt")
    assert refusal.value.exit_code == 5
    assert desk.guide(case).step(must.id).snoozed is None
    assert must.id in steps(of(desk, TodayGroup.OVERDUE))


def test_a_clock_set_back_is_noticed(desk: Casework, clock: Clock) -> None:
    a_case(desk)
    assert desk.today().newest_entry_at is None
    clock.now -= timedelta(days=2)
    newest = desk.today().newest_entry_at
    assert newest is not None
    assert newest.date() == DAY


def test_guides_are_kept_and_worked_out_a_few_at_a_time(desk: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [a_case(desk, f"Sag {number}").id for number in range(5)]
    worked: list[str] = []
    whole = Casework._guide

    def counted(self: Casework, space: str) -> Guide:
        worked.append(space)
        return whole(self, space)

    monkeypatch.setattr(Casework, "_guide", counted)
    assert desk.today(patience=2).pending == 3
    assert desk.today(patience=2).pending == 1
    page = desk.today(patience=2)
    assert (page.pending, page.open_cases) == (0, 5)
    assert sorted(worked) == sorted(cases)
    desk.today()
    assert len(worked) == 5
    desk.add_note(cases[0], "ny")
    worked.clear()
    desk.today()
    assert worked == [cases[0]]


def test_a_page_kept_by_an_earlier_segl_is_made_anew(desk: Casework) -> None:
    case = a_case(desk).id
    desk.set_level(case, 3, "panik")
    before = desk.today().lines
    assert before
    desk._connection.execute("UPDATE glance SET body = json_remove(body, '$.form', '$.lines')")
    assert desk.today().lines == before


@given(st.integers(min_value=-400, max_value=400), st.booleans())
def test_every_due_step_within_a_week_is_under_exactly_one_heading(days: int, waits: bool) -> None:
    group = group_of(DAY + timedelta(days=days), DAY, waits=waits)
    if days < 0:
        assert group is TodayGroup.OVERDUE
    elif days == 0:
        assert group is TodayGroup.TODAY
    elif waits:
        assert group is TodayGroup.WAITING
    else:
        assert group is (TodayGroup.WEEK if days < 7 else None)
