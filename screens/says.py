"""What is shown beside a step: whom to turn to, and what the office has settled beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from guidance import directory
from guidance.directory import Entry
from guidance.language import _
from guidance.model import Playbook
from screens.words import one_line, short_day, visible
from store.plan import Plan

_PLAN = "plan"
_DIRECTORY = "directory"


def said_with(
    says: Iterable[str],
    playbooks: Iterable[Playbook] = (),
    entries: Iterable[Entry] | None = None,
    plan: Plan | None = None,
) -> Iterator[Content]:
    """A line for each entry of the directory and each question of the plan that a step names.

    Args:
        says: as in `guidance.model.Step.says`.
        playbooks: of the case, for the words of a question.
        entries: the office's directory; the shipped one where it is None.
        plan: the office's plan; only the questions where it is None.
    """
    questions = {question.id: question for playbook in playbooks for question in playbook.plan}
    for said in says:
        kind, _colon, id = said.partition(":")
        if kind == _DIRECTORY and (entry := directory.find(id, entries)):
            ways = " · ".join(one_line(way) for way in (entry.phone, entry.site, entry.mail) if way)
            mark = f"  ({entry.mark()})"
            yield Content.assemble((f"{one_line(entry.name.local())}  ", "bold"), ways, (mark, "$text-muted"))
        elif kind == _PLAN and (question := questions.get(id)):
            yield from _settled(question.question.local(), id, plan)


def _settled(question: str, id: str, plan: Plan | None) -> Iterator[Content]:
    """What the plan says, or that it says nothing yet and how it can be made to."""
    item = plan.item(id) if plan else None
    if plan is None:
        yield Content.assemble((_("Settle beforehand:") + " ", "$text-muted"), question)
        return
    yield Content.assemble((_("Our plan:") + " ", "bold"), question)
    answer = item.in_force if item else None
    if item is None or answer is None:
        yield Content.styled("  " + _("The plan has no answer yet. F3 answers it."), "$warning")
        return
    for line in visible(answer.text).split("\n"):
        yield Content(f"  {line}")
    day = short_day(answer.at.astimezone().date())
    words = _("{author}, {day}").format(author=one_line(answer.author), day=day)
    if item.published is None:
        words += ", " + _("not published yet")
    yield Content.styled(f"  ({words})", "$text-muted")


def named(says: Iterable[str], kind: str) -> tuple[str, ...]:
    """The ids of one kind that a step names: `plan` or `directory`."""
    return tuple(id for room, _colon, id in (said.partition(":") for said in says) if room == kind)
