"""Forms about concerns."""

from __future__ import annotations

from collections.abc import Sequence

from guidance.concerns import OUTCOMES, kinds, outcome_words
from guidance.language import _
from screens.programme_form import Answers, Field, ProgrammeForm, Sort, options_of, people_options
from screens.widgets.choices import Option
from store.casework import Casework
from store.programme.concern_model import Blocked, CameHow, Concern, ConcernDraft
from store.programme.people_model import Participant
from store.programme.words import (
    blocked_label,
    came_how_label,
)


def concern_form(people: Sequence[Participant]) -> ProgrammeForm:
    """Take in a concern from a printed form, a talk or a message."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        draft = ConcernDraft(
            kind=answers.text("kind"),
            what=answers.text("what"),
            came_how=CameHow(answers.text("how")),
            received_at=answers.moment("on", "clock", past=True),
            about=answers.text("about"),
            about_name=answers.text("about_name"),
            reported_by=answers.text("reporter"),
            blocked=Blocked(answers.text("blocked") or "unknown"),
            readers=tuple(one.strip() for one in answers.text("readers").split(",") if one.strip()),
        )
        return await form.do(Casework.take_in_concern, draft)

    return ProgrammeForm(
        lambda: _("Take in a concern"),
        (
            Field(
                id="kind",
                label=lambda: _("What kind of concern?"),
                sort=Sort.ONE,
                options=lambda: tuple(Option(id=one.id, label=one.label.local()) for one in kinds()),
            ),
            Field(
                id="about",
                label=lambda: _("Whom is it about?"),
                sort=Sort.ONE,
                options=lambda: people_options(people),
                instead="about_name",
            ),
            Field(id="about_name", label=lambda: _("If it is nobody of these: who?"), instead="about"),
            Field(id="what", label=lambda: _("What happened, in their own words"), sort=Sort.AREA),
            Field(
                id="how",
                label=lambda: _("How did it come in?"),
                sort=Sort.ONE,
                options=options_of(CameHow, came_how_label),
            ),
            Field(id="on", label=lambda: _("On which day did it come in?"), sort=Sort.DAY),
            Field(
                id="clock", label=lambda: _("At what time? (14:30; else noon, or now where it is today)"), optional=True
            ),
            Field(
                id="reporter",
                label=lambda: _("Who reported it, if they want to be named?"),
                sort=Sort.ONE,
                options=lambda: people_options(people),
                optional=True,
            ),
            Field(
                id="blocked",
                label=lambda: _("Is the person blocked?"),
                sort=Sort.ONE,
                options=options_of(Blocked, blocked_label),
                value=Blocked.UNKNOWN.value,
            ),
            Field(
                id="readers",
                label=lambda: _("Which colleagues may read it too? (names, comma between)"),
                sort=Sort.NAMES,
                optional=True,
            ),
        ),
        save,
        draft="concern",
        words=lambda: _(
            "Tell them first: what happened is not your fault. In danger: ring 112. "
            "Never shown to the person it is about."
        ),
    )


def closing_form(concern: Concern) -> ProgrammeForm:
    """How a concern turned out."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        outcome, text, look_at = answers.text("outcome"), answers.text("text"), answers.days.get("look-at")
        return await form.do(Casework.close_concern, concern.id, outcome, text, look_at)

    return ProgrammeForm(
        lambda: _("Close the concern"),
        (
            Field(
                id="outcome",
                label=lambda: _("How did it turn out?"),
                sort=Sort.ONE,
                options=lambda: tuple(Option(id=one, label=outcome_words(one)) for one in OUTCOMES),
            ),
            Field(id="text", label=lambda: _("What was done?"), sort=Sort.AREA),
            Field(
                id="look-at",
                label=lambda: _("When to look at whether it is still to be kept"),
                sort=Sort.DAY,
                optional=True,
            ),
        ),
        save,
        draft=f"concern-close/{concern.id}",
    )


def readers_form(concern: Concern) -> ProgrammeForm:
    """Who else may read a concern."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        names = tuple(one.strip() for one in answers.text("readers").split(",") if one.strip())
        return await form.do(Casework.name_readers, concern.id, names, answers.text("reason"))

    return ProgrammeForm(
        lambda: _("Who may read it"),
        (
            Field(
                id="readers",
                label=lambda: _("Colleagues beside yourself (names, comma between)"),
                sort=Sort.NAMES,
                optional=True,
            ),
            Field(id="reason", label=lambda: _("Why?"), sort=Sort.AREA),
        ),
        save,
        draft=f"concern-readers/{concern.id}",
        words=lambda: _(
            "It is recorded who may read it. It is passed on to them, sealed, and shown in their own vault; "
            "never to the person it is about."
        ),
    )


def wrong_link_form(concern: Concern) -> ProgrammeForm:
    """Which colleague the person of a concern is not."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        return await form.do(Casework.correct_link, concern.id, answers.text("colleague"), answers.text("reason"))

    return ProgrammeForm(
        lambda: _("A link was wrong"),
        (
            Field(id="colleague", label=lambda: _("Which colleague is it not? (name)")),
            Field(id="reason", label=lambda: _("Why was the link wrong?"), sort=Sort.AREA),
        ),
        save,
        draft=f"concern-link/{concern.id}",
        words=lambda: _(
            "A concern stays closed to every colleague whom the register ever linked to its person. Somebody else than "
            "the colleague can say that it was wrong, once the register is put right."
        ),
    )
