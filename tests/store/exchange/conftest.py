"""What most tests of the exchange begin with: an empty folder, and two colleagues of one office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.casework import Casework
from store.doctor import check
from tests.store.exchange.rounds import office_of


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    """The exchange folder."""
    path = tmp_path / "exchange"
    path.mkdir()
    return path


@pytest.fixture()
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    """Two colleagues of one office, whose vaults are well in the end."""
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()
