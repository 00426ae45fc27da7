"""Writing a plain file to take along: new, readable by its owner only, whole or not there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from store.bundle.errors import AlreadyThere, in_plain
from store.bundle.new_files import NewFiles


def require_free(out: Path) -> None:
    """Look before anything is recorded that a file is to be written; whether it can be shows when it is.

    Raises:
        AlreadyThere: a file of that name is there.
    """
    target = out.absolute()
    if os.path.lexists(target):
        raise AlreadyThere(target)


def write_plain(out: Path, content: bytes) -> tuple[Path, str]:
    """Write a new file; gives its absolute path and its digest, `sha256:<hex>`.

    Raises:
        AlreadyThere: a file of that name is there; it was not touched.
        PlainDiskGone: the disk does not answer any more; some of it may lie there.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    target = out.absolute()
    with in_plain(target.parent), NewFiles([target]) as files:
        files.write(target, content)
        files.publish()
    return target, f"sha256:{hashlib.sha256(content).hexdigest()}"
