"""Opening a case: one question a page, always a way back, a last look, and a draft that survives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from screens.confirm import Confirm
from screens.intake import Answers, people_of
from screens.new_case import NewCaseScreen
from screens.person import PersonScreen
from store.casework import Casework
from store.client import VaultClient
from store.model import Age, Role
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def on_to(pilot: Any, words: str) -> None:
    """Go on, leaving out what may be left out, to the page that says this."""
    for _page in range(12):
        if words in text_of(pilot.app):
            return
        await press(pilot, "ctrl+s")
    raise AssertionError(text_of(pilot.app))


async def test_the_pages_one_after_the_other(show: Show, client: VaultClient) -> None:
    app = show(NewCaseScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Hvilken slags sag er det?" in text_of(app)
        await press(pilot, "enter", "=Billede i 8.b", "enter", "=A fortalte det", "ctrl+s")
        assert "Hvem er med i sagen?" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PersonScreen)
        await press(pilot, "=A", "enter", "space", "enter", "1", "ctrl+s")
        assert "mindreårig" in text_of(app)
        await press(pilot, "ctrl+s")
        assert "Er den krænkede under 18?" not in text_of(app)
        assert "Ved I, hvem der har gjort det?" in text_of(app)
        await press(pilot, "2")
        await on_to(pilot, "Hvem må få det at vide?")
        await press(pilot, "space", "down", "space", "ctrl+s", "=Kollega", "enter")
        text = text_of(app)
        assert "Er det rigtigt?" in text
        for answer in ("Billede i 8.b", "A fortalte det", "A (den krænkede)", "forældre", "Kollega"):
            assert answer in text
        await press(pilot, "enter")
    record = await client.do(Casework.case, app.answers[0])
    assert record.summary.title == "Billede i 8.b"
    assert record.people[0].roles == (Role.VICTIM,)
    assert record.people[0].age is Age.MINOR
    assert record.facts["told.whom"] == "parents"
    assert record.facts["victim.age"] == "minor"
    assert record.facts["offender.known"] == "suspected"
    assert "offender.same-school" not in record.facts
    assert record.notes[0].current.text == "A fortalte det"
    assert record.stand_in == "Kollega"
    assert await client.do(Casework.drafts) == {}


async def test_what_is_missing_is_said_on_its_own_page(show: Show) -> None:
    app = show(NewCaseScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "enter")
        assert "Skriv et par ord." in text_of(app)
        await press(pilot, "=x", "enter")
        await on_to(pilot, "Hvem må læse sagen")
        await press(pilot, "ctrl+s")
        assert "Skriv et navn, eller skriv, hvorfor" in text_of(app)
        await press(pilot, "tab", "=lille kontor", "enter")
        assert "ingen: lille kontor" in text_of(app)


async def test_back_keeps_the_answers_and_a_line_leads_to_its_page(show: Show) -> None:
    app = show(NewCaseScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "=Titel", "enter", "escape")
        assert "Titel" in text_of(app)
        await on_to(pilot, "Hvem må læse sagen")
        await press(pilot, "=K", "enter")
        assert "Er det rigtigt?" in text_of(app)
        await press(pilot, "shift+tab", "down", "enter")
        assert "Hvad skal sagen hedde?" in text_of(app)
        await press(pilot, "=2", "enter")
        assert "Titel2" in text_of(app)
        assert "Er det rigtigt?" in text_of(app)


async def test_leaving_warns_and_the_draft_comes_back(show: Show, client: VaultClient) -> None:
    app = show(NewCaseScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "=Halv", "f8")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "escape")
        assert isinstance(app.screen, NewCaseScreen)
        await press(pilot, "f8", "tab", "enter")
    assert app.answers == [None]
    assert "new-case" in await client.do(Casework.drafts)
    again = show(NewCaseScreen)
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Halv" in text_of(again)
        assert "side 2 af " in text_of(again)


async def test_leaving_at_once_asks_nothing(show: Show, client: VaultClient) -> None:
    app = show(NewCaseScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "escape")
    assert app.answers == [None]
    assert await client.do(Casework.drafts) == {}


async def test_the_language_changes_in_the_middle(show: Show) -> None:
    app = show(NewCaseScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "=Min sag", "f12")
        assert "What is the case to be called?" in text_of(app)
        assert "Min sag" in text_of(app)
        await press(pilot, "=!", "enter")
        assert "What has happened" in text_of(app)


async def test_without_anybody_violated_the_age_is_asked_for(show: Show, client: VaultClient) -> None:
    app = show(NewCaseScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "=x", "enter")
        await on_to(pilot, "Er den krænkede under 18?")
        await press(pilot, "1")
        await on_to(pilot, "Hvem må læse sagen")
        await press(pilot, "=K", "enter", "enter")
    assert (await client.do(Casework.case, app.answers[0])).facts == {"victim.age": "minor"}


def test_a_draft_that_cannot_be_read_has_nobody() -> None:
    assert people_of("{") == []
    assert people_of('[{"name": 1}]') == []
    assert people_of("") == []


@pytest.mark.parametrize(("kind", "asked"), [("school", False), ("workplace", True), ("mentoring", True)])
def test_whether_images_are_shared_is_asked_where_the_kind_does_not_say_it(kind: str, asked: bool) -> None:
    answers = Answers()
    answers.fields["kind"] = kind
    assert ("fact:images.shared" in answers.pages) is asked
