"""Which signs the fonts of `report.pdf` can draw. What they can't is shown by its number: it must not vanish."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from typing import Final

_FONTS: Final = Path(__file__).with_name("fonts")


class Glyphs:
    """What can be drawn, and how much could not.

    Attributes:
        replaced: how many signs stand by their number in what `drawable` gave so far.
    """

    def __init__(self, ranges: tuple[tuple[int, int], ...]) -> None:
        """From ranges of code points, both ends included, ascending."""
        self._starts = [start for start, _end in ranges]
        self._ends = [end for _start, end in ranges]
        self.replaced = 0

    @classmethod
    def load(cls) -> Glyphs:
        """From `fonts/drawable.txt`: two hexadecimal numbers a line."""
        lines = (_FONTS / "drawable.txt").read_text(encoding="ascii").splitlines()
        return cls(tuple((int(start, 16), int(end, 16)) for start, end in (line.split() for line in lines)))

    def can_draw(self, sign: str) -> bool:
        """Whether both weights of the font have it."""
        code = ord(sign)
        place = bisect_right(self._starts, code) - 1
        return place >= 0 and code <= self._ends[place]

    def drawable(self, text: str) -> str:
        """The text with `[U+65E5]` for each sign that can't be drawn. Tabs and line breaks stay."""
        if text.isascii():
            return text
        # Few different signs make a text: what each becomes is asked once.
        instead = {
            ord(sign): f"[U+{ord(sign):04X}]" for sign in set(text) if sign not in "\t\n" and not self.can_draw(sign)
        }
        if not instead:
            return text
        self.replaced += sum(ord(sign) in instead for sign in text)
        return text.translate(instead)
