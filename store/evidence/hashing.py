"""SHA-256 of files where they lie: read once, read-only, and nothing of them kept.

A file is read in pieces of 1 MiB into one buffer, without touching its access time where the system allows that, and
its pages are dropped from the cache afterwards. Whatever is not a regular file is refused before it is opened: a FIFO
would wait for ever, a device may do something. A symlink that a person names is followed to a regular file, and the
result says where it led. A file that changed while it was read has no digest.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store.evidence.errors import (
    AnyPath,
    FileChanged,
    FileUnreadable,
    FileVanished,
    HashingCancelled,
    NotAFile,
    NotHashed,
    shown_path,
)

PIECE: Final = 1 << 20

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_ACCESS_TIME: Final = getattr(os, "O_NOATIME", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedFile:
    """What is known of a file that was read.

    Attributes:
        path: as given, bytes.
        name: the last part of the path as text, with what cannot be shown made visible.
        raw_name: the bytes of the last part of the path, hex: a folder's name may be a person's.
        digest: `sha256:<hex>`.
        size: bytes.
        target: where `path` led, if it was a symlink; empty if it was none.
    """

    path: bytes
    name: str
    raw_name: str
    digest: str
    size: int
    target: bytes = b""


def hash_file(path: AnyPath, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> HashedFile:
    """Read one file where it lies.

    Args:
        path: any bytes the system allows in a name.
        progress: called after each piece with the bytes read so far and the size the file had at the start.
        cancelled: asked before each piece.

    Raises:
        FileVanished: there is none, or it went away.
        NotAFile: it is no regular file.
        FileUnreadable: no permission, or the disk failed.
        FileChanged: it was written to or replaced meanwhile.
        HashingCancelled: `cancelled` said so.
    """
    raw = os.fsencode(path)
    if not raw:
        raise FileVanished(raw)
    file = Path(os.fsdecode(raw))
    try:
        before = file.stat()
        _require_regular(raw, before.st_mode)
        handle = _open(file)
        try:
            found = os.fstat(handle)
            _require_regular(raw, found.st_mode)
            if _identity(found) != _identity(before):
                raise FileChanged(raw)
            digest, size = _read(handle, found.st_size, progress, cancelled)
            after = os.fstat(handle)
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)
        there = file.stat()
        if size != found.st_size or not _identity(found) == _identity(after) == _identity(there):
            raise FileChanged(raw)
        target = os.fsencode(file.resolve()) if file.is_symlink() else b""
    except OSError as error:
        raise _named(raw, error) from None
    except ValueError:
        # A NUL in a name: no file has one.
        raise FileVanished(raw) from None
    return HashedFile(
        path=raw,
        name=shown_path(file.name),
        raw_name=raw.rstrip(b"/").rpartition(b"/")[2].hex(),
        digest=f"sha256:{digest}",
        size=size,
        target=target,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProgress:
    """How far a queue of files has come.

    Attributes:
        file: number of the file being read, from 1.
        files: how many there are.
        name: of the file being read, as text.
        done: bytes read of all files; the whole size of a file that failed counts as done.
        total: bytes of all files, as they were at the start.
        rate: bytes a second since the start; 0 until there is something to say.
    """

    file: int
    files: int
    name: str
    done: int
    total: int
    rate: float

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at this rate, in seconds."""
        return (self.total - self.done) / self.rate if self.rate else None


def hash_files(
    paths: Iterable[AnyPath],
    *,
    progress: Callable[[QueueProgress], None] | None = None,
    cancelled: Cancelled | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[HashedFile | NotHashed]:
    """Read files one after the other; one that cannot be read gives its error and does not stop the others.

    Yields:
        For each path, in order, the result or the error.

    Raises:
        HashingCancelled: `cancelled` said so; what came before stays with the caller.
    """
    queue = [os.fsencode(path) for path in paths]
    sizes = [_size(path) for path in queue]
    total, start, done = sum(sizes), clock(), 0
    for place, path in enumerate(queue):

        def report(read: int, _size: int, place: int = place, path: bytes = path, done: int = done) -> None:
            if progress is not None:
                so_far = min(done + min(read, sizes[place]), total)
                seconds = clock() - start
                progress(
                    QueueProgress(
                        file=place + 1,
                        files=len(queue),
                        name=shown_path(Path(os.fsdecode(path)).name),
                        done=so_far,
                        total=total,
                        rate=so_far / seconds if seconds > 0 else 0.0,
                    )
                )

        outcome: HashedFile | NotHashed
        try:
            outcome = hash_file(path, progress=report, cancelled=cancelled)
        except NotHashed as failure:
            outcome = failure
        done += sizes[place]
        report(0, 0, done=done)
        yield outcome


def _read(handle: int, size: int, progress: Progress | None, cancelled: Cancelled | None) -> tuple[str, int]:
    digest = hashlib.sha256()
    view = memoryview(bytearray(PIECE))
    read = 0
    file = io.FileIO(handle, closefd=False)
    while True:
        if cancelled is not None and cancelled():
            raise HashingCancelled
        length = file.readinto(view)
        if not length:
            return digest.hexdigest(), read
        digest.update(view[:length])
        read += length
        if progress is not None:
            progress(read, size)


def _open(path: Path) -> int:
    try:
        return os.open(path, _FLAGS | _NO_ACCESS_TIME)
    except PermissionError:
        # Only the owner of a file may leave its access time alone.
        if not _NO_ACCESS_TIME:
            raise
        return os.open(path, _FLAGS)


def _require_regular(path: bytes, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    for kind, holds in (
        ("folder", stat.S_ISDIR),
        ("fifo", stat.S_ISFIFO),
        ("socket", stat.S_ISSOCK),
        ("device", stat.S_ISCHR),
        ("device", stat.S_ISBLK),
    ):
        if holds(mode):
            raise NotAFile(path, kind)
    raise NotAFile(path, "other")


def _identity(found: os.stat_result) -> Sequence[int]:
    # The time of writing can be set back by who wrote; the time of change (on Windows that of making) can't.
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _size(path: bytes) -> int:
    try:
        found = Path(os.fsdecode(path)).stat()
    except (OSError, ValueError):
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _named(path: bytes, error: OSError) -> NotHashed:
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}:
        return FileVanished(path)
    if error.errno == errno.EISDIR:
        return NotAFile(path, "folder")
    if error.errno == errno.ENXIO:
        return NotAFile(path, "socket")
    return FileUnreadable(path, error.strerror or type(error).__name__)
