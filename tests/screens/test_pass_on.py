"""Material goes to the police's key at a recorded request, and nothing is left where it was stopped."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button

from screens.drafts import DraftsScreen
from screens.failure import FailureScreen
from screens.pass_on import PassOnScreen
from screens.widgets.choices import Choices
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from store.age.hybrid import HybridIdentity, generate_hybrid
from store.age.x25519 import X25519Identity, generate_x25519
from store.bundle.open import open_bundle
from store.cases.checking import RequestDraft
from store.cases.leaving import Became
from store.casework import Casework
from store.client import VaultClient
from store.errors import DiskFull
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]
KEY = generate_x25519()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "filer"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"film" * 500_000)
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


@pytest.mark.parametrize("key", [KEY, generate_hybrid()], ids=["classical", "post-quantum"])
async def test_the_request_is_asked_for_and_the_files_go_to_the_key(
    key: X25519Identity | HybridIdentity, show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        await press(pilot, "ctrl+s")
        assert "Skriv, hvem fra politiet" in text_of(app)
        assert await client.do(Casework.evidence_requests, case.id) == ()
        await press(pilot, "=Vagthavende", "enter", "=20-11-2046", "enter", "=0100-1", "enter", "ctrl+s")
        assert "Datoen ligger i fremtiden" in " ".join(text_of(app).split())
        assert await client.do(Casework.evidence_requests, case.id) == ()
        screen.query_one("#on", TextLine).value = "20-11-2026"
        await press(pilot, "ctrl+s")
        assert "Vælg først filerne." in text_of(app)
        await press(pilot, "enter", f"={folder / 'film.mp4'}", "enter")
        assert screen.paths == [folder / "film.mp4"]
        assert "Vælg først filerne." not in text_of(app), "what is done is no longer asked for"
        assert "Sagens rapport, register og historik går med" in " ".join(text_of(app).split())
        screen.query_one("#recipients", PlainArea).text = key.recipient.encode()
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: screen._sealed is not None)
        await settle(pilot)
        assert "Filerne er givet videre" in text_of(app)
        assert bool(screen.query("#newer-age")) is (key is not KEY)
        sealed = Path(screen._sealed.path)
    (asked,) = await client.do(Casework.evidence_requests, case.id)
    assert (asked.by, asked.on, asked.reference) == ("Vagthavende", date(2026, 11, 20), "0100-1")
    opened = open_bundle(sealed, [key], trusted={})
    assert [one.name for one in opened.material] == ["data/material/film.mp4"]
    assert opened.case is not None, "which is what the screen says of the report"
    history = await client.do(Casework.history, case.id)
    assert [one.kind for one in history[:2]] == ["evidence.passed-on", "case.sealed"]


async def test_stopped_or_gone_leaves_no_sealed_file(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    await client.do(
        Casework.record_request, case.id, RequestDraft(by="Vagthavende", on=date(2026, 11, 20), reference="0100-1")
    )
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert "Vagthavende" in text_of(app)
        # With the request recorded the focus is further down: what is said about opening and copying stays in sight.
        assert "Kun det, politiet har bedt om" in text_of(app)
        screen.query_one("#folder").focus()
        await settle(pilot)
        assert "Kun det, politiet har bedt om" in text_of(app)
        screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        screen.paths = [folder / "none"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "findes ikke" in text_of(app))
        screen.paths = [folder / "film.mp4"]
        screen._stop.clear = screen._stop.set
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Standset" in text_of(app))
        assert screen._sealed is None
    assert [path.name for path in folder.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize("fails", [True, False])
async def test_left_while_it_is_recorded_it_is_recorded_or_taken_back(
    show: Show,
    client: VaultClient,
    case: CaseSummary,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,
) -> None:
    """The worker of the screen is cancelled in the midst of the recording: the file and its entry stay together."""
    asked = RequestDraft(by="Vagthavende", on=date(2026, 11, 20), reference="0100-1")
    await client.do(Casework.record_request, case.id, asked)
    begun, go_on = threading.Event(), threading.Event()
    really = Casework.record_pass

    def slow(self: Casework, *said: Any) -> None:
        begun.set()
        assert go_on.wait(10)
        if fails:
            raise DiskFull(folder)
        really(self, *said)

    monkeypatch.setattr(Casework, "record_pass", slow)
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        screen.paths = [folder / "film.mp4"]
        await pilot.press("ctrl+s")
        await until(pilot, begun.is_set)
        (out,) = folder.glob("*.segl.age")
        (worker,) = (one for one in app.workers if one.group == "pass")
        worker.cancel()
        await pilot.pause(0.1)
        assert out.exists()
        go_on.set()
        await until(pilot, lambda: worker.is_finished)
    assert out.exists() is not fails
    kinds = [one.kind for one in await client.do(Casework.history, case.id)]
    assert ("evidence.passed-on" in kinds) is not fails
    settled = await client.do(Casework.settle_leaving)
    assert [one.became for one in settled] == ([Became.NOTHING] if fails else [])


async def test_of_several_requests_the_one_that_is_meant_is_chosen(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    first, second = [
        await client.do(
            Casework.record_request, case.id, RequestDraft(by=by, on=date(2026, 11, day), reference=f"0100-{day}")
        )
        for by, day in (("Vagthavende", 20), ("Efterforskeren", 24))
    ]
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert screen.request.id == second.id, "the newest, as on the command line"
        assert not screen.query_one("#by").display
        await press(pilot, "shift+tab")
        assert app.focused is screen.query_one("#files")
        await press(pilot, "shift+tab")
        assert "(•) Efterforskeren, 24-11-2026, journalnummer 0100-24." in text_of(app)
        assert "( ) Vagthavende, 20-11-2026, journalnummer 0100-20." in text_of(app)
        await press(pilot, "down", "space")
        assert screen.request.id == first.id
        screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        screen.paths = [folder / "film.mp4"]
        await press(pilot, "f12")
        assert screen.request.id == first.id, "another language chooses no other request"
        await press(pilot, "f12", "ctrl+s")
        await until(pilot, lambda: screen._sealed is not None)
    assert await passed_for(client, case) == [first.id]


async def test_a_further_request_is_recorded_and_is_the_one_that_is_meant(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    asked = RequestDraft(by="Vagthavende", on=date(2026, 11, 20), reference="0100-1")
    first = await client.do(Casework.record_request, case.id, asked)
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        screen.query_one("#request").focus()
        await press(pilot, "2", "enter")
        assert app.focused is screen.query_one("#by")
        screen.query_one("#record").focus()
        await press(pilot, "enter")
        assert "Skriv, hvem fra politiet" in text_of(app)
        assert [one.id for one in await client.do(Casework.evidence_requests, case.id)] == [first.id]
        await press(pilot, "=Efterforskeren", "enter", "=24-11-2026", "enter", "=0100-2", "enter", "enter")
        assert app.focused is screen.query_one("#record")
        await press(pilot, "enter")
        await until(pilot, lambda: len(screen._requests) == 2)
        assert screen.request.reference == "0100-2"
        # Chosen back and forth: nothing of the new one is left to be recorded twice.
        screen.query_one("#request").focus()
        await press(pilot, "3", "1")
        assert screen.query_one("#by").value == ""
        screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        screen.paths = [folder / "none"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "findes ikke" in text_of(app))
        screen.paths = [folder / "film.mp4"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: screen._sealed is not None)
    newest, oldest = await client.do(Casework.evidence_requests, case.id)
    assert (newest.reference, oldest.id) == ("0100-2", first.id)
    assert await passed_for(client, case) == [newest.id]


async def test_a_request_that_is_recorded_while_passing_on_is_recorded_once(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert not screen.query_one("#request").display
        await press(pilot, "=Vagthavende", "enter", "=20-11-2026", "enter", "=0100-1")
        screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        screen.paths = [folder / "none"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "findes ikke" in text_of(app))
        assert screen.query_one("#request").display
        screen.paths = [folder / "film.mp4"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: screen._sealed is not None)
    (asked,) = await client.do(Casework.evidence_requests, case.id)
    assert await passed_for(client, case) == [asked.id]


async def passed_for(client: VaultClient, case: CaseSummary) -> list[str]:
    """At which request each lot of material was passed on."""

    def requests(casework: Casework) -> list[str]:
        rows = casework._connection.execute("SELECT payload FROM entry WHERE kind = 'evidence.passed-on'").fetchall()
        return [json.loads(payload)["request"] for (payload,) in rows]

    return await client.do(requests)


async def test_a_request_that_is_being_typed_is_there_again_after_a_lock(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    await client.do(
        Casework.record_request, case.id, RequestDraft(by="Vagthavende", on=date(2026, 11, 20), reference="0100-1")
    )
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        app.screen.query_one("#request", Choices).focus()
        await press(pilot, "down", "space", "enter", "=Betjent Bech", "enter", "=i dag", "enter", "=0100-2")
        app.screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        await until_kept(client, KEY.recipient.encode())  # then the process ends, as at a lock
    (key,) = await client.do(Casework.drafts)
    app = show(lambda: DraftsScreen([case]))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        assert "Betjent Bech" in text_of(app)
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, PassOnScreen)
        assert screen.request is None, "the one that was begun is meant, not the one that is recorded"
        assert screen.query_one("#recipients", PlainArea).text == KEY.recipient.encode()
        screen.query_one("#record", Button).press()
        await settle(pilot)
        assert screen.request is not None, text_of(app)
        assert screen.request.reference == "0100-2"
        assert "Betjent" not in (await client.do(Casework.drafts)).get(key, ""), "what is recorded is no draft"
        assert KEY.recipient.encode() in (await client.do(Casework.drafts))[key]
        screen.query_one("#recipients", PlainArea).text = ""
        await press(pilot, "escape")
    assert await client.do(Casework.drafts) == {}


async def test_what_was_passed_on_leaves_no_draft(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        await press(pilot, "=Vagthavende", "enter", "=20-11-2026", "enter", "=0100-1")
        screen = app.screen
        screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        screen.paths = [folder / "film.mp4"]
        await until_kept(client, "0100-1")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: screen._sealed is not None)
        await settle(pilot)
        assert await client.do(Casework.drafts) == {}
        await press(pilot, "escape")
    assert await client.do(Casework.drafts) == {}


async def test_a_draft_that_cannot_be_dropped_does_not_hide_what_was_sealed(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise DiskFull(folder)

    app = show(lambda: PassOnScreen(case.id, "sag"))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        await press(pilot, "=Vagthavende", "enter", "=20-11-2026", "enter", "=0100-1")
        screen = app.screen
        screen.query_one("#recipients", PlainArea).text = KEY.recipient.encode()
        screen.paths = [folder / "film.mp4"]
        await until_kept(client, "0100-1")
        await press(pilot, "tab")
        monkeypatch.setattr(Casework, "drop_draft", full)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
        assert screen._sealed is not None
        await press(pilot, "escape")
        assert "Filerne er givet videre" in text_of(app)


async def until_kept(client: VaultClient, words: str) -> None:
    for _round in range(500):
        if any(words in text for text in (await client.do(Casework.drafts)).values()):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await client.do(Casework.drafts))
