"""A size that is spoken or typed: a number of bytes and a letter by which every slip and every swap is noticed.

The check character is that of `store.evidence.dictation` (`docs/dictation.md`), written as a letter: a digit that is
typed without the blank before it would be one of the size, which counts ten times then.
"""

from __future__ import annotations

import re
from typing import Final

from guidance.language import _, current_language, ngettext
from store.entry import LARGEST_NUMBER
from store.evidence.dictation import SIGNS, check_character

LETTERS: Final = "HJNPQRUVWYABCDEFX"
"""For the values 0 to 16. None is read as a digit (O, I, L, S, Z) or as thousands of bytes (K, M, G, T). From 10 on
they are those of a Segl from before, whose digits are refused."""

_SLIPS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_UNIT: Final = re.compile(r"\s*BYTES?$")
_SIZE: Final = re.compile(
    r"(?P<number>[0-9]+|[1-9][0-9]{0,2}(?P<between>[., ])[0-9]{3}(?:(?P=between)[0-9]{3})*)"
    r"(?:[ .,-]*(?P<letter>[A-Z]))?",
    re.ASCII,
)
_OLDER: Final = re.compile(r"[0-9][0-9., ]* [0-9]", re.ASCII)


class SizeMisheard(ValueError):
    """A size that was typed can't be used.

    Attributes:
        words: why, in the current language.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def read_out_size(size: int) -> str:
    """A size as it is read out: its digits in threes, a blank between, and the check letter."""
    return f"{size:,} {_letter(str(size))}".replace(",", " ")


def hear_size(text: str, *, read_out: bool) -> int | None:
    """A number of bytes that was typed; None where nothing was.

    Digits may stand in threes with points, commas or blanks between, as Danes and others write thousands; 'byte' may
    stand behind, and case does not matter.

    Args:
        text: as it was typed.
        read_out: whether the digest has check characters: its size has its letter then, or 'byte' stands behind it.

    Raises:
        SizeMisheard: it is no size, larger than an entry can say, or its check letter says no.
    """
    said = " ".join(text.upper().split())
    plain = _UNIT.sub("", said)
    if not said:
        return None
    match = _SIZE.fullmatch(plain.translate(_SLIPS))
    if match is None:
        if _OLDER.fullmatch(plain.translate(_SLIPS)):
            raise SizeMisheard(
                _(
                    "A single digit behind a size is no part of it: a Segl from before reads out such a check digit. "
                    "Leave it out and write 'byte' behind the size."
                )
            )
        raise SizeMisheard(_misheard())
    digits = re.sub(r"[., ]", "", match["number"]).lstrip("0") or "0"
    if len(digits) > len(str(LARGEST_NUMBER)) or int(digits) > LARGEST_NUMBER:
        raise SizeMisheard(_("The size is larger than a file can be."))
    if match["letter"] and match["letter"] != _letter(digits):
        raise SizeMisheard(_misheard())
    if read_out and not match["letter"] and plain == said:
        raise SizeMisheard(
            _(
                "A size that is read out has a check letter behind it. Where there is none, write 'byte' behind the "
                "size."
            )
        )
    return int(digits)


def heard_size(size: int) -> str:
    """The number of bytes that was understood, in words."""
    between = "." if current_language() == "da" else ","
    words = ngettext("Heard: {size} byte", "Heard: {size} bytes", size)
    return words.format(size=f"{size:,}".replace(",", between))


def _misheard() -> str:
    return _("The size is not a number of bytes, or its check letter says that it is wrong.")


def _letter(digits: str) -> str:
    return LETTERS[SIGNS.index(check_character(digits))]
