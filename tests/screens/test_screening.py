"""Screening and meeting plan by keyboard: 112 in sight, one question a page, back, check, what to do, print."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from guidance.model import State
from guidance.screening import Course
from screens.case import CaseScreen
from screens.meeting_print import MeetingPrintScreen
from screens.screening import ScreeningScreen
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, Intake
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]
PLAN: dict[str, Any] = {
    "meeting.planned": True,
    "meeting.call": "held",
    "meeting.known": "Underviser",
    "meeting.when": "Torsdag kl. 15",
    "meeting.where": "Biblioteket",
    "meeting.place-kind": "public",
    "meeting.told": "Søsteren",
    "meeting.phone": True,
    "meeting.transport": "Bus",
    "meeting.fall-back": "Taxa",
    "meeting.belongings": True,
    "meeting.leaving": "Går",
}


@pytest.fixture
async def mentoring(client: VaultClient) -> CaseSummary:
    """A case of a mentoring."""
    return await client.do(Casework.new_case, Intake(title="Mentorforløb", kind="mentoring", stand_in="K"))


async def shown(show: Show, client: VaultClient, case: CaseSummary, course: Course) -> Any:
    """An app that shows the first page."""
    guide = await client.do(Casework.guide, case.id)
    return show(lambda: ScreeningScreen(case.id, "X", guide, course))


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_112_is_on_every_page_and_each_page_has_one_question(
    size: tuple[int, int], show: Show, client: VaultClient, mentoring: CaseSummary
) -> None:
    app = await shown(show, client, mentoring, Course.SCREENING)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert "side 1 af 11" in text_of(app)
        for place in range(11):
            assert "112" in text_of(app)
            assert len(app.screen.query("FactForm")) <= 1
            await press(pilot, *(("ctrl+s",) if place == 1 else ("2" if place == 0 else "1", "ctrl+s")))
        assert app.screen.page == 11
        assert "112" in text_of(app)


async def test_danger_first_then_not_your_fault_and_going_back_keeps_the_answer(
    show: Show, client: VaultClient, mentoring: CaseSummary
) -> None:
    app = await shown(show, client, mentoring, Course.SCREENING)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "Det skal besvares." in text_of(app)
        await press(pilot, "1", "ctrl+s")
        assert "Ring 112 nu" in text_of(app)
        assert "side 2 af 12" in text_of(app)
        await press(pilot, "escape", "2", "ctrl+s")
        assert "Det er ikke din skyld" in text_of(app)
        assert "Livslinien" in text_of(app)
        await press(pilot, "ctrl+s")
        assert "penge" in text_of(app)
        await press(pilot, "escape", "escape")
        assert app.screen.answers()["danger.now"] is False


async def test_a_sign_that_ends_the_mentoring_is_recorded_and_opens_the_ending(
    show: Show, client: VaultClient, mentoring: CaseSummary
) -> None:
    app = show(lambda: CaseScreen(mentoring.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "g")
        assert isinstance(app.screen, ScreeningScreen)
        assert "Ctrl+S Næste" in text_of(app)
        await press(pilot, "2", "ctrl+s", "ctrl+s")
        for place in range(9):
            await press(pilot, "2" if place == 8 else "1", "ctrl+s")
        seen = text_of(app)
        assert "Er det rigtigt?" in seen
        assert "Ctrl+S Gem " in seen
        guide = await client.do(Casework.guide, mentoring.id)
        assert guide.step("sign-money").state is not State.DONE
        await press(pilot, "ctrl+s")
        seen = text_of(app)
        assert "Skal gøres med det samme" in seen
        assert "Ctrl+S Videre til sagen" in seen
        assert "Afslut mentorforløbet" in seen
        assert "svækker dømmekraften" in seen
        await press(pilot, "enter")
        assert isinstance(app.screen, CaseScreen)
        row = app.screen._pane("guide").current
        assert row is not None
        assert row.id == "end-mentoring"
    guide = await client.do(Casework.guide, mentoring.id)
    assert guide.step("sign-substances").state is State.DONE
    assert await client.do(Casework.drafts) == {}


async def test_a_line_of_the_check_leads_to_its_page_and_a_doubt_brings_a_question(
    show: Show, client: VaultClient, mentoring: CaseSummary
) -> None:
    app = await shown(show, client, mentoring, Course.SCREENING)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "ctrl+s", "ctrl+s")
        for _place in range(9):
            await press(pilot, "1", "ctrl+s")
        await press(pilot, "shift+tab", "down", "down", "enter")
        assert "side 3 af 11" in text_of(app)
        await press(pilot, "3", "ctrl+s")
        assert "Beslut, hvad I gør ved tegnene" in text_of(app)
        await press(pilot, "=Pause", "ctrl+s")
        assert "Er det rigtigt?" in text_of(app)
        assert "ved ikke" in text_of(app)


async def test_what_was_answered_survives_leaving(show: Show, client: VaultClient, mentoring: CaseSummary) -> None:
    app = await shown(show, client, mentoring, Course.SCREENING)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "ctrl+s", "ctrl+s", "1", "ctrl+s", "f8")
        assert app.answers == [None]
    app = await shown(show, client, mentoring, Course.SCREENING)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "side 4 af 11" in text_of(app)
        await press(pilot, "f12")
        assert "page 4 of 11" in text_of(app)
        assert app.screen.answers()["sign.money"] == "no"


async def test_a_private_place_does_not_complete_the_plan_and_a_plan_is_printed(
    show: Show, client: VaultClient, mentoring: CaseSummary, tmp_path: Path
) -> None:
    await client.do(Casework.screen, mentoring.id, Course.MEETING, {**PLAN, "meeting.place-kind": "private"})
    assert (await client.do(Casework.guide, mentoring.id)).step("meeting-place").state is not State.DONE
    await client.do(Casework.screen, mentoring.id, Course.MEETING, PLAN)
    app = show(lambda: CaseScreen(mentoring.id))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "m")
        for _page in range(8):
            await press(pilot, "ctrl+s")
        assert "Planen er gemt" in text_of(app)
        await press(pilot, "tab", "enter")
        assert isinstance(app.screen, MeetingPrintScreen)
        app.screen.query_one("#folder", Input).value = os.fspath(tmp_path)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ScreeningScreen)
    (made,) = tmp_path.glob("*.html")
    assert "Torsdag kl. 15" in made.read_text(encoding="utf-8")
    history = await client.do(Casework.history, mentoring.id)
    assert history[0].kind == "case.printed"


async def test_where_no_meeting_is_planned_no_plan_is_said_to_be_there(
    show: Show, client: VaultClient, mentoring: CaseSummary
) -> None:
    app = show(lambda: CaseScreen(mentoring.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "m", "2", "ctrl+s", "ctrl+s")
        assert (await client.do(Casework.guide, mentoring.id)).facts.values["meeting.planned"] is False
        assert "Det er noteret, at der ikke er et møde på vej." in text_of(app)
        assert "Planen er gemt" not in text_of(app)
        assert not app.screen.query("#print")


async def test_a_school_case_has_no_such_keys(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "g", "m")
        assert isinstance(app.screen, CaseScreen)
