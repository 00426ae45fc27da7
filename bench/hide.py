"""How long the key that hides the screen takes: from the key to the frame that shows nothing of the case any more.

The real app over a real vault with a case open, without a terminal. The lines of the calendar are written before the
screen that holds them has been laid out: the first figure is what somebody who comes in can still see.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from textual import events

from screens.case import CaseScreen
from screens.hidden import HiddenScreen
from store.casework import Casework
from store.client import VaultClient
from store.home import Home
from store.model import Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from tui.app import SeglApp

CEILING_MS: Final = 50
ROUNDS: Final = 40


class _Measured(SeglApp):
    """Notes when a frame of the hidden screen is drawn."""

    emptied_at = 0.0
    drawn_at = 0.0

    def draw_at_once(self, lines: list[str]) -> None:
        super().draw_at_once(lines)
        self.emptied_at = time.perf_counter()

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        if isinstance(screen, HiddenScreen) and not self.drawn_at:
            self.drawn_at = time.perf_counter()


def main() -> None:
    """Print median and 95th percentile."""
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> None:
    client = await VaultClient.create(
        Home(folder / "home"),
        label="Bench",
        passphrase=Secret.from_text("evne knap mikser kobber satin svane"),
        set_up=OfficeSetUp(office="Bench", author="Bench", language="en"),
        kdf=KdfParameters.FLOOR,
    )
    case = await client.do(Casework.new_case, Intake(title="A case", happened="Something.", stand_in="Bo"))
    app = _Measured(Home(folder / "home"))
    app.client = client
    emptied, drawn = [], []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(CaseScreen(case.reference))
        await pilot.pause(1)
        for _round in range(ROUNDS):
            app.drawn_at = 0.0
            began = time.perf_counter()
            app.post_message(events.Key("f10", None))
            while not app.drawn_at:
                await asyncio.sleep(0)
            emptied.append((app.emptied_at - began) * 1000)
            drawn.append((app.drawn_at - began) * 1000)
            await pilot.pause(0.05)
            await pilot.press("f10")
            await pilot.pause(0.05)
    await client.close()
    print(f"laid out and drawn by the screen itself after {_figures(drawn)}")
    print(f"neutral after {_figures(emptied)}, ceiling {CEILING_MS} ms")


def _figures(taken: list[float]) -> str:
    worst = sorted(taken)[int(len(taken) * 0.95) - 1]
    return f"{statistics.median(taken):.1f} ms (median), {worst:.1f} ms (95 %)"


if __name__ == "__main__":
    main()
