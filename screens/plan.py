"""The office's preparedness plan: every question and how far it is; from here it is answered, published, compared."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from guidance.language import N_, _
from screens import plan_words
from screens.plan_words import Row
from screens.widgets.lines import LineList
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.work import CaseWork
from store.plan import Plan, PlanItem


class PlanScreen(CaseWork[None]):
    """The plan as it stands. With a question it begins by asking that one."""

    CSS_PATH = "plan.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", N_("Edit"), tooltip=N_("Give the answer")),
        Binding("u", "publish", N_("Publish")),
        Binding("m", "compare", N_("Compare")),
        Binding("x", "export", N_("Print"), tooltip=N_("Print or export")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "LineList"

    def __init__(self, question: str = "") -> None:
        super().__init__()
        self._ask_first = question
        self._plan: Plan | None = None

    def heading(self) -> str:
        """The name of the screen."""
        return _("Preparedness plan")

    def body(self) -> ComposeResult:
        """Where it stands, the questions, the one under the cursor whole."""
        yield Plain("", id="summary")
        yield ListDetail(
            plan_words.draw_row,
            plan_words.detail,
            choosable=lambda row: isinstance(row, PlanItem),
            id="questions",
        )

    def on_mount(self) -> None:
        """Where a question was named, ask it first."""
        if self._ask_first:
            self.run_work(self._answer(self._ask_first), group="answer")

    def on_screen_resume(self) -> None:
        """Fetch the plan whenever it is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        plan = await self.do(Casework.plan)
        first = self._plan is None
        self._plan = plan
        rows = plan_words.rows_of(plan)
        self._pane.show(rows, _first_open(rows) if first else None)
        self.query_one("#summary", Plain).update(plan_words.summary(plan))
        if first:
            self._pane.focus_list()
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        await self._load()
        self._pane.focus_list()

    @property
    def _pane(self) -> ListDetail[Row]:
        found: ListDetail[Row] = self.query_one("#questions", ListDetail)
        return found

    @on(LineList.Chosen)
    def action_answer(self) -> None:
        """Answer the question under the cursor, and go on to the next."""
        row = self._pane.current
        if isinstance(row, PlanItem) and row.still_asked:
            self.run_work(self._answer(row.id), group="answer")

    async def _answer(self, question: str) -> None:
        from screens.plan_question import PlanQuestionScreen
        from store.casework import Casework

        following: str | None = question
        while following:
            plan = await self.do(Casework.plan)
            following = await self.app.push_screen_wait(PlanQuestionScreen(following, plan))

    def action_publish(self) -> None:
        """Look through all answers and publish them."""
        from screens.plan_publish import PlanPublishScreen

        self.app.push_screen(PlanPublishScreen())

    def action_compare(self) -> None:
        """Hold two versions against each other."""
        from screens.plan_compare import PlanCompareScreen

        if self._plan is not None:
            self.app.push_screen(PlanCompareScreen(self._plan))

    def action_export(self) -> None:
        """Write the plan to a file."""
        from screens.plan_export import PlanExportScreen

        if self._plan is not None:
            self.app.push_screen(PlanExportScreen(self._plan))

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done is offered."""
        plan = self._plan
        match action:
            case "publish" | "export":
                return plan is not None and plan.answered > 0
            case "compare":
                return plan is not None and bool(plan.versions)
        return True


def _first_open(rows: list[Row]) -> int:
    """The first question without an answer, else the first."""
    open_ = (index for index, row in enumerate(rows) if isinstance(row, PlanItem) and row.now is None)
    return next(open_, 0)
