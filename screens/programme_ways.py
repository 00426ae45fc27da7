"""Where the keys of a programme lead: the forms for what is new or is done about the row under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from guidance.language import _
from guidance.mentoring import Part, Status
from screens.base import SeglScreen
from screens.panes import PanesScreen
from screens.programme_look_at import asked_look_at
from store.programme.concern_model import Concern
from store.programme.model import Policy, Programme
from store.programme.people_model import Mentoring, Participant
from store.programme.session_model import Recording, Session


class ProgrammeWays(PanesScreen[None]):
    """The ways from a programme; the programme itself is `screens.programme`."""

    programme: Programme | None
    _goal: tuple[str, str] | None
    _opened: set[str]

    async def _load(self) -> None:
        raise NotImplementedError

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
            look_at = await asked_look_at(self, pair.id)
            if look_at is None:
                return
            await self.do(Casework.end_mentoring, pair.id, reason, look_at=look_at.day)
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

        self._form(access_form(self._recordings()))

    def action_removed(self) -> None:
        """The recording is gone."""
        from screens.programme_session_forms import removal_form

        self._form(removal_form(self._recordings()))

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

    def action_not_about(self) -> None:
        """A link of its person to a colleague was wrong."""
        from screens.programme_concern_forms import wrong_link_form

        self._form(wrong_link_form(self._current))

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

    def open_concern(self, concern: Concern) -> None:
        """That a concern was read is on record, as for a case."""
        if concern.id not in self._opened:
            self._opened.add(concern.id)
            self.run_work(self._open_concern(concern.id), group="open-concern")

    async def _open_concern(self, id: str) -> None:
        from store.casework import Casework

        await self.do(Casework.concern, id)

    def action_history(self) -> None:
        """What is kept of it, entry by entry."""
        from screens.programme_history import ThingHistoryScreen
        from store.programme.kept_model import thing_name

        row = self._current
        if isinstance(row, Participant | Mentoring | Concern):
            self.app.push_screen(ThingHistoryScreen(row.id, thing_name(row)))

    def action_kept(self) -> None:
        """What is over, and erasing it."""
        self.show_kept()

    def show_kept(self, thing: str = "") -> None:
        """What is over, with the cursor at something."""
        from screens.programme_kept import ProgrammeKeptScreen

        self.app.push_screen(ProgrammeKeptScreen(thing))

    def action_export(self) -> None:
        """Write what may leave to a file."""
        from screens.programme_export import ProgrammeExportScreen

        if self.programme is not None:
            self.app.push_screen(ProgrammeExportScreen(self.programme))
