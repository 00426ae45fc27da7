"""The preparedness plan: which questions an office settles beforehand, in which order, and under which heading.

Seed 003 (the five steps and their questions) and seed 004, 'Video om håndteringsmodellen' (what a school settles); the
questions themselves are data, `[[plan]]` in the playbooks. What an office answers is kept by the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from guidance.loader import shipped
from guidance.model import PlanQuestion, Playbook, Text

FIRST: Final = "workplace-plan"
"""The playbook whose questions come first: it is the one that is a plan and little else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of the plan in its place.

    Attributes:
        number: from 1, over the whole plan.
        heading: the step of the plan, or the playbook, that it belongs to.
        playbook: id of the playbook that asks it.
    """

    number: int
    question: PlanQuestion
    heading: Text
    playbook: str

    @property
    def id(self) -> str:
        """The question's id."""
        return self.question.id


def questions(playbooks: Iterable[Playbook] | None = None) -> tuple[Asked, ...]:
    """The questions of a plan, each once, the five steps first.

    Args:
        playbooks: whose questions; those that are shipped where it is None.
    """
    return _shipped() if playbooks is None else _questions(tuple(playbooks))


def find(id: str, asked: Iterable[Asked] | None = None) -> Asked | None:
    """The question with this id."""
    return next((one for one in (questions() if asked is None else asked) if one.id == id), None)


@cache
def _shipped() -> tuple[Asked, ...]:
    return _questions(shipped())


def _questions(playbooks: tuple[Playbook, ...]) -> tuple[Asked, ...]:
    found: dict[str, Asked] = {}
    for playbook in sorted(playbooks, key=lambda book: book.id != FIRST):
        headings = {phase.id: phase.title for phase in playbook.phases}
        for question in playbook.plan:
            if question.id not in found:
                found[question.id] = Asked(
                    number=len(found) + 1,
                    question=question,
                    heading=headings.get(question.phase, playbook.title),
                    playbook=playbook.id,
                )
    return tuple(found.values())
