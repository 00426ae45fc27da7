"""Check the answers, say when to look at the plan again, publish it as the next version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input

from guidance.dates import parse_day
from guidance.language import N_, _, day_in_digits, ngettext
from screens.plan_words import answer_lines, state_of
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import day, today
from screens.work import FormScreen, put_fields, take_fields
from store.plan import Plan, PlanVersion

_FIELDS = ("review", "agreed")
_YEAR = timedelta(days=365)


class PlanPublishScreen(FormScreen[PlanVersion]):
    """All answers on one page, and two fields; gives the version, or None."""

    CSS_PATH = "plan_publish.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Publish"))]
    AUTO_FOCUS = "#review"

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None

    def heading(self) -> str:
        """What it is."""
        return _("Check the answers and publish")

    def body(self) -> ComposeResult:
        """The fields first, as they are what is asked here; then every question with its answer."""
        yield Plain("", id="state")
        yield Plain(_("When will you look at the plan again? (2027-11-21, +1y)"), classes="label")
        yield TextLine(day_in_digits(today() + _YEAR), id="review", compact=True, select_on_focus=False)
        yield Plain("", id="fault", classes="fault")
        yield Plain(_("Who agreed on it? (may be left out)"), classes="label")
        yield TextLine(id="agreed", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Publish"), id="save", variant="primary")
        yield Plain("", id="answers")

    def on_mount(self) -> None:
        """Fetch the answers."""
        self.query_one("#fault").display = False
        self._began = take_fields(self, *_FIELDS)
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        self._plan = await self.do(Casework.plan)
        self._fill()
        await self.offer_draft()

    def _fill(self) -> None:
        plan = self._plan
        if plan is None:
            return
        number = max((one.number for one in plan.versions), default=0) + 1
        left = len(plan.items) - plan.answered
        words = _("This becomes version {number}.").format(number=number)
        if left:
            said = ngettext("{count} question has no answer.", "{count} questions have no answer.", left)
            words = f"{words} {said.format(count=left)}"
        if not plan.unpublished:
            words += " " + _("No answer was changed since the last one.")
        self.query_one("#state", Plain).update(words)
        lines: list[Content] = []
        heading = ""
        for item in plan.items:
            if item.asked.heading.local() != heading:
                heading = item.asked.heading.local()
                lines += [Content(""), Content.styled(heading, "bold $accent")]
            state, style = state_of(item)
            lines.append(
                Content.assemble(
                    (f"{item.asked.number}. {item.asked.question.question.local()} ", "bold"), (state, style)
                )
            )
            if item.now:
                lines += answer_lines(item.now)
        self.query_one("#answers", Plain).update(Content("\n").join(lines))

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        self.query_one("#fault").display = False
        self._fill()

    @property
    def draft_key(self) -> str:
        """One draft for the next version."""
        return "plan-version"

    def typed(self) -> dict[str, str]:
        """The fields, once something was changed."""
        fields = take_fields(self, *_FIELDS)
        return fields if fields != self._began else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, typed)

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Publish."""
        self.run_work(self._save(), group="publish")

    async def _save(self) -> None:
        from store.casework import Casework

        review = self._review()
        if review is None:
            return
        agreed = self.query_one("#agreed", Input).value
        version = await self.do(Casework.publish_plan, review, agreed)
        await self.drop_draft()
        self.said(
            _("Version {number} is published. Look at it again {day}.").format(
                number=version.number, day=day(version.review_on)
            )
        )
        self.dismiss(version)

    def _review(self) -> date | None:
        review = parse_day(self.query_one("#review", Input).value, today())
        words = ""
        if review is None:
            words = _("Write a date, such as 2027-11-21 or +1y.")
        elif review <= today():
            words = _("The date has to lie ahead.")
        fault = self.query_one("#fault", Plain)
        fault.update(words)
        fault.display = bool(words)
        if words:
            self.query_one("#review").focus()
            return None
        return review
