"""What opens a vault's backups: an age key that is derived from its data key, and the slots that open that."""

from __future__ import annotations

from typing import Final

from store import wrapping
from store.age.hybrid import HybridIdentity
from store.secret import Secret
from store.slots import SlotTable

PURPOSE: Final = "segl-backup-1 identity"


class BackupKey:
    """Opaque to whoever carries it from the vault to the folder.

    Attributes:
        vault: its id.
    """

    __slots__ = ("identity", "table", "vault")

    def __init__(self, table: SlotTable, data_key: Secret) -> None:
        self.vault = table.vault
        self.table = table
        self.identity = HybridIdentity(wrapping.derived(data_key, PURPOSE).reveal())

    def __repr__(self) -> str:
        return f"BackupKey({self.vault}, ****)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")
