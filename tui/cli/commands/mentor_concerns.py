"""`segl mentor concern` and the form that it comes in on."""

from __future__ import annotations

import argparse

from guidance.language import _, current_language
from store.programme.concern_model import Concern
from store.programme.form import as_html, as_text
from tui.cli import documents_mentor as documents
from tui.cli.answer import Answer
from tui.cli.commands.mentor import facts
from tui.cli.commands.mentor_keeping import asked_look_at
from tui.cli.records_mentor import concern_document, concern_line, concern_lines
from tui.cli.session import Session


def _answer(concern: Concern) -> Answer:
    return Answer(document={"concern": concern_document(concern)}, lines=tuple(concern_lines(concern)))


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Take in a concern."""
    return _answer(session.casework().take_in_concern(facts(session, options, documents.concern)))


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """Those that may be read."""
    found = session.casework().concerns()
    lines = tuple(concern_line(concern) for concern in found)
    return Answer(
        document={"concerns": [concern_document(concern) for concern in found]},
        lines=lines or (_("No concern that you may read."),),
    )


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show one."""
    return _answer(session.casework().concern(options.concern))


def note(session: Session, options: argparse.Namespace) -> Answer:
    """Record what was done."""
    casework = session.casework()
    return _answer(casework.note_concern(options.concern, session.sources.text(_("What was done"))))


def readers(session: Session, options: argparse.Namespace) -> Answer:
    """Say who else may read it."""
    names, reason = facts(session, options, documents.readers)
    return _answer(session.casework().name_readers(options.concern, names, reason))


def not_about(session: Session, options: argparse.Namespace) -> Answer:
    """Say that a link to a colleague was wrong."""
    colleague, reason = facts(session, options, documents.wrong_link)
    return _answer(session.casework().correct_link(options.concern, colleague, reason))


def close(session: Session, options: argparse.Namespace) -> Answer:
    """Close one."""
    outcome, text = facts(session, options, documents.outcome)
    look_at = asked_look_at(session, options.concern, options.look_at)
    return _answer(session.casework().close_concern(options.concern, outcome, text, look_at))


def form(session: Session, options: argparse.Namespace) -> Answer:
    """The form, in the language of the answers."""
    office = session.casework().office().name
    if options.html:
        page = as_html(office).decode("utf-8")
        return Answer(
            document={"language": current_language(), "html": page}, lines=tuple(page.rstrip("\n").split("\n"))
        )
    lines = tuple(as_text(office))
    return Answer(document={"language": current_language(), "text": "\n".join(lines)}, lines=lines)
