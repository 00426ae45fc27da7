from __future__ import annotations

from pathlib import Path

from screens.case_list import CaseListScreen
from screens.set_up import SetUpScreen
from screens.welcome import WelcomeScreen
from store.casework import Casework
from tests.screens.stage import CHEAP, PASSPHRASE, press, seen, settle, stage, write


async def test_setting_up_asks_one_thing_a_page_and_makes_the_vault(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        assert isinstance(app.screen, WelcomeScreen)
        app.push_screen(SetUpScreen(app.home, kdf=CHEAP))
        await settle(pilot)
        await press(pilot, "enter", "enter")
        await write(pilot, "Ungerådgivningen")
        await press(pilot, "enter")
        await write(pilot, "Sam Test")
        await press(pilot, "enter")
        await write(pilot, "Forebyggelsen")
        await press(pilot, "enter")
        await write(pilot, "12345678")
        await press(pilot, "enter", "enter")
        for _field in range(6):
            await press(pilot, "enter")
        assert "Choose a passphrase" in seen(app)
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "Is this right?" in seen(app)
        await press(pilot, "enter")
        assert "Your vault is ready" in seen(app)
        assert app.client is not None
        office = await app.client.do(Casework.office)
        assert (office.name, office.author, office.language) == ("Ungerådgivningen", "Sam Test", "en")
        assert [(c.id, c.name, c.phone) for c in office.contacts] == [("prevention-unit", "Forebyggelsen", "12345678")]
        await press(pilot, "enter")
        assert isinstance(app.screen, CaseListScreen)
        assert len(app.screen_stack) == 2
