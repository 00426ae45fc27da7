"""The register of a case as it is looked through: the pieces in sight are fetched, the others stay where they are."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from guidance.language import _, ngettext
from screens.panes import PanesScreen
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.widgets.windowed import PAGE, Windowed
from store.evidence.finding import EVERY_PIECE, Wanted, wanted_by
from store.model import Evidence


class PiecesScreen(PanesScreen[None]):
    """It has a pane `evidence`, whose rows it fetches: all of the register, or what is looked for in it.

    It composes `finding()` above the panes.
    """

    case_id: str

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Windowed[Evidence] = Windowed(0, lambda _page: None)
        self._registered = 0
        self._finding = False
        self._typed = ""
        self._found = ""
        """What the rows were found by; `_wanted` is what it means."""
        self._wanted = EVERY_PIECE
        self._looks = 0
        self._looking = asyncio.Lock()

    def finding(self) -> ComposeResult:
        """The field to find by, and how many pieces were found."""
        with Horizontal(id="finding"):
            yield TextLine(
                self._typed,
                placeholder=_("E12, words, the beginning of a checksum ..."),
                id="find",
                select_on_focus=False,
            )
            yield Plain("", id="found", classes="quiet")

    def _show(self, pane: str) -> None:
        super()._show(pane)
        self._show_finding()

    def _show_finding(self) -> None:
        self.query_one("#finding").display = self._finding and self._pane_id == "evidence"
        words = ""
        if self._found.strip():
            words = ngettext("{found} of {count} piece", "{found} of {count} pieces", self._registered)
        self.query_one("#found", Plain).update(words.format(found=len(self._pieces), count=self._registered))
        self.refresh_bindings()

    def action_find_piece(self) -> None:
        """Type to find."""
        self._finding = True
        self._show_finding()
        self.set_focus(self.query_one("#find", Input))

    def action_whole(self) -> None:
        """Back to the whole register; the piece under the cursor stays there."""
        self._finding = False
        self._typed = ""
        with self.prevent(Input.Changed):
            self.query_one("#find", Input).value = ""
        self._show_finding()
        self._pane("evidence").focus_list()
        self.run_work(self._find(), group="find-piece")

    @on(Input.Changed, "#find")
    def _find_typed(self, event: Input.Changed) -> None:
        self._typed = event.value
        self.run_work(self._find(), group="find-piece")

    @on(Input.Submitted, "#find")
    def _find_entered(self) -> None:
        self.run_work(self._to_found(), group="to-found")

    def on_key(self, event: events.Key) -> None:
        """Down from the field goes into the list."""
        if event.key == "down" and self._finding and self.focused is self.query_one("#find"):
            event.stop()
            self._find_entered()

    async def _to_found(self) -> None:
        # The next Enter opens what is under the cursor: that has to be what was found.
        await self._find()
        if self._finding and self.focused is self.query_one("#find"):
            self._pane("evidence").focus_list()

    async def _find(self) -> None:
        """Find what was typed last; what was typed before it and not looked for yet is passed over."""
        from store.casework import Casework

        async with self._looking:
            while (text := self._typed) != self._found:
                wanted = wanted_by(text)
                # What was found stays under the cursor when the whole is shown again.
                place = None if text.strip() else await self._place_now(wanted)
                page = (place or 0) // PAGE
                found = await self.do(Casework.evidence_page, self.case_id, page * PAGE, PAGE, wanted)
                if text != self._typed:
                    continue
                self._found, self._wanted = text, wanted
                self._pieces = self._windowed(found.total)
                self._pieces.put(page, found.pieces)
                self._pane("evidence").show(self._pieces, place or 0)
                self._show_finding()

    async def _look_again(self, total: int) -> int | None:
        """Begin anew with what is registered now.

        Returns:
            Where the piece under the cursor is now; None where there was none.
        """
        from store.casework import Casework

        async with self._looking:
            self._registered = total
            if self._found.strip():
                total = (await self.do(Casework.evidence_page, self.case_id, 0, 0, self._wanted)).total
            self._pieces = self._windowed(total)
            place = await self._place_now(self._wanted)
            if total:
                cursor = self._pane("evidence").lines.cursor if place is None else place
                await self._fetch(self._pieces, min(max(cursor, 0), total - 1) // PAGE, self._wanted)
            self._show_finding()
            return place

    async def _place_now(self, wanted: Wanted) -> int | None:
        """Where the piece under the cursor is among those that are meant; None where it is not, or there is none."""
        from store.cases.errors import ItemUnknown
        from store.casework import Casework

        kept = self._pane("evidence").current
        if isinstance(kept, Evidence):
            with suppress(ItemUnknown):
                return await self.do(Casework.evidence_place, self.case_id, kept.id, wanted)
        return None

    def _windowed(self, total: int) -> Windowed[Evidence]:
        """So many pieces of those that are meant now, to be fetched page by page."""
        self._looks += 1
        look, wanted = self._looks, self._wanted

        def want(page: int) -> None:
            self.run_work(self._fetch(rows, page, wanted), group=f"pieces-{look}-{page}")

        rows: Windowed[Evidence] = Windowed(total, want)
        return rows

    async def _fetch(self, pieces: Windowed[Evidence], page: int, wanted: Wanted) -> None:
        from store.casework import Casework

        try:
            found = await self.do(Casework.evidence_page, self.case_id, page * PAGE, PAGE, wanted)
        except BaseException:
            pieces.missed(page)
            raise
        pieces.put(page, found.pieces)
        lines = self._pane("evidence").lines
        if lines.rows is pieces:
            lines.arrived(page * PAGE, page * PAGE + PAGE)

    async def piece_here(self) -> Evidence | None:
        """The piece under the cursor, fetched where it is not there yet; None where none is registered or found."""
        lines = self._pane("evidence").lines
        if lines.current is None and 0 <= lines.cursor < len(self._pieces):
            await self._fetch(self._pieces, lines.cursor // PAGE, self._wanted)
        return lines.current
