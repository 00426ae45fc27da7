"""What a playbook must be as a whole: everything named is there, every fact has a step, no step waits for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NoReturn

from guidance.copies import HELD_BY
from guidance.faults import PlaybookError
from guidance.gates import FACTS
from guidance.model import CASE_OPENED, LEVEL_FACT, Condition, Due, Playbook, Step, Test

MOST: Final = {"phases": 50, "facts": 600, "steps": 300, "levels": 5, "plan": 200}
"""How many of each a file may have: several times what ships, and little enough to walk through."""

FOLLOWS: Final = frozenset({HELD_BY})
"""Facts that need no step: they follow from what was answered of copies (`guidance.copies`), in each kind of case."""


def check(playbook: Playbook, name: str) -> None:
    """Look at a playbook that has been read.

    Raises:
        PlaybookError: something named is not there, twice there, set by nobody, or waits in a circle.
    """

    def refuse(place: str, problem: str, found: object, wanted: object = "") -> NoReturn:
        raise PlaybookError(name, place, problem, found, wanted)

    rooms: dict[str, list[object]] = {
        "phases": [phase.id for phase in playbook.phases],
        "steps": [step.id for step in playbook.steps],
        "levels": [level.number for level in playbook.levels],
        "plan": [question.id for question in playbook.plan],
    }
    for room, most in MOST.items():
        if len(getattr(playbook, room)) > most:
            refuse(room, "too-many", len(getattr(playbook, room)), most)
    for room, ids in rooms.items():
        for index, found in enumerate(ids):
            if found in ids[:index]:
                refuse(f"{room}[{index}]", "duplicate", found)

    phases = {phase.id for phase in playbook.phases}
    steps = {step.id for step in playbook.steps}
    plan = {question.id for question in playbook.plan}
    for index, question in enumerate(playbook.plan):
        if question.phase and question.phase not in phases:
            refuse(f"plan[{index}].phase", "unknown-phase", question.phase)
    known = {fact.id for fact in playbook.facts} | {LEVEL_FACT}
    set_by: dict[str, str] = {}
    for index, step in enumerate(playbook.steps):
        place = f"steps[{index}]"
        if step.phase not in phases:
            refuse(f"{place}.phase", "unknown-phase", step.phase)
        for number, fact_id in enumerate(step.sets):
            if fact_id not in known:
                refuse(f"{place}.sets[{number}]", "unknown-fact", fact_id)
            if fact_id in set_by:
                refuse(f"{place}.sets[{number}]", "set-twice", fact_id, set_by[fact_id])
            set_by[fact_id] = step.id
        for where, due in _dues(step):
            if due.event != CASE_OPENED and due.event not in known:
                refuse(f"{place}.{where}.from", "unknown-fact", due.event)
        for number, id in enumerate(step.after):
            if id not in steps:
                refuse(f"{place}.after[{number}]", "unknown-step", id)
        for number, said in enumerate(step.says):
            room, _, id = said.partition(":")
            if room == "plan" and id not in plan:
                refuse(f"{place}.says[{number}]", "unknown-plan", id)
    for index, fact in enumerate(playbook.facts):
        fixed = FACTS.get(fact.id)
        if fixed is not None and not fixed.allows(fact):
            refuse(f"facts[{index}]", "gate-fact", fact.id, fixed.gate)
        if fact.id not in set_by and not fact.intake and fact.id not in FOLLOWS:
            refuse(f"facts[{index}]", "nobody-sets", fact.id)
    circle = _circle({step.id: set(_waits_for(step, set_by)) for step in playbook.steps})
    if circle:
        refuse("steps", "cycle", " > ".join(circle))


def _dues(step: Step) -> Iterator[tuple[str, Due]]:
    if step.due:
        yield "due", step.due
    for level, due in step.due_at:
        yield f"due_at.{level}", due


def _waits_for(step: Step, set_by: Mapping[str, str]) -> Iterator[str]:
    """The steps whose facts must be there before this one can be done, and those it is to come after."""
    conditions: Iterable[Condition] = (*(need.condition for need in step.needs), *step.applies.facts, *step.applies.any)
    for condition in conditions:
        setter = set_by.get(condition.fact)
        if setter and setter != step.id and condition.test not in (Test.UNKNOWN, Test.UNLESS):
            yield setter
        elif setter == step.id and condition.test is not Test.UNLESS:
            yield step.id
    yield from step.after


def _circle(waits: Mapping[str, set[str]]) -> tuple[str, ...]:
    """A way through the steps that comes back to where it began; empty where there is none."""
    clear: set[str] = set()

    def walk(id: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if id in way:
            return (*way[way.index(id) :], id)
        if id in clear:
            return ()
        for other in sorted(waits[id]):
            if found := walk(other, (*way, id)):
                return found
        clear.add(id)
        return ()

    for id in waits:
        if found := walk(id, ()):
            return found
    return ()
