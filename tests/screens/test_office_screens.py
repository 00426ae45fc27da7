"""The office's own screens at any size, with anything a person may have written in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from guidance import directory
from screens.case_list import CaseListScreen
from screens.directory import DirectoryScreen
from screens.directory_entry import DirectoryEntryScreen
from screens.plan import PlanScreen
from screens.plan_compare import PlanCompareScreen
from screens.plan_export import PlanExportScreen
from screens.plan_publish import PlanPublishScreen
from screens.plan_question import PlanQuestionScreen
from screens.today import TodayScreen
from screens.words import today
from store.cases.directory import EntryDraft
from store.casework import Casework
from store.client import VaultClient
from tests.screens.conftest import press, settle, text_of
from tests.screens.test_hostile import PAYLOADS, assert_harmless
from tests.screens.test_today import days_later

Show = Callable[[Callable[[], Any]], Any]
WHO = "first-talk-who"


async def made(client: VaultClient, text: str) -> tuple[Callable[[], Any], ...]:
    """The screens of an office in which the text stands everywhere."""
    text = text if text.strip() else f"x{text}"
    await client.do(Casework.answer_plan, WHO, text)
    await client.do(Casework.publish_plan, today() + timedelta(days=1), text)
    await client.do(Casework.answer_plan, WHO, f"{text} igen")
    draft = EntryDraft(name=text, about=text, phone=text, site=text, mail=text, emergency=True)
    entry = await client.do(Casework.set_directory_entry, "cfdp", draft)
    plan = await client.do(Casework.plan)
    return (
        PlanScreen,
        lambda: PlanQuestionScreen(WHO, plan),
        PlanPublishScreen,
        lambda: PlanCompareScreen(plan),
        lambda: PlanExportScreen(plan),
        lambda: DirectoryScreen("cfdp"),
        lambda: DirectoryEntryScreen(entry),
        lambda: DirectoryEntryScreen(directory.find("programme")),
    )


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
async def test_whatever_was_written_is_only_shown(show: Show, client: VaultClient, number: int) -> None:
    screens = await made(client, PAYLOADS[number])
    app = show(CaseListScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for make in screens:
            app.push_screen(make())
            await settle(pilot)
            assert_harmless(app)
            app.pop_screen()
            await settle(pilot)
        await press(pilot, "f2")
        assert_harmless(app)
        assert app.is_running


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (200, 60)])
async def test_every_screen_at_every_size(show: Show, client: VaultClient, size: tuple[int, int]) -> None:
    screens = await made(client, "Lederen")
    app = show(CaseListScreen)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for make in screens:
            app.push_screen(make())
            await settle(pilot)
            await press(pilot, "down", "tab", "shift+tab", "f12", "f12")
            assert app.focused is not None
            app.pop_screen()
            await settle(pilot)
        assert app.is_running


async def test_the_day_to_look_at_the_plan_again_is_said_first_thing(show: Show, client: VaultClient) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen")
    await client.do(Casework.publish_plan, today() + timedelta(days=2))
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "gennemgås" not in text_of(app)
    await days_later(client, 2)
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Beredskabsplanen skal gennemgås igen. Tryk p" in text_of(app)
        await press(pilot, "p")
        assert isinstance(app.screen, PlanScreen)
        await press(pilot, "escape", "h")
        assert isinstance(app.screen, DirectoryScreen)
