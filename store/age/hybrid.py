"""Hybrid post-quantum recipients, `age1pq1...` and `AGE-SECRET-KEY-PQ-1...`: ML-KEM-768 with X25519 under HPKE.

age.md, section 'The MLKEM768-X25519 (i.e. X-Wing) hybrid post-quantum recipient type'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHAKE256, XOFHash
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from store.age.encoding import base64_encode, bech32_decode, bech32_encode
from store.age.errors import HeaderFailure, IdentityInvalid, RecipientInvalid
from store.age.header import RandomBytes, Stanza, share_and_body

if TYPE_CHECKING:
    from store.secret import Secret

_TYPE: Final = "mlkem768x25519"
_INFO: Final = b"age-encryption.org/mlkem768x25519"
_RECIPIENT_PREFIX: Final = "age1pq"
_IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-PQ-"
_SEED_SIZE: Final = 32
_MLKEM_SEED_SIZE: Final = 64
_MLKEM_PUBLIC_SIZE: Final = 1184
_X25519_SIZE: Final = 32
_ENC_SIZE: Final = 1120
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """Somebody's public key: 1184 bytes of ML-KEM-768, then 32 of X25519."""

    public_key: bytes
    group: ClassVar[str] = "post-quantum"

    @classmethod
    def parse(cls, text: str) -> HybridRecipient:
        """Read `age1pq1...`.

        Raises:
            RecipientInvalid: it is something else, has a slip in it, or is no valid ML-KEM key.
        """
        try:
            prefix, data = bech32_decode(text)
        except ValueError as error:
            raise RecipientInvalid(str(error)) from None
        if prefix != _RECIPIENT_PREFIX or len(data) != _MLKEM_PUBLIC_SIZE + _X25519_SIZE:
            raise RecipientInvalid("not a hybrid recipient")
        recipient = cls(data)
        recipient._key()
        return recipient

    def encode(self) -> str:
        """The recipient as it is given to others: `age1pq1...`, some 2,000 characters."""
        return bech32_encode(_RECIPIENT_PREFIX, self.public_key)

    def __str__(self) -> str:
        return self.encode()

    def _key(self) -> MLKEM768X25519PublicKey:
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(self.public_key[:_MLKEM_PUBLIC_SIZE])
        except ValueError:
            raise RecipientInvalid("not a valid ML-KEM-768 key") from None
        return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(self.public_key[_MLKEM_PUBLIC_SIZE:]))

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> tuple[Stanza, ...]:
        """One stanza. HPKE takes its randomness from the library, never from the caller."""
        sealed = self.seal(file_key, info=_INFO)
        arguments = (_TYPE, base64_encode(sealed[:_ENC_SIZE]).decode("ascii"))
        return (Stanza(arguments=arguments, body=sealed[_ENC_SIZE:]),)

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        """HPKE SealBase (RFC 9180, section 6.1): the encapsulated key, then the ciphertext; `info` is bound to both."""
        return _SUITE.encrypt(plaintext, self._key(), info=info)


class HybridIdentity:
    """A private key, as a 32-byte seed. Its text and bytes are secret; `repr` shows nothing of it."""

    __slots__ = ("_key", "_seed", "_x25519", "recipient")

    def __init__(self, seed: bytes) -> None:
        """Derive the two keys from the seed with SHAKE256 (filippo.io/hpke-pq, X-Wing).

        Raises:
            IdentityInvalid: the seed is not 32 bytes.
        """
        if len(seed) != _SEED_SIZE:
            raise IdentityInvalid("a hybrid identity is 32 bytes")
        shake = XOFHash(SHAKE256(digest_size=_MLKEM_SEED_SIZE + _X25519_SIZE))
        shake.update(seed)
        expanded = shake.squeeze(_MLKEM_SEED_SIZE + _X25519_SIZE)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE])
        self._seed = bytes(seed)
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:])
        self._key = MLKEM768X25519PrivateKey(mlkem, self._x25519)
        self.recipient = HybridRecipient(
            mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()
        )

    @classmethod
    def parse(cls, text: str) -> HybridIdentity:
        """Read `AGE-SECRET-KEY-PQ-1...`.

        Raises:
            IdentityInvalid: it is something else, or has a slip in it.
        """
        try:
            prefix, data = bech32_decode(text)
        except ValueError as error:
            raise IdentityInvalid(str(error)) from None
        if prefix != _IDENTITY_PREFIX:
            raise IdentityInvalid("not a hybrid identity")
        return cls(data)

    def encode(self) -> Secret:
        """The identity as a key file holds it: `AGE-SECRET-KEY-PQ-1...`."""
        from store.secret import Secret

        text = bech32_encode(_IDENTITY_PREFIX.lower(), self._seed).upper()
        return Secret(text.encode("ascii"))

    def open(self, sealed: bytes, *, info: bytes) -> bytes | None:
        """What `seal` sealed with the same `info`; None where it was for another key, or anything was changed."""
        try:
            return _SUITE.decrypt(sealed, self._key, info=info)
        except InvalidTag:
            return None

    def __repr__(self) -> str:
        return "HybridIdentity(...)"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, if one of the stanzas is for this key.

        Raises:
            HeaderFailure: an mlkem768x25519 stanza is malformed, or its X25519 part gives the all-zero secret.
        """
        parsed = [_parse(stanza) for stanza in stanzas if stanza.type == _TYPE]
        for enc, body in parsed:
            # HPKE answers every failure alike; a low-order share is a malformed stanza and not another's key.
            try:
                self._x25519.exchange(X25519PublicKey.from_public_bytes(enc[-_X25519_SIZE:]))
            except ValueError:
                raise HeaderFailure("the X25519 part of a hybrid stanza is a low-order point") from None
            try:
                return _SUITE.decrypt(enc + body, self._key, info=_INFO)
            except InvalidTag:
                continue
        return None


def generate_hybrid(random_bytes: RandomBytes | None = None) -> HybridIdentity:
    """A new identity, from the system's randomness unless a test brings its own."""
    import os

    return HybridIdentity((random_bytes or os.urandom)(_SEED_SIZE))


def _parse(stanza: Stanza) -> tuple[bytes, bytes]:
    return share_and_body(stanza, name="a hybrid stanza", share_size=_ENC_SIZE)
