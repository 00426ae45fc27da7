"""One's own card: the digits to read aloud when somebody rings, and a file to give to them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens.file_place import FilePlaceScreen, write_new
from screens.trust_card import digits_in_two
from screens.widgets.plain import Plain
from screens.words import one_line
from store import cards, spoken
from store.authors import Belongs
from store.cards import read_all_of_file
from store.evidence.errors import shown_path
from store.keys import fingerprint

ENDING = ".segl-card.txt"


class MyCardScreen(FilePlaceScreen[Path]):
    """The card of whoever sits here. Gives the file that was written, or None."""

    CSS_PATH = "my_card.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write my card")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("f7", "workstation", N_("Further workstation of mine")),
        Binding("f8", "workstations", N_("My workstations")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#name"

    def __init__(self, card: str) -> None:
        super().__init__()
        self._text = card
        self._card = cards.read(card)

    def heading(self) -> str:
        """Whose it is."""
        return _("Card of {name}").format(name=one_line(self._card.name, 60))

    def body(self) -> ComposeResult:
        """The digits, and where a file goes."""
        yield Plain(_("Read these digits aloud to whoever has your card in front of them:"))
        yield Plain(digits_in_two(spoken.digits(self._card.fingerprint)), id="digits")
        if self._card.signer != self._card.devices[0]:
            # Those who do not know this person yet are given the card that the first workstation signed.
            yield Plain(_("This workstation (to let it count on the one before: F7 there):"), id="this")
            yield Plain(digits_in_two(spoken.digits(fingerprint(self._card.signer))), classes="strong", id="here")
        yield Plain(
            _(
                "The card is a small text without anything of a case: your name, your office and your public keys. Give"
                " it to a colleague in a file; it counts with them once they have heard the digits from you."
            ),
            classes="quiet",
        )
        yield from self.place_fields(_("my-card") + ENDING)
        with Horizontal(classes="buttons"):
            yield Button(_("Write my card"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write it to a file."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        target = self.place(".txt")
        if target is None:
            return
        await self.client.aside(write_new, target, self._text)
        self.said(_("Written: {path}").format(path=one_line(shown_path(target))))
        self.dismiss(target)

    def action_workstation(self) -> None:
        """Let a further workstation of one's own count, by the card that it wrote."""
        self.run_work(self._workstation(), group="workstation")

    async def _workstation(self) -> None:
        from screens.add_workstation import AddWorkstationScreen
        from screens.pick_files import PickFilesScreen
        from store.casework import Casework

        title = _("Choose the card that the new workstation wrote")
        chosen = await self.app.push_screen_wait(PickFilesScreen("file", title))
        if not chosen:
            return
        [card, *_others] = await self.client.look_aside(read_all_of_file, chosen[0])
        seen = await self.do(Casework.look_at_workstation, card.text)
        if await self.app.push_screen_wait(AddWorkstationScreen(seen)) is not None:
            self.dismiss(None)

    def action_workstations(self) -> None:
        """Which there are, and giving one up."""
        self.run_work(self._workstations(), group="workstation")

    async def _workstations(self) -> None:
        from screens.workstations import WorkstationsScreen
        from store.casework import Casework

        own = next(one for one in await self.do(Casework.authors) if one.belongs is Belongs.OWN)
        self.app.push_screen(WorkstationsScreen(own))

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)
