"""Files against the register and every other case, and a checksum that is typed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from screens.evidence_check import EvidenceCheckScreen
from screens.widgets.lines import LineList
from store.casework import Casework
from store.client import VaultClient
from store.evidence.dictation import read_out
from store.evidence.hashing import hash_file
from store.evidence.register import draft_of
from store.model import CaseSummary, EvidenceDraft, Intake
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "filer"
    folder.mkdir()
    for name in ("ens", "ændret", "væk"):
        (folder / name).write_text(f"indhold {name}")
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


async def test_a_folder_is_compared_and_written_down(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    for name in ("ens", "ændret", "væk"):
        await client.do(Casework.register_evidence, case.id, draft_of(hash_file(folder / name)))
    await client.do(Casework.register_evidence, case.id, EvidenceDraft(digest="sha256:" + "1" * 64))
    other = await client.do(Casework.new_case, Intake(title="Den anden sag", stand_in="Bo"))
    (folder / "ændret").write_text("noget andet")
    (folder / "væk").unlink()
    (folder / "ny").write_text("ny")
    await client.do(Casework.register_evidence, other.id, draft_of(hash_file(folder / "ny")))
    app = show(lambda: EvidenceCheckScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "nøjagtig den samme fil" in text_of(app)
        assert "under 18" in text_of(app)
        assert "114" in text_of(app)
        await press(pilot, "enter", "ctrl+s")
        await until(pilot, lambda: "4 beviser: 1 passer, 1 ændret, 2 mangler. Desuden: 1 ny fil." in text_of(app))
        shown = text_of(app)
        assert shown.index("ÆNDRET  E2") < shown.index("MANGLER  E3") < shown.index("passer  E1")
        assert "MANGLER  E4  (uden filnavn)" in shown
        app.screen.query_one(LineList).focus()
        await press(pilot, "end")
        assert "ny er i en anden sag også" in text_of(app)
        shown = text_of(app)
        assert other.reference in shown
        await press(pilot, "ctrl+s")
        assert "Det står i sagen" in text_of(app) or "ctrl+s" not in text_of(app)
    history = await client.do(Casework.history, case.id)
    assert history[0].kind == "evidence.checked"


async def test_a_checksum_is_looked_up(show: Show, client: VaultClient, case: CaseSummary, folder: Path) -> None:
    await client.do(Casework.register_evidence, case.id, draft_of(hash_file(folder / "ens")))
    app = show(lambda: EvidenceCheckScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#digest").focus()
        digest = hashlib.sha256(b"indhold ens").hexdigest()
        await press(pilot, f"={digest.upper()}", "enter")
        await until(pilot, lambda: "Registreret i disse sager" in text_of(app))
        assert case.reference in text_of(app)
        app.screen.query_one("#digest", Input).value = "0" * 64
        await press(pilot, "enter")
        await until(pilot, lambda: "Ikke registreret i nogen sag" in text_of(app))
        assert case.reference not in text_of(app)
        app.screen.query_one("#digest", Input).value = " ".join(read_out(f"sha256:{digest}"))
        await press(pilot, "enter")
        await until(pilot, lambda: "Registreret i disse sager" in text_of(app))
        app.screen.query_one("#digest", Input).value = " ".join(read_out(f"sha256:{digest}")[1:])
        await press(pilot, "enter")
        await until(pilot, lambda: "Det er ikke en kontrolsum: der er 75 tegn." in text_of(app))
        assert isinstance(app.screen, EvidenceCheckScreen), "said where it was typed"
        assert case.reference not in text_of(app)
