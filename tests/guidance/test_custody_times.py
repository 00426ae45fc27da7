"""Times in the custody chain: what can be read, and which event goes back; in doubt none does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guidance.custody import Event, Move
from guidance.custody_times import going_back, told_time


def chain(*times: str) -> list[tuple[str, Move]]:
    """Found, then handed on and received."""
    found = Move(event=Event.FOUND, by="Ane")
    moves = [found, replace(found, event=Event.HANDED, to="Bo"), replace(found, event=Event.RECEIVED, by="Bo")]
    return [(str(number), replace(move, on=on)) for number, (move, on) in enumerate(zip(moves, times, strict=True))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-11-30", "2020-01-01"),
        ("30.11.2026", "29.11.2026"),
        ("30-11-26", "29/11/2026 kl. 23.59"),
        ("30.11.2026 kl. 14.30", "30.11.2026 kl. 14.29"),
        ("2026-11-30T14:30", "30.11.2026 kl. 14"[:-2] + "13"),
        ("2026-11-30T14:30:00+01:00", "2026-11-30T13:28:00Z"),
        ("2026-11-30T14:30:00+01:00", "2026-11-28"),
        ("30.11.2026 kl. 14.30 dansk tid", "28.11.2026"),
    ],
)
def test_what_goes_back_is_seen_and_the_other_way_round_is_not(first: str, second: str) -> None:
    assert set(going_back(chain(first, second, ""))) == {"1"}
    assert not going_back(chain(second, first, ""))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("30.11.2026", "30.11.2026 kl. 00.00"),
        ("30.11.2026 kl. 14.30", "30.11.2026"),
        ("30.11.2026 kl. 14.30", "30.11.2026 kl. 14"),
        ("2026-11-30T14:30:20", "2026-11-30T14:30"),
        ("2026-11-30T01:00:00Z", "29.11.2026"),
        ("30.11.2026 kl. 14.30 dansk tid", "30.11.2026 kl. 9.00"),
        ("i g\u00e5r", "2020-01-01"),
        ("30.11.2026", "f\u00f8r 2020-01-01"),
        ("30.11", "29.11"),
        ("31.02.2026", "2020-01-01"),
        ("", "2020-01-01"),
        ("2026-11-30", ""),
    ],
)
def test_in_doubt_nothing_goes_back(first: str, second: str) -> None:
    assert not going_back(chain(first, second, ""))


def test_each_is_held_against_the_latest_before_it() -> None:
    back = going_back(chain("2026-11-30", "2020-01-01", "2021-01-01"))
    assert {entry: move.on for entry, move in back.items()} == {"1": "2026-11-30", "2": "2026-11-30"}
    back = going_back(chain("", "2020-01-01", "2019-01-01"))
    assert {entry: move.on for entry, move in back.items()} == {"2": "2020-01-01"}


def test_what_was_corrected_or_does_not_hold_or_is_of_another_copy_counts_for_nothing() -> None:
    said = chain("2026-11-30", "2020-01-01", "2020-02-01")
    mended = replace(said[0][1], on="2019-12-01", corrects="0", reason="slip")
    assert going_back(said)
    assert not going_back([*said, ("3", mended)])
    assert "1" not in going_back(said, {"1"})
    assert not going_back([said[0], ("1", Move(event=Event.FOUND, copy=1, by="Bo", on="2020-01-01"))])


def test_a_correction_may_make_what_came_later_go_back() -> None:
    said = chain("2019-01-01", "2020-01-01", "2020-02-01")
    assert not going_back(said)
    mended = replace(said[0][1], on="2020-01-15", corrects="0", reason="slip")
    assert set(going_back([*said, ("3", mended)])) == {"1"}


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59", "99.99.9999", "0001-01-01T00:00:00+14:00", "30.11.2026 kl. 99"]
)
def test_no_time_breaks_it(text: str) -> None:
    told_time(text)
    going_back(chain("0001-01-01", text, "9999-12-31T23:59:00Z"))
    going_back(chain("9999-12-31", text, "0001-01-01T00:00Z"))
