"""`segl mentor history|kept|kept-rule|look-at|hold|end-hold`: what is kept of the programme, and for how long."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from guidance.language import _
from tui.cli.answer import Answer, Json
from tui.cli.documents import Table
from tui.cli.plain import one_line
from tui.cli.records import day, local, moment
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.programme.kept_model import KeptThing, ProgrammeRule


def history(session: Session, options: argparse.Namespace) -> Answer:
    """The entries of somebody, a mentoring or a concern."""
    found = session.casework().thing_history(options.thing)
    lines = tuple(f"{one.entry[:8]}  {local(one.at)}  {one_line(one.words)}" for one in found)
    document: list[Json] = [
        {"entry": one.entry, "at": moment(one.at), "author": one.author, "words": one.words} for one in found
    ]
    return Answer(document={"history": document}, lines=lines)


def kept(session: Session, _options: argparse.Namespace) -> Answer:
    """What is over."""
    return _answer(session.casework().programme_kept())


def _answer(found: tuple[KeptThing, ...]) -> Answer:
    lines = tuple(line for one in found for line in _lines(one))
    return Answer(document={"kept": [_document(one) for one in found]}, lines=lines or (_("Nothing is over yet."),))


def rule(session: Session, options: argparse.Namespace) -> Answer:
    """Show or set the rule of the programme."""
    from store.cases.retention import MOST_MONTHS
    from store.programme.kept_model import ProgrammeRule, Sort

    casework = session.casework()
    now = casework.programme_rule()
    raw = session.sources.document("facts", options.facts) if options.facts is not None else None
    if raw is not None:
        table = Table.parse(raw, "facts")
        months = {sort.value: table.number(sort, most=MOST_MONTHS) for sort in Sort if table.has(sort)}
        table.finish()
        now = casework.set_programme_rule(ProgrammeRule(months={**now.months, **months}))
    rows: list[Json] = [{"sort": sort.value, "months": now.months.get(sort, 0)} for sort in Sort]
    return Answer(document={"rule": rows}, lines=tuple(_rule_lines(now)))


def look_at(session: Session, options: argparse.Namespace) -> Answer:
    """Name the day."""
    reason = session.sources.reason(options.reason_fd)
    found = session.casework().look_at_thing(options.thing, options.on, reason)
    answer = _answer((found,) if found else ())
    return answer if found else Answer(document=answer.document, lines=(_("Saved."),))


def hold(session: Session, options: argparse.Namespace) -> Answer:
    """Hold it."""
    name = session.casework().hold_thing(options.thing, session.sources.reason(options.reason_fd))
    line = _("{name} is held: nothing of it is erased.").format(name=one_line(name))
    return Answer(document={"name": name, "held": True}, lines=(line,))


def end_hold(session: Session, options: argparse.Namespace) -> Answer:
    """End the hold."""
    name = session.casework().end_thing_hold(options.thing, session.sources.reason(options.reason_fd))
    line = _("{name} is no longer held.").format(name=one_line(name))
    return Answer(document={"name": name, "held": False}, lines=(line,))


def asked_look_at(session: Session, thing: str, given: date | None) -> date | None:
    """When to look at something that ends now: as given, else asked where somebody is there; the rule where blank."""
    if given is not None or not session.sources.can_ask():
        return given
    proposed = session.casework().proposed_for(thing)
    hint = _("blank: {day}").format(day=proposed) if proposed else _("may be left blank")
    question = _("When is it to be looked at whether it is still to be kept? ({hint}, else as 2031-01-31):")
    while typed := session.sources.ask(question.format(hint=hint)).strip():
        try:
            return date.fromisoformat(typed)
        except ValueError:
            session.sources.say(_("That is no date."))
    return None


def _rule_lines(rule: ProgrammeRule) -> Iterator[str]:
    from store.programme.kept_model import Sort, sort_words

    for sort in Sort:
        months = rule.months.get(sort, 0)
        if months:
            yield _("{sort}: looked at {months} months after").format(sort=sort_words(sort), months=months)
        else:
            yield _("{sort}: asked when it ends").format(sort=sort_words(sort))


def _lines(kept: KeptThing) -> Iterator[str]:
    from store.programme.kept_model import sort_words, stands_words

    when = _("to be looked at on {day}").format(day=kept.look_at) if kept.look_at else _("no day named")
    mark = "  !" if kept.due else ""
    yield f"{kept.id[:8]}  {when}{mark}  {one_line(kept.name)} ({sort_words(kept.sort)})"
    if kept.held:
        yield "  " + _("held: {reason}").format(reason=one_line(kept.held))
    if kept.elsewhere:
        yield "  " + _("erased elsewhere, and here still: look at it, and erase it here where it is to go")
    if kept.against:
        yield "  " + _("can't be erased now: {against}").format(against=", ".join(map(stands_words, kept.against)))


def _document(kept: KeptThing) -> Json:
    return {
        "id": kept.id,
        "sort": kept.sort.value,
        "name": kept.name,
        "over_on": day(kept.over_on),
        "look_at": day(kept.look_at),
        "due": kept.due,
        "held": kept.held,
        "against": [one.value for one in kept.against],
        "elsewhere": kept.elsewhere,
    }
