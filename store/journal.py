"""The journal in the vault: entries are appended, read and verified here, and nowhere else.

A *feed* is what one device wrote in one space; a *head* is an entry that nothing of its space builds on yet. Appending
happens inside a transaction of the caller, who closes it with `Journal.seal_commit`, so that entry, projection and
checkpoint are kept together or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from store import checkpoint
from store.database import Connection
from store.entry import (
    SALT_SIZE,
    EntryInvalid,
    Header,
    Payload,
    SpaceKind,
    commit,
    make,
    read_payload,
    verify,
    write_payload,
)
from store.keys import DeviceKey
from store.model import StoredEntry

RandomBytes = Callable[[int], bytes]

_COLUMNS: Final = "id, header, signature, salt, payload"
QUIET: Final = frozenset({"case.read", "concern.read"})
"""Kinds that travel with a case or a concern and say nothing to the tables: they are no change, and do not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An entry as it was read back.

    Attributes:
        payload: what it says; None where it was erased.
    """

    stored: StoredEntry
    header: Header
    payload: dict[str, Any] | None

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.stored.id


class Journal:
    """The journal of an unlocked vault, as one device writes it."""

    def __init__(
        self,
        connection: Connection,
        key: DeviceKey,
        *,
        vault: str,
        clock: Callable[[], datetime],
        random_bytes: RandomBytes = secrets.token_bytes,
    ) -> None:
        self._connection = connection
        self._key = key
        self._vault = vault
        self._clock = clock
        self._random_bytes = random_bytes
        self._touched: set[str] = set()

    @property
    def device(self) -> str:
        """The public key that signs."""
        return self._key.device

    def sign_document(self, message: bytes, *, namespace: str) -> str:
        """An armored OpenSSH signature over something that is no entry: a bundle, a receipt."""
        return self._key.sign_document(message, namespace=namespace)

    def append(self, space_kind: SpaceKind, space: str, kind: str, payload: Payload) -> Read:
        """Sign an entry on top of everything known of the space, and keep it.

        Raises:
            PayloadTooLarge: where the payload is too large for one entry.
        """
        written = write_payload(payload)
        salt = self._random_bytes(SALT_SIZE)
        tip = self._connection.execute(
            "SELECT sequence, id FROM entry WHERE space = ? AND device = ? "
            "ORDER BY sequence DESC, arrival DESC LIMIT 1",
            (space, self.device),
        ).fetchone()
        header = Header(
            space_kind=space_kind,
            space=space,
            device=self.device,
            sequence=tip[0] + 1 if tip else 1,
            previous=tip[1] if tip else None,
            seen=tuple(head for head in heads(self._connection, space) if not tip or head != tip[1]),
            kind=kind,
            claimed_at=self._clock().replace(microsecond=0),
            commitment=commit(salt, written),
        )
        stored = make(header, salt=salt, payload=written, sign=self._key.sign)
        self._keep(stored, header)
        return Read(stored=stored, header=header, payload=read_payload(written))

    def _keep(self, stored: StoredEntry, header: Header) -> None:
        [(counter,)] = self._connection.execute("SELECT coalesce(max(counter), 0) + 1 FROM checkpoint").fetchall()
        self._connection.execute(
            "INSERT INTO entry (id, space, device, sequence, kind, counter, header, signature, salt, payload) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                stored.id,
                header.space,
                header.device,
                header.sequence,
                header.kind,
                counter,
                stored.header,
                stored.signature,
                stored.salt,
                stored.payload,
            ),
        )
        self._connection.execute(
            "INSERT INTO space (id, kind) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", (header.space, header.space_kind)
        )
        self._connection.executemany(
            "DELETE FROM head WHERE space = ? AND entry = ?", [(header.space, parent) for parent in header.parents]
        )
        self._connection.execute("INSERT INTO head (space, entry) VALUES (?, ?)", (header.space, stored.id))
        self._touched.add(header.space)

    def keep_playbook(self, digest: str, raw: bytes) -> None:
        """Keep the bytes of a playbook that an entry of this transaction pins."""
        self._connection.execute(
            "INSERT INTO playbook (digest, raw) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", (digest, raw)
        )

    def touched(self, space: str) -> None:
        """Entries of this space were taken in from elsewhere: the checkpoint of this transaction covers them."""
        self._touched.add(space)

    def seal_commit(self) -> None:
        """Make the checkpoint of what was appended since the last one; the caller commits right after."""
        if not self._touched:
            return
        leaves = {}
        for space in self._touched:
            [(number, kind)] = self._connection.execute(
                "SELECT number, kind FROM space WHERE id = ?", (space,)
            ).fetchall()
            leaves[number] = checkpoint.leaf(kind, space, heads(self._connection, space))
        [(counter,)] = self._connection.execute("SELECT coalesce(max(counter), 0) + 1 FROM checkpoint").fetchall()
        checkpoint.add(self._connection, self._key, vault=self._vault, counter=counter, spaces=leaves, at=self._clock())
        self._touched.clear()

    def forget_commit(self) -> None:
        """The transaction was rolled back: nothing was appended."""
        self._touched.clear()


def heads(connection: Connection, space: str) -> tuple[str, ...]:
    """The heads of a space, ascending."""
    rows = connection.execute("SELECT entry FROM head WHERE space = ? ORDER BY entry", (space,)).fetchall()
    return tuple(entry for (entry,) in rows)


def spaces(connection: Connection, kind: SpaceKind) -> tuple[str, ...]:
    """The spaces of one kind, oldest first."""
    rows = connection.execute("SELECT id FROM space WHERE kind = ? ORDER BY number", (kind,)).fetchall()
    return tuple(space for (space,) in rows)


def stored_entries(
    connection: Connection, space: str, *, after: int = 0, until: int = (1 << 63) - 1
) -> Iterator[tuple[int, StoredEntry]]:
    """The entries of a space in the order of arrival, with that number; only those `after` one and `until` another."""
    rows = connection.execute(
        f"SELECT arrival, {_COLUMNS} FROM entry WHERE space = ? AND arrival > ? AND arrival <= ? ORDER BY arrival",  # noqa: S608
        (space, after, until),
    )
    for arrival, id, header, signature, salt, payload in rows:
        yield arrival, StoredEntry(id=id, header=header, signature=signature, salt=salt, payload=payload)


def headers_of(connection: Connection, space: str) -> dict[str, Header]:
    """The headers of a space by entry, in the order of arrival; what can't be read is left out."""
    found = {}
    for id, header in connection.execute("SELECT id, header FROM entry WHERE space = ? ORDER BY arrival", (space,)):
        with suppress(EntryInvalid):
            found[id] = Header.parse(header)
    return found


def newest_entries(
    connection: Connection, space: str, count: int | None, *, besides: Iterable[str] = ()
) -> Iterator[StoredEntry]:
    """The entries of a space that arrived last, the last one first; all where `count` is None, but of some kinds."""
    left_out = tuple(besides)
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE space = ? AND kind NOT IN ({', '.join('?' * len(left_out))}) "  # noqa: S608
        "ORDER BY arrival DESC LIMIT ?",
        (space, *left_out, -1 if count is None else count),
    )
    for id, header, signature, salt, payload in rows:
        yield StoredEntry(id=id, header=header, signature=signature, salt=salt, payload=payload)


def entries_of_kinds(connection: Connection, space: str, kinds: Sequence[str]) -> Iterator[StoredEntry]:
    """The entries of a space that are of one of these kinds, in the order of arrival."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE space = ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY arrival",  # noqa: S608
        (space, *kinds),
    )
    for id, header, signature, salt, payload in rows:
        yield StoredEntry(id=id, header=header, signature=signature, salt=salt, payload=payload)


def read(stored: StoredEntry) -> Read:
    """Read an entry without checking its signature; for projections and words, after the feeds were verified.

    Raises:
        EntryInvalid: where header or payload are malformed.
    """
    return Read(
        stored=stored,
        header=Header.parse(stored.header),
        payload=None if stored.payload is None else read_payload(stored.payload),
    )


def in_order(entries: Iterable[Read]) -> list[Read]:
    """Entries of one space in the space's order: each after all it builds on, otherwise by time claimed, then by id.

    The order depends on the set of entries only, not on how they arrived. Where parents are missing the rest is
    ordered as if they had been there.

    Raises:
        EntryInvalid: where entries build on one another in a circle, which no signed entry can.
    """
    from heapq import heapify, heappop, heappush

    known = {entry.id: entry for entry in entries}
    if _in_a_row(known):
        return list(known.values())
    waiting = {id: sum(parent in known for parent in entry.header.parents) for id, entry in known.items()}
    children: dict[str, list[Read]] = {}
    for entry in known.values():
        for parent in entry.header.parents:
            children.setdefault(parent, []).append(entry)
    ready = [(known[id].header.claimed_at, id) for id, count in waiting.items() if count == 0]
    heapify(ready)
    ordered = []
    while ready:
        entry = known[heappop(ready)[1]]
        ordered.append(entry)
        for child in children.get(entry.id, ()):
            waiting[child.id] -= 1
            if waiting[child.id] == 0:
                heappush(ready, (child.header.claimed_at, child.id))
    if len(ordered) < len(known):
        raise EntryInvalid("order-circle")
    return ordered


def _in_a_row(known: Mapping[str, Read]) -> bool:
    """Whether each builds on the one before it: then there is no other order, and no heap is needed to find it."""
    seen = set[str]()
    last: str | None = None
    for id, entry in known.items():
        parents = entry.header.parents
        if last is not None and last not in parents:
            return False
        # Most have the one before them for their only parent.
        if parents != (last,) and any(parent not in seen and parent in known for parent in parents):
            return False
        seen.add(id)
        last = id
    return True


class EarlierEntries(Protocol):
    """Entries of a space that were verified before (`store.verified`)."""

    def place(self, entry: str) -> tuple[str, int, datetime] | None:
        """Device, sequence and time of an entry; None where it is not among them."""
        ...

    def taken(self, device: str, sequence: int) -> bool:
        """Whether an entry has this place in this feed."""
        ...


class FeedCheck:
    """Verifies the entries of one space one after another, in the order of arrival, and says what is wrong.

    What it has seen stays, so that a case that is opened again costs only its new entries.

    Attributes:
        arrival: of the last entry taken.
        heads: entries that nothing taken so far builds on.
    """

    def __init__(self, kind: SpaceKind, space: str, *, earlier: EarlierEntries | None = None) -> None:
        self.kind = kind
        self.space = space
        self._earlier = earlier
        self.arrival = 0
        self.heads: set[str] = set()
        self._seen: dict[str, tuple[str, int, datetime]] = {}
        self._places: set[tuple[str, int]] = set()

    def take(self, arrival: int, stored: StoredEntry, devices: Container[str]) -> tuple[str, ...]:
        """Verify the next entry; `devices` are those that some author's card lists.

        Returns:
            What is wrong with it, kebab-case; those in `REMARKS` are shown and are no damage.
        """
        self.arrival = arrival
        try:
            header = verify(stored)
        except EntryInvalid as invalid:
            return (invalid.fault,)
        if (header.space_kind, header.space) != (self.kind, self.space):
            return ("other-space",)
        found = []
        place = (header.device, header.sequence)
        if header.device not in devices:
            found.append("device-unknown")
        if place in self._places or (self._earlier is not None and self._earlier.taken(*place)):
            found.append("fork")
        previous = self._known(header.previous) if header.previous is not None else None
        if header.previous is not None and previous is None:
            found.append("previous-missing")
        elif previous is not None and previous[:2] != (header.device, header.sequence - 1):
            found.append("previous-differs")
        if any(self._known(parent) is None for parent in header.seen):
            found.append("seen-missing")
        parents = (self._known(parent) for parent in header.parents)
        if any(parent[2] > header.claimed_at for parent in parents if parent is not None):
            found.append("older-than-parent")
        self._places.add(place)
        self._seen[stored.id] = (*place, header.claimed_at)
        self.heads.difference_update(header.parents)
        self.heads.add(stored.id)
        return tuple(found)

    def _known(self, entry: str) -> tuple[str, int, datetime] | None:
        found = self._seen.get(entry)
        return self._earlier.place(entry) if found is None and self._earlier is not None else found


REMARKS: Final = frozenset(
    {"fork", "older-than-parent", "not-administrator", "not-carried-out", "not-shared", "revoked", "withheld"}
)
"""Findings that are shown and are no damage."""
