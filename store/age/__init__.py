"""The age v1 file format (C2SP age.md) on the primitives of `cryptography`. Names are loaded when they are used.

recipient = parse_recipient("age1...")
with path.open("wb") as sink, EncryptingWriter(sink, [recipient]) as writer:
writer.write(b"...")

with path.open("rb") as source, DecryptingReader(source, parse_identities(text)) as reader:
reader.read()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.age.errors import (
        AgeError,
        ArmorFailure,
        HeaderFailure,
        HmacFailure,
        IdentityInvalid,
        NoMatch,
        PayloadFailure,
        RecipientInvalid,
        RecipientsRefused,
        SealCancelled,
        WorkFactorRefused,
    )
    from store.age.file import decrypt, encrypt
    from store.age.header import Header, Stanza
    from store.age.hybrid import HybridIdentity, HybridRecipient, generate_hybrid
    from store.age.keys import (
        Identity,
        NamedRecipient,
        Recipient,
        parse_identities,
        parse_recipient,
        parse_recipients,
    )
    from store.age.reader import DecryptingReader, read_header
    from store.age.scrypt import ScryptIdentity, ScryptRecipient
    from store.age.writer import EncryptingWriter
    from store.age.x25519 import X25519Identity, X25519Recipient, generate_x25519

_MODULES = {
    "errors": (
        "AgeError",
        "ArmorFailure",
        "HeaderFailure",
        "HmacFailure",
        "IdentityInvalid",
        "NoMatch",
        "PayloadFailure",
        "RecipientInvalid",
        "RecipientsRefused",
        "SealCancelled",
        "WorkFactorRefused",
    ),
    "file": ("decrypt", "encrypt"),
    "header": ("Header", "Stanza"),
    "hybrid": ("HybridIdentity", "HybridRecipient", "generate_hybrid"),
    "keys": ("Identity", "NamedRecipient", "Recipient", "parse_identities", "parse_recipient", "parse_recipients"),
    "reader": ("DecryptingReader", "read_header"),
    "scrypt": ("ScryptIdentity", "ScryptRecipient"),
    "writer": ("EncryptingWriter",),
    "x25519": ("X25519Identity", "X25519Recipient", "generate_x25519"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AgeError",
    "ArmorFailure",
    "DecryptingReader",
    "EncryptingWriter",
    "Header",
    "HeaderFailure",
    "HmacFailure",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "IdentityInvalid",
    "NamedRecipient",
    "NoMatch",
    "PayloadFailure",
    "Recipient",
    "RecipientInvalid",
    "RecipientsRefused",
    "ScryptIdentity",
    "ScryptRecipient",
    "SealCancelled",
    "Stanza",
    "WorkFactorRefused",
    "X25519Identity",
    "X25519Recipient",
    "decrypt",
    "encrypt",
    "generate_hybrid",
    "generate_x25519",
    "parse_identities",
    "parse_recipient",
    "parse_recipients",
    "read_header",
]


def __getattr__(name: str) -> Any:
    """Load a name where it lives: half of them are not needed to seal, and starting is part of what is measured."""
    if name not in _HOME:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"store.age.{_HOME[name]}"), name)
