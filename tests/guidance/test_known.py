from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from guidance.known import Known, fits
from guidance.model import Choice, Condition, FactSpec, FactType, Test, Text
from tests.guidance.cases import NOW, facts

T = Text(da="x", en="x")
CHOICES = (
    Choice(id="a", label=T),
    Choice(id="b", label=T),
    Choice(id="none", label=T, alone=True),
)
SPECS = {
    sort.value: FactSpec(id=sort.value, type=sort, label=T, help=T, choices=CHOICES if "choice" in sort.value else ())
    for sort in FactType
}


@pytest.mark.parametrize(
    ("sort", "good", "bad"),
    [
        ("yes-no", [True, False], [1, "yes", None]),
        ("choice", ["a", "b"], ["c", "a b", "", 1]),
        ("choices", ["a", "a b", "none"], ["b a", "a a", "a  b", "a none", "c", ""]),
        ("text", ["x"], ["", "  ", "\n", 3]),
        ("date", [date(2026, 1, 1)], [datetime(2026, 1, 1, tzinfo=NOW.tzinfo), "2026-01-01"]),
        ("level", [1, 5], [0, 6, True, "3"]),
    ],
)
def test_a_value_fits_its_fact_or_counts_as_not_there(sort: str, good: list[object], bad: list[object]) -> None:
    for value in good:
        assert fits(SPECS[sort], value)
        assert Known(facts({sort: value}), SPECS).value(sort) == value  # type: ignore[dict-item]
    for value in bad:
        assert not fits(SPECS[sort], value)
        assert Known(facts({sort: value}), SPECS).value(sort) is None  # type: ignore[dict-item]


def test_a_fact_nobody_declares_is_not_there() -> None:
    assert Known(facts({"stray": "x"}), SPECS).value("stray") is None


C = Condition


@pytest.mark.parametrize(
    ("condition", "value", "none", "disputed"),
    [
        # condition, met when choice is 'a', when it is not there, when the heads say 'a' and 'b'
        (C(fact="choice", test=Test.KNOWN), True, False, False),
        (C(fact="choice", test=Test.UNKNOWN), False, True, False),
        (C(fact="choice", test=Test.IS, values=("a",)), True, False, False),
        (C(fact="choice", test=Test.IS, values=("b",)), False, False, False),
        (C(fact="choice", test=Test.NOT, values=("b",)), True, False, False),
        (C(fact="choice", test=Test.NOT, values=("a",)), False, False, False),
        (C(fact="choice", test=Test.UNLESS, values=("a",)), False, True, False),
        (C(fact="choice", test=Test.UNLESS, values=("none",)), True, True, True),
    ],
)
def test_a_condition_is_met_only_beyond_dispute(condition: C, value: bool, none: bool, disputed: bool) -> None:
    assert Known(facts({"choice": "a"}), SPECS).meets(condition) is value
    assert Known(facts(), SPECS).meets(condition) is none
    split = replace(facts(), disputed=frozenset({"choice"}), candidates={"choice": ("a", "b")})
    assert Known(split, SPECS).meets(condition) is disputed


@pytest.mark.parametrize("test", [Test.IS, Test.NOT])
@pytest.mark.parametrize("value", ["a", "b"])
def test_what_may_be_so_under_either_answer_applies(test: Test, value: str) -> None:
    split = replace(facts(), disputed=frozenset({"choice"}), candidates={"choice": ("a", "b")})
    assert Known(split, SPECS).may_meet(C(fact="choice", test=test, values=(value,)))
    assert not Known(facts(), SPECS).may_meet(C(fact="choice", test=test, values=(value,)))


def test_a_number_and_a_yes_are_not_the_same_answer() -> None:
    known = Known(facts({"level": 1}), SPECS)
    assert known.meets(C(fact="level", test=Test.IS, values=(1,)))
    assert not known.meets(C(fact="level", test=Test.IS, values=(True,)))
