"""`segl erase ...`: what would go is shown, a typed word confirms it, and what erasing can't reach is said first."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from guidance.language import _, ngettext
from store.bundle.labels import case_kind_label
from tui.cli.answer import Answer, Json
from tui.cli.documents import Table
from tui.cli.failures import AnswersNeeded
from tui.cli.plain import one_line
from tui.cli.progress import Progress
from tui.cli.records import local, moment
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.cases.erasing_model import Erased, ErasureOrder, ErasurePlan


class _Said(NamedTuple):
    """What was given in a document."""

    given: bool = False
    confirm: str = ""
    ground: str = ""
    number: str = ""
    no_number: str = ""
    name: str = ""
    keep: tuple[str, ...] = ()


def case(session: Session, options: argparse.Namespace) -> Answer:
    """Erase a whole case."""
    said = _said(session, options)
    return _erase(session, options, session.casework().plan_erasing_case(options.case), said)


def entry(session: Session, options: argparse.Namespace) -> Answer:
    """Erase one entry."""
    said = _said(session, options)
    return _erase(session, options, session.casework().plan_erasing_entry(options.case, options.entry), said)


def person(session: Session, options: argparse.Namespace) -> Answer:
    """Erase all that names somebody."""
    said = _said(session, options, of_person=True)
    name = said.name
    if not name:
        if not session.sources.can_ask():
            raise AnswersNeeded(("name",), _("Give it in a document: --facts FILE."))
        name = session.sources.ask(_("Whose name?")).strip()
    return _erase(session, options, session.casework().plan_erasing_person(name, keep=said.keep), said)


def thing(session: Session, options: argparse.Namespace) -> Answer:
    """Erase somebody of the programme, a mentoring or a concern."""
    said = _said(session, options)
    return _erase(session, options, session.casework().plan_erasing_thing(options.thing), said)


def register_entry(session: Session, options: argparse.Namespace) -> Answer:
    """Erase one entry of the programme."""
    said = _said(session, options)
    return _erase(session, options, session.casework().plan_erasing_register_entry(options.entry), said)


def log(session: Session, _options: argparse.Namespace) -> Answer:
    """What is erased."""
    from store.programme.kept_model import sort_words

    casework = session.casework()
    cases, counts = casework.erased_cases(), casework.erased_counts()
    things, thing_counts = casework.erased_things(), casework.erased_thing_counts()
    document: dict[str, Json] = {
        "cases": [
            {"case": one.reference, "at": moment(one.at), "by": one.by, "ground": one.ground, "number": one.number}
            for one in cases
        ],
        "counts": [{"kind": one.kind, "year": one.year, "cases": one.cases} for one in counts],
        "programme": [
            {"sorts": [sort.value for sort in one.sorts], "at": moment(one.at), "by": one.by, "ground": one.ground}
            for one in things
        ],
        "programme_counts": [{"sort": one.sort.value, "year": one.year, "count": one.count} for one in thing_counts],
    }
    lines = [f"{one.reference}  {local(one.at)}  {one_line(one.ground)}  {one_line(one.number)}" for one in cases]
    for thing in things:
        what = ", ".join(sort_words(sort) for sort in dict.fromkeys(thing.sorts))
        lines.append(f"{local(thing.at)}  {what}  {one_line(thing.ground)}")
    told = [(one.year, case_kind_label(one.kind), one.cases) for one in counts]
    told += [(one.year, sort_words(one.sort), one.count) for one in thing_counts]
    few = _("fewer than five")
    lines += [f"{year}  {what}: {few if many is None else many}" for year, what, many in told]
    return Answer(document=document, lines=tuple(lines) or (_("Nothing is erased."),))


def _said(session: Session, options: argparse.Namespace, *, of_person: bool = False) -> _Said:
    raw = session.sources.document("facts", options.facts) if options.facts is not None else None
    if raw is None:
        return _Said()
    table = Table.parse(raw, "facts")
    said = _Said(
        given=True,
        confirm=table.line("confirm"),
        ground=table.words("ground"),
        number=table.line("number"),
        no_number=table.words("no_number"),
        name=table.line("name", needed=True) if of_person else "",
        keep=tuple(table.line("keep").split()) if of_person else (),
    )
    table.finish()
    return said


def _erase(session: Session, options: argparse.Namespace, plan: ErasurePlan, said: _Said) -> Answer:
    from store.cases.erasing_words import emptied_words

    lines = tuple(plan_lines(plan))
    if options.preview:
        return Answer(document=_document(plan, None), lines=lines)
    order = _order(session, plan, said, lines)
    progress = Progress()
    try:
        erased = session.casework().erase(
            plan, order, progress=lambda done, total: progress.show(_("Erasing"), done, total)
        )
    finally:
        progress.clear()
    words = ngettext("Erased: {count} entry.", "Erased: {count} entries.", erased.entries).format(count=erased.entries)
    left = emptied_words(erased.emptied)
    return Answer(document=_document(plan, erased), lines=(words, left) if left else (words,))


def _order(session: Session, plan: ErasurePlan, said: _Said, lines: tuple[str, ...]) -> ErasureOrder:
    from store.cases.erasing_model import ErasureOrder

    if said.given:
        return ErasureOrder(confirmation=said.confirm, ground=said.ground, number=said.number, no_number=said.no_number)
    sources = session.sources
    if not sources.can_ask():
        asked = ("confirm", "ground", *(("number", "no_number") if plan.number_due else ()))
        raise AnswersNeeded(asked, _("Give it in a document: --facts FILE."))
    for line in lines:
        sources.say(line)
    number = no_number = ""
    if plan.number_due:
        number = sources.ask(_("Which number does the case have in the journal system?")).strip()
        if not number:
            no_number = sources.ask(_("Why is there none?")).strip()
    ground = sources.ask(_("Why is it erased?")).strip()
    confirmation = sources.ask(_("To erase it for good, type {word}:").format(word=one_line(plan.confirm)))
    return ErasureOrder(confirmation=confirmation, ground=ground, number=number, no_number=no_number)


def plan_lines(plan: ErasurePlan) -> Iterator[str]:
    """What would go, what stays, and what erasing does not reach."""
    from store.cases.access import act_words, purpose_said
    from store.cases.erasing_words import beyond_reach

    yield ngettext("{count} entry goes:", "{count} entries go:", len(plan.doomed)).format(count=len(plan.doomed))
    for line in plan.doomed:
        yield f"  {line.reference}  {line.entry[:8]}  {local(line.at)}  {one_line(line.words)}"
    if plan.stands_again:
        yield _("This stands again then:")
        yield from (f"  {one_line(words)}" for words in plan.stands_again)
    if plan.left:
        yield _("This stays:")
        yield from (f"  {left.reference}  {one_line(left.words)} ({left.why})" for left in plan.left)
    if plan.went_out:
        yield _("This left the vault, and is not reached:")
        for out in plan.went_out:
            yield f"  {local(out.at)}  {act_words(out.act)}  {one_line(purpose_said(out))}"
    yield from beyond_reach(plan)


def _document(plan: ErasurePlan, erased: Erased | None) -> dict[str, Json]:
    from store.cases.erasing_words import beyond_reach

    return {
        "what": plan.what.value,
        "confirm": plan.confirm,
        "entries": [
            {
                "case": line.reference,
                "entry": line.entry,
                "at": moment(line.at),
                "author": line.author,
                "words": line.words,
            }
            for line in plan.doomed
        ],
        "stands_again": list(plan.stands_again),
        "left": [{"case": one.reference, "entry": one.entry, "words": one.words, "why": one.why} for one in plan.left],
        "went_out": [{"at": moment(one.at), "act": one.act.value, "purpose": one.purpose} for one in plan.went_out],
        "number_due": plan.number_due,
        "number": plan.number,
        "followed": plan.followed,
        "beyond": list(beyond_reach(plan)),
        "erased": erased is not None,
        "finished": erased.finished if erased is not None else None,
    }
