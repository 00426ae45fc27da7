"""What the tables hold, made from the journal alone: statements that stand until an entry that knew them replaces them.

An entry makes statements on subjects (`store.kinds`). A statement replaces those on its subject that its entry builds
on, and leaves those it did not know: two statements on one subject are a disagreement, which a person decides. The
result depends on the set of entries only, not on the order in which they came.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from importlib import resources
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from store.clocks import Ancestors, Clocks
from store.database import Connection
from store.database import statements as sql_statements
from store.entry import EntryInvalid, SpaceKind, write_time
from store.journal import QUIET, Read, in_order, read, stored_entries
from store.kinds import CHAIN, statements, written_at

TABLES: Final = {
    "standing": "space, subject, entry, place, value, at, since, device",
    "tally": "space, entries, changed_at",
    "case_file": "space, reference, opened_at",
}


def follow(connection: Connection, entry: Read, knows: Callable[[str], bool] = lambda _entry: True) -> None:
    """Let the tables follow one entry; `knows` says which earlier entries it builds on (all, where it is our own)."""
    header = entry.header
    if header.kind in QUIET:
        return
    connection.execute(
        "INSERT INTO tally (space, entries, changed_at) VALUES (?, 1, ?) ON CONFLICT (space) DO UPDATE "
        "SET entries = entries + 1, changed_at = max(changed_at, excluded.changed_at)",
        (header.space, write_time(header.claimed_at)),
    )
    row = connection.execute("SELECT entries FROM tally WHERE space = ?", (header.space,)).fetchone()
    assert row
    place = row[0]
    said = [(subject, _written(value)) for subject, value in statements(entry)]
    at = write_time(written_at(entry))
    if (chosen := _decides(entry)) is not None:
        said += [
            (chosen[0], value)
            for (value,) in connection.execute(
                "SELECT value FROM standing WHERE space = ? AND subject = ? AND entry = ?", (header.space, *chosen)
            ).fetchall()
        ]
    for subject, written in said:
        since = at
        for other, its_value, its_since in connection.execute(
            "SELECT entry, value, since FROM standing WHERE space = ? AND subject = ?", (header.space, subject)
        ).fetchall():
            if knows(other):
                if its_value == written:
                    since = min(since, its_since)
                connection.execute(
                    "DELETE FROM standing WHERE space = ? AND subject = ? AND entry = ?", (header.space, subject, other)
                )
        connection.execute(
            f"INSERT INTO standing ({TABLES['standing']}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (header.space, subject, entry.id, place, written, at, since, header.device),
        )
        if subject == "case" and header.space_kind is SpaceKind.CASE:
            connection.execute(
                "INSERT INTO case_file (space, reference, opened_at) VALUES (?, ?, ?) ON CONFLICT (space) DO NOTHING",
                (header.space, json.loads(written)["reference"], at),
            )


def follow_space(connection: Connection, entries: Iterable[Read], silent: Container[str] = ()) -> None:
    """Let empty tables follow all entries of one space, in the order of the space.

    Args:
        connection: has the tables.
        entries: all of one space.
        silent: those that count no longer: they have their place and say nothing.
    """
    making = _Making(entries)
    making.all(silent)
    if making.place == 0:
        return
    connection.execute(
        "INSERT INTO tally (space, entries, changed_at) VALUES (?, ?, ?)",
        (making.space, making.place, making.changed_at),
    )
    connection.executemany(
        f"INSERT INTO standing ({TABLES['standing']}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        # In the order of the key: each page of the table is filled once, and none is taken up again.
        (
            (making.space, subject, entry, *row)
            for subject, rows in sorted(making.standing.items())
            for entry, row in sorted(rows.items())
        ),
    )
    if making.case_file is not None:
        connection.execute(
            "INSERT INTO case_file (space, reference, opened_at) VALUES (?, ?, ?)", (making.space, *making.case_file)
        )


def remake_space(
    connection: Connection,
    space: str,
    silent: Container[str] = (),
    *,
    newest: Sequence[Read] = (),
) -> None:
    """Make the tables of one space anew from its journal.

    Args:
        connection: has the journal and the tables.
        space: which.
        silent: entries of it that count no longer.
        newest: the entries that arrived last, just as they were kept, so that they need not be read once more.

    Raises:
        EntryInvalid: an entry can't be read.
    """
    for table in (*TABLES, "glance"):
        connection.execute(f"DELETE FROM {table} WHERE space = ?", (space,))  # noqa: S608
    [(last,)] = connection.execute("SELECT coalesce(max(arrival), 0) FROM entry").fetchall()
    earlier = stored_entries(connection, space, until=last - len(newest))
    follow_space(connection, [*(read(stored) for _arrival, stored in earlier), *newest], silent)


_Row = tuple[int, str, str, str, str]
"""place, value as written, at, since, device."""


class _Making:
    """The tables of one space, in memory: as `follow` does, for entries that did not all know one another."""

    def __init__(self, entries: Iterable[Read]) -> None:
        self._ordered = in_order(entries)
        self._by_id: dict[str, Read] = {}
        self._place: dict[str, int] = {}
        # What a decision may name is remembered also after somebody replaced it.
        self._named = {chosen for entry in self._ordered if (chosen := _decides(entry)) is not None}
        self._said: dict[tuple[str, str], str] = {}
        self._clocks: Clocks | None = None
        self.space = self._ordered[0].header.space if self._ordered else ""
        if {entry.header.space for entry in self._ordered} - {self.space}:
            raise EntryInvalid("other-space")
        self.standing: dict[str, dict[str, _Row]] = {}
        self.place = 0
        self.changed_at = ""
        self.case_file: tuple[str, str] | None = None

    def all(self, silent: Container[str]) -> None:
        heads: set[str] = set()
        for entry in self._ordered:
            heads.difference_update(entry.header.parents)
            heads.add(entry.id)
            if entry.header.kind in QUIET:
                continue
            knows = None if len(heads) == 1 else self._knows(entry)
            claimed_at = entry.header.claimed_at
            claimed = write_time(claimed_at)
            self.place += 1
            self.changed_at = max(self.changed_at, claimed)
            if entry.id not in silent:
                written = written_at(entry)
                self._take(entry, claimed if written is claimed_at else write_time(written), knows)

    def _knows(self, entry: Read) -> Callable[[str], bool]:
        if self._clocks is None:
            self._clocks = Clocks(self._ordered)
            self._by_id = {entry.id: entry for entry in self._ordered}
            self._place = {entry.id: number for number, entry in enumerate(self._ordered)}
        clocks, walk = self._clocks, Ancestors(entry, self._by_id, self._place)

        def knows(other: str) -> bool:
            told = clocks.knows(entry, self._by_id[other])
            return walk(other) if told is None else told

        return knows

    def _take(self, entry: Read, at: str, knows: Callable[[str], bool] | None) -> None:
        for subject, value in statements(entry):
            self._state(entry, subject, _written(value), at, knows)
            if subject == "case" and self.case_file is None and entry.header.space_kind is SpaceKind.CASE:
                self.case_file = (value["reference"], at)
        chosen = _decides(entry) if self._named else None
        if chosen is not None and chosen in self._said and (knows is None or knows(chosen[1])):
            self._state(entry, chosen[0], self._said[chosen], at, knows)

    def _state(self, entry: Read, subject: str, written: str, at: str, knows: Callable[[str], bool] | None) -> None:
        rows = self.standing.setdefault(subject, {})
        since = at
        for other in list(rows):
            if knows is None or knows(other):
                row = rows.pop(other)
                if row[1] == written:
                    since = min(since, row[3])
        rows[entry.id] = (self.place, written, at, since, entry.header.device)
        if self._named and (subject, entry.id) in self._named:
            self._said[subject, entry.id] = written


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _written(value: Any) -> str:
    return _ENCODER.encode(value)


def _decides(entry: Read) -> tuple[str, str] | None:
    """The subject and the entry that a decision lets stand; what it says of a chain it states itself."""
    if entry.header.kind != "conflict.decided" or entry.payload is None:
        return None
    subject, chosen = entry.payload.get("subject"), entry.payload.get("chosen")
    if not (isinstance(subject, str) and isinstance(chosen, str)) or subject.startswith(CHAIN):
        return None
    return subject, chosen


def rebuild(
    source: Connection,
    target: Connection,
    *,
    kinds: Container[str] = frozenset(SpaceKind),
    silent: Callable[[str], Container[str]] = lambda _space: (),
    tick: Callable[[int], None] | None = None,
) -> tuple[str, ...]:
    """Make all projections in `target`, whose tables are empty, from the journal in `source`.

    Args:
        source: has the journal.
        target: has the tables.
        kinds: only of spaces of these kinds.
        silent: which entries of a space count no longer.
        tick: called with the number of entries of each space that is done; what it raises ends the work.

    Returns:
        The spaces that could not be made because an entry can't be read; the others are whole.
    """
    failed = []
    for space, its_kind in source.execute("SELECT id, kind FROM space ORDER BY number").fetchall():
        if its_kind not in kinds:
            continue
        made = make_space(source, target, space, silent(space))
        if made is None:
            failed.append(space)
        if tick:
            tick(made or 0)
    return tuple(failed)


def make_space(source: Connection, target: Connection, space: str, silent: Container[str] = ()) -> int | None:
    """Make the tables of one space in `target`, which has nothing of it, from the journal in `source`.

    Returns:
        How many entries it has; None where one can't be read: nothing is made then.
    """
    try:
        entries = [read(stored) for _arrival, stored in stored_entries(source, space)]
        follow_space(target, entries, silent)
    except EntryInvalid:
        forget_space(target, space)
        return None
    return len(entries)


def forget_space(connection: Connection, space: str) -> None:
    """Take the rows of a space out of the tables."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table} WHERE space = ?", (space,))  # noqa: S608


def differing(kept: Connection, fresh: Connection, space: str) -> Iterator[str]:
    """The tables of which two databases have other rows of a space; compared row by row, so that neither is held."""
    for table, columns in TABLES.items():
        query = f"SELECT {columns} FROM {table} WHERE space = ? ORDER BY {columns}"  # noqa: S608
        if any(a != b for a, b in zip_longest(kept.execute(query, (space,)), fresh.execute(query, (space,)))):
            yield table


def follows_journal(connection: Connection, space: str, entries: Iterable[Read], silent: Container[str] = ()) -> bool:
    """Whether the tables of a space are, row by row, what these entries, all of it, make of them.

    Raises:
        EntryInvalid: an entry can't be read.
    """
    fresh = empty_tables()
    try:
        follow_space(fresh, entries, silent)
        return not any(differing(connection, fresh, space))
    finally:
        fresh.close()


def empty_tables() -> Connection:
    """Projection tables in memory, to make them anew beside the kept ones; nothing of it is on a disk."""
    connection = Connection(dbapi2.connect(":memory:", isolation_level=None), Path(":memory:"))
    script = (resources.files("store") / "schema" / "0002_projections.sql").read_text(encoding="utf-8")
    for statement in sql_statements(script):
        connection.execute(statement)
    return connection
