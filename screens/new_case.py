"""Open a new case: one question a page, always a way back, and a look at every answer before it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, TextArea

from guidance.language import N_, _
from screens.intake import FACT, Answers, fact_of
from screens.widgets.choices import Choices, Option
from screens.widgets.fact_form import Fault, Question
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import age, one_line, role, today, visible
from screens.work import FormScreen
from store.model import CaseKind, PersonDraft


class NewCaseScreen(FormScreen[str]):
    """The pages of an intake; gives the id of the new case."""

    CSS_PATH = "new_case.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Next")),
        Binding("escape", "go_back", N_("Page before")),
        Binding("f8", "leave", N_("Leave")),
        Binding("delete", "drop_person", N_("Take off the list"), show=False),
    ]
    AUTO_FOCUS = "#kind"

    def __init__(self) -> None:
        super().__init__()
        self.page = 0
        self.answers = Answers()
        self._revisited = False

    @property
    def page_id(self) -> str:
        """The page that is shown."""
        return self.answers.pages[min(self.page, len(self.answers.pages) - 1)]

    def heading(self) -> str:
        """How far one has come."""
        place = _("page {page} of {pages}").format(page=self.page + 1, pages=len(self.answers.pages))
        return f"{_('New case')} · {place}"

    def body(self) -> ComposeResult:
        """The question of this page, its field, and the way on."""
        pages: dict[str, Callable[[], ComposeResult]] = {
            "kind": self._kind_page,
            "title": self._title_page,
            "happened": self._happened_page,
            "people": self._people_page,
            "stand_in": self._stand_in_page,
            "check": self._check_page,
        }
        yield from pages.get(self.page_id, self._fact_page)()
        with Horizontal(classes="buttons"):
            last = self.page_id == "check"
            yield Button(_("Open the case") if last else _("Next"), id="next", variant="primary")
            if self.page:
                yield Button(_("Page before"), id="before")

    def _kind_page(self) -> ComposeResult:
        yield Plain(_("What sort of case is it?"), classes="question")
        yield Plain(_("It decides which guidance the case follows."), classes="quiet")
        labels = {
            "school": _("School or youth: a pupil or a young person has been violated"),
            "workplace": _("Workplace: an employee is harassed"),
            "mentoring": _("Mentoring: a concern about a mentor or a mentee"),
        }
        options = [Option(id=kind, label=labels[kind]) for kind in get_args(CaseKind)]
        yield Choices(options, chosen=(self.answers.fields.get("kind", "school"),), id="kind")

    def _title_page(self) -> ComposeResult:
        yield Plain(_("What is the case to be called?"), classes="question")
        yield Plain(_("A few words that tell it from the others. No full names are needed."), classes="quiet")
        yield TextLine(self.answers.fields.get("title", ""), id="title", compact=True, select_on_focus=False)

    def _happened_page(self) -> ComposeResult:
        yield Plain(_("What has happened, as it was told to you?"), classes="question")
        yield Plain(
            _("Who, what, where, when. It becomes the first note. You may leave it out and write it later."),
            classes="quiet",
        )
        yield PlainArea(self.answers.fields.get("happened", ""), id="happened")

    def _people_page(self) -> ComposeResult:
        yield Plain(_("Who is part of the case?"), classes="question")
        yield Plain(
            _("The person violated first. An initial will do. You may add people later as well."), classes="quiet"
        )
        yield LineList(self._person_row, empty=lambda: _("Nobody yet."), id="people")
        yield Button(_("Add somebody ..."), id="add")

    def _fact_page(self) -> ComposeResult:
        spec = self.answers.specs[self.page_id.removeprefix(FACT)]
        yield Plain(_("If you don't know yet, go on: it is asked again later."), classes="quiet")
        yield Question(spec, fact_of(spec, self.answers.fields.get(self.page_id, ""), today()), today())

    def _stand_in_page(self) -> ComposeResult:
        yield Plain(_("Who may read the case if you are ill?"), classes="question")
        yield Plain(_("A stand-in, so that illness never locks a child out."), classes="quiet")
        yield TextLine(
            self.answers.fields.get("stand_in", ""),
            id="stand_in",
            placeholder=_("name"),
            compact=True,
            select_on_focus=False,
        )
        yield Plain(_("Nobody? Then write why. It stays in the case, and the leader sees it."), classes="label")
        yield TextLine(
            self.answers.fields.get("no_stand_in", ""),
            id="no_stand_in",
            placeholder=_("reason"),
            compact=True,
            select_on_focus=False,
        )

    def _check_page(self) -> ComposeResult:
        yield Plain(_("Is this right?"), classes="question")
        yield Plain(_("Enter on a line goes back to it."), classes="quiet")
        yield LineList(self._answer_row, id="answers")

    def on_mount(self) -> None:
        """Show the first page; offer what was begun before."""
        self._settle()
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        if await self.offer_draft():
            await self._show(self.page)

    def _settle(self) -> None:
        for people in self.query("#people"):
            assert isinstance(people, LineList)
            people.show(self.answers.people)
        for answers in self.query("#answers"):
            assert isinstance(answers, LineList)
            answers.show(self.answers.lines())

    async def refresh_language(self) -> None:
        """Draw the page anew, with what was typed."""
        self._take()
        await self._show(self.page)
        self.refresh_bindings()

    async def _show(self, page: int) -> None:
        self.page = page
        await self.recompose()
        self._settle()
        field = next(iter(self.query("#body Choices, #body Input, #body TextArea, #body LineList, #body Button")), None)
        if self.page_id == "people" and not self.answers.people:
            field = self.query_one("#add")
        elif self.page_id == "check":
            field = self.query_one("#next")
        if field is not None:
            field.focus()
        self.refresh_bindings()

    def _take(self) -> None:
        """Take the answer of this page from its fields."""
        if self._drawing:
            return
        for question in self.query(Question):
            self.answers.fields[f"{FACT}{question.spec.id}"] = question.raw()
        for id in ("kind", "title", "happened", "stand_in", "no_stand_in"):
            for field in self.query(f"#body #{id}"):
                if isinstance(field, Choices):
                    self.answers.fields[id] = " ".join(field.chosen)
                elif isinstance(field, Input):
                    self.answers.fields[id] = field.value
                elif isinstance(field, TextArea):
                    self.answers.fields[id] = field.text

    def _wrong(self) -> str:
        """What this page still needs, in words; empty where it is in order."""
        for question in self.query(Question):
            if isinstance(fault := question.value(), Fault):
                return fault.words
        return self.answers.wrong(self.page_id)

    @property
    def draft_key(self) -> str:
        """One case is begun at a time."""
        return "new-case"

    def typed(self) -> dict[str, str]:
        """All answers so far; nothing as long as only the kind is chosen."""
        self._take()
        draft = self.answers.draft()
        return {**draft, "page": str(self.page)} if draft else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back; the page is drawn by whoever calls."""
        self.answers.put_draft(typed)
        page = typed.get("page", "0")
        self.page = min(int(page), len(self.answers.pages) - 1) if page.isascii() and page.isdigit() else 0

    def go_on_after_choice(self) -> None:
        """A page has one question: Enter on an answer goes to the next page."""
        self.action_save()

    @on(Button.Pressed, "#next")
    @on(Input.Submitted)
    def action_save(self) -> None:
        """Go on; on the last page, open the case."""
        self.run_work(self._next(), group="next-page")

    async def _next(self) -> None:
        self._take()
        wrong = self._wrong()
        if wrong:
            self.say_fault(wrong)
            return
        if self.page_id == "check":
            await self._open()
        elif self._revisited:
            self._revisited = False
            await self._show(len(self.answers.pages) - 1)
        else:
            await self._show(self.page + 1)

    @on(Button.Pressed, "#before")
    def action_go_back(self) -> None:
        """Back to the page before; from the first one, leave."""
        if self.page:
            self.run_work(self._back(), group="next-page")
        else:
            self.action_leave()

    async def _back(self) -> None:
        self._take()
        self._revisited = False
        await self._show(self.page - 1)

    def action_leave(self) -> None:
        """Leave, after saying what becomes of what was typed."""
        self.run_work(self._leave(), group="leave")

    async def _leave(self) -> None:
        if self.typed() and not await self.confirmed(
            _("Leave the new case?"),
            detail=_("It is not opened yet. What you have written is kept as a draft, and offered when you come back."),
            yes=_("Yes, leave"),
        ):
            return
        await self.leave()

    async def _open(self) -> None:
        from store.casework import Casework

        summary = await self.do(Casework.new_case, self.answers.intake())
        await self.drop_draft()
        self.said(_("Case {reference} is opened.").format(reference=summary.reference))
        self.dismiss(summary.id)

    @on(Button.Pressed, "#add")
    def _add(self) -> None:
        self.run_work(self._person(None), group="person")

    @on(LineList.Chosen, "#people")
    def _change(self, event: LineList.Chosen) -> None:
        self.run_work(self._person(event.index), group="person")

    async def _person(self, index: int | None) -> None:
        from screens.person import PersonScreen

        person = self.answers.people[index] if index is not None else None
        draft = await self.app.push_screen_wait(PersonScreen(None, self.answers.people, person))
        if draft is None:
            return
        if index is None:
            self.answers.people.append(draft)
        else:
            self.answers.people[index] = draft
        self._settle()
        self.query_one("#next").focus()

    def action_drop_person(self) -> None:
        """Take somebody off the list."""
        for people in self.query("#people"):
            assert isinstance(people, LineList)
            if people.has_focus and people.current is not None:
                self.answers.drop_person(people.cursor)
                self._settle()

    @on(LineList.Chosen, "#answers")
    def _to_page(self, event: LineList.Chosen) -> None:
        self._revisited = True
        self.run_work(self._show(self.answers.pages.index(self.answers.lines()[event.index][0])), group="next-page")

    def _person_row(self, person: PersonDraft, width: int) -> Content:
        name = max(width // 3, 8)
        roles = ", ".join(role(one) for one in person.roles)
        return Content.assemble(
            fit(one_line(person.name), name - 1),
            " ",
            fit(Content.styled(f"{roles} · {age(person.age)}", "$text-muted"), max(width - name, 4)),
        )

    def _answer_row(self, row: tuple[str, str, str], width: int) -> Content:
        _page, question, answer = row
        return Content.assemble(
            fit(Content.styled(question, "$text-muted"), min(34, width // 2)), " ", one_line(visible(answer), width)
        )
