"""The step that is left to a person once no copy stays: offered when the last one goes, and never otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from guidance.copies import CLEARED, HAS, HELD_BY, WHOSE, Lying
from guidance.custody import Device
from guidance.engine import evaluate
from guidance.guide import CaseFacts, Guide
from guidance.loader import for_kind
from guidance.model import FactValue, State
from guidance.step_left import step_left
from tests.guidance.cases import TODAY
from tests.guidance.test_copies import lying, made, withdrawn

SECURED: dict[str, FactValue] = {HELD_BY: "police"}


def case(known: Sequence[Lying], said: dict[str, FactValue] | None = None, *, place: int = 0) -> CaseFacts:
    return made(SECURED if said is None else said, known, place=place)


def guide(facts: CaseFacts) -> Guide:
    return evaluate(for_kind("school"), facts, TODAY)


OWN, OFFICE = lying(1, Device.OWN, place=2), lying(2, Device.OFFICE, place=3)


def gone(one: Lying) -> Lying:
    return replace(one, cleared=True)


@pytest.mark.parametrize(
    ("before", "after", "offered"),
    [
        ([OWN], [gone(OWN)], True),
        ([], [gone(OWN)], True),
        ([gone(OWN), OFFICE], [gone(OWN), gone(OFFICE)], True),
        ([gone(OWN), OFFICE], [gone(OWN), withdrawn(OFFICE)], True),
        ([OWN, OFFICE], [gone(OWN), OFFICE], False),
        ([OWN, OFFICE], [withdrawn(OWN), OFFICE], False),
        ([gone(OWN)], [gone(OWN)], False),
        ([], [OWN], False),
    ],
)
def test_clearing_is_offered_when_the_last_copy_goes(before: list[Lying], after: list[Lying], offered: bool) -> None:
    now = guide(case(after))
    left = step_left(case(before), now)
    assert (left is not None) is offered
    if left is not None:
        assert left.view.id == "clear-own-device"
        assert dict(left.values) == {CLEARED[0]: TODAY}
        assert left.note
        assert now.step("clear-own-device").state is not State.DONE, "it is offered, and nobody has done it"
        assert left.view.step.title.local() in left.words()


def test_what_a_person_has_done_is_not_offered_again() -> None:
    said: dict[str, FactValue] = {**SECURED, HAS: True, WHOSE: "own", CLEARED[0]: TODAY, CLEARED[1]: True}
    now = guide(case([gone(OWN)], said, place=9))
    assert now.step("clear-own-device").state is State.DONE
    assert step_left(case([OWN]), now) is None


def test_where_nothing_was_ever_there_it_is_asked_anew_and_not_said_to_be_deleted() -> None:
    for said in (SECURED, {**SECURED, HAS: True, WHOSE: "own"}):
        left = step_left(case([OWN]), guide(case([withdrawn(OWN)], said)))
        assert left is not None
        assert left.view.id == "own-device"
        assert left.values == {}
    no: dict[str, FactValue] = {**SECURED, HAS: False}
    assert step_left(case([OWN]), guide(case([withdrawn(OWN)], no))) is None, "that has been said"
