"""The mentorship programme: what falls due, people, mentorings, sessions, concerns and policy, a digit each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import ContentSwitcher

from guidance.language import N_, _
from guidance.mentoring import Part, Status
from screens import programme_words as rows
from screens.base import SeglScreen
from screens.widgets.lines import LineList
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.widgets.tab_line import TabLine
from screens.words import today
from screens.work import CaseWork
from store.programme.model import (
    Concern,
    Duty,
    DutyKind,
    Mentoring,
    Participant,
    Policy,
    Programme,
    Recording,
    Session,
)

PANES: Final = ("due", "people", "pairs", "sessions", "concerns", "policy")
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
    "read": ("policy",),
}
"""In which panes a key means something."""


class ProgrammeScreen(CaseWork[None]):
    """The programme of this office, as the counsellor whose vault this is may see it."""

    CSS_PATH = "programme.tcss"
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
        Binding("i", "settings", N_("Settings")),
        Binding("escape", "go_back", N_("Back")),
        *(Binding(str(n + 1), f"pane({n})", show=False) for n in range(len(PANES))),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
    ]
    AUTO_FOCUS = "#due LineList"

    def __init__(self) -> None:
        super().__init__()
        self.programme: Programme | None = None
        self._goal: tuple[str, str] | None = None

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
            self.watch(lines, "cursor", self.refresh_bindings, init=False)

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

    def _pane(self, id: str) -> ListDetail[Any]:
        found: ListDetail[Any] = self.query_one(f"#{id}", ListDetail)
        return found

    @property
    def _pane_id(self) -> str:
        return str(self.query_one("#panes", ContentSwitcher).current)

    @property
    def _current(self) -> Any:
        return self._pane(self._pane_id).current

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

    def _show(self, pane: str) -> None:
        self.query_one("#panes", ContentSwitcher).current = pane
        self.query_one("#tabs", TabLine).shown = PANES.index(pane)
        self._pane(pane).focus_list()
        self.refresh_bindings()

    def action_pane(self, index: int) -> None:
        """Show a pane."""
        self._show(PANES[index])

    def action_turn(self, by: int) -> None:
        """Show the pane before or after."""
        self._show(PANES[(PANES.index(self._pane_id) + by) % len(PANES)])

    @on(TabLine.Picked)
    def _picked(self, event: TabLine.Picked) -> None:
        self.action_pane(event.index)

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

    def _form(self, form: SeglScreen[Any], pane: str = "") -> None:
        self.app.push_screen(form, lambda done: self._show(pane) if done is not None and pane else None)

    def action_new(self) -> None:
        """Something new in this pane."""
        programme = self.programme
        if programme is None:
            return
        match self._pane_id:
            case "people":
                from screens.programme_person_forms import participant_form

                self._form(participant_form())
            case "pairs":
                self._new_pair(programme)
            case "concerns":
                from screens.programme_concern_forms import concern_form

                self._form(concern_form(programme.participants))
            case "policy":
                from screens.programme_office_forms import policy_form

                self._form(policy_form())

    def _new_pair(self, programme: Programme) -> None:
        from screens.programme_person_forms import pair_form

        active = [one for one in programme.participants if one.status is not Status.ENDED]
        mentors = [one for one in active if Part.MENTOR in one.parts]
        mentees = [one for one in active if Part.MENTEE in one.parts]
        if not mentors or not mentees:
            self.say_fault(_("Register a mentor and a mentee first."))
            return
        self.say_fault("")
        self._form(pair_form(mentors, mentees))

    def action_session(self) -> None:
        """A session of this mentoring."""
        from screens.programme_session_forms import session_form

        pair = self._current
        if isinstance(pair, Mentoring) and self.programme is not None:
            names = f"{pair.mentor_name} – {pair.mentee_name}"
            self._form(session_form(pair.id, names, self.programme.platforms), "sessions")

    def action_end_pair(self) -> None:
        """End this mentoring, with a reason."""
        pair = self._current
        if isinstance(pair, Mentoring):
            self.run_work(self._end_pair(pair), group="end-pair")

    async def _end_pair(self, pair: Mentoring) -> None:
        from store.casework import Casework

        question = _("Why does it end? An early end is nobody's fault; whoever feels uneasy may go.")
        if reason := await self._reason(_("End the mentoring"), question):
            await self.do(Casework.end_mentoring, pair.id, reason)
            self.said(_("The mentoring has ended."))
            await self._load()

    async def _reason(self, title: str, question: str) -> str | None:
        from screens.reason import ReasonScreen

        return await self.app.push_screen_wait(
            ReasonScreen(title, question, blank=_("Write it. It stays in the journal."))
        )

    def action_consent(self) -> None:
        """One of the two consents to a recording."""
        from screens.programme_session_forms import consent_form

        self._form(consent_form(self._current, given=True))

    def action_withdraw(self) -> None:
        """A consent is withdrawn."""
        from screens.programme_session_forms import consent_form

        self._form(consent_form(self._current, given=False))

    def action_recording(self) -> None:
        """Register a recording."""
        from screens.programme_session_forms import recording_form

        self._form(recording_form(self._current))

    def _recordings(self) -> list[Recording]:
        row = self._current
        return [one for one in row.recordings if one.removed_on is None] if isinstance(row, Session) else []

    def action_look(self) -> None:
        """Look at the recording, with a reason."""
        from screens.programme_session_forms import access_form

        self._form(access_form(self._recordings()[-1]))

    def action_removed(self) -> None:
        """The recording is gone."""
        from screens.programme_session_forms import removal_form

        self._form(removal_form(self._recordings()[0]))

    def action_content(self) -> None:
        """What was shared in the session."""
        session = self._current
        if isinstance(session, Session):
            self.run_work(self._content(session), group="content")

    async def _content(self, session: Session) -> None:
        from screens.programme_shared import SharedScreen
        from store.casework import Casework

        texts = await self.do(Casework.session_content, session.id)
        self.app.push_screen(SharedScreen(texts))

    def action_note(self) -> None:
        """What was done about the concern."""
        concern = self._current
        if isinstance(concern, Concern):
            self._with_words(
                concern, _("What was done"), _("Who did what, and when?"), lambda words: self._note(concern, words)
            )

    def _with_words(
        self,
        concern: Concern,
        title: str,
        question: str,
        then: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        async def ask() -> None:
            if words := await self._reason(title, question):
                await then(words)
                self._goal = ("concerns", concern.id)
                await self._load()

        self.run_work(ask(), group="concern")

    async def _note(self, concern: Concern, words: str) -> None:
        from store.casework import Casework

        await self.do(Casework.note_concern, concern.id, words)

    def action_close(self) -> None:
        """Close the concern."""
        from screens.programme_concern_forms import closing_form

        self._form(closing_form(self._current))

    def action_readers(self) -> None:
        """Who else may read it."""
        from screens.programme_concern_forms import readers_form

        self._form(readers_form(self._current))

    def action_read(self) -> None:
        """Somebody read this version of the policy."""
        from screens.programme_office_forms import read_form

        policy = self._current
        if isinstance(policy, Policy) and self.programme is not None:
            self._form(read_form(policy, self.programme.participants))

    def action_settings(self) -> None:
        """How the programme is run."""
        from screens.programme_office_forms import settings_form

        if self.programme is not None:
            self._form(settings_form(self.programme.settings, self.programme.platforms))

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
        return action == "new" or row is not None
