"""Removing a chain: whoever is killed at it leaves the whole chain, or one that is known as being removed.

The folder gets a name that no chain has, in one step; then its files go, and then the folder. Nothing is followed that
is a link, and nothing is touched that no backup put there.
"""

from __future__ import annotations

from pathlib import Path

from store.backup import chain as place
from store.errors import disk_errors
from store.opened_folder import OpenedFolder


def begin(of_vault: Path, chain: str) -> None:
    """From here on the chain counts no more; nothing of it is gone yet.

    Raises:
        DiskGone, DiskFailed: the system refuses; the chain is as it was.
    """
    with disk_errors(of_vault / chain), OpenedFolder(of_vault, follow=False) as folder:
        folder.rename(chain, place.set_aside(chain))
        folder.sync()


def give_back(of_vault: Path, chain: str) -> None:
    """The chain has its name again, as if its removal had not been begun.

    Raises:
        DiskGone, DiskFailed: the system refuses; it is known as being removed.
    """
    aside = place.set_aside(chain)
    with disk_errors(of_vault / aside), OpenedFolder(of_vault, follow=False) as folder:
        folder.rename(aside, chain)
        folder.sync()


def finish(of_vault: Path, chain: str) -> tuple[str, ...]:
    """Take away the files of a chain whose removal was begun, and its folder; as often as it takes.

    Returns:
        The names of what no backup put there, and stays: the folder has the name of the chain again, where that is
        free.

    Raises:
        DiskGone, DiskFailed: the system refuses; what is left is known as being removed.
    """
    aside = place.set_aside(chain)
    with disk_errors(of_vault / aside), OpenedFolder(of_vault, follow=False) as folder:
        with OpenedFolder(of_vault / aside, follow=False, within=folder) as removed:
            for name in removed.names():
                if place.is_ours(name) and removed.is_file(name):
                    removed.unlink(name)
            removed.sync()
            left = removed.names()
        if not left:
            folder.remove_folder(aside)
        elif not folder.has(chain):
            folder.rename(aside, chain)
        folder.sync()
    return left
