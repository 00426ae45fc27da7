"""The laws of the engine, over every playbook that ships and every kind of case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import gates
from guidance.consistency import FOLLOWS
from guidance.engine import CaseFacts, Guide, Snooze, check_close, check_do, evaluate
from guidance.errors import SeglError
from guidance.gates import DECISION_FACTS
from guidance.known import Known
from guidance.loader import for_kind
from guidance.merge import group_steps, merge_facts
from guidance.model import (
    CASE_KINDS,
    LEVEL_FACT,
    Condition,
    FactSpec,
    FactType,
    FactValue,
    Playbook,
    State,
    Step,
    Strength,
    Test,
)
from guidance.refusals import ClosingRefused
from tests.guidance.cases import DECISION, NOW, OPENED, TODAY, an_answer, answers, aside, facts

World = tuple[tuple[Playbook, ...], CaseFacts]
_SETTINGS: Final = settings(max_examples=50, deadline=None)
WORLDS: Final[dict[str, tuple[str, tuple[Playbook, ...]]]] = {
    f"{kind}{' with images' if images else ''}": (kind, for_kind(kind, {"images.shared": images}))
    for kind in CASE_KINDS
    for images in (False, True)
}
SETTLED: Final = (State.DONE, State.SET_ASIDE, State.NOT_APPLICABLE)


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
def worlds(draw: st.DrawFn) -> tuple[tuple[Playbook, ...], CaseFacts]:
    """A kind of case with its playbooks, and any facts, disputes, steps set aside and put off."""
    kind, books = WORLDS[draw(st.sampled_from(sorted(WORLDS)))]
    specs = merge_facts(books)
    steps = sorted({step.id for book in books for step in book.steps})
    chosen = draw(st.lists(st.sampled_from(sorted(specs)), unique=True, max_size=40))
    values = {id: draw(_value(specs[id])) for id in chosen}
    case = facts(values, at=NOW - timedelta(days=draw(st.integers(0, 30))), kind=kind)
    for id in draw(st.lists(st.sampled_from(steps), max_size=4)):
        case = aside(case, id, draw(st.sampled_from(["aftalt", " "])))
    disputed = frozenset(id for id in values if draw(st.integers(0, 9)) == 0)
    put_off = {
        id: Snooze(
            until=TODAY + timedelta(days=draw(st.integers(-5, 30))),
            reason=draw(st.sampled_from(["venter", " "])),
            at=OPENED,
        )
        for id in draw(st.lists(st.sampled_from(steps), max_size=4, unique=True))
    }
    candidates = {id: (values[id], draw(_value(specs[id]))) for id in disputed}
    return books, replace(case, disputed=disputed, candidates=candidates, snoozed=put_off)


def _lawful(books: tuple[Playbook, ...], before: Guide, step_id: str) -> bool:
    """Whether nothing held a step, worked out anew from the files and the gates' facts alone."""
    known = Known(before.facts, before.specs)
    view = before.step(step_id)
    members = [step for book in books for step in book.steps if (book.id, step.id) in view.sources]
    passed = all(step.may_pass for step in members) and bool(before.facts.passed)
    needs = [need for step in members if _is_for(step, known) for need in step.needs]
    met = passed or all(not known.may_meet_all(need.when) or known.meets(need.condition) for need in needs)
    asked = {fact for step in members for fact in step.sets}
    if asked & gates.POLICE_FIRST.guards:
        levels = known.levels()
        decided = all(known.value(fact) is not None for fact in DECISION_FACTS)
        met = met and bool(levels) and (decided or not levels & {3, 4, 5})
    if asked & gates.SECURED_BEFORE_CLEARED.guards:
        met = met and known.value("original.held-by") in ("pupil", "parents", "police")
        met = met and known.value("device.whose") in ("own", "office")
    return met


def _is_for(step: Step, known: Known) -> bool:
    levels = not step.applies.levels or bool(known.levels() & set(step.applies.levels))
    return levels and known.may_meet_all(step.applies.facts)


@_SETTINGS
@given(worlds(), st.data())
def test_no_order_of_facts_unlocks_a_held_step(world: World, data: st.DataObject) -> None:
    """Walk through any case in any order: whatever could be done was held by nothing just before it was done."""
    books, case = world
    steps = sorted({step.id for book in books for step in book.steps})
    for id in data.draw(st.lists(st.sampled_from(steps), min_size=4, max_size=14)):
        before = evaluate(books, case, TODAY)
        specs = before.specs
        wanted = {fact: data.draw(_value(specs[fact])) for fact in before.step(id).step.sets}
        values = answers(before, id, wanted)
        try:
            check_do(before, id, values)
        except SeglError:
            continue
        assert _lawful(books, before, id)
        case = replace(
            case,
            values={**case.values, **values},
            disputed=case.disputed - values.keys(),
            known_at={**case.known_at, **dict.fromkeys(values, NOW)},
            done_at={**case.done_at, before.step(id).id: (NOW,)},
        )


def test_the_walk_sees_a_gate_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the gates away the deletion is let through, and the walk's own reckoning sees it."""
    monkeypatch.setattr(gates, "GATES", ())
    books = for_kind("school")
    before = evaluate(books, facts({"level": 3}), TODAY)
    check_do(before, "delete-from-platform", answers(before, "delete-from-platform"))
    assert not _lawful(books, before, "delete-from-platform")


@_SETTINGS
@given(worlds(), st.randoms(use_true_random=False))
def test_what_comes_out_depends_on_the_facts_only(world: World, random: object) -> None:
    books, case = world

    def shuffled(mapping: Mapping[str, object]) -> dict[str, object]:
        items = list(mapping.items())
        random.shuffle(items)  # type: ignore[attr-defined]
        return dict(items)

    turned = replace(
        case,
        values=shuffled(case.values),  # type: ignore[arg-type]
        known_at=shuffled(case.known_at),  # type: ignore[arg-type]
        set_aside=shuffled(case.set_aside),  # type: ignore[arg-type]
        snoozed=shuffled(case.snoozed),  # type: ignore[arg-type]
        candidates=shuffled(case.candidates),  # type: ignore[arg-type]
    )
    one = evaluate(books, case, TODAY)
    other = evaluate(tuple(reversed(books)), turned, TODAY)
    assert (one.steps, one.next_steps) == (other.steps, other.next_steps)


@_SETTINGS
@given(worlds())
def test_closing_is_refused_exactly_while_a_must_is_open(world: World) -> None:
    books, case = world
    for _round in range(8):
        now = evaluate(books, case, TODAY)
        musts = [view.id for view in now.steps if view.strength is Strength.MUST and view.state not in SETTLED]
        try:
            check_close(now)
        except ClosingRefused as refused:
            assert [view.id for view in refused.blockers] == musts
        else:
            assert musts == []
            return
        for id in musts:
            case = aside(case, id, at=NOW + timedelta(days=1))
    raise AssertionError("setting the musts aside never came to an end")


@_SETTINGS
@given(worlds(), st.integers(0, 60))
def test_time_alone_does_and_unlocks_nothing(world: World, days: int) -> None:
    books, case = world
    now = {view.id: view.state for view in evaluate(books, case, TODAY).steps}
    later = {view.id: view.state for view in evaluate(books, case, TODAY + timedelta(days=days)).steps}
    for id, state in later.items():
        if state in SETTLED:
            assert now[id] is state
        if now[id] is State.HELD:
            assert state is State.HELD


@_SETTINGS
@given(worlds(), st.integers(0, 400))
def test_a_clock_set_back_undoes_nothing_that_was_done(world: World, days: int) -> None:
    books, case = world
    now = {view.id: view.state for view in evaluate(books, case, TODAY).steps}
    back = {view.id: view.state for view in evaluate(books, case, TODAY - timedelta(days=days)).steps}
    assert {id for id, state in now.items() if state is State.DONE} <= {
        id for id, state in back.items() if state is State.DONE
    }


@_SETTINGS
@given(worlds())
def test_putting_off_hides_no_must_beyond_its_day_and_settles_nothing(
    world: World,
) -> None:
    books, case = world
    plain = {view.id: view for view in evaluate(books, replace(case, snoozed={}), TODAY).steps}
    for view in evaluate(books, case, TODAY).steps:
        before = plain[view.id]
        assert view.blocks_closing == before.blocks_closing
        assert (view.state in SETTLED) == (before.state in SETTLED)
        assert (view.state is State.HELD) == (before.state is State.HELD)
        if view.strength is Strength.MUST and before.due_on is not None:
            assert view.due_on == before.due_on
            assert view.snoozed is None or view.snoozed.until <= before.due_on
            assert before.state not in (State.DUE, State.OVERDUE) or view.snoozed is None
        if view.snoozed is not None:
            assert view.snoozed.until > TODAY
            assert not view.actionable


# ---- what holds for the files themselves


@pytest.mark.parametrize("world", WORLDS)
def test_every_fact_that_is_needed_is_set_by_some_step_of_the_case(world: str) -> None:
    _kind, books = WORLDS[world]
    specs = merge_facts(books)
    sets = {fact for book in books for step in book.steps for fact in step.sets}
    for book in books:
        for step in book.steps:
            needed = [need.condition for need in step.needs] + [one for need in step.needs for one in need.when]
            for condition in (*needed, *step.applies.facts, *step.applies.any, *step.done_if):
                fact = condition.fact
                alone = fact == LEVEL_FACT or condition.test is Test.UNLESS
                known = fact in sets or fact in FOLLOWS or (specs[fact].intake and fact in specs)
                assert known or alone, (book.id, step.id, fact)


@pytest.mark.parametrize("world", WORLDS)
def test_no_step_and_no_question_comes_twice_however_many_playbooks_a_case_follows(world: str) -> None:
    kind, books = WORLDS[world]
    steps = [view.step for view in evaluate(books, facts(kind=kind), TODAY).steps]
    for each in ([step.title.en for step in steps], [fact for step in steps for fact in step.sets]):
        assert [one for one, times in Counter(each).items() if times > 1] == []
    # Control: what the playbooks have in common is there to be doubled.
    apart = Counter(fact for book in books for fact in {fact for step in book.steps for fact in step.sets})
    assert len(books) == 1 or max(apart.values()) > 1


@pytest.mark.parametrize("world", WORLDS)
def test_no_steps_wait_for_each_other_in_a_circle_across_the_playbooks_of_a_case(world: str) -> None:
    _kind, books = WORLDS[world]
    groups = group_steps(books, merge_facts(books))
    owner = {fact: number for number, group in enumerate(groups) for step in group.steps for fact in step.sets}
    waits: dict[int, set[int]] = {number: set() for number in range(len(groups))}
    for number, group in enumerate(groups):
        for step in group.steps:
            for need in step.needs:
                if need.condition.test not in (Test.UNLESS, Test.UNKNOWN) and need.condition.fact in owner:
                    waits[number].add(owner[need.condition.fact])
    clear: set[int] = set()
    while left := [number for number in waits if number not in clear and waits[number] <= clear]:
        clear.update(left)
    assert [groups[number].steps[0].id for number in waits if number not in clear] == []


def _satisfy(condition: Condition, specs: Mapping[str, FactSpec], values: dict[str, FactValue]) -> None:
    """Put in an answer that meets a condition, where none is there that does."""
    if values.get(condition.fact) is not None or condition.test in (Test.UNLESS, Test.UNKNOWN):
        return
    if condition.test is Test.IS:
        values[condition.fact] = condition.values[0]
    elif condition.test is Test.NOT:
        others = [choice.id for choice in specs[condition.fact].choices if choice.id not in condition.values]
        values[condition.fact] = others[0]
    else:
        values[condition.fact] = an_answer(specs[condition.fact])


ALL_STEPS: Final = sorted(
    {(world, step.id) for world, (_kind, books) in WORLDS.items() for b in books for step in b.steps}
)


@pytest.mark.parametrize(("world", "id"), ALL_STEPS)
def test_every_step_can_be_reached_and_done_in_some_case(world: str, id: str) -> None:
    kind, books = WORLDS[world]
    specs = merge_facts(books)
    ways = [step for book in books for step in book.steps if step.id == id]
    reached = False
    for step in ways:
        for extra in step.applies.any or (None,):
            values: dict[str, FactValue] = {}
            for condition in (*step.applies.facts, *((extra,) if extra else ())):
                _satisfy(condition, specs, values)
            if step.applies.levels:
                values["level"] = step.applies.levels[-1]
            if gates.POLICE_FIRST.guards & set(step.sets):
                values = {"level": 3, **DECISION, "evidence.secured-on": TODAY, **values}
            if gates.SECURED_BEFORE_CLEARED.guards & set(step.sets):
                values = {"device.has-material": True, "device.whose": "own", "original.held-by": "pupil", **values}
            for need in step.needs:
                _satisfy(need.condition, specs, values)
            now = evaluate(books, facts(values, kind=kind), TODAY)
            if now.step(id).actionable:
                check_do(now, id, answers(now, id))
                reached = True
    assert reached or not any(not step.applies.kinds or kind in step.applies.kinds for step in ways)


def test_the_worlds_are_all_that_ships() -> None:
    from guidance.loader import shipped

    assert {book for _kind, books in WORLDS.values() for book in books} == set(shipped())
    assert OPENED.tzinfo is UTC
