"""A lock while many pieces are read or registered: under a cover, unless a person is asked; cut off, none is lost."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from screens import evidence_queue
from screens.confirm import Confirm
from screens.cover import CoverScreen
from screens.evidence import EvidenceScreen
from screens.evidence_form import EvidenceFormScreen
from screens.evidence_together import Batch, register_together
from store.casework import Casework
from store.client import VaultClient
from store.cpr import CprNoticed
from store.evidence.hashing import HashedFile
from store.evidence.queue_draft import PART, parts_of, queue_key, write_chosen
from store.home import Home
from store.model import CaseSummary, Evidence, EvidenceDraft
from tests.screens.conftest import PASSPHRASE, Shown, press, settle, until
from tui.guard.start import ChildEnd

Show = Callable[[Callable[[], Any]], Any]
NUMBER = "010203-1234"
MANY = 2 * PART + 50


class Held:
    """Registering that stands still at its second batch until it is let go; `busy` is what was so at each batch."""

    def __init__(self, client: VaultClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.let_go = threading.Event()
        self.stands = threading.Event()
        self.busy: list[bool] = []
        original = Casework.register_pieces

        def held(casework: Casework, *given: Any, **more: Any) -> tuple[Evidence, ...]:
            self.busy.append(client.busy)
            if len(self.busy) == 2:
                self.stands.set()
                self.let_go.wait(60)
            return original(casework, *given, **more)

        monkeypatch.setattr(Casework, "register_pieces", held)


@pytest.fixture
def held(client: VaultClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Registering stands still; it is let go at the end, whatever happens."""
    found = Held(client, monkeypatch)
    yield found
    found.let_go.set()


def pieces(count: int = MANY, shows: str = "") -> list[EvidenceDraft]:
    return [EvidenceDraft(digest=f"sha256:{number:064x}", name=f"{number}.jpg", shows=shows) for number in range(count)]


def batches(shows: str = "") -> list[Batch]:
    return [((piece,), ()) for piece in pieces(3, shows)]


async def registered(home: Home, case: CaseSummary) -> list[str]:
    """The checksums in the vault after a lock, opened anew."""
    client = await VaultClient.unlock(home.vault(), PASSPHRASE)
    try:
        return [piece.digest for piece in (await client.do(Casework.case, case.id)).evidence]
    finally:
        await client.close()


async def test_a_lock_while_many_are_registered_is_a_cover_until_all_are(
    show: Show, home: Home, client: VaultClient, case: CaseSummary, held: Held
) -> None:
    app = show(lambda: EvidenceFormScreen(case.id, pieces()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not client.busy
        await pilot.press("ctrl+s")
        await until(pilot, held.stands.is_set)
        assert client.busy
        await app.action_lock()
        await until(pilot, lambda: isinstance(app.screen, CoverScreen))
        assert app.return_code is None
        seen = {type(app.screen)}

        def locked() -> bool:
            if app.return_code is None:
                seen.add(type(app.screen))
            return bool(app.return_code == ChildEnd.LOCK)

        held.let_go.set()
        await until(pilot, locked)
    assert seen == {CoverScreen}, "the form has left, and the cover stayed"
    assert held.busy == [True, True, True]
    assert await registered(home, case) == [piece.digest for piece in pieces()]


async def test_control_where_it_does_not_count_the_lock_cuts_it_off(
    show: Show, home: Home, client: VaultClient, case: CaseSummary, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VaultClient, "at_work", lambda _client: nullcontext())
    app = show(lambda: EvidenceFormScreen(case.id, pieces()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, held.stands.is_set)
        assert not client.busy
        locking = asyncio.ensure_future(app.action_lock())
        await until(pilot, lambda: client._closing is not None)
        assert not isinstance(app.screen, CoverScreen)
        held.let_go.set()
        await locking
        assert app.return_code == ChildEnd.LOCK
    assert len(await registered(home, case)) == 2 * PART


async def test_the_question_about_a_number_does_not_keep_the_lock_away(
    show: Show, home: Home, client: VaultClient, case: CaseSummary, held: Held
) -> None:
    held.let_go.set()
    app = show(lambda: EvidenceFormScreen(case.id, pieces(shows=NUMBER)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert held.busy == [True]
        assert not client.busy
        await app.action_lock()
        assert app.return_code == ChildEnd.LOCK
    assert await registered(home, case) == []


async def test_after_the_answer_it_counts_again(show: Show, client: VaultClient, case: CaseSummary, held: Held) -> None:
    app = show(lambda: EvidenceFormScreen(case.id, pieces(shows=NUMBER)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("tab", "enter")
        await until(pilot, held.stands.is_set)
        assert client.busy
        held.let_go.set()
        await until(pilot, lambda: app.answers == [True])
        assert not client.busy
    assert len((await client.do(Casework.case, case.id)).evidence) == MANY


def screen_that_answers(client: VaultClient, answer: bool, asked: list[bool]) -> Any:
    async def cpr_must_be_there(_noticed: CprNoticed) -> bool:
        asked.append(client.busy)
        return answer

    return SimpleNamespace(client=client, cpr_must_be_there=cpr_must_be_there)


async def test_registering_that_is_abandoned_no_longer_counts(client: VaultClient, case: CaseSummary) -> None:
    asked: list[bool] = []
    screen = screen_that_answers(client, True, asked)
    async with aclosing(register_together(screen, case.id, batches(NUMBER))) as them:
        assert not client.busy, "nothing is begun"
        await anext(them)
        assert asked == [False]
        assert client.busy
    assert not client.busy
    with pytest.raises(CprNoticed):
        await anext(register_together(screen_that_answers(client, False, asked), case.id, batches(NUMBER)))
    assert asked == [False, False]
    assert not client.busy


async def test_registering_whose_task_is_cancelled_no_longer_counts(
    client: VaultClient, case: CaseSummary, held: Held
) -> None:
    async def all_of_them() -> None:
        async with aclosing(register_together(screen_that_answers(client, True, []), case.id, batches())) as them:
            async for _batch in them:
                pass

    working = asyncio.ensure_future(all_of_them())
    assert await asyncio.to_thread(held.stands.wait, 60)
    assert client.busy
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert not client.busy


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "control"])
async def test_what_was_read_is_put_away_under_a_cover_too(
    show: Show,
    client: VaultClient,
    case: CaseSummary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    counted: bool,
) -> None:
    """After the reading: the results become parts, the parts pieces."""
    if not counted:
        monkeypatch.setattr(VaultClient, "at_work", lambda _client: nullcontext())
    file = tmp_path / "billede.jpg"
    file.write_bytes(b"billede")
    await client.do(Casework.save_draft, queue_key(case.id), write_chosen([os.fsencode(file)]))
    stands, let_go = threading.Event(), threading.Event()

    def slowly(of: str, results: Sequence[HashedFile]) -> list[tuple[str, str]]:
        stands.set()
        let_go.wait(60)
        return parts_of(of, results)

    monkeypatch.setattr(evidence_queue, "parts_of", slowly)
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, stands.is_set)
        assert client.busy is counted
        await app.action_lock()
        if counted:
            await until(pilot, lambda: isinstance(app.screen, CoverScreen))
            assert app.return_code is None
            let_go.set()
            await until(pilot, lambda: any(isinstance(one, EvidenceFormScreen) for one in app.screen_stack))
            assert isinstance(app.screen, CoverScreen)
        let_go.set()
        await until(pilot, lambda: app.return_code == ChildEnd.LOCK)


async def test_registering_that_is_cut_off_goes_on_with_what_is_left(
    show: Show, home: Home, client: VaultClient, case: CaseSummary, held: Held
) -> None:
    """The system ends Segl in the middle: at the next start no piece is there twice, and none is lost."""
    results = [
        HashedFile(
            path=b"/x/%d.jpg" % number,
            name=f"{number}.jpg",
            raw_name=(b"%d.jpg" % number).hex(),
            digest=f"sha256:{number:064x}",
            size=1,
            identity=(1, number),
        )
        for number in range(MANY)
    ]
    chosen = write_chosen([b"/x"], read=True)
    await client.do(Casework.replace_drafts, queue_key(case.id), chosen, parts_of(case.id, results))
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, held.stands.is_set)
        ending = asyncio.ensure_future(app._end(143))
        await until(pilot, lambda: client._closing is not None)
        held.let_go.set()
        await ending
    assert len(await registered(home, case)) == 2 * PART
    again = await VaultClient.unlock(home.vault(), PASSPHRASE)
    try:
        app = Shown(home, again, lambda: EvidenceScreen(case.id, "sag"))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
            await settle(pilot)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: bool(app.answers))
        assert await again.do(Casework.drafts) == {}
    finally:
        await again.close()
    assert await registered(home, case) == [one.digest for one in results]
