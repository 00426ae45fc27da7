"""The overview in words, a line a case; the same on a screen and on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from guidance.language import _, day_in_digits, ngettext
from store.bundle.visible import one_line
from store.status import LastWord, Overview, StandIn, StatusLine

_NAME: Final = 40
"""Characters of a name among others: however long it is, the days stay in sight."""


def summary(overview: Overview) -> str:
    """How many, on one line."""
    parts = [ngettext("{count} open case", "{count} open cases", len(overview.open)).format(count=len(overview.open))]
    if overview.overdue:
        parts.append(
            ngettext("{count} with something overdue", "{count} with something overdue", overview.overdue).format(
                count=overview.overdue
            )
        )
    if overview.without_stand_in:
        parts.append(
            ngettext(
                "{count} that nobody else can read", "{count} that nobody else can read", overview.without_stand_in
            ).format(count=overview.without_stand_in)
        )
    if overview.closed:
        parts.append(ngettext("{count} closed", "{count} closed", overview.closed).format(count=overview.closed))
    return " · ".join(parts)


def levels(overview: Overview) -> str:
    """How many open cases of each level; empty where there are none."""
    named = [
        (_("level {level}").format(level=level) if level else _("no level yet"), count)
        for level, count in sorted(overview.levels.items(), key=lambda pair: pair[0] or 9)
    ]
    return " · ".join(f"{words}: {count}" for words, count in named)


def silent(overview: Overview) -> str:
    """Of whom no word has come; empty where one has of everybody."""
    if not overview.silent:
        return ""
    return _("No word on their cases has come yet from: {names}").format(names=one_line(", ".join(overview.silent)))


def without_cases(overview: Overview) -> str:
    """Who has no case, and of which day that holds; empty where nobody says so."""
    if not overview.without_cases:
        return ""
    return _("No cases, as of: {names}").format(names=_named(overview.without_cases))


def heard(overview: Overview) -> str:
    """How old what each member said of their cases is, the oldest first; empty where nobody has one."""
    if not overview.heard:
        return ""
    return _("As of: {names}").format(names=_named(overview.heard))


def doubts(overview: Overview) -> tuple[str, ...]:
    """What may not be so any more, in sentences."""
    day = overview.day
    said = []
    words = sorted((*overview.heard, *overview.without_cases), key=lambda word: word.on)
    if old := [word for word in words if word.outdated(day)]:
        said.append(
            _("Older than a week, and may have changed since: {names}. Let them open Segl and exchange.").format(
                names=_named(old)
            )
        )
    if ahead := [word for word in words if word.ahead(day)]:
        said.append(
            _("Of a day to come, so a clock is wrong and nobody can tell how old it is: {names}.").format(
                names=_named(ahead)
            )
        )
    if overview.untold:
        said.append(
            _(
                "Have more cases than they tell of, for one can't be read there: {names}. Let them run 'segl doctor'."
            ).format(names=one_line(", ".join(overview.untold)))
        )
    return tuple(said)


def _named(words: Iterable[LastWord]) -> str:
    return " · ".join(f"{one_line(word.name)[:_NAME]} {day_in_digits(word.on)}" for word in words)


def as_of(line: StatusLine, day: date) -> str:
    """How old the record of a case is; said plainly where much may have changed."""
    word = LastWord(name="", on=line.as_of)
    on = day_in_digits(line.as_of)
    if word.outdated(day):
        return _("As of {day}: older than a week, it may have changed since.").format(day=on)
    if word.ahead(day):
        return _("As of {day}, a day to come: a clock is wrong.").format(day=on)
    return _("As of {day}.").format(day=on)


def when(line: StatusLine) -> str:
    """What falls due."""
    if line.overdue:
        return ngettext("{count} overdue", "{count} overdue", line.overdue).format(count=line.overdue)
    return _("due {day}").format(day=day_in_digits(line.due_on)) if line.due_on else ""


def stand_in(line: StatusLine) -> str:
    """Whether somebody else can read the case; empty where somebody can."""
    match line.status.stand_in:
        case StandIn.READS:
            return ""
        case StandIn.NAMED:
            return _("The stand-in is named, and can't read it yet.")
        case StandIn.NONE:
            reason = one_line(line.status.no_stand_in_reason)
            return _("No stand-in: {reason}").format(reason=reason)


def overview_lines(overview: Overview) -> Iterator[str]:
    """All of it."""
    yield summary(overview)
    yield from filter(
        None, (levels(overview), heard(overview), without_cases(overview), *doubts(overview), silent(overview))
    )
    for line in overview.open:
        level = str(line.status.level or "-")
        yield f"  {line.status.reference}  {level}  {one_line(', '.join(line.names))}  {when(line)}".rstrip()
        if words := stand_in(line):
            yield f"    {words}"
