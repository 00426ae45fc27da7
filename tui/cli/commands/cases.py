"""`segl case`, `segl note`, `segl person`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from itertools import takewhile

from guidance.language import _
from guidance.wellbeing import signs_of
from store.model import Intake, PersonDraft
from tui.cli.answer import Answer
from tui.cli.documents import read_intake, read_person
from tui.cli.failures import AnswersNeeded
from tui.cli.parser import typed_day
from tui.cli.records import (
    case_before,
    case_behind,
    case_lines,
    day,
    evidence_document,
    history_document,
    history_lines,
    note_document,
    person_document,
    register_lines,
    summary_document,
    summary_lines,
)
from tui.cli.records_wellbeing import wellbeing_document, wellbeing_lines
from tui.cli.session import Session


def new(session: Session, options: argparse.Namespace) -> Answer:
    """Open a case from an intake, or by asking."""
    intake = _intake(session, options.intake)
    summary = session.casework().new_case(intake)
    said = _("Opened case {reference}.").format(reference=summary.reference)
    return Answer(document={"case": summary_document(summary)}, lines=(said, *summary_lines(summary)))


def _intake(session: Session, path: str | None) -> Intake:
    raw = session.sources.document("--intake", path)
    if raw is not None:
        return _typed(read_intake(raw))
    if not session.sources.can_ask():
        asked = ("title", "kind", "happened", "people", "facts", "stand_in", "no_stand_in_reason")
        raise AnswersNeeded(asked, _("Give an intake: --intake FILE, or --intake - for standard input."))
    from tui.cli.asking import ask_intake

    session.casework()
    return ask_intake(session.sources)


def _typed(intake: Intake) -> Intake:
    """The intake with its facts read as the playbooks of its kind mean them; the store judges what is left over."""
    if not intake.facts:
        return intake
    from guidance.loader import for_kind
    from guidance.merge import merge_facts
    from guidance.values import parse_value

    facts = intake.facts
    for _round in range(2):  # a fact may bring a playbook in, whose facts are read then
        specs = merge_facts(for_kind(intake.kind, facts))
        facts = {id: parse_value(specs[id], value) if id in specs else value for id, value in facts.items()}
    return replace(intake, facts=facts)


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """List the cases."""
    cases = session.casework().cases()
    lines = tuple(line for summary in cases for line in summary_lines(summary))
    return Answer(
        document={"cases": [summary_document(summary) for summary in cases]}, lines=lines or (_("No cases yet."),)
    )


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show a case; its evidence is told as it is read."""
    casework, output = session.casework(), session.output
    view = casework.view(options.case)
    pieces = takewhile(lambda _one: not output.unread, casework.evidence_in_turn(view.summary.id))
    if output.as_json:
        for name, value in case_before(view).items():
            output.growing.field(name, value)
        output.growing.items("evidence", map(evidence_document, pieces))
        return Answer(document=case_behind(view))
    output.told(case_lines(view))
    output.told(register_lines(pieces))
    return Answer(document=None)


def history(session: Session, options: argparse.Namespace) -> Answer:
    """Show the journal of a case, the oldest entry first."""
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    found = tuple(reversed(casework.history(options.case, newest=None)))
    return Answer(
        document={"case": reference, "history": [history_document(line) for line in found]},
        lines=tuple(line for one in found for line in history_lines(one)),
    )


def wellbeing(session: Session, options: argparse.Namespace) -> Answer:
    """Show the signs that were seen at each wellbeing talk, over time."""
    casework = session.casework()
    guide = casework.guide(options.case)
    reference = casework.view(options.case).summary.reference
    talks = casework.wellbeing(options.case)
    signs = signs_of(guide.specs, talks)
    return Answer(document=wellbeing_document(reference, signs, talks), lines=tuple(wellbeing_lines(signs, talks)))


def close(session: Session, options: argparse.Namespace) -> Answer:
    """Close a case; refused while a must stands open."""
    casework = session.casework()
    reason = session.sources.reason(options.reason_fd)
    look_at = options.look_at or _asked_look_at(session, casework.proposed_look_at(options.case))
    casework.close_case(options.case, reason, look_at)
    summary = casework.view(options.case).summary
    lines = [_("Closed case {reference}.").format(reference=summary.reference)]
    [kept] = [one for one in casework.retention() if one.case == summary.id]
    if kept.look_at:
        lines.append(_("To be looked at on {day}.").format(day=kept.look_at))
    else:
        lines.append(_("No day is named to look at whether it is still to be kept: 'segl retention look-at'."))
    return Answer(document={"case": summary_document(summary), "look_at": day(kept.look_at)}, lines=tuple(lines))


def _asked_look_at(session: Session, proposed: date | None) -> date | None:
    """The day to look at a closed case: asked where somebody is there, and nothing where they name none."""
    if not session.sources.can_ask():
        return None
    hint = _("blank: {day}").format(day=proposed) if proposed else _("may be left blank")
    question = _("When is it to be looked at whether the case is still to be kept? ({hint}, else as 2031-01-31):")
    while typed := session.sources.ask(question.format(hint=hint)).strip():
        if day := typed_day(typed):
            return day
        session.sources.say(_("That is no date."))
    return None


def reopen(session: Session, options: argparse.Namespace) -> Answer:
    """Open a closed case again."""
    casework = session.casework()
    casework.reopen_case(options.case, session.sources.reason(options.reason_fd))
    summary = casework.view(options.case).summary
    said = _("Case {reference} is open again.").format(reference=summary.reference)
    return Answer(document={"case": summary_document(summary)}, lines=(said, *summary_lines(summary)))


def add_note(session: Session, options: argparse.Namespace) -> Answer:
    """Write a note."""
    casework = session.casework()
    summary = casework.view(options.case).summary
    note = casework.add_note(options.case, session.sources.text(_("The note")))
    said = _("Saved in case {reference}.").format(reference=summary.reference)
    return Answer(document={"case": summary.reference, "note": note_document(note)}, lines=(said,))


def add_person(session: Session, options: argparse.Namespace) -> Answer:
    """Add somebody to a case."""
    draft = _draft(session, options.person)
    casework = session.casework()
    person = casework.add_person(options.case, draft)
    summary = casework.view(options.case).summary
    said = _("Added to case {reference}: {name}").format(reference=summary.reference, name=person.name)
    return Answer(document={"case": summary.reference, "person": person_document(person)}, lines=(said,))


def _draft(session: Session, path: str | None) -> PersonDraft:
    raw = session.sources.document("--person", path)
    if raw is not None:
        return read_person(raw)
    if not session.sources.can_ask():
        raise AnswersNeeded(
            ("name", "roles", "age", "authority_over", "contact", "about"),
            _("Give them as TOML: --person FILE, or --person - for standard input."),
        )
    from tui.cli.asking import ask_person

    session.casework()
    return ask_person(session.sources)
