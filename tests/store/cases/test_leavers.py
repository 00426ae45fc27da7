"""Somebody leaves the office: what they wrote stays, what comes afterwards does not count, nobody is locked out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.cases.errors import ReasonNeeded
from store.cases.trust_errors import AuthorUnknown, KeyInUse, NotAdministrator
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.model import Intake
from tests.store.exchange.rounds import office_of, round_of, until_still


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exchange"
    folder.mkdir()
    return folder


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[list[Casework]]:
    """Mette, the administrator; Bo, who leaves; Ida and Kaj."""
    desks = office_of(tmp_path, "Mette", "Bo", "Ida", "Kaj")
    until_still(desks, folder)
    yield desks
    for desk in desks:
        desk.close()


def who(desk: Casework) -> str:
    return desk.office().author_id


def case_of(desk: Casework, stand_in: str) -> str:
    return desk.new_case(Intake(title="Sag", happened="Fortalt.", stand_in=stand_in, kind="school")).id


def notes(desk: Casework, case: str) -> list[str]:
    return [note.versions[-1].text for note in desk.case(case).notes]


def test_what_a_leaver_wrote_stays_also_where_the_administrator_can_not_read_it(
    office: list[Casework], folder: Path
) -> None:
    mette, bo, ida, kaj = office
    seen, unseen = case_of(bo, "Mette"), case_of(bo, "Ida")
    bo.add_note(unseen, "Før.")
    until_still(office, folder)
    left = mette.leaver(who(bo), "Holdt op.", to=who(kaj))
    assert (left.handed, left.alone, left.renewed) == ((mette.case(seen).summary.reference,), (), False)
    # Bo writes on, before his vault hears of it and after.
    bo.add_note(unseen, "Efter.")
    until_still([mette, ida, kaj], folder)
    round_of(bo, folder)
    until_still([mette, ida, kaj], folder)
    assert "Før." in notes(ida, unseen)
    assert "Efter." not in notes(ida, unseen)
    assert notes(kaj, seen) == ["Fortalt."]
    assert mette.spaces_held(SpaceKind.CASE) == (seen,)
    for desk in (mette, ida, kaj):
        assert check(desk._vault).well
    # Ida goes on, and shares it with Kaj: he has what counts, by what she named.
    ida.share_case(unseen, who(kaj), "Hjælp.")
    until_still([mette, ida, kaj], folder)
    assert "Før." in notes(kaj, unseen)
    assert "Efter." not in notes(kaj, unseen)
    assert check(kaj._vault).well


def test_each_step_is_done_once_and_can_be_gone_on_with(office: list[Casework], folder: Path) -> None:
    mette, bo, _ida, kaj = office
    case = case_of(bo, "Mette")
    shared = mette.new_case(Intake(title="Fælles", stand_in="Bo", kind="school")).id
    until_still(office, folder)
    left = mette.leaver(who(bo)[:8], "Holdt op.")
    assert set(left.alone) == {mette.case(case).summary.reference, mette.case(shared).summary.reference}
    assert mette.shares(shared) == ()
    entries = mette._connection.execute("SELECT count(*) FROM entry").fetchall()
    assert mette.leaver(who(bo), "Holdt op.") == left
    assert mette._connection.execute("SELECT count(*) FROM entry").fetchall() == entries
    again = mette.leaver(who(bo), "Holdt op.", to=who(kaj))
    assert (again.alone, len(again.handed)) == ((), 2)
    mette._record("office.key-renewed", {"ground": "leaver"})
    assert mette.leavings()[0].done
    assert check(mette._vault).well
    until_still([mette, kaj], folder)
    # Each vault says for itself whether its own key was made anew.
    assert [one.renewed for one in kaj.leavings()] == [False]


def test_who_may_not_and_who_can_not(office: list[Casework], folder: Path) -> None:
    mette, bo, ida, _kaj = office
    with pytest.raises(NotAdministrator):
        ida.leaver(who(bo), "Holdt op.")
    with pytest.raises(KeyInUse):
        mette.leaver(who(mette), "Holdt op.")
    with pytest.raises(ReasonNeeded):
        mette.leaver(who(bo), " ")
    with pytest.raises(AuthorUnknown):
        mette.leaver(who(bo), "Holdt op.", to=who(bo))
    assert mette.leavings() == ()
    assert not next(one for one in mette.authors() if one.name == "Bo").revoked


def test_the_leaver_names_nothing_for_themselves(office: list[Casework], folder: Path) -> None:
    mette, bo, ida, _kaj = office
    case = case_of(bo, "Ida")
    until_still(office, folder)
    mette.leaver(who(bo), "Holdt op.")
    until_still([mette, ida], folder)
    bo.add_note(case, "Efter.")
    with bo._writing():
        heads = [{"space": case, "entry": head} for head in bo.held(case)]
        devices = list(next(one for one in bo.authors() if one.name == "Bo").devices)
        said = {"author": who(bo), "devices": devices, "heads": heads}
        bo._append(SpaceKind.OFFICE, bo.office().id, "author.heads-named", said)
    round_of(bo, folder)
    until_still([mette, ida], folder)
    assert "Efter." not in notes(ida, case)
