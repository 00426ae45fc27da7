"""Choose somebody whose card counts here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens import whom
from screens.base import SeglModal
from screens.widgets.choices import Choices
from screens.widgets.plain import Plain
from store.authors import Author


class PickPersonScreen(SeglModal[Author]):
    """A box with the people; gives one of them, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "take", N_("Choose"))]
    AUTO_FOCUS = "#person"

    def __init__(self, people: Sequence[Author]) -> None:
        super().__init__(classes="pick-person")
        self._people = tuple(people)

    def heading(self) -> str:
        """What is asked."""
        return _("Somebody I know")

    def body(self) -> ComposeResult:
        """The people, and the ways out."""
        if self._people:
            yield Choices(whom.options(self._people), id="person")
        else:
            yield Plain(_("Nobody's card counts here yet: the Exchange screen lets one count (F6)."), id="nobody")
        with Horizontal(classes="buttons"):
            if self._people:
                yield Button(_("Choose"), id="take", variant="primary")
            yield Button(_("Back"), id="back")

    @on(Choices.Submitted)
    @on(Button.Pressed, "#take")
    def action_take(self) -> None:
        """Give the one that is chosen."""
        for choices in self.query("#person").results(Choices):
            chosen = next((one for one in self._people if one.id == choices.value), None)
            if chosen is not None:
                self.dismiss(chosen)

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)
