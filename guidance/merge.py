"""Several playbooks as one: facts with the same id are one fact, steps that set the same fact are one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from guidance.faults import PlaybookError
from guidance.model import (
    DONE_PREFIX,
    LEVEL_FACT,
    STRONGEST_FIRST,
    FactSpec,
    FactType,
    Names,
    Phase,
    Playbook,
    Step,
    Strength,
    Text,
)

_T = TypeVar("_T")

LEVEL_SPEC: Final = FactSpec(
    id=LEVEL_FACT, type=FactType.LEVEL, label=Text(da="Niveau", en="Level"), help=Text(da="", en="")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Steps that are one, the one it goes by first, and the phase they are shown in."""

    steps: tuple[Step, ...]
    phase: Phase

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """(playbook id, step id) of each."""
        return tuple((step.playbook, step.id) for step in self.steps)


def own_facts(step: Step, specs: dict[str, FactSpec]) -> tuple[str, ...]:
    """The facts that make a step done: those it sets, and `done.<id>` where none of them has to be answered always."""
    if any(not specs[fact].optional and not specs[fact].when for fact in step.sets if fact in specs):
        return step.sets
    return (*step.sets, f"{DONE_PREFIX}{step.id}")


def merge_facts(playbooks: Iterable[Playbook]) -> dict[str, FactSpec]:
    """Every fact of the playbooks, the first playbook's words first.

    Raises:
        PlaybookError: two playbooks mean different things by the same fact.
    """
    specs = {LEVEL_FACT: LEVEL_SPEC}
    home: dict[str, str] = {}
    for playbook in playbooks:
        for fact in playbook.facts:
            other = specs.setdefault(fact.id, fact)
            if other is not fact:
                if other.type is not fact.type or [one.id for one in other.choices] != [one.id for one in fact.choices]:
                    raise PlaybookError(f"{playbook.id}.toml", "facts", "conflict", fact.id, home[fact.id])
                specs[fact.id] = replace(
                    other,
                    optional=other.optional and fact.optional,
                    intake=other.intake or fact.intake,
                    covers=_union(other.covers, fact.covers),
                    names=most_names(other.names, fact.names),
                )
            home.setdefault(fact.id, playbook.id)
    return specs


def most_names(*said: Names | None) -> Names | None:
    """The one by which the most names are found; None where nothing is said."""
    return next((one for one in (Names.WHO, Names.AMONG, Names.NONE) if one in said), None)


def group_steps(playbooks: tuple[Playbook, ...], specs: dict[str, FactSpec]) -> tuple[Group, ...]:
    """The steps in the order they are shown: by phase, then by playbook, then as the file has them."""
    phases: dict[str, Phase] = {}
    for playbook in playbooks:
        for phase in playbook.phases:
            phases.setdefault(phase.id, phase)
    owner: dict[str, int] = {}
    members: dict[int, list[Step]] = {}
    for step in (step for playbook in playbooks for step in playbook.steps):
        keys = (f"step {step.id}", *own_facts(step, specs))
        numbers = sorted({owner[key] for key in keys if key in owner})
        number = numbers[0] if numbers else len(members)
        members.setdefault(number, [])
        for other in numbers[1:]:
            members[number] += members[other]
            members[other] = []
            owner = {key: number if value == other else value for key, value in owner.items()}
        members[number].append(step)
        owner.update(dict.fromkeys(keys, number))
    groups = [Group(steps=tuple(steps), phase=phases[steps[0].phase]) for steps in members.values() if steps]
    return tuple(sorted(groups, key=lambda group: (group.phase.order, group.phase.id)))


def strength_of(step: Step, levels: frozenset[int]) -> Strength:
    """How binding a step is at these levels; the strongest where there are several."""
    at = dict(step.strength_at)
    here = levels & frozenset(step.applies.levels) if step.applies.levels else levels
    found = {at.get(level, step.strength) for level in here} or {step.strength}
    return next(strength for strength in STRONGEST_FIRST if strength in found)


def join(steps: tuple[Step, ...], levels: frozenset[int]) -> Step:
    """One step made of several: their needs, facts and sources together, the strongest and earliest of each."""
    first = steps[0]
    strengths = {strength_of(step, levels) for step in steps}
    strength = next(one for one in STRONGEST_FIRST if one in strengths)
    if len(steps) == 1:
        return replace(first, strength=strength)
    how = first.how
    for step in steps[1:]:
        if step.how != first.how:
            how = how + step.how
    recurring = [step.recurs for step in steps if step.recurs]
    return replace(
        first,
        strength=strength,
        how=how,
        needs=_union(*(step.needs for step in steps)),
        sets=_union(*(step.sets for step in steps)),
        done_if=_union(*(step.done_if for step in steps)),
        due_law=_union(*(step.due_law for step in steps)),
        recurs=min(recurring, key=lambda one: (one.months * 31 + one.days) * 24 + one.hours) if recurring else None,
        after=_union(*(step.after for step in steps)),
        informs=any(step.informs for step in steps),
        may_pass=all(step.may_pass for step in steps),
        says=_union(*(step.says for step in steps)),
        covers=_union(*(step.covers for step in steps)),
    )


def _union(*parts: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part))
