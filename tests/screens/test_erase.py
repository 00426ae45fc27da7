"""Closing asks for the day; a closed case is held, looked at and erased by a word that is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from textual.widgets import Input

from screens.case import CaseScreen
from screens.erase import EraseScreen
from screens.failure import FailureScreen
from screens.reason import ReasonScreen
from screens.retention import LookAtScreen, RetentionScreen
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import INTAKE, press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def closed(client: VaultClient, case: str) -> None:
    await client.do(Casework._write, case, "case.closed", {"reason": "Færdig"})


async def test_a_day_is_named_and_a_hold_keeps_from_erasing(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await closed(client, case.id)
    app = show(RetentionScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert case.reference in text_of(app)
        await press(pilot, "d")
        assert isinstance(app.screen, LookAtScreen)
        await press(pilot, "=2031-01-31", "enter", "=Kommunens regel", "ctrl+s")
        assert "2031" in text_of(app)
        await press(pilot, "h", "=Retssag", "ctrl+s")
        [kept] = await client.do(Casework.retention)
        assert (kept.look_at, kept.held) == (date(2031, 1, 31), "Retssag")
        await press(pilot, "delete")
        assert isinstance(app.screen, FailureScreen)
        await press(pilot, "escape")
        await settle(pilot)
        assert isinstance(app.screen, RetentionScreen)


async def test_a_case_goes_only_by_the_word_that_is_shown(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await closed(client, case.id)
    app = show(RetentionScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "delete")
        assert isinstance(app.screen, EraseScreen)
        assert INTAKE.people[1].name in text_of(app)
        await press(pilot, "ctrl+s")
        assert app.screen.query_one("#fault").display
        await press(pilot, "=Fristen er gaaet")
        app.screen.query_one("#confirm", Input).value = "26-00000"
        await press(pilot, "ctrl+s")
        assert len(await client.do(Casework.cases)) == 1
        app.screen.query_one("#confirm", Input).value = case.reference.lower()
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, RetentionScreen)
    assert await client.do(Casework.cases) == ()
    [gone] = await client.do(Casework.erased_cases)
    assert gone.ground == "Fristen er gaaet"


async def test_somebody_goes_by_their_name(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await closed(client, case.id)
    name = INTAKE.people[1].name
    app = show(RetentionScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert isinstance(app.screen, ReasonScreen)
        await press(pilot, f"={name}", "ctrl+s")
        assert isinstance(app.screen, EraseScreen)
        await press(pilot, "=Bedt om det")
        app.screen.query_one("#confirm", Input).value = name
        await press(pilot, "ctrl+s")
    record = await client.do(Casework.case, case.id)
    assert [person.name for person in record.people] == [INTAKE.people[0].name]


async def test_what_was_put_right_goes_from_the_history_of_an_open_case(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    note = await client.do(Casework.add_note, case.id, "Forkert barn")
    await client.do(Casework.correct_note, case.id, note.id, "Rigtigt", "fejl")
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "down", "delete")
        assert isinstance(app.screen, EraseScreen)
        assert "Forkert barn" in text_of(app)
        await press(pilot, "=fejl")
        app.screen.query_one("#confirm", Input).value = case.reference
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, CaseScreen)
    record = await client.do(Casework.case, case.id)
    assert [version.text for version in record.notes[-1].versions] == ["Rigtigt"]
