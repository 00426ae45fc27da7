"""X25519 recipients, `age1...` and `AGE-SECRET-KEY-1...` (age.md, section 'The X25519 recipient type')."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from store.age.encoding import base64_encode, bech32_decode, bech32_encode
from store.age.errors import HeaderFailure, IdentityInvalid, RecipientInvalid
from store.age.header import RandomBytes, Stanza, hkdf_sha256, share_and_body

if TYPE_CHECKING:
    from store.secret import Secret

_TYPE: Final = "X25519"
_INFO: Final = b"age-encryption.org/v1/X25519"
_NONCE: Final = bytes(12)
_KEY_SIZE: Final = 32
_RECIPIENT_PREFIX: Final = "age"
_IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-"


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """Somebody's public key: 32 bytes."""

    public_key: bytes
    group: ClassVar[str] = "classical"

    @classmethod
    def parse(cls, text: str) -> X25519Recipient:
        """Read `age1...`.

        Raises:
            RecipientInvalid: it is something else, or has a slip in it.
        """
        try:
            prefix, data = bech32_decode(text)
        except ValueError as error:
            raise RecipientInvalid(str(error)) from None
        if prefix != _RECIPIENT_PREFIX or len(data) != _KEY_SIZE:
            raise RecipientInvalid("not an X25519 recipient")
        return cls(data)

    def encode(self) -> str:
        """The recipient as it is given to others: `age1...`."""
        return bech32_encode(_RECIPIENT_PREFIX, self.public_key)

    def __str__(self) -> str:
        return self.encode()

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> tuple[Stanza, ...]:
        """One stanza, with an ephemeral key of its own.

        Raises:
            RecipientInvalid: the public key is a point of low order, to which nothing can be sealed.
        """
        ephemeral = X25519PrivateKey.from_private_bytes(random_bytes(_KEY_SIZE))
        share = ephemeral.public_key().public_bytes_raw()
        try:
            shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.public_key))
        except ValueError:
            raise RecipientInvalid("the public key is a low-order point") from None
        wrap_key = hkdf_sha256(shared, salt=share + self.public_key, info=_INFO)
        body = ChaCha20Poly1305(wrap_key).encrypt(_NONCE, file_key, None)
        return (Stanza(arguments=(_TYPE, base64_encode(share).decode("ascii")), body=body),)


class X25519Identity:
    """A private key. Its text and bytes are secret; `repr` shows the public half only."""

    __slots__ = ("_key", "recipient")

    def __init__(self, private_key: bytes) -> None:
        """Hold 32 bytes.

        Raises:
            IdentityInvalid: another length.
        """
        if len(private_key) != _KEY_SIZE:
            raise IdentityInvalid("an X25519 identity is 32 bytes")
        self._key = X25519PrivateKey.from_private_bytes(private_key)
        self.recipient = X25519Recipient(self._key.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> X25519Identity:
        """Read `AGE-SECRET-KEY-1...`.

        Raises:
            IdentityInvalid: it is something else, or has a slip in it.
        """
        try:
            prefix, data = bech32_decode(text)
        except ValueError as error:
            raise IdentityInvalid(str(error)) from None
        if prefix != _IDENTITY_PREFIX:
            raise IdentityInvalid("not an X25519 identity")
        return cls(data)

    def encode(self) -> Secret:
        """The identity as a key file holds it: `AGE-SECRET-KEY-1...`."""
        from store.secret import Secret

        text = bech32_encode(_IDENTITY_PREFIX.lower(), self._key.private_bytes_raw()).upper()
        return Secret(text.encode("ascii"))

    def __repr__(self) -> str:
        return f"X25519Identity({self.recipient})"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, if one of the stanzas is for this key.

        Raises:
            HeaderFailure: an X25519 stanza is malformed, or its share gives the all-zero secret.
        """
        parsed = [_parse(stanza) for stanza in stanzas if stanza.type == _TYPE]
        for share, body in parsed:
            try:
                shared = self._key.exchange(X25519PublicKey.from_public_bytes(share))
            except ValueError:
                raise HeaderFailure("the share of an X25519 stanza is a low-order point") from None
            wrap_key = hkdf_sha256(shared, salt=share + self.recipient.public_key, info=_INFO)
            try:
                return ChaCha20Poly1305(wrap_key).decrypt(_NONCE, body, None)
            except InvalidTag:
                continue
        return None


def generate_x25519(random_bytes: RandomBytes | None = None) -> X25519Identity:
    """A new identity, from the system's randomness unless a test brings its own."""
    import os

    return X25519Identity((random_bytes or os.urandom)(_KEY_SIZE))


def _parse(stanza: Stanza) -> tuple[bytes, bytes]:
    return share_and_body(stanza, name="an X25519 stanza", share_size=_KEY_SIZE)
