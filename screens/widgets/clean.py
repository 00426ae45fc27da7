"""A filter for every line that is drawn: nothing a person wrote may steer the terminal or turn the reading order."""

from __future__ import annotations

import re
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, delete, C1
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi marks, embeddings, invisible signs
    "\U000e0000-\U000e007f]"  # tag characters
)
"""What is taken out. The zero-width joiners U+200C and U+200D stay: they carry meaning and draw nothing."""


def clean(text: str) -> str:
    """The text without characters that steer a terminal or the reading order."""
    return text if text.isascii() and text.isprintable() else STEERING.sub("", text)


class CleanLines(LineFilter):
    """Strips steering characters and terminal hyperlinks from every segment, whichever widget drew it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(_is_harmless(segment) for segment in segments):
            return segments
        return [_clean_segment(segment) for segment in segments]


def _is_harmless(segment: Segment) -> bool:
    text, style, _control = segment
    return text.isascii() and text.isprintable() and (style is None or not style.link)


def _clean_segment(segment: Segment) -> Segment:
    text, style, control = segment
    cleaned = clean(text)
    if style is not None and style.link:
        style = style.update_link(None)
    elif cleaned is text or cleaned == text:
        return segment
    return Segment(cleaned, style, control)
