"""What is kept of somebody of the programme, a mentoring or a concern, entry by entry, and the way to erase one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import moment, one_line
from screens.work import CaseWork

if TYPE_CHECKING:
    from store.cases.erasing_model import Doomed


class ThingHistoryScreen(CaseWork[None]):
    """The entries, the newest first."""

    CSS_PATH = "retention.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "erase", N_("Erase the entry")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#entries"

    def __init__(self, thing: str, name: str) -> None:
        """Of a participant, a mentoring or a concern, which is called so."""
        super().__init__()
        self._thing = thing
        self._called = name

    def heading(self) -> str:
        """Whose they are."""
        return _("Entries: {name}").format(name=one_line(self._called, 60))

    def body(self) -> ComposeResult:
        """What can go, the list, and the entry under the cursor in whole."""
        yield Plain(
            _("What was replaced can be erased by itself; what stands, when it is over."),
            classes="quiet",
        )
        yield LineList(self._row, empty=lambda: _("Nothing is kept."), id="entries")
        yield Plain("", id="whole")

    def on_screen_resume(self) -> None:
        """Fetch them whenever they are looked at."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        from store.casework import Casework

        found = await self.do(Casework.thing_history, self._thing)
        lines = self.query_one("#entries", LineList)
        lines.show(found[::-1], max(lines.cursor, 0))
        self._say_whole()

    @property
    def _current(self) -> Doomed | None:
        current: Doomed | None = self.query_one("#entries", LineList).current
        return current

    def _row(self, line: Doomed, width: int) -> Content:
        return fit(Content.assemble((f"{moment(line.at)}  ", "$text-muted"), one_line(line.words)), width)

    @on(LineList.Highlighted)
    def _say_whole(self) -> None:
        line = self._current
        self.query_one("#whole", Plain).update(f"{one_line(line.author)}: {one_line(line.words)}" if line else "")
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        await self._load()

    def action_erase(self) -> None:
        """Erase the entry under the cursor."""
        from screens.erase import EraseScreen

        if self._current is not None:
            self.app.push_screen(EraseScreen(register_entry=self._current.entry))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is an entry."""
        if action == "erase":
            return self.is_mounted and bool(self.query("#entries")) and self._current is not None
        return True

    def action_go_back(self) -> None:
        """Back."""
        self.dismiss(None)
