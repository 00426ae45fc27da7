from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.widgets import Input

from guidance.language import current_language
from screens.set_up import SetUpScreen
from screens.set_up_pages import PAGES, set_up_of
from screens.today import TodayScreen
from screens.welcome import WelcomeScreen
from screens.widgets.passphrase import PassphraseInput
from store.casework import Casework
from tests.screens.stage import CHEAP, PASSPHRASE, press, seen, settle, stage, write
from tui.app import SeglApp
from tui.guard.start import ChildEnd

NUMBER = {page.id: number for number, page in enumerate(PAGES)}


async def test_setting_up_asks_one_thing_a_page_and_makes_the_vault(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        assert isinstance(app.screen, WelcomeScreen)
        await _begin(app, pilot)
        await press(pilot, "enter")
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
        ready = " ".join(seen(app).split())
        assert "Who can open it: you, with your passphrase. Nobody else" in ready
        assert "there is no recovery, what is in the vault is lost" in ready
        assert "but they can delete it, or put another program in Segl's place" in ready
        assert app.client is not None
        office = await app.client.do(Casework.office)
        assert (office.name, office.author, office.language) == ("Ungerådgivningen", "Sam Test", "en")
        assert [(c.id, c.name, c.phone) for c in office.contacts] == [("prevention-unit", "Forebyggelsen", "12345678")]
        assert PASSPHRASE not in repr(vars(app.screen))
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)
        assert len(app.screen_stack) == 2


async def test_what_must_be_answered_is_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        screen = await _begin(app, pilot)
        await press(pilot, "enter", "enter")
        assert screen.page.id == "office"
        assert "Write what your office is called." in seen(app)
        assert app.focused is screen.query_one("#office")


async def test_a_weak_or_different_passphrase_goes_no_further(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        screen = await _at(app, pilot, "passphrase")
        first, again = screen.query(PassphraseInput)
        first.value = again.value = "password1"
        await press(pilot, "enter", "enter")
        assert "too short" in seen(app)
        first.value, again.value = PASSPHRASE, PASSPHRASE + "x"
        again.focus()
        await press(pilot, "enter")
        assert "not the same" in seen(app)
        assert screen.page.id == "passphrase"
        again.value = PASSPHRASE
        await press(pilot, "enter")
        assert screen.page.id == "check"


async def test_the_phrase_that_is_offered_has_to_be_typed_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        screen = await _at(app, pilot, "passphrase")
        offered = str(screen.query_one("#suggested").render())
        await press(pilot, "f5")
        another = str(screen.query_one("#suggested").render())
        assert offered != another
        await press(pilot, "f6")
        first, again = screen.query(PassphraseInput)
        assert (first.value, again.value, app.focused) == (another, "", again)
        await press(pilot, "enter")
        assert screen.page.id == "passphrase"
        await press(pilot, "f3")
        assert not first.password
        await press(pilot, "f3")
        assert first.password


async def test_an_answer_is_corrected_from_the_page_that_shows_all(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        screen = await _at(app, pilot, "check", office="Nord", author="Sam", passphrase=PASSPHRASE)
        await press(pilot, "shift+tab", "down", "enter")
        assert screen.page.id == "office"
        await press(pilot, "backspace")
        await write(pilot, "Syd")
        await press(pilot, "enter")
        assert screen.page.id == "check"
        assert screen._answers["office"] == "Syd"


async def test_back_keeps_what_was_typed_and_out_forgets_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        screen = await _at(app, pilot, "author", office="Nord")
        await write(pilot, "Sam")
        await press(pilot, "escape")
        assert screen.query_one("#office", Input).value == "Nord"
        await press(pilot, "enter")
        assert screen.query_one("#author", Input).value == "Sam"
        await press(pilot, "escape", "escape", "escape")
        assert isinstance(app.screen, WelcomeScreen)
        assert screen._answers == {}


async def test_choosing_the_other_language_speaks_it_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        await _begin(app, pilot)
        await press(pilot, "up", "space")
        assert current_language() == "da"
        assert "Hvilket sprog" in seen(app)
        await press(pilot, "enter")
        assert "Hvad hedder dit kontor?" in seen(app)


async def test_letters_typed_while_a_page_turns_are_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        screen = await _at(app, pilot, "office", office="Nord")
        with screen.holding_keys():
            await pilot.press("S", "a", "m")
            screen._at = NUMBER["author"]
            await screen.recompose()
            screen._settle()
        await settle(pilot)
        assert screen.query_one("#author", Input).value == "Sam"


async def test_looking_round_asks_the_guard_for_a_demo(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        await press(pilot, "down", "down", "down", "enter")
        assert app.return_code == ChildEnd.DEMO


def test_contacts_that_are_wholly_empty_are_left_out() -> None:
    order = set_up_of({"office": "O", "author": "A", "communications-mail": "p@x.dk", "prevention-unit-name": ""}, "da")
    assert [(contact.id, contact.name, contact.mail) for contact in order.contacts] == [
        ("communications", "", "p@x.dk")
    ]


async def _begin(app: SeglApp, pilot: Any) -> SetUpScreen:
    screen = SetUpScreen(app.home, kdf=CHEAP)
    app.push_screen(screen)
    await settle(pilot)
    return screen


async def _at(app: SeglApp, pilot: Any, page: str, **answers: str) -> SetUpScreen:
    screen = await _begin(app, pilot)
    screen._answers = dict(answers)
    await screen._turn(NUMBER[page])
    await settle(pilot)
    return screen
