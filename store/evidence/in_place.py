"""A file that is read once where it lies: opened read-only, watched, and let go of without a trace.

Whatever is not a regular file is refused before it is opened: a FIFO would wait for ever, a device may do something. A
symlink that a person names is followed to a regular file. The access time is left alone where the system allows that,
and the pages are dropped from the cache: those of a large file while it is read, so that the cache does not swell. What
a file was before and after it was read has to be the same, or nothing that was read of it counts. What tells is its
times, too: one that was written a moment ago is read once the next writing is sure to show in them. A program that
writes through a mapping it already had can show there late; no reading of times catches that.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from guidance.system_words import system_words
from store.evidence.errors import (
    AnyPath,
    FileChanged,
    FileMadeUp,
    FileUnreadable,
    FileVanished,
    NotAFile,
    NotHashed,
)

DROP_EVERY: Final = 32 << 20
"""Bytes after which what was read is dropped from the page cache."""
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_TICK: Final = 20_000_000
"""Nanoseconds in which two writings may carry the same time: a tick of the system's clock, and some."""
_COARSE_TICK: Final = 2_000_000_000
"""The same where a file has no parts of a second: on a stick with FAT, times are two seconds apart."""
_NO_ACCESS_TIME: Final = getattr(os, "O_NOATIME", 0)


class InPlace:
    """Use it in a `with`: `readinto` to the end, then `finish`.

    Attributes:
        path: as given, bytes.
        size: bytes the file had when it was opened.
        read: bytes that were read of it.
        identity: device, inode, size and times that the file has as long as nobody changes it.

    Raises:
        FileVanished: there is none, or it went away.
        NotAFile: it is no regular file.
        FileUnreadable: no permission, or the disk failed.
        FileChanged: it was replaced meanwhile.
    """

    def __init__(self, path: AnyPath) -> None:
        self.path = os.fsencode(path)
        self._path = Path(os.fsdecode(self.path))
        self._file: io.FileIO | None = None
        self._dropped = 0
        self.read = 0
        if not self.path:
            raise FileVanished(self.path)

    def __enter__(self) -> Self:
        try:
            before = self._path.stat()
            _require_regular(self.path, before.st_mode)
            if wait := _fresh_for(before, time.time_ns()):
                time.sleep(wait / 1e9)
                before = self._path.stat()
                _require_regular(self.path, before.st_mode)
            self._file = io.FileIO(_open(self._path), "rb")
            found = os.fstat(self._file.fileno())
            _require_regular(self.path, found.st_mode)
            if _identity(found) != _identity(before):
                raise FileChanged(self.path)
        except OSError as error:
            self._close()
            raise named_failure(self.path, error) from None
        except ValueError:
            # A NUL in a name: no file has one.
            raise FileVanished(self.path) from None
        except BaseException:
            self._close()
            raise
        self.size = found.st_size
        self.identity = _identity(found)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill some of it; 0 at the end.

        Raises:
            FileUnreadable: the disk failed.
            FileChanged, FileMadeUp: there is more of it than it said.
        """
        assert self._file is not None
        try:
            length = self._file.readinto(buffer)
        except OSError as error:
            raise named_failure(self.path, error) from None
        if length is None:
            # It would have to be waited for, which no file on a disk has.
            raise NotAFile(self.path, "other")
        self.read += length
        if self.read > self.size:
            # At once: what grows as fast as it is read has no end.
            self._compare()
        if self.read - self._dropped >= DROP_EVERY:
            self._drop(self._dropped, self.read - self._dropped)
            self._dropped = self.read
        return length

    def finish(self) -> bytes:
        """Make sure that what was read is the file as it was and is.

        Returns:
            Where the path led, if it was a symlink; else nothing.

        Raises:
            FileChanged: it was written to or replaced meanwhile.
            FileMadeUp: it was not, and has another size than it said.
            FileVanished: it went away.
        """
        self._compare()
        try:
            return os.fsencode(self._path.resolve()) if self._path.is_symlink() else b""
        except OSError as error:
            raise named_failure(self.path, error) from None

    def _compare(self) -> None:
        assert self._file is not None
        try:
            after, there = os.fstat(self._file.fileno()), self._path.stat()
        except OSError as error:
            raise named_failure(self.path, error) from None
        if not self.identity == _identity(after) == _identity(there):
            raise FileChanged(self.path)
        if self.read != self.size:
            raise FileMadeUp(self.path)

    def _close(self) -> None:
        if self._file is not None:
            with self._file:
                self._drop(0, 0)

    def _drop(self, start: int, length: int) -> None:
        assert self._file is not None
        # A hint only, which a pipe that took the file's place refuses.
        with suppress(OSError):
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(self._file.fileno(), start, length, os.POSIX_FADV_DONTNEED)


def identity_of(path: AnyPath) -> tuple[int, ...]:
    """What `InPlace.identity` would be of the file as it lies there now; empty where there is none."""
    try:
        found = Path(os.fsdecode(path)).stat()
    except (OSError, ValueError):
        return ()
    return _identity(found) if stat.S_ISREG(found.st_mode) else ()


def _open(path: Path) -> int:
    try:
        return os.open(path, _FLAGS | _NO_ACCESS_TIME)
    except PermissionError:
        # Only the owner of a file may leave its access time alone.
        if not _NO_ACCESS_TIME:
            raise
        return os.open(path, _FLAGS)


def _require_regular(path: bytes, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotAFile(path, kind_of_mode(mode))


def kind_of_mode(mode: int) -> str:
    """What is no regular file: `folder`, `fifo`, `socket`, `device` or `other`."""
    for kind, holds in (
        ("folder", stat.S_ISDIR),
        ("fifo", stat.S_ISFIFO),
        ("socket", stat.S_ISSOCK),
        ("device", stat.S_ISCHR),
        ("device", stat.S_ISBLK),
    ):
        if holds(mode):
            return kind
    return "other"


def _fresh_for(found: os.stat_result, now: int) -> int:
    """For how many nanoseconds another writing could still carry the same time as the last one."""
    last = max(found.st_mtime_ns, found.st_ctime_ns)
    whole = found.st_mtime_ns % 1_000_000_000 == found.st_ctime_ns % 1_000_000_000 == 0
    age = now - last
    # A time to come is another clock's, and says nothing.
    # The clock of the files lags up to one of its own ticks behind: that goes on top where a tick is long, too.
    return max((_COARSE_TICK + _TICK if whole else _TICK) - age, 0) if age >= 0 else 0


def _identity(found: os.stat_result) -> tuple[int, ...]:
    # The time of writing can be set back by who wrote; the time of change (on Windows that of making) can't.
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _is_socket(path: bytes) -> bool:
    # A stick that is out says the same as a socket that is opened.
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)  # noqa: PTH116 - bytes
    except (OSError, ValueError):
        return False


def named_failure(path: bytes, error: OSError) -> NotHashed:
    """What the system said, as a failure that names the file."""
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}:
        return FileVanished(path)
    if error.errno == errno.EISDIR:
        return NotAFile(path, "folder")
    if error.errno == errno.ENXIO and _is_socket(path):
        return NotAFile(path, "socket")
    return FileUnreadable(path, system_words(error))
