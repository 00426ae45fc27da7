"""Erase: what would go, what stays and what can't be reached; then a ground, and a word that is typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.errors import SeglError
from guidance.language import N_, _, ngettext
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import moment, one_line
from screens.work import CaseWork

if TYPE_CHECKING:
    from store.cases.erasing_model import ErasurePlan

_SHOWN = 200
"""Lines of one list; the numbers say how many there are."""


class EraseScreen(CaseWork[bool]):
    """One entry, somebody in every closed case, or a whole case. Gives whether it was erased."""

    CSS_PATH = "erase.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "erase", N_("Erase for good")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#ground"

    def __init__(self, *, case_id: str = "", entry: str = "", person: str = "") -> None:
        """Erase an entry of a case, else somebody who is named, else the case whole."""
        super().__init__()
        self.case_id = case_id
        self.entry = entry
        self.person = person
        self._plan: ErasurePlan | None = None

    def heading(self) -> str:
        """What it is."""
        if self._plan is None:
            return _("Erase")
        return _("Erase: {what}").format(what=one_line(self._plan.confirm))

    def body(self) -> ComposeResult:
        """What would go, and what a person says to it."""
        plan = self._plan
        if plan is None:
            yield Plain("", id="plan")
            yield PlainArea(id="ground")
            return
        yield Plain("\n".join(plan_lines(plan)), id="plan")
        if plan.number_due:
            yield Plain(_("The number of the case in the journal system, or why there is none"), classes="label")
            yield Input(id="number", compact=True, select_on_focus=False)
            yield Input(id="no-number", compact=True, select_on_focus=False)
        yield Plain(_("Why is it erased? It stays, with the day and your name."), classes="label")
        yield PlainArea(id="ground")
        yield Plain(_("To erase it for good, type {word}").format(word=one_line(plan.confirm)), classes="label")
        yield Input(id="confirm", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Erase for good"), id="erase", variant="error")

    def on_mount(self) -> None:
        """Look what would go."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        if self.person:
            self._plan = await self.do(Casework.plan_erasing_person, self.person)
        elif self.entry:
            self._plan = await self.do(Casework.plan_erasing_entry, self.case_id, self.entry)
        else:
            self._plan = await self.do(Casework.plan_erasing_case, self.case_id)
        self.query_one("TitleBar").heading = self.heading()  # type: ignore[attr-defined]
        with self.holding_keys():
            await self.recompose()
            self.set_focus(self.query_one("#number" if self._plan.number_due else "#ground"))

    def show_error(self, error: SeglError) -> None:
        """Say what stands against it, and go back where nothing can be erased."""
        super().show_error(error)
        if self._plan is None:
            self.call_later(self._leave)

    def without_purpose(self) -> None:
        """Nothing was shown."""
        super().without_purpose()
        self.call_later(self._leave)

    def _leave(self) -> None:
        if self in self.app.screen_stack and self.app.screen is self:
            self.dismiss(False)
        elif self in self.app.screen_stack:
            self.set_timer(0.1, self._leave)

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#erase")
    def action_erase(self) -> None:
        """Erase it."""
        if self._plan is not None:
            self.run_work(self._erase(self._plan), group="erase")

    async def _erase(self, plan: ErasurePlan) -> None:
        from store.cases.erasing_errors import NotConfirmed
        from store.cases.erasing_model import ErasureOrder
        from store.cases.erasing_words import emptied_words
        from store.casework import Casework

        def typed(id: str) -> str:
            return next((field.value for field in self.query(f"#{id}").results(Input)), "")

        ground = self.query_one("#ground", PlainArea).text.strip()
        if plan.number_due and not (typed("number").strip() or typed("no-number").strip()):
            self.say_fault(_("Write the number, or why there is none."), "#number")
            return
        if not ground:
            self.say_fault(_("Write why it is erased."), "#ground")
            return
        self.say_fault("")
        order = ErasureOrder(
            confirmation=typed("confirm"), ground=ground, number=typed("number"), no_number=typed("no-number")
        )
        self.said(_("Erasing ..."))
        try:
            erased = await self.do(Casework.erase, plan, order)
        except NotConfirmed:
            self.say_fault(
                _("Type exactly: {word}").format(word=one_line(plan.confirm)),
                "#confirm",
            )
            return
        words = ngettext("Erased: {count} entry.", "Erased: {count} entries.", erased.entries)
        said = words.format(count=erased.entries)
        self.said(f"{said} {emptied_words(erased.emptied)}".rstrip())
        self.dismiss(True)

    def action_go_back(self) -> None:
        """Back, with everything as it is."""
        self.dismiss(False)


def plan_lines(plan: ErasurePlan) -> Iterator[str]:
    """What would go, what stays, and what is not reached."""
    from store.cases.access import act_words, purpose_said
    from store.cases.erasing_words import beyond_reach

    count = len(plan.doomed)
    yield ngettext("{count} entry goes:", "{count} entries go:", count).format(count=count)
    for line in plan.doomed[:_SHOWN]:
        yield f"  {line.reference}  {moment(line.at)}  {one_line(line.words)}"
    if plan.stands_again:
        yield _("This stands again then:")
        yield from (f"  {one_line(words)}" for words in plan.stands_again[:_SHOWN])
    if plan.left:
        yield _("This stays:")
        yield from (f"  {left.reference}  {one_line(left.words)} ({left.why})" for left in plan.left[:_SHOWN])
    if plan.went_out:
        yield _("This left the vault, and is not reached:")
        for out in plan.went_out[:_SHOWN]:
            yield f"  {moment(out.at)}  {act_words(out.act)}  {one_line(purpose_said(out))}"
    yield from beyond_reach(plan)
