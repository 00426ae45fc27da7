"""What lies in a folder of backups: chains of sealed files, each of which builds on the one before; putting a file.

    DIR/segl-backup-<vault>/<when>-<random>/   a chain: vault.slots, vault.slots.2, 0001-<random>.age, ...
    DIR/segl-backup-<vault>/copy-<when>/       a copy of the closed vault, as it is (`store.backup.copies`)

A file counts when it was read to its end and names the file before it by its digest. A torn one is passed over, and
said: the next backup takes its place.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from store import slots
from store.age.hybrid import HybridIdentity
from store.age.writer import EncryptingWriter
from store.backup.errors import BackupDamaged, BackupFolderUnfit, BackupStopped
from store.backup.form import Cancelled, Each, Head, Piece, Progress, read_piece
from store.errors import NewerFormat, disk_errors
from store.files import FILE_MODE, is_file, is_folder, make_private_folder, read_at_most, sync_folder
from store.opened_folder import require_answer
from store.slot_parts import SlotsFault
from store.slots import SlotTable

PREFIX: Final = "segl-backup-"
COPY: Final = "copy-"
_OF_VAULT: Final = re.compile(rf"{PREFIX}([0-9a-f]{{16}})")
_CHAIN: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")
_BEGUN: Final = re.compile(rf"\.({_CHAIN.pattern})\.removing")
_COPIED: Final = re.compile(rf"{COPY}[0-9]{{8}}T[0-9]{{6}}Z(-[0-9a-f]{{8}})?")
_FILE: Final = re.compile(r"([0-9]{4,})-[0-9a-f]{8}\.age")
_SLOTS: Final = (slots.FIRST, slots.SECOND)
_UNFINISHED: Final = re.compile(r"\.([0-9]{4,}-[0-9a-f]{8}\.age|vault\.slots(\.2)?\.[0-9a-f]{8})\.new")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain as far as it is whole.

    Attributes:
        path: its folder.
        pieces: the files that count, the first first.
        torn: files that do not.
        locked: whether a file is sealed to another key than the one tried.
    """

    path: Path
    pieces: tuple[Piece, ...] = ()
    torn: tuple[Path, ...] = ()
    locked: bool = False

    @property
    def last(self) -> Piece:
        """The newest file that counts."""
        return self.pieces[-1]


def stamp(at: datetime) -> str:
    """A time as it stands in the name of a folder."""
    return at.strftime("%Y%m%dT%H%M%SZ")


def require(folder: Path, *, home: Path | None = None) -> None:
    """Refuse a folder that is not there, or that lies in the home.

    Raises:
        BackupFolderUnfit: it is.
        DiskGone, DiskFailed: it can't be looked at.
    """
    with disk_errors(folder):
        if not is_folder(folder):
            raise BackupFolderUnfit(folder, "missing")
        if home is not None and folder.resolve().is_relative_to(home.resolve()):
            raise BackupFolderUnfit(folder, "home")


def vaults(folder: Path) -> dict[str, Path]:
    """The vaults of which a folder has backups: id -> folder. The folder itself may be that of one."""
    with disk_errors(folder):
        return {
            match[1]: path
            for path in ([folder] if _OF_VAULT.fullmatch(folder.name) else sorted(folder.iterdir()))
            if (match := _OF_VAULT.fullmatch(path.name)) and is_folder(path) and not path.is_symlink()
        }


def of_vault(folder: Path, vault: str) -> Path:
    """Where the backups of one vault are, there or not."""
    return folder if folder.name == f"{PREFIX}{vault}" else folder / f"{PREFIX}{vault}"


def chains(folder: Path) -> tuple[Path, ...]:
    """The chains of one vault, by their names; `store.backup.order` says which was written last."""
    return _named(folder, _CHAIN)


def copies(folder: Path) -> tuple[Path, ...]:
    """The copies of one vault, the newest first."""
    return _named(folder, _COPIED)


def being_removed(folder: Path) -> tuple[str, ...]:
    """The names of chains whose removal was begun and not finished; they count no more."""
    return tuple(sorted(_BEGUN.sub(r"\1", path.name) for path in _named(folder, _BEGUN)))


def set_aside(chain: str) -> str:
    """What a chain is called from when its removal is begun."""
    return f".{chain}.removing"


def is_ours(name: str) -> bool:
    """Whether a file of this name in a chain is one that a backup puts there."""
    return name in _SLOTS or any(form.fullmatch(name) for form in (_FILE, _UNFINISHED))


def _named(folder: Path, form: re.Pattern[str]) -> tuple[Path, ...]:
    with disk_errors(folder):
        if not is_folder(folder):
            return ()
        found = [path for path in folder.iterdir() if form.fullmatch(path.name) and is_folder(path)]
    return tuple(sorted((path for path in found if not path.is_symlink()), key=lambda path: path.name, reverse=True))


def tables(path: Path, vault: str) -> tuple[SlotTable, ...]:
    """The slots that lie with a chain or a copy, newest first; what can't be read is passed over."""
    found: list[SlotTable] = []
    for name in _SLOTS:
        table = _table(path / name)
        if table is not None and table.vault == vault and table not in found:
            found.append(table)
    return tuple(sorted(found, key=lambda table: -table.generation))


def _table(path: Path) -> SlotTable | None:
    with suppress(OSError, SlotsFault, NewerFormat):
        return slots.decode(read_at_most(path, slots.MAX_BYTES + 1), path)
    return None


def files(path: Path) -> tuple[Path, ...]:
    """The files of a chain by their names, the first first, whole or not.

    Raises:
        DiskGone, DiskFailed: the folder can't be read.
    """
    with disk_errors(path):
        return tuple(sorted(file for file in path.iterdir() if _FILE.fullmatch(file.name) and is_file(file)))


def look(
    path: Path,
    identity: HybridIdentity,
    *,
    each: Each | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Chain:
    """Read a chain from its first file to the last that counts.

    Args:
        path: of the chain.
        identity: what opens it.
        each: called with every entry, also of files that then do not count.
        progress: called with (bytes read, of how many).
        cancelled: asked now and then.

    Raises:
        BackupStopped: `cancelled` said so.
        DiskGone, DiskFailed: the folder can't be read.
    """
    there = files(path)
    with disk_errors(path):
        total = sum(file.stat().st_size for file in there)
    done = 0

    def moved(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, max(done, total))
        if cancelled is not None and cancelled():
            raise BackupStopped

    pieces: list[Piece] = []
    torn: list[Path] = []
    locked = False
    for file in there:
        try:
            piece = read_piece(file, identity, each=each, moved=moved, cancelled=cancelled)
            _require_next(piece, pieces, path)
        except BackupDamaged as damaged:
            locked |= damaged.fault == "no-match"
            torn.append(file)
        except OSError:
            # One file that can't be read does not count; a stick that is out says nothing of its files.
            require_answer(path)
            torn.append(file)
        else:
            pieces.append(piece)
    return Chain(path=path, pieces=tuple(pieces), torn=tuple(torn), locked=locked)


def _require_next(piece: Piece, before: list[Piece], path: Path) -> None:
    head = piece.head
    wanted = (path.name, len(before) + 1, before[-1].digest if before else "")
    if (head.chain, head.number, head.previous) != wanted or not piece.path.name.startswith(f"{head.number:04}-"):
        raise BackupDamaged(piece.path, "not-the-next")


def new_chain(folder: Path, at: datetime) -> Path:
    """The folder of a chain that is begun; it is made when the first file is put."""
    return folder / f"{stamp(at)}-{secrets.token_hex(4)}"


class Sink:
    """The file of a backup while it is written: it gets its name when it was read back and is the same."""

    def __init__(self, chain: Path, head: Head, identity: HybridIdentity, cancelled: Cancelled | None) -> None:
        self._target = chain / f"{head.number:04}-{secrets.token_hex(4)}.age"
        self._temporary = chain / f".{self._target.name}.new"
        self._identity = identity
        self._cancelled = cancelled
        self._hash = hashlib.sha256()
        self._writer: EncryptingWriter | None = None
        with disk_errors(chain):
            make_private_folder(chain)
            sweep(chain)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file: BinaryIO = open(os.open(self._temporary, flags, FILE_MODE), "wb", buffering=0)  # noqa: SIM115, PTH123
            try:
                self._writer = EncryptingWriter(self._file, [identity.recipient])
            except BaseException:
                self.discard()
                raise
        self.write(head.line())

    def write(self, line: bytes) -> None:
        """A line, its end too."""
        assert self._writer is not None
        self._hash.update(line)
        with disk_errors(self._temporary):
            self._writer.write(line)

    def finish(self, moved: Callable[[int], None] | None = None) -> Piece:
        """Close it, read it back from the disk, and name it.

        Raises:
            BackupDamaged: what is read is not what was written; nothing of it stays.
        """
        assert self._writer is not None
        with disk_errors(self._temporary):
            self._writer.close()
            os.fsync(self._file.fileno())
            forget(self._file.fileno())
            self._file.close()
            again = hashlib.sha256()
            piece = read_piece(
                self._temporary,
                self._identity,
                plain=lambda line: again.update(line + b"\n"),
                moved=moved,
                cancelled=self._cancelled,
            )
            if again.digest() != self._hash.digest():
                raise BackupDamaged(self._temporary, "read-back")
            self._temporary.rename(self._target)
            sync_folder(self._target.parent)
        return Piece(path=self._target, head=piece.head, digest=piece.digest, size=piece.size, entries=piece.entries)

    def discard(self) -> None:
        """Nothing of it stays, as far as the disk lets go of it: a stick may be gone."""
        if self._writer is not None:
            self._writer.abort()
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)
        with suppress(OSError):
            # Only where it is empty: a chain without a file.
            self._temporary.parent.rmdir()


def forget(handle: int) -> None:
    """Let the system forget what it has of the file, so that it is read from the disk and not from memory."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def sweep(chain: Path) -> None:
    """Take away what an interrupted backup left."""
    with suppress(OSError):
        for path in chain.iterdir():
            if _UNFINISHED.fullmatch(path.name):
                path.unlink(missing_ok=True)


def tidy(chain: Path) -> None:
    """The same in a chain of which no file counts; it goes where nothing else is in it."""
    sweep(chain)
    with suppress(OSError):
        chain.rmdir()


def put_slots(chain: Path, table: SlotTable) -> bool:
    """Put the slots beside the files, where one of the two is not there or older; whether anything was written."""
    if all(_table(chain / name) == table for name in _SLOTS):
        return False
    with disk_errors(chain):
        slots.write_table(chain, table)
    return True
