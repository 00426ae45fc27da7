"""Mentorings and their sessions: platforms, consents, recordings and who looked at them, what is shared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from guidance import mentoring as rules
from guidance.mentoring import Part
from store import cpr
from store.bundle.shared_sessions import SharedSession, SharedSessions
from store.cases.desk import reason_in_words
from store.cases.errors import DigestInvalid
from store.entry import write_time
from store.programme.desk import ProgrammeDesk, mentoring_of, needed, participant_of, pick, session_of
from store.programme.errors import DayNotValid, MentoringEnded, ParticipantUnfit, RecordingGone
from store.programme.export_document import export_document, texts_of
from store.programme.kept_model import Sort
from store.programme.model import Policy, PolicyDraft, ProgrammeExport
from store.programme.people_model import Mentoring
from store.programme.reading import Register, consenting
from store.programme.session_model import Recording, RecordingDraft, Session, SessionDraft

if TYPE_CHECKING:
    from store.programme.export_file import ProgrammeFile

DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


class SessionsOfProgramme(ProgrammeDesk):
    """Casework on sessions."""

    def begin_mentoring(self, mentor: str, mentee: str, *, on: date, goals: str = "") -> Mentoring:
        """Bring a mentor and a mentee together.

        Raises:
            SessionRefused: the mentor is not accepted, or one of the two is suspended or has ended.
            ParticipantUnfit: not a mentor, not a mentee, the same person, or together already.
        """
        register = self._register()
        one, other = participant_of(register, mentor), participant_of(register, mentee)
        if Part.MENTOR not in one.parts:
            raise ParticipantUnfit("not-a-mentor")
        if Part.MENTEE not in other.parts:
            raise ParticipantUnfit("not-a-mentee")
        if one.id == other.id:
            raise ParticipantUnfit("oneself")
        rules.check_session(one.status, other.status, accepted=one.accepted)
        if any((at.mentor, at.mentee, at.ended_on) == (one.id, other.id, None) for at in register.mentorings.values()):
            raise ParticipantUnfit("paired")
        id = self._new_id()
        said = {"mentoring": id, "mentor": one.id, "mentee": other.id, "on": on.isoformat(), "goals": goals}
        self._say(("mentoring.begun", said))
        return self._register().mentorings[id]

    def end_mentoring(
        self, mentoring: str, reason: str, *, early: bool = True, look_at: date | None = None
    ) -> Mentoring:
        """End a mentoring; an early end is recorded without blame.

        Args:
            mentoring: id.
            reason: why.
            early: whether it ends before its time.
            look_at: when to look at whether what is kept of it is still to be kept.

        Raises:
            MentoringEnded: it has ended.
            ReasonNeeded: the reason is blank.
        """
        found = self._under_way(self._register(), mentoring)
        today = self._today().isoformat()
        words = reason_in_words(reason)
        said = {"mentoring": found.id, "on": today, "early": early, "reason": words}
        kept = self._look_at_said(Sort.PAIR, look_at, words)
        self._say(("mentoring.ended", said), *([("programme.look-at", {"about": found.id, **kept})] if kept else []))
        return self._register().mentorings[found.id]

    def _under_way(self, register: Register, mentoring: str) -> Mentoring:
        found = mentoring_of(register, mentoring)
        if found.ended_on is not None:
            raise MentoringEnded
        return found

    def add_session(self, mentoring: str, draft: SessionDraft) -> Session:
        """Write down a session, held or to be held; on a platform that is not approved it is flagged.

        Raises:
            SessionRefused: the mentor is not accepted, or one of the two is suspended or has ended.
            MentoringEnded: the mentoring has ended.
            TextMissing: no platform.
        """
        register = self._register()
        pair = self._under_way(register, mentoring)
        mentor, mentee = participant_of(register, pair.mentor), participant_of(register, pair.mentee)
        rules.check_session(mentor.status, mentee.status, accepted=mentor.accepted)
        needed(platform=draft.platform)
        id = self._new_id()
        said = {
            "session": id,
            "mentoring": pair.id,
            "at": write_time(draft.at),
            "platform": draft.platform.strip(),
            "approved": rules.is_approved(draft.platform, register.platforms),
        }
        content = [("session.noted", {"session": id, "text": draft.content})] if draft.content.strip() else []
        self._say(("session.added", said), *content)
        return self.session(id)

    def session(self, session: str) -> Session:
        """A session.

        Raises:
            ThingUnknown: there is no such session.
        """
        return self._veiled(session_of(self._register(), session))

    def _veiled(self, session: Session) -> Session:
        """Without the places of recordings that nobody has looked at with a reason since the vault was unlocked.

        What has to be removed is shown: it has to be found.
        """

        def shown(one: Recording) -> Recording:
            if one.id in self._openings.recordings or one.to_remove is not None:
                return one
            return replace(one, place="", holder="")

        return replace(session, recordings=tuple(map(shown, session.recordings)))

    def session_content(self, session: str) -> tuple[str, ...]:
        """What was shared in a session, as far as it is kept; it has this way out and the export with a reason."""
        register = self._register()
        return register.content(session_of(register, session).id)

    def choose_sessions(self, sessions: tuple[str, ...], reason: str) -> SharedSessions:
        """What was shared in sessions that a person chose for a bundle; nothing is written yet.

        Raises:
            DisclosureRefused: sessions are chosen, and no reason is given.
            ThingUnknown: there is no such session.
        """
        rules.check_disclosure(sessions, reason)
        register = self._register()
        chosen = dict.fromkeys(session_of(register, one).id for one in sessions)
        found = [session_of(register, one) for one in chosen]
        return SharedSessions(
            sessions=tuple(
                SharedSession(
                    id=one.id,
                    at=one.at,
                    platform=one.platform,
                    mentor=one.mentor_name,
                    mentee=one.mentee_name,
                    texts=register.content(one.id),
                )
                for one in found
            ),
            reason=reason,
        )

    def disclose_sessions(self, shared: SharedSessions) -> None:
        """Write that what was shared goes out, and why: before anything leaves."""
        self._say(("session.disclosed", {"sessions": [one.id for one in shared.sessions], "reason": shared.reason}))

    def give_consent(self, session: str, participant: str, *, on: date, how: str) -> Session:
        """Record that one of the two consents to the session being recorded.

        Raises:
            TextMissing: not said how.
            DayNotValid: the day is yet to come.
            ParticipantUnfit: this person does not belong to the session.
        """
        return self._consent("consent.given", session, participant, on, how)

    def withdraw_consent(self, session: str, participant: str, *, on: date, how: str) -> Session:
        """Record that a consent was withdrawn; recordings of the session then wait for their removal.

        Raises:
            As `give_consent`.
        """
        return self._consent("consent.withdrawn", session, participant, on, how)

    def _consent(self, kind: str, session: str, participant: str, on: date, how: str) -> Session:
        register = self._register()
        found, person = session_of(register, session), participant_of(register, participant)
        if person.id not in (found.mentor, found.mentee):
            raise ParticipantUnfit("not-of-the-session")
        needed(how=how)
        said = {"session": found.id, "participant": person.id, "on": self._past("on", on), "how": how}
        self._say((kind, said))
        return self.session(found.id)

    def register_recording(self, session: str, draft: RecordingDraft) -> Session:
        """Register a recording: its digest, where it lies and who holds it.

        Raises:
            RecordingRefused: not both have consented; nothing is written.
            DigestInvalid: the digest is not `sha256:` and 64 hex digits.
            TextMissing: no place or no holder.
        """
        found = self.session(session)
        rules.check_recording(consenting(found.consents))
        if not DIGEST.fullmatch(draft.digest):
            raise DigestInvalid
        needed(place=draft.place, holder=draft.holder)
        id = self._new_id()
        said = {
            "recording": id,
            "session": found.id,
            "digest": draft.digest,
            "place": draft.place,
            "holder": draft.holder,
        }
        self._say(("recording.registered", said))
        self._openings.recordings.add(id)
        return self.session(found.id)

    def access_recording(self, recording: str, ground: str, reason: str) -> Recording:
        """Record that a recording is looked at, and why; only then is it said where it lies and who holds it.

        Args:
            recording: id.
            ground: `review` or `dispute`.
            reason: in words.

        Raises:
            RecordingRefused: a consent was withdrawn.
            AccessRefused: no such ground, or no reason.
            RecordingGone: it was removed.
        """
        session, found = self._recording(recording)
        rules.check_access(consenting(session.consents), ground, reason)
        self._say(("recording.accessed", {"recording": found.id, "ground": ground, "reason": reason}))
        self._openings.recordings.add(found.id)
        return self._recording(found.id, gone=True)[1]

    def remove_recording(self, recording: str, *, on: date, how: str) -> Recording:
        """Record that a recording is gone from where it lay.

        Raises:
            TextMissing: not said how it was made sure.
            DayNotValid: the day is yet to come.
            RecordingGone: it was removed before.
        """
        _session, found = self._recording(recording)
        needed(how=how)
        self._say(("recording.removed", {"recording": found.id, "on": self._past("on", on), "how": how}))
        return self._recording(found.id, gone=True)[1]

    def _recording(self, recording: str, *, gone: bool = False) -> tuple[Session, Recording]:
        known = {one.id: (session, one) for session in self._register().sessions() for one in session.recordings}
        session, found = known[pick(recording, list(known), "recording")]
        if found.removed_on is not None and not gone:
            raise RecordingGone
        return session, found

    def export_programme(
        self,
        with_content: tuple[str, ...] = (),
        reason: str = "",
        *,
        leaving: cpr.Leaving = cpr.Leaving.EXPORTED,
        file_name: str = "",
    ) -> ProgrammeExport:
        """What may leave of the programme. Concerns never do; what was shared in sessions only where chosen.

        Args:
            with_content: sessions whose content goes along.
            reason: why; it is an entry of the journal, before anything leaves.
            leaving: how, for the words of a refusal.
            file_name: of the file that is to be written, without folders.

        Raises:
            DisclosureRefused: sessions are chosen, and no reason is given.
            ThingUnknown: there is no such session.
            CprNoticed: a civil registration number seems to stand in what would leave or in the name of the file, and
                nobody said that it must.
        """
        rules.check_disclosure(with_content, reason)
        register = self._register()
        chosen = tuple(session_of(register, one).id for one in with_content)
        export = ProgrammeExport(
            name=register.name,
            exported_at=self._clock(),
            participants=tuple(register.participants.values()),
            mentorings=tuple(register.mentorings.values()),
            sessions=register.sessions(),
            content={id: register.content(id) for id in chosen},
            reason=reason,
        )
        numbers = (*cpr.numbers_in_name(file_name, self._today()), *_numbers_in(export, self._today()))
        cpr.require_no_numbers(numbers, self.cpr_answer, leaving=leaving)
        if chosen:
            self._say(("session.disclosed", {"sessions": list(chosen), "reason": reason}))
        return export

    def record_programme_export(self, made: ProgrammeFile, export: ProgrammeExport) -> None:
        """Write into the journal of the programme that it was written to a file, with what and why."""
        said = {
            "name": PurePath(made.path).name,
            "format": made.sort,
            "digest": made.digest,
            "sessions": list(export.content),
            "reason": export.reason,
        }
        self._say(("programme.exported", said))

    def publish_policy(self, draft: PolicyDraft) -> Policy:
        """Put a further version of the policy in force; the ones before stay.

        Raises:
            TextMissing: no title; neither text nor digest.
            DigestInvalid: the digest is not `sha256:` and 64 hex digits.
            DayNotValid: the next review lies in the past.
        """
        needed(title=draft.title, text=draft.text or draft.digest)
        if draft.review_on <= self._today():
            raise DayNotValid("review-on")
        digest = f"sha256:{hashlib.sha256(draft.text.encode()).hexdigest()}" if draft.text else draft.digest
        if not DIGEST.fullmatch(digest):
            raise DigestInvalid
        said = {
            "policy": self._new_id(),
            "version": max((one.version for one in self._register().policies()), default=0) + 1,
            "title": draft.title.strip(),
            "digest": digest,
            "text": draft.text,
            "review-on": draft.review_on.isoformat(),
        }
        self._say(("policy.published", said))
        return self._register().policies()[0]

    def read_policy(self, policy: str, participant: str, *, on: date) -> Policy:
        """Record that somebody read a version.

        Args:
            policy: id, the beginning of it, or the version's number.
            participant: id.
            on: when.

        Raises:
            ThingUnknown: no such version or participant.
            DayNotValid: the day is yet to come.
        """
        register = self._register()
        known = {one.id: one for one in register.policies()}
        numbered = [id for id, one in known.items() if str(one.version) == policy]
        id = numbered[0] if numbered else pick(policy, list(known), "policy")
        person = participant_of(register, participant)
        self._say(("policy.read", {"policy": id, "participant": person.id, "on": self._past("on", on)}))
        return next(one for one in self._register().policies() if one.id == id)


_IDS: Final = frozenset({"id", "digest", "mentoring", "mentor", "mentee", "participant", "session", "reason"})
"""Fields of the document that are no text from people; the reason is looked through as the entry that it becomes."""
_FIELDS: Final = {"texts": "text", "mentor_name": "name", "mentee_name": "name", "removed_how": "how"}
"""What they are called where the words of `store.programme.words.field_label` are."""


def _numbers_in(export: ProgrammeExport, today: date) -> Iterator[cpr.CprField]:
    """Where civil registration numbers stand in what would leave: all of the document is looked through, each once."""
    found: dict[cpr.CprField, None] = {}
    for path, text in texts_of(export_document(export)):
        field = path.rpartition(".")[2]
        if field not in _IDS or path.endswith("accesses.reason"):
            said = {_FIELDS.get(field, field): text}
            found.update(dict.fromkeys(cpr.numbers_in("programme.exported", said, today)))
    yield from found
