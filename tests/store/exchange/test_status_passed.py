"""How cases stand reaches who leads the office by itself; killed on the way, the next start tells it, and once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from store.casework import Casework
from store.client import VaultClient
from store.exchange.courier import Courier
from store.home import Home
from store.model import Intake
from store.roles import Role
from tests.store.exchange.test_courier import PHRASE, two_of_one_office, until

ROOT = Path(__file__).parents[3]
INTAKE = Intake(title="Billede delt", happened="I går.", no_stand_in_reason="Alene.", kind="school")
LEVEL = 4
KILLED = """
import sys
from pathlib import Path
from tests.store.exchange.test_status_passed import commit_and_be_killed

commit_and_be_killed(Path(sys.argv[1]), sys.argv[2], after=sys.argv[3] == "after")
"""
BEFORE = {
    "before-the-record": "store.casework:Casework.write_status",
    "before-it-is-sealed": "store.exchange.folder:seal",
    "before-it-is-remembered": "store.casework:Casework.exchange_record",
    "before-it-is-put": "store.exchange.folder:put",
    "half-put": "os:replace",
}
AFTER = {"put": "store.exchange.folder:put"}


async def led(root: Path) -> tuple[Home, VaultClient, VaultClient]:
    """Mette, who leads the office besides, and Bo, who knows it; both open."""
    home, mette, bo = await two_of_one_office(root)
    own = (await mette.do(Casework.office)).author_id
    await mette.do(Casework.give_role, own, Role.ADMINISTRATOR, leads=True)
    await Courier(mette, home).once()
    await Courier(bo, home).once()
    assert any(one.leads for one in await bo.do(Casework.members))
    return home, mette, bo


async def levels(leader: VaultClient) -> list[int | None]:
    return [one.status.level for one in (await leader.do(Casework.overview)).open]


@asynccontextmanager
async def at_work(*couriers: Courier) -> AsyncIterator[None]:
    runs = [asyncio.create_task(one.run(every=0.1)) for one in couriers]
    try:
        yield
    finally:
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)


def test_a_commit_reaches_who_leads_by_itself(tmp_path: Path) -> None:
    async def go() -> None:
        home, mette, bo = await led(tmp_path / "home")
        try:
            async with at_work(Courier(mette, home)):
                case = await bo.do(Casework.new_case, INTAKE)
                await bo.do(Casework.set_level, case.id, LEVEL, "Deling.")
                # The control: as long as nobody passes it on, it is not there, however often one looks.
                looked = Courier(mette, home)
                for _look in range(3):
                    await looked.once()
                    assert await levels(mette) == []
                async with at_work(Courier(bo, home)):

                    async def told() -> bool:
                        return await levels(mette) == [LEVEL]

                    await until(told)
                    assert not bo.busy, "a lock would not have waited for it"
                    await bo.do(Casework.set_level, case.id, 2, "Mildere.")

                    async def told_anew() -> bool:
                        return await levels(mette) == [2]

                    await until(told_anew)
            [word] = (await mette.do(Casework.overview)).heard
            assert word.name == "Bo"
        finally:
            await mette.close()
            await bo.close()

    asyncio.run(go())


def commit_and_be_killed(root: Path, moment: str, *, after: bool) -> None:
    """In a process of its own: Bo decides on a level, and the machine goes down while it is passed on."""
    module, _colon, name = moment.partition(":")
    owner = import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    whole = getattr(owner, last)

    def kill(*arguments: Any, **named: Any) -> None:
        if after:
            whole(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    async def go() -> None:
        home = Home(root)
        bo = await VaultClient.unlock(next(one for one in home.vaults() if one.label == "Bo"), PHRASE)
        courier = Courier(bo, home)
        [case] = await bo.do(Casework.cases)
        await bo.do(Casework.set_level, case.id, LEVEL, "Deling.")
        setattr(owner, last, kill)
        await courier.once()

    asyncio.run(go())


def killed(root: Path, moment: str) -> None:
    when = "after" if moment in AFTER else "before"
    command = [sys.executable, "-c", KILLED, str(root), {**BEFORE, **AFTER}[moment], when]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


def records(desk: Casework) -> list[str]:
    """The ids of all records that are kept, of whomever."""
    rows = desk._connection.execute("SELECT id FROM entry WHERE kind = 'status.recorded' ORDER BY id").fetchall()
    return [id for (id,) in rows]


@pytest.mark.parametrize("moment", [*BEFORE, *AFTER])
def test_killed_between_the_commit_and_the_passing_on_the_next_start_tells_it_once(tmp_path: Path, moment: str) -> None:
    root = tmp_path / "home"

    async def begin() -> None:
        home, mette, bo = await led(root)
        await bo.do(Casework.new_case, INTAKE)
        await Courier(bo, home).once()
        await Courier(mette, home).once()
        assert await levels(mette) == [None]
        await mette.close()
        await bo.close()

    async def opened(label: str) -> VaultClient:
        return await VaultClient.unlock(next(one for one in Home(root).vaults() if one.label == label), PHRASE)

    async def go_on() -> None:
        home = Home(root)
        mette = await opened("Mette")
        await Courier(mette, home).once()
        # The control: killed before it was put, it has not come by itself.
        assert await levels(mette) == ([None] if moment in BEFORE else [LEVEL])
        bo = await opened("Bo")
        for _round in range(3):
            # Only what an unlocking does: nothing is written by a person.
            await Courier(bo, home).once()
            await Courier(mette, home).once()
        assert await levels(mette) == [LEVEL]
        told = await bo.do(records)
        assert len(told) == 2, "as it stood, and as it stands; nothing twice"
        assert await mette.do(records) == told
        assert not [one for one in await bo.do(Casework.exchange_waits) if one.status]
        await mette.close()
        await bo.close()

    asyncio.run(begin())
    killed(root, moment)
    asyncio.run(go_on())
