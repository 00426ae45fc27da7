"""Whose device a copy lies on: what a person answers, puts right and withdraws. What stands: `store.cases.lying`."""

from __future__ import annotations

from guidance.clearing import Clearance, HeldBy
from guidance.copies import HELD_BY, answer_fault, withdrawal_fault
from guidance.custody import ORIGINAL, Device
from guidance.language import _
from store.cases import lies_at
from store.cases.desk import reason_in_words
from store.cases.errors import CustodyRefused
from store.cases.evidence import EvidenceDesk
from store.cases.lying import cleared_by_segl, copy_meant, held_by_of, lying_of, state_of
from store.cases.steps import StepDesk
from store.entry import SpaceKind
from store.evidence.signs import sure
from store.model import Evidence
from store.standing import standing


class CopyDesk(EvidenceDesk, StepDesk):
    """Casework on whose device a copy lies."""

    def locate_copy(self, case: str, evidence_id: str, copy: int, device: Device, reason: str = "") -> Evidence:
        """Answer whose device a copy lies on, or put the answer right; the one before stays in the journal.

        Args:
            case: reference or id.
            evidence_id: id, its beginning, or number.
            copy: its number; 0 is the original.
            device: whose.
            reason: why, where another answer stands, or colleagues have answered differently.

        Raises:
            ItemUnknown: no such evidence.
            CustodyRefused: it can't lie there: the original is no copy, or this copy was cleared off another device.
            ReasonNeeded: an answer is put right without a reason.
        """
        space = self._open_case(case)
        self._verified(space)
        piece = self._find_piece(space, evidence_id)
        before = lying_of(piece).get(copy)
        fault = answer_fault(copy, device, state_of(piece, copy), by_segl=cleared_by_segl(piece, copy))
        if fault is not None:
            raise CustodyRefused(fault)
        if before is not None and before.device is device:
            return piece
        words = reason_in_words(reason) if before is not None else reason
        with self._writing():
            if copy == ORIGINAL and before is not None:
                # The original lies elsewhere than was said: what lies there is then asked about.
                lies_at.forget(self._connection, space, piece.id, copy)
            self._locate(space, piece.id, copy, device, reason=words)
            self._take_in(space)
        return self._piece(space, piece.id)

    def withdraw_copy(self, case: str, evidence_id: str, copy: int, reason: str) -> Evidence:
        """Say that there is no such copy and never was: it was said by mistake. What was said stays in the journal.

        It opens no clearing: what was said of a file at a place holds there. Answered again, the copy counts again.

        Args:
            case: reference or id.
            evidence_id: id, its beginning, or number.
            copy: its number.
            reason: why, in words.

        Raises:
            ItemUnknown: no such evidence.
            CustodyRefused: there is one: it is the original, or its custody says so; or nobody has said that there is.
            ReasonNeeded: the reason is blank.
        """
        space = self._open_case(case)
        self._verified(space)
        piece = self._find_piece(space, evidence_id)
        known = lying_of(piece).get(copy)
        fault = withdrawal_fault(copy, known, state_of(piece, copy))
        if fault is not None:
            raise CustodyRefused(fault)
        if known is None or known.none_there:
            return piece
        said = {"evidence": piece.id, "copy": copy, "device": known.device.value, "reason": reason_in_words(reason)}
        with self._writing():
            self._append(SpaceKind.CASE, space, "evidence.copy-withdrawn", said)
            self._take_in(space)
        return self._piece(space, piece.id)

    def note_copy(self, case: str, evidence_id: str, device: Device, signs: tuple[str, ...] = ()) -> Evidence:
        """A file that is registered already was found on a device: its copy there, under the next number if need be.

        Args:
            case: reference or id.
            evidence_id: id, its beginning, or number.
            device: whose.
            signs: of where it lies (`store.evidence.signs`).

        Raises:
            ItemUnknown: no such evidence.
        """
        space = self._open_case(case)
        piece = self._find_piece(space, evidence_id)
        if device is Device.NONE:
            return piece
        known = lying_of(piece)
        at_the_place = lies_at.lying_there(self._connection, space, piece.id, sure(signs))
        again = [
            copy for copy in at_the_place if copy in known and known[copy].none_there and device in known[copy].before
        ]
        if again:
            with self._writing():
                self._locate(space, piece.id, min(again), device, reason=_("the file was read there again"))
            return self._piece(space, piece.id)
        there = [copy for copy, one in known.items() if device in one.devices and not one.cleared]
        if there:
            with self._connection.transaction():
                lies_at.remember(self._connection, space, piece.id, there[0], signs)
            return piece
        copy = ORIGINAL if device is Device.VICTIM and ORIGINAL not in known else copy_meant(piece, device)
        with self._writing():
            self._locate(space, piece.id, copy, device)
            lies_at.remember(self._connection, space, piece.id, copy, signs)
        return self._piece(space, piece.id)

    def original_held_by(self, case: str, evidence_id: str) -> HeldBy | None:
        """Who holds the original of this piece, as said of it and of no other; None where that is not known.

        Raises:
            ItemUnknown: no such evidence.
        """
        space = self._to_read(case)
        self._verified(space)
        piece = self._find_piece(space, evidence_id)
        said = {row.value for row in standing(self._connection, space, f"original/{piece.id}")}
        return held_by_of(said.pop()) if len(said) == 1 else None

    def _answer(self, space: str, piece: Evidence, copy: int, answers: Clearance) -> None:
        """Write what was answered before clearing, as far as it is not what stands; in a change of the caller's."""
        known = lying_of(piece).get(copy)
        rows = standing(self._connection, space, f"original/{piece.id}")
        if known is None or {row.value for row in rows} != {answers.held_by.value}:
            self._locate(space, piece.id, copy, answers.device, held_by=answers.held_by)

    def _locate(
        self, space: str, piece: str, copy: int, device: Device, *, held_by: HeldBy | None = None, reason: str = ""
    ) -> None:
        said = {
            "evidence": piece,
            "copy": copy,
            "device": device.value,
            "held-by": held_by.value if held_by else "",
            "reason": reason,
        }
        self._append(SpaceKind.CASE, space, "evidence.located", said)

    def _held_by(self, space: str, piece: Evidence) -> HeldBy | None:
        """Who holds the original of a piece, as answered last; None where nobody has said, or heads disagree."""
        rows = [
            *standing(self._connection, space, f"original/{piece.id}"),
            *standing(self._connection, space, f"fact/{HELD_BY}"),
        ]
        newest = max(rows, key=lambda row: row.place, default=None)
        if newest is None or len({row.value for row in rows if row.subject == newest.subject}) > 1:
            return None
        return held_by_of(newest.value)
