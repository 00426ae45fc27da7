"""The plan of a first meeting as a file to take along: a page to print or plain text. Plain on purpose.

That it was written is an entry of the case (`store.cases.screening.ScreeningDesk.record_print`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

from guidance.guide import Guide, StepView
from guidance.language import Language, _, current_language, speaking
from guidance.model import FactSpec, FactType, FactValue
from guidance.screening import PLANNED, Course, asked, emergency_first, pages
from store import cpr
from store.bundle.dates import day_words
from store.bundle.html import Markup, element, join, page, section
from store.bundle.visible import visible
from store.cpr import CprField
from store.plain_file import write_plain

Sort = Literal["html", "txt"]
SORTS: Final[tuple[Sort, ...]] = ("html", "txt")
WIDTH: Final = 78


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFile:
    """A file that was written."""

    path: str
    sort: Sort
    digest: str
    size: int


def numbers_in(guide: Guide, name: str = "") -> tuple[CprField, ...]:
    """Where civil registration numbers seem to stand in the plan, or in the name of its file (CM-2b)."""
    values = {spec.id: value for _view, rows in _rows(guide) for spec, value in rows if isinstance(value, str)}
    return (*cpr.numbers_in_name(name, guide.today), *cpr.numbers_in("fact.set", {"facts": values}, guide.today))


def write_meeting_plan(
    guide: Guide, out: Path, sort: Sort, *, language: Language = "da", allow_cpr: bool = False
) -> MeetingFile:
    """Write the plan to a new file, readable by its owner only.

    Raises:
        CprNoticed: a civil registration number seems to stand in it, and nobody said that it must.
        AlreadyThere: a file of that name is there; it was not touched.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    if not allow_cpr:
        cpr.require_no_numbers(numbers_in(guide, out.name), cpr.refuse, leaving=cpr.Leaving.WRITTEN)
    content = meeting_page(guide, language) if sort == "html" else meeting_text(guide, language)
    target, digest = write_plain(out, content)
    return MeetingFile(path=str(target), sort=sort, digest=digest, size=len(content))


def meeting_page(guide: Guide, language: Language) -> bytes:
    """The plan as a page: no script, nothing from outside, no reference and no title of the case."""
    with speaking(language):
        title = _("Meeting plan")
        body = [element("h1", title), element("p", emergency_first(), class_="lack"), element("p", _about(guide))]
        for view, rows in _rows(guide):
            found = [_answer(spec, value) for spec, value in rows]
            body.append(section(view.step.title.local(), element("p", view.step.why.local()), *found))
        return page(title=title, language=language, body=join(body))


def meeting_text(guide: Guide, language: Language) -> bytes:
    """The plan as plain text, 78 characters wide."""
    with speaking(language):
        lines = [_("Meeting plan"), "", *textwrap.wrap(emergency_first(), WIDTH), *textwrap.wrap(_about(guide), WIDTH)]
        for view, rows in _rows(guide):
            lines += ["", view.step.title.local().upper(), *textwrap.wrap(view.step.why.local(), WIDTH)]
            for spec, value in rows:
                lines += ["", *_indented(spec.label.local(), 2), *_indented(answer_words(spec, value))]
        return ("\n".join(lines) + "\n").encode("utf-8")


def _about(guide: Guide) -> str:
    return _("As planned on {day}. It is fine to leave early, and nobody is owed an explanation.").format(
        day=day_words(guide.today, current_language())
    )


def _rows(guide: Guide) -> Iterator[tuple[StepView, list[tuple[FactSpec, FactValue | None]]]]:
    """The pages with their answers. Whoever takes the plan along reads why; how a page is gone through is for the
    counsellor, and that there is a meeting goes without saying.
    """
    values = guide.facts.values
    for view in pages(guide, Course.MEETING, {}):
        if values.get(PLANNED) is True and view.step.sets == (PLANNED,):
            continue
        yield view, [(spec, values.get(spec.id)) for spec in asked(guide, view, {})]


def _answer(spec: FactSpec, value: FactValue | None) -> Markup:
    question = element("h3", spec.label.local())
    if value is None:
        return join((question, element("p", element("span", _("Not answered yet."), class_="lack"))))
    return join((question, element("div", answer_words(spec, value), class_="text")))


def answer_words(spec: FactSpec, value: FactValue | None) -> str:
    """An answer in words, or that there is none."""
    if value is None:
        return _("Not answered yet.")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return day_words(value, current_language())
    if spec.type in (FactType.CHOICE, FactType.CHOICES):
        labels = [choice.label.local() for id in str(value).split() if (choice := spec.choice(id))]
        return ", ".join(labels)
    return visible(str(value))


def _indented(text: str, by: int = 4) -> list[str]:
    return [" " * by + line for part in text.split("\n") for line in (textwrap.wrap(part, WIDTH - by) or [""])]
