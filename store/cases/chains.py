"""From what stands in the journal to the custody chain of each piece."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from guidance.custody import Move, follow
from guidance.custody_times import going_back
from store.cases.values import read_move
from store.entry import EntryInvalid
from store.look_payload import read_look
from store.looks import LookEvent
from store.model import ChainEvent, CheckEvent, CheckFound, CustodyDecision, CustodyEvent, Evidence, PassEvent
from store.standing import Standing


def chains_of(
    rows: Iterable[Standing], decided: Mapping[str, Sequence[CustodyDecision]], authors: Mapping[str, str]
) -> dict[str, tuple[CustodyEvent, ...]]:
    """Piece -> its events in the order of the space; what can't be read as an event is left to the history.

    Args:
        rows: the statements on `custody/`.
        decided: piece -> what was decided of its custody.
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
    return {piece: linked(events, decided.get(piece, ())) for piece, events in said.items()}


def linked(events: Iterable[CustodyEvent], decisions: Sequence[CustodyDecision] = ()) -> tuple[CustodyEvent, ...]:
    """The events with what the chain makes of them: what was corrected, what can't be, and what does not hold."""
    kept = tuple(events)
    aside = set_aside(decisions)
    chain = follow(((event.entry, event.move) for event in kept), aside)
    return tuple(
        replace(
            event,
            replaced_by=link.replaced_by,
            fault=link.fault,
            disputed=link.disputed,
            set_aside=aside.get(event.entry, ""),
        )
        for event, link in zip(kept, chain.links, strict=True)
    )


def decisions_of(rows: Iterable[Standing], authors: Mapping[str, str]) -> dict[str, tuple[CustodyDecision, ...]]:
    """Piece -> what was decided of its custody, in the order of the space.

    Args:
        rows: the statements on `chain/`.
        authors: device -> name.
    """
    found: dict[str, list[CustodyDecision]] = {}
    for row in rows:
        piece, _slash, copy = row.subject.removeprefix("chain/").rpartition("/")
        found.setdefault(piece, []).append(
            CustodyDecision(
                entry=row.entry,
                at=row.at,
                author=authors.get(row.device, ""),
                copy=int(copy),
                holds=tuple(row.value["holds"]),
                set_aside=tuple(row.value["set-aside"]),
                reason=row.value["reason"],
            )
        )
    return {piece: tuple(decisions) for piece, decisions in found.items()}


def set_aside(decisions: Sequence[CustodyDecision]) -> dict[str, str]:
    """The events that do not hold, each with the decision. What one lets hold, another one does not set aside.

    So two people who decided differently without knowing of one another have decided nothing, and it is asked again.
    """
    holds = {entry for decision in decisions for entry in decision.holds}
    return {entry: one.entry for one in reversed(decisions) for entry in one.set_aside if entry not in holds}


def set_aside_by(piece: Evidence, event: CustodyEvent) -> CustodyDecision | None:
    """The decision by which an event does not hold; None where it does."""
    return next((one for one in piece.decisions if event.set_aside and one.entry == event.set_aside), None)


def disputed_copies(piece: Evidence) -> tuple[int, ...]:
    """The copies of which things are recorded that can't all be true, and nobody has decided what holds."""
    return tuple(sorted({event.move.copy for event in piece.custody if event.disputed}))


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


def looks_of(
    rows: Iterable[Standing], authors: Mapping[str, str], pieces: Container[str]
) -> dict[str, tuple[LookEvent, ...]]:
    """Piece -> what was seen after its copies were cleared, in the order of the space.

    Args:
        rows: the statements on `looked/`.
        authors: device -> name.
        pieces: which are asked about.
    """
    said: dict[str, list[LookEvent]] = {}
    for row in rows:
        try:
            piece, copy, look = read_look(row.value)
        except EntryInvalid:
            continue
        if piece in pieces:
            event = LookEvent(entry=row.entry, at=row.at, author=authors.get(row.device, ""), copy=copy, look=look)
            said.setdefault(piece, []).append(event)
    return {piece: tuple(looks) for piece, looks in said.items()}


def passes_of(
    rows: Iterable[Standing], requests: Iterable[Standing], authors: Mapping[str, str], pieces: Container[str]
) -> dict[str, tuple[PassEvent, ...]]:
    """Piece -> when it was passed on sealed, and at whose request.

    Args:
        rows: the statements on `passed-on/`.
        requests: those on `request/`.
        authors: device -> name.
        pieces: which are asked about.
    """
    asked = {row.entry: row.value for row in requests}
    said: dict[str, list[PassEvent]] = {}
    for row in rows:
        # Erased, or in an entry that has not come yet: that the piece was passed on is told all the same.
        request = asked.get(row.value["request"], {})
        event = PassEvent(
            entry=row.entry,
            at=row.at,
            author=authors.get(row.device, ""),
            request=row.value["request"],
            asked_by=request.get("by", ""),
            reference=request.get("reference", ""),
            name=row.value["name"],
            digest=row.value["digest"],
        )
        for piece in dict.fromkeys(map(str, row.value["evidence"])):
            if piece in pieces:
                said.setdefault(piece, []).append(event)
    return {piece: tuple(events) for piece, events in said.items()}


def timeline(piece: Evidence) -> tuple[ChainEvent, ...]:
    """Custody and all beside it in one row: the chain in its own order, the others before what came later."""
    events: list[ChainEvent] = list(piece.custody)
    others: tuple[ChainEvent, ...] = (*piece.checks, *piece.passes, *piece.looks)
    for beside in others:
        place = next((number for number, event in enumerate(events) if event.at > beside.at), len(events))
        events.insert(place, beside)
    return tuple(events)


def gone_back(piece: Evidence) -> dict[str, Move]:
    """The events of a piece that happened, as is told, before an event that stands earlier, each with that one."""
    aside = {event.entry for event in piece.custody if event.set_aside}
    return going_back(((event.entry, event.move) for event in piece.custody), aside)


def new_gone_back(piece: Evidence, move: Move) -> tuple[Move, Move] | None:
    """What would go back once this is recorded, too, and before what; None where nothing would.

    A correction may put the time of an event behind that of one that came after it.
    """
    before = going_back(pairs(piece.custody))
    after = going_back([*pairs(piece.custody), ("", move)])
    moves = {"": move, **{event.entry: event.move for event in piece.custody}}
    return next(((moves[entry], earlier) for entry, earlier in after.items() if entry not in before), None)


def pairs(events: Iterable[CustodyEvent]) -> list[tuple[str, Move]]:
    """The events as `guidance.custody` takes them, but for those that were decided not to hold."""
    return [(event.entry, event.move) for event in events if not event.set_aside]
