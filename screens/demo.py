"""While the invented office is being made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from guidance.language import N_, _
from screens.base import SeglScreen
from screens.widgets.plain import Plain


class DemoScreen(SeglScreen[None]):
    """Says what the demo is, and makes it aside."""

    CSS_PATH = "welcome.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "app.leave", N_("Quit"))]

    class Prepared(Message):
        """The invented office is there."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        """Make the screen.

        Args:
            prepare: makes the office; runs in a thread.
        """
        super().__init__()
        self._prepare = prepare

    def heading(self) -> str:
        """The name of the screen."""
        return _("Demo")

    def body(self) -> ComposeResult:
        """What is being made."""
        with Vertical(id="card"):
            yield Plain(_("An invented office is being made"), id="lead")
            yield Plain(
                _(
                    "A dozen invented cases at every level, in a temporary folder. Nobody in them exists, and the "
                    "folder is deleted when you leave the demo. It takes a few seconds."
                ),
                id="about",
            )
            yield Plain("", id="said")

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(0.4, self._tick)
        self.run_work(self._make(), group="demo")

    def _tick(self) -> None:
        line = self.query_one("#said", Plain)
        line.update("." * (len(str(line.content)) % 12 + 1))

    async def _make(self) -> None:
        await asyncio.to_thread(self._prepare)
        self.post_message(self.Prepared())
