"""The custody chain in words: one line an event, the same in the report, on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from guidance.clearing import HeldBy
from guidance.copies import Lying
from guidance.custody import ORIGINAL, Device, Event, Fault, Move, is_statement
from guidance.joining import one_after_another
from guidance.language import _, current_language
from store.bundle.dates import moment_words
from store.model import CheckFound, CopyDevice, CustodyDecision, CustodyEvent


def copy_label(copy: int) -> str:
    """Which copy is meant."""
    return _("the original") if copy == ORIGINAL else _("copy {number}").format(number=copy)


def device_label(device: str) -> str:
    """Whose device it is."""
    return {
        Device.OWN: _("my own device"),
        Device.OFFICE: _("the office's device"),
        Device.VICTIM: _("the device of the person violated"),
        Device.OTHER: _("somebody else's device"),
    }.get(Device(device), "")


def copy_device_label(device: str) -> str:
    """Whose device a copy lies on, in words; also where the answer can't be read."""
    return device_label(device) or _("an answer that this Segl does not know")


def answer_label(device: str, *, withdrawn: bool) -> str:
    """What is said of a copy: whose device it lies on, or that there is none."""
    return _("no such copy") if withdrawn else copy_device_label(device)


def lying_label(lying: Lying) -> str:
    """Whose device a copy lies on, where heads may disagree, also on whether there is one."""
    said = [copy_device_label(one) for one in lying.devices]
    return " / ".join([*said, *([_("no such copy")] if lying.withdrawn else [])])


def copy_lines(
    devices: Sequence[CopyDevice], cleared: Collection[int] = (), shown: Collection[int] = ()
) -> Iterator[tuple[str, bool]]:
    """Whose device each copy lies on or lay on, a line a copy, and whether a person has to look at it.

    A copy that was cleared although one of the answers says that it must not have been has to be looked at.

    Args:
        devices: the answers that stand; several of one copy where heads disagree.
        cleared: copies that are gone.
        shown: copies that somebody has withdrawn, though by their custody they were there.
    """
    for copy, those in groupby(devices, lambda one: one.copy):
        said = list(those)
        line = f"{copy_label(copy)}: {' / '.join(map(_answer_words, said))}"
        disputed = len(said) > 1
        mistaken = copy in shown
        contradictory = copy in cleared and any(one.device is Device.VICTIM and not one.withdrawn for one in said)
        if contradictory:
            line = _("{copy}. It was cleared, and somebody says that it was the original: tell your leader.").format(
                copy=line
            )
        elif mistaken:
            line = _("{copy}. By its custody it was there: say whose device it lies on.").format(copy=line)
        elif disputed:
            line = _("{copy}. Colleagues disagree: until one decides, it is not cleared.").format(copy=line)
        elif copy in cleared:
            line = _("{copy}. It is cleared.").format(copy=line)
        yield line, disputed or contradictory or mistaken


def _answer_words(said: CopyDevice) -> str:
    device, author = copy_device_label(said.device), said.author or "-"
    if said.withdrawn:
        words = _("there is no such copy, {reason} (withdrawn by {author}; before: {device})")
        return words.format(reason=said.reason or "-", author=author, device=device)
    return _("{device} (said by {author})").format(device=device, author=author)


def held_by_words(held: HeldBy) -> str:
    """Who holds the original."""
    return {
        HeldBy.PUPIL: _("the pupil or the person"),
        HeldBy.PARENTS: _("the parents"),
        HeldBy.POLICE: _("the police"),
        HeldBy.NOBODY: _("nobody yet"),
        HeldBy.IN_DOUBT: _("in doubt"),
    }[held]


def event_label(event: str) -> str:
    """What happened, in a word or two."""
    return {
        Event.FOUND: _("found"),
        Event.HASHED: _("checksum computed"),
        Event.HANDED: _("handed on"),
        Event.RECEIVED: _("received"),
        Event.HELD: _("held"),
        Event.VERIFIED: _("verified again"),
        Event.RETURNED: _("given back"),
        Event.CLEARING: _("clearing begun"),
        Event.NOT_CLEARED: _("not cleared"),
        Event.CLEARED: _("cleared"),
        Event.WITHDRAWN: _("withdrawn"),
    }[Event(event)]


def check_line(found: str) -> str:
    """What was found of a piece when a folder was held against the register."""
    return {
        CheckFound.MATCHED: _("verified again with a folder: unchanged"),
        CheckFound.CHANGED: _("verified again with a folder: other bytes under its name"),
        CheckFound.MISSING: _("verified again with a folder: not there"),
    }[CheckFound(found)]


def pass_line(asked_by: str, reference: str, name: str) -> str:
    """That a piece was passed on, and at whose request."""
    if not (asked_by or reference):
        return _("passed on sealed, in {name}; what the police asked for can't be read any more").format(name=name)
    return _("passed on to the police sealed, in {name}, at request {reference} of {by}").format(
        name=name, reference=reference or "-", by=asked_by or "-"
    )


def move_line(move: Move) -> str:
    """One event as a sentence, with all that was said of it."""
    what = _sentence(move)
    told = [
        (_("where"), move.where),
        (_("when"), move.on),
        (_("receipt"), move.receipt),
        (_("how"), move.how),
        (_("whose device"), device_label(move.device)),
        (_("checksum"), move.digest),
        (_("why corrected"), move.reason),
    ]
    details = one_after_another(f"{label}: {text}" for label, text in told if text)
    return f"{what}. {details}" if details else f"{what}."


def differs_line(move: Move, registered: str) -> str:
    """That a checksum that was told of a copy is not the one that is registered; nothing where it is, or none was told.

    Args:
        move: what was told, `digest` with its kind before it, or empty.
        registered: the digest of the piece, likewise.
    """
    told = move.digest
    if not told or told.casefold() == registered.casefold():
        return ""
    if told.partition(":")[0].casefold() != registered.partition(":")[0].casefold():
        return _("The checksum is of another kind than the registered one and can't be compared with it.")
    return _("The checksum is NOT the registered one: it is another file, or it was changed.")


def back_line(move: Move, earlier: Move) -> str:
    """That the time that is told of an event is before that of an event that stands earlier."""
    return _(
        "The times can't both be right: '{event}' ({on}) is said to be before '{earlier}' ({earlier_on}), "
        "which came first."
    ).format(event=event_label(move.event), on=move.on, earlier=event_label(earlier.event), earlier_on=earlier.on)


def fault_line(fault: Fault, *, disputed: bool) -> str:
    """Why an event has no effect, and whether somebody has to decide whether it has."""
    if not disputed:
        return fault.words()
    return _("Disputed: {why}").format(why=fault.words())


def aside_line(decision: CustodyDecision) -> str:
    """That an event does not hold: who decided so, when and why."""
    return _("It does not hold. So decided {author}, {at}: {reason}").format(
        author=decision.author or "-", at=moment_words(decision.at, current_language()), reason=decision.reason
    )


def disputed_line(copies: Sequence[int]) -> str:
    """That the custody of a piece is disputed."""
    return _(
        "The custody is disputed ({copies}): what is recorded can't all be true, and nobody has decided what holds."
    ).format(copies=", ".join(map(copy_label, copies)))


def side_line(events: Sequence[CustodyEvent], fault: Fault | None) -> str:
    """What can stand together, as sentences; of all but the first event also who recorded it and when.

    Args:
        events: oldest first; who recorded the first is told beside it.
        fault: why it can't be decided for; None where it can.
    """
    said = [move_line(event.move) for event in events[:1]]
    for event in events[1:]:
        at = moment_words(event.at, current_language())
        said.append(f"{event.author or '-'}, {at}: {move_line(event.move)}")
    if fault is not None:
        said.append(_("It can't be chosen: {why}").format(why=fault.words()))
    return " ".join(said)


def _sentence(move: Move) -> str:
    copy, by, to = copy_label(move.copy), move.by, move.to
    words = {
        Event.FOUND: _("{by} found {copy}"),
        Event.HASHED: _("{by} had the checksum of {copy} computed"),
        Event.HANDED: _("{by} handed {copy} to {to}"),
        Event.RECEIVED: _("{by} received {copy}"),
        Event.HELD: _("{by} holds {copy}"),
        Event.VERIFIED: _("{by} verified {copy} again"),
        Event.RETURNED: _("{by} gave {copy} back to {to}"),
        Event.CLEARING: _("{by} began to clear {copy}"),
        Event.NOT_CLEARED: _("{by} did not clear {copy}"),
        Event.CLEARED: _("{by} cleared {copy} with Segl"),
        Event.WITHDRAWN: _("{by} withdrew an event of {copy}"),
    }[move.event]
    if is_statement(move):
        words = _("{by} says that {copy} is cleared")
    return words.format(by=by, to=to, copy=copy)
