"""The custody chain of a piece, and clearing a copy off a device: an entry before, an entry after.

What deletes is `store.evidence.clearing`; here is what may be said, and what is written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from guidance.clearing import Clearance, ClearingRefused, HeldBy, Refusal, check_clearing
from guidance.copies import HELD_BY
from guidance.custody import Device, Event, Fault, Move, check, is_statement
from guidance.errors import SeglError
from guidance.gates import refusal_of_copy, refusal_of_place
from guidance.language import _
from store.bundle.custody_words import held_by_words
from store.cases import clearing_kept, lies_at
from store.cases.chains import disputed_copies, pairs
from store.cases.copies import CopyDesk
from store.cases.cut_off import CutOff, cut_off, open_clearings
from store.cases.digests import read_digest
from store.cases.errors import CustodyRefused, ItemUnknown, SaidDifferently
from store.cases.lying import copy_meant, lying_of, state_of
from store.cases.values import write_move
from store.entry import SpaceKind
from store.evidence.clearing import Gone
from store.evidence.clearing_cut_off import Found, look
from store.evidence.clearing_errors import ClearingNotKnown, NotCleared, settle_command
from store.evidence.clearing_hold import Trace
from store.evidence.clearing_marks import Emptied, take_hold_away
from store.evidence.dictation import algorithm_of
from store.evidence.signs import perhaps, signs_of, sure
from store.model import Evidence, Holder

_HOLDERS: Final = {
    Holder.VICTIM: HeldBy.PUPIL,
    Holder.PUPIL: HeldBy.PUPIL,
    Holder.PARENTS: HeldBy.PARENTS,
    Holder.POLICE: HeldBy.POLICE,
}


class CustodyDesk(CopyDesk):
    """Casework on custody."""

    def evidence_piece(self, case: str, evidence_id: str) -> Evidence:
        """One piece of a case, with its chain. The feeds are verified first.

        Raises:
            ItemUnknown: no such evidence.
        """
        space = self._to_read(case)
        self._verified(space)
        return self._find_piece(space, evidence_id)

    def record_custody(self, case: str, evidence_id: str, move: Move) -> Evidence:
        """Record an event that somebody tells of; or, with `move.corrects`, what is to stand in the place of one.

        Args:
            case: reference or id.
            evidence_id: id, its beginning, or number.
            move: `corrects` may be the beginning of an entry's id. A checksum that is left out of `hashed` is the one
                registered; else it is as a person types it.

        Raises:
            ItemUnknown: no such evidence.
            CustodyRefused: the event can't follow what came before, or only Segl itself records it.
            ClearingRefused: one's own copy is said to be cleared while nobody entitled holds the original; or a copy
                off another device than is recorded of it.
            DigestNotHeard: the checksum is none.
            SaidDifferently: things are recorded of the copy that can't all be true, and nobody has decided what holds.
        """
        space = self._open_case(case)
        self._verified(space)
        piece = self._find_piece(space, evidence_id)
        if move.by_segl or move.event is Event.CLEARING:
            raise CustodyRefused(Fault.NOT_BEGUN)
        if move.event is Event.HASHED and not move.digest:
            move = replace(move, digest=piece.digest)
        if move.digest:
            move = replace(move, digest=read_digest(move.digest, plain=algorithm_of(piece.digest)))
        if move.corrects:
            move = self._correcting(piece, move)
        _check_undisputed(piece, move)
        if (fault := check(pairs(piece.custody), move)) is not None:
            raise self._refused(space, piece, fault)
        told = is_statement(move)
        if told:
            self._check_statement(space, piece, move)
        with self._writing():
            if told and move.copy not in lying_of(piece):
                self._locate(space, piece.id, move.copy, move.device)
            self._append(SpaceKind.CASE, space, "evidence.moved", write_move(piece.id, move))
            if move.event in (Event.NOT_CLEARED, Event.CLEARED):
                self._drop_traces(piece, move.copy)
        return self._piece(space, piece.id)

    def _correcting(self, piece: Evidence, move: Move) -> Move:
        found = [one for one in piece.custody if len(move.corrects) >= 4 and one.entry.startswith(move.corrects)]
        if len(found) != 1:
            raise ItemUnknown("custody")
        move = replace(move, corrects=found[0].entry)
        return replace(move, copy=found[0].move.copy) if move.event is Event.WITHDRAWN else move

    def _check_statement(self, space: str, piece: Evidence, move: Move) -> None:
        """No statement clears a copy off another device than it lies on, or one's own before the original is secure."""
        known = lying_of(piece).get(move.copy)
        if known is not None and known.disputed:
            raise ClearingRefused(Refusal.DISPUTED)
        if known is not None and known.none_there:
            raise ClearingRefused(Refusal.WITHDRAWN)
        if known is not None and known.device is not move.device:
            raise ClearingRefused(Refusal.DIFFERS)
        if move.device in (Device.OWN, Device.OFFICE):
            held_by = self._held_by(space, piece) or _HOLDERS.get(piece.holder) or HeldBy.NOBODY
            check_clearing(Clearance(device=move.device, held_by=held_by, holder_name=piece.holder_name or "-"))

    def clearance(self, case: str, evidence_id: str, answers: Clearance, copy: int = 0) -> Evidence:
        """Record whose device a copy lies on and who holds the original; then say whether it may be cleared.

        What is answered is kept even where it stands against clearing: doubt makes the call to the police due today.
        What is recorded of the copy already is not answered anew: that is put right by `locate_copy`, with a reason.

        Args:
            case: reference or id.
            evidence_id: id, its beginning, or number.
            answers: as a person gave them.
            copy: its number; 0 for the first on that device, or the next.

        Raises:
            ClearingRefused: it may not be cleared; nothing is deleted.
            CustodyRefused: the copy is cleared already.
            ItemUnknown: no such evidence.
            SaidDifferently: as in `record_custody`.
        """
        space = self._open_case(case)
        self._verified(space)
        piece = self._find_piece(space, evidence_id)
        copy = copy or copy_meant(piece, answers.device)
        known = lying_of(piece).get(copy)
        why = refusal_of_copy(known, answers)
        guide = self._guide(space)
        if copy in disputed_copies(piece):
            raise SaidDifferently(piece.number)
        if state_of(piece, copy).cleared:
            raise CustodyRefused(Fault.CLEARED)
        if answers.device is not Device.NONE and (known is None or known.device is answers.device):
            with self._writing():
                self._answer(space, piece, copy, answers)
                self._take_in(space)
        if why is not None:
            raise ClearingRefused(why, call_due=why is Refusal.IN_DOUBT and HELD_BY in guide.specs)
        return self._piece(space, piece.id)

    def begin_clearing(
        self,
        case: str,
        evidence_id: str,
        answers: Clearance,
        trace: Trace,
        *,
        where: str,
        copy: int = 0,
        apart: bool = False,
    ) -> int:
        """Write that a copy is about to be deleted, before it is.

        Args:
            case: reference or id.
            evidence_id: id, its beginning, or number.
            answers: as a person gave them.
            trace: which file it is.
            where: the same in words.
            copy: its number; 0 for the first on that device, or the next.
            apart: whether a person has said that it is another file than those of which is not known where they lie.

        Returns:
            The number of the copy.

        Raises:
            ClearingRefused, CustodyRefused, SaidDifferently: it may not be; nothing was deleted.
        """
        space = self._open_case(case)
        self._verified(space)
        piece = self._find_piece(space, evidence_id)
        copy = copy or copy_meant(piece, answers.device)
        if (why := refusal_of_copy(lying_of(piece).get(copy), answers)) is not None:
            raise ClearingRefused(why)
        signs = signs_of(trace.names, (*trace.file, trace.size, trace.changed))
        self._check_place(space, piece, copy, signs, apart=apart)
        held = _("the original is held by {who}, {name}").format(
            who=held_by_words(answers.held_by), name=answers.holder_name.strip()
        )
        if answers.held_where.strip():
            held = f"{held} ({answers.held_where.strip()})"
        move = self._move(Event.CLEARING, copy, answers.device, where=where, digest=piece.digest, how=held)
        _check_undisputed(piece, move)
        if (fault := check(pairs(piece.custody), move)) is not None:
            raise self._refused(space, piece, fault)
        with self._writing():
            self._answer(space, piece, copy, answers)
            lies_at.remember(self._connection, space, piece.id, copy, signs)
            entry = self._append(SpaceKind.CASE, space, "evidence.moved", write_move(piece.id, move))
            clearing_kept.keep_trace(self._connection, entry.id, trace, self._clock())
        return copy

    def _check_place(self, space: str, piece: Evidence, copy: int, signs: tuple[str, ...], *, apart: bool) -> None:
        """Raises ClearingRefused where the file is another copy, that must stay, or may be one."""
        why = refusal_of_place(
            copy,
            lying_of(piece).values(),
            there=lies_at.lying_there(self._connection, space, piece.id, sure(signs)),
            perhaps=lies_at.lying_there(self._connection, space, piece.id, perhaps(signs)),
            placed=lies_at.placed(self._connection, space, piece.id),
            apart=apart,
        )
        if why is not None:
            raise ClearingRefused(why)

    def end_clearing(self, case: str, evidence_id: str, copy: int, outcome: Gone | NotCleared) -> Evidence:
        """Write what became of it.

        Raises:
            CustodyRefused: it was not begun.
        """
        if isinstance(outcome, NotCleared):
            return self._settle(case, evidence_id, copy, Event.NOT_CLEARED, outcome.why)
        seen = _("deleted by Segl after the checksum was compared; neither name nor file is there any more")
        if not outcome.synced:
            seen = f"{seen}; {_('the disk did not confirm that it is written through')}"
        return self._settle(case, evidence_id, copy, Event.CLEARED, seen)

    def clearings_cut_off(self) -> tuple[CutOff, ...]:
        """The clearings that were cut off in this vault, and are to be settled."""
        return cut_off(self._connection, self._authors())

    def settle_clearing(self, case: str, evidence_id: str) -> Evidence:
        """After an interruption: look what became of each copy whose clearing has no outcome, and write that.

        Raises:
            CustodyRefused: nothing is open, or of none of them is known what became of it: the disk is not there.
            ClearingNotKnown: the same; the disk is there, and somebody else has moved or changed the file.
        """
        space = self._open_case(case)
        piece = self._find_piece(space, evidence_id)
        opened = open_clearings(piece)
        if not opened:
            raise CustodyRefused(Fault.NOT_BEGUN)
        not_known: list[SeglError] = []
        for copy, entry in opened.items():
            trace = clearing_kept.trace_of(self._connection, entry)
            found = look(trace, _digest_of(piece, entry)) if trace else Found.UNKNOWN
            if trace is None or found is Found.UNKNOWN:
                not_known.append(self._refused(space, piece, Fault.CLEARING))
                continue
            if found is Found.NOT_BY_SEGL:
                not_known.append(ClearingNotKnown(trace.names[0]))
                continue
            event = Event.CLEARED if found is Found.GONE else Event.NOT_CLEARED
            piece = self._settle(case, piece.id, copy, event, _seen(found))
        if len(not_known) == len(opened):
            raise not_known[0]
        return piece

    def _settle(self, case: str, evidence_id: str, copy: int, event: Event, how: str) -> Evidence:
        space = self._resolve(case)
        piece = self._find_piece(space, evidence_id)
        begun = [one for one in piece.custody if one.move.event is Event.CLEARING and one.move.copy == copy]
        device = begun[-1].move.device if begun else Device.OWN
        where = begun[-1].move.where if begun else ""
        move = self._move(event, copy, device, where=where, digest=piece.digest, how=how)
        if (fault := check(pairs(piece.custody), move)) is not None:
            raise CustodyRefused(fault)
        with self._writing():
            self._append(SpaceKind.CASE, space, "evidence.moved", write_move(piece.id, move))
            holds = self._drop_traces(piece, copy)
        # It says that the file is gone, so it stays until that is recorded; at an unlocking it is tried once more.
        for hold in holds:
            if take_hold_away(hold) is Emptied.GONE:
                with self._connection.transaction():
                    clearing_kept.drop_hold(self._connection, hold)
        return self._piece(space, piece.id)

    def _refused(self, space: str, piece: Evidence, fault: Fault) -> CustodyRefused:
        return CustodyRefused(fault, settle=settle_command(self._reference(space), piece.number))

    def _drop_traces(self, piece: Evidence, copy: int) -> list[Path]:
        begun = [one.entry for one in piece.custody if one.move.event is Event.CLEARING and one.move.copy == copy]
        holds = [clearing_kept.drop_trace(self._connection, entry, self._clock()) for entry in begun]
        return [hold for hold in holds if hold is not None]

    def _move(self, event: Event, copy: int, device: Device, *, where: str, digest: str, how: str) -> Move:
        by = self._authors().get(self._journal.device, "") or "-"
        return Move(event=event, copy=copy, by=by, device=device, where=where, digest=digest, how=how, by_segl=True)


def _check_undisputed(piece: Evidence, move: Move) -> None:
    """Raises SaidDifferently where one has to decide first: it would follow what perhaps does not hold."""
    corrected = (one.move.copy for one in piece.custody if move.corrects and one.entry == move.corrects)
    if not {move.copy, *corrected}.isdisjoint(disputed_copies(piece)):
        raise SaidDifferently(piece.number)


def _digest_of(piece: Evidence, entry: str) -> str:
    """The digest of which a clearing was begun."""
    return next((one.move.digest for one in piece.custody if one.entry == entry), "") or piece.digest


def _seen(found: Found) -> str:
    if found is Found.GONE:
        return _("the work was cut off after Segl deleted it; looked at afterwards: it is gone")
    if found is Found.HELD:
        return _(
            "the work was cut off; looked at afterwards: the file lies beside its place, in a folder whose name begins "
            "with .segl-clearing-, because its name is taken"
        )
    return _("the work was cut off; looked at afterwards: the file is still there")
