"""Register evidence: choose files, read them where they lie for their checksums, then write down what is known.

The pictures are never opened, copied or shown: only the bytes go through a checksum.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, ProgressBar

from guidance.clearing import device_advice
from guidance.custody import Device
from guidance.errors import SeglError
from guidance.language import N_, _, ngettext
from screens.evidence_reading import Reading
from screens.widgets.choices import Choices, Option
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import duration, one_line, place_warning, places_of, size
from screens.work import CaseWork, put_fields, read_draft, take_fields
from store.bundle.custody_words import device_label
from store.evidence.digest_lists import WrongLine
from store.evidence.errors import HashingCancelled, NotHashed, shown_path
from store.evidence.hashing import HashedFile
from store.evidence.queue import QueueProgress
from store.evidence.queue_draft import (
    Resumed,
    all_read,
    device_of,
    parts_of,
    pieces_of_parts,
    queue_key,
    read_chosen,
    write_chosen,
)
from store.evidence.register import caution

if TYPE_CHECKING:
    from store.model import EvidenceDraft
    from store.places import Place

_NOBODY_KNOWS: Final = "unknown"


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
        Binding("ctrl+d", "list", N_("Take in a list")),
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
        self._places: tuple[Place, ...] = ()
        self.device = Device.NONE
        self._before: dict[str, str] = {}
        self._wrong: list[WrongLine] = []

    def heading(self) -> str:
        """Which case it belongs to."""
        return _("Register evidence in {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """The warning first; then the files, and how far the reading has come."""
        warning, doubt = caution()
        yield Plain(warning, id="warning", classes="banner")
        yield Plain(doubt, id="doubt", classes="quiet")
        yield LineList(self._row, empty=lambda: _("No files chosen yet."), id="files")
        yield Plain("", id="place", classes="banner")
        yield Plain(_("Whose device is that?"), id="device-label", classes="label")
        whose = [Option(id=one.value, label=device_label(one)) for one in Device if one]
        yield Choices([*whose, Option(id=_NOBODY_KNOWS, label=_("I do not know"))], id="device")
        yield Plain("", id="status")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Choose files ..."), id="pick", variant="primary")
            yield Button(_("List ..."), id="list")
            yield Button(_("Checksum ..."), id="typed")
            yield Button(_("Read and go on"), id="start")
            yield Button(_("Stop reading"), id="stop")

    def on_mount(self) -> None:
        """Nothing is chosen yet; go on with pieces that were read but not registered."""
        self._fill()
        self.run_work(self._resume(), group="resume")

    async def _resume(self) -> None:
        from screens.evidence_pieces import pieces_of_draft
        from store.casework import Casework

        drafts = await self.do(Casework.drafts)
        if pieces_of_draft(read_draft(drafts.get(f"evidence/{self.case_id}", ""))):
            self._facts([])
            return
        queue = drafts.get(queue_key(self.case_id), "")
        chosen = read_chosen(queue)
        if not chosen:
            return
        self._before = await self.do(Casework.drafts_below, queue_key(self.case_id))
        if all_read(queue) and self._before:
            self._facts([], parts=await asyncio.to_thread(pieces_of_parts, self._before, device_of(queue)))
            return
        self.paths = [Path(os.fsdecode(path)) for path in chosen]
        self._places = await asyncio.to_thread(places_of, self.paths)
        self._fill()
        count = len(Resumed(self._before.values()))
        words = ngettext(
            "From before: {count} file of these is read already and is not read again.",
            "From before: {count} files of these are read already and are not read again.",
            count,
        )
        self._say(words.format(count=count) if count else _("From before: these were chosen and not read yet."))
        self._to_what_is_next()

    def _fill(self) -> None:
        self.query_one("#files", LineList).show([*self.paths, *self._failed, *self._wrong])
        place = self.query_one("#place", Plain)
        words = place_warning(self._places)
        place.update(device_advice(self._whose) or words)
        place.display = bool(words and self.paths)
        for id in ("#device-label", "#device"):
            self.query_one(id).display = self._on_a_device and not self._reading
        self.query_one("#status").display = self._reading or bool(self._failed)
        self.query_one("#progress").display = self._reading
        self.query_one("#stop").display = self._reading
        for id in ("#pick", "#list", "#typed"):
            self.query_one(id).display = not self._reading
        start = self.query_one("#start", Button)
        start.display = not self._reading
        start.disabled = not self.paths
        self.refresh_bindings()

    @property
    def _on_a_device(self) -> bool:
        return bool(self.paths) and any(place.somebodys for place in self._places)

    @on(Choices.Changed, "#device")
    def _device_said(self, event: Choices.Changed) -> None:
        whose = " ".join(self.query_one("#device", Choices).chosen)
        self.device = Device.NONE if whose == _NOBODY_KNOWS else Device(whose)
        event.stop()
        self._fill()

    @property
    def _whose(self) -> Device:
        """Whose device it is, where the files lie on one."""
        return self.device if self._on_a_device else Device.NONE

    def _to_what_is_next(self) -> None:
        self.query_one("#device" if self._on_a_device and not self._said_whose else "#start").focus()

    @property
    def _said_whose(self) -> bool:
        return bool(self.query_one("#device", Choices).chosen)

    async def refresh_language(self) -> None:
        """Draw anew, with the same files."""
        said = take_fields(self, "device")
        await super().refresh_language()
        put_fields(self, said)
        self._fill()

    def _row(self, row: Path | NotHashed | WrongLine, width: int) -> Content:
        if isinstance(row, WrongLine):
            words = _("! line {line}: {why}: {begins}").format(line=row.line, why=row.why, begins=one_line(row.begins))
            return fit(Content.styled(words, "$error"), width)
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
            PickFilesScreen("files-and-folders", _("Choose files and folders to register"), start=self._folder)
        )
        if not chosen:
            return
        self._folder = chosen[0].parent
        self._failed.clear()
        self._wrong.clear()
        self.paths += [path for path in chosen if path not in self.paths]
        await self._keep_chosen()
        self._places = await asyncio.to_thread(places_of, self.paths)
        self._fill()
        self._to_what_is_next()

    async def _keep_chosen(self) -> None:
        from store.casework import Casework

        key = queue_key(self.case_id)
        if self.paths:
            await self.do(Casework.save_draft, key, write_chosen(bytes_of(path) for path in self.paths))
        else:
            self._before = {}
            await self.do(Casework.drop_drafts, key)

    def action_drop(self) -> None:
        """Take the file under the cursor off the list; the file itself stays where it is."""
        row = self.query_one("#files", LineList).current
        if isinstance(row, Path) and not self._reading:
            self.paths.remove(row)
            self._fill()
            self.run_work(self._keep_chosen(), group="keep-chosen")

    @on(Button.Pressed, "#list")
    def action_list(self) -> None:
        """Take in a list of checksums that was made elsewhere."""
        if not self._reading:
            self.run_work(self._list(), group="list")

    async def _list(self) -> None:
        from screens.pick_files import PickFilesScreen
        from store.evidence.digest_lists import MOST_BYTES, read_list

        chosen = await self.app.push_screen_wait(
            PickFilesScreen("file", _("Choose a list of checksums"), start=self._folder)
        )
        if not chosen:
            return

        def fetch() -> bytes:
            with chosen[0].open("rb") as file:
                return file.read(MOST_BYTES + 1)

        try:
            raw = await asyncio.to_thread(fetch)
        except OSError as error:
            self._say(_("The list can't be read: {reason}").format(reason=error.strerror or type(error).__name__))
            return
        found = await asyncio.to_thread(read_list, raw)
        if found.plain and await self.confirmed(
            _("Which program made the list?"),
            detail=_("Its lines do not say. sha256sum, hashdeep and most others make SHA-256."),
            yes=_("b3sum (BLAKE3)"),
            no=_("Another (SHA-256)"),
        ):
            found = await asyncio.to_thread(lambda: read_list(raw, plain="blake3"))
        self._wrong = list(found.wrong)
        self._fill()
        if self._wrong:
            count = len(self._wrong)
            words = ngettext("{count} line was not used.", "{count} lines were not used.", count)
            self._say(words.format(count=count))
        if found.found:
            # A list may hold a quarter of a million.
            self._facts(await asyncio.to_thread(lambda: [one.draft() for one in found.found]))

    @on(Button.Pressed, "#typed")
    def action_typed(self) -> None:
        """Register a checksum that somebody else has made."""
        from store.model import DigestSource, EvidenceDraft

        self._facts([EvidenceDraft(digest="", source=DigestSource.TYPED)])

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Read the files."""
        if not self.paths or self._reading:
            return
        if self._on_a_device and not self._said_whose:
            self.say_fault(_("Say whose device the files lie on."), "#device")
            return
        self.say_fault("")
        self.run_work(self._read(), group="read")

    async def _read(self) -> None:
        from store.casework import Casework

        self._stop.clear()
        self._failed.clear()
        self._wrong.clear()
        self._reading = True
        self._fill()
        self.query_one("#stop").focus()
        key = queue_key(self.case_id)
        chosen = [bytes_of(path) for path in self.paths]
        reading = Reading(self.case_id, chosen, self._before, self._keeper(), self._mover(), self._stop)
        stopped = False
        whose = self._whose
        try:
            await self.do(Casework.save_draft, key, write_chosen(chosen))
            await self.client.aside(reading.run)
        except HashingCancelled:
            stopped = True
        finally:
            self._reading = False
            self._fill()
        self._failed = [one for one in reading.found if isinstance(one, NotHashed)]
        read = [one for one in reading.found if isinstance(one, HashedFile)]
        if stopped:
            self._before = await self.do(Casework.drafts_below, key)
            self._fill()
            self._say(_("The reading was stopped. Nothing is registered; what was read is not read again."))
            self.query_one("#start").focus()
            return
        failed = {one.path for one in self._failed}
        self.paths = [path for path in self.paths if bytes_of(path) in failed]
        self._before = {}
        # Of a hundred thousand files this takes seconds: a lock waits for it as for the reading.
        with self.client.at_work():
            if read:
                parts = await asyncio.to_thread(parts_of, self.case_id, read)
                await self.client.do(Casework.replace_drafts, key, write_chosen(chosen, read=True, device=whose), parts)
            else:
                await self._keep_chosen()
            self._fill()
            if self._failed:
                count = len(self._failed)
                words = ngettext("{count} file could not be read.", "{count} files could not be read.", count)
                self._say(words.format(count=count))
            if read:
                self._facts([], parts=await asyncio.to_thread(pieces_of_parts, dict(parts), whose))

    def _keeper(self) -> Callable[[str, str], None]:
        """How the reading, in its thread, keeps what it has read; it waits until it is kept."""
        from store.casework import Casework

        loop = asyncio.get_running_loop()

        def keep(key: str, text: str) -> None:
            # A part that can't be kept is read again after a crash; the reading itself goes on.
            with suppress(SeglError, TimeoutError, CancelledError):
                keeping = self.client.do(Casework.save_draft, key, text)
                asyncio.run_coroutine_threadsafe(keeping, loop).result(5)

        return keep

    def _mover(self) -> Callable[[QueueProgress], None]:
        def moved(progress: QueueProgress) -> None:
            self.post_message(HashingMoved(progress))

        return moved

    @on(HashingMoved)
    def _moved(self, event: HashingMoved) -> None:
        progress = event.progress
        self.query_one("#progress", ProgressBar).update(total=max(progress.total, 1), progress=progress.done)
        words = _("Reading file {file} of {files}: {name} ({done} of {total})").format(
            file=progress.file,
            files=progress.files,
            name=one_line(progress.name, 60),
            done=size(progress.done),
            total=size(progress.total),
        )
        left = progress.seconds_left
        if left is not None:
            words += _(" · {rate} a second, {left} left").format(rate=size(int(progress.rate)), left=duration(left))
        self._say(words)

    def _say(self, words: str) -> None:
        status = self.query_one("#status", Plain)
        status.update(words)
        status.display = True

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self._stop.set()

    def _facts(self, drafts: list[EvidenceDraft], parts: Mapping[str, tuple[EvidenceDraft, ...]] | None = None) -> None:
        from screens.evidence_form import EvidenceFormScreen

        self.app.push_screen(EvidenceFormScreen(self.case_id, drafts, parts=parts or {}), self._registered)

    def _registered(self, done: bool | None) -> None:
        if done and not self._failed and not self._wrong:
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
        if action in ("pick", "typed", "list"):
            return not self._reading
        if action in ("start", "drop"):
            return bool(self.paths) and not self._reading
        return True


def bytes_of(path: Path) -> bytes:
    """A path as the system has it."""
    return os.fsencode(path)
