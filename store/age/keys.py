"""Recipients and identities of any kind: what they can do, and how they are read from text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from store.age.errors import (
    HeaderFailure,
    IdentityInvalid,
    NoMatch,
    RecipientInvalid,
    RecipientsRefused,
    SecretKeyGiven,
)
from store.age.header import FILE_KEY_SIZE, MAX_STANZAS, Header, RandomBytes, Stanza

if TYPE_CHECKING:
    from store.secret import Secret


_SECRET_KEY: Final = re.compile(r"\s*AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]*\s*$", re.ASCII | re.IGNORECASE)


class Recipient(Protocol):
    """Somebody a file is sealed to."""

    @property
    def group(self) -> str:
        """`classical`, `post-quantum` or `passphrase`; one file has recipients of one group."""
        ...

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> tuple[Stanza, ...]:
        """Wrap the 16-byte file key into stanzas of this recipient's own."""
        ...


class Identity(Protocol):
    """Something that opens a file."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None if no stanza is for this identity; HeaderFailure if one that is meant is malformed."""
        ...


class NamedRecipient(Recipient, Protocol):
    """A recipient that is a public key and can be written down."""

    def encode(self) -> str:
        """The recipient as text, `age1...`."""
        ...


class KeyIdentity(Identity, Protocol):
    """An identity that is a private key, with the recipient that belongs to it."""

    @property
    def recipient(self) -> NamedRecipient:
        """The public half."""
        ...

    def encode(self) -> Secret:
        """The identity as a key file holds it."""
        ...


def wrap_file_key(file_key: bytes, recipients: Sequence[Recipient], random_bytes: RandomBytes) -> list[Stanza]:
    """The stanzas of a new file.

    Raises:
        RecipientsRefused: none, too many, or some that must not be in one file together.
    """
    if not recipients:
        raise RecipientsRefused("no recipient")
    groups = {recipient.group for recipient in recipients}
    if len(groups) > 1:
        raise RecipientsRefused(f"recipients of several groups: {', '.join(sorted(groups))}")
    if groups == {"passphrase"} and len(recipients) > 1:
        raise RecipientsRefused("a passphrase is the only recipient of its file")
    if len(recipients) > MAX_STANZAS:
        raise RecipientsRefused(f"more than {MAX_STANZAS} recipients")
    return [stanza for recipient in recipients for stanza in recipient.wrap(file_key, random_bytes)]


def unwrap_file_key(header: Header, identities: Sequence[Identity]) -> bytes:
    """The file key, the header verified under it.

    Raises:
        HeaderFailure: a stanza is malformed or a scrypt stanza is not alone.
        NoMatch: no identity opens a stanza.
        HmacFailure: one does, but the header was changed.
    """
    if len(header.stanzas) > 1 and any(stanza.type == "scrypt" for stanza in header.stanzas):
        raise HeaderFailure("a scrypt stanza is not alone in the header")
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is None:
            continue
        if len(file_key) != FILE_KEY_SIZE:
            raise HeaderFailure("the file key is not 16 bytes")
        header.verify(file_key)
        return file_key
    raise NoMatch("no identity matched any of the recipients")


HYBRID_SINCE: Final = "1.3.0"
"""The first release of the age command with hybrid recipients of its own (github.com/FiloSottile/age, release v1.3.0 of
December 2025; getsops/sops issue 2057: 'built into age v1.3.0 and later'). Debian 12 has 1.1.1."""


def is_hybrid(text: str) -> bool:
    """Whether a recipient is a hybrid post-quantum one."""
    return text.startswith("age1pq1")


def is_secret_key(text: str) -> bool:
    """Whether it is an identity, whole or not, in whatever case: never a file's name, and never to be repeated."""
    return _SECRET_KEY.match(text) is not None


def parse_recipient(text: str) -> NamedRecipient:
    """Read one recipient, X25519 or hybrid; white space around it is ignored.

    Raises:
        RecipientInvalid: a plugin, an SSH key, a slip, or nothing of the kind.
        SecretKeyGiven: an identity.
    """
    text = text.strip()
    if is_secret_key(text):
        raise SecretKeyGiven(instead="recipient")
    if is_hybrid(text):
        from store.age.hybrid import HybridRecipient

        return HybridRecipient.parse(text)
    from store.age.x25519 import X25519Recipient

    return X25519Recipient.parse(text)


def parse_recipients(text: str) -> list[NamedRecipient]:
    """Read a recipients file: one a line, empty lines and lines that begin with # left out.

    Raises:
        RecipientInvalid: a line is no recipient, or there is none; `detail` says which line.
        SecretKeyGiven: a line is an identity.
    """
    recipients: list[NamedRecipient] = []
    for number, line in _lines(text):
        try:
            recipients.append(parse_recipient(line))
        except SecretKeyGiven:
            raise
        except RecipientInvalid as error:
            raise RecipientInvalid(f"line {number}: {error.detail}") from None
    if not recipients:
        raise RecipientInvalid("no recipient in it")
    return recipients


def parse_identities(text: str) -> list[KeyIdentity]:
    """Read an identity file as `age-keygen` writes it: one a line, empty lines and lines that begin with # left out.

    Raises:
        IdentityInvalid: a line is no identity, or there is none. `detail` says which line, never what is on it.
    """
    identities: list[KeyIdentity] = []
    for number, line in _lines(text):
        try:
            identities.append(_parse_identity(line))
        except IdentityInvalid as error:
            raise IdentityInvalid(f"line {number}: {error.detail}") from None
    if not identities:
        raise IdentityInvalid("no identity in it")
    return identities


def _parse_identity(line: str) -> KeyIdentity:
    if line.startswith("AGE-PLUGIN-"):
        raise IdentityInvalid("plugins are never resolved")
    if line.startswith("AGE-SECRET-KEY-PQ-1"):
        from store.age.hybrid import HybridIdentity

        return HybridIdentity.parse(line)
    from store.age.x25519 import X25519Identity

    return X25519Identity.parse(line)


def _lines(text: str) -> list[tuple[int, str]]:
    lines = ((number, line.strip()) for number, line in enumerate(text.split("\n"), start=1))
    return [(number, line) for number, line in lines if line and not line.startswith("#")]
