"""The office's preparedness plan as it crosses the border of the store: answers, versions, how two versions differ.

Seed 003, the introduction: five steps with questions that a workplace discusses and answers; requirement BP-0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from guidance.model import Text
from guidance.plan import Asked

NOW: Final = 0
"""The number that stands for the plan as it is answered now, published or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnswer:
    """One answer.

    Attributes:
        question: id.
        asked: the question as it was put when it was answered.
        author: who answered.
        entry: the entry that says so; empty text in it takes an earlier answer back.
    """

    question: str
    asked: Text
    text: str
    author: str
    at: datetime
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """A question of the plan in its place.

    Attributes:
        now: the answer as it stands; None where there is none.
        published: the answer in the newest version; None where there is none.
        disputed: two heads answered differently; a person answers anew.
    """

    asked: Asked
    now: PlanAnswer | None = None
    published: PlanAnswer | None = None
    disputed: bool = False

    @property
    def id(self) -> str:
        """The question's id."""
        return self.asked.id

    @property
    def changed(self) -> bool:
        """Whether the answer is another than in the newest version."""
        return (self.now and self.now.text) != (self.published and self.published.text)

    @property
    def still_asked(self) -> bool:
        """Whether a playbook still asks it; otherwise it only keeps what was published."""
        return bool(self.asked.playbook)

    @property
    def in_force(self) -> PlanAnswer | None:
        """What a step of a case shows: the published answer, else the one that is not published yet."""
        return self.published or self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """A plan that was published.

    Attributes:
        number: from 1.
        author: who published it; `agreed_by` is who agreed on it, in words.
        review_on: when it is to be looked at again.
        answers: question -> answer, those of questions that are asked no longer too.
        beside: published in another vault of the same person, and never in force here.
    """

    number: int
    entry: str
    published_at: datetime
    author: str
    agreed_by: str
    review_on: date
    answers: Mapping[str, PlanAnswer] = field(default_factory=dict)
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole plan.

    Attributes:
        office: its name.
        versions: oldest first.
        today: the day it was looked at.
    """

    office: str
    items: tuple[PlanItem, ...]
    versions: tuple[PlanVersion, ...]
    today: date

    @property
    def answered(self) -> int:
        """How many questions have an answer now."""
        return sum(item.now is not None for item in self.items)

    @property
    def unpublished(self) -> int:
        """How many answers differ from the newest version."""
        return sum(item.changed for item in self.items)

    @property
    def questions(self) -> tuple[PlanItem, ...]:
        """The questions that are asked, without those that only keep an answer."""
        return tuple(item for item in self.items if item.still_asked)

    @property
    def newest(self) -> PlanVersion | None:
        """The version in force."""
        return in_force(self.versions)

    @property
    def review_due(self) -> bool:
        """Whether the day has come on which the version in force is to be looked at again."""
        return self.newest is not None and self.newest.review_on <= self.today

    def item(self, question: str) -> PlanItem | None:
        """The question with this id."""
        return next((item for item in self.items if item.id == question), None)


def in_force(versions: Sequence[PlanVersion]) -> PlanVersion | None:
    """The newest of these that was put in force here."""
    return next((one for one in reversed(versions) if not one.beside), None)


class Change(StrEnum):
    """How an answer differs between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """One question in two versions."""

    question: str
    asked: Text
    before: PlanAnswer | None
    after: PlanAnswer | None

    @property
    def change(self) -> Change:
        """What became of the answer."""
        if self.before is None or self.after is None:
            return Change.ADDED if self.before is None else Change.REMOVED
        return Change.SAME if self.before.text == self.after.text else Change.CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanComparison:
    """Two versions held against each other; `NOW` as a number is the plan as it is answered now."""

    before: int
    after: int
    differences: tuple[PlanDifference, ...]

    @property
    def changed(self) -> tuple[PlanDifference, ...]:
        """Those that differ."""
        return tuple(one for one in self.differences if one.change is not Change.SAME)
