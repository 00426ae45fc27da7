"""A restore that is killed: no half vault is ever taken for one, and what it left goes away by itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import VaultInUse
from store.home import Home
from store.unfinished import DRILL, RESTORING, aside, sweep
from store.vault import Vault
from tests.screens.conftest import until
from tests.screens.stage import stage
from tests.store.backup.backups import backed, restored, worked
from tests.store.vaults import FLOOR, PASSPHRASE, new_vault

ROOT = Path(__file__).parents[3]
KILLED = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from tests.store.backup.backups import restored

def kill(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

module, _colon, name = sys.argv[1].partition(":")
owner = import_module(module)
for part in name.split(".")[:-1]:
    owner = getattr(owner, part)
setattr(owner, name.split(".")[-1], kill)
restored(Path(sys.argv[2]), Path(sys.argv[3]))
"""
MOMENTS = {
    "before-the-vault": "store.database:connect",
    "laid-by": "store.vault:Vault.create",
    "vault-made": "store.backup.restoring:fill",
    "half-filled": "store.backup.restoring:_say_who",
    "filled": "store.backup.restoring:doctor.check",
}


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder with the backup of a vault with a case."""
    _ref, desk = worked(tmp_path / "home")
    backed(desk, tmp_path / "stick")
    desk.close()
    return tmp_path / "stick"


def killed_restore(moment: str, root: Path, stick: Path) -> None:
    command = [sys.executable, "-c", KILLED, MOMENTS[moment], str(root), str(stick)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


def left_in(home: Home) -> list[Path]:
    return [path for path in home.folder.iterdir() if path.is_dir()]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_restore_leaves_no_vault_and_the_next_one_takes_its_place(
    tmp_path: Path, stick: Path, moment: str
) -> None:
    home = Home(tmp_path / "other")
    killed_restore(moment, home.root, stick)
    # The control: something of it lies there, so it was killed when there was something to leave.
    assert left_in(home)
    assert home.vaults() == ()
    back, said = restored(home.root, stick)
    assert said.well and len(back.cases()) == 1
    assert left_in(home) == [back.vault.path] == [home.vault().path]
    back.close()


@pytest.mark.parametrize("module", ["store.unfinished", "tui.app"])
async def test_what_a_killed_one_left_goes_at_the_next_start(tmp_path: Path, stick: Path, module: str) -> None:
    home = Home(tmp_path / "other")
    killed_restore("filled", home.root, stick)
    assert [path.name.startswith(RESTORING) for path in left_in(home)] == [True]
    if module == "tui.app":
        async with stage(home.root) as (_app, pilot):
            await until(pilot, lambda: not left_in(home))
    else:
        sweep(home)
    assert left_in(home) == []


def test_nothing_is_swept_that_somebody_is_at_nor_anything_of_another_name(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    new_vault(home).close()
    vault = home.vault().path
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (elsewhere / "vault.db").write_bytes(b"x")
    kept = [home.folder / name for name in (".restoring-notes", ".drill-", "restoring-0123456789abcdef", "0123")]
    for path in kept:
        path.mkdir()
    (home.folder / ".restoring-00000000aaaaaaaa").symlink_to(elsewhere)
    (home.folder / ".restoring-00000000bbbbbbbb").write_bytes(b"a file")
    dead = home.folder / ".restoring-00000000cccccccc"
    dead.mkdir()
    before = sorted(path for path in home.folder.iterdir() if path != dead)
    with (
        Vault.create(home, label="Bo", passphrase=PASSPHRASE, kdf=FLOOR, unfinished=True) as at_work,
        aside(home, DRILL) as drilled,
    ):
        sweep(home)
        # The control: one that nobody is at went.
        assert not dead.exists()
        assert sorted(home.folder.iterdir()) == sorted([*before, at_work.path, drilled])
        assert [ref.path for ref in home.vaults()] == [vault]
    assert sorted(path.name for path in elsewhere.iterdir()) == ["vault.db"]
    # As soon as nobody is at it any more, it is one that was left.
    sweep(home)
    assert not at_work.path.exists()
    assert sorted(home.folder.iterdir()) == before


def test_a_vault_that_is_put_in_place_is_like_any_other(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    made = Vault.create(home, label="Bo", passphrase=PASSPHRASE, kdf=FLOOR, unfinished=True)
    assert home.vaults() == ()
    with made.put_in_place(home) as whole:
        assert (whole.id, whole.path) == (made.id, home.vault().path)
        with pytest.raises(VaultInUse):
            Vault.unlock(home.vault(), PASSPHRASE)
    with Vault.unlock(home.vault(), PASSPHRASE) as again:
        assert not again.warnings
    assert left_in(home) == [home.vault().path]
