"""Phrases to remember: made from common words, and a careful estimate of how well a passphrase holds.

The estimate is for a person choosing one, not a proof: it counts what somebody would try who knows how people choose.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from guidance.language import Language

WORDS: Final = 6
"""How many words a made phrase has: about 56 bits, which with the cost of one try (a second) holds for centuries."""

_FOLDER: Final = Path(__file__).parent / "words"
_WORD_BITS: Final = 9.0
"""What a common word is worth when it stands among others."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopå", "asdfghjklæø", "zxcvbnm", "01234567890")


class Grade(IntEnum):
    """How well a passphrase holds."""

    WEAK = 1
    FAIR = 2
    GOOD = 3
    STRONG = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """An estimate.

    Attributes:
        bits: how many halvings of the work a guesser has to do, about.
        grade: what that means for a vault that somebody may carry away.
    """

    bits: float
    grade: Grade


@cache
def words(language: Language) -> tuple[str, ...]:
    """The common words of a language, a to z: every keyboard of the house can type them."""
    return tuple((_FOLDER / f"{language}.txt").read_text(encoding="ascii").split())


def make(language: Language, *, count: int = WORDS, choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A phrase of random words with a space between them."""
    return " ".join(choose(words(language)) for _number in range(count))


def strength(phrase: str) -> Strength:
    """Estimate how well a passphrase holds.

    Repeated signs, runs of the keyboard or the alphabet, and repeated words count for little; a common word counts as
    one choice among some hundred and not by its letters.
    """
    pieces = {piece.casefold(): piece for piece in phrase.split()}
    bits = sum(_piece_bits(piece) for piece in pieces.values())
    if bits < 45:
        grade = Grade.WEAK
    elif bits < 54:
        grade = Grade.FAIR
    elif bits < 70:
        grade = Grade.GOOD
    else:
        grade = Grade.STRONG
    return Strength(bits=bits, grade=grade)


def _piece_bits(piece: str) -> float:
    if piece.casefold() in words("da") or piece.casefold() in words("en"):
        return _WORD_BITS
    kinds = (
        26 * any(letter.islower() for letter in piece)
        + 26 * any(letter.isupper() for letter in piece)
        + 10 * any(letter.isdigit() for letter in piece)
        + 20 * any(not letter.isalnum() for letter in piece)
    )
    longest = max((len(run) for run in _LETTERS.findall(piece)), default=0)
    by_letters = math.log2(max(kinds, 2)) * (0.6 if longest > 3 else 0.9) * _surprises(piece.casefold())
    return min(by_letters, _WORD_BITS + 2 + max(len(piece) - 9, 0)) if piece.isalpha() else by_letters


def _surprises(piece: str) -> int:
    """How many signs do not follow from the one before."""
    surprises = 1
    for before, after in pairwise(piece):
        follows = before == after or any(before + after in run or after + before in run for run in _RUNS)
        surprises += not follows
    return surprises
