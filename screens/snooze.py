"""Put a step off: until which day, and why. The reason stays in the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.dates import parse_day
from guidance.language import N_, _
from screens.base import SeglModal, SeglScreen
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import day


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """Until when, and why."""

    until: date
    reason: str


class SnoozeScreen(SeglModal[PutOff]):
    """A box with two fields; gives the answers, or None."""

    CSS_PATH = "snooze.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Put off"))]
    AUTO_FOCUS = "#until"

    def __init__(self, step: str, today: date) -> None:
        super().__init__(classes="snooze")
        self._step = step
        self._today = today

    def heading(self) -> str:
        """What this is."""
        return _("Put a step off")

    def body(self) -> ComposeResult:
        """The step, the day, the reason, the ways out."""
        yield Plain(self._step, classes="strong")
        yield Plain(_("Until when?"), classes="label")
        yield TextLine(id="until", placeholder=_("+3d, +1w, 28-11"), compact=True, select_on_focus=False)
        yield Plain("", id="day", classes="quiet")
        yield Plain(_("Why? The reason stays in the case."), classes="label")
        yield PlainArea(id="why")
        yield Plain("", id="fault", classes="fault")
        with Horizontal(classes="buttons"):
            yield Button(_("Put off"), id="save", variant="primary")
            yield Button(_("Back"), id="back")

    def on_mount(self) -> None:
        """In a low window the first field's question is in sight with it."""
        self.call_after_refresh(self.query_one("#box").scroll_home, animate=False)

    @on(Input.Changed, "#until")
    def _typed(self) -> None:
        until = parse_day(self.query_one("#until", Input).value, self._today)
        self.query_one("#day", Plain).update(day(until) if until else "")

    @on(Input.Submitted, "#until")
    def _to_reason(self) -> None:
        self.query_one("#why").focus()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Give the answers, once both are there."""
        until = parse_day(self.query_one("#until", Input).value, self._today)
        reason = self.query_one("#why", PlainArea).text.strip()
        if until is None or until <= self._today:
            self._say(_("Write a day that lies ahead, for example +3d or 28-11."), "#until")
        elif not reason:
            self._say(_("Write why. The reason stays in the case."), "#why")
        else:
            self.dismiss(PutOff(until=until, reason=reason))

    def _say(self, words: str, field: str) -> None:
        self.query_one("#fault", Plain).update(words)
        self.query_one(field).focus()

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)


async def snoozed(screen: SeglScreen[Any], step: str, today: date) -> PutOff | None:
    """Ask over a screen until when and why; only inside `run_work`."""
    return await screen.app.push_screen_wait(SnoozeScreen(step, today))
