"""The exchange folder on its screen: what waits, a round with a folder, a folder that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from guidance.language import set_language
from screens.exchange import ExchangeScreen
from screens.failure import FailureScreen
from screens.today import TodayScreen
from store.casework import Casework
from store.client import VaultClient
from store.home import Home
from store.secret import Secret
from tests.screens.stage import PASSPHRASE, press, seen, settle, stage, write
from tests.store.exchange.test_courier import INTAKE, two_of_one_office


async def an_office_with_a_case(root: Path) -> str:
    """Mette's vault with a case whose stand-in Bo has a vault beside it; both closed. Gives the case's reference."""
    _home, mette, bo = await two_of_one_office(root)
    case = await mette.do(Casework.new_case, INTAKE)
    await mette.close()
    await bo.close()
    return case.reference


async def unlocked(root: Path, segl: object, label: str) -> None:
    client = await VaultClient.unlock(
        next(one for one in Home(root).vaults() if one.label == label), Secret.from_text(PASSPHRASE)
    )
    await segl.open_cases(client)  # type: ignore[attr-defined]


async def test_what_waits_is_named_and_a_round_with_a_folder_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.SeglApp._send_courier", lambda *_given: None)
    root, stick = tmp_path / "home", tmp_path / "stick"
    stick.mkdir()
    reference = await an_office_with_a_case(root)
    async with stage(root) as (segl, pilot):
        await unlocked(root, segl, "Mette")
        set_language("en")
        await settle(pilot)
        assert isinstance(segl.screen, TodayScreen)
        assert "not passed on yet" in seen(segl)
        await press(pilot, "e")
        assert isinstance(segl.screen, ExchangeScreen)
        assert segl.focused is not None
        assert segl.focused.id == "folder"
        assert f"Bo, case {reference}" in seen(segl)
        await press(pilot, "enter")
        assert "Choose a folder" in seen(segl)
        await write(pilot, str(tmp_path / "none"))
        await press(pilot, "enter")
        assert isinstance(segl.screen, FailureScreen)
        await press(pilot, "escape")
        segl.screen.query_one("#folder", Input).value = str(stick)
        await press(pilot, "enter")
        assert "envelope put, for 1 person" in seen(segl)
        assert "lie ready" in seen(segl)
        assert len(list(stick.glob("*.envelope.age"))) == 1
        await press(pilot, "escape")
        assert "lie ready for others" in seen(segl)


async def test_between_the_vaults_of_one_workstation_it_goes_by_itself(tmp_path: Path) -> None:
    root = tmp_path / "home"
    reference = await an_office_with_a_case(root)
    async with stage(root) as (segl, pilot):
        await unlocked(root, segl, "Mette")
        courier = segl.courier
        assert courier is not None
        await courier.once()
        assert list((root / "exchange").glob("*.envelope.age"))
        for _look in range(100):
            # Nobody presses a key: the page says by itself that it was put.
            await pilot.pause(0.1)
            if "ready for others" in seen(segl) or "klar til andre" in seen(segl):
                break
        else:
            raise AssertionError(seen(segl))
        assert segl.client is not None
        assert not segl.client.busy
        await segl.client.close()
        await unlocked(root, segl, "Bo")
        assert segl.courier is not None
        await segl.courier.once()
        assert [one.reference for one in await segl.client.do(Casework.cases)] == [reference]
        await pilot.pause()
