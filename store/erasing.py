"""Erasing in the vault: payload and salt go for good, a tombstone stays, and no page of the file keeps what was there.

`docs/journal-format.md`, 'Erasing'. What a person may erase and is asked first is `store.cases.erasing`; here is what a
tombstone does, one's own or one that was taken in, and how the file is emptied of it afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from store.authors import Author, Trust
from store.database import Connection
from store.descent import built_on
from store.entrusted import Chain
from store.entry import EntryInvalid, Header, SpaceKind
from store.errors import DiskFailed, DiskFull
from store.journal import QUIET, entries_of_kinds, headers_of, read
from store.may_write import ENTRUSTED
from store.programme.tombstones import stands_against
from store.standing import standing

ERASED: Final = "entry.erased"
WHOLE: Final = "case"
"""What a tombstone of a whole case says in `what`."""
CONCERN: Final = "concern"
"""The same of a concern, which has a space of its own."""
_IN_ONE: Final = 8_000
"""Ids in one tombstone: a payload is at most 1 MiB."""
STAY: Final = frozenset({ERASED, ENTRUSTED})
"""Kinds that outlive the erasing of a case: they say that it was done, and that who did it might."""
ALONE: Final = frozenset(
    {
        *("note.added", "note.corrected", "fact.set", "step.done", "step.set-aside", "step.hold-passed"),
        *("step.snoozed", "level.set", "person.added", "person.changed", "evidence.registered", "evidence.amended"),
        *("evidence.moved", "evidence.located", "evidence.copy-withdrawn", "evidence.requested", "evidence.checked"),
        "evidence.looked-after",
        *("case.file-numbered", "conflict.decided"),
    }
)
"""What of a case can be erased by itself. What opens it, pins its guide, says who has it, who looked and what went out
goes with the whole case."""
_HELD: Final = "retention.held"
_UNFINISHED: Final = "erasing-unfinished"
_DUE: Final = "rewriting-due"
_FRAME_HEADER: Final = 24
"""Bytes before each page in the log (SQLite, 'Database File Format', 4.1)."""
_MARGIN: Final = 1 << 16
"""Bytes beyond the pages, for the log's own header and the commit after it."""
_DRAFT_PARTS: Final = "/"


class Emptied(StrEnum):
    """How far the file is emptied of what was erased.

    `NOTHING`: there was nothing to do. `DONE`: the file is written anew. `DUE`: what was erased is overwritten where it
    stood, and the file is written anew when there is room. `UNFINISHED`: the log may hold it still, until the next
    unlocking.
    """

    NOTHING = "nothing"
    DONE = "done"
    DUE = "due"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """An entry that says that others are erased."""

    entry: str
    device: str
    entries: tuple[str, ...]
    whole: bool


def tombstones(connection: Connection, space: str) -> Iterator[Tombstone]:
    """What was said to be erased in a space, carried out or not."""
    for stored in entries_of_kinds(connection, space, (ERASED,)):
        with suppress(EntryInvalid):
            entry = read(stored)
            if entry.payload is not None and isinstance(entry.payload.get("entries"), list):
                yield Tombstone(
                    entry=entry.id,
                    device=entry.header.device,
                    entries=tuple(map(str, entry.payload["entries"])),
                    whole=entry.payload.get("what") in (WHOLE, CONCERN),
                )


def read_erased(said: Mapping[str, Any]) -> None:
    """See that a tombstone is one that can be told of.

    Raises:
        ValueError: it says something else than its fields are for.
    """
    counted, things, authors = said.get("counted", []), said.get("things", []), said.get("authors", {})
    each = [counted] if isinstance(counted, dict) else counted
    if not (isinstance(each, list) and isinstance(things, list) and isinstance(authors, dict)):
        raise ValueError("entry.erased")
    texts = [*said["entries"], *things, *authors, *authors.values()]
    texts += [said.get(field, "") for field in ("what", "reference", "number", "no-number")]
    texts += [one["kind" if one is counted else "sort"] for one in each]
    if not all(isinstance(one, str) for one in texts) or not all(type(one["year"]) is int for one in each):
        raise ValueError("entry.erased")


def in_parts(ids: Sequence[str]) -> Iterator[list[str]]:
    """Ids by as many as one tombstone names."""
    for start in range(0, len(ids), _IN_ONE):
        yield list(ids[start : start + _IN_ONE])


def opened_concern(connection: Connection, space: str) -> str:
    """The device that took a concern in, of an erased one too; empty where it is no concern."""
    row = connection.execute(
        "SELECT device FROM entry WHERE space = ? AND kind = 'concern.opened' ORDER BY arrival LIMIT 1", (space,)
    ).fetchone()
    return str(row[0]) if row else ""


def bury(connection: Connection, by: str, entries: Iterable[str]) -> None:
    """Take payload and salt of entries, for good; within the transaction of the entry that says so."""
    for entry in entries:
        connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (entry, by))
        connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE id = ?", (entry,))
        connection.execute("DELETE FROM withheld WHERE entry = ?", (entry,))
    to_finish(connection)


def to_finish(connection: Connection) -> None:
    """Mark that something was erased and the file is to be emptied of it; within the same transaction."""
    _mark(connection, _UNFINISHED)


def clean(connection: Connection, space: str, entries: Collection[str], *, whole: bool) -> None:
    """What was being written about these entries goes with them, or all about the case; how it looked goes too."""
    gone = {*entries, *({space} if whole else ())}
    keys = [
        key
        for (key,) in connection.execute("SELECT key FROM draft").fetchall()
        if not gone.isdisjoint(str(key).split(_DRAFT_PARTS))
    ]
    connection.executemany("DELETE FROM draft WHERE key = ?", [(key,) for key in keys])
    connection.execute("DELETE FROM glance WHERE space = ?", (space,))
    if whole:
        connection.execute("DELETE FROM lies_at WHERE space = ?", (space,))
    connection.executemany("DELETE FROM lies_at WHERE space = ? AND piece = ?", [(space, one) for one in entries])


def unfinished(connection: Connection) -> bool:
    """Whether something was erased and the log was not emptied of it yet."""
    return _has_mark(connection, _UNFINISHED)


def rewriting_due(connection: Connection) -> bool:
    """Whether the file is to be written anew once there is room: what was erased is overwritten where it stood."""
    return _has_mark(connection, _DUE)


def lacking(connection: Connection) -> int:
    """How many bytes the disk lacks to write the file anew; 0 where there is room.

    What is written anew goes by the log before it takes the place of what there was (SQLite, 'VACUUM', 'How VACUUM
    works'): as many pages as are in use, each with the header of a frame.
    """
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    [(unused,)] = connection.execute("PRAGMA freelist_count").fetchall()
    [(size,)] = connection.execute("PRAGMA page_size").fetchall()
    needed = (int(pages) - int(unused)) * (int(size) + _FRAME_HEADER) + _MARGIN
    return max(0, needed - shutil.disk_usage(connection.path.parent).free)


def finish(connection: Connection) -> Emptied:
    """Empty the log, and write the file anew without what was erased; safe to call at any time, and again.

    A kill in between leaves the mark, and the next unlocking calls this again. Where the disk has no room for a second
    file, what was erased is overwritten where it stood, and the rest is done by a later call that finds room.
    """
    if not (unfinished(connection) or rewriting_due(connection)):
        return Emptied.NOTHING
    try:
        _empty_log(connection)
        if lacking(connection):
            if unfinished(connection):
                with connection.transaction():
                    _mark(connection, _DUE)
                    connection.execute("DELETE FROM vault WHERE key = ?", (_UNFINISHED,))
                _empty_log(connection)
            return Emptied.DUE
        connection.execute("VACUUM")
        _empty_log(connection)
        with connection.transaction():
            connection.execute("DELETE FROM vault WHERE key IN (?, ?)", (_UNFINISHED, _DUE))
        _empty_log(connection)
    except (DiskFull, DiskFailed):
        return Emptied.UNFINISHED if unfinished(connection) else Emptied.DUE
    return Emptied.DONE


def _has_mark(connection: Connection, mark: str) -> bool:
    return connection.execute("SELECT 1 FROM vault WHERE key = ?", (mark,)).fetchone() is not None


def _mark(connection: Connection, mark: str) -> None:
    connection.execute("INSERT INTO vault (key, value) VALUES (?, 1) ON CONFLICT (key) DO NOTHING", (mark,))


def _empty_log(connection: Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def honour(connection: Connection, trust: Trust, kind: SpaceKind, space: str, silent: Mapping[str, str]) -> list[str]:
    """Do what the tombstones of a space say, where they are by somebody who may and nothing stands against it here.

    The tables of the space must follow its journal; the caller makes them anew where something was erased.

    Returns:
        The entries whose content went.
    """
    found = list(tombstones(connection, space))
    if not found:
        return []
    gone: list[str] = []
    chain = Chain(connection, trust, space, silent) if kind is SpaceKind.CASE else None
    revoked = {entry for entry, why in silent.items() if why == "revoked"}
    held = any(row.value["held"] for row in standing(connection, space, "hold")) or _hold_kept_back(connection, space)
    headers = cache(lambda: headers_of(connection, space))
    for stone in () if held else found:
        waiting = not_yet(connection, space, stone.entries)
        if not waiting:
            continue
        if kind is SpaceKind.PROGRAMME and stands_against(connection, space, stone.entry):
            continue
        may = stone.entry not in silent and _may_all(trust, stone, chain)
        author = trust.author_of(stone.device)
        if kind is SpaceKind.PROGRAMME and stone.entry not in silent and author is not None:
            # Whoever took a concern in may erase what others wrote in it.
            may |= opened_concern(connection, space) in author.devices
        oneself = author.devices if author is not None and stone.entry not in revoked else ()
        entries = [
            id
            for id, one in waiting.items()
            if (may or one.device in oneself)
            and (kind is not SpaceKind.CASE or (may and stone.whole) or one.kind in ALONE)
        ]
        if entries and (not stone.whole or _knows_all(headers(), stone.entry, revoked)):
            bury(connection, stone.entry, entries)
            clean(connection, space, entries, whole=stone.whole)
            gone += entries
    return gone


def waiting_in(connection: Connection, space: str) -> frozenset[str]:
    """The tombstones of a space that are not carried out here, or not whole."""
    return frozenset(
        stone.entry for stone in tombstones(connection, space) if not_yet(connection, space, stone.entries)
    )


def may_erase_of_others(
    connection: Connection, trust: Trust, space: str, author: Author, silent: Container[str]
) -> bool:
    """Whether others take in what somebody erases of what others wrote in a case."""
    if Chain(connection, trust, space, silent).has(author.id):
        return True
    rows = connection.execute("SELECT DISTINCT device FROM entry WHERE space = ?", (space,)).fetchall()
    return author.administrator and {device for (device,) in rows} <= trust.devices(SpaceKind.OFFICE)


def _may_all(trust: Trust, stone: Tombstone, chain: Chain | None) -> bool:
    """Who has the case, an administrator of this office, and oneself may erase what others wrote."""
    author = trust.author_of(stone.device)
    if stone.device in trust.own or (author is not None and trust.own & set(author.devices)):
        return True
    if author is None:
        return False
    member = stone.device in trust.devices(SpaceKind.OFFICE)
    return (member and author.administrator) or (chain is not None and chain.proves(author.id, stone.entry))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that a tombstone names and that is here.

    Attributes:
        device: who wrote it.
    """

    device: str
    kind: str


def not_yet(connection: Connection, space: str, entries: Collection[str]) -> dict[str, Waiting]:
    """The entries among these that are here and have no tombstone; that something was erased is never erased itself."""
    found: dict[str, Waiting] = {}
    for entry in entries:
        row = connection.execute(
            "SELECT device, kind FROM entry WHERE id = ? AND space = ? AND kind <> ? "
            "AND id NOT IN (SELECT entry FROM tombstone)",
            (entry, space, ERASED),
        ).fetchone()
        if row is not None:
            found[entry] = Waiting(*row)
    return found


def _hold_kept_back(connection: Connection, space: str) -> bool:
    """Whether a hold came without its content and nobody decided on holding anew who knew of it."""
    headers = headers_of(connection, space)
    known = {
        entry for row in standing(connection, space, "hold") for entry in (row.entry, *built_on(headers, row.entry))
    }
    rows = connection.execute(
        "SELECT entry.id FROM withheld CROSS JOIN entry ON entry.id = withheld.entry "
        "WHERE entry.space = ? AND entry.kind = ?",
        (space, _HELD),
    ).fetchall()
    return any(entry not in known for (entry,) in rows)


def _knows_all(headers: Mapping[str, Header], stone: str, revoked: Container[str]) -> bool:
    """Whether nobody wrote in the case without knowing that it was erased, nor before that and unknown to who did.

    What a revoked key wrote says nothing, and keeps nothing.
    """
    quiet = {*QUIET, ERASED}
    known, later = built_on(headers, stone), {stone}
    for id, header in headers.items():
        # Each comes after what it builds on.
        if not later.isdisjoint(header.parents):
            later.add(id)
    return all(id in known or id in later or header.kind in quiet or id in revoked for id, header in headers.items())
