"""A vault: one counsellor's encrypted database and the slots that open it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from guidance.errors import SeglError
from store import attempts, database, erasing, recovery, recovery_words, renewal, slots, wrapping
from store.doctor import Progress
from store.errors import DatabaseDamaged, DatabaseMissing, DiskFailed, DiskFull, WrongPassphrase, disk_errors
from store.files import FOLDER_MODE, OwnerLock, make_private_folder, sync_folder, tighten
from store.home import Home, VaultRef, VaultUnknown
from store.passphrase import require_strong
from store.secret import Secret
from store.slots import KdfParameters, SlotsDamaged, SlotTable, SlotTables
from store.unfinished import LOCK, MAKING_LOCK, MAKING_PATIENCE, RESTORING
from store.vault_slots import GENERATION, RENEWED, UNSEEN, USED, VaultSlots, written
from store.vault_warnings import VaultWarning

__all__ = ["DATABASE", "LOCK", "Vault", "VaultWarning"]

DATABASE: Final = "vault.db"
_MAKING: Final = ".making-"


class Vault(VaultSlots):
    """An open vault. It belongs to the thread that opened it; a context manager that closes it."""

    @classmethod
    def create(
        cls,
        home: Home,
        *,
        label: str,
        passphrase: Secret,
        kdf: KdfParameters | None = None,
        unfinished: bool = False,
    ) -> Vault:
        """Make a vault and open it: all of it, or nothing is left behind.

        Args:
            home: prepared here if it was not.
            label: the counsellor's display name; stands in the slots file unencrypted.
            passphrase: from `Secret.from_text`.
            kdf: what the passphrase costs; measured on this machine where it is not given.
            unfinished: under a name that is no vault's, until `put_in_place`; whoever is killed before leaves no vault.

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
        path = home.folder / f"{RESTORING if unfinished else ''}{vault_id}"
        try:
            with _folder_in_the_making(home, vault_id) as folder:
                slots.write_table(folder, table)
                connection = database.connect(folder / DATABASE, data_key, create=True)
                try:
                    with connection.transaction():
                        connection.executemany(
                            "INSERT INTO vault (key, value) VALUES (?, ?)", [("id", vault_id), (GENERATION, 1)]
                        )
                finally:
                    connection.close()
                with disk_errors(path):
                    sync_folder(folder)
                    folder.rename(path)
                    sync_folder(home.folder)
                # Before anybody else may sweep: what is not locked counts as left.
                return cls._opened(path, table, data_key)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise

    def put_in_place(self, home: Home) -> Vault:
        """Give a vault that was made `unfinished` its name: from here on it is one of the home.

        This one is closed by it; work goes on with the one that is given back.

        Raises:
            DiskFull, DiskFailed: it has no name, and is closed.
        """
        path = home.folder / self.id
        making = OwnerLock(home.folder / MAKING_LOCK, patience=MAKING_PATIENCE)
        try:
            self.close()
            with disk_errors(path):
                self.path.rename(path)
            try:
                with disk_errors(path):
                    sync_folder(home.folder)
                return self._opened(path, self._table, self._data_key)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
        finally:
            making.release()

    @classmethod
    def unlock(cls, ref: VaultRef, passphrase: Secret) -> Vault:
        """Open a vault. A damaged copy of the slots file is made anew from the other, with a warning.

        Raises:
            HomeRefused: the home lies where no vault may.
            WrongPassphrase: no slot opens.
            TooSoon: several wrong passphrases came before, and the wait is not over.
            VaultInUse: another process has it.
            SlotsDamaged: neither copy of the slots file can be used.
            DatabaseMissing: no database.
            DatabaseDamaged: not a database under this key, or another vault's.
            NewerFormat: written by a newer Segl.
        """
        return cls._open(
            ref,
            lambda table: wrapping.unwrap(table, table.passphrase, passphrase) if table.passphrase else None,
            WrongPassphrase(),
        )

    @classmethod
    def recover(
        cls,
        ref: VaultRef,
        words: Secret,
        new: Secret,
        *,
        kdf: KdfParameters | None = None,
        at: datetime | None = None,
    ) -> Vault:
        """Open a vault by the office's words and wrap its key under a new passphrase. The use is on record in it.

        Args:
            ref: the vault.
            words: as typed.
            new: the new passphrase.
            kdf: what it costs; measured where it is not given.
            at: now.

        Raises:
            RecoveryWordsWrong, NoRecovery, RecoveryOfOther: the words do not open it; nothing was changed.
            PassphraseWeak: nothing was changed.
            What `unlock` raises, a wrong passphrase apart.
        """
        seed = recovery_words.read(words)
        require_strong(new, known=(ref.label,))
        vault = cls._open(
            ref,
            lambda table: recovery.unseal(table, seed),
            SlotsDamaged(ref.path, (f"{slots.FIRST}: recovery", f"{slots.SECOND}: recovery")),
        )
        try:
            # First, so that no use of the words can be without its trace.
            with vault.connection.transaction():
                # A later use does not hide an earlier one.
                vault._put(USED, " ".join([*vault.openers().uses, written(at)]))
                vault._put(UNSEEN, 1)
            vault._rewrap(new, kdf)
            vault._note_recovery()
        except BaseException:
            vault.close()
            raise
        return vault

    @classmethod
    def _open(cls, ref: VaultRef, opener: Callable[[SlotTable], Secret | None], refusal: SeglError) -> Self:
        Home(ref.path.parent.parent).check()
        if not ref.path.is_dir():
            raise VaultUnknown(ref.id, ())
        tighten(ref.path, FOLDER_MODE)
        lock = OwnerLock(ref.path / LOCK)
        try:
            called_off = renewal.under_way(ref.path)
            if called_off:
                renewal.call_off(ref.path)
            following = slots.read_next(ref.path, ref.id) if renewal.stepped(ref.path) else None
            try:
                read = slots.read_tables(ref.path, ref.id)
            except SlotsDamaged as damaged:
                if following is None:
                    raise
                read = SlotTables(tables=(), faults=damaged.faults)
            if not (ref.path / DATABASE).is_file():
                raise DatabaseMissing(ref.path / DATABASE)
            # Words on paper can't be guessed; a passphrase can.
            with attempts.counted(ref.path) if isinstance(refusal, WrongPassphrase) else nullcontext():
                vault = cls._by_the_first_that_fits(ref.path, read, following, opener, refusal, lock)
        except BaseException:
            lock.release()
            raise
        try:
            finished = renewal.stepped(ref.path) and vault._finish_renewal(following)
            if finished:
                read = slots.read_tables(ref.path, ref.id)
            vault._settle(read)
            # What was erased before a kill or on a full disk goes from the file now.
            erasing.finish(vault.connection)
            vault.warnings += (VaultWarning.RENEWAL_FINISHED,) * finished
            vault.warnings += (VaultWarning.RENEWAL_CALLED_OFF,) * called_off
            vault._note_recovery()
        except BaseException:
            vault.close()
            raise
        return vault

    @classmethod
    def _by_the_first_that_fits(
        cls,
        path: Path,
        read: SlotTables,
        following: SlotTable | None,
        opener: Callable[[SlotTable], Secret | None],
        refusal: SeglError,
        lock: OwnerLock,
    ) -> Self:
        tables = read.tables if following is None else (following, *read.tables)
        tampered = False
        stale = False
        for table in tables:
            data_key = opener(table)
            if data_key is None:
                continue
            if not wrapping.verifies(table, data_key):
                tampered = True
                continue
            try:
                return cls._opened(path, table, data_key, lock, keep_lock=True)
            except DatabaseDamaged:
                if following is None:
                    raise
                # After the step of a renewal the tables from before open nothing any more.
                stale = True
        if tampered and not stale:
            raise SlotsDamaged(path, (*read.faults, "vault.slots: does not verify"))
        raise refusal

    def _finish_renewal(self, following: SlotTable | None) -> bool:
        if following is not None and self._table == following and following.generation >= self._remembered():
            renewal.finish(self.path, DATABASE, following)
            return True
        # Somebody put it there, or it was used up already.
        (self.path / slots.NEXT).unlink(missing_ok=True)
        return False

    def renew_key(
        self,
        passphrase: Secret,
        *,
        new: Secret | None = None,
        kdf: KdfParameters | None = None,
        at: datetime | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Vault:
        """Make a new data key and write the whole database under it: old copies of slots and database open nothing new.

        This vault is closed by it; work goes on with the one that is given back. Cut off anywhere, one whole vault is
        there: with the old key before the step, with the new one after it.

        Args:
            passphrase: the one that counts.
            new: another one from now on.
            kdf: what it costs; as until now where it is not given.
            at: now.
            progress: called with (done, of how many).
            cancelled: asked until the step; then it is carried through.

        Raises:
            WrongPassphrase, PassphraseWeak: nothing was changed.
            RenewalStopped: `cancelled` said so; the old key counts, and this vault is open.
            DiskFull, DiskFailed: the old key counts, and this vault is open.
            DatabaseDamaged, VaultUnwell: the database does not hold together; the old key counts.
        """
        if not self.knows(passphrase):
            raise WrongPassphrase
        if new is not None:
            require_strong(new, known=(self.label,))
        data_key = Secret(os.urandom(wrapping.KEY_BYTES))
        old = self._table
        assert old.passphrase is not None
        table = replace(self._following(), slots=())
        made: tuple[slots.Slot, ...] = (wrapping.wrap(table, new or passphrase, data_key, kdf or old.passphrase.kdf),)
        if old.recovery is not None:
            made = (*made, recovery.seal(table, old.recovery.key, data_key))
        table = wrapping.sealed(replace(table, slots=made), data_key)
        try:
            renewal.call_off(self.path)
            rows: dict[str, str | int] = {GENERATION: table.generation, RENEWED: written(at)}
            renewal.export(self.connection, self.path, data_key, rows, progress=progress, cancelled=cancelled)
            renewal.write_next(self.path, table)
            self.connection.close()
            renewal.step(self.path, DATABASE)
        except BaseException:
            if renewal.under_way(self.path):
                with suppress(SeglError):
                    renewal.call_off(self.path)
                if self.connection.closed:
                    self.connection = database.connect(self.path / DATABASE, self._data_key)
            raise
        renewal.finish(self.path, DATABASE, table)
        connection = database.connect(self.path / DATABASE, data_key)
        renewed = Vault(path=self.path, table=table, data_key=data_key, connection=connection, lock=self._lock)
        renewed._note_recovery()
        return renewed

    @classmethod
    def _opened(
        cls, path: Path, table: SlotTable, data_key: Secret, lock: OwnerLock | None = None, *, keep_lock: bool = False
    ) -> Self:
        lock = lock or OwnerLock(path / LOCK)
        try:
            connection = database.connect(path / DATABASE, data_key)
        except BaseException:
            if not keep_lock:
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

    def _settle(self, read: SlotTables) -> None:
        """Compare what the slots say with what the database remembers, and make both copies whole again."""
        if self.connection.execute("SELECT value FROM vault WHERE key = 'id'").fetchone() != (self.id,):
            raise DatabaseDamaged(self.path / DATABASE)
        slots.sweep(self.path)
        renewal.clear_old(self.path, DATABASE)
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


@contextmanager
def _folder_in_the_making(home: Home, vault_id: str) -> Iterator[Path]:
    """A folder that is renamed when it is whole, and goes away when it is not, now or at the next attempt."""
    lock = OwnerLock(home.folder / MAKING_LOCK, patience=MAKING_PATIENCE)
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
