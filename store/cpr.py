"""Civil registration numbers (CPR) in what is about to be written or passed on: noticed here, decided by a person.

Requirement CM-2b. There is one border inwards, `store.cases.desk.Desk`, which looks at every entry before it is signed,
and one outwards, `store.bundle.seal.prepare`. Both raise `CprNoticed` unless somebody has said that the numbers must be
there. The number itself is never repeated: only where it stands, with its last four digits hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final

from guidance.cpr import find_numbers, masked
from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.entry import EntryInvalid
from store.journal import read
from store.model import StoredEntry
from store.programme.kinds import FIELDS as PROGRAMME

RULE: Final = "CM-2b"
AROUND: Final = 24
"""Characters shown on either side of a number."""
_NO_TEXT: Final = frozenset({"raw-name", "digest", "manifest-digest", "recipient", "recipients", "devices"})
ALREADY_DONE: Final = frozenset(
    {
        "case.sealed",
        "case.filed",
        "case.printed",
        "case.read",
        "concern.read",
        "evidence.passed-on",
        "lookup.exported",
        "office.plan-exported",
        "programme.exported",
    }
)
"""Entries that record what was done outside the journal, or is written after it was done; whether a number goes out, or
into a purpose, is asked before."""

Answer = Callable[["CprNoticed"], bool]


class Leaving(StrEnum):
    """How what was saved before is passed on."""

    SEALED = "sealed"
    """In a bundle, encrypted to its recipients."""
    EXPORTED = "exported"
    """Out of the program, on the screen or for another program."""
    WRITTEN = "written"
    """Into a plain file, which is not encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CprField:
    """Where a number stands.

    Attributes:
        kind: of the entry, e.g. `note.added`.
        field: in the entry's payload, e.g. `text`, `facts.police.decision.reference`.
        shown: the words around it, on one line, with the last four digits of each number hidden.
        on: the day of the entry, where it was written before; None for what is about to be written.
    """

    kind: str
    field: str
    shown: str
    on: date | None = None

    def words(self) -> str:
        """Which field that is, in the current language."""
        place = field_words(self.kind, self.field)
        return place if self.on is None else _("{field}, {day}").format(field=place, day=self.on.isoformat())


class CprNoticed(SeglError):
    """There seems to be a civil registration number in what is to be saved or passed on; nobody has said it must be.

    Attributes:
        fields: where; at least one.
        leaving: how what was saved before is passed on; None where it is about saving.
    """

    code: ClassVar[str] = "cpr-noticed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = RULE

    def __init__(self, fields: tuple[CprField, ...], *, leaving: Leaving | None = None) -> None:
        super().__init__(tuple(field.field for field in fields))
        self.fields = fields
        self.leaving = leaving

    def diagnostics(self) -> Diagnostics:
        """Name the fields; the numbers are not repeated."""
        places = "\n".join(f"  {field.words()}: {field.shown}" for field in self.fields)
        if self.leaving is Leaving.SEALED:
            happened = _("There seems to be a civil registration number (CPR) in what would be sealed:")
            safe = _("Nothing was sealed.")
            todo = _("Must the recipient have it? Then say so: --allow-cpr. What is in the journal can't be taken out.")
        elif self.leaving is Leaving.EXPORTED:
            happened = _("There seems to be a civil registration number (CPR) in what would be exported:")
            safe = _("Nothing was exported.")
            todo = _("Must it go along? Then say so: --allow-cpr. What is in the journal can't be taken out.")
        elif self.leaving is Leaving.WRITTEN:
            happened = _("There seems to be a civil registration number (CPR) in what would stand in the file:")
            safe = _("No file was written.")
            todo = _(
                "The file is not encrypted. Must it stand there? Then say so: --allow-cpr. Else change the answer."
            )
        else:
            happened = _("There seems to be a civil registration number (CPR) in what you wrote:")
            safe = _("Nothing was saved.")
            todo = _("Take it out, or say that it must be there: --allow-cpr.")
        return Diagnostics(happened=f"{happened}\n{places}", safe=safe, todo=todo)


def numbers_in(kind: str, payload: Mapping[str, Any], today: date, *, on: date | None = None) -> Iterator[CprField]:
    """The fields of an entry in which a number stands.

    Args:
        kind: of the entry.
        payload: what it says, or is to say.
        today: nobody is born after it.
        on: the day it was written, where it is not about to be.
    """
    for field, text in _texts(payload, ""):
        if numbers := find_numbers(text, today):
            hidden = masked(text, numbers)
            start, end = max(numbers[0].start - AROUND, 0), numbers[-1].end + AROUND
            if end - start > 6 * AROUND:
                end = numbers[0].end + AROUND
            shown = " ".join(hidden[start:end].split())
            shown = ("…" if start else "") + shown + ("…" if end < len(hidden) else "")
            yield CprField(kind=kind, field=field, shown=shown, on=on)


def numbers_in_entries(entries: Iterable[StoredEntry], today: date) -> tuple[CprField, ...]:
    """The same of entries that are in the journal; one that was erased or can't be read says nothing."""
    found: list[CprField] = []
    for stored in entries:
        try:
            entry = read(stored)
        except EntryInvalid:
            continue
        if entry.payload is not None:
            on = entry.header.claimed_at.date()
            found += numbers_in(entry.header.kind, entry.payload, today, on=on)
    return tuple(found)


def numbers_in_name(name: str, today: date) -> tuple[CprField, ...]:
    """The same of the name of a file that is to be written: it is seen by whoever sees the folder.

    Args:
        name: without folders.
        today: nobody is born after it.
    """
    return tuple(numbers_in("file", {"name": name}, today))


def require_no_numbers(fields: Iterable[CprField], answer: Answer, *, leaving: Leaving | None = None) -> None:
    """Ask where there are any.

    Args:
        fields: where numbers stand.
        answer: asked once, about all of them.
        leaving: how what was saved before is passed on.

    Raises:
        CprNoticed: there are, and the answer is no.
    """
    if found := tuple(fields):
        noticed = CprNoticed(found, leaving=leaving)
        if not answer(noticed):
            raise noticed


def refuse(_noticed: CprNoticed) -> bool:
    """The answer where nobody was asked: no."""
    return False


def allow(_noticed: CprNoticed) -> bool:
    """The answer of somebody who has said that the numbers must be there."""
    return True


def field_words(kind: str, field: str) -> str:
    """What a field of an entry is called, in the current language."""
    last = field.rpartition(".")[2].partition("[")[0]
    if kind.startswith("note.") and field == "text":
        return _("the note")
    if kind.startswith("office.plan") and field == "text":
        return _("the answer to the plan")
    if field.startswith("facts."):
        return _("the answer '{fact}'").format(fact=field.removeprefix("facts."))
    if kind.startswith("person."):
        names = {"name": _("the person's name"), "contact": _("how the person is reached")}
        return names.get(last, _("about the person"))
    if kind.startswith("evidence."):
        names = {
            "name": _("the file name of the evidence"),
            "url": _("the address of the evidence"),
            "accounts": _("the user names of the evidence"),
            "shows": _("what the evidence shows"),
        }
        return names.get(last, _("the evidence ({field})").format(field=last))
    if kind in PROGRAMME:
        from store.programme.words import field_label

        return field_label(last)
    known = {
        "reason": _("the reason"),
        "no-stand-in-reason": _("the reason"),
        "note": _("the remark to the step"),
        "title": _("the title"),
        "name": _("the file name"),
        "stand-in": _("the stand-in"),
    }
    return known.get(last, last)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            if key not in _NO_TEXT:
                yield from _texts(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _texts(below, f"{path}[{index}]")
