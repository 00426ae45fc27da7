"""What may leave of a programme as plain data: a promise of `docs/cli.md`, and what a look for numbers goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from store.programme.model import ProgrammeExport
from store.programme.session_model import Recording, Session

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def export_document(export: ProgrammeExport) -> dict[str, Json]:
    """The same as plain data: people without their vetting, mentorings, sessions, and no concern (`docs/cli.md`)."""
    return {
        "programme": export.name,
        "exported_at": _moment(export.exported_at),
        "participants": [
            {
                "id": one.id,
                "name": one.name,
                "parts": [part.value for part in one.parts],
                "status": one.status.value,
                "accepted": one.accepted,
                "next_check_in": _day(one.next_check_in),
            }
            for one in export.participants
        ],
        "mentorings": [
            {
                "id": one.id,
                "mentor": one.mentor,
                "mentee": one.mentee,
                "began_on": _day(one.began_on),
                "ended_on": _day(one.ended_on),
            }
            for one in export.mentorings
        ],
        "sessions": [session_document(one) for one in export.sessions],
        "content": [{"session": id, "texts": list(texts)} for id, texts in export.content.items()],
        "reason": export.reason,
    }


def session_document(session: Session) -> dict[str, Json]:
    """A session, without what was shared in it."""
    return {
        "id": session.id,
        "mentoring": session.mentoring,
        "mentor": session.mentor,
        "mentee": session.mentee,
        "mentor_name": session.mentor_name,
        "mentee_name": session.mentee_name,
        "at": _moment(session.at),
        "platform": session.platform,
        "approved": session.approved,
        "consents": [
            {
                "part": one.part.value,
                "participant": one.participant,
                "given": one.given,
                "on": _day(one.on),
                "how": one.how,
                "at": _moment(one.at),
                "by": one.by,
            }
            for one in session.consents
        ],
        "may_record": session.may_record,
        "recordings": [recording_document(one) for one in session.recordings],
        "has_content": session.has_content,
    }


def recording_document(recording: Recording) -> dict[str, Json]:
    """A recording."""
    return {
        "id": recording.id,
        "digest": recording.digest,
        "place": recording.place,
        "holder": recording.holder,
        "registered_at": _moment(recording.registered_at),
        "accesses": [
            {"ground": one.ground.value, "reason": one.reason, "at": _moment(one.at), "by": one.by}
            for one in recording.accesses
        ],
        "to_remove": _day(recording.to_remove),
        "removed_on": _day(recording.removed_on),
        "removed_how": recording.removed_how,
    }


def texts_of(document: Mapping[str, Json], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of such a document with its place, so that a look for numbers leaves nothing out."""
    for key, value in document.items():
        yield from _texts(value, f"{path}.{key}" if path else key)


def _texts(value: Json, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        yield from texts_of(value, path)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, path)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
