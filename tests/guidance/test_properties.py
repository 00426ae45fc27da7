"""What holds for every case, whatever its facts and in whatever order they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import gates
from guidance.engine import CaseFacts, check_close, evaluate
from guidance.errors import SeglError
from guidance.gates import DECISION_FACTS
from guidance.loader import for_kind
from guidance.merge import merge_facts
from guidance.model import FactSpec, FactType, FactValue, State, Strength
from tests.guidance.cases import NOW, TODAY, an_answer, answers, aside, do, facts

SPECS: Final = merge_facts(for_kind("school"))
_SETTINGS: Final = settings(max_examples=60, deadline=None)


def _value(spec: FactSpec) -> st.SearchStrategy[FactValue]:
    match spec.type:
        case FactType.YES_NO:
            return st.booleans()
        case FactType.LEVEL:
            return st.integers(1, 4)
        case FactType.DATE:
            return st.integers(0, 40).map(lambda days: TODAY - timedelta(days=days))
        case FactType.CHOICE | FactType.CHOICES:
            return st.sampled_from([choice.id for choice in spec.choices])
        case FactType.TEXT:
            return st.sampled_from(["noget", "politiet siger ja", " "])


@st.composite
def some_facts(draw: st.DrawFn) -> dict[str, FactValue]:
    """Any facts a case may have."""
    chosen = draw(st.lists(st.sampled_from(sorted(SPECS)), unique=True, max_size=40))
    return {id: draw(_value(SPECS[id])) for id in chosen}


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    """Any case: facts, disputes, steps set aside."""
    values = draw(some_facts())
    case = facts(values, at=NOW - timedelta(days=draw(st.integers(0, 30))))
    disputed = frozenset(id for id in values if draw(st.integers(0, 9)) == 0)
    candidates = {id: (values[id], draw(_value(SPECS[id]))) for id in disputed}
    for id in draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=4)):
        case = aside(case, id, draw(st.sampled_from(["aftalt", " "])))
    return replace(case, disputed=disputed, candidates=candidates)


STEPS: Final = {step.id for book in for_kind("school") for step in book.steps}


@_SETTINGS
@given(st.data(), st.sampled_from([3, 4]))
def test_no_order_of_facts_unlocks_deleting_before_the_police_decide(data: st.DataObject, level: int) -> None:
    """Walk through the case as a person would, in any order; deleting succeeds only after the whole decision."""
    case = facts({"level": level, **data.draw(some_facts())})
    guarded = ("platform.deleted.on", "platform.deleted.what")
    case = replace(case, values={**case.values, "level": level})
    case = replace(case, values={id: value for id, value in case.values.items() if id not in guarded})
    weighted = [*sorted(STEPS), *["delete-from-platform", "police-decision"] * 8]
    walk = data.draw(st.lists(st.sampled_from(weighted), max_size=12))
    for id in data.draw(st.lists(st.sampled_from(weighted), max_size=3)):
        case = aside(case, id)
    for step in walk:
        now = evaluate(for_kind("school"), case, TODAY)
        wanted = {id: data.draw(_value(SPECS[id])) for id in now.step(step).step.sets}
        try:
            case = do(case, step, answers(now, step, {**wanted, "level": level}))
        except SeglError:
            continue
        if step == "delete-from-platform":
            assert all(str(case.values[fact]).strip() for fact in DECISION_FACTS)
            assert case.values["police.decision.extent"] in ("all", "some")


@_SETTINGS
@given(cases())
def test_a_held_step_is_never_among_the_next_and_every_hold_says_why(case: CaseFacts) -> None:
    now = evaluate(for_kind("school"), case, TODAY)
    held = [view for view in now.steps if view.state is State.HELD]
    assert not {view.id for view in held} & {view.id for view in now.next_steps}
    assert all(hold.explanation.da and hold.explanation.en for view in held for hold in view.held_by)
    assert all((view.state is State.HELD) == bool(view.held_by) for view in now.steps)
    assert {view.id for view in now.next_steps} == {view.id for view in now.steps if view.actionable}


@_SETTINGS
@given(cases())
def test_the_same_facts_give_the_same_steps_in_whatever_order_they_came(case: CaseFacts) -> None:
    turned = replace(
        case,
        values=dict(reversed(list(case.values.items()))),
        known_at=dict(reversed(list(case.known_at.items()))),
        set_aside=dict(reversed(list(case.set_aside.items()))),
    )
    assert (
        evaluate(for_kind("school"), case, TODAY).steps
        == evaluate(tuple(reversed(for_kind("school"))), turned, TODAY).steps
    )


@_SETTINGS
@given(cases())
def test_a_case_can_be_closed_without_any_step_that_is_not_a_must(case: CaseFacts) -> None:
    """Set aside only what blocks: then nothing stands against closing, and no should or may was touched."""
    for _round in range(3):
        now = evaluate(for_kind("school"), case, TODAY)
        assert all(view.strength is Strength.MUST for view in now.blockers)
        for view in now.blockers:
            case = aside(case, view.id, at=NOW + timedelta(days=1))
    check_close(evaluate(for_kind("school"), case, TODAY))


@_SETTINGS
@given(cases(), st.integers(0, 60))
def test_time_alone_never_does_or_unlocks_a_step(case: CaseFacts, days: int) -> None:
    """A day further on a step may be due or overdue, but not done, not held less and not another's business."""
    now = {view.id: view.state for view in evaluate(for_kind("school"), case, TODAY).steps}
    later = {view.id: view.state for view in evaluate(for_kind("school"), case, TODAY + timedelta(days=days)).steps}
    for id, state in later.items():
        if state in (State.DONE, State.NOT_APPLICABLE, State.SET_ASIDE):
            assert now[id] is state
        if now[id] is State.HELD:
            assert state is State.HELD


@_SETTINGS
@given(cases(), st.data())
def test_a_dispute_never_takes_a_must_away(case: CaseFacts, data: st.DataObject) -> None:
    """The musts of a disputed level hold those of each level the heads name."""
    first, second = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    case = replace(case, set_aside={}, disputed=case.disputed - {"level"})
    split = replace(case, disputed=case.disputed | {"level"}, candidates={**case.candidates, "level": (first, second)})
    both = {view.id for view in evaluate(for_kind("school"), split, TODAY).blockers}
    for level in (first, second):
        one = replace(case, values={**case.values, "level": level})
        assert {view.id for view in evaluate(for_kind("school"), one, TODAY).blockers} <= both


def test_some_answer_fits_every_fact() -> None:
    """The control of these tests: what they make up is what a case can have."""
    from guidance.known import fits

    assert all(fits(spec, an_answer(spec)) for spec in SPECS.values())


def test_with_the_gates_away_the_walk_does_delete_before_the_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the walk: it sees a gate that is missing."""
    monkeypatch.setattr(gates, "GATES", ())
    now = evaluate(for_kind("school"), facts({"level": 3}), TODAY)
    case = do(facts({"level": 3}), "delete-from-platform", answers(now, "delete-from-platform"))
    assert not any(fact in case.values for fact in DECISION_FACTS)
