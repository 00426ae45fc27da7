"""Trying a backup: it is restored into a folder that is thrown away, and all of it is looked at."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from store import database, doctor
from store.backup.errors import BackupStopped, DrillStopped
from store.backup.form import Cancelled, Progress
from store.backup.gathering import Gathered, choose, gather
from store.backup.opening import Opener
from store.backup.restored import Restored
from store.backup.restoring import fill, said_of
from store.backup.staging import staging
from store.database import Connection
from store.home import Home
from store.secret import Secret
from store.unfinished import DRILL, aside, sweep


def drill(
    home: Home,
    folder: Path,
    opener: Opener,
    vault: str,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Restored:
    """Restore into a folder that is thrown away, under a key that nobody keeps, and look at all of it.

    Stopped during the last look, it says so in what it returns.

    Raises:
        DrillStopped: `cancelled` said so before the backup was restored.
        What else `restore` raises.
    """
    try:
        return _drilled(home, folder, opener, vault, progress, cancelled)
    except BackupStopped:
        raise DrillStopped from None


def _drilled(
    home: Home, folder: Path, opener: Opener, vault: str, progress: Progress | None, cancelled: Cancelled | None
) -> Restored:
    id, of_vault = choose(folder, vault)
    sweep(home)
    with staging(home, progress, cancelled) as entries:
        found = gather(of_vault, id, opener, home, entries, progress=progress, cancelled=cancelled)
        return tried(home, found, progress=progress, cancelled=cancelled)


def tried(home: Home, found: Gathered, *, progress: Progress | None, cancelled: Cancelled | None) -> Restored:
    """Restore what was gathered into a folder that is thrown away, and look at all of it.

    Raises:
        EntriesRefused, BackupDamaged: it does not fit together.
        DiskFull, DiskFailed: the home.
    """
    with aside(home, DRILL) as folder_aside:
        new_id = secrets.token_hex(8)
        connection = database.connect(folder_aside / "vault.db", Secret(secrets.token_bytes(32)), create=True)
        try:
            with connection.transaction():
                connection.execute("INSERT INTO vault (key, value) VALUES ('id', ?)", (new_id,))
            restored = fill(connection, folder_aside, new_id, found)
            report = doctor.check(_Drilled(folder_aside, new_id, connection), progress=progress, cancelled=cancelled)
        finally:
            connection.close()
    return said_of(found, restored, report)


@dataclass(frozen=True)
class _Drilled:
    path: Path
    id: str
    connection: Connection

    def close(self) -> None:
        """Nothing of its own."""
