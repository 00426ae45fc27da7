"""What crosses the border about a mentorship programme: frozen records. Ids are 32 hex digits, times aware and UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from guidance.mentoring import CHECK_IN_EVERY, CONCERN_WITHIN, Ground, Missing, Opinion, Part, Status, Verified


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


class DutyKind(StrEnum):
    """What falls due in a programme."""

    CONCERN = "concern"
    END_MENTORING = "end-mentoring"
    REMOVE_RECORDING = "remove-recording"
    CHECK_IN = "check-in"
    CRIMINAL_RECORD = "criminal-record"
    POLICY_REVIEW = "policy-review"


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
class ParticipantDraft:
    """Somebody who is to take part, as typed in.

    Attributes:
        parts: mentor, mentee or both.
        author: name or id of the colleague this person is, where it is one; empty else.
    """

    name: str
    parts: tuple[Part, ...]
    contact: str = ""
    about: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One part of the professional background, looked into."""

    what: Verified
    confirmed: bool
    how: str
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A personal reference.

    Attributes:
        id: empty for a new one.
        contacted_on: None where nobody has contacted it yet.
        by: who contacted it.
        opinion: None where it was not contacted.
        said: what was said about character and fitness for the role.
    """

    name: str
    relation: str = ""
    contact: str = ""
    contacted_on: date | None = None
    by: str = ""
    opinion: Opinion | None = None
    said: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """The formal interview: what was said of motivation, of the role, of safety.

    Attributes:
        commits: whether the person commits to a safe environment.
    """

    on: date
    by: str
    motivation: str
    role: str
    safety: str
    commits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CriminalRecord:
    """That a criminal record certificate was seen and gave no concern; never what stands in it."""

    issued_on: date
    renew_on: date
    seen_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """Acceptance, suspension, resumption or end: who, when, why.

    Attributes:
        state: `accepted`, `suspended`, `resumed`, `ended`.
        reason: empty for the person it is about.
    """

    state: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """A check-in that was held."""

    on: date
    goes_well: bool
    guidelines: bool
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody of the programme as it stands.

    Attributes:
        author: the id of the colleague this person is; empty where it is none.
        accepted: whether accepted as a mentor.
        changes: state changes, the oldest first.
        missing: what stands against acceptance as a mentor; of one who is accepted, what no longer holds.
        check_ins: the newest first.
        next_check_in: None where there is no mentoring under way.
        policy_read: the number of the newest version of the policy that was read; 0 for none.
    """

    id: str
    name: str
    parts: tuple[Part, ...]
    contact: str
    about: str
    author: str
    added_at: datetime
    status: Status
    accepted: bool
    changes: tuple[StateChange, ...]
    verifications: tuple[Verification, ...]
    references: tuple[Reference, ...]
    interview: Interview | None
    criminal_record: CriminalRecord | None
    missing: tuple[Missing, ...]
    check_ins: tuple[CheckIn, ...]
    next_check_in: date | None
    policy_read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentoring:
    """A mentor and a mentee who were brought together.

    Attributes:
        early: whether it ended before its time; that is nobody's fault.
        to_end: whether a concern asks for its end.
    """

    id: str
    mentor: str
    mentee: str
    mentor_name: str
    mentee_name: str
    began_on: date
    goals: str
    ended_on: date | None
    early: bool
    end_reason: str
    to_end: bool


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
