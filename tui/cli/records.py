"""The records of the store as JSON documents and as lines. The keys are a promise (`docs/cli.md`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Final

from guidance.guide import Guide, StepView
from guidance.language import _, ngettext
from guidance.model import FactSpec, FactType, FactValue, State
from store.bundle.custody_words import disputed_line
from store.bundle.labels import (
    age_label,
    evidence_field_label,
    evidence_kind_label,
    role_label,
    state_label,
    strength_label,
)
from store.cases.chains import disputed_copies
from store.given_up import handed_over_words
from store.model import CaseSummary, CaseView, Evidence, HistoryLine, Note, Person
from tui.cli.answer import Json
from tui.cli.plain import lines_of, one_line


def moment(at: datetime | None) -> str | None:
    """A time as RFC 3339 in UTC, to the second."""
    return None if at is None else at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def day(on: date | None) -> str | None:
    """A day as 2026-01-31."""
    return None if on is None else on.isoformat()


def local(at: datetime) -> str:
    """A time as a person reads it, by the clock of this machine."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


SHORT: Final = 8
"""Digits of an id that are shown to a person; the beginning of an id is enough everywhere."""


def fact_value(value: FactValue) -> Json:
    """A fact's value."""
    return value.isoformat() if isinstance(value, date) else value


def summary_document(summary: CaseSummary) -> dict[str, Json]:
    """A line of the case list."""
    return {
        "reference": summary.reference,
        "id": summary.id,
        "title": summary.title,
        "kind": summary.kind,
        "level": summary.level,
        "opened_at": moment(summary.opened_at),
        "changed_at": moment(summary.changed_at),
        "closed_at": moment(summary.closed_at),
        "next_step": summary.next_step,
        "next_due": day(summary.next_due),
        "overdue": summary.overdue,
        "conflicts": summary.conflicts,
        "level_disputed": summary.level_disputed,
        "handed_over": {"to": gone.to, "at": moment(gone.at)} if (gone := summary.handed_over) else None,
    }


def level_words(level: int | None) -> str:
    """The level, or that there is none yet."""
    return _("level {level}").format(level=level) if level else _("no level yet")


def disputed_words(reference: str, count: int) -> str:
    """That people said different things, and the command that shows them."""
    said = ngettext(
        "Different statements stand on {count} matter, for you to decide: segl case conflicts {case}",
        "Different statements stand on {count} matters, for you to decide: segl case conflicts {case}",
        count,
    )
    return said.format(count=count, case=reference)


def summary_lines(summary: CaseSummary) -> Iterator[str]:
    """A line of the case list, and under it what is next."""
    level = _("level: you disagree") if summary.level_disputed else level_words(summary.level)
    yield f"{summary.reference}  {summary.title}  ({level})"
    if summary.conflicts:
        yield "  " + disputed_words(summary.reference, summary.conflicts)
    if summary.handed_over is not None:
        yield "  " + one_line(handed_over_words(summary.handed_over))
    if summary.closed_at is not None:
        yield "  " + _("closed {at}").format(at=local(summary.closed_at))
        return
    if summary.overdue:
        yield "  " + ngettext("{n} step overdue", "{n} steps overdue", summary.overdue).format(n=summary.overdue)
    if summary.next_step:
        yield "  " + _("next: {step}").format(step=summary.next_step)
    if summary.next_due:
        yield "  " + _("first of all due: {day}").format(day=summary.next_due)


def person_document(person: Person) -> dict[str, Json]:
    """Somebody of a case."""
    return {
        "id": person.id,
        "name": person.name,
        "roles": [role.value for role in person.roles],
        "age": person.age.value,
        "authority_over": list(person.authority_over),
        "contact": person.contact,
        "about": person.about,
        "added_at": moment(person.added_at),
    }


def note_document(note: Note) -> dict[str, Json]:
    """A note with all its versions, oldest first."""
    return {
        "id": note.id,
        "versions": [
            {
                "entry": version.entry,
                "text": version.text,
                "at": moment(version.at),
                "author": version.author,
                "reason": version.reason,
            }
            for version in note.versions
        ],
    }


def evidence_document(evidence: Evidence) -> dict[str, Json]:
    """A piece of evidence."""
    return {
        "number": evidence.number,
        "id": evidence.id,
        "digest": evidence.digest,
        "size": evidence.size,
        "source": evidence.source.value,
        "name": evidence.name,
        "raw_name": evidence.raw_name,
        "kind": evidence.kind.value,
        "platform": evidence.platform,
        "accounts": list(evidence.accounts),
        "url": evidence.url,
        "claimed_at": evidence.claimed_at,
        "found_at": evidence.found_at,
        "shows": evidence.shows,
        "holder": evidence.holder.value,
        "holder_name": evidence.holder_name,
        "held_where": evidence.held_where,
        "came_how": evidence.came_how,
        "seen_by": list(evidence.seen_by),
        "registered_at": moment(evidence.registered_at),
        "registered_by": evidence.registered_by,
        "missing": list(evidence.missing),
        "devices": [
            {"copy": one.copy, "device": one.device.value, "withdrawn": one.withdrawn} for one in evidence.devices
        ],
        "custody_disputed": bool(disputed_copies(evidence)),
    }


def evidence_lines(evidence: Evidence) -> Iterator[str]:
    """A piece of evidence."""
    size = "" if evidence.size is None else _(", {size} bytes").format(size=evidence.size)
    yield f"E{evidence.number}  {evidence.name or evidence_kind_label(evidence.kind)}{size}"
    yield f"  {evidence.digest}"
    told = [evidence.platform, ", ".join(evidence.accounts), evidence.claimed_at]
    if any(told):
        yield "  " + " · ".join(part for part in told if part)
    if copies := disputed_copies(evidence):
        yield "  ! " + disputed_line(copies)
    if evidence.missing:
        yield "  " + _("still to be written: {fields}").format(
            fields=", ".join(f"{evidence_field_label(field)} ({field})" for field in evidence.missing)
        )


def spec_document(spec: FactSpec) -> dict[str, Json]:
    """One answer that a step asks for."""
    return {
        "id": spec.id,
        "type": spec.type.value,
        "label": spec.label.local(),
        "help": spec.help.local(),
        "choices": [{"id": choice.id, "label": choice.label.local()} for choice in spec.choices],
        "optional": spec.optional,
    }


def spec_words(spec: FactSpec) -> str:
    """One answer that a step asks for, and what it can be."""
    allowed = {
        FactType.YES_NO: _("true or false"),
        FactType.DATE: _("a date such as 2026-01-31"),
        FactType.TEXT: _("text"),
        FactType.LEVEL: _("a level from 1 to 5"),
    }.get(spec.type) or _("one of: {choices}").format(choices=", ".join(choice.id for choice in spec.choices))
    if spec.type is FactType.CHOICES:
        allowed = _("a list of: {choices}").format(choices=", ".join(choice.id for choice in spec.choices))
    optional = _(", may be left out") if spec.optional else ""
    return f'"{spec.id}": {spec.label.local()} ({allowed}{optional})'


def step_document(view: StepView) -> dict[str, Json]:
    """A step as it stands in a case today."""
    return {
        "id": view.id,
        "title": view.step.title.local(),
        "why": view.step.why.local(),
        "how": view.step.how.local(),
        "phase": view.phase.id,
        "kind": view.step.kind.value,
        "strength": view.strength.value,
        "state": view.state.value,
        "due_on": day(view.due_on),
        "done_at": moment(view.done_at),
        "held_by": [
            {"rule": hold.rule, "facts": list(hold.facts), "explanation": hold.explanation.local()}
            for hold in view.held_by
        ],
        "set_aside_reason": view.set_aside.reason if view.set_aside else None,
        "put_off_until": day(view.snoozed.until) if view.snoozed else None,
        "put_off_reason": view.snoozed.reason if view.snoozed else None,
        "asks": [spec_document(spec) for spec in view.facts],
        "warnings": [warning.local() for warning in view.warnings],
        "says": list(view.step.says),
        "sources": [{"playbook": playbook, "step": step} for playbook, step in view.sources],
    }


def guide_document(guide: Guide, reference: str, *, whole: bool) -> dict[str, Json]:
    """The way through a case; what does not apply only where it is asked for."""
    return {
        "case": reference,
        "today": day(guide.today),
        "next": [view.id for view in guide.next_steps],
        "blockers": [view.id for view in guide.blockers],
        "steps": [step_document(view) for view in _shown(guide, whole=whole)],
    }


def _shown(guide: Guide, *, whole: bool) -> list[StepView]:
    return [view for view in guide.steps if whole or view.state is not State.NOT_APPLICABLE]


def step_lines(view: StepView) -> Iterator[str]:
    """A step as it stands."""
    due = _(", due {day}").format(day=view.due_on) if view.due_on else ""
    words = f"{strength_label(view.strength)}, {state_label(view.state)}"
    yield f"  {view.id}: {view.step.title.local()} ({words}{due})"
    if view.snoozed is not None:
        yield "    " + _("put off until {day}: {reason}").format(
            day=view.snoozed.until, reason=one_line(view.snoozed.reason)
        )
    for hold in view.held_by:
        yield f"    {hold.explanation.local()}"
    for warning in view.warnings:
        yield f"    ! {warning.local()}"


def whole_step_lines(view: StepView, guide: Guide) -> Iterator[str]:
    """What a step says: why, how, what it asks, and where it comes from."""
    yield from _block(_("Why"), [view.step.why.local()])
    yield from _block(_("How"), [view.step.how.local()])
    if view.facts:
        yield from _block(_("It asks"), [spec_words(spec) for spec in view.facts])
    titles = {book.id: book.title.local() for book in guide.playbooks}
    yield ""
    yield _("From: {source}").format(source="; ".join(titles.get(book, book) for book, _step in view.sources))
    yield ""


def guide_lines(guide: Guide, *, whole: bool) -> Iterator[str]:
    """The way through a case: what is next, then every step by its phase."""
    if guide.next_steps:
        yield _("Next: {step}").format(step=guide.next_steps[0].step.title.local())
        yield f"  {guide.next_steps[0].id}"
    phase = ""
    for view in _shown(guide, whole=whole):
        if view.phase.id != phase:
            phase = view.phase.id
            yield ""
            yield view.phase.title.local()
        yield from step_lines(view)
    yield ""
    if guide.can_close:
        yield _("Nothing stands against closing the case.")
    else:
        count = len(guide.blockers)
        yield ngettext("{n} must stands against closing.", "{n} musts stand against closing.", count).format(n=count)


def case_before(view: CaseView) -> dict[str, Json]:
    """A whole case but its guide, which is a document of its own: what stands before its evidence."""
    return {
        "case": summary_document(view.summary),
        "level_reason": view.level_reason,
        "stand_in": view.stand_in,
        "no_stand_in_reason": view.no_stand_in_reason,
        "people": [person_document(person) for person in view.people],
        "notes": [note_document(note) for note in view.notes],
    }


def case_behind(view: CaseView) -> dict[str, Json]:
    """What stands behind it."""
    return {
        "facts": {fact: fact_value(value) for fact, value in sorted(view.facts.items())},
        "next": [step.id for step in view.guide.next_steps],
        "blockers": [step.id for step in view.guide.blockers],
    }


def case_lines(view: CaseView) -> Iterator[str]:
    """A whole case but its evidence, which comes last."""
    summary = view.summary
    yield from summary_lines(summary)
    yield "  " + _("opened {at}").format(at=local(summary.opened_at))
    if view.level_reason:
        yield from _block(_("Why this level"), [view.level_reason])
    if view.stand_in:
        yield "  " + _("stand-in: {name}").format(name=view.stand_in)
    elif view.no_stand_in_reason:
        yield from _block(_("No stand-in, because"), [view.no_stand_in_reason])
    yield from people_lines(view.people)
    yield from notes_lines(view.notes)


def people_lines(people: tuple[Person, ...]) -> Iterator[str]:
    """The people of a case."""
    if people:
        yield ""
        yield _("People")
    names = {person.id: person.name for person in people}
    for person in people:
        over = ", ".join(names.get(id, id) for id in person.authority_over)
        parts = [", ".join(role_label(role) for role in person.roles), age_label(person.age)]
        if over:
            parts.append(_("parental authority over {names}").format(names=over))
        yield f"  {person.id[:SHORT]}  {person.name}: {'; '.join(parts)}"


def notes_lines(notes: tuple[Note, ...]) -> Iterator[str]:
    """The notes of a case, each in the version in force."""
    for note in notes:
        version = note.current
        title = _("Note, {at}, {author}").format(at=local(version.at), author=version.author)
        yield from _block(f"{note.id[:SHORT]}  {title}", [version.text])
        if len(note.versions) > 1:
            yield "  " + _("corrected: {reason}").format(reason=version.reason)


def register_lines(evidence: Iterable[Evidence]) -> Iterator[str]:
    """The register of evidence."""
    for place, one in enumerate(evidence):
        if place == 0:
            yield ""
            yield _("Evidence (checksums only)")
        yield from (f"  {line}" for line in evidence_lines(one))


def history_document(line: HistoryLine) -> dict[str, Json]:
    """A journal entry in words."""
    return {
        "entry": line.entry,
        "at": moment(line.at),
        "author": line.author,
        "kind": line.kind,
        "words": line.words,
        "flags": list(line.flags),
    }


def history_lines(line: HistoryLine) -> Iterator[str]:
    """A journal entry in words."""
    yield f"{local(line.at)}  {line.author}"
    yield from (f"  {words}" for words in lines_of(line.words))
    if line.flags:
        yield "  ! " + ", ".join(line.flags)


def _block(title: str, texts: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    for text in texts:
        yield from (f"  {line}" for line in lines_of(text))
