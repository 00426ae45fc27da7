"""The queue of files chosen for the register: kept, read where they lie, gone on with after a lock or a crash."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message
from textual.widgets import Button, ProgressBar

from guidance.custody import Device
from guidance.errors import SeglError
from guidance.language import _, ngettext
from screens.evidence_reading import Reading
from screens.widgets.choices import Choices
from screens.widgets.plain import Plain
from screens.work import CaseWork, read_draft
from store.evidence.digest_lists import WrongLine
from store.evidence.errors import HashingCancelled, NotHashed
from store.evidence.hashing import HashedFile
from store.evidence.pace import so_far_words
from store.evidence.queue import QueueProgress
from store.evidence.queue_draft import (
    Resumed,
    all_read,
    parts_of,
    pieces_of_parts,
    queue_key,
    read_chosen,
    said_whose,
    write_chosen,
)
from store.evidence.whose_files import FilesAt, asked_about, files_by_place, whose_by_folder

if TYPE_CHECKING:
    from store.model import EvidenceDraft
    from store.places import Place

NOBODY_KNOWS = "unknown"


@dataclass
class HashingMoved(Message):
    """The reading has come further."""

    progress: QueueProgress


class EvidenceQueue(CaseWork[bool]):
    """What is chosen and what came of reading it; how it is shown is `screens.evidence`.

    Attributes:
        paths: files and folders that were chosen and are not read.
        answers: whose device it is, as a person said, of each place that they lie on.
    """

    case_id: str
    answers: dict[Place, Device]

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[Path] = []
        self._stop = threading.Event()
        self._reading = False
        self._looking = False
        self.answers = {}
        self._asked: Place | None = None
        self._failed: list[NotHashed] = []
        self._wrong: list[WrongLine] = []
        self._places: tuple[FilesAt, ...] = ()
        self._before: dict[str, str] = {}

    def _fill(self) -> None:
        """Show what there is now."""
        raise NotImplementedError

    def _to_what_is_next(self) -> None:
        """Put the focus where the next key goes."""
        unsaid = self._unsaid
        if unsaid is not None:
            self._ask(unsaid)
        self.query_one("#start" if unsaid is None else "#device").focus()

    @property
    def _devices(self) -> tuple[FilesAt, ...]:
        """The places that are somebody's own and that the files lie on: of each is asked once."""
        return asked_about(self._places) if self.paths else ()

    @property
    def _unsaid(self) -> Place | None:
        """The first of them of which nothing is answered."""
        return next((one.place for one in self._devices if one.place not in self.answers), None)

    def _ask(self, place: Place) -> None:
        """Put the question of one place, with what was answered."""
        self._asked = place
        said = self.answers.get(place)
        self.query_one("#device", Choices).put(chosen=() if said is None else (said.value or NOBODY_KNOWS,))
        self._fill()

    async def _look_where(self) -> None:
        """See where what was chosen lies, with all that lies below it; a folder of a cloud may be far down."""
        self._stop.clear()
        self._looking = True
        self._fill()
        self._say(_("Segl looks where the files lie. Escape goes back."))
        try:
            self._places = await asyncio.to_thread(files_by_place, tuple(self.paths), cancelled=self._stop.is_set)
        finally:
            self._looking = False
        self._asked = None
        self._fill()

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
            self._facts(
                [], parts=await asyncio.to_thread(pieces_of_parts, self._before, said_whose(queue, self._before))
            )
            return
        self.paths = [Path(os.fsdecode(path)) for path in chosen]
        await self._look_where()
        count = len(Resumed(self._before.values()))
        words = ngettext(
            "From before: {count} file of these is read already and is not read again.",
            "From before: {count} files of these are read already and are not read again.",
            count,
        )
        self._say(words.format(count=count) if count else _("From before: these were chosen and not read yet."))
        self._to_what_is_next()

    async def _keep_chosen(self) -> None:
        from store.casework import Casework

        key = queue_key(self.case_id)
        if self.paths:
            await self.do(Casework.save_draft, key, write_chosen(bytes_of(path) for path in self.paths))
        else:
            self._before = {}
            await self.do(Casework.drop_drafts, key)

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Read the files."""
        if not self.paths or self._reading or self._looking:
            return
        if (unsaid := self._unsaid) is not None:
            same = unsaid is self._asked
            self._ask(unsaid)
            self.say_fault(_("Say whose device the files lie on.") if same else "", "#device")
            self.query_one("#device").focus()
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
        answers = {one.place: self.answers[one.place] for one in self._devices}
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
                files = [(one.path, bool(one.target)) for one in read]
                by_folder = await asyncio.to_thread(whose_by_folder, files, answers.get)
                queue = write_chosen(chosen, read=True, by_folder=by_folder)
                await self.client.do(Casework.replace_drafts, key, queue, parts)
            else:
                await self._keep_chosen()
            self._fill()
            if self._failed:
                count = len(self._failed)
                words = ngettext("{count} file could not be read.", "{count} files could not be read.", count)
                self._say(words.format(count=count))
            if read:
                self._facts([], parts=await asyncio.to_thread(pieces_of_parts, dict(parts), by_folder))

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
        self._say(so_far_words(progress))

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

    def on_unmount(self) -> None:
        """A reading that nobody waits for ends."""
        self._stop.set()


def bytes_of(path: Path) -> bytes:
    """A path as the system has it."""
    return os.fsencode(path)
