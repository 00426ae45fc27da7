"""The panes of a screen in one line: which there are, which is shown, and the digit that goes there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class TabLine(Widget):
    """Never has the focus: digits and the left and right arrows of the screen choose."""

    DEFAULT_CSS = """
    TabLine { height: 1; width: 100%; padding: 0 1; background: $background; }
    """
    shown: reactive[int] = reactive(0)

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._labels: tuple[str, ...] = ()

    def put(self, labels: Sequence[str]) -> None:
        """Other words for the panes."""
        self._labels = tuple(labels)
        self.refresh()

    def _parts(self) -> list[tuple[str, bool]]:
        room = self.size.width - 2
        parts = [f" {n} {label} " for n, label in enumerate(self._labels, 1)]
        if sum(map(len, parts)) > room:
            parts = [part if n == self.shown else f" {n + 1} " for n, part in enumerate(parts)]
        return [(part, n == self.shown) for n, part in enumerate(parts)]

    def render(self) -> RenderResult:
        """The pane that is shown stands out, by brackets too."""
        pieces = []
        for words, on in self._parts():
            text = f"[{words[1:-1]}]" if on else words
            pieces.append(Content.styled(text, "bold $accent" if on else "$text-muted"))
        return Content("").join(pieces)

    def on_click(self, event: events.Click) -> None:
        """A click on a pane's name goes there."""
        at = 1
        for index, (words, _on) in enumerate(self._parts()):
            at += len(words)
            if event.x < at:
                self.post_message(self.Picked(index))
                return
