"""Two devices of one counsellor write in one case; whatever order their entries arrive in, the tables are the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from store.cases.steps import case_facts
from store.database import Connection
from store.entry import EntryInvalid, Header, SpaceKind, commit, make, write_payload
from store.journal import QUIET, Read, in_order, read
from store.kinds import FIELDS, statements
from store.projections import TABLES, empty_tables, follow, follow_space
from store.standing import standing

SPACE = "0f" * 16
KEYS = tuple(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(1, 3))
BEGIN = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
OPENED = {"reference": "26-K7M4Q", "kind": "school", "title": "x", "stand-in": "Bo", "no-stand-in-reason": ""}


class Space:
    """Entries of one case by two devices, which see one another's entries when they are told to."""

    def __init__(self, *, opened: bool = True) -> None:
        self.entries: list[Read] = []
        self._tips: list[Read | None] = [None, None]
        self._heads: list[set[str]] = [set(), set()]
        if opened:
            self.write(0, "case.opened", OPENED)

    def write(self, who: int, kind: str, payload: Mapping[str, Any]) -> str:
        written, salt = write_payload(payload), bytes([len(self.entries) % 256]) * 32
        tip = self._tips[who]
        header = Header(
            space_kind=SpaceKind.CASE,
            space=SPACE,
            device=KEYS[who].public_key().public_bytes_raw().hex(),
            sequence=tip.header.sequence + 1 if tip else 1,
            previous=tip.id if tip else None,
            seen=tuple(sorted(self._heads[who] - ({tip.id} if tip else set()))),
            kind=kind,
            claimed_at=BEGIN + timedelta(minutes=len(self.entries)),
            commitment=commit(salt, written),
        )
        entry = read(make(header, salt=salt, payload=written, sign=KEYS[who].sign))
        self.entries.append(entry)
        self._tips[who] = entry
        self._heads[who] = {entry.id}
        return entry.id

    def meet(self, who: int, other: int) -> None:
        """`who` takes in all that `other` has."""
        known = self._known(self._heads[who]) | self._known(self._heads[other])
        parents = {parent for entry in self.entries if entry.id in known for parent in entry.header.parents}
        self._heads[who] = known - parents

    def _known(self, heads: set[str]) -> set[str]:
        by_id = {entry.id: entry for entry in self.entries}
        found, waiting = set(heads), list(heads)
        while waiting:
            for parent in by_id[waiting.pop()].header.parents:
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found


def rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}").fetchall()
        for table, columns in TABLES.items()
    }


def tables_of(entries: list[Read], make_tables: Callable[[Connection, list[Read]], None]) -> dict[str, Any]:
    connection = empty_tables()
    try:
        make_tables(connection, entries)
        return rows(connection)
    finally:
        connection.close()


def fact(value: object) -> dict[str, Any]:
    return {"facts": {"police.contacted": value}}


_acts = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["meet", "fact.set", "step.done", "step.taken-up", "note.added", "level.set"]),
        st.integers(1, 3),
    ),
    max_size=12,
)


def played(acts: list[tuple[int, str, int]]) -> Space:
    space = Space()
    space.meet(1, 0)
    for who, act, number in acts:
        match act:
            case "meet":
                space.meet(who, 1 - who)
            case "fact.set":
                space.write(who, act, fact(number))
            case "step.done":
                space.write(who, act, {"step": "calm", "note": "", **fact(number)})
            case "step.taken-up":
                space.write(who, act, {"step": "calm", "withdrawn": ["police.contacted"]})
            case "note.added":
                space.write(who, act, {"text": f"notat {number}"})
            case "level.set":
                space.write(who, act, {"level": number, "reason": "fordi"})
    return space


@given(_acts, st.randoms(use_true_random=False))
def test_the_tables_depend_on_the_set_of_entries_only(acts: list[tuple[int, str, int]], chance: random.Random) -> None:
    entries = played(acts).entries
    wanted = tables_of(entries, follow_space)
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert [entry.id for entry in in_order(shuffled)] == [entry.id for entry in in_order(entries)]
    assert tables_of(shuffled, follow_space) == wanted


@given(_acts)
def test_following_one_by_one_gives_the_same_where_one_device_writes(acts: list[tuple[int, str, int]]) -> None:
    entries = played([(0, act, number) for _who, act, number in acts]).entries

    def one_by_one(connection: Connection, entries: list[Read]) -> None:
        for entry in entries:
            follow(connection, entry)

    assert tables_of(entries, one_by_one) == tables_of(entries, follow_space)


def test_heads_that_disagree_dispute_a_fact_until_somebody_who_knows_both_decides() -> None:
    space = Space()
    space.meet(1, 0)
    space.write(0, "level.set", {"level": 2, "reason": "a"})
    space.write(1, "level.set", {"level": 4, "reason": "b"})
    connection = empty_tables()
    follow_space(connection, space.entries)
    facts = case_facts(standing(connection, SPACE), UTC)
    assert facts.disputed == {"level", "level.reason"}
    assert set(facts.candidates["level"]) == {2, 4}
    assert "level" not in facts.values
    connection.close()

    space.meet(0, 1)
    space.write(0, "level.set", {"level": 4, "reason": "enige"})
    connection = empty_tables()
    follow_space(connection, space.entries)
    facts = case_facts(standing(connection, SPACE), UTC)
    assert (facts.values["level"], facts.disputed) == (4, frozenset())
    connection.close()


def test_heads_that_agree_dispute_nothing() -> None:
    space = Space()
    space.meet(1, 0)
    space.write(0, "fact.set", fact(True))
    space.write(1, "fact.set", fact(True))
    connection = empty_tables()
    follow_space(connection, space.entries)
    facts = case_facts(standing(connection, SPACE), UTC)
    assert facts.values == {"police.contacted": True}
    assert facts.known_at["police.contacted"] == BEGIN + timedelta(minutes=1)
    connection.close()


def test_a_fact_is_known_since_it_got_the_value_it_has() -> None:
    space = Space()
    for value in (True, True, False, False, True):
        space.write(0, "fact.set", fact(value))
    connection = empty_tables()
    follow_space(connection, space.entries[:3])
    assert case_facts(standing(connection, SPACE), UTC).known_at["police.contacted"] == BEGIN + timedelta(minutes=1)
    for entry in space.entries[3:]:
        follow(connection, entry)
    assert case_facts(standing(connection, SPACE), UTC).known_at["police.contacted"] == BEGIN + timedelta(minutes=5)
    connection.close()


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_a_payload_that_lacks_a_field_is_refused_and_says_nothing(kind: str) -> None:
    empty = {str: "x", int: 1, bool: True, list: [], dict: {}}
    whole = {field: empty[sort] for field, sort in FIELDS[kind].items()}
    whole |= {field: "2027-01-31" for field in whole if field == "look-at"}
    opens = kind in ("case.opened", "concern.opened")
    space = Space(opened=not opens)
    space.write(0, kind, whole)
    assert list(statements(space.entries[-1])) or kind in {
        "fact.set",
        "case.entrusted",
        "lookup.made",
        "lookup.exported",
        *QUIET,
    }
    space.write(0, kind, whole)
    assert not opens or not list(statements(space.entries[-1])), "what opens says something once, as the first entry"
    for field in whole:
        for wrong in ({**whole, field: None}, {name: value for name, value in whole.items() if name != field}):
            space.write(0, kind, wrong)
            with pytest.raises(EntryInvalid) as refused:
                list(statements(space.entries[-1]))
            assert refused.value.fault == "payload-fields"


@pytest.mark.parametrize("value", [[1], {"date": 1}, {"day": "x"}, {"date": "2026-11-21", "more": 1}])
def test_what_is_no_fact_is_refused(value: object) -> None:
    space = Space()
    space.write(0, "fact.set", {"facts": {"x": value}})
    with pytest.raises(EntryInvalid):
        list(statements(space.entries[-1]))


def test_an_unknown_kind_says_nothing() -> None:
    space = Space()
    space.write(0, "star.gazed", {"at": "sky"})
    assert not list(statements(space.entries[-1]))
