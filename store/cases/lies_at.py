"""Where the copies lie of which somebody has said whose device it is: kept in this vault, as marks, never as names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from store.database import Connection


def remember(connection: Connection, space: str, piece: str, copy: int, signs: Iterable[str]) -> None:
    """Within a change: a copy lies there too.

    Args:
        connection: has the tables.
        space: the case.
        piece: its id.
        copy: its number.
        signs: as `store.evidence.signs.signs_of` gives them.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO lies_at (space, piece, copy, mark) VALUES (?, ?, ?, ?)",
        [(space, piece, copy, _mark(piece, sign)) for sign in signs],
    )


def forget(connection: Connection, space: str, piece: str, copy: int) -> None:
    """Within a change: where a copy lies is not known any more."""
    connection.execute("DELETE FROM lies_at WHERE space = ? AND piece = ? AND copy = ?", (space, piece, copy))


def lying_there(connection: Connection, space: str, piece: str, signs: Iterable[str]) -> frozenset[int]:
    """The copies of a piece that are known to lie at any of these."""
    wanted = {_mark(piece, sign) for sign in signs}
    rows = connection.execute("SELECT copy, mark FROM lies_at WHERE space = ? AND piece = ?", (space, piece))
    return frozenset(int(copy) for copy, mark in rows if mark in wanted)


def placed(connection: Connection, space: str, piece: str) -> frozenset[int]:
    """The copies of a piece of which is known where they lie."""
    rows = connection.execute("SELECT DISTINCT copy FROM lies_at WHERE space = ? AND piece = ?", (space, piece))
    return frozenset(int(copy) for (copy,) in rows)


def _mark(piece: str, sign: str) -> bytes:
    return hashlib.sha256(f"{piece}\0{sign}".encode()).digest()
