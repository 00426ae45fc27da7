"""The level: the reaction first, a suggestion with its reason, the counsellor's decision, the fifth place empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screens.level import LevelScreen
from screens.widgets.choices import Choices
from screens.widgets.text_area import PlainArea
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, Intake
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def shown(show: Show, client: VaultClient, case: CaseSummary) -> Any:
    """An app that shows the level of a case."""
    record = await client.do(Casework.case, case.id)
    return show(lambda: LevelScreen(case.id, record))


async def test_it_asks_suggests_and_the_counsellor_decides(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = await shown(show, client, case)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        assert "Spørg først, hvordan" in text_of(app) or "Segl foreslår" not in text_of(app)
        await press(pilot, "3", "enter", "3")
        assert "Segl foreslår niveau 3." in text_of(app)
        await press(pilot, "ctrl+s")
        assert "Vælg et niveau." in text_of(app)
        assert "Begrundelsen bliver i sagen." in text_of(app)
        await press(pilot, "2", "enter", "=Hun er roligere nu", "ctrl+s")
    record = await client.do(Casework.case, case.id)
    assert record.summary.level == 2
    assert record.level_reason == "Hun er roligere nu"
    assert record.facts["reaction.seen"] == "out-of-control"
    assert record.facts["image.shows"] == "nude"


async def test_nudity_alone_lifts_nothing(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = await shown(show, client, case)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        await press(pilot, "1", "enter", "4")
        assert "Segl foreslår niveau 1." in text_of(app)


async def test_the_fifth_level_is_shown_and_cannot_be_chosen(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    app = await shown(show, client, case)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        assert "ikke beskrevet i kilden" in text_of(app)
        level = app.screen.query_one("#level", Choices)
        level.focus()
        await press(pilot, "5")
        assert level.value is None
        assert "Niveau 5: ikke beskrevet i kilden" in text_of(app)
        await press(pilot, "enter")
        assert level.value is None


async def test_a_draft_and_the_language(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = await shown(show, client, case)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        app.screen.query_one("#level", Choices).focus()
        await press(pilot, "4", "enter", "=Måske", "f12")
        assert "Segl suggests level 2." in text_of(app)
        assert "Måske" in text_of(app)
        await press(pilot, "escape")
    app = await shown(show, client, case)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#level", Choices).value == "4"
        assert app.screen.query_one("#reason", PlainArea).text == "Måske"
        await press(pilot, "ctrl+s")
    assert (await client.do(Casework.case, case.id)).summary.level == 4
    assert await client.do(Casework.drafts) == {}


async def test_changing_the_level_shows_what_it_was(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.set_level, case.id, 1, "Tager det roligt")
    app = await shown(show, client, case)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Nu: niveau 1. Tager det roligt" in text_of(app)


async def test_a_case_without_levels_says_how_they_come_in(show: Show, client: VaultClient) -> None:
    opened = await client.do(Casework.new_case, Intake(title="Hetz", kind="workplace", stand_in="K"))
    app = await shown(show, client, opened)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        assert "ingen vejledning med niveauer" in text_of(app)
        await press(pilot, "=Hvorfor", "ctrl+s")
    assert (await client.do(Casework.case, opened.id)).summary.level is None
