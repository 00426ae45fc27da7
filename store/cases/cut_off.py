"""Clearings of this vault that were cut off and whose outcome nobody has recorded: which, so that they are settled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from guidance.custody import ORIGINAL, Event
from store.cases.clearing_kept import BEGUN
from store.cases.pieces import pieces_of
from store.database import Connection
from store.entry import EntryInvalid
from store.model import Evidence
from store.standing import ProjectionDamaged


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """A clearing that was begun here and has no outcome.

    Attributes:
        case: id of the case.
        reference: of the case.
        evidence: id of the piece.
        number: of the piece.
        copy: number of the copy.
    """

    case: str
    reference: str
    evidence: str
    number: int
    copy: int


def open_clearings(piece: Evidence) -> dict[int, str]:
    """Copy -> the entry that began to clear it, where no outcome is recorded."""
    found: dict[int, str] = {}
    for one in piece.custody:
        if one.fault is not None or one.set_aside or one.move.copy == ORIGINAL:
            continue
        if one.move.event is Event.CLEARING:
            found[one.move.copy] = one.entry
        elif one.move.event in (Event.CLEARED, Event.NOT_CLEARED):
            found.pop(one.move.copy, None)
    return found


def cut_off(connection: Connection, authors: Mapping[str, str]) -> tuple[CutOff, ...]:
    """Those of which this vault keeps where to look, by case and piece; what a colleague cut off is theirs.

    Args:
        connection: the vault's.
        authors: device -> name.
    """
    keys = connection.execute("SELECT key FROM draft WHERE substr(key, 1, ?) = ?", (len(BEGUN), BEGUN)).fetchall()
    found = []
    for (key,) in keys:
        entry = str(key).removeprefix(BEGUN)
        rows = connection.execute(
            "SELECT case_file.space, case_file.reference, standing.value FROM case_file "
            "JOIN standing ON standing.space = case_file.space AND standing.subject = ?",
            (f"custody/{entry}",),
        ).fetchall()
        for space, reference, value in rows:
            # One case that can't be read must not hide the others; opening it says what is wrong.
            with suppress(ProjectionDamaged, EntryInvalid, ValueError):
                for piece in pieces_of(connection, space, [str(json.loads(value)["evidence"])], authors):
                    found += [
                        CutOff(case=space, reference=reference, evidence=piece.id, number=piece.number, copy=copy)
                        for copy, began in open_clearings(piece).items()
                        if began == entry
                    ]
    return tuple(sorted(found, key=lambda one: (one.reference, one.number, one.copy)))
