"""`segl mentor pair|part|session|consent|recording|export`."""

from __future__ import annotations

import argparse

from guidance.language import _
from store.programme.model import Session as MentorSession
from tui.cli import documents_mentor as documents
from tui.cli.answer import Answer
from tui.cli.commands.mentor import facts
from tui.cli.records import local
from tui.cli.records_mentor import (
    export_document,
    mentoring_document,
    mentoring_line,
    recording_document,
    recording_lines,
    session_document,
    session_lines,
)
from tui.cli.session import Session


def pair(session: Session, options: argparse.Namespace) -> Answer:
    """Bring a mentor and a mentee together."""
    on, goals = facts(session, options, documents.pair)
    found = session.casework().begin_mentoring(options.mentor, options.mentee, on=on, goals=goals)
    return Answer(document={"mentoring": mentoring_document(found)}, lines=(mentoring_line(found),))


def part(session: Session, options: argparse.Namespace) -> Answer:
    """End a mentoring."""
    reason = session.sources.reason(options.reason_fd)
    found = session.casework().end_mentoring(options.pair, reason, early=not options.in_time)
    return Answer(document={"mentoring": mentoring_document(found)}, lines=(mentoring_line(found),))


def _answer(found: MentorSession) -> Answer:
    return Answer(document={"session": session_document(found)}, lines=tuple(session_lines(found)))


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Write down a session."""
    return _answer(session.casework().add_session(options.pair, facts(session, options, documents.session)))


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """List the sessions."""
    found = session.casework().programme().sessions
    lines = tuple(line for one in found for line in session_lines(one))
    return Answer(
        document={"sessions": [session_document(one) for one in found]}, lines=lines or (_("No sessions yet."),)
    )


def consent(session: Session, options: argparse.Namespace) -> Answer:
    """Record a consent, or that it was withdrawn."""
    on, how = facts(session, options, documents.done)
    casework = session.casework()
    record = casework.give_consent if options.given else casework.withdraw_consent
    return _answer(record(options.session, options.person, on=on, how=how))


def add_recording(session: Session, options: argparse.Namespace) -> Answer:
    """Register a recording; refused until both have consented."""
    return _answer(session.casework().register_recording(options.session, facts(session, options, documents.recording)))


def access(session: Session, options: argparse.Namespace) -> Answer:
    """Record that a recording is looked at, and why."""
    reason = session.sources.reason(options.reason_fd)
    found = session.casework().access_recording(options.recording, options.ground, reason)
    return Answer(document={"recording": recording_document(found)}, lines=tuple(recording_lines(found)))


def removed(session: Session, options: argparse.Namespace) -> Answer:
    """Record that a recording is gone."""
    on, how = facts(session, options, documents.done)
    found = session.casework().remove_recording(options.recording, on=on, how=how)
    return Answer(document={"recording": recording_document(found)}, lines=tuple(recording_lines(found)))


def export(session: Session, options: argparse.Namespace) -> Answer:
    """What may leave; what was shared only where it is chosen with a reason."""
    chosen = tuple(options.with_content)
    reason = session.sources.reason(options.reason_fd) if chosen else ""
    found = session.casework().export_programme(chosen, reason)
    lines = [f"{found.name}  {local(found.exported_at)}"]
    lines += [f"  {one.name}" for one in found.participants]
    lines += [line for one in found.sessions for line in session_lines(one)]
    lines += [f"  {text}" for texts in found.content.values() for text in texts]
    return Answer(document=export_document(found), lines=tuple(lines))
