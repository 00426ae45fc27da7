from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from store.casework import Casework
from store.doctor import check
from store.entry import PayloadTooLarge
from store.journal import stored_entries
from tests.store.desk import a_case, set_up_desk


@pytest.fixture()
def desk(tmp_path: Path) -> Iterator[Casework]:
    desk = set_up_desk(tmp_path)
    yield desk
    desk.close()


def counts(desk: Casework) -> dict[str, int]:
    tables = ("entry", "space", "head", "merkle", "checkpoint", "standing", "tally", "case_file", "playbook")
    return {table: desk._connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in tables}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry",
        "DELETE FROM checkpoint",
        "UPDATE entry SET kind = 'note.corrected'",
        "UPDATE entry SET payload = x'7b7d'",
        "UPDATE entry SET payload = NULL, salt = NULL",
        "UPDATE entry SET sequence = sequence + 1",
        "UPDATE checkpoint SET root = ''",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE arrival = 2",
        "REPLACE INTO entry (id, space, device, sequence, kind, counter, header, signature) "
        "SELECT id, space, device, sequence, kind, counter, header, x'00' FROM entry WHERE arrival = 2",
        "INSERT OR REPLACE INTO checkpoint SELECT counter, root, 'x' FROM checkpoint",
    ],
)
def test_what_is_written_stays(desk: Casework, statement: str) -> None:
    before = desk._connection.execute("SELECT * FROM entry").fetchall()
    with pytest.raises(dbapi2.IntegrityError, match="journal: "):
        desk._connection.execute(statement)
    assert desk._connection.execute("SELECT * FROM entry").fetchall() == before


def test_only_what_has_a_tombstone_can_be_emptied_and_never_comes_back(desk: Casework) -> None:
    connection = desk._connection
    id, salt, payload = connection.execute("SELECT id, salt, payload FROM entry WHERE arrival = 4").fetchall()[0]
    with connection.transaction():
        connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (id, id))
        connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE id = ?", (id,))
    for statement in (
        "UPDATE entry SET salt = ?, payload = ? WHERE arrival = 4",
        "INSERT INTO entry (id, space, device, sequence, kind, counter, header, signature, salt, payload) "
        "SELECT id, space, device, sequence, kind, counter, header, signature, ?, ? FROM entry WHERE arrival = 4",
    ):
        with pytest.raises(dbapi2.IntegrityError, match="journal: "):
            connection.execute(statement, (salt, payload))
    for statement in ("DELETE FROM tombstone", "UPDATE tombstone SET by_entry = ''"):
        with pytest.raises(dbapi2.IntegrityError, match="journal: "):
            connection.execute(statement)


@pytest.mark.parametrize("table", ["entry", "head", "standing", "checkpoint"])
def test_a_write_that_fails_midway_leaves_nothing(desk: Casework, table: str) -> None:
    case = a_case(desk)
    before = counts(desk)
    # At the third row, so that something was written already.
    desk._connection.execute(
        f"CREATE TRIGGER stop BEFORE INSERT ON {table} WHEN (SELECT count(*) FROM {table}) >= "
        f"{before[table] + (2 if table in ('entry', 'standing') else 0)} BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(dbapi2.IntegrityError) as failed:
        a_case(desk, title="Hemmelig titel")
    assert "Hemmelig" not in str(failed.value) + repr(failed.value)
    assert counts(desk) == before
    desk._connection.execute("DROP TRIGGER stop")
    assert desk.add_note(case.id, "Det går igen.").current.text == "Det går igen."
    assert check(desk._vault).well


def test_a_note_that_is_too_long_leaves_nothing(desk: Casework) -> None:
    case = a_case(desk)
    before = counts(desk)
    with pytest.raises(PayloadTooLarge):
        desk.add_note(case.id, "x" * (1 << 20))
    assert counts(desk) == before
    desk.add_note(case.id, "kortere")
    assert check(desk._vault).well


def test_entries_are_salted(desk: Casework) -> None:
    case = a_case(desk)
    for _ in range(2):
        desk.add_note(case.id, "det samme")
    (_, first), (_, second) = list(stored_entries(desk._connection, case.id))[-2:]
    assert first.payload == second.payload
    assert first.salt != second.salt
    assert first.header.split(b"payload ")[1] != second.header.split(b"payload ")[1]


def test_a_note_in_a_large_journal_reads_no_table_through(desk: Casework) -> None:
    """What keeps a commit at its price however long the journal is: every statement finds its rows by an index."""
    case = a_case(desk)
    seen: list[str] = []
    raw = desk._connection._raw
    raw.set_trace_callback(seen.append)
    desk.add_note(case.id, "et notat")
    raw.set_trace_callback(None)
    plans = [
        row[3]
        for statement in seen
        if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")
        for row in desk._connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
    assert len(plans) > 10
    scans = {plan for plan in plans if plan.startswith("SCAN") and plan != "SCAN CONSTANT ROW"}
    # As many rows as this installation has had keys.
    assert scans <= {"SCAN device_key"}
    whole = [row[3] for row in desk._connection.execute("EXPLAIN QUERY PLAN SELECT kind FROM entry WHERE kind = 'x'")]
    assert whole[0].startswith("SCAN")
