"""By what a file is known again as the one at the same place: its path, and what its disk keeps of it.

A disk of this machine keeps the number of a file. A stick is another disk each time it is in, may be in at another
folder, and exFAT numbers its files anew; there the time of the last change is what stays. Copies have it too, so it
says no more than that this may be the file: then a person is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from store.places import PlaceKind, System, running_system

_CHANGED: Final = "changed "
_STEP: Final = 2_000_000_000
"""Nanoseconds: FAT keeps times so exactly and no more."""
_ROUND: Final = 900 * 1_000_000_000 // _STEP
"""Steps in a quarter of an hour: FAT keeps the time of a clock on the wall, and zones differ by quarters of an hour."""
_NUMBERED_ANEW: Final = frozenset({"exfat", "vfat", "msdos", "texfat", "ntfs"})


class Disks:
    """Which disks keep the numbers of files, each looked at once: for as long as nothing is put in or taken out."""

    def __init__(self, system: System | None = None) -> None:
        self._system = system
        self._keeps: dict[int, bool] = {}

    def keep_numbers(self, path: bytes, device: int) -> bool:
        """Whether the number of a file that was read at a path is still its number tomorrow.

        Args:
            path: of the file, without links.
            device: its disk as it was read (`st_dev`); what is not there any more was on a stick.
        """
        try:
            if Path(os.fsdecode(path)).stat().st_dev != device:
                return False
        except OSError:
            return False
        if device not in self._keeps:
            if self._system is None:
                self._system = running_system().now()
            place = self._system.place(Path(os.fsdecode(path)))
            fixed = place.kind in (PlaceKind.LOCAL, PlaceKind.RESETS)
            self._keeps[device] = fixed and place.name not in _NUMBERED_ANEW and not place.name.startswith("fuse")
        return self._keeps[device]


def signs_of(paths: Iterable[bytes], file: Sequence[int], disks: Disks | None = None) -> tuple[str, ...]:
    """The signs of one file.

    Args:
        paths: all its names; links are followed, so that one place has one path.
        file: disk (`st_dev`), number (`st_ino`), size and time of the last change (ns); empty where they are not known.
        disks: of many files in a row the same.
    """
    real = [os.path.realpath(path) for path in paths]
    signs = [f"path {path.hex()}" for path in real]
    if len(file) >= 2 and file[1] and real and (disks or Disks()).keep_numbers(real[0], file[0]):
        signs.append(f"file {file[0]} {file[1]}")
    elif len(file) >= 4:
        signs.append(f"{_CHANGED}{file[3] // _STEP % _ROUND}")
    return tuple(dict.fromkeys(signs))


def sure(signs: Iterable[str]) -> tuple[str, ...]:
    """Those that no other file has."""
    return tuple(one for one in signs if not one.startswith(_CHANGED))


def perhaps(signs: Iterable[str]) -> tuple[str, ...]:
    """Those that a copy has too, with what the same file may have got by a disk that rounds its time."""
    steps = [int(one.removeprefix(_CHANGED)) for one in signs if one.startswith(_CHANGED)]
    return tuple(f"{_CHANGED}{(step + beside) % _ROUND}" for step in steps for beside in (-1, 0, 1))
