"""Files that work which was cut off left where it was about to put them: told apart from those of others, taken away.

Nothing is taken away but what is byte for byte what was going to be there, or has a name that only Segl gives.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_READ_WHOLE: Final = 64 << 20
"""A larger file is told by its size alone: an unlocking does not read gigabytes."""
File = tuple[Path, int, str]
"""Path, size (-1 where it is read whatever it is) and digest, `sha256:<hex>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAway:
    """What became of files that were not to stay.

    Attributes:
        gone: those that were taken away.
        left: those that are there and are something else, or can't be taken away.
    """

    gone: tuple[Path, ...]
    left: tuple[Path, ...]


def is_there(path: Path, size: int, digest: str) -> bool:
    """Whether a file is what was going to be there."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or (size >= 0 and found.st_size != size):
            return False
        if found.st_size > _READ_WHOLE:
            return size >= 0
        return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" == digest
    except OSError:
        return False


def mount_of(folder: Path) -> str:
    """Where the file system begins that a folder lies on; of one that is not there, that of the way to it."""
    while not os.path.ismount(folder) and folder != folder.parent:
        folder = folder.parent
    return str(folder)


def is_away(folder: Path, mount: str) -> bool:
    """Whether a folder is not there, or its disk is not.

    Args:
        folder: which.
        mount: what `mount_of` said when it was there; a stick's folder may stay when the stick is pulled out.
    """
    return not folder.is_dir() or (mount != "" and mount_of(folder) != mount)


def take_away(files: Iterable[File], *, placeholders: bool) -> TakenAway:
    """Take away what is exactly what was going to be there.

    Args:
        files: that were going to be there.
        placeholders: whether an empty file in such a place is Segl's, which keeps a name by it on a disk without links
            until the real one, whose unfinished file is still there, takes its place.
    """
    gone: list[Path] = []
    left: list[Path] = []
    for path, size, digest in files:
        if is_there(path, size, digest) or (placeholders and _is_empty(path)):
            (gone if _removed(path) else left).append(path)
        elif os.path.lexists(path):
            left.append(path)
    return TakenAway(gone=tuple(gone), left=tuple(left))


def take_part_away(part: Path) -> bool:
    """Take an unfinished file away, whose name only Segl gives; False where it is not there."""
    try:
        return stat.S_ISREG(part.lstat().st_mode) and _removed(part)
    except OSError:
        return False


def _is_empty(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
