"""Write one's own card to a file, for who joins the office or is to know one's key."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens.file_place import FilePlaceScreen
from screens.widgets.plain import Plain
from screens.words import one_line
from store.evidence.errors import shown_path
from store.home import CARD_FILE
from store.plain_file import write_plain


class OfficeCardScreen(FilePlaceScreen[None]):
    """Where the card goes; what is compared is not in it, it is read aloud."""

    CSS_PATH = "plan_export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the file")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#name"

    def __init__(self, folder: Path) -> None:
        """Make the screen.

        Args:
            folder: where whoever joins on this workstation looks first.
        """
        super().__init__()
        self._folder = folder

    def heading(self) -> str:
        """The name of the screen."""
        return _("Write my card")

    def body(self) -> ComposeResult:
        """What the card is, and where it goes."""
        yield Plain(
            _(
                "The card has your name, your office's name and your public keys; nothing of a case. Left in the "
                "folder below it is found by who joins on this workstation; else give it to them on a stick or by mail."
            )
        )
        yield from self.place_fields(CARD_FILE, shown_path(self._folder))
        with Horizontal(classes="buttons"):
            yield Button(_("Write the file"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write it."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.casework import Casework

        target = self.place()
        if target is None:
            return
        text = await self.do(Casework.carried_card)
        path, _digest = await self.client.aside(write_plain, target, text.encode("utf-8"))
        self.said(_("Written: {path}").format(path=one_line(shown_path(path))))
        self.dismiss(None)

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)
