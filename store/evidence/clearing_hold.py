"""The folder that a file is moved into to be deleted, and what clearing and looking afterwards have in common.

Its name is drawn at random and kept in the vault, so that it says which disk is the one; numbers of files and disks do
not: an exFAT stick through FUSE invents them each time it is mounted, and every stick's first folder has the same.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from store.evidence.clearing_errors import Hindrance, NotCleared
from store.evidence.errors import HashingCancelled

HOLD: Final = ".segl-clearing-"
PIECE: Final = 1 << 20
READ_WHOLE: Final = 64 << 20
"""A larger file that has the right size is taken for the right one: it counts as there, which is the safe answer."""
_COMPUTED: Final = "sha256:"


def _flags(*names: str) -> int:
    """Flags of this system; one that it does not have says nothing, and then clearing is refused anyhow."""
    return sum(getattr(os, name, 0) for name in names)


FOLDER: Final = _flags("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
NO_LINK: Final = _flags("O_NOFOLLOW")
FILE: Final = _flags("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC")
WATCH: Final = _flags("O_PATH", "O_NOFOLLOW", "O_CLOEXEC") if hasattr(os, "O_PATH") else None
"""Holds a file without having it open, so that no disk keeps it for that; None where the system has no such way."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where to look after an interruption: kept in the vault, never in the journal.

    Attributes:
        names: each path that is deleted, bytes.
        hold: name of the folder into which the names are moved, in the folder of the first.
        file: device and inode of the file; of one process and one mounting, and no more.
        size: bytes; -1 where an earlier version did not keep it.
        changed: when it was changed last (ns); not kept.
    """

    names: tuple[bytes, ...]
    hold: str
    file: tuple[int, int] = (0, 0)
    size: int = -1
    changed: int = 0


def whole(raw: bytes) -> bytes:
    """A path without links but for the last part."""
    folder, _slash, name = os.path.abspath(raw).rpartition(b"/")  # noqa: PTH100
    return os.path.realpath(folder or b"/").rstrip(b"/") + b"/" + name


def folder_of(raw: bytes) -> tuple[int, bytes]:
    """A descriptor of the folder a name lies in, walked without following a link from the root, and the name.

    Raises:
        NotCleared: it is not there, or the path is none of a file.
    """
    if not raw or b"\0" in raw or raw.endswith(b"/") or raw.rpartition(b"/")[2] in (b".", b".."):
        raise NotCleared(raw, Hindrance.FOLDER if raw else Hindrance.GONE)
    folder, _slash, name = whole(raw).rpartition(b"/")
    handle = os.open("/", FOLDER)
    for part in folder.split(b"/"):
        if not part:
            continue
        try:
            below = os.open(part, FOLDER, dir_fd=handle)
        except OSError as error:
            raise NotCleared(raw, hindrance(error)) from None
        finally:
            os.close(handle)
        handle = below
    return handle, name


def put_back(hold: int, held: str, folder: int, name: bytes, path: bytes) -> None:
    """Put a name back, never over another: by a link where the disk knows links, else where the name is free.

    Raises:
        NotCleared: the name is taken.
        OSError: it can't be done.
    """
    try:
        os.link(held, name, src_dir_fd=hold, dst_dir_fd=folder, follow_symlinks=False)
        os.unlink(held, dir_fd=hold)
    except FileExistsError:
        one = os.stat(held, dir_fd=hold, follow_symlinks=False)
        other = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (one.st_dev, one.st_ino) != (other.st_dev, other.st_ino):
            raise NotCleared(path, Hindrance.NAME_TAKEN) from None
        # It was cut off between the two: it has both names.
        os.unlink(held, dir_fd=hold)
    except OSError:
        try:
            os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            os.rename(held, name, src_dir_fd=hold, dst_dir_fd=folder)
        else:
            raise NotCleared(path, Hindrance.NAME_TAKEN) from None


def lies_there(folder: int, name: bytes, digest: str, size: int) -> bool:
    """Whether there is a file of that name, or a link to one, with that content.

    One that can't be read counts, if its size is right.

    Raises:
        OSError: the disk does not answer.
    """
    try:
        # A link that leads to the content lets whoever opens the name have it.
        found = os.stat(name, dir_fd=folder)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        if error.errno == errno.ELOOP:
            return False
        raise
    if not stat.S_ISREG(found.st_mode) or (size >= 0 and found.st_size != size):
        return False
    if found.st_size > READ_WHOLE:
        return True
    try:
        handle = os.open(name, FILE & ~NO_LINK, dir_fd=folder)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    try:
        return digest_of(handle, found.st_size)[0] == digest
    finally:
        close(handle)


def digest_of(
    file: int, total: int, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> tuple[str, int]:
    """The digest of an open file, and how many bytes were read.

    Raises:
        HashingCancelled: `cancelled` said so.
    """
    sha, read = hashlib.sha256(), 0
    view = memoryview(bytearray(PIECE))
    reader = io.FileIO(file, closefd=False)
    while True:
        if cancelled is not None and cancelled():
            raise HashingCancelled
        length = reader.readinto(view)
        if not length:
            return f"{_COMPUTED}{sha.hexdigest()}", read
        sha.update(view[:length])
        read += length
        if progress is not None:
            progress(read, total)


def close(handle: int) -> None:
    """Close a descriptor; a disk that was pulled out complains of that, and it is closed all the same."""
    with suppress(OSError):
        os.close(handle)


def hindrance(error: OSError) -> Hindrance:
    """What stood in the way, as the system said it."""
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
