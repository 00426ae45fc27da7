from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from guidance.errors import SeglError
from store.cases.errors import CaseUnknown, TextMissing
from store.casework import Casework
from store.checkpoint import CheckpointInvalid
from store.client import VaultClient, VaultClosed
from store.errors import WrongPassphrase
from store.home import Home
from store.model import Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault

PASSPHRASE = Secret.from_text("kort hund løber hurtigt")
SET_UP = OfficeSetUp(office="Nørreskolen", author="Åse")
INTAKE = Intake(title="Et billede", stand_in="Bo")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    before = os.umask(0o077)
    home = Home(tmp_path / "home")
    home.prepare()
    os.umask(before)
    return home


async def created(home: Home) -> VaultClient:
    return await VaultClient.create(home, label="Åse", passphrase=PASSPHRASE, set_up=SET_UP, kdf=KdfParameters.FLOOR)


@pytest.fixture
async def client(home: Home) -> AsyncIterator[VaultClient]:
    client = await created(home)
    yield client
    await client.close()


async def test_a_vault_is_made_closed_and_unlocked(home: Home) -> None:
    client = await created(home)
    case = await client.do(Casework.new_case, INTAKE)
    note = await client.do(Casework.add_note, case.reference, text="Et notat.")
    await client.close()
    [ref] = home.vaults()
    assert (ref.path / "checkpoint.txt").is_file()
    with pytest.raises(WrongPassphrase):
        await VaultClient.unlock(ref, Secret.from_text("en helt anden"))
    client = await VaultClient.unlock(ref, PASSPHRASE)
    assert (client.label, client.alarms, client.warnings) == ("Åse", (), ())
    assert (await client.do(Casework.case, case.id)).notes == (note,)
    await client.close()


async def test_an_old_copy_put_back_is_an_alarm_at_unlock(home: Home) -> None:
    client = await created(home)
    await client.close()
    [ref] = home.vaults()
    old = (ref.path / "vault.db").read_bytes()
    client = await VaultClient.unlock(ref, PASSPHRASE)
    await client.do(Casework.new_case, INTAKE)
    await client.close()
    (ref.path / "vault.db").write_bytes(old)
    client = await VaultClient.unlock(ref, PASSPHRASE)
    assert [alarm.code for alarm in client.alarms] == ["rolled-back"]
    await client.close()


async def test_set_up_that_is_refused_leaves_no_open_vault(home: Home) -> None:
    with pytest.raises(TextMissing):
        await VaultClient.create(
            home,
            label="Åse",
            passphrase=PASSPHRASE,
            set_up=OfficeSetUp(office="", author="Åse"),
            kdf=KdfParameters.FLOOR,
        )
    assert home.vaults() == ()


async def test_failures_come_through(client: VaultClient) -> None:
    with pytest.raises(CaseUnknown):
        await client.do(Casework.case, "99-ZZZZZ")


async def test_everything_happens_on_one_thread_that_is_not_the_loops(client: VaultClient) -> None:
    def who(_casework: Casework) -> int:
        return threading.get_ident()

    owners = {await client.do(who) for _ in range(3)}
    aside = {await client.aside(threading.get_ident) for _ in range(3)}
    assert len(owners) == 1
    assert threading.get_ident() not in owners | aside
    assert not owners & aside


async def test_the_loop_goes_on_while_the_vault_works(client: VaultClient) -> None:
    let_go = threading.Event()
    ticks = 0

    def wait(_casework: Casework) -> bool:
        return let_go.wait(10)

    working = asyncio.ensure_future(client.do(wait))
    sealing = asyncio.ensure_future(client.aside(let_go.wait, 10))
    for _ in range(5):
        await asyncio.sleep(0.001)
        ticks += 1
    assert ticks == 5
    assert not working.done()
    assert not sealing.done()
    let_go.set()
    assert await working
    assert await sealing


async def test_what_is_made_of_many_calls_counts_as_busy_from_the_first_to_the_last(client: VaultClient) -> None:
    def busy(_casework: Casework) -> bool:
        return client.busy

    assert not await client.do(busy), "the control: one call is no long work"
    with pytest.raises(KeyError), client.at_work():
        assert await client.do(busy)
        assert await client.aside(lambda: client.busy)
        assert client.busy, "what ended inside does not end what is round it"
        raise KeyError
    assert not client.busy


@pytest.mark.parametrize("waited_for", [True, False])
async def test_a_new_key_counts_as_busy_until_it_is_there(
    client: VaultClient, monkeypatch: pytest.MonkeyPatch, waited_for: bool
) -> None:
    """Also where nobody waits for it any more."""
    begun, let_go = threading.Event(), threading.Event()
    renew_key = Vault.renew_key

    def slowly(vault: Vault, *given: Any, **more: Any) -> Vault:
        begun.set()
        let_go.wait(60)
        return renew_key(vault, *given, **more)

    monkeypatch.setattr(Vault, "renew_key", slowly)
    renewing = asyncio.ensure_future(client.renew(PASSPHRASE, "precaution"))
    assert await asyncio.to_thread(begun.wait, 60)
    assert client.busy
    if not waited_for:
        renewing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await renewing
        assert client.busy
    assert await client.knows(PASSPHRASE), "the cover asks"
    let_go.set()
    if waited_for:
        await renewing
    assert (await client.do(Casework.openers)).renewed_at
    assert not client.busy


async def test_a_new_key_that_is_refused_no_longer_counts(client: VaultClient) -> None:
    with pytest.raises(WrongPassphrase):
        await client.renew(Secret.from_text("en helt anden"), "precaution")
    assert not client.busy


async def test_a_cancelled_await_takes_back_no_note(client: VaultClient) -> None:
    case = await client.do(Casework.new_case, INTAKE)
    begun = threading.Event()

    def slowly(casework: Casework) -> str:
        begun.set()
        time.sleep(0.05)
        return casework.add_note(case.id, "Begyndt og ført igennem.").id

    writing = asyncio.ensure_future(client.do(slowly))
    queued = asyncio.ensure_future(client.do(Casework.add_note, case.id, "Sat i kø."))
    await asyncio.to_thread(begun.wait, 10)
    writing.cancel()
    queued.cancel()
    for task in (writing, queued):
        with pytest.raises(asyncio.CancelledError):
            await task
    notes = (await client.do(Casework.case, case.id)).notes
    assert [note.current.text for note in notes] == ["Begyndt og ført igennem.", "Sat i kø."]


async def test_closing_finishes_what_was_begun(home: Home) -> None:
    client = await created(home)
    case = await client.do(Casework.new_case, INTAKE)
    writing = [asyncio.ensure_future(client.do(Casework.add_note, case.id, f"notat {n}")) for n in range(5)]
    await asyncio.sleep(0)
    await asyncio.gather(client.close(), client.close())
    assert [(await note).current.text for note in writing] == [f"notat {n}" for n in range(5)]
    with pytest.raises(VaultClosed):
        await client.do(Casework.cases)
    with pytest.raises(VaultClosed):
        await client.aside(time.time)
    await client.close()
    [ref] = home.vaults()
    again = await VaultClient.unlock(ref, PASSPHRASE)
    assert len((await again.do(Casework.case, case.id)).notes) == 5
    await again.close()


async def test_an_unlock_that_nobody_waits_for_lets_go_of_the_vault(home: Home) -> None:
    client = await created(home)
    await client.close()
    [ref] = home.vaults()
    opening = asyncio.ensure_future(VaultClient.unlock(ref, PASSPHRASE))
    await asyncio.sleep(0.005)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    for _ in range(200):
        try:
            client = await VaultClient.unlock(ref, PASSPHRASE)
        except SeglError as busy:
            assert busy.code == "vault-in-use"
            await asyncio.sleep(0.02)
        else:
            await client.close()
            return
    pytest.fail("the vault stayed in use")


async def test_a_failure_while_closing_is_told_and_the_vault_let_go(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await created(home)

    def fails(*_any: object) -> None:
        raise CheckpointInvalid

    monkeypatch.setattr("store.cases.desk.checkpoint.write_outside", fails)
    with pytest.raises(CheckpointInvalid):
        await client.close()
    monkeypatch.undo()
    [ref] = home.vaults()
    await (await VaultClient.unlock(ref, PASSPHRASE)).close()


@pytest.mark.parametrize("bad", [lambda: None, 7])
async def test_do_is_typed_and_does_not_hide_a_mistake(client: VaultClient, bad: Callable[[], None] | int) -> None:
    with pytest.raises(TypeError):
        await client.do(bad)  # type: ignore[arg-type]
