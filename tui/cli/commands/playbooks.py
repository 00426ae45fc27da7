"""`segl playbook`: nothing is unlocked but to move a case."""

from __future__ import annotations

import argparse
from pathlib import Path

from guidance.diff import Difference, differences
from guidance.faults import PlaybookError
from guidance.language import _, ngettext
from guidance.law import law_of
from guidance.loader import INDEX, shipped, shipped_one
from guidance.model import Playbook
from guidance.own import check_own, of_home
from guidance.reader import read_file
from tui.cli.answer import Answer, Json
from tui.cli.session import Session


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """List what ships and what the office has of its own."""
    root = session.home().root
    own = of_home(root)
    _law, law_fault = law_of(root)
    faults = (*own.faults, *((law_fault,) if law_fault else ()))
    theirs = {book.id for book in own.playbooks}
    books = [(book, "own") for book in own.playbooks]
    books += [(book, "shipped") for book in shipped() if book.id not in theirs]
    lines = []
    for book, origin in books:
        where = _("the office's own") if origin == "own" else _("ships with Segl")
        lines.append(_line(book, where))
    lines += [_("Not used: {words}").format(words=fault.diagnostics().happened) for fault in faults]
    document: dict[str, Json] = {
        "playbooks": [{**_record(book), "origin": origin} for book, origin in books],
        "faults": [_fault(fault) for fault in faults],
    }
    return Answer(document=document, lines=tuple(lines))


def check(_session: Session, options: argparse.Namespace) -> Answer:
    """Read one file as the office's own would be read."""
    book = _own(options.file)
    said = _("{file} is a playbook that can be used.").format(file=Path(options.file).name)
    counted = ngettext("{count} step", "{count} steps", len(book.steps)).format(count=len(book.steps))
    asked = ngettext("{count} answer", "{count} answers", len(book.facts)).format(count=len(book.facts))
    document: dict[str, Json] = {"playbook": _record(book), "steps": len(book.steps), "facts": len(book.facts)}
    return Answer(document=document, lines=(said, _line(book, f"{counted}, {asked}")))


def diff(_session: Session, options: argparse.Namespace) -> Answer:
    """Say what differs between two."""
    before, after = _either(options.before), _either(options.after)
    found = differences(before, after)
    document: dict[str, Json] = {
        "before": _record(before),
        "after": _record(after),
        "differences": [_difference(one) for one in found],
    }
    lines = tuple(line for one in found for line in one.words())
    return Answer(document=document, lines=lines or (_("Nothing differs."),))


def moves(session: Session, options: argparse.Namespace) -> Answer:
    """Say what a case is worked by, where another version could be taken, and what could be taken in."""
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    has = casework.guide(options.case).playbooks
    others = {one.before.id: one.after for one in casework.playbook_moves(options.case)}
    lacking = casework.playbooks_to_take_in(options.case)
    lines = []
    for book in has:
        lines.append(_line(book, ""))
        if (newer := others.get(book.id)) is not None:
            lines.append("  " + _("can be moved to version {version}").format(version=newer.version))
    lines += [_line(book, _("can be taken in")) for book in lacking]
    document: dict[str, Json] = {
        "case": reference,
        "playbooks": [_record(book) for book in has],
        "moves": [_record(book) for book in others.values()],
        "to_take_in": [_record(book) for book in lacking],
    }
    return Answer(document=document, lines=tuple(lines))


def move(session: Session, options: argparse.Namespace) -> Answer:
    """Move a case, with a reason."""
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    guide = casework.move_playbook(options.case, options.playbook, session.sources.reason(options.reason_fd))
    document: dict[str, Json] = {
        "case": reference,
        "playbooks": [_record(book) for book in guide.playbooks],
        "next": [view.id for view in guide.next_steps],
        "blockers": [view.id for view in guide.blockers],
    }
    said = _("Case {reference} is worked by these playbooks from now on:").format(reference=reference)
    return Answer(document=document, lines=(said, *(_line(book, "") for book in guide.playbooks)))


def _own(path: str) -> Playbook:
    file = Path(path)
    return check_own(read_file(file), file.name)


def _either(name: str) -> Playbook:
    return shipped_one(name) if name in INDEX else _own(name)


def _line(book: Playbook, more: str) -> str:
    version = _("version {version}").format(version=book.version)
    return "  ".join(part for part in (book.id, book.title.local(), version, more) if part)


def _record(book: Playbook) -> dict[str, Json]:
    return {
        "id": book.id,
        "version": book.version,
        "title": book.title.local(),
        "kinds": list(book.kinds),
        "reviewed": book.reviewed.isoformat(),
        "digest": book.digest,
    }


def _fault(fault: PlaybookError) -> Json:
    return {"file": fault.name, "place": fault.place, "problem": fault.problem, "words": fault.diagnostics().happened}


def _difference(one: Difference) -> Json:
    rows = zip(one.fields, one.before, one.after, strict=True)
    return {
        "sort": one.sort,
        "id": one.id,
        "change": one.change.value,
        "title": one.title.local(),
        "fields": [{"field": field, "before": before, "after": after} for field, before, after in rows],
    }
