"""`segl plan`: the office's preparedness plan."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _, current_language, ngettext
from store.plan import NOW
from tui.cli.answer import Answer, Json
from tui.cli.plain import lines_of
from tui.cli.records import day, moment
from tui.cli.registry_office import NEWEST
from tui.cli.session import Session
from tui.cli.sources import MAX_TEXT, as_text, read_descriptor

if TYPE_CHECKING:
    from store.plan import Change, Plan, PlanAnswer, PlanComparison, PlanItem, PlanVersion


def show(session: Session, options: argparse.Namespace) -> Answer:
    """Show the plan as it stands, or a version."""
    casework = session.casework()
    plan = casework.plan()
    version = casework.plan_version(options.version)
    items = [_item(item, version) for item in plan.items]
    document: dict[str, Json] = {
        "version": options.version,
        "answered": sum(item["answer"] is not None for item in items),
        "unpublished": plan.unpublished,
        "review_due": plan.review_due,
        "questions": list(items),
        "versions": [_version_document(one) for one in plan.versions],
    }
    return Answer(document=document, lines=tuple(_plan_lines(plan, version)))


def answer(session: Session, options: argparse.Namespace) -> Answer:
    """Answer a question, or take an answer back."""
    casework = session.casework()
    if options.clear:
        plan = casework.clear_plan_answer(options.question)
        said = _("The question is open again.")
    else:
        from store.cases.plan import PlanQuestionUnknown

        found = casework.plan().item(options.question)
        if found is None or not found.still_asked:
            raise PlanQuestionUnknown(options.question)
        text = session.sources.text(found.asked.question.question.local())
        plan = casework.answer_plan(options.question, text)
        said = _("Saved. {answered} of {total} questions are answered.").format(
            answered=plan.answered, total=len(plan.items)
        )
    item = plan.item(options.question)
    assert item is not None
    return Answer(document={"question": _item(item, None), "answered": plan.answered}, lines=(said,))


def publish(session: Session, options: argparse.Namespace) -> Answer:
    """Publish the next version."""
    agreed_by = ""
    if options.agreed_by_fd is not None:
        agreed_by = as_text(read_descriptor(options.agreed_by_fd, "--agreed-by-fd", MAX_TEXT), "--agreed-by-fd")
    version = session.casework().publish_plan(options.review_on, agreed_by)
    said = _("Published version {number}, to be looked at again {day}.").format(
        number=version.number, day=version.review_on.isoformat()
    )
    return Answer(document={"version": _version_document(version)}, lines=(said,))


def compare(session: Session, options: argparse.Namespace) -> Answer:
    """Say what differs."""
    found = session.casework().compare_plan(options.before, options.after)
    document: dict[str, Json] = {
        "before": found.before,
        "after": found.after,
        "differences": [
            {
                "question": one.question,
                "asked": one.asked.local(),
                "change": one.change.value,
                "before": _answer_document(one.before),
                "after": _answer_document(one.after),
            }
            for one in found.changed
        ],
    }
    return Answer(document=document, lines=tuple(_comparison_lines(found)))


def export(session: Session, options: argparse.Namespace) -> Answer:
    """Write the plan to a file, and that it was written into the journal of the office."""
    from store.cpr import Leaving
    from store.plan_file import numbers_in, write_plan

    casework = session.casework()
    plan = casework.plan()
    version = options.version
    if version == NEWEST:
        version = plan.newest.number if plan.newest else NOW
    session.settle_cpr(numbers_in(plan, version, Path(options.output).name), leaving=Leaving.WRITTEN)
    made = write_plan(
        plan, Path(options.output), options.format, version=version, language=current_language(), allow_cpr=True
    )
    try:
        casework.record_plan_export(made.path, version=version, sort=made.sort, digest=made.digest)
    except BaseException:
        # What the journal does not know of is not left lying about.
        Path(made.path).unlink(missing_ok=True)
        raise
    document: dict[str, Json] = {
        "path": made.path,
        "format": made.sort,
        "version": made.version,
        "digest": made.digest,
        "size": made.size,
    }
    return Answer(document=document, lines=(_("Written: {path}").format(path=made.path), f"  {made.digest}"))


def _answer_document(answer: PlanAnswer | None) -> Json:
    if answer is None:
        return None
    return {"text": answer.text, "author": answer.author, "at": moment(answer.at)}


def _item(item: PlanItem, version: PlanVersion | None) -> dict[str, Json]:
    answer = version.answers.get(item.id) if version else item.now
    return {
        "id": item.id,
        "number": item.asked.number,
        "heading": item.asked.heading.local(),
        "question": item.asked.question.question.local(),
        "help": item.asked.question.help.local(),
        "answer": _answer_document(answer),
        "published": item.published is not None and not item.changed,
        "disputed": item.disputed,
    }


def _version_document(version: PlanVersion) -> dict[str, Json]:
    return {
        "number": version.number,
        "published_at": moment(version.published_at),
        "author": version.author,
        "agreed_by": version.agreed_by,
        "review_on": day(version.review_on),
        "answered": len(version.answers),
        "beside": version.beside,
    }


def _plan_lines(plan: Plan, version: PlanVersion | None) -> Iterator[str]:
    yield _state(plan, version)
    if plan.review_due:
        yield "! " + _("The plan is due to be looked at again.")
    heading = ""
    for item in plan.items:
        if item.asked.heading.local() != heading:
            heading = item.asked.heading.local()
            yield ""
            yield heading
        yield f"  {item.id}: {item.asked.question.question.local()}"
        answer = version.answers.get(item.id) if version else item.now
        if answer is None:
            yield "    " + _("not answered yet")
            continue
        yield from (f"    {line}" for line in lines_of(answer.text))
        mark = "" if version or not item.changed else ", " + _("not published yet")
        yield f"    ({answer.author}, {answer.at.date().isoformat()}{mark})"
        if item.disputed:
            yield "    ! " + _("Two people answered differently: answer it anew.")
    if plan.versions:
        yield ""
        yield _("Versions")
    for one in plan.versions:
        yield (
            "  "
            + _("{number}: published {day} by {author}, to be looked at again {review}").format(
                number=one.number,
                day=one.published_at.date().isoformat(),
                author=one.author,
                review=one.review_on.isoformat(),
            )
            + (", " + _("never in force here") if one.beside else "")
        )


def _state(plan: Plan, version: PlanVersion | None) -> str:
    if version:
        return _("Version {number}, published {day}").format(
            number=version.number, day=version.published_at.date().isoformat()
        )
    said = _("{answered} of {total} questions are answered.").format(answered=plan.answered, total=len(plan.items))
    count = plan.unpublished
    if not count:
        return said
    return f"{said} " + ngettext(
        "{count} answer is not published.", "{count} answers are not published.", count
    ).format(count=count)


def _comparison_lines(found: PlanComparison) -> Iterator[str]:
    if not found.changed:
        yield _("Nothing differs.")
    for one in found.changed:
        yield f"{one.question}: {one.asked.local()} ({_change(one.change)})"
        for mark, answer in (("-", one.before), ("+", one.after)):
            if answer is not None:
                yield from (f"  {mark} {line}" for line in lines_of(answer.text))


def _change(change: Change) -> str:
    return {"added": _("added"), "removed": _("taken away"), "changed": _("changed")}.get(change.value, "")
