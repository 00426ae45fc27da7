"""A real stick of each kind, mounted once for a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sticks import KINDS, Kind, Stick, stick


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def mounted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stick]:
    """A stick that is in; a test that takes it out puts it in again."""
    kind: Kind = request.param
    with stick(kind, tmp_path_factory.mktemp(kind.name)) as one:
        yield one
