"""What was begun and not finished: choose one to go on with, or throw it away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _, ngettext
from screens.base import SeglScreen
from screens.evidence_pieces import PIECES, pieces_of_draft
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import CaseWork, read_draft
from store.model import CaseSummary, Evidence

if TYPE_CHECKING:
    from store.cases.cut_off import CutOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft: where it belongs and how it begins; or a clearing that was cut off."""

    key: str
    case: CaseSummary | None
    begins: str
    cut_off: CutOff | None = None

    @property
    def kind(self) -> str:
        """What it is a draft of."""
        return self.key.split("/")[0]


def kind_words(kind: str) -> str:
    """What a draft is of."""
    return {
        "note": _("note"),
        "new-case": _("new case"),
        "step": _("step"),
        "person": _("person"),
        "evidence": _("evidence"),
        "custody": _("custody"),
        "clear-copy": _("clearing"),
        "clearing": _("! cut off"),
        "level": _("level"),
        "screening": _("warning signs"),
        "meeting-plan": _("meeting plan"),
        "programme": _("mentorship programme"),
        "plan": _("plan"),
        "plan-version": _("plan"),
        "entry": _("directory"),
        "withhold": _("withholding"),
        "conflict": _("disagreement"),
        "share": _("sharing"),
        "hand-over": _("hand-over"),
        "filing-rule": _("filing"),
        "request": _("the police"),
    }.get(kind, kind)


_CHOSEN = frozenset(
    {
        "whom",
        "stands",
        "subject",
        "keep",
        "kind",
        "holder",
        "device",
        "copy",
        "event",
        "held_by",
        "roles",
        "age",
        PIECES,
    }
)


class DraftsScreen(CaseWork[None]):
    """All drafts of this vault."""

    CSS_PATH = "drafts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Go on")),
        Binding("delete", "drop", N_("Throw away")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "LineList"

    def __init__(self, cases: Sequence[CaseSummary]) -> None:
        super().__init__()
        self._cases = {case.id: case for case in cases}

    def heading(self) -> str:
        """The name of the screen."""
        return _("Drafts")

    def body(self) -> ComposeResult:
        """What they are, and the list."""
        yield Plain(_("What you have begun and not saved yet."), classes="quiet")
        yield LineList(self._row, empty=lambda: _("There are no drafts."), id="drafts")

    def on_screen_resume(self) -> None:
        """Fetch them whenever they are looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        found = await self.do(Casework.drafts)
        # Of what was cut off nobody knows whether the copy is gone: that comes first.
        rows = [
            Draft(
                key=f"clearing/{one.evidence}",
                case=self._cases.get(one.case),
                begins=_("clearing of E{number}: look what became of it").format(number=one.number),
                cut_off=one,
            )
            for one in await self.do(Casework.clearings_cut_off)
        ]
        for key, text in sorted(found.items()):
            parts = key.split("/")
            typed = {} if parts[0] == "withhold" else read_draft(text)
            # What is chosen from a list is no words.
            words = [value for id, value in typed.items() if value and id not in _CHOSEN]
            if pieces := len(pieces_of_draft(typed)):
                count = ngettext("{count} piece of evidence", "{count} pieces of evidence", pieces)
                words.insert(0, count.format(count=pieces))
            begins = one_line(" ".join(words))
            rows.append(Draft(key=key, case=self._cases.get(parts[1]) if len(parts) > 1 else None, begins=begins))
        self.query_one("#drafts", LineList).show(rows)

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        await self._load()

    def _row(self, draft: Draft, width: int) -> Content:
        where = f"{draft.case.reference} {one_line(draft.case.title)}" if draft.case else ""
        room = max(width - 12, 6)
        return Content.assemble(
            fit(kind_words(draft.kind), 12),
            fit(where, room // 2 - 1),
            " ",
            fit(Content.styled(draft.begins, "$text-muted"), room - room // 2),
        )

    @property
    def _current(self) -> Draft | None:
        found: object = self.query_one("#drafts", LineList).current
        return found if isinstance(found, Draft) else None

    @on(LineList.Chosen)
    def action_open(self) -> None:
        """Go on with the one under the cursor."""
        draft = self._current
        if draft is not None:
            self.run_work(self._open(draft), group="open-draft")

    async def _open(self, draft: Draft) -> None:
        from store.cases.errors import ItemUnknown
        from store.casework import Casework

        if draft.cut_off is not None:
            await self._open_custody(draft.cut_off, draft.case)
            return
        # One that lies beside another changes places with it: its screen offers one.
        draft = replace(draft, key=await self.do(Casework.take_up_draft, draft.key))
        if draft.kind == "new-case":
            from screens.new_case import NewCaseScreen

            self.app.push_screen(NewCaseScreen())
            return
        if draft.kind in ("plan", "plan-version", "entry"):
            await self._open_office(draft)
            return
        if draft.kind == "hand-over" and draft.case is None:
            from screens.hand_over import HandOverScreen

            self.app.push_screen(HandOverScreen())
            return
        if draft.kind == "filing-rule":
            from screens.filing_rule import FilingRuleScreen

            self.app.push_screen(FilingRuleScreen())
            return
        if draft.kind == "conflict" and draft.case is not None:
            await self._open_conflict(draft.case)
            return
        if draft.kind == "programme":
            from screens.programme import ProgrammeScreen

            self.app.push_screen(ProgrammeScreen())
            return
        if draft.case is None:
            return
        case_id = draft.case.id
        record = await self.do(Casework.view, case_id)
        last = draft.key.rpartition("/")[2]
        piece = None
        if draft.kind in ("custody", "clear-copy", "evidence"):
            with suppress(ItemUnknown):
                piece = await self.do(Casework.evidence_piece, case_id, last)
        screen = self._screen(draft, case_id, last, record, piece)
        if screen is not None:
            self.app.push_screen(screen)

    async def _open_custody(self, cut_off: CutOff, case: CaseSummary | None) -> None:
        """The custody of the piece, where the clearing is settled."""
        from screens.custody import CustodyScreen
        from store.casework import Casework

        piece = await self.do(Casework.evidence_piece, cut_off.case, cut_off.evidence)
        closed = case is not None and case.closed_at is not None
        self.app.push_screen(CustodyScreen(cut_off.case, piece, closed=closed))

    async def _open_conflict(self, case: CaseSummary) -> None:
        """The disagreement; where none is left, the case, and the draft is of no more use."""
        from screens.case import CaseScreen
        from screens.conflicts import ConflictsScreen
        from store.casework import Casework

        conflicts = await self.do(Casework.conflicts, case.id)
        name = f"{case.reference} {case.title}"
        self.app.push_screen(ConflictsScreen(case.id, name, conflicts) if conflicts else CaseScreen(case.id))

    async def _open_office(self, draft: Draft) -> None:
        """What belongs to the office and to no case."""
        from guidance import directory
        from screens.directory_entry import DirectoryEntryScreen
        from screens.plan_publish import PlanPublishScreen
        from screens.plan_question import PlanQuestionScreen
        from store.casework import Casework

        last = draft.key.partition("/")[2]
        if draft.kind == "plan-version":
            self.app.push_screen(PlanPublishScreen())
        elif draft.kind == "plan":
            plan = await self.do(Casework.plan)
            if plan.item(last):
                self.app.push_screen(PlanQuestionScreen(last, plan))
        elif draft.kind == "entry":
            entry = directory.find(last, await self.do(Casework.directory)) if last else None
            self.app.push_screen(DirectoryEntryScreen(entry))

    def _screen(
        self, draft: Draft, case_id: str, last: str, record: object, piece: Evidence | None
    ) -> SeglScreen[object] | None:
        from guidance.screening import Course
        from screens.case import CaseScreen
        from screens.clearing import ClearingScreen
        from screens.custody_form import CustodyFormScreen
        from screens.evidence import EvidenceScreen
        from screens.evidence_form import EvidenceFormScreen
        from screens.hand_over import HandOverScreen
        from screens.level import LevelScreen
        from screens.note import NoteScreen
        from screens.pass_on import PassOnScreen
        from screens.person import PersonScreen
        from screens.screening import ScreeningScreen
        from screens.seal import SealScreen
        from screens.share_form import ShareFormScreen
        from screens.step import StepScreen
        from store.model import CaseView, Purpose

        assert isinstance(record, CaseView)
        name = f"{record.summary.reference} {record.summary.title}"
        screen: object = CaseScreen(case_id)
        match draft.kind:
            case "note":
                screen = NoteScreen(case_id, name, next((note for note in record.notes if note.id == last), None))
            case "step" if record.guide.find(last):
                screen = StepScreen(case_id, last, record.guide)
            case "person":
                person = next((one for one in record.people if one.id == last), None)
                screen = PersonScreen(case_id, record.people, person)
            case "withhold":
                screen = SealScreen(case_id, name, purpose=Purpose.PERSON_CONCERNED)
            case "share":
                screen = ShareFormScreen(case_id, name)
            case "hand-over":
                screen = HandOverScreen(case_id, name)
            case "level":
                screen = LevelScreen(case_id, record)
            case "request":
                screen = PassOnScreen(case_id, name)
            case "screening" | "meeting-plan":
                screen = ScreeningScreen(case_id, name, record.guide, Course(draft.kind))
            case "custody" | "clear-copy":
                if piece is not None:
                    screen = (CustodyFormScreen if draft.kind == "custody" else ClearingScreen)(case_id, piece)
            case "evidence":
                if piece is not None:
                    screen = EvidenceFormScreen(case_id, [piece], number=piece.number, evidence_id=piece.id)
                else:
                    screen = EvidenceScreen(case_id, name)
        return screen  # type: ignore[return-value]

    def action_drop(self) -> None:
        """Throw the one under the cursor away, after asking."""
        draft = self._current
        if draft is not None and self.check_action("drop", ()):
            self.run_work(self._drop(draft), group="drop-draft")

    async def _drop(self, draft: Draft) -> None:
        from store.casework import Casework

        if await self.confirmed(_("Throw this draft away?"), yes=_("Yes, throw it away")):
            # The parts of a queue of files go with it; other drafts below a key are drafts of their own.
            drop = Casework.drop_drafts if draft.key.endswith("/queue") else Casework.drop_draft
            await self.do(drop, draft.key)
            await self._load()

    @on(LineList.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What was cut off is settled: thrown away, the way to settle it would be lost."""
        if action == "drop":
            draft = self._current if self.is_mounted and self.query("#drafts") else None
            return draft is None or draft.cut_off is None
        return True

    def action_go_back(self) -> None:
        """Back to the list of cases."""
        self.dismiss(None)
