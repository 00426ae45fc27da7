"""Every requirement is answered, by what does what it says.

For each id there is a proof in `proofs.py`. The same proof is tried with the step, field or rule that carries the id
taken out, and must fail; so must the list of what nothing covers.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from guidance import covers, gates
from guidance.directory import directory
from guidance.errors import SeglError
from guidance.loader import shipped
from guidance.model import Playbook, Text
from tests.guidance import proofs, proofs_cases, proofs_mentoring
from tests.guidance.proofs import World
from tests.tools import ROOT

REQUIREMENTS = tomllib.loads((ROOT / "tests" / "vectors" / "requirements.toml").read_text("utf-8"))
PROOFS = {**proofs.PROOFS, **proofs_mentoring.PROOFS, **proofs_cases.PROOFS}
IDS = list(REQUIREMENTS)
BLANK = Text(da="", en="")
WHOLE = World(playbooks=shipped(), gates=gates.GATES, entries=directory(), code=covers.CODE)


def uncovered(world: World) -> list[str]:
    """The requirements that nothing answers."""
    answered = covers.answers(world.playbooks, world.gates, world.entries, world.code)
    return [id for id in IDS if id not in answered]


def without(world: World, id: str) -> World:
    """The world with everything taken out that carries the id."""

    def kept(book: Playbook) -> Playbook:
        gone = {fact.id for fact in book.facts if id in fact.covers}
        steps = (step for step in book.steps if id not in step.covers)
        return replace(
            book,
            steps=tuple(replace(step, sets=tuple(fact for fact in step.sets if fact not in gone)) for step in steps),
            facts=tuple(fact for fact in book.facts if fact.id not in gone),
            levels=tuple(one for one in book.levels if id not in one.covers),
            plan=tuple(one for one in book.plan if id not in one.covers),
        )

    return World(
        playbooks=tuple(kept(book) for book in world.playbooks),
        gates=tuple(gate for gate in world.gates if id not in gate.covers),
        entries=tuple(entry for entry in world.entries if id not in entry.covers),
        code={other: names for other, names in world.code.items() if other != id},
    )


@contextmanager
def living_in(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make gates and code as the world has them: a rule that is taken out says nothing any more."""
    with monkeypatch.context() as patch:
        patch.setattr(gates, "GATES", world.gates)
        for id in covers.CODE.keys() - world.code.keys():
            for name in covers.CODE[id]:
                module, _dot, function = name.rpartition(".")
                patch.setattr(importlib.import_module(module), function, lambda *_args, **_more: BLANK)
        yield


def proven(id: str, world: World) -> bool:
    """Whether the proof of an id holds in this world."""
    try:
        return PROOFS[id](world)
    except (SeglError, AttributeError, KeyError, StopIteration, TypeError):
        return False


def test_nothing_is_left_uncovered() -> None:
    assert uncovered(WHOLE) == []


def test_every_id_has_its_proof_and_no_id_is_made_up() -> None:
    assert sorted(PROOFS) == sorted(IDS)
    answered = covers.answers(WHOLE.playbooks, WHOLE.gates, WHOLE.entries, WHOLE.code)
    assert answered.keys() <= REQUIREMENTS.keys()


@pytest.mark.parametrize("id", IDS)
def test_taken_out_it_is_missed(id: str) -> None:
    assert id in uncovered(without(WHOLE, id))


@pytest.mark.parametrize("id", IDS)
def test_the_answer_does_what_it_says_and_taken_out_it_does_not(id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with living_in(WHOLE, monkeypatch):
        assert PROOFS[id](WHOLE)
    less = without(WHOLE, id)
    with living_in(less, monkeypatch):
        assert not proven(id, less)


@pytest.mark.parametrize("name", sorted({name for names in covers.CODE.values() for name in names}))
def test_code_that_answers_a_requirement_is_there(name: str) -> None:
    module, _dot, function = name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
