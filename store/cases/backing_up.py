"""Casework on backups: what of the vault goes into one, when the last one was, and whether it is time for another."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from store.backup import contents
from store.backup.contents import Held
from store.backup.key import BackupKey
from store.cases.recovery import RecoveryDesk
from store.entry import read_time, write_time
from store.model import StoredEntry

USUAL_DAYS: Final = 14
MOST_DAYS: Final = 365
_AT: Final = "backup-at"
_PLACE: Final = "backup-place"
_COUNTER: Final = "backup-counter"
_DAYS: Final = "backup-days"
_THINNED: Final = "backup-thinned"
_MOST_REMOVED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """How it stands with the backups of a vault.

    Attributes:
        last_at: when the last one was made; None: never.
        place: the folder it was made to; empty: never.
        behind: commits that it does not have.
        days: after how many days Today reminds; 0: never.
        due: whether it is time for one: there is something that no backup has, for longer than that.
        removed: the old chains that were removed last, the newest first: (name, when, folder).
    """

    last_at: datetime | None
    place: str
    behind: int
    days: int
    due: bool
    removed: tuple[tuple[str, datetime, str], ...] = ()


class BackupDesk(RecoveryDesk):
    """The part of casework that backups need."""

    def backup_key(self) -> tuple[Path, BackupKey]:
        """Where the vault lies, and what its backups are sealed to."""
        return self.vault.path, self.vault.backup_key()

    def backup_held(self) -> Held:
        """What the vault holds now."""
        return contents.held(self._connection, self._vault.id)

    def backup_playbook(self, digest: str) -> bytes:
        """The bytes of a playbook."""
        return contents.playbook(self._connection, digest)

    def backup_entries(self, space: str, known: Collection[str], bare: Collection[str]) -> tuple[StoredEntry, ...]:
        """What of a space a backup lacks that has these heads, and these entries without payload."""
        return tuple(contents.entries_beyond(self._connection, space, known, frozenset(bare)))

    def record_backup(self, place: str, counter: int) -> None:
        """A backup that was read back lies in this folder, and has everything up to this commit."""
        with self._connection.transaction():
            self._keep(_AT, write_time(self._clock()))
            self._keep(_PLACE, place)
            self._keep(_COUNTER, counter)

    def record_thinning(self, place: str, chain: str) -> None:
        """The removal of an old chain was begun in this folder; once more for the same chain changes nothing."""
        with self._connection.transaction():
            there = self._removed()
            if (chain, place) not in [(name, folder) for name, _at, folder in there]:
                said = [[name, write_time(at), folder] for name, at, folder in ((chain, self._clock(), place), *there)]
                self._keep(_THINNED, json.dumps(said[:_MOST_REMOVED]))

    def _removed(self) -> tuple[tuple[str, datetime, str], ...]:
        row = self._connection.execute("SELECT value FROM vault WHERE key = ?", (_THINNED,)).fetchone()
        return tuple((name, read_time(at), place) for name, at, place in json.loads(row[0] if row else "[]"))

    def remind_of_backup(self, days: int) -> BackupState:
        """Remind after so many days; 0 never."""
        if not 0 <= days <= MOST_DAYS:
            raise ValueError(days)
        with self._connection.transaction():
            self._keep(_DAYS, days)
        return self.backup_state()

    def backup_state(self) -> BackupState:
        """How it stands."""
        kept: dict[str, Any] = dict(
            self._connection.execute(
                "SELECT key, value FROM vault WHERE key >= 'backup-' AND key < 'backup.'"
            ).fetchall()
        )
        [(newest,)] = self._connection.execute("SELECT coalesce(max(counter), 0) FROM checkpoint").fetchall()
        last = read_time(str(kept[_AT])) if _AT in kept else None
        days = int(kept.get(_DAYS, USUAL_DAYS))
        behind = max(0, int(newest) - int(kept.get(_COUNTER, 0)))
        since = last or self._first_written()
        now = self._clock().astimezone(UTC)
        due = bool(days and behind and since is not None and now - since >= timedelta(days=days))
        return BackupState(
            last_at=last,
            place=str(kept.get(_PLACE, "")),
            behind=behind,
            days=days,
            due=due,
            removed=self._removed(),
        )

    def _first_written(self) -> datetime | None:
        """When the first case was opened: an office that was only set up has nothing to lose yet."""
        row = self._connection.execute("SELECT min(opened_at) FROM case_file").fetchone()
        return read_time(row[0]) if row and row[0] else None

    def _keep(self, key: str, value: str | int) -> None:
        self._connection.execute(
            "INSERT INTO vault (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", (key, value)
        )
