"""What was noticed while a vault was being opened, before anybody works in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import _
from screens.base import SeglModal
from screens.widgets.plain import Plain


class NoticeScreen(SeglModal[None]):
    """Sentences to be read once: an old copy was put back, a damaged file was made anew."""

    def __init__(self, noticed: Sequence[Callable[[], str]]) -> None:
        """Make the screen.

        Args:
            noticed: each gives its sentence in the current language.
        """
        super().__init__(classes="failure")
        self._noticed = tuple(noticed)

    def heading(self) -> str:
        """What this is."""
        return _("Noticed while unlocking")

    def body(self) -> ComposeResult:
        """The sentences and one button."""
        for words in self._noticed:
            yield Plain(words(), classes="noticed")
        yield Plain(_("'Verify everything' (v on Today, then v) looks at all of it and says more."), classes="quiet")
        with Horizontal(classes="buttons"):
            yield Button(_("Understood"), id="understood", variant="primary")

    @on(Button.Pressed, "#understood")
    def _understood(self) -> None:
        self.dismiss(None)
