"""`segl directory`: whom to ring, with what the office put in its place."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from guidance.directory import Entry
from guidance.language import _
from tui.cli.answer import Answer, Json
from tui.cli.documents import read_entry
from tui.cli.failures import AnswersNeeded
from tui.cli.records import day
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.cases.directory import EntryDraft


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """List the entries."""
    return _all(session.casework().directory())


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show one entry."""
    return _one(session.casework().directory_entry(options.entry))


def set_(session: Session, options: argparse.Namespace) -> Answer:
    """Change an entry."""
    draft = _draft(session, options)
    return _one(session.casework().set_directory_entry(options.entry, draft))


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Add an entry."""
    draft = _draft(session, options)
    return _one(session.casework().add_directory_entry(options.entry, draft))


def checked(session: Session, options: argparse.Namespace) -> Answer:
    """Write a day of checking."""
    return _one(session.casework().check_directory_entry(options.entry, options.on))


def remove(session: Session, options: argparse.Namespace) -> Answer:
    """Show an entry no longer."""
    casework = session.casework()
    casework.directory_entry(options.entry)
    return _all(casework.remove_directory_entry(options.entry, session.sources.reason(options.reason_fd)))


def _draft(session: Session, options: argparse.Namespace) -> EntryDraft:
    raw = session.sources.document("--entry", options.file)
    if raw is None:
        raise AnswersNeeded(
            ("name", "about", "phone", "site", "mail", "emergency", "checked"),
            _("Give them as TOML: --entry FILE, or --entry - for standard input."),
        )
    return read_entry(raw)


def _all(entries: tuple[Entry, ...]) -> Answer:
    return Answer(
        document={"entries": [entry_document(entry) for entry in entries]},
        lines=tuple(line for entry in entries for line in _lines(entry)),
    )


def _one(entry: Entry) -> Answer:
    return Answer(document={"entry": entry_document(entry)}, lines=tuple(_lines(entry)))


def entry_document(entry: Entry) -> dict[str, Json]:
    """An entry of the directory."""
    return {
        "id": entry.id,
        "name": entry.name.local(),
        "about": entry.about.local(),
        "phone": entry.phone,
        "site": entry.site,
        "mail": entry.mail,
        "emergency": entry.emergency,
        "example": entry.own,
        "printed": entry.printed,
        "checked": day(entry.checked),
        "put_in": day(entry.put_in),
        "mark": entry.mark(),
    }


def _lines(entry: Entry) -> Iterator[str]:
    yield f"{entry.id}: {entry.name.local()}"
    ways = "   ".join(way for way in (entry.phone, entry.site, entry.mail) if way)
    if ways:
        yield f"  {ways}"
    if entry.about.local():
        yield f"  {entry.about.local()}"
    yield f"  ({entry.mark()})"
