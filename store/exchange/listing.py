"""Which files of an exchange folder a round looks at, and in which order.

A stranger can put any number of files there. So a round looks at so many and no more, in turn: what waits comes within
a number of rounds that can be told, whatever it is called. What was looked at and is for nobody here is not opened anew
while its name, size and time are the same, but for a few in each round: a mark is a hint and never a last word.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from store.exchange.folder import Folder

MAX_FILES: Final = 20_000
"""Files that a round looks at, those apart that it knows already."""
MAX_AGAIN: Final = 200
"""Of those that it knows, how many are looked at again in each round."""
MAX_STRANGERS: Final = 200
"""Senders who do not count whose cards are held at a time."""
MARK_SIZE: Final = 16
SALT_SIZE: Final = 32


class Verdict(StrEnum):
    """What a file turned out to be."""

    COUNTS = "counts"
    """An envelope by a sender who counts: it is opened in each round, for what it brings may have waited."""
    STRANGER = "stranger"
    REVOKED = "revoked"
    """An envelope by a key that was revoked: who holds it is nobody whose card could be compared."""
    FOREIGN = "foreign"
    DAMAGED = "damaged"
    LARGE = "large"
    NONE = "none"
    """No sealed file at all."""


class Lane(StrEnum):
    """Why a file is looked at; in this order."""

    COUNTS = "counts"
    NEW = "new"
    CARDS = "cards"
    """One file of each stranger: their cards are not kept, and who lacks one is to be told."""
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is remembered of a file.

    Attributes:
        sender: author id, as it says; empty where that could not be read.
        device: of a stranger, hex.
    """

    verdict: Verdict
    sender: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a vault remembers of one folder.

    Attributes:
        salt: the key of the marks, so that who names files has no say in their order.
        folder: the mark of the folder.
        looked: mark of a file -> what it was.
        turns: where each lane goes on.
    """

    salt: bytes
    folder: bytes = b""
    looked: Mapping[bytes, Looked] = field(default_factory=dict)
    turns: Mapping[Lane, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file that is to be looked at; `mark` is of name, size and time."""

    lane: Lane
    mark: bytes
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a round looks at, or what is left of it.

    Attributes:
        done: how many were looked at before.
        beyond: files that are too many to be looked at in this round.
        known: verdict -> how many are not opened, for what they are is known.
        devices: of strangers, of files that are not opened.
        cut: the lanes that have more than this round looks at.
        gone: marks of files that are not there any more.
    """

    items: tuple[Item, ...] = ()
    done: int = 0
    beyond: int = 0
    known: Mapping[Verdict, int] = field(default_factory=dict)
    devices: frozenset[str] = frozenset()
    cut: frozenset[Lane] = frozenset()
    gone: tuple[bytes, ...] = ()

    def after(self, count: int) -> Plan:
        """What is left when so many were looked at; what was to be counted once is counted."""
        return Plan(items=self.items[count:], done=self.done + count, devices=self.devices, cut=self.cut)


def blank() -> Memory:
    """Nothing is remembered."""
    return Memory(salt=secrets.token_bytes(SALT_SIZE))


def folder_mark(salt: bytes, folder: Path) -> bytes:
    """Of where a folder is."""
    return _digest(salt, os.fsencode(os.path.realpath(folder)))


def plan(folder: Folder, memory: Memory, *, besides: Collection[str] = ()) -> Plan:
    """List a folder and choose.

    Args:
        folder: of any file system, opened.
        memory: of this folder.
        besides: names that are one's own.

    Raises:
        DiskFailed: it can't be listed.
    """
    there: dict[bytes, str] = {}
    fresh = 0

    def new(listed: Iterable[tuple[bytes, str]]) -> Iterator[tuple[bytes, str]]:
        nonlocal fresh
        for mark, name in listed:
            if mark in memory.looked:
                there[mark] = name
            else:
                fresh += 1
                yield mark, name

    with folder.listed() as listing:
        # A heap: what a stranger may put there without end is never held.
        newest = _turn(new(_marked(listing, memory.salt, besides)), memory.turns.get(Lane.NEW), MAX_FILES)
    return _chosen(memory, there, newest, fresh)


def _chosen(memory: Memory, there: Mapping[bytes, str], newest: list[tuple[bytes, str]], fresh: int) -> Plan:
    counting = [mark for mark in there if memory.looked[mark].verdict is Verdict.COUNTS]
    carriers: dict[str, bytes] = {}
    for mark in there:
        if memory.looked[mark].verdict is Verdict.STRANGER:
            carriers[memory.looked[mark].device] = min(mark, carriers.get(memory.looked[mark].device, mark))
    others = set(there) - set(counting) - set(carriers.values())
    # Who counts comes first, and has no more than half of it: nobody who counts is in the way of another.
    lanes = {Lane.COUNTS: counting, Lane.CARDS: list(carriers.values()), Lane.AGAIN: list(others)}
    most = {Lane.COUNTS: max(1, MAX_FILES // 2), Lane.CARDS: MAX_STRANGERS, Lane.AGAIN: MAX_AGAIN}
    taken = {
        lane: _turn(((mark, there[mark]) for mark in marks), memory.turns.get(lane), most[lane])
        for lane, marks in lanes.items()
    }
    taken[Lane.NEW] = newest[: max(1, MAX_FILES - len(taken[Lane.COUNTS]))]
    sizes = {**{lane: len(marks) for lane, marks in lanes.items()}, Lane.NEW: fresh}
    items = tuple(Item(lane=lane, mark=mark, name=name) for lane in Lane for mark, name in taken[lane])
    left = set(there) - {item.mark for item in items}
    return Plan(
        items=items,
        beyond=sum(sizes[lane] - len(taken[lane]) for lane in (Lane.COUNTS, Lane.NEW)),
        known=Counter(memory.looked[mark].verdict for mark in left),
        devices=frozenset(carriers),
        cut=frozenset(lane for lane in Lane if sizes[lane] > len(taken[lane])),
        gone=tuple(mark for mark in memory.looked if mark not in there),
    )


def _marked(listing: Iterable[os.DirEntry[str]], salt: bytes, besides: Collection[str]) -> Iterator[tuple[bytes, str]]:
    for one in listing:
        # A name with a dot in front is somebody's temporary file, or a program's own.
        if one.name.startswith(".") or one.name in besides:
            continue
        try:
            if not one.is_file(follow_symlinks=False):
                continue
            status = one.stat(follow_symlinks=False)
        except OSError:
            continue
        yield (
            _digest(salt, b"%d %d " % (status.st_size, status.st_mtime_ns) + os.fsencode(one.name)),
            one.name,
        )


def _turn(files: Iterable[tuple[bytes, str]], after: bytes | None, most: int) -> list[tuple[bytes, str]]:
    """The next of them, round and round by their marks: each comes within `count / most` rounds."""
    begin = int.from_bytes(after, "big") + 1 if after is not None else 0
    circle = 1 << (8 * MARK_SIZE)
    return heapq.nsmallest(most, files, key=lambda one: (int.from_bytes(one[0], "big") - begin) % circle)


def _digest(salt: bytes, text: bytes) -> bytes:
    return hashlib.blake2b(text, key=salt, digest_size=MARK_SIZE).digest()
