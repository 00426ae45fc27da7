"""The questions of the preparedness plan: seeds 003 and 004, none forgotten, none doubled."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from guidance.faults import PlaybookError
from guidance.language import speaking
from guidance.loader import load_playbook, shipped
from guidance.plan import find, questions
from tests.guidance.test_loader import GOOD

STEPS = {"BP-1": 5, "BP-2": 3, "BP-3": 4, "BP-4": 3, "BP-5": 3, "HM-5b": 5}


def test_each_step_has_as_many_questions_as_its_source() -> None:
    counted = Counter(id for asked in questions() for id in asked.question.covers)
    assert counted == STEPS


def test_a_question_taken_out_is_missed() -> None:
    books = [replace(book, plan=book.plan[1:]) for book in shipped()]
    assert Counter(id for asked in questions(books) for id in asked.question.covers) != STEPS


def test_the_five_steps_come_first_and_the_numbers_count() -> None:
    asked = questions()
    assert [one.number for one in asked] == list(range(1, len(asked) + 1))
    with speaking("en"):
        headings = list(dict.fromkeys(one.heading.local() for one in asked))
    assert [heading[:7] for heading in headings[:5]] == ["Step 1:", "Step 2:", "Step 3:", "Step 4:", "Step 5:"]
    assert headings[5:] == ["The handling model"]


@pytest.mark.parametrize("asked", questions(), ids=lambda asked: asked.id)
def test_every_question_is_whole_in_both_languages(asked: object) -> None:
    one = find(asked.id)  # type: ignore[attr-defined]
    assert one is not None
    for text in (one.question.question, one.question.help):
        assert text.da.strip()
        assert text.en.strip()
        assert text.da != text.en
    assert one.question.question.da.endswith("?")


def test_a_question_that_two_playbooks_ask_is_asked_once() -> None:
    book = next(book for book in shipped() if book.plan)
    twice = questions([book, replace(book, id="another")])
    assert [one.id for one in twice] == [one.id for one in book.plan]


def test_a_question_of_a_step_that_is_not_there_is_refused() -> None:
    words = '{ da = "Hvem?", en = "Who?" }'
    good = f'\n[[plan]]\nid = "who"\nphase = "only"\nquestion = {words}\nhelp = {words}\n'
    assert load_playbook((GOOD + good).encode(), "small.toml").plan[0].phase == "only"
    with pytest.raises(PlaybookError) as caught:
        load_playbook((GOOD + good.replace('"only"', '"late"')).encode(), "small.toml")
    assert (caught.value.place, caught.value.problem) == ("plan[0].phase", "unknown-phase")
