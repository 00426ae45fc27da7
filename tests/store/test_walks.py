"""Each kind of case, walked in the vault from its first step to its closing: a held step tried, nothing bypassed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.engine import Guide, StepView
from guidance.loader import for_kind
from guidance.model import FactValue, State
from guidance.refusals import ClosingRefused, StepHeld
from store.casework import Casework
from store.doctor import check
from store.model import CaseKind, Intake
from tests.guidance.cases import answers
from tests.store.desk import BEGIN, OpenFolder, set_up_desk

WANTED: dict[str, FactValue] = {
    "level": 4,
    "level.reason": "Hun kan ikke selv håndtere det",
    "victim.age": "minor",
    "told.whom": "parents police",
    "report.status": "made",
    "report.by": "parents",
    "original.held-by": "parents",
    "device.whose": "own",
    "harasser.wish": "in-doubt",
    "harasser.contact": True,
    "sign.private-place": "yes",
    "sign.money": "yes",
    "mentoring.decision": "ended",
    "meeting.planned": True,
    "account.asked": "given",
    "press.contacted-on": BEGIN.date(),
}
HELD = {
    ("school", False): ("delete-from-platform", "police-first"),
    ("workplace", False): ("contact-harasser", "needs"),
    ("workplace", True): ("delete-from-platform", "police-first"),
    ("mentoring", False): ("hear-both", "needs"),
    ("mentoring", True): ("delete-from-platform", "police-first"),
}


ASKED_AGAIN: dict[str, FactValue] = {"harasser.wish": "yes"}
"""What the employee says when asked once more: the first answer was 'in doubt', and held the step."""


def _values(guide: Guide, view: StepView, images: bool) -> dict[str, FactValue]:
    dates = {fact: BEGIN.date() for fact, spec in guide.specs.items() if spec.type.value == "date"}
    return answers(guide, view.id, {**dates, **WANTED, "images.shared": images})


def _to_do(guide: Guide) -> Iterator[StepView]:
    return (view for view in guide.next_steps if view.done_at is None and view.state is not State.DONE)


@pytest.mark.parametrize(("kind", "images"), HELD)
def test_a_case_from_its_first_step_to_its_closing(kind: CaseKind, images: bool, tmp_path: Path) -> None:
    desk: Casework = set_up_desk(tmp_path)
    facts: dict[str, FactValue] = {} if kind == "school" else {"images.shared": images}
    case = desk.new_case(Intake(title="Fra først til sidst", kind=kind, facts=facts, stand_in="Bo")).id
    guide = desk.guide(case)
    assert guide.playbooks == for_kind(kind, facts)
    with pytest.raises(ClosingRefused):
        desk.close_case(case, "for tidligt")
    step, rule = HELD[kind, images]
    tried = False
    done: list[str] = []
    while view := next(_to_do(guide), None):
        now = guide.step(step)
        if not tried and now.state is State.HELD:
            with pytest.raises(StepHeld) as refused:
                desk.do_step(case, step, _values(guide, now, images))
            assert refused.value.rule == rule
            tried = True
            if kind == "workplace":
                desk.set_facts(case, ASKED_AGAIN)
        desk.do_step(case, view.id, _values(guide, view, images), note="gjort")
        done.append(view.id)
        guide = desk.guide(case)
        assert guide.step(view.id).state is State.DONE, view.id
    assert tried
    assert step in done
    assert not [view.id for view in guide.steps if view.state is State.SET_ASIDE or view.blocks_closing]
    assert guide.can_close
    closed = desk.close_case(case, "Alle trin er gjort")
    assert closed.closed_at is not None
    desk.close()
    vault = OpenFolder(tmp_path)
    assert check(vault).well
    vault.close()
