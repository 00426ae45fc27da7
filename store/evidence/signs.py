"""By what a file is known again as the one at the same place: its path, and its disk and number there."""

from __future__ import annotations

import os
from collections.abc import Iterable


def signs_of(paths: Iterable[bytes], file: tuple[int, ...]) -> tuple[str, ...]:
    """The signs of one file.

    Args:
        paths: all its names; links are followed, so that one place has one path.
        file: disk (`st_dev`) and number (`st_ino`); empty where they are not known.
    """
    signs = [f"path {os.path.realpath(path).hex()}" for path in paths]
    return tuple(dict.fromkeys([*signs, *([f"file {file[0]} {file[1]}"] if len(file) >= 2 and file[1] else [])]))
