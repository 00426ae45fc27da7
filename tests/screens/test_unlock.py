from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from guidance.language import set_language
from screens.failure import FailureScreen
from screens.set_up import SetUpScreen
from screens.today import TodayScreen
from screens.unlock import UnlockScreen
from screens.widgets.passphrase import PassphraseInput
from store import attempts
from store.home import Home
from tests.screens.stage import PASSPHRASE, make_vault, press, seen, settle, stage, write
from tui.app import SeglApp
from tui.guard.start import Start


async def test_the_passphrase_opens_the_vault(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        assert isinstance(app.screen, UnlockScreen)
        assert isinstance(app.focused, PassphraseInput)
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)
        assert app.client is not None


async def test_a_wrong_one_says_so_and_the_field_is_empty_and_ready(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await press(pilot, "enter")
        assert "Type your passphrase" in seen(app)
        await write(pilot, "wrong one")
        await press(pilot, "enter")
        assert "not the passphrase" in seen(app)
        assert app.client is None
        field = app.screen.query_one(PassphraseInput)
        assert (field.value, app.focused, field.disabled) == ("", field, False)


async def test_what_is_typed_before_the_page_is_there_stands_in_its_field(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    set_language("en")
    app = SeglApp(Home(tmp_path), Start())
    for letter in "ev":
        app.post_message(events.Key(letter, letter))
    app.post_message(events.Paste("ne "))
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "k")
        assert app.screen.query_one(PassphraseInput).value == "evne k"


async def test_a_page_that_comes_while_the_window_is_in_the_background_has_the_focus_afterwards(tmp_path: Path) -> None:
    """Idleness locks while somebody looks at another window, and some terminals say so before the page is there."""
    await make_vault(Home(tmp_path))
    set_language("en")
    app = SeglApp(Home(tmp_path), Start())
    app.post_message(events.AppBlur())
    async with app.run_test() as pilot:
        await settle(pilot)
        app.post_message(events.AppFocus())
        await press(pilot, "x")
        assert app.screen.query_one(PassphraseInput).value == "x"


async def test_names_are_shown_only_when_asked_for(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path), author="Rosinante")
    await make_vault(Home(tmp_path), author="Kvikgaas")
    async with stage(tmp_path) as (app, pilot):
        assert "Vault 1 of 2" in seen(app)
        assert "Rosinante" not in _drawn(app) + seen(app)
        assert "Kvikgaas" not in _drawn(app) + seen(app)
        await press(pilot, "f3")
        first = seen(app)
        await press(pilot, "x", "down")
        both = first + seen(app)
        assert "Rosinante" in both
        assert "Kvikgaas" in both
        assert app.screen.query_one(Input).value == ""
        await press(pilot, "f3")
        assert "Rosinante" not in seen(app)


async def test_a_vault_in_use_is_said_in_three_sentences(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await _type(app, pilot)
        async with stage(tmp_path) as (second, other):
            await _type(second, other)
            assert isinstance(second.screen, FailureScreen)
            assert second.screen.code == "vault-in-use"
            await press(other, "enter")
            assert isinstance(second.screen, UnlockScreen)
            assert second.focused is second.screen.query_one(Input)


async def test_a_new_vault_can_be_made_beside_one_that_nobody_can_open(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await press(pilot, "f6")
        assert isinstance(app.screen, SetUpScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, UnlockScreen)


async def test_a_paste_of_several_lines_is_refused_aloud(tmp_path: Path) -> None:
    """Control: a plain `Input` keeps the first line and says nothing."""
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        field = app.screen.query_one(PassphraseInput)
        await _paste(pilot, field, "one\ntwo")
        assert field.value == ""
        assert "several lines" in seen(app)
        await _paste(pilot, field, "one line\n")
        assert field.value == "one line"
        plain = Input(id="plain")
        await app.screen.query_one("#body").mount(plain)
        await _paste(pilot, plain, "one\ntwo")
        assert plain.value == "one"


async def test_a_passphrase_is_not_copied(tmp_path: Path) -> None:
    """Control: a plain password `Input` gives it to the clipboard."""
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await press(pilot, "a", "b", "shift+home", "ctrl+c", "ctrl+x", "ctrl+v")
        assert app.clipboard == ""
        assert app.screen.query_one(Input).value == "ab"
        plain = Input("ab", password=True, id="plain")
        await app.screen.query_one("#body").mount(plain)
        plain.focus()
        await press(pilot, "shift+home", "ctrl+c")
        assert app.clipboard == "ab"


async def _type(app: SeglApp, pilot: Any) -> None:
    app.screen.query_one(Input).value = PASSPHRASE
    await press(pilot, "enter")


async def _paste(pilot: Any, field: Input, text: str) -> None:
    field.focus()
    await pilot.pause()
    field.post_message(events.Paste(text))
    await settle(pilot)


def _drawn(app: SeglApp) -> str:
    return "".join(segment.text for strip in app.screen._compositor.render_strips() for segment in strip)


async def test_after_several_wrong_ones_the_next_try_waits_and_what_is_typed_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_vault(Home(tmp_path))
    now = [1_800_000_000.0]
    monkeypatch.setattr("store.attempts.time.time", lambda: now[0])
    async with stage(tmp_path) as (app, pilot):
        for _number in range(attempts.FREE):
            app.screen.query_one(Input).value = "not this one at all"
            await press(pilot, "enter")
        assert "the next one in 2 seconds" in seen(app)
        app.screen.query_one(Input).value = PASSPHRASE
        await press(pilot, "enter")
        assert isinstance(app.screen, UnlockScreen)
        assert "the next one in 2 seconds" in seen(app)
        assert app.screen.query_one(Input).value == PASSPHRASE
        now[0] += 2
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)
