"""`segl note correct`, `segl person change`, `segl guide set`: what is recorded put right; what stood there stays."""

from __future__ import annotations

import argparse
from dataclasses import fields

from guidance.language import _
from store.model import PersonDraft
from tui.cli.answer import Answer, Json
from tui.cli.commands.guiding import next_lines, outlook
from tui.cli.documents import read_facts, read_person
from tui.cli.failures import AnswersNeeded, UsageFault
from tui.cli.records import fact_value, note_document, person_document
from tui.cli.session import Session


def correct_note(session: Session, options: argparse.Namespace) -> Answer:
    """Put another version of a note in force, with a reason."""
    casework = session.casework()
    summary = casework.view(options.case).summary
    text = session.sources.text(_("The note"))
    reason = session.sources.reason(options.reason_fd)
    note = casework.correct_note(options.case, options.note, text, reason)
    said = _("Corrected in case {reference}; the version before stays.").format(reference=summary.reference)
    return Answer(document={"case": summary.reference, "note": note_document(note)}, lines=(said,))


def change_person(session: Session, options: argparse.Namespace) -> Answer:
    """Record somebody anew; what is not named stays as it is."""
    raw = session.sources.document("--person", options.person_file)
    if raw is None:
        raise AnswersNeeded(
            tuple(field.name for field in fields(PersonDraft)),
            _("Give them as TOML: --person FILE, or --person - for standard input."),
        )
    read_person(raw, _NOBODY)
    casework = session.casework()
    view = casework.view(options.case)
    found = [one for one in view.people if one.id.startswith(options.person)]
    if len(found) != 1:
        raise UsageFault(_("The case has no such person, or several."), "person change")
    known = PersonDraft(**{field.name: getattr(found[0], field.name) for field in fields(PersonDraft)})
    person = casework.change_person(options.case, found[0].id, read_person(raw, known))
    said = _("Changed in case {reference}: {name}").format(reference=view.summary.reference, name=person.name)
    return Answer(document={"case": view.summary.reference, "person": person_document(person)}, lines=(said,))


_NOBODY = PersonDraft(name="", roles=())


def set_facts(session: Session, options: argparse.Namespace) -> Answer:
    """Record or correct answers without doing a step."""
    raw = session.sources.document("--facts", options.facts, options.facts_fd)
    if raw is None:
        raise AnswersNeeded(
            (_("the answers"),),
            _('Give the answers as TOML, "name" = value: --facts FILE, --facts - for standard input, or --facts-fd N.'),
        )
    given = read_facts(raw)
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    guide = casework.set_facts(options.case, given)
    values = guide.facts.values
    document: dict[str, Json] = {
        "case": reference,
        "facts": {fact: fact_value(values[fact]) for fact in given if fact in values},
        **outlook(guide),
    }
    said = _("Recorded in case {reference}.").format(reference=reference)
    return Answer(document=document, lines=(said, *next_lines(guide)))
