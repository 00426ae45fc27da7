"""Marks in the folder of a clearing: by them what Segl deleted is told from what never came there, or was taken out.

For each name of the file an empty mark lies in the folder before the name is moved in. Segl deletes by giving the mark
the place of what was moved in, in one step of the disk: a mark in that place says that the content lay there and that
Segl took it off. That a folder is empty says neither: somebody else may have renamed the file before it was moved.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from store.evidence.clearing_hold import FOLDER, close
from store.opened_folder import OpenedFolder

MARK: Final = "mark-"
_OURS: Final = re.compile(r"(?:mark-)?[0-9]{1,9}")
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Emptied(StrEnum):
    """What became of the folder of a clearing that was to go."""

    GONE = "gone"
    NOT_THERE = "not-there"
    LEFT = "left"


def lay(hold: int, count: int) -> None:
    """Lay a mark for each name into the folder, before anything is moved into it.

    Raises:
        OSError: it can't be done.
    """
    for number in range(count):
        os.close(os.open(f"{MARK}{number}", _NEW, 0o600, dir_fd=hold))


def take_off(hold: int, number: int) -> None:
    """Delete what was moved in under a number: its mark takes its place.

    Raises:
        OSError: it can't be done, or, as `FileNotFoundError`, nothing lies there.
    """
    os.stat(str(number), dir_fd=hold, follow_symlinks=False)
    os.rename(f"{MARK}{number}", str(number), src_dir_fd=hold, dst_dir_fd=hold)


def all_taken_off(hold: int, count: int) -> bool:
    """Whether a mark has the place of each name: Segl deleted all of them."""
    return {str(number) for number in range(count)} <= _marks(hold)


def held(hold: int) -> list[str]:
    """What lies in the folder and is no mark: the file under one of its numbers, or under a hidden name of the disk."""
    marks = _marks(hold)
    return sorted(name for name in os.listdir(hold) if name not in marks)


def unsay(hold: int) -> None:
    """Take the marks away that say that something was deleted."""
    for name in _marks(hold):
        if not name.startswith(MARK):
            os.unlink(name, dir_fd=hold)


def _forget(hold: int) -> None:
    for name in _marks(hold):
        os.unlink(name, dir_fd=hold)


def _marks(hold: int) -> set[str]:
    names = set(os.listdir(hold))
    # A file without content may be the one that was moved in: then its mark lies beside it still.
    return {name for name in names if _OURS.fullmatch(name) and f"{MARK}{name}" not in names and _is_empty(hold, name)}


def _is_empty(hold: int, name: str) -> bool:
    try:
        found = os.stat(name, dir_fd=hold, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def remove(folder: int | None, name: str) -> None:
    """Take the folder of a clearing away with its marks, where nothing else lies in it.

    Args:
        folder: descriptor of the folder it lies in; None where `name` is a path.
        name: its name.

    Raises:
        OSError: it is not there, or something lies in it, or the disk does not answer.
    """
    hold = os.open(name, FOLDER, dir_fd=folder)
    try:
        if not held(hold):
            _forget(hold)
    finally:
        close(hold)
    os.rmdir(name, dir_fd=folder)


def take_hold_away(path: Path) -> Emptied:
    """Take the folder of a clearing away; one in which something lies, or that can't be taken, is left."""
    try:
        with OpenedFolder(path.parent) as folder:
            remove(folder.handle, folder.at(path.name))
    except (FileNotFoundError, NotADirectoryError):
        return Emptied.NOT_THERE
    except OSError:
        # It is really looked into: of a stick that was pulled out the system may remember that its folder was there.
        with suppress(OSError), os.scandir(path):
            return Emptied.LEFT
        return Emptied.NOT_THERE
    return Emptied.GONE
