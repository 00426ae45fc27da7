"""Write a reader's kit: a folder for a recipient who has no Segl. Nothing of a case is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.language import N_, _
from screens.file_place import FilePlaceScreen
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine, TextLine
from screens.words import one_line
from store.evidence.errors import shown_path

if TYPE_CHECKING:
    from store.bundle.reader_kit import ReaderKit


class ReaderKitScreen(FilePlaceScreen[None]):
    """Where the kit goes, then what to read aloud."""

    CSS_PATH = "reader_kit.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the kit")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#name"

    def __init__(self) -> None:
        super().__init__()
        self._made: ReaderKit | None = None

    def heading(self) -> str:
        """What it is."""
        return _("Reader's kit")

    def body(self) -> ComposeResult:
        """What it is for, and where it goes; once it is there, what to do with it."""
        if self._made is not None:
            yield from self._done(self._made)
            return
        yield Plain(
            _(
                "A folder to give to somebody who gets sealed cases from you and has no Segl: how to open and check"
                " them on Windows, macOS and Linux, in Danish and English, a program that checks them, and your"
                " public key."
            )
        )
        yield Plain(
            _("It is not encrypted. Your name and your office's are in it, and nothing of any case."), classes="quiet"
        )
        yield Plain(_("Name of the new folder, and the folder it goes to"), classes="label")
        yield TextLine(_("segl-reader-kit"), id="name", compact=True, select_on_focus=False)
        yield PathLine(shown_path(Path.home()), id="folder", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Write the kit"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    def _done(self, made: ReaderKit) -> ComposeResult:
        yield Plain(_("The kit is written."), classes="strong")
        rows = [
            (_("Folder"), one_line(shown_path(Path(made.path)))),
            (_("Checksum of its SHA256SUMS"), made.digest),
            (_("Your key's fingerprint"), made.fingerprint),
            (_("Read aloud, it is"), made.spoken),
        ]
        for label, value in rows:
            yield Plain(Content.assemble((f"{label}: ", "$text-muted"), value))
        yield Plain(
            _(
                "Give it to the recipient another way than the sealed case. When they ring you, read them the digits:"
                " only then is the key in it yours to them."
            ),
            classes="banner",
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Back"), id="finish", variant="primary")

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write the kit."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.bundle.reader_kit import write_reader_kit
        from store.casework import Casework

        target = self.place()
        if target is None:
            return
        card = await self.do(Casework.key_card)
        self._made = await self.client.aside(write_reader_kit, card, target)
        await self.recompose()
        self.refresh_bindings()
        self.query_one("#finish").focus()

    @on(Button.Pressed, "#finish")
    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Once it is written there is nothing to write."""
        return self._made is None if action in ("write", "pick_folder") else True
