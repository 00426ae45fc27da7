"""Evidence: real files read in place, what is missing pointed out, stopped, failed and resumed."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guidance.model import State
from screens import evidence_reading, words
from screens.case import CaseScreen
from screens.drafts import DraftsScreen
from screens.evidence import EvidenceScreen
from screens.evidence_form import MANY, EvidenceFormScreen
from screens.evidence_pieces import pieces_of_draft
from screens.pick_files import PickFilesScreen, list_folder
from screens.read_out import ReadOutScreen
from screens.typed_path import kind_of, unquoted
from screens.widgets.choices import Choices
from screens.work import put_fields
from store.casework import Casework
from store.client import VaultClient
from store.evidence.dictated_size import read_out_size
from store.evidence.dictation import read_out
from store.evidence.hashing import hash_file
from store.evidence.queue import hash_files
from store.evidence.queue_draft import part_key, parts_of, queue_key, write_chosen, write_part
from store.evidence.register import draft_of
from store.model import CaseSummary, DigestSource, EvidenceDraft, EvidenceKind, Holder, Intake
from store.places import Place, PlaceKind
from tests.screens.conftest import press, settle, text_of, until

CLOUD = Place(kind=PlaceKind.CLOUD, name="OneDrive")
LOCAL = Place(kind=PlaceKind.LOCAL, name="ext4")
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
        assert "[ ] under/" in text_of(app), "a folder can be marked, too"
        await press(pilot, "down", "space", "space", "ctrl+s")
        assert "besked.txt" in text_of(app)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        assert "Bevis 1 af 2" in text_of(app)
        assert "! Mangler: platform, brugernavne" in text_of(app)
        assert "og 3 mere" in text_of(app)
        await press(pilot, "=Snapchat", "enter", "=bo88,ib", "enter", "=i går kl. 20", "enter", "4")
        assert "! Mangler: navn på den, der har det, hvornår det blev fundet" in text_of(app)
        put_fields(app.screen, {"holder_name": "vagten", "found_at": "i dag", "came_how": "fra Bo", "seen_by": "mig"})
        await settle(pilot)
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

    def slow(paths: Any, *, progress: Any, cancelled: Any, **rest: Any) -> Any:
        def asked() -> bool:
            begun.set()
            go_on.wait(10)
            return bool(cancelled())

        return original(paths, progress=progress, cancelled=asked, **rest)

    monkeypatch.setattr(evidence_reading, "hash_files", slow)
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


async def test_a_checksum_is_typed_twice_and_compared_in_groups(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+t", "=abc", "ctrl+s")
        assert "Det er ikke en SHA-256-kontrolsum" in text_of(app)
        app.screen.query_one("#digest").value = " ".join(["AB AB"] * 16)
        await press(pilot, "ctrl+s")
        assert "en gang til" in text_of(app)
        app.screen.query_one("#again").value = "ab" * 30 + "abad"
        await press(pilot, "ctrl+s")
        assert "forskellige i disse firergrupper: 16." in text_of(app)
        assert app.focused is app.screen.query_one("#again")
        app.screen.query_one("#again").value = "ab" * 32
        await settle(pilot)
        assert "Begge er ens: SHA-256." in text_of(app)
        await press(pilot, "ctrl+s")
    piece = (await client.do(Casework.case, case.id)).evidence[0]
    assert piece.digest == "sha256:" + "ab" * 32
    assert piece.size is None


async def test_a_checksum_read_out_by_one_segl_is_heard_by_another(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    draft = EvidenceDraft(digest="sha256:" + "1f" * 32, name="a.jpg", size=1234)
    await client.do(Casework.register_evidence, case.id, draft)
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter", "ctrl+g")
        groups = read_out(draft.digest)
        assert all(group in text_of(app) for group in groups)
        assert read_out_size(1234) in text_of(app)
        await press(pilot, "enter", "escape")
    other = show(lambda: EvidenceScreen(case.id, "sag"))
    async with other.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+t")
        slip = [groups[0][1] + groups[0][0] + groups[0][2:], *groups[1:]]
        other.screen.query_one("#digest").value = " ".join(slip)
        await settle(pilot)
        assert "Disse grupper kan ikke passe: 1." in text_of(other)
        other.screen.query_one("#digest").value = " ".join(groups).lower()
        other.screen.query_one("#size").value = "1235 H"
        await press(pilot, "ctrl+s")
        assert "kontrolbogstav siger" in text_of(other)
        other.screen.query_one("#size").value = read_out_size(1234)
        await settle(pilot)
        assert "Hørt: 1.234 byte" in text_of(other)
        await press(pilot, "ctrl+s")
    first, second = (await client.do(Casework.case, case.id)).evidence
    assert (first.digest, first.size) == (second.digest, second.size)


async def test_a_blake3_that_is_typed_stays_one(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+t")
        app.screen.query_one("#digest").value = " ".join(read_out("blake3:" + "1f" * 32))
        await settle(pilot)
        assert "Alle 16 kontroltegn passer: BLAKE3." in text_of(app)
        app.screen.query_one("#digest").value = "blake3:" + "2e" * 32
        app.screen.query_one("#again").value = "sha256:" + "2e" * 32
        await settle(pilot)
        assert "Den ene siges at være SHA-256 og den anden BLAKE3." in text_of(app)
        app.screen.query_one("#again").value = "2e" * 32
        await settle(pilot)
        assert "Begge er ens: BLAKE3." in text_of(app)
        await press(pilot, "ctrl+s")
    [piece] = (await client.do(Casework.case, case.id)).evidence
    assert piece.digest == "blake3:" + "2e" * 32


async def test_without_a_size_it_is_said(show: Show, case: CaseSummary) -> None:
    app = show(lambda: ReadOutScreen(EvidenceDraft(digest="blake3:" + "1f" * 32), 1))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Størrelsen er ikke kendt" in text_of(app)
        assert "BLAKE3" in text_of(app)


async def test_a_list_and_its_wrong_lines(show: Show, client: VaultClient, case: CaseSummary, folder: Path) -> None:
    (folder / "a-liste.sha256").write_text(f"{'A1' * 32}  billeder/a.jpg\r\nsludder\r\n{'a1' * 32}  b/a.jpg\r\n")
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+d", f"={folder / 'a-liste.sha256'}", "enter")
        assert "Hvilket program har lavet listen?" in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, EvidenceScreen), "Escape takes nothing in"
        await press(pilot, "ctrl+d", f"={folder / 'a-liste.sha256'}", "enter", "enter")
        assert isinstance(app.screen, EvidenceFormScreen)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, EvidenceScreen)
        assert "! linje 2 (sludder): det er ikke en linje" in text_of(app)
        assert "1 linje er en kopi af en anden, i en anden mappe" in " ".join(text_of(app).split())
    [piece] = (await client.do(Casework.case, case.id)).evidence
    assert (piece.digest, piece.name, piece.source) == ("sha256:" + "a1" * 32, "a.jpg", DigestSource.LIST)


async def test_a_whole_folder_is_registered_together(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    many = folder / "mange"
    many.mkdir()
    for number in range(450):
        (many / f"{number:03}.jpg").write_bytes(b"%d" % number)
    (many / "ud").symlink_to("/etc/hostname")
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "space", "ctrl+s")
        assert "mange" in text_of(app)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        assert "450 beviser" in text_of(app)
        assert "sin størrelse og sin art." in " ".join(text_of(app).split()), "the whole sentence is in sight"
        assert len(await client.do(Casework.drafts_below, queue_key(case.id))) == 3
        await press(pilot, "=Snapchat", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EvidenceScreen))
        await settle(pilot)
        assert "genvej (et link) ud" in " ".join(text_of(app).split())
    pieces = (await client.do(Casework.case, case.id)).evidence
    assert [one.number for one in pieces] == list(range(1, 451))
    assert pieces[449].digest == f"sha256:{hashlib.sha256(b'449').hexdigest()}"
    assert {one.platform for one in pieces} == {"Snapchat"}
    assert {one.kind for one in pieces} == {EvidenceKind.IMAGE}
    assert await client.do(Casework.drafts_below, queue_key(case.id)) == {}
    assert await client.do(Casework.drafts) == {}


async def test_what_was_chosen_and_read_before_a_lock_is_offered_again(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a lock or a crash leaves is the drafts in the vault; they are all that the next screen has."""
    first, second = folder / "besked.txt", folder / "Ærlig.jpg"
    await client.do(Casework.save_draft, queue_key(case.id), write_chosen([os.fsencode(first), os.fsencode(second)]))
    await client.do(Casework.save_draft, part_key(case.id, 0), write_part([hash_file(first)]))
    read: list[bytes] = []
    original = hash_file

    def noting(path: bytes, **rest: Any) -> Any:
        read.append(path)
        return original(path, **rest)

    monkeypatch.setattr("store.evidence.queue.hash_file", noting)
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Fra før: 1 fil" in text_of(app)
        assert "Ærlig.jpg" in text_of(app)
        assert app.focused is app.screen.query_one("#start")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        await press(pilot, "ctrl+r")
    assert read == [os.fsencode(second)], "the other was read before"
    pieces = (await client.do(Casework.case, case.id)).evidence
    assert [one.name for one in pieces] == ["besked.txt", "Ærlig.jpg"]
    assert await client.do(Casework.drafts) == {}


async def test_a_queue_that_was_all_read_goes_on_with_what_is_not_registered(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    results = [hash_file(folder / "besked.txt"), hash_file(folder / "Ærlig.jpg")]
    chosen = write_chosen([os.fsencode(folder)], read=True)
    await client.do(Casework.replace_drafts, queue_key(case.id), chosen, parts_of(case.id, results))
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        assert "Bevis 1 af 2" in text_of(app)
        drafts = await client.do(Casework.drafts)
        assert list(drafts) == [f"evidence/{case.id}"], "the form's own draft has taken over"
        await press(pilot, "ctrl+s", "ctrl+s")
    assert len((await client.do(Casework.case, case.id)).evidence) == 2
    assert await client.do(Casework.drafts) == {}


async def test_a_queue_is_a_draft_and_can_be_thrown_away(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.save_draft, queue_key(case.id), write_chosen([b"/x/billede.jpg"]))
    await client.do(Casework.save_draft, part_key(case.id, 0), write_part([]))
    app = show(lambda: DraftsScreen([case]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert text_of(app).count("billede.jpg") == 1
        await press(pilot, "delete", "tab", "enter")
    assert await client.do(Casework.drafts_below, queue_key(case.id)) == {}
    assert await client.do(Casework.drafts) == {}


async def test_a_draft_of_pieces_says_how_many_and_shows_no_codes(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "down", "space", "space", "ctrl+s", "enter")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        await press(pilot, "=Signal", "escape")
        app.push_screen(DraftsScreen([case]))
        await settle(pilot)
        assert "2 beviser Signal" in text_of(app)
        assert "unknown" not in text_of(app)
        assert "digest" not in text_of(app)


async def test_the_facts_of_a_registered_piece_are_mended(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.register_evidence, case.id, EvidenceDraft(digest="sha256:" + "1" * 64, name="a.jpg"))
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter", "=Signal", "ctrl+s")
        assert isinstance(app.screen, CaseScreen)
        assert "! 6 oplysninger mangler" in text_of(app)
    assert (await client.do(Casework.case, case.id)).evidence[0].platform == "Signal"


@pytest.mark.parametrize("whose", ["own", "victim", "unknown"])
async def test_on_a_stick_it_is_asked_whose_it_is(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    stick = Place(kind=PlaceKind.REMOVABLE, name="/media/stik")
    monkeypatch.setattr("store.places.OneLook.place", lambda _look, path: stick if path == folder else LOCAL)
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "down", "enter")
        assert "/media/stik" in text_of(app)
        assert app.focused is app.screen.query_one("#device")
        await press(pilot, "ctrl+s")
        assert "Sig, hvis enhed filerne ligger på" in text_of(app)
        await press(pilot, "end")
        assert "Det ved jeg ikke" in text_of(app), "the answer under the cursor is in sight"
        await press(pilot, {"own": "1", "victim": "3", "unknown": "5"}[whose])
        assert ("må ikke blive liggende" in " ".join(text_of(app).split())) is (whose == "own")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        await press(pilot, "ctrl+s")
    record = await client.do(Casework.case, case.id)
    steps = {view.id: view.state for view in (await client.do(Casework.guide, case.id)).steps}
    # Only the professional's own or the office's device opens the step of clearing.
    assert (steps["clear-own-device"] is not State.NOT_APPLICABLE) is (whose == "own")
    assert record.facts.get("device.whose") == ("own" if whose == "own" else None)
    assert record.evidence[0].holder is (Holder.VICTIM if whose == "victim" else Holder.UNKNOWN)
    assert record.evidence[0].held_where == ("den krænkedes egen enhed" if whose == "victim" else "")


async def test_on_a_disk_of_the_machine_nobody_is_asked(
    show: Show, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "down", "enter")
        assert not app.screen.query_one("#device").display
    assert words.place_warning(()) == ""


async def test_each_kind_of_place_is_asked_about_once_and_the_answer_is_its_files_only(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "hjem"
    lies = {"a.txt": home, "b.txt": home / "dokumenter" / "OneDrive" / "sag", "c.txt": home / "stik"}
    for name, below in lies.items():
        below.mkdir(parents=True, exist_ok=True)
        (below / name).write_text(name)
    stick = Place(kind=PlaceKind.REMOVABLE, name="/media/stik")
    monkeypatch.setattr(
        "store.places.OneLook.place",
        lambda _look, path: (
            stick if path.is_relative_to(lies["c.txt"]) else CLOUD if "OneDrive" in path.parts else LOCAL
        ),
    )
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, EvidenceScreen)

        def asked_about() -> str:
            return str(screen._asked)

        screen.paths = [home]
        await screen._look_where()
        screen._to_what_is_next()
        await settle(pilot)
        seen = " ".join(text_of(app).split())
        assert "OneDrive" in seen, "far below what was chosen"
        assert app.focused is screen.query_one("#device")
        assert asked_about() == "cloud"
        await press(pilot, "1", "ctrl+s")
        assert asked_about() == "removable"
        assert app.focused is screen.query_one("#device")
        assert not screen.query_one("#device", Choices).chosen, "what was said of the cloud is not said of the stick"
        await press(pilot, "3", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: not isinstance(app.screen, EvidenceFormScreen))
    pieces = (await client.do(Casework.case, case.id)).evidence
    said = {one.name: [(it.copy, str(it.device)) for it in one.devices] for one in pieces}
    assert said == {"a.txt": [], "b.txt": [(1, "own")], "c.txt": [(0, "victim")]}


async def test_of_two_sticks_each_is_asked_about_with_its_files_and_an_answer_is_changed(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sticks = {name: tmp_path / name for name in ("ane", "bo")}
    for name, stick in sticks.items():
        stick.mkdir()
        for number in range(4):
            (stick / f"{name}{number}.txt").write_text(f"{name} {number}")

    def place(_look: object, path: Path) -> Place:
        name = next((name for name, stick in sticks.items() if path.is_relative_to(stick)), "")
        return Place(kind=PlaceKind.REMOVABLE, name=f"/media/{name}") if name else LOCAL

    monkeypatch.setattr("store.places.OneLook.place", place)
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, EvidenceScreen)

        def label() -> str:
            seen = " ".join(text_of(app).split())
            return seen[seen.index("Enhed ") :]

        screen.paths = [sticks["ane"]]
        await screen._look_where()
        screen._to_what_is_next()
        assert screen.check_action("next_device", ()) is False, "of one place there is one question"
        screen.paths.append(sticks["bo"])
        await screen._look_where()
        screen._to_what_is_next()
        await settle(pilot)
        assert label().startswith("Enhed 1 af 2 (Ctrl+N: næste). Hvis enhed er det: en flytbar disk")
        assert "USB-nøgle (/media/ane)? 4 filer ligger der: ane0.txt, ane1.txt, ane2.txt og flere." in label()
        await press(pilot, "1", "ctrl+s")
        assert label().startswith("Enhed 2 af 2 (Ctrl+N: næste). Hvis enhed er det: en flytbar disk")
        assert "USB-nøgle (/media/bo)? 4 filer ligger der: bo0.txt, bo1.txt, bo2.txt og flere." in label()
        assert not screen.query_one("#device", Choices).chosen, "what was said of the one is not said of the other"
        await press(pilot, "4", "ctrl+n")
        assert (screen._asked or LOCAL).name == "/media/ane"
        assert screen.query_one("#device", Choices).chosen == ("own",)
        assert app.focused is screen.query_one("#device")
        await press(pilot, "3", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: not isinstance(app.screen, EvidenceFormScreen))
    pieces = (await client.do(Casework.case, case.id)).evidence
    said = {one.name[:-5]: [(it.copy, str(it.device)) for it in one.devices] for one in pieces}
    assert said == {"ane": [(0, "victim")], "bo": [(1, "other")]}


async def test_a_stick_that_is_taken_off_the_list_is_not_asked_about(
    show: Show, case: CaseSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ane", "bo"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    monkeypatch.setattr(
        "store.places.OneLook.place", lambda _look, path: Place(kind=PlaceKind.REMOVABLE, name=f"/media/{path.name}")
    )
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, EvidenceScreen)
        screen.paths = [tmp_path / "ane", tmp_path / "bo"]
        await screen._look_where()
        screen.query_one("#files").focus()
        await settle(pilot)
        assert [one.place.name for one in screen._devices] == ["/media/ane", "/media/bo"]
        await press(pilot, "delete")
        await until(pilot, lambda: [one.place.name for one in screen._devices] == ["/media/bo"])
        assert "/media/ane" not in text_of(app)


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


async def test_what_was_registered_before_is_said_and_can_be_left_out(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    other = await client.do(Casework.new_case, Intake(title="Den anden sag", stand_in="Bo"))
    await client.do(Casework.register_evidence, other.id, draft_of(hash_file(folder / "Ærlig.jpg")))
    pieces = [draft_of(hash_file(folder / name)) for name in ("Ærlig.jpg", "besked.txt")]
    app = show(lambda: EvidenceFormScreen(case.id, pieces))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: f"! Registreret før: {other.reference} E1 Ærlig.jpg" in text_of(app))
        await press(pilot, "ctrl+t")
        await until(pilot, lambda: "Bevis 2 af 2" in text_of(app))
        assert "Registreret før" not in text_of(app), "the control: nothing is said of what is new"
        # Nothing is left out that was never registered.
        await press(pilot, "ctrl+t")
        assert "Bevis 2 af 2" in text_of(app)
        await press(pilot, "ctrl+s")
    assert [one.name for one in (await client.do(Casework.case, case.id)).evidence] == ["besked.txt"]


async def test_of_many_pieces_it_is_said_how_many_were_registered_before(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    pieces = [EvidenceDraft(digest=f"sha256:{number:064x}", name=f"{number}.jpg") for number in range(MANY + 5)]
    for piece in pieces[:3]:
        await client.do(Casework.register_evidence, case.id, piece)
    app = show(lambda: EvidenceFormScreen(case.id, pieces))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "! 3 af dem er registreret før" in text_of(app))


async def test_a_typed_checksum_is_looked_up_once_it_is_right(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    digest = "1f" * 32
    await client.do(Casework.register_evidence, case.id, EvidenceDraft(digest=f"sha256:{digest}", name="a.jpg"))
    app = show(lambda: EvidenceFormScreen(case.id, [EvidenceDraft(digest="", source=DigestSource.TYPED)]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#digest").value = digest
        await settle(pilot)
        assert "Registreret før" not in text_of(app)
        app.screen.query_one("#again").value = digest
        await until(pilot, lambda: "! Registreret før" in text_of(app))
