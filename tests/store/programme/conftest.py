"""A desk that has its office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.casework import Casework
from tests.store.desk import set_up_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    """Casework on a vault of this test's own."""
    with set_up_desk(tmp_path) as opened:
        yield opened
