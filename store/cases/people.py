"""The people of a case: roles that overlap, several holders of parental authority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from store.cases.desk import Desk
from store.cases.errors import ItemUnknown, TextMissing
from store.cases.notes import pick
from store.cases.values import read_person, write_person
from store.entry import SpaceKind
from store.model import Age, Person, PersonDraft, Role
from store.standing import standing, standing_on

VICTIM_AGE: Final = "victim.age"
"""The fact that follows from who was added."""


class PeopleDesk(Desk):
    """Casework on people."""

    def add_person(self, case: str, draft: PersonDraft) -> Person:
        """Add somebody to a case.

        Raises:
            TextMissing: no name or no role.
            ItemUnknown: `authority_over` names nobody of the case.
        """
        space = self._open_case(case)
        check_person(draft)
        known = {person.id: person.name for person in self._people(space)}
        id = self._new_id()
        self._write(space, "person.added", write_person(id, draft, authority(draft, known)))
        return self._person(space, id)

    def change_person(self, case: str, person_id: str, draft: PersonDraft) -> Person:
        """Record somebody anew; what was recorded before stays in the history.

        Raises:
            ItemUnknown: no such person.
            TextMissing: no name or no role.
        """
        space = self._open_case(case)
        check_person(draft)
        known = {person.id: person.name for person in self._people(space)}
        id = pick(person_id, list(known), "person")
        self._write(space, "person.changed", write_person(id, draft, authority(draft, known)))
        return self._person(space, id)

    def _append_people(self, space: str, drafts: Sequence[PersonDraft]) -> None:
        """Those of an intake, who may name one another in any order."""
        ids = {self._new_id(): draft for draft in drafts}
        names = {id: draft.name for id, draft in ids.items()}
        for id, draft in ids.items():
            self._append(SpaceKind.CASE, space, "person.added", write_person(id, draft, authority(draft, names)))

    def _person(self, space: str, id: str) -> Person:
        return next(person for person in self._people(space) if person.id == id)

    def _people(self, space: str) -> tuple[Person, ...]:
        """Everybody, in the order in which they were added; of two versions that disagree the later one."""
        said = {row.subject.removeprefix("person/"): row.value for row in standing(self._connection, space, "person/")}
        added = {
            row.subject.removeprefix("added/"): row.at
            for row in standing_on(self._connection, space, [f"added/{id}" for id in said])
        }
        return tuple(Person(id=id, added_at=at, **read_person(said[id])) for id, at in added.items() if id in said)


def victims_age(people: Sequence[PersonDraft]) -> str:
    """`minor` or `adult` where all those violated whose age is known are the same; else empty."""
    ages = {person.age for person in people if Role.VICTIM in person.roles} - {Age.UNKNOWN}
    return ages.pop().value if len(ages) == 1 else ""


def check_person(draft: PersonDraft) -> None:
    """Raises TextMissing where there is no name or no role."""
    if not draft.name.strip():
        raise TextMissing("name")
    if not draft.roles:
        raise TextMissing("roles")


def authority(draft: PersonDraft, known: dict[str, str]) -> tuple[str, ...]:
    """The ids of those over whom somebody holds parental authority; `known` is id -> name.

    Raises:
        ItemUnknown: a name or an id is nobody's, or a name is that of several.
    """
    found = []
    for wanted in draft.authority_over:
        ids = [id for id, name in known.items() if wanted == id] or [
            id for id, name in known.items() if name.strip().casefold() == wanted.strip().casefold()
        ]
        if len(ids) != 1:
            raise ItemUnknown("person")
        found.append(ids[0])
    return tuple(dict.fromkeys(found))
