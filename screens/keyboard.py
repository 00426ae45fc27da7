"""'Test my keyboard': what of a key reaches Segl, and the plain way of talking to the terminal where AltGr does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from guidance.language import N_, _
from screens.base import SeglModal
from screens.widgets.plain import Plain
from screens.words import one_line

if TYPE_CHECKING:
    from store.home import Home

SIGNS: Final = "æøåÆØÅ@$£€{[]}|\\~^"
"""What a Danish keyboard has by itself, by Shift and by AltGr, and what people need in names and passphrases."""


class KeyboardScreen(SeglModal[None]):
    """Each key that is pressed is named; what came and what did not is listed."""

    NEUTRAL = True
    AUTO_FOCUS = ""
    CSS_PATH = "keyboard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "plain", N_("Plain keyboard"), priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self._came: set[str] = set()

    def heading(self) -> str:
        """The name of the screen."""
        return _("Test my keyboard")

    def body(self) -> ComposeResult:
        """What to press, what came, and what helps."""
        yield Plain(_("Press the keys that you doubt. Nothing of it is kept; don't type a passphrase here."))
        yield Plain(_("Press a key."), id="key", classes="strong")
        yield Plain(self._signs(), id="signs")
        yield Plain(self._help(), id="plain", classes="quiet")

    @property
    def _home(self) -> Home:
        home: Home = self.app.home  # type: ignore[attr-defined]
        return home

    def _signs(self) -> str:
        came = " ".join(sign for sign in SIGNS if sign in self._came)
        lacking = " ".join(sign for sign in SIGNS if sign not in self._came)
        return "\n".join(
            filter(
                None,
                (
                    _("Came: {signs}").format(signs=came) if came else "",
                    _("Not pressed yet: {signs}").format(signs=lacking) if lacking else _("All of them came."),
                ),
            )
        )

    def _help(self) -> str:
        if self._home.plain_keys:
            return _("The plain keyboard is on. F5 turns it off, from the next lock (F9) on.")
        return _(
            "If AltGr brings 'alt' and a digit in place of a sign, the terminal reports keys in a way that it does not "
            "know for your keyboard: F5 asks for the plain keyboard, from the next lock (F9) on."
        )

    def on_key(self, event: events.Key) -> None:
        """Name it; what Segl itself does with a key is not done here, but for leaving, help and the lock."""
        if event.key in ("escape", "f5"):
            return
        event.stop()
        event.prevent_default()
        if event.character and event.is_printable:
            self._came.add(event.character)
            said = _("{key}: the sign {sign} came.").format(key=event.key, sign=event.character)
        else:
            said = _("{key}: no sign came with it.").format(key=event.key)
        self.query_one("#key", Plain).update(one_line(said))
        self.query_one("#signs", Plain).update(self._signs())

    def action_plain(self) -> None:
        """Ask for the plain keyboard from the next start of the screens on, or no longer."""
        self._home.keep_plain_keys(not self._home.plain_keys)
        self.query_one("#plain", Plain).update(self._help())
