"""The concerns of a mentorship programme as they cross the border to their readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CameHow(StrEnum):
    """How a concern reached the staff: those it comes from do not use the program."""

    FORM = "form"
    TALK = "talk"
    MESSAGE = "message"


class Blocked(StrEnum):
    """Whether the person reported is blocked."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernDraft:
    """A concern as it is taken in by staff.

    Attributes:
        kind: id of one of `guidance.concerns.kinds()`.
        about: a participant's or a colleague's id; empty where it is neither.
        about_name: whom it is about in words, where `about` is empty.
        reported_by: a participant's id; empty where it is nobody of the programme or nobody wants to be named.
        received_at: when it came in, aware.
        readers: names or ids of colleagues who may read it, beside whoever takes it in.
    """

    kind: str
    what: str
    came_how: CameHow
    received_at: datetime
    about: str = ""
    about_name: str = ""
    reported_by: str = ""
    blocked: Blocked = Blocked.UNKNOWN
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernNote:
    """What was done about a concern."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A concern, for one of its readers.

    Attributes:
        about_name: whom it is about, by name.
        reported_name: empty where nobody is named.
        readers: names.
        due_on: by when it has to be dealt with.
        ends: whether this kind ends the mentoring.
        outcome: empty while it is open.
    """

    id: str
    kind: str
    what: str
    came_how: CameHow
    received_at: datetime
    taken_in_by: str
    about: str
    about_name: str
    reported_by: str
    reported_name: str
    blocked: Blocked
    readers: tuple[str, ...]
    due_on: date
    ends: bool
    notes: tuple[ConcernNote, ...]
    closed_at: datetime | None
    outcome: str
    outcome_text: str
