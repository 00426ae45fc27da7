"""The plan in words and rows: where it stands, one line a question, one question whole."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from guidance.language import _, ngettext
from screens.widgets.lines import fit
from screens.words import day, one_line, short_day, visible
from store.plan import NOW, Plan, PlanAnswer, PlanItem

Row = str | PlanItem
"""A heading, or a question."""


def rows_of(plan: Plan) -> list[Row]:
    """Each heading with its questions under it."""
    rows: list[Row] = []
    heading = ""
    for item in plan.items:
        if item.asked.heading.local() != heading:
            heading = item.asked.heading.local()
            rows.append(heading)
        rows.append(item)
    return rows


def draw_row(row: Row, width: int) -> Content:
    """A heading, or a question with how far it is."""
    if isinstance(row, str):
        return Content.styled(fit(one_line(row), width).plain, "bold")
    state, style = state_of(row)
    room = max(width - 18, 10)
    mark = "✓" if row.now else "·"
    question = f"{row.asked.number}. {row.asked.question.question.local()}"
    return Content.assemble(
        (f"{mark} ", "$success" if row.now else "$text-muted"), fit(one_line(question), room), " ", (state, style)
    )


def state_of(item: PlanItem) -> tuple[str, str]:
    """How far a question is, in a word, and its colour."""
    if item.disputed:
        return _("two answers"), "$error"
    if item.now is None:
        return (_("taken back"), "$warning") if item.published else (_("not answered"), "$text-muted")
    if item.published is None:
        return _("not published"), "$warning"
    return (_("changed"), "$warning") if item.changed else (_("published"), "$text-muted")


def summary(plan: Plan) -> Content:
    """Where the plan stands, in one line."""
    parts: list[Content | tuple[str, str] | str] = [
        _("{answered} of {total} answered").format(answered=plan.answered, total=len(plan.items))
    ]
    if plan.unpublished:
        words = ngettext("{count} not published", "{count} not published", plan.unpublished)
        parts += [" · ", (words.format(count=plan.unpublished), "$warning")]
    if newest := plan.newest:
        words = _("version {number} of {day}").format(
            number=newest.number, day=short_day(newest.published_at.astimezone().date())
        )
        review = _("review {day}").format(day=short_day(newest.review_on))
        parts += [" · ", words, " · ", (review, "bold $error" if plan.review_due else "")]
    return Content.assemble(*parts)


def detail(row: Row) -> Content:
    """A question with its answer."""
    if isinstance(row, str):
        return Content("")
    return Content("\n").join(_detail(row))


def _detail(item: PlanItem) -> Iterator[Content]:
    yield Content.styled(item.asked.question.question.local(), "bold")
    if item.disputed:
        yield Content.styled(_("Two people answered differently: answer it anew."), "$error")
    if item.now is None:
        yield Content.styled(item.asked.question.help.local(), "$text-muted")
        yield Content.styled(_("Not answered yet. Press Enter to answer it."), "$warning")
    else:
        yield from answer_lines(item.now)
    if item.published and item.changed:
        yield Content.styled(_("In the version in force it says:"), "bold")
        yield from answer_lines(item.published)


def answer_lines(answer: PlanAnswer) -> Iterator[Content]:
    """An answer, and under it who gave it and when."""
    yield Content(visible(answer.text))
    who = _("{author}, {day}").format(author=one_line(answer.author), day=day(answer.at.astimezone().date()))
    yield Content.styled(who, "$text-muted")


def version_words(number: int, *, beside: bool = False) -> str:
    """A version, or the answers as they stand.

    Args:
        number: of the version.
        beside: whether it was published in another vault of the same person and never in force here.
    """
    if number == NOW:
        return _("the answers as they stand now")
    words = _("version {number} (never in force here)") if beside else _("version {number}")
    return words.format(number=number)
