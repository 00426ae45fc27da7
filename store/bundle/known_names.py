"""The names that a case knows (people, their parts, contacts, accounts, holders): what a person looks for first.

Where they stand is said by `store.bundle.entry_fields` for every field of an entry, and of answers by the playbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from guidance.guide import Guide
from guidance.model import Names
from guidance.naming import names_in
from store.bundle.entry_fields import Holds, holds
from store.bundle.name_words import names_among, names_said, reached, whole_and_parts
from store.bundle.withholding import fold, pieces_of
from store.entry import EntryInvalid
from store.journal import Read, read
from store.model import CaseExport, Role, StoredEntry

_ORDER: Final = (
    *("name", "part", "contact", "account", "holder", "seen-by", "stand-in", "requested-by"),
    *("custody", "answer", "colleague"),
)
_WHAT: Final = {
    ("evidence.requested", "by"): "requested-by",
    ("case.opened", "stand-in"): "stand-in",
    ("case.shared", "name"): "colleague",
    ("receipt.given", "name"): "colleague",
    **{
        (kind, field): what
        for kind in ("evidence.registered", "evidence.amended")
        for field, what in (("holder-name", "holder"), ("held-where", "holder"), ("seen-by", "seen-by"))
    },
}
"""What a name is by where it stands; a name in any other field of the evidence stands in its custody."""
_BY_SENDER: Final = frozenset({"custody", "colleague"})
"""Where the name of who makes the bundle stands as well: it is in the bundle as the sender's, and is not withheld."""
_IN_WORDS: Final = frozenset({"custody", "answer", "holder"})
"""Where names are told from other words by their capitals: a platform has one too."""
_GENITIVE: Final = re.compile(r"(?:['\u2019]s|s['\u2019]?|['\u2019])$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """Something by which somebody can be recognised.

    Attributes:
        text: the name, a part of it, a number, an address or an account.
        what: `name`, `part`, `contact`, `account`, `holder`, `seen-by`, `stand-in`, `requested-by`, `custody`,
            `answer`, `colleague`.
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
    guide = export.record.guide
    said = [(entry.header.kind, entry.payload) for entry in _read(export.entries) if entry.payload]
    names = [name for kind, payload in said for name in _of_entry(kind, payload, guide)]
    own = {fold(name.text) for name in names if concerned and name.person == concerned}
    sender = {fold(text) for text in whole_and_parts(export.card.author)}
    platforms = {fold(payload["platform"]) for _kind, payload in said if isinstance(payload.get("platform"), str)}
    found: dict[str, KnownName] = {}
    for name in names:
        key = fold(name.text)
        no_name = (name.what in _BY_SENDER and key in sender) or (name.what in _IN_WORDS and key in platforms)
        if not no_name and not _is_own(name.text, own):
            found.setdefault(key, name)
    for name in _without_genitive(export, found.values()):
        if not _is_own(name.text, own):
            found.setdefault(fold(name.text), name)
    return tuple(sorted(found.values(), key=lambda name: (_ORDER.index(name.what), fold(name.text))))


def _is_own(text: str, own: set[str]) -> bool:
    """Whether a name is made of nothing but what the person concerned is called, in the genitive too."""
    return fold(text) in own or all({fold(word), fold(_GENITIVE.sub("", word))} & own for word in text.split())


def _without_genitive(export: CaseExport, names: Iterable[KnownName]) -> Iterator[KnownName]:
    """Of 'Kais skuffe' the name without its s, where it stands in the case so: nobody else says that it is Kai."""
    stems = {}
    for name in names:
        stem = _GENITIVE.sub("", name.text)
        if name.what in _IN_WORDS and stem != name.text and len(stem) > 1:
            stems[fold(stem)] = replace(name, text=stem)
    if not stems:
        return
    text = "\n".join(fold(piece.text) for piece in pieces_of(export.entries, export.record.guide))
    for key, name in stems.items():
        if re.search(rf"(?<![^\W\d_]){re.escape(key)}(?![^\W\d_])", text):
            yield name


def _read(entries: Iterable[StoredEntry]) -> Iterator[Read]:
    for stored in entries:
        try:
            yield read(stored)
        except EntryInvalid:
            continue


def _of_entry(kind: str, said: Mapping[str, Any], guide: Guide) -> Iterator[KnownName]:
    person = said.get("person") if kind.startswith("person.") else ""
    person = person if isinstance(person, str) else ""
    for field, value in said.items():
        what = "name" if kind.startswith("person.") else _WHAT.get((kind, field), "custody")
        match holds(kind, field):
            case Holds.WHO:
                for text in _texts(value):
                    for number, name in enumerate(whole_and_parts(text)):
                        yield KnownName(text=name, what="part" if number and what == "name" else what, person=person)
            case Holds.AMONG:
                for text in _texts(value):
                    for name in names_among(text, at_start=False):
                        yield KnownName(text=name, what=what, person=person)
            case Holds.ACCOUNTS:
                for text in _texts(value):
                    yield KnownName(text=text, what="account")
            case Holds.REACHED:
                for text in _texts(value):
                    for match in reached(text):
                        yield KnownName(text=match, what="contact", person=person)
            case Holds.FACTS:
                for fact, answer in value.items() if isinstance(value, Mapping) else ():
                    if isinstance(answer, str):
                        yield from _of_answer(answer, names_in(fact, guide.specs))


def _of_answer(answer: str, names: Names) -> Iterator[KnownName]:
    if names is Names.NONE:
        return
    for name in names_said(answer) if names is Names.WHO else names_among(answer, at_start=True):
        yield KnownName(text=name, what="answer")
    for text in reached(answer):
        yield KnownName(text=text, what="contact")


def _texts(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one.strip():
            yield " ".join(one.split())
