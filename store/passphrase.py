"""How hard a passphrase is to guess, in words, and phrases to offer instead.

The estimate is what the cheapest way of putting the text together would cost a guesser who knows these word lists,
names, keyboard rows, repeats and years; it is a judgement, not a proof, and it errs to the low side for letters that
are truly random. Nobody needs it for a generated phrase: there the bits are counted.
"""

from __future__ import annotations

import math
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import ClassVar, Final, Literal

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.secret import Secret

MIN_CHARACTERS: Final = 12
MIN_BITS: Final = 30
OFFERED_WORDS: Final = 6

# Longer texts are judged by their beginning; that is past any floor, and keeps the work small while typing.
_JUDGED: Final = 128
_LONGEST_WORD: Final = 14
_COMMON_BITS: Final = 7.0
_KNOWN_BITS: Final = 2.0
_REPEAT_BITS: Final = 3.0
_ROW_BITS: Final = 4.0
_YEAR_BITS: Final = 7.0
_ROWS: Final = ("qwertyuiopå", "asdfghjklæø", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyzæøå")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_VOWELS: Final = frozenset("aeiouyæøåäöéü")
_CLUSTERS: Final = re.compile(
    r"[bfgkp][lr]|[dt]r|s[hjklmnptv]|ch|ck|gn|h[jv]|k[ns]|l[dkst]|mp|n[dgkst]|ph|r[dkmnst]|t[hsv]|w[hr]|(.)\1"
)
_LOOKS_LIKE: Final = str.maketrans("013457@$!", "oieastasi")


class Level(StrEnum):
    """How strong, for people; the bits behind it stand in `Strength`."""

    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    STRONG = "strong"

    def words(self) -> str:
        """In the current language."""
        match self:
            case Level.WEAK:
                return _("too weak: it would be guessed")
            case Level.FAIR:
                return _("fair: another word makes it good")
            case Level.GOOD:
                return _("good")
            case Level.STRONG:
                return _("strong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What an estimate says.

    Attributes:
        bits: the binary logarithm of the guesses it would take, rounded down.
        characters: how long the text is.
    """

    bits: int
    characters: int

    @property
    def level(self) -> Level:
        """In steps: the floor is weak, and a generated phrase of six words is good."""
        if self.characters < MIN_CHARACTERS or self.bits < MIN_BITS:
            return Level.WEAK
        return Level.FAIR if self.bits < 50 else Level.GOOD if self.bits < 70 else Level.STRONG


class PassphraseWeak(SeglError):
    """Too short, or too easily guessed, to make a vault with."""

    code: ClassVar[str] = "passphrase-weak"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, strength: Strength) -> None:
        super().__init__(strength)
        self.strength = strength

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        if self.strength.characters < MIN_CHARACTERS:
            happened = _("The passphrase is too short: at least {count} characters.").format(count=MIN_CHARACTERS)
        else:
            happened = _("The passphrase is too easily guessed: common words, names, repeats or rows of keys.")
        return Diagnostics(
            happened=happened,
            safe=_("Nothing was changed."),
            todo=_("Take four or more words that do not belong together, or one of the phrases that Segl offers."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A generated phrase.

    Attributes:
        text: words with single spaces between them.
        bits: how many the choice was made of; exact, rounded down.
    """

    text: str = field(repr=False)
    bits: int


def estimate(passphrase: str, *, known: Sequence[str] = ()) -> Strength:
    """Judge a passphrase.

    Args:
        passphrase: as typed.
        known: what anybody near would try first: the counsellor's name, the office.
    """
    text = unicodedata.normalize("NFC", passphrase)
    return Strength(bits=int(_cheapest(text[:_JUDGED], _known(known))), characters=len(text))


def require_strong(passphrase: Secret, *, known: Sequence[str] = ()) -> None:
    """Refuse what is shorter than twelve characters or obviously weak.

    Raises:
        PassphraseWeak: it is.
    """
    strength = estimate(passphrase.reveal().decode(), known=known)
    if strength.level is Level.WEAK:
        raise PassphraseWeak(strength)


def offer(
    language: Literal["da", "en"],
    *,
    words: int = OFFERED_WORDS,
    choose: Callable[[Sequence[str]], str] = secrets.choice,
) -> Offer:
    """A phrase of random words: six of the Danish list are 57 bits."""
    there = word_list(language)
    return Offer(text=" ".join(choose(there) for _word in range(words)), bits=int(words * math.log2(len(there))))


@cache
def word_list(name: Literal["da", "en", "common"]) -> tuple[str, ...]:
    """One of the lists, sorted, each word once."""
    return tuple(resources.files("store.words").joinpath(f"{name}.txt").read_text(encoding="utf-8").split())


@cache
def _costs() -> dict[str, float]:
    plain = {word: math.log2(len(word_list(name))) for name in ("en", "da") for word in word_list(name)}
    return plain | dict.fromkeys(word_list("common"), _COMMON_BITS)


def _known(known: Sequence[str]) -> frozenset[str]:
    return frozenset(part for text in known for part in re.findall(r"\w{3,}", text.casefold()))


def _cheapest(text: str, known: frozenset[str]) -> float:
    """The cheapest way of putting a text together from characters, words, repeats, rows and years."""
    lower = text.lower()
    disguised = lower.translate(_LOOKS_LIKE)
    best = [0.0]
    for end in range(1, len(lower) + 1):
        cost = best[end - 1] + _character(lower, end - 1)
        for start in range(max(0, end - _LONGEST_WORD), end - 2):
            cost = min(cost, best[start] + _piece(lower, disguised, start, end, known))
        best.append(cost)
    capitals = sum(character.isupper() for character in text)
    return best[-1] + min(capitals, 3)


def _character(text: str, place: int) -> float:
    character = text[place]
    before = text[place - 1] if place else ""
    if character == before:
        return 0.5
    if character.isspace():
        return 0.5
    if character.isdigit():
        return math.log2(10)
    if not character.isalpha():
        return 4.0
    # Within a word a letter is half foreseen by the ones before it; in a heap of consonants it is not.
    pair = before + character
    within = before.isalpha() and (not _VOWELS.isdisjoint(pair) or _CLUSTERS.fullmatch(pair) is not None)
    return 2.3 if within else math.log2(26)


def _piece(text: str, disguised: str, start: int, end: int, known: frozenset[str]) -> float:
    piece, plain = text[start:end], disguised[start:end]
    disguise = 0.0 if piece == plain else 1.0
    if piece in known or plain in known:
        return _KNOWN_BITS
    costs = [_costs().get(piece, math.inf), _costs().get(plain, math.inf) + disguise]
    if text.find(piece, 0, end - 1) >= 0:
        costs.append(_REPEAT_BITS)
    if _YEAR.fullmatch(piece):
        costs.append(_YEAR_BITS)
    if any(piece in row or piece[::-1] in row for row in _ROWS):
        costs.append(_ROW_BITS)
    return min(costs)
