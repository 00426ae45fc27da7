"""What of a space was verified at an earlier opening: of the same bytes, one's own signatures are not verified again.

A signature by a key that lies in this very database proves nothing against whoever can write into the database: they
have the key. What it is good for here is to notice bytes that changed, and a digest over all of them does that. What
others signed is verified at each opening. `docs/adr/0032-verified-once.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from store.database import Connection, Row
from store.entry import EntryInvalid, Header, SpaceKind, verify
from store.errors import DiskFailed, DiskFull
from store.journal import REMARKS, FeedCheck
from store.model import StoredEntry

WORTH: Final = 200
"""Entries that were verified since, for which the mark is moved."""
Flags = dict[str, tuple[str, ...]]


class Earlier:
    """The entries of a space up to an arrival, as `FeedCheck` asks for them: looked up, not held."""

    def __init__(self, connection: Connection, space: str, arrival: int) -> None:
        self._connection = connection
        self._space = space
        self._arrival = arrival

    def place(self, entry: str) -> tuple[str, int, datetime] | None:
        """Device, sequence and time of an entry; None where it is not among them."""
        row = self._connection.execute(
            "SELECT header FROM entry WHERE id = ? AND space = ? AND arrival <= ?", (entry, self._space, self._arrival)
        ).fetchone()
        if row is None:
            return None
        header = Header.parse(row[0])
        return header.device, header.sequence, header.claimed_at

    def taken(self, device: str, sequence: int) -> bool:
        """Whether an entry has this place in this feed."""
        row = self._connection.execute(
            "SELECT 1 FROM entry WHERE space = ? AND device = ? AND sequence = ? AND arrival <= ? LIMIT 1",
            (self._space, device, sequence, self._arrival),
        ).fetchone()
        return row is not None


def resumed(connection: Connection, kind: SpaceKind, space: str, own: Container[str]) -> tuple[FeedCheck, Flags]:
    """The check of a space as far as its bytes are what was verified before, and what was remarkable; else a new one.

    Args:
        connection: the vault's.
        kind: of the space.
        space: which.
        own: the devices whose private keys lie in this vault.
    """
    fresh: tuple[FeedCheck, Flags] = FeedCheck(kind, space), {}
    row = connection.execute("SELECT arrival, digest, heads, flags FROM verified WHERE space = ?", (space,)).fetchone()
    if row is None:
        return fresh
    arrival, digest, heads, flags = row
    digesting = hashlib.sha256()
    try:
        for entry in _digested(connection, space, arrival, digesting):
            # By what the header says: the column beside it is signed by nobody.
            if _signer(entry.header) not in own:
                verify(entry)
    except EntryInvalid:
        return fresh
    if digesting.digest() != digest:
        return fresh
    check = FeedCheck(kind, space, earlier=Earlier(connection, space, arrival))
    check.arrival = arrival
    check.heads = set(json.loads(heads))
    return check, {entry: tuple(remarks) for entry, remarks in json.loads(flags).items()}


def keep(connection: Connection, check: FeedCheck, flags: Mapping[str, tuple[str, ...]]) -> None:
    """Remember how far a space was verified; nothing where something is damaged, or the disk is full."""
    if connection.in_transaction or any(set(found) - REMARKS for found in flags.values()):
        return
    digesting = hashlib.sha256()
    for _entry in _digested(connection, check.space, check.arrival, digesting):
        pass
    with suppress(DiskFull, DiskFailed), connection.transaction():
        connection.execute(
            "INSERT OR REPLACE INTO verified (space, arrival, digest, heads, flags) VALUES (?, ?, ?, ?, ?)",
            (
                check.space,
                check.arrival,
                digesting.digest(),
                json.dumps(sorted(check.heads)),
                json.dumps({entry: list(found) for entry, found in flags.items()}),
            ),
        )


def _digested(connection: Connection, space: str, until: int, digesting: hashlib._Hash) -> Iterator[StoredEntry]:
    rows = connection.execute(
        "SELECT arrival, device, sequence, id, header, signature, salt, payload FROM entry "
        "WHERE space = ? AND arrival <= ? ORDER BY arrival",
        (space, until),
    )
    for row in rows:
        digesting.update(_framed(row))
        _arrival, _device, _sequence, id, header, signature, salt, payload = row
        yield StoredEntry(id=id, header=header, signature=signature, salt=salt, payload=payload)


def _signer(header: bytes) -> str:
    """The device of a header, without reading all of it; what is no header gives nobody's."""
    lines = header.split(b"\n", 3)
    return lines[2].removeprefix(b"device ").decode("ascii", "replace") if len(lines) > 2 else ""


def _framed(row: Row) -> bytes:
    """The values of a row so that no two rows give the same bytes: each with its length, and none told from empty."""
    arrival, device, sequence, id, header, signature, salt, payload = row
    lengths = "%d %s %d %s %d %d %d %d\n" % (  # noqa: UP031 - this runs ten thousands of times
        arrival,
        device,
        sequence,
        id,
        len(header),
        len(signature),
        -1 if salt is None else len(salt),
        -1 if payload is None else len(payload),
    )
    return b"".join((lengths.encode("utf-8", "surrogatepass"), header, signature, salt or b"", payload or b""))
