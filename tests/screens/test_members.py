"""An office of several on its screens: joining by a card, certifying who waits, giving a role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from guidance.language import set_language
from screens.failure import FailureScreen
from screens.leaving import LeavingScreen
from screens.member_role import MemberRoleScreen
from screens.members import MembersScreen
from screens.notice import NoticeScreen
from screens.office_card import OfficeCardScreen
from screens.set_up import SetUpScreen
from screens.today import TodayScreen
from screens.vault import VaultScreen
from store import spoken
from store.cards import read
from store.casework import Casework
from store.client import VaultClient
from store.exchange.courier import Courier
from store.home import CARD_FILE, Home
from store.secret import Secret
from tests.screens.stage import CHEAP, PASSPHRASE, make_vault, press, seen, settle, stage, write
from tests.store.exchange.test_courier import INTAKE, two_of_one_office


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The courier goes when the test says so."""

    def send(app: Any, client: VaultClient) -> None:
        app.courier = Courier(client, app.home, told=app._tell_what_came)

    monkeypatch.setattr("tui.app.SeglApp._send_courier", send)


def _vault(app: Any) -> VaultClient:
    client: VaultClient = app.client
    return client


def _courier(app: Any) -> Courier:
    courier: Courier = app.courier
    return courier


async def unlocked(app: Any, pilot: Any, label: str) -> None:
    """Open one of the vaults of the home, and let what lies there come in."""
    ref = next(one for one in app.home.vaults() if one.label == label)
    await app.open_cases(await VaultClient.unlock(ref, Secret.from_text(PASSPHRASE)))
    set_language("en")
    await settle(pilot)
    if isinstance(app.screen, NoticeScreen):
        await press(pilot, "escape")
    await app.courier.once()
    await settle(pilot)


async def test_somebody_joins_on_the_same_workstation_and_is_certified(tmp_path: Path) -> None:
    home = Home(tmp_path)
    await make_vault(home, "Mette")
    async with stage(tmp_path) as (app, pilot):
        await unlocked(app, pilot, "Mette")
        await press(pilot, "a")
        assert isinstance(app.screen, MembersScreen)
        assert "administrator, you" in seen(app)
        # The administrator leaves the card where it is found.
        await press(pilot, "k")
        assert isinstance(app.screen, OfficeCardScreen)
        await press(pilot, "ctrl+s")
        card = read((tmp_path / CARD_FILE).read_text("utf-8"))
    async with stage(tmp_path) as (app, pilot):
        screen = SetUpScreen(app.home, kdf=CHEAP)
        app.push_screen(screen)
        await settle(pilot)
        await press(pilot, "f7")
        assert "Join an office" in screen.heading()
        await press(pilot, "enter")
        assert screen.query_one("#card", Input).value == str(tmp_path / CARD_FILE)
        await press(pilot, "enter")
        assert spoken.digits(card.fingerprint)[:20] in seen(app)
        # Enter by habit goes no further: the digits have to be compared.
        await press(pilot, "enter")
        assert "Let them read you the digits first" in seen(app)
        await press(pilot, "down", "space", "enter")
        await write(pilot, "Bo")
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "Nordby" in screen._answers["office"]
        await press(pilot, "enter")
        assert "Mette has to certify you" in seen(app)
        own = spoken.digits((await _vault(app).do(Casework.key_card)).fingerprint)
        assert own in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)
        await _courier(app).once()
        await settle(pilot)
        assert "You are no member of the office yet: Mette" in seen(app)
    async with stage(tmp_path) as (app, pilot):
        await unlocked(app, pilot, "Mette")
        assert "Bo wants to join" in seen(app)
        await press(pilot, "a", "end")
        assert "waits to be certified" not in seen(app)  # the list draws its rows itself
        assert own[:27] in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, MemberRoleScreen)
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, MembersScreen)
        assert len(await _vault(app).do(Casework.members)) == 1, "Enter by habit certifies nobody"
        await press(pilot, "enter", "down", "down", "space", "enter", "enter")
        assert [(one.name, one.role) for one in await _vault(app).do(Casework.members)] == [
            ("Mette", "administrator"),
            ("Bo", "leader"),
        ]
        await press(pilot, "end", "enter")
        assert isinstance(app.screen, MemberRoleScreen)
        await press(pilot, "home", "space", "enter", "enter")
        assert [one.role for one in await _vault(app).do(Casework.members)] == ["administrator", "counsellor"]
        await press(pilot, "home", "enter", "home", "space", "enter", "enter")
        assert isinstance(app.screen, FailureScreen), "the last administrator stays one"
        await press(pilot, "escape")
        await _courier(app).once()
    async with stage(tmp_path) as (app, pilot):
        await unlocked(app, pilot, "Bo")
        assert "no member" not in seen(app)
        await press(pilot, "a")
        assert isinstance(app.screen, MembersScreen)
        await press(pilot, "enter")
        assert isinstance(app.screen, MembersScreen), "who is no administrator changes nothing"


async def test_a_member_leaves_and_each_step_is_said(tmp_path: Path) -> None:
    _home, mette, bo = await two_of_one_office(tmp_path)
    await mette.do(Casework.new_case, INTAKE)
    await bo.close()
    await mette.close()
    async with stage(tmp_path) as (app, pilot):
        await unlocked(app, pilot, "Mette")
        await press(pilot, "a", "end", "l")
        assert isinstance(app.screen, LeavingScreen)
        await press(pilot, "enter", "enter")
        assert "Write why." in seen(app)
        await write(pilot, "Holdt op")
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, LeavingScreen)
        assert not await _vault(app).do(Casework.leavings), "Enter by habit changes nothing"
        await press(pilot, "enter", "tab", "enter")
        assert "Bo has left" in seen(app)
        [left] = await _vault(app).do(Casework.leavings)
        assert (len(left.alone), left.renewed) == (1, False)
        assert left.alone[0] in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, VaultScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, MembersScreen)
        # It can be gone on with.
        await press(pilot, "end", "l", "enter")
        await write(pilot, "Holdt op")
        await press(pilot, "enter")
        assert "Bo has left" in seen(app)
        await press(pilot, "escape", "home", "l")
        assert isinstance(app.screen, MembersScreen), "nobody leaves by themselves"
        await press(pilot, "escape")
        assert "Bo has left: make a new key" in seen(app)
        await _vault(app).renew(Secret.from_text(PASSPHRASE), "leaver")
        await press(pilot, "a", "escape")
        assert "make a new key" not in seen(app)


async def test_a_card_that_is_none_or_is_not_there_is_said(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        screen = SetUpScreen(app.home, joining=True, kdf=CHEAP)
        app.push_screen(screen)
        await settle(pilot)
        await press(pilot, "enter")
        await write(pilot, str(tmp_path / "none"))
        await press(pilot, "enter")
        assert screen.page.id == "card"
        assert "This is no card" in seen(app)
