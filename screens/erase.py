"""Erase: what would go, what stays and what can't be reached; then a ground, and a word that is typed.

Where somebody is erased by name, each entry that names them is decided on by itself: it goes, or it is to be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input

from guidance.errors import SeglError
from guidance.language import N_, _, ngettext
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import moment, one_line
from screens.work import CaseWork
from store.cases.erasing_model import Doomed, Left

if TYPE_CHECKING:
    from store.cases.erasing_model import ErasurePlan

_SHOWN = 200
"""Lines of one list; the numbers say how many there are."""


class EraseScreen(CaseWork[bool]):
    """One entry, somebody everywhere, a whole case, or something of the programme. Gives whether it was erased."""

    CSS_PATH = "erase.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "erase", N_("Erase for good")),
        Binding("space", "keep", N_("Keep it, or not"), show=False),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#ground"

    def __init__(
        self, *, case_id: str = "", entry: str = "", person: str = "", thing: str = "", register_entry: str = ""
    ) -> None:
        """Erase an entry of a case, somebody named, something or an entry of the programme, or the case whole."""
        super().__init__()
        self.thing = thing
        self.register_entry = register_entry
        self._keep: set[str] = set()
        self._places: dict[str, int] = {}
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
        yield Plain(self._head(plan), id="head", classes="label")
        yield LineList(self._row, id="each")
        with VerticalScroll(id="rest", can_focus=True):
            yield Plain("\n".join(rest_lines(plan)), id="plan")
        if plan.number_due:
            yield Plain(_("The number of the case in the journal system, or why there is none"), classes="label")
            yield TextLine(id="number", compact=True, select_on_focus=False)
            yield TextLine(id="no-number", compact=True, select_on_focus=False)
        yield Plain(_("Why is it erased? It stays, with the day and your name."), classes="label")
        yield PlainArea(id="ground")
        yield Plain(_("To erase it for good, type {word}").format(word=one_line(plan.confirm)), classes="label")
        yield TextLine(id="confirm", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Erase for good"), id="erase", variant="error")

    def on_mount(self) -> None:
        """Look what would go."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        if self.person:
            self._plan = await self.do(Casework.plan_erasing_person, self.person)
        elif self.thing:
            self._plan = await self.do(Casework.plan_erasing_thing, self.thing)
        elif self.register_entry:
            self._plan = await self.do(Casework.plan_erasing_register_entry, self.register_entry)
        elif self.entry:
            self._plan = await self.do(Casework.plan_erasing_entry, self.case_id, self.entry)
        else:
            self._plan = await self.do(Casework.plan_erasing_case, self.case_id)
        self.query_one("TitleBar").heading = self.heading()  # type: ignore[attr-defined]
        with self.holding_keys():
            await self.recompose()
            self._show_each()
            self.set_focus(self.query_one("#number" if self._plan.number_due else "#ground"))

    def _head(self, plan: ErasurePlan) -> str:
        count = len(plan.doomed)
        words = ngettext("{count} entry goes:", "{count} entries go:", count).format(count=count)
        hint = _("Shift+Tab twice, then Space keeps one")
        return f"{words} {hint}" if self.person and count else words

    def _show_each(self, at: int = 0) -> None:
        """Each in its place, whether it goes or stays: what is decided on does not run away."""
        for lines in self.query("#each").results(LineList):
            assert self._plan is not None
            found: list[Doomed | Left] = [*self._plan.doomed, *self._plan.left]
            for line in found:
                self._places.setdefault(line.entry, len(self._places))
            found.sort(key=lambda line: self._places[line.entry])
            lines.show(found, at)

    def _row(self, line: Doomed | Left, width: int) -> Content:
        said = f"{line.reference}  {one_line(line.words)}"
        if isinstance(line, Left):
            mark = "[ ] " if line.kept else "    "
            stays = _("stays:")
            said = f"{line.reference}  {stays} {one_line(line.words, 80)} ({line.why})"
            return Content.assemble(mark, fit(said, max(width - 4, 6)).stylize("$text-muted"))
        return Content.assemble("[x] ", fit(f"{moment(line.at)}  {said}", max(width - 4, 6)))

    def action_keep(self) -> None:
        """What is under the cursor is to be kept, or no longer."""
        for lines in self.query("#each").results(LineList):
            if lines.has_focus and lines.current is not None:
                self.run_work(self._choose(lines.current, lines.cursor), group="begin")

    async def _choose(self, line: Doomed | Left, at: int) -> None:
        from store.casework import Casework

        if isinstance(line, Doomed):
            self._keep.add(line.entry)
        elif line.kept:
            assert self._plan is not None
            # Somebody who stays whole stands here once, whichever of their entries was kept.
            shown = {one.entry for one in self._plan.left}
            self._keep -= {line.entry} & self._keep or self._keep - shown
        else:
            return
        self._plan = await self.do(Casework.plan_erasing_person, self.person, keep=tuple(sorted(self._keep)))
        self.query_one("#head", Plain).update(self._head(self._plan))
        self.query_one("#plan", Plain).update("\n".join(rest_lines(self._plan)))
        self._show_each(at)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A blank in a field is a blank."""
        return action != "keep" or (bool(self.person) and any(lines.has_focus for lines in self.query("#each")))

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


def rest_lines(plan: ErasurePlan) -> Iterator[str]:
    """What stands again, what left the vault, and what is not reached."""
    from store.cases.access import act_words, purpose_said
    from store.cases.erasing_words import beyond_reach

    if plan.stands_again:
        yield _("This stands again then:")
        yield from (f"  {one_line(words)}" for words in plan.stands_again[:_SHOWN])
    if plan.went_out:
        yield _("This left the vault, and is not reached:")
        for out in plan.went_out[:_SHOWN]:
            yield f"  {moment(out.at)}  {act_words(out.act)}  {one_line(purpose_said(out))}"
    yield from beyond_reach(plan)
