"""Who has a case: with whom it is shared, why and until when; sharing it, taking a share back, handing it over."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.language import N_, _
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import moment, one_line, short_day
from screens.work import CaseWork
from store.authors import Author, Belongs
from store.cases.lost_shares import LostShare, lost_share_words
from store.cases.sharing import Share
from store.exchange.rounds import Waits, waits_words


class SharesScreen(CaseWork[None]):
    """One case, and who may read it."""

    CSS_PATH = "shares.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "share", N_("Share")),
        Binding("f8", "take_back", N_("Take back")),
        Binding("f7", "hand_over", N_("Hand over")),
        Binding("f6", "trust", N_("Let a card count")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#shares"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._shares: tuple[Share, ...] = ()
        self._opener: Author | None = None
        self._lost: tuple[LostShare, ...] = ()
        self._waits: tuple[Waits, ...] = ()
        self._loaded = False

    def heading(self) -> str:
        """Which case it is."""
        return _("Who has {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """Who opened it, with whom it is shared, and what of it waits."""
        yield Plain("", id="opener", classes="quiet")
        yield Plain(_("Shared with"), classes="label")
        yield LineList(self._row, empty=self._nobody, id="shares")
        yield Plain("", id="purpose", classes="quiet")
        yield Plain("", id="lost", classes="fault")
        yield Plain("", id="waits")
        with Horizontal(classes="buttons"):
            yield Button(_("Share"), id="share", variant="primary")
            yield Button(_("Take back"), id="take-back")
            yield Button(_("Hand over"), id="hand-over")

    def on_screen_resume(self) -> None:
        """Look again whenever one comes back."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        from store.casework import Casework

        self._shares = await self.do(Casework.shares, self.case_id)
        self._lost = await self.do(Casework.lost_shares, self.case_id)
        self._opener = await self.do(Casework.opened_by, self.case_id)
        self._waits = tuple(one for one in await self.do(Casework.exchange_waits) if one.space == self.case_id)
        self._loaded = True
        self._draw()

    def _draw(self) -> None:
        opener = self._opener
        if opener is None or opener.belongs is Belongs.OWN:
            words = _("You opened the case.")
        else:
            words = _("Opened by {name}, {office}.").format(name=one_line(opener.name), office=one_line(opener.office))
        self.query_one("#opener", Plain).update(words)
        lines: LineList[Share] = self.query_one("#shares", LineList)
        lines.show(self._shares, max(lines.cursor, 0))
        self.query_one("#lost", Plain).update("\n".join(lost_share_words(one) for one in self._lost))
        self.query_one("#waits", Plain).update("\n".join(waits_words(one) for one in self._waits))
        self._say_purpose()
        self.refresh_bindings()

    def _row(self, share: Share, width: int) -> Content:
        until = _("until {day}").format(day=short_day(share.until)) if share.until else _("no last day")
        name = max(min(width // 3, 30), 8)
        return Content.assemble(
            fit(one_line(share.name, 60), name),
            " ",
            fit(Content.styled(until, "$text-muted"), 20),
            fit(one_line(share.purpose, 200), max(width - name - 21, 4)),
        )

    def _nobody(self) -> str:
        return _("Nobody. F5 shares it.") if self._loaded else _("Looking ...")

    @on(LineList.Highlighted, "#shares")
    def _say_purpose(self) -> None:
        share = self._current
        words = ""
        if share is not None:
            words = _("Shared {when}: {purpose}").format(
                when=moment(share.shared_at), purpose=one_line(share.purpose, 300)
            )
        self.query_one("#purpose", Plain).update(words)

    @property
    def _current(self) -> Share | None:
        found: object = self.query_one("#shares", LineList).current
        return found if isinstance(found, Share) else None

    @on(Button.Pressed, "#share")
    def action_share(self) -> None:
        """Share it with somebody."""
        from screens.share_form import ShareFormScreen

        self.app.push_screen(ShareFormScreen(self.case_id, self.case_name))

    @on(Button.Pressed, "#hand-over")
    def action_hand_over(self) -> None:
        """Hand it over to somebody."""
        from screens.hand_over import HandOverScreen

        self.app.push_screen(HandOverScreen(self.case_id, self.case_name))

    def action_trust(self) -> None:
        """Let the card of somebody count, from a file."""
        from screens.trust_card import card_from_file

        self.run_work(card_from_file(self), group="trust")

    @on(Button.Pressed, "#take-back")
    def action_take_back(self) -> None:
        """Take the share under the cursor back, with a reason."""
        self.run_work(self._take_back(), group="take-back")

    async def _take_back(self) -> None:
        from store.casework import Casework

        share = self._current
        if share is None:
            self.say_fault(_("There is no share to take back under the cursor."), "#shares")
            return
        self.say_fault("")

        async def take_back(reason: str) -> None:
            await self.do(Casework.end_share, self.case_id, share.author, reason)
            self.said(_("Taken back: {name}").format(name=one_line(share.name, 60)))
            await self._load()

        question = _(
            "They get nothing more of the case from here. What they have they keep, on their disk, in bundles and on "
            "paper: no program can reach that. Ask them to close and delete it. Why is it taken back?"
        )
        title = _("Take back from {name}").format(name=one_line(share.name, 60))
        await self.with_reason(title, question, take_back)

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Taking back is offered where there is something to take back."""
        return bool(self._shares) if action == "take_back" else True

    def action_go_back(self) -> None:
        """Back to the case."""
        self.dismiss(None)
