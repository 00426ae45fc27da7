"""Reading what stands in a space: the statements that no entry which knew them has replaced.

The tables are made from the journal by `store.projections`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.database import Connection
from store.entry import read_time

_AT_ONCE: Final = 500
"""Subjects that one statement asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A statement that stands.

    Attributes:
        subject: what it is about, e.g. `fact/police.decision`.
        entry: the entry that made it.
        place: of that entry in the order of its space, from 1.
        value: as in the payload; None where the subject was taken back.
        since: from when the value has been what it is.
        device: who signed it.
    """

    subject: str
    entry: str
    place: int
    value: Any
    at: datetime
    since: datetime
    device: str


class ProjectionDamaged(SeglError):
    """A table that is made from the journal can't be read."""

    code: ClassVar[str] = "projection-damaged"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("A table of the vault was changed from outside and can't be read."),
            safe=_("The journal it is made from is kept apart."),
            todo=_("Run 'segl doctor': it says what still holds, and can make the tables anew."),
        )


def standing(connection: Connection, space: str, subject: str = "") -> tuple[Standing, ...]:
    """What stands in a space, in the order of the space; `subject` ends with `/` for all below it, or is one whole."""
    where, values = "space = ?", [space]
    if subject.endswith("/"):
        # '0' follows '/': the range is every subject that begins so.
        where += " AND subject >= ? AND subject < ?"
        values += [subject, subject[:-1] + "0"]
    elif subject:
        where += " AND subject = ?"
        values.append(subject)
    return _read(connection, f"standing WHERE {where}", values)


def standing_on(connection: Connection, space: str, subjects: Sequence[str]) -> tuple[Standing, ...]:
    """What stands in a space on some subjects, each of them whole, in the order of the space."""
    return _read_some(connection, "standing WHERE subject IN ({marks})", space, subjects)


def moves_of(connection: Connection, space: str, pieces: Sequence[str]) -> tuple[Standing, ...]:
    """What stands in a case on the custody of some pieces, in the order of the space."""
    # The expression and the bounds as in store/schema/0008: only then is the index used.
    source = (
        "standing INDEXED BY standing_moved WHERE CASE WHEN json_valid(value) THEN json_extract(value, '$.evidence') "
        "END IN ({marks}) AND subject >= 'custody/' AND subject < 'custody0'"
    )
    return _read_some(connection, source, space, pieces)


def _read_some(connection: Connection, source: str, space: str, wanted: Sequence[str]) -> tuple[Standing, ...]:
    found: list[Standing] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        some = wanted[begin : begin + _AT_ONCE]
        found += _read(connection, source.format(marks=", ".join("?" * len(some))) + " AND space = ?", [*some, space])
    return tuple(sorted(found, key=lambda row: (row.place, row.subject)))


def _read(connection: Connection, source: str, values: Sequence[str]) -> tuple[Standing, ...]:
    rows = connection.execute(
        f"SELECT subject, entry, place, value, at, since, device FROM {source} ORDER BY place, subject",  # noqa: S608
        values,
    ).fetchall()
    try:
        return tuple(
            Standing(
                subject=row[0],
                entry=row[1],
                place=row[2],
                value=json.loads(row[3]),
                at=read_time(row[4]),
                since=read_time(row[5]),
                device=row[6],
            )
            for row in rows
        )
    except ValueError:
        raise ProjectionDamaged from None
