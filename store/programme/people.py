"""Who takes part: register, vetting, acceptance, suspension and end, check-ins; settings and approved platforms."""

from __future__ import annotations

from datetime import date

from guidance import mentoring as rules
from guidance.mentoring import Part, Status
from store.cases.desk import reason_in_words
from store.cases.errors import TextMissing
from store.entry import Payload
from store.programme.desk import ProgrammeDesk, length, needed, participant_of, pick
from store.programme.errors import DayNotValid, ParticipantUnfit
from store.programme.kept_model import sort_of
from store.programme.model import Settings
from store.programme.people_model import (
    CriminalRecord,
    Interview,
    Participant,
    ParticipantDraft,
    Reference,
    Verification,
)
from store.programme.reading import written


class PeopleOfProgramme(ProgrammeDesk):
    """Casework on mentors and mentees."""

    def change_programme(self, settings: Settings, reason: str) -> Settings:
        """Run the programme otherwise from now on.

        Raises:
            DayNotValid: a length of time makes no sense.
            ReasonNeeded: the reason is blank.
        """
        said = {
            "criminal-record": settings.criminal_record,
            "check-in-every": length("check-in-every", settings.check_in_every),
            "concern-within": length("concern-within", settings.concern_within),
            "reason": reason_in_words(reason),
        }
        self._say(("programme.settings", said))
        return self._register().settings

    def approve_platforms(self, platforms: tuple[str, ...]) -> tuple[str, ...]:
        """Put another list of approved platforms in place of the one there is."""
        names = list(dict.fromkeys(one.strip() for one in platforms if one.strip()))
        self._say(("programme.platforms", {"platforms": names}))
        return self._register().platforms

    def add_participant(self, draft: ParticipantDraft) -> Participant:
        """Register somebody. A mentor is not accepted by it.

        Raises:
            TextMissing: no name, or neither mentor nor mentee.
            ThingUnknown: `author` is no colleague.
        """
        id = self._new_id()
        self._say(("participant.added", self._written(id, draft)))
        return self.participant(id)

    def change_participant(self, participant: str, draft: ParticipantDraft) -> Participant:
        """Record somebody anew; what was recorded before stays in the journal.

        Raises:
            As `add_participant`; ThingUnknown: no such participant.
        """
        id = participant_of(self._register(), participant).id
        said = self._written(id, draft)
        self._say(("participant.changed", said), beside=self._concerns_told(id, said["author"]))
        return self.participant(id)

    def _written(self, id: str, draft: ParticipantDraft) -> Payload:
        needed(name=draft.name)
        if not draft.parts:
            raise TextMissing("parts")
        return {
            "participant": id,
            "name": draft.name.strip(),
            "parts": [part.value for part in Part if part in draft.parts],
            "contact": draft.contact,
            "about": draft.about,
            "author": self._colleague(draft.author, self._eyes()) if draft.author.strip() else "",
        }

    def participant(self, participant: str) -> Participant:
        """Somebody of the programme.

        Raises:
            ThingUnknown: no such participant.
        """
        return participant_of(self._register(), participant)

    def participants(self) -> tuple[Participant, ...]:
        """Everybody, in the order in which they were registered."""
        return tuple(self._register().participants.values())

    def _mentor(self, participant: str) -> Participant:
        found = self.participant(participant)
        if Part.MENTOR not in found.parts:
            raise ParticipantUnfit("not-a-mentor")
        if found.status is Status.ENDED:
            raise ParticipantUnfit("ended")
        return found

    def verify_background(self, participant: str, verification: Verification) -> Participant:
        """Record that education or work history was looked into, and whether it was confirmed.

        Raises:
            TextMissing: not said how.
            DayNotValid: the day is yet to come.
            ParticipantUnfit: this is no mentor.
        """
        id = self._mentor(participant).id
        needed(how=verification.how)
        said = {
            "participant": id,
            "what": verification.what.value,
            "confirmed": verification.confirmed,
            "how": verification.how,
            "on": self._past("on", verification.on),
        }
        self._say(("vetting.verified", said))
        return self.participant(id)

    def record_reference(self, participant: str, reference: Reference) -> Participant:
        """Record a reference, or what came of contacting one (its `id` is given then).

        Raises:
            TextMissing: no name; contacted, and not said by whom or with what outcome.
            ThingUnknown: no reference has this id.
        """
        mentor = self._mentor(participant)
        needed(name=reference.name)
        if reference.contacted_on is not None:
            needed(by=reference.by, opinion=reference.opinion or "")
        known = [one.id for one in mentor.references]
        said = {
            "participant": mentor.id,
            "reference": pick(reference.id, known, "reference") if reference.id else self._new_id(),
            "name": reference.name.strip(),
            "relation": reference.relation,
            "contact": reference.contact,
            "contacted-on": self._past("contacted-on", reference.contacted_on) if reference.contacted_on else "",
            "by": reference.by,
            "opinion": reference.opinion.value if reference.opinion and reference.contacted_on else "",
            "said": reference.said,
        }
        self._say(("vetting.referred", said))
        return self.participant(mentor.id)

    def record_interview(self, participant: str, interview: Interview) -> Participant:
        """Record the formal interview; what was not spoken of stays missing.

        Raises:
            TextMissing: not said by whom.
            DayNotValid: the day is yet to come.
        """
        id = self._mentor(participant).id
        needed(by=interview.by)
        said = {
            "participant": id,
            "on": self._past("on", interview.on),
            "by": interview.by,
            "motivation": interview.motivation,
            "role": interview.role,
            "safety": interview.safety,
            "commits": interview.commits,
        }
        self._say(("vetting.interviewed", said))
        return self.participant(id)

    def record_criminal_record(self, participant: str, record: CriminalRecord) -> Participant:
        """Record that a criminal record certificate was seen; it may be done while the check is switched off.

        Raises:
            TextMissing: not said by whom.
            DayNotValid: issued in the future, or renewed before it was issued.
        """
        id = self._mentor(participant).id
        needed(seen_by=record.seen_by)
        if record.renew_on <= record.issued_on:
            raise DayNotValid("renew-on")
        said = {
            "participant": id,
            "issued-on": self._past("issued-on", record.issued_on),
            "renew-on": written(record.renew_on),
            "seen-by": record.seen_by,
        }
        self._say(("vetting.record-seen", said))
        return self.participant(id)

    def accept_mentor(self, participant: str, reason: str) -> Participant:
        """Accept somebody as a mentor.

        Raises:
            AcceptanceRefused: something of the vetting is missing; it is named, and nothing is written.
            ParticipantUnfit: no mentor, accepted already, suspended, or no longer taking part.
            ReasonNeeded: the reason is blank.
        """
        mentor = self._mentor(participant)
        if mentor.accepted:
            raise ParticipantUnfit("accepted")
        if mentor.status is Status.SUSPENDED:
            raise ParticipantUnfit("suspended")
        register = self._register()
        rules.check_acceptance(
            register.vetting(mentor.id), criminal_record=register.settings.criminal_record, today=self._today()
        )
        return self._state("accepted", mentor, reason)

    def suspend_participant(self, participant: str, reason: str) -> Participant:
        """Suspend somebody at once: no sessions from now on.

        Raises:
            ParticipantUnfit: suspended already, or no longer taking part.
            ReasonNeeded: the reason is blank.
        """
        found = self._taking_part(participant)
        if found.status is Status.SUSPENDED:
            raise ParticipantUnfit("suspended")
        return self._state("suspended", found, reason)

    def resume_participant(self, participant: str, reason: str) -> Participant:
        """Lift a suspension.

        Raises:
            ParticipantUnfit: not suspended, or no longer taking part.
            ReasonNeeded: the reason is blank.
        """
        found = self._taking_part(participant)
        if found.status is not Status.SUSPENDED:
            raise ParticipantUnfit("not-suspended")
        return self._state("resumed", found, reason)

    def end_participant(self, participant: str, reason: str, look_at: date | None = None) -> Participant:
        """End somebody's part in the programme at once, and with it their mentorings.

        Args:
            participant: id.
            reason: why.
            look_at: when to look at whether what is kept of them is still to be kept.

        Raises:
            ParticipantUnfit: it has ended already.
            ReasonNeeded: the reason is blank.
        """
        found = self._taking_part(participant)
        words = reason_in_words(reason)
        open_ones = [
            one
            for one in self._register().mentorings.values()
            if one.ended_on is None and found.id in (one.mentor, one.mentee)
        ]
        today = self._today().isoformat()
        kept = self._look_at_said(sort_of(found), look_at, words)
        self._say(
            ("participant.ended", {"participant": found.id, "reason": words}),
            *(
                ("mentoring.ended", {"mentoring": one.id, "on": today, "early": True, "reason": words})
                for one in open_ones
            ),
            *([("programme.look-at", {"about": found.id, **kept})] if kept else []),
        )
        return self.participant(found.id)

    def _taking_part(self, participant: str) -> Participant:
        found = self.participant(participant)
        if found.status is Status.ENDED:
            raise ParticipantUnfit("ended")
        return found

    def _state(self, state: str, participant: Participant, reason: str) -> Participant:
        said = {"participant": participant.id, "reason": reason_in_words(reason)}
        self._say((f"participant.{state}", said))
        return self.participant(participant.id)

    def hold_check_in(self, participant: str, *, on: date, goes_well: bool, guidelines: bool, text: str) -> Participant:
        """Record a check-in with a mentor or a mentee.

        Args:
            participant: id.
            on: when it was held.
            goes_well: whether the mentoring goes as it should.
            guidelines: whether the guidelines are followed.
            text: in words; needed where one of the two is not so.

        Raises:
            TextMissing: something is wrong, and not said what.
            DayNotValid: the day is yet to come.
        """
        id = self.participant(participant).id
        if not (goes_well and guidelines):
            needed(text=text)
        said = {
            "participant": id,
            "on": self._past("on", on),
            "goes-well": goes_well,
            "guidelines": guidelines,
            "text": text,
        }
        self._say(("check-in.held", said))
        return self.participant(id)


def draft_of(participant: Participant) -> ParticipantDraft:
    """Somebody as they could be typed in anew."""
    return ParticipantDraft(
        name=participant.name,
        parts=participant.parts,
        contact=participant.contact,
        about=participant.about,
        author=participant.author,
    )
