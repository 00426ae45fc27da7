"""What lies beside the vaults of a home before it is whole, or for a while: no vault to anybody, and swept away.

Who makes such a folder holds its lock; the system drops that with the process. So what nobody holds was killed.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from guidance.errors import SeglError
from store.files import OwnerLock, make_private_folder
from store.home import Home

LOCK: Final = "vault.lock"
MAKING_LOCK: Final = ".making.lock"
"""Held in the folder of the vaults while a folder gets its name or goes away, which is a moment."""
MAKING_PATIENCE: Final = 10
DRILL: Final = ".drill-"
RESTORING: Final = ".restoring-"
_NAMES: Final = re.compile(r"\.(drill|restoring)-[0-9a-f]{8,16}")


@contextmanager
def aside(home: Home, prefix: str) -> Iterator[Path]:
    """A folder for a while, `DRILL` or `RESTORING`, that goes away at the end.

    Raises:
        DiskFull, DiskFailed: it can't be made. VaultInUse: another holds `MAKING_LOCK` too long.
    """
    folder = home.folder / f"{prefix}{secrets.token_hex(4)}"
    making = OwnerLock(home.folder / MAKING_LOCK, patience=MAKING_PATIENCE)
    try:
        make_private_folder(folder)
        lock = OwnerLock(folder / LOCK)
    finally:
        making.release()
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(home: Home) -> None:
    """Take away what a drill or a restore left that was killed; never what somebody is at, nor what is named otherwise.

    What can't be taken away now stays for the next time.
    """
    with suppress(OSError, SeglError):
        if not _left(home):
            return
        home.check()
        making = OwnerLock(home.folder / MAKING_LOCK, patience=MAKING_PATIENCE)
        try:
            for folder in _left(home):
                with suppress(SeglError):
                    OwnerLock(folder / LOCK).release()
                    # Nobody takes it now: who makes such a folder holds the other lock until this one is theirs.
                    shutil.rmtree(folder, ignore_errors=True)
        finally:
            making.release()


def _left(home: Home) -> list[Path]:
    if not home.folder.is_dir():
        return []
    found = (path for path in home.folder.iterdir() if _NAMES.fullmatch(path.name))
    return [path for path in found if path.is_dir() and not path.is_symlink()]
