"""Forms about how the programme is run: policy, platforms, settings."""

from __future__ import annotations

from collections.abc import Sequence

from guidance.language import _
from screens.programme_form import Answers, Field, ProgrammeForm, Sort, on_field, people_options, yes_no
from screens.widgets.choices import Option
from store.casework import Casework
from store.programme.model import Policy, PolicyDraft, Settings
from store.programme.people_model import Participant
from store.programme.words import length_words


def policy_form() -> ProgrammeForm:
    """A further version of the policy."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        digest = "".join(answers.text("digest").split()).lower()
        if digest and not digest.startswith("sha256:"):
            digest = f"sha256:{digest}"
        draft = PolicyDraft(
            title=answers.text("title"), review_on=answers.day("on"), text=answers.text("text"), digest=digest
        )
        return await form.do(Casework.publish_policy, draft)

    return ProgrammeForm(
        lambda: _("A new version of the policy"),
        (
            Field(id="title", label=lambda: _("Title")),
            Field(id="on", label=lambda: _("To be looked at again on (a date, '+1y')"), sort=Sort.DAY),
            Field(id="text", label=lambda: _("The text, or the checksum below"), sort=Sort.AREA, instead="digest"),
            Field(id="digest", label=lambda: _("Or the checksum of the file it is in"), instead="text"),
        ),
        save,
        draft="policy",
    )


def read_form(policy: Policy, people: Sequence[Participant]) -> ProgrammeForm:
    """That somebody read a version."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        return await form.do(Casework.read_policy, policy.id, answers.text("who"), on=answers.day("on"))

    return ProgrammeForm(
        lambda: _("Version {version} was read").format(version=policy.version),
        (
            Field(id="who", label=lambda: _("By whom?"), sort=Sort.ONE, options=lambda: people_options(people)),
            on_field(),
        ),
        save,
        draft=f"policy-read/{policy.id}",
    )


def settings_form(settings: Settings, platforms: Sequence[str]) -> ProgrammeForm:
    """How the programme is run."""

    async def save(form: ProgrammeForm, answers: Answers) -> object:
        named = tuple(one.strip() for one in answers.text("platforms").split(",") if one.strip())
        if named != tuple(platforms):
            await form.do(Casework.approve_platforms, named)
        found = Settings(
            criminal_record=answers.yes("record"),
            check_in_every=answers.text("every"),
            concern_within=answers.text("within"),
        )
        if found == settings:
            return settings
        return await form.do(Casework.change_programme, found, answers.text("reason"))

    return ProgrammeForm(
        lambda: _("How the programme is run"),
        (
            Field(
                id="platforms",
                label=lambda: _("Approved platforms (comma between)"),
                sort=Sort.NAMES,
                value=", ".join(platforms),
                optional=True,
            ),
            Field(
                id="record",
                label=lambda: _("Does a criminal record check belong to the vetting?"),
                sort=Sort.ONE,
                options=yes_no,
                value="yes" if settings.criminal_record else "no",
            ),
            Field(
                id="every",
                label=lambda: _("Time between check-ins"),
                sort=Sort.ONE,
                options=lambda: _lengths(("P1W", "P2W", "P1M", "P2M", "P3M"), settings.check_in_every),
                value=settings.check_in_every,
            ),
            Field(
                id="within",
                label=lambda: _("Time in which a concern is dealt with"),
                sort=Sort.ONE,
                options=lambda: _lengths(("P1D", "P2D", "P3D", "P1W"), settings.concern_within),
                value=settings.concern_within,
            ),
            Field(
                id="reason",
                label=lambda: _("Why is it changed? (not for platforms)"),
                sort=Sort.AREA,
                optional=True,
            ),
        ),
        save,
        draft="settings",
    )


def _lengths(offered: Sequence[str], now: str) -> tuple[Option, ...]:
    """Lengths of time to choose from; the one that holds now is always among them."""
    return tuple(Option(id=one, label=length_words(one)) for one in dict.fromkeys((*offered, now)))
