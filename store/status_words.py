"""The overview in words, a line a case; the same on a screen and on the command line."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.language import _, day_in_digits, ngettext
from store.bundle.visible import one_line
from store.status import Overview, StandIn, StatusLine


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
    """Of whom nothing has come; empty where something has of everybody."""
    if not overview.silent:
        return ""
    return _("Nothing has come from: {names}").format(names=one_line(", ".join(overview.silent)))


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
    yield from filter(None, (levels(overview), silent(overview)))
    for line in overview.open:
        level = str(line.status.level or "-")
        yield f"  {line.status.reference}  {level}  {one_line(', '.join(line.names))}  {when(line)}".rstrip()
        if words := stand_in(line):
            yield f"    {words}"
