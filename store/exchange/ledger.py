"""What a vault remembers of the envelopes that it wrote, and of what others said they have. It is no journal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from store.database import Connection
from store.entry import write_time
from store.exchange.envelope import Envelope
from store.exchange.head import Vector

_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An envelope that this vault wrote and that may still lie somewhere.

    Attributes:
        name: of the file.
        author: for whom it is.
        digest: SHA-256 of the sealed file, hex.
        base: what the recipient has to have before it.
        heads: what the recipient has after it.
        have: what this vault told them that it had.
    """

    name: str
    author: str
    number: int
    digest: str
    base: Vector
    heads: Vector
    have: Vector
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The newest that somebody said of what they have.

    Attributes:
        number: of their envelope.
        heard: the number of the newest envelope from here that they had read then.
        owed: whether they sent entries and may not know yet that those came.
        told: what they were told last that is here.
    """

    author: str
    made_at: str
    number: int
    have: Vector
    heard: int
    owed: bool
    told: Vector


def sent(connection: Connection) -> tuple[Sent, ...]:
    """All of them, in the order in which they were written."""
    rows = connection.execute(
        "SELECT name, author, number, digest, base, heads, have, entries FROM exchange_sent ORDER BY number"
    ).fetchall()
    return tuple(
        Sent(
            name=name,
            author=author,
            number=number,
            digest=digest,
            base=_read(base),
            heads=_read(heads),
            have=_read(have),
            entries=entries,
        )
        for name, author, number, digest, base, heads, have, entries in rows
    )


def next_number(connection: Connection) -> int:
    """The number of the next envelope; it rises for ever."""
    row = connection.execute("SELECT value FROM vault WHERE key = 'exchange-number'").fetchone()
    return int(row[0]) + 1 if row else 1


def record(connection: Connection, envelopes: Iterable[Sent]) -> None:
    """Remember envelopes, before they are put anywhere."""
    for one in envelopes:
        connection.execute(
            "INSERT INTO exchange_sent (name, author, number, digest, base, heads, have, entries) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.name,
                one.author,
                one.number,
                one.digest,
                _write(one.base),
                _write(one.heads),
                _write(one.have),
                one.entries,
            ),
        )
        connection.execute(
            "INSERT INTO vault (key, value) VALUES ('exchange-number', ?) "
            "ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)",
            (one.number,),
        )
        connection.execute("UPDATE exchange_heard SET told = ? WHERE author = ?", (_write(one.have), one.author))


def forget(connection: Connection, names: Iterable[str]) -> None:
    """These files are gone."""
    connection.executemany("DELETE FROM exchange_sent WHERE name = ?", [(name,) for name in names])


def heard(connection: Connection) -> dict[str, Heard]:
    """By author."""
    rows = connection.execute("SELECT author, made_at, number, have, heard, owed, told FROM exchange_heard").fetchall()
    return {
        author: Heard(
            author=author,
            made_at=made_at,
            number=number,
            have=_read(have),
            heard=read_until,
            owed=bool(owed),
            told=_read(told),
        )
        for author, made_at, number, have, read_until, owed, told in rows
    }


def hear(connection: Connection, envelope: Envelope, *, now: datetime) -> bool:
    """Keep what an envelope says where it is newer than what is kept; gives whether it was.

    The time decides and not the number: a vault that was put back begins its numbers again and lacks what it had. One
    that claims to be of a day to come would never be followed by a newer one, and is not kept.
    """
    before = heard(connection).get(envelope.sender)
    if envelope.made_at > now + _AHEAD:
        return False
    made_at = write_time(envelope.made_at)
    if before is not None and (made_at, envelope.number) <= (before.made_at, before.number):
        return False
    owed = bool(envelope.entries) or (before is not None and before.owed)
    connection.execute(
        "INSERT INTO exchange_heard (author, made_at, number, have, heard, owed) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (author) DO UPDATE SET made_at = excluded.made_at, number = excluded.number, "
        "have = excluded.have, heard = excluded.heard, owed = excluded.owed",
        (envelope.sender, made_at, envelope.number, _write(envelope.have), envelope.heard, int(owed)),
    )
    return True


def _write(vector: Vector) -> str:
    return json.dumps({space: list(heads) for space, heads in sorted(vector.items())})


def _read(text: str) -> Vector:
    return {str(space): tuple(map(str, heads)) for space, heads in json.loads(text).items()}
