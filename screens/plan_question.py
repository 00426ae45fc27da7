"""One question of the plan a page: what to think of, the answer; a draft is kept all the time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.language import N_, _
from screens.plan_words import answer_lines
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.work import FormScreen, put_fields, take_fields
from store.plan import Plan


class PlanQuestionScreen(FormScreen[str]):
    """One question. Gives the id of the question to ask next; None goes back."""

    CSS_PATH = "plan_question.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Save and go on")),
        Binding("f7", "turn(-1)", N_("Before")),
        Binding("f8", "turn(1)", N_("Next")),
        Binding("f6", "clear", N_("Take back")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#answer"

    def __init__(self, question: str, plan: Plan) -> None:
        super().__init__()
        item = plan.item(question)
        assert item is not None
        self.item = item
        self.asked = item.asked
        self._questions = plan.questions
        self._first = item.now.text if item.now else ""

    def heading(self) -> str:
        """Which step of the plan it belongs to, and how far one is."""
        return _("{heading} · question {number} of {total}").format(
            heading=self.asked.heading.local(), number=self.asked.number, total=len(self._questions)
        )

    def body(self) -> ComposeResult:
        """The question, what to think of, the answer, and what stands now."""
        yield Plain(self.asked.question.question.local(), classes="strong", id="question")
        yield Plain(self.asked.question.help.local(), classes="quiet", id="help")
        yield Plain("", id="fault", classes="fault")
        yield PlainArea(self._first, id="answer")
        yield Plain("", id="standing")
        with Horizontal(classes="buttons"):
            yield Button(_("Save and go on"), id="save", variant="primary")

    def on_mount(self) -> None:
        """Offer what was begun before."""
        self.query_one("#fault").display = False
        area = self.query_one("#answer", PlainArea)
        area.move_cursor(area.document.end)
        self._show_standing()
        self.run_work(self.offer_draft(), group="begin")

    def _show_standing(self) -> None:
        item = self.item
        lines: list[Content] = []
        if item.now:
            lines += [Content.styled(_("The answer now is by:"), "$text-muted"), *list(answer_lines(item.now))[1:]]
        if item.published and item.changed:
            lines += [Content.styled(_("In the version in force it says:"), "bold"), *answer_lines(item.published)]
        standing = self.query_one("#standing", Plain)
        standing.display = bool(lines)
        standing.update(Content("\n").join(lines))

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        self.query_one("#fault").display = False
        self._show_standing()

    @property
    def draft_key(self) -> str:
        """One draft a question."""
        return f"plan/{self.asked.id}"

    def typed(self) -> dict[str, str]:
        """The answer, where it is another than the one that stands."""
        fields = take_fields(self, "answer")
        return fields if fields.get("answer", "").strip() != self._first.strip() else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back, with the cursor at its end."""
        put_fields(self, typed)
        area = self.query_one("#answer", PlainArea)
        area.move_cursor(area.document.end)

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Save the answer and go to the next question; one that is as it was is not saved again."""
        self.run_work(self._save(), group="save-answer")

    async def _save(self) -> None:
        from store.casework import Casework

        text = self.query_one("#answer", PlainArea).text
        if not text.strip():
            fault = self.query_one("#fault", Plain)
            fault.update(_("Write an answer, or go on without one: F8."))
            fault.display = True
            self.query_one("#answer").focus()
            return
        if text.strip() != self._first.strip():
            await self.do(Casework.answer_plan, self.asked.id, text)
            self.said(_("The answer is saved."))
        await self.drop_draft()
        self.dismiss(self._neighbour(1))

    def action_turn(self, by: int) -> None:
        """Go to the next question or the one before; what was typed stays as a draft."""
        self.run_work(self._turn(by), group="turn")

    async def _turn(self, by: int) -> None:
        goal = self._neighbour(by)
        if goal:
            await self.keep_draft()
            self.dismiss(goal)

    def _neighbour(self, by: int) -> str | None:
        index = self.asked.number - 1 + by
        return self._questions[index].id if 0 <= index < len(self._questions) else None

    def action_clear(self) -> None:
        """Take the answer back: the question is open again."""
        self.run_work(self._clear(), group="clear")

    async def _clear(self) -> None:
        from store.casework import Casework

        detail = _("A version that was published keeps it.")
        if await self.confirmed(_("Take the answer back?"), detail=detail, yes=_("Yes, take it back")):
            await self.do(Casework.clear_plan_answer, self.asked.id)
            await self.drop_draft()
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done is offered."""
        if action == "clear":
            return self.item.now is not None
        if action == "turn":
            return self._neighbour(int(str(parameters[0]))) is not None
        return True
