"""A field for longer text: plain, wrapped, and Tab leaves it."""

from __future__ import annotations

from typing import Any

from textual.widgets import TextArea


class PlainArea(TextArea):
    """A text area without line numbers or highlighting. What is pasted stays as it is."""

    DEFAULT_CSS = """
    PlainArea {
        border: none;
        padding: 0 1;
        height: 1fr;
        background: $surface;
        &:focus { border: none; background: $surface; background-tint: $foreground 5%; }
    }
    """

    def __init__(self, text: str = "", **options: Any) -> None:
        options.setdefault("soft_wrap", True)
        options.setdefault("show_line_numbers", False)
        options.setdefault("tab_behavior", "focus")
        options.setdefault("highlight_cursor_line", False)
        super().__init__(text, **options)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave F6 and F7, which Textual selects text by, to the screen round the field."""
        if action in ("select_line", "select_all"):
            return False
        return super().check_action(action, parameters)
