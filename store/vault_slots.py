"""What opens a vault that is open: its passphrase, its recovery, and the table of slots in which they stand.

How a vault is made, found whole and opened is `store.vault`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from store import attempts, recovery, slots, wrapping
from store.backup.key import BackupKey
from store.database import Connection
from store.errors import WrongPassphrase
from store.files import OwnerLock
from store.passphrase import require_strong
from store.secret import Secret
from store.slots import KdfParameters, SlotTable
from store.vault_warnings import VaultWarning

GENERATION: Final = "slots-generation"
USED: Final = "recovery-used"
UNSEEN: Final = "recovery-unseen"
RENEWED: Final = "key-renewed"
_DRILLED: Final = "recovery-drilled"
_WANTED: Final = "recovery-wanted"


class VaultSlots:
    """The base of `store.vault.Vault`: an open database, and the slots that open it."""

    def __init__(
        self, *, path: Path, table: SlotTable, data_key: Secret, connection: Connection, lock: OwnerLock
    ) -> None:
        """Take over what `create` or `unlock` has opened."""
        self.path = path
        self.connection = connection
        self.warnings: tuple[VaultWarning, ...] = ()
        self._table = table
        self._data_key = data_key
        self._lock = lock

    @property
    def id(self) -> str:
        """16 hex digits, for ever."""
        return self._table.vault

    @property
    def label(self) -> str:
        """The counsellor's display name."""
        return self._table.label

    def change_passphrase(self, old: Secret, new: Secret, *, kdf: KdfParameters | None = None) -> None:
        """Wrap the same data key under a new passphrase; with a copy of the old slots file the old one still opens.

        Raises:
            WrongPassphrase: `old` is not the passphrase; nothing was changed.
            PassphraseWeak: `new` is too short or too easily guessed; nothing was changed.
            DiskFull: no room; the old passphrase still opens.
            DiskFailed: the disk refuses; likewise.
        """
        if not self._opens_by(old):
            raise WrongPassphrase
        require_strong(new, known=(self.label,))
        self._rewrap(new, kdf)
        self.see_recovery_use()

    def _rewrap(self, new: Secret, kdf: KdfParameters | None) -> None:
        table = self._following()
        slot = wrapping.wrap(table, new, self._data_key, kdf or wrapping.calibrate())
        self._write(replace(table, slots=(slot, *(one for one in self._table.slots if one.type != slot.type))))

    def _following(self) -> SlotTable:
        """The same table one generation on, above every generation there was."""
        return replace(self._table, generation=max(self._table.generation, self._remembered()) + 1)

    def knows(self, passphrase: Secret) -> bool:
        """Whether the passphrase opens this vault; costs what unlocking costs, and counts as a try like it.

        Raises:
            TooSoon: several wrong passphrases came before, and the wait is not over.
        """
        try:
            with attempts.counted(self.path):
                if not self._opens_by(passphrase):
                    raise WrongPassphrase
        except WrongPassphrase:
            return False
        return True

    def _opens_by(self, passphrase: Secret) -> bool:
        slot = self._table.passphrase
        return slot is not None and wrapping.unwrap(self._table, slot, passphrase) == self._data_key

    def backup_key(self) -> BackupKey:
        """What backups of this vault are sealed to; it goes with the key of the data."""
        return BackupKey(self._table, self._data_key)

    def openers(self) -> recovery.Openers:
        """Who can open this vault, and what became of its recovery."""
        slot, passphrase = self._table.recovery, self._table.passphrase
        uses = tuple(str(self._got(USED) or "").split())
        key, _blank, drilled_at = str(self._got(_DRILLED) or "").partition(" ")
        return recovery.Openers(
            vault=self.id,
            label=self.label,
            memory_mib=passphrase.kdf.memory_kib // 1024 if passphrase else 0,
            passes=passphrase.kdf.passes if passphrase else 0,
            office_key=slot.fingerprint if slot else "",
            drilled_at=drilled_at if slot and key == slot.fingerprint else "",
            used_at=uses[-1] if uses else "",
            uses=uses,
            use_unseen=bool(self._got(UNSEEN)),
            renewed_at=str(self._got(RENEWED) or ""),
        )

    def make_recovery(self, public: bytes) -> None:
        """Put a recovery slot for an office key in place of the one there was, if any; it counts once it is drilled.

        Raises:
            DiskFull, DiskFailed: the old slots still count.
        """
        table = self._following()
        slot = recovery.seal(table, public, self._data_key)
        with self.connection.transaction():
            self._put(_WANTED, 1)
        self._write(replace(table, slots=(*(one for one in self._table.slots if one.type != slot.type), slot)))
        self._note_recovery()

    def drill_recovery(self, words: Secret, *, at: datetime | None = None) -> None:
        """Open the recovery slot by its words in a process of its own; from then on recovery counts as done.

        Raises:
            RecoveryWordsWrong, NoRecovery, RecoveryOfOther, DrillFailed: it does not count yet.
        """
        if self._table.recovery is None:
            raise recovery.NoRecovery
        recovery.drill(self.path, self.id, words)
        with self.connection.transaction():
            self._put(_DRILLED, f"{self._table.recovery.fingerprint} {written(at)}")
        self._note_recovery()

    def public_office_key(self) -> str:
        """The office key, to give to another vault of the office.

        Raises:
            NoRecovery: there is none.
        """
        if self._table.recovery is None:
            raise recovery.NoRecovery
        return recovery.public_text(self._table.recovery.key)

    def want_recovery(self) -> None:
        """Remind of recovery at every unlocking until it has been made and drilled."""
        with self.connection.transaction():
            self._put(_WANTED, 1)
        self._note_recovery()

    def see_recovery_use(self) -> None:
        """The owner knows that the vault was opened by the words; it stays on record."""
        with self.connection.transaction():
            self.connection.execute("DELETE FROM vault WHERE key = ?", (UNSEEN,))
        self._note_recovery()

    def _note_recovery(self) -> None:
        now = self.openers()
        of_recovery = (VaultWarning.RECOVERY_USED, VaultWarning.RECOVERY_NOT_DRILLED, VaultWarning.RECOVERY_NOT_MADE)
        noticed = [one for one in self.warnings if one not in of_recovery]
        if now.use_unseen:
            noticed.append(VaultWarning.RECOVERY_USED)
        if now.office_key and not now.drilled_at:
            noticed.append(VaultWarning.RECOVERY_NOT_DRILLED)
        elif not now.office_key and self._got(_WANTED):
            noticed.append(VaultWarning.RECOVERY_NOT_MADE)
        self.warnings = tuple(noticed)

    def _write(self, table: SlotTable) -> None:
        table = wrapping.sealed(table, self._data_key)
        slots.write_table(self.path, table)
        self._table = table
        self._remember(table.generation)

    def _remembered(self) -> int:
        row = self.connection.execute("SELECT value FROM vault WHERE key = ?", (GENERATION,)).fetchone()
        return int(row[0]) if row else 0

    def _remember(self, generation: int) -> None:
        with self.connection.transaction():
            self.connection.execute("UPDATE vault SET value = ? WHERE key = ?", (generation, GENERATION))

    def _got(self, key: str) -> object:
        row = self.connection.execute("SELECT value FROM vault WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _put(self, key: str, value: str | int) -> None:
        self.connection.execute(
            "INSERT INTO vault (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )


def written(at: datetime | None) -> str:
    """A time as the table `vault` has it; now where none is given."""
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
