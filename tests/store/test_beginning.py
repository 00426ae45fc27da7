"""A vault and its beginning are one: killed anywhere there is no vault, or a whole one with an office."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from guidance.errors import SeglError
from store.beginning import begin
from store.casework import Casework
from store.home import Home
from store.model import OfficeSetUp
from store.vault import Vault
from tests.store.circle import card_of
from tests.store.desk import set_up_desk
from tests.store.vaults import FLOOR, PASSPHRASE

ROOT = Path(__file__).parents[2]
ORDER = OfficeSetUp(office="Nørreskolen", author="Mette")
KILLED = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from store.home import Home
from tests.store.test_beginning import begun

path, _at, turn = sys.argv[1].partition("@")
module, _colon, name = path.partition(":")
owner = import_module(module)
for part in name.split(".")[:-1]:
    owner = getattr(owner, part)
whole, left = getattr(owner, name.split(".")[-1]), [int(turn or 1)]

def kill(*arguments, **named):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*arguments, **named)

setattr(owner, name.split(".")[-1], kill)
begun(Home(Path(sys.argv[2])), sys.argv[3], Path(sys.argv[4]).read_text(encoding="utf-8"))
"""
WITHOUT = {
    "before-the-database": "store.database:connect",
    "made": "store.beginning:Casework",
    "half-written": "store.cases.desk:Desk._append",
    "written": "store.checkpoint:write_outside",
    "before-it-has-its-name": "store.vault:Vault.put_in_place",
}
NAMED = "store.vault:Vault._opened@2"
WAYS = ("office", "joined", "further")


def begun(home: Home, way: str, card: str) -> Casework:
    """A vault of one of three ways, begun and open."""
    from store import cards

    compared = cards.read(card).fingerprint

    def begins(desk: Casework) -> object:
        if way == "office":
            return desk.set_up(ORDER)
        if way == "joined":
            return desk.join_office(ORDER, card, compared=compared)
        return desk.join_as_oneself(card, compared=compared, language="da")

    _vault, casework, _begun = begin(home, begins, label="Mette", passphrase=PASSPHRASE, kdf=FLOOR)
    return casework


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """The card of somebody's vault, in a file."""
    (tmp_path / "other").mkdir(mode=0o700)
    desk = set_up_desk(tmp_path / "other")
    file = tmp_path / "card.txt"
    file.write_text(card_of(desk).text, encoding="utf-8")
    desk.close()
    return file


def killed(moment: str, home: Home, way: str, card: Path) -> None:
    command = [sys.executable, "-c", KILLED, moment, str(home.root), way, str(card)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


def left_in(home: Home) -> list[str]:
    return [path.name for path in home.folder.iterdir() if path.is_dir()]


@pytest.mark.parametrize(
    ("moment", "way"),
    [*((moment, "office") for moment in WITHOUT), ("half-written", "joined"), ("half-written", "further")],
)
def test_killed_before_its_name_there_is_no_vault_and_the_next_one_takes_its_place(
    tmp_path: Path, card: Path, moment: str, way: str
) -> None:
    home = Home(tmp_path / "home")
    killed(WITHOUT[moment], home, way, card)
    # The control: something of it lies there, so it was killed when there was something to leave.
    assert [name.startswith(".") for name in left_in(home)] == [True]
    assert home.vaults() == ()
    desk = begun(home, way, card.read_text(encoding="utf-8"))
    assert left_in(home) == [desk.vault.id]
    desk.close()


@pytest.mark.parametrize("way", WAYS)
def test_killed_with_its_name_it_is_a_whole_vault(tmp_path: Path, card: Path, way: str) -> None:
    home = Home(tmp_path / "home")
    killed(NAMED, home, way, card)
    [ref] = home.vaults()
    with Vault.unlock(ref, PASSPHRASE) as vault, Casework(vault) as desk:
        assert desk.office().name == "Nørreskolen"
        assert not vault.warnings


def test_a_beginning_that_is_refused_leaves_nothing(tmp_path: Path, card: Path) -> None:
    home = Home(tmp_path / "home")

    def refused(desk: Casework) -> None:
        desk.set_up(ORDER)
        raise SeglError

    with pytest.raises(SeglError):
        begin(home, refused, label="Mette", passphrase=PASSPHRASE, kdf=FLOOR)
    assert left_in(home) == []
