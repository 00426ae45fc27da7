"""Rate and time left, in one sentence for every reading; what one reading tells is made into it."""

from __future__ import annotations

import pytest

from guidance.language import speaking
from store.evidence.pace import Pace, pace_words, so_far_words, with_pace
from store.evidence.queue import QueueProgress

SLOW = QueueProgress(file=1, files=1, name="film.mp4", done=30_000_000, total=630_000_000, rate=2_000_000.0)


def test_the_sentence_says_how_fast_and_how_long() -> None:
    with speaking("da"):
        assert (
            so_far_words(SLOW)
            == "Læser fil 1 af 1: film.mp4 (30,0 MB af 630,0 MB) · 2,0 MB i sekundet, 6 minutter tilbage"
        )
    with speaking("en"):
        assert with_pace("Sealing", SLOW) == "Sealing · 2.0 MB a second, 6 minutes left"


def test_until_there_is_a_rate_nothing_is_said_of_it() -> None:
    begun = QueueProgress(file=1, files=1, name="a", done=0, total=5, rate=0.0)
    assert pace_words(begun) == ""
    with speaking("en"):
        assert so_far_words(begun) == "Reading file 1 of 1: a (0 B of 5 B)"


def test_a_name_steers_no_terminal() -> None:
    hostile = QueueProgress(file=1, files=1, name="\x1b[2Ja\nb", done=0, total=5, rate=0.0)
    assert "\x1b" not in so_far_words(hostile)
    assert "\n" not in so_far_words(hostile)


def test_it_is_told_ten_times_a_second_also_within_a_percent_and_once_more_at_the_end() -> None:
    now = [100.0]
    pace = Pace("a", clock=lambda: now[0])
    told = []
    for done in range(0, 1000, 10):
        now[0] += 0.025
        told.append(pace(done, 100_000))
    rates = [one.rate for one in told if one is not None]
    assert 20 <= len(rates) <= 26, "2.5 seconds, all of them below one percent"
    assert rates[-1] == pytest.approx(400, rel=0.1)
    assert pace(100_000, 100_000) is not None
