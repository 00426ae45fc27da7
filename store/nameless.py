"""A file that has no name until it is whole, so that not even a killed process leaves a half.

Linux has it (`O_TMPFILE`, open(2)), on most of its file systems; elsewhere a file has a name from the beginning.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_DESCRIPTORS: Final = Path("/proc/self/fd")


def open_nameless(folder: Path | str, mode: int, dir_fd: int | None = None) -> int | None:
    """A descriptor, to read and to write, of a new file in a folder; None where there is no such thing.

    With its last descriptor the file goes away, unless `give_name` was called.

    Args:
        folder: which.
        mode: who may do what with it.
        dir_fd: of the folder in which a relative one begins.
    """
    if not hasattr(os, "O_TMPFILE") or not _DESCRIPTORS.is_dir():
        return None
    try:
        return os.open(folder, os.O_RDWR | os.O_TMPFILE, mode, dir_fd=dir_fd)
    except OSError:
        # Not every file system can; what else is wrong shows when a named file is made.
        return None


def give_name(handle: int, path: Path | str, dir_fd: int | None = None) -> None:
    """Give the file its first name, on the same file system.

    Args:
        handle: of the file.
        path: the name.
        dir_fd: of the folder in which a relative one begins.

    Raises:
        FileExistsError: the name is taken.
        OSError: the system refuses.
    """
    # With a folder descriptor given, Python follows the link as asked; without one it does not.
    os.link(_DESCRIPTORS / str(handle), path, src_dir_fd=handle, dst_dir_fd=dir_fd)
