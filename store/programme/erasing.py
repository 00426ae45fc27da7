"""Erasing of a mentorship programme as a plan shows it: a tombstone stays, and what was erased is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store import erasing
from store.cases.desk import silent_in
from store.cases.erasing import SUPPRESSED_BELOW
from store.cases.erasing_model import ErasurePlan, What
from store.entry import SpaceKind
from store.programme.concern_model import Concern
from store.programme.erasing_plan import ProgrammeErasurePlan
from store.programme.kept_model import Sort, Thing, sort_of
from store.programme.links import OF_REGISTER
from store.programme.people_model import Participant
from store.programme.whose import Whose
from store.projections import remake_space
from store.standing import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedThing:
    """That something of the programme was erased; whom it was about is gone."""

    sorts: tuple[Sort, ...]
    at: datetime
    by: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedThings:
    """How many of a sort and year were erased; None where there are so few that it would tell of somebody."""

    sort: Sort
    year: int
    count: int | None


class ProgrammeErasing(ProgrammeErasurePlan):
    """Casework on erasing something of the programme; `erase` takes its plans as it takes those of cases."""

    def _erase_beside(self, plan: ErasurePlan, ground: str) -> None:
        register = self._register_space()
        things = {id: thing for id in plan.things if (thing := self._known_thing(id)) is not None}
        for thing in things.values():
            self._refuse_thing(self._stands_against(thing, self._register(), self._readable_concerns()))
        for space in plan.beside:
            ids = {one.entry for one in plan.doomed if one.case == space}
            said: dict[str, Any] = {"ground": ground, "number": "", "what": plan.what.value}
            also: set[str] = set()
            if space == register:
                whose = Whose(self._entries(space))
                self._refuse_register_entries(ids, things, whose)
                # What came between the plan and now goes too.
                here = [id for id, thing in things.items() if not isinstance(thing, Concern)]
                ids |= {entry for id in here for entry in whose.of(id)}
                also = set(whose.below(here)) if here else set()
                said |= self._remembered_of(here, things)
                said |= self._links_remembered(ids, here, whose)
            elif space in things:
                ids |= {entry.id for entry in self._entries(space)}
                said |= {"what": What.CONCERN.value, **self._remembered_of([space], things)}
                self._tell_readers_anew(space)
            self._bury_beside(space, ids, said, also)

    def _refuse_register_entries(self, ids: set[str], things: dict[str, Thing], whose: Whose) -> None:
        """Raises ThingErasingRefused where by now something stands against entries that go by themselves."""
        with_things = {entry for id in things for entry in whose.of(id)}
        register, concerns = self._register(), self._readable_concerns()
        for id in ids - with_things:
            entry = whose.entries[id]
            self._refuse_thing(self._stands_against_entry(self._register_space(), entry, whose, register, concerns))

    def _bury_beside(self, space: str, ids: set[str], said: dict[str, Any], also: set[str]) -> None:
        kind = self._space_kind(space)
        for part in erasing.in_parts(sorted(ids)):
            stone = self._append(kind, space, erasing.ERASED, {**said, "entries": part})
            erasing.bury(self._connection, stone.id, part)
        remake_space(self._connection, space, silent_in(self._connection, self._trust(), space))
        erasing.clean(self._connection, space, ids | also, whole=said["what"] == What.CONCERN.value)
        self._checks.pop(space, None)

    def _remembered_of(self, ids: list[str], things: dict[str, Thing]) -> dict[str, Any]:
        """What is kept: ids, what is counted, and which colleague somebody was, as long as a concern is about them."""
        if not ids:
            return {}
        about = self._concerned()
        authors = {
            id: thing.author
            for id in ids
            if isinstance(thing := things[id], Participant) and thing.author and id in about
        }
        counted = [{"sort": sort_of(things[id]).value, "year": _year_of(things[id])} for id in ids]
        return {"things": ids, "counted": counted, "authors": authors}

    def _links_remembered(self, ids: Iterable[str], here: Collection[str], whose: Whose) -> dict[str, Any]:
        """Which colleagues somebody was ever said to be, where an entry goes that may have said so: no name, ids only.

        Of somebody who goes whole, only as long as a concern is about them.
        """
        said = [one.payload for id in ids if (one := whose.entries.get(id)) and one.header.kind in OF_REGISTER]
        people = {one["participant"] for one in said if one is not None}
        people -= {one for one in here if one not in self._concerned()}
        links = self._register().links
        linked = {person: sorted(found) for person in sorted(people) if (found := links.ever((person,)))}
        return {"linked": linked} if linked else {}

    def _concerned(self) -> set[str]:
        return {
            one
            for space in self._concern_spaces()
            for row in standing(self._connection, space, "concern")
            for one in row.value["about"]
        }

    def _tell_readers_anew(self, space: str) -> None:
        """Who had the concern has to hear that it is erased: that alone is said anew, without a word of it."""
        readers = sorted({one for row in standing(self._connection, space, "readers") for one in row.value})
        self._append(SpaceKind.PROGRAMME, space, "concern.readers", {"readers": readers, "reason": ""})

    def erased_things(self) -> tuple[ErasedThing, ...]:
        """What of the programme was erased, the last first."""
        authors = self._authors()
        found = [
            ErasedThing(
                sorts=tuple(Sort(one["sort"]) for one in _counted(said)),
                at=at,
                by=authors.get(device, ""),
                ground=str(said["ground"]),
            )
            for said, at, device in self._programme_tombstones()
        ]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def erased_thing_counts(self) -> tuple[ErasedThings, ...]:
        """How many were erased, by sort and year; a number below `SUPPRESSED_BELOW` is not told."""
        told = (one for said, _at, _device in self._programme_tombstones() for one in _counted(said))
        counted = Counter((one["sort"], int(one["year"])) for one in told)
        return tuple(
            ErasedThings(sort=Sort(sort), year=year, count=count if count >= SUPPRESSED_BELOW else None)
            for (sort, year), count in sorted(counted.items())
        )

    def _programme_tombstones(self) -> Iterator[tuple[dict[str, Any], datetime, str]]:
        """One of each erasing of something whole."""
        rows = self._connection.execute(
            "SELECT id FROM space WHERE kind = ? ORDER BY number", (SpaceKind.PROGRAMME.value,)
        ).fetchall()
        for (space,) in rows:
            seen: set[tuple[str, ...]] = set()
            for row in standing(self._connection, space, "erased/"):
                things = tuple(row.value.get("things", ()))
                if things and things not in seen:
                    seen.add(things)
                    yield row.value, row.at, row.device


def _counted(said: dict[str, Any]) -> list[dict[str, Any]]:
    """What a tombstone counts, of the sorts that are known here."""
    counted = said.get("counted", [])
    return [one for one in counted if one["sort"] in set(map(str, Sort))] if isinstance(counted, list) else []


def _year_of(thing: Thing) -> int:
    if isinstance(thing, Participant):
        return thing.added_at.year
    return thing.received_at.year if isinstance(thing, Concern) else thing.began_on.year
