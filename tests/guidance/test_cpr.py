from __future__ import annotations

from datetime import date

import pytest

from guidance.cpr import find_numbers, masked

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "0101901234",
        "010190-1234",
        "Mors nummer er 010190 1234, siger hun.",
        "(290200-4123)",
        "cpr:3112991234.",
        "010190 - 1234",
        "010190\u20111234",
        "født 150810-4321\n",
    ],
)
def test_a_number_is_noticed(text: str) -> None:
    assert len(find_numbers(text, TODAY)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "ring til 70 20 12 01",
        "+45 53 52 99 00 og +45 86 37 04 00",
        "4535365555",  # a telephone number with the country before it: no 45th day
        "310290-1234",  # no 31 February
        "290201-1234",  # 1901 had no 29 February
        "0013901234",
        "010150-5123123",
        "kontonummer 1234 0101901234",
        "1234-0101901234",
        "211226-4123",  # not born yet
        "2026-11-21T07:17:05",
        "sag 26-K7M4Q, kl. 10.15-11.00",
        "ordre 20201231123",
        "sha256:0101901234ab0101901234",
    ],
)
def test_ordinary_numbers_do_not_cry_wolf(text: str) -> None:
    assert find_numbers(text, TODAY) == ()


def test_the_same_digits_count_from_the_day_somebody_could_bear_them() -> None:
    assert find_numbers("211126-4123", date(2026, 11, 20)) == ()
    assert len(find_numbers("211126-4123", date(2026, 11, 21))) == 1


def test_it_is_shown_without_being_repeated() -> None:
    text = "Nr. 010190-1234 og 150810-4321."
    assert masked(text, find_numbers(text, TODAY)) == "Nr. 010190-•••• og 150810-••••."
