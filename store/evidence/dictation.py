"""A digest that is spoken or typed: groups, and check characters by which every slip and every swap is noticed.

The check character of a group is that of a pure system as ISO/IEC 7064 describes them, with modulus 17 and radix 2
(`docs/dictation.md`): the sum of value times 2 to the power of the place, counted from the right, leaves 1 modulo 17.
17 is a prime and no weight is a multiple of it, so a single wrong character always shows; neighbouring weights differ,
so two neighbours that changed places always show. The number of the group is the first character of what is summed, so
that whole groups that changed places show too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from store.entry import LARGEST_NUMBER

SIGNS: Final = "0123456789ABCDEFX"
"""The values 0 to 16; `X` is a check character only."""
GROUP: Final = 4
GROUPS: Final = 16
_MODULUS: Final = 17
_DIGITS: Final = GROUP * GROUPS
_LONGEST: Final = len(str(LARGEST_NUMBER))
_PLAIN_SIZE: Final = re.compile(rf"[0-9]{{1,{_LONGEST}}}", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s\-:.,;_]+")
_SLIPS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a digest that was typed.

    Attributes:
        hex: 64 lower-case digits; empty where it can't be one.
        checked: whether check characters came with it.
        wrong: the groups, from 1, that can't be right.
        signs: how many characters were typed, without what stands between.
    """

    hex: str = ""
    checked: bool = False
    wrong: tuple[int, ...] = ()
    signs: int = 0


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
        ValueError: it has not 64 hex digits.
    """
    digits = digest.rpartition(":")[2].upper()
    if not re.fullmatch(r"[0-9A-F]{64}", digits):
        raise ValueError("not 64 hex digits")
    parts = _grouped(digits, GROUP)
    return tuple(part + check_character(SIGNS[number] + part) for number, part in enumerate(parts))


def read_out_size(size: int) -> str:
    """A size as it is read out: its decimal digits and a check character, a blank between."""
    return f"{size} {check_character(str(size))}"


def hear(text: str) -> Heard:
    """Understand what was typed: 64 digits, or sixteen groups with their check characters.

    Blanks, line breaks, dashes, colons, points, commas and case do not matter; O is read as 0, I and L as 1, and
    `sha256:` may stand before it.
    """
    plain = re.sub(r"^\s*(?:sha-?256|blake3)\s*[:=]", "", text, flags=re.IGNORECASE)
    parts = [part for part in _BETWEEN.split(plain.upper().translate(_SLIPS)) if part]
    together = "".join(parts)
    signs = len(together)
    if signs == _DIGITS and "X" not in together:
        wrong = tuple(number for number, part in enumerate(_grouped(together, GROUP), 1) if not set(part) <= set(SIGNS))
        return Heard(hex="" if wrong else together.lower(), wrong=wrong, signs=signs)
    groups = parts if len(parts) == GROUPS else _grouped(together, GROUP + 1)
    if len(groups) != GROUPS:
        return Heard(signs=signs)
    wrong = tuple(
        number
        for number, group in enumerate(groups, 1)
        if len(group) != GROUP + 1 or not holds(SIGNS[number - 1] + group)
    )
    found = "" if wrong else "".join(group[:GROUP] for group in groups).lower()
    return Heard(hex=found, checked=True, wrong=wrong, signs=signs)


def hear_size(text: str) -> int | None:
    """A size that was read out, its check character behind it.

    Raises:
        ValueError: it is none, larger than an entry can say, or the check character says no.
    """
    plain = _BETWEEN.sub("", text.upper().translate(_SLIPS))
    if not plain:
        return None
    if not re.fullmatch(rf"[0-9]{{1,{_LONGEST}}}[0-9A-FX]", plain) or not holds(plain):
        raise ValueError("not a size with its check character")
    return _bounded(plain[:-1])


def plain_size(text: str) -> int | None:
    """A size that was typed as a number and nothing else; None where it is not that.

    Raises:
        ValueError: it is larger than an entry can say.
    """
    return _bounded(text) if _PLAIN_SIZE.fullmatch(text) else None


def _bounded(digits: str) -> int:
    if int(digits) > LARGEST_NUMBER:
        raise ValueError("larger than a file can be")
    return int(digits)


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
