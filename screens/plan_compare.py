"""Two versions of the plan held against each other, question by question."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guidance.language import N_, _
from screens.plan_words import answer_lines, version_words
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.words import short_day
from screens.work import CaseWork
from store.plan import NOW, Change, Plan, PlanComparison, PlanDifference


class PlanCompareScreen(CaseWork[None]):
    """What differs."""

    CSS_PATH = "plan_compare.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "go_back", N_("Back"))]
    AUTO_FOCUS = "#before"

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan

    def heading(self) -> str:
        """What it is."""
        return _("Compare two versions")

    def body(self) -> ComposeResult:
        """Two lists of versions side by side, the differences below."""
        # What was brought along from another vault may be all that was ever published.
        newest = self._plan.newest or self._plan.versions[-1]
        earlier = max((one.number for one in self._plan.versions if one.number != newest.number), default=newest.number)
        after = NOW if self._plan.unpublished or len(self._plan.versions) < 2 else newest.number
        before = newest.number if after == NOW else earlier
        with Horizontal(id="versions"):
            for id, words, chosen in (("before", _("From"), before), ("after", _("To"), after)):
                with Vertical():
                    yield Plain(words, classes="strong")
                    yield Choices(self._options(), chosen=(str(chosen),), id=id)
        yield Plain("", id="differences")

    def _options(self) -> list[Option]:
        found = [Option(id=str(NOW), label=version_words(NOW))]
        for one in reversed(self._plan.versions):
            on = short_day(one.published_at.astimezone().date())
            found.append(Option(id=str(one.number), label=f"{version_words(one.number, beside=one.beside)}, {on}"))
        return found

    def on_mount(self) -> None:
        """Compare what is chosen first."""
        self._compare()

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        self._compare()

    @on(Choices.Changed)
    def _compare(self) -> None:
        self.run_work(self._load(), group="compare")

    async def _load(self) -> None:
        from store.casework import Casework

        chosen = [self.query_one(f"#{id}", Choices).value for id in ("before", "after")]
        before, after = (int(one) if one else NOW for one in chosen)
        found = await self.do(Casework.compare_plan, before, after)
        self.query_one("#differences", Plain).update(_differences(found))

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)


def _differences(found: PlanComparison) -> Content:
    if not found.changed:
        return Content.styled(_("Nothing differs."), "$text-muted")
    lines: list[Content] = []
    for one in found.changed:
        lines += [Content(""), Content.assemble((one.asked.local(), "bold"), f"  {_change(one)}")]
        for mark, style, answer in (("-", "$error", one.before), ("+", "$success", one.after)):
            if answer is not None:
                text, *who = answer_lines(answer)
                lines += [Content.assemble((f"{mark} ", style), text), *(Content.assemble("  ", line) for line in who)]
    return Content("\n").join(lines[1:])


def _change(one: PlanDifference) -> str:
    return {
        Change.ADDED: _("added"),
        Change.REMOVED: _("taken away"),
        Change.CHANGED: _("changed"),
        Change.SAME: "",
    }[one.change]
