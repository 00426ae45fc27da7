"""Delete exactly the file that was hashed, and see that it is gone.

The folder is opened once, part by part and without following a link, and everything is done by its descriptor. The file
is opened, hashed and compared while it is held open. To delete it, it is moved into a new folder that only this user
may enter, looked at there, and taken off only if it is the file that was read; anything else is moved back. So nobody
else can put another file under its name between looking and deleting. That Segl took it off stands in that folder
(`store.evidence.clearing_marks`), whatever cuts the work off. Every name of the file (hard links) has to be
given, and all lie in the same folder or each in one that is opened the same way.

POSIX only: without `dir_fd` there is no way to promise this, and clearing is refused (`NotOnThisSystem`).
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from store.evidence import clearing_marks as marks
from store.evidence.clearing_errors import ClearingCutOff, Hindrance, NotCleared, NotOnThisSystem
from store.evidence.clearing_hold import (
    FILE,
    FOLDER,
    HOLD,
    WATCH,
    Progress,
    Trace,
    close,
    digest_of,
    folder_of,
    hindrance,
    lies_there,
    put_back,
    whole,
)
from store.evidence.errors import AnyPath

_COMPUTED: Final = "sha256:"
_SHORT_NAME: Final = "system.ntfs_dos_name"
"""Under this NTFS-3G tells it."""
_CLOSES: Final = 2.0
"""Seconds that a disk may take to let go of a file that nobody has open any more."""

Identity = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What was seen after the deletion.

    Attributes:
        names: how many names were taken off.
        synced: whether the folders were written through to the disk.
    """

    names: int
    synced: bool


@dataclass(slots=True)
class Prepared:
    """A file that was hashed, agrees with the register, is held open, and can be deleted once."""

    paths: tuple[bytes, ...]
    size: int
    trace: Trace
    _digest: str
    _file: int
    _watch: int
    _folders: list[int]
    _names: list[bytes]
    _identity: Identity
    _moved: list[tuple[int, bytes]] = field(default_factory=list)
    _taken: int = 0

    def delete(self) -> Gone:
        """Delete it, and see that it is gone. The folder it was moved into stays until that is recorded.

        Raises:
            NotCleared: it could not be done; every name is back where it was, or `left` says where it lies.
            ClearingCutOff: the disk stopped answering, and what became of it is to be looked at later.
        """
        if _identity(os.fstat(self._file)) != self._identity:
            raise NotCleared(self.paths[0], Hindrance.CHANGED)
        hold = self._new_hold()
        try:
            try:
                self._move_in(hold)
                self._let_go()
                # On a disk without a journal what comes later may be on it first; then it would say too much.
                self._is_synced(hold)
                self._take_off(hold)
            except NotCleared:
                self._move_back(hold)
                raise
            return self._see(hold)
        except NotCleared:
            with suppress(OSError):
                marks.remove(self._folders[0], self.trace.hold)
            raise
        except OSError:
            raise ClearingCutOff(self.paths[0]) from None
        finally:
            close(hold)

    def close(self) -> None:
        """Let go of everything; twice is once."""
        self._let_go()
        while self._folders:
            close(self._folders.pop())
        if self._watch >= 0:
            close(self._watch)
            self._watch = -1

    def _new_hold(self) -> int:
        first, hold = self._folders[0], -1
        try:
            os.mkdir(self.trace.hold, 0o700, dir_fd=first)
            hold = os.open(self.trace.hold, FOLDER, dir_fd=first)
            marks.lay(hold, len(self._names))
        except OSError as error:
            if hold >= 0:
                close(hold)
            with suppress(OSError):
                marks.remove(first, self.trace.hold)
            raise NotCleared(self.paths[0], hindrance(error)) from None
        return hold

    def _move_in(self, hold: int) -> None:
        for number, (folder, name) in enumerate(zip(self._folders, self._names, strict=True)):
            try:
                os.rename(name, str(number), src_dir_fd=folder, dst_dir_fd=hold)
            except OSError as error:
                raise self._said(number, error) from None
            self._moved.append((folder, name))
            found = os.stat(str(number), dir_fd=hold, follow_symlinks=False)
            if (found.st_dev, found.st_ino) != self.trace.file or not stat.S_ISREG(found.st_mode):
                raise NotCleared(self.paths[number], Hindrance.CHANGED)
        read = os.fstat(self._file)
        # Moving it changed the time of change; what is in it, and how many names it has, must be as it was read.
        if (read.st_size, read.st_mtime_ns) != self._identity[2:4] or read.st_nlink != len(self._names):
            raise NotCleared(self.paths[0], Hindrance.CHANGED)

    def _let_go(self) -> None:
        """Close the file: a disk through FUSE keeps what is deleted while it is open, under a hidden name."""
        if self._file >= 0 and self._file != self._watch:
            close(self._file)
            self._file = -1

    def _take_off(self, hold: int) -> None:
        for number in range(len(self._moved)):
            try:
                marks.take_off(hold, number)
            except OSError as error:
                raise self._said(number, error) from None
            self._taken += 1

    def _said(self, number: int, error: OSError) -> NotCleared | OSError:
        """What a failure means; of a disk that failed is not known whether it did what it was asked."""
        why = hindrance(error)
        return error if why is Hindrance.DISK else NotCleared(self.paths[number], why)

    def _move_back(self, hold: int) -> None:
        for number, (folder, name) in reversed(list(enumerate(self._moved))[self._taken :]):
            with suppress(FileNotFoundError):
                os.stat(str(number), dir_fd=hold, follow_symlinks=False)
                put_back(hold, str(number), folder, name, self.paths[number])

    def _see(self, hold: int) -> Gone:
        if not _empties(hold):
            raise NotCleared(self.paths[0], Hindrance.HELD_OPEN)
        synced = self._is_synced(hold)
        for folder, name, path in zip(self._folders, self._names, self.paths, strict=True):
            if lies_there(folder, name, self._digest, self.size):
                raise NotCleared(path, Hindrance.STILL_THERE)
        if _names_of(self._watch):
            raise NotCleared(self.paths[0], Hindrance.STILL_THERE)
        return Gone(names=len(self._names), synced=synced)

    def _is_synced(self, hold: int) -> bool:
        """Whether the folders are written through to the disk; all are tried."""
        confirmed = [_is_synced(folder) for folder in (hold, *self._folders)]
        return all(confirmed)


@contextmanager
def prepared(
    paths: Sequence[AnyPath],
    *,
    digest: str,
    size: int | None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Prepared]:
    """Hash a file where it lies, compare it with the register, and hold it open for `Prepared.delete`.

    Args:
        paths: all names of one file; more than one only where it has hard links.
        digest: of the register; only a `sha256:<hex>` can be compared.
        size: bytes, where the register knows it.
        progress: called with bytes read and bytes in all.
        cancelled: asked before each piece.

    Raises:
        NotCleared: it can't be cleared, and why; nothing was touched.
        HashingCancelled: `cancelled` said so.
        NotOnThisSystem: this system has no way to do it safely.
    """
    if os.unlink not in os.supports_dir_fd or os.rename not in os.supports_dir_fd or not paths:
        raise NotOnThisSystem
    raws = tuple(os.fsencode(path) for path in paths)
    if not digest.startswith(_COMPUTED):
        raise NotCleared(raws[0], Hindrance.ALGORITHM)
    ready = Prepared(raws, 0, Trace(names=raws, hold=""), digest, -1, -1, [], [], (0, 0, 0, 0, 0))
    try:
        _hold_open(ready)
        found = os.fstat(ready._file)
        _require_names(raws, ready._folders, ready._names, found, found.st_nlink - _short_names(ready._file))
        _require_writable(raws, ready._folders, found)
        _require_agreement(raws[0], ready._file, digest, size, progress, cancelled)
        if _identity(os.fstat(ready._file)) != _identity(found):
            raise NotCleared(raws[0], Hindrance.CHANGED)
        if opened_elsewhere(ready._file):
            raise NotCleared(raws[0], Hindrance.IN_USE)
        ready.size, ready._identity = found.st_size, _identity(found)
        ready.trace = Trace(
            names=tuple(whole(raw) for raw in raws),
            hold=HOLD + secrets.token_hex(8),
            file=(found.st_dev, found.st_ino),
            size=found.st_size,
            changed=found.st_mtime_ns,
        )
        yield ready
    except OSError as error:
        raise NotCleared(raws[0], hindrance(error)) from None
    finally:
        ready.close()


def _hold_open(ready: Prepared) -> None:
    """Open the folders, the file to be read, and the file to be watched after it was closed."""
    for raw in ready.paths:
        folder, name = folder_of(raw)
        ready._folders.append(folder)
        ready._names.append(name)
    ready._file = _open_file(ready.paths[0], ready._folders[0], ready._names[0])
    if WATCH is None:
        ready._watch = ready._file
        return
    ready._watch = os.open(ready._names[0], WATCH, dir_fd=ready._folders[0])
    if _identity(os.fstat(ready._watch)) != _identity(os.fstat(ready._file)):
        raise NotCleared(ready.paths[0], Hindrance.CHANGED)


def _empties(hold: int) -> bool:
    """Whether only marks are left, at once or soon: a disk may keep a file there while another program has it open."""
    end = time.monotonic() + _CLOSES
    while marks.held(hold):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _is_synced(folder: int) -> bool:
    try:
        os.fsync(folder)
    except OSError:
        return False
    return True


def _names_of(watch: int) -> int:
    """How many names a file has that was deleted; a disk through FUSE knows a file by its names only."""
    try:
        return os.fstat(watch).st_nlink
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ESTALE):
            return 0
        raise


def _open_file(raw: bytes, folder: int, name: bytes) -> int:
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        raise NotCleared(raw, Hindrance.LINK)
    if stat.S_ISDIR(found.st_mode):
        raise NotCleared(raw, Hindrance.FOLDER)
    if not stat.S_ISREG(found.st_mode):
        raise NotCleared(raw, Hindrance.NO_FILE)
    handle = os.open(name, FILE, dir_fd=folder)
    opened = os.fstat(handle)
    if _identity(opened) != _identity(found):
        os.close(handle)
        raise NotCleared(raw, Hindrance.CHANGED)
    return handle


def _require_names(
    raws: Sequence[bytes], folders: list[int], names: list[bytes], found: os.stat_result, count: int
) -> None:
    seen = set()
    for raw, folder, name in zip(raws, folders, names, strict=True):
        one = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (one.st_dev, one.st_ino) != (found.st_dev, found.st_ino):
            raise NotCleared(raw, Hindrance.ANOTHER)
        under = os.fstat(folder)
        if under.st_dev != found.st_dev:
            raise NotCleared(raw, Hindrance.MOUNT)
        seen.add((under.st_ino, name))
    if len(seen) != len(raws) or count != len(raws):
        raise NotCleared(raws[0], Hindrance.LINKS, count=count)


def _short_names(file: int) -> int:
    """How many names are no names of a person's: Windows gives a file a short one, and NTFS counts it as a hard link.

    It goes with the long one, wherever that is moved. NTFS-3G does not tell that of a file with hard links.
    """
    if hasattr(os, "getxattr"):
        with suppress(OSError):
            return 1 if os.getxattr(file, _SHORT_NAME) else 0
    return 0


def _require_writable(raws: Sequence[bytes], folders: list[int], found: os.stat_result) -> None:
    for raw, folder in zip(raws, folders, strict=True):
        if os.fstatvfs(folder).f_flag & os.ST_RDONLY:
            raise NotCleared(raw, Hindrance.READ_ONLY)
        under = os.fstat(folder)
        sticky = under.st_mode & stat.S_ISVTX and os.geteuid() not in (0, found.st_uid, under.st_uid)
        if sticky or not os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=True):
            raise NotCleared(raw, Hindrance.NO_RIGHT)


def _require_agreement(
    raw: bytes,
    file: int,
    digest: str,
    size: int | None,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    total = os.fstat(file).st_size
    if size is not None and total != size:
        raise NotCleared(raw, Hindrance.DIFFERS)
    computed, read = digest_of(file, total, progress, cancelled)
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    if read != total:
        raise NotCleared(raw, Hindrance.CHANGED)
    if computed != digest:
        raise NotCleared(raw, Hindrance.DIFFERS)


def opened_elsewhere(file: int) -> bool:
    """Whether another process of this user is seen to have the file open; what can't be looked at is not seen."""
    wanted = os.fstat(file)
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        with suppress(OSError):
            for one in os.listdir(process / "fd"):  # noqa: PTH208
                with suppress(OSError):
                    seen = os.stat(process / "fd" / one)  # noqa: PTH116
                    if (seen.st_dev, seen.st_ino) == (wanted.st_dev, wanted.st_ino):
                        return True
    return False


def _identity(found: os.stat_result) -> Identity:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
