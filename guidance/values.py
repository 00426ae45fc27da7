"""Answers as people give them (a TOML file, a form, the command line) made into facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from guidance.known import fits
from guidance.language import sort_key
from guidance.merge import merge_facts, own_facts
from guidance.model import DONE_PREFIX, FactSpec, FactType, FactValue, Playbook, Step
from guidance.refusals import FactNotAsked, FactNotValid, not_valid

_YES = frozenset({"yes", "y", "ja", "j", "true", "1"})
_NO = frozenset({"no", "n", "nej", "false", "0"})


def parse_values(
    playbooks: Iterable[Playbook], step: Step, raw: Mapping[str, object], *, today: date | None = None
) -> dict[str, FactValue]:
    """Make facts of what was typed for one step; a step that asks for nothing gets its `done.<id>`.

    Args:
        playbooks: those of the case.
        step: the step (of a pair: the one that `Guide.step(...).step` gives).
        raw: fact id -> what was typed. What is blank and optional is left out.
        today: refuses a date after it, where the fact can't lie ahead.

    Raises:
        FactNotAsked: the step does not ask for this.
        FactNotValid: the answer can't be used; `.fact` names the field.
    """
    specs = merge_facts(sorted(playbooks, key=lambda playbook: playbook.id))
    found: dict[str, FactValue] = {}
    for id, value in raw.items():
        if id == f"{DONE_PREFIX}{step.id}":
            continue
        if id not in step.sets or id not in specs:
            raise FactNotAsked(step.id, id, step.sets)
        if specs[id].optional and isinstance(value, str) and not value.strip():
            continue
        found[id] = parse_value(specs[id], value, today=today)
    for id in own_facts(step, specs):
        if id.startswith(DONE_PREFIX):
            found[id] = True
    return found


def parse_value(spec: FactSpec, raw: object, *, today: date | None = None) -> FactValue:
    """Make one answer into a fact.

    Raises:
        FactNotValid: it can't be used.
    """
    value = _typed(spec, raw.strip() if isinstance(raw, str) else raw)
    if value is None or not fits(spec, value):
        raise not_valid(spec)
    if today and spec.type is FactType.DATE and not spec.future and isinstance(value, date) and value > today:
        raise FactNotValid(spec, "future")
    return value


def _typed(spec: FactSpec, raw: object) -> FactValue | None:
    match spec.type:
        case FactType.YES_NO:
            if isinstance(raw, bool):
                return raw
            word = raw.casefold() if isinstance(raw, str) else ""
            return True if word in _YES else False if word in _NO else None
        case FactType.LEVEL:
            if isinstance(raw, str) and re.fullmatch(r"[1-5]", raw, re.ASCII):
                return int(raw)
            return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
        case FactType.DATE:
            if isinstance(raw, str):
                try:
                    return date.fromisoformat(raw)
                except ValueError:
                    return None
            return raw if isinstance(raw, date) and not isinstance(raw, datetime) else None
        case FactType.CHOICE:
            return _choice(spec, raw) if isinstance(raw, str) else None
        case FactType.CHOICES:
            return _choices(spec, raw)
        case FactType.TEXT:
            return raw if isinstance(raw, str) else None


def _choice(spec: FactSpec, raw: str) -> str | None:
    """The choice whose id or label this is, in either language."""
    word = sort_key(raw)
    for choice in spec.choices:
        if word in (choice.id, sort_key(choice.label.da), sort_key(choice.label.en)):
            return choice.id
    return None


def _choices(spec: FactSpec, raw: object) -> str | None:
    if isinstance(raw, str):
        parts: list[object] = list(re.split(r"\s*,\s*" if "," in raw else r"\s+", raw))
    elif isinstance(raw, (list, tuple)):
        parts = list(raw)
    else:
        return None
    ids = {_choice(spec, part) if isinstance(part, str) else None for part in parts}
    if None in ids:
        return None
    return " ".join(choice.id for choice in spec.choices if choice.id in ids)
