"""`segl mentor pair|part|session|consent|recording|export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from guidance.language import _, current_language
from store.plain_file import require_free
from store.programme.export_document import export_document, recording_document, session_document
from store.programme.session_model import Session as MentorSession
from tui.cli import documents_mentor as documents
from tui.cli.answer import Answer, Json
from tui.cli.commands.mentor import facts
from tui.cli.commands.mentor_keeping import asked_look_at
from tui.cli.plain import lines_of
from tui.cli.records import local
from tui.cli.records_mentor import (
    mentoring_document,
    mentoring_line,
    recording_lines,
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
    look_at = asked_look_at(session, options.pair, options.look_at)
    found = session.casework().end_mentoring(options.pair, reason, early=not options.in_time, look_at=look_at)
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


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show a session; what was shared is said to whoever asks for it."""
    casework = session.casework()
    found = casework.session(options.session)
    texts = casework.session_content(found.id)
    shared = (_("What was shared:"), *(f"  {line}" for text in texts for line in lines_of(text))) if texts else ()
    document: dict[str, Json] = {"session": session_document(found), "content": list(texts)}
    return Answer(document=document, lines=(*session_lines(found), *shared))


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
    if options.output:
        return _export_to_file(session, options, chosen, reason)
    found = session.casework().export_programme(chosen, reason)
    lines = [f"{found.name}  {local(found.exported_at)}"]
    lines += [f"  {one.name}" for one in found.participants]
    lines += [line for one in found.sessions for line in session_lines(one)]
    lines += [f"  {text}" for texts in found.content.values() for text in texts]
    document = {**export_document(found), "path": None, "digest": None}
    return Answer(document=document, lines=tuple(lines))


def _export_to_file(session: Session, options: argparse.Namespace, chosen: tuple[str, ...], reason: str) -> Answer:
    """The same to a new file, with an entry that it was written."""
    from store.cpr import Leaving
    from store.programme.export_file import write_programme

    casework = session.casework()
    require_free(Path(options.output))
    found = casework.export_programme(chosen, reason, leaving=Leaving.WRITTEN, file_name=Path(options.output).name)
    made = write_programme(found, Path(options.output), options.format, language=current_language())
    try:
        casework.record_programme_export(made, found)
    except BaseException:
        # What the journal does not know of is not left lying about.
        Path(made.path).unlink(missing_ok=True)
        raise
    document = {**export_document(found), "path": made.path, "digest": made.digest}
    return Answer(document=document, lines=(_("Written: {path}").format(path=made.path), f"  {made.digest}"))
