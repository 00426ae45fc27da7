"""What crosses the border about a programme as a whole: frozen records. Ids are 32 hex digits, times aware and UTC.

The people, the sessions and the concerns are in `people_model`, `session_model` and `concern_model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from guidance.mentoring import CHECK_IN_EVERY, CONCERN_WITHIN
from store.programme.concern_model import Concern
from store.programme.people_model import Mentoring, Participant
from store.programme.session_model import Session


class DutyKind(StrEnum):
    """What falls due in a programme."""

    CONCERN = "concern"
    END_MENTORING = "end-mentoring"
    REMOVE_RECORDING = "remove-recording"
    CHECK_IN = "check-in"
    CRIMINAL_RECORD = "criminal-record"
    POLICY_REVIEW = "policy-review"
    LOOK_AT = "look-at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the programme is run.

    Attributes:
        criminal_record: whether a criminal record check belongs to the vetting; off by default.
        check_in_every: ISO 8601 duration between two check-ins.
        concern_within: ISO 8601 duration in which a concern is dealt with, from the moment it came in.
    """

    criminal_record: bool = False
    check_in_every: str = CHECK_IN_EVERY
    concern_within: str = CONCERN_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """A version of the policy: its text, or the digest of the file it stands in."""

    title: str
    review_on: date
    text: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRead:
    """Somebody read a version."""

    participant: str
    name: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A version of the policy.

    Attributes:
        version: from 1.
        digest: `sha256:<hex>` of the text or of the file.
        beside: published in another vault of the same person, and never in force here.
    """

    id: str
    version: int
    title: str
    digest: str
    text: str
    review_on: date
    published_at: datetime
    published_by: str
    read_by: tuple[PolicyRead, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that falls due.

    Attributes:
        about: the id of the participant, concern, mentoring, recording or policy.
        who: whom it is about, by name; for a policy its title.
    """

    kind: DutyKind
    about: str
    who: str
    due_on: date
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The programme as it stands, for whoever looks at it.

    Attributes:
        opened: False while nothing was ever written in it.
        platforms: the approved ones.
        concerns: those that the viewer may read.
        policies: the newest first.
        duties: the most urgent first.
        exports: what has left, the newest first.
    """

    opened: bool
    name: str
    settings: Settings
    platforms: tuple[str, ...]
    participants: tuple[Participant, ...]
    mentorings: tuple[Mentoring, ...]
    sessions: tuple[Session, ...]
    concerns: tuple[Concern, ...]
    policies: tuple[Policy, ...]
    duties: tuple[Duty, ...]
    exports: tuple[Exported, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Something of the programme left.

    Attributes:
        name: of the file; empty where it went out by the command line.
        sort: `html`, `json`; empty where there was no file.
        digest: of the file, `sha256:<hex>`; empty where there was none.
        sessions: ids of those whose content went along.
        reason: why it did.
    """

    at: datetime
    by: str
    name: str
    sort: str
    digest: str
    sessions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeExport:
    """What may leave: people, sessions without what was shared, check-ins; no concern, no word of the vetting.

    Attributes:
        content: what was shared in sessions that were chosen with a reason: session id -> texts.
        reason: why.
    """

    name: str
    exported_at: datetime
    participants: tuple[Participant, ...]
    mentorings: tuple[Mentoring, ...]
    sessions: tuple[Session, ...]
    content: dict[str, tuple[str, ...]]
    reason: str
