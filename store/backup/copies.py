"""Copying closed vaults as they are, sealed, without unlocking one: for an administrator, or a clock.

The owner's lock is held meanwhile, so that database, log and slots belong together. Vaults that are open are named and
passed over.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from guidance.language import _
from store.backup import chain as place
from store.backup.errors import BackupDamaged, BackupStopped
from store.backup.form import Cancelled, Progress
from store.errors import VaultInUse, disk_errors
from store.files import FILE_MODE, OwnerLock, is_file, make_private_folder, sync_folder
from store.home import Home, VaultRef
from store.opened_folder import OpenedFolder, require_answer, working_in

_PIECE: Final = 1024 * 1024
_LOCK: Final = "vault.lock"
_LEFT_OUT: Final = frozenset({_LOCK, "vault.attempts"})
_UNFINISHED: Final = re.compile(r"\.copy-.*\.new")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What became of one vault.

    Attributes:
        vault: its id.
        label: its counsellor's display name.
        outcome: `copied`, `unchanged` (the newest copy is the same, byte for byte), or `in-use`.
        path: of the copy; None where there is none.
        size: bytes that were written.
    """

    vault: str
    label: str
    outcome: str
    path: Path | None = None
    size: int = 0

    def words(self) -> str:
        """In a sentence."""
        said = {
            "copied": _("{vault}: copied and read back."),
            "unchanged": _("{vault}: as the newest copy is, which was read through."),
            "in-use": _("{vault}: in use, NOT copied."),
        }
        return said[self.outcome].format(vault=f"{self.vault} {self.label}".strip())


def copy_all(
    home: Home,
    folder: Path,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    now: datetime | None = None,
) -> tuple[Copied, ...]:
    """Copy every vault that nobody has open.

    Args:
        home: of the vaults.
        folder: on a stick or another disk.
        progress: called with (bytes, of how many).
        cancelled: asked for every mebibyte; whole copies stay.
        now: the time.

    Raises:
        BackupFolderUnfit: there is no such folder, or it lies in the home.
        BackupDamaged: what was written reads back otherwise.
        BackupStopped: `cancelled` said so.
        DiskGone: the stick was pulled out, or another folder has its name by now.
        DiskFull, DiskFailed: the disk.
    """
    place.require(folder, home=home.root)
    refs = home.vaults()
    total = 2 * sum(path.stat().st_size for ref in refs for path in _files(ref.path))
    done = 0

    def moved(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(min(done, total), total)
        if cancelled is not None and cancelled():
            raise BackupStopped

    at = (now or datetime.now(UTC)).replace(microsecond=0)
    with working_in(folder) as opened:
        return tuple(_copy(ref, opened, at, moved) for ref in refs)


def _files(path: Path) -> list[Path]:
    with disk_errors(path):
        return sorted(
            file
            for file in path.iterdir()
            if is_file(file) and not file.is_symlink() and file.name not in _LEFT_OUT and not file.name.startswith(".")
        )


def _copy(ref: VaultRef, folder: OpenedFolder, at: datetime, moved: Callable[[int], None]) -> Copied:
    try:
        lock = OwnerLock(ref.path / _LOCK)
    except VaultInUse:
        return Copied(vault=ref.id, label=ref.label, outcome="in-use")
    try:
        return _copy_closed(ref, folder, at, moved)
    finally:
        lock.release()


def _copy_closed(ref: VaultRef, folder: OpenedFolder, at: datetime, moved: Callable[[int], None]) -> Copied:
    of_vault = place.of_vault(folder.path, ref.id)
    files = _files(ref.path)
    newest = next(iter(place.copies(of_vault)), None)
    if newest is not None and _same(files, newest, moved):
        return Copied(vault=ref.id, label=ref.label, outcome="unchanged", path=newest)
    with disk_errors(of_vault):
        make_private_folder(of_vault)
        for left in of_vault.iterdir():
            if _UNFINISHED.fullmatch(left.name):
                shutil.rmtree(left, ignore_errors=True)
    target = of_vault / f"{place.COPY}{place.stamp(at)}"
    if os.path.lexists(target):
        target = target.with_name(f"{target.name}-{secrets.token_hex(4)}")
    making = of_vault / f".{target.name}.new"
    size = 0
    made = making
    try:
        with disk_errors(of_vault):
            make_private_folder(making)
            folder.look()
            for file in files:
                size += _copy_file(file, making / file.name, moved)
            sync_folder(making)
            making.rename(target)
            made = target
            sync_folder(of_vault)
            folder.sync()
            # What was written into the empty folder that a stick left behind is no copy on the stick.
            folder.look()
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        with suppress(OSError):
            of_vault.rmdir()
        raise
    return Copied(vault=ref.id, label=ref.label, outcome="copied", path=target, size=size)


def _copy_file(source: Path, target: Path, moved: Callable[[int], None]) -> int:
    wanted = hashlib.sha256()
    size = 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with source.open("rb") as reading, open(os.open(target, flags, FILE_MODE), "wb") as writing:  # noqa: PTH123
        while piece := reading.read(_PIECE):
            wanted.update(piece)
            writing.write(piece)
            size += len(piece)
            moved(len(piece))
        writing.flush()
        os.fsync(writing.fileno())
        place.forget(writing.fileno())
    if _digest(target, moved) != wanted.digest():
        raise BackupDamaged(target, "read-back")
    return size


def _digest(path: Path, moved: Callable[[int], None]) -> bytes:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
            moved(len(piece))
    return found.digest()


def _same(files: list[Path], copy: Path, moved: Callable[[int], None]) -> bool:
    if [file.name for file in files] != [file.name for file in _files(copy)]:
        return False
    return all(_is_same(file, copy / file.name, moved) for file in files)


def _is_same(file: Path, copy: Path, moved: Callable[[int], None]) -> bool:
    with disk_errors(file):
        size, digest = file.stat().st_size, _digest(file, moved)
    try:
        return size == copy.stat().st_size and digest == _digest(copy, moved)
    except OSError:
        # A copy that can't be read is none; a stick that is out says nothing of it.
        require_answer(copy.parent)
        return False
