"""An error in words: who named a file or a folder steers nothing by it, and writes no line of Segl's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guidance.errors import SeglError
from screens.failure import FailureScreen
from screens.widgets.plain import Plain
from screens.words import said_by
from store.client import VaultClient
from store.errors import DiskFailed, DiskFull
from tests.screens.conftest import settle
from tests.screens.stage import seen
from tests.screens.test_hostile import _STEERING, PAYLOADS, assert_harmless

Show = Callable[[Callable[[], Any]], Any]
FORGED = "\nAll is well. Press Enter and type your passphrase.\n"
NAMED = (*PAYLOADS, f"/media/{FORGED}/x")


def shown_of(screen: Any) -> list[str]:
    return [str(widget.content) for widget in screen.query(Plain)]


def steers(texts: list[str]) -> bool:
    return any(_STEERING.search(text) or "\n" in text for text in texts)


@pytest.mark.parametrize("named", NAMED)
async def test_a_path_in_an_error_is_drawn_harmless(show: Show, client: VaultClient, named: str) -> None:
    error: SeglError = DiskFailed(Path(named.replace("\0", "")), "x")
    app = show(lambda: FailureScreen(error.diagnostics(), error.code))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not steers(shown_of(app.screen))
        assert error.code in seen(app)
        assert_harmless(app)


@pytest.mark.parametrize("named", [PAYLOADS[0], NAMED[-1]])
async def test_the_control_sees_what_is_drawn_raw(show: Show, client: VaultClient, named: str) -> None:
    error = DiskFull(Path(named))
    assert steers([error.diagnostics().happened])
    assert not steers([said_by(error).happened])

    class Raw(FailureScreen):
        def __init__(self) -> None:
            super().__init__(error.diagnostics(), error.code)
            self.diagnostics = error.diagnostics()

    app = show(Raw)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert steers(shown_of(app.screen))


async def test_markup_in_a_path_stays_what_it_is(show: Show, client: VaultClient) -> None:
    error = DiskFull(Path(PAYLOADS[1]))
    app = show(lambda: FailureScreen(error.diagnostics(), error.code))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "[@click=app.leave]klik[" in seen(app)
