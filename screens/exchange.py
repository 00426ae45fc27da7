"""The exchange folder: what waits for whom, whose card is lacking, and one round with a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, ProgressBar

from guidance.language import N_, _
from screens.long_work import LongWork
from screens.typed_path import kind_of, typed_path
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine
from screens.words import one_line, said_by
from store.exchange.post import Round, exchange
from store.exchange.rounds import NoCard, Waits, no_card_words, waits_words
from store.workstation_words import moved_words, not_approved_words

if TYPE_CHECKING:
    from guidance.errors import SeglError

Stage = Literal["shown", "working"]
_WHEN_SHOWN = ("go_on", "pick_folder", "known", "card", "trust", "hand_over", "receipt")
_MOST = 12
"""Lines of what waits that are shown; how many more there are is said."""


class ExchangeScreen(LongWork[None]):
    """What is passed on and what is not, and passing it on by a folder."""

    CSS_PATH = "exchange.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Exchange")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("f4", "known", N_("Other offices")),
        Binding("f5", "card", N_("My card")),
        Binding("f6", "trust", N_("Let a card count")),
        Binding("f7", "hand_over", N_("Hand over all cases")),
        Binding("f8", "receipt", N_("Take a receipt")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#folder"

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = "shown"
        self.folder = ""
        self.done: Round | None = None
        self._waits: tuple[Waits, ...] = ()
        self._lacking: tuple[NoCard, ...] = ()
        self._loaded = False
        self._digits = ""

    def heading(self) -> str:
        """The name of the screen."""
        return _("Exchange with others")

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        yield from self._working_page() if self.stage == "working" else self._shown_page()

    def _shown_page(self) -> ComposeResult:
        if self.done is not None:
            yield Plain("\n".join(self.done.words()), id="done", classes="strong")
        fault = self._courier_fault()
        if fault is not None:
            yield Plain(said_by(fault).happened, id="courier-fault", classes="fault")
        if self._digits:
            yield Plain("\n".join(not_approved_words(self._digits)), id="not-approved", classes="fault")
        yield Plain(_("A folder: on a stick, a share, or one that is kept in step"), classes="label")
        yield PathLine(self.folder, id="folder", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Exchange"), id="go-on", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")
        yield Plain(_("Not passed on yet"), classes="label")
        yield Plain(self._waiting_words(), id="waits")
        if self._lacking:
            yield Plain(_("Who does not get what they should"), classes="label")
            yield Plain(_lines([no_card_words(one) for one in self._lacking]), id="lacking")
        yield Plain(
            _("F4 other offices · F5 my card · F6 let a card count · F7 hand over all · F8 take a receipt"),
            id="ways",
            classes="quiet",
        )

    def _working_page(self) -> ComposeResult:
        yield Plain(_("Taking in what is there for you, then putting what the others lack."), classes="strong")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Stop"), id="stop")

    def _waiting_words(self) -> str:
        if not self._loaded:
            return _("Looking ...")
        return _lines([waits_words(one) for one in self._waits]) or _("Nothing waits to be passed on.")

    def _courier_fault(self) -> SeglError | None:
        courier = getattr(self.app, "courier", None)
        fault: SeglError | None = getattr(courier, "fault", None)
        return fault

    def on_mount(self) -> None:
        """Look what waits."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        await self._look()
        await self._show("shown")

    async def _look(self) -> None:
        from store.casework import Casework

        self._waits = await self.do(Casework.exchange_waits)
        self._lacking = await self.do(Casework.without_card)
        self._digits = await self.do(Casework.not_approved)
        self._loaded = True

    async def _show(self, stage: Stage) -> None:
        for field in self.query("#folder"):
            assert isinstance(field, Input)
            self.folder = field.value
        self.stage = stage
        with self.holding_keys():
            await self.recompose()
            self.set_focus(self.query_one("#stop" if stage == "working" else "#folder"))
        self.refresh_bindings()

    def action_known(self) -> None:
        """Whose cards of other offices count here, and their workstations."""
        from screens.known import KnownScreen

        self.app.push_screen(KnownScreen())

    def action_card(self) -> None:
        """One's own card: its digits, and a file of it."""
        self.run_work(self._card(), group="card")

    async def _card(self) -> None:
        from screens.my_card import MyCardScreen
        from store.casework import Casework

        self.app.push_screen(MyCardScreen(await self.do(Casework.carried_card)))

    def action_trust(self) -> None:
        """Compare the cards of those whose envelopes wait for it; where there are none, one from a file."""
        self.run_work(self._trust(), group="trust")

    async def _trust(self) -> None:
        from screens.trust_card import card_from_file, compare

        wanted = [one.card for one in self.done.came.cards_wanted if one.card] if self.done else []
        counted = [card for card in wanted if await compare(self, card.text) is not None]
        if not wanted:
            await card_from_file(self)
        elif counted:
            self.done = None
            self.said(_("Exchange once more: what waited for the card is taken in then."))
        await self._load()

    def action_hand_over(self) -> None:
        """Hand every case over."""
        from screens.hand_over import HandOverScreen

        def look_again(_done: tuple[str, ...] | None) -> None:
            self.run_work(self._load(), group="load")

        self.app.push_screen(HandOverScreen(), look_again)

    def action_receipt(self) -> None:
        """Take a receipt in, and see what it anchors."""
        from screens.receipts import receipt_from_file

        self.run_work(receipt_from_file(self), group="receipt")

    def action_pick_folder(self) -> None:
        """Choose the folder from a list."""
        self.run_work(self._pick(), group="pick")

    @on(Button.Pressed, "#pick")
    def _pick_pressed(self) -> None:
        self.action_pick_folder()

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        field = self.query_one("#folder", Input)
        start = typed_path(field.value) if field.value.strip() else None
        chosen = await self.app.push_screen_wait(
            PickFilesScreen(
                "folder", _("Choose the exchange folder"), start=start if start and kind_of(start) == "folder" else None
            )
        )
        if chosen:
            field.value = os.fspath(chosen[0])
            self.query_one("#go-on").focus()

    @on(Input.Submitted, "#folder")
    @on(Button.Pressed, "#go-on")
    def action_go_on(self) -> None:
        """One round."""
        if self.stage == "shown":
            self.run_work(self._exchange(), group="exchange")

    async def _exchange(self) -> None:
        text = self.query_one("#folder", Input).value.strip()
        if not text:
            self.say_fault(_("Choose a folder: Ctrl+O."), "#folder")
            return
        self.begin_work()
        await self._show("working")
        try:
            self.done = await exchange(self.client, typed_path(text), progress=self.moved, cancelled=self.stopped)
            await self._look()
        finally:
            if self.is_attached:
                await self._show("shown")
        await self._ask_whether_moved()

    async def _ask_whether_moved(self) -> None:
        """Once everything of another workstation of one's own is here: is that one given up now?"""
        from screens.workstations import give_up
        from store.casework import Casework

        moved = await self.do(Casework.moved_from)
        for one in moved:
            if await self.confirmed(
                moved_words(one),
                detail=_("Have you moved here, and is it not used any more? Then give it up: it gets nothing more."),
                yes=_("I have moved: give it up ..."),
                no=_("I use both"),
            ):
                await give_up(self, one)
        if moved:
            await self.do(Casework.moving_was_asked)
            await self._load()

    def action_go_back(self) -> None:
        """Stop the round, or leave. What was done of it stays done."""
        if self.stage == "working":
            self.stop_work()
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        return self.stage == "shown" or action not in _WHEN_SHOWN


def _lines(lines: list[str]) -> str:
    shown = [one_line(line) for line in lines[:_MOST]]
    if len(lines) > _MOST:
        shown.append(_("and {count} more").format(count=len(lines) - _MOST))
    return "\n".join(shown)
