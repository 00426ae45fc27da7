"""A programme for tests: people at every stage, and the two steps that most tests begin with."""

from __future__ import annotations

from datetime import date, timedelta

from guidance.mentoring import Opinion, Part, Verified
from store.casework import Casework
from store.programme.concern_model import CameHow, Concern, ConcernDraft
from store.programme.people_model import Interview, Mentoring, Participant, ParticipantDraft, Reference, Verification
from store.programme.session_model import Session, SessionDraft
from tests.store.desk import BEGIN

TODAY = BEGIN.date()
YESTERDAY = TODAY - timedelta(days=1)
REASON = "Alt er set efter."
INTERVIEW = Interview(
    on=YESTERDAY, by="Åse", motivation="Vil give noget videre.", role="Kender den.", safety="Ja.", commits=True
)
CONTACTED = Reference(
    name="En tidligere leder", contacted_on=YESTERDAY, by="Åse", opinion=Opinion.RECOMMENDS, said="Pålidelig."
)


def verified(what: Verified, *, confirmed: bool = True) -> Verification:
    """A part of the background, looked into."""
    return Verification(what=what, confirmed=confirmed, how="Ringede til stedet.", on=YESTERDAY)


def somebody(desk: Casework, name: str, *parts: Part, author: str = "") -> Participant:
    """Somebody who was registered and nothing else."""
    return desk.add_participant(ParticipantDraft(name=name, parts=parts or (Part.MENTOR,), author=author))


def vetted(desk: Casework, name: str = "Bo", *parts: Part, author: str = "") -> Participant:
    """A mentor whose vetting is whole, not accepted yet."""
    id = somebody(desk, name, *parts, author=author).id
    for what in Verified:
        desk.verify_background(id, verified(what))
    desk.record_reference(id, CONTACTED)
    return desk.record_interview(id, INTERVIEW)


def a_mentor(desk: Casework, name: str = "Bo", *, author: str = "") -> Participant:
    """An accepted mentor."""
    return desk.accept_mentor(vetted(desk, name, author=author).id, REASON)


def a_mentee(desk: Casework, name: str = "Eva") -> Participant:
    """A mentee."""
    return somebody(desk, name, Part.MENTEE)


def a_pair(desk: Casework, *, on: date = YESTERDAY) -> Mentoring:
    """A mentoring under way."""
    return desk.begin_mentoring(a_mentor(desk).id, a_mentee(desk).id, on=on)


def a_session(desk: Casework, *, content: str = "", consents: bool = False) -> Session:
    """A session on an approved platform."""
    desk.approve_platforms(("Mødestedet",))
    pair = a_pair(desk)
    session = desk.add_session(pair.id, SessionDraft(at=BEGIN, platform="mødestedet ", content=content))
    if consents:
        for person in (pair.mentor, pair.mentee):
            session = desk.give_consent(session.id, person, on=YESTERDAY, how="Skriftligt.")
    return session


def a_concern(desk: Casework, about: str, *, kind: str = "threats", reported_by: str = "") -> Concern:
    """A concern that came in at the beginning of the day."""
    draft = ConcernDraft(
        kind=kind,
        what="Skrev noget truende.",
        came_how=CameHow.FORM,
        received_at=BEGIN,
        about=about,
        reported_by=reported_by,
    )
    return desk.take_in_concern(draft)
