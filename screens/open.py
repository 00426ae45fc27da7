"""Open a sealed bundle: which file, with which key; then the three verdicts, apart, and what it tells of the case."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, ProgressBar

from guidance.errors import SeglError
from guidance.language import N_, _
from guidance.system_words import system_words
from screens import opened_words
from screens.long_work import LongWork
from screens.trust_card import compare
from screens.typed_path import typed_path
from screens.widgets.choices import Choices, Option
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine
from screens.words import one_line, size, visible
from screens.work import put_fields, take_fields
from store.age.cost import cost_words, seconds
from store.age.errors import HeaderFailure, WorkFactorRefused
from store.age.scrypt import WORK_FACTOR
from store.bundle.errors import OpenCancelled
from store.bundle.open import Keys, OpenedBundle, needs_passphrase, open_bundle, passphrase_work
from store.bundle.verdicts import Signer
from store.cases.importing import CardsLacking
from store.keys import fingerprint
from store.model import Purpose
from store.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.age.keys import Identity
    from store.cards import Card
    from store.cases.importing import Imported

Stage = Literal["ask", "opening", "shown"]
_FIELDS = ("file", "way", "identity")
_MOST_IDENTITY: int = 64 * 1024
"""Bytes; an identity file that age-keygen makes has about 200."""


def read_identities(path: Path) -> Sequence[Identity]:
    """The identities of a file.

    Raises:
        NotABundle: it can't be read.
        IdentityInvalid: it holds none.
        SecretKeyGiven: it is the key itself.
    """
    from store.age.errors import SecretKeyGiven
    from store.age.keys import is_secret_key, parse_identities
    from store.bundle.errors import NotABundle

    if is_secret_key(os.fspath(path)):
        raise SecretKeyGiven(instead="file")
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_IDENTITY).decode("utf-8", "replace")
    except OSError as error:
        raise NotABundle(path, system_words(error)) from None
    return parse_identities(text)


class OpenScreen(LongWork[None]):
    """Open one file; nothing of it is written anywhere."""

    CSS_PATH = "open.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Open")),
        Binding("ctrl+o", "pick_file", N_("Choose file")),
        Binding("t", "take_in", N_("Take the case in")),
        Binding("k", "compare", N_("Compare the card")),
        Binding("r", "receipt", N_("Write a receipt")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#file"

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = "ask"
        self.fields: dict[str, str] = {}
        self.bundle: OpenedBundle | None = None
        self.imported: Imported | None = None
        self._work = WORK_FACTOR

    def heading(self) -> str:
        """What is done here."""
        if self.bundle is not None:
            return _("Sealed case {file}").format(file=one_line(Path(self.bundle.path).name, 80))
        return _("Open a sealed case")

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        yield from {"ask": self._ask_page, "opening": self._opening_page, "shown": self._shown_page}[self.stage]()

    def _ask_page(self) -> ComposeResult:
        yield Plain(_("Which file? (its name ends in .segl.age)"), classes="label")
        yield PathLine(self.fields.get("file", ""), id="file", compact=True, select_on_focus=False)
        yield Plain(_("What opens it?"), classes="label")
        ways = (
            Option(id="own", label=_("My own key")),
            Option(id="passphrase", label=_("A passphrase that the sender told me")),
            Option(id="identity", label=_("A key in a file (age)")),
        )
        yield Choices(ways, chosen=(self.fields.get("way", "own"),), id="way")
        yield Plain(_("Passphrase"), classes="label passphrase")
        yield PassphraseInput(id="phrase")
        yield Plain(_("The key's file"), classes="label identity")
        yield PathLine(self.fields.get("identity", ""), id="identity", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Open"), id="go-on", variant="primary")
            yield Button(_("Choose file ..."), id="pick")

    def _opening_page(self) -> ComposeResult:
        yield Plain(_("Opening: first everything is checked, then it is shown."), classes="strong")
        if self._work > WORK_FACTOR:
            trying = _("First the passphrase is tried: about {seconds} seconds, in which it can't be stopped.")
            yield Plain(trying.format(seconds=seconds(self._work)), id="trying")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Stop"), id="stop")

    def _shown_page(self) -> ComposeResult:
        assert self.bundle is not None
        if self.imported is not None:
            yield Plain("\n".join(self.imported.words()), id="imported", classes="strong")
        for id, content, good in opened_words.verdict_lines(self.bundle.verdicts):
            yield Plain(content, id=id, classes="verdict good" if good else "verdict bad")
        if technical := self.bundle.verdicts.intact.technical():
            yield Plain(visible(technical), id="technical", classes="quiet")
        yield Plain(opened_words.about(self.bundle), id="about")
        if self.bundle.case is not None:
            yield Plain(opened_words.case_content(self.bundle.case), id="content")
            if self.bundle.sessions:
                yield Plain(visible(self.bundle.sessions), id="sessions")
        elif self.bundle.statistics is not None:
            yield Plain(opened_words.statistics_content(self.bundle.statistics), id="content")
        with Horizontal(classes="buttons"):
            yield Button(_("Close"), id="close", variant="primary")
            if self._may_take_in:
                yield Button(_("Take the case in"), id="take-in")
            if self._cards:
                yield Button(_("Compare the card"), id="compare")
            if self.imported is not None:
                yield Button(_("Write a receipt"), id="receipt")

    @property
    def _may_take_in(self) -> bool:
        """Whether it was made for a colleague to go on from, and was not taken in just now."""
        made_for = self.bundle is not None and self.bundle.purpose in (Purpose.COLLEAGUE, Purpose.FULL)
        return made_for and self.imported is None and self.bundle is not None and self.bundle.carried is not None

    @property
    def _cards(self) -> tuple[Card, ...]:
        """The cards that came along of whoever signed it, where their key is not known here."""
        if self.bundle is None or self.bundle.carried is None:
            return ()
        signer = self.bundle.verdicts.signed_by
        if signer.signer is not Signer.UNKNOWN:
            return ()
        return tuple(
            card
            for card in self.bundle.carried.cards
            if any(fingerprint(device) == signer.fingerprint for device in card.devices)
        )

    @on(Button.Pressed, "#compare")
    def action_compare(self) -> None:
        """Compare the card of who signed it with them, so that the verdict names them."""
        if self.stage == "shown" and self._cards:
            self.run_work(self._compare(), group="take-in")

    async def _compare(self) -> None:
        if [card for card in self._cards[:1] if await compare(self, card.text) is not None]:
            await self._judge_again()
            await self._show("shown")

    async def _judge_again(self) -> None:
        """Whom the vault knows has changed: the verdict on the signature with it."""
        from store.casework import Casework

        assert self.bundle is not None
        self.bundle = self.bundle.with_known(await self.do(Casework.known_signers))

    @on(Button.Pressed, "#receipt")
    def action_receipt(self) -> None:
        """Write a receipt to send back."""
        from screens.receipts import GiveReceiptScreen

        if self.bundle is not None and self.imported is not None:
            self.app.push_screen(GiveReceiptScreen(self.bundle, self.imported.reference))

    @on(Button.Pressed, "#take-in")
    def action_take_in(self) -> None:
        """Take the case into this vault; what can't be taken in is said, and changes nothing."""
        if self.stage == "shown" and self._may_take_in:
            self.run_work(self._take_in(), group="take-in")

    async def _take_in(self) -> None:
        from store.casework import Casework

        assert self.bundle is not None
        while self.imported is None:
            try:
                self.imported = await self.do(Casework.import_bundle, self.bundle)
            except CardsLacking as lacking:
                if not await self._compare_all(lacking):
                    raise
        await self._show("shown")

    async def _compare_all(self, lacking: CardsLacking) -> bool:
        """Compare each card that is lacking; False where one did not come along, or is not let count."""
        if any(one.card is None for one in lacking.lacking):
            return False
        for one in lacking.lacking:
            if one.card is not None and await compare(self, one.card.text) is None:
                return False
        await self._judge_again()
        return True

    def on_mount(self) -> None:
        """Show the fields of the way that is chosen."""
        self._settle()

    def _settle(self) -> None:
        self._follow_way()

    @on(Choices.Changed, "#way")
    def _follow_way(self) -> None:
        for way in self.query("#way"):
            assert isinstance(way, Choices)
            for widget in self.query(".passphrase, #phrase"):
                widget.display = way.value == "passphrase"
            for widget in self.query(".identity, #identity"):
                widget.display = way.value == "identity"
        self.refresh_bindings()

    async def _show(self, stage: Stage) -> None:
        if self.stage == "ask":
            self.fields |= take_fields(self, *_FIELDS)
        self.stage = stage
        await self.recompose()
        self._settle()
        body = self.query_one("#body")
        body.can_focus = stage == "shown"
        if stage == "shown":
            body.focus()
        else:
            self.query_one({"ask": "#file", "opening": "#stop"}[stage]).focus()
        body.scroll_home(animate=False)
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew; what was typed stays."""
        kept = take_fields(self, *_FIELDS)
        await super().refresh_language()
        put_fields(self, kept)
        self._settle()
        if self.stage == "shown":
            body = self.query_one("#body")
            body.can_focus = True
            body.focus()

    def action_pick_file(self) -> None:
        """Choose the sealed file, or the key's file where the focus is there."""
        self.run_work(self._pick(), group="pick")

    @on(Button.Pressed, "#pick")
    def _pick_pressed(self) -> None:
        self.action_pick_file()

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        identity = self.focused is not None and self.focused.id == "identity"
        field = self.query_one("#identity" if identity else "#file", Input)
        start = typed_path(field.value).parent if field.value else None
        title = _("Choose the key's file") if identity else _("Choose the sealed file")
        chosen = await self.app.push_screen_wait(
            PickFilesScreen("file", title, start=start, endings=() if identity else (".age",))
        )
        if not chosen:
            return
        field.value = os.fspath(chosen[0])
        if identity:
            self.query_one("#go-on").focus()
        elif await self._locked_with_passphrase(chosen[0]):
            self._ask_passphrase()
        else:
            self.query_one("#way").focus()

    async def _locked_with_passphrase(self, path: Path) -> bool:
        """Whether a passphrase opens the file; what can't be read at all is said when it is opened."""
        try:
            return await self.client.look_aside(needs_passphrase, path)
        except SeglError:
            return False

    def _ask_passphrase(self) -> None:
        self.query_one("#way", Choices).put(chosen=["passphrase"])
        self._follow_way()
        self.query_one("#phrase").focus()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        if event.input.id in ("phrase", "identity"):
            self.action_go_on()
        else:
            self.focus_next()

    @on(PassphraseInput.SeveralLines)
    def _several(self) -> None:
        self.say_fault(_("That was several lines. A passphrase is one line: nothing of the paste was taken."))

    @on(Button.Pressed, "#go-on")
    def action_go_on(self) -> None:
        """Open it."""
        if self.stage == "ask":
            self.run_work(self._open(), group="open")

    async def _open(self) -> None:
        from store.casework import Casework

        fields = take_fields(self, *_FIELDS)
        path = typed_path(fields.get("file", "").strip())
        if not fields.get("file", "").strip():
            self.say_fault(_("Choose a file: Ctrl+O."), "#file")
            return
        if fields.get("way") == "own" and await self._locked_with_passphrase(path):
            self._ask_passphrase()
            self.say_fault(_("It is locked with a passphrase. Write the one that the sender told you."))
            return
        keys: Keys
        self._work = WORK_FACTOR
        match fields.get("way"):
            case "passphrase":
                phrase = self.query_one("#phrase", PassphraseInput)
                if not phrase.value:
                    self.say_fault(_("Write the passphrase."), "#phrase")
                    return
                if not await self._cost_agreed(path):
                    return
                keys = Secret.from_text(phrase.take())
            case "identity":
                keys = await self.client.look_aside(read_identities, typed_path(fields.get("identity", "").strip()))
            case _:
                keys = await self.do(Casework.identities)
        trusted = await self.do(Casework.known_signers)
        revoked = await self.do(Casework.revoked_signers)
        self.begin_work()
        await self._show("opening")
        try:
            bundle = await self.client.aside(self._read, path, keys, trusted, revoked)
            if bundle.verdicts.intact.needs_large:
                if not await self._meant(bundle):
                    await self._show("ask")
                    return
                bundle = await self.client.aside(self._read, path, keys, trusted, revoked, True)
            self.bundle = bundle
        except OpenCancelled:
            await self._show("ask")
            self.say_fault(_("The opening was stopped. Nothing was shown and nothing was written."))
            return
        except BaseException:
            if self.is_attached:
                await self._show("ask")
            raise
        await self._show("shown")

    async def _cost_agreed(self, path: Path) -> bool:
        """Whether the passphrase may cost what it does: asked, where that is more than usual, before it is tried."""
        try:
            work = await self.client.look_aside(passphrase_work, path)
        except WorkFactorRefused:
            raise
        except HeaderFailure:
            # What is wrong with it is one of the verdicts.
            return True
        if work <= WORK_FACTOR:
            return True
        if not await self.confirmed(
            cost_words(work),
            detail=_("Whoever sealed it chose that. While the passphrase is tried, it can't be stopped."),
            yes=_("Yes, try it"),
        ):
            return False
        self._work = work
        return True

    def _may_cost(self, work_factor: int) -> bool:
        """Asked in the thread that opens: what was agreed to, of the same file."""
        return work_factor <= self._work

    async def _meant(self, bundle: OpenedBundle) -> bool:
        return await self.confirmed(
            _("The bundle is very large (the file has {size}). Is it meant to be so large?").format(
                size=size(bundle.size)
            ),
            detail=_(
                "One with material that the police asked for can be, and one of a very long case. All of it is read "
                "before it is shown, which takes a while."
            ),
            yes=_("Yes, open it"),
        )

    def _read(
        self,
        path: Path,
        keys: Keys,
        trusted: Mapping[str, str],
        revoked: Mapping[str, str],
        large: bool = False,
    ) -> OpenedBundle:
        """In a thread of its own: nothing here touches a widget."""
        return open_bundle(
            path,
            keys,
            trusted=trusted,
            revoked=revoked,
            carry=True,
            large=large,
            confirm_work_factor=self._may_cost,
            progress=self.moved,
            cancelled=self.stopped,
        )

    @on(Button.Pressed, "#close")
    def _close_pressed(self) -> None:
        self.dismiss(None)

    def action_go_back(self) -> None:
        """Stop the opening, or leave."""
        if self.stage == "opening":
            self.stop_work()
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        if action in ("go_on", "pick_file"):
            return self.stage == "ask"
        match action:
            case "take_in":
                return self.stage == "shown" and self._may_take_in
            case "compare":
                return self.stage == "shown" and bool(self._cards)
            case "receipt":
                return self.stage == "shown" and self.imported is not None
        return True
