"""Escape while the report of a long case is set on paper, in a real terminal: it ends at once and leaves nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.casework import Casework
from store.entry import SpaceKind
from store.home import Home
from store.model import Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault
from tests.e2e.terminal import Terminal
from tests.tools import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PASSPHRASE = "seks rolige hejrer ved en grå sø"
NOTE = "She says that the picture was passed on in the group. " * 40
NOTES = 600
"""As many as make a report that takes several seconds to be set."""


@dataclass(frozen=True)
class Place:
    """A home with a long case, and a folder to seal into."""

    home: Path
    out: Path
    recipient: str

    def files(self) -> set[Path]:
        """All that lies in the home and the folder; the log beside the database comes and goes."""
        found = (path for root in (self.home, self.out) for path in root.rglob("*"))
        return {path for path in found if not path.name.endswith(("-wal", "-shm"))}

    def opened(self) -> Casework:
        [ref] = Home(self.home).vaults()
        return Casework(Vault.unlock(ref, Secret.from_text(PASSPHRASE)))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home, out = tmp_path / "home", tmp_path / "out"
    out.mkdir()
    vault = Vault.create(Home(home), label="Kim Holm", passphrase=Secret.from_text(PASSPHRASE), kdf=KdfParameters.FLOOR)
    with Casework(vault) as desk:
        desk.set_up(OfficeSetUp(office="Nordby", author="Kim Holm", language="en"))
        case = desk.new_case(Intake(title="Picture shared", stand_in="Lone"))
        with desk._writing():
            for number in range(NOTES):
                desk._append(SpaceKind.CASE, case.id, "note.added", {"text": f"{number}: {NOTE}"})
        recipient = desk.key_card().recipient
    return Place(home, out, recipient)


@pytest.fixture
def terminal(place: Place) -> Iterator[Terminal]:
    environment = {
        "SEGL_HOME": str(place.home),
        "HOME": str(place.out),
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "en_GB.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with Terminal([sys.executable, "-m", "tui"], environment=environment, directory=place.out) as terminal:
        yield terminal


def ordered(terminal: Terminal, place: Place) -> None:
    """Up to where what goes in is being made."""
    terminal.wait_for("Locked", "Passphrase")
    terminal.type(PASSPHRASE)
    terminal.keys("Enter")
    terminal.wait_for("Picture shared", seconds=40)
    terminal.keys("Enter")
    terminal.wait_for("Evidence (0)", seconds=40)
    terminal.keys("s")
    terminal.wait_for("For whom? It decides what goes in.", "(•) the police")
    terminal.move("Tab", "Tab")
    terminal.type(place.recipient)
    terminal.keys("C-s")
    terminal.wait_for("Making the report and all else that goes in")


def test_escape_ends_it_at_once_and_leaves_nothing(terminal: Terminal, place: Place) -> None:
    ordered(terminal, place)
    before = place.files()
    terminal.keys("Escape")
    # It says so only where the report was not set yet.
    terminal.wait_for("The sealing was stopped. Nothing of it was left behind.", "For whom?")
    assert place.files() == before
    assert not [path for path in place.out.iterdir() if not path.name.startswith(".")]
    # Whoever stops and goes home is not kept by what the setter does for nobody.
    begun = time.monotonic()
    terminal.keys("C-q")
    assert terminal.wait_for_end() == 0
    assert time.monotonic() - begun < 5
    with place.opened() as desk:
        assert desk.settle_leaving() == ()
        assert desk._connection.execute("SELECT key FROM draft WHERE key LIKE 'leaving/%'").fetchall() == []
        [case] = desk.cases()
        assert "case.sealed" not in {line.kind for line in desk.history(case.id, newest=None)}


def test_control_left_alone_it_is_made_and_shown(terminal: Terminal, place: Place) -> None:
    ordered(terminal, place)
    begun = time.monotonic()
    terminal.wait_for("This goes in, and nothing else:", "data/report.pdf", seconds=60)
    # The key came in the middle of it, and not when it was about to end.
    assert time.monotonic() - begun > 1
