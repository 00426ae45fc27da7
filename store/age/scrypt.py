"""Passphrase recipients (age.md, section 'The scrypt recipient type'). A passphrase stands alone in its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from store.age.encoding import base64_decode, base64_encode
from store.age.errors import HeaderFailure, MemoryLacking, SealCancelled, WorkFactorRefused
from store.age.header import WRAPPED_SIZE, RandomBytes, Stanza
from store.secret import Secret

WORK_FACTOR: Final = 18
"""What is written, and what is done without asking: about a second and 256 MiB."""
MAX_WORK_FACTOR: Final = 20
"""What is read at most: 1 GiB of memory. A file that asks for more is refused before anything is computed."""

_TYPE: Final = "scrypt"
_SALT_SIZE: Final = 16
_SALT_LABEL: Final = b"age-encryption.org/v1/scrypt"
_NONCE: Final = bytes(12)
_DECIMAL: Final = re.compile(r"[1-9][0-9]*")

Passphrase = Secret | Callable[[], Sequence[Secret]]
"""The passphrase, or what asks a person for it once a stanza that needs it was seen: one, or forms of one to try."""


class ScryptRecipient:
    """A passphrase to seal with. It is taken as it is: normalising is for who asked for it."""

    __slots__ = ("_passphrase", "_work_factor")
    group: ClassVar[str] = "passphrase"

    def __init__(self, passphrase: Secret, *, work_factor: int = WORK_FACTOR) -> None:
        if not 1 <= work_factor <= MAX_WORK_FACTOR:
            raise ValueError(work_factor)
        self._passphrase = passphrase
        self._work_factor = work_factor

    def __repr__(self) -> str:
        return "ScryptRecipient(...)"

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> tuple[Stanza, ...]:
        """One stanza, with a salt of its own."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        salt = random_bytes(_SALT_SIZE)
        wrap_key = _derive(self._passphrase, salt, self._work_factor)
        body = ChaCha20Poly1305(wrap_key).encrypt(_NONCE, file_key, None)
        arguments = (_TYPE, base64_encode(salt).decode("ascii"), str(self._work_factor))
        return (Stanza(arguments=arguments, body=body),)


class ScryptIdentity:
    """A passphrase to open with.

    Args:
        passphrase: as it is, or a callback that is called once a well-formed scrypt stanza was seen.
        confirm: asked with the work factor before the work is done (18 is a second, each step doubles time and
            memory); False stops. Above `MAX_WORK_FACTOR` nobody is asked.
    """

    __slots__ = ("_confirm", "_passphrase")

    def __init__(self, passphrase: Passphrase, *, confirm: Callable[[int], bool] | None = None) -> None:
        self._passphrase = passphrase
        self._confirm = confirm

    def __repr__(self) -> str:
        return "ScryptIdentity(...)"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, if this is the passphrase.

        Raises:
            HeaderFailure: the scrypt stanza is malformed or not alone.
            WorkFactorRefused: it asks for more work than is done.
            SealCancelled: `confirm` said no.
            MemoryLacking: there is not enough for the work.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        refuse_mixed_scrypt(stanzas)
        if stanzas[0].type != _TYPE:
            return None
        salt, work_factor, body = _parse(stanzas[0])
        if self._confirm is not None and not self._confirm(work_factor):
            raise SealCancelled
        for passphrase in [self._passphrase] if isinstance(self._passphrase, Secret) else self._passphrase():
            try:
                return ChaCha20Poly1305(_derive(passphrase, salt, work_factor)).decrypt(_NONCE, body, None)
            except InvalidTag:
                continue
        return None


def work_factor_of(stanzas: Sequence[Stanza]) -> int:
    """The work that a passphrase for these stanzas takes, without doing any; 0 where no passphrase opens them.

    Raises:
        HeaderFailure: the scrypt stanza is malformed or not alone.
        WorkFactorRefused: it asks for more work than is done.
    """
    refuse_mixed_scrypt(stanzas)
    return _parse(stanzas[0])[1] if stanzas[0].type == _TYPE else 0


def refuse_mixed_scrypt(stanzas: Sequence[Stanza]) -> None:
    """A scrypt stanza stands alone, whoever reads it.

    Raises:
        HeaderFailure: it stands beside another stanza.
    """
    if len(stanzas) > 1 and any(stanza.type == _TYPE for stanza in stanzas):
        raise HeaderFailure("a scrypt stanza is not alone in the header")


def _derive(passphrase: Secret, salt: bytes, work_factor: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    scrypt = Scrypt(salt=_SALT_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1)
    try:
        return scrypt.derive(passphrase.reveal())
    except MemoryError:
        raise MemoryLacking(work_factor) from None


def _parse(stanza: Stanza) -> tuple[bytes, int, bytes]:
    if len(stanza.arguments) != 3:
        raise HeaderFailure("a scrypt stanza has three arguments")
    try:
        salt = base64_decode(stanza.arguments[1].encode("ascii"))
    except ValueError as error:
        raise HeaderFailure(f"the salt of a scrypt stanza is malformed: {error}") from None
    if len(salt) != _SALT_SIZE:
        raise HeaderFailure("the salt of a scrypt stanza is not 16 bytes")
    if _DECIMAL.fullmatch(stanza.arguments[2]) is None:
        raise HeaderFailure("the work factor of a scrypt stanza is not a decimal number")
    if len(stanza.body) != WRAPPED_SIZE:
        raise HeaderFailure("the body of a scrypt stanza is not 32 bytes")
    # A number of thousands of digits is a way to make int() itself the work.
    work_factor = int(stanza.arguments[2]) if len(stanza.arguments[2]) <= 9 else 10**9
    if work_factor > MAX_WORK_FACTOR:
        raise WorkFactorRefused(work_factor, MAX_WORK_FACTOR)
    return salt, work_factor, stanza.body
