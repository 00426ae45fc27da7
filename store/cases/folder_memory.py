"""The vault's side of what was looked at in exchange folders, so that it need not be opened in each round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from store import keys
from store.cases.desk import Desk
from store.database import Connection
from store.errors import DiskFailed, DiskFull
from store.exchange import memory
from store.exchange.listing import Lane, Looked, Memory, blank


class FolderMemoryDesk(Desk):
    """Casework on the memory of folders. On a full disk nothing is remembered, and everything else goes on."""

    def exchange_memory(self, folder: Path, known: Mapping[str, str]) -> Memory:
        """What is remembered of the files in a folder, as far as it holds for who counts now."""
        recipients = [one.recipient.encode() for one in keys.identities(self._connection)]
        try:
            with self._connection.transaction():
                return memory.recall(self._connection, folder, recipients=recipients, known=known)
        except (DiskFull, DiskFailed):
            return blank()

    def exchange_remember_looked(self, folder: bytes, looked: Sequence[tuple[bytes, Looked]]) -> None:
        """Remember what files of a folder turned out to be; `folder` is its mark."""
        self._keep_hint(folder, lambda connection: memory.remember(connection, folder, dict(looked)))

    def exchange_remember_turns(self, folder: bytes, turns: Mapping[Lane, bytes]) -> None:
        """Remember where the next round goes on."""
        self._keep_hint(folder, lambda connection: memory.go_on(connection, folder, turns))

    def exchange_forget_looked(self, folder: bytes, gone: Sequence[bytes]) -> None:
        """These files are not there any more."""
        self._keep_hint(folder, lambda connection: memory.forget(connection, folder, gone))

    def _keep_hint(self, folder: bytes, write: Callable[[Connection], None]) -> None:
        # What `blank` gave has no folder to remember it for.
        if folder:
            with suppress(DiskFull, DiskFailed), self._connection.transaction():
                write(self._connection)
