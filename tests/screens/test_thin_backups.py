"""Removing old chains on the screen: looked at, shown, asked, stopped."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from screens.backup import BackupScreen
from screens.confirm import Confirm
from screens.thin_backups import ThinBackupsScreen
from store.backup import chain as place
from store.backup.backing_up import back_up
from store.backup.drilling import tried
from store.client import VaultClient
from store.home import Home
from store.secret import Secret
from tests.screens.conftest import text_of, until
from tests.screens.stage import PASSPHRASE, make_vault, press, seen, settle, stage
from tests.screens.test_backup import HOSTILE, a_case
from tests.screens.test_hostile import assert_harmless
from tui.app import SeglApp
from tui.guard.start import Start


@asynccontextmanager
async def opened(
    home: Home, stick: Path, *, chains: int = 3, language: str = "en", size: tuple[int, int] = (100, 36)
) -> AsyncIterator[tuple[SeglApp, Pilot[None], list[Path]]]:
    """The backup screen of a vault with so many whole chains in a folder, whose path is in the field."""
    stick.mkdir()
    await make_vault(home)
    await a_case(home)
    async with stage(home.root, size=size, start=Start(language="da" if language == "da" else "en")) as (app, pilot):
        client = await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE))
        made = [(await back_up(client, stick, whole=True)).path for _number in range(chains)]
        await app.open_cases(client)
        await press(pilot, "s")
        assert isinstance(app.screen, BackupScreen)
        app.screen.query_one("#folder", Input).value = str(stick)
        yield app, pilot, made


def there(made: list[Path]) -> list[Path]:
    return [path for path in made if path.exists()]


@pytest.mark.parametrize("language", ["en", "da"])
async def test_what_stays_and_goes_is_shown_asked_and_removed(tmp_path: Path, language: str) -> None:
    async with opened(Home(tmp_path / "home"), tmp_path / "stick", language=language) as (app, pilot, made):
        await press(pilot, "f8")
        assert isinstance(app.screen, ThinBackupsScreen)
        words = seen(app)
        assert ("Dette fjernes for altid:" if language == "da" else "This goes, for good:") in words
        assert all(path.name in words for path in made)
        assert there(made) == made
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        assert all(path.name in seen(app) for path in made[:2]) and made[2].name not in seen(app)
        # Enter pressed by habit, and Escape, remove nothing.
        await press(pilot, "enter")
        assert isinstance(app.screen, ThinBackupsScreen)
        await press(pilot, "f8", "escape")
        assert there(made) == made
        await press(pilot, "f8")
        app.screen.query_one("#yes", Button).press()
        await until(pilot, lambda: isinstance(app.screen, BackupScreen))
        await settle(pilot)
        assert there(made) == made[2:]
        assert ("2 serier er fjernet" if language == "da" else "2 chains are removed") in seen(app)
        assert ("2 gamle serier blev fjernet" if language == "da" else "2 old chains were removed") in seen(app)
        # The state of the backups is what it was, and a second time there is nothing to remove.
        await press(pilot, "f8")
        assert ("Der er intet at fjerne." if language == "da" else "There is nothing to remove.") in seen(app)
        await press(pilot, "f8")
        assert isinstance(app.screen, ThinBackupsScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, BackupScreen)


async def test_how_many_stay_is_asked_for_and_looked_at_again_first(tmp_path: Path) -> None:
    async with opened(Home(tmp_path / "home"), tmp_path / "stick") as (app, pilot, made):
        await press(pilot, "f8")
        field = app.screen.query_one("#keep", Input)
        field.focus()
        field.value = "0"
        await press(pilot, "enter")
        assert "A number from 1 to 999." in text_of(app)
        field.value = "2"
        await press(pilot, "f8")
        assert isinstance(app.screen, ThinBackupsScreen)
        assert "Look again first" in text_of(app)
        await press(pilot, "f5")
        assert "so many were to stay" in seen(app)
        await press(pilot, "f8")
        app.screen.query_one("#yes", Button).press()
        await until(pilot, lambda: isinstance(app.screen, BackupScreen))
        await settle(pilot)
        assert there(made) == made[1:]


async def test_a_single_chain_goes_once_everything_is_backed_up_anew(tmp_path: Path) -> None:
    async with opened(Home(tmp_path / "home"), tmp_path / "stick", chains=1) as (app, pilot, made):
        await press(pilot, "f8")
        assert "There is nothing to remove." in seen(app)
        await press(pilot, "f6")
        assert "Everything is backed up" in seen(app)
        assert "This goes, for good:" in seen(app)
        await press(pilot, "f8")
        app.screen.query_one("#yes", Button).press()
        await until(pilot, lambda: isinstance(app.screen, BackupScreen))
        await settle(pilot)
        assert there(made) == []
        assert len(place.chains(made[0].parent)) == 1


async def test_looking_can_be_stopped_and_removes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there_now, let_go = threading.Event(), threading.Event()
    real = tried

    def held(*arguments: Any, **options: Any) -> Any:
        there_now.set()
        assert let_go.wait(30)
        return real(*arguments, **options)

    monkeypatch.setattr("store.backup.thinning.tried", held)
    async with opened(Home(tmp_path / "home"), tmp_path / "stick") as (app, pilot, made):
        await pilot.press("f8")
        await until(pilot, there_now.is_set)
        await pilot.press("escape")
        let_go.set()
        await until(pilot, lambda: isinstance(app.screen, BackupScreen))
        await settle(pilot)
        assert "Stopped. Nothing was removed." in seen(app)
        assert there(made) == made
        assert not list((tmp_path / "home" / "vaults").glob(".drill-*"))


async def test_a_folder_without_backups_says_so(tmp_path: Path) -> None:
    async with opened(Home(tmp_path / "home"), tmp_path / "stick", chains=0) as (app, pilot, _made):
        await press(pilot, "f8")
        assert isinstance(app.screen, BackupScreen)
        assert "There is no whole backup" in seen(app)


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_hostile_names_among_the_files_are_words_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(Home(tmp_path / "home"), tmp_path / "stick", size=size) as (app, pilot, made):
        (made[0] / HOSTILE.replace("/", "")).write_text("x")
        await press(pilot, "f8")
        assert isinstance(app.screen, ThinBackupsScreen)
        assert_harmless(app)
        assert "files that no backup put there" in seen(app)
        await press(pilot, "f8")
        assert_harmless(app)
        app.screen.query_one("#yes", Button).press()
        await until(pilot, lambda: isinstance(app.screen, BackupScreen))
        await settle(pilot)
        assert there(made) == [made[0], made[2]]
