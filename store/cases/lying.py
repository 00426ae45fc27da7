"""Whose device each copy lies on, as it stands in the journal: read for a piece, and for the guide of a case.

The answers of a piece and a copy stand on `device/<piece>/<copy>`, who holds its original on `original/<piece>`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from guidance.clearing import HeldBy
from guidance.copies import Lying, Original, with_copies
from guidance.custody import ORIGINAL, Copy, Device, Event, follow
from guidance.guide import CaseFacts
from guidance.model import Playbook
from store.cases.chains import chains_of, decisions_of, pairs
from store.database import Connection
from store.entry import read_time
from store.model import CopyDevice, Evidence
from store.standing import ProjectionDamaged, Standing, moves_of, standing

_NAMED: Final = 3
"""Copies that a refusal names."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement says of a copy: whose device it lies on; or that there is none, and whose it was said to be."""

    device: Device
    withdrawn: bool = False


_Row = tuple[str, int, str]
"""What a statement says, its place, and from when."""


def copy_meant(piece: Evidence, device: Device) -> int:
    """The copy that is meant where none is named: the first on that device that is not cleared, else the next new one.

    A copy of which another device is recorded is never meant.
    """
    known = lying_of(piece)
    there = (number for number, one in known.items() if number and not one.cleared and one.device is device)
    return next_copy(piece) if device is Device.NONE else next(there, None) or next_copy(piece)


def next_copy(piece: Evidence) -> int:
    """The first number of a copy of which nothing is answered, and that is not cleared."""
    known = lying_of(piece)
    return next(
        number
        for number in range(1, len(known) + len(piece.custody) + 2)
        if number not in known and not state_of(piece, number).cleared
    )


def lying_of(piece: Evidence) -> dict[int, Lying]:
    """Copy -> whose device it lies on, of each copy that somebody has answered of."""
    found: dict[int, list[CopyDevice]] = {}
    for said in piece.devices:
        found.setdefault(said.copy, []).append(said)
    return {
        copy: _made(
            (piece.id, copy),
            [Answer(one.device, one.withdrawn) for one in those],
            state_of(piece, copy),
            since=min(one.at for one in those),
            number=piece.number,
        )
        for copy, those in sorted(found.items())
    }


def _made(
    which: tuple[str, int],
    answers: Sequence[Answer],
    state: Copy,
    *,
    since: datetime,
    place: int = 0,
    number: int = 0,
) -> Lying:
    """A copy by what is said of it, and by its custody: what something happened to was there, whoever withdrew it."""
    said = dict.fromkeys(one.device for one in answers if not one.withdrawn)
    before = dict.fromkeys(one.device for one in answers if one.withdrawn)
    # What is disputed counts as not there: a copy that somebody verified after it was cleared is not known to be gone.
    cleared = state.cleared and not state.disputed
    shown = state.begun and not cleared
    return Lying(
        piece=which[0],
        copy=which[1],
        devices=tuple(said or before if shown else said),
        place=place,
        since=since,
        cleared=cleared,
        withdrawn=bool(before),
        before=tuple(before),
        number=number,
    )


def state_of(piece: Evidence, copy: int) -> Copy:
    """How a copy stands by its custody."""
    return follow(pairs(piece.custody)).copies.get(copy, Copy())


def cleared_by_segl(piece: Evidence, copy: int) -> bool:
    """Whether Segl itself has cleared a copy, or has begun to."""
    ours = (Event.CLEARING, Event.CLEARED)
    return any(one.move.by_segl and one.move.copy == copy and one.move.event in ours for one in piece.custody)


def cleared_copies(piece: Evidence) -> tuple[int, ...]:
    """The copies of which somebody has answered and that are gone."""
    return tuple(copy for copy, one in lying_of(piece).items() if one.cleared)


def shown_by_custody(piece: Evidence) -> tuple[int, ...]:
    """The copies that somebody has withdrawn and to which something happened: they were there."""
    return tuple(copy for copy, one in lying_of(piece).items() if one.withdrawn and state_of(piece, copy).begun)


def contradictory(piece: Evidence) -> tuple[int, ...]:
    """The copies that were cleared and of which somebody says that they lay on the device of the person violated."""
    return tuple(copy for copy, one in lying_of(piece).items() if one.cleared and Device.VICTIM in one.devices)


def devices_of(rows: Iterable[Standing], authors: Mapping[str, str]) -> dict[str, tuple[CopyDevice, ...]]:
    """Piece -> the answers that stand, by copy; where heads disagree there are several of one copy.

    Args:
        rows: the statements on `device/`.
        authors: device -> name.
    """
    found: dict[str, dict[tuple[int, Answer], CopyDevice]] = {}
    for row in rows:
        piece, copy = _which(row.subject)
        answer = answer_of(row.value)
        found.setdefault(piece, {})[copy, answer] = CopyDevice(
            entry=row.entry,
            at=row.at,
            author=authors.get(row.device, ""),
            copy=copy,
            device=answer.device,
            withdrawn=answer.withdrawn,
            reason=str(row.value.get("reason", "")) if answer.withdrawn else "",
        )
    return {piece: tuple(sorted(those.values(), key=lambda one: (one.copy, one.at))) for piece, those in found.items()}


def case_facts_with_copies(
    connection: Connection, space: str, facts: CaseFacts, rows: Iterable[Standing], books: Iterable[Playbook]
) -> CaseFacts:
    """The facts of a case with what its copies say (`guidance.copies`).

    Args:
        connection: has the tables.
        space: the case.
        facts: what was recorded of the case as a whole.
        rows: the statements that they were made of.
        books: the playbooks of the case.
    """
    originals = _originals(standing(connection, space, "original/"))
    copies = _lying(connection, space, [one.piece for one in originals])
    if not copies and not originals:
        return facts
    places = {row.subject.removeprefix("fact/"): row.place for row in rows if row.subject.startswith("fact/")}
    asked = {spec.id for book in books for spec in book.facts}
    made = with_copies(facts, copies, originals, places=places, asked=frozenset(asked))
    return replace(made, staying=_numbered(connection, space, made.staying))


def _lying(connection: Connection, space: str, apart: Collection[str]) -> tuple[Lying, ...]:
    """Each copy of which somebody has answered; those of which the same is said, and nothing else, are told together.

    Args:
        connection: has the tables.
        space: the case.
        apart: pieces of which something else is said.

    Raises:
        ProjectionDamaged: the tables can't be read.
    """
    said = connection.execute(
        "SELECT subject, value, place, since FROM standing WHERE space = ? AND subject >= 'device/' "
        "AND subject < 'device0' ORDER BY place, subject",
        (space,),
    ).fetchall()
    found: dict[tuple[str, int], list[_Row]] = {}
    made: list[Lying] = []
    alike: dict[tuple[str, bool], list[tuple[tuple[str, int], _Row]]] = {}
    try:
        states = _custody(connection, space, [_which(row[0])[0] for row in said if str(row[1]).startswith("{")])
        apart = {*apart, *(piece for piece, _copy in states)}
        for subject, value, place, since in said:
            found.setdefault(_which(subject), []).append((value, place, since))
        for which, rows in found.items():
            if len(rows) == 1 and which[0] not in apart:
                alike.setdefault((rows[0][0], which[1] == ORIGINAL), []).append((which, rows[0]))
            else:
                made.append(_copy(which, rows, states.get(which, Copy())))
        for those in alike.values():
            made += [_copy(which, [row]) for which, row in those[:_NAMED]]
            if rest := those[_NAMED:]:
                newest, first = max(row[1] for _which, row in rest), min(row[2] for _which, row in rest)
                made.append(replace(_copy(rest[0][0], [(rest[0][1][0], newest, first)]), alike=len(rest)))
    except ValueError:
        raise ProjectionDamaged from None
    return tuple(made)


_UNTOUCHED: Final = Copy()


def _copy(which: tuple[str, int], rows: Sequence[_Row], state: Copy = _UNTOUCHED) -> Lying:
    return _made(
        which,
        [answer_of(json.loads(value)) for value, _place, _since in rows],
        state,
        place=max(place for _value, place, _since in rows),
        since=read_time(min(since for _value, _place, since in rows)),
    )


def _originals(rows: Iterable[Standing]) -> tuple[Original, ...]:
    found: dict[str, list[Standing]] = {}
    for row in rows:
        found.setdefault(row.subject.removeprefix("original/"), []).append(row)
    return tuple(
        Original(
            piece=piece,
            held_by=tuple(dict.fromkeys(held_by_of(row.value) for row in those)),
            place=max(row.place for row in those),
            since=min(row.since for row in those),
        )
        for piece, those in found.items()
    )


def _custody(connection: Connection, space: str, withdrawn: Iterable[str]) -> dict[tuple[str, int], Copy]:
    """How copies stand by their custody, where that says something of whose device they lie on.

    Of pieces of which nothing is said to be cleared, and no copy is withdrawn, the custody is not read.

    Args:
        connection: has the tables.
        space: the case.
        withdrawn: pieces of which a copy is withdrawn.
    """
    rows = connection.execute(
        "SELECT CASE WHEN json_valid(value) THEN json_extract(value, '$.evidence') END FROM standing "
        "WHERE space = ? AND subject >= 'custody/' AND subject < 'custody0' "
        "AND CASE WHEN json_valid(value) THEN json_extract(value, '$.event') END = ?",
        (space, Event.CLEARED.value),
    ).fetchall()
    pieces = dict.fromkeys([*(str(piece) for (piece,) in rows), *withdrawn])
    decided = decisions_of(standing(connection, space, "chain/"), {}) if pieces else {}
    chains = chains_of(moves_of(connection, space, list(pieces)), decided, {})
    return {
        (piece, copy): state for piece, events in chains.items() for copy, state in follow(pairs(events)).copies.items()
    }


def _numbered(connection: Connection, space: str, copies: tuple[Lying, ...]) -> tuple[Lying, ...]:
    """The first of them with the numbers of their pieces."""
    found = []
    for one in copies[:_NAMED]:
        rows = standing(connection, space, f"evidence/{one.piece}")
        number = rows[-1].value["number"] if rows else 0
        found.append(replace(one, number=number))
    return (*found, *copies[_NAMED:])


def _which(subject: str) -> tuple[str, int]:
    piece, _slash, copy = subject.removeprefix("device/").rpartition("/")
    return piece, int(copy)


def answer_of(value: Any) -> Answer:
    """What a statement on a copy says."""
    if isinstance(value, dict):
        return Answer(device_of(value.get("withdrawn")), withdrawn=True)
    return Answer(device_of(value))


def device_of(value: Any) -> Device:
    """An answer to whose device it is; `NONE` where this Segl can't read it."""
    with suppress(ValueError):
        return Device(value)
    return Device.NONE


def held_by_of(value: Any) -> HeldBy | None:
    """An answer to who holds the original; None where this Segl can't read it."""
    with suppress(ValueError):
        return HeldBy(value)
    return None
