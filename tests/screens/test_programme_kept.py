"""What is over in the programme is held, looked at and erased by the name that is typed, from its own screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.widgets import Input

from guidance.mentoring import Part
from screens.erase import EraseScreen
from screens.failure import FailureScreen
from screens.programme import ProgrammeScreen
from screens.programme_history import ThingHistoryScreen
from screens.programme_kept import ProgrammeKeptScreen
from screens.programme_person import ParticipantScreen
from screens.retention import LookAtScreen, RetentionScreen
from screens.today import TodayScreen
from screens.widgets.lines import LineList
from screens.words import today
from store.casework import Casework
from store.client import VaultClient
from store.programme.people_model import Participant, ParticipantDraft
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def over(client: VaultClient, name: str = "Bo Berg") -> Participant:
    """An applicant who was not accepted, of whom a text was put right."""
    draft = ParticipantDraft(name=name, parts=(Part.MENTOR,), about="Forkert skole")
    person = await client.do(Casework.add_participant, draft)
    await client.do(Casework.change_participant, person.id, ParticipantDraft(name=name, parts=(Part.MENTOR,)))
    return await client.do(Casework.end_participant, person.id, "Ikke egnet")


async def test_it_is_held_and_looked_at_and_goes_by_its_name(show: Show, client: VaultClient) -> None:
    await over(client)
    app = show(RetentionScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "m")
        assert isinstance(app.screen, ProgrammeKeptScreen)
        assert "Bo Berg" in text_of(app)
        assert "en ansøger, der ikke blev godkendt" in text_of(app)
        await press(pilot, "h", "=Retssag", "ctrl+s")
        assert "Fastholdt: Retssag" in text_of(app)
        await press(pilot, "delete")
        assert isinstance(app.screen, FailureScreen)
        await press(pilot, "escape")
        await settle(pilot)
        await press(pilot, "h", "=Afgjort", "ctrl+s", "d")
        assert isinstance(app.screen, LookAtScreen)
        await press(pilot, "=2031-01-31", "enter", "=Kommunens regel", "ctrl+s")
        assert "2031" in text_of(app)
        await press(pilot, "delete")
        assert isinstance(app.screen, EraseScreen)
        assert "Forkert skole" in text_of(app)
        await press(pilot, "=Fristen er gaaet")
        app.screen.query_one("#confirm", Input).value = "Bo"
        await press(pilot, "ctrl+s")
        assert len(await client.do(Casework.participants)) == 1
        app.screen.query_one("#confirm", Input).value = "bo berg"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ProgrammeKeptScreen)
        assert "Intet er slut endnu." in text_of(app)
    assert await client.do(Casework.participants) == ()
    [gone] = await client.do(Casework.erased_things)
    assert gone.ground == "Fristen er gaaet"


async def test_what_was_put_right_goes_from_the_entries_of_somebody_who_takes_part(
    show: Show, client: VaultClient
) -> None:
    draft = ParticipantDraft(name="Eva", parts=(Part.MENTEE,), about="Forkert skole")
    person = await client.do(Casework.add_participant, draft)
    await client.do(Casework.change_participant, person.id, ParticipantDraft(name="Eva", parts=(Part.MENTEE,)))
    app = show(lambda: ParticipantScreen(person.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "h")
        assert isinstance(app.screen, ThingHistoryScreen)
        await press(pilot, "down")
        assert "Forkert skole" in text_of(app)
        await press(pilot, "delete")
        assert isinstance(app.screen, EraseScreen)
        await press(pilot, "=fejl")
        app.screen.query_one("#confirm", Input).value = "Eva"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ThingHistoryScreen)
        assert "Forkert skole" not in text_of(app)
    assert [one.name for one in await client.do(Casework.participants)] == ["Eva"]


async def test_today_leads_to_what_is_to_be_looked_at(show: Show, client: VaultClient) -> None:
    person = await over(client)
    await client.do(Casework.look_at_thing, person.id, today(), "Fristen")
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Mentorprogram: 1 ting at gøre. Tryk m." in text_of(app)
        await press(pilot, "m")
        assert isinstance(app.screen, ProgrammeScreen)
        assert "Se på, om det stadig skal gemmes" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ProgrammeKeptScreen)


async def test_of_what_names_somebody_each_entry_is_decided_on(show: Show, client: VaultClient) -> None:
    person = await over(client)
    await client.do(Casework.record_search, "Bo Berg", [])
    await client.do(Casework.save_draft, "new-case", '{"title": "Bo Berg"}')
    app = show(lambda: EraseScreen(person="Bo Berg"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        lines = app.screen.query_one("#each", LineList)
        shown = len(app.screen._plan.doomed)
        await press(pilot, "shift+tab", "shift+tab")
        assert lines.has_focus
        # The search is kept, and somebody as a whole, who then goes after all.
        at = next(place for place, one in enumerate(app.screen._plan.doomed) if one.words.startswith("Søgt efter"))
        lines.cursor = at
        await press(pilot, "space")
        assert lines.current.kept, "it stays where it stood"
        assert len(app.screen._plan.doomed) == shown - 1
        lines.cursor = 0
        await press(pilot, "space")
        assert person.id not in app.screen._plan.things
        assert "det skal blive" in text_of(app)
        await press(pilot, *["end"])
        assert lines.current.words == "Bo Berg"
        await press(pilot, "space")
        assert person.id in app.screen._plan.things
        await press(pilot, "tab", "tab", "=Bedt om det")
        app.screen.query_one("#confirm", Input).value = "Bo Berg"
        await press(pilot, "ctrl+s")
        await settle(pilot)
    assert await client.do(Casework.participants) == ()
    assert "new-case" not in await client.do(Casework.drafts)
    assert [line.words for line in (await client.do(Casework.lookup_log)).lines] == ["Bo Berg"]
