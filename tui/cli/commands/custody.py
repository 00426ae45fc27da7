"""`segl evidence custody` and `segl evidence clear`: the chain of a piece, and a copy taken off a device."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Final

from guidance.clearing import Clearance, ClearingRefused, HeldBy, Refusal
from guidance.custody import ORIGINAL, Device
from guidance.errors import ExitCode, SeglError
from guidance.language import _
from guidance.step_left import step_left
from store.bundle.custody_words import copy_label, device_label, held_by_words, lying_label
from store.cases.lying import lying_of, next_copy
from store.evidence.aftermath import look_after, look_not_recorded
from store.evidence.clearing import prepared
from store.evidence.clearing_errors import ClearingCutOff, NotCleared, settle_command
from store.evidence.errors import HashingCancelled, shown_path
from store.evidence.leftovers import look_also, not_promised
from store.evidence.pace import Pace
from store.places import classify
from tui.cli.answer import Answer, Json
from tui.cli.choosing import choose
from tui.cli.documents_custody import ClearingAnswers, read_clearing, read_move
from tui.cli.failures import AnswersNeeded, UsageFault
from tui.cli.main import INTERRUPTED
from tui.cli.progress import Progress
from tui.cli.records_custody import (
    chain_lines,
    check_document,
    custody_document,
    decision_document,
    devices_document,
    look_document,
    pass_document,
)
from tui.cli.session import Session
from tui.cli.signals import cancellation
from tui.cli.values import CLEARING_KEYS, MOVE_KEYS

if TYPE_CHECKING:
    from guidance.guide import CaseFacts
    from guidance.step_left import StepLeft
    from store.casework import Casework
    from store.evidence.clearing_hold import Trace
    from store.model import Evidence

_AS_TOML: Final = "--facts FILE, --facts -, --facts-fd N"


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show the chain of a piece."""
    casework = session.casework()
    piece = _piece(casework, options)
    return _chain(casework, options.case, piece)


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Record an event, or correct one."""
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is None:
        raise AnswersNeeded(tuple(MOVE_KEYS.split(", ")), _("Give them as TOML: {options}.").format(options=_AS_TOML))
    move = read_move(facts)
    casework = session.casework()
    before = casework.guide(options.case).facts
    return _chain(casework, options.case, casework.record_custody(options.case, options.number, move), before)


def clear(session: Session, options: argparse.Namespace) -> Answer:
    """Clear a copy off the professional's or the office's device, or settle what was cut off."""
    if options.settle:
        casework = session.casework()
        before = casework.guide(options.case).facts
        return _chain(casework, options.case, casework.settle_clearing(options.case, options.number), before)
    if not options.paths:
        raise UsageFault(_("Missing: {names}").format(names="PATH"), "evidence clear")
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is None and not session.sources.can_ask():
        raise AnswersNeeded(
            tuple(CLEARING_KEYS.split(", ")), _("Give them as TOML: {options}.").format(options=_AS_TOML)
        )
    answers = read_clearing(facts) if facts is not None else None
    casework = session.casework()
    before = casework.guide(options.case).facts
    if answers is None:
        answers = _ask(session, _piece(casework, options))
    piece = casework.clearance(options.case, options.number, answers.clearance, answers.copy)
    paths = [os.fsencode(path) for path in options.paths]
    place = classify(paths[0])
    progress = Progress()
    pace = Pace(shown_path(paths[0].rpartition(b"/")[2]))
    try:
        with (
            cancellation() as cancelled,
            prepared(
                paths,
                digest=piece.digest,
                size=piece.size,
                progress=lambda done, total: progress.reading(pace(done, total)),
                cancelled=cancelled,
            ) as ready,
        ):
            progress.clear()
            # From here on nothing is cancelled: an entry before, the deletion, an entry after.
            where = answers.where or "; ".join(shown_path(one) for one in ready.trace.names)
            copy = _begin(session, options, answers, ready.trace, where=where)
            try:
                gone = ready.delete()
            except NotCleared as failure:
                casework.end_clearing(options.case, piece.id, copy, failure)
                raise
            except ClearingCutOff as failure:
                reference = _reference(casework, options.case)
                raise ClearingCutOff(failure.path, settle=settle_command(reference, piece.number)) from None
            piece = casework.end_clearing(options.case, piece.id, copy, gone)
            gone_paths, bytes_in_all = ready.trace.names, ready.size
    except HashingCancelled:
        progress.clear()
        return Answer(
            document={"case": _reference(casework, options.case), "evidence": piece.number, "cleared": False},
            problems=(_("Stopped. Nothing was deleted."),),
            exit_code=INTERRUPTED,
        )
    finally:
        progress.clear()
    looking = Pace(_("Looking for the same file beside it"))
    with cancellation() as cancelled:
        after = look_after(
            gone_paths,
            piece.digest,
            bytes_in_all,
            place,
            progress=lambda done, total: progress.reading(looking(done, total)),
            cancelled=cancelled,
        )
    progress.clear()
    unrecorded: SeglError | None = None
    try:
        casework.record_look(options.case, piece.id, copy, after.look())
    except SeglError as error:
        # The file is gone and that is recorded: what is still there has to be told all the same.
        unrecorded = error
    step = step_left(before, casework.guide(options.case))
    lines = [
        _("E{number}: {copy} is cleared. Name and file are gone.").format(
            number=piece.number, copy=_("copy {number}").format(number=copy)
        ),
        *after.lines(),
        *_left_lines(options.case, step),
    ]
    return Answer(
        document={
            "case": _reference(casework, options.case),
            "evidence": piece.number,
            "cleared": True,
            "copy": copy,
            "place": place.kind.value,
            "not_promised": not_promised(place),
            "leftovers": [{"kind": one.kind.value, "where": one.where} for one in after.left],
            "identical": {
                "paths": list(after.same.paths),
                "unread": after.same.unread,
                "whole": after.same.whole,
            },
            "look_also": list(look_also(place)),
            "look_recorded": unrecorded is None,
            "step_left": step.view.id if step else "",
        },
        lines=tuple(lines),
        problems=(look_not_recorded(unrecorded),) if unrecorded is not None else (),
        exit_code=int(ExitCode.DONE if unrecorded is None else unrecorded.exit_code),
    )


def _begin(session: Session, options: argparse.Namespace, answers: ClearingAnswers, trace: Trace, *, where: str) -> int:
    """Where the original may be this file, a person says that it is another, or nothing is cleared."""

    def begin(*, apart: bool) -> int:
        return session.casework().begin_clearing(
            options.case, options.number, answers.clearance, trace, where=where, copy=answers.copy, apart=apart
        )

    try:
        return begin(apart=answers.another_file)
    except ClearingRefused as refused:
        if refused.why is not Refusal.NOT_TOLD_APART or not session.sources.can_ask():
            raise
        happened = refused.diagnostics().happened
        question = " ".join((happened, _("Is this file another one, and yours to delete?")))
        if choose(session, question, [("no", _("no")), ("yes", _("It is another file"))]) != "yes":
            raise
    return begin(apart=True)


def _ask(session: Session, piece: Evidence) -> ClearingAnswers:
    known = {
        str(copy): one
        for copy, one in lying_of(piece).items()
        if not (copy == ORIGINAL or one.cleared or one.none_there)
    }
    number = "0"
    if known:
        copies = [(copy, f"{copy_label(int(copy))}: {lying_label(one)}") for copy, one in known.items()]
        new = str(next_copy(piece))
        number = choose(session, _("Which copy is it?"), [*copies, (new, _("another one"))])
    if number in known and not known[number].disputed:
        device: str = known[number].device
    else:
        labels = [(one, device_label(one)) for one in Device if one]
        device = choose(session, _("Whose device does the copy lie on?"), labels)
    held = choose(session, _("Who holds the original?"), [(one, held_by_words(one)) for one in HeldBy])
    return ClearingAnswers(
        clearance=Clearance(
            device=Device(device),
            held_by=HeldBy(held),
            holder_name=session.sources.ask(_("Who is that, by name?")).strip(),
            held_where=session.sources.ask(_("Where is the original?")).strip(),
        ),
        copy=int(number),
        where="",
    )


def device(session: Session, options: argparse.Namespace) -> Answer:
    """Answer whose device a copy lies on, or put the answer right with a reason."""
    whose = Device(options.device)
    casework = session.casework()
    before = lying_of(_piece(casework, options)).get(options.copy)
    reason = ""
    if before is not None and before.device is not whose:
        reason = session.sources.reason(options.reason_fd)
    facts = casework.guide(options.case).facts
    piece = casework.locate_copy(options.case, options.number, options.copy, whose, reason)
    return _chain(casework, options.case, piece, facts)


def withdraw(session: Session, options: argparse.Namespace) -> Answer:
    """Say that there is no such copy, with the reason."""
    casework = session.casework()
    reason = session.sources.reason(options.reason_fd)
    before = casework.guide(options.case).facts
    piece = casework.withdraw_copy(options.case, options.number, options.copy, reason)
    return _chain(casework, options.case, piece, before)


def _piece(casework: Casework, options: argparse.Namespace) -> Evidence:
    return casework.evidence_piece(options.case, options.number)


def _reference(casework: Casework, case: str) -> str:
    return casework.view(case).summary.reference


def _left_lines(case: str, left: StepLeft | None) -> tuple[str, ...]:
    """The step that is left to a person, and the command that does it."""
    return (left.words(), f"  segl guide do {case} {left.view.id}") if left is not None else ()


def _chain(casework: Casework, case: str, piece: Evidence, before: CaseFacts | None = None) -> Answer:
    """The chain of a piece; and, where something was recorded, which step has come to be left by that."""
    left = step_left(before, casework.guide(case)) if before is not None else None
    document: dict[str, Json] = {
        "case": _reference(casework, case),
        "evidence": piece.number,
        "devices": devices_document(piece),
        "custody": [custody_document(one) for one in piece.custody],
        "checks": [check_document(one) for one in piece.checks],
        "passes": [pass_document(one) for one in piece.passes],
        "looks": [look_document(one) for one in piece.looks],
        "decisions": [decision_document(one) for one in piece.decisions],
        **({"step_left": left.view.id if left else ""} if before is not None else {}),
    }
    return Answer(document=document, lines=(*chain_lines(case, piece), *_left_lines(case, left)))
