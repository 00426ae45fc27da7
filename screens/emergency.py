"""112 and the crisis lines, one key away from everywhere."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Digits

from guidance import directory
from guidance.directory import Entry
from guidance.language import N_, _
from screens.base import SeglModal
from screens.widgets.plain import Plain


class EmergencyScreen(SeglModal[None]):
    """Whom to ring, with the numbers first; nothing of a case is on it, and it needs no passphrase."""

    CSS_PATH = "emergency.tcss"
    NEUTRAL = True
    AUTO_FOCUS = "#box"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,q", "cancel", N_("Back"), show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    def heading(self) -> str:
        """What it is."""
        return _("Emergency help")

    def body(self) -> ComposeResult:
        """112 large, the others below it."""
        first, *others = directory.emergency()
        yield Digits(first.phone, id="large")
        yield Plain(first.phone, id="first")
        yield Plain(first.about.local(), id="first-about")
        for entry in others:
            yield Plain(entry.name.local(), classes="name")
            yield Plain(_reach(entry), classes="reach")
            yield Plain(f"{entry.about.local()} ({entry.mark()})", classes="about quiet")

    def action_scroll(self, by: int) -> None:
        """Move the text."""
        self.query_one("#box").scroll_relative(y=by, animate=False)


def _reach(entry: Entry) -> str:
    return "   ".join(filter(None, (entry.phone, entry.site, entry.mail)))
