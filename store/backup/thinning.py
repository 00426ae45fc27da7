"""Removing old chains: what stays and what goes is looked at and shown first, and a person confirms exactly that.

A chain goes only where a later one was restored on trial and looked at whole, and holds every entry of it, with its
content or its erasure. What can't be read is never removed.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from store.backup import chain as place
from store.backup import removing
from store.backup.backing_up import working_aside
from store.backup.chain import Chain
from store.backup.drilling import tried
from store.backup.errors import BackupDamaged, BackupsChanged, BackupStopped, NoBackup
from store.backup.form import Cancelled, Progress
from store.backup.gathering import Gathered, from_chain
from store.backup.order import last_first
from store.backup.staging import staging
from store.backup.superseded import Against, begun_holds_more, digests, is_as_tried
from store.errors import disk_errors
from store.exchange.port import Port
from store.home import Home
from store.opened_folder import OpenedFolder
from store.unfinished import sweep
from store.union import EntriesRefused

if TYPE_CHECKING:
    from store.backup.key import BackupKey

Why = Literal["", "newest", "kept", "torn", "locked", "nothing", "strangers", "more", "damaged", "slots", "begun-more"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A chain, as it lay there when it was looked at.

    Attributes:
        path: its folder.
        size: bytes of all that is in it.
        files: how many count.
        first_at: when the first of them was made; None where none counts.
        last_at: when the last was.
        erased: entries whose content stands in it, and that are erased in the vault by now.
        why: why it stays, empty where it may go. `newest`: it is the one that was tried and holds. `kept`: so many were
            to stay. `torn`: files in it can't be read. `locked`: another key is needed. `nothing`: no file counts.
            `strangers`: files that no backup put there. `more`: it holds what the newest does not. `damaged`: it does
            not restore whole. `slots`: what opens it with the passphrase of now does not lie with it. `begun-more`: its
            removal was begun, and it holds what the newest does not.
        names: of the files that `torn` and `strangers` are about.
        seen: (name, size, time) of what is in it.
        digests: (name, SHA-256 in hex) of the files of the one that was tried; empty for others.
    """

    path: Path
    size: int
    files: int
    first_at: datetime | None
    last_at: datetime | None
    erased: int
    why: Why
    names: tuple[str, ...]
    seen: tuple[tuple[str, int, int], ...]
    digests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinPlan:
    """What stays in a folder and what would go.

    Attributes:
        of_vault: the folder of the vault's backups.
        stays: the chains that stay, the one written last first.
        goes: those that would go, the oldest first.
        begun: names of chains whose removal was begun before and is finished first.
        copies: how many copies of the closed vault lie there; they stay.
    """

    of_vault: Path
    stays: tuple[Lying, ...]
    goes: tuple[Lying, ...]
    begun: tuple[str, ...]
    copies: int

    @property
    def newest(self) -> Lying | None:
        """The one that was tried and holds; None where none does, and nothing goes."""
        return next((one for one in self.stays if one.why == "newest"), None)

    @property
    def something(self) -> bool:
        """Whether there is anything to remove."""
        return bool(self.goes) or (bool(self.begun) and self.newest is not None)

    @property
    def confirm(self) -> str:
        """Says exactly this list: 8 hex digits that another list does not have."""
        said = [[one.path.name, one.why, *map(list, one.seen)] for one in (*self.stays, *self.goes)]
        return hashlib.sha256(json.dumps([said, self.begun]).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinned:
    """What was removed.

    Attributes:
        removed: names of the chains that are gone.
        size: bytes of them, of those that were removed from the beginning now.
        strangers: files that came in meanwhile and were left, `chain/name`.
        stopped: whether somebody stopped it; what is not in `removed` is whole.
    """

    removed: tuple[str, ...]
    size: int
    strangers: tuple[str, ...] = ()
    stopped: bool = False


async def plan_thinning(
    port: Port, folder: Path, *, keep: int = 1, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> ThinPlan:
    """Look at all chains of the vault in a folder, and try the one written last; nothing is changed.

    Args:
        port: the way to the vault.
        folder: of the backups.
        keep: so many of the chains written last stay; at least 1.
        progress: called with (done, of how many).
        cancelled: asked now and then.

    Raises:
        BackupFolderUnfit: there is no such folder, or it is the home.
        NoBackup: none of this vault is in it.
        BackupStopped: `cancelled` said so.
        DiskGone: the stick was pulled out.
        DiskFull, DiskFailed: the folder, or the home, where the newest is tried.
    """
    from store.casework import Casework

    path, key = await port.do(Casework.backup_key)
    home = Home(path.parent.parent)
    await port.aside(place.require, folder, home=home.root)
    of_vault = place.of_vault(folder, key.vault)
    erased = frozenset(entry for entry, _by in (await port.do(Casework.backup_held)).tombstones)
    look = _Look(home, of_vault, key, erased, progress, cancelled)
    async with working_aside(folder) as opened:
        plan = await port.aside(look.plan, max(1, keep))
        # What was not there because the stick was out was not lacking.
        await port.aside(opened.look)
        return plan


async def thin(port: Port, folder: Path, plan: ThinPlan, *, cancelled: Cancelled | None = None) -> Thinned:
    """Remove what a plan says, the oldest first; killed anywhere, a chain is whole or known as being removed.

    Args:
        port: the way to the vault, which keeps that they were removed.
        folder: of the backups, as it was given.
        plan: as it was shown and confirmed.
        cancelled: asked before each chain.

    Raises:
        BackupsChanged: something there is not as it was looked at; what is gone by then is said.
        DiskGone, DiskFailed: the stick was pulled out, or the system refuses; what is left is whole or known as being
            removed.
    """
    async with working_aside(folder) as opened:
        return await _thin(port, opened, plan, cancelled)


async def _thin(port: Port, opened: OpenedFolder, plan: ThinPlan, cancelled: Cancelled | None) -> Thinned:
    from store.casework import Casework

    removed: list[str] = []
    strangers: list[str] = []
    size = 0
    newest = plan.newest
    if newest is None:
        return Thinned(removed=(), size=0)
    # Times and sizes tell of most changes, and of a rotten stick nothing: the one that stays is read once more.
    try:
        as_tried = await port.aside(is_as_tried, newest.path, newest.digests, cancelled)
    except BackupStopped:
        return Thinned(removed=(), size=0, stopped=True)
    if not as_tried:
        raise BackupsChanged(newest.path)
    steps = [(name, None) for name in plan.begun] + [(one.path.name, one) for one in plan.goes]
    for name, one in steps:
        if cancelled is not None and cancelled():
            return Thinned(removed=tuple(removed), size=size, strangers=tuple(strangers), stopped=True)
        await port.aside(opened.look)
        await port.aside(_require_as_seen, plan, removed)
        called = name
        if one is not None:
            await port.aside(removing.begin, plan.of_vault, name)
            await port.aside(_require_no_more, plan.of_vault, one, removed)
            size += one.size
        elif await port.aside((plan.of_vault / name).exists):
            # A program that copies folders put the chain back under its name: that one is not what goes here.
            called = place.set_aside(name)
        await port.do(Casework.record_thinning, os.fspath(opened.path), called)
        left = await port.aside(removing.finish, plan.of_vault, name)
        removed.append(called)
        strangers += (f"{called}/{file}" for file in left)
    return Thinned(removed=tuple(removed), size=size, strangers=tuple(strangers))


def _require_as_seen(plan: ThinPlan, removed: list[str]) -> None:
    """The newest must be there as it was tried, and what goes as it was shown."""
    there = {path.name: path for path in place.chains(plan.of_vault)}
    for one in (plan.newest, *plan.goes):
        if one is None or one.path.name in removed:
            continue
        if one.path.name not in there or _seen(one.path) != one.seen:
            raise BackupsChanged(one.path, tuple(removed))


def _require_no_more(of_vault: Path, one: Lying, removed: list[str]) -> None:
    """Nothing is put under its name any more: what a backup put there since it was looked at is in no other chain."""
    there = _seen(of_vault / place.set_aside(one.path.name))
    if {file for file in there if place.is_ours(file[0])} != set(one.seen):
        removing.give_back(of_vault, one.path.name)
        raise BackupsChanged(one.path, tuple(removed))


def _seen(path: Path) -> tuple[tuple[str, int, int], ...]:
    with disk_errors(path):
        found = [(file.name, file.lstat()) for file in sorted(path.iterdir())]
    return tuple((name, state.st_size, state.st_mtime_ns) for name, state in found)


class _Look:
    """One look at a folder, away from the thread of the vault."""

    def __init__(
        self,
        home: Home,
        of_vault: Path,
        key: BackupKey,
        erased: frozenset[str],
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._home = home
        self._of_vault = of_vault
        self._key = key
        self._erased = erased
        self._progress = progress
        self._cancelled = cancelled

    def plan(self, keep: int) -> ThinPlan:
        """See `plan_thinning`."""
        chains = () if self._of_vault.is_symlink() else place.chains(self._of_vault)
        begun = () if self._of_vault.is_symlink() else place.being_removed(self._of_vault)
        if not chains and not begun:
            raise NoBackup(self._of_vault)
        sweep(self._home)
        written = [path for path, _head in last_first(chains, self._key.identity)]
        found: list[Lying] = []
        with ExitStack() as meanwhile:
            newest: Gathered | None = None
            whole = 0
            for path in written:
                seen = _seen(path)
                if newest is None:
                    chain = self._look(path)
                    opens = self._key.table in place.tables(path, self._key.vault)
                    newest = self._try(chain, meanwhile) if opens else None
                    whole = int(newest is not None)
                    erased = 0 if newest is None else sum(bool(newest.entries.has_content(id)) for id in self._erased)
                    fault: Why = "slots" if chain.pieces and not opens else _fault(chain)
                    found.append(_lying(chain, seen, erased, "newest" if newest is not None else fault))
                    continue
                against = Against(newest, self._erased)
                chain = self._look(path, against)
                whole += bool(chain.pieces) and not chain.torn
                why = _reason(chain, seen, against)
                if not why and whole <= keep:
                    why = "kept"
                found.append(_lying(chain, seen, against.erased, why))
            more = () if newest is None else tuple(name for name in begun if self._holds_more(name, newest))
        for name in more:
            aside = self._of_vault / place.set_aside(name)
            found.append(_lying(Chain(path=aside), _seen(aside), 0, "begun-more"))
        for path in chains:
            if path not in written:
                seen = _seen(path)
                chain = self._look(path)
                found.append(_lying(chain, seen, 0, "locked" if chain.locked else "nothing"))
        return ThinPlan(
            of_vault=self._of_vault,
            stays=tuple(one for one in found if one.why),
            goes=tuple(one for one in reversed(found) if not one.why),
            begun=tuple(name for name in begun if name not in more),
            copies=len(place.copies(self._of_vault)),
        )

    def _look(self, path: Path, against: Against | None = None) -> Chain:
        return place.look(
            path,
            self._key.identity,
            each=None if against is None else against.each,
            progress=self._progress,
            cancelled=self._cancelled,
        )

    def _holds_more(self, begun: str, newest: Gathered) -> bool:
        against = Against(newest, self._erased)
        return begun_holds_more(self._of_vault / place.set_aside(begun), self._key.identity, against, self._cancelled)

    def _try(self, chain: Chain, meanwhile: ExitStack) -> Gathered | None:
        """Restore it on trial; None where it does not hold. What it holds stays laid by where it does."""
        if not chain.pieces:
            return None
        with ExitStack() as own:
            entries = own.enter_context(staging(self._home, self._progress, self._cancelled))
            try:
                found = from_chain(chain, self._key.table, self._key.identity, entries, self._cancelled)
                done = tried(self._home, found, progress=self._progress, cancelled=self._cancelled)
            except (EntriesRefused, BackupDamaged):
                return None
            if not done.report.whole:
                raise BackupStopped
            if not done.well:
                return None
            meanwhile.push(own.pop_all())
            return found


def _reason(chain: Chain, seen: tuple[tuple[str, int, int], ...], against: Against) -> Why:
    if not chain.pieces:
        return _fault(chain)
    if chain.torn:
        return "torn"
    if not all(place.is_ours(name) for name, _size, _time in seen) or not _plain(chain.path):
        return "strangers"
    return "" if against.holds(chain.last.head.held) else "more"


def _plain(path: Path) -> bool:
    with disk_errors(path):
        return all(file.is_file() and not file.is_symlink() for file in path.iterdir())


def _fault(chain: Chain) -> Why:
    if chain.locked:
        return "locked"
    return "damaged" if chain.pieces else "torn" if chain.torn else "nothing"


def _lying(chain: Chain, seen: tuple[tuple[str, int, int], ...], erased: int, why: Why) -> Lying:
    names: tuple[str, ...] = ()
    if why == "torn":
        names = tuple(file.name for file in chain.torn)
    elif why == "strangers":
        names = tuple(name for name, _size, _time in seen if not place.is_ours(name))
    return Lying(
        path=chain.path,
        size=sum(size for _name, size, _time in seen),
        files=len(chain.pieces),
        first_at=chain.pieces[0].head.made_at.astimezone(UTC) if chain.pieces else None,
        last_at=chain.last.head.made_at.astimezone(UTC) if chain.pieces else None,
        erased=erased,
        why=why,
        names=names,
        seen=seen,
        digests=digests(chain) if why == "newest" else (),
    )
