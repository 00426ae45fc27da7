"""The plan as a file: a page to print (self-contained HTML, A4) or TOML. Office text; nothing of a case is in it.

It is plain on purpose: a plan hangs on the wall. That it was written is an entry of the office
(`store.cases.plan.PlanDesk.record_plan_export`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

from guidance.language import Language, _, current_language, speaking
from guidance.plan import Asked
from store import cpr
from store.bundle.dates import day_words
from store.bundle.html import Markup, element, join, page, pairs, section
from store.cases.plan import PlanVersionUnknown
from store.cpr import CprField
from store.plain_file import write_plain
from store.plan import NOW, Plan, PlanAnswer, PlanVersion

Sort = Literal["html", "toml"]
SORTS: Final[tuple[Sort, ...]] = ("html", "toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A file that was written."""

    path: str
    sort: Sort
    version: int
    digest: str
    size: int


def numbers_in(plan: Plan, version: int, name: str = "") -> tuple[CprField, ...]:
    """Where civil registration numbers seem to stand in a version of the plan, or in the name of its file (CM-2b)."""
    answers = [answer for _asked, answer in _answered(plan, _found(plan, version)) if answer]
    found = (
        field
        for answer in answers
        for field in cpr.numbers_in("office.plan-answered", {"text": answer.text}, plan.today, on=answer.at.date())
    )
    return (*cpr.numbers_in_name(name, plan.today), *found)


def write_plan(
    plan: Plan, out: Path, sort: Sort, *, version: int = NOW, language: Language = "da", allow_cpr: bool = False
) -> PlanFile:
    """Write a version of the plan to a new file, readable by its owner only.

    Raises:
        PlanVersionUnknown: there is no such version.
        CprNoticed: a civil registration number seems to stand in it, and nobody said that it must.
        AlreadyThere: a file of that name is there; it was not touched.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    if not allow_cpr:
        cpr.require_no_numbers(numbers_in(plan, version, out.name), cpr.refuse, leaving=cpr.Leaving.WRITTEN)
    content = plan_page(plan, version, language) if sort == "html" else plan_toml(plan, version)
    target, digest = write_plain(out, content)
    return PlanFile(path=str(target), sort=sort, version=version, digest=digest, size=len(content))


def plan_page(plan: Plan, version: int, language: Language) -> bytes:
    """The plan as a page: no script, nothing from outside, every question with its answer or that it has none."""
    with speaking(language):
        found = _found(plan, version)
        title = _("Preparedness plan: {office}").format(office=plan.office)
        body = [element("h1", title), pairs(_rows(plan, found))]
        for heading, rows in _by_heading(plan, found):
            body.append(section(heading, *(_row(asked, answer) for asked, answer in rows)))
        return page(title=title, language=language, body=join(body))


def plan_toml(plan: Plan, version: int) -> bytes:
    """The plan as TOML: who answered what, and when; a question without an answer has no `answer`."""
    found = _found(plan, version)
    lines = [f"office = {_quoted(plan.office)}", f"version = {version}"]
    if found:
        lines += [
            f"published_at = {_moment(found.published_at)}",
            f"published_by = {_quoted(found.author)}",
            f"agreed_by = {_quoted(found.agreed_by)}",
            f"review_on = {found.review_on.isoformat()}",
            *(["beside = true"] if found.beside else []),
        ]
    for asked, answer in _answered(plan, found):
        lines += [
            "",
            "[[questions]]",
            f"id = {_quoted(asked.id)}",
            f"heading = {_quoted(asked.heading.local())}",
            f"question = {_quoted(asked.question.question.local())}",
        ]
        if answer:
            lines += [
                f"answer = {_quoted(answer.text)}",
                f"answered_by = {_quoted(answer.author)}",
                f"answered_at = {_moment(answer.at)}",
            ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _number_words(version: PlanVersion) -> str:
    """The number of a version, and that it is not in force where it never was."""
    return _("{number} (never in force here)").format(number=version.number) if version.beside else str(version.number)


def _found(plan: Plan, version: int) -> PlanVersion | None:
    if version == NOW:
        return None
    found = [one for one in plan.versions if one.number == version]
    if not found:
        raise PlanVersionUnknown(version)
    return found[-1]


def _answered(plan: Plan, version: PlanVersion | None) -> Iterator[tuple[Asked, PlanAnswer | None]]:
    for item in plan.items:
        yield item.asked, version.answers.get(item.id) if version else item.now


def _by_heading(plan: Plan, version: PlanVersion | None) -> Iterator[tuple[str, list[tuple[Asked, PlanAnswer | None]]]]:
    rows: dict[str, list[tuple[Asked, PlanAnswer | None]]] = {}
    for asked, answer in _answered(plan, version):
        rows.setdefault(asked.heading.local(), []).append((asked, answer))
    yield from rows.items()


def _rows(plan: Plan, version: PlanVersion | None) -> list[tuple[str, str]]:
    total = len(plan.items)
    answered = sum(answer is not None for _asked, answer in _answered(plan, version))
    count = _("{answered} of {total}").format(answered=answered, total=total)
    if version is None:
        state = _("as answered on {day}, not published").format(day=_day(plan.today))
        return [(_("Office"), plan.office), (_("Version"), state), (_("Questions answered"), count)]
    return [
        (_("Office"), plan.office),
        (_("Version"), _number_words(version)),
        (_("Published"), _day(version.published_at.date())),
        (_("Published by"), version.author),
        (_("Agreed by"), version.agreed_by),
        (_("To be looked at again"), _day(version.review_on)),
        (_("Questions answered"), count),
    ]


def _row(asked: Asked, answer: PlanAnswer | None) -> Markup:
    question = element("h3", f"{asked.number}. {asked.question.question.local()}")
    if answer is None:
        return join((question, element("p", element("span", _("Not answered yet."), class_="lack"))))
    where = f"{answer.author} · {_day(answer.at.date())}"
    return join((question, element("div", answer.text, class_="text"), element("p", where, class_="where")))


def _day(day: date) -> str:
    return day_words(day, current_language())


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, and DEL needs one too (TOML 1.0, 'String')."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
