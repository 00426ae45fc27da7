"""The named gates: shut and open, and shut still when a file is weakened or a reason is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from guidance import gates
from guidance.engine import CaseFacts, SetAside, check_do, check_pass, check_record, evaluate
from guidance.gates import DECISION_FACTS
from guidance.loader import for_kind, load_playbook
from guidance.model import FactValue, State
from guidance.refusals import FactHeld, HoldNotPassable, StepHeld
from tests.guidance.cases import DECISION, DELETED, NOW, TODAY, aside, facts, guide

Values = dict[str, FactValue]
DEVICE: Values = {"device.has-material": True, "device.whose": "own"}
CLEARED: Values = {"device.cleared.on": TODAY, "device.cleared.checked": True}


def _held(values: Mapping[str, FactValue], step: str = "delete-from-platform") -> tuple[str, ...]:
    view = guide(values).step(step)
    assert (view.state is State.HELD) is bool(view.held_by)
    return tuple(hold.rule for hold in view.held_by)


@pytest.mark.parametrize("level", [3, 4])
def test_deleting_is_refused_until_the_decision_is_whole_and_then_allowed(level: int) -> None:
    for number in range(4):
        for some in combinations(DECISION_FACTS, number):
            now = guide({"level": level, **{fact: DECISION[fact] for fact in some}})
            with pytest.raises(StepHeld) as caught:
                check_do(now, "delete-from-platform", DELETED)
            assert caught.value.rule == "police-first"
            assert caught.value.exit_code == 5
            assert set(caught.value.holds[0].facts) == set(DECISION_FACTS) - set(some)
    check_do(guide({"level": level, **DECISION}), "delete-from-platform", DELETED)


@pytest.mark.parametrize(
    "change",
    [
        {"police.decision.by": "  "},
        {"police.decision.reference": ""},
        {"police.decision.on": TODAY + timedelta(days=1)},
        {"police.decision.on": "2026-11-21"},
        {"police.decision.extent": "alt"},
        {"police.decision.extent": "some"},
        {"police.decision.extent": "some", "police.decision.which": " "},
        {"police.decision.extent": "nothing"},
        {"police.decision.extent": "nothing", "police.decision.which": "alt"},
    ],
    ids=str,
)
def test_a_decision_that_is_blank_ahead_of_time_or_no_keeps_it_shut(change: Values) -> None:
    assert _held({"level": 3, **DECISION, **change}) == ("police-first",)


def test_a_decision_on_some_images_opens_when_it_says_which_and_says_so() -> None:
    decision: Values = {**DECISION, "police.decision.extent": "some", "police.decision.which": "billede 2"}
    view = guide({"level": 3, **decision}).step("delete-from-platform")
    assert view.state is State.OPEN
    assert any("billede 2" in warning.da for warning in view.warnings)


def test_police_who_say_delete_nothing_are_quoted() -> None:
    view = guide({"level": 4, **DECISION, "police.decision.extent": "nothing"}).step("delete-from-platform")
    assert "slet intet" in view.held_by[0].explanation.da
    assert "delete nothing" in view.held_by[0].explanation.en


def test_before_the_level_is_decided_nothing_is_deleted_and_at_two_the_police_are_not_asked_first() -> None:
    unknown: Values = {"offender.known": "unknown", "evidence.secured-on": TODAY}
    assert _held(unknown) == ("police-first",)
    assert _held({**unknown, "level": 2}) == ()
    assert _held({"level": 2}) == ()


def test_a_level_that_is_raised_or_disputed_shuts_the_gate_again() -> None:
    assert _held({"level": 2}) == ()
    assert _held({"level": 3}) == ("police-first",)
    split = replace(facts(), disputed=frozenset({"level"}), candidates={"level": (2, 3)})
    assert evaluate(for_kind("school"), split, TODAY).step("delete-from-platform").state is State.HELD


def test_a_disputed_decision_counts_as_none() -> None:
    split = replace(facts({"level": 3, **DECISION}), disputed=frozenset({"police.decision.extent"}))
    assert evaluate(for_kind("school"), split, TODAY).step("delete-from-platform").state is State.HELD


@pytest.mark.parametrize("level", [2, 3, 4])
def test_contacting_a_platform_is_never_held(level: int) -> None:
    for decision in ({}, {**DECISION, "police.decision.extent": "nothing"}):
        check_do(
            guide({"level": level, **decision}),
            "contact-platform",
            {"platform.contacted-on": TODAY, "platform.contacted-which": "Snapchat"},
        )


@pytest.mark.parametrize(
    ("whose", "holder", "held"),
    [
        ("own", None, True),
        ("own", "nobody", True),
        ("own", "in-doubt", True),
        ("own", "pupil", False),
        ("office", "parents", False),
        ("own", "police", False),
    ],
)
@pytest.mark.parametrize("level", [None, 3, 4])
def test_clearing_waits_for_the_original_and_for_nothing_else(
    whose: str, holder: str | None, held: bool, level: int | None
) -> None:
    values: Values = {"device.has-material": True, "device.whose": whose}
    values |= {"original.held-by": holder} if holder else {}
    values |= {"level": level} if level else {}
    now = guide(values)
    if held:
        with pytest.raises(StepHeld) as caught:
            check_do(now, "clear-own-device", CLEARED)
        assert caught.value.rule == "secured-before-cleared"
    else:
        check_do(now, "clear-own-device", CLEARED)


@pytest.mark.parametrize("whose", ["victim", "other"])
def test_the_persons_own_device_is_never_cleared(whose: str) -> None:
    values: Values = {"device.has-material": True, "device.whose": whose, "original.held-by": "police"}
    assert guide(values).step("clear-own-device").state is State.NOT_APPLICABLE
    with pytest.raises(FactHeld) as caught:
        check_record(guide(values), CLEARED)
    assert caught.value.rule == "secured-before-cleared"
    assert "alone" in str(caught.value)


def test_in_doubt_the_police_are_rung_the_same_day() -> None:
    now = guide({**DEVICE, "original.held-by": "in-doubt"})
    assert (now.step("police-advice").state, now.step("police-advice").due_on) == (State.DUE, TODAY)
    assert guide({**DEVICE, "original.held-by": "pupil"}).step("police-advice").state is State.NOT_APPLICABLE


def test_nobody_goes_past_a_gate_with_a_reason() -> None:
    now = guide({"level": 3})
    with pytest.raises(HoldNotPassable) as caught:
        check_pass(now, "delete-from-platform", "politiet svarer ikke")
    assert caught.value.rule == "police-first"
    passed = {"delete-from-platform": SetAside(reason="politiet svarer ikke", at=NOW)}
    forced: CaseFacts = replace(facts({"level": 3}), passed=passed)
    assert evaluate(for_kind("school"), forced, TODAY).step("delete-from-platform").state is State.HELD


@pytest.mark.parametrize("marks", [{}, DELETED], ids=["set aside", "set aside and done by a colleague"])
def test_a_step_that_was_set_aside_or_done_is_held_all_the_same(marks: Values) -> None:
    case = aside(facts({"level": 3, **marks}), "delete-from-platform")
    view = evaluate(for_kind("school"), case, TODAY).step("delete-from-platform")
    assert view.state in (State.SET_ASIDE, State.DONE)
    with pytest.raises(StepHeld) as caught:
        check_do(evaluate(for_kind("school"), case, TODAY), "delete-from-platform", DELETED)
    assert caught.value.rule == "police-first"
    decided = aside(facts({"level": 3, **marks, **DECISION}), "delete-from-platform")
    check_do(evaluate(for_kind("school"), decided, TODAY), "delete-from-platform", DELETED)


def test_a_note_lifts_nothing() -> None:
    values: Values = {
        "level": 3,
        "told.note": "politiet siger ja til at slette alt",
        "police.contact-advice": "slet alt",
    }
    assert _held(values) == ("police-first",)


def test_a_guarded_fact_is_refused_outside_its_step_and_allowed_when_the_gate_is_open() -> None:
    for values in ({"level": 3}, {}):
        with pytest.raises(FactHeld) as caught:
            check_record(guide(values), DELETED)
        assert caught.value.exit_code == 5
    check_record(guide({"level": 3, **DECISION}), DELETED)
    check_record(guide({"level": 3}), {"incident.what": "x"})


@pytest.mark.parametrize("gate", gates.GATES, ids=lambda gate: gate.id)
def test_the_gate_holds_even_when_the_file_is_weakened(gate: gates.Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of another name, without needs and open to passing, that asks for a guarded fact, is held all the same."""
    step = {"police-first": "delete-from-platform", "secured-before-cleared": "clear-own-device"}[gate.id]
    values: Values = {"level": 3, **DEVICE}
    weak = []
    for book in for_kind("school"):
        text = book.raw.decode().replace(f'id = "{step}"', 'id = "harmless"\nmay_pass = true')
        weak.append(load_playbook(text.encode(), "weak.toml"))
    forced = replace(facts(values), passed={"harmless": SetAside(reason="haster", at=NOW)})
    assert evaluate(weak, forced, TODAY).step("harmless").state is State.HELD
    monkeypatch.setattr(gates, "GATES", tuple(other for other in gates.GATES if other.id != gate.id))
    assert evaluate(weak, forced, TODAY).step("harmless").state is not State.HELD


def test_a_deletion_that_a_colleague_recorded_without_the_decision_is_shown_as_such() -> None:
    view = guide({"level": 3, **DELETED}).step("delete-from-platform")
    assert view.state is State.DONE
    assert any("rule" in warning.en for warning in view.warnings)
    assert not guide({"level": 3, **DECISION, **DELETED}).step("delete-from-platform").warnings
