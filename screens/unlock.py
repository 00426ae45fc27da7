"""The lock screen. Nothing on it says whose cases lie behind it, until somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from guidance.language import N_, _, ngettext
from screens.base import SeglScreen
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain

if TYPE_CHECKING:
    from textual.timer import Timer

    from store.client import VaultClient
    from store.home import VaultRef


class UnlockScreen(SeglScreen[None]):
    """A passphrase opens a vault; where there are several, up and down choose which."""

    CSS_PATH = "unlock.tcss"
    AUTO_FOCUS = "#passphrase"
    KEYS_WAIT = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "unlock", N_("Unlock")),
        Binding("up", "choose(-1)", N_("Vault"), key_display="↑↓"),
        Binding("down", "choose(1)", N_("Vault"), show=False),
        Binding("f3", "names", N_("Show names")),
        Binding("f6", "new_vault", N_("New vault")),
        Binding("f7", "forgot", N_("Forgot it")),
        Binding("f12", "app.switch_language", N_("På dansk")),
        Binding("ctrl+q", "app.leave", N_("Quit")),
    ]

    @dataclass
    class Unlocked(Message):
        """A vault is open."""

        client: VaultClient

    @dataclass
    class Forgotten(Message):
        """The passphrase of a vault is forgotten."""

        vault: VaultRef

    class NewVaultWanted(Message):
        """Somebody who has no vault here wants one, or has forgotten the passphrase."""

    def __init__(self, vaults: Sequence[VaultRef], *, chosen: str = "", hint: str = "") -> None:
        """Make the screen.

        Args:
            vaults: what there is to open, at least one.
            chosen: the beginning of the id of the one to open first; empty for the first.
            hint: shown below the field; only ever the passphrase of an invented office.
        """
        super().__init__()
        self._hint = hint
        self._vaults = tuple(vaults)
        self._at = next((n for n, ref in enumerate(self._vaults) if chosen and ref.id.startswith(chosen)), 0)
        self._named = False
        self._trying = False
        self._waiting: Timer | None = None

    def heading(self) -> str:
        """Neutral words."""
        return _("Locked")

    def body(self) -> ComposeResult:
        """The vault, the field, and a line that says what became of it."""
        with Vertical(id="card"):
            yield Plain(self._vault_words(), id="vault")
            yield Plain(_("Passphrase"), id="label")
            yield PassphraseInput(id="passphrase")
            yield Plain(_("Forgotten it? F7"), id="forgotten", classes="quiet")
            if self._hint:
                yield Plain(_("Passphrase of the demo: {passphrase}").format(passphrase=self._hint), id="hint")
            yield Plain("", id="said")

    def _vault_words(self) -> str:
        if not self._vaults:
            return ""
        name = self._vaults[self._at].label or _("(no name can be read)")
        if len(self._vaults) == 1:
            return name if self._named else ""
        number = _("Vault {number} of {count}").format(number=self._at + 1, count=len(self._vaults))
        return f"{number}: {name}" if self._named else number

    def _show_vault(self) -> None:
        self.query_one("#vault", Plain).update(self._vault_words())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Choosing needs something to choose from."""
        if action == "choose":
            return len(self._vaults) > 1 and not self._trying
        if action in ("unlock", "new_vault", "forgot"):
            return not self._trying
        return True

    @property
    def holds_secret(self) -> bool:
        """While something is typed."""
        return any(field.value for field in self.query(PassphraseInput))

    def action_choose(self, by: int) -> None:
        """Another vault."""
        self._at = (self._at + by) % len(self._vaults)
        self.query_one(PassphraseInput).value = ""
        self._stop_counting()
        self._say("")
        self._show_vault()

    def action_names(self) -> None:
        """Say whose vault it is, or no longer."""
        self._named = not self._named
        self._show_vault()

    def action_new_vault(self) -> None:
        """Make another vault."""
        self.post_message(self.NewVaultWanted())

    def action_forgot(self) -> None:
        """Open it by the words of its recovery instead."""
        self.query_one(PassphraseInput).value = ""
        self.post_message(self.Forgotten(self._vaults[self._at]))

    @on(PassphraseInput.SeveralLines)
    def _several_lines(self) -> None:
        self._say(_("That was several lines. A passphrase is one line: nothing of the paste was taken."), fault=True)
        self.app.bell()

    @on(PassphraseInput.Submitted)
    def action_unlock(self) -> None:
        """Try what was typed."""
        field = self.query_one(PassphraseInput)
        if not field.value:
            self._say(_("Type your passphrase and press Enter."))
            return
        self.run_work(self._unlock(field), group="unlock")

    async def _unlock(self, field: PassphraseInput) -> None:
        from store.attempts import TooSoon
        from store.client import VaultClient
        from store.errors import WrongPassphrase
        from store.secret import Secret

        if VaultClient.rest(self._vaults[self._at]):
            self._count_down()
            return
        self._trying = True
        field.disabled = True
        self.refresh_bindings()
        self._say(_("Unlocking ..."))
        try:
            client = await VaultClient.unlock(self._vaults[self._at], Secret.from_text(field.take()))
        except (WrongPassphrase, TooSoon):
            self._say(_("That is not the passphrase of this vault. Is Caps Lock on?"), fault=True)
            self._count_down(_("That is not the passphrase of this vault."))
            return
        except BaseException:
            self._say("")
            raise
        finally:
            self._trying = False
            field.disabled = False
            field.focus()
            self.refresh_bindings()
        self._say("")
        self.post_message(self.Unlocked(client))

    def _count_down(self, before: str = "") -> None:
        """Say how long the next try has to wait, every second; what is typed meanwhile stays."""
        from store.client import VaultClient

        self._stop_counting()
        left = VaultClient.rest(self._vaults[self._at])
        if left:
            self._say_left(before, left)
            self._waiting = self.set_interval(1.0, lambda: self._count(before))

    def _count(self, before: str) -> None:
        from store.client import VaultClient

        left = VaultClient.rest(self._vaults[self._at])
        if left:
            self._say_left(before, left)
        else:
            self._stop_counting()
            self._say(_("You can try again now."))

    def _say_left(self, before: str, left: int) -> None:
        words = ngettext(
            "Several tries were wrong: the next one in {count} second.",
            "Several tries were wrong: the next one in {count} seconds.",
            left,
        ).format(count=left)
        self._say(f"{before} {words}".strip(), fault=True)

    def _stop_counting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def _say(self, words: str, *, fault: bool = False) -> None:
        line = self.query_one("#said", Plain)
        line.set_class(fault, "fault")
        line.update(words)
