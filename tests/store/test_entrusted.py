"""Who had a case, told by counting: as the words of the format say it, and at a price that grows with the links."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.casework import Casework
from store.descent import Descent, built_on
from store.entrusted import Chain, Held
from store.entry import Header, SpaceKind
from store.may_write import never_shared_with
from store.model import CaseSummary
from tests.store.cases.test_erasing_third import ENTRUSTED, handed_over, id_of
from tests.store.circle import circle
from tests.store.desk import a_case
from tests.store.test_union import CASE, give

LINK, END, OTHER = "link", "end", "other"


@st.composite
def spaces(draw: st.DrawFn) -> tuple[dict[str, Header], dict[str, str]]:
    """Headers of a space by entry, each after what it builds on, and which of them is a link or an end."""
    headers: dict[str, Header] = {}
    sorts: dict[str, str] = {}
    for number in range(draw(st.integers(1, 12))):
        id = f"{number:064x}"
        seen = tuple(sorted(draw(st.sets(st.sampled_from([*headers]), max_size=3)))) if headers else ()
        headers[id] = Header(
            space_kind=SpaceKind.CASE,
            space="0" * 32,
            device="0" * 64,
            sequence=1,
            previous=None,
            seen=seen,
            kind="note.added",
            claimed_at=datetime(2026, 11, 28, tzinfo=UTC),
            commitment="0" * 64,
        )
        sorts[id] = draw(st.sampled_from([LINK, END, OTHER]))
    return headers, sorts


def held_of(headers: dict[str, Header], sorts: dict[str, str]) -> tuple[Held, Descent]:
    descent = Descent(headers, [id for id, sort in sorts.items() if sort != OTHER])
    held = Held()
    for id, sort in sorts.items():
        if sort == LINK:
            held.gives(descent.bit(id), descent.below(id))
        elif sort == END:
            held.ends(descent.bit(id))
    return held, descent


@given(spaces())
def test_who_had_it_is_told_by_counting_as_by_walking(space: tuple[dict[str, Header], dict[str, str]]) -> None:
    headers, sorts = space
    held, descent = held_of(headers, sorts)
    below = {id: built_on(headers, id) for id in headers}
    links = [id for id, sort in sorts.items() if sort == LINK]
    ends = [id for id, sort in sorts.items() if sort == END]
    for id in headers:
        assert held.had(descent.below(id)) == any(
            link in below[id] and not any(end in below[id] and end not in below[link] for end in ends) for link in links
        )
        assert held.proved(descent.below(id), descent.above(id)) == any(
            link in below[id] and all(end in below[link] or id in below[end] for end in ends) for link in links
        )
    assert held.has() == any(all(end in below[link] for end in ends) for link in links)


@given(spaces())
def test_what_is_below_and_above_is_what_builds_on_what(space: tuple[dict[str, Header], dict[str, str]]) -> None:
    headers, _sorts = space
    descent = Descent(headers, headers)
    for one in headers:
        for other in headers:
            builds = other in built_on(headers, one)
            assert bool(descent.below(one) & descent.bit(other)) == builds
            assert bool(descent.above(other) & descent.bit(one)) == builds


@pytest.fixture()
def four(tmp_path: Path) -> Iterator[list[Casework]]:
    """Mette, Bo, Ida and Kaj, of four offices, who know one another."""
    desks = circle(tmp_path, "Mette", "Bo", "Ida", "Kaj")
    yield desks
    for desk in desks:
        desk.close()


def links(desk: Casework, case: CaseSummary, count: int, *, author: str = "", access: str = "has") -> None:
    """Links as a changed program writes them; of strangers where nobody is named."""
    with desk._writing():
        for number in range(count):
            desk._journal.append(CASE, case.id, ENTRUSTED, {"author": author or f"{number:032x}", "access": access})


def steps_of(work: Callable[[], Any]) -> int:
    """How many steps of the interpreter something takes."""
    counted = 0

    def trace(frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal counted
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        counted += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def test_control_pairs_are_seen_to_cost_the_square() -> None:
    def pairs(count: int) -> Callable[[], object]:
        return lambda: [one for one in range(count) for other in range(count) if one == other]

    assert steps_of(pairs(80)) > 3.5 * steps_of(pairs(40))


def test_many_links_by_who_had_the_case_cost_what_they_are(four: list[Casework]) -> None:
    mette, bo, _ida, kaj = four
    prices = []
    for count in (20, 40):
        case = a_case(mette)
        handed_over(mette, bo, case.id)
        handed_over(bo, kaj, case.id)
        # He has it by many, gave it up by many, and names himself by many more that stand on nothing.
        for access in ("has", "none", "has"):
            links(kaj, case, count, author=id_of(kaj), access=access)
        trust, silent = kaj._trust(), kaj._silent(case.id)
        prices.append(steps_of(partial(Chain, kaj._connection, trust, case.id, silent)))
    assert prices[1] < 2.5 * prices[0]


def test_links_by_somebody_without_a_part_are_looked_at_once(four: list[Casework]) -> None:
    mette, _bo, ida, _kaj = four
    prices = []
    for count in (120, 240):
        case = a_case(mette)
        give(mette, ida, case.id)
        links(ida, case, count)
        give(ida, mette, case.id)
        links(mette, case, count)
        prices.append(steps_of(partial(never_shared_with, mette._connection, mette._trust(), case.id)))
    assert prices[1] < 2.5 * prices[0]
