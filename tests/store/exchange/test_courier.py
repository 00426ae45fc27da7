"""Between the vaults of one workstation by itself: within seconds, at the unlock, and never in the way of a lock."""

from __future__ import annotations

import asyncio
import time
from itertools import chain, repeat
from pathlib import Path

import pytest

from store.casework import Casework
from store.client import VaultClient
from store.entry import SpaceKind
from store.exchange.courier import Courier
from store.exchange.post import Round
from store.exchange.rounds import Came, CameIn
from store.home import Home
from store.model import Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters

CHEAP = KdfParameters(memory_kib=64 * 1024, passes=1, lanes=1)
PHRASE = Secret.from_text("evne knap mikser kobber satin svane")
WITHIN = 10.0
"""Seconds: two looks of `EVERY`, one at each end, and what they take."""
INTAKE = Intake(title="Billede delt", happened="I går.", stand_in="Bo")


async def two_of_one_office(root: Path) -> tuple[Home, VaultClient, VaultClient]:
    """Mette, who opened the office, and Bo, who joined it; both open."""
    home = Home(root)
    mette = await VaultClient.create(
        home, label="Mette", passphrase=PHRASE, set_up=OfficeSetUp(office="Skolen", author="Mette"), kdf=CHEAP
    )
    from store.cards import read
    from store.vault import Vault

    card = read(await mette.do(Casework.carried_card))
    vault = Vault.create(home, label="Bo", passphrase=PHRASE, kdf=CHEAP)
    joining = Casework(vault)
    joining.join_office(OfficeSetUp(office="Skolen", author="Bo"), card.text, compared=card.fingerprint)
    theirs = read(joining.carried_card())
    joining.close()
    await mette.do(Casework.trust_card, theirs.text, compared=theirs.fingerprint, colleague=True)
    bo = await VaultClient.unlock(next(one for one in home.vaults() if one.id != mette.id), PHRASE)
    return home, mette, bo


async def until(condition: object, seconds: float = 60.0) -> None:
    begin = time.monotonic()
    while not await condition():  # type: ignore[operator]
        assert time.monotonic() - begin < seconds, "it did not come"
        await asyncio.sleep(0.2)


def test_what_one_writes_the_other_has_within_seconds(tmp_path: Path) -> None:
    async def go() -> None:
        home, mette, bo = await two_of_one_office(tmp_path / "home")
        told: list[Round] = []
        runs = [
            asyncio.create_task(Courier(mette, home).run()),
            asyncio.create_task(Courier(bo, home, told=told.append).run()),
        ]
        try:
            case = await mette.do(Casework.new_case, INTAKE)

            async def has_it() -> bool:
                return any(one.reference == case.reference for one in await bo.do(Casework.cases))

            await until(has_it, WITHIN)
            # A lock would not have waited for any of it.
            assert not mette.busy
            await bo.do(Casework.add_note, case.id, "Set.")

            async def came_back() -> bool:
                return len((await mette.do(Casework.case, case.id)).notes) == 2

            await until(came_back, WITHIN)

            async def quiet() -> bool:
                return not await mette.do(Casework.exchange_waits) and not await bo.do(Casework.exchange_waits)

            await until(quiet)
            assert any(one.came.changed for one in told)
        finally:
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)
            await mette.close()
            await bo.close()

    asyncio.run(go())


def test_what_is_written_right_before_a_lock_is_put_and_taken_in_at_the_next_unlock(tmp_path: Path) -> None:
    async def go() -> None:
        home, mette, bo = await two_of_one_office(tmp_path / "home")
        await Courier(mette, home).once()
        await Courier(bo, home).once()
        await bo.close()
        courier = Courier(mette, home)
        case = await mette.do(Casework.new_case, INTAKE)
        waits = await mette.do(Casework.exchange_waits)
        assert [(one.name, one.unsent > 0) for one in waits if one.case] == [("Bo", True)]
        await courier.flush(patience=20)
        assert [one.unsent for one in await mette.do(Casework.exchange_waits) if one.case] == [0]
        await mette.close()
        bo = await VaultClient.unlock(next(one for one in home.vaults() if one.label == "Bo"), PHRASE)
        await Courier(bo, home).once()
        assert [one.reference for one in await bo.do(Casework.cases)] == [case.reference]
        await bo.close()

    asyncio.run(go())


def test_a_disk_that_fails_is_kept_for_who_looks_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        home, mette, bo = await two_of_one_office(tmp_path / "home")
        courier = Courier(mette, home)
        with monkeypatch.context() as patch:

            def full(*_given: object, **_named: object) -> None:
                from store.errors import DiskFull

                raise DiskFull(home.exchange)

            patch.setattr("store.exchange.folder.put", full)
            await courier.once()
        assert courier.fault is not None
        await courier.once()
        assert courier.fault is None
        assert list(home.exchange.iterdir())
        await mette.close()
        await courier.once()
        await bo.close()

    asyncio.run(go())


def test_a_folder_that_takes_long_to_list_is_listed_more_rarely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def go() -> None:
        home, mette, bo = await two_of_one_office(tmp_path / "home")
        await bo.close()
        courier = Courier(mette, home)
        for took in (0.001, 1.5, 300.0, 0.001):
            # Read before the listing and after it; what is there takes no time.
            seconds = chain((0.0,), repeat(took))
            monkeypatch.setattr("store.exchange.courier.monotonic", lambda seconds=seconds: next(seconds))
            await courier.once()
            pauses.append(courier.pause(2.0))
        await mette.close()

    asyncio.run(go())
    assert pauses == [2.0, 30.0, 60.0, 2.0]


def test_a_look_that_takes_long_and_brings_nothing_is_made_more_rarely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    came = Came(spaces=(CameIn(kind=SpaceKind.CASE, space="0" * 32, reference="", fresh=True, entries=1),))

    async def go() -> None:
        home, mette, bo = await two_of_one_office(tmp_path / "home")
        await bo.close()
        courier = Courier(mette, home)
        for what in (Round(beyond=1), Round(beyond=1, came=came), Round()):
            # Before the listing, after it, and after what is there was looked at.
            seconds = iter((0.0, 0.001, 2.0))
            monkeypatch.setattr("store.exchange.courier.monotonic", lambda seconds=seconds: next(seconds))

            async def took(*_given: object, what: Round = what) -> Round:
                return what

            monkeypatch.setattr("store.exchange.courier.take", took)
            courier.look_again()
            await courier.once()
            pauses.append(courier.pause(2.0))
        await mette.close()

    asyncio.run(go())
    assert pauses == [40.0, 2.0, 40.0]


def test_where_there_is_one_vault_nothing_is_made(tmp_path: Path) -> None:
    async def go() -> None:
        home = Home(tmp_path / "home")
        client = await VaultClient.create(
            home, label="Mette", passphrase=PHRASE, set_up=OfficeSetUp(office="Skolen", author="Mette"), kdf=CHEAP
        )
        await Courier(client, home).once()
        assert not home.exchange.exists()
        await client.close()

    asyncio.run(go())
