"""A fingerprint as it is read aloud: eight groups of five digits, each with a check digit, so that a slip is caught.

Digits are the same in every language. 40 of them are 133 bits of the SHA-256 digest: nobody makes another key with the
same ones. The check digit is Damm's, which catches every single wrong digit and every two that changed places (H. M.
Damm, *Total anti-symmetrische Quasigruppen*, 2004).
"""

from __future__ import annotations

import base64
from typing import Final

GROUPS: Final = 8
_DIGITS: Final = 5

_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def digits(fingerprint: str) -> str:
    """The digits of a `SHA256:...` fingerprint, in groups with a blank between."""
    raw = base64.b64decode(fingerprint.removeprefix("SHA256:") + "=")
    plain = f"{int.from_bytes(raw, 'big') % 10 ** (GROUPS * _DIGITS):0{GROUPS * _DIGITS}}"
    parts = [plain[start : start + _DIGITS] for start in range(0, len(plain), _DIGITS)]
    return " ".join(part + _check(part) for part in parts)


def slips(typed: str) -> tuple[int, ...]:
    """Which groups of typed digits can't be right, by their check digit or their length, counted from 1."""
    return tuple(
        place
        for place, group in enumerate(typed.split(), start=1)
        if len(group) != _DIGITS + 1 or not (group.isascii() and group.isdigit()) or _check(group[:-1]) != group[-1]
    )


def same(typed: str, fingerprint: str) -> bool:
    """Whether what was heard or copied, as digits or as `SHA256:...`, is this fingerprint."""
    plain = "".join(typed.split())
    return plain in (fingerprint, digits(fingerprint).replace(" ", ""))


def _check(plain: str) -> str:
    interim = 0
    for digit in plain:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
