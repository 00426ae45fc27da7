"""What a person withholds from a bundle: words of the texts that stand in the entries of a case.

All text of a case comes from the payloads of its entries, so that is where it is marked: a `Piece` is one text with
every place in which it stands word for word. Marking it marks it everywhere, and an entry in which anything is marked
goes out without its payload. `store.bundle.withheld` makes the rest follow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from guidance.guide import Guide
from guidance.model import FactType
from store.bundle.entry_fields import Holds, holds
from store.entry import EntryInvalid
from store.journal import read
from store.model import CaseExport, StoredEntry

_OWN_WORD: Final = re.compile(r"(?:[a-z0-9-]{1,16}:)?[0-9a-f]{32,}|")
_LETTER: Final = r"[^\W\d_]"

Field = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text stands.

    Attributes:
        entry: id of the entry.
        kind: of the entry, e.g. `note.added`.
        field: in its payload, e.g. `text`, `facts.police.decision.reference`, `accounts[0]`.
        at: when the entry says it was written.
    """

    entry: str
    kind: str
    field: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text of the case, with every place where exactly it stands; the first place is the earliest."""

    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (code points, from 0, `end` not among them) of one field of one entry."""

    entry: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """What a person decided to withhold.

    Attributes:
        concerned: id of the person of the case for whom the bundle is; empty where nobody of the case is.
        spans: single places.
        entries: ids of entries that are withheld whole, with every text in them.
        words: names withheld wherever they stand, in any letter case and in the genitive.
        names_stay: a person has said that known names which are not marked may go out.
    """

    concerned: str = ""
    spans: tuple[Span, ...] = ()
    entries: frozenset[str] = field(default_factory=frozenset)
    words: tuple[str, ...] = ()
    names_stay: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is withheld."""
        return not (self.spans or self.entries or self.words)

    def toggle_word(self, word: str) -> Withholding:
        """With a name withheld everywhere, or no longer."""
        word = " ".join(word.split())
        kept = tuple(one for one in self.words if fold(one) != fold(word))
        return replace(self, words=kept if len(kept) < len(self.words) or not word else (*kept, word))


Marks = Mapping[str, tuple[tuple[int, int], ...]]
"""Text -> the ranges of it that are withheld, ascending, apart from one another."""


def pieces_of(entries: Iterable[StoredEntry], guide: Guide) -> tuple[Piece, ...]:
    """Every text of people that stands in the entries, in the order in which it first stood there."""
    found: dict[str, list[Place]] = {}
    for stored in entries:
        try:
            entry = read(stored)
        except EntryInvalid:
            continue
        for path, text in texts_of(entry.header.kind, entry.payload or {}, guide):
            place = Place(entry=entry.id, kind=entry.header.kind, field=path, at=entry.header.claimed_at)
            found.setdefault(text, []).append(place)
    return tuple(Piece(text=text, places=tuple(places)) for text, places in found.items())


def texts_of(kind: str, payload: Mapping[str, Any], guide: Guide) -> Iterator[Field]:
    """(field, text) of what people wrote in the payload of an entry of this kind."""
    for key, value in payload.items():
        match holds(kind, key):
            case Holds.FACTS if isinstance(value, Mapping):
                for fact, said in value.items():
                    spec = guide.specs.get(fact)
                    if isinstance(said, str) and (spec is None or spec.type is FactType.TEXT):
                        yield from _text(f"facts.{fact}", said)
            case Holds.OWN:
                continue
            case _:
                yield from _texts(key, value)


def _texts(path: str, value: Any) -> Iterator[Field]:
    if isinstance(value, str):
        yield from _text(path, value)
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _texts(f"{path}.{key}", below)
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from _texts(f"{path}[{place}]", below)


def _text(path: str, text: str) -> Iterator[Field]:
    if text.strip() and not _OWN_WORD.fullmatch(text):
        yield path, text


def marks_of(choice: Withholding, pieces: Iterable[Piece]) -> Marks:
    """What of which text is withheld.

    Raises:
        SpanUnknown: a span names an entry or field that is not there, or characters that the text does not have.
    """
    from store.bundle.choice_errors import SpanUnknown

    pieces = tuple(pieces)
    wanted: dict[Field, list[tuple[int, int]]] = {}
    for span in choice.spans:
        wanted.setdefault((span.entry, span.field), []).append((span.start, span.end))
    pattern = words_pattern(choice.words)
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    known: set[str] = set()
    for piece in pieces:
        ranges: list[tuple[int, int]] = []
        for place in piece.places:
            known.add(place.entry)
            ranges += wanted.pop((place.entry, place.field), [])
            if place.entry in choice.entries:
                ranges.append((0, len(piece.text)))
        if any(not 0 <= start < end <= len(piece.text) for start, end in ranges):
            raise SpanUnknown(piece.places[0].entry, piece.places[0].field)
        if pattern is not None:
            ranges += [match.span() for match in pattern.finditer(piece.text)]
        if ranges:
            found[piece.text] = _over_blanks(piece.text, joined(ranges))
    for entry, path in wanted:
        raise SpanUnknown(entry, path)
    for entry in choice.entries - known:
        raise SpanUnknown(entry, "")
    return found


def joined(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def _over_blanks(text: str, ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Ranges with nothing but blanks between them are one: how many names a name has is nobody's business."""
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        if found and not text[found[-1][1] : start].strip(" \t"):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return tuple(found)


def cut(text: str, ranges: Iterable[tuple[int, int]], mark: str) -> str:
    """The text with `mark` in the place of each range; how long what stood there was can't be seen."""
    parts, at = [], 0
    for start, end in ranges:
        parts += [text[at:start], mark]
        at = end
    return "".join((*parts, text[at:]))


def fold(text: str) -> str:
    """A name as it is compared."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def words_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """What finds the names in a text: whole words, in any letter case, with a genitive; None where there are none.

    A digit, a full stop or a line below ends a name too: `ida` is found in `ida_2010` and in `ida.holm@skole.example`.
    Letters with their accents apart (NFD, as some phones and file systems write å) are found as well.
    """
    # The longest first: what is taken by 'Ida Holm' is not left over by 'Ida'.
    forms = {" ".join(form.split()) for word in words for form in _forms(word)} - {""}
    if not forms:
        return None
    alternatives = (r"\s+".join(re.escape(part) for part in form.split()) for form in sorted(forms, key=len)[::-1])
    ending = r"(?:['\u2019]?s|['\u2019])?"
    return re.compile(rf"(?<!{_LETTER})(?:{'|'.join(alternatives)}){ending}(?!{_LETTER})", re.IGNORECASE)


def _forms(word: str) -> tuple[str, str]:
    return unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)


def unmarked(export: CaseExport, choice: Withholding, words: Iterable[str]) -> tuple[str, ...]:
    """Which of the words still stand somewhere where nothing withholds them, in the order given."""
    pieces = pieces_of(export.entries, export.record.guide)
    marks = marks_of(choice, pieces)
    left = [cut(piece.text, marks.get(piece.text, ()), "\n") for piece in pieces]
    found = []
    for word in words:
        pattern = words_pattern((word,))
        if pattern is not None and any(pattern.search(text) for text in left):
            found.append(word)
    return tuple(found)
