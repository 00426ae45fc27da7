"""A failure in words, over the screen it happened on."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.errors import Diagnostics
from guidance.language import _
from screens.base import SeglModal
from screens.widgets.plain import Plain
from screens.words import harmless


class FailureScreen(SeglModal[None]):
    """What happened, what is safe, what to do now, and a code for whoever is asked about it."""

    def __init__(self, diagnostics: Diagnostics, code: str) -> None:
        super().__init__(classes="failure")
        self.diagnostics = harmless(diagnostics)
        self.code = code

    def heading(self) -> str:
        return _("This did not work")

    def body(self) -> ComposeResult:
        yield Plain(self.diagnostics.happened, id="happened")
        if self.diagnostics.safe:
            yield Plain(self.diagnostics.safe, id="safe")
        if self.diagnostics.todo:
            yield Plain(self.diagnostics.todo, id="todo")
        yield Plain(_("Code: {code}").format(code=self.code), id="code", classes="quiet")
        with Horizontal(classes="buttons"):
            yield Button(_("Understood"), id="understood", variant="primary")

    def on_mount(self) -> None:
        """In a low window, show what happened first and not the button that has the focus."""
        self.call_after_refresh(self.query_one("#box").scroll_home, animate=False)

    @on(Button.Pressed, "#understood")
    def _understood(self) -> None:
        self.dismiss(None)
