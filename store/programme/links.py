"""Which colleagues the person of a concern was ever said to be, and which of it a colleague said was wrong.

What stands now does not decide who may read a concern: whoever may change the register could change it. Every entry
that linked somebody counts for as long as the concern is there, and only somebody else's word takes it back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from store.journal import Read
from store.standing import Standing

LINKED = "concern.linked"
CORRECTED = "concern.link-corrected"
OF_REGISTER = ("participant.added", "participant.changed", "entry.erased")
"""The entries of a register that say who somebody is."""


def called(name: str) -> str:
    """A name as names are compared."""
    return " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Somebody said that a person is not this colleague.

    Attributes:
        author: which colleague it is not.
        by: the author's id of who says so; empty where no card of theirs counts.
    """

    author: str
    by: str


class Links:
    """Person -> the colleagues they were ever said to be.

    A person is a participant; whom a concern is about who is none of them goes by the id of the concern.
    """

    def __init__(self, names: Mapping[str, Collection[str]]) -> None:
        """Begin without a link.

        Args:
            names: author's id -> every name that cards of theirs have had, as `called` gives them.
        """
        self._names = names
        self._linked: dict[str, set[str]] = defaultdict(set)
        self._called: dict[str, set[str]] = defaultdict(set)
        self._now: dict[str, set[str]] = defaultdict(set)
        self._corrections: dict[str, set[Correction]] = defaultdict(set)

    def follow(self, entries: Iterable[Read]) -> None:
        """Take in the entries of a register that say who somebody is or was, also where others replaced them."""
        for entry in entries:
            said = entry.payload or {}
            if entry.header.kind == "entry.erased":
                for person, author in said.get("authors", {}).items():
                    self.link(person, author)
                for person, authors in said.get("linked", {}).items():
                    for author in authors:
                        self.link(person, author)
            elif said:
                self.link(said["participant"], said["author"])
                self._called[said["participant"]].add(called(said["name"]))

    def follow_standing(self, rows: Iterable[Standing]) -> None:
        """Take in which links stand in a register; where heads disagree, each of them."""
        for row in rows:
            self._now[row.value["participant"]].add(row.value["author"])

    def link(self, person: str, author: str) -> None:
        """Somebody was said to be a colleague; an empty author says nothing."""
        if author:
            self._linked[person].add(author)

    def correct(self, person: str, correction: Correction) -> None:
        """Somebody was said not to be a colleague."""
        self._corrections[person].add(correction)

    def ever(self, people: Iterable[str], name: str = "") -> frozenset[str]:
        """Everybody whom these people were ever said to be, by link or by name.

        Args:
            people: participants, authors or the concern.
            name: what somebody is called besides.
        """
        found: set[str] = set()
        names = {called(name)}
        for one in people:
            found |= self._linked.get(one, set())
            names |= self._called.get(one, set())
        names.discard("")
        return frozenset(found | {id for id, known in self._names.items() if names & set(known)})

    def linked(self, person: str, author: str) -> bool:
        """Whether somebody was ever linked to this colleague, and nobody else has taken it back."""
        return author in self._linked.get(person, set()) and not self._taken_back(
            author, (person,), self.ever((person,))
        )

    def stands(self, people: Iterable[str], author: str) -> bool:
        """Whether the register says now that one of these is the colleague."""
        return any(author in self._now.get(one, set()) for one in people)

    def closed_to(self, concern: str, about: Collection[str], name: str) -> frozenset[str]:
        """To whom a concern is closed, because it is about them or may be.

        Args:
            concern: its id; empty before it is taken in.
            about: ids of participants and authors.
            name: whom it is about, in words.
        """
        people = (*about, concern) if concern else tuple(about)
        found = self.ever(people, name) | frozenset(about)
        return frozenset(one for one in found if one in about or not self._taken_back(one, people, found))

    def _taken_back(self, author: str, people: Collection[str], closed: Collection[str]) -> bool:
        if self.stands(people, author):
            return False
        return any(
            one.author == author and one.by and one.by not in closed and not self.same(one.by, author)
            for person in people
            for one in self._corrections.get(person, ())
        )

    def same(self, one: str, other: str) -> bool:
        """Whether two authors are one person, as far as their names tell: a vault made anew has another id."""
        return one == other or bool(set(self._names.get(one, ())) & set(self._names.get(other, ())))
