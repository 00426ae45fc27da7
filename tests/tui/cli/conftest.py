"""A vault for the tests that only look, and one for each test that changes something."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.tui.cli.support import Segl


@pytest.fixture(scope="session")
def reference(made: Path) -> str:
    """The reference of the case in the home that was made once; its copies have the same."""
    found = Segl(made)("case", "list", "--json").json["cases"][0]["reference"]
    assert isinstance(found, str)
    return found


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a vault and one case, made once and only ever copied."""
    home = tmp_path_factory.mktemp("made") / "home"
    segl = Segl(home)
    segl.init()
    segl.new_case()
    return home


@pytest.fixture
def segl(made: Path, tmp_path: Path) -> Segl:
    """The command line on a copy of that home."""
    home = tmp_path / "home"
    shutil.copytree(made, home)
    return Segl(home)


@pytest.fixture
def case(segl: Segl, reference: str) -> str:
    """The reference of the case in it."""
    assert segl.home.is_dir()
    return reference


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What is patched holds in the command: with the report's setter loaded another process would fork (`forked`)."""
    monkeypatch.delitem(sys.modules, "typst", raising=False)
    return monkeypatch
