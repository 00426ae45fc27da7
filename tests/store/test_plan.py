"""The preparedness plan in the journal: answered, published, compared, exported (BP-0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from guidance import plan as planning
from guidance.errors import ExitCode
from guidance.language import speaking
from guidance.loader import shipped
from guidance.own import Own
from store.cases.errors import TextMissing
from store.cases.plan import PlanEmpty, PlanQuestionUnknown, PlanVersionUnknown, ReviewDateNotAhead
from store.casework import Casework
from store.cpr import CprNoticed
from store.database import Connection
from store.doctor import check
from store.journal import Read
from store.plan import NOW, Change
from store.projections import follow
from tests.store.desk import Clock, open_desk, set_up_desk

WHO, WHERE = "first-talk-who", "first-talk-where"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Casework]:
    made = set_up_desk(tmp_path, clock=clock)
    yield made
    assert check(made._vault).well
    made.close()


def _next_year(clock: Clock) -> object:
    return clock.today() + timedelta(days=365)


def test_a_plan_begins_with_every_question_open(desk: Casework) -> None:
    plan = desk.plan()
    assert [item.id for item in plan.items] == [asked.id for asked in planning.questions()]
    assert (plan.answered, plan.unpublished, plan.versions, plan.review_due) == (0, 0, (), False)


def test_an_answer_says_who_and_when_and_can_be_given_anew(desk: Casework, clock: Clock) -> None:
    desk.answer_plan(WHO, "Lederen")
    first = desk.plan().item(WHO)
    assert first is not None
    assert first.now is not None
    assert (first.now.text, first.now.author) == ("Lederen", "Åse Rådgiver")
    assert first.now.at.date() == clock.today()
    plan = desk.answer_plan(WHO, "  Tillidsmanden\n")
    item = plan.item(WHO)
    assert item is not None
    assert item.now is not None
    assert item.now.text == "Tillidsmanden"
    assert (plan.answered, plan.unpublished) == (1, 1)
    assert item.in_force is item.now


def test_an_answer_can_be_taken_back(desk: Casework) -> None:
    desk.answer_plan(WHO, "Lederen")
    assert desk.clear_plan_answer(WHO).answered == 0
    assert desk.clear_plan_answer(WHO).answered == 0


def test_what_is_no_answer_is_refused(desk: Casework) -> None:
    with pytest.raises(PlanQuestionUnknown):
        desk.answer_plan("who", "x")
    with pytest.raises(PlanQuestionUnknown):
        desk.clear_plan_answer("who")
    with pytest.raises(TextMissing):
        desk.answer_plan(WHO, " \n")
    with pytest.raises(CprNoticed):
        desk.answer_plan(WHO, "Ring til 010190-1234")
    assert desk.plan().answered == 0


def test_nothing_is_published_of_nothing(desk: Casework, clock: Clock) -> None:
    with pytest.raises(PlanEmpty) as caught:
        desk.publish_plan(clock.today() + timedelta(days=1))
    assert (caught.value.exit_code, caught.value.rule) == (ExitCode.REFUSED, "BP-0")


@pytest.mark.parametrize("days", [0, -1])
def test_the_review_date_is_ahead(desk: Casework, clock: Clock, days: int) -> None:
    desk.answer_plan(WHO, "Lederen")
    with pytest.raises(ReviewDateNotAhead):
        desk.publish_plan(clock.today() + timedelta(days=days))
    assert desk.plan().versions == ()
    assert desk.publish_plan(clock.today() + timedelta(days=1)).number == 1


def test_a_version_stays_as_it_was(desk: Casework, clock: Clock) -> None:
    review = clock.today() + timedelta(days=365)
    desk.answer_plan(WHO, "Lederen")
    version = desk.publish_plan(review, "Arbejdsmiljøudvalget")
    assert (version.number, version.author, version.agreed_by, version.review_on) == (
        1,
        "Åse Rådgiver",
        "Arbejdsmiljøudvalget",
        review,
    )
    plan = desk.answer_plan(WHO, "Tillidsmanden")
    item = plan.item(WHO)
    assert item is not None
    assert item.published is not None
    assert item.published.text == "Lederen"
    assert item.in_force is item.published
    assert (item.changed, plan.unpublished) == (True, 1)
    assert desk.publish_plan(review).number == 2
    assert [one.answers[WHO].text for one in desk.plan().versions] == ["Lederen", "Tillidsmanden"]
    assert desk.plan().unpublished == 0


def test_a_plan_is_due_for_review_on_its_day(desk: Casework, clock: Clock) -> None:
    desk.answer_plan(WHO, "Lederen")
    desk.publish_plan(clock.today() + timedelta(days=2))
    assert not desk.plan().review_due
    clock.now += timedelta(days=2)
    assert desk.plan().review_due


def test_two_versions_are_held_against_each_other(desk: Casework, clock: Clock) -> None:
    review = clock.today() + timedelta(days=365)
    desk.answer_plan(WHO, "Lederen")
    desk.answer_plan("replacement", "Vagtplanlæggeren")
    desk.publish_plan(review)
    desk.answer_plan(WHO, "Tillidsmanden")
    desk.answer_plan(WHERE, "Mødelokale 2")
    desk.clear_plan_answer("replacement")
    found = {one.question: one.change for one in desk.compare_plan(1, NOW).changed}
    assert found == {WHO: Change.CHANGED, WHERE: Change.ADDED, "replacement": Change.REMOVED}
    desk.publish_plan(review)
    assert desk.compare_plan(2, NOW).changed == ()
    assert {one.question: one.change for one in desk.compare_plan(2, 1).changed}[WHERE] is Change.REMOVED
    with pytest.raises(PlanVersionUnknown):
        desk.compare_plan(1, 3)


def test_a_question_that_is_asked_no_longer_keeps_its_answer(
    desk: Casework, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answer_plan(WHO, "Lederen")
    desk.publish_plan(clock.today() + timedelta(days=365))
    monkeypatch.setattr(planning, "questions", lambda: planning._shipped()[1:])
    item = desk.plan().item(WHO)
    assert item is not None
    assert item.published is not None
    assert item.published.text == "Lederen"
    with speaking("en"):
        assert item.asked.heading.local() == "Step 1: Psychological first aid" or item.asked.playbook == ""
        assert item.asked.question.question.local().startswith("Who holds the first talk")


def test_an_office_asks_questions_of_its_own(desk: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    book = next(book for book in shipped() if book.id == "workplace-plan")
    own = replace(book, plan=(replace(book.plan[0], id="who-has-the-key"), *book.plan))
    monkeypatch.setattr(desk, "_own", lambda: Own(playbooks=(own,)))
    plan = desk.answer_plan("who-has-the-key", "Pedellen")
    assert [item.id for item in plan.items][:2] == ["who-has-the-key", WHO]
    assert len(plan.questions) == len(planning.questions()) + 1
    monkeypatch.undo()
    with pytest.raises(PlanQuestionUnknown):
        desk.answer_plan("who-has-the-key", "Pedellen")


def test_everything_is_there_after_the_vault_was_closed(tmp_path: Path, clock: Clock) -> None:
    desk = set_up_desk(tmp_path, clock=clock)
    desk.answer_plan(WHO, "Lederen")
    desk.publish_plan(clock.today() + timedelta(days=365))
    desk.record_plan_export("/media/stick/plan.html", version=1, sort="html", digest="sha256:" + "0" * 64)
    desk.close()
    again = open_desk(tmp_path, clock=clock)
    assert [version.number for version in again.plan().versions] == [1]
    assert again.plan().unpublished == 0
    assert check(again._vault).well
    again.close()


def test_two_answers_that_did_not_know_each_other_are_shown_until_somebody_answers_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apart(connection: Connection, entry: Read) -> None:
        follow(connection, entry, lambda _earlier: False)

    desk = set_up_desk(tmp_path)
    desk.answer_plan(WHO, "Lederen")
    with monkeypatch.context() as patch:
        patch.setattr("store.cases.desk.follow", apart)
        item = desk.answer_plan(WHO, "Vagten").item(WHO)
    assert item is not None
    assert item.disputed
    settled = desk.answer_plan(WHO, "Vagten, ellers lederen").item(WHO)
    assert settled is not None
    assert not settled.disputed
    desk.close()
