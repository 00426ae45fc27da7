"""A neutral page over everything, for the moment in which somebody comes in. It is no lock."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from guidance.language import N_, _
from screens.base import SeglScreen
from screens.widgets.plain import Plain


class HiddenScreen(SeglScreen[None]):
    """This month and the next, with the numbers of the weeks: something that lies open on every desk."""

    NEUTRAL = True
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.hide", N_("Back"))]

    def heading(self) -> str:
        """What is to be seen."""
        return _("Calendar")

    def body(self) -> ComposeResult:
        """One piece of text: it has to be drawn at once."""
        yield Plain("\n".join(months(date.today())), id="calendar")  # noqa: DTZ011 - the wall calendar's day


def months(today: date) -> Iterator[str]:
    """The lines of this month and the next, weeks beginning on Monday."""
    for first in (today.replace(day=1), (today.replace(day=1) + timedelta(days=32)).replace(day=1)):
        yield f"{first:%Y}-{first:%m}"
        yield _("Week  Mo  Tu  We  Th  Fr  Sa  Su")
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month):
            days = "".join(f"{day.day if day.month == first.month else '':>4}" for day in week)
            yield f"{week[0].isocalendar().week:>4}{days}"
        yield ""
