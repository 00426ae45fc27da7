"""The wellbeing talks in the report: the signs over time as a drawing, and the same as a table for who can't see it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from guidance.language import Language, _, current_language
from guidance.wellbeing import no_diagnosis
from store.bundle.dates import day_words
from store.bundle.html import Markup, element, section, table
from store.entry import read_time

Document = dict[str, Any]

_LABEL: Final = 400
_ROW: Final = 24
_HEAD: Final = 26
_WIDEST: Final = 420
_MARK: Final = 12
"""Lengths in the drawing, in its own units."""


def wellbeing_section(wellbeing: Document, language: Language) -> Markup:
    """The talks of a case; nothing where there was none. Marks differ in shape, not in colour alone (HM-5a)."""
    talks, signs = wellbeing["talks"], wellbeing["signs"]
    if not talks:
        return Markup()
    found = [element("p", no_diagnosis())]
    if signs:
        found += [_drawing(signs, talks, language), _key(signs)]
    headings = (_("Talk"), _("Signs that were seen"), _("What was said"))
    rows = [(_day(talk), _seen(signs, talk, language), talk["note"]) for talk in talks]
    return section(_("Wellbeing talks"), *found, table(_("Signs at each wellbeing talk"), headings, rows))


def _seen(signs: list[Document], talk: Document, language: Language) -> str:
    labels = [sign["label"][language] for sign in signs if sign["id"] in talk["signs"]]
    return ", ".join(labels) or _("none of the signs")


def _key(signs: list[Document]) -> Markup:
    words = _("Filled square: seen. Dot: not seen.")
    if any(sign["unclear"] for sign in signs):
        words += " " + _("Open square: seen, but the source is unclear about this sign.")
    return element("p", words, class_="where")


def _drawing(signs: list[Document], talks: list[Document], language: Language) -> Markup:
    step = min(_WIDEST / len(talks), 60.0)
    height = _HEAD + _ROW * len(signs)
    parts = [
        element("title", _("Which signs were seen at which talk")),
        element("desc", _("The table below the drawing says the same.")),
    ]
    every = max(round(60 / step), 1)
    for place, talk in enumerate(talks):
        if place % every == 0:
            day = read_time(talk["at"]).date()
            parts.append(_text(_across(place, step), _HEAD - 10, f"{day.day}/{day.month}", "middle"))
    for row, sign in enumerate(signs):
        middle = _HEAD + _ROW * row + _ROW / 2
        parts.append(_text(0, middle + 4, sign["label"][language], "start"))
        for place, talk in enumerate(talks):
            parts.append(_mark(_across(place, step), middle, sign, talk, step))
    box = f"0 0 {_LABEL + _WIDEST} {height}"
    return element("svg", *parts, role="img", viewBox=box, class_="chart")


def _across(place: int, step: float) -> float:
    return _LABEL + place * step + step / 2


def _mark(x: float, y: float, sign: Document, talk: Document, step: float) -> Markup:
    if sign["id"] not in talk["signs"]:
        return element("circle", cx=_number(x), cy=_number(y), r="1.5", class_="not-seen")
    size = min(_MARK, step * 0.8)
    kind = "unclear" if sign["unclear"] else "seen"
    corner = {"x": _number(x - size / 2), "y": _number(y - size / 2)}
    return element("rect", **corner, width=_number(size), height=_number(size), class_=kind)


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return element("text", words, x=_number(x), y=_number(y), **{"text-anchor": anchor})


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _day(talk: Document) -> str:
    moment = read_time(talk["at"])
    return day_words(date(moment.year, moment.month, moment.day), current_language())
