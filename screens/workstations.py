"""The workstations of somebody: which there are, when each was heard from, and giving one up."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.language import N_, _
from screens.trust_card import digits_in_two
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import CaseWork
from store import spoken
from store.authors import Author, Belongs
from store.cases.waiting import WorkstationShown
from store.keys import fingerprint
from store.workstation_words import given_up_words, workstation_name, workstation_words


class WorkstationsScreen(CaseWork[None]):
    """One person, and the workstations that are known of theirs."""

    CSS_PATH = "workstations.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "give_up", N_("Give up")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#workstations"

    def __init__(self, author: Author) -> None:
        super().__init__()
        self.author = author
        self._known: tuple[WorkstationShown, ...] = ()

    def heading(self) -> str:
        """Whose they are."""
        return _("Workstations of {name}").format(name=one_line(self.author.name, 60))

    def body(self) -> ComposeResult:
        """The list, the digits of the one under the cursor, and what giving it up does."""
        yield LineList(self._row, empty=lambda: _("Looking ..."), id="workstations")
        yield Plain("", id="digits")
        yield Plain(
            _(
                "Each has a key of its own: what is for {name} is sealed to each of them, and each passes on what it"
                " has. One that is given up gets nothing more, and the others go on."
            ).format(name=one_line(self.author.name, 60)),
            classes="quiet",
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Give up ..."), id="give-up")

    def on_mount(self) -> None:
        """Look which there are."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        from store.casework import Casework

        self._known = await self.do(Casework.workstations, self.author.id)
        self._draw()

    def _draw(self) -> None:
        lines: LineList[WorkstationShown] = self.query_one("#workstations", LineList)
        lines.show(self._known, max(lines.cursor, 0))
        self._say_digits()

    def _row(self, one: WorkstationShown, width: int) -> Content:
        style = "" if one.workstation.reads else "$text-muted"
        return Content.styled(fit(workstation_words(one), width).plain, style)

    @on(LineList.Highlighted, "#workstations")
    def _say_digits(self) -> None:
        one = self._current
        words = digits_in_two(spoken.digits(fingerprint(one.workstation.device))) if one is not None else ""
        self.query_one("#digits", Plain).update(words)
        self.query_one("#give-up").disabled = not self._can_be_given_up(one)
        self.refresh_bindings()

    @property
    def _current(self) -> WorkstationShown | None:
        found: object = self.query_one("#workstations", LineList).current
        return found if isinstance(found, WorkstationShown) else None

    def _can_be_given_up(self, one: WorkstationShown | None) -> bool:
        return one is not None and one.workstation.reads and not one.here

    @on(Button.Pressed, "#give-up")
    def action_give_up(self) -> None:
        """Give the one under the cursor up, once it was said what that does, with a reason."""
        self.run_work(self._give_up(), group="give-up")

    async def _give_up(self) -> None:
        one = self._current
        if one is None or not self._can_be_given_up(one):
            self.say_fault(_("This one can't be given up from here."), "#workstations")
            return
        self.say_fault("")
        if await give_up(self, one):
            await self._load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Giving up is offered where it can be done."""
        return not self.query("#workstations") or self._can_be_given_up(self._current) if action == "give_up" else True

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        self._draw()

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)


async def give_up(screen: CaseWork[None], one: WorkstationShown) -> bool:
    """Ask, with what it cannot undo; then for the reason; then give a workstation up. Only inside `run_work`.

    Returns:
        Whether it was.
    """
    from store.casework import Casework

    own = one.author.belongs is Belongs.OWN
    name = workstation_name(one.author.name, 0 if own and one.alone else one.workstation.number, own=own)
    question = _("{name}: give it up?").format(name=name)
    if not await screen.confirmed(question, detail="\n\n".join(given_up_words()), yes=_("Yes, give it up")):
        return False

    async def revoke(reason: str) -> bool:
        await screen.do(Casework.revoke_workstation, fingerprint(one.workstation.device), reason)
        screen.said(_("Given up: {name}").format(name=name))
        return True

    why = _("Why is it given up? The reason stays in the office's journal, where your colleagues read it.")
    return await screen.with_reason(name, why, revoke) is True
