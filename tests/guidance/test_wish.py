"""Whom the person wants told: shown wherever somebody is about to be, against the parents' right to be involved."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from guidance.engine import evaluate
from guidance.guide import CaseFacts, Guide
from guidance.language import speaking
from guidance.loader import shipped
from guidance.model import State
from guidance.refusals import StepHeld
from guidance.wish import before_telling, conflict

TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 21, 7, tzinfo=UTC)
TELLING = {
    "handling-model": {"contact-platform", "contact-sharers", "police-contact", "police-report", "refer-help"},
    "action-card": {
        *("notify-authorities", "involve-leadership", "involve-parents", "internal-cooperation"),
        *("further-measures", "police-report", "refer-help", "joint-effort", "surroundings"),
        "communications",
    },
    "workplace-plan": {"involve-leadership", "contact-harasser", "contact-platform", "police-report"},
    "mentorship-policy": {"hear-both", "suspend", "end-mentoring", "answer-reporter"},
}
AGAINST: dict[str, Any] = {"level": 3, "victim.age": "minor", "told.whom": "friends teacher"}


def guide(**values: Any) -> Guide:
    facts = CaseFacts(opened_at=AT, kind="school", values=values, known_at=dict.fromkeys(values, AT))
    return evaluate((book for book in shipped() if "school" in book.kinds), facts, TODAY)


def words(**values: Any) -> str:
    with speaking("en"):
        return " ".join(text.local() for text in before_telling(guide(**values)))


@pytest.mark.parametrize("playbook", TELLING)
def test_every_step_that_tells_somebody_shows_the_wish(playbook: str) -> None:
    book = next(book for book in shipped() if book.id == playbook)
    assert TELLING[playbook] <= {step.id for step in book.steps if step.informs}


def test_the_wish_stands_with_the_step_in_their_own_words_too() -> None:
    values: dict[str, Any] = {"level": 3, "told.whom": "parents", "told.note": "Kun mor,\nikke før i morgen"}
    first = next(text for text in guide(**values).step("contact-platform").warnings if "wants told" in text.en)
    assert "parents" in first.en
    assert "Kun mor, ikke før i morgen" in first.en
    assert "Kun mor, ikke før i morgen" in first.da


def test_nobody_has_asked_is_said_too() -> None:
    assert "Nobody has recorded yet" in words(level=3)


def test_who_gets_it_against_the_wish_is_said() -> None:
    wishes = guide(**AGAINST)
    assert any("has not wished" in text.en and "police" in text.en for text in before_telling(wishes, "police"))
    assert not any("has not wished" in text.en for text in before_telling(wishes, "friends"))
    assert not any("has not wished" in text.en for text in before_telling(guide(level=3), "police"))


def test_the_conflict_over_a_minors_parents_is_shown_until_the_leadership_has_decided() -> None:
    before = guide(**AGAINST)
    assert "has not decided yet" in conflict(before)[0].en
    assert before.step("parents-conflict").state is State.DUE
    assert before.step("involve-parents").state is State.HELD
    decided = {
        **AGAINST,
        "parents.decision": "inform",
        "parents.decision-by": "Skolelederen",
        "parents.decision-reason": "x",
    }
    after = guide(**decided)
    assert "has decided" in conflict(after)[0].en
    assert after.step("involve-parents").state is not State.HELD
    assert conflict(guide(**{**AGAINST, "told.whom": "parents"})) == ()
    assert conflict(guide(**{**AGAINST, "victim.age": "adult"})) == ()


def test_control_the_parents_are_not_told_before_that() -> None:
    from guidance.checks import check_do

    given: dict[str, Any] = {"parents.informed-on": TODAY, "parents.informed-by": "mig", "parents.who": "mor"}
    with pytest.raises(StepHeld):
        check_do(guide(**AGAINST), "involve-parents", given)
