"""The tables made anew beside those that are kept: every row is compared, and few are held."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store import projections
from store.casework import Casework
from store.database import Connection
from store.doctor import check
from store.projections import TABLES
from tests.store.desk import a_case, set_up_desk

CASES = 12
NOTES = 60
TEXT = "x" * 2000
ROWS = {
    "standing": ("nowhere", "fact/level", "e", 1, "2", "2026-11-21T07:00:00Z", "2026-11-21T07:00:00Z", "d"),
    "tally": ("nowhere", 1, "2026-11-21T07:00:00Z"),
    "case_file": ("nowhere", "26-AAAAA", "2026-11-21T07:00:00Z"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    with set_up_desk(tmp_path) as desk:
        yield desk


def filled(desk: Casework) -> None:
    """So many cases with so many notes."""
    for number in range(CASES):
        case = a_case(desk, f"Sag {number}")
        for _note in range(NOTES):
            desk.add_note(case.id, TEXT)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_a_space_that_there_is_not_is_noticed(desk: Casework, table: str) -> None:
    a_case(desk)
    assert check(desk._vault).well
    marks = ", ".join("?" * len(ROWS[table]))
    desk._connection.execute(f"INSERT INTO {table} ({TABLES[table]}) VALUES ({marks})", ROWS[table])
    assert [(one.code, one.where) for one in check(desk._vault).findings] == [("projection-differs", table)]


@pytest.mark.parametrize("change", ["lacks the first", "lacks the last", "has one more"])
def test_a_row_more_or_less_at_either_end_of_a_space_is_noticed(desk: Casework, change: str) -> None:
    case = a_case(desk)
    if change == "has one more":
        row = (case.id, "zzz", *ROWS["standing"][2:])
        desk._connection.execute("INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    else:
        which = "min" if change == "lacks the first" else "max"
        [(end,)] = desk._connection.execute(
            f"SELECT {which}(subject) FROM standing WHERE space = ?", (case.id,)
        ).fetchall()
        desk._connection.execute("DELETE FROM standing WHERE space = ? AND subject = ?", (case.id, end))
    assert [(one.code, one.where) for one in check(desk._vault).findings] == [("projection-differs", "standing")]


def test_the_tables_of_one_space_are_held_at_a_time(desk: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(desk)
    held: list[int] = []
    compare = projections.differing

    def counted(kept: Connection, fresh: Connection, space: str) -> Iterator[str]:
        [(spaces,)] = fresh.execute("SELECT count(DISTINCT space) FROM standing").fetchall()
        held.append(spaces)
        return compare(kept, fresh, space)

    monkeypatch.setattr(projections, "differing", counted)
    tracemalloc.start()
    assert check(desk._vault).well
    peak = tracemalloc.get_traced_memory()[1]
    # The control: all rows at once, which is how they were compared.
    tracemalloc.reset_peak()
    rows: list[Any] = desk._connection.execute("SELECT * FROM standing").fetchall()
    whole = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows and held == [1] * (CASES + 1)
    assert whole > CASES * NOTES * len(TEXT)
    assert peak < whole / 2
