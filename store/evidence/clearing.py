"""Delete exactly the file that was hashed, and see that it is gone.

The folder is opened once, part by part and without following a link, and everything is done by its descriptor. The file
is opened, hashed and compared while it is held open. To delete it, it is moved into a new folder that only this user
may enter, looked at there, and taken off only if it is the file that was read; anything else is moved back. So nobody
else can put another file under its name between looking and deleting. Every name of the file (hard links) has to be
given, and all lie in the same folder or each in one that is opened the same way.

POSIX only: without `dir_fd` there is no way to promise this, and clearing is refused (`NotOnThisSystem`).
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from store.evidence.clearing_errors import Hindrance, NotCleared, NotOnThisSystem
from store.evidence.errors import AnyPath, HashingCancelled

PIECE: Final = 1 << 20
HOLD: Final = ".segl-clearing-"
_COMPUTED: Final = "sha256:"


def _flags(*names: str) -> int:
    """Flags of this system; one that it does not have says nothing, and then clearing is refused anyhow."""
    return sum(getattr(os, name, 0) for name in names)


_FOLDER: Final = _flags("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
_FILE: Final = _flags("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC")

Progress = Callable[[int, int], None]
Identity = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where to look after an interruption: kept in the vault, never in the journal.

    Attributes:
        names: each path that is deleted, bytes.
        hold: name of the folder into which the names are moved, in the folder of the first.
        folder: device and inode of that folder's parent.
        file: device and inode of the file.
    """

    names: tuple[bytes, ...]
    hold: str
    folder: tuple[int, int]
    file: tuple[int, int]


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
    _file: int
    _folders: list[int]
    _names: list[bytes]
    _identity: Identity
    _moved: list[tuple[int, bytes]] = field(default_factory=list)

    def delete(self) -> Gone:
        """Delete it, and see that it is gone.

        Raises:
            NotCleared: it could not be done; every name is back where it was, or `left` says where it lies.
        """
        if _identity(os.fstat(self._file)) != self._identity:
            raise NotCleared(self.paths[0], Hindrance.CHANGED)
        first = self._folders[0]
        try:
            os.mkdir(self.trace.hold, 0o700, dir_fd=first)
            hold = os.open(self.trace.hold, _FOLDER, dir_fd=first)
        except OSError as error:
            with suppress(OSError):
                os.rmdir(self.trace.hold, dir_fd=first)
            raise NotCleared(self.paths[0], _hindrance(error)) from None
        try:
            try:
                self._move_in(hold)
            except NotCleared:
                self._move_back(hold)
                raise
            self._take_off(hold)
        finally:
            os.close(hold)
            with suppress(OSError):
                os.rmdir(self.trace.hold, dir_fd=first)
        return self._see()

    def _move_in(self, hold: int) -> None:
        for number, (folder, name) in enumerate(zip(self._folders, self._names, strict=True)):
            try:
                os.rename(name, str(number), src_dir_fd=folder, dst_dir_fd=hold)
            except OSError as error:
                raise NotCleared(self.paths[number], _hindrance(error)) from None
            self._moved.append((folder, name))
            found = os.stat(str(number), dir_fd=hold, follow_symlinks=False)
            if (found.st_dev, found.st_ino) != self.trace.file or not stat.S_ISREG(found.st_mode):
                raise NotCleared(self.paths[number], Hindrance.CHANGED)
        read = os.fstat(self._file)
        # Moving it changed the time of change; what is in it, and how many names it has, must be as it was read.
        if (read.st_size, read.st_mtime_ns) != self._identity[2:4] or read.st_nlink != len(self._names):
            raise NotCleared(self.paths[0], Hindrance.CHANGED)

    def _take_off(self, hold: int) -> None:
        for number in range(len(self._moved)):
            try:
                os.unlink(str(number), dir_fd=hold)
            except OSError as error:
                self._move_back(hold)
                raise NotCleared(self.paths[number], _hindrance(error)) from None

    def _move_back(self, hold: int) -> None:
        for number, (folder, name) in reversed(list(enumerate(self._moved))):
            with suppress(FileNotFoundError):
                os.stat(str(number), dir_fd=hold, follow_symlinks=False)
                _put_back(hold, str(number), folder, name, self.paths[number])

    def _see(self) -> Gone:
        synced = True
        for folder, name, path in zip(self._folders, self._names, self.paths, strict=True):
            try:
                os.fsync(folder)
            except OSError:
                synced = False
            with suppress(FileNotFoundError):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if (found.st_dev, found.st_ino) == self.trace.file:
                    raise NotCleared(path, Hindrance.STILL_THERE)
        if os.fstat(self._file).st_nlink:
            raise NotCleared(self.paths[0], Hindrance.STILL_THERE)
        return Gone(names=len(self._names), synced=synced)


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
    handles: list[int] = []
    try:
        folders, names = [], []
        for raw in raws:
            folder, name = _folder_of(raw)
            handles.append(folder)
            folders.append(folder)
            names.append(name)
        file = _open_file(raws[0], folders[0], names[0])
        handles.append(file)
        found = os.fstat(file)
        _require_names(raws, folders, names, found)
        _require_writable(raws, folders, found)
        _require_agreement(raws[0], file, digest, size, progress, cancelled)
        if _identity(os.fstat(file)) != _identity(found):
            raise NotCleared(raws[0], Hindrance.CHANGED)
        if opened_elsewhere(file):
            raise NotCleared(raws[0], Hindrance.IN_USE)
        under = os.fstat(folders[0])
        trace = Trace(
            names=tuple(_whole(raw) for raw in raws),
            hold=HOLD + secrets.token_hex(8),
            folder=(under.st_dev, under.st_ino),
            file=(found.st_dev, found.st_ino),
        )
        yield Prepared(raws, found.st_size, trace, file, folders, names, _identity(found))
    except OSError as error:
        raise NotCleared(raws[0], _hindrance(error)) from None
    finally:
        for handle in handles:
            os.close(handle)


class Found:
    """What `look` finds after an interruption."""

    GONE: Final = "gone"
    THERE: Final = "there"
    UNKNOWN: Final = "unknown"


def look(trace: Trace) -> str:
    """What became of a file after an interruption; what lies in the hold is put back first.

    Returns:
        `Found.GONE` where the folder is the same and no name is the file; `Found.THERE` where a name is, or was put
        back; `Found.UNKNOWN` where the folder is not there or is another one (the stick was taken out).
    """
    folders: list[int] = []
    try:
        folders += [_folder_of(raw)[0] for raw in trace.names]
        under = os.fstat(folders[0])
        if (under.st_dev, under.st_ino) != trace.folder:
            return Found.UNKNOWN
        _empty_hold(trace, folders)
        for folder, raw in zip(folders, trace.names, strict=True):
            with suppress(FileNotFoundError):
                found = os.stat(raw.rpartition(b"/")[2], dir_fd=folder, follow_symlinks=False)
                if (found.st_dev, found.st_ino) == trace.file:
                    return Found.THERE
        return Found.GONE
    except (OSError, NotCleared):
        return Found.UNKNOWN
    finally:
        for folder in folders:
            os.close(folder)


def _empty_hold(trace: Trace, folders: list[int]) -> None:
    try:
        hold = os.open(trace.hold, _FOLDER, dir_fd=folders[0])
    except FileNotFoundError:
        return
    try:
        for number, (folder, raw) in enumerate(zip(folders, trace.names, strict=True)):
            with suppress(FileNotFoundError):
                os.stat(str(number), dir_fd=hold, follow_symlinks=False)
                _put_back(hold, str(number), folder, raw.rpartition(b"/")[2], raw)
    finally:
        os.close(hold)
    os.rmdir(trace.hold, dir_fd=folders[0])


def _put_back(hold: int, held: str, folder: int, name: bytes, path: bytes) -> None:
    """Put a name back, never over another: by a link where the disk knows links, else where the name is free."""
    try:
        os.link(held, name, src_dir_fd=hold, dst_dir_fd=folder, follow_symlinks=False)
        os.unlink(held, dir_fd=hold)
    except FileExistsError:
        raise NotCleared(path, Hindrance.NAME_TAKEN) from None
    except OSError:
        try:
            os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            os.rename(held, name, src_dir_fd=hold, dst_dir_fd=folder)
        else:
            raise NotCleared(path, Hindrance.NAME_TAKEN) from None


def _whole(raw: bytes) -> bytes:
    folder, _slash, name = os.path.abspath(raw).rpartition(b"/")  # noqa: PTH100
    return os.path.realpath(folder or b"/").rstrip(b"/") + b"/" + name


def _folder_of(raw: bytes) -> tuple[int, bytes]:
    """A descriptor of the folder a name lies in, walked without following a link from the root, and the name."""
    if not raw or b"\0" in raw or raw.endswith(b"/") or raw.rpartition(b"/")[2] in (b".", b".."):
        raise NotCleared(raw, Hindrance.FOLDER if raw else Hindrance.GONE)
    folder, _slash, name = _whole(raw).rpartition(b"/")
    handle = os.open("/", _FOLDER)
    for part in folder.split(b"/"):
        if not part:
            continue
        try:
            below = os.open(part, _FOLDER, dir_fd=handle)
        except OSError as error:
            raise NotCleared(raw, _hindrance(error)) from None
        finally:
            os.close(handle)
        handle = below
    return handle, name


def _open_file(raw: bytes, folder: int, name: bytes) -> int:
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        raise NotCleared(raw, Hindrance.LINK)
    if stat.S_ISDIR(found.st_mode):
        raise NotCleared(raw, Hindrance.FOLDER)
    if not stat.S_ISREG(found.st_mode):
        raise NotCleared(raw, Hindrance.NO_FILE)
    handle = os.open(name, _FILE, dir_fd=folder)
    opened = os.fstat(handle)
    if _identity(opened) != _identity(found):
        os.close(handle)
        raise NotCleared(raw, Hindrance.CHANGED)
    return handle


def _require_names(raws: Sequence[bytes], folders: list[int], names: list[bytes], found: os.stat_result) -> None:
    seen = set()
    for raw, folder, name in zip(raws, folders, names, strict=True):
        one = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (one.st_dev, one.st_ino) != (found.st_dev, found.st_ino):
            raise NotCleared(raw, Hindrance.ANOTHER)
        under = os.fstat(folder)
        if under.st_dev != found.st_dev:
            raise NotCleared(raw, Hindrance.MOUNT)
        seen.add((under.st_ino, name))
    if len(seen) != len(raws) or found.st_nlink != len(raws):
        raise NotCleared(raws[0], Hindrance.LINKS, count=found.st_nlink)


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
    sha, read = hashlib.sha256(), 0
    view = memoryview(bytearray(PIECE))
    reader = io.FileIO(file, closefd=False)
    while True:
        if cancelled is not None and cancelled():
            raise HashingCancelled
        length = reader.readinto(view)
        if not length:
            break
        sha.update(view[:length])
        read += length
        if progress is not None:
            progress(read, total)
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    if read != total:
        raise NotCleared(raw, Hindrance.CHANGED)
    if f"{_COMPUTED}{sha.hexdigest()}" != digest:
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


def _hindrance(error: OSError) -> Hindrance:
    return {
        errno.ENOENT: Hindrance.GONE,
        errno.ENOTDIR: Hindrance.GONE,
        errno.ELOOP: Hindrance.LINK,
        errno.EROFS: Hindrance.READ_ONLY,
        errno.EACCES: Hindrance.NO_RIGHT,
        errno.EPERM: Hindrance.NO_RIGHT,
        errno.EBUSY: Hindrance.MOUNT,
        errno.EXDEV: Hindrance.MOUNT,
        errno.ENOSPC: Hindrance.NO_ROOM,
    }.get(error.errno or 0, Hindrance.DISK)
