"""The reader's kit on the screen: from where a case is sealed, written once, with the digits to read aloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screens.reader_kit import ReaderKitScreen
from screens.seal import SealScreen
from store import spoken
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the kit goes."""
    folder = tmp_path / "ud"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


async def test_it_is_written_from_where_a_case_is_sealed(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    card = await client.do(Casework.key_card)
    app = show(lambda: SealScreen(case.id, f"{case.reference} sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, ReaderKitScreen))
        await settle(pilot)
        assert "ikke krypteret" in text_of(app)
        assert app.focused.id == "name"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Modtagerpakken er skrevet." in text_of(app))
        assert spoken.digits(card.fingerprint) in text_of(app)
        assert app.focused.id == "finish"
        kit = folder / "segl-modtagerpakke"
        assert card.fingerprint in (kit / "senders-key.txt").read_text(encoding="utf-8")
        assert not app.screen.check_action("write", ())
        await press(pilot, "enter")
        assert isinstance(app.screen, SealScreen)


async def test_what_is_there_is_said_and_stays(show: Show, client: VaultClient, folder: Path) -> None:
    (folder / "segl-modtagerpakke").mkdir()
    app = show(ReaderKitScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, ReaderKitScreen))
        assert not list((folder / "segl-modtagerpakke").iterdir())
