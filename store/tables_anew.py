"""Making the tables anew from the journal, by what counts and what says nothing."""

from __future__ import annotations

from collections.abc import Callable, Container

from store import projections
from store.cases.desk import silent_in, trust_in
from store.database import Connection
from store.entry import EntryInvalid, SpaceKind
from store.journal import read, spaces, stored_entries
from store.projections import TABLES


def silence(source: Connection, target: Connection, space: str, silent: Container[str]) -> None:
    """Make the tables of one space anew, without what says nothing; where it can't be read, that is said elsewhere."""
    try:
        entries = [read(stored) for _arrival, stored in stored_entries(source, space)]
    except EntryInvalid:
        return
    for table in TABLES:
        target.execute(f"DELETE FROM {table} WHERE space = ?", (space,))  # noqa: S608
    projections.follow_space(target, entries, silent)


def make_anew(connection: Connection, tick: Callable[[int], None]) -> None:
    """Make all tables of a vault anew, in place; the caller has a transaction."""
    for table in (*TABLES, "glance"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    office = frozenset({SpaceKind.OFFICE})
    projections.rebuild(connection, connection, kinds=office, tick=tick)
    offices = spaces(connection, SpaceKind.OFFICE)
    trust = trust_in(connection, offices[0] if offices else "")
    for space in offices:
        if silent := silent_in(connection, trust, space):
            silence(connection, connection, space, silent)
    projections.rebuild(
        connection,
        connection,
        kinds=frozenset(SpaceKind) - office,
        silent=lambda space: silent_in(connection, trust, space),
        tick=tick,
    )
