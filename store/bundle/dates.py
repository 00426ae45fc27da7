"""Days and times as people write them in a report: by language, and in UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from guidance.language import Language

_DAY: Final[dict[Language, str]] = {"da": "d. MMM y", "en": "d MMM y"}
_TIME: Final[dict[Language, str]] = {"da": "HH.mm", "en": "HH:mm"}


def day_words(day: date, language: Language) -> str:
    """`22. okt. 2026`, `22 Oct 2026`."""
    from babel.dates import format_date

    return format_date(day, _DAY[language], locale=language)


def moment_words(moment: datetime, language: Language) -> str:
    """`22. okt. 2026 kl. 08.12 UTC`, `22 Oct 2026, 08:12 UTC`; the moment must be in UTC."""
    from babel.dates import format_time

    time = format_time(moment, _TIME[language], locale=language)
    between = " kl. " if language == "da" else ", "
    return f"{day_words(moment, language)}{between}{time} UTC"
