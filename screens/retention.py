"""The closed cases: when to look at each, what is held, and the way to erase one, or somebody in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from guidance.dates import parse_day
from guidance.language import N_, _
from screens.base import SeglModal
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import day, one_line, today
from screens.work import CaseWork

if TYPE_CHECKING:
    from datetime import date

    from store.cases.retention import Kept


class RetentionScreen(CaseWork[None]):
    """All of them, those to be looked at first coming first."""

    CSS_PATH = "retention.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Open")),
        Binding("d", "day", N_("Name the day")),
        Binding("h", "hold", N_("Hold it, or no longer")),
        Binding("delete", "erase", N_("Erase the case")),
        Binding("p", "person", N_("Erase somebody")),
        Binding("m", "programme", N_("Mentoring")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#closed"

    def __init__(self, case_id: str = "") -> None:
        """Show them, with the cursor at a case."""
        super().__init__()
        self._goal = case_id

    def heading(self) -> str:
        """What it is."""
        return _("Closed cases: keeping and erasing")

    def body(self) -> ComposeResult:
        """The list, and what is to be said of it."""
        yield Plain(
            _("Nothing is erased by itself. What is held, or not looked at yet, can't be erased."), classes="quiet"
        )
        yield LineList(self._row, id="closed")
        yield Plain("", id="none")

    def on_screen_resume(self) -> None:
        """Fetch them whenever they are looked at."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        from store.casework import Casework

        kept = await self.do(Casework.retention)
        goal = self._goal or (self._current.case if self._current else "")
        self._goal = ""
        at = next((place for place, one in enumerate(kept) if one.case == goal), 0)
        self.query_one("#closed", LineList).show(kept, at)
        self.query_one("#none", Plain).update("" if kept else _("No case is closed."))
        self.refresh_bindings()

    @property
    def _current(self) -> Kept | None:
        current: Kept | None = self.query_one("#closed", LineList).current
        return current

    def _row(self, kept: Kept, width: int) -> Content:
        when = day(kept.look_at) if kept.look_at else _("no day named")
        state = _("on hold") if kept.held else ("!" if kept.due else "")
        return Content.assemble(
            fit(when, 16).stylize("$warning" if kept.due else "$text-muted"),
            " ",
            fit(state, 10),
            f"{kept.reference}  ",
            fit(one_line(kept.title), max(width - 40, 6)),
        )

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        await self._load()

    @on(LineList.Chosen)
    def action_open(self) -> None:
        """Open the case."""
        from screens.case import CaseScreen

        if self._current is not None:
            self.app.push_screen(CaseScreen(self._current.case))

    def action_day(self) -> None:
        """Name the day to look at it."""
        if self._current is not None:
            self.run_work(self._name_day(self._current), group="day")

    async def _name_day(self, kept: Kept) -> None:
        from store.casework import Casework

        chosen = await self.app.push_screen_wait(LookAtScreen(kept.look_at))
        if chosen is None:
            return
        on = parse_day(chosen, today()) if chosen else None

        async def name(reason: str) -> None:
            await self.do(Casework.set_look_at, kept.case, on, reason)
            await self._load()

        await self.with_reason(_("When to look at it"), _("Why that day?"), name)

    def action_hold(self) -> None:
        """Hold it, or end the hold."""
        if self._current is not None:
            self.run_work(self._hold(self._current), group="hold")

    async def _hold(self, kept: Kept) -> None:
        await hold_or_release(self, kept.case, held=bool(kept.held))
        await self._load()

    def action_erase(self) -> None:
        """Erase the case whole."""
        from screens.erase import EraseScreen

        if self._current is not None:
            self.app.push_screen(EraseScreen(case_id=self._current.case))

    def action_programme(self) -> None:
        """What is over in the mentorship programme."""
        from screens.programme_kept import ProgrammeKeptScreen

        self.app.push_screen(ProgrammeKeptScreen())

    def action_person(self) -> None:
        """Erase somebody everywhere."""
        self.run_work(self._person(), group="person")

    async def _person(self) -> None:
        from screens.erase import EraseScreen
        from screens.reason import ReasonScreen

        question = _("Whose name, as it stands in the cases? What would go is shown first.")
        name = await self.app.push_screen_wait(ReasonScreen(_("Erase somebody"), question, blank=_("Write the name.")))
        if name:
            self.app.push_screen(EraseScreen(person=" ".join(name.split())))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is a case under the cursor."""
        if action in ("open", "day", "hold", "erase"):
            return self.is_mounted and bool(self.query("#closed")) and self._current is not None
        return True

    def action_go_back(self) -> None:
        """Back."""
        self.dismiss(None)


async def hold_or_release(screen: CaseWork[None], case: str, *, held: bool) -> None:
    """Ask for a reason, and hold a case or end its hold. Only inside `run_work`."""
    from store.casework import Casework

    async def act(reason: str) -> None:
        if held:
            await screen.do(Casework.end_hold, case, reason)
            screen.said(_("It is no longer held."))
        else:
            await screen.do(Casework.hold_case, case, reason)
            screen.said(_("It is held: nothing of it is erased."))

    if held:
        await screen.with_reason(_("No longer held"), _("Why may it be erased again?"), act)
    else:
        await screen.with_reason(_("Hold the case"), _("Why must nothing of it be erased?"), act)


class LookAtScreen(SeglModal[str]):
    """A day, as it is typed; empty where none is named, None where one goes back."""

    CSS_PATH = "retention.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Save"))]
    AUTO_FOCUS = "#look-at"

    def __init__(self, proposed: date | None, *, of_case: bool = True) -> None:
        super().__init__(classes="look-at")
        self._proposed = proposed
        self._of_case = of_case

    def heading(self) -> str:
        """What is asked."""
        return _("When to look at it")

    def body(self) -> ComposeResult:
        """The question and the field."""
        yield Plain(
            _("When is it to be looked at whether the case is still to be kept? (+5y is in five years; may be blank)")
            if self._of_case
            else _("When is it to be looked at whether it is still to be kept? (+5y is in five years; may be blank)"),
            id="question",
        )
        yield TextLine(
            self._proposed.isoformat() if self._proposed else "", id="look-at", compact=True, select_on_focus=False
        )
        yield Plain("", id="day", classes="quiet")

    @on(Input.Changed, "#look-at")
    def _say_day(self) -> None:
        found = parse_day(self.query_one("#look-at", Input).value, today())
        self.query_one("#day", Plain).update(day(found) if found else "")

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Give the day."""
        typed = self.query_one("#look-at", Input).value.strip()
        if typed and parse_day(typed, today()) is None:
            self.query_one("#day", Plain).update(_("That is no day."))
            return
        self.dismiss(typed)
