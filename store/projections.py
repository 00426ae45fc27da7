"""What the tables hold, made from the journal alone: statements that stand until an entry that knew them replaces them.

An entry makes statements on subjects (`store.kinds`). A statement replaces those on its subject that its entry builds
on, and leaves those it did not know: two statements on one subject are a disagreement, which a person decides. The
result depends on the set of entries only, not on the order in which they came.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, Final

from sqlcipher3 import dbapi2

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.database import Connection
from store.database import statements as sql_statements
from store.entry import EntryInvalid, SpaceKind, read_time, write_time
from store.journal import Read, in_order, read, stored_entries
from store.kinds import statements

TABLES: Final = {
    "standing": "space, subject, entry, place, value, at, since, device",
    "tally": "space, entries, changed_at",
    "case_file": "space, reference, opened_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A statement that stands.

    Attributes:
        subject: what it is about, e.g. `fact/police.decision`.
        entry: the entry that made it.
        place: of that entry in the order of its space, from 1.
        value: as in the payload; None where the subject was taken back.
        since: from when the value has been what it is.
        device: who signed it.
    """

    subject: str
    entry: str
    place: int
    value: Any
    at: datetime
    since: datetime
    device: str


class ProjectionDamaged(SeglError):
    """A table that is made from the journal can't be read."""

    code: ClassVar[str] = "projection-damaged"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("A table of the vault was changed from outside and can't be read."),
            safe=_("The journal it is made from is kept apart."),
            todo=_("Run 'segl doctor': it says what still holds, and can make the tables anew."),
        )


def follow(connection: Connection, entry: Read, knows: Callable[[str], bool] = lambda _entry: True) -> None:
    """Let the tables follow one entry; `knows` says which earlier entries it builds on (all, where it is our own)."""
    header = entry.header
    at = write_time(header.claimed_at)
    connection.execute(
        "INSERT INTO tally (space, entries, changed_at) VALUES (?, 1, ?) ON CONFLICT (space) DO UPDATE "
        "SET entries = entries + 1, changed_at = max(changed_at, excluded.changed_at)",
        (header.space, at),
    )
    row = connection.execute("SELECT entries FROM tally WHERE space = ?", (header.space,)).fetchone()
    assert row
    place = row[0]
    for subject, value in statements(entry):
        written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        since = at
        for other, its_value, its_since in connection.execute(
            "SELECT entry, value, since FROM standing WHERE space = ? AND subject = ?", (header.space, subject)
        ).fetchall():
            if other != entry.id and knows(other):
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
                (header.space, value["reference"], at),
            )


def follow_space(connection: Connection, entries: Iterable[Read]) -> None:
    """Let empty tables follow all entries of one space, in the order of the space."""
    ordered = in_order(entries)
    by_id = {entry.id: entry for entry in ordered}
    place = {entry.id: number for number, entry in enumerate(ordered)}
    heads: set[str] = set()
    for entry in ordered:
        heads.difference_update(entry.header.parents)
        heads.add(entry.id)
        if len(heads) == 1:
            follow(connection, entry)
        else:
            follow(connection, entry, _Ancestors(entry, by_id, place))


class _Ancestors:
    """Answers whether an entry builds on an earlier one, by walking back no further than it must."""

    def __init__(self, entry: Read, by_id: Mapping[str, Read], place: Mapping[str, int]) -> None:
        self._entry = entry
        self._by_id = by_id
        self._place = place

    def __call__(self, other: str) -> bool:
        lowest = self._place[other]
        waiting, seen = [self._entry.id], {self._entry.id}
        while waiting:
            for parent in self._by_id[waiting.pop()].header.parents:
                if parent == other:
                    return True
                if parent not in seen and self._place.get(parent, -1) > lowest:
                    seen.add(parent)
                    waiting.append(parent)
        return False


def rebuild(
    source: Connection,
    target: Connection,
    *,
    kind: SpaceKind | None = None,
    tick: Callable[[int], None] | None = None,
) -> tuple[str, ...]:
    """Make all projections in `target`, whose tables are empty, from the journal in `source`.

    Args:
        source: has the journal.
        target: has the tables.
        kind: only of spaces of this kind.
        tick: called with the number of entries of each space that is done; what it raises ends the work.

    Returns:
        The spaces that could not be made because an entry can't be read; the others are whole.
    """
    failed = []
    for space, its_kind in source.execute("SELECT id, kind FROM space ORDER BY number").fetchall():
        if kind is not None and its_kind != kind:
            continue
        try:
            entries = [read(stored) for _arrival, stored in stored_entries(source, space)]
            follow_space(target, entries)
        except EntryInvalid:
            failed.append(space)
            entries = []
            for table in TABLES:
                target.execute(f"DELETE FROM {table} WHERE space = ?", (space,))  # noqa: S608
        if tick:
            tick(len(entries))
    return tuple(failed)


def follows_journal(connection: Connection, space: str, entries: Iterable[Read]) -> bool:
    """Whether the tables of a space are, row by row, what these entries, all of it, make of them.

    Raises:
        EntryInvalid: an entry can't be read.
    """
    fresh = empty_tables()
    try:
        follow_space(fresh, entries)
        return all(
            connection.execute(query, (space,)).fetchall() == fresh.execute(query, (space,)).fetchall()
            for query in (
                f"SELECT {columns} FROM {table} WHERE space = ? ORDER BY {columns}"  # noqa: S608
                for table, columns in TABLES.items()
            )
        )
    finally:
        fresh.close()


def empty_tables() -> Connection:
    """Projection tables in memory, to make them anew beside the kept ones; nothing of it is on a disk."""
    connection = Connection(dbapi2.connect(":memory:", isolation_level=None), Path(":memory:"))
    script = (resources.files("store") / "schema" / "0002_projections.sql").read_text(encoding="utf-8")
    for statement in sql_statements(script):
        connection.execute(statement)
    return connection


def standing(connection: Connection, space: str, subject: str = "") -> tuple[Standing, ...]:
    """What stands in a space, in the order of the space; `subject` ends with `/` for all below it, or is one whole."""
    where, values = "space = ?", [space]
    if subject.endswith("/"):
        # '0' follows '/': the range is every subject that begins so.
        where += " AND subject >= ? AND subject < ?"
        values += [subject, subject[:-1] + "0"]
    elif subject:
        where += " AND subject = ?"
        values.append(subject)
    rows = connection.execute(
        f"SELECT subject, entry, place, value, at, since, device FROM standing WHERE {where} "  # noqa: S608
        "ORDER BY place, subject",
        values,
    ).fetchall()
    try:
        return tuple(
            Standing(
                subject=row[0],
                entry=row[1],
                place=row[2],
                value=json.loads(row[3]),
                at=read_time(row[4]),
                since=read_time(row[5]),
                device=row[6],
            )
            for row in rows
        )
    except ValueError:
        raise ProjectionDamaged from None
