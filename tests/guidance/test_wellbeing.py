"""The signs over time: every talk is drawn, unclear stays unclear, and no line is wider than it may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.language import speaking
from guidance.loader import shipped_one
from guidance.merge import merge_facts
from guidance.model import Text
from guidance.wellbeing import Sign, WellbeingTalk, chart, legend, signs_in_words, signs_of

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
SPECS = merge_facts((shipped_one("handling-model"),))
IDS = [sign.id for sign in signs_of(SPECS, ())]


def talk(number: int, *signs: str) -> WellbeingTalk:
    return WellbeingTalk(at=AT + timedelta(days=7 * number), signs=signs, note="")


def test_every_sign_of_the_source_has_a_line_and_none_of_them_is_none() -> None:
    signs = signs_of(SPECS, ())
    assert [sign.id for sign in signs] == [
        *("shame", "absence", "anxiety", "future", "stress", "exposed", "social-unclear"),
    ]
    assert [sign.id for sign in signs if sign.unclear] == ["social-unclear"]


def test_seen_and_not_seen_stand_under_the_day() -> None:
    talks = (talk(0, "shame"), talk(1), talk(2, "shame", "stress"))
    with speaking("en"):
        head, *lines = chart(signs_of(SPECS, talks), talks, width=80, zone=UTC)
    assert head.split() == ["1/9", "8/9", "15/9"]
    shame = next(line for line in lines if line.startswith("shame"))
    assert shame.endswith("■     ·     ■      2 of 3")
    assert head.index("1/9") == shame.index("■")
    assert next(line for line in lines if line.startswith("worry")).endswith("·     ·     ■      1 of 3")


def test_the_unclear_sign_is_drawn_as_unclear_and_said_to_be() -> None:
    talks = (talk(0, "social-unclear"),)
    signs = signs_of(SPECS, talks)
    with speaking("en"):
        lines = chart(signs, talks, width=80)
        assert [line.count("?") for line in lines] == [0, 0, 0, 0, 0, 0, 0, 1]
        assert not any("■" in line for line in lines)
        assert "unclear" in legend(signs)
        assert "unclear" in signs_in_words(signs, talks[0])
        assert signs_in_words(signs, talk(0)) == "none of the signs"


def test_a_sign_that_no_playbook_knows_any_more_is_still_drawn() -> None:
    talks = (talk(0, "sleepless"),)
    assert signs_of(SPECS, talks)[-1] == Sign(id="sleepless", label=Text(da="sleepless", en="sleepless"))


@pytest.mark.parametrize("language", ["da", "en"])
@given(
    seen=st.lists(st.lists(st.sampled_from(IDS), max_size=7), min_size=1, max_size=120),
    width=st.integers(min_value=32, max_value=200),
)
@settings(max_examples=60, deadline=None)
def test_no_line_is_too_wide_and_the_newest_talk_is_always_there(
    language: str, seen: list[list[str]], width: int
) -> None:
    talks = tuple(talk(number, *signs) for number, signs in enumerate(seen))
    signs = signs_of(SPECS, talks)
    with speaking("da" if language == "da" else "en"):
        head, *lines = chart(signs, talks, width=width, zone=UTC)
    assert all(len(line) <= width for line in (head, *lines))
    last = talks[-1].at
    assert head.split()[-1] == f"{last.day}/{last.month}"
    for sign, line in zip(signs, lines, strict=False):
        before_count = line.rstrip("0123456789 afo").rstrip()
        assert before_count[-1] == sign.mark(talks[-1])
