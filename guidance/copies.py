"""Whose device each copy of each piece lies on, as people answered, and what a case knows by that. Pure.

An answer is of one piece and one copy: a second device never replaces what was said of the first. What the steps of a
case ask (`device.has-material`, `device.whose`, `original.held-by`, `device.cleared.*`) follows from all of them, and
from what was recorded of the case as a whole where no copy says otherwise. Whether one copy may be cleared is never
asked of the case: `guidance.gates.refusal_of_copy` asks it of the copy.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guidance.clearing import HeldBy
from guidance.custody import ORIGINAL, Copy, Device, Fault
from guidance.guide import CaseFacts
from guidance.model import FactValue

PERSONAL: Final = (Device.OWN, Device.OFFICE)
"""Devices that a copy must not stay on: the professional's own and the office's."""
HAS: Final = "device.has-material"
WHOSE: Final = "device.whose"
HELD_BY: Final = "original.held-by"
CLEARED: Final = ("device.cleared.on", "device.cleared.checked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A copy, and whose device it lies on.

    Attributes:
        piece: id of the piece.
        copy: its number, `ORIGINAL` or from 1.
        devices: what the heads of the case say: one where they agree, none where all say that there is no such copy.
            `Device.NONE` is an answer that can't be read.
        place: of the newest answer in the order of the case.
        since: from when the answer has been what it is.
        cleared: whether it is gone.
        withdrawn: whether somebody says that there is no such copy and never was, it was said by mistake.
        before: what had been said of it where it was withdrawn; it goes on holding what it held.
        number: of the piece, for people; 0 where nobody has looked it up.
        alike: how many copies it stands for, of other pieces too: there may be ten thousands of which the same is said.
    """

    piece: str
    copy: int
    devices: tuple[Device, ...]
    place: int
    since: datetime
    cleared: bool = False
    withdrawn: bool = False
    before: tuple[Device, ...] = ()
    number: int = 0
    alike: int = 1

    @property
    def device(self) -> Device:
        """Whose device it is beyond dispute; `NONE` where that is not said, or heads disagree."""
        return self.devices[0] if len(self.devices) == 1 and not self.withdrawn else Device.NONE

    @property
    def disputed(self) -> bool:
        """Whether heads disagree, on whose device it is or on whether there is such a copy."""
        return len(self.devices) + self.withdrawn > 1

    @property
    def none_there(self) -> bool:
        """Whether it is withdrawn beyond dispute: nobody says any more that there is such a copy."""
        return self.withdrawn and not self.devices

    @property
    def ever(self) -> tuple[Device, ...]:
        """Every device of which somebody says, or said before it was withdrawn, that it lies there."""
        return (*self.devices, *self.before)

    @property
    def stays(self) -> bool:
        """Whether it lies, or may turn out to lie, on a device that it must not stay on."""
        return self.copy != ORIGINAL and not self.cleared and any(one in PERSONAL for one in self.devices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Who holds the original of a piece, as the heads say; None is an answer that can't be read."""

    piece: str
    held_by: tuple[HeldBy | None, ...]
    place: int
    since: datetime


def answer_fault(copy: int, device: Device, before: Copy, *, by_segl: bool) -> Fault | None:
    """Why it can't be answered that a copy lies there; None where it can.

    Args:
        copy: its number.
        device: the answer.
        before: how the copy stands by its custody.
        by_segl: whether Segl itself has cleared it, or has begun to.
    """
    if device is Device.NONE:
        return Fault.DEVICE_MISSING
    if copy == ORIGINAL:
        return Fault.ORIGINAL if device in PERSONAL else None
    if not (before.cleared or before.clearing):
        return None
    wrong = (Device.VICTIM, Device.OTHER) if by_segl else (Device.VICTIM,)
    return Fault.CLEARED_ELSEWHERE if device in wrong else None


def withdrawal_fault(copy: int, known: Lying | None, before: Copy) -> Fault | None:
    """Why it can't be said that there is no such copy; None where it can.

    Args:
        copy: its number.
        known: what is recorded of it; None where nobody has answered.
        before: how it stands by its custody: what something happened to was there.
    """
    if copy == ORIGINAL:
        return Fault.NO_COPY
    if known is None:
        return Fault.NOT_SAID
    if before.cleared or before.clearing:
        return Fault.CLEARED if before.cleared else Fault.CLEARING
    if before.begun:
        return Fault.IN_CHAIN
    return Fault.DISPUTED if known.disputed else None


def with_copies(
    facts: CaseFacts,
    copies: Iterable[Lying],
    originals: Iterable[Original],
    *,
    places: Mapping[str, int],
    asked: Container[str],
) -> CaseFacts:
    """The facts of a case with what its copies say.

    While a copy stays on a device of one's own or the office's, the case has material, and that it is deleted counts as
    not said. Once none does, what was said of the case later than the newest such copy was known stands again.

    Args:
        facts: what was recorded of the case as a whole.
        copies: each copy that somebody has answered of.
        originals: each piece of which somebody has said who holds the original.
        places: fact -> place of its newest statement in the order of the case.
        asked: the facts that the playbooks of the case know; no other follows.
    """
    known = tuple(copies)
    staying = tuple(one for one in known if one.stays)
    on_personal = tuple(one for one in known if one.copy != ORIGINAL and any(the in PERSONAL for the in one.devices))
    made = _Made(facts, asked)
    if on_personal:
        relevant = staying or on_personal
        newest = max(one.place for one in on_personal)
        later = {fact for fact, place in places.items() if place > newest and not staying}
        if HAS not in later:
            made.put(HAS, True, min(one.since for one in on_personal))
        whose = min(the for one in relevant for the in one.devices if the in PERSONAL)
        if WHOSE not in later:
            made.put(WHOSE, whose.value, min(one.since for one in relevant if whose in one.devices))
        for fact in CLEARED:
            if fact not in later:
                made.drop(fact)
    _put_held_by(made, staying, tuple(originals), places.get(HELD_BY, 0))
    cleared = sum(one.alike for one in on_personal if one.cleared)
    return replace(made.facts, staying=staying, cleared=cleared)


class _Made:
    """Facts, changed one by one."""

    def __init__(self, facts: CaseFacts, asked: Container[str]) -> None:
        self.facts = facts
        self._asked = asked

    def put(self, fact: str, value: FactValue, since: datetime) -> None:
        """What follows; recorded since then, or earlier where the same was recorded of the case."""
        if fact not in self._asked:
            return
        facts = self.facts
        same = fact not in facts.disputed and facts.values.get(fact) == value
        at = min(since, facts.known_at.get(fact, since)) if same else since
        self.drop(fact)
        self.facts = replace(
            self.facts, values={**self.facts.values, fact: value}, known_at={**self.facts.known_at, fact: at}
        )

    def drop(self, fact: str) -> None:
        """As if nobody had said it."""
        facts = self.facts
        self.facts = replace(
            facts,
            values={id: value for id, value in facts.values.items() if id != fact},
            known_at={id: at for id, at in facts.known_at.items() if id != fact},
            disputed=facts.disputed - {fact},
            candidates={id: values for id, values in facts.candidates.items() if id != fact},
        )

    def dispute(self, fact: str, candidates: tuple[FactValue, ...], since: datetime) -> None:
        """Heads disagree on it since then."""
        if fact in self._asked:
            self.drop(fact)
            facts = self.facts
            self.facts = replace(
                facts,
                disputed=facts.disputed | {fact},
                candidates={**facts.candidates, fact: candidates},
                known_at={**facts.known_at, fact: since},
            )


def _put_held_by(made: _Made, staying: tuple[Lying, ...], originals: tuple[Original, ...], told: int) -> None:
    """The least secure of the originals: doubt about one is doubt, and one that nobody spoke of is not known.

    What was recorded of the case as a whole, at the place `told`, counts for every piece of which nobody spoke later.
    """
    newer = {one.piece: one for one in originals if one.place > told}
    if not newer:
        return
    if any(len(one.held_by) > 1 for one in newer.values()):
        held = {the for one in newer.values() for the in one.held_by if the is not None}
        since = min(one.since for one in newer.values())
        made.dispute(HELD_BY, tuple(sorted(the.value for the in held)), since)
        return
    said = {piece: one.held_by[0] for piece, one in newer.items()}
    known = {piece: one.since for piece, one in newer.items()}
    facts = made.facts
    if any(one.piece not in newer for one in staying):
        if HELD_BY in facts.disputed:
            return
        whole = facts.values.get(HELD_BY)
        said[""] = HeldBy(whole) if isinstance(whole, str) and whole in set(HeldBy) else None
        known[""] = facts.known_at.get(HELD_BY, facts.opened_at)
    for least in (HeldBy.IN_DOUBT, None, HeldBy.NOBODY):
        those = [known[piece] for piece, held_by in said.items() if held_by is least]
        if those and least is None:
            made.drop(HELD_BY)
            return
        if those and least is not None:
            made.put(HELD_BY, least.value, min(those))
            return
    piece, latest = max(said.items(), key=lambda item: (newer[item[0]].place if item[0] in newer else told, item[0]))
    assert latest is not None
    made.put(HELD_BY, latest.value, known[piece])
