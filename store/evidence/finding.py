"""What is looked for in a register: a number, words, or how a checksum begins."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LEAST_DIGITS: Final = 4
"""Of a checksum: with fewer, words that happen to be made of the letters a to f would find pieces at random."""

_NUMBERS: Final = re.compile(
    r"E?-?([1-9][0-9]{0,5})(?:\s*[-\N{EN DASH}]\s*E?-?([1-9][0-9]{0,5}))?", re.ASCII | re.IGNORECASE
)
_DIGEST: Final = re.compile(rf"(?:(?:sha256|blake3):)?[0-9a-f]{{{LEAST_DIGITS},64}}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a piece is found by. Any one of the three is enough; where none is said, every piece is meant.

    Attributes:
        words: as `fold` gives them; all of them stand in what is written of the piece, each also as a part of a word.
        numbers: the first and the last number.
        digest: how the digest begins: hex digits, after `sha256:` or `blake3:` where that was said.
    """

    words: tuple[str, ...] = ()
    numbers: tuple[int, int] | None = None
    digest: str = ""


EVERY_PIECE: Final = Wanted()


def fold(text: str) -> str:
    """Text as it is compared: however its letters are put together, and whether they are capitals or not."""
    return unicodedata.normalize("NFC", text).lower()


def wanted_by(text: str) -> Wanted:
    """What is meant by a text that somebody typed: all that it can mean."""
    return Wanted(words=tuple(dict.fromkeys(fold(text).split())), numbers=read_numbers(text), digest=read_begin(text))


def read_numbers(text: str) -> tuple[int, int] | None:
    """The first and the last number of `E12`, `12` or `E10-E20`; None where it is none of these."""
    said = _NUMBERS.fullmatch(text.strip())
    if said is None:
        return None
    first = int(said[1])
    last = int(said[2] or first)
    return min(first, last), max(first, last)


def read_begin(text: str) -> str:
    """How a digest begins, in small letters and without blanks; empty where it can't be a digest."""
    said = "".join(text.split()).lower()
    return said if _DIGEST.fullmatch(said) else ""
