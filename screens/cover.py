"""Locked while a hash or a seal goes on: everything is covered, and only the passphrase lifts the cover."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from guidance.language import N_, _
from screens.base import SeglScreen
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain


class CoverScreen(SeglScreen[None]):
    """Says that something is being finished; lets nobody through without the passphrase.

    Attributes:
        trying: whether a passphrase is being tried.
    """

    CSS_PATH = "unlock.tcss"
    NEUTRAL = True
    AUTO_FOCUS = "#passphrase"
    KEYS_WAIT = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "lift", N_("Unlock"))]

    def __init__(self, knows: Callable[[str], Awaitable[bool]]) -> None:
        """Make the screen.

        Args:
            knows: whether a passphrase opens the vault.
        """
        super().__init__()
        self._knows = knows
        self.trying = False

    def heading(self) -> str:
        """Neutral words."""
        return _("Locked")

    def body(self) -> ComposeResult:
        """What goes on, and the field."""
        with Vertical(id="card", classes="cover"):
            yield Plain(_("Some work is being finished. Then Segl closes the vault."), classes="quiet")
            yield Plain(_("Passphrase"), id="label")
            yield PassphraseInput(id="passphrase")
            yield Plain("", id="said")

    @property
    def holds_secret(self) -> bool:
        """While something is typed."""
        return any(field.value for field in self.query(PassphraseInput))

    @on(PassphraseInput.SeveralLines)
    def _several_lines(self) -> None:
        self._say(_("That was several lines. A passphrase is one line: nothing of the paste was taken."), fault=True)
        self.app.bell()

    @on(PassphraseInput.Submitted)
    def action_lift(self) -> None:
        """Try what was typed."""
        field = self.query_one(PassphraseInput)
        if field.value:
            self.run_work(self._lift(field.take()), group="lift")

    async def _lift(self, typed: str) -> None:
        from store.attempts import TooSoon

        self._say(_("Unlocking ..."))
        self.trying = True
        try:
            known = await self._knows(typed)
        except TooSoon as error:
            self._say(error.diagnostics().todo, fault=True)  # a box would stay under the cover
            return
        finally:
            self.trying = False
        if known:
            self.dismiss(None)
        else:
            self._say(_("That is not the passphrase of this vault. Is Caps Lock on?"), fault=True)

    def _say(self, words: str, *, fault: bool = False) -> None:
        line = self.query_one("#said", Plain)
        line.set_class(fault, "fault")
        line.update(words)
