"""'Test my keyboard': every key is named, nothing is done by it, and the plain keyboard is asked for and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from screens.help import HelpScreen
from screens.keyboard import SIGNS, KeyboardScreen
from screens.unlock import UnlockScreen
from store.home import Home
from tests.screens.stage import make_vault, press, seen, stage
from tests.screens.test_hostile import assert_harmless


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_keys_are_named_and_the_plain_keyboard_is_asked_for(tmp_path: Path, size: tuple[int, int]) -> None:
    home = Home(tmp_path)
    await make_vault(home)
    async with stage(tmp_path, size=size) as (app, pilot):
        await press(pilot, "f1", "f5")
        assert isinstance(app.screen, KeyboardScreen)
        await press(pilot, "at")
        assert "the sign @ came" in seen(app)
        await press(pilot, "alt+2")
        assert "alt+2: no sign came" in seen(app)
        for sign in SIGNS:
            app.screen.post_message(events.Key(key=sign, character=sign))
        await pilot.pause()
        assert "All of them came" in seen(app)
        assert_harmless(app)
        await press(pilot, "enter", "q", "down")
        assert isinstance(app.screen, KeyboardScreen)
        assert not home.plain_keys
        await press(pilot, "f5")
        assert home.plain_keys
        assert "The plain keyboard is on" in seen(app)
        assert (tmp_path / "plain-keys").stat().st_mode & 0o077 == 0
        await press(pilot, "f5")
        assert not home.plain_keys
        await press(pilot, "escape")
        assert isinstance(app.screen, HelpScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, UnlockScreen)
