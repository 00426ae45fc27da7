"""Hostile text in the registers of the programme, on the screens of keeping and erasing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from guidance.mentoring import Part
from screens.case_list import CaseListScreen
from screens.erase import EraseScreen
from screens.programme import ProgrammeScreen
from screens.programme_history import ThingHistoryScreen
from screens.programme_kept import ProgrammeKeptScreen
from screens.programme_person import ParticipantScreen
from screens.retention import LookAtScreen, RetentionScreen
from screens.words import today
from store.casework import Casework
from store.client import VaultClient
from store.model import Intake
from store.programme.concern_model import CameHow, ConcernDraft
from store.programme.people_model import ParticipantDraft
from tests.screens.conftest import press, settle, text_of
from tests.screens.test_hostile import PAYLOADS
from tests.screens.test_hostile_people import assert_only_text, text_in

Show = Callable[[Callable[[], Any]], Any]


def hostile_programme(desk: Casework, text: str) -> tuple[str, str, str]:
    """Somebody whose part has ended, a closed concern about them, and a closed case, with the text everywhere."""
    draft = ParticipantDraft(name=text, parts=(Part.MENTEE,), contact=text, about=text)
    person = desk.add_participant(draft).id
    desk.change_participant(person, draft)
    desk.hold_check_in(person, on=today(), goes_well=False, guidelines=True, text=text)
    received = desk._clock() - timedelta(hours=1)
    concern = desk.take_in_concern(
        ConcernDraft(kind="threats", what=text, came_how=CameHow.FORM, received_at=received, about=person)
    ).id
    desk.note_concern(concern, text)
    desk.close_concern(concern, "founded", text)
    desk.end_participant(person, text)
    for thing in (person, concern):
        desk.look_at_thing(thing, today(), text)
        desk.hold_thing(thing, text)
    desk.record_search(text, [])
    desk.save_draft("new-case", f'{{"title": "{text[:20]!r}"}}')
    case = desk.new_case(Intake(title=text, happened=text, stand_in=text)).id
    desk._write(case, "case.closed", {"reason": text})
    desk.set_look_at(case, today(), text)
    desk.hold_case(case, text)
    return person, concern, case


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
async def test_keeping_and_erasing_show_it_and_stay_whole(show: Show, client: VaultClient, number: int) -> None:
    text = text_in(PAYLOADS[number])
    person, concern, case = await client.do(hostile_programme, text)
    app = show(CaseListScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        held: tuple[Callable[[], Any], ...] = (
            ProgrammeScreen,
            ProgrammeKeptScreen,
            RetentionScreen,
            lambda: ParticipantScreen(person),
            lambda: ThingHistoryScreen(person, text),
            lambda: ThingHistoryScreen(concern, text),
            lambda: LookAtScreen(today()),
            lambda: EraseScreen(person=text[:60]),
        )
        for make in held:
            app.push_screen(make())
            await settle(pilot)
            assert_only_text(app)
            await press(pilot, "down", "tab", "end", "home")
            assert_only_text(app)
            while not isinstance(app.screen, CaseListScreen):
                app.pop_screen()
                await settle(pilot)
        for thing in (person, concern):
            await client.do(Casework.end_thing_hold, thing, text)
        await client.do(Casework.end_hold, case, text)
        for make in (
            lambda: EraseScreen(thing=concern),
            lambda: EraseScreen(thing=person),
            lambda: EraseScreen(case_id=case),
            lambda: EraseScreen(person=text[:60]),
        ):
            app.push_screen(make())
            await settle(pilot)
            assert_only_text(app)
            if isinstance(app.screen, EraseScreen):
                await press(pilot, "shift+tab", "shift+tab", "down", "space", "tab", "end")
                assert_only_text(app)
            while not isinstance(app.screen, CaseListScreen):
                app.pop_screen()
                await settle(pilot)
        # The name of hostile text is typed as it is shown, and it goes.
        plan = await client.do(Casework.plan_erasing_thing, person)
        app.push_screen(EraseScreen(thing=person))
        await settle(pilot)
        await press(pilot, "=Bedt om det")
        app.screen.query_one("#confirm").value = " ".join(plan.confirm.split())
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, CaseListScreen), text_of(app)
    assert await client.do(Casework.participants) == ()
    assert await client.do(Casework.concerns) == ()
