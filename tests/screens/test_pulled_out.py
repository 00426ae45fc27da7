"""A stick that is out when a screen looks at it: said in words over the screen, which goes on; nothing is recorded."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from screens.backup import BackupScreen
from screens.confirm import Confirm
from screens.evidence_check import EvidenceCheckScreen
from screens.exchange import ExchangeScreen
from screens.failure import FailureScreen
from screens.filing import FilingScreen
from screens.reader_kit import ReaderKitScreen
from store.casework import Casework
from store.client import VaultClient
from store.evidence.hashing import hash_file
from store.evidence.register import draft_of
from store.model import CaseSummary
from tests.pulled import as_newer, pulled
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


def said_to_be_out(app: Any) -> bool:
    """A box says so, in words; they are broken into lines where the box ends."""
    words = "".join(one for one in text_of(app) if one.isalpha())
    return "ertagetudellersvigter" in words and bool(app.screen.code == "disk-gone")


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(Path, "home", lambda: stick)
    return stick


@pytest.mark.parametrize(
    ("which", "keys"),
    [
        (ExchangeScreen, ("ctrl+s",)),
        (ExchangeScreen, ("ctrl+o",)),
        (BackupScreen, ("ctrl+s",)),
        (BackupScreen, ("ctrl+o",)),
        (ReaderKitScreen, ("ctrl+s",)),
    ],
)
async def test_it_is_said_and_the_screen_goes_on(
    show: Show, client: VaultClient, stick: Path, which: Callable[[], Any], keys: tuple[str, ...]
) -> None:
    app = show(which)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        screen.query_one("#folder", Input).value = str(stick)
        with pulled(stick, at=0, error=errno.ENOTCONN):
            await press(pilot, *keys)
            await settle(pilot)
            if not isinstance(app.screen, FailureScreen):
                # The list of files says it by itself.
                assert keys == ("ctrl+o",)
                assert "kan ikke læses" in text_of(app)
            else:
                assert said_to_be_out(app)
        await press(pilot, "escape")
        assert app.screen is screen
        # It is in again.
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert app.screen is screen
    assert list(stick.iterdir()) or which is ExchangeScreen


async def test_a_plain_copy_on_a_dead_stick(show: Show, client: VaultClient, case: CaseSummary, stick: Path) -> None:
    app = show(lambda: FilingScreen(case.id, "sag"))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        screen.query_one("#purpose").value = "Journalisering"
        for at_once, newer in ((True, False), (True, True), (False, False)):
            with pulled(stick, at=0, error=errno.EIO) as one, pytest.MonkeyPatch.context() as patch:
                if newer:
                    as_newer(patch)
                if not at_once:
                    one.at = None
                await press(pilot, "ctrl+s")
                if not at_once:
                    await until(pilot, lambda: isinstance(app.screen, Confirm))
                    one.at = len(one.asked)
                    await press(pilot, "tab", "enter")
                await until(pilot, lambda: isinstance(app.screen, FailureScreen))
                assert said_to_be_out(app)
            await press(pilot, "escape")
            assert app.screen is screen
    assert list(stick.iterdir()) == []
    assert (await client.do(Casework.filing, case.id)).copies == ()


async def test_a_folder_on_a_dead_stick_is_not_held_against_the_register(
    show: Show, client: VaultClient, case: CaseSummary, stick: Path
) -> None:
    (stick / "film").write_bytes(b"film")
    await client.do(Casework.register_evidence, case.id, draft_of(hash_file(stick / "film")))
    before = await client.do(Casework.history, case.id)
    app = show(lambda: EvidenceCheckScreen(case.id, "sag"))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, EvidenceCheckScreen)
        with pulled(stick, at=0, error=errno.ENXIO):
            screen.run_work(screen._check((str(stick).encode(),)))
            await until(pilot, lambda: isinstance(app.screen, FailureScreen))
            assert said_to_be_out(app)
        await press(pilot, "escape")
        assert app.screen is screen
        assert "MANGLER" not in text_of(app)
        # It reads no more, and there is nothing to write down.
        assert screen.query_one("#folder").display
        assert not screen.query_one("#stop").display
        assert not screen.query_one("#record").display
        await press(pilot, "ctrl+s")
        assert await client.do(Casework.history, case.id) == before
        screen.run_work(screen._check((str(stick).encode(),)))
        await until(pilot, lambda: "1 passer" in text_of(app))
