"""People: several roles, minor or adult, several holders of parental authority."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screens.person import PersonScreen
from screens.widgets.choices import Choices
from store.casework import Casework
from store.client import VaultClient
from store.model import Age, CaseSummary, PersonDraft, Role
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def test_an_offender_who_is_a_pupil_too(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: PersonScreen(case.id, ()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "Skriv et navn eller et bogstav." in text_of(app)
        assert "Vælg mindst én rolle." in text_of(app)
        await press(pilot, "=B", "enter", "down", "space", "down", "down", "down", "space", "enter", "1", "ctrl+s")
    person = app.answers[0]
    assert person.roles == (Role.OFFENDER, Role.PUPIL)
    assert person.age is Age.MINOR


async def test_a_second_holder_of_parental_authority(show: Show, client: VaultClient, case: CaseSummary) -> None:
    people = (await client.do(Casework.case, case.id)).people
    app = show(lambda: PersonScreen(case.id, people))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "=Far", "enter", "down", "down", "down", "space", "enter", "2", "enter", "space", "ctrl+s")
    child = next(one for one in people if one.name == "A")
    record = await client.do(Casework.case, case.id)
    assert sum(child.id in one.authority_over for one in record.people) == 2


async def test_changing_somebody_keeps_the_rest(show: Show, client: VaultClient, case: CaseSummary) -> None:
    people = (await client.do(Casework.case, case.id)).people
    mother = next(one for one in people if one.name.startswith("Mor"))
    app = show(lambda: PersonScreen(case.id, people, mother))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert "Ret Mor til A" in text_of(app)
        app.screen.query_one("#contact").focus()
        await press(pilot, "=12345678", "ctrl+s")
    changed = next(one for one in (await client.do(Casework.case, case.id)).people if one.id == mother.id)
    assert changed.contact == "12345678"
    assert (changed.name, changed.roles, changed.authority_over) == (mother.name, mother.roles, mother.authority_over)


async def test_without_a_case_it_gives_the_draft_back(show: Show) -> None:
    app = show(lambda: PersonScreen(None, ()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "=C", "enter", "space", "ctrl+s")
    assert app.answers == [PersonDraft(name="C", roles=(Role.VICTIM,))]


async def test_the_language_changes_and_what_was_typed_stays(show: Show, case: CaseSummary) -> None:
    app = show(lambda: PersonScreen(case.id, ()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "=D", "enter", "space", "f12")
        text = text_of(app)
        assert "[x] the person violated" in text
        assert app.screen.query_one("#roles", Choices).chosen == ("victim",)
        await press(pilot, "ctrl+s")
    assert app.answers[0].name == "D"
