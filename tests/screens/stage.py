"""Segl's app for a test: a home of its own, cheap passphrases, no guard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget

from guidance.language import set_language
from screens.widgets.plain import Plain
from store.client import VaultClient
from store.home import Home
from store.model import OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from tui.app import SeglApp
from tui.guard.start import Start

CHEAP = KdfParameters(memory_kib=64 * 1024, passes=1, lanes=1)
PASSPHRASE = "evne knap mikser kobber satin svane"
W = TypeVar("W", bound=Widget)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def make_vault(home: Home, author: str = "Sam Test", office: str = "Nordby") -> None:
    """A vault that is there before the app starts, closed."""
    client = await VaultClient.create(
        home,
        label=author,
        passphrase=Secret.from_text(PASSPHRASE),
        set_up=OfficeSetUp(office=office, author=author, language="en"),
        kdf=CHEAP,
    )
    await client.close()


@asynccontextmanager
async def stage(
    folder: Path, *, size: tuple[int, int] = (80, 24), start: Start | None = None, **app: Any
) -> AsyncIterator[tuple[SeglApp, Pilot[None]]]:
    """The app on a screen without a terminal; its vault is closed at the end."""
    set_language((start and start.language) or "en")
    segl = SeglApp(Home(folder), start or Start(), **app)
    try:
        async with segl.run_test(size=size) as pilot:
            await settle(pilot)
            yield segl, pilot
    finally:
        if segl.client is not None:
            await segl.client.close()


async def settle(pilot: Pilot[None]) -> None:
    """Wait until messages and work are done; work that waits for a person's answer in a box is left waiting."""
    await pilot.pause()
    while any(at_work(pilot)) and not isinstance(pilot.app.screen, ModalScreen):
        await asyncio.sleep(0.01)
    await pilot.pause()


def at_work(pilot: Pilot[None]) -> Iterator[bool]:
    """Whether each worker is at it still; the courier is as long as a vault is open."""
    return (not worker.is_finished for worker in pilot.app.workers if worker.group != "courier")


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait for what they set going."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def write(pilot: Pilot[None], text: str) -> None:
    """Type text."""
    names = {" ": "space", ",": "comma", ".": "full_stop", "-": "minus", ":": "colon", "+": "plus"}
    await pilot.press(*[names.get(letter, letter) for letter in text])
    await pilot.pause()


def seen(app: SeglApp) -> str:
    """All text of the `Plain` widgets of the top screen."""
    return "\n".join(str(widget.content) for widget in app.screen.query(Plain))
