"""`segl screen`: warning signs and the meeting plan, one question a time; `print` writes the plan to a file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.guide import Guide, StepView
from guidance.language import _, current_language
from guidance.model import DONE_PREFIX, FactValue
from guidance.screening import (
    Answers,
    Course,
    answered,
    asked,
    emergency_first,
    lacking,
    nothing_seen,
    opened,
    pages,
    said_mark,
    signs_seen,
)
from guidance.values import parse_value
from tui.cli.answer import Answer, Json
from tui.cli.documents import read_facts
from tui.cli.failures import AnswersNeeded
from tui.cli.records import fact_value, spec_words
from tui.cli.session import Session
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from tui.cli.sources import Sources


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Go through the warning signs."""
    return _through(session, options, Course.SCREENING)


def meeting(session: Session, options: argparse.Namespace) -> Answer:
    """Make the plan of a first meeting."""
    return _through(session, options, Course.MEETING)


def _through(session: Session, options: argparse.Namespace, course: Course) -> Answer:
    raw = session.sources.document("--facts", options.facts, options.facts_fd)
    casework = session.casework()
    guide = casework.require_course(options.case, course)
    if raw is not None:
        answers = _read(guide, read_facts(raw))
    elif session.sources.can_ask():
        answers = _ask(session.sources, guide, course)
    else:
        answers = {}
    if missing := lacking(guide, course, answers):
        raise AnswersNeeded(
            tuple(_missing_words(guide, view, fact) for view, fact in missing),
            _('Give the answers as TOML, "name" = value: --facts FILE, --facts - for standard input, or --facts-fd N.'),
            first=emergency_first(),
        )
    reference = casework.view(options.case).summary.reference
    seen = signs_seen(guide, answers) if course is Course.SCREENING else ()
    after = casework.screen(options.case, course, answers)
    return Answer(document=_document(reference, course, answers, seen, after), lines=tuple(_lines(course, seen, after)))


def _read(guide: Guide, given: dict[str, FactValue]) -> dict[str, FactValue]:
    specs = guide.specs
    return {
        fact: parse_value(specs[fact], value, today=guide.today) if fact in specs else value
        for fact, value in given.items()
    }


def _missing_words(guide: Guide, view: StepView, fact: str) -> str:
    if fact in guide.specs:
        return spec_words(guide.specs[fact])
    return f'"{fact}": {view.step.title.local()} ({_("true, once it has been said")})'


def _ask(sources: Sources, guide: Guide, course: Course) -> dict[str, FactValue]:
    answers: dict[str, FactValue] = {}
    while True:
        _ask_pages(sources, guide, course, answers)
        for line in _review(guide, course, answers):
            sources.say(line)
        if yes(sources.ask(_("Is this right? {hint}").format(hint=yes_or_no()))):
            return answers


def _ask_pages(sources: Sources, guide: Guide, course: Course, answers: dict[str, FactValue]) -> None:
    from tui.cli.asking import GoBack, ask_fact

    sources.say(emergency_first())
    sources.say(_("'<' goes back a question."))
    place = 0
    while place < len(found := pages(guide, course, answers)):
        view = found[place]
        progress = _("{place} of {pages}").format(place=place + 1, pages=len(found))
        sources.say("")
        for line in (f"{progress}  {view.step.title.local()}", view.step.why.local(), view.step.how.local()):
            if line:
                sources.say(line)
        so_far = answered(guide, answers)
        try:
            if mark := said_mark(view):
                answers[mark] = _said(sources)
            for spec in asked(guide, view, answers):
                value = ask_fact(sources, so_far, spec, back=True)
                if value is not None:
                    answers[spec.id] = value
        except GoBack:
            place = max(place - 1, 0)
        else:
            place += 1


def _said(sources: Sources) -> bool:
    from tui.cli.asking import BACK, GoBack

    while True:
        typed = sources.ask(_("Has it been said or done? {hint}").format(hint=yes_or_no())).strip()
        if typed == BACK:
            raise GoBack
        if yes(typed):
            return True


def _review(guide: Guide, course: Course, answers: Answers) -> Iterator[str]:
    from store.meeting_file import answer_words

    yield ""
    yield _("The answers:")
    known = {**guide.facts.values, **answers}
    for view in pages(guide, course, answers):
        for spec in asked(guide, view, answers):
            yield f"  {spec.label.local()} {answer_words(spec, known.get(spec.id))}"


def _document(
    reference: str, course: Course, answers: Answers, seen: tuple[StepView, ...], guide: Guide
) -> dict[str, Json]:
    return {
        "case": reference,
        "course": course.value,
        "emergency": emergency_first(),
        "facts": {
            fact: fact_value(value) for fact, value in sorted(answers.items()) if not fact.startswith(DONE_PREFIX)
        },
        "signs": [
            {
                "step": view.id,
                "title": view.step.title.local(),
                "why": view.step.why.local(),
                "how": view.step.how.local(),
            }
            for view in seen
        ],
        "opened": [view.id for view in opened(guide)],
        "next": [view.id for view in guide.next_steps],
        "blockers": [view.id for view in guide.blockers],
    }


def _lines(course: Course, seen: tuple[StepView, ...], guide: Guide) -> Iterator[str]:
    yield emergency_first()
    if course is Course.SCREENING:
        yield ""
        if not seen:
            yield nothing_seen().local()
        for view in seen:
            yield f"! {view.step.title.local()}"
            yield f"    {view.step.why.local()}"
            yield f"    {view.step.how.local()}"
    at_once = opened(guide)
    if at_once:
        yield ""
        yield _("To be done at once:")
        for view in at_once:
            yield f"  {view.id}: {view.step.title.local()}"
    elif guide.next_steps:
        yield ""
        yield _("Next: {step}").format(step=guide.next_steps[0].step.title.local())


def print_(session: Session, options: argparse.Namespace) -> Answer:
    """Write the meeting plan to a file, and that it was written into the journal of the case."""
    from store.cpr import Leaving
    from store.meeting_file import numbers_in, write_meeting_plan

    casework = session.casework()
    guide = casework.require_course(options.case, Course.MEETING)
    session.settle_cpr(numbers_in(guide, Path(options.output).name), leaving=Leaving.WRITTEN)
    made = write_meeting_plan(guide, Path(options.output), options.format, language=current_language(), allow_cpr=True)
    try:
        casework.record_print(options.case, made.path, what="meeting-plan", sort=made.sort, digest=made.digest)
    except BaseException:
        # What the journal does not know of is not left lying about.
        Path(made.path).unlink(missing_ok=True)
        raise
    reference = casework.view(options.case).summary.reference
    document: dict[str, Json] = {
        "case": reference,
        "path": made.path,
        "format": made.sort,
        "digest": made.digest,
        "size": made.size,
    }
    said = _("Written, and not encrypted: {path}").format(path=made.path)
    return Answer(document=document, lines=(said, f"  {made.digest}"))
