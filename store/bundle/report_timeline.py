"""The course of a case as a drawing: when something was written, by what it is about. The history says it in full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from guidance.language import _, current_language, ngettext
from store.bundle.dates import day_words, moment_words
from store.bundle.html import Markup, element, section
from store.entry import read_time

Document = dict[str, Any]

_LABEL: Final = 190
_WIDE: Final = 600
_ROW: Final = 26
_HEAD: Final = 24
_PLACES: Final = 75
_TICKS: Final = 4
"""Lengths in the drawing, in its own units; how many places along it a mark can have; how many days are named."""


def timeline_section(history: list[Document]) -> Markup:
    """The drawing, and beneath it the same in words, with numbers and days for who can't see it."""
    if not history:
        return Markup()
    times = [read_time(line["at"]) for line in history]
    rows: dict[str, list[datetime]] = {}
    for line, at in zip(history, times, strict=True):
        rows.setdefault(_subject(line["kind"]), []).append(at)
    labels = _labels()
    rows = {subject: sorted(rows[subject]) for subject in labels if subject in rows}
    words = [element("p", _told(labels[subject], found), class_="where") for subject, found in rows.items()]
    key = element("p", _("A mark is larger where more was written; the days are those that the writers gave."))
    return section(_("Course of the case"), _drawing(rows, labels, min(times), max(times)), key, *words)


def _labels() -> dict[str, str]:
    return {
        "case": _("Case and level"),
        "step": _("Steps and answers"),
        "note": _("Notes"),
        "person": _("People"),
        "evidence": _("Evidence"),
        "passed-on": _("Passed on"),
        "other": _("Other"),
    }


def _subject(kind: str) -> str:
    if kind in ("case.opened", "case.closed", "case.reopened", "level.set", "playbook.pinned"):
        return "case"
    first = kind.partition(".")[0]
    if first in ("step", "fact"):
        return "step"
    if first in ("note", "person", "evidence"):
        return first
    return "passed-on" if first in ("case", "receipt") else "other"


def _told(label: str, found: list[datetime]) -> str:
    first, last = (day_words(at, current_language()) for at in (found[0], found[-1]))
    if first == last:
        return ngettext("{what}: {count} entry, {first}.", "{what}: {count} entries, {first}.", len(found)).format(
            what=label, count=len(found), first=first
        )
    return _("{what}: {count} entries, from {first} to {last}.").format(
        what=label, count=len(found), first=first, last=last
    )


def _drawing(rows: dict[str, list[datetime]], labels: dict[str, str], first: datetime, last: datetime) -> Markup:
    span = max(last - first, timedelta(minutes=1))
    height = _HEAD + _ROW * len(rows) + 4
    parts = [
        element("title", _("When something was written in the case, by what it is about")),
        element("desc", _("The lines below the drawing say the same in words.")),
        *_days(first, span),
    ]
    for place, (subject, found) in enumerate(rows.items()):
        middle = _HEAD + _ROW * place + _ROW / 2
        parts.append(_words(0, middle + 4, labels[subject], "start"))
        parts.append(_rect(_LABEL, middle - 0.5, _WIDE, 1, "axis"))
        counts: dict[int, int] = {}
        for at in found:
            where = round((at - first) / span * (_PLACES - 1))
            counts[where] = counts.get(where, 0) + 1
        for where, count in counts.items():
            across = _LABEL + 10 + where / (_PLACES - 1) * (_WIDE - 20)
            radius = min(3 + (count - 1) ** 0.5, 9)
            parts.append(element("circle", cx=_number(across), cy=_number(middle), r=_number(radius), class_="seen"))
    box = f"0 0 {_LABEL + _WIDE} {_number(height)}"
    return element("svg", *parts, role="img", viewBox=box, class_="chart")


def _days(first: datetime, span: timedelta) -> list[Markup]:
    """The days along the top; of a case of a day or two, the two ends with their hours."""
    short = span < timedelta(days=3)
    ticks = 2 if short else _TICKS
    found = []
    for tick in range(ticks):
        at = (first + span * (tick / (ticks - 1))).astimezone(UTC)
        words = moment_words(at, current_language()) if short else day_words(at, current_language())
        anchor = "start" if tick == 0 else "end" if tick == ticks - 1 else "middle"
        found.append(_words(_LABEL + 10 + tick / (ticks - 1) * (_WIDE - 20), _HEAD - 8, words, anchor))
    return found


def _words(x: float, y: float, words: str, anchor: str) -> Markup:
    return element("text", words, x=_number(x), y=_number(y), **{"text-anchor": anchor})


def _rect(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return element("rect", x=_number(x), y=_number(y), width=_number(width), height=_number(height), class_=kind)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
