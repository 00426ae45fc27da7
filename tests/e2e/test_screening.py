"""A screening in a real terminal, from Today to the ending step: keys alone, at 80x24, nothing bypassed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.casework import Casework
from store.home import Home
from store.model import Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault
from tests.e2e.terminal import Terminal
from tests.tools import ROOT, need

PASSPHRASE = "evne knap mikser kobber satin svane"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Segl, unlocked, with one mentoring case."""
    need("tmux")
    home = Home(tmp_path / "home")
    home.prepare()
    vault = Vault.create(home, label="Sam Test", passphrase=Secret.from_text(PASSPHRASE), kdf=KdfParameters.FLOOR)
    casework = Casework(vault)
    casework.set_up(OfficeSetUp(office="Nordby", author="Sam Test", language="en"))
    casework.new_case(Intake(title="Doubts about a mentor", kind="mentoring", stand_in="Kim"))
    casework.close()
    environment = {"SEGL_HOME": str(home.root), "LC_ALL": "C.UTF-8"}
    with Terminal((sys.executable, "-m", "tui", "--lang", "en"), environment=environment, directory=ROOT) as screen:
        screen.wait_for("Locked")
        screen.type(PASSPHRASE)
        screen.keys("Enter")
        screen.wait_for("Today", "Doubts about")
        yield screen


def test_from_today_through_the_signs_to_the_ending(terminal: Terminal) -> None:
    terminal.keys("Enter")
    terminal.wait_for("1 Guide", "Ressourcer")
    terminal.keys("g")
    terminal.wait_for("page 1 of 11", "ring 112")
    terminal.keys("C-s")
    terminal.wait_for("This has to be answered")
    terminal.keys("2", "C-s")
    terminal.wait_for("page 2 of 11", "it is not your fault", "ring 112")
    terminal.keys("C-s")
    for page in range(3, 12):
        terminal.wait_for(f"page {page} of 11", "ring 112")
        terminal.keys("2" if page == 10 else "1", "C-s")
    terminal.wait_for("Is this right?")
    terminal.keys("C-s")
    terminal.wait_for("To be done at once", "End the mentoring at once")
    terminal.keys("Enter")
    terminal.wait_for("Next: End the mentoring at once")
    terminal.keys("Enter")
    terminal.wait_for("When was the mentoring ended?", "Somebody is told here")
    terminal.keys("Escape")
    terminal.wait_for("Next: End the mentoring at once")
    terminal.keys("Escape")
    terminal.wait_for("End the mentoring at once", "TODAY (")
