"""Notes: saved by one key, corrected with a reason, kept as a draft, and asked about where a CPR number stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from screens.confirm import Confirm
from screens.failure import FailureScreen
from screens.note import NoteScreen
from screens.widgets.text_area import PlainArea
from store.casework import Casework
from store.client import VaultClient, VaultClosed
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


async def test_type_and_save(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: NoteScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "Der er ikke noget at gemme endnu." in text_of(app)
        await press(pilot, "=Mor ringede", "ctrl+s")
    assert app.answers[0].current.text == "Mor ringede"
    record = await client.do(Casework.case, case.id)
    assert [note.current.text for note in record.notes][-1] == "Mor ringede"
    assert await client.do(Casework.drafts) == {}


async def test_escape_keeps_a_draft_and_it_is_there_again(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: NoteScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "=Halvt", "escape")
    again = show(lambda: NoteScreen(case.id, "sag"))
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Halvt" in text_of(again)
        await press(pilot, "= og helt", "ctrl+s")
    assert again.answers[0].current.text == "Halvt og helt"


async def test_what_is_typed_is_kept_before_a_lock(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: NoteScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("h", "e", "j")
        await app.screen.keep_draft()
        assert "hej" in (await client.do(Casework.drafts))[f"note/{case.id}"]


async def test_a_draft_that_could_not_be_kept_is_tried_again_and_complained_of_once(
    show: Show, client: VaultClient, case: CaseSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a disk that was full for a moment would cost what was typed meanwhile."""

    def full(_casework: Casework, _key: str, _text: str) -> None:
        raise VaultClosed

    app = show(lambda: NoteScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with monkeypatch.context() as disk:
            disk.setattr(Casework, "save_draft", full)
            # At once: a key pressed after the complaint came would go to the complaint.
            app.screen.query_one(PlainArea).insert("hej")
            await until(pilot, lambda: isinstance(app.screen, FailureScreen))
            await press(pilot, "enter")
            with pytest.raises(VaultClosed):
                await app.screen.keep_draft()
            note = app.screen
            note._keep()
            await settle(pilot)
            assert app.screen is note
            await press(pilot, "escape")
            assert isinstance(app.screen, Confirm)
            await press(pilot, "escape")
            assert app.screen is note
        await note.keep_draft()
        assert "hej" in (await client.do(Casework.drafts))[f"note/{case.id}"]


async def test_correcting_asks_why_and_keeps_both(show: Show, client: VaultClient, case: CaseSummary) -> None:
    note = await client.do(Casework.add_note, case.id, "Kl. 8")
    app = show(lambda: NoteScreen(case.id, "sag", note))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "Skriv, hvorfor det rettes." in text_of(app)
        await press(pilot, "=Hørte forkert")
        app.screen.query_one(PlainArea).load_text("Kl. 9")
        await press(pilot, "ctrl+s")
    assert [version.text for version in app.answers[0].versions] == ["Kl. 8", "Kl. 9"]
    assert app.answers[0].current.reason == "Hørte forkert"


async def test_opening_a_note_to_correct_it_makes_no_draft(show: Show, client: VaultClient, case: CaseSummary) -> None:
    note = await client.do(Casework.add_note, case.id, "Kl. 8")
    app = show(lambda: NoteScreen(case.id, "sag", note))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "escape")
    assert await client.do(Casework.drafts) == {}


async def test_a_cpr_number_is_asked_about(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: NoteScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "=Hun er 010203-1234", "ctrl+s")
        assert isinstance(app.screen, Confirm)
        assert "010203-••••" in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, NoteScreen)
        await press(pilot, "ctrl+s", "tab", "enter")
    assert "1234" in app.answers[0].current.text
