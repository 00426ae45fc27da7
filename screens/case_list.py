"""The list of cases: what is overdue first, a key to find one, a note in two keystrokes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from guidance.language import N_, _, ngettext
from screens.case_search import ORDERS, matching, order_words, searchable
from screens.today_words import drafts_line
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import due, one_line, today
from screens.work import CaseWork
from store.given_up import handed_over_words
from store.model import CaseSummary

if TYPE_CHECKING:
    from store.cases.cut_off import CutOff
    from store.client import VaultClient


class CaseListScreen(CaseWork[None]):
    """All cases of this vault."""

    CSS_PATH = "case_list.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Open")),
        Binding("n", "note", N_("Note")),
        Binding("o", "new_case", N_("New case")),
        Binding("f", "find", N_("Find")),
        Binding("k", "drafts", N_("Drafts")),
        Binding("s", "sort", N_("Sort")),
        Binding("v", "closed", N_("Closed too")),
        Binding("b", "open_bundle", N_("Open sealed")),
        Binding("t", "today", N_("Today")),
        Binding("m", "programme", N_("Mentoring")),
        Binding("p", "plan", N_("Plan")),
        Binding("h", "directory", N_("Who helps")),
        Binding("e", "exchange", N_("Exchange")),
        Binding("escape", "clear", N_("Whole list"), show=False),
    ]
    AUTO_FOCUS = "#cases"

    def __init__(self, client: VaultClient | None = None) -> None:
        super().__init__(client)
        self._cases: tuple[CaseSummary, ...] = ()
        self._texts: list[str] = []
        self._drafts: dict[str, str] = {}
        self._cut_off: tuple[CutOff, ...] = ()
        self._order = 0
        self._closed_too = False
        self._loaded = False
        self._searched = ""

    def heading(self) -> str:
        """The name of the screen."""
        return _("Cases")

    def body(self) -> ComposeResult:
        """A line that sums up, a field to find by, the list."""
        yield Plain("", id="summary")
        yield Plain("", id="draft-line")
        yield TextLine(
            placeholder=_("words of the title, number, level ..."), id="find", compact=True, select_on_focus=False
        )
        yield Plain("", id="columns", classes="quiet")
        yield LineList(self._row, empty=self._nothing, id="cases")

    def on_mount(self) -> None:
        """Fetch the cases."""
        self.query_one("#find").display = False
        self.query_one("#draft-line").display = False

    def on_screen_resume(self) -> None:
        """Fetch them again whenever the list is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        cases = await self.do(Casework.cases)
        self._texts = await self.client.look_aside(searchable, cases)
        self._cases = cases
        self._drafts = await self.do(Casework.drafts)
        self._cut_off = await self.do(Casework.clearings_cut_off)
        self._loaded = True
        self._fill()

    async def refresh_language(self) -> None:
        """The words of next steps come from the vault: fetch them in the new language."""
        await super().refresh_language()
        self.on_mount()
        await self._load()

    def _fill(self) -> None:
        lines = self._list
        order = ORDERS[self._order]
        find = self.query_one("#find", Input)
        shown = matching(self._cases, self._texts, find.value, closed=self._closed_too)
        shown.sort(key=order.key, reverse=order.last_first)
        current = lines.current
        at = next((i for i, case in enumerate(shown) if current is not None and case.id == current.id), 0)
        lines.show(shown, at)
        self.query_one("#summary", Plain).update(self._summary(len(shown)))
        drafts = self.query_one("#draft-line", Plain)
        said = drafts_line(len(self._drafts), len(self._cut_off))
        drafts.display = said is not None
        drafts.update(said or "")
        self.query_one("#columns", Plain).update(self._columns(lines.content_size.width))
        self.refresh_bindings()

    @property
    def _list(self) -> LineList[CaseSummary]:
        found: LineList[CaseSummary] = self.query_one("#cases", LineList)
        return found

    def _summary(self, shown: int) -> Content:
        live = [case for case in self._cases if case.closed_at is None and case.handed_over is None]
        late = sum(1 for case in live if case.overdue)
        parts = [ngettext("{count} open case", "{count} open cases", len(live)).format(count=len(live))]
        style = ""
        if late:
            style = "bold $error"
        overdue = ngettext("{count} with something overdue", "{count} with something overdue", late).format(count=late)
        closed = sum(1 for case in self._cases if case.closed_at is not None)
        if closed:
            parts.append(ngettext("{count} closed", "{count} closed", closed).format(count=closed))
        gone = len(self._cases) - len(live) - closed
        if gone:
            parts.append(ngettext("{count} handed over", "{count} handed over", gone).format(count=gone))
        pieces: list[Content | tuple[str, str] | str] = [" · ".join(parts)]
        if late:
            pieces += [" · ", (overdue, style)]
        pieces += [("   " + order_words(ORDERS[self._order]), "$text-muted")]
        if self.query_one("#find", Input).value:
            pieces += [("   " + _("{count} shown").format(count=shown), "$text-muted")]
        return Content.assemble(*pieces)

    def _widths(self, width: int) -> tuple[int, int, int, int]:
        """Cells for reference, title, next step and due date."""
        reference, when = 10, 19 if width >= 60 else 12
        room = max(width - 2 - reference - when - 5, 8)
        title = room if width < 60 else room * 5 // 9
        return reference, title, room - title, when

    def _columns(self, width: int) -> Content:
        reference, title, step, when = self._widths(width)
        parts: list[Content | str] = [
            "  ",
            fit(_("Case"), reference),
            fit(_("Title"), title - 1),
            " ",
            fit(_("Lvl"), 5),
        ]
        return Content.assemble(*parts, fit(_("Next step"), max(step - 1, 0)), " " if step else "", fit(_("Due"), when))

    def _row(self, case: CaseSummary, width: int) -> Content:
        reference, title, step, when = self._widths(width)
        late = case.overdue > 0
        level = str(case.level) if case.level else "–"
        due_words = _("closed") if case.closed_at else due(case.next_due, today())
        style = "$error bold" if late else "$warning" if case.next_due == today() else "$text-muted"
        if case.closed_at:
            style = "$text-muted"
        next_step = handed_over_words(case.handed_over) if case.handed_over else case.next_step
        return Content.assemble(
            ("! " if late else "  ", "$error bold"),
            fit(case.reference, reference),
            fit(one_line(case.title), title - 1),
            " ",
            fit(level, 5),
            fit(Content.styled(one_line(next_step), "$text-muted"), max(step - 1, 0)),
            " " if step else "",
            fit(Content.styled(due_words, style), when),
        )

    def _nothing(self) -> str:
        if not self._loaded:
            return _("Fetching the cases ...")
        if self._cases:
            return _("No case matches.")
        return _("No cases yet. Press o to open the first one.")

    @on(Input.Changed, "#find")
    def _typed(self) -> None:
        self._fill()

    @on(Input.Submitted, "#find")
    def _to_list(self) -> None:
        self._record_search()
        self._list.focus()

    def _record_search(self) -> None:
        """A search that somebody has come to the end of is on record, once."""
        words = self.query_one("#find", Input).value
        if not words.strip() or words == self._searched:
            return
        self._searched = words
        found = matching(self._cases, self._texts, words, closed=self._closed_too)
        self.run_work(self._keep_search(words, [case.id for case in found]), group="search")

    async def _keep_search(self, words: str, found: list[str]) -> None:
        from store.casework import Casework

        await self.do(Casework.record_search, words, found)

    def on_key(self, event: Any) -> None:
        """Down from the field goes into the list."""
        if event.key == "down" and self.focused is self.query_one("#find"):
            event.stop()
            self._to_list()

    @on(LineList.Chosen, "#cases")
    def action_open(self) -> None:
        """Open the case under the cursor."""
        case = self._list.current
        if case is not None:
            self._record_search()
            from screens.case import CaseScreen

            self.app.push_screen(CaseScreen(case.id))

    def action_note(self) -> None:
        """Write a note in the case under the cursor."""
        case = self._list.current
        if case is not None:
            from screens.note import NoteScreen

            self.app.push_screen(NoteScreen(case.id, f"{case.reference} {case.title}"))

    def action_new_case(self) -> None:
        """Open a new case, and go on in it."""
        from screens.new_case import NewCaseScreen

        self.app.push_screen(NewCaseScreen(), self._opened)

    def _opened(self, case_id: str | None) -> None:
        if case_id:
            from screens.case import CaseScreen

            self.app.push_screen(CaseScreen(case_id))

    def action_find(self) -> None:
        """Type to find."""
        find = self.query_one("#find", Input)
        find.display = True
        self.set_focus(find)

    def action_clear(self) -> None:
        """Back to the whole list; from there back to what is to be done today."""
        find = self.query_one("#find", Input)
        if not find.display and self._above_today():
            self.dismiss(None)
            return
        self._record_search()
        find.value = ""
        find.display = False
        self._list.focus()

    def _above_today(self) -> bool:
        from screens.today import TodayScreen

        return any(isinstance(screen, TodayScreen) for screen in self.app.screen_stack[:-1])

    def action_today(self) -> None:
        """Back to what is to be done today."""
        from screens.today import TodayScreen

        if self._above_today():
            self.dismiss(None)
        else:
            self.app.push_screen(TodayScreen())

    def action_sort(self) -> None:
        """Sort in the next way."""
        self._order = (self._order + 1) % len(ORDERS)
        self._fill()

    def action_closed(self) -> None:
        """Show closed cases too, or no longer."""
        self._closed_too = not self._closed_too
        self._fill()

    def action_drafts(self) -> None:
        """Go on with something that was begun."""
        from screens.drafts import DraftsScreen

        self.app.push_screen(DraftsScreen(self._cases))

    def action_open_bundle(self) -> None:
        """Open a sealed bundle."""
        from screens.open import OpenScreen

        self.app.push_screen(OpenScreen())

    def action_programme(self) -> None:
        """The mentorship programme."""
        from screens.programme import ProgrammeScreen

        self.app.push_screen(ProgrammeScreen())

    def action_plan(self) -> None:
        """The office's preparedness plan."""
        from screens.plan import PlanScreen

        self.app.push_screen(PlanScreen())

    def action_exchange(self) -> None:
        """What is not passed on yet, and passing it on."""
        from screens.exchange import ExchangeScreen

        self.app.push_screen(ExchangeScreen())

    def action_directory(self) -> None:
        """The directory of help."""
        from screens.directory import DirectoryScreen

        self.app.push_screen(DirectoryScreen())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done is offered."""
        if action in ("open", "note"):
            return self._loaded and self._list.current is not None
        if action == "drafts":
            return bool(self._drafts or self._cut_off)
        return True
