"""What is said beside a step on the command line: what the office has settled, and whom to turn to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from guidance import directory
from guidance.guide import Guide, StepView
from guidance.language import _
from tui.cli.plain import lines_of

if TYPE_CHECKING:
    from store.casework import Casework
    from store.plan import Plan


def said_lines(casework: Casework, guide: Guide, view: StepView) -> Iterator[str]:
    """The plan's answers and the directory's entries that a step names; a missing answer says how it is given."""
    if not view.step.says:
        return
    plan, entries = casework.plan(), casework.directory()
    questions = {question.id: question for playbook in guide.playbooks for question in playbook.plan}
    for said in view.step.says:
        kind, _colon, id = said.partition(":")
        if kind == "directory" and (entry := directory.find(id, entries)):
            ways = "   ".join(way for way in (entry.phone, entry.site, entry.mail) if way)
            yield f"  {entry.name.local()}: {ways} ({entry.mark()})"
        elif kind == "plan" and (question := questions.get(id)):
            yield "  " + _("Our plan: {question}").format(question=question.question.local())
            yield from _answer(plan, id)


def _answer(plan: Plan, id: str) -> Iterator[str]:
    item = plan.item(id)
    answer = item.in_force if item else None
    if item is None or answer is None:
        yield "    " + _("The plan has no answer yet: segl plan answer {question}").format(question=id)
        return
    yield from (f"    {line}" for line in lines_of(answer.text))
    mark = "" if item.published else ", " + _("not published yet")
    yield f"    ({answer.author}, {answer.at.date().isoformat()}{mark})"
