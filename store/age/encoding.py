"""The two text encodings of the format: Bech32 for keys, unpadded canonical base64 for everything else."""

from __future__ import annotations

import binascii
import re
from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*")


def base64_encode(data: bytes) -> bytes:
    """Standard base64 without padding (RFC 4648, section 4; age.md, 'Conventions')."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def base64_decode(text: bytes) -> bytes:
    """Decode unpadded base64 that is written the one canonical way.

    Raises:
        ValueError: another character, padding, an impossible length or bits that are not zero at the end.
    """
    if _BASE64.fullmatch(text) is None:
        raise ValueError("not unpadded base64")
    data = binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    if base64_encode(data) != text:
        raise ValueError("base64 is not canonical")
    return data


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                checksum ^= generator
    return checksum


def _expanded(prefix: str) -> list[int]:
    return [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]


def _regroup(values: bytes | list[int], width: int, to_width: int, *, pad: bool) -> list[int]:
    accumulator = bits = 0
    groups: list[int] = []
    mask = (1 << to_width) - 1
    for value in values:
        accumulator = accumulator << width | value
        bits += width
        while bits >= to_width:
            bits -= to_width
            groups.append(accumulator >> bits & mask)
        accumulator &= (1 << bits) - 1
    if pad:
        if bits:
            groups.append(accumulator << to_width - bits & mask)
    elif bits >= width or accumulator:
        raise ValueError("bech32 padding is not canonical")
    return groups


def bech32_encode(prefix: str, data: bytes) -> str:
    """Bech32 in lower case, of any length (BIP 173 without its length limit, as age.md says)."""
    values = _regroup(data, 8, 5, pad=True)
    checksum = _polymod([*_expanded(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [checksum >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in values)


def bech32_decode(text: str) -> tuple[str, bytes]:
    """The prefix, in the case it was written in, and the data.

    Raises:
        ValueError: mixed case, a foreign character, a wrong checksum or padding. The text is not repeated in it.
    """
    # There are letters elsewhere that become one of these when they are lowered: the Kelvin sign a k.
    if not text.isascii():
        raise ValueError("bech32 has a character that does not belong")
    if text not in (text.lower(), text.upper()):
        raise ValueError("bech32 mixes upper and lower case")
    prefix, separator, rest = text.rpartition("1")
    if not separator or not prefix or len(rest) < 6 or not all("!" <= character <= "~" for character in prefix):
        raise ValueError("not bech32")
    try:
        values = [_VALUES[character] for character in rest.lower()]
    except KeyError:
        raise ValueError("bech32 has a character that does not belong") from None
    if _polymod([*_expanded(prefix.lower()), *values]) != 1:
        raise ValueError("bech32 checksum is wrong")
    return prefix, bytes(_regroup(values[:-6], 5, 8, pad=False))
