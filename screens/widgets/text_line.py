"""Fields of one line. A paste of several is never cut short in silence, as Textual's own field does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.message import Message
from textual.widgets import Input

from guidance.language import _


class TextLine(Input):
    """One line of text; several lines that are pasted become one, and that is said.

    Args:
        between: what stands between lines that are joined.
        options: those of `Input`.
    """

    def __init__(self, *args: Any, between: str = " ", **options: Any) -> None:
        super().__init__(*args, **options)
        self._between = between

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self._take(event.text)

    def action_paste(self) -> None:
        """Take what was copied inside Segl."""
        self._take(self.app.clipboard)

    def _take(self, text: str) -> None:
        lines = pasted_lines(text)
        if len(lines) > 1:
            self.take_lines(lines)
        elif lines:
            self.replace(lines[0], *self.selection)

    def take_lines(self, lines: Sequence[str]) -> None:
        """Put in several lines that were pasted at once."""
        self.replace(self._between.join(line.strip() for line in lines), *self.selection)
        words = _("This field is one line: the {count} lines that were pasted were joined.")
        self.notify(words.format(count=len(lines)), markup=False, timeout=6)


class PathLine(TextLine):
    """One path. Of several that are pasted, the first is taken and that is said.

    Args:
        several: whether the screen takes all of them: then they are told to it, and none stands in the field.
    """

    @dataclass
    class Pasted(Message):
        """Several paths were pasted at once."""

        field: PathLine
        lines: tuple[str, ...]

        @property
        def control(self) -> PathLine:
            """Where it happened."""
            return self.field

    def __init__(self, *args: Any, several: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self._several = several

    def take_lines(self, lines: Sequence[str]) -> None:
        """Tell the screen, or take the first."""
        if self._several:
            self.post_message(self.Pasted(self, tuple(line.strip() for line in lines)))
            return
        self.replace(lines[0].strip(), *self.selection)
        words = _("One path goes here: of the {count} lines that were pasted the first was taken, the others were not.")
        self.notify(words.format(count=len(lines)), severity="warning", markup=False, timeout=8)


def pasted_lines(text: str) -> list[str]:
    """The lines of a paste that have something in them."""
    return [line for line in text.splitlines() if line.strip()]
