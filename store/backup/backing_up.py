"""Backing up an open vault: what the folder's last whole file does not have goes into the next, which is read back.

The same steps for the command line and for screens, as in `store.exchange.post`: what needs the vault goes through
`Port.do`, space by space; reading, sealing and writing go through `Port.aside`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _, ngettext
from store.backup import chain as place
from store.backup.chain import Chain, Sink
from store.backup.contents import Held
from store.backup.errors import BackupStopped
from store.backup.form import Cancelled, Head, Piece, Progress, end_line, playbook_line
from store.backup.order import last_first
from store.bundle.journal import write_line
from store.exchange.port import Port
from store.files import sync_folder
from store.model import StoredEntry
from store.opened_folder import OpenedFolder, working_in

if TYPE_CHECKING:
    from store.backup.key import BackupKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Backed:
    """What a backup did.

    Attributes:
        path: the chain's folder.
        number: of the newest file that counts.
        entries: how many are in the file that was written; 0 where there was nothing new.
        written: bytes of it; 0 where none was needed.
        whole: whether it holds everything by itself: a chain was begun.
        torn: names of files that do not count: cut short or changed.
        same_disk: whether the folder lies on the disk of the vault.
        being_removed: names of old chains whose removal was begun and not finished.
    """

    path: Path
    number: int
    entries: int = 0
    written: int = 0
    whole: bool = False
    torn: tuple[str, ...] = ()
    same_disk: bool = False
    being_removed: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """In sentences, in the current language."""
        if not self.written:
            said = [_("Nothing new since the last backup; what is there was read through and is whole.")]
        elif self.whole:
            said = [
                ngettext(
                    "Everything is backed up and was read back: {count} entry.",
                    "Everything is backed up and was read back: {count} entries.",
                    self.entries,
                ).format(count=self.entries)
            ]
        else:
            said = [
                ngettext(
                    "{count} new entry is backed up and was read back; what was there before is whole.",
                    "{count} new entries are backed up and were read back; what was there before is whole.",
                    self.entries,
                ).format(count=self.entries)
            ]
        said.append(_("in: {path}").format(path=self.path))
        if self.torn:
            said.append(
                _("Cut short, changed or not readable, does not count, may be deleted: {names}").format(
                    names=", ".join(self.torn)
                )
            )
        if self.being_removed:
            said.append(
                _("Begun to be removed, and not yet gone: {names}. 'segl backup thin' goes on with it.").format(
                    names=", ".join(self.being_removed)
                )
            )
        if self.same_disk:
            said.append(
                _("The folder is on the same disk as the vault: if the disk is lost, so is the backup. Use a stick.")
            )
        return tuple(said)


async def back_up(
    port: Port,
    folder: Path,
    *,
    whole: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    now: datetime | None = None,
) -> Backed:
    """Back the vault up once.

    Args:
        port: the way to the vault.
        folder: on a stick, or on another disk.
        whole: begin a new chain, even where there is one to go on with.
        progress: called with (done, of how many): bytes while reading, entries while writing.
        cancelled: asked all the time; what was begun is gone then.
        now: the time.

    Raises:
        BackupFolderUnfit: there is no such folder, or it is the home.
        BackupStopped: `cancelled` said so.
        BackupDamaged: what was written can't be read back.
        DiskGone: the stick was pulled out, or another folder has its name by now; nothing is on record of it.
        DiskFull, DiskFailed: the disk; what was there before is as it was.
    """
    from store.casework import Casework

    path, key = await port.do(Casework.backup_key)
    await port.aside(place.require, folder, home=path.parent.parent)
    async with working_aside(folder) as opened:
        return await _back_up(port, opened, path, key, whole, progress, cancelled, now)


@asynccontextmanager
async def working_aside(folder: Path) -> AsyncIterator[OpenedFolder]:
    """`store.opened_folder.working_in`; the disk is asked in a thread of its own, where the vault is closed too."""
    border = working_in(folder)
    opened = await asyncio.to_thread(border.__enter__)
    try:
        yield opened
    except BaseException as failure:
        if not await asyncio.to_thread(border.__exit__, type(failure), failure, failure.__traceback__):
            raise
    else:
        await asyncio.to_thread(border.__exit__, None, None, None)


async def _back_up(
    port: Port,
    opened: OpenedFolder,
    path: Path,
    key: BackupKey,
    whole: bool,
    progress: Progress | None,
    cancelled: Cancelled | None,
    now: datetime | None,
) -> Backed:
    from store.casework import Casework

    folder = opened.path
    of_vault = place.of_vault(folder, key.vault)
    standing, torn, order = await port.aside(_standing, of_vault, key, progress=progress, cancelled=cancelled)
    at = (now or datetime.now(UTC)).replace(microsecond=0)
    # The state first: what is written meanwhile may come along, and comes once more the next time.
    held = await port.do(Casework.backup_held)
    if whole:
        standing = None
    same_disk = await port.aside(_on_one_disk, folder, path)
    begun = await port.aside(place.being_removed, of_vault)
    if standing is not None and not _changed(standing.last.head.held, held):
        await port.aside(place.put_slots, standing.path, key.table)
        await port.aside(opened.look)
        await port.do(Casework.record_backup, os.fspath(folder), held.counter)
        number = standing.last.head.number
        return Backed(path=standing.path, number=number, torn=torn, same_disk=same_disk, being_removed=begun)
    written = await _write(port, opened, key, of_vault, standing, order, held, at, progress, cancelled)
    await port.aside(place.put_slots, written.path.parent, key.table)
    # What was written into the empty folder that a stick left behind is no backup on the stick.
    await port.aside(opened.look)
    await port.do(Casework.record_backup, os.fspath(folder), held.counter)
    return Backed(
        path=written.path.parent,
        number=written.head.number,
        entries=written.entries,
        written=written.size,
        whole=standing is None,
        torn=torn,
        same_disk=same_disk,
        being_removed=begun,
    )


def _standing(
    of_vault: Path, key: BackupKey, *, progress: Progress | None, cancelled: Cancelled | None
) -> tuple[Chain | None, tuple[str, ...], int]:
    """The chain written last that can be gone on with, what is torn, and the order of the file that comes next."""
    torn: tuple[str, ...] = ()
    written = last_first(place.chains(of_vault), key.identity)
    order = 1 + max((head.order for _path, head in written), default=0)
    # Of one without a file that says anything only the torn files are told.
    silent = [path for path in place.chains(of_vault) if path not in {path for path, _head in written}]
    for path in (*(path for path, _head in written), *silent):
        found = place.look(path, key.identity, progress=progress, cancelled=cancelled)
        if not found.locked:
            torn += tuple(f"{path.name}/{one.name}" for one in found.torn)
        if found.pieces:
            return found, torn, order
        place.tidy(path)
    return None, torn, order


def _on_one_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _changed(before: Held, now: Held) -> bool:
    """Whether the vault has something that the backup has not."""
    return before.counter != now.counter or (before.heads, before.bare, before.drafts, before.devices) != (
        now.heads,
        now.bare,
        now.drafts,
        now.devices,
    )


async def _write(
    port: Port,
    opened: OpenedFolder,
    key: BackupKey,
    of_vault: Path,
    standing: Chain | None,
    order: int,
    held: Held,
    at: datetime,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> Piece:
    from store.casework import Casework

    before = standing.last.head.held if standing else None
    known = before.heads if before else {}
    chain = standing.path if standing else place.new_chain(of_vault, at)
    head = Head(
        chain=chain.name,
        number=standing.last.head.number + 1 if standing else 1,
        previous=standing.last.digest if standing else "",
        made_at=at,
        held=held,
        order=order,
    )
    sink = await port.aside(Sink, chain, head, key.identity, cancelled)
    try:
        await port.aside(opened.look)
        there = set(before.playbooks) if before else set()
        for digest in held.playbooks:
            if digest not in there:
                await port.aside(sink.write, playbook_line(await port.do(Casework.backup_playbook, digest)))
        entries = 0
        for number, (space, _kind, heads) in enumerate(held.spaces):
            if cancelled is not None and cancelled():
                raise BackupStopped
            bare = tuple(before.bare) if before else ()
            if set(heads) <= set(known.get(space, ())) and not bare:
                continue
            lacking = await port.do(Casework.backup_entries, space, known.get(space, ()), bare)
            await port.aside(_put, sink, lacking, cancelled)
            entries += len(lacking)
            if progress is not None:
                progress(number + 1, len(held.spaces))
        await port.aside(sink.write, end_line(entries))
        piece = await port.aside(sink.finish)
        # The folders that were made for it, too, last when the stick is pulled out now.
        await port.aside(sync_folder, of_vault)
        await port.aside(opened.sync)
        return piece
    except BaseException:
        sink.discard()
        raise


def _put(sink: Sink, entries: tuple[StoredEntry, ...], cancelled: Cancelled | None) -> None:
    for number, stored in enumerate(entries):
        if number % 64 == 0 and cancelled is not None and cancelled():
            raise BackupStopped
        sink.write(write_line(stored))
