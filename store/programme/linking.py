"""Who the people of a programme were ever said to be, gathered from the register, from cards and from the concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

from store.authors import Author
from store.cases.desk import Desk
from store.entry import EntryInvalid, Payload, SpaceKind
from store.journal import Read, entries_of_kinds, read
from store.kinds import statements
from store.model import StoredEntry
from store.programme.links import LINKED, OF_REGISTER, Correction, Links, called
from store.programme.reading import Eyes
from store.standing import standing


class LinkingDesk(Desk):
    """Finds the register and the concerns, and works out the links."""

    def _register_space(self) -> str:
        """The space of the register; empty where nothing was ever written."""
        row = self._connection.execute(
            "SELECT space.id FROM space JOIN standing ON standing.space = space.id "
            "WHERE space.kind = ? AND standing.subject = 'programme' ORDER BY space.number",
            (SpaceKind.PROGRAMME.value,),
        ).fetchone()
        return row[0] if row else ""

    def _concern_spaces(self) -> list[str]:
        rows = self._connection.execute(
            "SELECT space.id FROM space JOIN standing ON standing.space = space.id "
            "WHERE space.kind = ? AND standing.subject = 'concern' ORDER BY space.number",
            (SpaceKind.PROGRAMME.value,),
        ).fetchall()
        return [space for (space,) in rows]

    def _erased_concerns(self) -> list[str]:
        """The concerns of which nothing is left but who was to read them, and that they are erased."""
        rows = self._connection.execute(
            "SELECT DISTINCT space.id FROM space JOIN standing ON standing.space = space.id "
            "WHERE space.kind = ? AND standing.subject = 'readers' AND space.id NOT IN "
            "(SELECT space FROM standing WHERE subject = 'concern')",
            (SpaceKind.PROGRAMME.value,),
        ).fetchall()
        return [space for (space,) in rows]

    def _names_of(self, known: Iterable[Author]) -> dict[str, frozenset[str]]:
        """Author's id -> every name of theirs that a card which counts has said."""
        found = {author.id: {called(author.name)} for author in known}
        whose = {device: author.id for author in known for device in author.devices}
        for row in standing(self._connection, self._office_space, "card/"):
            id = row.value["author"]
            if id in found and whose.get(row.device) == id:
                found[id].add(called(row.value["name"]))
        return {id: frozenset(names - {""}) for id, names in found.items()}

    def _links(self, eyes: Eyes, coming: Mapping[str, Sequence[Read]] = MappingProxyType({})) -> Links:
        """Who the people of the programme were ever said to be.

        Args:
            eyes: who looks.
            coming: concern -> entries that are not kept yet.
        """
        links = Links(eyes.names)
        if space := self._register_space():
            links.follow(_read(entries_of_kinds(self._connection, space, OF_REGISTER)))
            links.follow_standing(standing(self._connection, space, "participant/"))
        for concern in {*self._concern_spaces(), *coming}:
            self._follow_concern(concern, coming.get(concern, ()), links, eyes)
        return links

    def _follow_concern(self, concern: str, coming: Sequence[Read], links: Links, eyes: Eyes) -> None:
        said = [
            (row.subject.partition("/")[0], row.value, row.device)
            for row in standing(self._connection, concern)
            if row.subject == "concern" or row.subject.startswith(("linked/", "corrected/"))
        ]
        trust = self._trust()
        for entry in coming:
            # What is kept and silenced is in no table; of what comes, a revoked key says nothing.
            with suppress(EntryInvalid):
                if entry.header.device in trust.revoked:
                    continue
                said += [
                    (subject.partition("/")[0], value, entry.header.device) for subject, value in statements(entry)
                ]

        def by(device: str) -> str:
            author = trust.author_of(device)
            return author.id if author and author.id in eyes.colleagues else ""

        opened = [(value, by(device)) for head, value, device in said if head == "concern"]
        people = {concern, *(one for value, _by in opened for one in value["about"] if isinstance(one, str))}
        for head, value, device in said:
            # Only whoever took it in has the register, and so can tell what it says; or it is here.
            here = by(device) == eyes.viewer and bool(self._register_space())
            told = head == "linked" and (here or any(links.same(by(device), who) for _value, who in opened))
            for person in people:
                if told:
                    links.link(person, value["author"])
                elif head == "corrected":
                    links.correct(person, Correction(author=value["author"], by=by(device)))

    def _concerns_told(self, participant: str, author: str) -> list[tuple[str, str, Payload]]:
        """What the concerns about somebody are told where the register links that person to a colleague."""
        return [
            (space, LINKED, {"author": author})
            for space in (self._concern_spaces() if author else ())
            if any(participant in row.value["about"] for row in standing(self._connection, space, "concern"))
            and not standing(self._connection, space, f"linked/{author}")
        ]


def _read(stored: Iterable[StoredEntry]) -> Iterator[Read]:
    for one in stored:
        with suppress(EntryInvalid):
            yield read(one)
