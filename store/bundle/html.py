"""The few shapes a report is made of. Everything that goes in as text comes out escaped, with control signs shown."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from store.bundle.visible import visible

_STYLE: Final = Path(__file__).with_name("report.css")


class Markup(str):
    """A string that is HTML already; only the functions here make one."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Text from people or from a catalogue, escaped; safe in an element and in a quoted attribute."""
    return value if isinstance(value, Markup) else Markup(escape(visible(value), quote=True))


def join(parts: Iterable[str]) -> Markup:
    """One after the other."""
    return Markup("".join(text(part) for part in parts))


def element(name: str, *inside: str, **attributes: str) -> Markup:
    """An element; what is no markup inside it is text."""
    written = "".join(f' {key.rstrip("_")}="{text(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{written}>{join(inside)}</{name}>")


def section(title: str, *inside: str, together: bool = False) -> Markup:
    """A part of the page with its heading; `together` is a short one that is not to be parted by the end of a sheet."""
    kept = {"class_": "together"} if together else {}
    return Markup(f"{element('section', element('h2', title), *inside, **kept)}\n")


def table(
    caption: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    terms: Sequence[int] = (),
    whens: Sequence[int] = (),
) -> Markup:
    """A table a screen reader can follow: caption, column headings, and the first cell of a row as its heading.

    Args:
        caption: what it shows.
        headings: of the columns.
        rows: as many cells each as there are headings.
        terms: places, from 1, of columns that hold words of ours only: these are not broken.
        whens: places, from 0, of columns that hold a day or a moment: these stay on one line.
    """

    def kept(place: int) -> dict[str, str]:
        name = "when" if place in whens else "term" if place in terms else ""
        return {"class_": name} if name else {}

    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = [
        element(
            "tr",
            element("th", row[0], scope="row", **kept(0)),
            *(element("td", cell, **kept(place)) for place, cell in enumerate(row[1:], start=1)),
        )
        for row in rows
    ]
    return element("table", element("caption", caption), element("thead", head), element("tbody", *body))


def pairs(rows: Iterable[tuple[str, str]]) -> Markup:
    """A list of names and values; a value that is empty is left out."""
    return element("dl", *(join((element("dt", name), element("dd", value))) for name, value in rows if value))


def page(*, title: str, language: str, body: str) -> bytes:
    """A whole document: no script, no link, nothing from outside; the style is the one allowed by its digest."""
    style = _STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{text(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{text(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{text(body)}</main>\n</body>\n</html>\n"
    ).encode("utf-8", "replace")
