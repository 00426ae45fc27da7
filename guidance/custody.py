"""The custody chain of a piece of evidence: which event may follow which, copy by copy. Pure, and nothing else decides.

Copy 0 is the original; copies are numbered from 1. An event that corrects another stands in its place; the other stays
in the record. Who the people are is compared as written, but for case and blanks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from guidance.language import _

ORIGINAL: Final = 0


class Event(StrEnum):
    """What can happen to a copy."""

    FOUND = "found"
    HASHED = "hashed"
    HANDED = "handed-to"
    RECEIVED = "received-by"
    HELD = "held-by"
    VERIFIED = "verified-again"
    RETURNED = "returned"
    CLEARING = "clearing"
    NOT_CLEARED = "not-cleared"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"


RECORDED: Final = tuple(one for one in Event if one is not Event.CLEARING)
"""What a person may record; that a clearing is under way, Segl alone does."""


class Device(StrEnum):
    """Whose device a copy lies on; empty where no device is meant."""

    NONE = ""
    OWN = "own"
    OFFICE = "office"
    VICTIM = "victim"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One event of the chain, as somebody recorded it.

    Attributes:
        event: what happened.
        copy: which copy, `ORIGINAL` or from 1.
        by: who found, computed, handed on, received, holds, verified, gave back or cleared it.
        to: to whom it was handed or given back.
        where: where it is or was, in words.
        receipt: number of a receipt.
        digest: computed when it was verified.
        on: when it happened, in words.
        how: how it was done, or how it was told to whoever records it.
        device: whose device it lies on, for clearing.
        by_segl: whether Segl did it itself; such an event is never corrected.
        corrects: the entry that it stands in the place of; empty for an event of its own.
        reason: why it was corrected.
    """

    event: Event
    copy: int = ORIGINAL
    by: str = ""
    to: str = ""
    where: str = ""
    receipt: str = ""
    digest: str = ""
    on: str = ""
    how: str = ""
    device: Device = Device.NONE
    by_segl: bool = False
    corrects: str = ""
    reason: str = ""


class Fault(StrEnum):
    """Why an event can't follow what came before."""

    BEGUN = "begun"
    CLEARED = "cleared"
    ON_ITS_WAY = "on-its-way"
    NOT_HANDED = "not-handed"
    NOT_TO_THEM = "not-to-them"
    HOLDER_UNKNOWN = "holder-unknown"
    NOT_HOLDER = "not-holder"
    TO_ONESELF = "to-oneself"
    NEVER_CAME = "never-came"
    BY_MISSING = "by-missing"
    TO_MISSING = "to-missing"
    DIGEST_MISSING = "digest-missing"
    ORIGINAL = "original"
    DEVICE_MISSING = "device-missing"
    DEVICE_VICTIM = "device-victim"
    DEVICE_OTHER = "device-other"
    CLEARING = "clearing"
    NOT_BEGUN = "not-begun"
    STATEMENT = "statement"
    CORRECTS_NOTHING = "corrects-nothing"
    CORRECTS_SEGL = "corrects-segl"
    REASON_MISSING = "reason-missing"
    CLEARED_ELSEWHERE = "cleared-elsewhere"
    NO_COPY = "no-copy"
    NOT_SAID = "not-said"
    DISPUTED = "disputed"
    IN_CHAIN = "in-chain"

    def words(self) -> str:
        """The reason as a sentence."""
        return _words()[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """How a copy stands after some events.

    Attributes:
        holder: who has it, as written; empty where nobody has said.
        way: to whom it was handed and who has not received it yet; empty where it is not on its way.
        came: who gave it to whom, and has not got it back: `(giver, taker)`, the last one last.
        clearing: whether Segl has begun to clear it and the outcome is not recorded.
        cleared: whether it is gone.
        begun: whether anything was said of it yet.
        disputed: whether something else is said of it that can't be true too, and nobody has decided what holds. What
            was recorded first has effect meanwhile.
    """

    holder: str = ""
    way: str = ""
    came: tuple[tuple[str, str], ...] = ()
    clearing: bool = False
    cleared: bool = False
    begun: bool = False
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One event in the chain as it stands.

    Attributes:
        entry: its own entry.
        move: what it says; of one that was corrected, what it said then.
        replaced_by: the entry that stands in its place; empty where it stands.
        fault: why it can't follow what came before; None where it can. Feeds that met may say impossible things.
        aside: whether a person has decided that it does not hold.
        disputed: whether its fault lies in what else is said, so that a person decides what holds.
    """

    entry: str
    move: Move
    replaced_by: str = ""
    fault: Fault | None = None
    aside: bool = False
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All events of a piece in order, and how each copy stands."""

    links: tuple[Link, ...] = ()
    copies: Mapping[int, Copy] = field(default_factory=dict)


_CONTRADICTIONS: Final = frozenset(
    {
        Fault.BEGUN,
        Fault.CLEARED,
        Fault.ON_ITS_WAY,
        Fault.NOT_HANDED,
        Fault.NOT_TO_THEM,
        Fault.HOLDER_UNKNOWN,
        Fault.NOT_HOLDER,
        Fault.NEVER_CAME,
        Fault.CLEARING,
        Fault.NOT_BEGUN,
        Fault.CORRECTS_NOTHING,
    }
)
"""The faults that lie in what else is said. With another one an event is impossible whatever else is said."""


def follow(entries: Iterable[tuple[str, Move]], aside: Collection[str] = ()) -> Chain:
    """The chain that these events make, the impossible ones marked and without effect.

    Args:
        entries: (entry, event) in the order in which they were recorded.
        aside: those of which a person has decided that they do not hold; they have no effect.
    """
    said = list(entries)
    at = {entry: place for place, (entry, _move) in enumerate(said)}
    stands: dict[int, tuple[str, Move]] = {place: one for place, one in enumerate(said) if one[0] not in aside}
    root = dict(zip(at, range(len(said)), strict=False))
    faults: dict[str, Fault] = {}
    replaced: dict[str, str] = dict.fromkeys(aside, "")
    for entry, move in said:
        if not move.corrects or entry in aside:
            continue
        del stands[at[entry]]
        if at.get(move.corrects, len(said)) >= at[entry] or move.corrects in replaced or move.corrects in faults:
            faults[entry] = Fault.CORRECTS_NOTHING
        elif said[at[move.corrects]][1].by_segl or move.by_segl:
            faults[entry] = Fault.CORRECTS_SEGL
        else:
            root[entry] = root[move.corrects]
            replaced[move.corrects] = entry
            stands[root[entry]] = (entry, move)
    copies: dict[int, Copy] = {}
    for _place, (entry, move) in sorted(stands.items()):
        if move.event is Event.WITHDRAWN:
            continue
        before = copies.get(move.copy, Copy())
        if (fault := _fault(before, move)) is not None:
            faults[entry] = fault
        else:
            copies[move.copy] = _after(before, move)
    spoken_of = {move.copy for entry, move in said if entry not in faults and entry not in aside}
    disputed = set()
    for entry, move in said:
        if faults.get(entry) in _CONTRADICTIONS and (move.copy in spoken_of or move.corrects in at):
            disputed.add(entry)
            copies[move.copy] = replace(copies.get(move.copy, Copy()), disputed=True)
    links = tuple(
        Link(
            entry=entry,
            move=move,
            replaced_by=replaced.get(entry, ""),
            fault=faults.get(entry),
            aside=entry in aside,
            disputed=entry in disputed,
        )
        for entry, move in said
    )
    return Chain(links=links, copies=copies)


def check(entries: Iterable[tuple[str, Move]], move: Move) -> Fault | None:
    """Why an event can't be recorded after these; None where it can.

    A correction must leave a possible chain: what came later still has to fit.
    """
    before = list(entries)
    if move.corrects and not move.reason.strip():
        return Fault.REASON_MISSING
    if move.event is Event.WITHDRAWN and not move.corrects:
        return Fault.CORRECTS_NOTHING
    if move.event is not Event.WITHDRAWN and (fault := _lacks(move)) is not None:
        return fault
    known = {link.entry for link in follow(before).links if link.fault}
    for link in follow([*before, ("", move)]).links:
        if link.fault is not None and link.entry not in known:
            return link.fault
    return None


def same(one: str, other: str) -> bool:
    """Whether two names are the same but for case and blanks."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def is_statement(move: Move) -> bool:
    """Whether clearing was told by whoever owns the device, and not done by Segl."""
    return move.event is Event.CLEARED and not move.by_segl


def _lacks(move: Move) -> Fault | None:
    if not move.by.strip():
        return Fault.BY_MISSING
    match move.event:
        case Event.HANDED | Event.RETURNED:
            if not move.to.strip():
                return Fault.TO_MISSING
            if same(move.by, move.to):
                return Fault.TO_ONESELF
        case Event.HASHED | Event.VERIFIED:
            if not move.digest:
                return Fault.DIGEST_MISSING
        case Event.CLEARING | Event.CLEARED | Event.NOT_CLEARED:
            return _lacks_of_clearing(move)
    return None


def _lacks_of_clearing(move: Move) -> Fault | None:
    """The victim's own is the original and is never cleared, whoever says so and whatever the copy is called."""
    if move.device is Device.VICTIM:
        return Fault.DEVICE_VICTIM
    if move.copy == ORIGINAL:
        return Fault.ORIGINAL
    if move.device is Device.NONE:
        return Fault.DEVICE_MISSING
    if move.by_segl and move.device is Device.OTHER:
        return Fault.DEVICE_OTHER
    if is_statement(move) and not (move.on.strip() and move.how.strip()):
        return Fault.STATEMENT
    return None


def _fault(copy: Copy, move: Move) -> Fault | None:
    lacks = _lacks(move)
    if lacks is not None:
        return lacks
    if copy.cleared:
        return Fault.CLEARED
    if copy.clearing and move.event not in (Event.CLEARED, Event.NOT_CLEARED):
        return Fault.CLEARING
    return _of_order(copy, move)


def _of_order(copy: Copy, move: Move) -> Fault | None:
    match move.event:
        case Event.FOUND:
            return Fault.BEGUN if copy.begun else None
        case Event.RECEIVED:
            if not copy.way:
                return Fault.NOT_HANDED
            return None if same(copy.way, move.by) else Fault.NOT_TO_THEM
        case Event.HELD if copy.way:
            return Fault.ON_ITS_WAY
        case Event.HELD:
            return Fault.NOT_HOLDER if copy.holder and not same(copy.holder, move.by) else None
        case Event.HANDED | Event.RETURNED:
            return _of_giving(copy, move)
        case Event.CLEARING:
            return Fault.ON_ITS_WAY if copy.way else None
        case Event.NOT_CLEARED:
            return None if copy.clearing else Fault.NOT_BEGUN
        case Event.CLEARED:
            if copy.way:
                return Fault.ON_ITS_WAY
            return Fault.NOT_BEGUN if move.by_segl and not copy.clearing else None
    return None


def _of_giving(copy: Copy, move: Move) -> Fault | None:
    if copy.way:
        return Fault.ON_ITS_WAY
    if not copy.holder:
        return Fault.NEVER_CAME if move.event is Event.RETURNED else Fault.HOLDER_UNKNOWN
    if not same(copy.holder, move.by):
        return Fault.NOT_HOLDER
    if move.event is Event.RETURNED:
        back = copy.came and same(copy.came[-1][1], move.by) and same(copy.came[-1][0], move.to)
        return None if back else Fault.NEVER_CAME
    return None


def _after(copy: Copy, move: Move) -> Copy:
    begun = replace(copy, begun=True)
    match move.event:
        case Event.FOUND | Event.HELD:
            return replace(begun, holder=move.by)
        case Event.HANDED:
            return replace(begun, way=move.to)
        case Event.RECEIVED:
            return replace(begun, way="", holder=move.by, came=(*copy.came, (copy.holder, move.by)))
        case Event.RETURNED:
            return replace(begun, holder=move.to, came=copy.came[:-1])
        case Event.CLEARING:
            return replace(begun, clearing=True)
        case Event.NOT_CLEARED:
            return replace(begun, clearing=False)
        case Event.CLEARED:
            return replace(begun, clearing=False, cleared=True, holder="", way="")
    return begun


def _words() -> dict[Fault, str]:
    return {
        Fault.BEGUN: _("Something is recorded of this copy already; 'found' can only come first."),
        Fault.CLEARED: _("This copy is cleared: nothing can happen to it any more."),
        Fault.ON_ITS_WAY: _("It was handed on and not received yet: record first who received it."),
        Fault.NOT_HANDED: _("It was not handed to anybody, so nobody can have received it."),
        Fault.NOT_TO_THEM: _("It was handed to somebody else than who is said to have received it."),
        Fault.HOLDER_UNKNOWN: _("Nobody has said who holds it: record first who found it or holds it."),
        Fault.NOT_HOLDER: _("Somebody else holds it, so this person can't hold it or hand it on."),
        Fault.TO_ONESELF: _("It can't be handed by somebody to themselves."),
        Fault.NEVER_CAME: _("It did not come from that person to this one, so it can't be given back."),
        Fault.BY_MISSING: _("Who did it is missing."),
        Fault.TO_MISSING: _("To whom is missing."),
        Fault.DIGEST_MISSING: _("The checksum is missing."),
        Fault.ORIGINAL: _("This is the original: it is never cleared. Give the number of the copy."),
        Fault.DEVICE_MISSING: _("Whose device it lies on is missing."),
        Fault.DEVICE_VICTIM: _("The device of the person violated holds the original: it is never cleared."),
        Fault.DEVICE_OTHER: _("Somebody else's device is cleared by its owner; record what they tell you."),
        Fault.CLEARING: _("Clearing was begun and its outcome is not recorded: settle that first."),
        Fault.NOT_BEGUN: _("Clearing was not begun."),
        Fault.STATEMENT: _("When it was cleared and how it was told to you are missing."),
        Fault.CORRECTS_NOTHING: _("There is no such event that still stands."),
        Fault.CORRECTS_SEGL: _("What Segl itself did and saw is not corrected."),
        Fault.REASON_MISSING: _("The reason for the correction is missing."),
        Fault.CLEARED_ELSEWHERE: _(
            "This copy is cleared, or its clearing is begun: that it lay on that device is not recorded any more. "
            "Write a note of what happened, and tell your leader."
        ),
        Fault.NO_COPY: _("The original is no copy. Say where it lies instead."),
        Fault.NOT_SAID: _("Nobody has said that there is such a copy."),
        Fault.DISPUTED: _("Colleagues have answered differently of this copy. One of you has to decide first."),
        Fault.IN_CHAIN: _(
            "Something is recorded of this copy in its custody, so it was there. What is wrong in the chain is "
            "withdrawn first; what Segl itself did and saw stands."
        ),
    }
