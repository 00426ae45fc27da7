"""Somebody of the programme: the vetting as a checklist, acceptance, suspension and end, check-ins."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from guidance.mentoring import Part, Status, Verified, missing_words
from screens import programme_words as rows
from screens.base import SeglScreen
from screens.programme_look_at import asked_look_at
from screens.programme_words import CheckRow
from screens.widgets.lines import LineList
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.work import CaseWork
from store.programme.people_model import Participant
from store.programme.words import parts_label, standing_label

Row = CheckRow | Participant


class ParticipantScreen(CaseWork[None]):
    """One mentor or mentee."""

    CSS_PATH = "programme.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "record", N_("Record")),
        Binding("a", "accept", N_("Accept")),
        Binding("s", "suspend", N_("Suspend")),
        Binding("s", "resume", N_("Lift the suspension")),
        Binding("x", "end", N_("End")),
        Binding("c", "check_in", N_("Check-in")),
        Binding("g", "change", N_("Change")),
        Binding("t", "reference", N_("One more reference")),
        Binding("h", "history", N_("Entries")),
        Binding("delete", "erase", N_("Erase")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "LineList"

    def __init__(self, participant: str) -> None:
        super().__init__()
        self._person_id = participant
        self.person: Participant | None = None
        self._asked = False

    def heading(self) -> str:
        """Whom it is about."""
        return rows.text(self.person.name, 60) if self.person else _("Mentorship programme")

    def body(self) -> ComposeResult:
        """Where the person stands, what is missing, the checklist."""
        yield Plain("", id="standing")
        yield Plain("", id="record-check")
        yield ListDetail(self._row, self._detail, id="checklist")

    def on_screen_resume(self) -> None:
        """Fetch the person whenever looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        programme = await self.do(Casework.programme)
        self.person = next((one for one in programme.participants if one.id == self._person_id), None)
        if self.person is None:
            # Somebody was erased meanwhile.
            return
        self._asked = programme.settings.criminal_record
        self._fill()

    def _fill(self) -> None:
        person = self.person
        if person is None:
            return
        self.query_one("TitleBar").heading = self.heading()  # type: ignore[attr-defined]
        self.query_one("#standing", Plain).update(f"{parts_label(person)} · {standing_label(person)}")
        lacking = ", ".join(missing_words(one) for one in person.missing)
        line = self.query_one("#record-check", Plain)
        if lacking:
            line.update(Content.styled(_("Missing: {what}").format(what=lacking), "bold $warning"))
        elif Part.MENTOR in person.parts and not person.accepted and person.status is Status.ACTIVE:
            line.update(Content.styled(_("Nothing is missing. Press a to accept."), "bold $success"))
        else:
            line.update("")
        shown: list[Row] = [person]
        if Part.MENTOR in person.parts:
            shown += rows.check_rows(person, asked=self._asked)
        self._list.show(shown)
        self.refresh_bindings()

    @property
    def _list(self) -> ListDetail[Row]:
        found: ListDetail[Row] = self.query_one("#checklist", ListDetail)
        return found

    def _row(self, row: Row, width: int) -> Content:
        if isinstance(row, CheckRow):
            return rows.check_row(row, width)
        return Content.styled("  " + _("What has happened so far"), "bold")

    def _detail(self, row: Row) -> Content:
        return rows.check_detail(row) if isinstance(row, CheckRow) else rows.person_detail(row)

    async def refresh_language(self) -> None:
        """Draw anew."""
        cursor = self._list.lines.cursor
        await super().refresh_language()
        self._fill()
        self._list.lines.cursor = cursor

    @on(LineList.Chosen)
    def action_record(self) -> None:
        """Record what is under the cursor."""
        from screens import programme_person_forms as forms

        row, person = self._list.current, self.person
        if person is None or not isinstance(row, CheckRow) or person.status is Status.ENDED:
            return
        form: SeglScreen[Any]
        match row.id:
            case "education" | "work-history":
                form = forms.verification_form(person, Verified(row.id))
            case "reference":
                known = next((one for one in person.references if one.id == row.reference), None)
                form = forms.reference_form(person, known)
            case "interview":
                form = forms.interview_form(person)
            case _:
                form = forms.criminal_record_form(person)
        self.app.push_screen(form)

    def action_reference(self) -> None:
        """A further reference."""
        from screens.programme_person_forms import reference_form

        if self.person is not None:
            self.app.push_screen(reference_form(self.person))

    def action_check_in(self) -> None:
        """Record a check-in."""
        from screens.programme_person_forms import check_in_form

        if self.person is not None:
            self.app.push_screen(check_in_form(self.person))

    def action_change(self) -> None:
        """Change what is known."""
        from screens.programme_person_forms import participant_form

        if self.person is not None:
            self.app.push_screen(participant_form(self.person))

    def action_accept(self) -> None:
        """Accept as a mentor; what is missing is named."""
        self.run_work(self._accept(), group="state")

    async def _accept(self) -> None:
        from guidance.mentoring import AcceptanceRefused
        from store.casework import Casework

        assert self.person is not None
        if self.person.missing:
            raise AcceptanceRefused(self.person.missing)
        title = _("Accept as a mentor")
        await self._change(Casework.accept_mentor, title, _("Why is this person accepted?"), _("Accepted."))

    def action_suspend(self) -> None:
        """Suspend at once."""
        from store.casework import Casework

        title, why = _("Suspend at once"), _("Why? No sessions until the suspension is lifted.")
        self.run_work(self._change(Casework.suspend_participant, title, why, _("Suspended.")), group="state")

    def action_resume(self) -> None:
        """Lift the suspension."""
        from store.casework import Casework

        title, why = _("Lift the suspension"), _("Why is it lifted?")
        self.run_work(self._change(Casework.resume_participant, title, why, _("It is lifted.")), group="state")

    def action_end(self) -> None:
        """End the part in the programme at once."""
        self.run_work(self._end(), group="state")

    async def _end(self) -> None:
        from screens.reason import ReasonScreen
        from store.casework import Casework

        title = _("End the part in the programme")
        why = _("Why? It ends at once, with all mentorings, and can't be undone.")
        blank = _("Write it. It stays in the journal.")
        reason = await self.app.push_screen_wait(ReasonScreen(title, why, blank=blank))
        look_at = await asked_look_at(self, self._person_id) if reason else None
        if reason and look_at is not None:
            await self.do(Casework.end_participant, self._person_id, reason, look_at.day)
            self.said(_("Ended."))
            await self._load()

    def action_history(self) -> None:
        """What is kept of the person, entry by entry."""
        from screens.programme_history import ThingHistoryScreen

        if self.person is not None:
            self.app.push_screen(ThingHistoryScreen(self.person.id, self.person.name))

    def action_erase(self) -> None:
        """Erase the person whole."""
        from screens.erase import EraseScreen

        self.app.push_screen(EraseScreen(thing=self._person_id), self._erased)

    def _erased(self, erased: bool | None) -> None:
        if erased:
            self.dismiss(None)

    async def _change(self, method: Any, title: str, question: str, said: str) -> None:
        from screens.reason import ReasonScreen

        blank = _("Write it. It stays in the journal.")
        reason = await self.app.push_screen_wait(ReasonScreen(title, question, blank=blank))
        if reason:
            await self.do(method, self._person_id, reason)
            self.said(said)
            await self._load()

    def action_go_back(self) -> None:
        """Back to the programme."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done here and now is offered."""
        if action == "erase":
            return self.person is not None and self.person.status is Status.ENDED
        if action not in ("record", "accept", "reference", "check_in", "suspend", "resume", "end", "change"):
            return True
        person = self.person
        if person is None or not self.is_mounted or person.status is Status.ENDED:
            return False
        mentor = Part.MENTOR in person.parts
        return {
            "record": mentor,
            "accept": mentor and not person.accepted and person.status is Status.ACTIVE,
            "reference": mentor,
            "suspend": person.status is Status.ACTIVE,
            "resume": person.status is Status.SUSPENDED,
        }.get(action, True)
