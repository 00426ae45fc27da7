"""The records of the mentorship programme as JSON documents and as lines. The keys are a promise (`docs/cli.md`)."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.language import _
from guidance.mentoring import missing_words
from store.programme.concern_model import Concern
from store.programme.model import Duty, Policy, Programme, Settings
from store.programme.people_model import Mentoring, Participant
from store.programme.session_model import Recording, Session
from store.programme.words import (
    blocked_label,
    came_how_label,
    concern_label,
    days_line,
    duty_line,
    ground_label,
    left_line,
    opinion_label,
    part_label,
    parts_label,
    record_check_line,
    standing_label,
    state_label,
    verified_label,
)
from tui.cli.answer import Json
from tui.cli.plain import lines_of
from tui.cli.records import SHORT, day, local, moment


def participant_document(person: Participant) -> dict[str, Json]:
    """Somebody of the programme."""
    interview, record = person.interview, person.criminal_record
    return {
        "id": person.id,
        "name": person.name,
        "parts": [part.value for part in person.parts],
        "status": person.status.value,
        "accepted": person.accepted,
        "missing": [one.value for one in person.missing],
        "contact": person.contact,
        "about": person.about,
        "author": person.author,
        "added_at": moment(person.added_at),
        "changes": [
            {"state": one.state, "at": moment(one.at), "by": one.by, "reason": one.reason} for one in person.changes
        ],
        "verifications": [
            {"what": one.what.value, "confirmed": one.confirmed, "how": one.how, "on": day(one.on), "by": one.by}
            for one in person.verifications
        ],
        "references": [
            {
                "id": one.id,
                "name": one.name,
                "relation": one.relation,
                "contact": one.contact,
                "contacted_on": day(one.contacted_on),
                "by": one.by,
                "opinion": one.opinion.value if one.opinion else None,
                "said": one.said,
            }
            for one in person.references
        ],
        "interview": {
            "on": day(interview.on),
            "by": interview.by,
            "motivation": interview.motivation,
            "role": interview.role,
            "safety": interview.safety,
            "commits": interview.commits,
        }
        if interview
        else None,
        "criminal_record": {
            "issued_on": day(record.issued_on),
            "renew_on": day(record.renew_on),
            "seen_by": record.seen_by,
        }
        if record
        else None,
        "check_ins": [
            {
                "on": day(one.on),
                "goes_well": one.goes_well,
                "guidelines": one.guidelines,
                "text": one.text,
                "by": one.by,
            }
            for one in person.check_ins
        ],
        "next_check_in": day(person.next_check_in),
        "policy_read": person.policy_read,
    }


def participant_line(person: Participant) -> str:
    """Somebody on one line."""
    return f"{person.id[:SHORT]}  {person.name}  ({parts_label(person)}; {standing_label(person)})"


def participant_lines(person: Participant) -> Iterator[str]:
    """Somebody, and what the vetting lacks."""
    yield participant_line(person)
    if person.missing:
        yield "  " + _("missing: {what}").format(what=", ".join(missing_words(one) for one in person.missing))
    for verification in person.verifications:
        words = _("confirmed") if verification.confirmed else _("not confirmed")
        yield f"  {verified_label(verification.what)}: {words}, {verification.on}, {verification.how}"
    for reference in person.references:
        told = _("not contacted yet")
        if reference.contacted_on is not None and reference.opinion is not None:
            told = f"{opinion_label(reference.opinion)}, {reference.contacted_on}, {reference.by}"
        yield "  " + _("Reference {id}: {name} ({told})").format(
            id=reference.id[:SHORT], name=reference.name, told=told
        )
    if person.interview:
        yield "  " + _("Interview: {day}, {by}").format(day=person.interview.on, by=person.interview.by)
    if person.criminal_record:
        yield "  " + _("Criminal record certificate seen, {renewal}").format(
            renewal=days_line(person.criminal_record.renew_on)
        )
    for change in person.changes:
        reason = f": {change.reason}" if change.reason else ""
        yield f"  {local(change.at)}  {state_label(change.state)}, {change.by}{reason}"
    for held in person.check_ins:
        well = _("goes well") if held.goes_well and held.guidelines else _("needs attention")
        yield "  " + _("Check-in {day}: {well}").format(day=held.on, well=well)
    if person.next_check_in:
        yield "  " + _("next check-in: {day}").format(day=person.next_check_in)
    if person.policy_read:
        yield "  " + _("has read version {version} of the policy").format(version=person.policy_read)


def mentoring_document(pair: Mentoring) -> dict[str, Json]:
    """A mentor and a mentee together."""
    return {
        "id": pair.id,
        "mentor": pair.mentor,
        "mentee": pair.mentee,
        "mentor_name": pair.mentor_name,
        "mentee_name": pair.mentee_name,
        "began_on": day(pair.began_on),
        "goals": pair.goals,
        "ended_on": day(pair.ended_on),
        "early": pair.early,
        "end_reason": pair.end_reason,
        "to_end": pair.to_end,
    }


def mentoring_line(pair: Mentoring) -> str:
    """A mentor and a mentee together, on one line."""
    state = _("since {day}").format(day=pair.began_on)
    if pair.ended_on is not None:
        state = _("ended {day}").format(day=pair.ended_on)
    elif pair.to_end:
        state += ", " + _("has to END: a concern asks for it")
    return f"{pair.id[:SHORT]}  {pair.mentor_name} – {pair.mentee_name}  ({state})"


def session_lines(session: Session) -> Iterator[str]:
    """A session, without what was shared in it."""
    flag = "" if session.approved else "  ! " + _("not an approved platform")
    who = f"{session.mentor_name} – {session.mentee_name}"
    yield f"{session.id[:SHORT]}  {local(session.at)}  {who}  {session.platform}{flag}"
    for one in session.consents:
        said = _("consents to a recording") if one.given else _("withdrew the consent")
        yield f"  {part_label(one.part)}: {said}, {one.on}, {one.how}"
    for recording in session.recordings:
        yield from (f"  {line}" for line in recording_lines(recording))


def recording_lines(recording: Recording) -> Iterator[str]:
    """A recording and who looked at it."""
    if recording.place:
        yield _("Recording {id}: {place}, {holder}").format(
            id=recording.id[:SHORT], place=recording.place, holder=recording.holder
        )
    else:
        yield _("Recording {id}: where it lies is told with a reason ('segl mentor recording access')").format(
            id=recording.id[:SHORT]
        )
    yield f"  {recording.digest}"
    if recording.removed_on:
        yield "  " + _("removed {day}").format(day=recording.removed_on)
    elif recording.to_remove:
        yield "  ! " + _("has to be removed: a consent was withdrawn")
    for one in recording.accesses:
        yield f"  {local(one.at)}  {one.by}: {ground_label(one.ground)}, {one.reason}"


def concern_document(concern: Concern) -> dict[str, Json]:
    """A concern, for one of its readers."""
    return {
        "id": concern.id,
        "kind": concern.kind,
        "what": concern.what,
        "came_how": concern.came_how.value,
        "received_at": moment(concern.received_at),
        "taken_in_by": concern.taken_in_by,
        "about": concern.about,
        "about_name": concern.about_name,
        "reported_by": concern.reported_by,
        "reported_name": concern.reported_name,
        "blocked": concern.blocked.value,
        "readers": list(concern.readers),
        "due_on": day(concern.due_on),
        "ends_mentoring": concern.ends,
        "notes": [{"text": one.text, "at": moment(one.at), "by": one.by} for one in concern.notes],
        "closed_at": moment(concern.closed_at),
        "outcome": concern.outcome,
        "outcome_text": concern.outcome_text,
    }


def concern_line(concern: Concern) -> str:
    """A concern on one line."""
    state = _("closed") if concern.closed_at else _("due {day}").format(day=concern.due_on)
    return f"{concern.id[:SHORT]}  {concern_label(concern.kind)}: {concern.about_name}  ({state})"


def concern_lines(concern: Concern) -> Iterator[str]:
    """A concern."""
    yield concern_line(concern)
    yield "  " + _("came in {at}, {how}; taken in by {by}").format(
        at=local(concern.received_at), how=came_how_label(concern.came_how), by=concern.taken_in_by
    )
    if concern.reported_name:
        yield "  " + _("reported by {name}").format(name=concern.reported_name)
    yield "  " + _("blocked: {answer}").format(answer=blocked_label(concern.blocked))
    yield "  " + _("may be read by: {names}").format(names=", ".join(concern.readers))
    yield from (f"  {line}" for line in lines_of(concern.what))
    for note in concern.notes:
        yield f"  {local(note.at)}  {note.by}"
        yield from (f"    {line}" for line in lines_of(note.text))
    if concern.ends:
        yield "  ! " + _("This kind of concern ends the mentoring.")


def policy_document(policy: Policy) -> dict[str, Json]:
    """A version of the policy."""
    return {
        "id": policy.id,
        "version": policy.version,
        "title": policy.title,
        "digest": policy.digest,
        "text": policy.text,
        "review_on": day(policy.review_on),
        "published_at": moment(policy.published_at),
        "published_by": policy.published_by,
        "read_by": [{"participant": one.participant, "name": one.name, "on": day(one.on)} for one in policy.read_by],
        "beside": policy.beside,
    }


def policy_lines(policy: Policy) -> Iterator[str]:
    """A version of the policy and who read it."""
    yield _("Version {version}: {title}, to be looked at again on {day}").format(
        version=policy.version, title=policy.title, day=policy.review_on
    )
    yield f"  {policy.digest}"
    if policy.beside:
        yield "  " + _("published in another vault of yours, never in force here")
    for one in policy.read_by:
        yield "  " + _("read by {name}, {day}").format(name=one.name, day=one.on)


def duty_document(duty: Duty) -> dict[str, Json]:
    """Something that falls due."""
    return {
        "kind": duty.kind.value,
        "about": duty.about,
        "who": duty.who,
        "due_on": day(duty.due_on),
        "overdue": duty.overdue,
    }


def settings_document(settings: Settings) -> dict[str, Json]:
    """How the programme is run."""
    return {
        "criminal_record": settings.criminal_record,
        "check_in_every": settings.check_in_every,
        "concern_within": settings.concern_within,
    }


def programme_document(programme: Programme) -> dict[str, Json]:
    """The programme: people, mentorings, what falls due."""
    return {
        "name": programme.name,
        "settings": settings_document(programme.settings),
        "platforms": list(programme.platforms),
        "participants": [participant_document(one) for one in programme.participants],
        "mentorings": [mentoring_document(one) for one in programme.mentorings],
        "duties": [duty_document(one) for one in programme.duties],
        "exports": [
            {
                "at": moment(one.at),
                "by": one.by,
                "name": one.name,
                "format": one.sort,
                "digest": one.digest,
                "sessions": list(one.sessions),
                "reason": one.reason,
            }
            for one in programme.exports
        ],
    }


def programme_lines(programme: Programme) -> Iterator[str]:
    """The programme: people, mentorings, what falls due."""
    yield record_check_line(programme.settings.criminal_record)
    if not programme.participants:
        yield _("Nobody is registered yet.")
    for person in programme.participants:
        yield participant_line(person)
    for pair in programme.mentorings:
        yield mentoring_line(pair)
    for duty in programme.duties:
        late = "! " if duty.overdue else "  "
        yield f"{late}{duty.due_on}  {duty_line(duty)}"
    for left in programme.exports:
        yield f"{local(left.at)}  {left_line(left)}"
