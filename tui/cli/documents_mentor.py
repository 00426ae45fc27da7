"""What is handed over about the mentorship programme as TOML, read strictly (`docs/cli.md`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeVar

from guidance.concerns import OUTCOMES, kinds
from guidance.language import _
from guidance.mentoring import Opinion, Part, Verified
from store.programme.concern_model import Blocked, CameHow, ConcernDraft
from store.programme.model import PolicyDraft, Settings
from store.programme.people_model import CriminalRecord, Interview, ParticipantDraft, Reference, Verification
from store.programme.session_model import RecordingDraft, SessionDraft
from tui.cli.documents import Table

T = TypeVar("T")


class Facts(Table):
    """A table with days and moments that have to be there."""

    def on(self, key: str) -> date:
        """A day."""
        found = self.day(key)
        if found is None:
            self.refuse(key, _("is missing"))
        return found

    def said(self, key: str) -> bool:
        """Yes or no."""
        found = self.yes_or_no(key)
        if found is None:
            self.refuse(key, _("is missing"))
        return found

    def at(self, key: str) -> datetime:
        """A moment; without an offset it is by the clock of this machine, a day is its noon."""
        value = self._left.pop(key, None)
        if value is None:
            self.refuse(key, _("is missing"))
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if not isinstance(value, date):
            self.refuse(key, _("has to be a day or a time such as 2026-01-31T15:00:00"))
        return datetime.combine(value, time(12)).astimezone(UTC)

    def below(self, key: str) -> Facts | None:
        """A table in this one."""
        found = self.table(key)
        return None if found is None else Facts(found._left, found.document, found.place)


def read(raw: bytes, what: Callable[[Facts], T]) -> T:
    """Read a document whole.

    Raises:
        DocumentFault: it is not as it has to be.
    """
    facts = Facts.parse(raw, "facts")
    assert isinstance(facts, Facts)
    found = what(facts)
    facts.finish()
    return found


def participant_changed(facts: Facts, now: ParticipantDraft) -> ParticipantDraft:
    """Somebody recorded anew; what is not said stays as it is."""
    return ParticipantDraft(
        name=facts.line("name", needed=True) if facts.has("name") else now.name,
        parts=facts.several_of("parts", Part) if facts.has("parts") else now.parts,
        contact=facts.line("contact") if facts.has("contact") else now.contact,
        about=facts.words("about") if facts.has("about") else now.about,
        author=facts.line("author") if facts.has("author") else now.author,
    )


def participant(facts: Facts) -> ParticipantDraft:
    """Somebody who is to take part."""
    return ParticipantDraft(
        name=facts.line("name", needed=True),
        parts=facts.several_of("parts", Part),
        contact=facts.line("contact"),
        about=facts.words("about"),
        author=facts.line("author"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VettingFacts:
    """What of a vetting was done."""

    verifications: tuple[Verification, ...]
    references: tuple[Reference, ...]
    interview: Interview | None
    criminal_record: CriminalRecord | None


def vetting(facts: Facts) -> VettingFacts:
    """What of a vetting was done; each part may be left out."""
    keys = {"education": Verified.EDUCATION, "work_history": Verified.WORK_HISTORY}
    verifications = [_verification(table, what) for key, what in keys.items() if (table := facts.below(key))]
    references = []
    for one in facts.tables("references"):
        table = Facts(one._left, one.document, one.place)
        references.append(_reference(table))
        table.finish()
    interview = facts.below("interview")
    record = facts.below("criminal_record")
    return VettingFacts(
        verifications=tuple(verifications),
        references=tuple(references),
        interview=_interview(interview) if interview else None,
        criminal_record=_record(record) if record else None,
    )


def _verification(facts: Facts, what: Verified) -> Verification:
    found = Verification(
        what=what, confirmed=facts.said("confirmed"), how=facts.words("how", needed=True), on=facts.on("on")
    )
    facts.finish()
    return found


def _reference(facts: Facts) -> Reference:
    opinion = facts.literal("opinion", ("", *(one.value for one in Opinion)), "")
    return Reference(
        id=facts.line("id"),
        name=facts.line("name", needed=True),
        relation=facts.line("relation"),
        contact=facts.line("contact"),
        contacted_on=facts.day("contacted_on"),
        by=facts.line("by"),
        opinion=Opinion(opinion) if opinion else None,
        said=facts.words("said"),
    )


def _interview(facts: Facts) -> Interview:
    found = Interview(
        on=facts.on("on"),
        by=facts.line("by", needed=True),
        motivation=facts.words("motivation"),
        role=facts.words("role"),
        safety=facts.words("safety"),
        commits=facts.said("commits"),
    )
    facts.finish()
    return found


def _record(facts: Facts) -> CriminalRecord:
    found = CriminalRecord(
        issued_on=facts.on("issued_on"), renew_on=facts.on("renew_on"), seen_by=facts.line("seen_by", needed=True)
    )
    facts.finish()
    return found


def check_in(facts: Facts) -> tuple[date, bool, bool, str]:
    """When, whether it goes well, whether the guidelines are followed, and in words."""
    return facts.on("on"), facts.said("goes_well"), facts.said("guidelines"), facts.words("text")


def pair(facts: Facts) -> tuple[date, str]:
    """From when, and with which goals."""
    return facts.on("on"), facts.words("goals")


def session(facts: Facts) -> SessionDraft:
    """A session."""
    return SessionDraft(at=facts.at("at"), platform=facts.line("platform", needed=True), content=facts.words("content"))


def done(facts: Facts) -> tuple[date, str]:
    """When something was done or said, and how."""
    return facts.on("on"), facts.words("how", needed=True)


def recording(facts: Facts) -> RecordingDraft:
    """A recording."""
    return RecordingDraft(
        digest=facts.line("digest", needed=True),
        place=facts.line("place", needed=True),
        holder=facts.line("holder", needed=True),
    )


def concern(facts: Facts) -> ConcernDraft:
    """A concern as it came in."""
    return ConcernDraft(
        kind=facts.literal("kind", tuple(one.id for one in kinds()), ""),
        what=facts.words("what", needed=True),
        came_how=facts.one_of("came_how", CameHow),
        received_at=facts.at("received_at"),
        about=facts.line("about"),
        about_name=facts.line("about_name"),
        reported_by=facts.line("reported_by"),
        blocked=facts.one_of("blocked", Blocked, Blocked.UNKNOWN),
        readers=facts.lines("readers"),
    )


def readers(facts: Facts) -> tuple[tuple[str, ...], str]:
    """Who else may read, and why."""
    return facts.lines("readers"), facts.words("reason", needed=True)


def wrong_link(facts: Facts) -> tuple[str, str]:
    """Which colleague it is not, and why the link was wrong."""
    return facts.line("colleague", needed=True), facts.words("reason", needed=True)


def outcome(facts: Facts) -> tuple[str, str]:
    """How a concern turned out, and what was done."""
    return facts.literal("outcome", OUTCOMES, ""), facts.words("text", needed=True)


def policy(facts: Facts) -> PolicyDraft:
    """A version of the policy."""
    return PolicyDraft(
        title=facts.line("title", needed=True),
        review_on=facts.on("review_on"),
        text=facts.words("text"),
        digest=facts.line("digest"),
    )


def platforms(facts: Facts) -> tuple[str, ...]:
    """The approved platforms."""
    return facts.lines("platforms")


def settings(facts: Facts, now: Settings) -> tuple[Settings, str]:
    """How the programme is run, and why; what is left out stays."""
    on = facts.yes_or_no("criminal_record")
    found = Settings(
        criminal_record=now.criminal_record if on is None else on,
        check_in_every=facts.line("check_in_every") or now.check_in_every,
        concern_within=facts.line("concern_within") or now.concern_within,
    )
    return found, facts.words("reason", needed=True)
