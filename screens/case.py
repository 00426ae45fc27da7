"""A case: the next right step at a glance, and its guide, notes, evidence, people and history, a digit each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import ContentSwitcher, Input

from guidance.engine import StepView
from guidance.language import N_, _, ngettext
from guidance.screening import Course, has_course
from guidance.wellbeing import SIGNS
from screens import case_words, words
from screens.case_ways import CaseWays
from screens.guide_words import GuideRow, draw_row, guide_rows, lifting_step, row_of, step_detail
from screens.widgets.lines import LineList
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.widgets.tab_line import TabLine
from store.model import CaseView, Evidence, HistoryLine, Note, Person

if TYPE_CHECKING:
    from store.cases.conflicts import Conflict
    from store.cases.playbooks import PlaybookMove


_IN_CASE = (
    *("open", "change", "note", "evidence", "person", "level", "seal", "jump"),
    *("close", "reopen", "every", "wellbeing", "screening", "meeting", "filing", "shares"),
    *("check_files", "pass_on", "custody", "access", "keeping", "erase_entry", "find_piece"),
)
"""The actions that there are only once the case has been fetched."""


class CaseScreen(CaseWays):
    """One case."""

    CSS_PATH = "case.tcss"
    PANES = ("guide", "notes", "evidence", "people", "history")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Do")),
        Binding("enter", "change", N_("Change")),
        Binding("escape", "whole", N_("Whole register")),
        Binding(
            "f",
            "find_piece",
            N_("Find"),
            tooltip=N_("Find a piece by its number, by words or by the beginning of its checksum"),
        ),
        Binding("n", "note", N_("Note")),
        Binding("g", "screening", N_("Warning signs")),
        Binding("b", "evidence", N_("Add evidence")),
        Binding("c", "custody", N_("Custody")),
        Binding("s", "seal", N_("Seal")),
        Binding("l", "level", N_("Level")),
        Binding("p", "person", N_("Person")),
        Binding("j", "jump", N_("Go to what lifts it")),
        Binding("w", "wellbeing", N_("Wellbeing")),
        Binding("m", "meeting", N_("Meeting plan")),
        Binding("k", "check_files", N_("Check files")),
        Binding("o", "pass_on", N_("Pass on to the police")),
        Binding("v", "playbooks", N_("Playbooks")),
        Binding("u", "conflicts", N_("Disagreements")),
        Binding("d", "shares", N_("Who has it")),
        Binding("f", "filing", N_("Journal system")),
        Binding("i", "access", N_("Who opened it")),
        Binding("r", "keeping", N_("Keep, or erase")),
        Binding("delete", "erase_entry", N_("Erase the entry")),
        Binding("x", "close", N_("Close the case")),
        Binding("x", "reopen", N_("Open again")),
        Binding("a", "every", N_("All steps")),
        Binding("escape", "go_back", N_("Back")),
        Binding("1", "pane(0)", show=False),
        Binding("2", "pane(1)", show=False),
        Binding("3", "pane(2)", show=False),
        Binding("4", "pane(3)", show=False),
        Binding("5", "pane(4)", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
    ]
    AUTO_FOCUS = "#guide LineList"

    def __init__(self, case_id: str, *, step: str = "") -> None:
        """Show a case, with the cursor at a step; at the next one if none is named."""
        super().__init__()
        self.case_id = case_id
        self.record: CaseView | None = None
        self._history: tuple[HistoryLine, ...] = ()
        self._moves: tuple[PlaybookMove, ...] = ()
        self._conflicts: tuple[Conflict, ...] = ()
        self._rows: list[GuideRow] = []
        self._every = False
        self._goal = step

    def heading(self) -> str:
        """Reference and title."""
        if self.record is None:
            return _("Case")
        return words.one_line(f"{self.record.summary.reference}  {self.record.summary.title}")

    def body(self) -> ComposeResult:
        """Where the case stands, the panes' names, and the pane that is shown."""
        yield Plain("", id="standing")
        yield Plain("", id="next")
        yield Plain("", id="newer")
        yield Plain("", id="disputed")
        yield TabLine(id="tabs")
        yield from self.finding()
        with ContentSwitcher(initial="guide", id="panes"):
            yield ListDetail(
                self._guide_row, self._guide_detail, choosable=lambda row: isinstance(row, StepView), id="guide"
            )
            yield ListDetail(case_words.note_row, case_words.note_detail, empty=self._no_notes, id="notes")
            yield ListDetail(case_words.evidence_row, self._evidence_detail, empty=self._no_evidence, id="evidence")
            yield ListDetail(case_words.person_row, self._person_detail, empty=self._no_people, id="people")
            yield ListDetail(case_words.history_row, case_words.history_detail, id="history")

    def on_screen_resume(self) -> None:
        """Fetch the case whenever it is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        first = self.record is None
        record = await self.do(Casework.view, self.case_id)
        place = await self._look_again(record.pieces)
        self._history = await self.do(Casework.history, self.case_id)
        self._moves = () if record.summary.closed_at else await self.do(Casework.playbook_moves, self.case_id)
        self._conflicts = await self.do(Casework.conflicts, self.case_id)
        self.record = record
        self._fill(at_next=first, piece=place)

    def _fill(self, *, at_next: bool = False, piece: int | None = None) -> None:
        record = self.record
        if record is None:
            return
        self.query_one("TitleBar").heading = self.heading()  # type: ignore[attr-defined]
        self.query_one("#standing", Plain).update(case_words.standing(record))
        following = self.query_one("#next", Plain)
        following.update(case_words.next_line(record))
        newer = self.query_one("#newer", Plain)
        newer.display = bool(self._moves)
        if self._moves:
            newer.update(Content.styled(_("A playbook has another version. Press v to see what differs."), "$warning"))
        disputed = self.query_one("#disputed", Plain)
        disputed.display = bool(self._conflicts)
        if self._conflicts:
            said = ngettext(
                "People said different things, without knowing it, about {count} matter. Press u to decide.",
                "People said different things, without knowing it, about {count} matters. Press u to decide.",
                len(self._conflicts),
            )
            disputed.update(Content.styled(said.format(count=len(self._conflicts)), "$warning"))
        self.query_one("#tabs", TabLine).put(
            (
                _("Guide"),
                _("Notes ({count})").format(count=len(record.notes)),
                _("Evidence ({count})").format(count=record.pieces),
                _("People ({count})").format(count=len(record.people)),
                _("History"),
            )
        )
        self._rows = guide_rows(record.guide, every=self._every)
        cursor = None
        goal, self._goal = self._goal, ""
        if at_next and not goal and record.guide.next_steps:
            goal = record.guide.next_steps[0].id
        if goal:
            cursor = max(row_of(self._rows, goal), 0)
        self._pane("guide").show(self._rows, cursor)
        self._pane("notes").show(tuple(reversed(record.notes)))
        self._pane("evidence").show(self._pieces, piece)
        self._pane("people").show(record.people)
        self._pane("history").show(self._history)
        self.refresh_bindings()

    def _guide_row(self, row: GuideRow, width: int) -> Content:
        return draw_row(row, width, self._guide.today)

    def _guide_detail(self, row: GuideRow) -> Content:
        return step_detail(row, self._guide) if isinstance(row, StepView) else Content("")

    def _evidence_detail(self, row: Evidence) -> Content:
        return case_words.evidence_detail(row)

    def _person_detail(self, row: Person) -> Content:
        return case_words.person_detail(row, self.record.people if self.record else ())

    def _no_notes(self) -> str:
        return _("No notes yet. Press n to write one.")

    def _no_evidence(self) -> str:
        if self.record is not None and self.record.pieces:
            return _("No piece matches.")
        return _("No evidence yet. Press b to register some.")

    def _no_people(self) -> str:
        return _("Nobody yet. Press p to add somebody.")

    async def refresh_language(self) -> None:
        """Draw the panes again, and stay where one was."""
        pane = self._pane_id
        cursor = self._pane(pane).lines.cursor
        await super().refresh_language()
        self._show(pane)
        if self.record is not None:
            await self._load()
            self._pane(pane).lines.cursor = cursor

    @on(LineList.Chosen)
    def action_open(self) -> None:
        """Do the step, correct the note, or edit what is under the cursor."""
        row = self._current
        if self._pane_id == "evidence":
            self.run_work(self._to_facts(), group="facts")
        elif isinstance(row, StepView):
            self.open_step(row)
        elif isinstance(row, Note):
            from screens.note import NoteScreen

            self.app.push_screen(NoteScreen(self.case_id, self._case_name, row))
        elif isinstance(row, Person):
            from screens.person import PersonScreen

            self.app.push_screen(PersonScreen(self.case_id, self._people(), row))

    async def _to_facts(self) -> None:
        from screens.evidence_form import EvidenceFormScreen
        from store.casework import Casework

        piece = await self.piece_here()
        if piece is not None:
            await self.do(Casework.require_agreed, self.case_id, piece)
            self.app.push_screen(EvidenceFormScreen(self.case_id, [piece], number=piece.number, evidence_id=piece.id))

    def action_change(self) -> None:
        """The same for what is not a step."""
        self.action_open()

    def open_step(self, view: StepView) -> None:
        """Do a step; afterwards the cursor goes to the next right one."""
        if "level" in view.step.sets:
            self.action_level()
            return
        from screens.step import StepScreen

        self.app.push_screen(StepScreen(self.case_id, view.id, self._guide), self._stepped)

    def action_jump(self) -> None:
        """Go to the step that lifts what holds this one."""
        row = self._pane("guide").current
        if isinstance(row, StepView):
            lifting = lifting_step(self._guide, row)
            at = row_of(self._rows, lifting.id) if lifting else -1
            if at >= 0:
                self._pane("guide").lines.cursor = at

    def action_every(self) -> None:
        """Show the steps that are not for this case too, or no longer."""
        self._every = not self._every
        row = self._pane("guide").current
        self._goal = row.id if isinstance(row, StepView) else ""
        self._fill()

    def action_close(self) -> None:
        """Close the case, or say what stands against it."""
        self.run_work(self._close(), group="close-case")

    async def _close(self) -> None:
        from screens.closing import ClosingScreen
        from store.casework import Casework

        if not self._guide.can_close:
            goal = await self.app.push_screen_wait(ClosingScreen(self._guide))
            if goal:
                self._show("guide")
                self._pane("guide").lines.cursor = max(row_of(self._rows, goal), 0)
            return

        async def close(reason: str) -> None:
            from guidance.dates import parse_day
            from screens.retention import LookAtScreen

            proposed = await self.do(Casework.proposed_look_at, self.case_id)
            typed = await self.app.push_screen_wait(LookAtScreen(proposed))
            if typed is None:
                return
            look_at = parse_day(typed, words.today()) if typed else None
            await self.do(Casework.close_case, self.case_id, reason, look_at)
            self.said(_("The case is closed."))
            await self._load()

        question = _("Why is it closed now? The case can be read and opened again later.")
        await self.with_reason(_("Close the case"), question, close)

    def action_reopen(self) -> None:
        """Open a closed case again."""
        self.run_work(self._reopen(), group="close-case")

    async def _reopen(self) -> None:
        from store.casework import Casework

        async def reopen(reason: str) -> None:
            await self.do(Casework.reopen_case, self.case_id, reason)
            self.said(_("The case is open again."))
            await self._load()

        await self.with_reason(_("Open the case again"), _("Why is it opened again?"), reopen)

    def without_purpose(self) -> None:
        """Back to where one came from: nothing of the case was shown."""
        super().without_purpose()
        if self.record is None:
            self.dismiss(None)

    def action_go_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done here and now is offered."""
        if action in ("whole", "go_back"):
            # Escape goes from what was found to the whole register first.
            return (self._finding and self._pane_id == "evidence") == (action == "whole")
        if action not in _IN_CASE:
            return True
        if self.record is None or not self.is_mounted:
            return False
        closed = self.record.summary.closed_at is not None
        row = self._current
        match action:
            case "open":
                return row is not None and self._pane_id == "guide"
            case "change":
                if isinstance(self.focused, Input):
                    return False
                there = row is not None if self._pane_id != "evidence" else len(self._pieces) > 0
                return there and self._pane_id in ("notes", "evidence", "people") and not closed
            case "close":
                return not closed
            case "reopen":
                return closed
            case "erase_entry":
                return self._pane_id == "history" and row is not None
            case "custody":
                return self._pane_id == "evidence" and len(self._pieces) > 0
            case "find_piece":
                return self._pane_id == "evidence" and self.record.pieces > 0
            case "filing":
                return self._pane_id != "evidence"
            case "pass_on":
                return not closed
            case "every":
                return self._pane_id == "guide"
            case "wellbeing":
                return SIGNS in self._guide.specs
            case "screening" | "meeting":
                course = Course.SCREENING if action == "screening" else Course.MEETING
                return not closed and has_course(self._guide, course)
            case "jump":
                return isinstance(row, StepView) and lifting_step(self._guide, row) is not None
        return True
