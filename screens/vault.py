"""Who can open the vault; making its recovery and trying the words; a new key of the data."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input

from guidance.errors import SeglError
from guidance.language import N_, _
from screens.base import SeglScreen
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import one_line, said_by
from store.cases.recovery import Ground
from store.casework import Casework
from store.openers import lines_of
from store.recovery_words import numbered
from store.secret import Secret

if TYPE_CHECKING:
    from store.cases.merged import Merged
    from store.client import VaultClient
    from store.home import Home, VaultRef
    from store.recovery import NewKey, Openers

Page = Literal["who", "words", "drill", "renew", "merge"]


class VaultScreen(SeglScreen[None]):
    """One page after the other; it begins with who can open the vault."""

    CSS_PATH = "vault.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "make", N_("Make a recovery")),
        Binding("f6", "drill", N_("Try the words")),
        Binding("f7", "renew", N_("New key")),
        Binding("f4", "merge", N_("Another vault")),
        Binding("v", "verify", N_("Verify everything")),
        Binding("f8", "dots", N_("Words or square")),
        Binding("f3", "show", N_("Show")),
        Binding("escape", "back", N_("Back")),
    ]

    @dataclass
    class Renewing(Message):
        """The new key has come further, in percent."""

        share: int

    def __init__(self, client: VaultClient, *, make: bool = False) -> None:
        """Make the screen.

        Args:
            client: the open vault.
            make: begin with making a recovery.
        """
        super().__init__()
        self._client = client
        self._page: Page = "who"
        self._make_first = make
        self._openers: Openers | None = None
        self._key: NewKey | None = None
        self._dots = False
        self._working = False
        self._stop = threading.Event()

    def heading(self) -> str:
        """The name of the screen."""
        return _("The vault and its recovery")

    def body(self) -> ComposeResult:
        """The page that is shown."""
        match self._page:
            case "who":
                yield from self._who()
            case "words":
                yield from self._words()
            case "drill":
                yield from self._field(
                    _(
                        "Type the 24 words from the paper, in their order. Only when they have opened the vault in a "
                        "process of its own does recovery count as done."
                    ),
                    _("The 24 words"),
                    _("Try the words"),
                )
            case "renew":
                yield from self._field(
                    _(
                        "Everything in the vault is written anew under a new key, verified, and put in place of the "
                        "old file. Old copies of the files then open nothing that is written from now on. Choose why."
                    ),
                    _("Passphrase"),
                    "",
                )
            case "merge":
                yield from self._merging()
        yield Plain("", id="said")

    def _who(self) -> Iterator[Widget]:
        for line in lines_of(self._openers) if self._openers else ():
            yield Plain(line, classes="line")
        with Horizontal(classes="buttons"):
            yield Button(_("Make a recovery"), id="make", variant="primary")
            yield Button(_("Try the words"), id="drill")
            yield Button(_("New key of the data"), id="renew")
        with Horizontal(classes="buttons"):
            yield Button(_("Another vault of mine"), id="merge")
            yield Button(_("Verify everything"), id="verify")

    def _merging(self) -> Iterator[Widget]:
        yield Plain(
            _(
                "What you wrote in another vault on this machine, such as one made while the passphrase was gone, is "
                "taken in here. The other one stays as it is; go on in this one."
            )
        )
        yield Plain(_("The other vault: the beginning of its id"), classes="label")
        yield TextLine(self._other_id(), id="other", max_length=16)
        yield Plain(_("Its passphrase"), classes="label")
        yield PassphraseInput(id="typed")
        with Horizontal(classes="buttons"):
            yield Button(_("Take it in"), id="take-in", variant="primary")

    def _others(self) -> tuple[VaultRef, ...]:
        home: Home = self.app.home  # type: ignore[attr-defined]
        return tuple(ref for ref in home.vaults() if ref.id != self._client.id)

    def _other_id(self) -> str:
        """The one of the same name, where there is one."""
        own = [ref.id for ref in self._others() if ref.label == self._client.label]
        return own[0] if own else ""

    def _words(self) -> Iterator[Widget]:
        assert self._key is not None
        yield Plain(_("Write these words on paper, each with its number. They are shown once and kept nowhere."))
        yield Plain(self._secret(), id="secret")
        yield Plain(
            _("Office key (write it on the same paper): {fingerprint}").format(fingerprint=self._key.fingerprint)
        )
        yield Plain(
            _("Whoever has the paper opens the vault: keep it locked away, not beside this machine."), classes="quiet"
        )
        with Horizontal(classes="buttons"):
            yield Button(_("They are on paper"), id="drill", variant="primary")

    def _secret(self) -> str:
        assert self._key is not None
        if not self._dots:
            return "\n".join(numbered(self._key.words))
        from store.recovery_sheet import half_blocks

        return "\n".join(half_blocks(self._key.digits))

    def _field(self, why: str, label: str, button: str) -> Iterator[Widget]:
        yield Plain(why)
        yield Plain(label, classes="label")
        yield PassphraseInput(id="typed")
        with Horizontal(classes="buttons"):
            if button:
                yield Button(button, id="try", variant="primary")
            else:
                yield Button(_("Somebody may have had access"), id="compromise", variant="primary")
                yield Button(_("Somebody has left"), id="leaver")
                yield Button(_("To be safe"), id="precaution")

    def on_mount(self) -> None:
        """Ask the vault who can open it."""
        super().on_mount()
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        self._openers = await self._client.do(Casework.openers)
        await self._turn("who")
        if self._make_first:
            await self._make()

    async def _turn(self, page: Page) -> None:
        with self.holding_keys():
            self._page = page
            await self.recompose()
            first = {"who": "#make", "words": "#drill"}.get(page, "#typed")
            self.set_focus(self.query(first).first())
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the page that is shown."""
        if self._working:
            return action == "back"
        if action in ("make", "renew", "merge", "verify"):
            return self._page == "who"
        if action == "drill":
            return self._page == "words" or (self._page == "who" and bool(self._openers and self._openers.office_key))
        if action == "dots":
            return self._page == "words"
        if action == "show":
            return self._page in ("drill", "renew", "merge")
        return True

    def action_show(self) -> None:
        """Show what is typed, or hide it."""
        for field in self.query(PassphraseInput):
            field.password = not field.password

    def action_dots(self) -> None:
        """The words, or the same as a square of dots."""
        self._dots = not self._dots
        self.query_one("#secret", Plain).update(self._secret())

    @on(Button.Pressed, "#make")
    def action_make(self) -> None:
        """Make an office key and show its words."""
        self.run_work(self._make(), group="make")

    async def _make(self) -> None:
        if (
            self._openers is not None
            and self._openers.office_key
            and not await self.confirmed(
                _("Make another recovery?"), detail=_("The words that are on paper now will open this vault no more.")
            )
        ):
            return
        self._key = await self._client.do(Casework.make_recovery)
        self._openers = await self._client.do(Casework.openers)
        self._dots = False
        await self._turn("words")

    @on(Button.Pressed, "#drill")
    async def action_drill(self) -> None:
        """Type the words; those that were shown are forgotten first."""
        if self._openers is None or not self._openers.office_key:
            self._say(_("There are no words to try yet: make a recovery first."))
            return
        self._key = None
        await self._turn("drill")

    @on(Button.Pressed, "#renew")
    async def action_renew(self) -> None:
        """Ask for the passphrase, and why."""
        await self._turn("renew")

    @on(Button.Pressed, "#verify")
    def action_verify(self) -> None:
        """Look at everything in the vault."""
        from screens.doctor import DoctorScreen

        self.app.push_screen(DoctorScreen())

    @on(Button.Pressed, "#merge")
    async def action_merge(self) -> None:
        """Ask which vault, and for its passphrase."""
        if self._others():
            await self._turn("merge")
        else:
            self._say(_("There is no other vault on this machine."))

    @on(Button.Pressed, "#take-in")
    def _take_in(self) -> None:
        self.run_work(self._merge(), group="merge")

    async def _merge(self) -> None:
        wanted = self.query_one("#other", Input).value.strip().lower()
        found = [ref for ref in self._others() if wanted and ref.id.startswith(wanted)]
        if len(found) != 1:
            ids = ", ".join(f"{ref.id} {ref.label}" for ref in self._others())
            self._say(one_line(_("Name one of these: {ids}").format(ids=ids)))
            self.set_focus(self.query_one("#other"))
            return
        typed = Secret.from_text(self.query_one(PassphraseInput).take())
        self._say(_("Verifying what is in it ..."))
        came: list[Merged] = []

        async def work(do: Callable[[VaultRef, Secret], Awaitable[Merged]]) -> None:
            came.append(await do(found[0], typed))

        if not await self._done(work(self._client.look_at_merge)):
            return
        [looked] = came
        if looked.brings and not await self.confirmed(
            _("Take it in?"), detail=_in_lines(looked.preview()), yes=_("Yes, take it in")
        ):
            await self._back_with(_("Nothing was taken in."))
        elif await self._done(work(self._client.merge)):
            await self._back_with(_in_lines(came[-1].words()))

    async def action_back(self) -> None:
        """Stop what can be stopped; back to who can open the vault; from there, out."""
        if self._working:
            self._stop.set()
            return
        self._key = None
        if self._page == "who":
            self.dismiss(None)
        else:
            await self._turn("who")

    @on(Input.Submitted)
    @on(Button.Pressed, "#try")
    def _try(self) -> None:
        if self._page == "drill":
            self.run_work(self._drill(), group="drill")
        elif self._page == "merge":
            self._take_in()
        else:
            self._say(_("Choose why: the journal of the office keeps it."))
            self.set_focus(self.query("#compromise").first())

    async def _drill(self) -> None:
        typed = Secret.from_text(self.query_one(PassphraseInput).value.strip())
        if await self._done(self._client.do(Casework.drill_recovery, typed)):
            await self._back_with(_("The words opened the recovery in a process of its own. Recovery is done."))

    @on(Button.Pressed, "#compromise")
    @on(Button.Pressed, "#leaver")
    @on(Button.Pressed, "#precaution")
    def _ground(self, event: Button.Pressed) -> None:
        grounds: dict[str, Ground] = {"compromise": "compromise", "leaver": "leaver"}
        self.run_work(self._renew(grounds.get(event.button.id or "", "precaution")), group="renew")

    async def _renew(self, ground: Ground) -> None:
        typed = Secret.from_text(self.query_one(PassphraseInput).take())
        self._say(_("Writing everything anew and verifying it ..."))
        self._stop.clear()
        work = self._client.renew(typed, ground, progress=self._progress, cancelled=self._stop.is_set)
        if await self._done(work):
            await self._back_with(_("The vault has a new key. The passphrase is the same."))

    def _progress(self, done: int, total: int) -> None:
        """Called from the vault's thread: nothing here touches a widget."""
        self.post_message(self.Renewing(done * 100 // total))

    @on(Renewing)
    def _moved(self, event: Renewing) -> None:
        if self._working:
            words = _("Writing everything anew and verifying it: {share} %. Escape stops it.")
            self._say(words.format(share=event.share))

    def on_unmount(self) -> None:
        """A renewal that nobody waits for ends, unless it has come to its step."""
        self._stop.set()

    async def _done(self, work: Awaitable[object]) -> bool:
        self._working = True
        self.refresh_bindings()
        try:
            await work
        except SeglError as error:
            said = said_by(error)
            self._say("\n".join(filter(None, (said.happened, said.todo))))
            return False
        finally:
            self._working = False
            self.refresh_bindings()
        return True

    async def _back_with(self, words: str) -> None:
        self._openers = await self._client.do(Casework.openers)
        await self._turn("who")
        self._say(words)

    def _say(self, words: str) -> None:
        self.query_one("#said", Plain).update(words)


def _in_lines(said: Iterable[str]) -> str:
    """Sentences below one another; names among them are people's."""
    return "\n".join(one_line(line, 300) for line in said)
