"""States, dates and order; what stands against closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from guidance.engine import SetAside, check_close, evaluate
from guidance.loader import for_kind, load_playbook
from guidance.model import FactValue, State, Strength
from guidance.refusals import ClosingRefused
from tests.guidance.cases import DECISION, DELETED, NOW, OPENED, TODAY, aside, do, facts, guide

Values = dict[str, FactValue]
_AFTER_REPORT = b"""
[[steps]]
id = "insurance"
phase = "report"
kind = "do"
strength = "may"
heading = "x"
after = ["police-report"]
title = { da = "x", en = "x" }
why = { da = "x", en = "x" }
how = { da = "x", en = "x" }
"""
CONTACTED: Values = {"platform.contacted-on": TODAY, "platform.contacted-which": "Snapchat"}
CALLED: Values = {
    "police.contacted-on": TODAY,
    "police.contact-person": "ressourceperson",
    "police.contact-advice": "anmeld",
}


def test_a_new_case_begins_with_the_reaction_and_the_level() -> None:
    now = guide()
    assert [view.id for view in now.next_steps[:2]] == ["ask-reaction", "decide-level"]
    assert now.step("delete-from-platform").state is State.NOT_APPLICABLE
    assert [phase.id for phase in now.phases][:2] == ["level", "assess"]


def test_at_level_four_police_and_platform_are_due_at_once_and_the_police_come_first() -> None:
    now = guide({"level": 4})
    assert [view.id for view in now.next_steps[:3]] == ["police-contact", "contact-platform", "police-report"]
    assert [now.step(id).state for id in ("police-contact", "contact-platform", "police-report")] == [State.DUE] * 3
    assert "First" in now.step("contact-platform").warnings[0].en
    after = guide({"level": 4, **CALLED}).step("contact-platform").warnings
    assert not any(warning.en.startswith("First") for warning in after)
    tomorrow = guide({"level": 4}, today=TODAY + timedelta(days=1))
    assert tomorrow.step("contact-platform").state is State.OVERDUE


def test_a_step_is_done_when_its_facts_are_there_whatever_recorded_them() -> None:
    assert guide({"level": 3, **CONTACTED}).step("contact-platform").state is State.DONE
    part = guide({"level": 3, "platform.contacted-on": TODAY}).step("contact-platform")
    assert part.state is State.OPEN


def test_a_step_that_asks_for_nothing_is_done_by_its_own_mark() -> None:
    assert guide({"level": 1}).step("short-help").state is State.OPEN
    assert guide({"level": 1, "done.short-help": True}).step("short-help").state is State.DONE
    assert guide({"level": 1, "done.short-help": False}).step("short-help").state is State.OPEN


def test_an_answer_that_is_not_asked_for_is_not_needed() -> None:
    assert guide({"device.has-material": False}).step("own-device").state is State.DONE
    assert guide({"device.has-material": True}).step("own-device").state is State.OPEN
    assert [spec.id for spec in guide({"device.has-material": False}).step("own-device").facts] == [
        "device.has-material"
    ]


def test_a_refused_report_is_recorded_and_the_must_stands_until_set_aside() -> None:
    refused: Values = {"report.status": "refused", "report.refused-reason": "familien vil ikke"}
    now = guide({"level": 4, **refused})
    assert now.step("police-report").state is State.DUE
    assert "police-report" in [view.id for view in now.blockers]
    later = evaluate(for_kind("school"), aside(facts({"level": 4, **refused}), "police-report"), TODAY)
    assert later.step("police-report").state is State.SET_ASIDE
    assert "police-report" not in [view.id for view in later.blockers]


# ---- recurring


def _talks(*days: int) -> State:
    case = facts({"level": 3, "signs.seen": "shame"}, at=NOW - timedelta(days=60))
    case = replace(case, done_at={"wellbeing-talk": tuple(NOW - timedelta(days=day) for day in days)})
    return evaluate(for_kind("school"), case, TODAY).step("wellbeing-talk").state


def test_a_recurring_step_falls_due_again_from_the_last_time() -> None:
    assert _talks(20, 6) is State.DONE
    assert _talks(20, 7) is State.DUE
    assert _talks(8) is State.OVERDUE
    assert _talks(6, 20) is State.DONE


def test_a_recurring_step_that_was_never_done_is_due_from_its_event() -> None:
    case = facts({"level": 3}, at=NOW)
    assert evaluate(for_kind("school"), case, TODAY).step("keep-contact").due_on == TODAY + timedelta(days=7)
    assert evaluate(for_kind("school"), case, TODAY + timedelta(days=8)).step("keep-contact").state is State.OVERDUE


def test_a_recurring_step_can_be_ended_and_taken_up_again() -> None:
    case = replace(
        facts({"done.keep-contact": True, "level": 3}), done_at={"keep-contact": (NOW - timedelta(days=20),)}
    )
    assert evaluate(for_kind("school"), case, TODAY).step("keep-contact").state is State.OVERDUE
    ended = aside(case, "keep-contact", at=NOW)
    assert evaluate(for_kind("school"), ended, TODAY + timedelta(days=90)).step("keep-contact").state is State.SET_ASIDE
    again = replace(ended, done_at={"keep-contact": (NOW + timedelta(days=1),)})
    assert evaluate(for_kind("school"), again, TODAY + timedelta(days=2)).step("keep-contact").state is State.DONE


# ---- dates


def test_a_day_is_counted_by_the_offices_calendar() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    case = replace(facts({"level": 4}, at=late), zone=timezone(timedelta(hours=1)))
    assert evaluate(for_kind("school"), case, TODAY).step("police-contact").due_on == date(2026, 11, 22)
    assert evaluate(for_kind("school"), facts({"level": 4}, at=late), TODAY).step("police-contact").due_on == TODAY


def test_a_date_counts_from_the_day_it_names() -> None:
    now = guide({"press.contacted-on": TODAY - timedelta(days=2)})
    assert (now.step("communications").state, now.step("communications").due_on) == (
        State.OVERDUE,
        TODAY - timedelta(days=2),
    )


# ---- setting aside, disputes


def test_a_blank_reason_sets_nothing_aside() -> None:
    case = replace(facts(), set_aside={"uncover": SetAside(reason="  ", at=NOW)})
    assert evaluate(for_kind("school"), case, TODAY).step("uncover").state is State.OPEN


def test_what_the_level_makes_a_must_is_decided_anew() -> None:
    case = aside(facts({"level": 2}, at=OPENED), "mediation", at=OPENED + timedelta(hours=1))
    assert evaluate(for_kind("school"), case, TODAY).step("mediation").state is State.SET_ASIDE
    raised = replace(case, values={"level": 3}, known_at={"level": NOW})
    view = evaluate(for_kind("school"), raised, TODAY).step("mediation")
    assert (view.state, view.strength) == (State.OPEN, Strength.MUST)
    assert "another level" in view.warnings[0].en
    assert (
        evaluate(for_kind("school"), aside(raised, "mediation", at=NOW), TODAY).step("mediation").state
        is State.SET_ASIDE
    )


def test_while_the_level_is_disputed_the_musts_of_both_levels_stand() -> None:
    split = replace(facts(), disputed=frozenset({"level"}), candidates={"level": (2, 4)})
    now = evaluate(for_kind("school"), split, TODAY)
    musts = {view.id for view in now.blockers}
    assert {"calm", "long-help", "police-report", "police-contact", "decide-level"} <= musts
    assert now.step("calm-panic").state is State.NOT_APPLICABLE
    assert any("Colleagues" in warning.en for warning in now.step("decide-level").warnings)
    two = {view.id for view in guide({"level": 2}).blockers}
    four = {view.id for view in guide({"level": 4}).blockers}
    assert musts == two | four | {"decide-level"}


def test_a_disputed_answer_undoes_the_step() -> None:
    split = replace(facts({"level": 3, **CONTACTED}), disputed=frozenset({"platform.contacted-on"}))
    assert evaluate(for_kind("school"), split, TODAY).step("contact-platform").state is not State.DONE


# ---- holds that a person may go past


def test_internal_steps_wait_for_the_police_and_a_person_may_go_past_with_a_reason() -> None:
    values: Values = {"handling.internal": True, "report.status": "made", "report.by": "parents", "report.on": TODAY}
    assert guide({"handling.internal": True}).step("internal-cooperation").state is State.OPEN
    held = guide(values).step("internal-cooperation")
    assert (held.state, held.held_by[0].may_pass) == (State.HELD, True)
    assert "police have taken over" in held.held_by[0].explanation.en
    agreed: Values = {**values, "police.internal": "agreed", "police.internal-note": "aftalt"}
    assert guide(agreed).step("internal-cooperation").state is State.OPEN
    passed = replace(facts(values), passed={"internal-cooperation": SetAside(reason="aftalt pr. telefon", at=NOW)})
    assert evaluate(for_kind("school"), passed, TODAY).step("internal-cooperation").state is State.OPEN
    blank = replace(facts(values), passed={"internal-cooperation": SetAside(reason=" ", at=NOW)})
    assert evaluate(for_kind("school"), blank, TODAY).step("internal-cooperation").state is State.HELD


def test_a_need_without_may_pass_stays_whatever_the_reason() -> None:
    values: Values = {"level": 2, "offender.known": "unknown"}
    passed = replace(facts(values), passed={"delete-from-platform": SetAside(reason="haster", at=NOW)})
    assert evaluate(for_kind("school"), passed, TODAY).step("delete-from-platform").state is State.HELD


# ---- the person's wish


def test_the_wish_is_shown_wherever_somebody_is_told() -> None:
    now = guide({"told.whom": "friends police", "victim.age": "minor", "parents.decision": "inform"})
    telling = [view for view in now.steps if view.step.informs and view.actionable]
    assert {"involve-parents", "involve-leadership", "surroundings"} <= {view.id for view in telling}
    assert all(any("friends, the police" in warning.en for warning in view.warnings) for view in telling)
    assert any("Nobody has recorded" in warning.en for warning in guide().step("involve-leadership").warnings)


def test_parents_are_not_told_against_the_wish_before_the_leadership_decides() -> None:
    wish: Values = {"victim.age": "minor", "told.whom": "nobody"}
    now = guide(wish)
    assert now.step("involve-parents").state is State.HELD
    assert (now.step("parents-conflict").state, now.step("parents-conflict").strength) == (State.DUE, Strength.MUST)
    decided: Values = {**wish, "parents.decision-by": "skolelederen", "parents.decision-reason": "x"}
    assert guide({**decided, "parents.decision": "inform"}).step("involve-parents").actionable
    assert guide({**decided, "parents.decision": "not-inform"}).step("involve-parents").state is State.HELD
    assert guide({"victim.age": "minor", "told.whom": "parents"}).step("involve-parents").actionable
    assert guide({"victim.age": "adult"}).step("involve-parents").state is State.NOT_APPLICABLE


# ---- closing


def test_closing_is_refused_with_the_open_musts_by_name_and_allowed_without() -> None:
    now = guide({"level": 1})
    with pytest.raises(ClosingRefused) as caught:
        check_close(now)
    assert caught.value.rule == "open-musts"
    assert caught.value.exit_code == 5
    assert [view.id for view in caught.value.blockers] == [view.id for view in now.blockers]
    assert "uncover" in str(caught.value)
    case = facts({"level": 1})
    for view in now.blockers:
        case = aside(case, view.id)
    settled = evaluate(for_kind("school"), case, TODAY)
    assert settled.can_close
    check_close(settled)


def test_a_held_must_stands_against_closing() -> None:
    values: Values = {"device.has-material": True, "device.whose": "own", "original.held-by": "nobody"}
    now = guide(values)
    assert now.step("clear-own-device").state is State.HELD
    assert "clear-own-device" in [view.id for view in now.blockers]


# ---- two playbooks as one


def test_within_a_phase_what_comes_first_is_shown_first_whichever_playbook_it_is_from() -> None:
    order = [view.id for view in guide({"level": 3}).steps]
    assert order.index("contact-platform") < order.index("delete-from-platform")
    assert order.index("police-contact") < order.index("police-report")
    phases = [view.phase.order for view in guide({"level": 3}).steps]
    assert phases == sorted(phases)


def test_playbooks_that_name_each_other_in_a_circle_are_shown_all_the_same() -> None:
    turned = [
        load_playbook(book.raw.replace(b'id = "police-report"', b'id = "police-report"\nafter = ["insurance"]', 1), "a")
        if book.id == "action-card"
        else load_playbook(book.raw + _AFTER_REPORT, "b")
        if book.id == "handling-model"
        else book
        for book in for_kind("school")
    ]
    assert len(evaluate(turned, facts({"level": 4}), TODAY).steps) == len(guide({"level": 4}).steps)


def test_a_pair_is_one_step_that_names_both_sources_and_answers_to_either_name() -> None:
    pairs = {view.id: view.sources for view in guide().steps if len(view.sources) > 1}
    assert pairs == {
        id: (("action-card", id), ("handling-model", id))
        for id in ("tell-whom", "delete-from-platform", "police-report", "refer-help")
    }
    renamed = [
        load_playbook(book.raw.replace(b'id = "police-report"', b'id = "report-it"'), book.id)
        if book.id == "handling-model"
        else book
        for book in for_kind("school")
    ]
    now = evaluate(renamed, facts({"level": 4}), TODAY)
    assert now.step("report-it") is now.step("police-report")
    assert now.step("report-it").sources == (("action-card", "police-report"), ("handling-model", "report-it"))


def test_of_a_pair_only_what_applies_counts() -> None:
    only_card = guide({"handling.police": "yes"}).step("police-report")
    assert (only_card.strength, only_card.due_on) == (Strength.SHOULD, None)
    both = guide({"handling.police": "yes", "level": 4}).step("police-report")
    assert (both.strength, both.due_on) == (Strength.MUST, TODAY)
    assert "114" in both.step.how.en
    assert "set the step aside" in both.step.how.en
    assert guide({"level": 3}).step("police-report").state is State.NOT_APPLICABLE


def test_an_unknown_offender_adds_its_own_need_to_deleting() -> None:
    values: Values = {"level": 3, **DECISION}
    assert guide(values).step("delete-from-platform").state is State.OPEN
    unknown: Values = {**values, "offender.known": "unknown"}
    assert guide(unknown).step("delete-from-platform").held_by[0].facts == ("evidence.secured-on",)
    secured: Values = {**unknown, "evidence.secured-on": TODAY, "evidence.secured-by": "forældrene"}
    assert guide(secured).step("delete-from-platform").state is State.OPEN


def test_the_order_in_which_playbooks_are_given_changes_nothing() -> None:
    case = facts({"level": 3, "victim.age": "minor"})
    assert evaluate(for_kind("school"), case, TODAY) == evaluate(tuple(reversed(for_kind("school"))), case, TODAY)


@pytest.mark.parametrize("book", [book for book in for_kind("school") if book.steps], ids=lambda book: book.id)
def test_each_playbook_stands_alone(book: object) -> None:
    assert evaluate([book], facts({"level": 3}), TODAY).steps  # type: ignore[list-item]


def test_the_way_from_police_call_to_deletion() -> None:
    case = facts({"level": 3})
    case = do(case, "police-contact", CALLED)
    case = do(case, "contact-platform", CONTACTED)
    case = do(case, "police-decision", DECISION)
    case = do(case, "delete-from-platform", DELETED)
    assert evaluate(for_kind("school"), case, TODAY).step("delete-from-platform").state is State.DONE
