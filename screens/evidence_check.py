"""Check files: a folder or files against the register of the case, and against every other case; or a typed checksum.

One reading answers both: is it still what was registered here, and has exactly the same been registered before?
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, ProgressBar

from guidance.language import N_, _
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import moment, one_line
from screens.work import CaseWork
from store.evidence.errors import HashingCancelled, NotHashed, shown_path
from store.evidence.hashing import HashedFile
from store.evidence.pace import so_far_words
from store.evidence.queue import QueueProgress
from store.evidence.queue_draft import PART
from store.evidence.register import caution
from store.evidence.seen import EXACT_ONLY, Seen
from store.evidence.verify import Checked, check_label, compare, read_files, summary_words

if TYPE_CHECKING:
    from store.evidence.register import Line


@dataclass
class CheckMoved(Message):
    """The reading has come further."""

    progress: QueueProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line of what was found."""

    words: str
    style: str = ""


class EvidenceCheckScreen(CaseWork[None]):
    """Files against the register. Nothing of them is shown, copied or kept."""

    CSS_PATH = "evidence_check.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "pick_folder", N_("Choose a folder")),
        Binding("ctrl+f", "pick_files", N_("Choose files")),
        Binding("ctrl+s", "record", N_("Write it into the case")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#folder"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._stop = threading.Event()
        self._reading = False
        self._checked: Checked | None = None
        self._rows: tuple[_Row, ...] = ()
        self._summary = ""

    def heading(self) -> str:
        """Which case it is."""
        return _("Check files against {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """The warning first; what is found and what is not; a checksum to look up; what was found."""
        warning, doubt = caution()
        yield Plain(f"{warning} {doubt}", id="warning", classes="banner")
        yield Plain(_(EXACT_ONLY), id="exact", classes="quiet")
        yield Plain(_("Look up a checksum in all cases: 64 signs, or 16 groups with check characters"), classes="label")
        yield TextLine(id="digest", compact=True, select_on_focus=False)
        yield Plain("", id="status")
        yield ProgressBar(show_eta=False, id="progress")
        yield LineList(self._row, empty=lambda: _("Nothing was checked yet."), id="found")
        with Horizontal(classes="buttons"):
            yield Button(_("Choose a folder ..."), id="folder", variant="primary")
            yield Button(_("Choose files ..."), id="files")
            yield Button(_("Write it into the case"), id="record")
            yield Button(_("Stop reading"), id="stop")

    def on_mount(self) -> None:
        """Nothing is chosen yet."""
        self._fill()

    def _clear(self) -> None:
        self._checked = None
        self._rows = ()
        self._summary = ""
        self._fill()

    def _fill(self) -> None:
        self.query_one("#found", LineList).show(self._rows)
        self._say(self._summary)
        # Said before and while files are read; what was found needs the room.
        self.query_one("#warning").display = not self._rows
        self.query_one("#progress").display = self._reading
        self.query_one("#stop").display = self._reading
        for button in ("#folder", "#files"):
            self.query_one(button).display = not self._reading
        self.query_one("#record").display = self._checked is not None and not self._reading
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew; what was found is looked at again."""
        await super().refresh_language()
        self._fill()

    def _row(self, row: _Row, width: int) -> Content:
        return fit(Content.styled(row.words, row.style), width)

    def _say(self, words: str) -> None:
        status = self.query_one("#status", Plain)
        status.update(words)
        status.display = bool(words)

    @on(Input.Submitted, "#digest")
    def _look_up(self) -> None:
        self.run_work(self._find(self.query_one("#digest", Input).value), group="check")

    async def _find(self, text: str) -> None:
        from store.cases.errors import DigestNotHeard
        from store.casework import Casework

        self._clear()
        try:
            seen = await self.do(Casework.seen_before, (text,))
        except DigestNotHeard as none:
            said = none.diagnostics()
            self._summary = f"{said.happened} {said.todo}"
            self._fill()
            return
        self._rows = tuple(_Row(words=self._where(one), style="$warning") for one in seen)
        self._summary = _("Registered in these cases:") if seen else _("Not registered in any case.")
        self._fill()

    def _where(self, one: Seen) -> str:
        return _("{case}, {title}: E{number} {name}, registered {day}").format(
            case=one.reference,
            title=one_line(one.title),
            number=one.number,
            name=one_line(one.name),
            day=moment(one.registered_at),
        )

    @on(Button.Pressed, "#folder")
    def action_pick_folder(self) -> None:
        """Choose a folder and read it."""
        self.run_work(self._pick(folder=True), group="check")

    @on(Button.Pressed, "#files")
    def action_pick_files(self) -> None:
        """Choose files and read them."""
        self.run_work(self._pick(folder=False), group="check")

    async def _pick(self, *, folder: bool) -> None:
        from screens.pick_files import PickFilesScreen

        if folder:
            screen = PickFilesScreen("folder", _("Choose the folder to check"))
        else:
            screen = PickFilesScreen("files", _("Choose files to check"))
        chosen = await self.app.push_screen_wait(screen)
        if chosen:
            await self._check(tuple(os.fsencode(path) for path in chosen))

    async def _check(self, paths: tuple[bytes, ...]) -> None:
        from store.casework import Casework

        register = await self.do(Casework.evidence_listed, self.case_id)
        self._stop.clear()
        self._reading = True
        self._clear()
        self.query_one("#stop").focus()
        try:
            read, unread = await self.client.aside(self._read, paths)
        except HashingCancelled:
            self._summary = _("The reading was stopped. Nothing was compared.")
        else:
            self._checked = await self.client.aside(compare, register, read, unread)
            seen: list[Seen] = []
            digests = list(dict.fromkeys(file.digest for file in read))
            # In parts, so that nothing else waits for the vault meanwhile.
            for at in range(0, len(digests), PART):
                seen += await self.do(Casework.seen_before, digests[at : at + PART])
            elsewhere = [one for one in seen if one.case_id != self.case_id]
            self._tell(self._checked, elsewhere, read)
        finally:
            self._reading = False
            if self.is_attached:
                self._fill()
        self.query_one("#found" if self._rows else "#folder").focus()

    def _read(self, paths: tuple[bytes, ...]) -> tuple[list[HashedFile], list[NotHashed]]:
        """In a thread of its own: nothing here touches a widget."""

        def moved(progress: QueueProgress) -> None:
            self.post_message(CheckMoved(progress))

        return read_files(paths, progress=moved, cancelled=self._stop.is_set, calm=True)

    def _tell(self, checked: Checked, elsewhere: Sequence[Seen], read: Sequence[HashedFile]) -> None:
        """What stands against the register first, then what is elsewhere, then what is as it was."""

        def row(state: str, evidence: Line | None, path: bytes, style: str = "") -> _Row:
            number = f"E{evidence.number}  " if evidence else ""
            return _Row(words=f"{check_label(state)}  {number}{shown_path(Path(os.fsdecode(path)).name)}", style=style)

        nameless = _("(no file name)")
        rows = [row("changed", one.evidence, one.path, "$error") for one in checked.changed]
        rows += [
            _Row(
                words=f"{check_label(state)}  E{one.number}  {one_line(one.name) or nameless}",
                style="$error",
            )
            for state, pieces in (("missing", checked.missing), ("unseen", checked.unseen))
            for one in pieces
        ]
        rows += [_Row(words=f"! {one_line(one.diagnostics().happened)}", style="$error") for one in checked.unread]
        rows += [_Row(words=f"! {one_line(one.words())}", style="$warning") for one in checked.open]
        names = {file.digest: file.name for file in read}
        rows += [
            _Row(
                words=_("{name} is in another case too: {where}").format(
                    name=one_line(names[one.digest]), where=self._where(one)
                ),
                style="$warning",
            )
            for one in elsewhere
        ]
        rows += [row("new", None, path) for path in checked.new]
        rows += [row("copy", one.evidence, one.path, "$text-muted") for one in checked.copies]
        rows += [row("matched", one.evidence, one.path, "$success") for one in checked.matched]
        self._rows = tuple(rows)
        self._summary = summary_words(checked)

    @on(CheckMoved)
    def _moved(self, event: CheckMoved) -> None:
        progress = event.progress
        self.query_one("#progress", ProgressBar).update(total=max(progress.total, 1), progress=progress.done)
        if self._reading:
            self._say(so_far_words(progress))

    @on(Button.Pressed, "#record")
    def action_record(self) -> None:
        """Write what was found into the case."""
        self.run_work(self._record(), group="check")

    async def _record(self) -> None:
        from store.casework import Casework

        if self._checked is None:
            return
        await self.do(Casework.record_check, self.case_id, self._checked)
        self._checked = None
        self._fill()
        self.said(_("It stands in the case."))
        self.query_one("#found").focus()

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self._stop.set()

    def action_go_back(self) -> None:
        """Stop the reading, or leave."""
        if self._reading:
            self._stop.set()
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        """A reading that nobody waits for ends."""
        self._stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action == "record":
            return self._checked is not None and not self._reading
        if action in ("pick_folder", "pick_files"):
            return not self._reading
        return True
