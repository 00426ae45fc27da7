"""What a backup holds, gathered for a restore: from a chain of sealed files, or from a copy of the closed vault."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from store import database
from store.age.blocks import write_all
from store.age.hybrid import HybridIdentity
from store.backup import chain as place
from store.backup.contents import Held, entries_beyond, held, playbook
from store.backup.errors import BackupDamaged, NoBackup, SeveralBackups
from store.backup.form import Cancelled, Progress, read_piece
from store.backup.opening import Opener, opened_last_first, require_one_vault
from store.backup.staging import Staging
from store.entry import SpaceKind
from store.errors import DatabaseDamaged, DatabaseMissing, WrongPassphrase, disk_errors
from store.files import open_to_read
from store.home import Home
from store.opened_folder import require_answer, working_in
from store.secret import Secret
from store.slots import SlotTable
from store.unfinished import RESTORING, aside

_DATABASE: Final = "vault.db"
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a backup holds of a vault, every entry verified by itself.

    Attributes:
        vault: id of the vault that was backed up.
        label: its counsellor's display name.
        office_key: of its recovery slot; None where it had none.
        made_at: when the newest file of it was made.
        source: the folder that was used.
        held: as the newest file says; the spaces are those of all files.
        entries: of all spaces, laid by.
        playbooks: digest -> bytes.
        torn: names of files that did not count.
        from_copy: whether it was a copy of the closed vault.
    """

    vault: str
    label: str
    office_key: bytes | None
    made_at: datetime
    source: Path
    held: Held = field(repr=False)
    entries: Staging = field(repr=False)
    playbooks: dict[str, bytes] = field(repr=False)
    torn: tuple[str, ...] = ()
    from_copy: bool = False


def choose(folder: Path, vault: str = "") -> tuple[str, Path]:
    """Which vault's backups are meant: the only one, or the one named by the beginning of its id.

    Raises:
        NoBackup: there is none.
        SeveralBackups: there are several and none, or more than one, was named.
        DiskGone, DiskFailed: the folder can't be read.
    """
    place.require(folder)
    with working_in(folder):
        there = place.vaults(folder)
        fitting = {id: path for id, path in there.items() if id.startswith(vault)}
        if not fitting:
            raise NoBackup(folder)
        if len(fitting) > 1:
            names = tuple(f"{id} ({label})" if (label := label_of(path, id)) else id for id, path in fitting.items())
            raise SeveralBackups(names)
    return next(iter(fitting.items()))


def label_of(of_vault: Path, vault: str) -> str:
    """Whose backups they are, as the newest slots say; empty where none can be read."""
    for path in (*place.chains(of_vault), *place.copies(of_vault)):
        for table in place.tables(path, vault):
            return table.label
    return ""


def gather(
    of_vault: Path,
    vault: str,
    opener: Opener,
    home: Home,
    entries: Staging,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Gathered:
    """Read the newest backup that opens and is whole: a chain up to its last whole file, or a copy.

    Args:
        of_vault: where its backups are.
        vault: its id.
        opener: gives the data key of a slots table; None where it is another passphrase's.
        home: beside whose vaults a copy may be opened; sealed bytes only lie there.
        entries: where they are laid by.
        progress: called with (done, of how many).
        cancelled: asked now and then.

    Raises:
        WrongPassphrase: nothing that is there opens.
        NoBackup: nothing that opens is whole.
        BackupsApart: what opens is not all of one vault.
        EntriesRefused: an entry does not verify.
        BackupStopped: `cancelled` said so.
        DiskGone: the stick was pulled out: nothing is said of what lies on it.
        DiskFull, DiskFailed: the disk.
    """
    with working_in(of_vault) as folder:
        found = _gather(of_vault, vault, opener, home, entries, progress, cancelled)
        # What was not there because the stick was out was not lacking.
        folder.look()
        return found


def _gather(
    of_vault: Path,
    vault: str,
    opener: Opener,
    home: Home,
    entries: Staging,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> Gathered:
    opened = opened_last_first(of_vault, vault, opener)
    for one in opened:
        if one.path.name.startswith(place.COPY):
            with suppress(DatabaseDamaged, DatabaseMissing):
                gathered = _from_copy(one.path, one.table, one.data_key, home, entries)
                require_one_vault(one, gathered.held, opened)
                return gathered
            continue
        found = place.look(one.path, one.identity, progress=progress, cancelled=cancelled)
        if found.pieces:
            require_one_vault(one, found.last.head.held, opened)
            return from_chain(found, one.table, one.identity, entries, cancelled)
    paths = (*place.chains(of_vault), *place.copies(of_vault))
    if not opened and any(place.tables(path, vault) for path in paths):
        raise WrongPassphrase
    raise NoBackup(of_vault)


def from_chain(
    found: place.Chain,
    table: SlotTable,
    identity: HybridIdentity,
    entries: Staging,
    cancelled: Cancelled | None,
) -> Gathered:
    """All that a chain holds up to its last whole file.

    Raises:
        EntriesRefused: an entry does not verify.
        BackupDamaged: a file is another one by now.
        BackupStopped: `cancelled` said so.
    """
    playbooks: dict[str, bytes] = {}
    entries.expected = sum(piece.entries for piece in found.pieces)
    for piece in found.pieces:
        with disk_errors(piece.path):
            again = read_piece(
                piece.path,
                identity,
                each=entries.add,
                playbook=lambda raw: playbooks.update({f"sha256:{hashlib.sha256(raw).hexdigest()}": raw}),
                cancelled=cancelled,
            )
        if again.digest != piece.digest:
            raise BackupDamaged(piece.path, "changed-while-read")
    entries.finish()
    last = found.last.head
    return Gathered(
        vault=last.held.vault,
        label=table.label,
        office_key=table.recovery.key if table.recovery else None,
        made_at=last.made_at,
        source=found.path,
        held=replace(last.held, spaces=_all_spaces(found)),
        entries=entries,
        playbooks=playbooks,
        torn=tuple(path.name for path in found.torn),
    )


def _all_spaces(found: place.Chain) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The spaces as the newest file says, then those that only earlier files name.

    A vault that was put back to an earlier state goes on with the chain, and does not know the cases that it lost.
    """
    spaces = {space: (space, kind, heads) for piece in found.pieces for space, kind, heads in piece.head.held.spaces}
    last = {space: spaces.pop(space) for space, _kind, _heads in found.last.head.held.spaces}
    return (*last.values(), *spaces.values())


def _from_copy(path: Path, table: SlotTable, data_key: Secret, home: Home, entries: Staging) -> Gathered:
    """A copy is opened where it can be written, so that a log that lies with it is taken in; the stick is only read."""
    with aside(home, RESTORING) as folder:
        try:
            for file in (_DATABASE, f"{_DATABASE}-wal"):
                # The log may be lacking; one that can't be read is not left out.
                with suppress(FileNotFoundError), open_to_read(path / file) as reading:
                    _copy(reading, folder / file)
        except OSError:
            require_answer(path)
            raise DatabaseDamaged(path) from None
        connection = database.connect(folder / _DATABASE, data_key)
        try:
            state = held(connection, table.vault)
            for space, _kind, _heads in state.spaces:
                for one in entries_beyond(connection, space, ()):
                    entries.add(one)
            entries.finish()
            playbooks = {digest: playbook(connection, digest) for digest in state.playbooks}
        finally:
            connection.close()
    at = datetime.strptime(path.name.removeprefix(place.COPY)[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return Gathered(
        vault=table.vault,
        label=table.label,
        office_key=table.recovery.key if table.recovery else None,
        made_at=at,
        source=path,
        held=state,
        entries=entries,
        playbooks=playbooks,
        from_copy=True,
    )


def _copy(reading: BinaryIO, target: Path) -> None:
    with disk_errors(target):
        writing = target.open("xb", buffering=0)
    with writing:
        while piece := reading.read(_PIECE):
            with disk_errors(target):
                write_all(writing, piece)


def kinds_of(state: Held) -> dict[str, SpaceKind]:
    """Space -> kind, in the order of the vault that was backed up."""
    return {space: SpaceKind(kind) for space, kind, _heads in state.spaces}
