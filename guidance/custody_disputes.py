"""Where what people recorded of a copy can't all be true: the sides there are, and what deciding for one sets aside.

Pure. A side is what can stand together. What is set aside stays in the record and has no effect; nothing is set aside
that can stand beside the side that holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from guidance.custody import Chain, Fault, Move, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Events that can stand together, and that others say can't have been.

    Attributes:
        entry: the event that names it.
        events: all of them, in the order in which they were recorded.
        aside: what does not hold where this side does, with what was set aside of the copy before.
        fault: why it can't be decided for; None where it can.
    """

    entry: str
    events: tuple[str, ...]
    aside: tuple[str, ...]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A copy of which things are recorded that can't all be true.

    Attributes:
        copy: which copy.
        sides: at least two; the first is what was recorded first, and has effect until it is decided.
    """

    copy: int
    sides: tuple[Side, ...]


def disputes(entries: Iterable[tuple[str, Move]], aside: Collection[str] = ()) -> tuple[Dispute, ...]:
    """What a person has to decide about a piece, by copy.

    Args:
        entries: (entry, event) in the order in which they were recorded.
        aside: those of which is decided that they do not hold.
    """
    said = list(entries)
    chain = follow(said, aside)
    copies = dict.fromkeys(sorted(link.move.copy for link in chain.links if link.disputed))
    return tuple(Dispute(copy=copy, sides=_Sides(said, chain, copy).all()) for copy in copies)


class _Sides:
    def __init__(self, said: Sequence[tuple[str, Move]], chain: Chain, copy: int) -> None:
        self._said = said
        self._moves = dict(said)
        self._copy = copy
        self._faulty = [link for link in chain.links if link.disputed and link.move.copy == copy]
        self._beyond = {link.entry for link in chain.links if link.aside}
        self._aside = {link.entry for link in chain.links if link.aside and link.move.copy == copy}
        self._holds = {link.entry for link in chain.links if link.fault is None and not link.aside}
        self._touching = [
            entry
            for entry, move in said
            if entry in self._holds
            and (move.copy == copy or (move.corrects and self._moves[move.corrects].copy == copy))
        ]

    def all(self) -> tuple[Side, ...]:
        others: list[Side] = []
        gone: set[str] = set()
        faulty = {link.entry for link in self._faulty}
        left = list(self._faulty)
        while left:
            first = left[0]
            made = self._letting(first.entry, [link.entry for link in left[1:]])
            if made is None:
                side, kept = {first.entry}, self._holds
            else:
                kept = made
                side = kept - self._holds
            gone |= self._holds - kept
            aside = (self._aside - kept) | (self._holds - kept) | (faulty - kept - side)
            others.append(
                Side(
                    entry=first.entry,
                    events=self._in_order(side),
                    aside=self._in_order(aside),
                    fault=None if made is not None else first.fault,
                )
            )
            left = [link for link in left if link.entry not in side]
        first_said = self._in_order(gone) or tuple(self._touching[-1:]) or (self._faulty[0].move.corrects,)
        sides = [
            Side(entry=first_said[0], events=first_said, aside=self._in_order(self._aside | faulty)),
            *others,
        ]
        return tuple(self._with_what_segl_did(sides))

    def _letting(self, first: str, others: Sequence[str]) -> set[str] | None:
        """What stands where this event does: as much as can of what holds now; None where it can't, whatever goes."""
        for restored in (set[str](), self._beyond):
            for count in range(len(self._touching) + 1):
                dropped = set(self._touching[len(self._touching) - count :])
                kept = self._fitting((self._holds - dropped) | restored | {first})
                if first in kept:
                    return self._filled(kept, first, others)
        return None

    def _filled(self, kept: set[str], first: str, others: Sequence[str]) -> set[str]:
        for entry in self._in_order(kept & self._beyond):
            # What was decided before is not turned round further than it must be.
            without = self._fitting(kept - {entry})
            if first in without and not (self._holds & kept) - without:
                kept = without
        for entry in [*others, *self._in_order(self._holds - kept)]:
            with_it = self._fitting(kept | {entry})
            if kept < with_it:
                kept = with_it
        return kept

    def _fitting(self, entries: set[str]) -> set[str]:
        """Those of these events that can follow one another."""
        chain = follow((entry, move) for entry, move in self._said if entry in entries)
        return {link.entry for link in chain.links if link.fault is None}

    def _in_order(self, entries: Collection[str]) -> tuple[str, ...]:
        return tuple(entry for entry, _move in self._said if entry in entries)

    def _with_what_segl_did(self, sides: Sequence[Side]) -> list[Side]:
        """What Segl itself did and saw is set aside by nobody; but where each side would, one of them has to."""
        against = [any(self._moves[entry].by_segl for entry in set(side.aside) - self._aside) for side in sides]
        possible = [side.fault is None and not segl for side, segl in zip(sides, against, strict=True)]
        if not any(possible):
            return list(sides)
        return [
            replace(side, fault=Fault.CORRECTS_SEGL) if segl and side.fault is None else side
            for side, segl in zip(sides, against, strict=True)
        ]
