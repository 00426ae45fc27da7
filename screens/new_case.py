"""Open a new case: one question a page, always a way back, and a look at every answer before it is opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, TextArea

from guidance.guide import CaseFacts
from guidance.known import Known
from guidance.language import N_, _
from guidance.loader import for_kind
from guidance.merge import merge_facts
from guidance.model import FactSpec, FactType, FactValue
from guidance.refusals import FactNotValid
from guidance.values import parse_value
from screens.dates import parse_day
from screens.guide_words import fact_words
from screens.widgets.choices import Choices, Option
from screens.widgets.fact_form import Fault, Question
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import age, case_kind, one_line, role, today, visible
from screens.work import FormScreen
from store.model import Age, CaseKind, Intake, PersonDraft, Role

BEFORE: Final = ("kind", "title", "happened", "people")
AFTER: Final = ("stand_in", "check")
FACT: Final = "fact:"
VICTIM_AGE: Final = "victim.age"
"""The fact that follows from who was added: it is asked for only where nobody violated is among them."""


def kind_of(text: str) -> CaseKind:
    """The kind that was chosen; a school's where none was."""
    return next((kind for kind in get_args(CaseKind) if kind == text), "school")


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
        self.fields: dict[str, str] = {}
        self.people: list[PersonDraft] = []
        self._revisited = False

    @property
    def specs(self) -> dict[str, FactSpec]:
        """The facts that may be answered when a case of this kind is opened."""
        merged = merge_facts(for_kind(kind_of(self.fields.get("kind", ""))))
        return {id: spec for id, spec in merged.items() if spec.intake}

    @property
    def pages(self) -> tuple[str, ...]:
        """The ids of the pages, in order: those of the facts depend on the kind, the people and the answers."""
        specs, values = self.specs, self.facts()
        facts = CaseFacts(opened_at=datetime.now(UTC), kind=kind_of(self.fields.get("kind", "")), values=values)
        known = Known(facts, specs)
        derived = {VICTIM_AGE} if self._victim_age() else set()
        asked = [f"{FACT}{id}" for id, spec in specs.items() if id not in derived and known.may_meet_all(spec.when)]
        return (*BEFORE, *asked, *AFTER)

    @property
    def page_id(self) -> str:
        """The page that is shown."""
        return self.pages[min(self.page, len(self.pages) - 1)]

    def _victim_age(self) -> str:
        ages = {person.age for person in self.people if Role.VICTIM in person.roles} - {Age.UNKNOWN}
        return ages.pop().value if len(ages) == 1 else ""

    def facts(self) -> dict[str, FactValue]:
        """What is known of the case by the answers so far."""
        found: dict[str, FactValue] = {}
        for id, spec in self.specs.items():
            raw = self.fields.get(f"{FACT}{id}", "")
            if id == VICTIM_AGE:
                raw = self._victim_age() or raw
            value = fact_of(spec, raw, today())
            if value is not None:
                found[id] = value
        return found

    def heading(self) -> str:
        """How far one has come."""
        place = _("page {page} of {pages}").format(page=self.page + 1, pages=len(self.pages))
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
        yield Choices(options, chosen=(self.fields.get("kind", "school"),), id="kind")

    def _title_page(self) -> ComposeResult:
        yield Plain(_("What is the case to be called?"), classes="question")
        yield Plain(_("A few words that tell it from the others. No full names are needed."), classes="quiet")
        yield Input(self.fields.get("title", ""), id="title", compact=True, select_on_focus=False)

    def _happened_page(self) -> ComposeResult:
        yield Plain(_("What has happened, as it was told to you?"), classes="question")
        yield Plain(
            _("Who, what, where, when. It becomes the first note. You may leave it out and write it later."),
            classes="quiet",
        )
        yield PlainArea(self.fields.get("happened", ""), id="happened")

    def _people_page(self) -> ComposeResult:
        yield Plain(_("Who is part of the case?"), classes="question")
        yield Plain(
            _("The person violated first. An initial will do. You may add people later as well."), classes="quiet"
        )
        yield LineList(self._person_row, empty=lambda: _("Nobody yet."), id="people")
        yield Button(_("Add somebody ..."), id="add")

    def _fact_page(self) -> ComposeResult:
        spec = self.specs[self.page_id.removeprefix(FACT)]
        yield Plain(_("If you don't know yet, go on: it is asked again later."), classes="quiet")
        yield Question(spec, fact_of(spec, self.fields.get(self.page_id, ""), today()), today())

    def _stand_in_page(self) -> ComposeResult:
        yield Plain(_("Who may read the case if you are ill?"), classes="question")
        yield Plain(_("A stand-in, so that illness never locks a child out."), classes="quiet")
        yield Input(
            self.fields.get("stand_in", ""), id="stand_in", placeholder=_("name"), compact=True, select_on_focus=False
        )
        yield Plain(_("Nobody? Then write why. The leader can see the reason."), classes="label")
        yield Input(
            self.fields.get("no_stand_in", ""),
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
            people.show(self.people)
        for answers in self.query("#answers"):
            assert isinstance(answers, LineList)
            answers.show(self._answers())

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
        if self.page_id == "people" and not self.people:
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
            self.fields[f"{FACT}{question.spec.id}"] = question.raw()
        for id in ("kind", "title", "happened", "stand_in", "no_stand_in"):
            for field in self.query(f"#body #{id}"):
                if isinstance(field, Choices):
                    self.fields[id] = " ".join(field.chosen)
                elif isinstance(field, Input):
                    self.fields[id] = field.value
                elif isinstance(field, TextArea):
                    self.fields[id] = field.text

    def _wrong(self) -> str:
        """What this page still needs, in words; empty where it is in order."""
        page = self.page_id
        for question in self.query(Question):
            if isinstance(fault := question.value(), Fault):
                return fault.words
        if page == "kind" and not self.fields.get("kind"):
            return _("Choose one.")
        if page == "title" and not self.fields.get("title", "").strip():
            return _("Write a few words.")
        stands = self.fields.get("stand_in", "").strip() or self.fields.get("no_stand_in", "").strip()
        if page == "stand_in" and not stands:
            return _("Name somebody, or write why nobody may read it.")
        return ""

    @property
    def draft_key(self) -> str:
        """One case is begun at a time."""
        return "new-case"

    def typed(self) -> dict[str, str]:
        """All answers so far; nothing as long as only the kind is chosen."""
        self._take()
        rest = {id: text for id, text in self.fields.items() if id != "kind" and text.strip()}
        if not rest and not self.people:
            return {}
        people = json.dumps([asdict(person) for person in self.people])
        return {**rest, "kind": self.fields.get("kind", ""), "people": people, "page": str(self.page)}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back; the page is drawn by whoever calls."""
        self.fields = {id: text for id, text in typed.items() if id not in ("people", "page")}
        self.people = people_of(typed.get("people", ""))
        page = typed.get("page", "0")
        self.page = min(int(page), len(self.pages) - 1) if page.isascii() and page.isdigit() else 0

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
            await self._show(len(self.pages) - 1)
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

    def _is_asked(self, id: str) -> bool:
        return id == VICTIM_AGE or f"{FACT}{id}" in self.pages

    async def _open(self) -> None:
        from store.casework import Casework

        intake = Intake(
            title=self.fields.get("title", "").strip(),
            kind=kind_of(self.fields.get("kind", "")),
            happened=self.fields.get("happened", "").strip(),
            people=tuple(self.people),
            facts={id: value for id, value in self.facts().items() if self._is_asked(id)},
            stand_in=self.fields.get("stand_in", "").strip(),
            no_stand_in_reason=self.fields.get("no_stand_in", "").strip(),
        )
        summary = await self.do(Casework.new_case, intake)
        await self.drop_draft()
        self.said(_("Case {reference} is open.").format(reference=summary.reference))
        self.dismiss(summary.id)

    @on(Button.Pressed, "#add")
    def _add(self) -> None:
        self.run_work(self._person(None), group="person")

    @on(LineList.Chosen, "#people")
    def _change(self, event: LineList.Chosen) -> None:
        self.run_work(self._person(event.index), group="person")

    async def _person(self, index: int | None) -> None:
        from screens.person import PersonScreen

        person = self.people[index] if index is not None else None
        draft = await self.app.push_screen_wait(PersonScreen(None, self.people, person))
        if draft is None:
            return
        if index is None:
            self.people.append(draft)
        else:
            self.people[index] = draft
        self._settle()
        self.query_one("#next").focus()

    def action_drop_person(self) -> None:
        """Take somebody off the list."""
        for people in self.query("#people"):
            assert isinstance(people, LineList)
            if people.has_focus and people.current is not None:
                gone = self.people.pop(people.cursor)
                self.people = [without(person, gone.name) for person in self.people]
                self._settle()

    @on(LineList.Chosen, "#answers")
    def _to_page(self, event: LineList.Chosen) -> None:
        self._revisited = True
        self.run_work(self._show(self.pages.index(self._answers()[event.index][0])), group="next-page")

    def _person_row(self, person: PersonDraft, width: int) -> Content:
        name = max(width // 3, 8)
        roles = ", ".join(role(one) for one in person.roles)
        return Content.assemble(
            fit(one_line(person.name), name - 1),
            " ",
            fit(Content.styled(f"{roles} · {age(person.age)}", "$text-muted"), max(width - name, 4)),
        )

    def _answers(self) -> list[tuple[str, str, str]]:
        """Page, question and answer, for the last look."""
        nothing = "–"
        kind = kind_of(self.fields.get("kind", ""))
        specs, values = self.specs, self.facts()
        people = "; ".join(f"{one.name} ({', '.join(role(r) for r in one.roles)})" for one in self.people)
        stand_in = self.fields.get("stand_in", "").strip()
        if not stand_in:
            stand_in = _("nobody: {reason}").format(reason=self.fields.get("no_stand_in", ""))
        return [
            ("kind", _("Sort of case"), case_kind(kind)),
            ("title", _("Title"), self.fields.get("title", "")),
            ("happened", _("What happened"), self.fields.get("happened", "") or nothing),
            ("people", _("People"), people or nothing),
            *(
                (
                    page,
                    specs[id].label.local(),
                    fact_words(specs[id], values[id]) if id in values else _("not asked yet"),
                )
                for page in self.pages
                if (id := page.removeprefix(FACT)) in specs
            ),
            ("stand_in", _("Stand-in"), stand_in),
        ]

    def _answer_row(self, row: tuple[str, str, str], width: int) -> Content:
        _page, question, answer = row
        return Content.assemble(
            fit(Content.styled(question, "$text-muted"), min(34, width // 2)), " ", one_line(visible(answer), width)
        )


def fact_of(spec: FactSpec, raw: str, today: date) -> FactValue | None:
    """The answer that stands in a field; None where there is none, or none that can be used."""
    if not raw.strip():
        return None
    if spec.type is FactType.DATE:
        return parse_day(raw, today)
    try:
        return parse_value(spec, raw, today=today)
    except FactNotValid:
        return None


def without(person: PersonDraft, name: str) -> PersonDraft:
    """Somebody without parental authority over somebody who was taken off the list."""
    from dataclasses import replace

    return replace(person, authority_over=tuple(one for one in person.authority_over if one != name))


def people_of(text: str) -> list[PersonDraft]:
    """The people of a draft; none where it can't be read."""
    try:
        rows: Any = json.loads(text) if text else []
        return [
            PersonDraft(
                **{
                    **row,
                    "roles": tuple(Role(one) for one in row["roles"]),
                    "age": Age(row["age"]),
                    "authority_over": tuple(row["authority_over"]),
                }
            )
            for row in rows
        ]
    except (ValueError, TypeError, KeyError):
        return []
