"""Builds age files by hand, right or wrong, from the specification and not from the code under test."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from store.age import AgeError, Identity, X25519Identity, decrypt

FILE_KEY = b"YELLOW SUBMARINE"
IDENTITY = X25519Identity(bytes(range(1, 33)))
OTHER = X25519Identity(bytes(range(2, 34)))
CHUNK = 64 * 1024


def b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\1", "sha256")


def body(data: bytes) -> bytes:
    text = b64(data)
    lines = [text[start : start + 64] for start in range(0, len(text) + 1, 64)]
    return b"\n".join(lines) + b"\n"


def x25519(*, file_key: bytes = FILE_KEY, name: bytes = b"X25519", extra: bytes = b"") -> bytes:
    recipient = IDENTITY.recipient.public_key
    ephemeral = X25519PrivateKey.from_private_bytes(bytes(range(3, 35)))
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrap_key = hkdf(shared, share + recipient, b"age-encryption.org/v1/X25519")
    sealed = ChaCha20Poly1305(wrap_key).encrypt(bytes(12), file_key, None)
    return b"-> " + name + b" " + b64(share) + extra + b"\n" + body(sealed)


def scrypt(
    passphrase: bytes = b"password",
    factor: bytes = b"10",
    *,
    log_n: int = 10,
    name: bytes = b"scrypt",
    extra: bytes = b"",
) -> bytes:
    salt = bytes(range(16))
    label = b"age-encryption.org/v1/scrypt"
    wrap_key = hashlib.scrypt(passphrase, salt=label + salt, n=1 << log_n, r=8, p=1, dklen=32)
    sealed = ChaCha20Poly1305(wrap_key).encrypt(bytes(12), FILE_KEY, None)
    arguments = b" ".join(part for part in (name, b64(salt), factor) if part)
    return b"-> " + arguments + extra + b"\n" + body(sealed)


def header(*stanzas: bytes, version: bytes = b"age-encryption.org/v1\n", file_key: bytes = FILE_KEY) -> bytes:
    covered = version + b"".join(stanzas) + b"---"
    return covered + b" " + b64(hmac.digest(hkdf(file_key, b"", b"header"), covered, "sha256")) + b"\n"


def nonce_of(number: int, *, final: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if final else b"\0")


def payload(*chunks: tuple[bytes, bool], nonce: bytes = bytes(16)) -> bytes:
    """Chunks one after another, each with whether it says that it is the final one."""
    aead = ChaCha20Poly1305(hkdf(FILE_KEY, nonce, b"payload"))
    return nonce + b"".join(
        aead.encrypt(nonce_of(number, final=final), data, None) for number, (data, final) in enumerate(chunks)
    )


def whole(data: bytes) -> bytes:
    """A right payload of any length."""
    parts = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [b""]
    return payload(*((part, part is parts[-1]) for part in parts))


def armor(data: bytes) -> bytes:
    text = base64.b64encode(data)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN AGE ENCRYPTED FILE-----", *lines, b"-----END AGE ENCRYPTED FILE-----", b""])


def outcome(file: bytes, *identities: Identity, armored: bool | None = None) -> tuple[str, bytes]:
    """The class of the failure or `success`, and what was released."""
    sink = io.BytesIO()
    try:
        decrypt(io.BytesIO(file), sink, identities or [IDENTITY], armored=armored)
    except AgeError as error:
        return error.failure_class, sink.getvalue()
    return "success", sink.getvalue()
