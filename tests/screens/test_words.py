"""The words that rows and details are made of."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

import pytest

from guidance.language import set_language
from guidance.model import State, Strength
from screens import words
from store.model import Age, EvidenceKind, Holder, Purpose, Role

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("days", "said"),
    [(-2, "overskredet 2 dage"), (-1, "overskredet 1 dag"), (0, "i dag"), (1, "i morgen"), (3, "om 3 dage")],
)
def test_due_as_one_says_it(days: int, said: str) -> None:
    assert words.due(TODAY + timedelta(days=days), TODAY) == said


def test_nothing_is_due() -> None:
    assert words.due(None, TODAY) == ""


def test_dates_and_sizes_follow_the_language() -> None:
    assert words.day(TODAY) == "21. november 2026"
    assert words.size(1_234_567) == "1,2 MB"
    assert words.size(None) == "størrelse ukendt"
    set_language("en")
    assert words.day(TODAY) == "21 November 2026"
    assert words.size(1_234_567) == "1.2 MB"


@pytest.mark.parametrize(
    ("kinds", "say"),
    [
        (Role, words.role),
        (Age, words.age),
        (EvidenceKind, words.evidence_kind),
        (Holder, words.holder),
        (Purpose, words.purpose),
        (Strength, words.strength),
        (State, words.state),
    ],
)
def test_everything_has_words_in_both_languages(kinds: type[StrEnum], say: object) -> None:
    assert callable(say)
    danish = [say(one) for one in kinds]
    set_language("en")
    english = [say(one) for one in kinds]
    assert all(danish)
    assert all(english)
    assert len(set(danish)) == len(danish)
    assert danish != english


def test_one_line_is_one_line_and_short() -> None:
    assert "\n" not in words.one_line("a\nb\r\nc\x1b[2J")
    assert "\x1b" not in words.one_line("a\x1b[2J")
    assert len(words.one_line("x" * 100_000, 50)) == 50
