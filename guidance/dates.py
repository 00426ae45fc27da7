"""Dates as people type them: `2026-11-21`, `21-11-2026`, `21.11`, `i dag`, `+3d`, `+6m`, `+1å`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from guidance.duration import Duration

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
_SHIFT: Final = re.compile(r"([+-])\s*(\d{1,4})\s*([a-zå]*)\Z", re.ASCII)
_UNITS: Final[Mapping[str, Duration]] = {
    **dict.fromkeys(("", "d"), Duration(days=1)),
    **dict.fromkeys(("u", "w"), Duration(days=7)),
    "m": Duration(months=1),
    **dict.fromkeys(("å", "y"), Duration(months=12)),
}
_DAY_MONTH: Final = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./]?\Z", re.ASCII)
_DAY_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{2}|\d{4})\Z", re.ASCII)


def parse_day(text: str, today: date) -> date | None:
    """The date that was typed, or None where it can't be read. A day and month alone mean this year.

    `+3d` is days, `+2u` and `+2w` are weeks, `+6m` months, `+1å` and `+1y` years from today, and `-` is before today.
    Months and years go by the calendar, as in deadlines: where a month has no such day, its last one is meant.
    """
    typed = " ".join(text.casefold().split())
    try:
        if typed in _NEAR:
            return today + timedelta(days=_NEAR[typed])
        if shift := _SHIFT.match(typed):
            return _shifted(today, int(f"{shift[1]}{shift[2]}"), shift[3])
        if whole := _DAY_MONTH_YEAR.match(typed):
            year = int(whole[3])
            return date(year + 2000 if year < 100 else year, int(whole[2]), int(whole[1]))
        if part := _DAY_MONTH.match(typed):
            return date(today.year, int(part[2]), int(part[1]))
        return datetime.fromisoformat(typed).date()
    except (ValueError, OverflowError):
        return None


def _shifted(today: date, by: int, unit: str) -> date | None:
    one = _UNITS.get(unit)
    if one is None:
        return None
    return Duration(months=by * one.months, days=by * one.days).after(datetime.combine(today, time())).date()
