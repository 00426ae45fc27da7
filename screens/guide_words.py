"""The guide of a case in words: its rows, and all that is to be known of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from textual.content import Content

from guidance.engine import Guide, Hold, StepView
from guidance.language import _
from guidance.model import FactSpec, FactType, FactValue, Phase, State, Strength
from screens import words
from screens.widgets.lines import fit


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """The heading of a phase: how many of its steps are settled."""

    phase: Phase
    settled: int
    steps: int


GuideRow = PhaseRow | StepView

_SETTLED = (State.DONE, State.SET_ASIDE)
_ROOMY = 50
"""Cells from which a row has room for how binding its step is; below, only the step's own text says it."""


def guide_rows(guide: Guide, *, every: bool = False) -> list[GuideRow]:
    """Phases and their steps in order; with `every`, steps that are not for this case too."""
    rows: list[GuideRow] = []
    for phase in guide.phases:
        views = [view for view in guide.steps if view.phase.id == phase.id]
        shown = [view for view in views if every or view.state is not State.NOT_APPLICABLE]
        if shown:
            real = [view for view in shown if view.state is not State.NOT_APPLICABLE]
            settled = sum(1 for view in real if view.state in _SETTLED)
            rows.append(PhaseRow(phase=phase, settled=settled, steps=len(real)))
            rows.extend(shown)
    return rows


def row_of(rows: list[GuideRow], step_id: str) -> int:
    """Where a step stands among the rows, or -1."""
    return next((i for i, row in enumerate(rows) if isinstance(row, StepView) and step_id in row.ids), -1)


def lifting_step(guide: Guide, view: StepView) -> StepView | None:
    """The step that lifts what holds another: it sets a fact that is missing, and can be done or waits itself."""
    for hold in view.held_by:
        for fact in hold.facts:
            for other in guide.steps:
                if fact in other.step.sets and other.id != view.id and other.state is not State.NOT_APPLICABLE:
                    return other
    return None


def state_words(view: StepView, today: date) -> str:
    """State and due date as one says them: 'overdue by 2 days', 'waits', 'done'."""
    if view.snoozed is not None:
        return _("put off: {when}").format(when=words.due(view.snoozed.until, today))
    if view.state in (State.OPEN, State.DUE, State.OVERDUE):
        return words.due(view.due_on, today) or words.state(State.OPEN)
    if view.state is State.DONE and view.due_on is not None:
        return _("done, again {when}").format(when=words.due(view.due_on, today))
    return words.state(view.state)


def draw_row(row: GuideRow, width: int, today: date) -> Content:
    """One line of the guide."""
    if isinstance(row, PhaseRow):
        count = _("{settled} of {steps}").format(settled=row.settled, steps=row.steps)
        title = fit(Content.styled(row.phase.title.local().upper(), "bold $primary"), max(width - len(count) - 1, 1))
        return Content.assemble(title, " ", (count, "$text-muted"))
    style = words.state_style(row.state)
    right = state_words(row, today)
    state_width = min(max(len(right), 8), 22)
    strength = words.strength(row.strength)
    strength_width = max(len(words.strength(each)) for each in Strength) + 1 if width >= _ROOMY else 0
    title_width = max(width - 4 - strength_width - state_width - 1, 6)
    quiet = "$text-muted" if row.state in (*_SETTLED, State.NOT_APPLICABLE, State.HELD) else ""
    return Content.assemble(
        " ",
        (words.sign(row.state), style),
        "  ",
        fit(Content.styled(row.step.title.local(), quiet), title_width),
        " ",
        # "skal" before "ikke i denne sag" would read as that it must not be done.
        fit(
            Content.styled("" if row.state in (*_SETTLED, State.NOT_APPLICABLE) else strength, "$text-muted"),
            strength_width,
        ),
        fit(Content.styled(right, style), state_width),
    )


def fact_words(spec: FactSpec, value: FactValue) -> str:
    """An answer as people say it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return words.day(value)
    if spec.type in (FactType.CHOICE, FactType.CHOICES):
        labels = [choice.label.local() for one in str(value).split(" ") if (choice := spec.choice(one))]
        return ", ".join(labels) or words.visible(str(value))
    return words.visible(str(value))


def answers(view: StepView, guide: Guide) -> Iterator[tuple[str, str]]:
    """What has been recorded of what a step asks for: question and answer."""
    values: Mapping[str, FactValue] = guide.facts.values
    for fact in view.step.sets:
        spec = guide.specs.get(fact)
        if spec is not None and fact in values:
            yield spec.label.local(), fact_words(spec, values[fact])


def hold_words(hold: Hold) -> str:
    """What a step waits for."""
    return hold.explanation.local()


def source_words(view: StepView, guide: Guide) -> Iterator[str]:
    """Where the step comes from: the document and the place in it, one line each."""
    for playbook_id, step_id in view.sources:
        playbook = next((one for one in guide.playbooks if one.id == playbook_id), None)
        if playbook is not None:
            heading = next((step.heading for step in playbook.steps if step.id == step_id), "")
            yield " / ".join(part for part in (playbook.title.local(), heading) if part)


def step_head(view: StepView, guide: Guide) -> Content:
    """State, strength and due date in a line."""
    state = state_words(view, guide.today)
    parts: list[tuple[str, str] | str] = [
        (f"{words.sign(view.state)} {state[:1].upper()}{state[1:]}", words.state_style(view.state) or "bold"),
        (f" · {words.strength(view.strength)}", "$text-muted"),
    ]
    if view.due_on is not None:
        parts.append((" · " + _("due {day}").format(day=words.day(view.due_on)), "$text-muted"))
    if view.done_at is not None:
        parts.append((" · " + _("last done {moment}").format(moment=words.moment(view.done_at)), "$text-muted"))
    return Content.assemble(*parts)


def step_detail(view: StepView, guide: Guide) -> Content:
    """All that is to be known of a step, for the pane beside the list."""
    parts: list[Content] = [Content.styled(view.step.title.local(), "bold"), step_head(view, guide)]
    lifting = lifting_step(guide, view)
    parts.extend(Content.assemble(("‖ ", "bold $warning"), (hold_words(hold), "$warning")) for hold in view.held_by)
    if view.held_by and lifting is not None:
        parts.append(
            Content.styled(_("Press j to go to: {step}").format(step=lifting.step.title.local()), "bold $warning")
        )
    parts.extend(Content.styled(f"▲ {warning.local()}", "bold $warning") for warning in view.warnings)
    if view.set_aside is not None:
        reason = words.visible(view.set_aside.reason)
        when = words.moment(view.set_aside.at)
        parts.append(Content(_("Set aside {moment}: {reason}").format(moment=when, reason=reason)))
    if view.snoozed is not None:
        when, reason = words.day(view.snoozed.until), words.visible(view.snoozed.reason)
        parts.append(Content(_("Put off until {day}: {reason}").format(day=when, reason=reason)))
    parts.extend(Content.assemble((f"{question} ", "$text-muted"), answer) for question, answer in answers(view, guide))
    parts.append(Content(""))
    if why := view.step.why.local():
        parts.append(Content(why))
    if how := view.step.how.local():
        parts.append(Content(how))
    sources = list(source_words(view, guide))
    if sources:
        parts.append(Content.styled("\n" + _("From: {source}").format(source="; ".join(sources)), "$text-muted"))
    return Content("\n").join(parts)
