"""Where the keys of a case lead: the screens that one goes to from it, and what is done when one comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from guidance.engine import Guide
from guidance.screening import Course
from screens.case_pieces import PiecesScreen
from store.model import CaseView, HistoryLine, Person

if TYPE_CHECKING:
    from store.cases.conflicts import Conflict


class CaseWays(PiecesScreen):
    """The ways from a case; the case itself is `screens.case`."""

    case_id: str
    record: CaseView | None
    _goal: str
    _conflicts: tuple[Conflict, ...]

    @property
    def _guide(self) -> Guide:
        assert self.record is not None
        return self.record.guide

    @property
    def _case_name(self) -> str:
        assert self.record is not None
        return f"{self.record.summary.reference} {self.record.summary.title}"

    def _people(self) -> Sequence[Person]:
        return self.record.people if self.record else ()

    def action_note(self) -> None:
        """Write a note."""
        from screens.note import NoteScreen

        self.app.push_screen(NoteScreen(self.case_id, self._case_name), lambda note: self._added("notes", note))

    def action_evidence(self) -> None:
        """Register evidence."""
        from screens.evidence import EvidenceScreen

        self.app.push_screen(EvidenceScreen(self.case_id, self._case_name), lambda done: self._added("evidence", done))

    def action_custody(self) -> None:
        """The custody of the piece under the cursor."""
        self.run_work(self._to_custody(), group="custody")

    async def _to_custody(self) -> None:
        from screens.custody import CustodyScreen

        piece = await self.piece_here()
        if piece is not None and self.record is not None:
            closed = self.record.summary.closed_at is not None
            self.app.push_screen(CustodyScreen(self.case_id, piece, closed=closed))

    def action_check_files(self) -> None:
        """Hold files against the register, and against all cases."""
        from screens.evidence_check import EvidenceCheckScreen

        self.app.push_screen(EvidenceCheckScreen(self.case_id, self._case_name))

    def action_pass_on(self) -> None:
        """Seal material straight to the police, at their request."""
        from screens.pass_on import PassOnScreen

        self.app.push_screen(PassOnScreen(self.case_id, self._case_name), lambda sealed: self._added("history", sealed))

    def action_person(self) -> None:
        """Add somebody."""
        from screens.person import PersonScreen

        self.app.push_screen(PersonScreen(self.case_id, self._people()), lambda person: self._added("people", person))

    def _added(self, pane: str, what: object) -> None:
        if what is not None and pane != "notes":
            self._show(pane)

    def action_level(self) -> None:
        """Decide on the level."""
        from screens.level import LevelScreen

        if self.record is not None:
            self.app.push_screen(LevelScreen(self.case_id, self.record), self._stepped)

    def action_seal(self) -> None:
        """Hand the case on."""
        from screens.seal import SealScreen

        self.app.push_screen(SealScreen(self.case_id, self._case_name))

    def action_shares(self) -> None:
        """Who has the case: share it, take back, hand over."""
        from screens.shares import SharesScreen

        self.app.push_screen(SharesScreen(self.case_id, self._case_name))

    def action_filing(self) -> None:
        """The number in the office's journal system, and plain copies for it."""
        from screens.filing import FilingScreen

        self.app.push_screen(FilingScreen(self.case_id, self._case_name), self._stepped)

    def action_access(self) -> None:
        """Who opened the case, and why."""
        from screens.access import AccessScreen

        self.app.push_screen(AccessScreen(self.case_id, self._case_name))

    def action_keeping(self) -> None:
        """A closed case: when to look at it, and erasing; an open one is held, or no longer."""
        from screens.retention import RetentionScreen

        if self.record is not None and self.record.summary.closed_at is not None:
            self.app.push_screen(RetentionScreen(self.case_id))
        else:
            self.run_work(self._hold(), group="hold")

    async def _hold(self) -> None:
        from screens.retention import hold_or_release
        from store.casework import Casework

        held = await self.do(Casework.hold_reason, self.case_id)
        await hold_or_release(self, self.case_id, held=bool(held))

    def action_erase_entry(self) -> None:
        """Erase the entry under the cursor, as far as it can go by itself."""
        from screens.erase import EraseScreen

        line = self._pane("history").current
        if isinstance(line, HistoryLine):
            self.app.push_screen(EraseScreen(case_id=self.case_id, entry=line.entry))

    def action_screening(self) -> None:
        """Go through the warning signs."""
        self._go_through(Course.SCREENING)

    def action_meeting(self) -> None:
        """Make the plan of a first meeting, or change it."""
        self._go_through(Course.MEETING)

    def _go_through(self, course: Course) -> None:
        from screens.screening import ScreeningScreen

        self.app.push_screen(ScreeningScreen(self.case_id, self._case_name, self._guide, course), self._stepped)

    def action_wellbeing(self) -> None:
        """Show the wellbeing talks over time."""
        from screens.wellbeing import WellbeingScreen

        self.app.push_screen(WellbeingScreen(self.case_id, self._case_name, dict(self._guide.specs)))

    def action_playbooks(self) -> None:
        """Show which playbooks the case is worked by, and move it to another version."""
        from screens.playbooks import PlaybooksScreen

        if self.record is not None:
            self.app.push_screen(PlaybooksScreen(self.case_id, self._case_name))

    def action_conflicts(self) -> None:
        """Decide what stands, where people said different things."""
        from screens.conflicts import ConflictsScreen

        if self._conflicts:
            self.app.push_screen(ConflictsScreen(self.case_id, self._case_name, self._conflicts))

    def _stepped(self, guide: Guide | str | None) -> None:
        if isinstance(guide, str):
            self._goal = guide
        elif isinstance(guide, Guide) and guide.next_steps:
            self._goal = guide.next_steps[0].id
