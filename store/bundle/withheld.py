"""A choice of what is withheld, carried out: on the entries, on the records, and on every document made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from guidance.custody import Move
from guidance.language import _
from store.bundle.withholding import Marks, Withholding, cut, marks_of, pieces_of, texts_of, words_pattern
from store.cases.sealed_to import SEALED
from store.entry import EntryInvalid, write_payload
from store.journal import read
from store.model import CaseExport, Evidence, HistoryLine, PassEvent, StoredEntry

_OWN: Final = frozenset(
    {
        *(
            "schema",
            "version",
            "purpose",
            "language",
            "exported_at",
            "office",
            "author",
            "journal",
            "playbooks",
            "phases",
        ),
        *("id", "reference", "kind", "level", "opened_at", "changed_at", "closed_at", "roles", "age", "authority_over"),
        *(
            "added_at",
            "step",
            "label",
            "phase",
            "state",
            "strength",
            "due_on",
            "done_at",
            "at",
            "held_by",
        ),
        *("sources", "signs", "entry", "number", "digest", "size", "source", "raw_name", "holder", "registered_at"),
        *("registered_by", "missing", "history", "withheld", "event", "copy", "device", "by_segl", "corrects", "found"),
        *("holds", "aside", "disputed"),
    }
)
"""Names in documents whose values are the program's own words, ids and times, or the sender's own name. Whatever is not
named here is people's text; `history` is made anew where something is withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A case from which something is withheld.

    Attributes:
        export: its entries without the payloads in which anything is withheld, its records with marks in the place of
            words.
        marks: what of which text.
        known: every text of people in the entries, as it was and as it goes out.
        words: names that stand nowhere any more.
        entries: how many entries go without their payload because of it.
        places: how many places are marked.
        readable: the entries as they would read with marks in the place of words; never signed, never written.
    """

    export: CaseExport
    marks: Marks
    known: frozenset[str]
    words: tuple[str, ...]
    entries: int
    places: int
    readable: tuple[StoredEntry, ...]

    def text(self, text: str) -> str:
        """A text as it goes out.

        One that stands in no entry as it is (joined, trimmed) is looked through for all that is withheld: rather too
        much than too little.
        """
        mark = withheld_mark()
        if text in self.known:
            return cut(text, self.marks.get(text, ()), mark)
        for whole, ranges in sorted(self.marks.items(), key=lambda item: -len(item[0])):
            inner = whole.strip()
            if (len(inner) < len(text) and inner in text) or inner == text:
                text = text.replace(inner, cut(whole, ranges, mark).strip())
        pattern = words_pattern(self.words)
        return pattern.sub(mark, text) if pattern is not None else text

    def document(self, document: dict[str, Any]) -> dict[str, Any]:
        """A document of the case, such as `case.json`, with what is withheld taken out, and a count of it."""
        found = {name: value if name in _OWN else self._walk(value, name) for name, value in document.items()}
        return {**found, "withheld": {"entries": self.entries, "places": self.places}}

    def _walk(self, value: Any, name: str) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._walk(one, name) for one in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"da", "en"} and name != "shown":
            # What a playbook says, in both languages.
            return value
        return {key: one if key in _OWN else self._walk(one, key) for key, one in value.items()}


def withheld_mark() -> str:
    """What stands in the place of withheld words, in the current language."""
    return _("[withheld]")


def withhold(export: CaseExport, choice: Withholding) -> Withheld:
    """Carry a choice out, in the current language.

    Raises:
        SpanUnknown: it names a place that the case does not have.
    """
    guide = export.record.guide
    pieces = pieces_of(export.entries, guide)
    marks = marks_of(choice, pieces)
    mark = withheld_mark()
    entries: list[StoredEntry] = []
    readable: list[StoredEntry] = []
    without: set[str] = set()
    places = 0
    for stored in export.entries:
        kind, payload = _said(stored)
        said = [(path, text) for path, text in texts_of(kind, payload, guide) if text in marks]
        if said or stored.id in choice.entries:
            without.add(stored.id)
            places += sum(len(marks[text]) for _path, text in said)
            entries.append(replace(stored, salt=None, payload=None))
            readable.append(replace(stored, payload=write_payload(_marked(payload, marks, mark))))
        else:
            entries.append(stored)
            readable.append(stored)
    record = replace(export.record, evidence=tuple(_evidence(piece, marks, mark) for piece in export.record.evidence))
    made = replace(export, entries=tuple(entries), record=record, history=tuple(_history(export, without)))
    return Withheld(
        export=made,
        marks=marks,
        known=frozenset(piece.text for piece in pieces) | {cut(text, ranges, mark) for text, ranges in marks.items()},
        words=choice.words,
        entries=len(without),
        places=places,
        readable=tuple(readable),
    )


def _said(stored: StoredEntry) -> tuple[str, Mapping[str, Any]]:
    try:
        entry = read(stored)
    except EntryInvalid:
        return "", {}
    return entry.header.kind, entry.payload or {}


def _marked(value: Any, marks: Marks, mark: str) -> Any:
    if isinstance(value, str):
        return cut(value, marks.get(value, ()), mark)
    if isinstance(value, Mapping):
        return {key: _marked(one, marks, mark) for key, one in value.items()}
    if isinstance(value, list):
        return [_marked(one, marks, mark) for one in value]
    return value


def _history(export: CaseExport, without: set[str]) -> Iterable[HistoryLine]:
    """Who opens an earlier bundle is told by the key alone: the name is on a card, and in no entry to be marked."""
    from store.cases.history import line as said_anew

    words = _("The content of this entry is withheld in this bundle.")
    stored = {entry.id: entry for entry in export.entries}
    for line in export.history:
        if line.entry in without:
            yield replace(line, words=words)
        elif line.kind in SEALED:
            anew = said_anew(stored[line.entry], flags=line.flags, guide=export.record.guide, authors={}, readers={})
            yield replace(line, words=anew.words)
        else:
            yield line


def _evidence(piece: Evidence, marks: Marks, mark: str) -> Evidence:
    """A piece with marks; a file name of which a part is withheld is no file's name any more, nor are its bytes."""
    changed: dict[str, Any] = {}
    for one in fields(piece):
        value = getattr(piece, one.name)
        if isinstance(value, str) and value in marks and one.name not in _OWN:
            changed[one.name] = cut(value, marks[value], mark)
        elif one.name == "custody":
            changed[one.name] = tuple(replace(event, move=_move(event.move, marks, mark)) for event in value)
        elif one.name in ("devices", "decisions"):
            changed[one.name] = tuple(
                replace(said, reason=cut(said.reason, marks.get(said.reason, ()), mark)) for said in value
            )
        elif one.name == "passes":
            changed[one.name] = tuple(_pass(said, marks, mark) for said in value)
        elif isinstance(value, tuple) and one.name not in ("missing", "checks", "looks"):
            changed[one.name] = tuple(cut(text, marks.get(text, ()), mark) for text in value)
    if "name" in changed:
        changed["raw_name"] = ""
    return replace(piece, **changed)


def _pass(said: PassEvent, marks: Marks, mark: str) -> PassEvent:
    return replace(
        said,
        asked_by=cut(said.asked_by, marks.get(said.asked_by, ()), mark),
        reference=cut(said.reference, marks.get(said.reference, ()), mark),
        name=cut(said.name, marks.get(said.name, ()), mark),
    )


def _move(move: Move, marks: Marks, mark: str) -> Move:
    def as_it_goes(text: str) -> str:
        return cut(text, marks.get(text, ()), mark)

    return replace(
        move,
        by=as_it_goes(move.by),
        to=as_it_goes(move.to),
        where=as_it_goes(move.where),
        receipt=as_it_goes(move.receipt),
        on=as_it_goes(move.on),
        how=as_it_goes(move.how),
        reason=as_it_goes(move.reason),
    )
