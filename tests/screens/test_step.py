"""Doing a step: its form, its refusals, setting aside, taking up, and a draft that survives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from guidance.engine import Guide
from guidance.model import FactValue, State
from screens.failure import FailureScreen
from screens.reason import ReasonScreen
from screens.step import StepScreen
from screens.widgets.choices import Choices
from screens.widgets.fact_form import FactForm, Question
from screens.words import today
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]
DECISION = ("police.decision.by", "police.decision.on", "police.decision.reference", "police.decision.extent")


async def shown_step(show: Show, client: VaultClient, case: CaseSummary, step: str) -> Any:
    """An app that shows a step of a case."""
    guide = await client.do(Casework.guide, case.id)
    return show(lambda: StepScreen(case.id, step, guide))


async def test_why_and_how_then_the_answers_then_done(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = await shown_step(show, client, case, "ask-reaction")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Det er reaktionen, der afgør" in text_of(app)
        await press(pilot, "ctrl+s")
        assert "Det skal besvares." in text_of(app)
        await press(pilot, "3", "ctrl+s")
    guide = app.answers[0]
    assert isinstance(guide, Guide)
    assert guide.step("ask-reaction").state is State.DONE
    assert guide.facts.values["reaction.seen"] == "out-of-control"


async def test_a_held_step_is_refused_and_then_done(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.set_level, case.id, 3, "panik")
    app = await shown_step(show, client, case, "delete-from-platform")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Løses af:" in text_of(app)
        assert not app.screen.query(FactForm)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, FailureScreen)
        assert "step-held" in text_of(app)
        await press(pilot, "enter", "f8")
    lifting = app.answers[0]
    guide = await client.do(Casework.guide, case.id)
    assert set(DECISION) & set(guide.step(lifting).step.sets)
    values: dict[str, FactValue] = {
        "police.decision.by": "Vagthavende",
        "police.decision.on": guide.today,
        "police.decision.reference": "1234",
        "police.decision.extent": "all",
    }
    await client.do(Casework.set_facts, case.id, values)
    app = await shown_step(show, client, case, "delete-from-platform")
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert app.screen.view.state is not State.HELD
        for question in app.screen.query(Question):
            if question.spec.id.endswith(".on"):
                question.put_raw("i dag")
            elif question.query("PlainArea"):
                question.put_raw("Alle tre opslag")
            elif question.query(Choices):
                question.query_one(Choices).focus()
                await press(pilot, "space")
        await press(pilot, "ctrl+s")
        assert app.answers, text_of(app)
    assert app.answers[0].step("delete-from-platform").state is State.DONE


async def test_a_wrong_date_is_said_under_its_field(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.set_level, case.id, 3, "panik")
    guide = await client.do(Casework.guide, case.id)
    step = next(view.id for view in guide.steps if "police.decision.on" in view.step.sets)
    app = await shown_step(show, client, case, step)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        question = next(one for one in app.screen.query(Question) if one.spec.id == "police.decision.on")
        question.put_raw("i overmorgen måske")
        await press(pilot, "ctrl+s")
        assert "Det er ikke en dato." in text_of(app)
        question.put_raw(str(today() + timedelta(days=3)))
        await press(pilot, "ctrl+s")
        assert "Den dag er ikke kommet endnu." in text_of(app)
        question.put_raw("i går")
        await settle(pilot)
        assert "ikke kommet" not in text_of(app)


async def test_setting_aside_asks_why_and_can_be_undone(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = await shown_step(show, client, case, "ask-reaction")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f6")
        assert isinstance(app.screen, ReasonScreen)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReasonScreen)
        await press(pilot, "=Kendes i forvejen", "ctrl+s")
    assert app.answers[0].step("ask-reaction").state is State.SET_ASIDE
    app = await shown_step(show, client, case, "ask-reaction")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Kendes i forvejen" in text_of(app)
        await press(pilot, "f7", "tab", "enter")
    assert app.answers[0].step("ask-reaction").state is not State.SET_ASIDE


async def test_whom_the_person_wants_told_is_shown_where_somebody_is_told(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await client.do(Casework.set_facts, case.id, {"told.whom": "friends"})
    guide = await client.do(Casework.guide, case.id)
    step = next(view for view in guide.steps if view.step.informs and view.actionable)
    app = await shown_step(show, client, case, step.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "venner" in text_of(app)
        assert "▲" in text_of(app)


async def test_leaving_keeps_a_draft_that_comes_back(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = await shown_step(show, client, case, "ask-reaction")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        app.screen.query_one("#note").focus()
        await press(pilot, "=Han var stille", "escape")
    assert app.answers == [None]
    app = await shown_step(show, client, case, "ask-reaction")
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        assert "Han var stille" in text_of(app)
        assert "(•) med behov for hjælp" in text_of(app)
        await press(pilot, "ctrl+s")
    assert app.answers[0].facts.values["reaction.seen"] == "needs-help"
    assert await client.do(Casework.drafts) == {}


async def test_the_language_changes_and_the_answers_stay(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = await shown_step(show, client, case, "ask-reaction")
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "4", "f12")
        assert "(•) violently" in text_of(app)
        await press(pilot, "ctrl+s")
    assert app.answers[0].facts.values["reaction.seen"] == "violent"


async def test_going_past_a_hold_takes_a_reason(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.set_facts, case.id, {"handling.internal": True, "report.status": "made"})
    app = await shown_step(show, client, case, "internal-cooperation")
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        assert app.screen.held
        await press(pilot, "f5", "=Aftalt med vagthavende", "ctrl+s")
        assert not app.screen.held
        assert app.screen.query(FactForm)
    guide = await client.do(Casework.guide, case.id)
    assert guide.step("internal-cooperation").actionable


async def test_a_gate_cannot_be_gone_past(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.set_level, case.id, 3, "panik")
    app = await shown_step(show, client, case, "delete-from-platform")
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "f5")
        assert isinstance(app.screen, StepScreen)
        assert not app.screen.query("#past")


async def test_the_offices_own_contact_stands_beside_the_step(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    guide = await client.do(Casework.guide, case.id)
    step = next(view for view in guide.steps if "directory:prevention-unit" in view.step.says)
    app = await shown_step(show, client, case, step.id)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        assert "Forebyggelsen  11 22 33 44" in text_of(app)


async def test_every_step_of_every_level_can_be_shown(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.set_level, case.id, 4, "prøve")
    guide = await client.do(Casework.guide, case.id)
    app = show(lambda: StepScreen(case.id, guide.steps[0].id, guide))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for view in guide.steps:
            app.push_screen(StepScreen(case.id, view.id, guide))
            await pilot.pause()
            assert view.step.title.local()[:20] in text_of(app)
            app.pop_screen()
