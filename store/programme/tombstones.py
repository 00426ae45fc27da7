"""What stands against a tombstone of a programme's register that came from one's own other workstation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from store.database import Connection
from store.entry import EntryInvalid, Header
from store.journal import entries_of_kinds, headers_of, read, stored_entries
from store.programme.whose import Whose
from store.standing import standing

_ERASED = "entry.erased"


def stands_against(connection: Connection, space: str, stone: str) -> bool:
    """Whether something that a tombstone erases whole is held here, or was written of unknown to who erased it.

    Args:
        connection: of the vault.
        space: a register; of another space nothing stands here.
        stone: the entry that says what is erased.
    """
    things = dict(_things(connection, space)).get(stone, frozenset[str]())
    if not things:
        return False
    for row in standing(connection, space, "held/"):
        if row.value["held"] and row.value["about"] in things:
            return True
    whose = Whose(_contents(connection, space))
    headers = headers_of(connection, space)
    known = _below(headers, stone)
    entries = {entry for thing in things for entry in whose.of(thing)}
    return any(entry not in known and stone not in _below(headers, entry) for entry in entries)


def not_carried_out(connection: Connection, space: str, waiting: frozenset[str]) -> frozenset[str]:
    """What is erased elsewhere and is here still, by id.

    Args:
        connection: of the vault.
        space: the register.
        waiting: the tombstones that are not carried out here.
    """
    return frozenset(thing for stone, things in _things(connection, space) if stone in waiting for thing in things)


def _things(connection: Connection, space: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Tombstone -> what it erases whole."""
    for entry in entries_of_kinds(connection, space, (_ERASED,)):
        with suppress(EntryInvalid):
            said: Mapping[str, Any] = read(entry).payload or {}
            things = said.get("things")
            if isinstance(things, list):
                yield entry.id, frozenset(map(str, things))


def _contents(connection: Connection, space: str) -> Iterator[Any]:
    for _arrival, stored in stored_entries(connection, space):
        with suppress(EntryInvalid):
            entry = read(stored)
            if entry.payload is not None and entry.header.kind != _ERASED:
                yield entry


def _below(headers: Mapping[str, Header], id: str) -> set[str]:
    found, waiting = set[str](), [id]
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
