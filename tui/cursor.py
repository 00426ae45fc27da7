"""The terminal's cursor stands where the focus is when something is drawn: screen readers and braille follow it."""

from __future__ import annotations

from textual.app import App, ScreenStackError
from textual.geometry import Offset


class CursorApp(App[None]):
    """An app that asks the field with the focus where it is at the moment of drawing.

    A place that a widget tells beforehand is stale when the page scrolls in between.
    """

    _told = Offset(0, 0)

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's cursor is put with the next drawing, in cells of the screen."""
        try:
            focused = self.screen.focused
        except ScreenStackError:  # while the app ends
            return self._told
        place = getattr(focused, "cursor_screen_offset", None)
        return place if isinstance(place, Offset) else self._told

    @cursor_position.setter
    def cursor_position(self, place: Offset) -> None:
        self._told = place
