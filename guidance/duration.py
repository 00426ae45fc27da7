"""ISO 8601 durations, as far as due dates need them: months, weeks, days and hours."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Final

_DAY: Final = 24
_TEN_YEARS: Final = 10 * 12 * 31
_FORM: Final = re.compile(r"P(?=\d|T)(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(\d{1,4})H)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A length of time; months follow the calendar, and `P0D` means at once."""

    months: int = 0
    days: int = 0
    hours: int = 0

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `P1M`, `P2W`, `P3D`, `PT24H` and what can be put together of them.

        Raises:
            ValueError: it is not one of these.
        """
        match = _FORM.fullmatch(text)
        if match is None or not any(match.groups()):
            raise ValueError(text)
        months, weeks, days, hours = (int(part or 0) for part in match.groups())
        return cls(months=months, days=7 * weeks + days, hours=hours)

    @property
    def at_least_a_day(self) -> bool:
        """Whether something that recurs after it can ever be done for today."""
        return bool(self.months or self.days or self.hours >= _DAY)

    @property
    def within_ten_years(self) -> bool:
        """Whether anybody can have meant it."""
        return self.months * 31 + self.days + self.hours // _DAY <= _TEN_YEARS

    def after(self, moment: datetime) -> datetime:
        """The moment this long after another.

        Months, weeks and days go by the calendar and the clock on the wall of `moment`'s own zone, whatever daylight
        saving does; hours are hours. The 31st of a shorter month is its last day.

        Raises:
            OverflowError: later than the calendar goes.
        """
        if self.months:
            months = moment.month - 1 + self.months
            year, month = moment.year + months // 12, months % 12 + 1
            if year > MAXYEAR:
                raise OverflowError
            moment = moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
        moment += timedelta(days=self.days)
        if not self.hours:
            return moment
        return (moment.astimezone(UTC) + timedelta(hours=self.hours)).astimezone(moment.tzinfo)

    def __str__(self) -> str:
        date = "".join(f"{n}{unit}" for n, unit in ((self.months, "M"), (self.days, "D")) if n)
        time = f"T{self.hours}H" if self.hours else ""
        return f"P{date or ('' if time else '0D')}{time}"
