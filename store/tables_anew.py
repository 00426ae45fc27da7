"""Making the tables anew from the journal, by what counts: beside those that are kept, to compare them, or in place."""

from __future__ import annotations

from collections.abc import Callable, Container
from contextlib import closing
from typing import Final

from store import projections
from store.authors import Trust
from store.cases.desk import OpenVault, silent_in, trust_in
from store.database import Connection
from store.entry import EntryInvalid, SpaceKind
from store.examination import Examination, Progress
from store.journal import read, spaces, stored_entries
from store.projections import TABLES
from store.standing import standing

_OFFICE: Final = frozenset({SpaceKind.OFFICE})


class TablesAnew(Examination):
    """The tables of a vault made anew in memory, one space at a time, and held against those that it has.

    What is held at once is the tables of the office, until it is known who counts, and then those of one other space.
    """

    def __init__(self, vault: OpenVault, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        super().__init__(vault, progress, cancelled)
        self._differing: set[str] = set()
        self._impossible: list[str] = []

    def who_counts(self, fresh: Connection) -> Trust:
        """Who counts, by what the journal says of the office and not by what a table says of it.

        Args:
            fresh: empty tables; those of the office are made in it, as if everybody counted.
        """
        self._impossible += projections.rebuild(self.connection, fresh, kinds=_OFFICE, tick=self.tick)
        offices = spaces(self.connection, SpaceKind.OFFICE)
        rows = [row for space in offices for row in standing(fresh, space)]
        return trust_in(self.connection, offices[0] if offices else "", rows)

    def office_tables(self) -> Trust:
        """The tables of the office, and who counts."""
        with closing(projections.empty_tables()) as fresh:
            trust = self.who_counts(fresh)
            for space in spaces(self.connection, SpaceKind.OFFICE):
                if silent := silent_in(self.connection, trust, space):
                    silence(self.connection, fresh, space, silent)
                self._compare(fresh, space)
        return trust

    def tables(self, trust: Trust) -> None:
        """Every other space: its tables, and whether the playbooks are there that a case is pinned to."""
        playbooks = {digest for (digest,) in self.connection.execute("SELECT digest FROM playbook")}
        with closing(projections.empty_tables()) as fresh:
            for space, kind in self.connection.execute("SELECT id, kind FROM space ORDER BY number").fetchall():
                if kind not in set(SpaceKind) - _OFFICE:
                    continue
                made = projections.make_space(self.connection, fresh, space, silent_in(self.connection, trust, space))
                if made is None:
                    self._impossible.append(space)
                elif kind == SpaceKind.CASE:
                    for row in standing(fresh, space, "playbook/"):
                        if row.value["digest"] not in playbooks:
                            self.note("playbook-missing", space)
                self._compare(fresh, space)
                projections.forget_space(fresh, space)
                self.tick(made or 0)
        self._of_no_space()
        for space in self._impossible:
            self.note("projection-impossible", space)
        for table in TABLES:
            if table in self._differing:
                self.note("projection-differs", table)

    def _compare(self, fresh: Connection, space: str) -> None:
        self._differing.update(projections.differing(self.connection, fresh, space))

    def _of_no_space(self) -> None:
        """Rows of a space that there is not, or of no kind that says anything."""
        marks = ", ".join("?" * len(SpaceKind))
        for table in TABLES:
            row = self.connection.execute(
                f"SELECT 1 FROM {table} WHERE space NOT IN (SELECT id FROM space WHERE kind IN ({marks})) LIMIT 1",  # noqa: S608
                [kind.value for kind in SpaceKind],
            ).fetchone()
            if row is not None:
                self._differing.add(table)


def silence(source: Connection, target: Connection, space: str, silent: Container[str]) -> None:
    """Make the tables of one space anew, without what says nothing; where it can't be read, that is said elsewhere."""
    try:
        entries = [read(stored) for _arrival, stored in stored_entries(source, space)]
    except EntryInvalid:
        return
    projections.forget_space(target, space)
    projections.follow_space(target, entries, silent)


def make_anew(connection: Connection, tick: Callable[[int], None]) -> None:
    """Make all tables of a vault anew, in place; the caller has a transaction."""
    for table in (*TABLES, "glance"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    projections.rebuild(connection, connection, kinds=_OFFICE, tick=tick)
    offices = spaces(connection, SpaceKind.OFFICE)
    trust = trust_in(connection, offices[0] if offices else "")
    for space in offices:
        if silent := silent_in(connection, trust, space):
            silence(connection, connection, space, silent)
    projections.rebuild(
        connection,
        connection,
        kinds=frozenset(SpaceKind) - _OFFICE,
        silent=lambda space: silent_in(connection, trust, space),
        tick=tick,
    )
