"""How a case stands, in numbers and days: what is said of it to who leads the office, and read there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from guidance.model import CASE_KINDS

MOST_DUE: Final = 30
"""Days of one case that are passed on; what comes after them is passed on when those before are done."""
_LONGEST: Final = 4000
FRESH: Final = timedelta(days=7)
"""How long what somebody said of their cases counts as how they stand now."""
_CLOCKS: Final = timedelta(days=1)
"""How far clocks and time zones may lie apart."""


class StandIn(StrEnum):
    """Whether somebody else can read a case."""

    READS = "reads"
    NAMED = "named"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One record.

    Attributes:
        case: the space.
        entries: how many entries the case had.
        opened: the day.
        changed: the day of its newest entry.
        closed: the day; None while it is open.
        due: days on which something falls due, ascending.
        stand_in: whether somebody else can read it; `NAMED`: only by name.
    """

    case: str
    reference: str
    kind: str
    level: int | None
    entries: int
    opened: date
    changed: date
    closed: date | None
    due: tuple[date, ...]
    stand_in: StandIn
    no_stand_in_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """A case in the overview.

    Attributes:
        status: the newest record of it.
        names: who has the case, as they say themselves.
        overdue: how many things are past their day today.
        due_on: the next day on which something falls due, or fell.
        as_of: the last day of which it is known that the record holds.
    """

    status: Status
    names: tuple[str, ...]
    overdue: int
    due_on: date | None
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWord:
    """How old what a member said of their cases is.

    Attributes:
        on: the last day of which it is known that their records hold, by their own clock.
    """

    name: str
    on: date

    def outdated(self, day: date) -> bool:
        """Whether much may have changed since."""
        return self.on < day - FRESH

    def ahead(self, day: date) -> bool:
        """Whether it is of a day to come: a clock is wrong, and how old it is can't be told."""
        return self.on > day + _CLOCKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What who leads the office sees.

    Attributes:
        day: of which it is said what is overdue.
        open: open cases, what is overdue first.
        closed: how many closed ones.
        levels: level -> open cases; None: none was decided.
        overdue: open cases with something overdue.
        without_stand_in: open cases that nobody else can read.
        heard: of each member who has a case, how old what is known of their cases is; the oldest first.
        without_cases: the same of each member who says that they have none.
        untold: names of members whose vault counts more cases than it tells of: one can't be read there.
        silent: names of members of whom no word has come.
    """

    day: date
    open: tuple[StatusLine, ...]
    closed: int
    levels: Mapping[int | None, int]
    overdue: int
    without_stand_in: int
    heard: tuple[LastWord, ...]
    without_cases: tuple[LastWord, ...]
    untold: tuple[str, ...]
    silent: tuple[str, ...]


def written(status: Status) -> dict[str, Any]:
    """As a payload."""
    return {
        "case": status.case,
        "reference": status.reference,
        "kind": status.kind,
        "level": status.level,
        "entries": status.entries,
        "opened": status.opened.isoformat(),
        "changed": status.changed.isoformat(),
        "closed": status.closed.isoformat() if status.closed else "",
        "due": [day.isoformat() for day in status.due],
        "stand-in": status.stand_in.value,
        "no-stand-in-reason": status.no_stand_in_reason,
    }


def counted(cases: int) -> dict[str, Any]:
    """As a payload: how many cases a vault has, none too."""
    return {"cases": cases}


def read_counted(said: Mapping[str, Any]) -> int:
    """From a payload.

    Raises:
        ValueError, KeyError: it is not as `counted` has it.
    """
    if type(said["cases"]) is not int or said["cases"] < 0:
        raise ValueError("cases")
    return int(said["cases"])


def read_status(said: Mapping[str, Any]) -> Status:
    """From a payload.

    Raises:
        ValueError, KeyError, TypeError: it is not as `written` has it.
    """
    level = said.get("level")
    if level is not None and (isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= 5):
        raise ValueError("level")
    if said["kind"] not in CASE_KINDS or len(said["due"]) > MOST_DUE or len(said["reference"]) > 40:
        raise ValueError("kind")
    return Status(
        case=said["case"],
        reference=said["reference"],
        kind=said["kind"],
        level=level,
        entries=said["entries"],
        opened=date.fromisoformat(said["opened"]),
        changed=date.fromisoformat(said["changed"]),
        closed=date.fromisoformat(said["closed"]) if said["closed"] else None,
        due=tuple(sorted(date.fromisoformat(day) for day in said["due"])),
        stand_in=StandIn(said["stand-in"]),
        no_stand_in_reason=said["no-stand-in-reason"][:_LONGEST],
    )
