"""What was seen at each talk is kept as it was then, whatever is recorded later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.casework import Casework
from tests.store.desk import Clock, a_case, set_up_desk

STEP = "wellbeing-talk"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Casework]:
    with set_up_desk(tmp_path, clock=clock) as desk:
        yield desk


@pytest.fixture
def case(desk: Casework) -> str:
    case = a_case(desk).id
    desk.set_level(case, 3, "panik")
    return case


def test_each_talk_keeps_what_was_seen_then(desk: Casework, case: str, clock: Clock) -> None:
    assert desk.wellbeing(case) == ()
    desk.do_step(case, STEP, {"signs.seen": "shame absence", "signs.note": "Jeg kan ikke sove."}, "Ringede bagefter.")
    clock.now += timedelta(days=7)
    desk.do_step(case, STEP, {"signs.seen": "none"})
    clock.now += timedelta(days=7)
    desk.do_step(case, STEP, {"signs.seen": "social-unclear"})
    talks = desk.wellbeing(case)
    assert [talk.signs for talk in talks] == [("shame", "absence"), (), ("social-unclear",)]
    assert talks[0].note == "Jeg kan ikke sove.\nRingede bagefter."
    assert (talks[1].at - talks[0].at).days == 7
    assert desk.export_case(case).wellbeing == talks


def test_a_correction_changes_the_last_talk_and_taking_up_takes_it_back(desk: Casework, case: str) -> None:
    desk.do_step(case, STEP, {"signs.seen": "shame"})
    desk.do_step(case, STEP, {"signs.seen": "stress"})
    desk.set_facts(case, {"signs.seen": "future stress"})
    assert [set(talk.signs) for talk in desk.wellbeing(case)] == [{"shame"}, {"stress", "future"}]
    desk.take_up(case, STEP)
    assert [talk.signs for talk in desk.wellbeing(case)] == [("shame",)]


def test_a_fact_without_a_talk_is_no_talk(desk: Casework, case: str) -> None:
    desk.set_facts(case, {"signs.seen": "shame"})
    assert desk.wellbeing(case) == ()
