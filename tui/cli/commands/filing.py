"""`segl plain-copy` and `segl filing ...`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _, current_language
from tui.cli.answer import Answer, Json
from tui.cli.documents import Table
from tui.cli.failures import AnswersNeeded, UsageFault
from tui.cli.plain import one_line
from tui.cli.records import day, local, moment
from tui.cli.session import Session
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from store.cases.filing import FiledCopy, Filing


def copy(session: Session, options: argparse.Namespace) -> Answer:
    """Write a plain copy, and that it was written into the journal of the case."""
    from store.bundle import plain_copy
    from store.bundle.plain_copy import PlainOrder
    from store.cpr import Leaving

    purpose, system, number = _facts(session, options.facts, "purpose", "system", "number")
    purpose = purpose or _asked(session, "purpose", _("For what purpose?"))
    if not (options.plain or _agreed(session)):
        raise UsageFault(_("Missing: {names}").format(names="--plain"), "plain-copy")
    casework = session.casework()
    folder = Path(options.folder)
    plain_copy.check_place(folder, place_ok=options.place_ok)
    language = current_language()
    export = casework.export_case(options.case, language)
    session.settle_cpr(plain_copy.numbers_in(export), leaving=Leaving.WRITTEN)
    order = PlainOrder(
        folder=folder,
        purpose=purpose,
        system=system or casework.filing_rule().system,
        number=number,
        language=language,
        place_ok=options.place_ok,
        allow_cpr=True,
    )
    made = plain_copy.write_plain_copy(
        export,
        order,
        before_naming=partial(casework.about_to_copy, options.case),
        before_part=casework.about_to_write,
    )
    try:
        filing = casework.record_filing(options.case, made)
    except BaseException:
        plain_copy.take_back(made)
        raise
    document: dict[str, Json] = {
        "case": filing.reference,
        "path": str(made.paths[0]),
        "digest": made.digest,
        "size": made.size,
        "metadata": str(made.paths[1]),
        "entry": filing.copies[-1].entry,
        "number": filing.number,
    }
    lines = (
        _("Written, and not encrypted: {path}").format(path=one_line(str(made.paths[0]))),
        f"  {made.digest}",
        _("Its metadata: {path}").format(path=one_line(str(made.paths[1]))),
        _("When it is filed, delete it: segl filing clear {case} {copy}").format(
            case=filing.reference, copy=filing.copies[-1].entry[:8]
        ),
    )
    return Answer(document=document, lines=lines)


def show(session: Session, options: argparse.Namespace) -> Answer:
    """How a case stands with the journal system."""
    return _answer(session.casework().filing(options.case))


def due(session: Session, _options: argparse.Namespace) -> Answer:
    """What is due over all cases."""
    found = session.casework().filings_due()
    lines = [line for filing in found for line in _lines(filing)]
    return Answer(
        document={"filings": [_document(filing) for filing in found]}, lines=tuple(lines) or (_("Nothing is due."),)
    )


def number(session: Session, options: argparse.Namespace) -> Answer:
    """Record a number."""
    given, system = _facts(session, options.facts, "number", "system")
    given = given or _asked(session, "number", _("Which number does the case have in the journal system?"))
    return _answer(session.casework().number_filing(options.case, given, system))


def clear(session: Session, options: argparse.Namespace) -> Answer:
    """Delete a plain copy."""
    from store.bundle.plain_copy import flash_words

    filing, gone = session.casework().clear_filing(options.case, options.copy, gone=options.gone)
    words = _("Deleted, and gone: {names}").format(names=", ".join(gone)) if gone else _("It was gone already.")
    return Answer(document={"filing": _document(filing), "deleted": list(gone)}, lines=(words, flash_words()))


def rule(session: Session, options: argparse.Namespace) -> Answer:
    """Show or set what the office asks for."""
    from store.cases.filing import MOST_DAYS, FilingRule

    casework = session.casework()
    found = casework.filing_rule()
    raw = session.sources.document("facts", options.facts) if options.facts is not None else None
    if raw is not None:
        table = Table.parse(raw, "facts")
        system = table.line("system")
        days = table.number("days", most=MOST_DAYS)
        table.finish()
        found = casework.set_filing_rule(FilingRule(system=system or found.system, days=days))
    words = (
        _("A number in the journal system {system} is due {days} days after a case is opened.").format(
            system=one_line(found.system), days=found.days
        )
        if found.days
        else _("Segl reminds of no number in a journal system.")
    )
    return Answer(document={"system": found.system, "days": found.days}, lines=(words,))


def _asked(session: Session, key: str, question: str) -> str:
    if not session.sources.can_ask():
        raise AnswersNeeded((key,), _("Give it in a document: --facts FILE."))
    return session.sources.ask(question).strip()


def _agreed(session: Session) -> bool:
    """Whether somebody says, after a warning, that it may be written plain."""
    if not session.sources.can_ask():
        return False
    session.sources.say(_("The files are not encrypted: whoever gets at them reads the case."))
    return yes(session.sources.ask(_("Write them? {hint}").format(hint=yes_or_no())))


def _facts(session: Session, path: str | None, *keys: str) -> tuple[str, ...]:
    raw = session.sources.document("facts", path) if path is not None else None
    if raw is None:
        return tuple("" for _key in keys)
    table = Table.parse(raw, "facts")
    found = tuple(table.line(key) for key in keys)
    table.finish()
    return found


def _answer(filing: Filing) -> Answer:
    return Answer(document={"filing": _document(filing)}, lines=tuple(_lines(filing)))


def _lines(filing: Filing) -> Iterator[str]:
    yield f"{filing.reference}  {one_line(filing.title)}"
    if filing.number:
        yield "  " + _("Number in the journal system {system}: {number}").format(
            system=one_line(filing.system), number=one_line(filing.number)
        )
    elif filing.due_on:
        yield "  " + _("No number in the journal system is recorded; it is due {day}.").format(day=filing.due_on)
    else:
        yield "  " + _("No number in the journal system is recorded.")
    for one in filing.copies:
        state = _("deleted {at}").format(at=local(one.cleared_at)) if one.cleared_at else _("still lies there")
        yield f"  {one.entry[:8]}  {local(one.at)}  {one_line(one.place)}/{one_line(one.name)}  {state}"


def _document(filing: Filing) -> dict[str, Json]:
    return {
        "case": filing.reference,
        "title": filing.title,
        "system": filing.system,
        "number": filing.number,
        "due_on": day(filing.due_on),
        "copies": [_copy_document(one) for one in filing.copies],
    }


def _copy_document(one: FiledCopy) -> Json:
    return {
        "entry": one.entry,
        "at": moment(one.at),
        "by": one.by,
        "purpose": one.purpose,
        "system": one.system,
        "number": one.number,
        "place": one.place,
        "name": one.name,
        "digest": one.digest,
        "metadata": one.metadata,
        "cleared_at": moment(one.cleared_at),
    }
