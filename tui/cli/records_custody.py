"""The custody chain as a JSON document and as lines."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.language import _
from store.bundle.custody_words import (
    aside_line,
    back_line,
    check_line,
    copy_label,
    copy_lines,
    differs_line,
    disputed_line,
    fault_line,
    move_line,
    pass_line,
)
from store.bundle.look_words import look_line
from store.cases.chains import disputed_copies, gone_back, set_aside_by, timeline
from store.cases.cut_off import open_clearings
from store.cases.lying import cleared_copies, contradictory, lying_of, shown_by_custody
from store.evidence.clearing_errors import settle_command
from store.looks import LookEvent
from store.model import CheckEvent, CustodyDecision, CustodyEvent, Evidence, PassEvent
from tui.cli.answer import Json
from tui.cli.plain import one_line
from tui.cli.records import local, moment


def custody_document(event: CustodyEvent) -> dict[str, Json]:
    """One event."""
    move = event.move
    return {
        "entry": event.entry,
        "at": moment(event.at),
        "author": event.author,
        "event": move.event.value,
        "copy": move.copy,
        "by": move.by,
        "to": move.to,
        "where": move.where,
        "receipt": move.receipt,
        "digest": move.digest,
        "on": move.on,
        "how": move.how,
        "device": move.device.value,
        "by_segl": move.by_segl,
        "corrects": move.corrects,
        "reason": move.reason,
        "replaced_by": event.replaced_by,
        "fault": event.fault.value if event.fault else None,
        "disputed": event.disputed,
        "set_aside": event.set_aside,
    }


def decision_document(decision: CustodyDecision) -> dict[str, Json]:
    """What was decided where things were recorded that could not all be true."""
    return {
        "entry": decision.entry,
        "at": moment(decision.at),
        "author": decision.author,
        "copy": decision.copy,
        "holds": list(decision.holds),
        "set_aside": list(decision.set_aside),
        "reason": decision.reason,
    }


def check_document(check: CheckEvent) -> dict[str, Json]:
    """A folder held against the register, and what was found of the piece."""
    return {"entry": check.entry, "at": moment(check.at), "author": check.author, "found": check.found.value}


def look_document(event: LookEvent) -> dict[str, Json]:
    """What was seen after a copy was cleared."""
    look = event.look
    return {
        "entry": event.entry,
        "at": moment(event.at),
        "author": event.author,
        "copy": event.copy,
        "place": look.place,
        "system": look.system,
        "found": [{"kind": kind, "count": count} for kind, count in look.found],
        "same": look.same,
        "unread": look.unread,
        "whole": look.whole,
    }


def pass_document(one: PassEvent) -> dict[str, Json]:
    """A piece passed on sealed, at a request of the police."""
    return {
        "entry": one.entry,
        "at": moment(one.at),
        "author": one.author,
        "request": one.request,
        "asked_by": one.asked_by,
        "their_reference": one.reference,
        "name": one.name,
        "digest": one.digest,
    }


def devices_document(piece: Evidence) -> list[Json]:
    """Whose device each copy lies on."""
    wrong = contradictory(piece)
    return [
        {
            "copy": copy,
            "device": one.device.value,
            "said": [
                {
                    "entry": said.entry,
                    "at": moment(said.at),
                    "author": said.author,
                    "device": said.device.value,
                    "withdrawn": said.withdrawn,
                    "reason": said.reason,
                }
                for said in piece.devices
                if said.copy == copy
            ],
            "withdrawn": one.none_there,
            "disputed": one.disputed,
            "cleared": one.cleared,
            "contradictory": copy in wrong,
        }
        for copy, one in lying_of(piece).items()
    ]


def device_lines(piece: Evidence) -> Iterator[str]:
    """The same for people; what somebody has to look at begins with an exclamation mark."""
    for line, bad in copy_lines(piece.devices, cleared_copies(piece), shown_by_custody(piece)):
        yield f"  {'! ' if bad else ''}{one_line(line)}"


def chain_lines(case: str, piece: Evidence) -> Iterator[str]:
    """The chain of a piece, oldest first; what was corrected stays and says so."""
    yield _("Custody of E{number}").format(number=piece.number)
    yield from device_lines(piece)
    if copies := disputed_copies(piece):
        yield f"  ! {disputed_line(copies)}"
        yield "  " + _("Decide first: segl case conflicts CASE, segl case decide.")
    events = timeline(piece)
    back = gone_back(piece)
    for event in events:
        if isinstance(event, CheckEvent):
            yield f"  {local(event.at)}  {event.entry[:8]}  {one_line(event.author)}: {check_line(event.found)}"
            continue
        if isinstance(event, PassEvent):
            told = pass_line(event.asked_by, event.reference, event.name)
            yield f"  {local(event.at)}  {event.entry[:8]}  {one_line(event.author)}: {one_line(told)}"
            continue
        if isinstance(event, LookEvent):
            said = look_line(copy_label(event.copy), event.look)
            yield f"  {local(event.at)}  {event.entry[:8]}  {one_line(event.author)}: {said}"
            continue
        mark = _("corrected later: ") if event.replaced_by else ""
        mark = _("not so: ") if event.set_aside else mark
        mark = _("impossible: ") if event.fault else mark
        mark = _("disputed: ") if event.disputed else mark
        yield f"  {local(event.at)}  {event.entry[:8]}  {mark}{one_line(move_line(event.move))}"
        if differs := differs_line(event.move, piece.digest):
            yield f"    ! {differs}"
        if (earlier := back.get(event.entry)) is not None:
            yield f"    ! {one_line(back_line(event.move, earlier))}"
        if event.fault:
            yield f"    ! {fault_line(event.fault, disputed=event.disputed)}"
        if (decision := set_aside_by(piece, event)) is not None:
            yield f"    {one_line(aside_line(decision))}"
    if not events:
        yield "  " + _("Nothing is recorded yet.")
    if open_clearings(piece):
        yield "! " + _("Clearing was begun and its outcome is not recorded. Look what became of it:")
        yield f"  {settle_command(case, piece.number)}"
