"""Backups on their screens: making one, trying it, being reminded, and an empty machine."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from textual.widgets import Input

from screens.backup import BackupScreen
from screens.failure import FailureScreen
from screens.notice import NoticeScreen
from screens.restore import RestoreScreen
from screens.today import TodayScreen
from screens.welcome import WelcomeScreen
from store.backup.backing_up import back_up
from store.casework import Casework
from store.client import VaultClient
from store.home import Home
from store.model import Intake
from store.secret import Secret
from store.slots import KdfParameters
from tests.screens.conftest import text_of, until
from tests.screens.stage import PASSPHRASE, make_vault, press, seen, settle, stage, write
from tests.screens.test_hostile import assert_harmless
from tests.store.backup.backups import ERASED_SINCE
from tests.store.backup.test_drill import LOOKED
from tui.guard.start import Start

NEW = "seks gule spande ved havnen"
HOSTILE = "\x1b[2J[/b] [@click=app.leave]klik[/]\u202e"


async def a_case(home: Home) -> None:
    client = await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE))
    await client.do(Casework.new_case, Intake(title="Et billede", happened="I går.", stand_in="Bo"))
    await client.close()


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_backup_is_made_and_tried(tmp_path: Path, size: tuple[int, int]) -> None:
    home, stick = Home(tmp_path / "home"), tmp_path / "stick"
    stick.mkdir()
    await make_vault(home)
    await a_case(home)
    async with stage(home.root, size=size) as (app, pilot):
        await app.open_cases(await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE)))
        await press(pilot, "s")
        assert isinstance(app.screen, BackupScreen)
        assert app.focused is not None
        assert app.focused.id == "folder"
        assert "No backup was ever made" in seen(app)
        await press(pilot, "enter")
        assert "Choose a folder" in seen(app)
        app.screen.query_one("#folder", Input).value = str(tmp_path / "none")
        await press(pilot, "enter")
        assert isinstance(app.screen, FailureScreen)
        await press(pilot, "escape")
        app.screen.query_one("#folder", Input).value = str(stick)
        await press(pilot, "enter")
        assert "Everything is backed up" in seen(app)
        assert list(stick.glob("segl-backup-*/*/0001-*.age"))
        if size[1] < 20:
            return
        await press(pilot, "f6")
        app.screen.query_one("#typed", Input).value = "en helt forkert adgangskode"
        await press(pilot, "enter")
        assert isinstance(app.screen, FailureScreen)
        await press(pilot, "escape", "f6")
        assert app.focused.id == "typed"
        app.screen.query_one("#typed", Input).value = PASSPHRASE
        await press(pilot, "enter")
        assert "All of it verifies" in seen(app)
        assert "That was a drill" in seen(app)
        assert not list(home.folder.glob(".drill-*"))
        await press(pilot, "escape")
        assert isinstance(app.screen, TodayScreen)


@pytest.mark.parametrize("where", ["store.doctor._Examination.keys", "store.backup.drilling.gather"])
async def test_a_drill_that_is_stopped_says_so_and_is_not_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    home, stick = Home(tmp_path / "home"), tmp_path / "stick"
    stick.mkdir()
    await make_vault(home)
    await a_case(home)
    async with stage(home.root, size=(100, 30)) as (app, pilot):
        await app.open_cases(await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE)))
        await press(pilot, "s")
        app.screen.query_one("#folder", Input).value = str(stick)
        await press(pilot, "enter")
        owner, _dot, name = where.rpartition(".")
        real = getattr(resolve_name(owner.replace("._", ":_")), name)
        there, let_go = threading.Event(), threading.Event()

        def held(*arguments: Any, **options: Any) -> Any:
            there.set()
            assert let_go.wait(30)
            return real(*arguments, **options)

        monkeypatch.setattr(where, held)
        await press(pilot, "f6")
        app.screen.query_one("#typed", Input).value = PASSPHRASE
        await pilot.press("enter")
        await until(pilot, there.is_set)
        await pilot.press("escape")
        let_go.set()
        await settle(pilot)
        assert "All of it verifies" not in seen(app)
        assert ("Stopped during the last look." if "doctor" in where else "it was not looked at") in seen(app)
        if "doctor" in where:
            assert all(words in seen(app) for words in LOOKED["en"])
        assert not list(home.folder.glob(".drill-*"))


async def test_today_reminds_of_it_and_the_days_can_be_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    await make_vault(home)
    await a_case(home)
    later = datetime.now(UTC) + timedelta(days=15)
    monkeypatch.setattr("store.cases.desk.utc_now", lambda: later)
    async with stage(tmp_path) as (app, pilot):
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert app.client is not None
        app.client._casework._clock = lambda: later
        app.screen.on_screen_resume()  # type: ignore[attr-defined]
        await settle(pilot)
        assert "There is no backup of this vault" in seen(app)
        await press(pilot, "s")
        assert "It is time for a backup" in seen(app)
        days = app.screen.query_one("#days", Input)
        days.focus()
        days.value = "400"
        await press(pilot, "enter")
        assert "from 0 to 365" in seen(app)
        app.screen.query_one("#days", Input).value = "0"
        await press(pilot, "enter")
        assert "does not remind" in seen(app)
        await press(pilot, "escape")
        assert "no backup of this vault" not in seen(app)


async def test_an_empty_machine_is_restored_from_a_stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.wrapping.calibrate", lambda: KdfParameters.FLOOR)
    home, stick = Home(tmp_path / "home"), tmp_path / "stick"
    stick.mkdir()
    await make_vault(home)
    await a_case(home)
    client = await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE))
    await back_up(client, stick)
    await client.close()
    async with stage(tmp_path / "other") as (app, pilot):
        assert isinstance(app.screen, WelcomeScreen)
        drawn = "\n".join("".join(part.text for part in line) for line in app.screen._compositor.render_strips())
        assert all(words in drawn for words in ("Set up Segl", "Restore from a backup", "Look round")), drawn
        app.screen.query_one("#restore").focus()
        await press(pilot, "enter")
        assert isinstance(app.screen, RestoreScreen)
        app.screen.query_one("#folder", Input).value = str(stick)
        await press(pilot, "enter")
        app.screen.query_one("#opens", Input).value = "en helt forkert adgangskode"
        await press(pilot, "enter")
        assert "does not open" in seen(app)
        app.screen.query_one("#opens", Input).value = PASSPHRASE
        await press(pilot, "enter")
        assert isinstance(app.screen, NoticeScreen)
        assert "All of it verifies" in seen(app)
        assert "erased after" in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)
        assert app.client is not None
        assert len(await app.client.do(Casework.cases)) == 1


@pytest.mark.parametrize("language", ERASED_SINCE)
async def test_what_was_erased_since_and_is_here_again_is_said_and_in_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("store.wrapping.calibrate", lambda: KdfParameters.FLOOR)
    home, stick = Home(tmp_path / "home"), tmp_path / "stick"
    stick.mkdir()
    await make_vault(home)
    client = await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE))
    await back_up(client, stick)
    await client.close()
    day = datetime.now(UTC).date().isoformat()
    async with stage(tmp_path / "other", start=Start(language="da" if language == "da" else "en")) as (app, pilot):
        app.screen.query_one("#restore").focus()
        await press(pilot, "enter")
        app.screen.query_one("#folder", Input).value = str(stick)
        await press(pilot, "enter")
        app.screen.query_one("#opens", Input).value = PASSPHRASE
        await press(pilot, "enter")
        assert isinstance(app.screen, NoticeScreen)
        lines = ["".join(part.text for part in line) for line in app.screen._compositor.render_strips()]
        # Without the frame and the bar beside it.
        drawn = " ".join(re.sub("[\u2500-\u259f]", " ", " ".join(lines)).split())
        assert ERASED_SINCE[language].format(day=day) in drawn, drawn


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_by_the_words_a_new_passphrase_is_asked_twice_and_its_strength_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("store.wrapping.calibrate", lambda: KdfParameters.FLOOR)
    home, stick, other = Home(tmp_path / "home"), tmp_path / "stick", Home(tmp_path / "other")
    stick.mkdir()
    await make_vault(home)
    await a_case(home)
    client = await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE))
    key = await client.do(Casework.make_recovery)
    await back_up(client, stick)
    await client.close()
    async with stage(other.root, size=size, start=Start(language="da")) as (app, pilot):
        await app.push_screen(RestoreScreen(other))
        await settle(pilot)
        opens, new, again = (app.screen.query_one(f"#{id}", Input) for id in ("opens", "new", "again"))
        app.screen.query_one("#folder", Input).value = str(stick)
        # By the passphrase of before nothing new is asked for.
        opens.focus()
        opens.value = PASSPHRASE
        await settle(pilot)
        assert "Ny adgangskode" not in text_of(app)
        opens.value = " ".join(key.words)
        await press(pilot, "enter")
        assert app.focused is new
        await press(pilot, "ctrl+s")
        assert "Vælg en ny adgangskode" in seen(app)
        await write(pilot, "kort")
        assert "■□□□" in text_of(app)
        await press(pilot, "enter")
        assert app.focused is again
        await write(pilot, "kort")
        await press(pilot, "enter")
        assert app.focused is new
        assert other.vaults() == ()
        new.value = NEW
        again.value = NEW.upper()
        await press(pilot, "ctrl+s")
        assert app.focused is again
        assert "■■" in text_of(app)
        assert "De to er ikke ens." in text_of(app)
        assert other.vaults() == ()
        again.value = NEW
        await press(pilot, "enter")
        assert isinstance(app.screen, NoticeScreen)
        assert app.client is not None
        assert await app.client.knows(Secret.from_text(NEW))


async def test_hostile_words_in_a_folder_are_words(tmp_path: Path) -> None:
    home, stick = Home(tmp_path / "home"), tmp_path / HOSTILE.replace("/", "")
    stick.mkdir()
    await make_vault(home)
    await a_case(home)
    async with stage(home.root) as (app, pilot):
        await app.open_cases(await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE)))
        await press(pilot, "s")
        app.screen.query_one("#folder", Input).value = str(stick)
        await settle(pilot)
        assert_harmless(app)
        await press(pilot, "enter")
        assert_harmless(app)
        assert app.is_running
