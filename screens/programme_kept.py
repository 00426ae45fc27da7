"""What is over in the mentorship programme: when to look at each, what is held, and the way to erase it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.dates import parse_day
from guidance.language import N_, _
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import day, one_line, today
from screens.work import CaseWork

if TYPE_CHECKING:
    from store.programme.kept_model import KeptThing


class ProgrammeKeptScreen(CaseWork[None]):
    """All of it, what is to be looked at first coming first."""

    CSS_PATH = "retention.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "history", N_("Entries")),
        Binding("d", "day", N_("Name the day")),
        Binding("h", "hold", N_("Hold it, or no longer")),
        Binding("delete", "erase", N_("Erase it")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#kept"

    def __init__(self, thing: str = "") -> None:
        """Show it, with the cursor at something."""
        super().__init__()
        self._goal = thing

    def heading(self) -> str:
        """What it is."""
        return _("Mentorship programme: keeping and erasing")

    def body(self) -> ComposeResult:
        """The list, and what stands against erasing what is under the cursor."""
        yield Plain(
            _("What is over. Nothing is erased by itself; what is held, or not looked at yet, can't be erased."),
            classes="quiet",
        )
        yield LineList(self._row, empty=lambda: _("Nothing is over yet."), id="kept")
        yield Plain("", id="against")

    def on_screen_resume(self) -> None:
        """Fetch it whenever it is looked at."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        from store.casework import Casework

        kept = await self.do(Casework.programme_kept)
        goal = self._goal or (self._current.id if self._current else "")
        self._goal = ""
        at = next((place for place, one in enumerate(kept) if one.id == goal), 0)
        self.query_one("#kept", LineList).show(kept, at)
        self._say_against()

    @property
    def _current(self) -> KeptThing | None:
        current: KeptThing | None = self.query_one("#kept", LineList).current
        return current

    def _row(self, kept: KeptThing, width: int) -> Content:
        from store.programme.kept_model import sort_label

        when = day(kept.look_at) if kept.look_at else _("no day named")
        state = _("on hold") if kept.held else ("!" if kept.due or kept.elsewhere else "")
        room = max(width - 28, 12)
        name = max(room - 12, 10)
        return Content.assemble(
            fit(when, 16).stylize("$warning" if kept.due else "$text-muted"),
            " ",
            fit(state, 10),
            " ",
            fit(one_line(kept.name), name),
            " ",
            fit(Content.styled(sort_label(kept.sort), "$text-muted"), max(room - name - 1, 4)),
        )

    @on(LineList.Highlighted)
    def _say_against(self) -> None:
        from store.programme.kept_model import sort_words, stands_words

        kept, said = self._current, []
        if kept is not None:
            said.append(f"{one_line(kept.name)}: {sort_words(kept.sort)}")
            if kept.held:
                said.append(_("Held: {reason}").format(reason=one_line(kept.held)))
            if kept.elsewhere:
                said.append(_("It was erased elsewhere and is here still: look at it, and erase it if it is to go."))
            if kept.against:
                against = ", ".join(map(stands_words, kept.against))
                said.append(_("Can't be erased now: {against}").format(against=against))
        self.query_one("#against", Plain).update("\n".join(said))
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        await self._load()

    @on(LineList.Chosen)
    def action_history(self) -> None:
        """Its entries, one by one."""
        from screens.programme_history import ThingHistoryScreen

        if self._current is not None:
            self.app.push_screen(ThingHistoryScreen(self._current.id, self._current.name))

    def action_day(self) -> None:
        """Name the day to look at it."""
        if self._current is not None:
            self.run_work(self._name_day(self._current), group="day")

    async def _name_day(self, kept: KeptThing) -> None:
        from screens.retention import LookAtScreen
        from store.casework import Casework

        chosen = await self.app.push_screen_wait(LookAtScreen(kept.look_at, of_case=False))
        if chosen is None:
            return
        on = parse_day(chosen, today()) if chosen else None

        async def name(reason: str) -> None:
            await self.do(Casework.look_at_thing, kept.id, on, reason)
            await self._load()

        await self.with_reason(_("When to look at it"), _("Why that day?"), name)

    def action_hold(self) -> None:
        """Hold it, or end the hold."""
        if self._current is not None:
            self.run_work(self._hold(self._current), group="hold")

    async def _hold(self, kept: KeptThing) -> None:
        from store.casework import Casework

        async def act(reason: str) -> None:
            await self.do(Casework.end_thing_hold if kept.held else Casework.hold_thing, kept.id, reason)
            self.said(_("It is no longer held.") if kept.held else _("It is held: nothing of it is erased."))
            await self._load()

        if kept.held:
            await self.with_reason(_("No longer held"), _("Why may it be erased again?"), act)
        else:
            await self.with_reason(_("Hold it"), _("Why must nothing of it be erased?"), act)

    def action_erase(self) -> None:
        """Erase it whole."""
        from screens.erase import EraseScreen

        if self._current is not None:
            self.app.push_screen(EraseScreen(thing=self._current.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is something under the cursor."""
        if action in ("history", "day", "hold", "erase"):
            return self.is_mounted and bool(self.query("#kept")) and self._current is not None
        return True

    def action_go_back(self) -> None:
        """Back."""
        self.dismiss(None)
