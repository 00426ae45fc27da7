"""Every requirement is answered, by what does what it says.

For each id there is a proof in `proofs.py` and its neighbours. The same proof is tried with everything that carries
the id taken out, and with each step, answer, level, question, gate and entry that carries it taken out alone, and must
fail each time; so must the list of what nothing covers.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from guidance import covers, gates
from guidance.directory import directory
from guidance.errors import SeglError
from guidance.loader import shipped
from guidance.model import Playbook, Text
from tests.guidance import proofs, proofs_cases, proofs_mentoring, proofs_parts
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
        return PROOFS[id](world) and all(part(world) for part in proofs_parts.PARTS.get(id, ()))
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
        assert proven(id, WHOLE)
    less = without(WHOLE, id)
    with living_in(less, monkeypatch):
        assert not proven(id, less)


def with_book(world: World, book: Playbook) -> World:
    """The world with one playbook changed."""
    return replace(world, playbooks=tuple(book if one.id == book.id else one for one in world.playbooks))


def without_fact(book: Playbook, fact: str) -> Playbook:
    """A playbook that does not ask something any more."""
    return replace(
        book,
        facts=tuple(one for one in book.facts if one.id != fact),
        steps=tuple(replace(step, sets=tuple(one for one in step.sets if one != fact)) for step in book.steps),
    )


def parts() -> Iterator[tuple[str, str, Callable[[], World]]]:
    """Everything that carries a requirement, with the world that has not just that: (id, what it is, the world)."""
    for book in WHOLE.playbooks:
        for step in book.steps:
            less = replace(book, steps=tuple(one for one in book.steps if one is not step))
            yield from ((id, f"{book.id}: step {step.id}", partial(with_book, WHOLE, less)) for id in step.covers)
        for fact in book.facts:
            less = without_fact(book, fact.id)
            yield from ((id, f"{book.id}: fact {fact.id}", partial(with_book, WHOLE, less)) for id in fact.covers)
        for level in book.levels:
            less = replace(book, levels=tuple(one for one in book.levels if one is not level))
            yield from (
                (id, f"{book.id}: level {level.number}", partial(with_book, WHOLE, less)) for id in level.covers
            )
        for asked in book.plan:
            less = replace(book, plan=tuple(one for one in book.plan if one is not asked))
            yield from ((id, f"{book.id}: plan {asked.id}", partial(with_book, WHOLE, less)) for id in asked.covers)
    for gate in WHOLE.gates:
        fewer = tuple(one for one in WHOLE.gates if one is not gate)
        yield from ((id, f"gate {gate.id}", partial(replace, WHOLE, gates=fewer)) for id in gate.covers)
    for entry in WHOLE.entries:
        others = tuple(one for one in WHOLE.entries if one is not entry)
        yield from ((id, f"directory: {entry.id}", partial(replace, WHOLE, entries=others)) for id in entry.covers)


@pytest.mark.parametrize(("id", "less"), [pytest.param(id, less, id=f"{id} by {what}") for id, what, less in parts()])
def test_each_part_that_is_taken_out_alone_is_missed(
    id: str, less: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = less()
    with living_in(world, monkeypatch):
        assert not proven(id, world)


@pytest.mark.parametrize(
    ("id", "name"), [(id, name) for id, names in covers.CODE.items() if len(names) > 1 for name in names]
)
def test_each_rule_in_code_that_is_taken_out_alone_is_missed(
    id: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _dot, function = name.rpartition(".")
    monkeypatch.setattr(importlib.import_module(module), function, lambda *_args, **_more: BLANK)
    assert not proven(id, WHOLE)


def test_a_step_of_one_source_does_not_answer_for_that_of_another() -> None:
    def less(book: Playbook) -> Playbook:
        if book.id != "handling-model":
            return book
        return replace(book, steps=tuple(step for step in book.steps if step.id != "refer-help"))

    assert proven("HM-4c", WHOLE)
    assert not proven("HM-4c", replace(WHOLE, playbooks=tuple(less(book) for book in WHOLE.playbooks)))


@pytest.mark.parametrize("name", sorted({name for names in covers.CODE.values() for name in names}))
def test_code_that_answers_a_requirement_is_there(name: str) -> None:
    module, _dot, function = name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
