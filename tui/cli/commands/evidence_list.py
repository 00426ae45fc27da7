"""`segl evidence list`: the register of a case or what is found in it, each piece told as it is read."""

from __future__ import annotations

import argparse
from itertools import takewhile

from guidance.language import _, ngettext
from store.evidence.finding import EVERY_PIECE, Wanted, wanted_by
from tui.cli.answer import Answer
from tui.cli.records import evidence_document, evidence_lines
from tui.cli.session import Session
from tui.cli.sources import as_text


def listed(session: Session, options: argparse.Namespace) -> Answer:
    """List the register, or what is found in it."""
    casework = session.casework()
    wanted = _wanted(session, options)
    summary = casework.view(options.case).summary
    registered = casework.evidence_page(summary.id, 0, 0).total
    found = casework.evidence_page(summary.id, 0, 0, wanted).total
    start = options.start - 1
    output = session.output
    pieces = takewhile(
        lambda _one: not output.unread,
        casework.evidence_in_turn(summary.id, wanted, start=start, count=options.count),
    )
    if output.as_json:
        output.growing.field("case", summary.reference)
        output.growing.field("registered", registered)
        output.growing.field("found", found)
        output.growing.field("from", options.start)
        output.growing.items("evidence", map(evidence_document, pieces))
        return Answer(document={})
    output.told(line for one in pieces for line in evidence_lines(one))
    told = max(min(found - start, options.count or found), 0)
    return Answer(document=None, lines=tuple(_closing(registered, found, options.start, told)))


def _closing(registered: int, found: int, first: int, told: int) -> list[str]:
    """What the list leaves unsaid."""
    if registered == 0:
        return [_("No evidence is registered yet.")]
    lines = []
    if found == 0:
        lines.append(_("No piece matches."))
    elif found < registered:
        words = ngettext("{found} of {count} piece", "{found} of {count} pieces", registered)
        lines.append(words.format(found=found, count=registered))
    if 0 < told < found:
        lines.append(_("Listed: {first} to {last} of {found}.").format(first=first, last=first + told - 1, found=found))
    elif told == 0 < found:
        lines.append(_("There are no more than {found}.").format(found=found))
    return lines


def _wanted(session: Session, options: argparse.Namespace) -> Wanted:
    if options.numbers is not None:
        return Wanted(numbers=options.numbers)
    if options.digest is not None:
        return Wanted(digest=options.digest)
    if options.find_fd is None and not options.find:
        return EVERY_PIECE
    what = _("What is looked for")
    if options.find_fd is not None:
        text = session.sources.told(options.find_fd, "--find-fd", what)
    elif session.sources.can_ask():
        text = as_text(session.sources.ask(_("Find (a number, words, the beginning of a checksum):")).encode(), what)
    else:
        text = session.sources.text(what)
    return wanted_by(text)
