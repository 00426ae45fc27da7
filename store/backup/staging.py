"""Entries of a backup on their way into a vault: verified as they are read, and laid by so that memory holds few.

They lie in a database beside the vaults, under a key that nobody keeps, and go away with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Final

from store import database
from store.backup.errors import BackupStopped
from store.backup.form import Cancelled, Progress
from store.database import Connection
from store.home import Home
from store.journal import Read, read
from store.model import StoredEntry
from store.secret import Secret
from store.unfinished import RESTORING, aside
from store.union import EntriesRefused, verify_entries

_MOST: Final = 2000
_MOST_BYTES: Final = 8 * 1024 * 1024


class Staging:
    """What was read so far. An entry may come once more when its payload has come."""

    def __init__(
        self, home: Home, meanwhile: ExitStack, progress: Progress | None, cancelled: Cancelled | None
    ) -> None:
        self._home = home
        self._meanwhile = meanwhile
        self._progress = progress
        self._cancelled = cancelled
        self._waiting: list[StoredEntry] = []
        self._bytes = 0
        self._done = 0
        self._faults: list[tuple[str, str]] = []
        self.expected = 0

    @cached_property
    def _connection(self) -> Connection:
        """Made when the first entry has to be laid by: a refusal before that leaves nothing at all in the home."""
        folder = self._meanwhile.enter_context(aside(self._home, RESTORING))
        connection = database.connect(folder / "vault.db", Secret(secrets.token_bytes(32)), create=True)
        self._meanwhile.callback(connection.close)
        # Each row is written once and read once.
        connection.execute("PRAGMA cache_size = -4096")
        with connection.transaction():
            connection.execute(
                "CREATE TABLE staged (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, space TEXT NOT NULL, "
                "header BLOB NOT NULL, signature BLOB NOT NULL, salt BLOB, payload BLOB)"
            )
            connection.execute("CREATE INDEX staged_space ON staged (space, number)")
        return connection

    def add(self, entry: StoredEntry) -> None:
        """Take the next one.

        Raises:
            BackupStopped: somebody said so.
            DiskFull, DiskFailed: it can't be laid by.
        """
        self._waiting.append(entry)
        self._bytes += len(entry.header) + len(entry.payload or b"")
        if len(self._waiting) >= _MOST or self._bytes >= _MOST_BYTES:
            self._lay_by()

    def finish(self) -> None:
        """No more come.

        Raises:
            EntriesRefused: with all that do not verify.
            As `add`.
        """
        self._lay_by()
        if self._faults:
            raise EntriesRefused(self._faults)

    def _lay_by(self) -> None:
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        if self._cancelled is not None and self._cancelled():
            raise BackupStopped
        try:
            verified = verify_entries(waiting)
        except EntriesRefused as refused:
            self._faults += refused.faults
            verified = ()
        with self._connection.transaction():
            self._connection.executemany(
                "INSERT INTO staged (id, space, header, signature, salt, payload) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET header = excluded.header, signature = excluded.signature, "
                "salt = excluded.salt, payload = excluded.payload WHERE payload IS NULL",
                [
                    (
                        one.id,
                        one.header.space,
                        one.stored.header,
                        one.stored.signature,
                        one.stored.salt,
                        one.stored.payload,
                    )
                    for one in verified
                ],
            )
        self._done += len(waiting)
        if self._progress is not None and waiting:
            self._progress(self._done, max(self.expected, self._done))

    def __len__(self) -> int:
        [(count,)] = self._connection.execute("SELECT count(*) FROM staged").fetchall()
        return int(count)

    def __contains__(self, entry: str) -> bool:
        return self._connection.execute("SELECT 1 FROM staged WHERE id = ?", (entry,)).fetchone() is not None

    def has_content(self, entry: str) -> bool | None:
        """Whether an entry was laid by with its content; None where it was not laid by at all."""
        row = self._connection.execute("SELECT payload IS NOT NULL FROM staged WHERE id = ?", (entry,)).fetchone()
        return None if row is None else bool(row[0])

    def of(self, space: str) -> list[Read]:
        """The entries of one space, as they came."""
        rows = self._connection.execute(
            "SELECT id, header, signature, salt, payload FROM staged WHERE space = ? ORDER BY number", (space,)
        )
        return [
            read(StoredEntry(id=id, header=header, signature=signature, salt=salt, payload=payload))
            for id, header, signature, salt, payload in rows
        ]


@contextmanager
def staging(home: Home, progress: Progress | None, cancelled: Cancelled | None) -> Iterator[Staging]:
    """A place for the entries of one backup, sealed, that goes away at the end."""
    with ExitStack() as meanwhile:
        yield Staging(home, meanwhile, progress, cancelled)
