"""What a vault remembers of the envelopes that it wrote, and of what others said they have. It is no journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from store.database import Connection
from store.entry import write_time
from store.exchange.envelope import Envelope
from store.exchange.head import Vector

_AHEAD: Final = timedelta(days=1)
_TOLD: Final = "exchange-told/"
_SECOND: Final = "exchange-second/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An envelope that this vault wrote and that may still lie somewhere.

    Attributes:
        name: of the file.
        author: for whom it is.
        device: for which of their workstations.
        digest: SHA-256 of the sealed file, hex.
        base: what the recipient has to have before it.
        heads: what the recipient has after it.
        have: what this vault told them that it had.
    """

    name: str
    author: str
    device: str
    number: int
    digest: str
    base: Vector
    heads: Vector
    have: Vector
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The newest that a workstation of somebody said of what is there.

    Attributes:
        device: of the workstation.
        number: of their envelope.
        heard: the number of the newest envelope from here that they had read then.
        owed: whether they sent entries and may not know yet that those came.
        told: what they were told last that is here.
        told_in: the number of the envelope that told it.
    """

    author: str
    device: str
    made_at: str
    number: int
    have: Vector
    heard: int
    owed: bool
    told: Vector
    told_in: int


def sent(connection: Connection) -> tuple[Sent, ...]:
    """All of them, in the order in which they were written."""
    rows = connection.execute(
        "SELECT name, author, device, number, digest, base, heads, have, entries FROM exchange_sent ORDER BY number"
    ).fetchall()
    return tuple(
        Sent(
            name=name,
            author=author,
            device=device,
            number=number,
            digest=digest,
            base=_read(base),
            heads=_read(heads),
            have=_read(have),
            entries=entries,
        )
        for name, author, device, number, digest, base, heads, have, entries in rows
    )


def next_number(connection: Connection) -> int:
    """The number of the next envelope; it rises for ever."""
    row = connection.execute("SELECT value FROM vault WHERE key = 'exchange-number'").fetchone()
    return int(row[0]) + 1 if row else 1


def go_on_after(connection: Connection, number: int) -> None:
    """The next envelope has a number above this one; within a transaction."""
    connection.execute(
        "INSERT INTO vault (key, value) VALUES ('exchange-number', ?) "
        "ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)",
        (number,),
    )


def record(connection: Connection, envelopes: Iterable[Sent]) -> None:
    """Remember envelopes, before they are put anywhere."""
    for one in envelopes:
        connection.execute(
            "INSERT INTO exchange_sent (name, author, device, number, digest, base, heads, have, entries) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.name,
                one.author,
                one.device,
                one.number,
                one.digest,
                _write(one.base),
                _write(one.heads),
                _write(one.have),
                one.entries,
            ),
        )
        go_on_after(connection, one.number)
        connection.execute(
            "UPDATE exchange_heard SET told = ?, told_in = ? WHERE device = ?",
            (_write(one.have), one.number, one.device),
        )


def tell(connection: Connection, device: str, day: str) -> None:
    """An envelope was written for a workstation on a day, `YYYY-MM-DD`."""
    connection.execute(
        "INSERT INTO vault (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
        (_TOLD + device, day),
    )


def told_on(connection: Connection, device: str) -> str:
    """The day of the newest envelope for a workstation, `YYYY-MM-DD`; empty where there was none."""
    row = connection.execute("SELECT value FROM vault WHERE key = ?", (_TOLD + device,)).fetchone()
    return str(row[0]) if row else ""


def forget(connection: Connection, names: Iterable[str]) -> None:
    """These files are gone."""
    connection.executemany("DELETE FROM exchange_sent WHERE name = ?", [(name,) for name in names])


def heard(connection: Connection) -> dict[str, Heard]:
    """By device."""
    rows = connection.execute(
        "SELECT author, device, made_at, number, have, heard, owed, told, told_in FROM exchange_heard"
    ).fetchall()
    return {
        device: Heard(
            author=author,
            device=device,
            made_at=made_at,
            number=number,
            have=_read(have),
            heard=read_until,
            owed=bool(owed),
            told=_read(told),
            told_in=told_in,
        )
        for author, device, made_at, number, have, read_until, owed, told, told_in in rows
    }


def hear(connection: Connection, envelope: Envelope, *, device: str, now: datetime) -> bool:
    """Keep what an envelope says, by a workstation, where it is newer than what is kept; gives whether it was.

    The time decides and not the number: a vault that was put back begins its numbers again and lacks what it had. Of
    one second the higher number counts, or what comes later and lacks what they had before: to send again is no harm.
    One that claims to be of a day to come would never be followed by a newer one, and is not kept.
    """
    before = heard(connection).get(device)
    if envelope.made_at > now + _AHEAD:
        return False
    made_at = write_time(envelope.made_at)
    if before is not None and made_at < before.made_at:
        return False
    mark = _mark(envelope)
    same_second = _of_second(connection, device, made_at)
    if mark in same_second:
        return False
    _remember_second(connection, device, made_at, (*same_second, mark))
    if (
        before is not None
        and (made_at, envelope.number) <= (before.made_at, before.number)
        and not (same_second and _lacks(envelope.have, before.have))
    ):
        return False
    owed = bool(envelope.entries) or (before is not None and before.owed)
    connection.execute(
        "INSERT INTO exchange_heard (author, device, made_at, number, have, heard, owed) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (device) DO UPDATE SET made_at = excluded.made_at, number = excluded.number, "
        "have = excluded.have, heard = excluded.heard, owed = excluded.owed",
        (envelope.sender, device, made_at, envelope.number, _write(envelope.have), envelope.heard, int(owed)),
    )
    return True


def _lacks(now: Vector, before: Vector) -> bool:
    """Whether heads are not named any more that were; that something newer builds on them is seen by its number."""
    return any(not set(heads) <= set(now.get(space, ())) for space, heads in before.items())


def _mark(envelope: Envelope) -> str:
    said = repr((envelope.number, envelope.heard, _write(envelope.have), [one.id for one in envelope.entries]))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _of_second(connection: Connection, device: str, made_at: str) -> tuple[str, ...]:
    """Marks of the envelopes of a workstation that were heard, of its newest second."""
    row = connection.execute("SELECT value FROM vault WHERE key = ?", (_SECOND + device,)).fetchone()
    second, *marks = str(row[0]).split() if row else ("",)
    return tuple(marks) if second == made_at else ()


def _remember_second(connection: Connection, device: str, made_at: str, marks: Iterable[str]) -> None:
    connection.execute(
        "INSERT INTO vault (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
        (_SECOND + device, " ".join((made_at, *marks))),
    )


UNSETTLED: Final = ""
"""The device of what was kept by author, before there were workstations apart."""
_NOBODYS: Final = "-"


def unsettled(connection: Connection) -> bool:
    """Whether there is anything that was kept by author."""
    return bool(
        connection.execute(
            "SELECT 1 FROM exchange_sent WHERE device = ? UNION ALL SELECT 1 FROM exchange_heard WHERE device = author",
            (UNSETTLED,),
        ).fetchone()
    )


def settle(connection: Connection, only: Mapping[str, str]) -> None:
    """Give what was kept by author to the workstation that it was.

    Args:
        connection: within a transaction.
        only: author -> device, of those who never had another workstation. What is of anybody else counts for none: it
            is sent once more, and the files that there are go when their folder is seen.
    """
    for author, device in only.items():
        connection.execute(
            "UPDATE exchange_sent SET device = ? WHERE author = ? AND device = ?", (device, author, UNSETTLED)
        )
        connection.execute(
            "UPDATE OR IGNORE exchange_heard SET device = ? WHERE author = ? AND device = author", (device, author)
        )
    connection.execute("UPDATE exchange_sent SET device = ? WHERE device = ?", (_NOBODYS, UNSETTLED))
    connection.execute("DELETE FROM exchange_heard WHERE device = author")


def _write(vector: Vector) -> str:
    return json.dumps({space: list(heads) for space, heads in sorted(vector.items())})


def _read(text: str) -> Vector:
    return {str(space): tuple(map(str, heads)) for space, heads in json.loads(text).items()}
