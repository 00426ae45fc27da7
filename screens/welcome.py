"""The first start: set Segl up, or look round first."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Button

from guidance.language import N_, _
from screens.base import SeglScreen
from screens.widgets.plain import Plain


class WelcomeScreen(SeglScreen[None]):
    """What Segl is in three lines, and three ways to go on."""

    CSS_PATH = "welcome.tcss"
    AUTO_FOCUS = "#set-up"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,right", "app.focus_next", show=False),
        Binding("up,left", "app.focus_previous", show=False),
        Binding("f7", "workstation", N_("Further workstation of mine")),
        Binding("f12", "app.switch_language", N_("På dansk")),
        Binding("ctrl+q", "app.leave", N_("Quit")),
    ]

    class SetUpChosen(Message):
        """The person wants a vault."""

    class JoinChosen(Message):
        """The person's office has Segl already."""

    class DemoChosen(Message):
        """The person wants to look round in an invented office."""

    class RestoreChosen(Message):
        """The person has a backup."""

    class WorkstationChosen(Message):
        """The person has a vault on another workstation."""

    def heading(self) -> str:
        """The name of the screen."""
        return _("Welcome")

    def body(self) -> ComposeResult:
        """Words and two buttons."""
        with Vertical(id="card"):
            yield Plain(_("Confidential case work, step by step"), id="lead")
            yield Plain(
                _(
                    "Segl leads you through a case of digital violation, harassment or a worry in mentoring. What you "
                    "write is kept encrypted on this machine only. Segl never goes online."
                ),
                id="about",
            )
            yield Button(_("Set up Segl"), id="set-up", variant="primary")
            yield Plain(_("Takes about three minutes. You choose a passphrase and name your office."), classes="quiet")
            yield Button(_("Join an office"), id="join")
            yield Plain(_("Your office has Segl already, and somebody gave you its card."), classes="quiet")
            yield Button(_("Restore from a backup"), id="restore")
            yield Plain(_("From a stick: with your passphrase, or with the office's words."), classes="quiet")
            yield Button(_("Look round with a demo"), id="demo")
            yield Plain(_("An invented office with invented cases. It is gone when you leave it."), classes="quiet")

    @on(Button.Pressed, "#set-up")
    def _set_up(self) -> None:
        self.post_message(self.SetUpChosen())

    def action_workstation(self) -> None:
        """Go on as the same person on a further workstation."""
        self.post_message(self.WorkstationChosen())

    @on(Button.Pressed, "#restore")
    def _restore(self) -> None:
        self.post_message(self.RestoreChosen())

    @on(Button.Pressed, "#join")
    def _join(self) -> None:
        self.post_message(self.JoinChosen())

    @on(Button.Pressed, "#demo")
    def _demo(self) -> None:
        self.post_message(self.DemoChosen())
