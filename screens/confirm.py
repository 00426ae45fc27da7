"""Ask before something that is not easily undone."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import _
from screens.base import SeglModal
from screens.widgets.plain import Plain


class Confirm(SeglModal[bool]):
    """Yes or no. Escape is no, and the focus starts on no: Enter pressed by habit changes nothing."""

    def __init__(self, question: str, *, detail: str = "", yes: str = "", no: str = "") -> None:
        super().__init__(classes="confirm")
        self.question = question
        self.detail = detail
        self.yes = yes
        self.no = no

    def body(self) -> ComposeResult:
        yield Plain(self.question, id="question")
        if self.detail:
            yield Plain(self.detail, id="detail", classes="quiet")
        with Horizontal(classes="buttons"):
            yield Button(self.no or _("No, go back"), id="no")
            yield Button(self.yes or _("Yes"), id="yes", variant="primary")

    @on(Button.Pressed, "#yes")
    def _yes(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#no")
    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)
