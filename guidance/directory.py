"""The directory of help: whom to ring, as the sources print it, with what an office puts in its place.

Sources: seed 000, RESSOURCER; seed 001, ANMELD and ER DU FORTSAT I TVIVL; seed 003, Trin 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from guidance.language import _, day_in_digits
from guidance.model import SCHEMA, Text
from guidance.reader import Table, read_toml

FILE: Final = Path(__file__).parent / "directory.toml"
_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place to turn to.

    Attributes:
        phone, site, mail: as printed or as the office put them in; empty where there is none.
        emergency: shown on the emergency screen.
        own: the office's own contact: what is shipped is an example or an empty place, to be replaced at set-up.
        printed: year and month in which the source printed it; empty where the source bears no date.
        checked: when the office last rang or looked; None where nobody has.
        put_in: when the office wrote it, where it is the office's and not as shipped.
    """

    id: str
    name: Text
    about: Text
    phone: str = ""
    site: str = ""
    mail: str = ""
    emergency: bool = False
    own: bool = False
    printed: str = ""
    checked: date | None = None
    put_in: date | None = None
    covers: tuple[str, ...] = ()

    @property
    def reachable(self) -> bool:
        """Whether there is anything to ring, open or write to."""
        return bool(self.phone or self.site or self.mail)

    def mark(self) -> str:
        """How far this can be relied on, in the current language."""
        if self.checked:
            return _("checked {day}").format(day=day_in_digits(self.checked))
        if self.put_in:
            return _("put in by the office {day}, not checked since").format(day=day_in_digits(self.put_in))
        if self.own:
            return _("an example: put in your own") if self.reachable else _("not put in yet")
        if self.printed:
            year, month = self.printed.split("-")
            return _("printed {month} {year}, not checked since").format(month=_month(int(month)), year=year)
        return _("from an undated source, not checked")


def load_directory(raw: bytes, name: str) -> tuple[Entry, ...]:
    """Read a file of entries.

    Raises:
        PlaybookError: it is not one; says where and why.
    """
    table = read_toml(raw, name)
    schema = table.number("schema")
    if schema != SCHEMA:
        table.refuse("schema", "wrong-schema", schema, SCHEMA)
    found: list[Entry] = []
    for part in table.tables("entries"):
        entry = _entry(part)
        if entry.id in (one.id for one in found):
            part.refuse("id", "duplicate", entry.id)
        found.append(entry)
    table.finish()
    return tuple(found)


@cache
def directory() -> tuple[Entry, ...]:
    """The entries that are shipped, 112 first."""
    return load_directory(FILE.read_bytes(), FILE.name)


def find(id: str, entries: Iterable[Entry] | None = None) -> Entry | None:
    """The entry with this id."""
    return next((entry for entry in (directory() if entries is None else entries) if entry.id == id), None)


def with_own(own: Iterable[Entry], removed: Iterable[str] = ()) -> tuple[Entry, ...]:
    """The directory of an office: its entries in the place of those with the same id, its new ones at the end.

    112 stays first, and as it is but for a date of checking, whatever an office writes.

    Args:
        own: what the office wrote.
        removed: ids of those it does not want shown.
    """
    first = directory()[0]
    theirs = {entry.id: entry for entry in own}
    checked = theirs.pop(first.id, first).checked
    gone = frozenset(removed)
    rest = (theirs.pop(entry.id, entry) for entry in directory()[1:])
    shown = tuple(entry for entry in rest if entry.id not in gone)
    return (replace(first, checked=checked), *shown, *(one for one in theirs.values() if one.id not in gone))


def emergency(entries: Iterable[Entry] | None = None) -> tuple[Entry, ...]:
    """What the emergency screen shows: 112, then the crisis lines."""
    return tuple(entry for entry in (directory() if entries is None else entries) if entry.emergency)


def _entry(part: Table) -> Entry:
    printed = part.line("printed", needed=False)
    if printed and not _MONTH.fullmatch(printed):
        part.refuse("printed", "bad-date", printed)
    entry = Entry(
        id=part.id(),
        name=part.words("name"),
        about=part.words("about"),
        phone=part.line("phone", needed=False),
        site=part.line("site", needed=False),
        mail=part.line("mail", needed=False),
        emergency=part.flag("emergency"),
        own=part.flag("own"),
        printed=printed,
        checked=part.day("checked") if part.has("checked") else None,
        covers=part.strings("covers"),
    )
    part.finish()
    return entry


def _month(number: int) -> str:
    return (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )[number - 1]
