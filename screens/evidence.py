"""Register evidence: choose files, read them where they lie for their checksums, then write down what is known.

The pictures are never opened, copied or shown: only the bytes go through a checksum.
"""

from __future__ import annotations

import asyncio
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
from textual.widgets import Button, ProgressBar

from guidance.language import N_, _, ngettext
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import one_line, place_warning, size
from screens.work import CaseWork, read_draft
from store.evidence.errors import HashingCancelled, NotHashed, shown_path
from store.evidence.hashing import HashedFile, QueueProgress, hash_files

if TYPE_CHECKING:
    from store.model import EvidenceDraft

Outcome = HashedFile | NotHashed


@dataclass
class HashingMoved(Message):
    """The reading has come further."""

    progress: QueueProgress


class EvidenceScreen(CaseWork[bool]):
    """Files to checksums. Gives True when at least one piece was registered."""

    CSS_PATH = "evidence.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "pick", N_("Choose files")),
        Binding("ctrl+s", "start", N_("Read and go on")),
        Binding("delete", "drop", N_("Take off the list")),
        Binding("ctrl+t", "typed", N_("Type a checksum")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#pick"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self.paths: list[Path] = []
        self._stop = threading.Event()
        self._reading = False
        self._failed: list[NotHashed] = []
        self._folder: Path | None = None
        self._place = ""

    def heading(self) -> str:
        """Which case it belongs to."""
        return _("Register evidence in {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """The warning first; then the files, and how far the reading has come."""
        yield Plain(
            _(
                "Does the material show somebody under 18? Then do not open it, copy it or send it on: possessing such "
                "pictures can be punishable. Segl reads the file where it lies for a checksum only. It is never shown, "
                "copied or kept."
            ),
            id="warning",
            classes="banner",
        )
        yield Plain(_("In doubt, ring the police for advice before you do anything: 114."), id="doubt", classes="quiet")
        yield LineList(self._row, empty=lambda: _("No files chosen yet."), id="files")
        yield Plain("", id="place", classes="banner")
        yield Plain("", id="status")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Choose files ..."), id="pick", variant="primary")
            yield Button(_("Read and go on"), id="start")
            yield Button(_("Stop reading"), id="stop")

    def on_mount(self) -> None:
        """Nothing is chosen yet; go on with pieces that were read but not registered."""
        self._fill()
        self.run_work(self._resume(), group="resume")

    async def _resume(self) -> None:
        from screens.evidence_form import pieces_of_draft
        from store.casework import Casework

        draft = read_draft((await self.do(Casework.drafts)).get(f"evidence/{self.case_id}", ""))
        if pieces_of_draft(draft):
            self._facts([])

    def _fill(self) -> None:
        self.query_one("#files", LineList).show([*self.paths, *self._failed])
        place = self.query_one("#place", Plain)
        place.update(self._place)
        place.display = bool(self._place and self.paths)
        self.query_one("#status").display = self._reading or bool(self._failed)
        self.query_one("#progress").display = self._reading
        self.query_one("#stop").display = self._reading
        self.query_one("#pick").display = not self._reading
        start = self.query_one("#start", Button)
        start.display = not self._reading
        start.disabled = not self.paths
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew, with the same files."""
        await super().refresh_language()
        self._fill()

    def _row(self, row: Path | NotHashed, width: int) -> Content:
        if isinstance(row, NotHashed):
            words = row.diagnostics().happened.replace(row.shown, shown_path(Path(os.fsdecode(row.path)).name))
            return fit(Content.styled(f"! {one_line(words)}", "$error"), width)
        return fit(Content.assemble(shown_path(row.name), (f"  {shown_path(row.parent)}", "$text-muted")), width)

    @on(Button.Pressed, "#pick")
    def action_pick(self) -> None:
        """Choose files."""
        if not self._reading:
            self.run_work(self._pick(), group="pick")

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        chosen = await self.app.push_screen_wait(
            PickFilesScreen("files", _("Choose files to register"), start=self._folder)
        )
        if not chosen:
            return
        self._folder = chosen[0].parent
        self._failed.clear()
        self.paths += [path for path in chosen if path not in self.paths]
        self._place = await asyncio.to_thread(place_warning, self.paths)
        self._fill()
        self.query_one("#start").focus()

    def action_drop(self) -> None:
        """Take the file under the cursor off the list; the file itself stays where it is."""
        row = self.query_one("#files", LineList).current
        if isinstance(row, Path) and not self._reading:
            self.paths.remove(row)
            self._fill()

    def action_typed(self) -> None:
        """Register a checksum that somebody else has made."""
        from store.model import DigestSource, EvidenceDraft

        self._facts([EvidenceDraft(digest="", source=DigestSource.TYPED)])

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Read the files."""
        if self.paths and not self._reading:
            self.run_work(self._read(), group="read")

    async def _read(self) -> None:
        from store.evidence.register import draft_of

        self._stop.clear()
        self._failed.clear()
        self._reading = True
        self._fill()
        self.query_one("#stop").focus()
        found: list[Outcome] = []
        try:
            await self.client.aside(self._hash, tuple(self.paths), found)
            stopped = False
        except HashingCancelled:
            stopped = True
        finally:
            self._reading = False
        self._failed = [one for one in found if isinstance(one, NotHashed)]
        read = [one for one in found if isinstance(one, HashedFile)]
        if stopped:
            self._fill()
            self._say(_("The reading was stopped. Nothing is registered."))
            self.query_one("#start").focus()
            return
        failed = {one.path for one in self._failed}
        self.paths = [path for path in self.paths if bytes_of(path) in failed]
        self._fill()
        if self._failed:
            count = len(self._failed)
            words = ngettext("{count} file could not be read.", "{count} files could not be read.", count)
            self._say(words.format(count=count))
        if read:
            self._facts([draft_of(one) for one in read])

    def _hash(self, paths: Sequence[Path], found: list[Outcome]) -> None:
        """In a thread of its own: nothing here touches a widget."""
        last = -1

        def moved(progress: QueueProgress) -> None:
            nonlocal last
            percent = progress.done * 100 // progress.total if progress.total else 100
            if percent != last:
                last = percent
                self.post_message(HashingMoved(progress))

        found.extend(hash_files(paths, progress=moved, cancelled=self._stop.is_set))

    @on(HashingMoved)
    def _moved(self, event: HashingMoved) -> None:
        progress = event.progress
        self.query_one("#progress", ProgressBar).update(total=max(progress.total, 1), progress=progress.done)
        self._say(
            _("Reading file {file} of {files}: {name} ({done} of {total})").format(
                file=progress.file,
                files=progress.files,
                name=one_line(progress.name, 60),
                done=size(progress.done),
                total=size(progress.total),
            )
        )

    def _say(self, words: str) -> None:
        status = self.query_one("#status", Plain)
        status.update(words)
        status.display = True

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self._stop.set()

    def _facts(self, drafts: list[EvidenceDraft]) -> None:
        from screens.evidence_form import EvidenceFormScreen

        self.app.push_screen(EvidenceFormScreen(self.case_id, drafts), self._registered)

    def _registered(self, done: bool | None) -> None:
        if done and not self._failed:
            self.dismiss(True)

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
        if action in ("pick", "typed"):
            return not self._reading
        if action in ("start", "drop"):
            return bool(self.paths) and not self._reading
        return True


def bytes_of(path: Path) -> bytes:
    """A path as the system has it."""
    return os.fsencode(path)
