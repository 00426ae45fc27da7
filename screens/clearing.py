"""Clear a copy off a device, step by step: whose device, who holds the original, which file; then it is deleted.

What is answered is kept, the file is hashed again and compared, and only that file is deleted: an entry before, one
after.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, ProgressBar

from guidance.clearing import Clearance, ClearingRefused, HeldBy, Refusal
from guidance.custody import Device
from guidance.errors import SeglError
from guidance.gates import refusal_of_copy
from guidance.language import N_, _
from screens.widgets.choices import Choices, Option
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import one_line, said_by, size
from screens.work import FormScreen, put_fields, take_fields
from store.bundle.custody_words import copy_label, device_label, held_by_words, lying_label
from store.cases.lying import lying_of, next_copy
from store.evidence.aftermath import Aftermath, look_after, look_not_recorded
from store.evidence.clearing import Gone, Prepared, prepared
from store.evidence.clearing_errors import Hindrance, NotCleared
from store.evidence.errors import HashingCancelled, shown_path
from store.evidence.leftovers import not_promised
from store.evidence.pace import Pace, with_pace
from store.evidence.queue import QueueProgress
from store.places import classify

if TYPE_CHECKING:
    from store.model import Evidence
    from store.places import Place


_NEW: Final = "new"
_NOT_IT: Final = frozenset(
    {Hindrance.GONE, Hindrance.LINK, Hindrance.FOLDER, Hindrance.NO_FILE, Hindrance.ANOTHER, Hindrance.DIFFERS}
)
"""What says that the chosen files are not the copy: they are chosen anew."""
_FIRST: Final = {"copy": "#copy", "device": "#device", "held": "#held_by", "name": "#holder_name", "file": "#pick"}
_FIELDS: Final = ("copy", "device", "held_by", "holder_name", "held_where")


@dataclass
class ClearingMoved(Message):
    """The reading has come further."""

    progress: QueueProgress


class ClearingScreen(FormScreen[bool]):
    """Questions, then the file, then what was seen. Gives True once a copy is cleared."""

    CSS_PATH = "clearing.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "pick", N_("Choose the file")),
        Binding("delete", "drop", N_("Take off the list")),
        Binding("ctrl+s", "next", N_("Next")),
        Binding("ctrl+s", "save", N_("Clear it")),
    ]

    def __init__(self, case_id: str, piece: Evidence) -> None:
        super().__init__()
        self.case_id = case_id
        self.piece = piece
        self.paths: list[Path] = []
        self._place: Place | None = None
        self._at = 0
        self._stop = threading.Event()
        self._working = False
        self._done = False
        self._first: dict[str, str] = {}
        self._known = {copy: one for copy, one in lying_of(piece).items() if not (one.cleared or one.none_there)}
        self._number_of_new = next_copy(piece)
        self._refused = Device.NONE

    @property
    def copy(self) -> int:
        """The number of the copy that is meant: one of which somebody has answered, or the next."""
        chosen = take_fields(self, "copy").get("copy", "")
        return int(chosen) if chosen.isdigit() else self._number_of_new

    @property
    def pages(self) -> tuple[str, ...]:
        """One question a page, in this order; the last one is the file. What is known is not asked."""
        copy = ("copy",) if self._known else ()
        device = () if self.copy in self._known else ("device",)
        return (*copy, *device, "held", "name", "file")

    @property
    def page(self) -> str:
        """Which of `pages` is shown."""
        return self.pages[self._at]

    def heading(self) -> str:
        """Of which piece."""
        return _("E{number}: clear a copy off a device").format(number=self.piece.number)

    def body(self) -> ComposeResult:
        """All the pages, of which one is shown."""
        yield Plain("", id="at", classes="quiet")
        with Vertical(id="page-copy"):
            yield Plain(_("Which copy is it?"), classes="label")
            known = [
                Option(id=str(copy), label=f"{copy_label(copy)}: {lying_label(one)}")
                for copy, one in self._known.items()
            ]
            yield Choices([*known, Option(id=_NEW, label=_("another one"))], id="copy")
        with Vertical(id="page-device"):
            yield Plain(_("Whose device does the copy lie on?"), classes="label")
            yield Choices([Option(id=one.value, label=device_label(one)) for one in Device if one], id="device")
        with Vertical(id="page-held"):
            yield Plain(_("Who holds the original?"), classes="label")
            yield Choices([Option(id=one.value, label=held_by_words(one)) for one in HeldBy], id="held_by")
        with Vertical(id="page-name"):
            yield Plain(_("Who is that, by name?"), classes="label")
            yield TextLine(id="holder_name", compact=True, select_on_focus=False)
            yield Plain(_("Where is the original?"), classes="label")
            yield TextLine(id="held_where", compact=True, select_on_focus=False)
        with Vertical(id="page-file"):
            yield Plain(_("Which file is it? One with several names (hard links) needs all of them."), classes="label")
            yield LineList(self._row, empty=lambda: _("No file is chosen yet."), id="files")
            yield Plain("", id="place", classes="banner")
        with Horizontal(classes="buttons"):
            yield Button(_("Next"), id="next", variant="primary")
            yield Button(_("Choose the file ..."), id="pick")
            yield Button(_("Clear it"), id="clear", variant="error")
            yield Button(_("Stop reading"), id="stop")
        yield Plain("", id="seen")
        yield ProgressBar(show_eta=False, id="progress")

    def on_mount(self) -> None:
        """No file is chosen yet; what is known of the original stands in the fields, whose device it is never."""
        self._fill()
        self.query_one(_FIRST[self.page]).focus()
        self.run_work(self._offer())

    async def _offer(self) -> None:
        from store.casework import Casework

        known = {"holder_name": self.piece.holder_name, "held_where": self.piece.held_where}
        # What was said of the case, or of another piece, says nothing of who holds the original of this one.
        held_by = await self.do(Casework.original_held_by, self.case_id, self.piece.id)
        if held_by is not None:
            known["held_by"] = held_by.value
        put_fields(self, known)
        self._first = take_fields(self, *_FIELDS)
        await self.offer_draft()

    @property
    def draft_key(self) -> str:
        """The answers of one piece."""
        return f"clear-copy/{self.case_id}/{self.piece.id}"

    def typed(self) -> dict[str, str]:
        """The answers, where anything is changed; never the path."""
        fields = take_fields(self, *_FIELDS)
        return fields if fields != self._first else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, typed)

    async def refresh_language(self) -> None:
        """Draw anew, with the same file."""
        await super().refresh_language()
        self._fill()

    def _fill(self) -> None:
        last = self.page == "file"
        self.query_one("#at", Plain).update(
            _("Question {number} of {count}").format(number=self._at + 1, count=len(self.pages))
        )
        for page in _FIRST:
            self.query_one(f"#page-{page}").display = page == self.page
        self.query_one("#files", LineList).show(self.paths)
        place = self.query_one("#place", Plain)
        place.display = self._place is not None and not self._done
        if self._place is not None:
            place.update(not_promised(self._place))
        self.query_one("#next").display = not last
        for button, shown in (("#pick", last and not self._done), ("#clear", last and not self._done)):
            self.query_one(button).display = shown and not self._working
        self.query_one("#clear", Button).disabled = not self.paths
        self.query_one("#stop").display = self.query_one("#progress").display = self._working
        self.query_one("#seen").display = last
        self.refresh_bindings()

    def _row(self, row: Path, width: int) -> Content:
        return fit(Content.assemble(shown_path(row.name), (f"  {shown_path(row.parent)}", "$text-muted")), width)

    def _go(self, at: int) -> None:
        self._at = at
        self.say_fault("")
        self._fill()
        self.query_one("#clear" if self.page == "file" and self.paths else _FIRST[self.page]).focus()

    @on(Button.Pressed, "#next")
    def action_next(self) -> None:
        """Go on to the next question, if nothing stands against it."""
        if self.page != "file":
            self.run_work(self._next_page(), group="pick")

    async def _next_page(self) -> None:
        if await self._allowed():
            self._go(self._at + 1)

    def go_on_after_choice(self) -> None:
        """Enter on an answer goes to the next question."""
        self.action_next()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        if event.input.id == "held_where":
            self.action_next()
        else:
            self.focus_next()

    @property
    def answers(self) -> Clearance:
        """What stands in the fields."""
        said = take_fields(self, *_FIELDS)
        known = self._known.get(self.copy)
        return Clearance(
            device=known.device if known else Device(said.get("device", "")),
            held_by=HeldBy(said.get("held_by", HeldBy.NOBODY.value)),
            holder_name=said.get("holder_name", ""),
            held_where=said.get("held_where", ""),
        )

    @on(Button.Pressed, "#pick")
    def action_pick(self) -> None:
        """Choose the copy."""
        self.run_work(self._pick(), group="pick")

    async def _allowed(self) -> bool:
        """Whether nothing that was answered up to this page stands against it, with what does said.

        The answers are kept from the second on; doubt makes the call to the police due.
        """
        from store.casework import Casework

        answers = self.answers
        if self.page in ("copy", "device"):
            answers = replace(answers, held_by=HeldBy.POLICE, holder_name="-")
        elif self.page == "held":
            answers = replace(answers, holder_name="-")
        try:
            if self.page in ("copy", "device"):
                self._check_copy(answers)
            else:
                try:
                    await self.do(Casework.clearance, self.case_id, self.piece.id, answers, self.copy)
                finally:
                    self.piece = await self.do(Casework.evidence_piece, self.case_id, self.piece.id)
        except ClearingRefused as refused:
            self._refused = answers.device if self.page == "device" else Device.NONE
            at, field = _ABOUT.get(refused.why, ("", ""))
            if not at:
                at = "device" if "device" in self.pages else "copy"
                field = _FIRST[at]
            if at != self.page:
                self._go(self.pages.index(at))
            said = said_by(refused)
            self.say_fault(f"{said.happened} {said.todo}", field)
            return False
        self._refused = Device.NONE
        self.say_fault("")
        return True

    def _check_copy(self, answers: Clearance) -> None:
        """What stands against the copy itself; which one it is has to be said, and then whose device, page by page."""
        if self.page == "copy" and self.copy not in self._known:
            if not take_fields(self, "copy").get("copy"):
                raise ClearingRefused(Refusal.UNKNOWN_DEVICE)
            return
        if (why := refusal_of_copy(lying_of(self.piece).get(self.copy), answers)) is not None:
            raise ClearingRefused(why)

    async def leave(self) -> None:
        """That a copy lies on somebody else's device is kept, though nothing is cleared there."""
        from store.casework import Casework

        if self._refused not in (Device.VICTIM, Device.OTHER) or self.copy in lying_of(self.piece):
            await super().leave()
            return
        await self.do(Casework.locate_copy, self.case_id, self.piece.id, self.copy, self._refused)
        await self.drop_draft()
        words = _("Recorded of {copy}: {device}.")
        self.said(words.format(copy=copy_label(self.copy), device=device_label(self._refused)))
        self.dismiss(None)

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        start = self.paths[-1].parent if self.paths else None
        chosen = await self.app.push_screen_wait(PickFilesScreen("files", _("Choose the copy to clear"), start=start))
        if chosen:
            self.paths += [path for path in chosen if path not in self.paths]
            self._place = await asyncio.to_thread(classify, self.paths[0])
            self._fill()
            self.query_one("#clear").focus()

    def action_drop(self) -> None:
        """Take the name under the cursor off the list; the file itself stays where it is."""
        row = self.query_one("#files", LineList).current
        if isinstance(row, Path) and not self._working and not self._done:
            self.paths.remove(row)
            self._fill()

    @on(Button.Pressed, "#clear")
    def action_save(self) -> None:
        """Delete it."""
        if self.page == "file" and self.paths and not self._working and not self._done:
            self.run_work(self._clear(tuple(self.paths)), group="clear")

    async def _clear(self, paths: tuple[Path, ...]) -> None:
        if not await self._allowed():
            return
        question = _(
            "Delete this file for good? It is hashed again first, and deleted only if it is the one registered."
        )
        if not await self.confirmed(question, detail="\n".join(shown_path(path) for path in paths), yes=_("Delete it")):
            return
        self._stop.clear()
        self._working = True
        self._fill()
        self.query_one("#seen", Plain).update(_("Reading the file again ... Escape stops."))
        self.query_one("#stop").focus()
        self._show_seen()
        try:
            await self._delete_what_is_told_apart(paths)
        except HashingCancelled:
            self.query_one("#seen", Plain).update(_("Stopped. Nothing was deleted."))
        except BaseException as fault:
            if self.is_attached:
                self.query_one("#seen", Plain).update("")
            if isinstance(fault, NotCleared) and fault.hindrance in _NOT_IT:
                self.paths.clear()
                self._place = None
            raise
        finally:
            self._working = False
            # A lock takes the screen away while the question stands.
            if self.is_attached:
                self._fill()
                self.query_one("#pick" if not self._done else "#files").focus()
                self._show_seen()

    async def _delete_what_is_told_apart(self, paths: tuple[Path, ...]) -> None:
        """Where the original may be this file, a person says that it is another; nothing is held open meanwhile."""
        try:
            await self._delete(paths)
        except ClearingRefused as refused:
            if refused.why is not Refusal.NOT_TOLD_APART:
                raise
            said = said_by(refused)
            names = "\n".join(shown_path(path) for path in paths)
            question = " ".join((said.happened, _("Is this file another one, and yours to delete?")))
            if not await self.confirmed(question, detail=names, yes=_("It is another file")):
                raise
            await self._delete(paths, apart=True)

    async def _delete(self, paths: tuple[Path, ...], *, apart: bool = False) -> None:
        holder = prepared(
            paths,
            digest=self.piece.digest,
            size=self.piece.size,
            progress=self._mover(),
            cancelled=self._stop.is_set,
        )
        ready: Prepared = await self.client.aside(holder.__enter__)
        copy, gone = await self.through(self._carry_out(holder, ready, apart=apart))
        if isinstance(gone, NotCleared):
            raise gone
        self._done = True
        await self.drop_draft()
        await self._tell(ready, copy)

    async def _carry_out(
        self, holder: AbstractContextManager[Prepared], ready: Prepared, *, apart: bool
    ) -> tuple[int, Gone | NotCleared]:
        """An entry before, the deletion, an entry after; gives the number of the copy and the outcome."""
        from store.casework import Casework

        try:
            where = "; ".join(shown_path(name) for name in ready.trace.names)
            copy = await self.do(
                Casework.begin_clearing,
                self.case_id,
                self.piece.id,
                self.answers,
                ready.trace,
                where=where,
                copy=self.copy,
                apart=apart,
            )
            gone = await self.client.aside(_outcome, ready.delete)
            self.piece = await self.do(Casework.end_clearing, self.case_id, self.piece.id, copy, gone)
        finally:
            holder.__exit__(None, None, None)
        return copy, gone

    async def _tell(self, ready: Prepared, copy: int) -> None:
        """What is still there; the file is gone, so that Escape stops nothing but the looking."""
        names = ready.trace.names
        if self.is_attached:
            self._fill()
            words = _("Cleared. Looking for the same file beside it ... Escape stops the looking.")
            self.query_one("#seen", Plain).update(words)
        after, failed = await self.through(self._look_after(names, ready.size, copy), stop=self._stop.set)
        if not self.is_attached:
            return
        lines = [_("Cleared: name and file are gone."), *(one_line(line, 400) for line in after.lines()), failed]
        self.query_one("#seen", Plain).update("\n".join(filter(None, lines)))
        self._show_seen()

    async def _look_after(self, names: Sequence[bytes], size: int, copy: int) -> tuple[Aftermath, str]:
        """What is still there, recorded: also what was seen until somebody stopped it; and what failed in recording."""
        from store.casework import Casework

        place = self._place
        if place is None:
            place = await asyncio.to_thread(classify, names[0])
        lay_in = place
        after = await self.client.aside(
            lambda: look_after(
                names, self.piece.digest, size, lay_in, progress=self._mover(), cancelled=self._stop.is_set
            )
        )
        try:
            self.piece = await self.do(Casework.record_look, self.case_id, self.piece.id, copy, after.look())
        except SeglError as error:
            # The file is gone and that is recorded: what is still there has to be told all the same.
            return after, look_not_recorded(error)
        return after, ""

    def _show_seen(self) -> None:
        self.set_timer(0.05, lambda: self.query_one("#body").scroll_end(animate=False))

    def _mover(self) -> Callable[[int, int], None]:
        """Runs in the thread that reads: says how far it is ten times a second at most, and touches no widget."""
        pace = Pace(self.piece.name)

        def moved(done: int, total: int) -> None:
            if (progress := pace(done, total)) is not None:
                self.post_message(ClearingMoved(progress))

        return moved

    @on(ClearingMoved)
    def _moved(self, event: ClearingMoved) -> None:
        self.query_one("#progress", ProgressBar).update(
            total=max(event.progress.total, 1), progress=event.progress.done
        )
        if self._working:
            words = _("Reading the file again: {done} of {total}. Escape stops; nothing is deleted before it is read.")
            if self._done:
                words = _("Cleared. Looking for the same file beside it: {done} of {total}. Escape stops the looking.")
            said = words.format(done=size(event.progress.done), total=size(event.progress.total))
            self.query_one("#seen", Plain).update(with_pace(said, event.progress))

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self._stop.set()

    def on_unmount(self) -> None:
        """A reading that nobody waits for ends."""
        self._stop.set()

    def action_go_back(self) -> None:
        """Stop the reading, go back a question, or leave."""
        if self._working:
            self._stop.set()
        elif self._done:
            self.dismiss(True)
        elif self._at:
            self._go(self._at - 1)
        else:
            super().action_go_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action == "next":
            return self.page != "file"
        there = self.page == "file" and not self._working and not self._done
        if action == "pick":
            return there
        if action in ("save", "drop"):
            return there and bool(self.paths)
        return True


_ABOUT: Final = {
    Refusal.NOT_SECURED: ("held", "#held_by"),
    Refusal.IN_DOUBT: ("held", "#held_by"),
    Refusal.NO_NAME: ("name", "#holder_name"),
}
"""Page and field that a refusal is about; the others are about the device."""


def _outcome(delete: Callable[[], Gone]) -> Gone | NotCleared:
    try:
        return delete()
    except NotCleared as failure:
        return failure
