"""Warning signs one by one: danger first, 'not your fault' before any question, and what ends the mentoring ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.engine import evaluate
from guidance.guide import CaseFacts, Guide
from guidance.language import speaking
from guidance.loader import for_kind
from guidance.model import FactType, State
from guidance.refusals import FactNotValid
from guidance.screening import (
    Course,
    answered,
    asked,
    emergency_first,
    has_course,
    lacking,
    nothing_seen,
    opened,
    pages,
    raises,
    signs_seen,
    to_record,
)

TODAY = date(2026, 11, 21)
OPENED = datetime(2026, 11, 21, 7, tzinfo=UTC)
ENDING = ("sign.private-place", "sign.substances")
SIGNS = ("money", "platform", "abroad", "no-call", "dodges", "serious", "private-place", "substances")
CALM: dict[str, Any] = {
    "danger.now": False,
    "done.not-your-fault": True,
    "sign.details": "none",
    **{f"sign.{sign}": "no" for sign in SIGNS},
}


def guide(kind: str = "mentoring", **values: Any) -> Guide:
    facts = CaseFacts(opened_at=OPENED, kind=kind, values=values, known_at=dict.fromkeys(values, OPENED))
    return evaluate(for_kind(kind), facts, TODAY)


def after(answers: dict[str, Any]) -> Guide:
    """The guide with the answers recorded."""
    facts = CaseFacts(opened_at=OPENED, kind="mentoring", values=answers, known_at=dict.fromkeys(answers, OPENED))
    return evaluate(for_kind("mentoring"), facts, TODAY)


def test_112_and_not_your_fault_come_before_any_question() -> None:
    ids = [view.id for view in pages(guide(), Course.SCREENING, {})]
    assert ids[:2] == ["ask-danger", "not-your-fault"]
    assert ids[2:] == [
        *("sign-money", "sign-details", "sign-platform", "sign-abroad", "sign-no-call"),
        *("sign-dodges", "sign-serious", "sign-private-place", "sign-substances"),
    ]
    with speaking("en"):
        assert "112" in emergency_first()


def test_each_page_says_what_it_means_and_what_to_do_in_both_languages() -> None:
    for course in Course:
        for view in pages(guide(), course, {"danger.now": True, "meeting.planned": True, "sign.money": "yes"}):
            for text in (view.step.title, view.step.why, view.step.how):
                assert text.da.strip()
                assert text.en.strip()


def test_danger_brings_112_next_and_a_doubt_brings_a_decision_last() -> None:
    ids = [view.id for view in pages(guide(), Course.SCREENING, {"danger.now": True})]
    assert ids[:3] == ["ask-danger", "ring-112", "not-your-fault"]
    assert "ring-112" not in [view.id for view in pages(guide(), Course.SCREENING, {"danger.now": False})]
    assert pages(guide(), Course.SCREENING, {"sign.dodges": "unsure"})[-1].id == "signs-next"


@pytest.mark.parametrize("sign", ENDING)
def test_what_ends_the_mentoring_opens_the_ending_step(sign: str) -> None:
    assert opened(after(CALM)) == ()
    found = opened(after({**CALM, sign: "yes"}))
    assert [view.id for view in found] == ["end-mentoring"]
    assert opened(after({**CALM, sign: "unsure"})) == ()


def test_money_is_reported_at_once_and_danger_is_rung_for() -> None:
    assert [view.id for view in opened(after({**CALM, "sign.money": "yes"}))] == ["report-money"]
    assert [view.id for view in opened(after({**CALM, "danger.now": True}))] == ["ring-112"]


def test_only_a_sign_is_called_one() -> None:
    views = {view.id: view for view in pages(guide(), Course.SCREENING, {})}
    assert not signs_seen(guide(), CALM)
    assert raises(views["sign-money"].step, {"sign.money": "unsure"})
    assert raises(views["sign-details"].step, {"sign.details": "cpr children"})
    assert not raises(views["sign-details"].step, {"sign.details": "none"})
    assert raises(views["ask-danger"].step, {"danger.now": True})
    assert not raises(views["not-your-fault"].step, {"done.not-your-fault": True})
    assert [view.id for view in signs_seen(guide(), {**CALM, "sign.dodges": "yes"})] == ["sign-dodges"]
    assert "no proof" in nothing_seen().en


def test_the_meeting_plan_asks_only_where_there_is_to_be_one() -> None:
    assert [view.id for view in pages(guide(), Course.MEETING, {"meeting.planned": False})] == ["ask-meeting"]
    ids = [view.id for view in pages(guide(), Course.MEETING, {"meeting.planned": True})]
    assert ids == [
        *("ask-meeting", "meeting-know", "meeting-place", "meeting-told"),
        *("meeting-transport", "meeting-belongings", "meeting-leaving"),
    ]


def test_a_case_of_another_kind_has_none() -> None:
    assert has_course(guide(), Course.SCREENING)
    assert not has_course(guide("school"), Course.SCREENING)
    assert pages(guide("school"), Course.SCREENING, {}) == ()


def test_what_is_recorded_is_not_recorded_again() -> None:
    steps = [step for step, _values in to_record(guide(), Course.SCREENING, CALM)]
    assert steps == [view.id for view in pages(guide(), Course.SCREENING, CALM)]
    done = guide(**CALM)
    assert to_record(done, Course.SCREENING, CALM) == ()
    assert to_record(done, Course.SCREENING, {**CALM, "sign.money": "unsure"}) == (
        ("sign-money", {"sign.money": "unsure"}),
    )


def test_what_can_not_be_recorded_is_refused_before_anything_is() -> None:
    with pytest.raises(FactNotValid):
        to_record(guide(), Course.SCREENING, {**CALM, "sign.substances": "perhaps"})


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "danger.now": st.booleans(),
        "danger.rung": st.just("Mor ringede"),
        "done.not-your-fault": st.just(True),
        "sign.details": st.sampled_from(["none", "cpr", "cpr children"]),
        "signs.next": st.just("Holder pause"),
        **{f"sign.{sign}": st.sampled_from(["yes", "no", "unsure"]) for sign in SIGNS},
    },
)


@given(answers=_VALUES)
@settings(max_examples=80, deadline=None)
def test_laws_of_a_screening(answers: dict[str, Any]) -> None:
    start = guide()
    shown = pages(start, Course.SCREENING, answers)
    assert shown[0].id == "ask-danger"
    assert [view.id for view in shown].index("not-your-fault") < [view.id for view in shown].index("sign-money")
    assert ("ring-112" in {view.id for view in shown}) == (answers.get("danger.now") is True)
    ids = {view.id for view in shown}
    given = {fact: value for fact, value in answers.items() if any(fact in view.step.sets for view in shown)}
    recorded = to_record(start, Course.SCREENING, answers)
    assert {step for step, _values in recorded} <= ids
    assert {fact for _step, values in recorded for fact in values} == set(given)
    reached = answered(start, answers)
    ends = any(answers.get(sign) == "yes" for sign in ENDING)
    assert (reached.step("end-mentoring").state is not State.NOT_APPLICABLE) == ends
    for view, fact in lacking(start, Course.SCREENING, answers):
        assert view.id in ids
        assert answers.get(fact) is None
    complete = not lacking(start, Course.SCREENING, answers)
    assert complete == all(reached.step(view.id).state is State.DONE for view in shown)


def test_no_page_asks_for_a_level_or_more_than_a_few_things() -> None:
    for course in Course:
        for view in pages(guide(), course, {"meeting.planned": True, "danger.now": True}):
            specs = asked(guide(), view, {})
            assert len(specs) <= 3, view.id
            assert all(spec.type is not FactType.LEVEL for spec in specs)
