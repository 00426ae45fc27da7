"""The rules of a mentorship programme (seed 002), pure: vetting, acceptance, sessions, recordings, check-ins, policy.

They are code and not data, so that no file of an office can weaken them; nobody goes past them by a reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import ClassVar, Final

from guidance.duration import Duration
from guidance.errors import Diagnostics
from guidance.language import _
from guidance.refusals import Refused

CHECK_IN_EVERY: Final = "P1M"
CONCERN_WITHIN: Final = "P1D"


class Part(StrEnum):
    """What somebody is in the programme; one person can be both."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class Status(StrEnum):
    """Whether somebody takes part."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Verified(StrEnum):
    """What of somebody's professional background is verified."""

    EDUCATION = "education"
    WORK_HISTORY = "work-history"


class Opinion(StrEnum):
    """What a reference said when contacted."""

    RECOMMENDS = "recommends"
    RESERVATIONS = "reservations"
    ADVISES_AGAINST = "advises-against"


class Missing(StrEnum):
    """What vetting still lacks, in the order in which it is done."""

    EDUCATION = "education"
    WORK_HISTORY = "work-history"
    REFERENCE = "reference"
    REFERENCE_CONTACT = "reference-contact"
    INTERVIEW = "interview"
    MOTIVATION = "motivation"
    ROLE = "role"
    SAFETY = "safety"
    CRIMINAL_RECORD = "criminal-record"
    CRIMINAL_RECORD_RENEWAL = "criminal-record-renewal"


class Ground(StrEnum):
    """For what a recording may be looked at: these two and nothing else."""

    REVIEW = "review"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetting:
    """What is known of somebody who wants to be a mentor.

    Attributes:
        confirmed: what of the professional background was checked and confirmed.
        references: for each reference whether it was contacted.
        interviewed: whether the interview was held.
        motivation: whether it was spoken of; likewise `role`, the understanding of it.
        safety: whether the person commits to safety.
        record_renew_on: until when the criminal record that was seen holds; None where none was seen.
    """

    confirmed: frozenset[Verified] = frozenset()
    references: tuple[bool, ...] = ()
    interviewed: bool = False
    motivation: bool = False
    role: bool = False
    safety: bool = False
    record_renew_on: date | None = None


def missing(vetting: Vetting, *, criminal_record: bool, today: date) -> tuple[Missing, ...]:
    """What stands against acceptance; nothing where the vetting is whole (seed 002, section 2).

    Args:
        vetting: what is known.
        criminal_record: whether the programme asks for a criminal record check.
        today: the day on which it is asked.
    """
    found = [Missing(what.value) for what in Verified if what not in vetting.confirmed]
    if not vetting.references:
        found.append(Missing.REFERENCE)
    elif not all(vetting.references):
        found.append(Missing.REFERENCE_CONTACT)
    if not vetting.interviewed:
        found.append(Missing.INTERVIEW)
    else:
        spoken = {Missing.MOTIVATION: vetting.motivation, Missing.ROLE: vetting.role, Missing.SAFETY: vetting.safety}
        found += [what for what, there in spoken.items() if not there]
    return (*found, *record_missing(vetting.record_renew_on, asked=criminal_record, today=today))


def record_missing(renew_on: date | None, *, asked: bool, today: date) -> tuple[Missing, ...]:
    """What the criminal record check lacks; nothing where the programme has it switched off."""
    if not asked:
        return ()
    if renew_on is None:
        return (Missing.CRIMINAL_RECORD,)
    return (Missing.CRIMINAL_RECORD_RENEWAL,) if renew_on <= today else ()


def missing_words(what: Missing) -> str:
    """What is missing, as it is named in a refusal and in the list."""
    return {
        Missing.EDUCATION: _("education verified"),
        Missing.WORK_HISTORY: _("work history verified"),
        Missing.REFERENCE: _("at least one personal reference"),
        Missing.REFERENCE_CONTACT: _("every reference contacted"),
        Missing.INTERVIEW: _("the interview"),
        Missing.MOTIVATION: _("motivation, in the interview"),
        Missing.ROLE: _("understanding of the role, in the interview"),
        Missing.SAFETY: _("commitment to safety, in the interview"),
        Missing.CRIMINAL_RECORD: _("criminal record check"),
        Missing.CRIMINAL_RECORD_RENEWAL: _("criminal record check renewed"),
    }[what]


class AcceptanceRefused(Refused):
    """Somebody is to be accepted as a mentor, and the vetting is not whole."""

    code: ClassVar[str] = "acceptance-refused"
    rule = "vetting-before-acceptance"

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(missing)
        self.missing = missing

    def diagnostics(self) -> Diagnostics:
        """Name what is missing."""
        return Diagnostics(
            happened=_("Not accepted. The vetting is not whole; missing: {what}.").format(
                what=", ".join(missing_words(one) for one in self.missing)
            ),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Do what is missing, then accept."),
        )


def check_acceptance(vetting: Vetting, *, criminal_record: bool, today: date) -> None:
    """The gate before acceptance.

    Raises:
        AcceptanceRefused: something is missing; it is named.
    """
    if lacking := missing(vetting, criminal_record=criminal_record, today=today):
        raise AcceptanceRefused(lacking)


class SessionRefused(Refused):
    """Somebody can't be given sessions.

    Attributes:
        rule: `vetting-before-acceptance`, `suspended` or `ended`.
        part: as what the person would take part.
    """

    code: ClassVar[str] = "session-refused"

    def __init__(self, part: Part, rule: str) -> None:
        super().__init__(part, rule)
        self.part = part
        self.rule = rule

    def diagnostics(self) -> Diagnostics:
        """Say whether it is the mentor or the mentee, and what stands in the way."""
        mentor = self.part is Part.MENTOR
        happened = {
            "vetting-before-acceptance": _("The mentor has not been accepted yet and can't be given sessions."),
            "suspended": _("The mentor is suspended and can't be given sessions.")
            if mentor
            else _("The mentee is suspended and can't be given sessions."),
        }.get(
            self.rule,
            _("The mentor no longer takes part and can't be given sessions.")
            if mentor
            else _("The mentee no longer takes part and can't be given sessions."),
        )
        return Diagnostics(happened=happened, safe=_("Nothing was recorded and nothing is lost."))


def check_session(mentor: Status, mentee: Status, *, accepted: bool) -> None:
    """The gate before a session, and before two people are brought together.

    Raises:
        SessionRefused: the mentor is not accepted, or one of the two is suspended or has ended.
    """
    for part, status in ((Part.MENTOR, mentor), (Part.MENTEE, mentee)):
        if status is not Status.ACTIVE:
            raise SessionRefused(part, status.value)
    if not accepted:
        raise SessionRefused(Part.MENTOR, "vetting-before-acceptance")


def is_approved(platform: str, approved: Iterable[str]) -> bool:
    """Whether a session's platform is one of the approved; how it is written does not matter."""
    return platform.strip().casefold() in {one.strip().casefold() for one in approved}


class RecordingRefused(Refused):
    """A recording is to be registered or looked at, and not both have consented.

    Attributes:
        lacking: whose consent is not there.
    """

    code: ClassVar[str] = "recording-refused"
    rule = "both-consents"

    def __init__(self, lacking: tuple[Part, ...]) -> None:
        super().__init__(lacking)
        self.lacking = lacking

    def diagnostics(self) -> Diagnostics:
        """Say whose consent is missing."""
        who = {Part.MENTOR: _("the mentor"), Part.MENTEE: _("the mentee")}
        return Diagnostics(
            happened=_("Both have to consent to a recording. Not there, or withdrawn: {who}.").format(
                who=", ".join(who[part] for part in self.lacking)
            ),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Record the consent of both first. A recording made without it has to be removed."),
        )


def check_recording(consented: Collection[Part]) -> None:
    """The gate before a recording: `consented` has those whose consent stands.

    Raises:
        RecordingRefused: one of the two is not among them.
    """
    if lacking := tuple(part for part in Part if part not in consented):
        raise RecordingRefused(lacking)


class AccessRefused(Refused):
    """A recording is to be looked at without a reason."""

    code: ClassVar[str] = "access-refused"
    rule = "recording-access"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("A recording is only looked at for a review or in a dispute, and with a reason."),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Say which of the two it is, and write why it is needed."),
        )


def check_access(consented: Collection[Part], ground: str, reason: str) -> None:
    """The gate before a recording is looked at.

    Raises:
        RecordingRefused: a consent was withdrawn; the recording waits for its removal.
        AccessRefused: no ground that counts, or no reason.
    """
    check_recording(consented)
    if ground not in set(Ground) or not reason.strip():
        raise AccessRefused


class DisclosureRefused(Refused):
    """What was shared in sessions is to leave without a reason."""

    code: ClassVar[str] = "disclosure-refused"
    rule = "session-content"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("What is shared in sessions stays there: it leaves only where it is chosen, with a reason."),
            safe=_("Nothing was exported."),
            todo=_("Leave it out, or write why it has to go along."),
        )


def check_disclosure(chosen: Collection[str], reason: str) -> None:
    """The gate before the content of sessions goes into anything exported (seed 002, section 4).

    Raises:
        DisclosureRefused: sessions are chosen, and no reason is given.
    """
    if chosen and not reason.strip():
        raise DisclosureRefused


def next_check_in(since: date, last: date | None, every: str) -> date:
    """When somebody is to be checked in with: so long after the last time, or after the mentoring began."""
    begun = datetime.combine(max(since, last) if last else since, time(12), tzinfo=UTC)
    return Duration.parse(every).after(begun).date()


def review_due(review_on: date, today: date) -> bool:
    """Whether the policy is to be looked at again."""
    return review_on <= today
