"""Whether a chain that was tried holds all of an older one, and whether it is still what was tried."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Final

from store import slots
from store.age.hybrid import HybridIdentity
from store.backup import chain as place
from store.backup.chain import Chain
from store.backup.contents import Held
from store.backup.errors import BackupDamaged, BackupStopped
from store.backup.form import Cancelled, read_piece
from store.backup.gathering import Gathered
from store.errors import disk_errors
from store.files import open_to_read
from store.model import StoredEntry
from store.opened_folder import require_answer

_PIECE: Final = 1024 * 1024


class Against:
    """A chain held against a later one that was tried, entry by entry as it is read."""

    def __init__(self, newest: Gathered, erased: frozenset[str]) -> None:
        self._newest = newest
        self._buried = {entry for entry, _by in newest.held.tombstones}
        self._erased = erased
        self._still: set[str] = set()
        self._lacking = False

    @property
    def erased(self) -> int:
        """Entries whose content stands in it, and that are erased by now."""
        return len(self._still)

    def each(self, entry: StoredEntry) -> None:
        """The next one of it."""
        there = self._newest.entries.has_content(entry.id)
        if there is None or (entry.payload is not None and not there and entry.id not in self._buried):
            self._lacking = True
        if entry.payload is not None and entry.id in self._erased:
            self._still.add(entry.id)

    def holds(self, old: Held | None) -> bool:
        """Whether the later one holds all that was read, and what the older one's last file says that it held."""
        if self._lacking or old is None:
            return not self._lacking
        new = self._newest.held
        return (
            {entry for entry, _by in old.tombstones} <= self._buried
            and set(old.devices) <= set(new.devices)
            and set(old.identities) <= set(new.identities)
            and set(old.playbooks) <= set(self._newest.playbooks)
        )


def begun_holds_more(path: Path, identity: HybridIdentity, against: Against, cancelled: Cancelled | None) -> bool:
    """Whether what is left of a chain whose removal was begun holds something that the one that was tried does not.

    When it was begun, a later one held all of it; that one may be lost or damaged by now. Files that can't be read tell
    nothing: some are gone already.

    Raises:
        BackupStopped: `cancelled` said so.
        DiskGone, DiskFailed: it can't be read.
    """
    last: Held | None = None
    for file in place.files(path):
        with disk_errors(file), suppress(BackupDamaged):
            last = read_piece(file, identity, each=against.each, cancelled=cancelled).head.held
    return not against.holds(last)


def digests(chain: Chain) -> tuple[tuple[str, str], ...]:
    """(name, SHA-256) of what a restore of a chain needs: its files as they were read, and its slots."""
    read = [(piece.path.name, piece.digest) for piece in chain.pieces]
    return (*read, *((name, _digest(chain.path / name, None)) for name in (slots.FIRST, slots.SECOND)))


def is_as_tried(path: Path, tried: tuple[tuple[str, str], ...], cancelled: Cancelled | None) -> bool:
    """Whether the files of a chain are, byte for byte and read from the disk, what they were.

    Raises:
        BackupStopped: `cancelled` said so.
        DiskGone, DiskFailed: the folder does not answer.
    """
    return all(_digest(path / name, cancelled) == digest for name, digest in tried)


def _digest(path: Path, cancelled: Cancelled | None) -> str:
    """Of a file, in hex; empty where there is none that can be read."""
    found = hashlib.sha256()
    try:
        with open_to_read(path, follow=False) as file:
            place.forget(file.fileno())
            while piece := file.read(_PIECE):
                if cancelled is not None and cancelled():
                    raise BackupStopped
                found.update(piece)
    except OSError:
        require_answer(path.parent)
        return ""
    return found.hexdigest()
