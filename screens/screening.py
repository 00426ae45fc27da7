"""Warning signs, or the plan of a first meeting: one question a page, a way back, every answer checked, the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from guidance.directory import Entry
from guidance.guide import Guide, StepView
from guidance.language import N_, _
from guidance.model import FactValue
from guidance.screening import (
    DANGER,
    PLANNED,
    Course,
    answered,
    asked,
    emergency_first,
    lacking,
    nothing_seen,
    opened,
    pages,
    said_mark,
    signs_seen,
)
from screens.guide_words import fact_words
from screens.intake import fact_of
from screens.says import said_with
from screens.widgets.fact_form import FactForm
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import FormScreen

_PAGE = "page"
_SAID = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One line of the page that is checked: its page, the question, the answer, and whether it is a warning sign."""

    page: int
    question: str
    answer: str
    sign: bool


class ScreeningScreen(FormScreen[Guide]):
    """The pages of a screening or of a meeting plan; gives the guide as it is afterwards."""

    CSS_PATH = "screening.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Next")),
        Binding("ctrl+s", "save_answers", N_("Save")),
        Binding("ctrl+s", "to_case", N_("On to the case")),
        Binding("escape", "go_back", N_("Page before")),
        Binding("f8", "leave", N_("Leave")),
        Binding("pageup", "scroll(-5)", show=False),
        Binding("pagedown", "scroll(5)", show=False),
    ]
    AUTO_FOCUS = "FactForm Choices, FactForm Input, FactForm TextArea, #next"

    def __init__(self, case_id: str, case_name: str, guide: Guide, course: Course) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self.guide = guide
        self.course = course
        self.page = 0
        self.raw: dict[str, str] = {}
        self.after: Guide | None = None
        self._revisited = False
        self._keep_top = False
        self._seen: tuple[StepView, ...] = ()
        self._entries: tuple[Entry, ...] | None = None

    def heading(self) -> str:
        """What is gone through, and how far one has come."""
        name = _("Warning signs") if self.course is Course.SCREENING else _("Meeting plan")
        count = len(self._pages())
        if self.after is not None or self.page >= count:
            return name
        return f"{name} · " + _("page {page} of {pages}").format(page=self.page + 1, pages=count)

    def above(self) -> ComposeResult:
        """112 stays in sight, whatever page it is."""
        yield Plain(emergency_first(), id="danger")

    def body(self) -> ComposeResult:
        """The question of this page, the answers to be checked, or what came of it."""
        if self.after is not None:
            yield from self._outcome_page(self.after)
        elif self.page >= len(self._pages()):
            yield from self._check_page()
        else:
            yield from self._question_page(self._pages()[self.page])

    def answers(self) -> dict[str, FactValue]:
        """What has been answered so far and can be used."""
        found: dict[str, FactValue] = {}
        for fact, text in self.raw.items():
            spec = self.guide.specs.get(fact)
            if spec is None:
                if text == _SAID:
                    found[fact] = True
            elif (value := fact_of(spec, text, self.guide.today)) is not None:
                found[fact] = value
        return found

    def _pages(self) -> tuple[StepView, ...]:
        return pages(self.guide, self.course, self.answers())

    def _question_page(self, view: StepView) -> ComposeResult:
        step = view.step
        yield Plain(step.title.local(), classes="question")
        yield Plain(step.why.local(), id="why")
        yield Plain(step.how.local(), id="how")
        if step.says:
            yield Plain(Content("\n").join(said_with(step.says, self.guide.playbooks, self._entries)), id="said")
        for warning in view.warnings:
            yield Plain(f"▲ {warning.local()}", classes="banner")
        if step.sets:
            so_far = answered(self.guide, self.answers())
            specs = [so_far.specs[fact] for fact in step.sets if fact in so_far.specs]
            yield FactForm(specs, so_far.facts, so_far.specs, so_far.today)
        with Horizontal(classes="buttons"):
            yield Button(_("Next") if step.sets else _("It has been said: next"), id="next", variant="primary")
            if self.page:
                yield Button(_("Page before"), id="before")

    def _check_page(self) -> ComposeResult:
        yield Plain(_("Is this right?"), classes="question")
        yield Plain(_("Enter on a line goes back to it. Nothing is recorded before you say so here."), classes="quiet")
        yield LineList(self._answer_row, id="answers")
        with Horizontal(classes="buttons"):
            yield Button(_("Record it"), id="next", variant="primary")
            yield Button(_("Page before"), id="before")

    def _outcome_page(self, after: Guide) -> ComposeResult:
        planned = self.course is Course.MEETING and after.facts.values.get(PLANNED) is not False
        at_once = opened(after)
        if at_once:
            lines = [Content.styled(_("To be done at once:"), "bold")]
            lines += [Content.styled(f"! {view.step.title.local()}", "bold $error") for view in at_once]
            yield Plain(Content("\n").join(lines), id="at-once", classes="banner")
        if self.course is Course.SCREENING:
            if not self._seen:
                yield Plain(nothing_seen().local(), id="nothing-seen")
            for view in self._seen:
                parts = [
                    Content.styled(view.step.title.local(), "bold"),
                    Content(view.step.why.local()),
                    Content(view.step.how.local()),
                ]
                yield Plain(Content("\n").join(parts), classes="sign")
        elif planned:
            yield Plain(_("The plan is recorded. It can be printed, and taken along."), id="recorded")
        else:
            yield Plain(_("It is recorded that no meeting is planned. There is no plan to print."), id="recorded")
        with Horizontal(classes="buttons"):
            yield Button(_("On to the case"), id="finish", variant="primary")
            if planned:
                yield Button(_("Print ..."), id="print")

    def on_mount(self) -> None:
        """Show the first page; offer what was begun before."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        self._entries = await self.do(Casework.directory)
        if await self.offer_draft():
            await self._show(self.page)

    async def refresh_language(self) -> None:
        """Draw the page anew, with what was typed."""
        self._take()
        await self._show(self.page)

    async def _show(self, page: int) -> None:
        self.page = min(max(page, 0), len(self._pages()))
        with self.holding_keys():
            await self.recompose()
            for answers in self.query("#answers"):
                assert isinstance(answers, LineList)
                answers.show(self._answers())
            self._focus()
        self.query_one("TitleBar").heading = self.heading()  # type: ignore[attr-defined]
        self.refresh_bindings()

    def _focus(self) -> None:
        field = next(iter([*self._fields(), *self.query("#next, #finish")]), None)
        if field is not None:
            self.set_focus(field)
            # Where there is nothing to fill in, what is to be said comes first; the button may wait below.
            self._keep_top = isinstance(field, Button)

    def _show_label(self, field: Widget) -> None:
        if self._keep_top and isinstance(field, Button):
            self._keep_top = False
        else:
            super()._show_label(field)

    def action_scroll(self, by: int) -> None:
        """Move the text."""
        self.query_one("#body").scroll_relative(y=by, animate=False)

    def _take(self) -> None:
        """Take the answers of this page from its fields."""
        if self._drawing:
            return
        for form in self.query(FactForm):
            for question in form.questions:
                if question.has_class("-off"):
                    self.raw.pop(question.spec.id, None)
                else:
                    self.raw[question.spec.id] = question.raw()

    @property
    def draft_key(self) -> str:
        """One a case and course."""
        return f"{self.course}/{self.case_id}"

    def typed(self) -> dict[str, str]:
        """Every answer that is not recorded yet, and the page."""
        if self.after is not None:
            return {}
        self._take()
        recorded = self.guide.facts.values
        new = {
            fact: text
            for fact, text in self.raw.items()
            if text and (fact not in self.guide.specs or self.answers().get(fact) != recorded.get(fact))
        }
        return {**new, _PAGE: str(self.page)} if new else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back; the page is drawn by whoever calls."""
        self.raw = {fact: text for fact, text in typed.items() if fact != _PAGE}
        page = typed.get(_PAGE, "0")
        self.page = int(page) if page.isascii() and page.isdigit() else 0

    def go_on_after_choice(self) -> None:
        """Enter on an answer goes to the next field of the page, or to the next page."""
        if self._is_last_field():
            self.action_save()
        else:
            self.focus_next()

    def _fields(self) -> list[Widget]:
        return [
            field
            for question in self.query("FactForm Question")
            if not question.has_class("-off")
            for field in question.query("Choices, Input, TextArea")
        ]

    def _is_last_field(self) -> bool:
        fields = self._fields()
        return not fields or self.focused is fields[-1]

    @on(Button.Pressed, "#next")
    def action_save(self) -> None:
        """Go on; from the answers that were checked, record them."""
        if self.after is not None:
            self.dismiss(self.after)
        else:
            self.run_work(self._next(), group="next-page")

    action_save_answers = action_save
    action_to_case = action_save

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The same key goes on, saves, or leads to the case, by the page; its words say which."""
        if action not in ("save", "save_answers", "to_case"):
            return super().check_action(action, parameters)
        if self.after is not None:
            return action == "to_case"
        return action == ("save_answers" if self.page >= len(self._pages()) else "save")

    async def _next(self) -> None:
        self._take()
        shown = self._pages()
        if self.page >= len(shown):
            await self._record()
            return
        view = shown[self.page]
        for form in self.query(FactForm):
            wrong = form.check()
            if wrong is not None:
                wrong.focus_field()
                return
        if mark := said_mark(view):
            self.raw[mark] = _SAID
        if self._revisited:
            # An answer may have brought further questions; those come first.
            self._revisited = False
            missing = {page.id for page, _fact in lacking(self.guide, self.course, self.answers())}
            open_page = next((at for at, page in enumerate(self._pages()) if page.id in missing), len(self._pages()))
            await self._show(open_page)
            return
        await self._show(self._after_this(view))

    def _after_this(self, view: StepView) -> int:
        """The page after this one, where answers have brought or taken away others."""
        now = [page.id for page in self._pages()]
        return now.index(view.id) + 1 if view.id in now else self.page

    @on(Button.Pressed, "#before")
    def action_go_back(self) -> None:
        """Back to the page before; from the first one, leave."""
        if self.after is not None:
            self.dismiss(self.after)
        elif self.page:
            self.run_work(self._before(), group="next-page")
        else:
            self.action_leave()

    async def _before(self) -> None:
        self._take()
        self._revisited = False
        await self._show(self.page - 1)

    def action_leave(self) -> None:
        """Leave; what was answered stays as a draft."""
        if self.after is not None:
            self.dismiss(self.after)
        else:
            self.run_work(self.leave(), group="leave")

    async def _record(self) -> None:
        from store.casework import Casework

        answers = self.answers()
        missing = lacking(self.guide, self.course, answers)
        if missing:
            page = next(at for at, view in enumerate(self._pages()) if view.id == missing[0][0].id)
            await self._show(page)
            self.say_fault(_("This has to be answered."))
            return
        self._seen = signs_seen(self.guide, answers) if self.course is Course.SCREENING else ()
        after = await self.do(Casework.screen, self.case_id, self.course, answers)
        await self.drop_draft()
        self.after = after
        await self._show(self.page)

    @on(Button.Pressed, "#finish")
    def _finish(self) -> None:
        self.dismiss(self.after)

    @on(Button.Pressed, "#print")
    def _print(self) -> None:
        from screens.meeting_print import MeetingPrintScreen

        if self.after is not None:
            self.app.push_screen(MeetingPrintScreen(self.case_id, self.after))

    @on(LineList.Chosen, "#answers")
    def _to_page(self, event: LineList.Chosen) -> None:
        self._revisited = True
        self.run_work(self._show(self._answers()[event.index].page), group="next-page")

    def _answers(self) -> list[Answered]:
        answers = self.answers()
        known = {**self.guide.facts.values, **answers}
        raised = {view.id for view in signs_seen(self.guide, answers)}
        rows = []
        for place, view in enumerate(self._pages()):
            specs = asked(self.guide, view, answers)
            for spec in specs:
                value = known.get(spec.id)
                words = fact_words(spec, value) if value is not None else "–"
                sign = view.id in raised and (spec.id.startswith("sign.") or spec.id == DANGER)
                rows.append(Answered(page=place, question=spec.label.local(), answer=words, sign=sign))
            if not specs:
                rows.append(Answered(page=place, question=view.step.title.local(), answer=_("done"), sign=False))
        return rows

    def _answer_row(self, row: Answered, width: int) -> Content:
        answer = min(max(width // 3, 8), 30)
        style = "bold $error" if row.sign else ""
        return Content.assemble(
            ("! " if row.sign else "  ", style),
            fit(Content.styled(one_line(row.question), "$text-muted"), max(width - answer - 3, 4)),
            " ",
            fit(Content.styled(one_line(row.answer), style), answer),
        )
