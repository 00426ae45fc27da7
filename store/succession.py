"""Naming a new administrator by the words of the recovery: a signing key that only whoever has the paper can make.

The key is derived from the same 32-byte seed as the office key, by HKDF (RFC 5869) under another name, so that neither
says anything of the other. Its public half stands in the office when an administrator makes the recovery.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from store.ed25519 import verifies
from store.secret import Secret


def _key(seed: Secret) -> Ed25519PrivateKey:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"segl-succession v1").derive(seed.reveal())
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_key(seed: Secret) -> str:
    """The public half, hex."""
    return _key(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def statement(office: str, author: str, nonce: str) -> bytes:
    """What is signed: who is an administrator from now on, in which office, and once only."""
    return f"segl-succession v1\noffice {office}\nauthor {author}\nnonce {nonce}\n".encode("ascii")


def sign(seed: Secret, office: str, author: str, nonce: str) -> str:
    """The signature, hex."""
    return _key(seed).sign(statement(office, author, nonce)).hex()


def holds(key: str, signature: str, office: str, author: str, nonce: str) -> bool:
    """Whether the key signed it."""
    try:
        return verifies(bytes.fromhex(key), bytes.fromhex(signature), statement(office, author, nonce))
    except ValueError:
        return False
