"""The directory on screen: 112 first and untouchable, the others changed, added, checked and taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.widgets import Input

from screens.directory import DirectoryScreen
from screens.directory_entry import DirectoryEntryScreen, id_of
from screens.emergency import EmergencyScreen
from screens.reason import ReasonScreen
from screens.words import today
from store.cases.directory import EntryDraft
from store.casework import Casework
from store.client import VaultClient
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def test_112_is_first_and_stays_as_it_is(show: Show, client: VaultClient) -> None:
    app = show(DirectoryScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen._pane.current.phone == "112"
        await press(pilot, "enter", "delete")
        assert isinstance(app.screen, DirectoryScreen)
        assert "trykt maj 2020, ikke kontrolleret siden" in text_of(app)
        await press(pilot, "t", "tab", "enter")
        assert f"kontrolleret {today():%d-%m-%Y}" in text_of(app)
    first = (await client.do(Casework.directory))[0]
    assert first.phone == "112"
    assert first.checked is not None


async def test_a_number_is_changed_and_checked(show: Show, client: VaultClient) -> None:
    app = show(lambda: DirectoryScreen("cfdp"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, DirectoryEntryScreen)
        app.screen.query_one("#phone", Input).value = "70 00 00 09"
        app.screen.query_one("#checked", Input).value = "+2d"
        await press(pilot, "ctrl+s")
        assert "Skriv den dag" in text_of(app)
        app.screen.query_one("#checked", Input).value = "i går"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, DirectoryScreen)
        assert app.screen._pane.current is not None
        assert app.screen._pane.current.id == "cfdp"
    entry = await client.do(Casework.directory_entry, "cfdp")
    assert (entry.phone, entry.site) == ("70 00 00 09", "https://cfdp.dk/")
    assert entry.name.en == "Center for Digital Pædagogik (digital youth care)"
    assert entry.checked is not None


async def test_the_example_is_replaced_and_the_contacts_follow(show: Show, client: VaultClient) -> None:
    app = show(lambda: DirectoryScreen("programme"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "et eksempel" in text_of(app)
        await press(pilot, "enter")
        assert app.screen.query_one("#mail", Input).value == ""
        await press(pilot, "=Vores program", "ctrl+s")
        assert "Skriv et telefonnummer" in text_of(app)
        await press(pilot, "=70 00 00 10", "ctrl+s")
        assert isinstance(app.screen, DirectoryScreen)
    entry = await client.do(Casework.directory_entry, "programme")
    assert (entry.name.da, entry.phone, entry.mail) == ("Vores program", "70 00 00 10", "")
    assert "programme" in [contact.id for contact in (await client.do(Casework.office)).contacts]


async def test_one_of_ones_own_is_added_and_taken_away(show: Show, client: VaultClient) -> None:
    app = show(DirectoryScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o", "=Krisecenter Ålborg", "enter", "enter", "=12 34 56 78", "ctrl+s")
        assert isinstance(app.screen, DirectoryScreen)
        assert app.screen._pane.current is not None
        assert app.screen._pane.current.id == "krisecenter-aalborg"
        await press(pilot, "delete")
        assert isinstance(app.screen, ReasonScreen)
        await press(pilot, "=Lukket, ring til 010203-1234", "ctrl+s")
        assert "010203-••••" in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, ReasonScreen)
        assert "010203-1234" in text_of(app)
        await press(pilot, *["backspace"] * 11, "ctrl+s")
    assert "krisecenter-aalborg" not in [entry.id for entry in await client.do(Casework.directory)]


async def test_a_draft_of_an_entry_stays(show: Show, client: VaultClient) -> None:
    app = show(lambda: DirectoryEntryScreen(None))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "=Krise", "escape")
    assert "entry" in await client.do(Casework.drafts)


def test_an_id_is_made_of_a_name() -> None:
    assert id_of("Krisecenter Ålborg") == "krisecenter-aalborg"
    assert id_of("  Æblø & Søn (é) ") == "aebloe-soen-e"
    assert id_of("***") == ""


async def test_the_emergency_help_shows_what_the_office_has_put_in(show: Show, client: VaultClient) -> None:
    await client.do(Casework.set_directory_entry, "livslinien", EntryDraft(phone="70 00 00 11"))
    app = show(DirectoryScreen)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "f2")
        assert isinstance(app.screen, EmergencyScreen)
        shown = text_of(app)
        assert shown.index("112") < shown.index("70 00 00 11")
        await press(pilot, "f2")
        assert isinstance(app.screen, DirectoryScreen)


async def test_the_emergency_help_of_an_office_that_changed_nothing(show: Show) -> None:
    app = show(DirectoryScreen)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "f2")
        assert "+45 70 20 12 01" in text_of(app)
