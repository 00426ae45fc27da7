"""Notice a Danish civil registration number (CPR) in free text, so that a person is asked whether it must be there.

Requirement CM-2b (`Mentoring Sikkerhedstips`, 'Beskyt dine personlige oplysninger'). A number counts when its date is a
day that was: six digits of day, month and year and four more, of which the first and the year tell the century (CPR
office, 'Personnummeret i CPR', the table of centuries). The check digit is not asked for: since 2007 numbers are
given out that do not pass it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_NUMBER: Final = re.compile(
    r"(?<![0-9a-fA-F])(?<![0-9][ .,/-])(?<![0-9] - )"
    r"(?P<day>[0-3][0-9])(?P<month>[01][0-9])(?P<year>[0-9]{2})(?: ?[-–\u2010\u2011] ?| )?(?P<serial>[0-9]{4})"
    r"(?![0-9a-fA-F])(?![ .,/-][0-9])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNumber:
    """Where a number stands in the text: half-open, in characters; the number itself is not kept."""

    start: int
    end: int


def _century(year: int, seventh: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in {4, 9}:
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def find_numbers(text: str, today: date) -> tuple[FoundNumber, ...]:
    """All that look like CPR numbers of somebody born by `today`.

    Args:
        text: any text; digits are the ASCII ones.
        today: a date after it is nobody's birthday.
    """
    found = []
    for match in _NUMBER.finditer(text):
        year = int(match["year"])
        try:
            born = date(_century(year, int(match["serial"][0])) + year, int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if born <= today:
            found.append(FoundNumber(start=match.start(), end=match.end()))
    return tuple(found)


def masked(text: str, numbers: tuple[FoundNumber, ...]) -> str:
    """The text with the last four digits of each number hidden, to show where it stands without repeating it."""
    for number in reversed(numbers):
        text = text[: number.end - 4] + "••••" + text[number.end :]
    return text
