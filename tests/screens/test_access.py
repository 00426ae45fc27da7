"""A case of somebody else asks for a purpose; who opened a case is shown and written to a file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.widgets import Input

from screens.access import AccessScreen
from screens.case import CaseScreen
from screens.case_list import CaseListScreen
from screens.reason import ReasonScreen
from store.cases import openings
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import INTAKE, press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def reads(client: VaultClient, case: str) -> list[str]:
    return [line.purpose for line in (await client.do(Casework.access_log, case)).lines if line.act == "opened"]


async def test_a_case_of_somebody_else_asks_what_for_first(
    show: Show, client: VaultClient, case: CaseSummary, monkeypatch: Any
) -> None:
    monkeypatch.setattr("store.cases.desk.is_own", lambda *_rest: False)
    # As after another unlocking: whoever made the case just now has it open.
    client._casework._openings._written.clear()
    app = show(CaseListScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(CaseScreen(case.id))
        await settle(pilot)
        assert isinstance(app.screen, ReasonScreen)
        assert INTAKE.people[1].name not in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, CaseListScreen)
        app.push_screen(CaseScreen(case.id))
        await settle(pilot)
        await press(pilot, "=Vagt", "ctrl+s")
        assert isinstance(app.screen, CaseScreen)
        await press(pilot, "4")
        assert INTAKE.people[1].name in text_of(app)
    monkeypatch.setattr("store.cases.desk.is_own", openings.is_own)
    assert await reads(client, case.id) == ["Vagt"]


async def test_the_log_is_shown_and_written_for_the_person(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path
) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "i")
        assert isinstance(app.screen, AccessScreen)
        app.screen.query_one("#name", Input).value = "indsigt.txt"
        app.screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
        assert "skrevet til en åben fil" in text_of(app)
    text = (tmp_path / "indsigt.txt").read_text(encoding="utf-8")
    assert case.reference in text
    assert "Ravn" not in text


async def test_opening_waits_for_no_entry(client: VaultClient, case: CaseSummary, monkeypatch: Any) -> None:
    """What is read comes back although the entry can't be written yet; the entry comes after it."""
    gate, written = threading.Event(), list[int]()
    await client.aside(client._owner.submit(lambda: None).result)

    def slow(casework: Casework) -> None:
        gate.wait(5)
        written.append(1)

    monkeypatch.setattr(Casework, "record_openings", slow)
    record = await client.do(Casework.case, case.id)
    assert record.summary.id == case.id
    assert written == []
    gate.set()
