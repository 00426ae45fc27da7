"""A further workstation of one's own, on the new machine: by one's card from the one before, with a key of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button, Input

from guidance.errors import SeglError
from guidance.language import N_, _, current_language
from screens.base import SeglScreen
from screens.trust_card import digits_in_two
from screens.typed_path import typed_path
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine
from screens.words import one_line, said_by
from store import passphrase, spoken
from store.cards import read_all_of_file

if TYPE_CHECKING:
    from store.cards import Card
    from store.client import VaultClient
    from store.home import Home
    from store.slots import KdfParameters

Page = Literal["card", "compare"]


class NewWorkstationScreen(SeglScreen[None]):
    """First the card, then its digits and a passphrase; then there is a vault."""

    CSS_PATH = "new_workstation.tcss"
    AUTO_FOCUS = "#file"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Go on")),
        Binding("ctrl+o", "pick_file", N_("Choose file")),
        Binding("f3", "show", N_("Show")),
        Binding("escape", "back", N_("Back")),
    ]

    @dataclass
    class Made(Message):
        """The vault is open; its card has to be let count on the workstation before."""

        client: VaultClient

    def __init__(self, home: Home, *, kdf: KdfParameters | None = None) -> None:
        super().__init__()
        self._home = home
        self._kdf = kdf
        self._page: Page = "card"
        self._file = ""
        self._card: Card | None = None
        self._making = False

    def heading(self) -> str:
        """The name of the screen."""
        return _("A further workstation of mine")

    def body(self) -> ComposeResult:
        """What the page asks."""
        if self._page == "card":
            yield Plain(
                _(
                    "On the workstation that you have: open Exchange, F5 'My card', and write your card to a stick. "
                    "Everything comes over afterwards by an exchange folder; what is there stays there."
                )
            )
            yield Plain(_("The file with your card"), classes="label")
            yield PathLine(self._file, id="file", compact=True, select_on_focus=False)
            with Horizontal(classes="buttons"):
                yield Button(_("Go on"), id="go-on", variant="primary")
                yield Button(_("Choose file ..."), id="pick")
        else:
            assert self._card is not None
            yield Plain(
                _("{name}, {office}. Are these the digits that 'My card' shows on the workstation before?").format(
                    name=one_line(self._card.name, 60), office=one_line(self._card.office, 60)
                )
            )
            yield Plain(digits_in_two(spoken.digits(self._card.fingerprint)), id="digits")
            yield Plain(_("A passphrase for the vault here (it may be the same)"), classes="label")
            yield PassphraseInput(id="phrase")
            yield Plain(_("The same once more"), classes="label")
            yield PassphraseInput(id="again")
            with Horizontal(classes="buttons"):
                yield Button(_("They are the same: make the vault"), id="go-on", variant="primary")
        yield Plain("", id="said")

    @property
    def holds_secret(self) -> bool:
        """While something is typed."""
        return any(field.value for field in self.query(PassphraseInput))

    def action_show(self) -> None:
        """Show what is typed, or hide it."""
        for field in self.query(PassphraseInput):
            field.password = not field.password

    async def action_back(self) -> None:
        """Back to the card; from there, out."""
        if self._making:
            return
        if self._page == "compare":
            await self._turn("card")
        else:
            self.dismiss(None)

    async def _turn(self, page: Page) -> None:
        with self.holding_keys():
            self._page = page
            await self.recompose()
            self.set_focus(self.query_one("#file" if page == "card" else "#phrase"))
        self.refresh_bindings()

    @on(Button.Pressed, "#pick")
    def action_pick_file(self) -> None:
        """Choose the file from a list."""
        self.run_work(self._pick(), group="pick")

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        chosen = await self.app.push_screen_wait(PickFilesScreen("file", _("Choose the file with the card")))
        if chosen:
            self.query_one("#file", Input).value = os.fspath(chosen[0])
            self.query_one("#go-on").focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if event.input.id == "phrase":
            self.query_one("#again").focus()
        else:
            self.action_go_on()

    @on(PassphraseInput.SeveralLines)
    def _several_lines(self) -> None:
        self._say(_("That was several lines. Nothing of the paste was taken."))
        self.app.bell()

    @on(Button.Pressed, "#go-on")
    def action_go_on(self) -> None:
        """Read the card; then make the vault."""
        if not self._making:
            self.run_work(self._read() if self._page == "card" else self._make(), group="go-on")

    async def _read(self) -> None:
        self._file = self.query_one("#file", Input).value.strip()
        if not self._file:
            self._say(_("Choose a file: Ctrl+O."))
            self.query_one("#file").focus()
            return
        try:
            self._card = read_all_of_file(typed_path(self._file))[0]
        except SeglError as error:
            self._say(said_by(error).happened)
            return
        await self._turn("compare")

    async def _make(self) -> None:
        from store.client import VaultClient
        from store.secret import Secret

        assert self._card is not None
        first, again = (self.query_one(id, PassphraseInput) for id in ("#phrase", "#again"))
        if passphrase.estimate(first.value).level is passphrase.Level.WEAK:
            self._say(_("This passphrase is too easy to guess."))
            first.focus()
            return
        if first.value != again.value:
            self._say(_("The two passphrases are not the same."))
            again.focus()
            return
        self._making = True
        self._say(_("Making the vault ..."))
        again.take()
        try:
            client = await VaultClient.further_workstation(
                self._home,
                self._card.text,
                compared=self._card.fingerprint,
                passphrase=Secret.from_text(first.take()),
                language=current_language(),
                kdf=self._kdf,
            )
        except SeglError as error:
            said = said_by(error)
            self._say("\n".join(filter(None, (said.happened, said.todo))))
            return
        finally:
            self._making = False
        self.post_message(self.Made(client))

    def _say(self, words: str) -> None:
        self.query_one("#said", Plain).update(words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the page has is offered."""
        if action == "pick_file":
            return self._page == "card"
        return self._page == "compare" if action == "show" else True
