"""How evenly the screen is drawn while two large files are read: the time between frames, against the screen idle.

The real app with the real evidence screen over a real vault, without a terminal. Something is made to change sixty
times a second; what counts is the time from one drawing to the next.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from screens.evidence import EvidenceScreen
from screens.evidence_form import EvidenceFormScreen
from screens.widgets.plain import Plain
from store.casework import Casework
from store.client import VaultClient
from store.home import Home
from store.model import Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from tui.app import SeglApp

MIB: Final = 1 << 20
SIZE: Final = int(os.environ.get("SEGL_BENCH_MIB", "2048")) * MIB
CEILING_MS: Final = 25
FRAME: Final = 1 / 60
SECONDS: Final = 4.0


class _Measured(SeglApp):
    """The app, with one screen, noting when it draws."""

    def __init__(self, home: Home, client: VaultClient, first: Callable[[], Any]) -> None:
        super().__init__(home)
        self.client = client
        self.first = first
        self.drawn: list[float] = []
        self.worked: list[float] = []

    def on_mount(self) -> None:
        """Show the screen."""
        self.push_screen(self.first())

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.drawn.append(time.perf_counter())
        self.worked.append(time.thread_time())


def main() -> None:
    """Print the 95th percentile idle and while reading."""
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> None:
    before = os.umask(0o077)
    home = Home(folder / "home")
    home.prepare()
    client = await VaultClient.create(
        home,
        label="bench",
        passphrase=Secret.from_text("fire stille heste i regnvejr"),
        set_up=OfficeSetUp(office="bench", author="bench"),
        kdf=KdfParameters.FLOOR,
    )
    os.umask(before)
    case = await client.do(Casework.new_case, Intake(title="bench", happened="bench", stand_in="bench"))
    for name in ("one.bin", "other.bin"):
        with (folder / name).open("wb") as file:
            file.truncate(SIZE)
    app = _Measured(home, client, lambda: EvidenceScreen(case.id, "bench"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(1)
        screen = app.screen
        assert isinstance(screen, EvidenceScreen)
        doubt = screen.query_one("#doubt", Plain)
        turns = 0

        def change() -> None:
            nonlocal turns
            turns += 1
            doubt.update(str(turns))

        timer = screen.set_interval(FRAME, change)
        idle = await _gaps(app, lambda: True)
        idle_work = _work(app)
        screen.paths = [folder / "one.bin", folder / "other.bin"]
        screen.action_start()
        await asyncio.sleep(0.2)
        reading = await _gaps(app, lambda: screen._reading)
        reading_work = _work(app)
        timer.stop()
        while not isinstance(app.screen, EvidenceFormScreen):
            await asyncio.sleep(0.05)
    await client.close()
    for name, gaps, work in (("idle", idle, idle_work), ("reading two files", reading, reading_work)):
        print(f"{name}: {len(gaps)} frames, median {statistics.median(gaps) * 1000:.1f} ms, p95 {_p95(gaps):.1f} ms;")
        print(f"  of that, the screen's own thread worked {work:.1f} ms a frame (p95)")
    print(f"frames: p95 {_p95(reading):.1f} ms while hashing (ceiling {CEILING_MS})")


async def _gaps(app: _Measured, goes_on: Callable[[], bool]) -> list[float]:
    app.drawn.clear()
    app.worked.clear()
    end = time.perf_counter() + SECONDS
    while goes_on() and time.perf_counter() < end:
        await asyncio.sleep(0.05)
    return [later - earlier for earlier, later in zip(app.drawn, app.drawn[1:], strict=False)]


def _work(app: _Measured) -> float:
    return _p95([later - earlier for earlier, later in zip(app.worked, app.worked[1:], strict=False)])


def _p95(gaps: list[float]) -> float:
    return statistics.quantiles(gaps, n=20)[-1] * 1000


if __name__ == "__main__":
    main()
