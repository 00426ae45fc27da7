"""The language Segl speaks: gettext catalogues for the interface, chosen while running.

A message is plain English and is its own key. Each room has a catalogue of its own (`guidance`, `store`, `screens`,
`tui`), so that a change of wording stays in the room it belongs to; at run time they are one. Where the compiled
catalogue is missing or older than its source, the source is compiled in memory: a program that speaks English to a
Danish counsellor because a build step was left out would be a silent failure.
"""

from __future__ import annotations

import gettext
import io
import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["da", "en"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
ROOMS: Final = ("guidance", "store", "screens", "tui")
LOCALE_DIR: Final = Path(__file__).parent / "locale"

_chosen: Language = "da"
_spoken: ContextVar[Language | None] = ContextVar("spoken_language", default=None)


def system_language() -> Language:
    """Danish, unless the system says English: most of the people who use Segl are Danish.

    Only what a person or an administrator chose counts: `C` and `POSIX` are nobody's language, though Python takes
    `C.UTF-8` for American English.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := os.environ.get(name):
            return "en" if chosen.lower().startswith("en") else "da"
    if sys.platform in {"win32", "darwin"}:
        return "en" if (locale.getlocale()[0] or "").lower().startswith("en") else "da"
    return "da"


def set_language(language: Language) -> None:
    """Choose the language of the whole program from now on."""
    global _chosen
    if language not in LANGUAGES:
        raise ValueError(language)
    _chosen = language


def current_language() -> Language:
    """The language a message comes out in now."""
    return _spoken.get() or _chosen


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak another language for a while, in this thread or task only: a bundle carries both."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def catalogue_path(language: Language, room: str) -> Path:
    """Where the source catalogue (.po) of a room lies."""
    return LOCALE_DIR / language / "LC_MESSAGES" / f"{room}.po"


def _compiled(source: Path) -> gettext.GNUTranslations:
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    whole = gettext.NullTranslations()
    if language == "en":
        return whole
    for room in reversed(ROOMS):
        part = _compiled(catalogue_path(language, room))
        part.add_fallback(whole)
        whole = part
    return whole


def _(message: str) -> str:
    """The message in the current language. Fill placeholders with `.format(name=...)` on what comes back."""
    return _translations(current_language()).gettext(message) if message else ""


def N_(message: str) -> str:  # noqa: N802
    """Mark a message for the catalogue without looking it up: for words that stand in a class body (key bindings)."""
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """The message for a number of things, in the current language."""
    return _translations(current_language()).ngettext(one, many, n)


_DANISH_ORDER: Final = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})


def day_in_digits(value: date) -> str:
    """A day in digits, as it is typed in the current language."""
    return f"{value:%d-%m-%Y}" if current_language() == "da" else value.isoformat()


def sort_key(text: str) -> str:
    """A key that sorts as a Dane expects: æ, ø, å after z, upper and lower case together."""
    return text.casefold().translate(_DANISH_ORDER)
