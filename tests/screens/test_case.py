"""A case: its panes, the next right step, what holds a step, and closing refused and allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.widgets import ContentSwitcher

from guidance.engine import StepView
from screens.case import CaseScreen
from screens.closing import ClosingScreen
from screens.guide_words import guide_rows, lifting_step, row_of
from screens.level import LevelScreen
from screens.note import NoteScreen
from screens.person import PersonScreen
from screens.seal import SealScreen
from screens.step import StepScreen
from screens.widgets.list_detail import ListDetail
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, EvidenceDraft, Holder
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]
DIGEST = "sha256:" + "0" * 64


def guide_pane(app: Any) -> ListDetail[Any]:
    """The pane of the guide."""
    found: ListDetail[Any] = app.screen.query_one("#guide", ListDetail)
    return found


def current(app: Any) -> StepView:
    """The step under the cursor."""
    row = guide_pane(app).current
    assert isinstance(row, StepView)
    return row


def go_to(app: Any, step: str) -> None:
    """Put the cursor on a step."""
    pane = guide_pane(app)
    pane.lines.cursor = row_of([row for row in pane.lines.rows if row is not None], step)


async def test_the_next_step_stands_first_and_under_the_cursor(show: Show, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        text = text_of(app)
        assert "Næste: Se på reaktionen først" in text
        assert "niveau ikke valgt" in text
        assert "stedfortræder: Kollega Kvist" in text
        assert current(app).id == "ask-reaction"
        await press(pilot, "enter")
        assert isinstance(app.screen, StepScreen)


async def test_a_digit_or_an_arrow_turns_to_a_pane(show: Show, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        assert "A fortæller" in text_of(app)
        await press(pilot, "4")
        assert "forældremyndighedsindehaver" in text_of(app)
        await press(pilot, "down")
        assert "Har forældremyndighed over: A" in text_of(app)
        await press(pilot, "5")
        assert "oprettet" in text_of(app)
        await press(pilot, "right")
        assert app.screen.query_one("#panes", ContentSwitcher).current == "guide"
        await press(pilot, "left", "left", "left")
        assert "Ingen beviser endnu" in text_of(app)


async def test_a_held_step_says_by_what_and_j_goes_to_what_lifts_it(
    show: Show, case: CaseSummary, client: VaultClient
) -> None:
    await client.do(Casework.set_level, case.id, 3, "panik")
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        go_to(app, "delete-from-platform")
        await settle(pilot)
        text = text_of(app)
        assert "‖ Venter" in text
        assert "politiets" in text
        assert "Tryk j for at gå til" in text
        await press(pilot, "j")
        assert "police.decision.by" in current(app).step.sets


async def test_closing_is_refused_with_the_musts_and_then_allowed(
    show: Show, case: CaseSummary, client: VaultClient
) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "x")
        assert isinstance(app.screen, ClosingScreen)
        assert "Sagen kan ikke lukkes endnu" in text_of(app)
        assert "Vælg niveau" in text_of(app)
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, CaseScreen)
        assert current(app).blocks_closing
        guide = await client.do(Casework.guide, case.id)
        while guide.blockers:
            guide = await client.do(Casework.set_aside, case.id, guide.blockers[0].id, "ikke her")
        await press(pilot, "l", "escape", "x", "=Afsluttet med familien", "ctrl+s")
        assert "hvornår" in text_of(app).casefold()
        await press(pilot, "=+5y", "ctrl+s")
        assert (await client.do(Casework.case, case.id)).summary.closed_at is not None
        assert "Sagen er lukket. Tryk x for at åbne den igen." in text_of(app)
        assert "Næste:" not in text_of(app)
        await press(pilot, "x", "ctrl+s")
        assert "Skriv hvorfor." in text_of(app)
        await press(pilot, "=Nye oplysninger", "ctrl+s")
    assert (await client.do(Casework.case, case.id)).summary.closed_at is None


async def test_a_closed_case_refuses_in_words(show: Show, case: CaseSummary, client: VaultClient) -> None:
    guide = await client.do(Casework.guide, case.id)
    while guide.blockers:
        guide = await client.do(Casework.set_aside, case.id, guide.blockers[0].id, "ikke her")
    await client.do(Casework.close_case, case.id, "færdig")
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", "=mere", "ctrl+s")
        assert "er lukket" in text_of(app)
        await press(pilot, "enter", "escape")
        assert isinstance(app.screen, CaseScreen)
    assert f"note/{case.id}" in await client.do(Casework.drafts)


async def test_its_keys_lead_to_the_other_screens(show: Show, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key, screen in (("n", NoteScreen), ("p", PersonScreen), ("l", LevelScreen), ("s", SealScreen)):
            await press(pilot, key)
            assert isinstance(app.screen, screen)
            await press(pilot, "escape")
            assert isinstance(app.screen, CaseScreen)
        await press(pilot, "2", "enter")
        assert isinstance(app.screen, NoteScreen)
        assert app.screen.note is not None
        await press(pilot, "escape", "4", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert app.screen.person is not None


async def test_every_step_is_shown_when_asked_for(show: Show, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = len(guide_pane(app).lines.rows)
        await press(pilot, "a")
        assert len(guide_pane(app).lines.rows) > before
        await press(pilot, "a")
        assert len(guide_pane(app).lines.rows) == before


async def test_missing_facts_of_evidence_are_pointed_out(show: Show, case: CaseSummary, client: VaultClient) -> None:
    await client.do(Casework.register_evidence, case.id, EvidenceDraft(digest=DIGEST, name="a.jpg"))
    whole = EvidenceDraft(
        digest=DIGEST,
        name="b",
        platform="Snap",
        accounts=("bo",),
        claimed_at="1.1",
        found_at="2.1",
        holder=Holder.POLICE,
        holder_name="vagten",
        came_how="vist af Bo",
        seen_by=("Åse",),
    )
    await client.do(Casework.register_evidence, case.id, whole)
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        assert "! 7 oplysninger mangler" in text_of(app)
        assert "! Mangler: platform, brugernavne" in text_of(app)
        await press(pilot, "down")
        assert "! Mangler" not in text_of(app)


async def test_the_language_changes_and_the_pane_stays(show: Show, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "4", "f12")
        text = text_of(app)
        assert "[4 People (2)]" in text
        assert "holder of parental authority" in text
        await press(pilot, "1")
        assert "Next: Look at the reaction first" in text_of(app)


async def test_the_step_that_lifts_a_hold_is_never_the_held_one(case: CaseSummary, client: VaultClient) -> None:
    await client.do(Casework.set_level, case.id, 4, "voldsomt")
    guide = await client.do(Casework.guide, case.id)
    held = [view for view in guide.steps if view.held_by]
    assert held
    for view in held:
        lifting = lifting_step(guide, view)
        assert lifting is None or lifting.id != view.id
    rows = guide_rows(guide)
    assert row_of(rows, held[0].id) >= 0
    assert row_of(rows, "no-such-step") == -1
