"""A vault that was put back to an older copy: what noticed it is kept until a person says that they know.

What shows it: checkpoints and receipts beside the vault, entries by its own key that come back from others, and others
who have read an envelope that it never wrote. The last two are said once by whoever brings them, so they are kept here.
It is no journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from store.database import Connection
from store.files import read_at_most
from store.findings import PUT_BACK, Finding

_CAME: Final = "put-back/came"
_HEARD: Final = "put-back/heard"
_KNOWN: Final = "put-back/known/"
_CREDIBLE: Final = 10**12
"""No vault ever writes so many envelopes; a number from there on proves nothing."""
_STEP: Final = 10**6
"""How far the numbers go on at most by what one envelope says: who says that they have read number 10^12 - 1 would else
bring them where nothing that anybody heard proves anything any more."""
_LARGEST: Final = 64 * 1024


def note_came(connection: Connection, count: int) -> None:
    """So many entries by the key that signs here came back from others; within a transaction."""
    if count:
        _put(connection, _CAME, _got(connection, _CAME) + count)


def note_heard(connection: Connection, heard: int, *, written: int) -> int:
    """Somebody says that they have read an envelope of this vault's; within a transaction.

    Args:
        connection: of the vault.
        heard: its number, as they say.
        written: the highest that this vault has written.

    Returns:
        The number after which the next one comes.
    """
    if not written < heard < _CREDIBLE:
        return written
    _put(connection, _HEARD, max(_got(connection, _HEARD), heard))
    return min(heard, written + _STEP)


def noticed(connection: Connection) -> Iterable[Finding]:
    """What is kept and nobody has said that they know."""
    for key, code in ((_CAME, "own-came-back"), (_HEARD, "heard-later")):
        if count := _got(connection, key):
            yield Finding(code=code, where=str(count))


def is_known(connection: Connection, path: Path) -> bool:
    """Whether a person knows what a checkpoint or receipt beside the vault shows."""
    mark = _mark(path)
    return bool(mark) and bool(connection.execute("SELECT 1 FROM vault WHERE key = ?", (_KNOWN + mark,)).fetchone())


def settle(connection: Connection, folder: Path, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """A person knows of these; within a transaction. Gives those that are of this sort.

    Args:
        connection: of the vault.
        folder: of the vault.
        findings: of the doctor.
    """
    settled = tuple(one for one in findings if one.code in PUT_BACK)
    for one in settled:
        if mark := _mark(folder / one.where):
            _put(connection, _KNOWN + mark, 1)
    connection.execute("DELETE FROM vault WHERE key IN (?, ?)", (_CAME, _HEARD))
    return settled


def _mark(path: Path) -> str:
    """Of the content: a checkpoint gets another name when the next one is written."""
    try:
        return hashlib.sha256(read_at_most(path, _LARGEST)).hexdigest()
    except OSError:
        return ""


def _got(connection: Connection, key: str) -> int:
    row = connection.execute("SELECT value FROM vault WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else 0


def _put(connection: Connection, key: str, value: int) -> None:
    connection.execute(
        "INSERT INTO vault (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", (key, value)
    )
