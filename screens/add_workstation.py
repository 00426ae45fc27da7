"""A further workstation of one's own, on the one before: its digits are compared, and from then on it counts."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens.trust_card import digits_in_two
from screens.widgets.plain import Plain
from screens.work import CaseWork
from store.authors import Author
from store.cases.workstations import WorkstationSeen


class AddWorkstationScreen(CaseWork[Author]):
    """One workstation. Gives oneself as one is known from then on, or None."""

    CSS_PATH = "trust_card.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "add", N_("The same: let it count")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#back"

    def __init__(self, seen: WorkstationSeen) -> None:
        super().__init__()
        self.seen = seen

    def heading(self) -> str:
        """What it is."""
        return _("A further workstation of mine")

    def body(self) -> ComposeResult:
        """The digits, and what follows from it."""
        yield Plain(_("Are these the digits that 'This workstation' shows on the new machine?"))
        yield Plain(digits_in_two(self.seen.digits), id="digits")
        yield Plain(
            _(
                "Whoever has that machine and its passphrase then reads everything that you have and writes in your"
                " name. Exchange here and there afterwards, by a stick: everything comes over. Others write to each of"
                " your workstations from then on."
            )
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Not compared: back"), id="back")
            yield Button(_("They are the same: let it count"), id="add", variant="primary")

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        """Let it count."""
        self.run_work(self._add(), group="add")

    async def _add(self) -> None:
        from store.casework import Casework

        author = await self.do(Casework.add_workstation, self.seen.card.text, compared=self.seen.fingerprint)
        self.said(_("It counts as yours. Exchange now, here and there."))
        self.dismiss(author)

    @on(Button.Pressed, "#back")
    def action_go_back(self) -> None:
        """Leave; it does not count."""
        self.dismiss(None)
