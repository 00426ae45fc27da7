"""What is kept of a programme when it is over: sorts of it, and what stands against erasing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from guidance.language import _
from guidance.mentoring import Part
from store.programme.concern_model import Concern
from store.programme.people_model import Mentoring, Participant

Thing = Participant | Mentoring | Concern
"""What of a programme is kept or erased as one."""


class Sort(StrEnum):
    """What of a programme is kept or erased as one."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    APPLICANT = "applicant"
    PAIR = "pair"
    CONCERN = "concern"


class Stands(StrEnum):
    """What stands against erasing something of a programme."""

    TAKES_PART = "takes-part"
    UNDER_WAY = "under-way"
    CONCERN_OPEN = "concern-open"
    RECORDING_THERE = "recording-there"
    HELD = "held"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRule:
    """After how many months what is over is to be looked at, by its sort; where none is named, ending it asks."""

    months: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptThing:
    """Something of the programme that is over, and what is to become of it.

    Attributes:
        id: of the participant, the mentoring or the concern.
        name: whom it is about, by name.
        look_at: the day to look at it; None where nobody has named one.
        held: why nothing of it may be erased now; empty where nothing holds it.
        against: what stands against erasing it today.
        elsewhere: it was erased elsewhere and is here still, because something stood against it or it may not be done
            for this vault: somebody who sees it decides.
    """

    id: str
    sort: Sort
    name: str
    over_on: date | None
    look_at: date | None
    due: bool
    held: str
    against: tuple[Stands, ...]
    elsewhere: bool = False


def sort_of(thing: Thing) -> Sort:
    """What it is, for how long it is kept."""
    if isinstance(thing, Concern):
        return Sort.CONCERN
    if isinstance(thing, Mentoring):
        return Sort.PAIR
    if Part.MENTOR not in thing.parts:
        return Sort.MENTEE
    accepted = any(change.state == "accepted" for change in thing.changes)
    return Sort.MENTOR if accepted or Part.MENTEE in thing.parts else Sort.APPLICANT


def thing_name(thing: Thing) -> str:
    """Whom it is about, by name."""
    if isinstance(thing, Participant):
        return thing.name
    if isinstance(thing, Concern):
        return thing.about_name
    return " – ".join(name for name in (thing.mentor_name, thing.mentee_name) if name)


def over_on(thing: Thing) -> date | None:
    """Since when it is over; None where it is not."""
    if isinstance(thing, Participant):
        return next((one.at.date() for one in reversed(thing.changes) if one.state == "ended"), None)
    if isinstance(thing, Mentoring):
        return thing.ended_on
    return thing.closed_at.date() if thing.closed_at else None


def stands_words(stands: Stands) -> str:
    """What stands against erasing, in words."""
    return {
        Stands.TAKES_PART: _("this person still takes part"),
        Stands.UNDER_WAY: _("a mentoring is under way"),
        Stands.CONCERN_OPEN: _("a concern is open"),
        Stands.RECORDING_THERE: _("a recording is not removed yet"),
        Stands.HELD: _("it is held"),
        Stands.UNREAD: _("something that came from others was not looked at yet"),
    }[stands]


def sort_words(sort: Sort) -> str:
    """A sort of what is kept, in words."""
    return {
        Sort.MENTOR: _("a mentor who has left"),
        Sort.MENTEE: _("a mentee who has left"),
        Sort.APPLICANT: _("an applicant who was not accepted"),
        Sort.PAIR: _("a mentoring that has ended"),
        Sort.CONCERN: _("a concern that is closed"),
    }[sort]


def sort_label(sort: Sort) -> str:
    """The same in a word."""
    return {
        Sort.MENTOR: _("mentor"),
        Sort.MENTEE: _("mentee"),
        Sort.APPLICANT: _("applicant"),
        Sort.PAIR: _("mentoring"),
        Sort.CONCERN: _("concern"),
    }[sort]
