"""What the age vectors of our own are put together from, by hand and from the specification."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from store.age import generate_hybrid
from tests.store.age import kit

HYBRID: Final = generate_hybrid(lambda size: hashlib.shake_256(b"mine").digest(size))
OTHER: Final = generate_hybrid(lambda size: hashlib.shake_256(b"another's").digest(size))
LOW_ORDER: Final = bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")
"""A point of order 8 (RFC 7748 leaves it to the user to refuse the zero secret that it gives)."""

Change = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One vector.

    Attributes:
        file: its bytes.
        expect: `success`, or the class of the failure.
        key: `hybrid`, `x25519` or `passphrase`.
        armored: whether it is said to be in text form.
        gives: what comes out of it; of a failing payload the chunks before what is wrong.
        why: what is special about it.
    """

    file: Callable[[], bytes]
    why: str
    expect: str = "success"
    key: str = "hybrid"
    armored: bool = False
    gives: bytes = b"age"


def hybrid(
    identity: object = HYBRID,
    *,
    name: bytes = b"mlkem768x25519",
    enc: Change = lambda enc: enc,
    body: Change = lambda body: body,
    written: Change = lambda share: share,
    lines: Change = lambda lines: lines,
    extra: bytes = b"",
    file_key: bytes = kit.FILE_KEY,
) -> bytes:
    """A hybrid stanza, changed."""
    recipient = (OTHER if identity is OTHER else HYBRID).recipient
    sealed = recipient.seal(file_key, info=b"age-encryption.org/mlkem768x25519")
    share, wrapped = enc(sealed[:1120]), body(sealed[1120:])
    return b"-> " + name + b" " + written(kit.b64(share)) + extra + b"\n" + lines(kit.body(wrapped))


def flip(place: int) -> Change:
    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[place] ^= 1
        return bytes(changed)

    return change


def loose_end(data: bytes) -> bytes:
    """Base64 whose last letter has bits that no byte has: a second way to write the same."""
    text = data.rstrip(b"\n")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1 :][:1] + data[len(text) :]


def whole(*stanzas: bytes, data: bytes = b"age") -> bytes:
    return kit.header(*stanzas) + kit.whole(data)


def x25519_share(share: bytes, body: bytes = bytes(32), extra: bytes = b"") -> bytes:
    return b"-> X25519 " + kit.b64(share) + extra + b"\n" + kit.body(body)


def high_bit() -> bytes:
    """A share with its last bit set: X25519 passes over it, and the wrapped key is bound to the bytes as they stand."""
    ephemeral = X25519PrivateKey.from_private_bytes(bytes(range(3, 35)))
    share = bytearray(ephemeral.public_key().public_bytes_raw())
    share[31] |= 0x80
    public = kit.IDENTITY.recipient.public_key
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key = kit.hkdf(shared, bytes(share) + public, b"age-encryption.org/v1/X25519")
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return x25519_share(bytes(share), ChaCha20Poly1305(key).encrypt(bytes(12), kit.FILE_KEY, None))


def armored(change: Change = lambda text: text) -> Callable[[], bytes]:
    return lambda: change(kit.armor(whole(kit.x25519())))


def mac_line(change: Change) -> Callable[[], bytes]:
    def make() -> bytes:
        head = kit.header(kit.x25519())
        start = head.rindex(b"--- ")
        return head[:start] + change(head[start:]) + kit.whole(b"age")

    return make


GREASE: Final = b'-> grease-of-somebody ! "#$ ~\n' + kit.body(bytes(range(100)))
BAD: Final = "header failure"
