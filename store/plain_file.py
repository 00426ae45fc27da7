"""Writing a plain file to take along: new, readable by its owner only, whole or not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

from store.bundle.errors import AlreadyThere, SealDiskFailed, SealDiskFull
from store.bundle.new_files import NewFiles
from store.errors import DiskFailed, DiskFull


def require_free(out: Path) -> None:
    """Look before anything is recorded that a file is to be written; whether it can be shows when it is.

    Raises:
        AlreadyThere: a file of that name is there.
    """
    target = out.absolute()
    if target.is_symlink() or target.exists():
        raise AlreadyThere(target)


def write_plain(out: Path, content: bytes) -> tuple[Path, str]:
    """Write a new file; gives its absolute path and its digest, `sha256:<hex>`.

    Raises:
        AlreadyThere: a file of that name is there; it was not touched.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    target = out.absolute()
    try:
        with NewFiles([target]) as files:
            files.write(target, content)
            files.publish()
    except SealDiskFull:
        raise DiskFull(target.parent) from None
    except SealDiskFailed as failure:
        raise DiskFailed(target.parent, failure.reason) from None
    return target, f"sha256:{hashlib.sha256(content).hexdigest()}"
