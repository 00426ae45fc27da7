"""Giving entries to another vault and taking them in from one: the core that import, exchange and backup stand on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from store import erasing, put_back
from store.authors import Author
from store.cases.put_back import PutBackDesk
from store.cases.workstations import WorkstationDesk
from store.entry import SpaceKind
from store.journal import Read, headers_of, heads, stored_entries
from store.model import StoredEntry
from store.projections import remake_space
from store.union import Taken, take_in


class UnionDesk(WorkstationDesk, PutBackDesk):
    """Casework on entries from elsewhere."""

    def take_in(
        self, kind: SpaceKind, space: str, entries: Iterable[Read], *, playbooks: Mapping[str, bytes] | None = None
    ) -> Taken:
        """Take verified entries of one space in: all of them, or none.

        Args:
            kind: of the space.
            space: its id.
            entries: what `store.union.verify_entries` gave; order, doubles and known ones do not matter.
            playbooks: digest -> bytes, of what the entries pin; what is here already is passed over.

        Returns:
            What was new. A second call with the same changes nothing, and makes no commit.

        Raises:
            EntriesRefused, EntriesMissing, AuthorsUnknown: nothing was changed.
        """
        with self._writing():
            taken = self._take_in_now(kind, space, entries, playbooks or {})
        erasing.finish(self._connection)
        return taken

    def _take_in_now(
        self, kind: SpaceKind, space: str, entries: Iterable[Read], playbooks: Mapping[str, bytes]
    ) -> Taken:
        """As `take_in`, within a change that is going on."""
        taken = take_in(self._connection, self._journal, self._trust(), kind, space, entries)
        for digest, raw in playbooks.items():
            self._journal.keep_playbook(digest, raw)
        put_back.note_came(self._connection, self._by_this_key(taken.own))
        if kind is SpaceKind.OFFICE and taken.changed:
            self._follow_trust()
        return taken

    def _follow_trust(self) -> None:
        """Who counts may have changed: the tables of what revoked keys wrote in are made anew.

        What is here of a space that no revocation names was here before it, and counts: that is written down.
        """
        self._name_heads()
        for device in self._trust().revoked:
            rows = self._connection.execute(
                "SELECT DISTINCT entry.space FROM entry JOIN space ON space.id = entry.space "
                "WHERE entry.device = ? AND space.kind <> 'office'",
                (device,),
            ).fetchall()
            for (space,) in rows:
                remake_space(self._connection, space, self._silent(space))

    def _name_heads(self) -> None:
        trust = self._trust()
        for author in trust.authors:
            devices = [device for device in author.devices if device in trust.revoked and device not in trust.own]
            named = {space for device in devices for space in trust.revoked[device]}
            new = [space for space in self._spaces_written_by(devices) if space not in named]
            if new:
                at = [{"space": space, "entry": head} for space in new for head in heads(self._connection, space)]
                said = {"author": author.id, "devices": devices, "heads": at}
                self._append(SpaceKind.OFFICE, self._office_space, "author.heads-named", said)

    def _spaces_written_by(self, devices: Collection[str]) -> list[str]:
        marks = ", ".join("?" * len(devices))
        rows = self._connection.execute(
            "SELECT DISTINCT entry.space FROM entry JOIN space ON space.id = entry.space "  # noqa: S608
            f"WHERE space.kind <> 'office' AND entry.device IN ({marks}) ORDER BY entry.space",
            tuple(devices),
        ).fetchall()
        return [space for (space,) in rows]

    def held(self, space: str) -> tuple[str, ...]:
        """The heads of a space: whoever is told these knows what is here. Empty where nothing is."""
        return heads(self._connection, space)

    def spaces_held(self, kind: SpaceKind) -> tuple[str, ...]:
        """The spaces of one kind that this vault has, oldest first."""
        from store.journal import spaces

        return spaces(self._connection, kind)

    def entries_beyond(self, space: str, known: Collection[str]) -> tuple[StoredEntry, ...]:
        """What somebody lacks who has these heads and all that they build on, each after what it builds on.

        Heads that are not known here are passed over: what they build on is sent again, and changes nothing there.
        """
        headers = headers_of(self._connection, space)
        waiting = [head for head in known if head in headers]
        had = set(waiting)
        while waiting:
            for parent in headers[waiting.pop()].parents:
                if parent in headers and parent not in had:
                    had.add(parent)
                    waiting.append(parent)
        return tuple(stored for _arrival, stored in stored_entries(self._connection, space) if stored.id not in had)

    def writers(self, space: str) -> tuple[Author, ...]:
        """Whose entries a space has, those of them whose cards count."""
        rows = self._connection.execute("SELECT DISTINCT device FROM entry WHERE space = ?", (space,)).fetchall()
        devices = {device for (device,) in rows}
        return tuple(one for one in self.authors() if devices & set(one.devices))
