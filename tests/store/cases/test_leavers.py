"""Somebody leaves the office: what they wrote stays, what comes afterwards does not count, nobody is locked out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.language import set_language
from store import cards
from store.cases.errors import ReasonNeeded
from store.cases.sharing import CaseNotHad
from store.cases.trust_errors import AuthorUnknown, KeyInUse, KeyRevoked, NotAdministrator
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.model import Intake
from tests.store.circle import member, trusts
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
    # Nobody has Bo's case any more: it goes with Kaj's load. Ida's stand-in for him does not take it from anybody.
    own = case_of(ida, "Kaj")
    until_still([mette, ida, kaj], folder)
    assert kaj.cases_had() == (seen,)
    with pytest.raises(CaseNotHad):
        kaj.hand_over([own], who(ida), "Barsel.")
    assert kaj.hand_over([], who(ida), "Barsel.") == (kaj.case(seen).summary.reference,)
    assert kaj.cases_had() == ()
    until_still([mette, ida, kaj], folder)
    assert notes(ida, seen) == ["Fortalt."]
    # Ida goes on, and shares it with Kaj: he has what counts, by what she named.
    ida.share_case(unseen, who(kaj), "Hjælp.")
    until_still([mette, ida, kaj], folder)
    assert "Før." in notes(kaj, unseen)
    assert "Efter." not in notes(kaj, unseen)
    assert check(kaj._vault).well


def test_a_leaver_who_writes_on_is_not_offered_to_be_let_back_in(office: list[Casework], folder: Path) -> None:
    set_language("en")
    mette, bo, ida, kaj = office
    case = case_of(bo, "Ida")
    until_still(office, folder)
    mette.leaver(who(bo), "Holdt op.")
    bo.add_note(case, "Efter.")
    round_of(bo, folder)
    until_still([mette, ida, kaj], folder)
    bo.add_note(case, "Endnu senere.")
    round_of(bo, folder)
    for desk in (mette, ida):
        for _again in range(3):
            came = round_of(desk, folder).came
            assert (came.cards_wanted, came.more_cards, came.waiting) == ((), 0, 0)
            assert came.revoked >= 1
            assert any("from a key that was revoked" in line for line in came.words())
            assert not any("card" in line for line in came.words())
    before = mette._connection.execute("SELECT count(*) FROM entry").fetchall()
    theirs = cards.read(bo.carried_card())
    with pytest.raises(KeyRevoked):
        mette.trust_card(theirs.text, compared=theirs.fingerprint, colleague=True)
    assert mette._connection.execute("SELECT count(*) FROM entry").fetchall() == before


def test_what_a_colleague_passes_on_of_a_leaver_is_waited_for_by_nobody(office: list[Casework], folder: Path) -> None:
    """Ida has what Bo wrote in the office's space, and the others hear of his leaving before of that."""
    set_language("en")
    mette, bo, ida, kaj = office
    lars = member(folder.parent / "9", 9, "Lars", office="Andetsteds")
    apart = folder.parent / "apart"
    apart.mkdir()
    trusts(bo, lars)
    round_of(bo, apart)
    round_of(ida, apart)
    mette.leaver(who(bo), "Holdt op.")
    round_of(mette, folder)
    round_of(kaj, folder)
    for file in folder.iterdir():
        file.unlink()
    # Ida has not heard of it: she passes on to Kaj what she has.
    round_of(ida, folder)
    came = round_of(kaj, folder).came
    assert (came.cards_wanted, came.waiting) == ((), 0)
    assert not any("card" in line for line in came.words())
    lars.close()


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
