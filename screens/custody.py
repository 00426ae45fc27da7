"""The custody chain of a piece of evidence, oldest event first; events are added and corrected, never overwritten."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.custody import Move
from guidance.guide import CaseFacts
from guidance.language import N_, _
from guidance.step_left import step_left
from screens import words
from screens.case_words import devices_words
from screens.widgets.lines import LineList, fit
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.work import CaseWork, FormScreen
from store.bundle.custody_words import (
    aside_line,
    back_line,
    check_line,
    copy_label,
    differs_line,
    disputed_line,
    event_label,
    fault_line,
    move_line,
    pass_line,
)
from store.bundle.look_words import look_label, look_line
from store.cases.chains import disputed_copies, gone_back, set_aside_by, timeline
from store.cases.cut_off import open_clearings
from store.looks import LookEvent
from store.model import ChainEvent, CheckEvent, CheckFound, CustodyEvent, Evidence, PassEvent


class CustodyScreen(CaseWork[None]):
    """The chain of one piece."""

    CSS_PATH = "custody.tcss"
    AUTO_FOCUS = "#chain LineList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", N_("Event")),
        Binding("enter", "correct", N_("Correct")),
        Binding("w", "device", N_("Whose device")),
        Binding("x", "clear", N_("Clear a copy")),
        Binding("u", "settle", N_("Settle the clearing")),
        Binding("escape", "go_back", N_("Back")),
    ]

    def __init__(self, case_id: str, piece: Evidence, *, closed: bool = False) -> None:
        super().__init__()
        self.case_id = case_id
        self.piece = piece
        self.closed = closed
        self._back: dict[str, Move] = {}

    def heading(self) -> str:
        """Which piece it is."""
        return _("Custody of E{number}").format(number=self.piece.number)

    def body(self) -> ComposeResult:
        """A warning where the custody is disputed or a clearing has no outcome, then the events."""
        yield Plain("", id="disputed", classes="banner")
        yield Plain("", id="open", classes="banner")
        yield Plain("", id="devices")
        yield ListDetail(self._row, self._detail, empty=self._none, id="chain")

    def on_screen_resume(self) -> None:
        """Fetch the chain whenever it is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self.piece = await self.do(Casework.evidence_piece, self.case_id, self.piece.id)
        self._fill()

    def _fill(self) -> None:
        self._back = gone_back(self.piece)
        disputed = self.query_one("#disputed", Plain)
        copies = disputed_copies(self.piece)
        disputed.display = bool(copies)
        todo = _("Decide first: u in the case.")
        disputed.update(f"{disputed_line(copies)} {todo}" if copies else "")
        warning = self.query_one("#open", Plain)
        warning.display = bool(open_clearings(self.piece))
        warning.update(_("Clearing was begun, and its outcome is not recorded. Press u to look what became of it."))
        devices = self.query_one("#devices", Plain)
        devices.display = bool(self.piece.devices)
        devices.update(devices_words(self.piece))
        self.query_one("#chain", ListDetail).show(timeline(self.piece))
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew in the other language."""
        await super().refresh_language()
        self._fill()

    def _none(self) -> str:
        return _("Nothing is recorded yet. Press n: who found it?")

    def _row(self, event: ChainEvent, width: int) -> Content:
        if isinstance(event, LookEvent):
            return Content.assemble(
                fit(Content.styled(words.moment(event.at), "$text-muted"), 20),
                fit(look_label(), 24),
                fit(Content.styled(copy_label(event.copy), "$text-muted"), max(width - 44, 4)),
            )
        if isinstance(event, CheckEvent):
            style = "" if event.found is CheckFound.MATCHED else "$error"
            return Content.assemble(
                fit(Content.styled(words.moment(event.at), "$text-muted"), 20),
                fit(Content.styled(check_line(event.found), style), max(width - 20, 4)),
            )
        if isinstance(event, PassEvent):
            return Content.assemble(
                fit(Content.styled(words.moment(event.at), "$text-muted"), 20),
                fit(words.one_line(_pass_line(event)), max(width - 20, 4)),
            )
        move = event.move
        differs = differs_line(move, self.piece.digest) or event.entry in self._back
        style = "$error" if event.fault or (event.stands and differs) else "" if event.stands else "$text-muted"
        label = f"! {event_label(move.event)}" if differs else event_label(move.event)
        if event.replaced_by:
            label = _("corrected: {what}").format(what=label)
        elif event.disputed:
            label = _("disputed: {what}").format(what=label)
        elif event.set_aside:
            label = _("not so: {what}").format(what=label)
        who = f"{move.by} → {move.to}" if move.to else move.by
        return Content.assemble(
            fit(Content.styled(words.moment(event.at), "$text-muted"), 20),
            fit(Content.styled(label, style), 24),
            fit(Content.styled(copy_label(move.copy), "$text-muted"), 13),
            fit(words.one_line(who), max(width - 57, 4)),
        )

    def _detail(self, event: ChainEvent) -> Content:
        recorded = _("Recorded {at} by {who}").format(at=words.moment(event.at), who=words.one_line(event.author))
        if isinstance(event, LookEvent):
            said = look_line(copy_label(event.copy), event.look)
            return Content("\n").join([Content(said), Content.styled(recorded, "$text-muted")])
        if isinstance(event, CheckEvent):
            return Content("\n").join([Content(check_line(event.found)), Content.styled(recorded, "$text-muted")])
        if isinstance(event, PassEvent):
            told = [Content(words.visible(_pass_line(event))), Content.styled(event.digest, "$text-muted")]
            return Content("\n").join([*told, Content.styled(recorded, "$text-muted")])
        parts = [Content(words.visible(move_line(event.move)))]
        if differs := differs_line(event.move, self.piece.digest):
            parts.append(Content.styled(differs, "$error"))
        if (earlier := self._back.get(event.entry)) is not None:
            parts.append(Content.styled(words.visible(back_line(event.move, earlier)), "$error"))
        if event.fault:
            parts.append(Content.styled(fault_line(event.fault, disputed=event.disputed), "$error"))
        if (decision := set_aside_by(self.piece, event)) is not None:
            parts.append(Content(words.visible(aside_line(decision))))
        if event.replaced_by:
            parts.append(Content.styled(_("It was corrected later; both stay."), "$text-muted"))
        parts.append(Content.styled(recorded, "$text-muted"))
        return Content("\n").join(parts)

    @on(LineList.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    def action_add(self) -> None:
        """Record an event."""
        from screens.custody_form import CustodyFormScreen

        self.run_work(self._change(CustodyFormScreen(self.case_id, self.piece)), group="change")

    @on(LineList.Chosen)
    def action_correct(self) -> None:
        """Correct the event under the cursor by another one."""
        from screens.custody_form import CustodyFormScreen

        event = self._current
        if event is not None and self.check_action("correct", ()):
            self.run_work(self._change(CustodyFormScreen(self.case_id, self.piece, corrects=event)), group="change")

    @property
    def _current(self) -> CustodyEvent | None:
        row = self.query_one("#chain", ListDetail).current
        return row if isinstance(row, CustodyEvent) else None

    def action_device(self) -> None:
        """Say whose device a copy lies on, or put it right."""
        from screens.copy_device import CopyDeviceScreen

        self.run_work(self._change(CopyDeviceScreen(self.case_id, self.piece)), group="change")

    def action_clear(self) -> None:
        """Clear a copy off a device."""
        from screens.clearing import ClearingScreen

        self.run_work(self._change(ClearingScreen(self.case_id, self.piece)), group="change")

    async def _change(self, screen: FormScreen[bool]) -> None:
        """Have something recorded; where no copy is left by it that has to be cleared, offer the step that waits."""
        from store.casework import Casework

        before = (await self.do(Casework.guide, self.case_id)).facts
        if await self.app.push_screen_wait(screen):
            await self._offer_step(before)

    async def _offer_step(self, before: CaseFacts) -> None:
        from screens.step import StepScreen
        from store.casework import Casework

        guide = await self.do(Casework.guide, self.case_id)
        left = step_left(before, guide)
        if left is None:
            return
        detail = _("It is not done by itself: Segl sees neither bin nor backup. You can do it later from the guide.")
        if not left.values:
            detail = _("Nothing was there, so nothing was cleared. You can answer it later from the guide.")
        if await self.confirmed(left.words(), detail=detail, yes=_("Go to the step")):
            await self.app.push_screen_wait(StepScreen(self.case_id, left.view.id, guide, left))

    def action_settle(self) -> None:
        """Look what became of a clearing that was cut off."""
        self.run_work(self._settle(), group="settle")

    async def _settle(self) -> None:
        from store.casework import Casework

        before = (await self.do(Casework.guide, self.case_id)).facts
        await self.do(Casework.settle_clearing, self.case_id, self.piece.id)
        await self._load()
        await self._offer_step(before)

    def action_go_back(self) -> None:
        """Back to the case."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action in ("add", "clear", "device"):
            return not self.closed
        if action == "settle":
            return not self.closed and bool(open_clearings(self.piece))
        if action == "correct":
            event = self._current if self.is_mounted and self.query("#chain") else None
            return not self.closed and event is not None and event.stands and not event.move.by_segl
        return True


def _pass_line(event: PassEvent) -> str:
    return pass_line(event.asked_by, event.reference, event.name)
