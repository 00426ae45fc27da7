"""A lock while Segl asks whether a file is another one: nothing is deleted, nothing half done, and it asks again."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from guidance.custody import Device
from screens.clearing import ClearingScreen
from screens.confirm import Confirm
from screens.cover import CoverScreen
from screens.drafts import DraftsScreen
from store.cases.lying import lying_of
from store.casework import Casework
from store.client import VaultClient
from store.evidence.register import draft_on_device
from store.home import Home
from store.model import CaseSummary, Evidence, EvidenceDraft
from tests.screens.conftest import PASSPHRASE, Shown, press, settle, text_of, until
from tests.screens.test_custody import put
from tui.guard.start import ChildEnd

Show = Callable[[Callable[[], Any]], Any]
BODY = b"en kopi"
DRAFT = EvidenceDraft(digest="sha256:" + hashlib.sha256(BODY).hexdigest(), size=len(BODY), name="a.jpg")


@pytest.fixture
async def piece(client: VaultClient, case: CaseSummary) -> Evidence:
    """It lies on the phone of the person violated; Segl does not know where."""
    return await client.do(Casework.register_evidence, case.id, draft_on_device(DRAFT, Device.VICTIM))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy in a folder of its own."""
    path = tmp_path / "kopi" / "a.jpg"
    path.parent.mkdir()
    path.write_bytes(BODY)
    return path


async def at_the_question(app: Any, pilot: Pilot[Any], file: Path) -> None:
    """Go on with the file until Segl asks whether it is another one."""
    screen: ClearingScreen = app.screen
    screen.paths = [file]
    screen._fill()
    await press(pilot, "ctrl+s")
    await until(pilot, lambda: isinstance(app.screen, Confirm))
    app.screen.dismiss(True)
    await until(pilot, lambda: isinstance(app.screen, Confirm) and "en anden" in " ".join(text_of(app).split()))


async def lock_by_key(_app: Shown, pilot: Pilot[Any]) -> None:
    await pilot.press("ctrl+l")


async def lock_by_idleness(app: Shown, _pilot: Pilot[Any]) -> None:
    app._touched -= 10 * app._lock_after
    await app.watch_the_time()


@pytest.mark.parametrize("lock", [lock_by_key, lock_by_idleness], ids=["ctrl+l", "idle"])
async def test_a_lock_while_it_is_asked_deletes_nothing_and_it_is_asked_again(
    show: Show,
    home: Home,
    client: VaultClient,
    case: CaseSummary,
    piece: Evidence,
    file: Path,
    lock: Callable[[Shown, Pilot[Any]], Any],
) -> None:
    app = show(lambda: ClearingScreen(case.id, piece))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen.page == "copy", "of the original it is known where it lies: on the phone"
        await press(pilot, "2", "enter")
        for field, text in (("device", "own"), ("held_by", "police"), ("holder_name", "Bo")):
            put(app, field, text)
        await press(pilot, "ctrl+s", "ctrl+s", "ctrl+s")
        assert app.screen.page == "file"
        await at_the_question(app, pilot, file)
        assert not client.busy, "nothing is held open while a person is asked, so no cover is put up"
        before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in (file, file.parent)]
        await lock(app, pilot)
        await until(pilot, lambda: app.return_code == ChildEnd.LOCK)
        assert not isinstance(app.screen, CoverScreen)
    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in (file, file.parent)] == before
    async with again(home) as opened:
        now = await opened.do(Casework.evidence_piece, case.id, "E1")
        assert now.custody == ()
        assert not await opened.do(Casework.drafts_below, "clearing")
        # Whose device was answered is kept, and the answers wait as a draft; which file it was is not kept.
        assert [(copy, str(one.device)) for copy, one in lying_of(now).items()] == [(0, "victim"), (1, "own")]
        app = Shown(home, opened, lambda: DraftsScreen([case]))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert "rydning" in text_of(app)
            await press(pilot, "enter")
            await until(pilot, lambda: isinstance(app.screen, ClearingScreen))
            await settle(pilot)
            screen = app.screen
            assert isinstance(screen, ClearingScreen)
            assert screen.answers.holder_name == "Bo"
            assert screen.paths == []
            assert screen.page == "copy"
            put(app, "copy", "1")
            await press(pilot, "ctrl+s", "ctrl+s", "ctrl+s")
            assert screen.page == "file"
            await at_the_question(app, pilot, file)
            assert file.exists()
            app.screen.dismiss(True)
            await until(pilot, lambda: screen._done)
            await settle(pilot)
        done = await opened.do(Casework.evidence_piece, case.id, "E1")
        assert [(one.move.copy, str(one.move.event)) for one in done.custody] == [(1, "clearing"), (1, "cleared")]
        assert not await opened.do(Casework.drafts_below, "clear-copy")
    assert not file.exists()


@asynccontextmanager
async def again(home: Home) -> AsyncIterator[VaultClient]:
    """The vault, opened anew."""
    client = await VaultClient.unlock(home.vault(), PASSPHRASE)
    try:
        yield client
    finally:
        await client.close()
