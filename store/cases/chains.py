"""From what stands in the journal to the custody chain of each piece."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from guidance.custody import Move, follow
from store.cases.values import read_move
from store.entry import EntryInvalid
from store.model import CheckEvent, CheckFound, CustodyEvent, Evidence
from store.standing import Standing


def chains_of(rows: Iterable[Standing], authors: Mapping[str, str]) -> dict[str, tuple[CustodyEvent, ...]]:
    """Piece -> its events in the order of the space; what can't be read as an event is left to the history.

    Args:
        rows: the statements on `custody/`.
        authors: device -> name.
    """
    said: dict[str, list[CustodyEvent]] = {}
    for row in rows:
        try:
            move = read_move(row.value)
        except EntryInvalid:
            continue
        event = CustodyEvent(entry=row.entry, at=row.at, author=authors.get(row.device, ""), move=move)
        said.setdefault(row.value["evidence"], []).append(event)
    return {piece: linked(events) for piece, events in said.items()}


def linked(events: Iterable[CustodyEvent]) -> tuple[CustodyEvent, ...]:
    """The events with what the chain makes of them: what was corrected, and what can't be."""
    kept = tuple(events)
    chain = follow(pairs(kept))
    return tuple(
        replace(event, replaced_by=link.replaced_by, fault=link.fault)
        for event, link in zip(kept, chain.links, strict=True)
    )


def checks_of(
    rows: Iterable[Standing], authors: Mapping[str, str], pieces: Container[str]
) -> dict[str, tuple[CheckEvent, ...]]:
    """Piece -> when it was verified again with a whole folder, and what was found.

    Args:
        rows: the statements on `checked/`.
        authors: device -> name.
        pieces: which are asked about.
    """
    said: dict[str, list[CheckEvent]] = {}
    for row in rows:
        for found in CheckFound:
            check = CheckEvent(entry=row.entry, at=row.at, author=authors.get(row.device, ""), found=found)
            for piece in row.value[found.value]:
                if piece in pieces:
                    said.setdefault(str(piece), []).append(check)
    return {piece: tuple(checks) for piece, checks in said.items()}


def timeline(piece: Evidence) -> tuple[CustodyEvent | CheckEvent, ...]:
    """Custody and verifying in one row: the chain in its own order, each check before what was recorded later."""
    events: list[CustodyEvent | CheckEvent] = list(piece.custody)
    for check in piece.checks:
        place = next((number for number, event in enumerate(events) if event.at > check.at), len(events))
        events.insert(place, check)
    return tuple(events)


def pairs(events: Iterable[CustodyEvent]) -> list[tuple[str, Move]]:
    """The events as `guidance.custody` takes them."""
    return [(event.entry, event.move) for event in events]
