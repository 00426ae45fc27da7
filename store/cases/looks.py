"""What was seen after a clearing goes into the journal: kinds and numbers, and what kind of place it was."""

from __future__ import annotations

from guidance.custody import Fault
from store.cases.custody import CustodyDesk
from store.cases.errors import CustodyRefused
from store.cases.lying import cleared_by_segl
from store.look_payload import write_look
from store.looks import Look
from store.model import Evidence


class LookDesk(CustodyDesk):
    """Casework on what is left after a clearing."""

    def record_look(self, case: str, evidence_id: str, copy: int, look: Look) -> Evidence:
        """Record what was seen after a copy was cleared.

        Args:
            case: reference or id.
            evidence_id: id, its beginning, or number.
            copy: its number.
            look: what was seen.

        Raises:
            ItemUnknown: no such evidence.
            CustodyRefused: Segl has not cleared it.
        """
        space = self._open_case(case)
        piece = self._find_piece(space, evidence_id)
        if not cleared_by_segl(piece, copy):
            raise CustodyRefused(Fault.NOT_BEGUN)
        self._write(space, "evidence.looked-after", write_look(piece.id, copy, look))
        return self._piece(space, piece.id)
