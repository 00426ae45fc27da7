"""Files that work which was cut off left where it was about to put them: told apart from those of others, taken away.

Nothing is taken away but what is byte for byte what was going to be there, or has a name that only Segl gives. It is
looked at and taken away in the same folder, whatever takes that one's name in between.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store.hidden_names import hidden_with, still_hidden
from store.opened_folder import OpenedFolder
from store.places import MEDIA

_READ_WHOLE: Final = 64 << 20
"""A larger file is told by its size alone: an unlocking does not read gigabytes."""
File = tuple[Path, int, str]
"""Path, size (-1 where it is read whatever it is) and digest, `sha256:<hex>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAway:
    """What became of files that were not to stay.

    Attributes:
        gone: those that were taken away.
        left: those that are there and are something else, or can't be taken away; also, by its hidden name, what the
            disk keeps of one because another program has it open.
    """

    gone: tuple[Path, ...]
    left: tuple[Path, ...]


def is_there(path: Path, size: int, digest: str) -> bool:
    """Whether a file is what was going to be there."""
    with suppress(OSError), OpenedFolder(path.parent) as folder:
        return _is(folder, path.name, size, digest)
    return False


def _is(folder: OpenedFolder, name: str, size: int, digest: str) -> bool:
    try:
        with folder.open(name) as file:
            found = os.fstat(file.fileno()).st_size
            if size >= 0 and found != size:
                return False
            if found > _READ_WHOLE:
                return size >= 0
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}" == digest
    except OSError:
        return False


def mount_of(folder: Path) -> str:
    """Where the file system begins that a folder lies on; of one that is not there, that of the way to it."""
    while not os.path.ismount(folder) and folder != folder.parent:
        folder = folder.parent
    return str(folder)


def is_away(folder: Path, mount: str) -> bool:
    """Whether a folder is not there, or its disk is not; one that can't be looked at is away, too.

    Args:
        folder: which.
        mount: what `mount_of` said when it was there; a stick's folder may stay when the stick is pulled out.
    """
    # It is really looked into: of a stick that was pulled out the system may remember that its folder was there.
    try:
        with os.scandir(folder) as names:
            next(names, None)
    except OSError:
        return True
    return mount != "" and mount_of(folder) != mount


def is_out(folder: Path) -> bool:
    """Whether a folder of which no mount was kept is not there, or lies on a stick that is out.

    Below `/media` there is nothing but sticks; where none is mounted, the empty folder of one may have stayed.
    """
    plugged = [media for media in MEDIA if folder.is_relative_to(media)]
    return is_away(folder, "") or any(not Path(mount_of(folder)).is_relative_to(media) for media in plugged)


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
        try:
            with OpenedFolder(path.parent) as folder:
                if _is(folder, path.name, size, digest) or (placeholders and folder.is_empty(path.name)):
                    (gone if folder.removed(path.name) else left).append(path)
                elif folder.has(path.name):
                    left.append(path)
                # It may have been deleted before the work was cut off, while a program had it open.
                hidden, kept = _take_hidden(folder, size, digest)
                gone += [path.with_name(name) for name in hidden]
                left += [path.with_name(name) for name in kept]
        except OSError:
            if os.path.lexists(path):
                left.append(path)
    return TakenAway(gone=tuple(gone), left=tuple(left))


def _take_hidden(folder: OpenedFolder, size: int, digest: str) -> tuple[list[str], list[str]]:
    """Take away what a disk keeps of a file under hidden names: those that are gone, and those that stay."""
    # What is larger is sealed, and an unlocking does not read gigabytes.
    if size > _READ_WHOLE or not (hidden := hidden_with(folder, (digest,))):
        return [], []
    for name in hidden:
        folder.removed(name)
    kept = still_hidden(folder, (digest,))
    return [name for name in hidden if name not in kept], list(kept)


def take_part_away(part: Path) -> bool:
    """Take an unfinished file away, whose name only Segl gives; False where it is not there."""
    with suppress(OSError), OpenedFolder(part.parent) as folder:
        return folder.is_file(part.name) and folder.removed(part.name)
    return False
