"""112 and the crisis lines, one key away from everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Digits

from guidance import directory
from guidance.directory import Entry
from guidance.language import N_, _
from screens.base import SeglModal
from screens.widgets.plain import Plain

if TYPE_CHECKING:
    from store.client import VaultClient


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

    _entries: tuple[Entry, ...] | None = None
    """The office's directory, once the vault has said it; the shipped one needs no vault."""

    def heading(self) -> str:
        """What it is."""
        return _("Emergency help")

    def body(self) -> ComposeResult:
        """112 large, and as digits that are read aloud and found; the others below it."""
        first, *others = directory.emergency(self._entries)
        yield Digits(first.phone, id="large")
        yield Plain(first.phone, id="first")
        yield Plain(first.about.local(), id="first-about")
        for entry in others:
            yield Plain(entry.name.local(), classes="name")
            yield Plain(_reach(entry), classes="reach")
            yield Plain(f"{entry.about.local()} ({entry.mark()})", classes="about quiet")

    def on_mount(self) -> None:
        """Show the numbers that the office has put in, where a vault is open."""
        client = getattr(self.app, "client", None)
        if client is not None and self._entries is None:
            self.run_work(self._ask_office(client))

    async def _ask_office(self, client: VaultClient) -> None:
        from store.casework import Casework

        entries = await client.do(Casework.directory)
        if directory.emergency(entries) != directory.emergency():
            self._entries = entries
            await self.recompose()

    def action_scroll(self, by: int) -> None:
        """Move the text."""
        self.query_one("#box").scroll_relative(y=by, animate=False)


def _reach(entry: Entry) -> str:
    return "   ".join(filter(None, (entry.phone, entry.site, entry.mail)))
