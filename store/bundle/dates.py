"""Days and times as people write them in a report: by language, and in UTC."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Final

from guidance.language import Language

_DAY: Final[dict[Language, str]] = {"da": "{day}. {month} {year}", "en": "{day} {month} {year}"}
_TIME: Final[dict[Language, str]] = {"da": "{hour:02}.{minute:02}", "en": "{hour:02}:{minute:02}"}


def day_words(day: date, language: Language) -> str:
    """`22. okt. 2026`, `22 Oct 2026`."""
    return _DAY[language].format(day=day.day, month=_month(day.month, language), year=day.year)


def moment_words(moment: datetime, language: Language) -> str:
    """`22. okt. 2026 kl. 08.12 UTC`, `22 Oct 2026, 08:12 UTC`; the moment must be in UTC."""
    between = " kl. " if language == "da" else ", "
    time = _TIME[language].format(hour=moment.hour, minute=moment.minute)
    return f"{day_words(moment, language)}{between}{time} UTC"


@cache
def _month(month: int, language: Language) -> str:
    # Only the names are looked up: a report has two times an entry, and a pattern for each takes longer than the rest.
    from babel.dates import format_date

    return format_date(date(2000, month, 1), "MMM", locale=language)
