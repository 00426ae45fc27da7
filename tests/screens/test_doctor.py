"""Verifying everything from the screen: progress, stopping, findings in words with what to do, the tables made anew."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.widgets import Button

from guidance.language import Language, set_language
from screens.confirm import Confirm
from screens.cover import CoverScreen
from screens.doctor import DoctorScreen
from screens.vault import VaultScreen
from store import put_back
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import PASSPHRASE, press, settle, text_of, until
from tests.screens.test_hostile import assert_harmless

Show = Callable[[Callable[[], Any]], Any]


async def tamper(client: VaultClient, *statements: str) -> None:
    """Change rows behind the journal's back."""

    def outside(casework: Casework) -> None:
        connection = casework._connection
        for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            connection.execute(statement)

    await client.do(outside)


async def verified(app: Any, pilot: Any) -> None:
    """Press Enter on the screen, and wait for what comes of it."""
    await press(pilot, "enter")
    await until(pilot, lambda: app.screen.stage == "done")
    await settle(pilot)


@pytest.mark.parametrize("language", ["da", "en"])
async def test_a_vault_that_nobody_touched_verifies_from_the_vaults_own_screen(
    show: Show, client: VaultClient, case: CaseSummary, language: Language
) -> None:
    app = show(lambda: VaultScreen(client))
    async with app.run_test(size=(80, 24)) as pilot:
        set_language(language)
        await app.screen.refresh_language()
        await settle(pilot)
        wanted = {"da": "Kontrollér alt", "en": "Verify everything"}[language]
        assert wanted in text_of(app)
        await press(pilot, "v")
        assert isinstance(app.screen, DoctorScreen)
        assert app.focused.id == "verify"
        await verified(app, pilot)
        assert {"da": "Alt er i orden.", "en": "Everything verifies."}[language] in text_of(app)
        assert app.focused.id == "close"
        assert app.screen.check_action("repair", ()) is False
        await press(pilot, "enter")
        assert isinstance(app.screen, VaultScreen)


async def test_each_finding_says_what_to_do_and_no_table_is_offered_anew_where_that_would_not_help(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await tamper(client, "UPDATE entry SET signature = zeroblob(64) WHERE arrival = (SELECT max(arrival) FROM entry)")
    app = show(DoctorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await verified(app, pilot)
        drawn = text_of(app)
        assert "Underskriften" in drawn
        assert "segl restore --beside" in " ".join(drawn.split())
        assert "Lav tabellerne forfra" not in drawn
        assert app.screen.check_action("repair", ()) is False
        for label in ("Kontrollér igen", "Luk"):
            assert label in drawn
        assert_harmless(app)


async def test_tables_that_do_not_agree_are_made_anew_when_a_person_says_so(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await tamper(client, "DELETE FROM case_file")
    app = show(DoctorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await verified(app, pilot)
        assert "case_file" in text_of(app)
        assert "Lav tabellerne forfra" in text_of(app)
        await press(pilot, "f6")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "escape")
        assert "case_file" in text_of(app)
        await press(pilot, "f6")
        app.screen.query_one("#yes", Button).press()
        await until(pilot, lambda: isinstance(app.screen, DoctorScreen) and "Alt er i orden." in text_of(app))
        assert [one.reference for one in await client.do(Casework.cases)] == [case.reference]


def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the looking stand still after its first step, until the event is set or it is cancelled."""
    let_go = threading.Event()
    from store import examination

    monkeypatch.setattr(examination, "_STEP", 1)
    tick = examination.Examination.tick

    def slow(self: Any, count: int = 1) -> None:
        while self._done > 1 and not let_go.wait(0.01) and not (self._cancelled and self._cancelled()):
            pass
        tick(self, count)

    monkeypatch.setattr(examination.Examination, "tick", slow)
    return let_go


async def test_progress_is_drawn_and_escape_stops_it(
    show: Show, client: VaultClient, case: CaseSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(monkeypatch)
    app = show(DoctorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.stage == "working" and "%" in text_of(app))
        assert client.busy
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.stage == "done")
        await settle(pilot)
        assert not client.busy
        assert "Standset før slutningen." in text_of(app)
        assert "Alt er i orden." not in text_of(app)


async def test_a_lock_meanwhile_is_a_cover_that_the_passphrase_lifts_at_once(
    show: Show, client: VaultClient, case: CaseSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vault's own thread is at it: what the cover asks does not wait behind it."""
    let_go = held(monkeypatch)
    app = show(DoctorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.stage == "working" and client.busy)
        await app.action_lock()
        await until(pilot, lambda: isinstance(app.screen, CoverScreen))
        assert await asyncio.wait_for(client.knows(PASSPHRASE), 60)
        assert client.busy
        assert app.return_code is None
        let_go.set()
        await until(pilot, lambda: not client.busy)


async def test_an_end_of_segl_does_not_wait_for_the_end_of_the_vault(
    show: Show, client: VaultClient, case: CaseSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(monkeypatch)
    app = show(DoctorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.stage == "working" and client.busy)
        await asyncio.wait_for(app._end(0), 60)
        assert not client.busy


async def test_that_an_old_copy_was_put_back_is_said_until_a_person_says_that_they_know(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    def came_back(casework: Casework) -> None:
        with casework._connection.transaction():
            put_back.note_came(casework._connection, 3)

    await client.do(came_back)
    app = show(DoctorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        set_language("en")
        await settle(pilot)
        assert not app.screen.check_action("known", ())
        await verified(app, pilot)
        assert "own key came back" in text_of(app)
        assert app.screen.check_action("known", ())
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "enter")
        assert isinstance(app.screen, DoctorScreen), "Enter by habit settles nothing"
        assert app.screen.check_action("known", ())
        await press(pilot, "f8", "tab", "enter")
        await until(pilot, lambda: "Everything verifies." in text_of(app))
        assert not app.screen.check_action("known", ())
