"""A new data key: the database is exported under it, looked at, and put in the old one's place in one step.

The files beside `vault.db` say how far a renewal came. `vault.db.next` is there: it was cut off before the step, and
the old key counts. Only `vault.slots.next` is there: the step was made, and its key counts. The step is one rename.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from guidance.system_words import number_words
from store import database, doctor, slots
from store.database import Connection, Stopped
from store.doctor import Progress
from store.errors import DatabaseDamaged, DiskFailed, DiskFull, disk_errors
from store.files import sync_folder, write_whole
from store.secret import Secret
from store.slots import SlotsDamaged, SlotTable

NEXT_DATABASE: Final = "vault.db.next"
OLD_DATABASE: Final = "vault.db.old"
_HALF: Final = 1000
_PIECE: Final = 1024 * 1024


def under_way(folder: Path) -> bool:
    """Whether a renewal was cut off before its step."""
    return (folder / NEXT_DATABASE).exists()


def stepped(folder: Path) -> bool:
    """Whether a renewal was cut off after its step, so that the next slots table counts."""
    return not under_way(folder) and (folder / slots.NEXT).exists()


def call_off(folder: Path) -> None:
    """Take away what a renewal left that did not come to its step: the slots first, so that they never count."""
    with disk_errors(folder):
        for name in (slots.NEXT, NEXT_DATABASE, f"{NEXT_DATABASE}-wal", f"{NEXT_DATABASE}-journal", OLD_DATABASE):
            path = folder / name
            if path.exists():
                path.unlink()
                sync_folder(folder)


class RenewalStopped(SeglError):
    """Somebody stopped it before its step."""

    code: ClassVar[str] = "renewal-stopped"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("Stopped on request."), safe=_("The vault has the key that it had, and what was begun is gone.")
        )


def export(
    connection: Connection,
    folder: Path,
    data_key: Secret,
    vault_rows: dict[str, str | int],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Write the whole database under a new key, and look at it: counts, root, everything that the doctor looks at.

    Args:
        connection: of the vault.
        folder: of the vault.
        data_key: the new one.
        vault_rows: what table `vault` of the copy is to say besides.
        progress: called with (done, of how many): a half for writing, a half for looking.
        cancelled: asked all the time.

    Raises:
        RenewalStopped: `cancelled` said so; the old database is untouched.
        DiskFull, DiskFailed: the old database is untouched.
        DatabaseDamaged: the copy is not what was copied.
        VaultUnwell: the journal does not verify in the copy.
    """
    target = folder / NEXT_DATABASE
    size = max(1, (folder / connection.path.name).stat().st_size)

    def stop() -> bool:
        if progress is not None:
            with suppress(OSError):
                progress(min(target.stat().st_size, size) * _HALF // size, 2 * _HALF)
        return cancelled is not None and cancelled()

    try:
        database.copy_under(connection, target, data_key, stop=stop)
    except Stopped:
        raise RenewalStopped from None
    fresh = database.connect(target, data_key)
    try:
        _same(connection, fresh, target)
        report = doctor.check(
            _Looked(folder, fresh),
            progress=lambda done, total: progress(_HALF + done * _HALF // total, 2 * _HALF) if progress else None,
            cancelled=cancelled,
        )
        if not report.whole:
            raise RenewalStopped
        report.require_well()
        with fresh.transaction():
            for key, value in vault_rows.items():
                fresh.execute(
                    "INSERT INTO vault (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                    (key, value),
                )
    finally:
        fresh.close()
    log = folder / f"{NEXT_DATABASE}-wal"
    if log.exists() and log.stat().st_size:
        raise DiskFull(log)  # closing empties it wherever there is room
    with disk_errors(target):
        log.unlink(missing_ok=True)
        with target.open("rb+") as file:
            os.fsync(file.fileno())
        sync_folder(folder)


class _Looked:
    """As much of an open vault as the doctor wants."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self.connection = connection
        [(self.id,)] = connection.execute("SELECT value FROM vault WHERE key = 'id'").fetchall()

    def close(self) -> None:
        """Nothing of its own."""


def _same(old: Connection, new: Connection, path: Path) -> None:
    if contents(old) != contents(new):
        raise DatabaseDamaged(path)


def contents(connection: Connection) -> tuple[dict[str, int], list[tuple[object, ...]], list[tuple[object, ...]]]:
    """How many rows each table has, every statement of the schema, and the newest checkpoint with its root."""
    schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
    tables = [row[1] for row in schema if row[0] == "table"]
    counts = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0])  # noqa: S608
        for name in tables
    }
    newest = connection.execute("SELECT counter, root, text FROM checkpoint ORDER BY counter DESC LIMIT 1").fetchall()
    return counts, schema, newest


def write_next(folder: Path, table: SlotTable) -> None:
    """Write the table that is to follow, read back; it counts from the step on."""
    content = table.encode()
    write_whole(folder / slots.NEXT, content)
    if (folder / slots.NEXT).read_bytes() != content:
        raise SlotsDamaged(folder, (f"{slots.NEXT}: unlike",))


def step(folder: Path, name: str) -> None:
    """Put the new database in the old one's place. The old one must be closed, its WAL gone.

    Raises:
        DiskFailed: the WAL could not be emptied, or the system refuses; the old database stays.
    """
    target = folder / name
    wal = folder / f"{name}-wal"
    if wal.exists() and wal.stat().st_size:
        # SQLite would play the old log back over the new file.
        raise DiskFailed(wal, number_words(errno.EBUSY))
    with disk_errors(target):
        wal.unlink(missing_ok=True)
        with suppress(OSError):  # a disk that has no second names: the old file is let go of, and not overwritten
            os.link(target, folder / OLD_DATABASE)
        sync_folder(folder)
        (folder / NEXT_DATABASE).replace(target)
        sync_folder(folder)


def finish(folder: Path, name: str, table: SlotTable) -> None:
    """After the step: both copies of the slots say the new table, and the old database is cleared."""
    slots.write_table(folder, table)
    (folder / slots.NEXT).unlink(missing_ok=True)
    sync_folder(folder)
    clear_old(folder, name)


def clear_old(folder: Path, name: str) -> None:
    """Overwrite the old database and take it away. A flash disk may keep what was there; so may backups."""
    old = folder / OLD_DATABASE
    if not old.exists():
        return
    with disk_errors(old):
        if not old.samefile(folder / name):
            with suppress(DiskFull), disk_errors(old), old.open("r+b") as file:
                left = file.seek(0, os.SEEK_END)
                file.seek(0)
                while left > 0:
                    left -= file.write(bytes(min(_PIECE, left)))
                file.flush()
                os.fsync(file.fileno())
        old.unlink()
        sync_folder(folder)
