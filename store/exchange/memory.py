"""What a vault remembers of the files in exchange folders that are for nobody here. It is no journal."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from store.database import Connection
from store.exchange.listing import SALT_SIZE, Lane, Looked, Memory, Verdict, folder_mark

MAX_REMEMBERED: Final = 60_000
"""Files of all folders together; more are looked at in turn, and not remembered."""
_SALT: Final = "exchange-salt"
_READER: Final = "exchange-reader"
_KNOWN: Final = "exchange-known"


def recall(connection: Connection, folder: Path, *, recipients: Sequence[str], known: Mapping[str, str]) -> Memory:
    """What is remembered of a folder, as far as it still holds.

    Args:
        connection: within a transaction.
        folder: where it is.
        recipients: of the keys that open what is sealed for this vault; by others everything is looked at anew.
        known: device -> author id; where these changed, what says it is of one of these authors is looked at anew.
    """
    salt = bytes.fromhex(_value(connection, _SALT) or _set(connection, _SALT, secrets.token_hex(SALT_SIZE)))
    if _changed(connection, _READER, sorted(recipients)):
        connection.execute("DELETE FROM exchange_looked")
    if _changed(connection, _KNOWN, [f"{device} {author}" for device, author in sorted(known.items())]):
        connection.executemany(
            "DELETE FROM exchange_looked WHERE sender = ? AND verdict <> ?",
            [(author, Verdict.COUNTS) for author in sorted(set(known.values()))],
        )
    mark = folder_mark(salt, folder)
    rows = connection.execute("SELECT mark, verdict, sender, device FROM exchange_looked WHERE folder = ?", (mark,))
    turns = connection.execute("SELECT lane, mark FROM exchange_turn WHERE folder = ?", (mark,))
    verdicts = {one.value: one for one in Verdict}
    return Memory(
        salt=salt,
        folder=mark,
        looked={
            file: Looked(verdict=verdicts[verdict], sender=sender, device=device)
            for file, verdict, sender, device in rows
        },
        turns={Lane(lane): file for lane, file in turns},
    )


def go_on(connection: Connection, folder: bytes, turns: Mapping[Lane, bytes]) -> None:
    """Remember where the lanes go on."""
    connection.executemany(
        "INSERT INTO exchange_turn (folder, lane, mark) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (folder, lane) DO UPDATE SET mark = ?3",
        [(folder, lane, mark) for lane, mark in turns.items()],
    )


def remember(connection: Connection, folder: bytes, looked: Mapping[bytes, Looked]) -> None:
    """Remember what files turned out to be, as far as there is room."""
    room = MAX_REMEMBERED - _count(connection)
    if room < len(looked):
        for table in ("exchange_looked", "exchange_turn"):
            connection.execute(f"DELETE FROM {table} WHERE folder <> ?", (folder,))  # noqa: S608
        room = MAX_REMEMBERED - _count(connection)
    # What is looked at first in the next round comes first here, too.
    first = sorted(looked.items(), key=lambda one: one[1].verdict is not Verdict.COUNTS)
    rows = [(folder, mark, one.verdict, one.sender, one.device) for mark, one in first]
    connection.executemany(
        "INSERT INTO exchange_looked (folder, mark, verdict, sender, device) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (folder, mark) DO UPDATE SET verdict = ?3, sender = ?4, device = ?5",
        rows[: max(0, room)],
    )


def forget(connection: Connection, folder: bytes, gone: Sequence[bytes]) -> None:
    """These files are not in that folder any more."""
    connection.executemany("DELETE FROM exchange_looked WHERE folder = ? AND mark = ?", [(folder, one) for one in gone])


def _count(connection: Connection) -> int:
    [(count,)] = connection.execute("SELECT count(*) FROM exchange_looked").fetchall()
    return int(count)


def _changed(connection: Connection, key: str, lines: Sequence[str]) -> bool:
    digest = hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()
    if _value(connection, key) == digest:
        return False
    _set(connection, key, digest)
    return True


def _value(connection: Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM vault WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def _set(connection: Connection, key: str, value: str) -> str:
    connection.execute(
        "INSERT INTO vault (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", (key, value)
    )
    return value
