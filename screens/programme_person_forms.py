"""Forms about people: register, vetting, check-ins, and bringing two together."""

from __future__ import annotations

from collections.abc import Sequence

from guidance.language import _
from guidance.mentoring import Opinion, Part, Verified
from screens.programme_form import Answers, Field, ProgrammeForm, Sort, on_field, options_of, people_options, yes_no
from screens.words import one_line
from store.casework import Casework
from store.programme.people_model import (
    CriminalRecord,
    Interview,
    Participant,
    ParticipantDraft,
    Reference,
    Verification,
)
from store.programme.words import (
    link_words,
    opinion_label,
    part_label,
    verified_label,
)


def participant_form(person: Participant | None = None) -> ProgrammeForm:
    """Register somebody, or change what is known."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        draft = ParticipantDraft(
            name=answers.text("name"),
            parts=tuple(Part(one) for one in answers.several("parts")),
            contact=answers.text("contact"),
            about=answers.text("about"),
            author=answers.text("author"),
        )
        if person is None:
            return await form.do(Casework.add_participant, draft)
        return await form.do(Casework.change_participant, person.id, draft)

    parts = " ".join(one.value for one in person.parts) if person else ""
    return ProgrammeForm(
        lambda: _("Register somebody") if person is None else _("Change what is known"),
        (
            Field(id="name", label=lambda: _("Name"), value=person.name if person else ""),
            Field(
                id="parts",
                label=lambda: _("Mentor or mentee? (space; both may fit)"),
                sort=Sort.SEVERAL,
                options=options_of(Part, part_label),
                value=parts,
            ),
            Field(
                id="contact",
                label=lambda: _("Contact: telephone, mail"),
                value=person.contact if person else "",
                optional=True,
            ),
            Field(
                id="author",
                label=lambda: _("If this is a colleague: the colleague's name"),
                value=person.author if person else "",
                optional=True,
            ),
            Field(
                id="about",
                label=lambda: _("Anything else"),
                sort=Sort.AREA,
                value=person.about if person else "",
                optional=True,
            ),
        ),
        save,
        draft=f"participant/{person.id}" if person else "participant",
        words=link_words,
    )


def verification_form(person: Participant, what: Verified) -> ProgrammeForm:
    """Education or work history, looked into."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        found = Verification(
            what=what, confirmed=answers.yes("confirmed"), how=answers.text("how"), on=answers.day("on")
        )
        return await form.do(Casework.verify_background, person.id, found)

    return ProgrammeForm(
        lambda: f"{verified_label(what)}: {one_line(person.name, 60)}",
        (
            Field(id="confirmed", label=lambda: _("Is it as the person says?"), sort=Sort.ONE, options=yes_no),
            Field(id="how", label=lambda: _("How was it checked?"), sort=Sort.AREA),
            on_field(),
        ),
        save,
        draft=f"verified/{person.id}/{what.value}",
    )


def reference_form(person: Participant, reference: Reference | None = None) -> ProgrammeForm:
    """A personal reference, and what came of contacting it."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        opinion = answers.text("opinion")
        found = Reference(
            id=reference.id if reference else "",
            name=answers.text("name"),
            relation=answers.text("relation"),
            contact=reference.contact if reference else "",
            contacted_on=answers.days.get("on"),
            by=answers.text("by"),
            opinion=Opinion(opinion) if opinion else None,
            said=answers.text("said"),
        )
        return await form.do(Casework.record_reference, person.id, found)

    known = reference
    return ProgrammeForm(
        lambda: _("Reference for {name}").format(name=one_line(person.name, 60)),
        (
            Field(id="name", label=lambda: _("Name of the reference"), value=known.name if known else ""),
            Field(
                id="relation",
                label=lambda: _("How they know each other"),
                value=known.relation if known else "",
                optional=True,
            ),
            Field(
                id="on",
                label=lambda: _("Contacted when? (blank: not yet)"),
                sort=Sort.DAY,
                value=known.contacted_on.isoformat() if known and known.contacted_on else "",
                optional=True,
            ),
            Field(id="by", label=lambda: _("Contacted by"), value=known.by if known else "", optional=True),
            Field(
                id="opinion",
                label=lambda: _("What does the reference think?"),
                sort=Sort.ONE,
                options=options_of(Opinion, opinion_label),
                value=known.opinion.value if known and known.opinion else "",
                optional=True,
            ),
            Field(
                id="said",
                label=lambda: _("What was said of character and fitness for the role"),
                sort=Sort.AREA,
                value=known.said if known else "",
                optional=True,
            ),
        ),
        save,
        draft=f"reference/{person.id}/{known.id if known else ''}",
    )


def interview_form(person: Participant) -> ProgrammeForm:
    """The formal interview."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        found = Interview(
            on=answers.day("on"),
            by=answers.text("by"),
            motivation=answers.text("motivation"),
            role=answers.text("role"),
            safety=answers.text("safety"),
            commits=answers.yes("commits"),
        )
        return await form.do(Casework.record_interview, person.id, found)

    known = person.interview
    return ProgrammeForm(
        lambda: _("Interview with {name}").format(name=one_line(person.name, 60)),
        (
            Field(
                id="motivation",
                label=lambda: _("Motivation: why do they want to be a mentor?"),
                sort=Sort.AREA,
                value=known.motivation if known else "",
                optional=True,
            ),
            Field(
                id="role",
                label=lambda: _("The role: what do they understand by it?"),
                sort=Sort.AREA,
                value=known.role if known else "",
                optional=True,
            ),
            Field(
                id="safety",
                label=lambda: _("Safety: how will they keep it safe and supportive?"),
                sort=Sort.AREA,
                value=known.safety if known else "",
                optional=True,
            ),
            Field(
                id="commits",
                label=lambda: _("Do they commit to it?"),
                sort=Sort.ONE,
                options=yes_no,
                value="" if known is None else "yes" if known.commits else "no",
            ),
            on_field(),
            Field(id="by", label=lambda: _("Who held it?"), value=known.by if known else ""),
        ),
        save,
        draft=f"interview/{person.id}",
        words=lambda: _("What is not spoken of stays missing."),
    )


def criminal_record_form(person: Participant) -> ProgrammeForm:
    """That a criminal record certificate was seen."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        found = CriminalRecord(
            issued_on=answers.day("issued"), renew_on=answers.day("renew"), seen_by=answers.text("by")
        )
        return await form.do(Casework.record_criminal_record, person.id, found)

    return ProgrammeForm(
        lambda: _("Criminal record check of {name}").format(name=one_line(person.name, 60)),
        (
            Field(id="issued", label=lambda: _("Issued on"), sort=Sort.DAY),
            Field(id="renew", label=lambda: _("To be renewed by (a date, '+2y')"), sort=Sort.DAY),
            Field(id="by", label=lambda: _("Who saw the certificate?")),
        ),
        save,
        draft=f"record/{person.id}",
        words=lambda: _("Only that it was seen, and the dates. What stands in it is never kept here."),
    )


def check_in_form(person: Participant) -> ProgrammeForm:
    """A check-in."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        return await form.do(
            Casework.hold_check_in,
            person.id,
            on=answers.day("on"),
            goes_well=answers.yes("well"),
            guidelines=answers.yes("guidelines"),
            text=answers.text("text"),
        )

    return ProgrammeForm(
        lambda: _("Check-in with {name}").format(name=one_line(person.name, 60)),
        (
            Field(id="well", label=lambda: _("Does the mentoring go well?"), sort=Sort.ONE, options=yes_no),
            Field(id="guidelines", label=lambda: _("Are the guidelines followed?"), sort=Sort.ONE, options=yes_no),
            Field(
                id="text",
                label=lambda: _("In words; needed where one of the answers is no"),
                sort=Sort.AREA,
                needed=lambda taken: "no" in (taken.get("well"), taken.get("guidelines")),
            ),
            on_field(),
        ),
        save,
        draft=f"check-in/{person.id}",
    )


def pair_form(mentors: Sequence[Participant], mentees: Sequence[Participant]) -> ProgrammeForm:
    """Bring two people together."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        return await form.do(
            Casework.begin_mentoring,
            answers.text("mentor"),
            answers.text("mentee"),
            on=answers.day("on"),
            goals=answers.text("goals"),
        )

    return ProgrammeForm(
        lambda: _("Bring a mentor and a mentee together"),
        (
            Field(id="mentor", label=lambda: _("Mentor"), sort=Sort.ONE, options=lambda: people_options(mentors)),
            Field(id="mentee", label=lambda: _("Mentee"), sort=Sort.ONE, options=lambda: people_options(mentees)),
            on_field(),
            Field(id="goals", label=lambda: _("Goals"), sort=Sort.AREA, optional=True),
        ),
        save,
        draft="pair",
    )
