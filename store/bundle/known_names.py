"""The names that a case knows (people, their parts, contacts, accounts, holders): what a person looks for first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from store.bundle.withholding import fold
from store.entry import EntryInvalid
from store.journal import read
from store.model import CaseExport, Role, StoredEntry

_PARTICLES: Final = frozenset({"af", "van", "von", "de", "den", "der", "the", "and", "og", "el", "al", "da", "di"})
_WORD: Final = re.compile(r"[^\W\d_](?:[\w'\u2019-]*\w)?")
_REACH: Final = re.compile(r"[^\s,;]*@[^\s,;]+|\+?\d(?:[ ]?\d){5,}")
_LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """Something by which somebody can be recognised.

    Attributes:
        text: the name, a part of it, a number, an address or an account.
        what: `name`, `part`, `contact`, `account`, `holder`, `seen-by`, `stand-in`, `requested-by`.
        person: id of the person of the case; empty where it is nobody's.
    """

    text: str
    what: str
    person: str = ""


def person_concerned(export: CaseExport) -> str:
    """Id of the one person who was violated; empty where there is none, or several."""
    victims = [person.id for person in export.record.people if Role.VICTIM in person.roles]
    return victims[0] if len(victims) == 1 else ""


def known_names(export: CaseExport, concerned: str = "") -> tuple[KnownName, ...]:
    """Every name of others that the entries know, earlier versions too; those of the person concerned are left out.

    Args:
        export: the case.
        concerned: id of the person for whom the bundle is.
    """
    found: dict[str, KnownName] = {}
    own: set[str] = set()
    for name in _all(export.entries):
        if name.person and name.person == concerned:
            own.add(fold(name.text))
        else:
            found.setdefault(fold(name.text), name)
    kept = [name for key, name in found.items() if key not in own]
    order = ("name", "part", "contact", "account", "holder", "seen-by", "stand-in", "requested-by")
    return tuple(sorted(kept, key=lambda name: (order.index(name.what), fold(name.text))))


def _all(entries: Iterable[StoredEntry]) -> Iterator[KnownName]:
    for stored in entries:
        try:
            entry = read(stored)
        except EntryInvalid:
            continue
        said = entry.payload or {}
        if entry.header.kind.startswith("person."):
            yield from _of_person(said)
        elif entry.header.kind == "evidence.requested":
            yield from _of_request(said)
        elif entry.header.kind.startswith("evidence."):
            yield from _of_evidence(said)
        elif entry.header.kind == "case.opened":
            yield from _names(said.get("stand-in"), "stand-in")


def _of_person(said: Mapping[str, Any]) -> Iterator[KnownName]:
    person = said.get("person")
    person = person if isinstance(person, str) else ""
    yield from _names(said.get("name"), "name", person)
    contact = said.get("contact")
    if isinstance(contact, str):
        for match in _REACH.finditer(contact):
            yield KnownName(text=match[0], what="contact", person=person)


def _of_evidence(said: Mapping[str, Any]) -> Iterator[KnownName]:
    for account in _texts(said.get("accounts")):
        yield KnownName(text=account, what="account")
    yield from _names(said.get("holder-name"), "holder")
    for one in _texts(said.get("seen-by")):
        yield from _names(one, "seen-by")


def _of_request(said: Mapping[str, Any]) -> Iterator[KnownName]:
    """Who of the police asked: name and unit stand in one text, so what stands between commas is looked for, too."""
    by = said.get("by")
    if isinstance(by, str):
        yield from _names(by, "requested-by")
        for part in by.split(",") if "," in by else ():
            yield KnownName(text=" ".join(part.split()), what="requested-by")


def _names(value: object, what: str, person: str = "") -> Iterator[KnownName]:
    """A name, and each part of it that could stand alone."""
    if not isinstance(value, str) or not value.strip():
        return
    whole = " ".join(value.split())
    yield KnownName(text=whole, what=what, person=person)
    parts = _WORD.findall(whole)
    for part in parts if len(parts) > 1 else ():
        if len(part) >= _LEAST and part.casefold() not in _PARTICLES:
            yield KnownName(text=part, what="part" if what == "name" else what, person=person)


def _texts(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, str) and one.strip():
            yield " ".join(one.split())
