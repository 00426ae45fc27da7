"""SHA-256 of files where they lie: read once, read-only, and nothing of them kept.

How a file is opened, watched and let go of is `store.evidence.in_place`. It is read in pieces of 1 MiB into one buffer
a thread. A file that changed while it was read has no digest.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Final

from store.evidence.errors import AnyPath, HashingCancelled, shown_path
from store.evidence.in_place import InPlace

PIECE: Final = 1 << 20

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


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
        identity: device, inode, size and times that the file had while it was read: as long as it still has them, it
            need not be read again.
    """

    path: bytes
    name: str
    raw_name: str
    digest: str
    size: int
    target: bytes = b""
    identity: tuple[int, ...] = ()


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
    with InPlace(path) as file:
        digest = hashlib.sha256()
        view = _buffer()
        while True:
            if cancelled is not None and cancelled():
                raise HashingCancelled
            length = file.readinto(view)
            if not length:
                break
            digest.update(view[:length])
            if progress is not None:
                progress(file.read, file.size)
        return described(file, digest.hexdigest(), file.finish())


def described(file: InPlace, digest: str, target: bytes) -> HashedFile:
    """What is known of a file that was read and has stayed as it was.

    Args:
        file: read to its end.
        digest: its SHA-256, hex.
        target: what `file.finish` said.
    """
    return HashedFile(
        path=file.path,
        name=shown_path(Path(os.fsdecode(file.path)).name),
        raw_name=file.path.rstrip(b"/").rpartition(b"/")[2].hex(),
        digest=f"sha256:{digest}",
        size=file.size,
        target=target,
        identity=file.identity,
    )


_kept = threading.local()


def _buffer() -> memoryview:
    # One for each thread: a hundred thousand small files would each clear a mebibyte for nothing. On a page border: a
    # bytearray of this size lies 16 bytes after one, where some processors' copies out of the page cache take four
    # times as long, and hashing half as long again.
    view: memoryview | None = getattr(_kept, "view", None)
    if view is None:
        view = _kept.view = memoryview(mmap(-1, PIECE))
    return view
