"""Verifying Ed25519 signatures (RFC 8032): one way, for entries, checkpoints and documents alike.

OpenSSL takes any 32 bytes that decode to a point. Under a point of low order a signature of zeros holds for every
message, so that such a key is nobody's; and a point can be written in a second way that is no key of anybody's either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_SIZE: Final = 32
_P: Final = 2**255 - 19
_Y: Final = 2**255 - 1
_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_LOW_ORDER: Final = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
"""The y coordinates of the eight points whose order divides the cofactor."""


def is_key(public_key: bytes) -> bool:
    """Whether somebody can have made this key: 32 bytes, written the one way, no point of low order."""
    y = int.from_bytes(public_key, "little") & _Y
    return len(public_key) == KEY_SIZE and y < _P and y not in _LOW_ORDER


def verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is over this message by this key."""
    key = _key(public_key)
    if key is None:
        return False
    try:
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _key(public_key: bytes) -> Ed25519PublicKey | None:
    # An import has thousands of signatures by a few keys.
    if not is_key(public_key):
        return None
    try:
        return Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        return None
