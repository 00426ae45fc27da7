"""A civil registration number is asked about wherever a person writes, and before a case is sealed (CM-2b)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from screens.confirm import Confirm
from screens.evidence_form import EvidenceFormScreen
from screens.person import PersonScreen
from screens.reason import ReasonScreen
from screens.seal import SealScreen
from screens.step import StepScreen
from screens.widgets.choices import Choices
from screens.widgets.text_area import PlainArea
from store.casework import Casework
from store.client import VaultClient
from store.cpr import CprNoticed
from store.model import CaseSummary, EvidenceDraft
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]
NUMBER, HIDDEN = "010203-1234", "010203-••••"


async def asked(app: Any, pilot: Any) -> None:
    """The question is there, with the number hidden; Escape goes back to what was typed."""
    await until(pilot, lambda: isinstance(app.screen, Confirm))
    await settle(pilot)
    assert HIDDEN in text_of(app)
    await press(pilot, "escape")


async def test_what_is_written_of_a_person(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: PersonScreen(case.id, ()))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        app.screen.query_one("#name", Input).value = "B"
        app.screen.query_one("#roles", Choices).put(chosen=("witness",))
        app.screen.query_one("#about", PlainArea).load_text(NUMBER)
        await press(pilot, "ctrl+s")
        await asked(app, pilot)
        assert app.screen.query_one("#about", PlainArea).text == NUMBER
        await press(pilot, "ctrl+s", "tab", "enter")
    assert app.answers[0].about == NUMBER


async def test_what_a_piece_of_evidence_shows(show: Show, client: VaultClient, case: CaseSummary) -> None:
    draft = EvidenceDraft(digest="sha256:" + "4" * 64, shows=NUMBER)
    with pytest.raises(CprNoticed):
        await client.do(Casework.register_evidence, case.id, draft)
    app = show(lambda: EvidenceFormScreen(case.id, [draft]))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await asked(app, pilot)
        assert isinstance(app.screen, EvidenceFormScreen)
    assert (await client.do(Casework.case, case.id)).evidence == ()


async def test_a_reason_can_be_changed(show: Show, client: VaultClient, case: CaseSummary) -> None:
    guide = await client.do(Casework.guide, case.id)
    step = guide.next_steps[0].id
    app = show(lambda: StepScreen(case.id, step, guide))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f6", f"=Talt med {NUMBER}", "ctrl+s")
        await asked(app, pilot)
        assert isinstance(app.screen, ReasonScreen)
        assert app.screen.query_one("#why", PlainArea).text == f"Talt med {NUMBER}"
        await press(pilot, *["backspace"] * len(NUMBER), "=mor", "ctrl+s")
        await until(pilot, lambda: bool(app.answers))
    aside = app.answers[0].step(step).set_aside
    assert aside is not None
    assert aside.reason == "Talt med mor"


async def test_sealing_says_where_a_number_stands_before_anything_is_shown(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "ud")
    (tmp_path / "ud").mkdir()

    def write(work: Casework) -> None:
        with work.allowing_cpr():
            work.add_note(case.id, f"Hun er {NUMBER}")

    await client.do(write)
    recipient = (await client.do(Casework.key_card)).recipient
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#recipients", PlainArea).load_text(recipient)
        await press(pilot, "ctrl+s")
        await asked(app, pilot)
        assert app.screen.stage == "order"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await settle(pilot)
        assert "notatet" in text_of(app)
        await press(pilot, "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, SealScreen) and app.screen.stage == "preview")
        assert not list((tmp_path / "ud").iterdir())
