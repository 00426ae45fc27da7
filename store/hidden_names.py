"""What a disk keeps of a file that was deleted while a program had it open: under a hidden name, in the same folder.

FUSE does so (exFAT, NTFS and many others), and NFS. The content lies there until the last program closes it, and for
good if the disk is pulled out before.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection
from typing import Final

from store.opened_folder import OpenedFolder

PREFIXES: Final = (".fuse_hidden", ".nfs")
_CLOSES: Final = 2.0
"""Seconds that a disk may take to let go of a file that no program has open any more."""


def hidden_with(folder: OpenedFolder, digests: Collection[str]) -> tuple[str, ...]:
    """The hidden names in a folder under which a file with one of these digests (`sha256:<hex>`) lies.

    Raises:
        OSError: the folder or such a file can't be read.
    """
    names = os.listdir(folder.path if folder.handle is None else folder.handle)  # noqa: PTH208
    return tuple(name for name in names if name.startswith(PREFIXES) and _digest(folder, name) in digests)


def still_hidden(folder: OpenedFolder, digests: Collection[str]) -> tuple[str, ...]:
    """The same, once the disk has had the time to let go of what no program has open."""
    end = time.monotonic() + _CLOSES
    while (names := hidden_with(folder, digests)) and time.monotonic() < end:
        time.sleep(0.02)
    return names


def _digest(folder: OpenedFolder, name: str) -> str:
    try:
        if not folder.is_file(name):
            return ""
        with folder.open(name) as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except FileNotFoundError:
        # It was let go of just now.
        return ""
