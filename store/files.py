"""Private files and folders, written so that a power cut leaves the old or the new one whole.

What differs from system to system is at the end: syncing a folder and the lock of a file. Linux and macOS share one
implementation; on Windows a folder cannot be synced and the lock is taken by `msvcrt` (not tested there).
"""

from __future__ import annotations

import errno
import io
import json
import os
import secrets
import stat
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from store.errors import VaultInUse, disk_errors

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)


def make_private_folder(path: Path) -> None:
    """Make a folder, and what is missing above it, readable by its owner only, whatever the umask is.

    Raises:
        DiskFull: no room.
        DiskFailed: the system refuses.
    """
    with disk_errors(path):
        missing = [part for part in (path, *path.parents) if not part.exists()]
        for part in reversed(missing):
            part.mkdir(mode=FOLDER_MODE, exist_ok=True)
            part.chmod(FOLDER_MODE)
        path.chmod(FOLDER_MODE)


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner can read; there must be none of that name."""
    with disk_errors(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, FILE_MODE)
        try:
            _own(handle)
        finally:
            os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one step: a temporary one, synced, renamed, the folder synced.

    Raises:
        DiskFull: no room; the file that was there is untouched.
        DiskFailed: the system refuses; the file that was there is untouched.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        make_private_file(temporary)
        with disk_errors(path), temporary.open("r+b") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with disk_errors(path):
            temporary.replace(path)
            sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_at_most(path: Path, limit: int, *, follow: bool = True) -> bytes:
    """The first bytes of a regular file. A pipe or a device in its place is not waited for.

    Args:
        path: of the file.
        limit: how many at most.
        follow: whether a link may stand for the file.

    Raises:
        OSError: it can't be read, or is no regular file.
    """
    with open_to_read(path, follow=follow) as file:
        return file.read(limit)


def open_to_read(path: Path | str, *, follow: bool = True, dir_fd: int | None = None) -> io.BufferedReader:
    """A regular file, opened; what it is is asked of what was opened, and not of its name, which may be swapped.

    Args:
        path: of the file.
        follow: whether a link may stand for the file.
        dir_fd: of the folder in which a relative path begins.

    Raises:
        OSError: it can't be opened, is no regular file, or is a link that is not to be followed.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | _BINARY
    file = os.fdopen(os.open(path, flags | (0 if follow else _NO_FOLLOW), dir_fd=dir_fd), "rb")
    try:
        status = os.fstat(file.fileno())
        # Where the system can't refuse a link by itself, what the name is now has to be what was opened.
        if not stat.S_ISREG(status.st_mode) or not (
            follow or _NO_FOLLOW or os.path.samestat(status, os.stat(path, dir_fd=dir_fd, follow_symlinks=False))
        ):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    except BaseException:
        file.close()
        raise
    return file


def is_folder(path: Path) -> bool:
    """Whether it is one. `Path.is_dir` says no of what lies on a dead disk, too, on a newer Python.

    Raises:
        OSError: that can't be told.
    """
    return stat.S_ISDIR(_mode(path))


def is_file(path: Path) -> bool:
    """Whether it is a regular file; likewise."""
    return stat.S_ISREG(_mode(path))


def _mode(path: Path) -> int:
    """What lies there; 0 where nothing does."""
    try:
        return path.stat().st_mode
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return 0
        raise
    except ValueError:  # a NUL in the name, which no file can have
        return 0


def tighten(path: Path, mode: int = FILE_MODE) -> None:
    """Take away what others may do with a file or a folder, where it is more than nothing."""
    with disk_errors(path):
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(mode)


def sync_folder(path: Path) -> None:
    """Make the names in a folder last through a power cut."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class OwnerLock:
    """Says who has a vault open. The system drops it with the process, however that ends, so none is ever stale."""

    def __init__(self, path: Path, *, patience: float = 0) -> None:
        """Take the lock at once or not at all.

        Args:
            path: of the file that is locked; made where there is none.
            patience: seconds to wait for a lock that is held for a moment only.

        Raises:
            VaultInUse: another process (or another vault object of this one) has it.
            DiskFailed: the file cannot be made.
        """
        self._path = path
        with disk_errors(path):
            flags = os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _BINARY
            self._handle: int | None = os.open(path, flags, FILE_MODE)
        try:
            until = time.monotonic() + patience
            while not _lock(self._handle):
                if time.monotonic() >= until:
                    raise _in_use(self._handle)
                time.sleep(0.05)
            with disk_errors(path):
                _own(self._handle)
            self._say_who()
        except BaseException:
            self._close()
            raise

    def release(self) -> None:
        """Let go; the file stays, empty (taking it away would let two processes lock two files of one name)."""
        if self._handle is not None:
            try:
                os.ftruncate(self._handle, 0)
            finally:
                self._close()

    def _say_who(self) -> None:
        assert self._handle is not None
        # Needed only here, and not before the first screen.
        import socket

        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        owner = {"process": os.getpid(), "host": socket.gethostname(), "since": now}
        try:
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, json.dumps(owner).encode())
        except OSError:
            # Who holds the vault is a courtesy; a full disk must not keep anybody from reading what is in it.
            return

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _own(handle: int) -> None:
    # Whatever the umask took away or the file had before. Windows has no such bits.
    if hasattr(os, "fchmod"):
        os.fchmod(handle, FILE_MODE)


def _in_use(handle: int) -> VaultInUse:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        owner = json.loads(os.read(handle, 4096))
        host = "".join(c for c in str(owner["host"]) if c.isprintable())[:64]
        return VaultInUse(process=int(owner["process"]), host=host, since=datetime.fromisoformat(str(owner["since"])))
    except (ValueError, KeyError, TypeError, OSError):
        return VaultInUse()


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        # The byte lies far behind the text, which others must still be able to read.
        try:
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
