"""The first thing after unlocking: what is overdue, due and waiting, and the way from there to the step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.widgets import Input

from screens.case import CaseScreen
from screens.case_list import CaseListScreen
from screens.failure import FailureScreen
from screens.new_case import NewCaseScreen
from screens.note import NoteScreen
from screens.snooze import SnoozeScreen
from screens.today import TodayScreen
from screens.widgets.lines import LineList
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from store.today import TodayLine
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


async def days_later(client: VaultClient, days: int) -> None:
    """Let the vault's clock go on."""

    def move(desk: Casework) -> None:
        desk._clock = lambda: datetime.now(UTC) + timedelta(days=days)
        desk._today = lambda: desk._clock().astimezone(desk._zone).date()

    await client.do(move)


async def urgent(client: VaultClient, case: CaseSummary) -> None:
    """A case at level 3, a month ago."""
    await client.do(Casework.set_level, case.id, 3, "panik")
    await days_later(client, 30)


def line_of(app: Any) -> TodayLine:
    """The line under the cursor."""
    row = app.screen.query_one("#lines", LineList).current
    assert isinstance(row, TodayLine)
    return row


async def go_to(pilot: Any, step: str) -> None:
    """Put the cursor on the line of a step."""
    lines = pilot.app.screen.query_one("#lines", LineList)
    lines.cursor = next(i for i, row in enumerate(lines.rows) if getattr(row, "step", "") == step)
    await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (120, 40)])
async def test_each_line_has_case_step_and_due_in_words(
    size: tuple[int, int], show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await urgent(client, case)
    app = show(TodayScreen)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        seen = text_of(app)
        assert "OVERSKREDET" in seen
        assert case.reference in seen
        assert ("dage" if size[0] < 60 else "overskredet 2") in seen
        await press(pilot, "f12")
        assert "OVERDUE" in text_of(app)
        assert ("days" if size[0] < 60 else "overdue by") in text_of(app)


async def test_enter_opens_the_case_at_the_step_and_escape_comes_back(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await urgent(client, case)
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "down")
        step = line_of(app).step
        await press(pilot, "enter")
        assert isinstance(app.screen, CaseScreen)
        row = app.screen._pane("guide").current
        assert row is not None
        assert row.id == step
        await press(pilot, "escape")
        assert isinstance(app.screen, TodayScreen)
        assert line_of(app).step == step


async def test_keys_to_a_note_to_the_list_and_back_and_to_a_new_case(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        assert isinstance(app.screen, NoteScreen)
        await press(pilot, "escape", "l")
        assert isinstance(app.screen, CaseListScreen)
        await press(pilot, "t")
        assert isinstance(app.screen, TodayScreen)
        await press(pilot, "l", "escape")
        assert isinstance(app.screen, TodayScreen)
        await press(pilot, "f", "=billede")
        assert isinstance(app.screen, CaseListScreen)
        assert app.screen.query_one("#find", Input).value == "billede"
        assert case.reference in text_of(app)
        await press(pilot, "escape", "escape", "o")
        assert isinstance(app.screen, NewCaseScreen)


async def test_a_step_is_put_off_with_a_day_and_a_reason(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await urgent(client, case)
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await go_to(pilot, "wellbeing-talk")
        await press(pilot, "u")
        assert isinstance(app.screen, SnoozeScreen)
        await press(pilot, "ctrl+s")
        assert "Skriv en dag" in text_of(app)
        await press(pilot, "=+3d", "enter", "ctrl+s")
        assert "Skriv hvorfor" in text_of(app)
        await press(pilot, "=lejrskole", "ctrl+s")
        assert isinstance(app.screen, TodayScreen)
        guide = await client.do(Casework.guide, case.id)
        put_off = guide.step("wellbeing-talk").snoozed
        assert put_off is not None
        assert put_off.reason == "lejrskole"
        assert "udskudt" in text_of(app)
        await go_to(pilot, "wellbeing-talk")
        await press(pilot, "u", "tab", "enter")
        assert (await client.do(Casework.guide, case.id)).step("wellbeing-talk").snoozed is None


async def test_an_overdue_must_can_not_be_put_off(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await urgent(client, case)
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line_of(app).must
        await press(pilot, "u", "=+40d", "enter", "=travlt", "ctrl+s")
        assert isinstance(app.screen, FailureScreen)
        assert "snooze-refused" in text_of(app)


async def test_empty_pages_are_said_kindly(show: Show, client: VaultClient) -> None:
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Ingen åbne sager. Tryk o" in text_of(app)


async def test_a_quiet_case_is_not_left_out(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert case.reference in text_of(app)


async def test_a_clock_set_back_is_said(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await days_later(client, -3)
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Går maskinens ur" in text_of(app)


async def test_many_cases_are_looked_through_a_few_at_a_time(
    show: Show, client: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.screens.conftest import INTAKE

    for _number in range(7):
        await client.do(Casework.new_case, INTAKE)
    asked: list[int | None] = []
    whole = Casework.today

    def counted(self: Casework, *, patience: int | None = None) -> Any:
        asked.append(patience)
        return whole(self, patience=patience)

    monkeypatch.setattr(Casework, "today", counted)
    monkeypatch.setattr("screens.today.PATIENCE", 3)
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "7 åbne sager" in text_of(app) or "(7)" in text_of(app))
        assert asked[:3] == [3, 3, 3]
