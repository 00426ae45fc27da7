from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from guidance.language import set_language
from screens.confirm import Confirm
from screens.emergency import EmergencyScreen
from screens.hidden import HiddenScreen, months
from screens.idle import IdleScreen
from screens.today import TodayScreen
from store.home import Home
from tests.screens.stage import PASSPHRASE, Clock, make_vault, press, settle, stage
from tui.app import SeglApp
from tui.guard.start import ChildEnd


async def unlock(app: SeglApp, pilot: Any) -> None:
    app.screen.query_one(Input).value = PASSPHRASE
    await press(pilot, "enter")
    await settle(pilot)
    assert isinstance(app.screen, TodayScreen)


def drawn(app: SeglApp) -> str:
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


async def test_one_key_hides_everything_and_shows_it_again(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await unlock(app, pilot)
        app.notify("Rosinante")
        await press(pilot, "n")
        below, before = app.screen, drawn(app)
        await press(pilot, "f10")
        assert isinstance(app.screen, HiddenScreen)
        assert "Calendar" in drawn(app)
        assert not [word for word in ("Rosinante", "Today", "Nordby", "case") if word in drawn(app)]
        app.notify("Rosinante")
        await settle(pilot)
        assert "Rosinante" not in drawn(app)
        await press(pilot, "f2")
        assert isinstance(app.screen, EmergencyScreen)
        await press(pilot, "escape", "x", "enter")
        assert isinstance(app.screen, HiddenScreen), "no other key shows what is below"
        await press(pilot, "f10")
        assert app.screen is below
        assert drawn(app).splitlines()[3:20] == before.splitlines()[3:20]


async def test_the_terminal_is_emptied_before_anything_is_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await unlock(app, pilot)
        written: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        app.action_hide()
        assert written[0].startswith("\x1b[0m\x1b[H\x1b[2J")
        assert f"{date.today():%Y-%m}" in written[0]  # noqa: DTZ011


async def test_what_comes_up_and_what_leaves_meanwhile_stays_below(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await unlock(app, pilot)
        answers: list[object] = []
        box = Confirm("Rosinante?")
        app.push_screen(box, answers.append)
        await settle(pilot)
        await press(pilot, "f10")
        box.dismiss(True)
        await settle(pilot)
        assert isinstance(app.screen, HiddenScreen)
        later = Confirm("Kvikgaas?")
        app.push_screen(later)
        await settle(pilot)
        assert isinstance(app.screen, HiddenScreen)
        assert "Kvikgaas" not in drawn(app)
        assert answers == []
        await press(pilot, "f10")
        assert app.screen_stack[-1] is later
        assert answers == [True]
        assert box not in app.screen_stack
        later.dismiss(False)
        await settle(pilot)


async def test_it_is_no_lock_and_idleness_still_locks(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        await press(pilot, "f10")
        assert not isinstance(app.screen, HiddenScreen), "there is nothing to hide before a vault is open"
        await unlock(app, pilot)
        await press(pilot, "f10")
        clock.now += 290
        await app.watch_the_time()
        await settle(pilot)
        assert isinstance(app.screen, IdleScreen)
        await press(pilot, "x")
        assert isinstance(app.screen, HiddenScreen)
        clock.now += 301
        await app.watch_the_time()
        assert app.return_code == ChildEnd.LOCK


async def test_f9_locks_from_there(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await unlock(app, pilot)
        await press(pilot, "f10", "f9")
        assert app.return_code == ChildEnd.LOCK


async def test_kept_open_for_half_an_hour_and_then_the_usual_time_counts(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        await press(pilot, "shift+f9")
        await unlock(app, pilot)
        clock.now += 275
        await app.watch_the_time()
        await settle(pilot)
        assert isinstance(app.screen, IdleScreen)
        await press(pilot, "shift+f9")
        await app.watch_the_time()
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        clock.now += 1700
        await app.watch_the_time()
        assert app.return_code is None
        clock.now += 101
        await app.watch_the_time()
        assert app.return_code == ChildEnd.LOCK


def test_the_calendar_is_right_in_both_languages() -> None:
    set_language("en")
    lines = list(months(date(2026, 11, 28)))
    assert lines[:3] == ["2026-11", "Week  Mo  Tu  We  Th  Fr  Sa  Su", "  44                           1"]
    assert lines[7].startswith("  49  30")
    assert "  53  28  29  30  31" in [line.rstrip() for line in lines]
    set_language("da")
    assert next(iter(list(months(date(2026, 11, 28)))[1:])).startswith("Uge")
    set_language("en")
