"""A vault: one counsellor's encrypted database and the slots that open it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from guidance.language import _
from store import database, slots, wrapping
from store.database import Connection
from store.errors import DatabaseDamaged, DatabaseMissing, DiskFailed, DiskFull, WrongPassphrase, disk_errors
from store.files import FOLDER_MODE, OwnerLock, make_private_folder, sync_folder, tighten
from store.home import Home, VaultRef, VaultUnknown
from store.passphrase import require_strong
from store.secret import Secret
from store.slots import KdfParameters, SlotsDamaged, SlotTable, SlotTables

DATABASE: Final = "vault.db"
LOCK: Final = "vault.lock"
_MAKING: Final = ".making-"
_GENERATION: Final = "slots-generation"


class VaultWarning(StrEnum):
    """Something a person should know although the vault opened."""

    SLOTS_REPAIRED = "slots-repaired"
    SLOTS_NOT_REPAIRED = "slots-not-repaired"
    SLOTS_OLDER = "slots-older"

    def words(self) -> str:
        """In the current language."""
        match self:
            case VaultWarning.SLOTS_REPAIRED:
                return _("One copy of the vault's key file was damaged. It was made anew from the other.")
            case VaultWarning.SLOTS_NOT_REPAIRED:
                return _("One copy of the vault's key file is damaged, and the disk has no room to make it anew.")
            case VaultWarning.SLOTS_OLDER:
                return _(
                    "The vault's key file is older than the one last used here: somebody has put an old copy back. "
                    "A passphrase that was changed since may open the vault again. Change your passphrase."
                )


class Vault:
    """An open vault. It belongs to the thread that opened it; a context manager that closes it."""

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

    @classmethod
    def create(cls, home: Home, *, label: str, passphrase: Secret, kdf: KdfParameters | None = None) -> Vault:
        """Make a vault and open it: all of it, or nothing is left behind.

        Args:
            home: prepared here if it was not.
            label: the counsellor's display name; stands in the slots file unencrypted.
            passphrase: from `Secret.from_text`.
            kdf: what the passphrase costs; measured on this machine where it is not given.

        Raises:
            PassphraseWeak: too short or too easily guessed.
            HomeRefused: the home lies where no vault may.
            DiskFull: no room.
            DiskFailed: the disk refuses.
        """
        require_strong(passphrase, known=(label,))
        home.prepare()
        data_key = Secret(os.urandom(wrapping.KEY_BYTES))
        vault_id = secrets.token_hex(8)
        table = SlotTable(vault=vault_id, label=slots.clean_label(label), generation=1, slots=())
        slot = wrapping.wrap(table, passphrase, data_key, kdf or wrapping.calibrate())
        table = wrapping.sealed(replace(table, slots=(slot,)), data_key)
        path = home.folder / vault_id
        try:
            with _folder_in_the_making(home, vault_id) as folder:
                slots.write_table(folder, table)
                connection = database.connect(folder / DATABASE, data_key, create=True)
                try:
                    with connection.transaction():
                        connection.executemany(
                            "INSERT INTO vault (key, value) VALUES (?, ?)", [("id", vault_id), (_GENERATION, 1)]
                        )
                finally:
                    connection.close()
                with disk_errors(path):
                    sync_folder(folder)
                    folder.rename(path)
                    sync_folder(home.folder)
            return cls._opened(path, table, data_key)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise

    @classmethod
    def unlock(cls, ref: VaultRef, passphrase: Secret) -> Vault:
        """Open a vault. A damaged copy of the slots file is made anew from the other, with a warning.

        Raises:
            HomeRefused: the home lies where no vault may.
            WrongPassphrase: no slot opens.
            VaultInUse: another process has it.
            SlotsDamaged: neither copy of the slots file can be used.
            DatabaseMissing: no database.
            DatabaseDamaged: not a database under this key, or another vault's.
            NewerFormat: written by a newer Segl.
        """
        Home(ref.path.parent.parent).check()
        if not ref.path.is_dir():
            raise VaultUnknown(ref.id, ())
        tighten(ref.path, FOLDER_MODE)
        lock = OwnerLock(ref.path / LOCK)
        try:
            read = slots.read_tables(ref.path, ref.id)
            if not (ref.path / DATABASE).is_file():
                raise DatabaseMissing(ref.path / DATABASE)
            table, data_key = _unwrapped(ref.path, read, passphrase)
            vault = cls._opened(ref.path, table, data_key, lock)
        except BaseException:
            lock.release()
            raise
        try:
            vault._settle(read)
        except BaseException:
            vault.close()
            raise
        return vault

    def change_passphrase(self, old: Secret, new: Secret, *, kdf: KdfParameters | None = None) -> None:
        """Wrap the same data key under a new passphrase; with a copy of the old slots file the old one still opens.

        Raises:
            WrongPassphrase: `old` is not the passphrase; nothing was changed.
            PassphraseWeak: `new` is too short or too easily guessed; nothing was changed.
            DiskFull: no room; the old passphrase still opens.
            DiskFailed: the disk refuses; likewise.
        """
        if not self.knows(old):
            raise WrongPassphrase
        require_strong(new, known=(self.label,))
        table = replace(self._table, generation=max(self._table.generation, self._remembered()) + 1)
        slot = wrapping.wrap(table, new, self._data_key, kdf or wrapping.calibrate())
        self._write(replace(table, slots=(slot,)))

    def knows(self, passphrase: Secret) -> bool:
        """Whether the passphrase opens this vault; costs what unlocking costs."""
        return any(wrapping.unwrap(self._table, slot, passphrase) == self._data_key for slot in self._table.slots)

    @classmethod
    def _opened(cls, path: Path, table: SlotTable, data_key: Secret, lock: OwnerLock | None = None) -> Self:
        lock = lock or OwnerLock(path / LOCK)
        try:
            connection = database.connect(path / DATABASE, data_key)
        except BaseException:
            lock.release()
            raise
        return cls(path=path, table=table, data_key=data_key, connection=connection, lock=lock)

    def close(self) -> None:
        """Empty the WAL, close the database, let go of the vault. Closing twice does nothing."""
        try:
            self.connection.close()
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, table: SlotTable) -> None:
        table = wrapping.sealed(table, self._data_key)
        slots.write_table(self.path, table)
        self._table = table
        self._remember(table.generation)

    def _remembered(self) -> int:
        row = self.connection.execute("SELECT value FROM vault WHERE key = ?", (_GENERATION,)).fetchone()
        return int(row[0]) if row else 0

    def _remember(self, generation: int) -> None:
        with self.connection.transaction():
            self.connection.execute("UPDATE vault SET value = ? WHERE key = ?", (generation, _GENERATION))

    def _settle(self, read: SlotTables) -> None:
        """Compare what the slots say with what the database remembers, and make both copies whole again."""
        if self.connection.execute("SELECT value FROM vault WHERE key = 'id'").fetchone() != (self.id,):
            raise DatabaseDamaged(self.path / DATABASE)
        slots.sweep(self.path)
        newest = max([table.generation for table in read.tables if wrapping.verifies(table, self._data_key)])
        remembered = self._remembered()
        if self._table.generation < newest <= remembered:
            # The passphrase was changed, and this is the one from before.
            raise WrongPassphrase
        warnings = []
        if self._table.generation < remembered:
            warnings.append(VaultWarning.SLOTS_OLDER)
        damaged = bool(read.faults) or any(not wrapping.verifies(table, self._data_key) for table in read.tables)
        try:
            if damaged or len(read.tables) > 1:
                # Above every generation that was ever written, so that this one is the newest for good.
                self._write(replace(self._table, generation=max(newest, remembered) + 1))
            elif self._table.generation > remembered:
                self._remember(self._table.generation)
        except (DiskFull, DiskFailed):
            # One copy is enough to read everything by; a full disk must not stand in the way of that.
            if damaged:
                warnings.append(VaultWarning.SLOTS_NOT_REPAIRED)
        else:
            if damaged:
                warnings.append(VaultWarning.SLOTS_REPAIRED)
        self.warnings = tuple(warnings)


def _unwrapped(path: Path, read: SlotTables, passphrase: Secret) -> tuple[SlotTable, Secret]:
    tampered = []
    for table in read.tables:
        for slot in table.slots:
            data_key = wrapping.unwrap(table, slot, passphrase)
            if data_key is not None and wrapping.verifies(table, data_key):
                return table, data_key
            if data_key is not None:
                tampered.append("vault.slots: does not verify")
    if tampered:
        raise SlotsDamaged(path, (*read.faults, *tampered))
    raise WrongPassphrase


@contextmanager
def _folder_in_the_making(home: Home, vault_id: str) -> Iterator[Path]:
    """A folder that is renamed when it is whole, and goes away when it is not, now or at the next attempt."""
    lock = OwnerLock(home.folder / ".making.lock", patience=10)
    try:
        with disk_errors(home.folder):
            for left in home.folder.glob(f"{_MAKING}*"):
                if left.is_dir():
                    shutil.rmtree(left)
        folder = home.folder / f"{_MAKING}{vault_id}"
        make_private_folder(folder)
        try:
            yield folder
        finally:
            if folder.exists():
                shutil.rmtree(folder)
    finally:
        lock.release()
