"""The people of a mentorship programme as they cross the border: taking part, vetting, check-ins, mentorings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guidance.mentoring import Missing, Opinion, Part, Status, Verified


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
        policy_read: the number of the newest version of the policy that was read, of those that were in force here; 0
            for none.
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
