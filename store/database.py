"""The encrypted database: opened with every setting of the design, one transaction at a time, on one thread.

SQLCipher does the encryption. `sqlcipher3.dbapi2.Error` is not `sqlite3.Error`; what the disk can do wrong comes out of
here as a `SeglError`, a broken constraint as `IntegrityError`, and anything else as it is: it is a mistake of ours.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlcipher3 import dbapi2

from guidance.system_words import number_words
from store.errors import DatabaseDamaged, DatabaseMissing, DiskFailed, DiskFull, NewerFormat, VaultInUse
from store.files import make_private_file, tighten
from store.secret import Secret

Value = str | bytes | int | float | None
Parameters = Sequence[Value] | Mapping[str, Value]
Row = tuple[Any, ...]

IntegrityError: type[Exception] = dbapi2.IntegrityError
KEY_BYTES: Final = 32
_STEPS: Final = 2000
"""Of SQLite's machine between two questions: some hundred rows that are copied."""

_FULL: Final = 13
_BUSY: Final = frozenset({5, 6})
_DAMAGED: Final = frozenset({11, 26})
_DISK: Final = {8: errno.EROFS, 10: errno.EIO, 14: errno.EACCES}
_MIGRATION: Final = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")

# In this order: exclusive before WAL keeps the WAL's index in memory; the key comes before all of them.
_SETTINGS: Final = (
    "cipher_memory_security = OFF",
    "cipher_page_size = 4096",
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "cache_size = -65536",
)
_HELD: Final = {
    "locking_mode": "exclusive",
    "journal_mode": "wal",
    "synchronous": 2,
    "secure_delete": 1,
    "temp_store": 2,
    "foreign_keys": 1,
    "cache_size": -65536,
    "page_size": 4096,
}


class Stopped(Exception):
    """A statement was stopped on request."""


class Cursor:
    """The rows of one statement; what the disk does wrong while they are read is said as in `Connection`."""

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: Connection, cursor: Any) -> None:
        self._connection = connection
        self._cursor = cursor

    def fetchone(self) -> Row | None:
        """The next row, or None."""
        with self._connection.translated():
            row: Row | None = self._cursor.fetchone()
            return row

    def fetchall(self) -> list[Row]:
        """All rows that are left."""
        with self._connection.translated():
            rows: list[Row] = self._cursor.fetchall()
            return rows

    def __iter__(self) -> Iterator[Row]:
        with self._connection.translated():
            yield from self._cursor

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""
        return int(self._cursor.rowcount)

    @property
    def lastrowid(self) -> int:
        """The row id of the last insert."""
        return int(self._cursor.lastrowid)


class Connection:
    """An open database. It belongs to the thread that opened it; another thread gets a `ProgrammingError`."""

    def __init__(self, raw: Any, path: Path) -> None:
        self._raw = raw
        self.path = path

    def execute(self, sql: str, parameters: Parameters = ()) -> Cursor:
        """Run one statement. Outside `transaction()` each one commits by itself.

        Raises:
            DiskFull: no room for it; everything before is still there.
            DiskFailed: the disk refuses.
            DatabaseDamaged: a page does not verify.
            IntegrityError: a constraint of the schema.
        """
        with self.translated():
            return Cursor(self, self._raw.execute(sql, parameters))

    def executemany(self, sql: str, rows: Iterable[Parameters]) -> Cursor:
        """Run one statement for each of many rows."""
        with self.translated():
            return Cursor(self, self._raw.executemany(sql, rows))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return bool(self._raw.in_transaction)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing: committed (and synced) at the end, taken back where anything is raised.

        Raises:
            DiskFull: no room; the transaction is taken back, everything before is still there.
            DiskFailed: the disk refuses; likewise.
        """
        if self.in_transaction:
            raise RuntimeError("transactions do not nest")
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if self.in_transaction:
                self.execute("ROLLBACK")
            raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Say what the disk did wrong as a `SeglError`, without the statement or its values."""
        try:
            yield
        except dbapi2.Error as error:
            said = _said(error, self.path)
            if said is None:
                raise
            raise said from None

    @contextmanager
    def watched(self, stop: Callable[[], bool]) -> Iterator[None]:
        """Ask every now and then, while statements run, whether to stop; a statement that is stopped raises `Stopped`.

        Args:
            stop: asked on this thread, between two steps of a statement.
        """
        asked = False

        def ask() -> int:
            nonlocal asked
            asked = asked or stop()
            return int(asked)

        self._raw.set_progress_handler(ask, _STEPS)
        try:
            yield
        except dbapi2.OperationalError:
            if asked:
                raise Stopped from None
            raise
        finally:
            self._raw.set_progress_handler(None, 0)

    def interrupt(self) -> None:
        """Stop the statement that runs now; the one method that another thread may call."""
        self._raw.interrupt()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._raw is None

    def close(self) -> None:
        """Move everything from the WAL into the database, empty the WAL, and close. Closing twice does nothing.

        On a full or failing disk the WAL stays as it is, whole, and is taken in when the database is next opened.
        """
        if self._raw is None:
            return
        raw, self._raw = self._raw, None
        try:
            with suppress(DiskFull, DiskFailed), self.translated():
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()


def _said(error: Exception, path: Path) -> Exception | None:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary == _FULL:
        return DiskFull(path)
    if primary in _BUSY:
        return VaultInUse()
    if primary in _DAMAGED:
        return DatabaseDamaged(path)
    if primary in _DISK:
        return DiskFailed(path, number_words(_DISK[primary]))
    return None


def connect(path: Path, data_key: Secret, *, create: bool = False) -> Connection:
    """Open the database, with the schema at its newest.

    Args:
        path: the file; it must be there unless `create`.
        data_key: 32 bytes, the raw key of SQLCipher; the file's own salt makes the page keys from it.
        create: make a new file; there must be none.

    Raises:
        DatabaseMissing: no file.
        DatabaseDamaged: not a database under this key.
        NewerFormat: the schema is newer than this program.
        VaultInUse: another process has it open.
        DiskFull: no room.
        DiskFailed: the disk refuses.
    """
    if len(data_key) != KEY_BYTES:
        raise ValueError("a data key is 32 bytes")
    if create:
        make_private_file(path)
    elif not path.is_file():
        raise DatabaseMissing(path)
    elif path.stat().st_size == 0:
        # SQLite takes an empty file for a new database.
        raise DatabaseDamaged(path)
    for name in (path, path.with_name(f"{path.name}-wal")):
        tighten(name)
    try:
        raw = dbapi2.connect(f"file:{quote(os.fspath(path))}?mode=rw", uri=True, isolation_level=None, timeout=0.05)
    except dbapi2.Error as error:
        raise _said(error, path) or error from None
    connection = Connection(raw, path)
    try:
        _configure(connection, data_key)
        _migrate(connection, create=create)
    except BaseException:
        raw.close()
        raise
    return connection


def copy_under(
    connection: Connection, path: Path, data_key: Secret, *, stop: Callable[[], bool] = lambda: False
) -> None:
    """Write a whole open database to a new file under another key.

    Args:
        connection: of what is copied.
        path: of the file; there must be none.
        data_key: the other key.
        stop: asked every now and then.

    Raises:
        Stopped: `stop` said so.
        DiskFull, DiskFailed: what was written so far is still there; nothing of the open database was changed.
    """
    make_private_file(path)
    # ATTACH takes no bound key of this form; a raw key in hex needs no quoting.
    connection.execute(f"ATTACH DATABASE ? AS renewed KEY \"x'{data_key.reveal().hex()}'\"", (os.fspath(path),))
    try:
        [(version,)] = connection.execute("PRAGMA main.user_version").fetchall()
        connection.execute("PRAGMA renewed.journal_mode = DELETE").fetchall()
        with connection.watched(stop):
            connection.execute("SELECT sqlcipher_export('renewed')").fetchall()
        connection.execute(f"PRAGMA renewed.user_version = {int(version)}")
    except dbapi2.OperationalError as error:
        # The function answers with words only, whatever the code of what went wrong inside.
        raise (DiskFull(path) if "full" in str(error) else DiskFailed(path, str(error))) from None
    finally:
        connection.execute("DETACH DATABASE renewed")


def _configure(connection: Connection, data_key: Secret) -> None:
    # Before the key: a wrong one would otherwise print over the screen.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # The pragma takes no bound parameter; a raw key in hex needs no quoting.
    connection.execute(f"PRAGMA key = \"x'{data_key.reveal().hex()}'\"")
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}").fetchall()
    require_settings(connection)
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()


def require_settings(connection: Connection) -> None:
    """Refuse to go on where a setting did not take: with temporary files on disk, text is written there unencrypted.

    Raises:
        RuntimeError: a setting is not what it must be, or the library was built to keep temporary files on disk.
    """
    options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if not options & {"TEMP_STORE=2", "TEMP_STORE=3"} or "HAS_CODEC" not in options:
        raise RuntimeError("this SQLCipher keeps temporary files on disk, or does not encrypt")
    for name, wanted in _HELD.items():
        row = connection.execute(f"PRAGMA {name}").fetchone()
        value = row[0] if row else None
        if (int(value) if isinstance(wanted, int) and value is not None else value) != wanted:
            raise RuntimeError(f"the database did not take {name} = {wanted}")


def migrations() -> tuple[tuple[int, str], ...]:
    """The numbered SQL of `store/schema`, in order: (number, SQL). Numbers run from 1 without a gap."""
    files = resources.files("store.schema").iterdir()
    named = [(match, file) for file in files if (match := _MIGRATION.fullmatch(file.name))]
    found = sorted((int(match[1]), file.read_text(encoding="utf-8")) for match, file in named)
    if [number for number, _sql in found] != list(range(1, len(found) + 1)):
        raise RuntimeError("the numbers of store/schema have a gap or a double")
    return tuple(found)


def _migrate(connection: Connection, *, create: bool) -> None:
    steps = migrations()
    newest = steps[-1][0]
    row = connection.execute("PRAGMA user_version").fetchone()
    version = int(row[0]) if row else 0
    if version > newest:
        raise NewerFormat(connection.path, version, newest)
    if version == 0 and not create:
        raise DatabaseDamaged(connection.path)
    if version == newest:
        return
    with connection.transaction():
        for number, sql in steps:
            if number > version:
                for statement in statements(sql):
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {newest}")


def statements(sql: str) -> Iterator[str]:
    """The single statements of a script, triggers whole (`executescript` would commit before the first)."""
    pending = ""
    for piece in re.split(r"(?<=;)", sql):
        pending += piece
        if dbapi2.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if re.sub(r"--[^\n]*", "", pending).strip():
        raise RuntimeError("a migration ends within a statement")
