"""Forms about sessions: platform and time, consents, recordings, who looks at one and why."""

from __future__ import annotations

from collections.abc import Sequence

from guidance.language import _
from guidance.mentoring import Ground, Part
from screens.programme_form import Answers, Field, ProgrammeForm, Sort, on_field, options_of
from screens.widgets.choices import Option
from screens.words import moment, one_line
from store.casework import Casework
from store.programme.session_model import Recording, RecordingDraft, Session, SessionDraft
from store.programme.words import (
    ground_label,
    part_label,
)


def session_form(pair: str, names: str, platforms: Sequence[str]) -> ProgrammeForm:
    """A session."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        draft = SessionDraft(
            at=answers.moment("on", "clock"), platform=answers.text("platform"), content=answers.text("content")
        )
        return await form.do(Casework.add_session, pair, draft)

    def words() -> str:
        if not platforms:
            return _("No platform is approved yet: the session will be flagged.")
        return _("Approved platforms: {names}. A session on another one is flagged.").format(
            names=one_line(", ".join(platforms), 200)
        )

    return ProgrammeForm(
        lambda: _("Session: {names}").format(names=one_line(names, 60)),
        (
            on_field(),
            Field(id="clock", label=lambda: _("At what time? (14:30; else noon)"), optional=True),
            Field(id="platform", label=lambda: _("On which platform?"), value=platforms[0] if platforms else ""),
            Field(
                id="content",
                label=lambda: _("What was shared, only where it has to be kept; it stays out of all that leaves"),
                sort=Sort.AREA,
                optional=True,
            ),
        ),
        save,
        draft=f"session/{pair}",
        words=words,
    )


def consent_form(session: Session, *, given: bool) -> ProgrammeForm:
    """A consent to a recording, or that it was withdrawn."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        method = Casework.give_consent if given else Casework.withdraw_consent
        return await form.do(method, session.id, answers.text("who"), on=answers.day("on"), how=answers.text("how"))

    def who() -> tuple[Option, ...]:
        return (
            Option(id=session.mentor, label=one_line(session.mentor_name, 60), note=part_label(Part.MENTOR)),
            Option(id=session.mentee, label=one_line(session.mentee_name, 60), note=part_label(Part.MENTEE)),
        )

    return ProgrammeForm(
        lambda: _("Consent to a recording") if given else _("A consent is withdrawn"),
        (
            Field(id="who", label=lambda: _("Who?"), sort=Sort.ONE, options=who),
            Field(id="how", label=lambda: _("How was it said? (in writing, aloud to whom ...)")),
            on_field(),
        ),
        save,
        draft=f"consent/{session.id}",
        words=lambda: "" if given else _("Recordings of the session then have to be removed."),
    )


def recording_form(session: Session) -> ProgrammeForm:
    """A recording: its digest, where it lies, who holds it."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        digest = "".join(answers.text("digest").split()).lower()
        digest = digest if digest.startswith("sha256:") else f"sha256:{digest}"
        draft = RecordingDraft(digest=digest, place=answers.text("place"), holder=answers.text("holder"))
        return await form.do(Casework.register_recording, session.id, draft)

    return ProgrammeForm(
        lambda: _("Register a recording"),
        (
            Field(id="digest", label=lambda: _("Its checksum (SHA-256, 64 digits)")),
            Field(id="place", label=lambda: _("Where does it lie?")),
            Field(id="holder", label=lambda: _("Who holds it?")),
        ),
        save,
        draft=f"recording/{session.id}",
        words=lambda: _("The recording itself is never kept here."),
    )


def _which(recordings: Sequence[Recording]) -> tuple[Field, ...]:
    """Which recording, where there are several: nothing is taken for granted."""

    def options() -> tuple[Option, ...]:
        return tuple(Option(id=one.id, label=_label(one), note=f"{one.digest[7:19]}…") for one in recordings)

    if len(recordings) < 2:
        return ()
    return (Field(id="recording", label=lambda: _("Which recording?"), sort=Sort.ONE, options=options),)


def _label(recording: Recording) -> str:
    """Where it lies, once somebody has looked; else when it was registered."""
    if recording.place:
        return one_line(f"{recording.place}, {recording.holder}", 60)
    return _("registered {at}").format(at=moment(recording.registered_at))


def access_form(recordings: Sequence[Recording]) -> ProgrammeForm:
    """Why a recording is looked at; of several, which."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        id = answers.text("recording") or recordings[0].id
        return await form.do(Casework.access_recording, id, answers.text("ground"), answers.text("reason"))

    return ProgrammeForm(
        lambda: _("Look at a recording"),
        (
            *_which(recordings),
            Field(id="ground", label=lambda: _("What for?"), sort=Sort.ONE, options=options_of(Ground, ground_label)),
            Field(id="reason", label=lambda: _("Why is it needed? It stays in the journal."), sort=Sort.AREA),
        ),
        save,
        draft=f"access/{recordings[0].session}",
    )


def removal_form(recordings: Sequence[Recording]) -> ProgrammeForm:
    """That a recording is gone; of several, which."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        id = answers.text("recording") or recordings[0].id
        return await form.do(Casework.remove_recording, id, on=answers.day("on"), how=answers.text("how"))

    return ProgrammeForm(
        lambda: _("A recording is removed"),
        (
            *_which(recordings),
            Field(id="how", label=lambda: _("How was it made sure that it is gone?"), sort=Sort.AREA),
            on_field(),
        ),
        save,
        draft=f"removal/{recordings[0].session}",
    )
