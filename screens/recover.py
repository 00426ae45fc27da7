"""The passphrase is forgotten: the words of the recovery, and a new passphrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button, Input

from guidance.errors import SeglError
from guidance.language import N_, _
from screens.new_passphrase import NewPassphraseScreen
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain

if TYPE_CHECKING:
    from store.client import VaultClient
    from store.home import VaultRef


class RecoverScreen(NewPassphraseScreen):
    """Three fields: the words, the new passphrase, the same once more."""

    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "recover", N_("Open the vault")),
        Binding("f3", "show", N_("Show")),
        Binding("escape", "back", N_("Back")),
    ]

    @dataclass
    class Recovered(Message):
        """The vault is open."""

        client: VaultClient

    def __init__(self, vault: VaultRef) -> None:
        super().__init__()
        self._vault = vault
        self._trying = False

    def heading(self) -> str:
        """Neutral words."""
        return _("Forgot the passphrase")

    def known(self) -> tuple[str, str]:
        """Whose vault it is."""
        return self._vault.label, ""

    def body(self) -> ComposeResult:
        """What is needed, and what if it is not there."""
        yield Plain(
            _(
                "The 24 words stand on the paper that was made at set-up. If it is not at hand, make a new vault (F6 "
                "on the lock screen) and go on working: what you write in it is taken in here later in one step "
                "(v on Today)."
            ),
            classes="quiet",
        )
        yield Plain(_("The 24 words in their order, or the 96 digits of the square"), classes="label")
        yield PassphraseInput(id="words")
        yield from self.new_fields(_("New passphrase"))
        yield Plain("", id="said")
        with Horizontal(classes="buttons"):
            yield Button(_("Open the vault"), id="recover", variant="primary")

    def action_back(self) -> None:
        """Back to the lock screen; nothing of what was typed stays."""
        if not self._trying:
            self.dismiss(None)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        fields = list(self.query(Input))
        after = fields.index(event.input) + 1
        if after < len(fields):
            self.set_focus(fields[after])
        else:
            self.action_recover()

    @on(Button.Pressed, "#recover")
    def action_recover(self) -> None:
        """Try the words."""
        words = self.query_one("#words", PassphraseInput)
        if not words.value.strip():
            self.say(_("Type the words and press Enter."))
            words.focus()
        elif (new := self.fit_new()) is not None:
            self.run_work(self._recover(words.value.strip(), new), group="recover")

    async def _recover(self, words: str, new: str) -> None:
        from store.client import VaultClient
        from store.secret import Secret

        self._trying = True
        self.say(_("Unlocking ..."))
        try:
            client = await VaultClient.recover(self._vault, Secret.from_text(words), Secret.from_text(new))
        except SeglError as error:
            self.say_error(error)
            return
        finally:
            self._trying = False
        self.empty_secrets()
        self.post_message(self.Recovered(client))
