"""`segl guide`, `segl level`: the steps of a case, done, set aside, taken up."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from guidance.guide import Guide, StepView
from guidance.language import _
from guidance.model import LEVEL_FACT, FactValue, State
from tui.cli.answer import Answer, Json
from tui.cli.documents import read_facts
from tui.cli.failures import AnswersNeeded
from tui.cli.records import guide_document, guide_lines, spec_words, step_document, step_lines, whole_step_lines
from tui.cli.said import said_lines
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.casework import Casework


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show the steps of a case."""
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    guide = casework.guide(options.case)
    lines = list(guide_lines(guide, whole=options.all))
    if guide.next_steps:
        # After the two lines that name the next step.
        lines[2:2] = said_lines(casework, guide, guide.next_steps[0])
    return Answer(document=guide_document(guide, reference, whole=options.all), lines=tuple(lines))


def one(session: Session, options: argparse.Namespace) -> Answer:
    """Show one step: why, how, what it asks, whom to turn to, and where it comes from."""
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    guide = casework.guide(options.case)
    view = guide.step(options.step)
    lines = (*step_lines(view), "", *whole_step_lines(view, guide), *said_lines(casework, guide, view))
    return Answer(document={"case": reference, "step": step_document(view), **outlook(guide)}, lines=lines)


def do(session: Session, options: argparse.Namespace) -> Answer:
    """Do a step, with the answers it asks for."""
    raw = session.sources.document("--facts", options.facts, options.facts_fd)
    given = None if raw is None else read_facts(raw)
    casework = session.casework()
    view = casework.guide(options.case).step(options.step)
    values = _values(session, casework, options.case, view, given)
    reasoned = options.reason_fd is not None or (LEVEL_FACT in view.step.sets and session.sources.can_ask())
    remark = session.sources.reason(options.reason_fd) if reasoned else ""
    return _answer(casework, options, casework.do_step(options.case, view.id, values, remark))


def _values(
    session: Session, casework: Casework, case: str, view: StepView, given: dict[str, FactValue] | None
) -> dict[str, FactValue]:
    guide = casework.guide(case)
    if given is not None:
        return given
    known = guide.facts.values
    lacking = [spec for spec in view.facts if not spec.optional and (spec.id not in known or view.step.recurs)]
    if view.held_by or view.state is State.NOT_APPLICABLE or not view.facts:
        # Refused by a rule or free of questions: either way there is nothing to ask before the engine has spoken.
        return {}
    if session.sources.can_ask():
        from tui.cli.asking import ask_facts

        return ask_facts(session.sources, guide, view)
    if lacking:
        raise AnswersNeeded(
            tuple(spec_words(spec) for spec in view.facts),
            _('Give the answers as TOML, "name" = value: --facts FILE, --facts - for standard input, or --facts-fd N.'),
        )
    return {}


def set_aside(session: Session, options: argparse.Namespace) -> Answer:
    """Set a step aside, with a reason that stays in the case."""
    casework = session.casework()
    reason = session.sources.reason(options.reason_fd)
    return _answer(casework, options, casework.set_aside(options.case, options.step, reason))


def go_past(session: Session, options: argparse.Namespace) -> Answer:
    """Go past what holds a step, where a person may, with a reason that stays in the case."""
    casework = session.casework()
    reason = session.sources.reason(options.reason_fd)
    return _answer(casework, options, casework.go_past(options.case, options.step, reason))


def put_off(session: Session, options: argparse.Namespace) -> Answer:
    """Put a step off until a day, with a reason; or take that back."""
    casework = session.casework()
    if options.no_longer:
        return _answer(casework, options, casework.end_snooze(options.case, options.step))
    reason = session.sources.reason(options.reason_fd)
    return _answer(casework, options, casework.snooze(options.case, options.step, options.until, reason))


def take_up(session: Session, options: argparse.Namespace) -> Answer:
    """Take up a step again."""
    casework = session.casework()
    return _answer(casework, options, casework.take_up(options.case, options.step))


def level(session: Session, options: argparse.Namespace) -> Answer:
    """Decide the level, with a reason."""
    casework = session.casework()
    reason = session.sources.reason(options.reason_fd)
    guide = casework.set_level(options.case, options.level, reason)
    summary = casework.view(options.case).summary
    said = _("Case {reference} is at level {level}.").format(reference=summary.reference, level=summary.level)
    document: dict[str, Json] = {"case": summary.reference, "level": summary.level, **outlook(guide)}
    return Answer(document=document, lines=(said, *next_lines(guide)))


def _answer(casework: Casework, options: argparse.Namespace, guide: Guide) -> Answer:
    reference = casework.view(options.case).summary.reference
    view = guide.step(options.step)
    return Answer(
        document={"case": reference, "step": step_document(view), **outlook(guide)},
        lines=(*step_lines(view), *next_lines(guide)),
    )


def outlook(guide: Guide) -> dict[str, Json]:
    """What is next, and what stands against closing."""
    return {
        "next": [view.id for view in guide.next_steps],
        "blockers": [view.id for view in guide.blockers],
    }


def next_lines(guide: Guide) -> tuple[str, ...]:
    """The next step, for people."""
    if not guide.next_steps:
        return (_("There is no next step."),)
    return (_("Next: {step}").format(step=guide.next_steps[0].step.title.local()), f"  {guide.next_steps[0].id}")
