"""Reading the facts of a case as a careful person would: what is disputed, blank or of the wrong kind is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from guidance.guide import CaseFacts
from guidance.model import DONE_PREFIX, LEVEL_FACT, Condition, FactSpec, FactType, FactValue, Test


def fits(spec: FactSpec, value: object) -> bool:
    """Whether a value is one that the fact can have. A blank text is none."""
    if spec.type is FactType.YES_NO:
        return isinstance(value, bool)
    if spec.type is FactType.LEVEL:
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5
    if spec.type is FactType.DATE:
        return isinstance(value, date) and not isinstance(value, datetime)
    if not isinstance(value, str) or not value.strip():
        return False
    if spec.type is FactType.CHOICE:
        return spec.choice(value) is not None
    if spec.type is FactType.CHOICES:
        ids = value.split(" ")
        chosen = [choice for choice in spec.choices if choice.id in ids]
        return ids == [choice.id for choice in chosen] and (len(ids) == 1 or not any(one.alone for one in chosen))
    return True


class Known:
    """The facts of one case, read by the facts' own kinds."""

    __slots__ = ("facts", "specs")

    def __init__(self, facts: CaseFacts, specs: Mapping[str, FactSpec]) -> None:
        self.facts = facts
        self.specs = specs

    def _fits(self, fact: str, value: FactValue) -> bool:
        if fact.startswith(DONE_PREFIX):
            return value is True
        return fact in self.specs and fits(self.specs[fact], value)

    def value(self, fact: str) -> FactValue | None:
        """The value that is agreed on; None where there is none."""
        if fact in self.facts.disputed or fact not in self.facts.values:
            return None
        value = self.facts.values[fact]
        return value if self._fits(fact, value) else None

    def candidates(self, fact: str) -> tuple[FactValue, ...]:
        """Every value it may turn out to have: the agreed one, or those of the heads that disagree."""
        if fact not in self.facts.disputed:
            value = self.value(fact)
            return () if value is None else (value,)
        given = self.facts.candidates.get(fact, ())
        return tuple(value for value in given if self._fits(fact, value))

    def levels(self) -> frozenset[int]:
        """The level of the case; several while it is disputed, none before it is decided."""
        return frozenset(value for value in self.candidates(LEVEL_FACT) if isinstance(value, int))

    def meets(self, condition: Condition) -> bool:
        """Whether a condition is met beyond dispute: what a gate, a need and being done ask."""
        fact = condition.fact
        disputed = fact in self.facts.disputed
        match condition.test:
            case Test.KNOWN:
                return self.value(fact) is not None
            case Test.UNKNOWN:
                return not disputed and self.value(fact) is None
            case Test.UNLESS:
                candidates = self.candidates(fact)
                return not (disputed and not candidates) and not any(_is(condition, one) for one in candidates)
        value = self.value(fact)
        return value is not None and _is(condition, value) is (condition.test is Test.IS)

    def may_meet(self, condition: Condition) -> bool:
        """Whether a condition may turn out to be met: what decides that a step applies, so that no must is lost."""
        candidates = self.candidates(condition.fact)
        match condition.test:
            case Test.KNOWN:
                return bool(candidates)
            case Test.UNKNOWN:
                return not candidates or condition.fact in self.facts.disputed
            case Test.UNLESS:
                return not candidates or any(not _is(condition, one) for one in candidates)
        return any(_is(condition, one) is (condition.test is Test.IS) for one in candidates)

    def may_meet_all(self, conditions: Iterable[Condition]) -> bool:
        """`may_meet` for each of several."""
        return all(self.may_meet(condition) for condition in conditions)

    def meets_all(self, conditions: Iterable[Condition]) -> bool:
        """`meets` for each of several."""
        return all(self.meets(condition) for condition in conditions)

    def known_at(self, fact: str) -> datetime | None:
        """When a fact that is there was recorded; the opening of the case where nobody noted it."""
        return self.facts.known_at.get(fact, self.facts.opened_at) if self.candidates(fact) else None


def _is(condition: Condition, value: FactValue) -> bool:
    if isinstance(value, str):
        return any(one in value.split(" ") for one in condition.values)
    return any(one == value and type(one) is type(value) for one in condition.values)
