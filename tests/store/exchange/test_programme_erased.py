"""That something of the programme was erased reaches who has it: one's other workstation, and a concern's readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.mentoring import Part
from store.cases.erasing_model import ErasureOrder
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.programme.erasing_errors import ThingErasingRefused
from store.programme.kept_model import Stands
from store.union import verify_entries
from tests.store.exchange.rounds import member, office_of, until_still
from tests.store.exchange.test_concerns import taken_in
from tests.store.exchange.test_workstation import joined
from tests.store.programme.office import somebody
from tests.store.programme.test_erasing import PLANTED, is_there


def erase(desk: Casework, thing: str) -> None:
    plan = desk.plan_erasing_thing(thing)
    desk.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="Bedt om det"))


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "exchange"
    found.mkdir()
    return found


@pytest.fixture()
def both(tmp_path: Path, folder: Path) -> Iterator[tuple[Casework, Casework]]:
    """Mette's two workstations."""
    old = member(tmp_path / "old", 1, "Mette")
    new = joined(old, tmp_path / "new", 2)
    until_still([old, new], folder)
    yield old, new
    for desk in (old, new):
        assert check(desk._vault).well, check(desk._vault).findings
        desk.close()


def test_ones_other_workstation_erases_it_too_and_no_old_copy_brings_it_back(
    both: tuple[Casework, Casework], folder: Path
) -> None:
    old, new = both
    person = somebody(old, PLANTED)
    old.end_participant(person.id, "Ikke egnet")
    until_still([old, new], folder)
    assert is_there(new)  # The control.
    space = old._register_space()
    copy = verify_entries(old.entries_beyond(space, ()))
    erase(old, person.id)
    until_still([old, new], folder)
    for desk in (old, new):
        assert not is_there(desk)
        assert desk.participants() == ()
        assert not desk.take_in(SpaceKind.PROGRAMME, space, copy).changed
        assert not is_there(desk)
    assert new.erased_things()


@pytest.mark.parametrize("how", ["held", "written"])
def test_what_is_held_or_was_written_of_at_the_other_one_stays_there_and_is_said(
    both: tuple[Casework, Casework], folder: Path, how: str
) -> None:
    old, new = both
    person = somebody(old, PLANTED, Part.MENTEE)
    old.end_participant(person.id, "Flyttet")
    until_still([old, new], folder)
    if how == "held":
        new.hold_thing(person.id, "Retssag")
    else:
        new.hold_check_in(person.id, on=new._today(), goes_well=True, guidelines=True, text="Ringede")
    erase(old, person.id)
    until_still([old, new], folder)
    [kept] = new.programme_kept()
    assert (kept.name, kept.elsewhere) == (PLANTED, True)
    if how == "held":
        with pytest.raises(ThingErasingRefused) as refused:
            new.plan_erasing_thing(person.id)
        assert refused.value.against == (Stands.HELD,)
        new.end_thing_hold(person.id, "Afgjort")
    erase(new, person.id)
    until_still([old, new], folder)
    assert not is_there(new)
    assert not is_there(old)


def test_readers_of_a_concern_erase_it_when_who_took_it_in_does(tmp_path: Path, folder: Path) -> None:
    anna, mette, bo, kaj = office_of(tmp_path, "Anna", "Mette", "Bo", "Kaj")
    until_still([anna, mette, bo, kaj], folder)
    concern = _closed(mette, bo, folder)
    assert is_there(bo, "over en gr")
    erase(mette, concern)
    until_still([mette, bo], folder)
    for desk in (mette, bo):
        assert desk.concerns() == ()
        assert not is_there(desk, "over en gr")
        assert check(desk._vault).well
    until_still([anna, mette, bo, kaj], folder)
    for desk in (anna, mette, bo, kaj):
        desk.close()


def test_a_reader_erases_for_themselves_and_for_nobody_else(tmp_path: Path, folder: Path) -> None:
    anna, mette, bo, kaj = office_of(tmp_path, "Anna", "Mette", "Bo", "Kaj")
    until_still([anna, mette, bo, kaj], folder)
    concern = _closed(mette, bo, folder)
    plan = bo.plan_erasing_thing(concern)
    assert not plan.followed
    erase(bo, concern)
    until_still([mette, bo], folder)
    [kept] = mette.programme_kept()
    assert (kept.id, kept.elsewhere) == (concern, True)
    assert mette.concern(concern).what
    assert not is_there(bo, "over en gr")
    for desk in (anna, mette, bo, kaj):
        assert check(desk._vault).well
        desk.close()


def test_what_a_reader_wrote_and_nobody_looked_at_keeps_a_concern(tmp_path: Path, folder: Path) -> None:
    anna, mette, bo, kaj = office_of(tmp_path, "Anna", "Mette", "Bo", "Kaj")
    until_still([anna, mette, bo, kaj], folder)
    concern = taken_in(mette, "Bo").id
    until_still([mette, bo], folder)
    bo.note_concern(concern, "Talte med Liv.")
    bo.close_concern(concern, "founded", "Aftalt")
    until_still([mette, bo], folder)
    with pytest.raises(ThingErasingRefused) as refused:
        mette.plan_erasing_thing(concern)
    assert refused.value.against == (Stands.UNREAD,)
    mette.programme()  # A list is no look.
    mette.record_openings()
    with pytest.raises(ThingErasingRefused):
        mette.plan_erasing_thing(concern)
    mette.concern(concern)
    mette.record_openings()
    erase(mette, concern)
    assert mette.concerns() == ()
    for desk in (anna, mette, bo, kaj):
        desk.close()


def _closed(mette: Casework, bo: Casework, folder: Path) -> str:
    concern = taken_in(mette, "Bo").id
    mette.close_concern(concern, "founded", "Aftalt")
    until_still([mette, bo], folder)
    bo.concern(concern)
    bo.record_openings()
    until_still([mette, bo], folder)
    return concern
