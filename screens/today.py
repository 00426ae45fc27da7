"""Today: what is overdue, due, waits or stands still over all cases; the first thing after unlocking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _, ngettext
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import moment, one_line
from screens.work import CaseWork
from store.plan import Plan
from store.today import Today, TodayGroup, TodayLine, due_words, group_words, step_words

if TYPE_CHECKING:
    from guidance.faults import PlaybookError
    from store.client import VaultClient
    from store.programme.model import Duty

PATIENCE: Final = 15
"""Guides worked out anew in one go: a moment of the vault's thread, so that other work comes in between."""

A_WEEK: Final = 7
"""Days ahead in which something of the mentorship programme is named here."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Over the lines of one group."""

    group: TodayGroup
    count: int


def rows_of(today: Today) -> Iterator[Heading | TodayLine]:
    """The lines with a heading over each group."""
    for group in TodayGroup:
        lines = [line for line in today.lines if line.group is group]
        if lines:
            yield Heading(group, len(lines))
            yield from lines


class TodayScreen(CaseWork[None]):
    """What is to be done now."""

    CSS_PATH = "today.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Open")),
        Binding("n", "note", N_("Note")),
        Binding("u", "snooze", N_("Put off")),
        Binding("l", "cases", N_("All cases")),
        Binding("o", "new_case", N_("New case")),
        Binding("f", "find", N_("Find")),
        Binding("k", "drafts", N_("Drafts")),
        Binding("m", "programme", N_("Mentoring")),
        Binding("b", "open_bundle", N_("Open sealed")),
        Binding("p", "plan", N_("Plan")),
        Binding("h", "directory", N_("Who helps")),
    ]
    AUTO_FOCUS = "#lines"

    def __init__(self, client: VaultClient | None = None) -> None:
        super().__init__(client)
        self._today: Today | None = None
        self._drafts: dict[str, str] = {}

    def heading(self) -> str:
        """The name of the screen."""
        return _("Today")

    def body(self) -> ComposeResult:
        """What needs to be known first, how much there is, and the lines."""
        yield Plain("", id="clock", classes="fault")
        yield Plain("", id="summary")
        yield Plain("", id="draft-line")
        yield Plain("", id="programme-line")
        yield Plain("", id="plan-line")
        yield Plain("", id="own-line")
        yield LineList(self._row, choosable=lambda row: isinstance(row, TodayLine), empty=self._nothing, id="lines")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.query_one("#clock").display = False
        self.query_one("#draft-line").display = False
        self.query_one("#programme-line").display = False
        self.query_one("#plan-line").display = False
        self.query_one("#own-line").display = False

    def on_screen_resume(self) -> None:
        """Look again whenever the page is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self._drafts = await self.do(Casework.drafts)
        self._show_plan(await self.do(Casework.plan))
        self._say_faults(await self.do(Casework.own_faults))
        while True:
            self._today = await self.do(Casework.today, patience=PATIENCE)
            self._fill()
            if not self._today.pending:
                break
        self._say_duties(await self.do(Casework.programme_duties), self._today.day)

    def _say_duties(self, duties: tuple[Duty, ...], today: date) -> None:
        """What the mentorship programme has to do within a week, in a line."""
        line = self.query_one("#programme-line", Plain)
        near = [duty for duty in duties if (duty.due_on - today).days <= A_WEEK]
        line.display = bool(near)
        if near:
            words = ngettext(
                "Mentorship programme: {count} thing to do. Press m.",
                "Mentorship programme: {count} things to do. Press m.",
                len(near),
            ).format(count=len(near))
            late = sum(duty.overdue for duty in near)
            if late:
                words += " ! " + ngettext("{count} overdue", "{count} overdue", late).format(count=late)
            line.update(Content.styled(words, "bold $error" if late else "$warning"))

    async def refresh_language(self) -> None:
        """The words of steps come from the vault: fetch them in the new language."""
        await super().refresh_language()
        self.on_mount()
        await self._load()

    def _show_plan(self, plan: Plan) -> None:
        """Say when the day has come to look at the office's plan again."""
        line = self.query_one("#plan-line", Plain)
        line.display = plan.review_due
        if plan.review_due:
            words = _("The preparedness plan is due to be looked at again. Press p to open it.")
            line.update(Content.styled(words, "$warning"))

    def _say_faults(self, faults: tuple[PlaybookError, ...]) -> None:
        """Name the office's own files of guidance that are not used, and why."""
        line = self.query_one("#own-line", Plain)
        line.display = bool(faults)
        if faults:
            words = _("Not used: {words}").format(words=one_line(faults[0].diagnostics().happened, 200))
            more = len(faults) - 1
            if more:
                words += " " + ngettext(
                    "And {count} more; 'segl playbook list' shows it.",
                    "And {count} more; 'segl playbook list' shows them.",
                    more,
                ).format(count=more)
            line.update(Content.styled(words, "bold $error"))

    @property
    def _list(self) -> LineList[Heading | TodayLine]:
        found: LineList[Heading | TodayLine] = self.query_one("#lines", LineList)
        return found

    @property
    def _line(self) -> TodayLine | None:
        row = self._list.current
        return row if isinstance(row, TodayLine) else None

    def _fill(self) -> None:
        today = self._today
        if today is None:
            return
        before = self._line
        rows = list(rows_of(today))
        at = 0
        if before is not None:
            same = [i for i, row in enumerate(rows) if isinstance(row, TodayLine) and row.case == before.case]
            exact = [i for i in same if getattr(rows[i], "step", "") == before.step]
            at = next(iter(exact or same), min(self._list.cursor, len(rows) - 1))
        self._list.show(rows, at)
        self.query_one("#summary", Plain).update(self._summary(today))
        clock = self.query_one("#clock", Plain)
        clock.display = today.newest_entry_at is not None
        if today.newest_entry_at is not None:
            words = _(
                "The newest entry is from {then}, later than this machine's clock. Is the date of the machine right?"
            )
            clock.update(words.format(then=moment(today.newest_entry_at)))
        drafts = self.query_one("#draft-line", Plain)
        drafts.display = bool(self._drafts)
        if self._drafts:
            words = ngettext(
                "You have {count} draft from before. Press k to go on with it.",
                "You have {count} drafts from before. Press k to go on with one.",
                len(self._drafts),
            )
            drafts.update(Content.styled(words.format(count=len(self._drafts)), "$warning"))
        self.refresh_bindings()

    def _summary(self, today: Today) -> Content:
        if today.pending:
            words = ngettext(
                "Looking through the cases: {count} left ...",
                "Looking through the cases: {count} left ...",
                today.pending,
            )
            return Content(words.format(count=today.pending))
        counts = {group: sum(line.group is group for line in today.lines) for group in TodayGroup}
        late, now = counts[TodayGroup.OVERDUE], counts[TodayGroup.TODAY]
        if not today.open_cases:
            return Content(_("No open cases."))
        if not any(count for group, count in counts.items() if group is not TodayGroup.LATER):
            return Content(_("Nothing is due within a week, and nothing waits."))
        parts: list[Content] = []
        if late:
            words = ngettext("{count} step overdue", "{count} steps overdue", late).format(count=late)
            parts.append(Content.styled(words, "bold $error"))
        else:
            parts.append(Content(_("nothing overdue")))
        if now:
            words = ngettext("{count} due today", "{count} due today", now).format(count=now)
            parts.append(Content.styled(words, "bold $warning"))
        else:
            parts.append(Content(_("nothing due today")))
        cases = ngettext("{count} open case", "{count} open cases", today.open_cases).format(count=today.open_cases)
        return Content(" · ").join([*parts, Content.styled(cases, "$text-muted")])

    def _nothing(self) -> str:
        if self._today is None or self._today.pending:
            return _("Fetching the cases ...")
        return _("No open cases. Press o to open the first one, l to see all cases.")

    def _row(self, row: Heading | TodayLine, width: int) -> Content:
        if isinstance(row, Heading):
            return Content.styled(f"{group_words(row.group).upper()} ({row.count})", "bold $primary")
        today = self._today
        assert today is not None
        late = row.group is TodayGroup.OVERDUE
        reference, when = 9 if width < 60 else 10, 22 if width >= 60 else 10
        room = max(width - 2 - reference - when - 1, 8)
        title = 0 if room < 30 else room * 2 // 5
        style = "$error bold" if late else "$warning" if row.group is TodayGroup.TODAY else "$text-muted"
        step = step_words(row)
        if not title and not step:
            step = row.title
        parts: list[Content | tuple[str, str] | str] = [
            ("! " if late else "  ", "$error bold"),
            fit(row.reference, reference),
        ]
        if title:
            parts += [fit(Content.styled(one_line(row.title), "$text-muted"), title - 1), " "]
        parts += [
            fit(one_line(step), room - title),
            " ",
            fit(Content.styled(due_words(row, today.day, short=width < 60), style), when),
        ]
        return Content.assemble(*parts)

    @on(LineList.Highlighted, "#lines")
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(LineList.Chosen, "#lines")
    def action_open(self) -> None:
        """Open the case at the step."""
        line = self._line
        if line is not None:
            from screens.case import CaseScreen

            self.app.push_screen(CaseScreen(line.case, step=line.step))

    def action_note(self) -> None:
        """Write a note in the case of this line."""
        line = self._line
        if line is not None:
            from screens.note import NoteScreen

            self.app.push_screen(NoteScreen(line.case, f"{line.reference} {line.title}"))

    def action_snooze(self) -> None:
        """Put the step off, with a reason; or take that back."""
        self.run_work(self._snooze(), group="snooze")

    async def _snooze(self) -> None:
        from screens.snooze import snoozed
        from store.casework import Casework

        line, today = self._line, self._today
        if line is None or today is None or not line.step:
            return
        if line.put_off:
            if await self.confirmed(_("Is the step no longer put off?"), yes=_("Yes, as before")):
                await self.do(Casework.end_snooze, line.case, line.step)
        else:
            answer = await snoozed(self, line.step_title, today.day)
            if answer is None:
                return
            await self.do(Casework.snooze, line.case, line.step, answer.until, answer.reason)
            self.said(_("Put off."))
        await self._load()

    def action_cases(self) -> None:
        """The list of all cases."""
        from screens.case_list import CaseListScreen

        self.app.push_screen(CaseListScreen())

    def action_find(self) -> None:
        """Find a case in the list."""
        self.run_work(self._find(), group="find")

    async def _find(self) -> None:
        from screens.case_list import CaseListScreen

        cases = CaseListScreen()
        await self.app.push_screen(cases)
        cases.action_find()

    def action_new_case(self) -> None:
        """Open a new case, and go on in it."""
        from screens.new_case import NewCaseScreen

        self.app.push_screen(NewCaseScreen(), self._opened)

    def _opened(self, case_id: str | None) -> None:
        if case_id:
            from screens.case import CaseScreen

            self.app.push_screen(CaseScreen(case_id))

    def action_drafts(self) -> None:
        """Go on with something that was begun."""
        self.run_work(self._show_drafts(), group="drafts")

    async def _show_drafts(self) -> None:
        from screens.drafts import DraftsScreen
        from store.casework import Casework

        self.app.push_screen(DraftsScreen(await self.do(Casework.cases)))

    def action_programme(self) -> None:
        """The mentorship programme."""
        from screens.programme import ProgrammeScreen

        self.app.push_screen(ProgrammeScreen())

    def action_open_bundle(self) -> None:
        """Open a sealed bundle."""
        from screens.open import OpenScreen

        self.app.push_screen(OpenScreen())

    def action_plan(self) -> None:
        """The office's preparedness plan."""
        from screens.plan import PlanScreen

        self.app.push_screen(PlanScreen())

    def action_directory(self) -> None:
        """The directory of help."""
        from screens.directory import DirectoryScreen

        self.app.push_screen(DirectoryScreen())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done is offered."""
        if action in ("open", "note", "snooze"):
            line: Any = self._line if self.is_mounted else None
            return line is not None and (action != "snooze" or bool(line.step))
        if action == "drafts":
            return bool(self._drafts)
        return True
