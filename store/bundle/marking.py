"""Marking what is withheld, step by step, each step with its undo: what the screen does and nothing of how it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from store.bundle.known_names import KnownName, known_names
from store.bundle.withholding import Marks, Piece, Span, Withholding, fold, joined, marks_of, pieces_of, words_pattern
from store.model import CaseExport

_WORD: Final = re.compile(r"\S+")
_EDGE: Final = "\"'«»„“”‘’()[]{}<>.,;:!?…-–"
_MOST_UNDO: Final = 500

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is to be seen of one text: ranges that are withheld, and known names that are not."""

    withheld: tuple[Range, ...]
    names: tuple[Range, ...]


class Marking:
    """A choice that is being made.

    Args:
        export: the case.
        choice: what it begins with.
    """

    def __init__(self, export: CaseExport, choice: Withholding) -> None:
        self.pieces: tuple[Piece, ...] = pieces_of(export.entries, export.record.guide)
        self.names: tuple[KnownName, ...] = known_names(export, choice.concerned)
        self._pattern = words_pattern(one.text for one in self.names)
        self._before: list[Withholding] = []
        self._marks: Marks = {}
        self.choice = self._of_this_case(choice)
        self._look()

    def _of_this_case(self, choice: Withholding) -> Withholding:
        """Without places that the case does not have (any more): a draft may be older than an erased entry."""
        texts = {(place.entry, place.field): piece.text for piece in self.pieces for place in piece.places}
        entries = {entry for entry, _field in texts}
        spans = [span for span in choice.spans if span.end <= len(texts.get((span.entry, span.field), ""))]
        return replace(choice, spans=tuple(spans), entries=choice.entries & entries)

    def _look(self) -> None:
        self._marks = marks_of(self.choice, self.pieces)

    def _change(self, choice: Withholding) -> bool:
        if choice == self.choice:
            return False
        self._before = [*self._before[-_MOST_UNDO:], self.choice]
        self.choice = choice
        self._look()
        return True

    def undo(self) -> bool:
        """Take the last step back; False where there is none."""
        if not self._before:
            return False
        self.choice = self._before.pop()
        self._look()
        return True

    def seen(self, piece: Piece) -> Seen:
        """What is to be seen of a text."""
        withheld = self._marks.get(piece.text, ())
        names = [match.span() for match in self._pattern.finditer(piece.text)] if self._pattern else []
        left = [(start, end) for start, end in names if not any(a <= start and end <= b for a, b in withheld)]
        return Seen(withheld=withheld, names=tuple(left))

    @property
    def left(self) -> int:
        """How many places of known names are not withheld yet."""
        return sum(len(self.seen(piece).names) for piece in self.pieces)

    @property
    def places(self) -> int:
        """How many places are withheld."""
        return sum(len(self._marks.get(piece.text, ())) * len(piece.places) for piece in self.pieces)

    @property
    def entries(self) -> int:
        """How many entries go without their content."""
        touched = {place.entry for piece in self.pieces if piece.text in self._marks for place in piece.places}
        return len(touched | self.choice.entries)

    def is_withheld(self, piece: Piece, at: Range) -> bool:
        """Whether all of a range is withheld."""
        return any(start <= at[0] and at[1] <= end for start, end in self._marks.get(piece.text, ()))

    def toggle(self, piece: Piece, at: Range) -> bool:
        """Withhold a range of a text, or no longer; False where its name or entry withholds it: nothing changes."""
        own = self._own(piece)
        if not self.is_withheld(piece, at):
            return self._change(self._with(piece, joined([*own, at])))
        kept = [part for start, end in own for part in ((start, min(end, at[0])), (max(start, at[1]), end))]
        return self._change(self._with(piece, tuple((start, end) for start, end in kept if start < end)))

    def toggle_entry(self, piece: Piece) -> bool:
        """Withhold the whole entry in which a text first stood, or no longer."""
        entry = piece.places[0].entry
        return self._change(replace(self.choice, entries=self.choice.entries ^ {entry}))

    def toggle_name(self, piece: Piece, at: Range) -> str:
        """Withhold a name everywhere, or no longer: the known one that stands there, else the word; gives the name."""
        word = self.name_at(piece, at)
        if not word:
            return ""
        for one in self.choice.words:
            pattern = words_pattern((one,))
            if pattern is not None and pattern.fullmatch(word):
                word = one
                break
        self._change(self.choice.toggle_word(word))
        return word

    def name_at(self, piece: Piece, at: Range) -> str:
        """The longest known name over a range, as it is known; else the word without its punctuation."""
        found = ""
        for name in self.names:
            pattern = words_pattern((name.text,))
            for match in pattern.finditer(piece.text) if pattern else ():
                if match.start() < at[1] and at[0] < match.end() and len(name.text) > len(found):
                    found = name.text
        return found or piece.text[at[0] : at[1]].strip(_EDGE)

    def toggle_all_names(self) -> bool:
        """Withhold every known name everywhere; where all are, none of them any more."""
        known = {fold(name.text): name.text for name in self.names}
        chosen = {fold(word) for word in self.choice.words}
        if known.keys() <= chosen:
            words = tuple(word for word in self.choice.words if fold(word) not in known)
        else:
            words = (*self.choice.words, *(text for key, text in known.items() if key not in chosen))
        return self._change(replace(self.choice, words=words))

    def _own(self, piece: Piece) -> tuple[Range, ...]:
        places = {(place.entry, place.field) for place in piece.places}
        return joined((span.start, span.end) for span in self.choice.spans if (span.entry, span.field) in places)

    def _with(self, piece: Piece, ranges: tuple[Range, ...]) -> Withholding:
        places = {(place.entry, place.field) for place in piece.places}
        others = [span for span in self.choice.spans if (span.entry, span.field) not in places]
        first = piece.places[0]
        spans = [*others, *(Span(first.entry, first.field, start, end) for start, end in ranges)]
        return replace(self.choice, spans=tuple(sorted(spans)))


def words_in(text: str) -> tuple[Range, ...]:
    """The ranges of the words of a text, punctuation at their edges left out where a word is left."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        inner = word.strip(_EDGE)
        start = match.start() + (len(word) - len(word.lstrip(_EDGE)) if inner else 0)
        found.append((start, start + len(inner or word)))
    return tuple(found)
