"""`segl mentor`: who takes part, vetting, acceptance, suspension, check-ins, policy, platforms, settings."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from guidance.language import _
from store.programme.people import draft_of
from store.programme.people_model import Participant
from store.programme.words import length_words, link_words, record_check_line
from tui.cli import documents_mentor as documents
from tui.cli.answer import Answer
from tui.cli.commands.mentor_keeping import asked_look_at
from tui.cli.failures import AnswersNeeded
from tui.cli.records_mentor import (
    participant_document,
    participant_lines,
    policy_document,
    policy_lines,
    programme_document,
    programme_lines,
    settings_document,
)
from tui.cli.session import Session

if TYPE_CHECKING:
    from tui.cli.documents_mentor import Facts

T = TypeVar("T")


def facts(session: Session, options: argparse.Namespace, what: Callable[[Facts], T]) -> T:
    """What a command is given as TOML.

    Raises:
        AnswersNeeded: nothing was given; it says which keys there are.
        DocumentFault: it is not as it has to be.
    """
    found = given(session, options, what)
    if found is None:
        raise AnswersNeeded(options.keys, _("Give them as TOML: --facts FILE, or --facts - for standard input."))
    return found


def given(session: Session, options: argparse.Namespace, what: Callable[[Facts], T]) -> T | None:
    """The same; None where nothing was given."""
    raw = session.sources.document("--facts", options.facts, options.facts_fd)
    return None if raw is None else documents.read(raw, what)


def _answer(person: Participant, *said: str) -> Answer:
    lines = (*said, *participant_lines(person))
    return Answer(document={"participant": participant_document(person)}, lines=lines)


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """The programme."""
    programme = session.casework().programme()
    return Answer(document=programme_document(programme), lines=tuple(programme_lines(programme)))


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Register somebody."""
    draft = facts(session, options, documents.participant)
    return _answer(session.casework().add_participant(draft), _("Registered."))


def change(session: Session, options: argparse.Namespace) -> Answer:
    """Record somebody anew; what is not said stays."""
    casework = session.casework()
    now = draft_of(casework.participant(options.person))
    draft = facts(session, options, partial(documents.participant_changed, now=now))
    changed = casework.change_participant(options.person, draft)
    return _answer(changed, _("Saved."), *([link_words()] if changed.author != now.author else []))


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show somebody."""
    return _answer(session.casework().participant(options.person))


def vetting(session: Session, options: argparse.Namespace) -> Answer:
    """Record what of the vetting was done; without facts, show what it lacks."""
    found = given(session, options, documents.vetting)
    casework = session.casework()
    if found is not None:
        for verification in found.verifications:
            casework.verify_background(options.person, verification)
        for reference in found.references:
            casework.record_reference(options.person, reference)
        if found.interview:
            casework.record_interview(options.person, found.interview)
        if found.criminal_record:
            casework.record_criminal_record(options.person, found.criminal_record)
    return _answer(
        casework.participant(options.person), record_check_line(casework.programme().settings.criminal_record)
    )


def accept(session: Session, options: argparse.Namespace) -> Answer:
    """Accept a mentor; refused, naming what is missing, while something is."""
    reason = session.sources.reason(options.reason_fd)
    return _answer(session.casework().accept_mentor(options.person, reason), _("Accepted."))


def suspend(session: Session, options: argparse.Namespace) -> Answer:
    """Suspend somebody at once."""
    reason = session.sources.reason(options.reason_fd)
    return _answer(session.casework().suspend_participant(options.person, reason), _("Suspended: no sessions now."))


def resume(session: Session, options: argparse.Namespace) -> Answer:
    """Lift a suspension."""
    reason = session.sources.reason(options.reason_fd)
    return _answer(session.casework().resume_participant(options.person, reason), _("The suspension is lifted."))


def end(session: Session, options: argparse.Namespace) -> Answer:
    """End somebody's part at once."""
    reason = session.sources.reason(options.reason_fd)
    look_at = asked_look_at(session, options.person, options.look_at)
    ended = session.casework().end_participant(options.person, reason, look_at)
    return _answer(ended, _("Ended, with all mentorings."))


def check_in(session: Session, options: argparse.Namespace) -> Answer:
    """Record a check-in."""
    on, goes_well, guidelines, text = facts(session, options, documents.check_in)
    held = session.casework().hold_check_in(
        options.person, on=on, goes_well=goes_well, guidelines=guidelines, text=text
    )
    return _answer(held, _("The check-in is recorded."))


def add_policy(session: Session, options: argparse.Namespace) -> Answer:
    """Put a version of the policy in force."""
    policy = session.casework().publish_policy(facts(session, options, documents.policy))
    return Answer(document={"policy": policy_document(policy)}, lines=tuple(policy_lines(policy)))


def policies(session: Session, _options: argparse.Namespace) -> Answer:
    """The versions of the policy."""
    found = session.casework().programme().policies
    lines = tuple(line for policy in found for line in policy_lines(policy))
    return Answer(
        document={"policies": [policy_document(policy) for policy in found]}, lines=lines or (_("No policy yet."),)
    )


def read_policy(session: Session, options: argparse.Namespace) -> Answer:
    """Record that somebody read a version."""
    on = facts(session, options, lambda table: table.on("on"))
    policy = session.casework().read_policy(options.policy, options.person, on=on)
    return Answer(document={"policy": policy_document(policy)}, lines=tuple(policy_lines(policy)))


def platforms(session: Session, options: argparse.Namespace) -> Answer:
    """The approved platforms."""
    found = given(session, options, documents.platforms)
    casework = session.casework()
    approved = casework.programme().platforms if found is None else casework.approve_platforms(found)
    return Answer(
        document={"platforms": list(approved)},
        lines=approved or (_("No platform is approved yet: every session is flagged."),),
    )


def settings(session: Session, options: argparse.Namespace) -> Answer:
    """How the programme is run."""
    casework = session.casework()
    now = casework.programme().settings
    found = given(session, options, partial(documents.settings, now=now))
    if found is not None:
        now = casework.change_programme(*found)
    lines = (
        record_check_line(now.criminal_record),
        _("Check-ins: {length} apart").format(length=length_words(now.check_in_every)),
        _("Concerns: dealt with within {length}").format(length=length_words(now.concern_within)),
    )
    return Answer(document={"settings": settings_document(now)}, lines=lines)
