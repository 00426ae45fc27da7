"""The slot of the office's recovery: the data key under HPKE to a public key whose seed is on paper only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from store.slot_parts import SLOT_ID, SlotsFault, counter, matching, octets, only, spelled

PUBLIC_BYTES: Final = 1216
"""ML-KEM-768 (1184), then X25519 (32)."""
SEALED_BYTES: Final = 1120 + 32 + 16
"""The encapsulated key, the data key and its tag."""
SUITE: Final = "mlkem768x25519-hkdfsha256-chacha20poly1305"


def mark(public_key: bytes) -> str:
    """The fingerprint of an office key, to be compared with the paper: 80 bits in hex, in groups of four."""
    digits = hashlib.sha256(public_key).hexdigest()[:20]
    return "-".join(digits[start : start + 4] for start in range(0, 20, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySlot:
    """The data key sealed to the office key.

    Attributes:
        id: hex, new with every slot.
        generation: of the table in which the slot was made.
        key: the office's public key; kept here, so that a new data key is sealed to it without the paper.
        wrapped: what HPKE made of the data key.
    """

    type: ClassVar[str] = "recovery"

    id: str
    generation: int
    key: bytes
    wrapped: bytes

    @property
    def fingerprint(self) -> str:
        """Of the office key."""
        return mark(self.key)

    def bound(self, vault: str) -> bytes:
        """The `info` of the sealing (RFC 9180, section 5.1): nothing else opens it."""
        return b"segl-slots-1 recovery\n" + spelled({"vault": vault, **self._described()})

    def document(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {**self._described(), "wrapped": self.wrapped.hex()}

    @classmethod
    def read(cls, row: dict[str, Any]) -> RecoverySlot:
        """As `document` wrote it.

        Raises:
            SlotsFault: it is something else.
        """
        only(row, {"generation", "id", "key", "suite", "type", "wrapped"})
        if row["suite"] != SUITE:
            raise SlotsFault("parameters")
        return cls(
            id=matching(row["id"], SLOT_ID),
            generation=counter(row["generation"]),
            key=octets(row["key"], PUBLIC_BYTES),
            wrapped=octets(row["wrapped"], SEALED_BYTES),
        )

    def _described(self) -> dict[str, Any]:
        return {
            "generation": self.generation,
            "id": self.id,
            "key": self.key.hex(),
            "suite": SUITE,
            "type": self.type,
        }
