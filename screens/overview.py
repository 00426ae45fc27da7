"""The overview of who leads the office: how many cases, of which level, what is overdue. No notes, no titles."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from screens.widgets.lines import fit
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.words import day, one_line, visible
from screens.work import CaseWork
from store import status_words
from store.bundle.labels import case_kind_label
from store.status import Overview, StandIn, StatusLine


def draw_line(line: StatusLine, width: int) -> Content:
    """Reference, level, whose it is, and what is due."""
    level = str(line.status.level or "–")
    mark = " " if line.status.stand_in is StandIn.READS else "!"
    left = max(width - 16, 10)
    name = left * 3 // 5
    when = Content.styled(status_words.when(line), "bold $error" if line.overdue else "$text-muted")
    return Content.assemble(
        fit(line.status.reference, 10),
        fit(level, 3),
        Content.styled(mark + " ", "$warning"),
        fit(one_line(", ".join(line.names), 60), name),
        " ",
        fit(when, left - name),
    )


def line_detail(line: StatusLine, today: date) -> Content:
    """What else is known of it."""
    status = line.status
    lines = [
        Content.styled(f"{status.reference}  {case_kind_label(status.kind)}", "bold"),
        Content(
            _("Opened {opened}, last changed {changed}").format(opened=day(status.opened), changed=day(status.changed))
        ),
    ]
    lines.append(Content(status_words.as_of(line, today)))
    if words := status_words.stand_in(line):
        lines.append(Content.styled(visible(words), "$warning"))
    return Content("\n").join(lines)


class OverviewScreen(CaseWork[None]):
    """Open cases of the office, what is overdue first."""

    CSS_PATH = "overview.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "go_back", N_("Back"))]
    AUTO_FOCUS = "LineList"

    def __init__(self) -> None:
        super().__init__()
        self._overview: Overview | None = None

    def heading(self) -> str:
        """The name of the screen."""
        return _("Overview of the office")

    def body(self) -> ComposeResult:
        """Numbers, levels, who has no cases, who is silent, and a line a case."""
        yield Plain("", id="summary", classes="line strong")
        yield Plain("", id="levels", classes="line quiet")
        yield Plain("", id="heard", classes="line quiet")
        yield Plain("", id="without-cases", classes="line quiet")
        yield Plain("", id="doubts", classes="line")
        yield Plain("", id="silent", classes="line quiet")
        yield ListDetail(draw_line, self._detail, empty=lambda: _("No case is known here yet."), id="cases")

    def _detail(self, line: StatusLine) -> Content:
        assert self._overview is not None
        return line_detail(line, self._overview.day)

    def on_screen_resume(self) -> None:
        """Fetch it whenever it is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self._overview = found = await self.do(Casework.overview)
        self.query_one("#summary", Plain).update(status_words.summary(found))
        self.query_one("#levels", Plain).update(status_words.levels(found))
        doubts = Content.styled("\n".join(status_words.doubts(found)), "$warning")
        for id, words in (
            ("heard", Content(status_words.heard(found))),
            ("without-cases", Content(status_words.without_cases(found))),
            ("doubts", doubts),
            ("silent", Content(status_words.silent(found))),
        ):
            line = self.query_one(f"#{id}", Plain)
            line.display = bool(words)
            line.update(words)
        pane: ListDetail[StatusLine] = self.query_one("#cases", ListDetail)
        pane.show(found.open)
        pane.focus_list()

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        await self._load()

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)
