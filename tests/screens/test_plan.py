"""The plan on screen: one question a page, drafts that stay, publishing with a review date, comparing, printing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from guidance import plan as planning
from guidance.language import Language, set_language
from guidance.model import State
from screens.case_list import CaseListScreen
from screens.confirm import Confirm
from screens.directory import DirectoryScreen
from screens.drafts import DraftsScreen
from screens.failure import FailureScreen
from screens.plan import PlanScreen
from screens.plan_compare import PlanCompareScreen
from screens.plan_export import PlanExportScreen
from screens.plan_publish import PlanPublishScreen
from screens.plan_question import PlanQuestionScreen
from screens.step import StepScreen
from screens.widgets.frame import KeyLine
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import today
from store.casework import Casework
from store.client import VaultClient
from store.doctor import check
from store.entry import SpaceKind
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]
WHO, WHERE = "first-talk-who", "first-talk-where"


async def test_one_question_a_page_and_on_to_the_next(show: Show, client: VaultClient) -> None:
    app = show(PlanScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "0 af 23 besvaret" in text_of(app)
        assert "Trin 1: Psykisk førstehjælp" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlanQuestionScreen)
        assert "spørgsmål 1 af 23" in text_of(app)
        await press(pilot, "=Lederen", "ctrl+s")
        assert app.screen.asked.id == WHERE
        await press(pilot, "ctrl+s")
        assert "Skriv et svar, eller gå videre uden: F8." in text_of(app)
        await press(pilot, "=Lokale 2", "ctrl+s", "escape")
        assert isinstance(app.screen, PlanScreen)
        assert "2 af 23 besvaret" in text_of(app)
        assert "2 ikke udgivet" in text_of(app)
    plan = await client.do(Casework.plan)
    assert [item.now.text for item in plan.items if item.now] == ["Lederen", "Lokale 2"]


async def test_what_is_typed_stays_as_a_draft_and_is_found_again(show: Show, client: VaultClient) -> None:
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanQuestionScreen(WHO, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "=Halvt sv", "f8")
    assert app.answers == [WHERE]
    assert f"plan/{WHO}" in await client.do(Casework.drafts)
    app = show(lambda: DraftsScreen(()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Halvt sv" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlanQuestionScreen)
        assert app.screen.query_one("#answer", PlainArea).text == "Halvt sv"
        await press(pilot, "=ar", "ctrl+s")
    plan = await client.do(Casework.plan)
    assert plan.items[0].now is not None
    assert plan.items[0].now.text == "Halvt svar"
    assert await client.do(Casework.drafts) == {}


async def test_a_draft_beside_another_is_taken_up_and_the_other_stays(show: Show, client: VaultClient) -> None:
    await client.do(Casework.save_draft, f"plan/{WHO}", '{"answer": "Den ene"}')
    await client.do(Casework.save_draft, f"plan/{WHO}/~2", '{"answer": "Den anden"}')
    app = show(lambda: DraftsScreen(()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Den ene" in text_of(app) and "Den anden" in text_of(app)
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, PlanQuestionScreen)
        assert app.screen.query_one("#answer", PlainArea).text == "Den anden"
        await press(pilot, "ctrl+s")
    assert await client.do(Casework.drafts) == {f"plan/{WHO}/~2": '{"answer": "Den ene"}'}


async def test_an_answer_is_changed_and_taken_back(show: Show, client: VaultClient) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen")
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanQuestionScreen(WHO, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Rådgiver Ravn" in text_of(app)
        await press(pilot, "= og en til", "ctrl+s")
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanQuestionScreen(WHO, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#answer", PlainArea).text == "Lederen og en til"
        await press(pilot, "f6")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "tab", "enter")
    assert (await client.do(Casework.plan)).answered == 0


async def test_f7_and_f8_turn_the_page_from_within_the_answer(show: Show, client: VaultClient) -> None:
    app = show(lambda: PlanScreen(WHO))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, PlanQuestionScreen)
        await press(pilot, "f8")
        assert app.screen.asked.id == WHERE
        await press(pilot, "f7")
        assert app.screen.asked.id == WHO
        assert not app.screen.check_action("turn", (-1,))


async def test_a_cpr_number_in_an_answer_is_asked_about(show: Show, client: VaultClient) -> None:
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanQuestionScreen(WHO, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "=Liv 010203-1234", "ctrl+s")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "escape")
        assert app.screen.query_one("#answer", PlainArea).text == "Liv 010203-1234"
    assert (await client.do(Casework.plan)).answered == 0


async def test_publishing_needs_an_answer_and_a_day_ahead(show: Show, client: VaultClient) -> None:
    app = show(PlanPublishScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, FailureScreen)
        await press(pilot, "enter")
        await client.do(Casework.answer_plan, WHO, "Lederen")
        for wrong, words in (("i går", "fremme i tiden"), ("snart", "Skriv en dato")):
            app.screen.query_one("#review", Input).value = wrong
            await press(pilot, "ctrl+s")
            assert words in text_of(app)
        assert (await client.do(Casework.plan)).versions == ()
        app.screen.query_one("#review", Input).value = "+52u"
        await press(pilot, "enter", "=Udvalget", "ctrl+s")
    version = app.answers[0]
    assert (version.number, version.agreed_by) == (1, "Udvalget")
    assert version.review_on == today() + timedelta(weeks=52)


async def test_the_whole_plan_can_be_read_before_it_is_published(show: Show, client: VaultClient) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen [bold]")
    app = show(PlanPublishScreen)
    async with app.run_test(size=(100, 160)) as pilot:
        await settle(pilot)
        shown = text_of(app)
    assert "Det bliver version 1. 22 spørgsmål er ikke besvaret." in shown
    assert "Lederen [bold]" in shown
    assert shown.count("ikke besvaret") >= 20


async def test_two_versions_are_compared(show: Show, client: VaultClient) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen")
    await client.do(Casework.publish_plan, today() + timedelta(days=1))
    await client.do(Casework.answer_plan, WHO, "Vagten")
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanCompareScreen(plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "- Lederen" in text_of(app)
        assert "+ Vagten" in text_of(app)
        await press(pilot, "up", "space")
        assert "Der er ingen forskel." in text_of(app)


def brought(desk: Casework) -> None:
    """A version that came with a vault made meanwhile, while another answer stood here."""
    said = {"question": WHO, "asked": {"da": "Hvem?", "en": "Who?"}, "text": "Vagten"}
    with desk._writing():
        answer = desk._append(SpaceKind.OFFICE, desk.office().id, "office.plan-said", said)
        version = {"number": 1, "review-on": {"date": "2030-01-01"}, "agreed-by": "", "answers": {WHO: answer.id}}
        desk._append(SpaceKind.OFFICE, desk.office().id, "office.plan-brought", {**version, "in-force": False})


async def test_a_version_that_never_was_in_force_here_is_told_from_the_others(show: Show, client: VaultClient) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen")
    await client.do(brought)
    # It is the only one there is.
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanCompareScreen(plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = text_of(app)
        assert "version 1 (aldrig i kraft her), " in shown
        assert "- Vagten" in shown
        assert "+ Lederen" in shown
        app.push_screen(PlanExportScreen(plan))
        await settle(pilot)
        assert "version 1 (aldrig i kraft her)" in text_of(app)
        app.push_screen(PlanScreen())
        await settle(pilot)
        assert "1 ikke udgivet" in text_of(app)


@pytest.mark.parametrize("language", ["da", "en"])
async def test_what_the_plan_can_do_stands_in_the_line_of_keys(
    show: Show, client: VaultClient, language: Language
) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen")
    await client.do(Casework.publish_plan, today() + timedelta(days=1))
    app = show(PlanScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        set_language(language)
        await settle(pilot)
        shown = {key.display for key in app.screen.query_one(KeyLine).keys(78)}
        assert {"Enter", "u", "m", "x", "F9", "F2", "F1"} <= shown


@pytest.mark.parametrize(("form", "begins"), [(0, b"<!DOCTYPE html>"), (1, b"office = ")])
async def test_the_plan_is_written_to_a_file(
    show: Show, client: VaultClient, tmp_path: Path, form: int, begins: bytes
) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen")
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanExportScreen(plan))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        app.screen.query_one("#folder").value = str(tmp_path)
        app.screen.query_one("#form").focus()
        await press(pilot, *["down"] * form, "space")
        name = app.screen.query_one("#name").value
        assert name == ("plan-kladde.html", "plan-kladde.toml")[form]
        await press(pilot, "ctrl+s")
        assert (tmp_path / name).read_bytes().startswith(begins)
    app = show(lambda: PlanExportScreen(plan))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        app.screen.query_one("#folder").value = str(tmp_path)
        app.screen.query_one("#name").value = name
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, FailureScreen)


async def test_a_cpr_number_in_the_name_of_the_file_is_asked_about(
    show: Show, client: VaultClient, tmp_path: Path
) -> None:
    await client.do(Casework.answer_plan, WHO, "Lederen")
    plan = await client.do(Casework.plan)
    app = show(lambda: PlanExportScreen(plan))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        app.screen.query_one("#folder").value = str(tmp_path)
        app.screen.query_one("#name").value = "plan-0101901234.html"
        await press(pilot, "ctrl+s")
        assert "filnavnet: plan-010190••••.html" in text_of(app)
        await press(pilot, "escape")
        out = tmp_path / "plan-0101901234.html"
        assert not out.exists()
        await press(pilot, "ctrl+s", "tab", "enter")
        assert out.exists()


async def test_a_step_shows_what_the_plan_says_and_what_it_lacks(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    guide = await client.do(Casework.guide, case.id)
    view = next(view for view in guide.steps if "plan:counsellors-role" in view.step.says)
    assert view.state is not State.DONE
    app = show(lambda: StepScreen(case.id, view.id, guide))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        said = str(app.screen.query_one("#said", Plain).content)
        assert "Hvad er rådgivernes rolle" in said
        assert "Planen har ikke noget svar endnu. F3 giver et." in said
        await press(pilot, "f3")
        assert isinstance(app.screen, PlanQuestionScreen)
        assert app.screen.asked.id == "counsellors-role"
        await press(pilot, "=Vi lytter", "ctrl+s")
        assert isinstance(app.screen, StepScreen)
        said = str(app.screen.query_one("#said", Plain).content)
        assert "Vi lytter" in said
        assert "ikke udgivet endnu" in said
    await client.do(Casework.publish_plan, today() + timedelta(days=1))
    await client.do(Casework.answer_plan, "counsellors-role", "Noget andet")
    app = show(lambda: StepScreen(case.id, view.id, guide))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        said = str(app.screen.query_one("#said", Plain).content)
        assert "Vi lytter" in said
        assert "Noget andet" not in said


async def test_a_step_opens_the_directory_at_the_entry_it_names(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    guide = await client.do(Casework.guide, case.id)
    view = next(view for view in guide.steps if "directory:sletdet" in view.step.says)
    app = show(lambda: StepScreen(case.id, view.id, guide))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "f4")
        assert isinstance(app.screen, DirectoryScreen)
        assert app.screen._pane.current is not None
        assert app.screen._pane.current.id == "sletdet"
        await press(pilot, "t", "tab", "enter", "escape")
        assert isinstance(app.screen, StepScreen)
        assert f"kontrolleret {today():%d-%m-%Y}" in str(app.screen.query_one("#said", Plain).content)


async def test_every_question_can_be_opened_and_the_last_leads_back(show: Show, client: VaultClient) -> None:
    plan = await client.do(Casework.plan)
    last = planning.questions()[-1].id
    app = show(lambda: PlanQuestionScreen(last, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "=Svar", "ctrl+s")
    assert app.answers == [None]
    assert await client.do(lambda work: check(work._vault).well)


async def test_from_the_list_of_cases_one_key_leads_to_the_plan_and_one_to_who_helps(
    show: Show, client: VaultClient
) -> None:
    app = show(CaseListScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert isinstance(app.screen, PlanScreen)
        await press(pilot, "escape", "h")
        assert isinstance(app.screen, DirectoryScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, CaseListScreen)
