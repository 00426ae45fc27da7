"""Text from people, made harmless to show: what would steer a terminal or turn a line round is made visible instead."""

from __future__ import annotations

import re
from typing import Final

_INVISIBLE: Final = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction of writing
    r"\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # no width, line and paragraph separators
    r"\ud800-\udfff\U000e0000-\U000e0fff"  # halves of pairs, tags
)
_UNSAFE: Final = re.compile(f"[{_INVISIBLE}]")
_CONTROL_PICTURES: Final = 0x2400
_DELETE: Final = 0x7F


def visible(text: str) -> str:
    """The text with each control or direction character replaced by a sign that shows it; newlines and tabs stay.

    U+200C and U+200D stay: several scripts need them, and they steer nothing.
    """
    return visible_counted(text)[0]


def visible_counted(text: str, *, at_most: int = 0) -> tuple[str, int]:
    """The same, and how many characters were replaced.

    Args:
        text: from people.
        at_most: where it is not 0, no more than so many are replaced: who asks so refuses a text that has as many.
    """
    if text.isascii() and text.isprintable():
        # Ids, times and kinds, which are most of a document.
        return text, 0
    return _UNSAFE.subn(_picture, text.replace("\r\n", "\n"), count=at_most)


def one_line(text: str) -> str:
    """The text as `visible` makes it, on one line."""
    return " ".join(visible(text).split())


def count_unsafe(text: str) -> int:
    """How many characters `visible` would replace."""
    return visible_counted(text)[1]


def escape_json(document: str) -> str:
    """JSON with the same characters escaped, so that showing the file in a terminal steers nothing."""
    return _UNSAFE.sub(_escape, document)


def _picture(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number < 0x20:
        return chr(_CONTROL_PICTURES + number)
    if number == _DELETE:
        return "\u2421"
    if 0xD800 <= number <= 0xDFFF:
        return "\ufffd"
    return f"[U+{number:04X}]"


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number > 0xFFFF:
        number -= 0x10000
        return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"
    return f"\\u{number:04x}"
