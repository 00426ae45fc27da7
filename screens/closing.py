"""Closing is refused: which musts stand open, and a key to go to one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.engine import Guide, StepView
from guidance.language import N_, _, ngettext
from screens.base import SeglModal
from screens.guide_words import state_words
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain


class ClosingScreen(SeglModal[str]):
    """The musts that are neither done nor set aside; gives the id of the one to go to, or None."""

    CSS_PATH = "closing.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "go", N_("Go to the step"))]
    AUTO_FOCUS = "LineList"

    def __init__(self, guide: Guide) -> None:
        super().__init__(classes="closing")
        self._guide = guide

    def heading(self) -> str:
        """What this is."""
        return _("The case can't be closed yet")

    def body(self) -> ComposeResult:
        """How many, what to do, and which."""
        count = len(self._guide.blockers)
        words = ngettext(
            "{count} step that must be done is neither done nor set aside. Do it, or set it aside with a reason.",
            "{count} steps that must be done are neither done nor set aside. Do them, or set them aside with a reason.",
            count,
        )
        yield Plain(words.format(count=count), id="question")
        yield LineList(self._row, id="blockers")

    def on_mount(self) -> None:
        """Show them."""
        self.query_one("#blockers", LineList).show(self._guide.blockers)

    def _row(self, view: StepView, width: int) -> Content:
        words = state_words(view, self._guide.today)
        right = min(max(len(words), 8), 22)
        return Content.assemble(fit(view.step.title.local(), max(width - right - 1, 4)), " ", fit(words, right))

    @on(LineList.Chosen)
    def action_go(self) -> None:
        """Go to the step under the cursor."""
        view = self.query_one("#blockers", LineList).current
        self.dismiss(view.id if isinstance(view, StepView) else None)
