"""What Textual would do and Segl does not: print values, obey people's text, copy, photograph, write files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.filter import LineFilter
from textual.widgets import Input

from guidance.language import _
from screens.widgets.clean import CleanLines
from tui.cursor import CursorApp

if TYPE_CHECKING:
    from tui.crash import Crashes


class QuietApp(CursorApp):
    """An app from which nothing gets out but what its screens show."""

    ENABLE_COMMAND_PALETTE = False
    COMMANDS = set()  # noqa: RUF012 - as Textual declares it

    def __init__(self, *, ansi_color: bool | None, crashes: Crashes | None) -> None:
        """Make the app.

        Args:
            ansi_color: whether the terminal's own colours are used.
            crashes: takes what nobody foresaw.
        """
        super().__init__(ansi_color=ansi_color)
        self._clean = CleanLines()
        self._crashes = crashes

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing a person wrote reaches the terminal as anything but text."""
        return [*super().get_line_filters(), self._clean]

    async def on_event(self, event: events.Event) -> None:
        """A field of one line would keep the first line of a paste in silence: it gets all of them, on one line.

        And a window in the background would take the focus from its field: on a page that came meanwhile, as the lock
        does, nothing would have it when somebody comes back and types.
        """
        if isinstance(event, events.AppBlur | events.AppFocus):
            return
        field = self.focused if isinstance(event, events.Paste) else None
        if isinstance(event, events.Paste) and isinstance(field, Input) and not field.password:
            lines = [line.strip() for line in event.text.splitlines() if line.strip()]
            if len(lines) > 1:
                event.text = " ".join(lines)
                self.notify(_("What you pasted had several lines. They stand on one line now."))
        await super().on_event(event)

    def copy_to_clipboard(self, text: str) -> None:
        """Keep a copied text inside Segl: the terminal's clipboard (OSC 52) outlives the lock."""
        self._clipboard = text

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: a browser is outside the vault."""

    def deliver_screenshot(self, *_args: object, **_more: object) -> str | None:
        """Take no picture of a case."""
        return None

    def deliver_text(self, *_args: object, **_more: object) -> str | None:
        """Write no file."""
        return None

    def deliver_binary(self, *_args: object, **_more: object) -> str | None:
        """Write no file."""
        return None

    def save_screenshot(self, *_args: object, **_more: object) -> str:
        """Take no picture of a case."""
        return ""

    def action_screenshot(self, *_args: object, **_more: object) -> None:
        """Take no picture of a case."""

    def _take(self, error: BaseException | None) -> None:
        if self._crashes is not None:
            self._crashes.take(error)

    def _handle_exception(self, error: Exception) -> None:
        self._take(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without printing the values that were in use."""
        self._close_messages_no_wait()

    def panic(self, *_renderables: object) -> None:
        """End without printing anything."""
        self._take(sys.exc_info()[1])
        self._return_code = 1
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()
