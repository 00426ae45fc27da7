"""Ask for a reason in words: what is done with one stays in the case with it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens.base import SeglModal
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea


class ReasonScreen(SeglModal[str]):
    """A box with a question and room for the answer; gives the reason, or None."""

    CSS_PATH = "reason.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Save"))]
    AUTO_FOCUS = "#why"

    def __init__(self, title: str, question: str, reason: str = "", *, blank: str = "") -> None:
        super().__init__(classes="reason")
        self._title = title
        self._question = question
        self._reason = reason
        self._blank = blank

    def heading(self) -> str:
        """What the reason is for."""
        return self._title

    def body(self) -> ComposeResult:
        """The question, the field, the ways out."""
        yield Plain(self._question, id="question")
        yield PlainArea(self._reason, id="why")
        yield Plain("", id="fault", classes="fault")
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")
            yield Button(_("Back"), id="back")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#fault").display = False
        area = self.query_one("#why", PlainArea)
        area.move_cursor(area.document.end)

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Give the reason; a blank one is none."""
        reason = self.query_one("#why", PlainArea).text.strip()
        if reason:
            self.dismiss(reason)
            return
        fault = self.query_one("#fault", Plain)
        fault.update(self._blank or _("Write why. The reason stays in the case."))
        fault.display = True
        self.query_one("#why").focus()

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)
