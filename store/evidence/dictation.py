"""A digest that is spoken or typed: groups, and check characters by which every slip and every swap is noticed.

The check character of a group is that of a pure system as ISO/IEC 7064 describes them, with modulus 17 and radix 2
(`docs/dictation.md`): the sum of value times 2 to the power of the place, counted from the right, leaves 1 modulo 17.
17 is a prime and no weight is a multiple of it, so a single wrong character always shows; neighbouring weights differ,
so two neighbours that changed places always show. The number of the group is summed in front of it, so that whole
groups that changed places show too; and in front of that the mark of the algorithm, so that each group says by its
check character which one it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

SIGNS: Final = "0123456789ABCDEFX"
"""The values 0 to 16; `X` is a check character only."""
Algorithm = Literal["sha256", "blake3"]
_NAMES: Final[dict[Algorithm, str]] = {"sha256": "SHA-256", "blake3": "BLAKE3"}
_MARKS: Final[dict[Algorithm, str]] = {"sha256": "", "blake3": "B"}
"""What is summed before the number of the group. The B adds 7 modulo 17, so that a group never holds for both."""
GROUP: Final = 4
GROUPS: Final = 16
_MODULUS: Final = 17
_DIGITS: Final = GROUP * GROUPS
_BETWEEN: Final = re.compile(r"[\s\-:.,;_]+")
_SAID: Final = re.compile(r"\s*(?:sha-?256|(?P<blake3>blake3))[\s:=]+", re.IGNORECASE)
_SLIPS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a digest that was typed.

    Attributes:
        hex: 64 lower-case digits; empty where it can't be one.
        algorithm: what the check characters, or a word in front, say that it is; empty where nothing does.
        checked: whether check characters came with it.
        wrong: the groups, from 1, that can't be right.
        signs: how many characters were typed, without what stands between.
    """

    hex: str = ""
    algorithm: Algorithm | Literal[""] = ""
    checked: bool = False
    wrong: tuple[int, ...] = ()
    signs: int = 0

    @property
    def digest(self) -> str:
        """`sha256:<hex>` or `blake3:<hex>`; it is a SHA-256 where nothing says otherwise. Empty where it is none."""
        return f"{self.algorithm or 'sha256'}:{self.hex}" if self.hex else ""


def check_character(characters: str) -> str:
    """The character that goes behind these, each one of `0-9A-F`.

    Raises:
        ValueError: another character is among them.
    """
    remainder = 0
    for character in characters:
        value = SIGNS.index(character)
        if value == _MODULUS - 1:
            raise ValueError("X is a check character only")
        remainder = (remainder + value) * 2 % _MODULUS
    return SIGNS[(1 - remainder) % _MODULUS]


def holds(characters: str) -> bool:
    """Whether the last character is the check character of those before it."""
    return len(characters) > 1 and set(characters) <= set(SIGNS) and _check_or_none(characters[:-1]) == characters[-1]


def read_out(digest: str) -> tuple[str, ...]:
    """A digest as it is read out: sixteen groups of four digits and a check character.

    Args:
        digest: `sha256:<hex>` or `blake3:<hex>`.

    Raises:
        ValueError: it is neither.
    """
    for algorithm, mark in _MARKS.items():
        if match := re.fullmatch(rf"{algorithm}:([0-9a-f]{{64}})", digest):
            parts = _grouped(match[1].upper(), GROUP)
            return tuple(part + check_character(mark + SIGNS[number] + part) for number, part in enumerate(parts))
    raise ValueError("neither sha256: nor blake3: and 64 hex digits")


def hear(text: str) -> Heard:
    """Understand what was typed: 64 digits, or sixteen groups with their check characters.

    Blanks, line breaks, dashes, colons, points, commas and case do not matter; O is read as 0, I and L as 1, and
    `sha256:` or `blake3:` may stand before it. Groups of an older Segl are those of a SHA-256, whatever it was: that
    one of them is a BLAKE3 has to stand before it.
    """
    match = _SAID.match(text)
    said: Algorithm | Literal[""] = "" if match is None else "blake3" if match["blake3"] else "sha256"
    parts = [part for part in _BETWEEN.split(text[match.end() if match else 0 :].upper().translate(_SLIPS)) if part]
    together = "".join(parts)
    signs = len(together)
    if signs == _DIGITS and "X" not in together:
        wrong = tuple(number for number, part in enumerate(_grouped(together, GROUP), 1) if not set(part) <= set(SIGNS))
        return Heard(hex="" if wrong else together.lower(), algorithm=said, wrong=wrong, signs=signs)
    groups = parts if len(parts) == GROUPS else _grouped(together, GROUP + 1)
    if len(groups) != GROUPS:
        return Heard(algorithm=said, signs=signs)
    may_be: tuple[Algorithm, ...] = ("sha256",) if said == "sha256" else ("sha256", "blake3")
    faults = {algorithm: _wrong_groups(groups, _MARKS[algorithm]) for algorithm in may_be}
    by_groups = min(may_be, key=lambda algorithm: len(faults[algorithm]))
    wrong = faults[by_groups]
    found = "" if wrong else "".join(group[:GROUP] for group in groups).lower()
    return Heard(hex=found, algorithm=said or by_groups, checked=True, wrong=wrong, signs=signs)


def _wrong_groups(groups: list[str], mark: str) -> tuple[int, ...]:
    return tuple(
        number
        for number, group in enumerate(groups, 1)
        if len(group) != GROUP + 1 or not holds(mark + SIGNS[number - 1] + group)
    )


def algorithm_of(digest: str) -> Algorithm:
    """The algorithm that a digest says."""
    return "blake3" if digest.startswith("blake3:") else "sha256"


def algorithm_name(digest: str) -> str:
    """The algorithm of a digest as people call it."""
    return _NAMES[algorithm_of(digest)]


def agreed(first: Heard, second: Heard) -> str:
    """The digest of which the same digits were typed twice; empty where one says another algorithm than the other."""
    said = {heard.algorithm for heard in (first, second) if heard.algorithm}
    return "" if len(said) > 1 else replace(first, algorithm=next(iter(said), "")).digest


def differing(first: str, second: str) -> tuple[int, ...]:
    """The groups of four, from 1, in which two digests of 64 hex digits differ."""
    pairs = zip(_grouped(first, GROUP), _grouped(second, GROUP), strict=True)
    return tuple(number for number, (one, other) in enumerate(pairs, 1) if one != other)


def _check_or_none(characters: str) -> str | None:
    try:
        return check_character(characters)
    except ValueError:
        return None


def _grouped(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]
