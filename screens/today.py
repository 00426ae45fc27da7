"""Today: what is overdue, due, waits or stands still over all cases; the first thing after unlocking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from screens import today_words as words
from screens.today_ways import TodayWays
from screens.wanted import cards_wanted
from screens.widgets.lines import LineList
from screens.widgets.plain import Plain
from store.today import Today, TodayLine

if TYPE_CHECKING:
    from store.cases.cut_off import CutOff
    from store.client import VaultClient
    from store.home import Home

PATIENCE: Final = 15
"""Guides worked out anew in one go: a moment of the vault's thread, so that other work comes in between."""

FIRST_LINES: Final = (
    "draft-line",
    "programme-line",
    "plan-line",
    "filing-line",
    "own-line",
    "exchange-line",
    "backup-line",
    "member-line",
)
"""What is to be known before the list, each only where it is so."""


class TodayScreen(TodayWays):
    """What is to be done now."""

    CSS_PATH = "today.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Open")),
        Binding("n", "note", N_("Note")),
        Binding("o", "new_case", N_("New case")),
        Binding("l", "cases", N_("All cases")),
        Binding("u", "snooze", N_("Put off")),
        Binding("f", "find", N_("Find")),
        Binding("k", "drafts", N_("Drafts")),
        Binding("m", "programme", N_("Mentoring")),
        Binding("b", "open_bundle", N_("Open sealed")),
        Binding("p", "plan", N_("Plan")),
        Binding("h", "directory", N_("Who helps")),
        Binding("e", "exchange", N_("Exchange")),
        Binding("v", "vault", N_("Vault")),
        Binding("s", "backup", N_("Backup")),
        Binding("a", "members", N_("The office")),
        Binding("r", "retention", N_("Closed cases")),
    ]
    AUTO_FOCUS = "#lines"

    def __init__(self, client: VaultClient | None = None) -> None:
        super().__init__(client)
        self._today: Today | None = None
        self._drafts: dict[str, str] = {}
        self._cut_off: tuple[CutOff, ...] = ()

    def heading(self) -> str:
        """The name of the screen."""
        return _("Today")

    def body(self) -> ComposeResult:
        """What needs to be known first, how much there is, and the lines."""
        yield Plain("", id="clock", classes="fault")
        yield Plain("", id="summary")
        for line in FIRST_LINES:
            yield Plain("", id=line)
        yield LineList(self._row, choosable=lambda row: isinstance(row, TodayLine), empty=self._nothing, id="lines")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        for line in ("clock", *FIRST_LINES):
            self._say(line, None)

    def _say(self, line: str, words: Content | None) -> None:
        """Put words into a line above the list; without words the line is not there."""
        shown = self.query_one(f"#{line}", Plain)
        shown.display = words is not None
        shown.update(words or "")

    def on_screen_resume(self) -> None:
        """Look again whenever the page is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self._drafts = await self.do(Casework.drafts)
        self._cut_off = await self.do(Casework.clearings_cut_off)
        self._say("plan-line", words.plan_line(await self.do(Casework.plan)))
        self._say("own-line", words.faults_line(await self.do(Casework.own_faults)))
        self._say("filing-line", words.filing_line(await self.do(Casework.filings_due)))
        while True:
            self._today = await self.do(Casework.today, patience=PATIENCE)
            self._fill()
            if not self._today.pending:
                break
        duties = await self.do(Casework.programme_duties)
        self._say("programme-line", words.programme_line(duties, self._today.day))
        self._say("exchange-line", words.exchange_line(await self.do(Casework.exchange_waits)))
        self._say("backup-line", words.backup_line(await self.do(Casework.backup_state)))
        membership = await self.do(Casework.membership)
        left = [one.author.name for one in await self.do(Casework.leavings) if not one.renewed]
        if self.is_attached:
            waiting = [one.card.name for one in cards_wanted(self.app) if one.card] if membership.administrator else []
            left = left if await self._is_shared() else []
            approved = not await self.do(Casework.not_approved)
            self._say("member-line", words.member_line(membership, waiting, left, approved=approved))

    async def _is_shared(self) -> bool:
        """Whether others have a vault on this workstation, too."""
        home: Home | None = getattr(self.app, "home", None)
        return home is not None and len(await self.client.look_aside(home.vaults)) > 1

    async def refresh_language(self) -> None:
        """The words of steps come from the vault: fetch them in the new language."""
        await super().refresh_language()
        self.on_mount()
        await self._load()

    @property
    def _list(self) -> LineList[words.Heading | TodayLine]:
        found: LineList[words.Heading | TodayLine] = self.query_one("#lines", LineList)
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
        rows = list(words.rows_of(today))
        at = 0
        if before is not None:
            same = [i for i, row in enumerate(rows) if isinstance(row, TodayLine) and row.case == before.case]
            exact = [i for i in same if getattr(rows[i], "step", "") == before.step]
            at = next(iter(exact or same), min(self._list.cursor, len(rows) - 1))
        self._list.show(rows, at)
        self.query_one("#summary", Plain).update(words.summary_line(today))
        self._say("clock", words.clock_line(today))
        self._say("draft-line", words.drafts_line(len(self._drafts), len(self._cut_off)))
        self.refresh_bindings()

    def _nothing(self) -> str:
        if self._today is None or self._today.pending:
            return _("Fetching the cases ...")
        return _("No open cases. Press o to open the first one, l to see all cases.")

    def _row(self, row: words.Heading | TodayLine, width: int) -> Content:
        assert self._today is not None
        return words.list_line(row, width, self._today.day)

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done is offered."""
        if action in ("open", "note", "snooze"):
            line: Any = self._line if self.is_mounted else None
            return line is not None and (action != "snooze" or bool(line.step))
        if action == "drafts":
            return bool(self._drafts or self._cut_off)
        return True
