"""Between the vaults of one workstation, by itself: what was written is put within seconds, what came is taken in.

It keeps nobody waiting: each step is short on the vault's thread, reading and sealing are beside it, and a lock waits a
moment for it at most. What it did not get done waits for the next unlock, and is shown.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from guidance.errors import SeglError
from store.exchange.post import Round, give, take
from store.exchange.rounds import CardWanted
from store.home import Home

if TYPE_CHECKING:
    from store.casework import Casework
    from store.client import VaultClient

P = ParamSpec("P")
R = TypeVar("R")

EVERY: Final = 2.0
"""Seconds between two looks at whether something was written or something came."""
_SHARE: Final = 20
"""A twentieth of the time at most goes by in looking for nothing: a stranger may put any number of files there, change
them all the time, or copy a colleague's many times."""
_LONGEST_PAUSE: Final = 60.0
LAST_PATIENCE: Final = 1.0
"""Seconds that a lock or an end waits for the last flush."""


class _Beside:
    """The vault of a client. What is done beside it does not count as work that a lock would have to wait for."""

    def __init__(self, client: VaultClient) -> None:
        self._client = client

    async def do(self, method: Callable[Concatenate[Casework, P], R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        return await self._client.do(method, *arguments, **keywords)

    async def aside(self, function: Callable[P, R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        return await asyncio.to_thread(function, *arguments, **keywords)


class Courier:
    """Goes between an open vault and the exchange folder of its home.

    Attributes:
        fault: why the last round failed; None where it did not. Shown where one looks at what waits.
        wanted: whose cards are lacking, by what lies in the folder: among them who has joined and is not certified.
    """

    def __init__(self, client: VaultClient, home: Home, *, told: Callable[[Round], None] = lambda _round: None) -> None:
        """Make one; `run` begins.

        Args:
            client: the open vault.
            home: whose exchange folder it is; nothing happens while there is one vault only.
            told: called when something came in, and when something was put or cleaned up.
        """
        self._port = _Beside(client)
        self._home = home
        self._told = told
        self._listing: object = None
        self._counter: int | None = None
        self._for_nothing = 0.0
        self._at_work = asyncio.Lock()
        self.fault: SeglError | None = None
        self.wanted: tuple[CardWanted, ...] = ()

    async def run(self, *, every: float = EVERY) -> None:
        """Go on until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(self.pause(every))

    def pause(self, every: float = EVERY) -> float:
        """Seconds until the next look; longer where the last one took long and brought nothing."""
        return max(every, min(self._for_nothing * _SHARE, _LONGEST_PAUSE))

    async def once(self) -> None:
        """One look: take in where the folder changed, put where something was written."""
        from store.client import VaultClosed

        async with self._at_work:
            try:
                await self._round()
                self.fault = None
            except VaultClosed:
                return
            except SeglError as error:
                self.fault = error

    async def _round(self) -> None:
        from store.casework import Casework

        if len(self._home.vaults()) < 2:
            return
        folder = await asyncio.to_thread(self._home.prepare_exchange)
        begin = monotonic()
        listing = await asyncio.to_thread(_listing, folder)
        self._for_nothing = monotonic() - begin
        if listing != self._listing:
            took = await take(self._port, folder)
            if not took.came.changed:
                self._for_nothing = monotonic() - begin
            # What there is besides what was looked at is found by looking again, and not by a change.
            self._listing = None if took.beyond else listing
            fresh = {one.fingerprint for one in took.came.cards_wanted} - {one.fingerprint for one in self.wanted}
            self.wanted = took.came.cards_wanted
            if took.came.changed or fresh:
                self._told(took)
            self._counter = None
        counter = await self._port.do(Casework.exchange_counter)
        if counter != self._counter:
            gave = await give(self._port, folder, colleagues=True)
            self._counter = counter
            if gave.put or gave.cleaned:
                self._told(gave)

    def look_again(self) -> None:
        """Take in once more what lies there: a card that counts from now on may let it count."""
        self._listing = None

    async def flush(self, *, patience: float = LAST_PATIENCE) -> None:
        """Put what was written, before the vault is closed; what takes longer waits in the vault."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.once(), patience)


def _listing(folder: Path) -> frozenset[tuple[str, int, int]]:
    found = set()
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                found.add((entry.name, status.st_size, status.st_mtime_ns))
    return frozenset(found)
