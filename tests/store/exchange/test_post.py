"""Rounds with an exchange folder: what goes to whom, once, and is cleaned up when it has come."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from guidance.language import speaking
from store.cases.history import NOT_PROVED
from store.cases.sharing import CaseNotHad
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.exchange.folder import FolderMissing
from store.exchange.post import Round
from store.exchange.rounds import Came, CameIn
from store.may_write import ENTRUSTED
from store.model import Intake
from tests.store.circle import member, trusts
from tests.store.desk import a_case
from tests.store.exchange.rounds import joined, look, round_of, until_still
from tests.store.test_union import tables


def who(desk: Casework, name: str) -> str:
    return next(one.id for one in desk.authors() if one.name == name)


def entries_in(folder: Path, *desks: Casework) -> int:
    """How many entries lie in the folder for anybody of these."""
    return sum(len(one.entries) for desk in desks for one in look(folder, desk).envelopes)


def test_a_shared_case_comes_and_the_folder_is_emptied(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    assert case.reference in {one.case for one in mette.exchange_waits()}
    put = round_of(mette, folder)
    assert (put.put, put.people, put.entries) == (1, 1, 7)
    came = round_of(bo, folder).came
    assert [(one.reference, one.entries, one.fresh, one.senders) for one in came.spaces] == [
        (case.reference, 7, True, ("Mette",))
    ]
    assert tables(bo, case.id) == tables(mette, case.id)
    until_still([mette, bo], folder)
    assert mette.exchange_waits() == bo.exchange_waits() == ()
    # What says who has what stays: at most one small envelope of each.
    assert len(list(folder.iterdir())) <= 2


def test_only_what_is_new_is_sent(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    until_still([mette, bo], folder)
    mette.add_note(case.id, "Et nyt notat.")
    assert round_of(mette, folder).entries == 1
    mette.add_note(case.id, "Endnu et.")
    assert round_of(mette, folder).entries == 1
    assert round_of(mette, folder).put == 0
    assert round_of(bo, folder).came.spaces[0].entries == 2
    assert tables(bo, case.id) == tables(mette, case.id)


def test_a_second_look_at_the_same_files_changes_nothing(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    a_case(mette)
    round_of(mette, folder)
    assert round_of(bo, folder).came.changed
    assert not round_of(bo, folder).came.changed
    assert round_of(bo, folder).put == 0


def test_the_office_comes_to_a_new_colleague_and_their_plan_to_the_others(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    assert {one.name for one in bo.authors()} == {"Mette", "Bo"}
    lis = joined(tmp_path / "3", 3, "Lis", mette)
    until_still([mette, bo, lis], folder)
    names = [{one.name for one in desk.authors()} for desk in (mette, bo, lis)]
    assert names == [{"Mette", "Bo", "Lis"}] * 3
    until_still([lis, mette, bo], folder)
    assert tables(lis, lis.office().id)[-1] == tables(mette, mette.office().id)[-1]
    assert check(lis._vault).well
    lis.close()


def test_whom_a_colleague_trusts_elsewhere_goes_without_its_content(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    stranger = member(tmp_path / "9", 9, "Kaj Fremmed")
    trusts(bo, stranger)
    until_still([mette, bo], folder)
    office = mette.office().id
    assert mette.held(office) == bo.held(office)
    assert "Kaj Fremmed" not in {one.name for one in mette.authors()}
    assert "Kaj Fremmed" in {one.name for one in bo.authors()}
    # An administrator's trust counts in the whole office, and goes with its content.
    trusts(mette, stranger)
    until_still([mette, bo], folder)
    stranger.close()


def test_somebody_of_another_office_gets_the_case_shared_with_them_and_nothing_else(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, _bo = two
    kaj = member(tmp_path / "9", 9, "Kaj")
    trusts(mette, kaj)
    trusts(kaj, mette)
    round_of(mette, folder)
    assert not round_of(kaj, folder).came.changed
    other, shared = a_case(mette, "En anden"), a_case(mette, "Delt")
    mette.share_case(shared.id, who(mette, "Kaj"), "Han kender familien.")
    until_still([mette, kaj], folder)
    assert [one.reference for one in kaj.cases()] == [shared.reference]
    assert mette.office().id not in kaj.spaces_held(SpaceKind.OFFICE)
    kaj.add_note(shared.id, "Talt med faren.")
    until_still([kaj, mette], folder)
    assert tables(kaj, shared.id) == tables(mette, shared.id)
    assert not kaj.held(other.id)
    kaj.close()


def test_after_a_share_is_ended_nothing_more_is_sealed_and_what_lies_there_is_taken_back(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, _bo = two
    kaj = member(tmp_path / "9", 9, "Kaj")
    trusts(mette, kaj)
    trusts(kaj, mette)
    case = a_case(mette)
    mette.share_case(case.id, who(mette, "Kaj"), "Han kender familien.")
    round_of(mette, folder)
    mette.end_share(case.id, who(mette, "Kaj"), "Det var den forkerte Kaj.")
    round_of(mette, folder)
    assert not round_of(kaj, folder).came.changed
    assert kaj.cases() == ()
    kaj.close()


def test_without_a_card_nothing_is_written_and_the_lack_is_named(tmp_path: Path, folder: Path) -> None:
    mette, kaj = member(tmp_path / "1", 1, "Mette"), member(tmp_path / "2", 2, "Kaj")
    case = a_case(mette)
    assert round_of(mette, folder).put == 0
    assert list(folder.iterdir()) == []
    assert [(one.case, one.name, one.stand_in, one.author) for one in mette.without_card()] == [
        (case.reference, "Bo", True, "")
    ]
    # Only one of them compared: what comes from the other is not used, and whose card is lacking is said.
    trusts(mette, kaj)
    mette.share_case(case.id, who(mette, "Kaj"), "Overblik")
    round_of(mette, folder)
    came = round_of(kaj, folder).came
    assert not came.changed
    assert [(one.card.name if one.card else "") for one in came.cards_wanted] == ["Mette"]
    trusts(kaj, mette)
    assert round_of(kaj, folder).came.changed
    for desk in (mette, kaj):
        desk.close()


def test_a_third_writer_without_a_card_holds_back_only_what_builds_on_them(tmp_path: Path, folder: Path) -> None:
    mette, bo, kaj = (member(tmp_path / f"{n}", n, name) for n, name in ((1, "Mette"), (2, "Bo"), (3, "Kaj")))
    for one, other in ((mette, bo), (bo, mette), (mette, kaj), (kaj, mette)):
        trusts(one, other)
    case = a_case(mette)
    mette.share_case(case.id, who(mette, "Bo"), "Sammen")
    mette.share_case(case.id, who(mette, "Kaj"), "Sammen")
    until_still([mette, bo], folder)
    mette.add_note(case.id, "Før Bo.")
    bo.add_note(case.id, "Af Bo.")
    until_still([mette, bo], folder)
    came = round_of(kaj, folder).came
    assert came.spaces[0].reference == case.reference
    assert came.waiting > 0
    assert len(came.cards_wanted) == 1
    assert "Før Bo." in {version.text for note in kaj.case(case.id).notes for version in note.versions}
    trusts(kaj, bo)
    assert round_of(kaj, folder).came.waiting == 0
    until_still([mette, bo, kaj], folder)
    assert tables(kaj, case.id) == tables(bo, case.id) == tables(mette, case.id)
    for desk in (mette, bo, kaj):
        desk.close()


def test_a_programme_and_its_concerns_go_to_nobody_else(two: tuple[Casework, Casework], folder: Path) -> None:
    from datetime import timedelta

    from guidance.mentoring import Part
    from store.programme.concern_model import CameHow, ConcernDraft
    from store.programme.people_model import ParticipantDraft

    mette, bo = two
    until_still([mette, bo], folder)
    draft = ParticipantDraft(name="Bo", parts=(Part.MENTOR,), author=who(mette, "Bo"))
    about = mette.add_participant(draft)
    mette.take_in_concern(
        ConcernDraft(
            kind="boundaries",
            about=about.id,
            what="Går over en grænse.",
            came_how=CameHow.TALK,
            received_at=mette._clock() - timedelta(hours=1),
        )
    )
    assert mette.spaces_held(SpaceKind.PROGRAMME)
    assert until_still([mette, bo], folder) <= 1
    assert bo.spaces_held(SpaceKind.PROGRAMME) == ()


def test_a_folder_that_is_not_there_is_said(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    with pytest.raises(FolderMissing):
        round_of(two[0], tmp_path / "no such stick")


def test_many_small_ones_become_one(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    until_still([mette, bo], folder)
    for number in range(60):
        mette.add_note(case.id, f"Notat {number}")
        round_of(mette, folder)
    assert len(list(folder.iterdir())) < 30
    round_of(bo, folder)
    assert tables(bo, case.id) == tables(mette, case.id)
    until_still([mette, bo], folder)
    assert len(list(folder.iterdir())) <= 2


def test_a_whole_load_is_handed_over_and_nothing_more_of_it_comes_back(
    two: tuple[Casework, Casework], folder: Path
) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    cases = [mette.new_case(Intake(title=f"Sag {n}", no_stand_in_reason="Ingen endnu")) for n in range(3)]
    until_still([mette, bo], folder)
    assert bo.cases() == ()
    handed = mette.hand_over([], who(mette, "Bo"), "Jeg er på barsel.")
    assert sorted(handed) == sorted(case.reference for case in cases)
    until_still([mette, bo], folder)
    assert {case.id for case in bo.cases()} == {case.id for case in cases}
    assert tables(bo, cases[0].id) == tables(mette, cases[0].id)
    bo.add_note(cases[0].id, "Nu er det min.")
    until_still([bo, mette], folder)
    assert tables(bo, cases[0].id) != tables(mette, cases[0].id)
    assert bo.exchange_waits() == ()
    # Mette knows that it came, nothing of it lies there, and nothing is put again.
    assert mette.exchange_waits() == ()
    assert entries_in(folder, mette, bo) == 0
    assert round_of(mette, folder).put == round_of(bo, folder).put == 0
    # What she still writes goes to whoever has it, who says that it came, and tells of nothing that was written since.
    mette.add_note(cases[0].id, "Moderen ringede hertil.")
    until_still([mette, bo], folder)
    assert tables(bo, cases[0].id) != tables(mette, cases[0].id)
    assert mette.exchange_waits() == bo.exchange_waits() == ()
    assert entries_in(folder, mette, bo) == 0


def test_somebody_of_another_office_who_handed_over_hears_that_it_came_and_nothing_else(
    folder: Path, tmp_path: Path
) -> None:
    mette, kaj = member(tmp_path / "1", 1, "Mette"), member(tmp_path / "2", 2, "Kaj")
    trusts(mette, kaj)
    trusts(kaj, mette)
    case = a_case(mette)
    mette.hand_over([case.id], who(mette, "Kaj"), "Flyttet.")
    round_of(mette, folder)
    round_of(kaj, folder)
    kaj.add_note(case.id, "Nu er det min.")
    until_still([kaj, mette], folder)
    assert mette.exchange_waits() == ()
    assert entries_in(folder, mette, kaj) == 0
    told = look(folder, mette).envelopes
    assert [one.have for one in told] == [{case.id: mette.held(case.id)}]
    assert set(kaj.held(case.id)).isdisjoint(mette.held(case.id))
    for desk in (mette, kaj):
        desk.close()


def test_from_whom_a_case_was_taken_back_hears_that_what_they_wrote_came(
    two: tuple[Casework, Casework], folder: Path
) -> None:
    mette, bo = two
    case = a_case(mette)
    until_still([mette, bo], folder)
    mette.end_share(case.id, who(mette, "Bo"), "Slut.")
    bo.add_note(case.id, "Skrevet, før jeg hørte det.")
    until_still([bo, mette], folder)
    assert "Skrevet, før jeg hørte det." in {v.text for note in mette.case(case.id).notes for v in note.versions}
    assert bo.exchange_waits() == ()
    assert entries_in(folder, mette, bo) == 0
    # That it was taken back is among what he gets no more.
    assert set(bo.held(case.id)) < set(mette.held(case.id))


def test_a_former_reader_is_told_of_nothing_that_they_do_not_say_and_a_stranger_of_nothing(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    kaj = member(tmp_path / "9", 9, "Kaj")
    trusts(mette, kaj)
    case = a_case(mette)
    until_still([mette, bo], folder)
    mette.end_share(case.id, who(mette, "Bo"), "Slut.")
    mette.add_note(case.id, "Efter Bo.")
    now = mette.held(case.id)
    before = bo.held(case.id)
    [newest] = [one for one in mette.exchange_people() if one.author.name == "Bo"]
    assert not any(one.author.name == "Kaj" for one in mette.exchange_people())

    def told(have: dict[str, tuple[str, ...]], former: tuple[str, ...]) -> object:
        # As if an envelope had said so.
        said = json.dumps({space: list(heads) for space, heads in have.items()})
        with mette._connection.transaction():
            mette._connection.execute("UPDATE exchange_heard SET have = ?, told = '{}'", (said,))
        return mette._said_back(replace(newest, former=former))

    assert told({case.id: before}, newest.former) == {case.id: before}
    # What is not here, what is here together with it, a case that was never theirs.
    assert told({case.id: ("f" * 64,)}, newest.former) == {}
    assert told({case.id: (*before, "f" * 64)}, newest.former) == {}
    other = mette.new_case(Intake(title="En anden", no_stand_in_reason="Ingen"))
    assert other.id not in newest.former
    assert told({other.id: mette.held(other.id)}, newest.former) == {}
    assert told({case.id: (*before, *before)}, newest.former) == {case.id: before}
    assert now != before
    kaj.close()


def test_who_keeps_on_gets_what_is_written(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    case = mette.new_case(Intake(title="Sag", no_stand_in_reason="Ingen endnu"))
    mette.hand_over([case.reference], who(mette, "Bo"), "Vi er to om den.", keep=True)
    until_still([mette, bo], folder)
    bo.add_note(case.id, "Set.")
    until_still([bo, mette], folder)
    assert tables(bo, case.id) == tables(mette, case.id)


def test_who_stands_in_hands_over_their_own_load_and_nothing_of_others(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    kaj = joined(tmp_path / "3", 3, "Kaj", mette)
    until_still([mette, bo, kaj], folder)
    theirs = bo.new_case(Intake(title="Fortroligt", stand_in="Mette"))
    own = mette.new_case(Intake(title="Mettes", no_stand_in_reason="Ingen endnu"))
    until_still([mette, bo, kaj], folder)
    assert {one.id for one in mette.cases()} == {theirs.id, own.id}
    before = bo.shares(theirs.id)
    assert mette.cases_had() == (own.id,)
    assert mette.hand_over([], who(mette, "Kaj"), "Barsel.") == (own.reference,)
    until_still([mette, bo, kaj], folder)
    assert [one.id for one in kaj.cases()] == [own.id]
    assert bo.shares(theirs.id) == mette.shares(theirs.id) == before
    assert not any("has the case" in line.words for line in bo.history(theirs.id))
    # What was handed over is not handed over again, neither with the rest nor named, nor is what is another's.
    counter = mette.exchange_counter()
    assert mette.hand_over([], who(mette, "Bo"), "Barsel.") == ()
    for case in (own, theirs):
        with pytest.raises(CaseNotHad) as refused:
            mette.hand_over([case.reference], who(mette, "Bo"), "Barsel.")
        assert refused.value.reference == case.reference
    assert mette.exchange_counter() == counter
    assert kaj.cases_had() == (own.id,)
    kaj.close()


def test_a_link_by_who_never_had_the_case_is_not_told_as_if_it_held(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    kaj = joined(tmp_path / "3", 3, "Kaj", mette)
    until_still([mette, bo, kaj], folder)
    case = bo.new_case(Intake(title="Fortroligt", stand_in="Mette"))
    until_still([mette, bo, kaj], folder)
    # As a vault of before wrote it, where a stand-in handed their whole load over.
    for author, access in ((who(mette, "Kaj"), "has"), (mette.office().author_id, "none")):
        mette._write(case.id, ENTRUSTED, {"author": author, "access": access})
    until_still([mette, bo], folder)
    links = [line for line in bo.history(case.id) if line.kind == ENTRUSTED]
    assert [(line.words, line.flags) for line in links] == [
        ("Mette was to have the case no longer", (NOT_PROVED,)),
        ("Kaj was to have the case", (NOT_PROVED,)),
    ]
    # The control: who has the case says it.
    bo.hand_over([case.id], who(bo, "Kaj"), "Vikar.")
    assert [(line.words, line.flags) for line in bo.history(case.id) if line.kind == ENTRUSTED][:2] == [
        ("Bo has the case no longer", ()),
        ("Kaj has the case from now on", ()),
    ]
    kaj.close()


def test_what_was_put_and_what_came_back_is_said_of_one_as_of_several() -> None:
    def words(put: int, own: int) -> str:
        space = CameIn(
            kind=SpaceKind.CASE, space="", reference="26-AAAAA", fresh=False, entries=own, senders=("Bo",), own=own
        )
        return " ".join(Round(came=Came(spaces=(space,)), put=put, people=put, entries=put).words())

    with speaking("da"):
        assert "1 konvolut lagt til 1 person med 1 indførsel." in words(1, 1)
        assert "1 indførsel med din egen nøgle kom tilbage" in words(1, 1)
        assert "2 konvolutter lagt til 2 personer med 2 indførsler." in words(2, 2)
        assert "2 indførsler med din egen nøgle kom tilbage" in words(2, 2)


def test_what_came_in_says_that_people_said_different_things(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    until_still([mette, bo], folder)
    with speaking("en"):
        mette.set_level(case.id, 2, "Rolig.")
        assert "Different statements" not in " ".join(round_of(mette, folder).words())
        assert mette.today().disputed == ()
        bo.set_level(case.id, 4, "Panik.")
        said = round_of(bo, folder).words()
    told = f"Different statements stand on 2 matters, for you to decide: segl case conflicts {case.reference}"
    assert told in said
    assert bo.today().disputed == ((case.reference, 2),)
    assert [one.level_disputed for one in bo.cases()] == [True]
