"""Dates as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.dates import parse_day

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("20-11-2026", date(2026, 11, 20)),
        ("20.11.2026", date(2026, 11, 20)),
        ("20/11 2026", date(2026, 11, 20)),
        ("3/2", date(2026, 2, 3)),
        ("3.2.", date(2026, 2, 3)),
        ("1.1.27", date(2027, 1, 1)),
        (" I  dag ", TODAY),
        ("i går", date(2026, 11, 20)),
        ("today", TODAY),
        ("-3d", date(2026, 11, 18)),
        ("+2u", date(2026, 12, 5)),
        ("+1", date(2026, 11, 22)),
        ("+6m", date(2027, 5, 21)),
        ("-12m", date(2025, 11, 21)),
        ("+1y", date(2027, 11, 21)),
        ("+1Å", date(2027, 11, 21)),
        ("- 2 å", date(2024, 11, 21)),
    ],
)
def test_it_is_read(typed: str, meant: date) -> None:
    assert parse_day(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "31-02-2026",
        "snart",
        "2026-13-01",
        "12",
        "++3",
        "-99999d",
        "+1q",
        "+3dd",
        "+1 år",
        "-9999å",
        "+9999y",
        "٣/٢",
    ],
)
def test_it_is_not_guessed(typed: str) -> None:
    assert parse_day(typed, TODAY) is None


@pytest.mark.parametrize(
    ("today", "typed", "meant"),
    [
        (date(2026, 8, 31), "+6m", date(2027, 2, 28)),
        (date(2027, 8, 31), "+6m", date(2028, 2, 29)),
        (date(2028, 2, 29), "+1y", date(2029, 2, 28)),
        (date(2028, 2, 29), "+4y", date(2032, 2, 29)),
        (date(2026, 3, 31), "-1m", date(2026, 2, 28)),
        (date(2026, 1, 31), "-2m", date(2025, 11, 30)),
        (date(2026, 12, 31), "+2m", date(2027, 2, 28)),
    ],
)
def test_a_shorter_month_ends_with_its_last_day(today: date, typed: str, meant: date) -> None:
    assert parse_day(typed, today) == meant


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_is_read_in_both_orders(day: date) -> None:
    assert parse_day(day.isoformat(), TODAY) == day
    assert parse_day(f"{day.day}-{day.month}-{day.year}", TODAY) == day


@given(st.text(max_size=30))
def test_nothing_crashes_it(text: str) -> None:
    parse_day(text, TODAY)
