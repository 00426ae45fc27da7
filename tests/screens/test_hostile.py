"""Text from people in every place of every screen: no control byte, no markup, no crash, at any size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from screens.access import AccessScreen
from screens.case import CaseScreen
from screens.case_list import CaseListScreen
from screens.drafts import DraftsScreen
from screens.erase import EraseScreen
from screens.evidence import EvidenceScreen
from screens.evidence_form import EvidenceFormScreen
from screens.level import LevelScreen
from screens.lookups import LookupsScreen
from screens.new_case import NewCaseScreen
from screens.note import NoteScreen
from screens.open import OpenScreen
from screens.person import PersonScreen
from screens.pick_files import PickFilesScreen
from screens.retention import RetentionScreen
from screens.seal import SealScreen
from screens.step import StepScreen
from store.casework import Casework
from store.client import VaultClient
from store.model import Age, CaseSummary, EvidenceDraft, Intake, PersonDraft, Role
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]

PAYLOADS: Final = (
    "\x1b]0;titel\x07\x1b]52;c;aGVq\x07\x1b[2J\x9b31m\u202eabc\u2066",
    "[/b] [@click=app.leave]klik[/] [bold red]x[/bold red] [[ ]] \\[",
    "👩‍👧‍👦🏳️‍🌈 שלום مرحبا 你好 e\u0301" * 3,
    "ord " * 2500 + "x" * 10_000,
    "\t\r\n\x0b\x0c\u2028linje\u2029\x00\ufeff",
)
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


async def hostile_case(client: VaultClient, payload: str) -> CaseSummary:
    """A case with the payload in every field."""
    text = payload if payload.strip() else f"x{payload}"
    people = (
        PersonDraft(name=text, roles=(Role.VICTIM,), age=Age.MINOR, contact=text, about=text),
        PersonDraft(name="Mor", roles=(Role.PARENTAL_AUTHORITY,), contact=text),
    )
    case = await client.do(Casework.new_case, Intake(title=text, happened=text, people=people, stand_in=text))
    note = await client.do(Casework.add_note, case.id, text)
    await client.do(Casework.correct_note, case.id, note.id, text, text)
    draft = EvidenceDraft(
        digest="sha256:" + "3" * 64,
        name=text,
        platform=text,
        accounts=(text, text),
        url=text,
        claimed_at=text,
        found_at=text,
        shows=text,
        holder_name=text,
        held_where=text,
        came_how=text,
        seen_by=(text,),
    )
    await client.do(Casework.register_evidence, case.id, draft)
    await client.do(Casework.set_level, case.id, 3, text)
    await client.do(Casework.set_aside, case.id, "ask-reaction", text)
    await client.do(Casework.save_draft, f"note/{case.id}", '{"text": "a\\u001b[2Jb [/x]"}')
    return case


def assert_harmless(app: Any) -> None:
    """What goes to the terminal holds no control or direction character."""
    drawn = [segment.text for line in app.screen._compositor.render_strips() for segment in line]
    filtered = drawn
    for line_filter in app.get_line_filters():
        segments = [segment for line in app.screen._compositor.render_strips() for segment in line]
        filtered = [segment.text for segment in line_filter.apply(segments, app.screen.styles.background)]
    found = _STEERING.search("".join(filtered))
    assert found is None, repr(found)


def test_the_guard_sees_what_it_is_there_for() -> None:
    assert all(_STEERING.search(payload) for payload in (PAYLOADS[0], PAYLOADS[4]))


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
async def test_every_screen_shows_it_and_stays_whole(show: Show, client: VaultClient, number: int) -> None:
    payload = PAYLOADS[number]
    case = await hostile_case(client, payload)
    record = await client.do(Casework.case, case.id)
    aside = record.guide.step("ask-reaction")
    screens: tuple[Callable[[], Any], ...] = (
        lambda: CaseScreen(case.id),
        lambda: NoteScreen(case.id, payload, record.notes[-1]),
        lambda: StepScreen(case.id, aside.id, record.guide),
        lambda: PersonScreen(case.id, record.people, record.people[0]),
        lambda: LevelScreen(case.id, record),
        lambda: EvidenceFormScreen(case.id, [record.evidence[0]], number=1, evidence_id=record.evidence[0].id),
        lambda: SealScreen(case.id, payload),
        lambda: AccessScreen(case.id, payload),
        LookupsScreen,
        lambda: RetentionScreen(case.id),
        lambda: EraseScreen(case_id=case.id),
        lambda: EraseScreen(person="Mor"),
        lambda: DraftsScreen([record.summary]),
    )
    await client.do(Casework.record_search, payload, [case.id])
    # What can be erased is closed; its screens show every text of the case.
    await client.do(Casework._write, case.id, "case.closed", {"reason": payload if payload.strip() else "x"})
    app = show(CaseListScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert_harmless(app)
        for make in screens:
            app.push_screen(make())
            await settle(pilot)
            assert_harmless(app)
            if isinstance(app.screen, CaseScreen):
                for pane in "2345":
                    await press(pilot, pane)
                    assert_harmless(app)
            app.pop_screen()
            await settle(pilot)
        assert isinstance(app.screen, CaseListScreen)
        assert app.is_running


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (200, 60)])
async def test_every_screen_at_every_size(
    show: Show, client: VaultClient, case: CaseSummary, size: tuple[int, int]
) -> None:
    record = await client.do(Casework.case, case.id)
    screens: tuple[Callable[[], Any], ...] = (
        lambda: CaseScreen(case.id),
        lambda: NoteScreen(case.id, "sag"),
        lambda: StepScreen(case.id, "ask-reaction", record.guide),
        lambda: PersonScreen(case.id, record.people),
        lambda: LevelScreen(case.id, record),
        lambda: EvidenceScreen(case.id, "sag"),
        lambda: EvidenceFormScreen(case.id, [EvidenceDraft(digest="sha256:" + "4" * 64)]),
        lambda: SealScreen(case.id, "sag"),
        lambda: AccessScreen(case.id, "sag"),
        LookupsScreen,
        lambda: RetentionScreen(case.id),
        lambda: EraseScreen(case_id=case.id),
        NewCaseScreen,
        OpenScreen,
        lambda: PickFilesScreen("files", "Vælg"),
        lambda: DraftsScreen([record.summary]),
    )
    app = show(CaseListScreen)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert case.reference[:4] in text_of(app) or size[0] < 40
        await client.do(Casework._write, case.id, "case.closed", {"reason": "x"})
        for make in screens:
            app.push_screen(make())
            await settle(pilot)
            await press(pilot, "down", "tab", "shift+tab")
            assert app.focused is not None
            app.pop_screen()
            await settle(pilot)
        assert app.is_running


async def test_typing_it_into_every_field_changes_nothing_but_the_field(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    app = show(lambda: PersonScreen(case.id, ()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#name").value = PAYLOADS[0]
        app.screen.query_one("#about").load_text(PAYLOADS[1])
        await press(pilot, "tab", "space", "ctrl+s")
        assert app.answers, text_of(app)
    assert app.answers[0].about == PAYLOADS[1]
    record = await client.do(Casework.case, case.id)
    assert replace(record.summary).reference == case.reference
