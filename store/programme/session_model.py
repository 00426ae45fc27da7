"""The sessions of a mentorship programme as they cross the border: consents, recordings and who looked at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guidance.mentoring import Ground, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDraft:
    """A session as typed in.

    Attributes:
        at: aware.
        content: what was shared, where it has to be kept at all; it is kept apart and is no part of a `Session`.
    """

    at: datetime
    platform: str
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What one of the two said about being recorded.

    Attributes:
        given: False where it was withdrawn.
    """

    part: Part
    participant: str
    given: bool
    on: date
    how: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingDraft:
    """A recording: what identifies it, where it lies, who holds it; never the recording.

    Attributes:
        digest: `sha256:<hex>`.
    """

    digest: str
    place: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Somebody looked at a recording."""

    ground: Ground
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording as registered.

    Attributes:
        place: where it lies; empty, as `holder`, until it is looked at with a reason, or has to be removed.
        to_remove: since when it waits for its removal, because a consent was withdrawn; None where it does not.
        removed_on: None while it is there.
    """

    id: str
    session: str
    digest: str
    place: str
    holder: str
    registered_at: datetime
    accesses: tuple[Access, ...]
    to_remove: date | None
    removed_on: date | None
    removed_how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session. What was shared in it has no field here, so nothing made of it can let it out (VM-3).

    Attributes:
        approved: whether the platform was an approved one when the session was written down.
        consents: everything that was said, the oldest first.
        may_record: whether both consents stand.
        has_content: whether something that was shared is kept.
    """

    id: str
    mentoring: str
    mentor: str
    mentee: str
    mentor_name: str
    mentee_name: str
    at: datetime
    platform: str
    approved: bool
    consents: tuple[Consent, ...]
    may_record: bool
    recordings: tuple[Recording, ...]
    has_content: bool
