"""Several workstations of one person and a colleague: each has its own key and its own ledger, and all end equal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from tests.store.circle import card_of, member, trusts, vault_desk
from tests.store.desk import Clock, a_case
from tests.store.exchange.rounds import joined as colleague
from tests.store.exchange.rounds import round_of, until_still
from tests.store.exchange.test_workstation import joined
from tests.store.test_union import tables


def of_mette(root: Path, count: int, clock: Clock | None = None) -> list[Casework]:
    """So many workstations of Mette's, each let count on the first one."""
    first = member(root / "1", 1, "Mette", office="Skolen", clock=clock)
    return [first, *(joined(first, root / f"{number}", number) for number in range(2, count + 1))]


def all_equal(desks: list[Casework]) -> None:
    """The same cases with the same tables everywhere, and nothing that waits."""
    for space in desks[0].spaces_held(SpaceKind.CASE):
        wanted = tables(desks[0], space)
        assert wanted[-1]
        for desk in desks[1:]:
            assert tables(desk, space) == wanted
    for desk in desks:
        assert set(desk.spaces_held(SpaceKind.CASE)) == set(desks[0].spaces_held(SpaceKind.CASE))
        assert desk.exchange_waits() == ()
        assert check(desk._vault).well, check(desk._vault).findings


@pytest.fixture()
def three(tmp_path: Path) -> Iterator[list[Casework]]:
    desks = of_mette(tmp_path, 3)
    yield desks
    for desk in desks:
        desk.close()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_third_workstation_has_everything(three: list[Casework], folder: Path, order: tuple[int, ...]) -> None:
    first, second, third = three
    case = a_case(first)
    until_still([three[one] for one in order], folder)
    assert [one.reference for one in third.cases()] == [case.reference]
    all_equal(three)
    for number, desk in enumerate(three):
        desk.add_note(case.id, f"Fra arbejdsplads {number}.")
    mine = a_case(third)
    until_still([three[one] for one in order], folder)
    all_equal(three)
    assert {one.id for one in first.cases()} == {case.id, mine.id}
    assert second._trust().devices(SpaceKind.OFFICE) == third._trust().devices(SpaceKind.OFFICE)


def test_what_one_was_sent_does_not_count_as_sent_to_the_other(three: list[Casework], folder: Path) -> None:
    first, second, third = three
    until_still(three, folder)
    case = a_case(first)
    # The second one fetches and says so; for the third one everything still lies there.
    round_of(first, folder)
    round_of(second, folder)
    round_of(first, folder)
    waits = [one for one in first.exchange_waits() if one.case]
    assert {one.device for one in waits} == {third._journal.device}
    assert [(one.unsent, one.number, one.own) for one in waits] == [(0, 3, True)]
    round_of(third, folder)
    assert [one.id for one in third.cases()] == [case.id]


def test_a_colleague_writes_to_each_of_them(tmp_path: Path, folder: Path) -> None:
    desks = of_mette(tmp_path, 3)
    bo = colleague(tmp_path / "9", 9, "Bo", desks[0])
    until_still([*desks, bo], folder)
    case = a_case(desks[2])
    desks[2].share_case(case.id, bo.office().author_id, "Sammen")
    until_still([desks[2], bo], folder)
    bo.add_note(case.id, "Fra Bo.")
    assert {one.device for one in bo.exchange_waits() if one.case} == {one._journal.device for one in desks}
    # Two of them never meet the third again: what Bo writes comes to each from Bo.
    for desk in desks:
        stick = tmp_path / f"stick-{desk._vault.id}"
        stick.mkdir()
        round_of(bo, stick)
        round_of(desk, stick)
        assert "Fra Bo." in {note.versions[-1].text for note in desk.case(case.id).notes}
    for desk in (*desks, bo):
        desk.close()


def test_somebody_of_another_office_knows_each_of_them_by_the_card(tmp_path: Path, folder: Path) -> None:
    ida = member(tmp_path / "ida", 8, "Ida")
    desks = of_mette(tmp_path, 3)
    card = card_of(desks[0])
    assert card.says_whose
    assert len(card.recipients) == 3
    trusts(ida, desks[0])
    trusts(desks[0], ida)
    until_still(desks, folder)
    [mette] = [one for one in ida.authors() if one.name == "Mette"]
    assert [one.device for one in mette.reading] == list(card.devices)
    case = a_case(ida)
    ida.share_case(case.id, mette.id, "Sammen")
    round_of(ida, folder)
    for desk in desks:
        round_of(desk, folder)
        assert [one.id for one in desk.cases()] == [case.id]
    until_still([*desks, ida], folder)
    all_equal([*desks, ida])
    for desk in (*desks, ida):
        desk.close()


def test_whom_one_workstation_lets_count_counts_on_the_others_however_it_comes(tmp_path: Path) -> None:
    """A colleague passes that on without its content; the content comes from whoever wrote it all the same."""
    bo = member(tmp_path / "9", 9, "Bo", office="Skolen")
    first = colleague(tmp_path / "1", 1, "Mette", bo)
    ida = member(tmp_path / "ida", 8, "Ida")
    with_bo, together, without = (tmp_path / name for name in ("with-bo", "together", "without"))
    for path in (with_bo, together, without):
        path.mkdir()
    until_still([bo, first], with_bo)
    second = joined(first, tmp_path / "2", 2)
    until_still([first, second, bo], with_bo)
    trusts(second, ida)
    until_still([second, bo], with_bo)
    until_still([bo, first], together)
    assert "Ida" not in {one.name for one in first.authors()}
    # What builds on it came over Bo: it is only its content that is still to come.
    assert first.held(first.office().id) == second.held(first.office().id)
    until_still([first, second], without)
    for desk in (first, second):
        assert "Ida" in {one.name for one in desk.authors()}
    until_still([first, second, bo], with_bo)
    for desk in (first, second, bo):
        assert desk.exchange_waits() == ()
    for desk in (first, second, bo, ida):
        desk.close()


_who = st.integers(0, 4)
_acts = st.lists(
    st.one_of(
        st.tuples(st.just("note"), _who),
        st.tuples(st.just("level"), _who),
        st.tuples(st.just("case"), _who),
        st.tuples(st.just("round"), _who),
        st.tuples(st.just("other folder"), _who),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Four workstations of Mette's and one of Bo's, who share a case; made once, and not all of it passed on yet."""
    root = tmp_path_factory.mktemp("four")
    (root / "stick").mkdir()
    (root / "other").mkdir()
    desks = of_mette(root, 4)
    bo = colleague(root / "5", 5, "Bo", desks[0])
    case = a_case(desks[0])
    desks[0].share_case(case.id, bo.office().author_id, "Sammen")
    round_of(desks[0], root / "stick")
    round_of(desks[1], root / "stick")
    round_of(bo, root / "stick")
    for desk in (*desks, bo):
        desk.close()
    return root, case.id


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_acts, order=st.permutations(range(5)))
def test_four_workstations_and_a_colleague_end_equal(
    made: tuple[Path, str], acts: list[tuple[str, int]], order: list[int]
) -> None:
    root, space = made
    with TemporaryDirectory(prefix="segl-four-") as there:
        copy = Path(there, "four")
        shutil.copytree(root, copy)
        clock = Clock()
        clock.now = clock.now.replace(hour=23)
        desks = [vault_desk(copy / f"{number}", number, clock=clock) for number in range(1, 6)]
        try:
            for number, (what, who) in enumerate(acts):
                _act(desks[who], copy, space, what, number, desks[-1].office().author_id)
            until_still([desks[one] for one in order], copy / "stick", most=9)
            all_equal(desks[:4])
            assert tables(desks[4], space) == tables(desks[0], space)
            assert desks[4].exchange_waits() == ()
        finally:
            for desk in desks:
                desk.close()


def _act(desk: Casework, root: Path, space: str, what: str, number: int, bo: str) -> None:
    here = space in desk.spaces_held(SpaceKind.CASE)
    match what:
        case "note" if here:
            desk.add_note(space, f"Notat {number}")
        case "level" if here:
            desk.set_level(space, number % 4 + 1, f"Grund {number}")
        case "case" if desk.office().author_id != bo:
            a_case(desk)
        case "round":
            round_of(desk, root / "stick")
        case "other folder":
            round_of(desk, root / "other")


def test_control_without_the_last_exchange_they_are_not_equal(made: tuple[Path, str], tmp_path: Path) -> None:
    root, space = made
    shutil.copytree(root, tmp_path / "four")
    desks = [vault_desk(tmp_path / "four" / f"{number}", number) for number in (1, 4)]
    assert space in desks[0].spaces_held(SpaceKind.CASE)
    assert space not in desks[1].spaces_held(SpaceKind.CASE)
    for desk in desks:
        desk.close()
