"""Vaults for tests: made once at the floor of the costs, copied where a test needs one of its own."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import pytest

from store.home import Home, VaultRef
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault

PASSPHRASE: Final = Secret.from_text("kamel grund eng giraf basar")
OTHER: Final = Secret.from_text("castle vase glue novel door")
FLOOR: Final = KdfParameters.FLOOR


def new_vault(home: Home, label: str = "Mette") -> Vault:
    """A fresh vault, cheap to open."""
    return Vault.create(home, label=label, passphrase=PASSPHRASE, kdf=FLOOR)


@cache
def _master() -> Path:
    root = Path(mkdtemp(prefix="segl-test-vault-"))
    import atexit

    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with new_vault(Home(root)):
        pass
    return root


def copied_vault(root: Path) -> VaultRef:
    """A closed vault of this test's own, in a home at `root`."""
    shutil.copytree(_master(), root, copy_function=shutil.copy)
    return Home(root).vault()


def modes(root: Path) -> dict[str, int]:
    """The permission bits of everything below a folder and of itself."""
    return {
        str(path.relative_to(root)): stat.S_IMODE(path.lstat().st_mode) for path in [root, *sorted(root.rglob("*"))]
    }


@contextmanager
def small_disk(folder: Path, size: str = "1m") -> Iterator[Path]:
    """A real file system of a fixed size, mounted; the test is skipped where that is not allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("mounting a small file system takes root on Linux")
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "segl-test", folder], capture_output=True)
    if done.returncode != 0:
        pytest.skip(f"no small file system here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Take all the room there is; deleting the file gives it back."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        piece = bytes(4096)
        try:
            while True:
                file.write(piece)
        except OSError:
            return path
