"""`segl retention ...`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from guidance.language import _
from guidance.model import CASE_KINDS
from store.bundle.labels import case_kind_label
from tui.cli.answer import Answer, Json
from tui.cli.documents import Table
from tui.cli.plain import one_line
from tui.cli.records import day, moment
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.cases.retention import Kept, RetentionRule


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """The closed cases."""
    found = session.casework().retention()
    lines = [line for one in found for line in _lines(one)]
    return Answer(
        document={"cases": [_document(one) for one in found]}, lines=tuple(lines) or (_("No case is closed."),)
    )


def rule(session: Session, options: argparse.Namespace) -> Answer:
    """Show or set the office's rule."""
    from store.cases.retention import MOST_MONTHS, RetentionRule

    casework = session.casework()
    found = casework.retention_rule()
    raw = session.sources.document("facts", options.facts) if options.facts is not None else None
    if raw is not None:
        table = Table.parse(raw, "facts")
        months = {kind: table.number(kind, most=MOST_MONTHS) for kind in CASE_KINDS if table.has(kind)}
        table.finish()
        found = casework.set_retention_rule(RetentionRule(months={**found.months, **months}))
    rows: list[Json] = [{"kind": kind, "months": found.months.get(kind, 0)} for kind in CASE_KINDS]
    return Answer(document={"rule": rows}, lines=tuple(_rule_lines(found)))


def look_at(session: Session, options: argparse.Namespace) -> Answer:
    """Name the day."""
    reason = session.sources.reason(options.reason_fd)
    kept = session.casework().set_look_at(options.case, options.on, reason)
    lines = [line for one in kept for line in _lines(one)]
    return Answer(document={"cases": [_document(one) for one in kept]}, lines=tuple(lines) or (_("Saved."),))


def hold(session: Session, options: argparse.Namespace) -> Answer:
    """Hold a case."""
    reference = session.casework().hold_case(options.case, session.sources.reason(options.reason_fd))
    return _held(reference, held=True)


def end_hold(session: Session, options: argparse.Namespace) -> Answer:
    """End a hold."""
    reference = session.casework().end_hold(options.case, session.sources.reason(options.reason_fd))
    return _held(reference, held=False)


def _held(reference: str, *, held: bool) -> Answer:
    words = (
        _("Case {reference} is held: nothing of it is erased.") if held else _("Case {reference} is no longer held.")
    )
    return Answer(document={"case": reference, "held": held}, lines=(words.format(reference=reference),))


def _rule_lines(rule: RetentionRule) -> Iterator[str]:
    for kind in CASE_KINDS:
        months = rule.months.get(kind, 0)
        label = case_kind_label(kind)
        if months:
            yield _("{kind}: looked at {months} months after closing").format(kind=label, months=months)
        else:
            yield _("{kind}: asked when it is closed").format(kind=label)


def _lines(kept: Kept) -> Iterator[str]:
    from store.cases.retention import against_words

    when = _("to be looked at on {day}").format(day=kept.look_at) if kept.look_at else _("no day named")
    yield f"{kept.reference}  {when}{'  !' if kept.due else ''}  {one_line(kept.title)}"
    if kept.held:
        yield "  " + _("held: {reason}").format(reason=one_line(kept.held))
    if kept.against:
        yield "  " + _("can't be erased now: {against}").format(against=", ".join(map(against_words, kept.against)))


def _document(kept: Kept) -> Json:
    return {
        "case": kept.reference,
        "title": kept.title,
        "kind": kept.kind,
        "closed_at": moment(kept.closed_at),
        "look_at": day(kept.look_at),
        "due": kept.due,
        "held": kept.held,
        "against": [one.value for one in kept.against],
    }
