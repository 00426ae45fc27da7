"""When the events of a custody chain happened, as far as that can be read: which goes back before an earlier one.

What is told in words stays words. Where a time can be read it is a stretch, a day alone the whole of it, and an event
goes back only where no reading of the two times lets it come after.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from guidance.custody import Event, Move, follow

_ZONE: Final = r"(?:z|utc|gmt|ces?t|(?:dansk |lokal |local |danish )?(?:sommer|vinter|normal)?ti(?:d|me))"
_FIGURES: Final = re.compile(
    r"(?:(?P<d>\d{1,2})[-./ ]{1,2}(?P<m>\d{1,2})[-./ ]{1,2}(?P<y>\d{4}|\d{2})|(?P<iso>\d{4}-\d{2}-\d{2}))"
    rf"(?:,? ?(?:kl\.? ?|at )?(?P<hour>\d{{1,2}})[.:](?P<minute>\d{{2}})|,? ?kl\.? ?(?P<sharp>\d{{1,2}}))?"
    rf"(?P<zone> {_ZONE})?",
    re.IGNORECASE | re.ASCII,
)
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]")
_WIDEST: Final = timedelta(hours=14)
"""How far the clock of a zone is from UTC at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A stretch in which something happened.

    Attributes:
        first: its beginning; UTC where the zone is known, else without a zone.
        last: its end, likewise.
    """

    first: datetime
    last: datetime

    def before(self, other: Told) -> bool:
        """Whether it is before the other, whichever zones the two were told in."""
        last, first = self.last, other.first
        if (last.tzinfo is None) is not (first.tzinfo is None):
            return first.replace(tzinfo=None) - last.replace(tzinfo=None) > _WIDEST
        return last < first


def told_time(text: str) -> Told | None:
    """A day in figures or ISO 8601, with or without a time by the clock; None where it is told in other words."""
    said = " ".join(text.split())
    try:
        if _ISO.match(said):
            moment = datetime.fromisoformat(said)
            if moment.tzinfo is not None:
                moment = moment.astimezone(UTC)
            # A time to the minute is true of the whole minute.
            return Told(first=moment, last=moment + timedelta(seconds=59 if not moment.second else 0))
    except (ValueError, OverflowError):
        pass
    found = _FIGURES.fullmatch(said)
    if found is None:
        return None
    try:
        return _of_figures(found)
    except (ValueError, OverflowError):
        return None


def _of_figures(found: re.Match[str]) -> Told:
    if found["iso"]:
        day = datetime.fromisoformat(found["iso"])
    else:
        year = int(found["y"])
        day = datetime(year + 2000 if year < 100 else year, int(found["m"]), int(found["d"]))  # noqa: DTZ001
    hour = found["hour"] or found["sharp"]
    # A zone that is named in letters is not looked up: the day holds whichever it is, but for its ends.
    if hour is None or found["zone"]:
        spare = _WIDEST if found["zone"] else timedelta()
        return Told(first=day - spare, last=datetime.combine(day, time.max) + spare)
    moment = day.replace(hour=int(hour), minute=int(found["minute"] or 0))
    return Told(first=moment, last=moment + timedelta(minutes=59 if found["sharp"] else 0, seconds=59))


def going_back(entries: Iterable[tuple[str, Move]], aside: Collection[str] = ()) -> dict[str, Move]:
    """The events whose time is before that of an event earlier in the chain of the same copy, each with that one.

    Args:
        entries: (entry, event) as they were recorded; a correction stands in the place of what it corrects.
        aside: those of which a person has decided that they do not hold.
    """
    links = follow(list(entries), aside).links
    place: dict[str, int] = {}
    standing: list[tuple[int, str, Move, Told]] = []
    for number, link in enumerate(links):
        place[link.entry] = place.get(link.move.corrects, number)
        told = told_time(link.move.on)
        if link.replaced_by or link.fault or link.aside or link.move.event is Event.WITHDRAWN or told is None:
            continue
        standing.append((place[link.entry], link.entry, link.move, told))
    found: dict[str, Move] = {}
    latest: dict[int, tuple[Move, Told]] = {}
    for _place, entry, move, told in sorted(standing, key=lambda one: one[0]):
        earlier = latest.get(move.copy)
        if earlier is not None and told.before(earlier[1]):
            found[entry] = earlier[0]
        elif earlier is None or earlier[1].before(told):
            latest[move.copy] = (move, told)
    return found
