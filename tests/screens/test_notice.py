from __future__ import annotations

from pathlib import Path

from screens.notice import NoticeScreen
from screens.today import TodayScreen
from store.client import VaultClient
from store.findings import Finding
from store.home import Home
from store.secret import Secret
from store.vault import VaultWarning
from tests.screens.stage import PASSPHRASE, make_vault, press, seen, settle, stage


async def test_what_unlocking_noticed_is_read_before_anything_else(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        client = await VaultClient.unlock(app.home.vault(), Secret.from_text(PASSPHRASE))
        client.warnings = (VaultWarning.SLOTS_OLDER,)
        client.alarms = (Finding(code="rolled-back", where="ab12"),)
        await app.open_cases(client)
        await settle(pilot)
        assert isinstance(app.screen, NoticeScreen)
        for sentence in (VaultWarning.SLOTS_OLDER.words(), client.alarms[0].words()):
            assert sentence in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)


async def test_a_vault_that_is_well_says_nothing(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await app.open_cases(await VaultClient.unlock(app.home.vault(), Secret.from_text(PASSPHRASE)))
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
