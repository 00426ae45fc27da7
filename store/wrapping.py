"""Wrapping the data key of a vault, and knowing its slots table again.

The key that wraps is Argon2id (RFC 9106) of the passphrase; the wrapping is ChaCha20-Poly1305 (RFC 8439), whose
associated data binds the vault, the slot's id, type, generation and parameters. An HMAC-SHA-256 under HKDF (RFC 5869)
of the data key covers the whole table, so that nobody without the key can take a slot away or bring one in.
"""

from __future__ import annotations

import hmac
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.secret import Secret
from store.slots import KdfParameters, PassphraseSlot, SlotTable

KEY_BYTES: Final = 32
_MIB: Final = 1024


class NotEnoughMemory(SeglError):
    """The machine cannot spare the memory that opening this vault takes."""

    code: ClassVar[str] = "not-enough-memory"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, memory_mib: int) -> None:
        super().__init__(memory_mib)
        self.memory_mib = memory_mib

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("Opening this vault takes {size} MiB of free memory.").format(size=self.memory_mib),
            safe=_("Nothing was changed."),
            todo=_("Close other programs and try again."),
        )


def wrap(table: SlotTable, passphrase: Secret, data_key: Secret, kdf: KdfParameters) -> PassphraseSlot:
    """A new passphrase slot for a table, opened once as a test before it is handed back.

    Raises:
        NotEnoughMemory: the machine cannot spare it.
    """
    slot = PassphraseSlot(
        id=secrets.token_hex(8),
        generation=table.generation,
        kdf=kdf,
        salt=os.urandom(32),
        nonce=os.urandom(12),
        wrapped=b"",
    )
    key = ChaCha20Poly1305(_stretch(slot, passphrase))
    slot = replace(slot, wrapped=key.encrypt(slot.nonce, data_key.reveal(), slot.bound(table.vault)))
    if unwrap(table, slot, passphrase) != data_key:
        raise RuntimeError("a new slot does not open")
    return slot


def unwrap(table: SlotTable, slot: PassphraseSlot, passphrase: Secret) -> Secret | None:
    """The data key, or None where the passphrase (or the slot, or the vault it is said to be of) is another.

    Raises:
        NotEnoughMemory: the machine cannot spare it.
    """
    key = ChaCha20Poly1305(_stretch(slot, passphrase))
    try:
        return Secret(key.decrypt(slot.nonce, slot.wrapped, slot.bound(table.vault)))
    except InvalidTag:
        return None


def _stretch(slot: PassphraseSlot, passphrase: Secret) -> bytes:
    kdf = slot.kdf
    try:
        argon = Argon2id(
            salt=slot.salt, length=KEY_BYTES, iterations=kdf.passes, lanes=kdf.lanes, memory_cost=kdf.memory_kib
        )
        return argon.derive(passphrase.reveal())
    except MemoryError:
        raise NotEnoughMemory(kdf.memory_kib // _MIB) from None


def sealed(table: SlotTable, data_key: Secret) -> SlotTable:
    """The same table with its MAC."""
    return replace(table, mac=_mac(table, data_key))


def verifies(table: SlotTable, data_key: Secret) -> bool:
    """Whether the MAC is of this table and this key."""
    return hmac.compare_digest(table.mac, _mac(table, data_key))


def derived(data_key: Secret, purpose: str) -> Secret:
    """32 bytes that who has the data key can make, for one purpose only: HKDF-SHA-256, no salt.

    Args:
        data_key: of the vault.
        purpose: as the document of its format names it.
    """
    return Secret(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode("ascii")).derive(data_key.reveal())
    )


def _mac(table: SlotTable, data_key: Secret) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"segl-slots-1 table").derive(data_key.reveal())
    return hmac.digest(key, table.covered(), "sha256")


def calibrate(*, clock: Callable[[], float] = time.perf_counter) -> KdfParameters:
    """Parameters that take one to two seconds on this machine, never under the floor of 64 MiB.

    The cost is linear in memory times passes, so one small run tells the rest.
    """
    probe = KdfParameters.FLOOR
    argon = Argon2id(salt=bytes(32), length=32, iterations=2, lanes=probe.lanes, memory_cost=probe.memory_kib)
    start = clock()
    argon.derive(b"calibration")
    return chosen((clock() - start) / (2 * probe.memory_kib / _MIB))


def chosen(seconds_per_mib: float) -> KdfParameters:
    """The parameters for a machine that takes so long for one pass over one MiB: the default where it fits.

    Memory is what makes guessing dear, so passes give way first on a slow machine, and grow first on a fast one.
    """

    def seconds(kdf: KdfParameters) -> float:
        return kdf.memory_kib / _MIB * kdf.passes * seconds_per_mib

    kdf = KdfParameters.DEFAULT
    while seconds(kdf) > 2 and kdf.passes > 1:
        kdf = replace(kdf, passes=kdf.passes - 1)
    while seconds(kdf) > 2 and kdf.memory_kib > KdfParameters.FLOOR.memory_kib:
        kdf = replace(kdf, memory_kib=kdf.memory_kib // 2)
    while seconds(kdf) < 1 and kdf.passes < 10:
        kdf = replace(kdf, passes=kdf.passes + 1)
    return kdf
