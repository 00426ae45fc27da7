"""The files below a folder, found without opening any of them and without being led out of the folder.

Links are named and not followed: one that leads back would be the same file twice, one that leads out would read what
nobody chose. What is no regular file is named. Another disk that is mounted below is crossed only where that is asked
for. Folders that could be read are walked one after the other, not one inside the other, so depth costs nothing.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from store.evidence.errors import (
    AnyPath,
    FileUnreadable,
    FolderReadAlready,
    HashingCancelled,
    LinkNotFollowed,
    MountNotCrossed,
    NotAFile,
    NotHashed,
    TooManyFiles,
)
from store.evidence.in_place import kind_of_mode, named_failure

MOST: Final = 250_000
"""Files of one queue; a case with more than that is given in parts."""
_REPARSE_POINT: Final = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)
_OCTAL: Final = re.compile(rb"\\([0-7]{3})")

Found = bytes | NotHashed


def files_under(
    chosen: Iterable[AnyPath],
    *,
    cross_mounts: bool = False,
    cancelled: Callable[[], bool] | None = None,
    most: int = MOST,
) -> Iterator[Found]:
    """Every file that was chosen, and every file below each folder that was chosen.

    Args:
        chosen: files and folders, in the order they are wanted; a link that a person names is followed.
        cross_mounts: whether other disks that are mounted below a folder are read too.
        cancelled: asked at each folder.
        most: how many files there may be.

    Yields:
        The path of each file, in byte order inside a folder; or why something is none.

    Raises:
        TooManyFiles: there are more than `most`.
        HashingCancelled: `cancelled` said so.
    """
    count = 0
    for path in chosen:
        for found in _below(os.fsencode(path), cross_mounts, cancelled):
            count += 1
            if count > most:
                raise TooManyFiles(most)
            yield found


def _below(root: bytes, cross_mounts: bool, cancelled: Callable[[], bool] | None) -> Iterator[Found]:
    try:
        top = os.stat(root)  # noqa: PTH116 - bytes
    except (OSError, ValueError):
        # What it is that can't be had is said when it is read.
        yield root
        return
    if not stat.S_ISDIR(top.st_mode):
        yield root
        return
    mounts = frozenset() if cross_mounts else mount_points()
    real = os.path.realpath(root)
    walked: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        if cancelled is not None and cancelled():
            raise HashingCancelled
        below = []
        try:
            there = os.stat(folder)  # noqa: PTH116 - bytes
            if (there.st_dev, there.st_ino) in walked:
                yield FolderReadAlready(folder)
                continue
            walked.add((there.st_dev, there.st_ino))
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            failure = named_failure(folder, error)
            if isinstance(failure, FileUnreadable):
                failure.folder = True
            yield failure
            continue
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 - bytes
            found = _one(path, root, real, top.st_dev, mounts, cross_mounts)
            if found is None:
                below.append(path)
            else:
                yield found
        waiting.extend(reversed(below))


def _one(
    path: bytes, root: bytes, real: bytes, device: int, mounts: frozenset[bytes], cross_mounts: bool
) -> Found | None:
    """A file's path, why it is none, or None for a folder to walk."""
    try:
        state = os.lstat(path)
    except OSError as error:
        return named_failure(path, error)
    if stat.S_ISLNK(state.st_mode):
        return _link(path, real)
    if stat.S_ISDIR(state.st_mode):
        if getattr(state, "st_file_attributes", 0) & _REPARSE_POINT:
            return _link(path, real)
        where = real + path[len(root.rstrip(b"/")) :] if mounts else path
        if not cross_mounts and (state.st_dev != device or where in mounts):
            return MountNotCrossed(path)
        return None
    return path if stat.S_ISREG(state.st_mode) else NotAFile(path, kind_of_mode(state.st_mode))


def _link(path: bytes, real: bytes) -> LinkNotFollowed:
    target = os.path.realpath(path)
    inside = target == real or target.startswith(real.rstrip(b"/") + b"/")
    # One that leads to nothing, or round to itself, has nothing that is read in its own place.
    inside = inside and os.path.exists(path)  # noqa: PTH110 - bytes
    return LinkNotFollowed(path, inside=inside)


def mount_points() -> frozenset[bytes]:
    """Where other disks and folders are mounted, as Linux lists them; elsewhere nothing, and the device tells."""
    if sys.platform != "linux":
        return frozenset()
    try:
        rows = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return frozenset()
    fields = (row.split(b" ") for row in rows)
    return frozenset(_OCTAL.sub(lambda match: bytes([int(match[1], 8)]), row[4]) for row in fields if len(row) > 4)
