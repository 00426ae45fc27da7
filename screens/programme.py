"""The mentorship programme: what falls due, people, mentorings, sessions, concerns and policy, a digit each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import ContentSwitcher

from guidance.language import N_, _
from screens import programme_words as rows
from screens.programme_ways import ProgrammeWays
from screens.widgets.lines import LineList
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.widgets.tab_line import TabLine
from screens.words import today
from store.programme.concern_model import Concern
from store.programme.model import Duty, DutyKind
from store.programme.people_model import Mentoring, Participant
from store.programme.session_model import Session

_WHERE: Final[dict[str, tuple[str, ...]]] = {
    "open": ("due", "people"),
    "new": ("people", "pairs", "concerns", "policy"),
    "session": ("pairs",),
    "end_pair": ("pairs",),
    "consent": ("sessions",),
    "withdraw": ("sessions",),
    "recording": ("sessions",),
    "look": ("sessions",),
    "removed": ("sessions",),
    "content": ("sessions",),
    "note": ("concerns",),
    "close": ("concerns",),
    "readers": ("concerns",),
    "not_about": ("concerns",),
    "read": ("policy",),
    "export": ("due", "people", "sessions"),
    "history": ("people", "pairs", "concerns"),
}
"""In which panes a key means something."""


class ProgrammeScreen(ProgrammeWays):
    """The programme of this office, as the counsellor whose vault this is may see it."""

    CSS_PATH = "programme.tcss"
    PANES = ("due", "people", "pairs", "sessions", "concerns", "policy")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Open")),
        Binding("o", "new", N_("New")),
        Binding("m", "session", N_("Session")),
        Binding("x", "end_pair", N_("End the mentoring")),
        Binding("c", "consent", N_("Consent")),
        Binding("w", "withdraw", N_("Withdrawn")),
        Binding("r", "recording", N_("Recording")),
        Binding("a", "look", N_("Look at it")),
        Binding("d", "removed", N_("It is removed")),
        Binding("v", "content", N_("What was shared")),
        Binding("n", "note", N_("Note")),
        Binding("x", "close", N_("Close")),
        Binding("l", "readers", N_("Who may read")),
        Binding("l", "read", N_("Read by")),
        Binding("g", "not_about", N_("Wrong link")),
        Binding("i", "settings", N_("Settings")),
        Binding("e", "export", N_("Export")),
        Binding("h", "history", N_("Entries")),
        Binding("k", "kept", N_("What is over")),
        Binding("escape", "go_back", N_("Back")),
        *(Binding(str(n + 1), f"pane({n})", show=False) for n in range(len(PANES))),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
    ]
    AUTO_FOCUS = "#due LineList"

    def __init__(self) -> None:
        super().__init__()
        self.programme = None
        self._goal = None
        self._opened = set()

    def heading(self) -> str:
        """The name of the screen."""
        return _("Mentorship programme")

    def body(self) -> ComposeResult:
        """Where the programme stands, the panes' names, and the pane that is shown."""
        yield Plain("", id="standing")
        yield Plain("", id="record-check")
        yield TabLine(id="tabs")
        with ContentSwitcher(initial="due", id="panes"):
            yield ListDetail(self._duty_row, rows.duty_detail, empty=self._nothing("due"), id="due")
            yield ListDetail(rows.person_row, rows.person_detail, empty=self._nothing("people"), id="people")
            yield ListDetail(rows.pair_row, rows.pair_detail, empty=self._nothing("pairs"), id="pairs")
            yield ListDetail(rows.session_row, rows.session_detail, empty=self._nothing("sessions"), id="sessions")
            yield ListDetail(self._concern_row, rows.concern_detail, empty=self._nothing("concerns"), id="concerns")
            yield ListDetail(rows.policy_row, rows.policy_detail, empty=self._nothing("policy"), id="policy")

    def on_mount(self) -> None:
        """What can be done depends on the row under the cursor."""
        for lines in self.query(LineList):
            self.watch(lines, "cursor", self._looked, init=False)

    def _looked(self) -> None:
        """What can be done depends on the row; a concern that is read there is opened by it."""
        self.refresh_bindings()
        if self.programme is not None and self._pane_id == "concerns" and isinstance(self._current, Concern):
            self.open_concern(self._current)

    def _show(self, pane: str) -> None:
        super()._show(pane)
        self._looked()

    def on_screen_resume(self) -> None:
        """Fetch the programme whenever it is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self.programme = await self.do(Casework.programme)
        self._fill()

    def _fill(self) -> None:
        programme = self.programme
        if programme is None:
            return
        self.query_one("#standing", Plain).update(rows.standing(programme))
        self.query_one("#record-check", Plain).update(rows.record_check(programme))
        self.query_one("#tabs", TabLine).put(
            (
                _("Due ({count})").format(count=len(programme.duties)),
                _("People"),
                _("Mentorings"),
                _("Sessions"),
                _("Concerns"),
                _("Policy"),
            )
        )
        shown: dict[str, tuple[Any, ...]] = {
            "due": programme.duties,
            "people": programme.participants,
            "pairs": programme.mentorings,
            "sessions": programme.sessions,
            "concerns": programme.concerns,
            "policy": programme.policies,
        }
        goal, self._goal = self._goal, None
        for pane, found in shown.items():
            at = None
            if goal and goal[0] == pane:
                at = next((n for n, one in enumerate(found) if one.id == goal[1]), None)
            self._pane(pane).show(found, at)
        self.refresh_bindings()

    def _duty_row(self, duty: Duty, width: int) -> Content:
        return rows.duty_row(duty, width, today())

    def _concern_row(self, concern: Concern, width: int) -> Content:
        return rows.concern_row(concern, width, today())

    def _nothing(self, pane: str) -> Callable[[], str]:
        def words() -> str:
            return {
                "due": _("Nothing falls due."),
                "people": _("Nobody is registered yet. Press o to register somebody."),
                "pairs": _("No mentorings yet. Press o to bring two people together."),
                "sessions": _("No sessions yet. They are written down from a mentoring, with m."),
                "concerns": _("No concern that you may read. Press o to take one in."),
                "policy": _("No policy yet. Press o to put a version in force."),
            }[pane]

        return words

    async def refresh_language(self) -> None:
        """Draw the panes again, and stay where one was."""
        pane = self._pane_id
        cursor = self._pane(pane).lines.cursor
        await super().refresh_language()
        self.on_mount()
        self._show(pane)
        self._fill()
        self._pane(pane).lines.cursor = cursor

    @on(LineList.Chosen)
    def action_open(self) -> None:
        """Open the person, or go to what falls due."""
        row = self._current
        if isinstance(row, Participant):
            self._open_person(row.id)
        elif isinstance(row, Duty):
            self._go_to(row)

    def _open_person(self, id: str) -> None:
        from screens.programme_person import ParticipantScreen

        self.app.push_screen(ParticipantScreen(id))

    def _go_to(self, duty: Duty) -> None:
        assert self.programme is not None
        if duty.kind is DutyKind.LOOK_AT:
            self.show_kept(duty.about)
            return
        if duty.kind in (DutyKind.CHECK_IN, DutyKind.CRIMINAL_RECORD):
            self._open_person(duty.about)
            return
        pane, about = {
            DutyKind.CONCERN: ("concerns", duty.about),
            DutyKind.END_MENTORING: ("pairs", duty.about),
            DutyKind.POLICY_REVIEW: ("policy", duty.about),
        }.get(duty.kind, ("sessions", ""))
        if not about:
            about = next(
                (s.id for s in self.programme.sessions if any(one.id == duty.about for one in s.recordings)), ""
            )
        self._goal = (pane, about)
        self._fill()
        self._show(pane)

    def action_go_back(self) -> None:
        """Back to the list of cases."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done here and now is offered."""
        panes = _WHERE.get(action)
        if panes is None:
            return True
        if self.programme is None or not self.is_mounted or self._pane_id not in panes:
            return False
        row = self._current
        match row:
            case Mentoring() if action in ("session", "end_pair"):
                return row.ended_on is None
            case Session() if action == "recording":
                return row.may_record
            case Session() if action in ("look", "removed"):
                there = self._recordings()
                return bool(there) and (action == "removed" or row.may_record)
            case Session() if action == "withdraw":
                return any(one.given for one in row.consents)
            case Session() if action == "content":
                return row.has_content
            case Concern() if action in ("note", "close", "readers"):
                return row.closed_at is None
        if action == "read":
            return row is not None and bool(self.programme.participants)
        return action in ("new", "export") or row is not None
