"""Receipts: giving one for a case that was taken in, and taking one in, with what it anchors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.language import N_, _, ngettext
from screens.file_place import FilePlaceScreen, write_new
from screens.widgets.plain import Plain
from screens.words import moment, one_line
from screens.work import CaseWork
from store.evidence.errors import shown_path

if TYPE_CHECKING:
    from store.bundle.open import OpenedBundle
    from store.cases.sharing import ReceiptTaken

ENDING = ".segl-receipt.txt"


class GiveReceiptScreen(FilePlaceScreen[Path]):
    """Where the receipt goes. Gives the file, or None."""

    CSS_PATH = "receipts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the receipt")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#name"

    def __init__(self, opened: OpenedBundle, reference: str) -> None:
        super().__init__()
        self._opened = opened
        self._reference = reference

    def heading(self) -> str:
        """For which case."""
        return _("Receipt for {case}").format(case=one_line(self._reference, 40))

    def body(self) -> ComposeResult:
        """What it is, and where it goes."""
        yield Plain(
            _(
                "A receipt says, signed by you, which bundle you have taken in. Send it back to whoever sealed the "
                "case: their Segl notices by it if their vault is ever put back to an older copy."
            )
        )
        yield Plain(_("It is not encrypted, and nothing of the case is in it."), classes="quiet")
        yield from self.place_fields(f"{self._reference}{ENDING}")
        with Horizontal(classes="buttons"):
            yield Button(_("Write the receipt"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write it."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.casework import Casework

        target = self.place(".txt")
        if target is None:
            return
        text = await self.do(Casework.give_receipt, self._opened)
        await self.client.aside(write_new, target, text)
        self.said(_("Written: {path}").format(path=one_line(shown_path(target))))
        self.dismiss(target)

    def action_go_back(self) -> None:
        """Leave; nothing is written."""
        self.dismiss(None)


class ReceiptTakenScreen(CaseWork[None]):
    """What a receipt that was taken in says, and what it anchors."""

    CSS_PATH = "receipts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "go_back", N_("Back"))]
    AUTO_FOCUS = "#finish"

    def __init__(self, taken: ReceiptTaken) -> None:
        super().__init__()
        self._taken = taken

    def heading(self) -> str:
        """For which case."""
        return _("Receipt for {case}").format(case=one_line(self._taken.reference, 40))

    def body(self) -> ComposeResult:
        """Who gave it when, how far it reaches, what it anchors."""
        taken = self._taken
        yield Plain(_("The receipt holds, and is kept in the case."), classes="strong")
        rows = [
            (_("Given by"), one_line(f"{taken.name}, {taken.office}", 120)),
            (_("When, by their clock"), moment(taken.receipt.given_at)),
            (_("Case"), one_line(taken.reference)),
            (
                _("They have"),
                _("all of the case as it is here now")
                if not taken.behind
                else ngettext(
                    "the case, but for {count} entry that came later",
                    "the case, but for {count} entries that came later",
                    taken.behind,
                ).format(count=taken.behind),
            ),
            (
                _("Anchored"),
                _("this vault as it was at checkpoint {then}; it is at {now} now").format(
                    then=taken.receipt.checkpoint.counter, now=taken.counter
                ),
            ),
        ]
        for label, value in rows:
            yield Plain(Content.assemble((f"{label}: ", "$text-muted"), value))
        yield Plain(
            _(
                "A copy lies beside the vault. If the vault is ever put back to before that checkpoint, or its end is "
                "lost, Segl says so when it is unlocked, or when this receipt is taken in again: keep the file "
                "elsewhere too."
            ),
            classes="banner",
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Back"), id="finish", variant="primary")

    @on(Button.Pressed, "#finish")
    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)


async def receipt_from_file(screen: CaseWork[Any]) -> None:
    """Choose a receipt's file, take it in, and show what it anchors; only inside `run_work`.

    Raises:
        ReceiptInvalid, ReceiptForeign, AuthorsUnknown, VaultPutBack: as they say.
    """
    from screens.pick_files import PickFilesScreen
    from store.casework import Casework

    chosen = await screen.app.push_screen_wait(PickFilesScreen("file", _("Choose the receipt"), endings=(".txt",)))
    if not chosen:
        return
    text = await screen.client.look_aside(read_receipt, Path(os.fsdecode(chosen[0])))
    await screen.app.push_screen_wait(ReceiptTakenScreen(await screen.do(Casework.receipt_taken, text)))


def read_receipt(path: Path) -> str:
    """The text of a receipt's file.

    Raises:
        ReceiptInvalid: it can't be read.
    """
    from store.receipts import LARGEST, ReceiptInvalid

    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ReceiptInvalid("form") from None
