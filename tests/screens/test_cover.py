from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from screens.confirm import Confirm
from screens.cover import CoverScreen
from screens.emergency import EmergencyScreen
from store.home import Home
from store.secret import Secret
from store.vault import Vault
from tests.screens.conftest import until
from tests.screens.stage import PASSPHRASE, Clock, make_vault, press, seen, settle, stage, write
from tui.app import SeglApp
from tui.guard.start import ChildEnd
from tui.locking import FINISHED_AFTER, TYPING


class Hashing:
    """Long work that ends when the test says so, and then shows something."""

    def __init__(self, app: SeglApp) -> None:
        self.app = app
        self.go_on = threading.Event()
        self.ended = False

    async def run(self) -> None:
        assert self.app.client is not None
        await self.app.client.aside(self.go_on.wait)
        self.ended = True
        self.app.push_screen(Confirm("Rosinante Kvikgaas"))
        self.app.notify("Rosinante")


async def _hashing(app: SeglApp, pilot: Any) -> Hashing:
    app.screen.query_one(Input).value = PASSPHRASE
    await press(pilot, "enter")
    work = Hashing(app)
    app.run_worker(work.run(), group="default")
    await pilot.pause(0.05)
    return work


def _drawn(app: SeglApp) -> str:
    return "".join(segment.text for strip in app.screen._compositor.render_strips() for segment in strip)


async def test_work_goes_on_under_a_cover_and_then_segl_locks(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        work = await _hashing(app, pilot)
        await pilot.press("f9")
        await pilot.pause(0.1)
        assert isinstance(app.screen, CoverScreen)
        assert app.return_code is None
        work.go_on.set()
        await pilot.pause(0.2)
        assert work.ended
        assert isinstance(app.screen, CoverScreen)
        assert "Rosinante" not in _drawn(app)
        await pilot.pause(2)
        assert app.return_code == ChildEnd.LOCK


async def test_only_the_passphrase_lifts_the_cover(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        work = await _hashing(app, pilot)
        before = app.screen
        await pilot.press("f9")
        await pilot.pause(0.1)
        for keys in (("escape",), ("tab", "enter"), ("n",), ("f9",)):
            await pilot.press(*keys)
            assert isinstance(app.screen, CoverScreen)
        await pilot.press("f2")
        await pilot.pause(0.1)
        assert isinstance(app.screen, EmergencyScreen)
        await pilot.press("f2")
        app.screen.query_one(Input).value = ""
        app.screen.query_one(Input).focus()
        await write(pilot, "wrong")
        await pilot.press("enter")
        await pilot.pause(1)
        assert "not the passphrase" in seen(app)
        await write(pilot, PASSPHRASE)
        await pilot.press("enter")
        await pilot.pause(1)
        assert app.screen is before
        work.go_on.set()
        await settle(pilot)
        await pilot.pause(1.5)
        assert app.return_code is None
        assert isinstance(app.screen, Confirm)


@pytest.mark.parametrize("puts_off", [True, False], ids=["covered", "control"])
async def test_a_screen_that_leaves_under_the_cover_does_not_take_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, puts_off: bool
) -> None:
    monkeypatch.setattr("tui.locking.FINISHED_AFTER", 3600.0)
    if not puts_off:
        monkeypatch.setattr(SeglApp, "put_off", lambda *_any: False)
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        work = await _hashing(app, pilot)
        before = app.screen
        try:
            leaving, answers = Confirm("Rosinante Kvikgaas"), list[object]()
            app.push_screen(leaving, answers.append)
            await until(pilot, lambda: app.screen is leaving)
            await app.action_lock()
            await until(pilot, lambda: isinstance(app.screen, CoverScreen))
            leaving.dismiss(True)
            await pilot.pause()
            assert isinstance(app.screen, CoverScreen) is puts_off
            if puts_off:
                assert answers == []
                await write(pilot, PASSPHRASE)
                await pilot.press("enter")
                await until(pilot, lambda: app.screen is before)
                assert answers == [True]
                assert leaving not in app.screen_stack
        finally:
            work.go_on.set()
        await until(pilot, lambda: app.client is not None and not app.client.busy)


async def test_the_cover_does_not_lock_under_the_hands_of_somebody_who_types(tmp_path: Path) -> None:
    """It looks like the lock screen, and the one that would follow it begins with an empty field."""
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        work = await _hashing(app, pilot)
        before = app.screen
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, CoverScreen))
        await write(pilot, PASSPHRASE)
        work.go_on.set()
        await until(pilot, lambda: work.ended)
        await pilot.pause(3 * FINISHED_AFTER)
        assert app.return_code is None
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, CoverScreen))
        assert app.return_code is None
        assert before in app.screen_stack


async def test_the_cover_does_not_lock_while_the_passphrase_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = threading.Event()
    knows = Vault.knows

    def slowly(vault: Vault, passphrase: Secret) -> bool:
        slow.wait(20)
        return knows(vault, passphrase)

    monkeypatch.setattr(Vault, "knows", slowly)
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        work = await _hashing(app, pilot)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, CoverScreen))
        await write(pilot, PASSPHRASE)
        await pilot.press("enter")
        work.go_on.set()
        await pilot.pause(3 * FINISHED_AFTER)
        assert app.return_code is None
        slow.set()
        await until(pilot, lambda: not isinstance(app.screen, CoverScreen))
        assert app.return_code is None


async def test_a_passphrase_half_typed_at_the_cover_is_not_waited_for_for_long(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        work = await _hashing(app, pilot)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, CoverScreen))
        await write(pilot, "evne")
        work.go_on.set()
        await pilot.pause(3 * FINISHED_AFTER)
        assert app.return_code is None
        clock.now += TYPING
        await until(pilot, lambda: app.return_code == ChildEnd.LOCK)


async def test_a_look_of_which_nothing_is_lost_puts_up_no_cover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Today looks how many vaults there are, on a disk that takes its time."""
    looking, go_on = threading.Event(), threading.Event()
    vaults = Home.vaults

    def slowly(home: Home) -> Any:
        if threading.current_thread() is not threading.main_thread():
            looking.set()
            go_on.wait(20)
        return vaults(home)

    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        monkeypatch.setattr(Home, "vaults", slowly)
        app.screen.query_one(Input).value = PASSPHRASE
        await pilot.press("enter")
        await until(pilot, looking.is_set)
        try:
            await pilot.press("f9")
            await until(pilot, lambda: app.return_code == ChildEnd.LOCK)
            assert not isinstance(app.screen, CoverScreen)
        finally:
            go_on.set()


async def test_control_without_work_there_is_no_cover(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        work = await _hashing(app, pilot)
        work.go_on.set()
        await pilot.pause(0.2)
        await pilot.press("f9")
        await pilot.pause(0.5)
        assert app.return_code == ChildEnd.LOCK
