"""What was shared in a session, over the screen and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import _
from screens.base import SeglModal
from screens.widgets.plain import Plain
from screens.words import visible


class SharedScreen(SeglModal[None]):
    """The texts of one session."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(classes="failure")
        self._texts = tuple(texts)

    def heading(self) -> str:
        """What it is."""
        return _("What was shared")

    def body(self) -> ComposeResult:
        """The rule, and the texts."""
        yield Plain(
            _("What is shared in sessions stays there. It is in nothing that leaves, unless chosen with a reason."),
            classes="quiet",
        )
        for text in self._texts:
            yield Plain(visible(text), classes="strong")
        with Horizontal(classes="buttons"):
            yield Button(_("Back"), id="back", variant="primary")

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)
