from __future__ import annotations

from datetime import date, datetime

import pytest

from guidance.engine import parse_values
from guidance.loader import for_kind
from guidance.merge import merge_facts
from guidance.model import FactValue
from guidance.refusals import FactNotAsked, FactNotValid
from guidance.values import parse_value
from tests.guidance.cases import NOW, TODAY, guide

SPECS = merge_facts(for_kind("school"))

GOOD: list[tuple[str, object, FactValue]] = [
    ("handling.internal", "yes", True),
    ("handling.internal", " Ja ", True),
    ("handling.internal", "n", False),
    ("handling.internal", False, False),
    ("victim.age", "minor", "minor"),
    ("victim.age", "Under 18", "minor"),
    ("original.held-by", "FORÆLDRENE", "parents"),
    ("told.whom", "friends, parents", "parents friends"),
    ("told.whom", "friends parents friends", "parents friends"),
    ("told.whom", ["police", "parents"], "parents police"),
    ("told.whom", "ingen andre end dig, ingen andre end dig", "nobody"),
    ("incident.what", "  et billede  ", "et billede"),
    ("press.contacted-on", "2026-11-20", date(2026, 11, 20)),
    ("press.contacted-on", date(2026, 11, 20), date(2026, 11, 20)),
    ("support.until", "2027-01-01", date(2027, 1, 1)),
    ("level", "3", 3),
    ("level", 4, 4),
]
BAD: list[tuple[str, object, str]] = [
    ("handling.internal", "måske", "yes or no"),
    ("handling.internal", 1, "yes or no"),
    ("victim.age", "unge", "one of: minor, adult"),
    ("victim.age", ["minor"], "one of: minor, adult"),
    ("told.whom", "", "one or more of: nobody"),
    ("told.whom", [], "one or more of"),
    ("told.whom", [3], "one or more of"),
    ("told.whom", "nobody, parents", "nobody only alone"),
    ("told.whom", 3, "one or more of"),
    ("incident.what", " \n ", "write something"),
    ("incident.what", 3, "write something"),
    ("press.contacted-on", "i går", "2026-01-31"),
    ("press.contacted-on", datetime(2026, 1, 1, tzinfo=NOW.tzinfo), "2026-01-31"),
    ("press.contacted-on", "2026-11-22", "does not lie ahead"),
    ("level", "6", "1 to 5"),
    ("level", "³", "1 to 5"),
    ("level", True, "1 to 5"),
]


@pytest.mark.parametrize(("fact", "raw", "value"), GOOD)
def test_an_answer_as_people_give_it_becomes_a_fact(fact: str, raw: object, value: FactValue) -> None:
    found = parse_value(SPECS[fact], raw, today=TODAY)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("fact", "raw", "words"), BAD)
def test_an_answer_that_cannot_be_used_names_its_field_and_what_is_allowed(fact: str, raw: object, words: str) -> None:
    with pytest.raises(FactNotValid) as caught:
        parse_value(SPECS[fact], raw, today=TODAY)
    assert caught.value.fact == fact
    assert words in caught.value.diagnostics().todo


def test_a_step_gets_its_facts_and_what_is_blank_and_optional_is_left_out() -> None:
    step = guide({"level": 3}).step("wellbeing-talk").step
    raw = {"signs.seen": "shame, stress", "signs.note": "  "}
    assert parse_values(for_kind("school"), step, raw) == {"signs.seen": "shame stress"}


def test_a_step_that_asks_for_nothing_gets_its_mark() -> None:
    step = guide({"level": 1}).step("short-help").step
    assert parse_values(for_kind("school"), step, {}) == {"done.short-help": True}


def test_a_fact_of_another_step_is_refused() -> None:
    step = guide({"level": 1}).step("short-help").step
    with pytest.raises(FactNotAsked) as caught:
        parse_values(for_kind("school"), step, {"level": "3"})
    assert caught.value.fact == "level"


def test_of_a_pair_the_facts_of_both_are_taken() -> None:
    step = guide({"level": 4}).step("refer-help").step
    raw = {"help.referrals": "psykolog", "help.offender": "nej"}
    assert parse_values(for_kind("school"), step, raw) == {
        "help.referrals": "psychologist",
        "help.offender": "not-needed",
    }
