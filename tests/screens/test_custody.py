"""The custody chain on the screen, and clearing a copy from there: what is refused says why, what is begun is told."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from guidance.clearing import Clearance, HeldBy
from guidance.custody import Device, Event, Move
from guidance.guide import CaseFacts
from guidance.language import Language, set_language
from guidance.model import State
from guidance.step_left import step_left
from screens.case import CaseScreen
from screens.case_list import CaseListScreen
from screens.clearing import ClearingScreen
from screens.confirm import Confirm
from screens.copy_device import CopyDeviceScreen
from screens.custody import CustodyScreen
from screens.custody_form import CustodyFormScreen
from screens.drafts import DraftsScreen
from screens.step import StepScreen
from screens.today import TodayScreen
from screens.work import put_fields, take_fields
from store.cases.checking import RequestDraft
from store.cases.lying import lying_of
from store.casework import Casework
from store.client import VaultClient
from store.evidence.clearing import Prepared, prepared
from store.evidence.dictation import read_out
from store.evidence.hashing import hash_file
from store.model import CaseSummary, Evidence, EvidenceDraft, Purpose, Sealed
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]
BODY = b"en kopi"
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()


def words_of(app: Any) -> str:
    """What is seen, wherever the lines break."""
    return " ".join(text_of(app).split())


def put(app: Any, field: str, text: str) -> None:
    """Fill in one field, as a person would have it."""
    put_fields(app.screen, {field: text})


@pytest.fixture
async def piece(client: VaultClient, case: CaseSummary) -> Evidence:
    draft = EvidenceDraft(digest=DIGEST, size=len(BODY), name="a.jpg")
    return await client.do(Casework.register_evidence, case.id, draft)


async def test_an_event_is_recorded_and_an_impossible_one_refused(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "c")
        assert isinstance(app.screen, CustodyScreen)
        assert "Intet er registreret endnu" in words_of(app)
        await press(pilot, "n")
        assert isinstance(app.screen, CustodyFormScreen)
        put(app, "by", "Ane")
        await press(pilot, "ctrl+s")
        assert "Vælg, hvad der er sket" in words_of(app), "of the first one, too, nothing is chosen for anybody"
        await press(pilot, "home", "space", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
        await settle(pilot)
        assert "fundet" in words_of(app)
        await press(pilot, "n")
        put(app, "event", Event.FOUND.value)
        put(app, "by", "Ane")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, CustodyFormScreen)
        assert "kan kun komme først" in words_of(app)
        put(app, "by", "")
        await press(pilot, "ctrl+s")
        assert "Der mangler, hvem der gjorde det." in words_of(app)
        assert app.focused is app.screen.query_one("#by"), "the next key goes where something is missing"
    chain = (await client.do(Casework.case, case.id)).evidence[0].custody
    assert [one.move.by for one in chain] == ["Ane"]


@pytest.mark.parametrize(("language", "row"), [("da", "originalen Ane"), ("en", "the original Ane")])
async def test_which_copy_and_who_stand_apart_in_a_row(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, language: Language, row: str
) -> None:
    await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        set_language(language)
        await settle(pilot)
        await app.screen.refresh_language()
        await settle(pilot)
        assert row in words_of(app)


async def test_what_nobody_chose_is_not_recorded(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    begun = await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))
    app = show(lambda: CustodyFormScreen(case.id, begun))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "tab", "=Ane", "ctrl+s")
        assert isinstance(app.screen, CustodyFormScreen)
        assert "Vælg, hvad der er sket" in words_of(app)
        assert app.focused is app.screen.query_one("#event")
        assert len((await client.do(Casework.case, case.id)).evidence[0].custody) == 1
        await press(pilot, "home", "down", "space", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, CustodyFormScreen))
    chain = (await client.do(Casework.case, case.id)).evidence[0].custody
    assert [one.move.event for one in chain] == [Event.FOUND, Event.HASHED]


async def test_a_checksum_that_is_none_is_a_fault_of_its_field(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))
    app = show(lambda: CustodyFormScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        put(app, "event", Event.VERIFIED.value)
        put(app, "by", "Ane")
        put(app, "digest", DIGEST.removeprefix("sha256:")[:-1])
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, CustodyFormScreen)
        assert "Det er ikke en kontrolsum: der er 63 tegn." in words_of(app)
        assert app.focused is app.screen.query_one("#digest")
        put(app, "digest", " ".join(read_out(DIGEST)))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, CustodyFormScreen))
    chain = (await client.do(Casework.case, case.id)).evidence[0].custody
    assert [one.move.digest for one in chain] == ["", DIGEST]


async def test_a_checksum_that_is_not_the_registered_one_is_asked_about_and_stands_out(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))
    app = show(lambda: CustodyFormScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        put(app, "event", Event.VERIFIED.value)
        put(app, "by", "Bo")
        put(app, "digest", "a" * 64)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Confirm)
        assert "IKKE den registrerede" in words_of(app)
        await press(pilot, "escape")
        assert app.focused is app.screen.query_one("#digest"), "it is a slip more often than not"
        assert len((await client.do(Casework.case, case.id)).evidence[0].custody) == 1
        await press(pilot, "ctrl+s", "tab", "enter")
        await until(pilot, lambda: not isinstance(app.screen, CustodyFormScreen | Confirm))
    other = (await client.do(Casework.case, case.id)).evidence[0]
    assert [one.move.digest for one in other.custody] == ["", f"sha256:{'a' * 64}"]
    app = show(lambda: CustodyScreen(case.id, other))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "! kontrolleret igen" in words_of(app)
        await press(pilot, "end")
        assert "IKKE den registrerede" in words_of(app)


async def test_that_a_piece_was_passed_on_is_in_its_row(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    asked = RequestDraft(by="Vagthavende", on=date(2026, 11, 1), reference="0100-1")
    request = await client.do(Casework.record_request, case.id, asked)
    out = tmp_path / "ud.segl.age"
    out.write_bytes(b"sealed")
    sealed = Sealed(
        path=str(out),
        digest="sha256:" + "b" * 64,
        size=6,
        manifest_digest="sha256:" + "c" * 64,
        purpose=Purpose.POLICE,
        recipients=(),
        companions=(),
    )
    await client.do(Casework.record_pass, case.id, request.id, [piece.id], sealed)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "givet videre til politiet forseglet" in words_of(app)
        assert "på anmodning 0100-1 fra Vagthavende" in words_of(app), "whole in the detail"


async def test_a_time_before_that_of_what_came_first_is_asked_about_and_stands_out(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    found = Move(event=Event.FOUND, by="Ane", on="2026-11-30")
    known = await client.do(Casework.record_custody, case.id, "E1", found)
    app = show(lambda: CustodyFormScreen(case.id, known))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        put(app, "event", Event.HANDED.value)
        put(app, "by", "Ane")
        put(app, "to", "Politiet")
        put(app, "on", "01-01-2020")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Confirm)
        assert "Tidspunkterne kan ikke begge passe" in words_of(app)
        await press(pilot, "escape")
        assert app.focused is app.screen.query_one("#on")
        assert len((await client.do(Casework.case, case.id)).evidence[0].custody) == 1
        await press(pilot, "ctrl+s", "tab", "enter")
        await until(pilot, lambda: not isinstance(app.screen, CustodyFormScreen | Confirm))
    other = (await client.do(Casework.case, case.id)).evidence[0]
    app = show(lambda: CustodyScreen(case.id, other))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "! givet videre" in words_of(app)
        await press(pilot, "end")
        assert "Tidspunkterne kan ikke begge passe" in words_of(app)


async def test_a_correction_asks_why_and_both_stay(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, CustodyFormScreen)
        put(app, "by", "Ib")
        await press(pilot, "ctrl+s")
        assert "Begrundelsen for rettelsen mangler" in words_of(app)
        put(app, "reason", "forkert")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
        await settle(pilot)
        assert "rettet: fundet" in words_of(app)
    assert len((await client.do(Casework.case, case.id)).evidence[0].custody) == 2


async def test_a_copy_is_cleared_one_question_a_page(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    app = show(lambda: ClearingScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ClearingScreen)
        assert "Spørgsmål 1 af 4" in words_of(app)
        assert "Hvem har originalen?" not in words_of(app)
        for key, words in (("3", "ryddes aldrig"), ("4", "ryddes af ejeren")):
            await press(pilot, key, "enter")
            assert screen.page == "device"
            assert words in words_of(app)
        assert "device.whose" not in (await client.do(Casework.case, case.id)).facts
        await press(pilot, "1", "enter")
        assert app.focused is screen.query_one("#held_by")
        for key, words in (("4", "Ingen, der har ret"), ("5", "114")):
            await press(pilot, key, "enter")
            assert screen.page == "held"
            assert words in words_of(app)
        await press(pilot, "escape")
        assert screen.page == "device"
        await press(pilot, "ctrl+s", "3", "enter")
        assert app.focused is screen.query_one("#holder_name")
        await press(pilot, "ctrl+s")
        assert "ved navn" in words_of(app)
        await press(pilot, "=Bo", "enter", "enter")
        assert screen.page == "file"
        assert app.focused is screen.query_one("#pick")
        assert file.exists()
        screen.paths = [file]
        screen._fill()
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen is not screen)
        assert "slettes for altid" in words_of(app)
        app.screen.dismiss(True)
        await until(pilot, lambda: screen._done)
        await settle(pilot)
        assert "Ryddet: navn og fil er væk." in words_of(app)
        await press(pilot, "escape")
        app.push_screen(CustodyScreen(case.id, screen.piece))
        await settle(pilot)
        assert "). Den er ryddet." in words_of(app), "the copy is not said to lie there still"
        await press(pilot, "end")
        assert "set efter rydning" in words_of(app)
        assert "intet ved dens navn" in words_of(app)
    assert not file.exists()
    (evidence,) = (await client.do(Casework.case, case.id)).evidence
    assert [str(one.move.event) for one in evidence.custody] == ["clearing", "cleared"]
    assert [(one.copy, one.look.found, one.look.same) for one in evidence.looks] == [(1, (), 0)]


async def test_who_holds_the_original_is_filled_in_only_where_it_was_said_of_this_piece(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    other = EvidenceDraft(digest="sha256:" + "0" * 64, size=1, name="b.jpg")
    other_piece = await client.do(Casework.register_evidence, case.id, other)
    answers = Clearance(device=Device.OWN, held_by=HeldBy.PARENTS, holder_name="Mor")
    await client.do(Casework.clearance, case.id, "E2", answers)
    assert (await client.do(Casework.view, case.id)).facts["original.held-by"] == "parents"
    for shown, stands in ((piece, ""), (other_piece, "parents")):
        app = show(partial(ClearingScreen, case.id, shown))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert take_fields(app.screen, "held_by").get("held_by", "") == stands


async def test_of_a_file_on_this_machine_it_is_said_where_to_answer_whose_device_that_is(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    """Of a stick or a phone it is asked while it is read; of a disk of the machine a line says how to answer."""
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        assert "tryk c og så w." in words_of(app)
        await press(pilot, "c", "w")
        await until(pilot, lambda: isinstance(app.screen, CopyDeviceScreen))
        put(app, "copy", "1")
        put(app, "device", "own")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
        await settle(pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, CaseScreen))
        await settle(pilot)
        assert "tryk c og så w." not in words_of(app)
        assert "kopi 1: min egen enhed" in words_of(app)


async def at_the_file(app: Any, pilot: Any, *paths: Path) -> ClearingScreen:
    """The last page, everything before it answered, with these names chosen."""
    await settle(pilot)
    screen: ClearingScreen = app.screen
    for field, text in (("device", "own"), ("held_by", "police"), ("holder_name", "Bo")):
        put(app, field, text)
    await press(pilot, "ctrl+s", "ctrl+s", "ctrl+s")
    assert screen.page == "file"
    screen.paths = list(paths)
    screen._fill()
    return screen


async def test_a_file_with_two_names_is_cleared_when_both_are_chosen(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file, other = tmp_path / "a.jpg", tmp_path / "under" / "b.jpg"
    file.write_bytes(BODY)
    other.parent.mkdir()
    other.hardlink_to(file)
    app = show(lambda: ClearingScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_file(app, pilot, file)
        await press(pilot, "ctrl+s")
        app.screen.dismiss(True)
        await until(pilot, lambda: "2 navne" in words_of(app))
        assert file.exists()
        app.screen.dismiss(None)
        await until(pilot, lambda: app.screen is screen)
        screen.paths.append(other)
        screen._fill()
        await press(pilot, "ctrl+s")
        assert "b.jpg" in words_of(app)
        app.screen.dismiss(True)
        await until(pilot, lambda: screen._done)
        await settle(pilot)
    assert not file.exists()
    assert not other.exists()
    assert "b.jpg" in (await client.do(Casework.case, case.id)).evidence[0].custody[0].move.where


@pytest.mark.parametrize("stopped", [False, True])
async def test_the_same_file_beside_it_is_named_or_the_looking_is_stopped(
    show: Show,
    client: VaultClient,
    case: CaseSummary,
    piece: Evidence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stopped: bool,
) -> None:
    file, same = tmp_path / "a.jpg", tmp_path / "b.jpg"
    for one in (file, same):
        one.write_bytes(BODY)
    app = show(lambda: ClearingScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_file(app, pilot, file)
        loop = asyncio.get_running_loop()

        def slow(path: bytes, *, progress: Any, cancelled: Callable[[], bool]) -> Any:
            """Somebody presses Escape while it is read, and is heard."""
            if stopped:
                asyncio.run_coroutine_threadsafe(pressed(), loop).result(20)
            return hash_file(path, progress=progress, cancelled=cancelled)

        async def pressed() -> None:
            assert "Leder efter den samme fil" in words_of(app)
            screen.action_go_back()

        monkeypatch.setattr("store.evidence.identical.hash_file", slow)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen is not screen)
        app.screen.dismiss(True)
        await until(pilot, lambda: screen._done and not screen._working)
        await settle(pilot)
        seen = words_of(app)
        assert "Ryddet: navn og fil er væk." in seen, "what is stopped is the looking"
        assert ("b.jpg" in seen.replace(" ", "")) is not stopped, "a long path breaks anywhere"
        assert ("blev stoppet" in seen) is stopped
        assert app.focused is screen.query_one("#files")
        await press(pilot, "escape")
        assert app.answers == [True]
    assert (file.exists(), same.exists()) == (False, True)


async def test_another_file_is_left_alone_and_nothing_is_recorded(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"en anden fil")
    app = show(lambda: ClearingScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_file(app, pilot, file)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen is not screen)
        app.screen.dismiss(True)
        await until(pilot, lambda: "blev ikke ryddet" in words_of(app))
        app.screen.dismiss(None)
        await until(pilot, lambda: app.screen is screen)
        assert screen.paths == [], "the next one is chosen anew, not beside the wrong one"
        assert app.focused is screen.query_one("#pick")
    assert file.exists()
    assert (await client.do(Casework.case, case.id)).evidence[0].custody == ()


async def test_a_clearing_that_was_cut_off_is_told_and_settled(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    answers = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
    with prepared([file], digest=DIGEST, size=len(BODY)) as ready:
        await client.do(Casework.begin_clearing, case.id, piece.id, answers, ready.trace, where="a.jpg")
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        assert "Rydningen er begyndt" in words_of(app)
        await press(pilot, "c")
        await settle(pilot)
        assert "Tryk u" in words_of(app)
        await press(pilot, "u")
        await until(pilot, lambda: "ikke ryddet" in words_of(app))
        assert "Tryk u" not in words_of(app)
    assert file.exists()
    assert not await client.do(Casework.drafts_below, "clearing")


async def test_a_disk_that_stops_answering_leaves_the_clearing_to_be_settled(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)

    def away(_ready: Prepared, _hold: int) -> None:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    app = show(lambda: ClearingScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_file(app, pilot, file)
        with monkeypatch.context() as patch:
            patch.setattr(Prepared, "_take_off", away)
            await press(pilot, "ctrl+s")
            app.screen.dismiss(True)
            await until(pilot, lambda: "holdt op med at svare" in words_of(app))
        assert "ikke registreret som ryddet" in words_of(app)
        assert not screen._done
        assert not file.exists(), "the control: it was moved, and nobody has said where it is"
        assert await client.do(Casework.settle_leaving) == (), "what says where it is, is left alone"
        app.screen.dismiss(None)
        await until(pilot, lambda: app.screen is screen)
        app.push_screen(CustodyScreen(case.id, await client.do(Casework.evidence_piece, case.id, piece.id)))
        await settle(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: "ikke ryddet" in words_of(app))
    assert file.read_bytes() == BODY
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".segl")] == []


async def test_the_way_back_to_a_clearing_that_was_cut_off_begins_on_today(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    answers = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
    with prepared([file], digest=DIGEST, size=len(BODY)) as ready:
        await client.do(Casework.begin_clearing, case.id, piece.id, answers, ready.trace, where="a.jpg")
    app = show(TodayScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "En rydning blev afbrudt" in words_of(app)
        await press(pilot, "l")
        await until(pilot, lambda: isinstance(app.screen, CaseListScreen) and "blev afbrudt" in words_of(app))
        await press(pilot, "k")
        await until(pilot, lambda: isinstance(app.screen, DraftsScreen) and "rydning af E1" in words_of(app))
        assert case.reference in words_of(app)
        await press(pilot, "delete")
        await settle(pilot)
        assert isinstance(app.screen, DraftsScreen), "it is not thrown away"
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen) and "Tryk u" in words_of(app))
        await press(pilot, "u")
        await until(pilot, lambda: "ikke ryddet" in words_of(app))
        await press(pilot, "escape")
        await until(pilot, lambda: "Der er ingen kladder" in words_of(app))
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, CaseListScreen) and "afbrudt" not in words_of(app))
    assert file.exists()
    assert await client.do(Casework.clearings_cut_off) == ()


async def test_where_a_cut_off_copy_lay_is_no_draft_to_throw_away(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    await client.do(Casework.save_draft, "clearing/abc", "{}")
    await client.do(Casework.save_draft, f"clear-copy/{case.id}/{piece.id}", '{"holder_name": "Bo"}')
    app = show(lambda: DraftsScreen([case]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "clearing" not in words_of(app)
        assert "rydning" in words_of(app)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ClearingScreen))
        await settle(pilot)
        assert app.screen.answers.holder_name == "Bo"


async def test_the_reading_is_stopped_and_nothing_is_deleted(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    app = show(lambda: ClearingScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_file(app, pilot, file)

        class Pressed:
            """Somebody presses Escape as soon as the reading begins, and is heard at the first piece."""

            def is_set(self) -> bool:
                loop.call_soon_threadsafe(screen.action_go_back)
                return real.wait(10)

            def __getattr__(self, name: str) -> Any:
                return getattr(real, name)

        real, loop = screen._stop, asyncio.get_running_loop()
        monkeypatch.setattr(screen, "_stop", Pressed())
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen is not screen)
        app.screen.dismiss(True)
        await until(pilot, lambda: "Intet blev slettet" in words_of(app))
    assert file.exists()
    assert (await client.do(Casework.case, case.id)).evidence[0].custody == ()


async def start_clearing(pilot: Any) -> ClearingScreen:
    """From the custody of the piece, by its key."""
    await settle(pilot)
    await press(pilot, "x")
    await until(pilot, lambda: isinstance(pilot.app.screen, ClearingScreen))
    await settle(pilot)
    screen: ClearingScreen = pilot.app.screen
    return screen


async def clear_with(pilot: Any, screen: ClearingScreen, file: Path, *, another: bool = False) -> None:
    """From who holds the original on: the police, Bo, this file; `another` where the original may be this file."""
    assert screen.page == "held"
    await press(pilot, "3", "enter", "=Bo", "enter", "enter")
    assert screen.page == "file"
    screen.paths = [file]
    screen._fill()
    await press(pilot, "ctrl+s")
    await until(pilot, lambda: pilot.app.screen is not screen)
    pilot.app.screen.dismiss(True)
    if another:
        await until(pilot, lambda: "om det er denne fil" in words_of(pilot.app))
        assert file.exists()
        pilot.app.screen.dismiss(True)
    await until(pilot, lambda: screen._done)
    await settle(pilot)


def copies_of(piece: Evidence) -> list[tuple[int, str, bool]]:
    return [(copy, str(one.device), one.cleared) for copy, one in lying_of(piece).items()]


async def test_the_phone_answered_first_stays_shut_when_the_laptop_is_cleared(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await start_clearing(pilot)
        await press(pilot, "3", "enter")
        assert "ryddes aldrig" in words_of(app)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
        await until(pilot, lambda: "kopi 1: den krænkedes egen enhed" in words_of(app))
        screen = await start_clearing(pilot)
        assert screen.page == "copy"
        assert app.focused is screen.query_one("#copy")
        await press(pilot, "1", "enter")
        assert screen.page == "copy", "the phone's"
        assert "ryddes aldrig" in words_of(app)
        await press(pilot, "2", "enter")
        assert screen.page == "device"
        await press(pilot, "1", "enter")
        await clear_with(pilot, screen, file, another=True)
    assert not file.exists()
    now = (await client.do(Casework.case, case.id)).evidence[0]
    assert copies_of(now) == [(1, "victim", False), (2, "own", True)]
    assert {one.move.copy for one in now.custody} == {2}


async def test_the_laptop_stays_open_when_the_phone_is_answered_after_it(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await start_clearing(pilot)
        await press(pilot, "1", "enter", "4", "enter")
        assert "Ingen, der har ret" in words_of(app)
        await press(pilot, "escape", "3", "enter")
        assert screen.page == "device"
        assert "en anden enhed end den, du nu siger" in words_of(app), "what was recorded is not answered anew"
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
        await settle(pilot)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, CopyDeviceScreen))
        await settle(pilot)
        await press(pilot, "3", "enter", "3", "ctrl+s")
        await until(pilot, lambda: "kopi 2: den krænkedes egen enhed" in words_of(app))
        screen = await start_clearing(pilot)
        await press(pilot, "1", "enter")
        await clear_with(pilot, screen, file, another=True)
    now = (await client.do(Casework.case, case.id)).evidence[0]
    assert copies_of(now) == [(1, "own", True), (2, "victim", False)]


async def test_an_answer_is_put_right_with_a_reason(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    await client.do(Casework.locate_copy, case.id, "E1", 1, Device.VICTIM)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, CopyDeviceScreen))
        await settle(pilot)
        assert not app.screen.query_one("#why").display
        await press(pilot, "ctrl+s")
        assert "Sig, hvilken kopi" in words_of(app)
        await press(pilot, "2", "enter", "1")
        assert app.screen.query_one("#why").display
        await press(pilot, "ctrl+s")
        assert "Skriv hvorfor" in words_of(app)
        put(app, "reason", "tastede forkert")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
        await until(pilot, lambda: "kopi 1: min egen enhed" in words_of(app))
    assert "tastede forkert" in (await client.do(Casework.history, case.id))[0].words


async def test_a_copy_said_by_mistake_is_withdrawn_with_a_reason(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    await client.do(Casework.locate_copy, case.id, "E1", 1, Device.OFFICE)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, CopyDeviceScreen))
        await settle(pilot)
        assert "der er ingen sådan kopi: det blev sagt ved en fejl" in words_of(app)
        await press(pilot, "1", "enter", "5", "ctrl+s")
        assert "Originalen er ingen kopi" in words_of(app)
        await press(pilot, "shift+tab", "2", "enter", "5")
        assert app.screen.query_one("#why").display
        await press(pilot, "ctrl+s")
        assert "Skriv hvorfor" in words_of(app)
        assert app.focused is app.screen.query_one("#reason")
        await press(pilot, "=Det var bevis to", "ctrl+s")
        await until(pilot, lambda: "Ingen kopi mangler at blive ryddet" in words_of(app))
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
        await until(pilot, lambda: "kopi 1: der er ingen sådan kopi, Det var bevis to" in words_of(app))
        assert "før: arbejdspladsens enhed" in words_of(app)
        screen = await start_clearing(pilot)
        assert screen.page == "device", "what is said to be none is not offered for clearing"
        await press(pilot, "escape", "w")
        await until(pilot, lambda: isinstance(app.screen, CopyDeviceScreen))
        await settle(pilot)
        assert "kopi 1: ingen sådan kopi" in words_of(app)
        await press(pilot, "2", "enter", "2")
        assert app.screen.query_one("#why").display, "that it is there after all is put right with a reason"
    assert lying_of(await client.do(Casework.evidence_piece, case.id, "E1"))[1].none_there


async def test_a_cleared_copy_is_not_put_on_the_phone_afterwards(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    answers = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
    with prepared([file], digest=DIGEST, size=len(BODY)) as ready:
        await client.do(Casework.begin_clearing, case.id, piece.id, answers, ready.trace, where="a.jpg")
        await client.do(Casework.end_clearing, case.id, piece.id, 1, ready.delete())
    cleared = await client.do(Casework.evidence_piece, case.id, "E1")
    app = show(lambda: CopyDeviceScreen(case.id, cleared))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for field, text in (("copy", "1"), ("device", "victim"), ("reason", "alligevel")):
            put(app, field, text)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "sig det til din leder" in words_of(app))
    assert copies_of(await client.do(Casework.evidence_piece, case.id, "E1")) == [(1, "own", True)]


@pytest.mark.parametrize("others", [0, 1])
async def test_the_step_is_offered_with_the_last_copy_and_done_by_a_person_and_undone(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence, tmp_path: Path, others: int
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    if others:
        await client.do(Casework.locate_copy, case.id, "E1", 7, Device.OFFICE)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await start_clearing(pilot)
        if others:
            await press(pilot, "2", "enter")
        await press(pilot, "1", "enter")
        await clear_with(pilot, screen, file)
        await press(pilot, "escape")
        await settle(pilot)
        if others:
            assert isinstance(app.screen, CustodyScreen), "one is left"
            return
        await until(pilot, lambda: "Ingen kopi mangler at blive ryddet" in words_of(app))
        assert "hverken papirkurv" in words_of(app)
        await press(pilot, "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, StepScreen))
        await settle(pilot)
        assert (await client.do(Casework.guide, case.id)).step("clear-own-device").state is not State.DONE
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
    assert not await client.do(Casework.drafts_below, "step"), "what was only offered is no draft"
    guide = await client.do(Casework.guide, case.id)
    left = step_left(CaseFacts(opened_at=guide.facts.opened_at, kind="school"), guide)
    assert left is not None
    app = show(lambda: StepScreen(case.id, left.view.id, guide, left))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for form in app.screen.query("FactForm"):
            form.put_raw({"device.cleared.checked": "yes"})
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: bool(app.answers))
    guide = app.answers[0]
    assert guide.step("clear-own-device").state is State.DONE
    assert guide.facts.values["device.cleared.on"] == guide.today
    done = (await client.do(Casework.history, case.id))[0]
    assert done.kind == "step.done"
    assert "Den sidste kopi, der skulle ryddes, er væk." in done.words
    guide = await client.do(Casework.take_up, case.id, "clear-own-device")
    assert guide.step("clear-own-device").state in (State.OPEN, State.DUE)


async def test_after_the_last_copy_is_withdrawn_it_is_asked_anew(
    show: Show, client: VaultClient, case: CaseSummary, piece: Evidence
) -> None:
    await client.do(Casework.locate_copy, case.id, "E1", 1, Device.OFFICE)
    app = show(lambda: CustodyScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, CopyDeviceScreen))
        await settle(pilot)
        await press(pilot, "2", "enter", "5", "enter", "=fejl", "ctrl+s")
        await until(pilot, lambda: "fået materiale sendt?" in words_of(app))
        assert "så intet blev ryddet" in words_of(app)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, CustodyScreen))
    assert "device.cleared.on" not in (await client.do(Casework.case, case.id)).facts
