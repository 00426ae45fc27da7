"""`segl access-log`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _, current_language
from tui.cli.answer import Answer, Json
from tui.cli.plain import one_line
from tui.cli.records import local, moment
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.access_file import Sort
    from store.cases.access import Access, AccessLog
    from store.cases.lookups import LookupLog


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Say who opened a case and why, or what was looked up beside the cases; to a plain file where one is named."""
    casework = session.casework()
    if options.case is None:
        lookups = casework.lookup_log(for_person=options.for_person)
        answer = _lookups(lookups)
        if options.out is None:
            return answer
        return _written(session, lookups, Path(options.out), answer, casework.record_lookup_export)
    log = casework.access_log(options.case, for_person=options.for_person)
    answer = Answer(document=_document(log), lines=tuple(_lines(log)))
    if options.out is None:
        return answer
    record = partial(casework.record_print, log.case, what="access-log")
    return _written(session, log, Path(options.out), answer, record)


def _written(
    session: Session, log: AccessLog | LookupLog, out: Path, answer: Answer, record: Callable[..., None]
) -> Answer:
    """Write the log to a new file, and that it was written."""
    from store.access_file import numbers_in, write_access_log
    from store.cpr import Leaving
    from store.plain_file import require_free

    sort: Sort = "html" if out.suffix.casefold() == ".html" else "txt"
    require_free(out)
    session.settle_cpr(numbers_in(log), leaving=Leaving.WRITTEN)
    written = write_access_log(log, out, sort, language=current_language(), allow_cpr=True)
    try:
        record(written.path, sort=sort, digest=written.digest)
    except BaseException:
        Path(written.path).unlink(missing_ok=True)
        raise
    lines = (
        _("Written, and not encrypted: {path}").format(path=one_line(written.path)),
        f"  {written.digest}",
    )
    return Answer(document={**(answer.document or {}), "path": written.path, "digest": written.digest}, lines=lines)


def _lookups(log: LookupLog) -> Answer:
    """What was searched for and looked at, beside the cases."""
    from store.cases.access import act_words
    from store.cases.lookups import lookup_words

    found: list[Json] = [
        {
            "at": moment(line.at),
            "act": line.act.value,
            "author": line.author,
            "about": line.about,
            "words": line.words,
            "hits": line.hits,
            "cases": list(line.cases),
            "entry": line.entry,
        }
        for line in log.lines
    ]
    lines = tuple(
        "  ".join(part for part in (local(line.at), act_words(line.act), one_line(line.author), said) if part)
        for line in log.lines
        for said in (one_line(lookup_words(line)),)
    )
    return Answer(
        document={"for_person": log.for_person, "lookups": found, "path": None, "digest": None},
        lines=lines or (_("Nothing was searched for or looked at."),),
    )


def _lines(log: AccessLog) -> Iterator[str]:
    from store.cases.access import act_words, purpose_said

    yield f"{log.reference}  {one_line(log.title)}".rstrip()
    for line in log.lines:
        parts = (local(line.at), act_words(line.act), one_line(line.author), one_line(purpose_said(line)))
        yield "  " + "  ".join(part for part in parts if part)


def _document(log: AccessLog) -> dict[str, Json]:
    return {
        "case": log.reference,
        "title": log.title,
        "for_person": log.for_person,
        "log": [_line_document(line) for line in log.lines],
        "path": None,
        "digest": None,
    }


def _line_document(line: Access) -> Json:
    return {
        "at": moment(line.at),
        "act": line.act.value,
        "own": line.own,
        "purpose": line.purpose,
        "recipients": list(line.recipients),
        "author": line.author,
        "entry": line.entry,
    }
