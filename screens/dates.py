"""Dates as people type them: `2026-11-21`, `21-11-2026`, `21.11`, `i dag`, `+3d`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

_NEAR: Final = {
    "i dag": 0,
    "idag": 0,
    "today": 0,
    "i går": -1,
    "igår": -1,
    "yesterday": -1,
    "i morgen": 1,
    "tomorrow": 1,
}
_SHIFT: Final = re.compile(r"([+-])\s*(\d{1,4})\s*(d|u|w|)\Z", re.ASCII)
_DAY_MONTH: Final = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./]?\Z", re.ASCII)
_DAY_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{2}|\d{4})\Z", re.ASCII)


def parse_day(text: str, today: date) -> date | None:
    """The date that was typed, or None where it can't be read. A day and month alone mean this year.

    `+3d` is days, `+2u` and `+2w` are weeks from today.
    """
    typed = " ".join(text.casefold().split())
    try:
        if typed in _NEAR:
            return today + timedelta(days=_NEAR[typed])
        if shift := _SHIFT.match(typed):
            days = int(shift[2]) * (7 if shift[3] in ("u", "w") and shift[3] else 1)
            return today + timedelta(days=days if shift[1] == "+" else -days)
        if whole := _DAY_MONTH_YEAR.match(typed):
            year = int(whole[3])
            return date(year + 2000 if year < 100 else year, int(whole[2]), int(whole[1]))
        if part := _DAY_MONTH.match(typed):
            return date(today.year, int(part[2]), int(part[1]))
        return datetime.fromisoformat(typed).date()
    except (ValueError, OverflowError):
        return None
