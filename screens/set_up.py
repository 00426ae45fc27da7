"""Setting Segl up: one question a page, check the answers, make the vault."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input

from guidance.language import N_, _, current_language
from screens.base import SeglScreen
from screens.set_up_pages import JOINING, PAGES, Page, set_up_of
from screens.set_up_words import Answer, answer_lines, card_content, draw_answer, strength_words
from screens.typed_path import typed_path
from screens.widgets.choices import Choices, Option
from screens.widgets.lines import LineList
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine, TextLine
from screens.words import one_line, said_by
from store import passphrase, spoken
from store.home import CARD_FILE
from store.model import Joining
from store.shared_account import shared_account

if TYPE_CHECKING:
    from store.cards import Card
    from store.client import VaultClient
    from store.home import Home
    from store.slots import KdfParameters


class SetUpScreen(SeglScreen[None]):
    """Asks, shows what was answered, makes the vault without holding up the screen."""

    CSS_PATH = "set_up.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", N_("Next")),
        Binding("escape", "back", N_("Back")),
        Binding("f3", "show", N_("Show")),
        Binding("f5", "another", N_("Another")),
        Binding("f6", "use", N_("Use it")),
        Binding("f7", "other_way", N_("Join an office")),
        Binding("f7", "new_office", N_("New office")),
    ]

    @dataclass
    class VaultMade(Message):
        """There is a vault, and it is open."""

        client: VaultClient

    class RecoveryWanted(Message):
        """The person wants to make the recovery now."""

    class Finished(Message):
        """The person has read what there is to know and wants to begin."""

    def __init__(self, home: Home, *, joining: bool = False, kdf: KdfParameters | None = None) -> None:
        """Make the screen.

        Args:
            home: where the vault is made.
            joining: an office that another vault opened.
            kdf: what a guess at the passphrase costs; measured unless given.
        """
        super().__init__()
        self._home = home
        self._kdf = kdf
        self._pages = JOINING if joining else PAGES
        self._card: Card | None = None
        self._own_digits = ""
        self._at = 0
        self._answers: dict[str, str] = {}
        self._suggested = ""
        self._unmasked = False
        self._checking = False
        self._making = False
        self._made = False

    @property
    def page(self) -> Page:
        """The question on the screen."""
        return self._pages[self._at]

    @property
    def _joining(self) -> bool:
        return self._pages is JOINING

    def heading(self) -> str:
        """The name of the screen."""
        return _("Join an office") if self._joining else _("Set up Segl")

    # Drawing.

    def body(self) -> ComposeResult:
        """The question, its fields and two buttons; or what the vault is, once it is made."""
        with Vertical(classes="narrow"):
            if self._made:
                yield from self._ready()
                return
            yield Plain(
                _("Question {number} of {count}").format(number=self._at + 1, count=len(self._pages)), classes="quiet"
            )
            yield Plain(_(self.page.title), id="title")
            yield Plain(_(self.page.why), id="why", classes="quiet")
            match self.page.id:
                case "language":
                    yield from self._language()
                case "compare":
                    yield from self._compare()
                case "passphrase":
                    yield from self._passphrase()
                case "check":
                    yield from self._check()
                case _:
                    yield from self._fields()
            yield Plain("", id="said")
            with Horizontal(classes="buttons"):
                yield Button(
                    _("Make the vault") if self.page.id == "check" else _("Next"), id="next", variant="primary"
                )
                yield Button(_("Back"), id="back")

    def _language(self) -> ComposeResult:
        yield Choices(
            [Option(id="da", label="Dansk"), Option(id="en", label="English")],
            chosen=[current_language()],
            id="language",
        )

    def _compare(self) -> ComposeResult:
        assert self._card is not None
        yield Plain(card_content(self._card), id="card")
        yield Choices(
            [
                Option(id="no", label=_("I have not compared the digits, or they differ")),
                Option(id="yes", label=_("The digits are the same, all of them")),
            ],
            chosen=[self._answers.get("compared", "no")],
            id="compared",
        )

    def _fields(self) -> ComposeResult:
        if self.page.id == "card" and "card" not in self._answers and (here := self._home.root / CARD_FILE).is_file():
            self._answers["card"] = os.fspath(here)
        for field in self.page.fields:
            yield Plain(_(field.label), classes="label")
            line = PathLine if field.id == "card" else TextLine
            yield line(self._answers.get(field.id, ""), placeholder=_(field.example), id=field.id)

    def _passphrase(self) -> ComposeResult:
        self._suggested = self._suggested or passphrase.offer(current_language()).text
        yield Plain(_("Made for you, easy to remember (F6 uses it):"), classes="label")
        yield Plain(self._suggested, id="suggested")
        yield Plain(_("Passphrase"), classes="label")
        yield PassphraseInput(id="passphrase")
        yield Plain("", id="strength")
        yield Plain(_("The same once more"), classes="label")
        yield PassphraseInput(id="again")

    def _check(self) -> ComposeResult:
        yield LineList(draw_answer, id="answers")

    def _ready(self) -> ComposeResult:
        yield Plain(_("Your vault is ready"), id="title")
        if self._card is not None:
            yield Plain(
                _(
                    "You can work at once. {name} has to certify you, at 'The office' on their screen, before the "
                    "office's plan and cases reach you. Read them these digits of your own card:"
                ).format(name=one_line(self._card.name)),
                id="joined",
            )
            yield Plain(self._own_digits, id="own-digits", classes="strong")
        yield Plain(_("Who can open it: you, with your passphrase. Nobody else, not even whoever made Segl."))
        yield Plain(
            _(
                "If you forget the passphrase and there is no recovery, what is in the vault is lost. Set-up is done "
                "when a recovery was made and tried once. You can put it off; Segl reminds you at each unlocking."
            ),
            classes="paragraph",
        )
        yield Plain(
            _("Segl locks when nobody has touched a key for five minutes, and at once with F9."), classes="paragraph"
        )
        yield Plain(shared_account(), id="shared", classes="paragraph")
        with Horizontal(classes="buttons"):
            yield Button(_("Make the recovery"), id="recovery", variant="primary")
            yield Button(_("Begin, later"), id="begin")

    def on_mount(self) -> None:
        """Begin on the first question."""
        self._settle()

    async def _turn(self, page: int) -> None:
        with self.holding_keys():
            self._at = page
            await self.recompose()
            self._settle()

    async def refresh_language(self) -> None:
        """Draw anew; a phrase that was made in the other language gives way to one in this."""
        if self.page.id != "passphrase":
            self._suggested = ""
        await super().refresh_language()
        self._settle(focus=False)

    def _settle(self, *, focus: bool = True) -> None:
        if self.page.id == "check" and not self._made:
            self.query_one("#answers", LineList).show(answer_lines(self._answers, self._pages))
        self.refresh_bindings()
        if focus:
            first = {"check": "#next", "language": "#language", "compare": "#compared"}.get(self.page.id, "Input")
            self.set_focus(self.query("#begin" if self._made else first).first())

    # Answering.

    @property
    def holds_secret(self) -> bool:
        """From the page that asks for a passphrase until the vault is there; making it is not broken off."""
        return not self._making and not self._made and bool(self._suggested or "passphrase" in self._answers)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the page that is shown."""
        if self._making:
            return False
        if action in ("show", "another", "use"):
            return self.page.id == "passphrase" and not self._made
        if action == "back":
            return not self._made
        if action in ("other_way", "new_office"):
            return self._at == 0 and not self._made and self._joining == (action == "new_office")
        return True

    @on(Choices.Changed, "#language")
    async def _language_chosen(self, event: Choices.Changed) -> None:
        if event.chosen and event.chosen[0] != current_language():
            await self.app.run_action(f"app.set_language('{event.chosen[0]}')")

    async def action_other_way(self) -> None:
        """Join an office instead of making one."""
        self._pages = JOINING
        await self._turn(0)

    async def action_new_office(self) -> None:
        """Make an office instead of joining one."""
        self._pages = PAGES
        self._card = None
        await self._turn(0)

    @on(Choices.Submitted, "#compared")
    async def _compared_stands(self) -> None:
        await self.action_next()

    @on(Choices.Submitted, "#language")
    async def _language_stands(self) -> None:
        await self.action_next()

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        fields = list(self.query(Input))
        if event.input not in fields:
            return
        after = fields.index(event.input) + 1
        if after < len(fields):
            self.set_focus(fields[after])
        else:
            await self.action_next()

    @on(Input.Changed, "#passphrase")
    def _typed_passphrase(self, event: Input.Changed) -> None:
        line = self.query_one("#strength", Plain)
        line.update(strength_words(event.value, self._known()))

    @on(PassphraseInput.SeveralLines)
    def _several_lines(self) -> None:
        self._say(_("That was several lines. A passphrase is one line: nothing of the paste was taken."))
        self.app.bell()

    @on(LineList.Chosen, "#answers")
    async def _change(self, event: LineList.Chosen) -> None:
        lines: LineList[Answer] = self.query_one("#answers", LineList)
        if lines.current is not None:
            self._checking = True
            await self._turn(lines.current.page)

    @on(Button.Pressed, "#next")
    @on(Button.Pressed, "#begin")
    async def action_next(self) -> None:
        """Go on, if the page is answered."""
        if self._made:
            self.post_message(self.Finished())
        elif self.page.id == "check":
            self.run_work(self._make(), group="make-vault")
        elif fault := self._take():
            self._say(fault)
        else:
            last = len(self._pages) - 1
            await self._turn(last if self._checking else self._at + 1)

    @on(Button.Pressed, "#recovery")
    def _recovery(self) -> None:
        self.post_message(self.RecoveryWanted())

    @on(Button.Pressed, "#back")
    async def action_back(self) -> None:
        """Back to the question before; from the first, out."""
        if self._at == 0:
            self._answers.clear()
            self.dismiss(None)
        else:
            self._take()
            await self._turn(self._at - 1)

    def action_show(self) -> None:
        """Show what is typed, or hide it."""
        self._unmasked = not self._unmasked
        for field in self.query(PassphraseInput):
            field.password = not self._unmasked

    def action_another(self) -> None:
        """Suggest another phrase."""
        self._suggested = passphrase.offer(current_language()).text
        self.query_one("#suggested", Plain).update(self._suggested)

    def action_use(self) -> None:
        """Take the suggested phrase into the first field; the second is typed by hand, so that it is learnt."""
        self.query_one("#passphrase", PassphraseInput).value = self._suggested
        self.query_one("#again", PassphraseInput).focus()
        self._say(_("Now type it yourself once, so that you know it."))

    def _say(self, words: str) -> None:
        self.query_one("#said", Plain).update(words)

    def _take(self) -> str:
        """Keep the answers of this page; what is wrong with them, in words, if anything is."""
        fault = ""
        for field in self.page.fields:
            box = self.query_one(f"#{field.id}", Input)
            self._answers[field.id] = box.value.strip()
            if field.must and not self._answers[field.id] and not fault:
                fault = _(field.must)
                box.focus()
        if fault:
            return fault
        match self.page.id:
            case "card":
                return self._take_card()
            case "compare":
                return self._take_compared()
            case "passphrase":
                return self._take_passphrase()
            case _:
                return ""

    def _take_card(self) -> str:
        from store.cards import CardInvalid, read_file

        try:
            card = read_file(typed_path(self._answers["card"]))
        except CardInvalid as error:
            self.query_one("#card", Input).focus()
            return said_by(error).happened
        if self._card is None or card.fingerprint != self._card.fingerprint:
            self._answers.pop("compared", None)
        self._card = card
        self._answers["office"] = one_line(card.office)
        return ""

    def _take_compared(self) -> str:
        self._answers["compared"] = self.query_one("#compared", Choices).value or "no"
        if self._answers["compared"] == "yes":
            return ""
        return _("Let them read you the digits first. If they differ, the card is not theirs.")

    def _take_passphrase(self) -> str:
        first = self.query_one("#passphrase", PassphraseInput)
        again = self.query_one("#again", PassphraseInput)
        strength = passphrase.estimate(first.value, known=self._known())
        if strength.level is passphrase.Level.WEAK:
            first.focus()
            return passphrase.PassphraseWeak(strength).diagnostics().happened
        if first.value != again.value:
            again.focus()
            return _("The two are not the same. Type the second one again.")
        self._answers["passphrase"] = first.value
        return ""

    def _known(self) -> tuple[str, str]:
        """What anybody near would try first."""
        return self._answers.get("author", ""), self._answers.get("office", "")

    async def _make(self) -> None:
        from store.casework import Casework
        from store.client import VaultClient
        from store.secret import Secret

        if not self._answers.get("passphrase"):
            await self._turn(next(number for number, page in enumerate(self._pages) if page.id == "passphrase"))
            return
        self._making = True
        self.refresh_bindings()
        for button in self.query(Button):
            button.disabled = True
        waiting = self.set_interval(0.4, self._tick)
        self._tick()
        try:
            client = await VaultClient.create(
                self._home,
                label=self._answers["author"],
                passphrase=Secret.from_text(self._answers["passphrase"]),
                set_up=set_up_of(self._answers, current_language()),
                joining=Joining(card=self._card.text, compared=self._card.fingerprint) if self._card else None,
                kdf=self._kdf,
            )
        finally:
            waiting.stop()
            self._making = False
            self._say("")
            for button in self.query(Button):
                button.disabled = False
            self.refresh_bindings()
        await client.do(Casework.want_recovery)
        self._own_digits = spoken.digits((await client.do(Casework.key_card)).fingerprint)
        self._answers.clear()
        self._suggested = ""
        self._made = True
        self.post_message(self.VaultMade(client))
        await self._turn(self._at)

    def _tick(self) -> None:
        said = str(self.query_one("#said", Plain).content)
        dots = (said.count(".") % 3) + 1
        self._say(_("Making the vault, which takes a few seconds") + " " + "." * dots)
