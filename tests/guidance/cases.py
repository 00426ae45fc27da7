"""Cases for the engine's tests, made by hand: facts in, a guide out, and steps done as the store does them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from guidance.engine import CaseFacts, Guide, SetAside, check_do, evaluate
from guidance.known import Known
from guidance.loader import for_kind
from guidance.merge import own_facts
from guidance.model import DONE_PREFIX, FactSpec, FactType, FactValue, Playbook

TODAY: Final = date(2026, 11, 21)
NOW: Final = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OPENED: Final = NOW - timedelta(days=1)

DECISION: Final[dict[str, FactValue]] = {
    "police.decision.by": "vagthavende",
    "police.decision.on": TODAY,
    "police.decision.reference": "0100-83-1",
    "police.decision.extent": "all",
}
DELETED: Final[dict[str, FactValue]] = {"platform.deleted.on": TODAY, "platform.deleted.what": "billede 1, Snapchat"}


def facts(values: Mapping[str, FactValue] | None = None, *, at: datetime = NOW, kind: str = "school") -> CaseFacts:
    """A case with these facts, all recorded at the same moment."""
    values = values or {}
    return CaseFacts(opened_at=OPENED, kind=kind, values=values, known_at=dict.fromkeys(values, at))


def guide(
    values: Mapping[str, FactValue] | None = None,
    *,
    today: date = TODAY,
    kind: str = "school",
    playbooks: Iterable[Playbook] | None = None,
) -> Guide:
    """The guide of a case with these facts."""
    return evaluate(for_kind("school") if playbooks is None else playbooks, facts(values, kind=kind), today)


def an_answer(spec: FactSpec) -> FactValue:
    """Some answer that the fact can have; of choices the first."""
    match spec.type:
        case FactType.YES_NO:
            return True
        case FactType.DATE:
            return TODAY
        case FactType.LEVEL:
            return 3
        case FactType.CHOICE | FactType.CHOICES:
            return spec.choices[0].id
        case FactType.TEXT:
            return "noget"


def answers(now: Guide, step_id: str, wanted: Mapping[str, FactValue] | None = None) -> dict[str, FactValue]:
    """All that a step asks for, what one answer makes the next question too: those wanted, some answer to the rest."""
    view = now.step(step_id)
    wanted = wanted or {}
    values: dict[str, FactValue] = {}
    for spec in (now.specs[id] for id in view.step.sets):
        so_far = Known(replace(now.facts, values={**now.facts.values, **values}), now.specs)
        if so_far.may_meet_all(spec.when):
            values[spec.id] = wanted.get(spec.id, an_answer(spec))
    for id in own_facts(view.step, dict(now.specs)):
        if id.startswith(DONE_PREFIX):
            values[id] = True
    return values


def do(case: CaseFacts, step_id: str, values: Mapping[str, FactValue], *, at: datetime = NOW) -> CaseFacts:
    """Do a step as the store does: check, then record.

    Raises:
        SeglError: as `check_do`.
    """
    before = evaluate(for_kind("school"), case, at.date())
    check_do(before, step_id, values)
    id = before.step(step_id).id
    return replace(
        case,
        values={**case.values, **values},
        known_at={**case.known_at, **dict.fromkeys(values, at)},
        done_at={**case.done_at, id: (*case.done_at.get(id, ()), at)},
    )


def aside(case: CaseFacts, step_id: str, reason: str = "talt med ledelsen", *, at: datetime = NOW) -> CaseFacts:
    """Set a step aside."""
    return replace(case, set_aside={**case.set_aside, step_id: SetAside(reason=reason, at=at)})


def without_steps(playbooks: Iterable[Playbook], *ids: str) -> tuple[Playbook, ...]:
    """The playbooks with steps taken out."""
    return tuple(replace(book, steps=tuple(step for step in book.steps if step.id not in ids)) for book in playbooks)
