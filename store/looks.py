"""What was looked for after a copy was cleared and what was found, as it is recorded: kinds and numbers, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen, and what can't be seen there.

    Attributes:
        place: what kind of place the copy lay in (`store.places.PlaceKind`, or a newer one): its limits follow by that.
        system: which system it was (`sys.platform`): what a person has to look at follows by that.
        found: kind of remains (`store.evidence.leftovers.LeftoverKind`, or a newer one) and how many, by kind.
        same: how many files with exactly the same bytes lay in its folder or in a bin.
        unread: how many of the same size could not be read.
        whole: whether the search was through with all that it looks at.
    """

    place: str
    system: str
    found: tuple[tuple[str, int], ...] = ()
    same: int = 0
    unread: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LookEvent:
    """A look after a clearing.

    Attributes:
        entry: the journal entry that says so (`evidence.looked-after`).
        at: when it was recorded.
        author: who recorded it.
        copy: which copy was cleared.
        look: what was seen.
    """

    entry: str
    at: datetime
    author: str
    copy: int
    look: Look
