"""The programme as a whole, and what falls due in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from guidance import mentoring as rules
from guidance.mentoring import Part, Status
from store.programme.concern_model import Concern
from store.programme.kept_model import KeptThing
from store.programme.model import Duty, DutyKind, Programme
from store.programme.people import PeopleOfProgramme
from store.programme.people_model import Mentoring
from store.programme.reading import Register
from store.programme.retention import ProgrammeRetention
from store.programme.sessions import SessionsOfProgramme


class ProgrammeWork(PeopleOfProgramme, SessionsOfProgramme, ProgrammeRetention):
    """Everything that can be done in a mentorship programme; a part of `store.casework.Casework`."""

    def programme(self) -> Programme:
        """The programme as it stands, for the counsellor whose vault this is.

        Raises:
            ProgrammeDamaged: an entry does not verify.
        """
        register = self._register()
        concerns = self._readable_concerns()
        mentorings = tuple(_asked_to_end(register.mentorings.values(), concerns))
        return Programme(
            opened=bool(self._register_space()),
            name=register.name,
            settings=register.settings,
            platforms=register.platforms,
            participants=tuple(register.participants.values()),
            mentorings=mentorings,
            sessions=tuple(map(self._veiled, register.sessions())),
            concerns=concerns,
            policies=register.policies(),
            duties=_duties(register, mentorings, concerns, self._all_kept(register, concerns)),
            exports=register.exports(),
        )

    def programme_duties(self) -> tuple[Duty, ...]:
        """What falls due in the programme, the most urgent first; nothing of a concern that the viewer may not read."""
        return self.programme().duties


def _asked_to_end(mentorings: Iterable[Mentoring], concerns: tuple[Concern, ...]) -> Iterator[Mentoring]:
    """The mentorings, those marked that a concern asks to end (seed 000: private places, drugs and alcohol)."""
    found = list(mentorings)
    marked: set[str] = set()
    for concern in concerns:
        if not concern.ends or not concern.about or concern.outcome in ("unfounded", "withdrawn"):
            continue
        received = concern.received_at.date()
        of_whom = [one for one in found if concern.about in (one.mentor, one.mentee) and one.began_on <= received]
        # Where it is known who was pressed, it is their mentoring that ends; else each of the person's.
        theirs = [one for one in of_whom if concern.reported_by in (one.mentor, one.mentee)]
        marked.update(one.id for one in theirs or of_whom if one.ended_on is None)
    return (replace(one, to_end=one.id in marked) for one in found)


def _duties(
    register: Register, mentorings: tuple[Mentoring, ...], concerns: tuple[Concern, ...], kept: Iterable[KeptThing]
) -> tuple[Duty, ...]:
    today = register.eyes.today
    found: list[Duty] = []

    def due(kind: DutyKind, about: str, who: str, on: date) -> None:
        found.append(Duty(kind=kind, about=about, who=who, due_on=on, overdue=on < today))

    for concern in concerns:
        if concern.closed_at is None:
            due(DutyKind.CONCERN, concern.id, concern.about_name, concern.due_on)
    for pair in mentorings:
        if pair.to_end:
            asked = [one for one in concerns if one.ends and one.about in (pair.mentor, pair.mentee)]
            since = min(one.due_on for one in asked)
            due(DutyKind.END_MENTORING, pair.id, f"{pair.mentor_name} – {pair.mentee_name}", since)
    for session in register.sessions():
        for recording in session.recordings:
            if recording.to_remove is not None:
                who = f"{session.mentor_name} – {session.mentee_name}"
                due(DutyKind.REMOVE_RECORDING, recording.id, who, recording.to_remove)
    for person in register.participants.values():
        if person.next_check_in is not None:
            due(DutyKind.CHECK_IN, person.id, person.name, person.next_check_in)
        record = person.criminal_record
        asked_for = register.settings.criminal_record and Part.MENTOR in person.parts
        if asked_for and person.accepted and person.status is not Status.ENDED:
            due(DutyKind.CRIMINAL_RECORD, person.id, person.name, record.renew_on if record else today)
    for policy in register.policies()[:1]:
        if not policy.beside and rules.review_due(policy.review_on, today):
            due(DutyKind.POLICY_REVIEW, policy.id, policy.title, policy.review_on)
    for one in kept:
        if one.due and one.look_at is not None:
            due(DutyKind.LOOK_AT, one.id, one.name, one.look_at)
    return tuple(sorted(found, key=lambda duty: (duty.due_on, list(DutyKind).index(duty.kind), duty.about)))
