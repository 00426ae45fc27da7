"""Somebody leaves the office: who reads their cases from now on, why, and what is left to do afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.language import N_, _
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import one_line
from screens.work import CaseWork
from store.authors import Author
from store.cases.leavers import Leaving
from store.leaving_words import leaving_lines

NOBODY = "nobody"


class LeavingScreen(CaseWork[bool]):
    """Questions on one page, then what was done; gives whether to go on to a new key of the data."""

    CSS_PATH = "leaving.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("They have left")),
        Binding("f7", "renew", N_("New key of the data")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#to"

    def __init__(self, member: Author, others: Sequence[Author]) -> None:
        """Make the screen.

        Args:
            member: who leaves, or has left and something is left to do.
            others: who may read their cases from now on.
        """
        super().__init__()
        self._member = member
        self._others = tuple(others)
        self._left: Leaving | None = None

    def heading(self) -> str:
        """Who it is about."""
        return _("{name} leaves the office").format(name=one_line(self._member.name, 40))

    def body(self) -> ComposeResult:
        """The questions, or what was done."""
        if self._left is not None:
            for line in leaving_lines(self._left):
                yield Plain(line, classes="line")
            with Horizontal(classes="buttons"):
                yield Button(_("New key of the data"), id="renew", variant="primary")
                yield Button(_("Back"), id="back")
            return
        yield Plain(
            _(
                "What they wrote stays. What their keys sign from now on counts no more, here and at all colleagues'. "
                "It can't be taken back; what they have on their own disk stays there."
            )
        )
        yield Plain(_("Who reads their open cases that are here from now on, too?"), classes="label")
        options = [Option(id=one.id, label=one_line(one.name, 60)) for one in self._others]
        yield Choices([Option(id=NOBODY, label=_("Nobody more")), *options], chosen=(NOBODY,), id="to")
        yield Plain(_("Why? It stays in the office, and in each case."), classes="label")
        yield TextLine("", id="reason", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("They have left"), id="save", variant="primary")
            yield Button(_("Back"), id="back")

    @on(Input.Submitted, "#reason")
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Do it, after asking."""
        if self._left is None:
            self.run_work(self._save(), group="leave")

    async def _save(self) -> None:
        from store.casework import Casework

        reason = self.query_one("#reason", Input).value.strip()
        to = self.query_one("#to", Choices).value or NOBODY
        if not reason:
            self.say_fault(_("Write why."), "#reason")
            return
        if not self._member.revoked and not await self.confirmed(
            _("Has {name} left the office?").format(name=one_line(self._member.name, 60)),
            detail=_("Their keys count no longer from now on. That can't be taken back."),
            yes=_("Yes, they have left"),
        ):
            return
        self._left = await self.do(Casework.leaver, self._member.id, reason, to="" if to == NOBODY else to)
        self.say_fault("")
        with self.holding_keys():
            await self.recompose()
            self.set_focus(self.query_one("#renew"))
        self.refresh_bindings()

    @on(Button.Pressed, "#renew")
    def action_renew(self) -> None:
        """Go to the vault, where the key of the data is made anew."""
        if self._left is not None:
            self.dismiss(True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What belongs to the page that is shown."""
        if action == "save":
            return self._left is None
        if action == "renew":
            return self._left is not None
        return True

    @on(Button.Pressed, "#back")
    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(False)
