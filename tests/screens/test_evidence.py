"""Evidence: real files read in place, what is missing pointed out, stopped, failed and resumed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screens import evidence, words
from screens.case import CaseScreen
from screens.evidence import EvidenceScreen
from screens.evidence_form import EvidenceFormScreen, pieces_of_draft
from screens.pick_files import PickFilesScreen, kind_of, list_folder, unquoted
from store.casework import Casework
from store.client import VaultClient
from store.evidence.hashing import hash_files
from store.model import CaseSummary, EvidenceDraft, EvidenceKind, Holder
from store.places import Place, PlaceKind
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files, which is where the list of files begins."""
    folder = tmp_path / "filer"
    folder.mkdir()
    (folder / "Ærlig.jpg").write_bytes(b"billede")
    (folder / "besked.txt").write_bytes(b"tekst" * 1000)
    (folder / "under").mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


async def test_choose_read_write_down_register(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "under 18" in text_of(app)
        assert "114" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PickFilesScreen)
        assert text_of(app).index("under/") < text_of(app).index("besked.txt") < text_of(app).index("Ærlig.jpg")
        await press(pilot, "down", "space", "space", "ctrl+s")
        assert "besked.txt" in text_of(app)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        assert "Bevis 1 af 2" in text_of(app)
        assert "! Mangler: platform, brugernavne" in text_of(app)
        await press(pilot, "=Snapchat", "enter", "=bo88,ib", "enter", "=i går kl. 20", "enter", "4")
        assert "! Mangler" not in text_of(app)
        await press(pilot, "ctrl+s")
        assert "Bevis 2 af 2" in text_of(app)
        assert "Snapchat" in text_of(app)
        await press(pilot, "ctrl+s")
    assert app.answers == [True]
    record = await client.do(Casework.case, case.id)
    first, second = record.evidence
    assert first.digest == "sha256:" + hashlib.sha256(b"tekst" * 1000).hexdigest()
    assert first.accounts == ("bo88", "ib")
    assert first.holder is Holder.POLICE
    assert second.kind is EvidenceKind.IMAGE
    assert second.name == "Ærlig.jpg"
    assert await client.do(Casework.drafts) == {}


async def test_reading_can_be_stopped(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "stor.mov").write_bytes(bytes(8 << 20))
    begun, go_on = threading.Event(), threading.Event()
    original = hash_files

    def slow(paths: Any, *, progress: Any, cancelled: Any) -> Any:
        def asked() -> bool:
            begun.set()
            go_on.wait(10)
            return bool(cancelled())

        return original(paths, progress=progress, cancelled=asked)

    monkeypatch.setattr(evidence, "hash_files", slow)
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.paths = [folder / "stor.mov"]
        await pilot.press("ctrl+s")
        await until(pilot, begun.is_set)
        assert app.focused is app.screen.query_one("#stop")
        await pilot.press("escape")
        go_on.set()
        await until(pilot, lambda: "Læsningen blev stoppet" in text_of(app))
        assert isinstance(app.screen, EvidenceScreen)
    assert (await client.do(Casework.case, case.id)).evidence == ()


async def test_a_file_that_is_gone_is_named_and_the_others_go_on(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.paths = [folder / "væk.jpg", folder / "besked.txt"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, EvidenceScreen)
        assert "væk.jpg" in text_of(app)
        assert "1 fil kunne ikke læses." in text_of(app)
    assert len((await client.do(Casework.case, case.id)).evidence) == 1


async def test_what_was_read_need_not_be_read_again(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.paths = [folder / "besked.txt", folder / "Ærlig.jpg"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await press(pilot, "=TikTok", "escape", "escape")
    assert (await client.do(Casework.case, case.id)).evidence == ()
    again = show(lambda: EvidenceScreen(case.id, "sag"))
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: isinstance(again.screen, EvidenceFormScreen))
        await settle(pilot)
        assert "TikTok" in text_of(again)
        assert "Bevis 1 af 2" in text_of(again)
        await press(pilot, "ctrl+s", "ctrl+s")
    assert [one.name for one in (await client.do(Casework.case, case.id)).evidence] == ["besked.txt", "Ærlig.jpg"]


async def test_a_checksum_that_was_dictated(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+t", "=abc", "ctrl+s")
        assert "Det er ikke en SHA-256-kontrolsum" in text_of(app)
        app.screen.query_one("#digest").value = "AB" * 32
        await press(pilot, "ctrl+s")
    piece = (await client.do(Casework.case, case.id)).evidence[0]
    assert piece.digest == "sha256:" + "ab" * 32
    assert piece.size is None


async def test_the_facts_of_a_registered_piece_are_mended(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.register_evidence, case.id, EvidenceDraft(digest="sha256:" + "1" * 64, name="a.jpg"))
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter", "=Signal", "ctrl+s")
        assert isinstance(app.screen, CaseScreen)
        assert "! 3 oplysninger mangler" in text_of(app)
    assert (await client.do(Casework.case, case.id)).evidence[0].platform == "Signal"


async def test_a_stick_is_pointed_out(
    show: Show, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.places.classify", lambda _path: Place(kind=PlaceKind.REMOVABLE, name="/media/stik"))
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "down", "enter")
        assert "/media/stik" in text_of(app)
    monkeypatch.setattr("store.places.classify", lambda _path: Place(kind=PlaceKind.LOCAL, name="ext4"))
    assert words.place_warning([folder / "x"]) == ""


async def test_a_path_can_be_typed_and_a_folder_walked_into(show: Show, folder: Path) -> None:
    (folder / "under" / "dyb.png").write_bytes(b"x")
    app = show(lambda: PickFilesScreen("files", "Vælg"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert "dyb.png" in text_of(app)
        await press(pilot, "backspace")
        assert "besked.txt" in text_of(app)
        await press(pilot, "shift+tab", "=findes ikke", "enter")
        assert "Det findes ikke." in text_of(app)
        app.screen.query_one("#path").value = f"'{folder / 'besked.txt'}'"
        await press(pilot, "enter")
    assert app.answers == [(folder / "besked.txt",)]


async def test_a_path_begun_over_the_list_goes_to_its_field(show: Show, folder: Path) -> None:
    app = show(lambda: PickFilesScreen("files", "Vælg"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a")
        assert app.screen.query_one("#path").value == "", "a letter alone is no path"
        await press(pilot, f"={folder / 'besked.txt'}", "enter")
    assert app.answers == [(folder / "besked.txt",)]


def test_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    assert list_folder(tmp_path / "findes-ikke", True)[1] != ""
    assert list_folder(tmp_path, True) == ([], "")
    assert kind_of(tmp_path) == "folder"
    assert kind_of(tmp_path / "x") == "nothing"
    assert unquoted(" '/a b' ") == "/a b"


def test_a_draft_that_cannot_be_read_has_no_pieces() -> None:
    assert pieces_of_draft({}) == []
    assert pieces_of_draft({"pieces": "[{]"}) == []
    assert pieces_of_draft({"pieces": '[{"digest": 3}]'}) == []
