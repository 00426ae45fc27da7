"""The register of a case as it is looked through: the pieces in sight are fetched, the others stay where they are."""

from __future__ import annotations

from contextlib import suppress

from screens.panes import PanesScreen
from screens.widgets.windowed import PAGE, Windowed
from store.model import Evidence


class PiecesScreen(PanesScreen[None]):
    """It has a pane `evidence`, whose rows it fetches."""

    case_id: str

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Windowed[Evidence] = Windowed(0, self._piece_wanted)

    async def _look_again(self, total: int) -> int | None:
        """Begin anew with what is registered now.

        Returns:
            Where the piece under the cursor is now; None where there was none.
        """
        from store.cases.errors import ItemUnknown
        from store.casework import Casework

        self._pieces = Windowed(total, self._piece_wanted)
        kept, place = self._pane("evidence").current, None
        if isinstance(kept, Evidence):
            with suppress(ItemUnknown):
                place = await self.do(Casework.evidence_place, self.case_id, kept.id)
        if total:
            cursor = self._pane("evidence").lines.cursor if place is None else place
            await self._fetch(self._pieces, min(max(cursor, 0), total - 1) // PAGE)
        return place

    def _piece_wanted(self, page: int) -> None:
        self.run_work(self._fetch(self._pieces, page), group=f"pieces-{page}")

    async def _fetch(self, pieces: Windowed[Evidence], page: int) -> None:
        from store.casework import Casework

        try:
            found = await self.do(Casework.evidence_page, self.case_id, page * PAGE, PAGE)
        except BaseException:
            pieces.missed(page)
            raise
        pieces.put(page, found.pieces)
        lines = self._pane("evidence").lines
        if lines.rows is pieces:
            lines.arrived(page * PAGE, page * PAGE + PAGE)

    async def piece_here(self) -> Evidence | None:
        """The piece under the cursor, fetched where it is not there yet; None where nothing is registered."""
        lines = self._pane("evidence").lines
        if lines.current is None and 0 <= lines.cursor < len(self._pieces):
            await self._fetch(self._pieces, lines.cursor // PAGE)
        return lines.current
