"""The seed of the office key on paper: 24 words with a checksum (BIP-39), or their 96 digits in a square of dots.

A slip is named by its kind and, where that can be known, its place; what was meant is never guessed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.secret import Secret

if TYPE_CHECKING:
    from mnemonic import Mnemonic

WORDS: Final = 24
SEED_BYTES: Final = 32
_DIGITS: Final = 4

Slip = Literal["unknown-word", "too-few", "too-many", "checksum", "digits"]


class RecoveryWordsWrong(SeglError):
    """The words are not ones that were ever given out.

    Attributes:
        kind: what sort of slip it is.
        places: which words are on no list, from 1; or how many words there were.
    """

    code: ClassVar[str] = "recovery-words"
    exit_code: ClassVar[ExitCode] = ExitCode.LOCKED

    def __init__(self, kind: Slip, places: tuple[int, ...] = ()) -> None:
        super().__init__(kind, places)
        self.kind = kind
        self.places = places

    def diagnostics(self) -> Diagnostics:
        """Say which kind of slip it is, and never repeat a word."""
        numbers = ", ".join(map(str, self.places))
        match self.kind:
            case "unknown-word":
                happened = _("Not on the list of words: word number {places}.").format(places=numbers)
                todo = _("Look at that word on the paper, letter by letter: all words are English, a to z only.")
            case "too-few":
                happened = _("There are only {count} words; a recovery has 24.").format(count=numbers)
                todo = _("Type all of them, in the order of their numbers.")
            case "too-many":
                happened = _("There are {count} words; a recovery has 24.").format(count=numbers)
                todo = _("Type each word once, in the order of their numbers, without the numbers.")
            case "digits":
                happened = _("These are not the digits of a recovery: it has 96 of them.")
                todo = _("Read the square of dots once more, or type the words.")
            case "checksum":
                happened = _(
                    "All 24 words are on the list, but they do not fit together: one of them is another word of the "
                    "list, or two stand in the wrong order. Which, cannot be told."
                )
                todo = _("Compare each word and its number with the paper, from the first to the last.")
        return Diagnostics(
            happened=happened, safe=_("Nothing was changed. You can try as often as you like."), todo=todo
        )


def written(seed: Secret) -> tuple[str, ...]:
    """The 24 words of a seed of 32 bytes."""
    if len(seed) != SEED_BYTES:
        raise ValueError("a seed is 32 bytes")
    return tuple(_mnemonic().to_mnemonic(seed.reveal()).split())


def numbered(words: tuple[str, ...]) -> list[str]:
    """The words with their numbers, six lines of four; down the columns."""
    rows = len(words) // 4
    return [
        "  ".join(f"{row + column * rows + 1:>2} {words[row + column * rows]:<10}" for column in range(4)).rstrip()
        for row in range(rows)
    ]


def dotted(seed: Secret) -> str:
    """What stands in the square of dots: the place of each word on the list, from 0, in four digits."""
    places = _places()
    return "".join(f"{places[word]:04}" for word in written(seed))


def read(typed: Secret) -> Secret:
    """The seed of the words, or of the digits, as they were typed.

    Capitals, and how many blanks stand between words, do not matter.

    Raises:
        RecoveryWordsWrong: a slip; says of which kind.
    """
    text = typed.reveal().decode()
    if text.replace(" ", "").isdecimal():
        words = _from_digits(text.replace(" ", ""))
    else:
        words = text.lower().split()
    if unknown := tuple(number for number, word in enumerate(words, 1) if word not in _places()):
        raise RecoveryWordsWrong("unknown-word", unknown)
    if len(words) != WORDS:
        raise RecoveryWordsWrong("too-few" if len(words) < WORDS else "too-many", (len(words),))
    try:
        return Secret(bytes(_mnemonic().to_entropy(words)))
    except ValueError:
        # The library's own words would repeat ours.
        raise RecoveryWordsWrong("checksum") from None


def _from_digits(digits: str) -> list[str]:
    listed = _mnemonic().wordlist
    numbers = [int(digits[start : start + _DIGITS]) for start in range(0, len(digits), _DIGITS)]
    if not digits.isascii() or len(digits) != WORDS * _DIGITS or max(numbers) >= len(listed):
        raise RecoveryWordsWrong("digits")
    return [listed[number] for number in numbers]


@cache
def _mnemonic() -> Mnemonic:
    # Needed once in a vault's life; not before the first screen.
    from mnemonic import Mnemonic

    return Mnemonic("english")


@cache
def _places() -> dict[str, int]:
    return {word: place for place, word in enumerate(_mnemonic().wordlist)}
