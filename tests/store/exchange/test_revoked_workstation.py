"""One workstation of somebody is given up: nothing is sealed to it, its later word says nothing, the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.language import set_language
from store import cards, keys
from store.authors import trust_of
from store.cases.errors import ReasonNeeded
from store.cases.trust import TrustDesk
from store.cases.trust_errors import KeyInUse, KeyRevoked, NotAdministrator, WorkstationUnknown
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.journal import headers_of
from store.roles import Role
from store.standing import standing
from store.union import verify_entries
from tests.store.circle import card_of, member, trusts
from tests.store.desk import a_case
from tests.store.exchange.rounds import joined as colleague
from tests.store.exchange.rounds import look, office_of, round_of, until_still
from tests.store.exchange.test_workstation import joined
from tests.store.exchange.test_workstations import all_equal, of_mette
from tests.store.test_union import tables


def mark(desk: Casework) -> str:
    """The fingerprint of a workstation."""
    return desk.key_card().fingerprint


def opened_there(desk: Casework, folder: Path) -> int:
    """How many files of a folder the keys of a vault open, whatever it thinks of who wrote them."""
    found = look(folder, desk, known={})
    return len(found.strangers)


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[tuple[list[Casework], Casework, str]]:
    """Three workstations of Mette's, a colleague Bo, and a case that they share."""
    desks = of_mette(tmp_path, 3)
    bo = colleague(tmp_path / "9", 9, "Bo", desks[0])
    case = a_case(desks[0])
    desks[0].share_case(case.id, bo.office().author_id, "Sammen")
    desks[0].set_level(case.id, 2, "Før")
    until_still([*desks, bo], folder)
    yield desks, bo, case.id
    for desk in (*desks, bo):
        desk.close()


def test_the_others_go_on_and_it_gets_nothing_more(
    office: tuple[list[Casework], Casework, str], folder: Path, tmp_path: Path
) -> None:
    (first, second, third), bo, case = office
    stick = tmp_path / "after"
    stick.mkdir()
    # The control: before it is given up, the file that is put for it opens there.
    first.add_note(case, "Mens den gjaldt.")
    round_of(first, stick)
    assert opened_there(third, stick) == 1
    until_still([first, second, third, bo], stick)
    first.revoke_workstation(mark(third), "Den er stjålet.")
    until_still([first, second, bo], folder)
    for desk in (first, second, bo):
        assert third._journal.device not in {one.workstation.device for one in desk.exchange_people()}
        assert {third._journal.device} == set(desk._trust().revoked)
        [mette] = [one for one in desk.authors() if one.name == "Mette"]
        assert (mette.revoked, mette.administrator, len(mette.reading)) == (False, True, 2)
        # What others seal to her by hand is not for the stolen one either.
        assert mette.recipient == keys.recipient(second._connection)
    # What it signs from now on, in its own vault and in envelopes, says nothing to anybody else.
    third.set_level(case, 4, "Af en tyv")
    assert third.case(case).summary.level == 4
    assert round_of(third, folder).put
    for desk in (first, second, bo):
        for one in (first, second, bo):
            one.add_note(case, f"Fra {one.office().author}.")
        until_still([first, second, bo], folder)
        assert desk.case(case).summary.level == 2
    all_equal([first, second])
    assert tables(bo, case) == tables(first, case)
    assert not any(note.versions[-1].text.startswith("Fra ") for note in third.case(case).notes)
    (tmp_path / "last").mkdir()
    for desk in (first, second, bo):
        round_of(desk, tmp_path / "last")
    assert opened_there(third, tmp_path / "last") == 0
    # And the envelopes that lay ready for it are gone.
    assert opened_there(third, folder) == 0


def test_what_it_still_puts_is_said_and_nobody_is_asked_for_its_card(
    office: tuple[list[Casework], Casework, str], folder: Path
) -> None:
    set_language("en")
    (first, second, third), bo, case = office
    first.revoke_workstation(mark(third), "Den er stjålet.")
    until_still([first, second, bo], folder)
    third.set_level(case, 4, "Af en tyv")
    assert round_of(third, folder).put == 3
    said = "1 envelope is from a key that was revoked, or a workstation that was given up, and is not taken in."
    for desk in (first, second, bo):
        for _again in range(3):
            came = round_of(desk, folder).came
            assert (came.cards_wanted, came.more_cards, came.waiting, came.refused, came.revoked) == ((), 0, 0, 0, 1)
            assert said in came.words()
            assert not any("card" in line for line in came.words())
    # Whoever compares its card all the same is told why it does not count.
    theirs = cards.read(TrustDesk.carried_card(third))
    with pytest.raises(KeyRevoked) as refused:
        bo.trust_card(theirs.text, compared=theirs.fingerprint)
    assert "Mette" in refused.value.diagnostics().happened


def test_one_that_counts_and_has_not_heard_that_the_first_was_given_up_is_heard(
    office: tuple[list[Casework], Casework, str], folder: Path, tmp_path: Path
) -> None:
    """Its envelopes carry the card that the first one signed, as only that one says anything to strangers."""
    (first, second, third), bo, case = office
    assert cards.read(third.carried_card()).signer == first._journal.device, "the control"
    second.revoke_workstation(mark(first), "Den er stjålet.")
    (tmp_path / "apart").mkdir()
    until_still([second, bo], tmp_path / "apart")
    assert first._journal.device in bo._trust().revoked
    third.add_note(case, "Fra den tredje.")
    for file in folder.iterdir():
        file.unlink()
    round_of(third, folder)
    came = round_of(bo, folder).came
    assert came.revoked == 0
    assert "Fra den tredje." in {note.versions[-1].text for note in bo.case(case).notes}


def test_who_hears_of_a_revocation_with_the_card_asks_for_neither(
    office: tuple[list[Casework], Casework, str], folder: Path, tmp_path: Path
) -> None:
    """Ida comes after it, and what it left for her lay there when she knew nobody but Mette."""
    (first, second, third), bo, _case = office
    ida = colleague(tmp_path / "8", 8, "Ida", first)
    until_still([first, ida, third], folder)
    third.set_level(a_case(third).id, 4, "Af en tyv")
    round_of(third, folder)
    first.revoke_workstation(mark(third), "Den er stjålet.")
    until_still([first, second, bo], folder)
    assert [round_of(ida, folder).came.cards_wanted for _again in range(2)] == [(), ()]
    assert third._journal.device in ida._trust().revoked
    ida.close()


def test_control_without_the_revocation_its_word_counts(
    office: tuple[list[Casework], Casework, str], folder: Path
) -> None:
    (first, second, third), bo, case = office
    third.set_level(case, 4, "Af Mette selv")
    until_still([third, first, second, bo], folder)
    assert [desk.case(case).summary.level for desk in (first, second, bo)] == [4, 4, 4]


def test_what_came_of_it_over_others_is_kept_and_says_nothing(
    office: tuple[list[Casework], Casework, str], folder: Path, tmp_path: Path
) -> None:
    """Bo got something from it that whoever gave it up never saw, and built on it, in the office's space as well."""
    (first, second, third), bo, case = office
    ida = member(tmp_path / "ida", 8, "Ida")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    trusts(third, ida)
    third.set_level(case, 4, "Efter tyveriet")
    round_of(third, theirs)
    round_of(bo, theirs)
    assert bo.case(case).summary.level == 4
    first.revoke_workstation(mark(third), "Den er stjålet.")
    trusts(bo, ida)
    bo.set_level(case, 3, "Bo har talt med skolen")
    until_still([first, second, bo], folder, most=8)
    for desk in (first, second, bo):
        assert desk.case(case).summary.level == 3
        assert check(desk._vault).well, check(desk._vault).findings
    assert tables(bo, case) == tables(first, case) == tables(second, case)
    assert first.held(first.office().id) == second.held(first.office().id) == bo.held(first.office().id)
    assert "Ida" not in {one.name for one in first.authors()}
    ida.close()


def test_one_who_comes_afterwards_has_everything_too(
    office: tuple[list[Casework], Casework, str], folder: Path, tmp_path: Path
) -> None:
    (first, second, third), bo, _case = office
    third.add_note(_case, "Fra den tredje.")
    until_still([third, first, second, bo], folder)
    first.revoke_workstation(mark(third), "Den er afleveret.")
    until_still([first, second, bo], folder)
    fourth = joined(first, tmp_path / "4", 4)
    until_still([first, second, fourth, bo], folder)
    all_equal([first, second, fourth])
    assert [one.number for one in first._own_author().reading] == [1, 2, 4]
    assert opened_there(third, folder) == 0
    fourth.close()


def test_who_may_and_what_is_refused(office: tuple[list[Casework], Casework, str], folder: Path) -> None:
    (first, second, third), bo, _case = office
    with pytest.raises(NotAdministrator):
        bo.revoke_workstation(mark(third), "Den er stjålet.")
    with pytest.raises(KeyInUse):
        third.revoke_workstation(mark(third), "Den er stjålet.")
    with pytest.raises(ReasonNeeded):
        first.revoke_workstation(mark(third), " ")
    with pytest.raises(WorkstationUnknown):
        first.revoke_workstation("SHA256:" + "A" * 43, "Den er stjålet.")
    # An administrator gives up one of a colleague's; by what it is called in hex too.
    extra = second
    assert extra is not None
    first.revoke_workstation(third._journal.device[:12], "Den er stjålet.")
    with pytest.raises(WorkstationUnknown):
        first.revoke_workstation(mark(third), "Den er stjålet.")


def test_an_administrator_gives_one_of_a_colleagues_up(tmp_path: Path, folder: Path) -> None:
    lis = member(tmp_path / "8", 8, "Lis", office="Skolen")
    first = colleague(tmp_path / "1", 1, "Mette", lis)
    until_still([lis, first], folder)
    second = joined(first, tmp_path / "2", 2)
    until_still([first, second, lis], folder)
    lis.revoke_workstation(mark(first), "Den er væk.")
    until_still([lis, second], folder)
    [mette] = [one for one in lis.authors() if one.name == "Mette"]
    assert [one.device for one in mette.reading] == [second._journal.device]
    case = a_case(lis)
    lis.share_case(case.id, mette.id, "Sammen")
    until_still([lis, second], folder)
    second.set_level(case.id, 3, "Fra den anden")
    until_still([lis, second], folder)
    assert lis.case(case.id).summary.level == 3
    # With the last one, she herself is revoked.
    assert lis.revoke_workstation(mark(second), "Den også.").revoked
    for desk in (lis, first, second):
        desk.close()


def test_somebody_of_another_office_is_told_by_the_card(tmp_path: Path, folder: Path) -> None:
    """They seal to it no more; what it signs they have to stop themselves, and can."""
    ida = member(tmp_path / "ida", 8, "Ida")
    first, second, third = of_mette(tmp_path, 3)
    trusts(ida, first)
    trusts(first, ida)
    until_still([first, second, third], folder)
    [mette] = [one for one in ida.authors() if one.name == "Mette"]
    assert len(mette.reading) == 3
    first.revoke_workstation(mark(third), "Den er stjålet.")
    assert set(card_of(first).recipients) == {first._journal.device, second._journal.device}
    case = a_case(first)
    first.share_case(case.id, ida.office().author_id, "Sammen")
    until_still([first, second, ida], folder)
    [mette] = [one for one in ida.authors() if one.name == "Mette"]
    assert [one.device for one in mette.reading] == [first._journal.device, second._journal.device]
    ida.revoke_workstation(mark(third), "Mette siger, at den er stjålet.")
    assert set(ida._trust().revoked) == {third._journal.device}
    # An old card that is compared once more brings it back to nobody.
    old = next(one.card for one in ida.authors() if one.name == "Mette")
    assert old
    for desk in (ida, first, second, third):
        desk.close()


def test_a_workstation_that_was_given_up_brings_itself_back_to_nobody_of_another_office(
    tmp_path: Path, folder: Path
) -> None:
    ida = member(tmp_path / "ida", 8, "Ida")
    first, second, third = of_mette(tmp_path, 3)
    trusts(ida, first)
    for desk in (first, third):
        trusts(desk, ida)
    until_still([first, second, third], folder)
    first.revoke_workstation(mark(third), "Den er stjålet.")
    case = a_case(first)
    first.share_case(case.id, ida.office().author_id, "Sammen")
    until_still([first, second, ida], folder)
    left = [first._journal.device, second._journal.device]

    def reading() -> list[str]:
        [mette] = [one for one in ida.authors() if one.name == "Mette"]
        return [one.device for one in mette.reading]

    assert reading() == left
    # In other hands it signs a later card itself, which lists it.
    third.carried_card = lambda: TrustDesk.carried_card(third)  # type: ignore[method-assign]
    third._clock.now += timedelta(hours=1)  # type: ignore[attr-defined]
    theirs = a_case(third)
    third.share_case(theirs.id, ida.office().author_id, "Sammen")
    round_of(third, folder)
    assert round_of(ida, folder).came.changed  # The control: it was there, and was read.
    assert reading() == left
    # Who still reads says so, also by a card that was made later.
    first._clock.now += timedelta(hours=2)  # type: ignore[attr-defined]
    fourth = joined(first, tmp_path / "4", 4)
    first.add_note(case.id, "Et notat")
    until_still([first, ida], folder)
    assert reading() == [*left, fourth._journal.device]
    # A card of a time to come would keep every later one away: it is compared by a person, or not at all.
    first._clock.now += timedelta(days=400)  # type: ignore[attr-defined]
    first.revoke_workstation(mark(fourth), "Den er solgt.")
    first.add_note(case.id, "Et notat til")
    assert [round_of(desk, folder).came.changed for desk in (first, ida)] == [False, True]
    assert reading() == [*left, fourth._journal.device]
    for desk in (ida, first, second, third, fourth):
        desk.close()


def test_of_two_that_give_each_other_up_the_first_counts_and_ones_own_before_it(tmp_path: Path, folder: Path) -> None:
    first, second = of_mette(tmp_path, 2)
    lis = colleague(tmp_path / "9", 9, "Lis", first)
    ida = member(tmp_path / "ida", 8, "Ida")
    until_still([first, second, lis], folder)
    space = first.office().id
    second.revoke_workstation(mark(first), "Af en tyv")
    first.revoke_workstation(mark(second), "Den er stjålet.")
    # Lis gets the thief's first, builds on it, and has the other one as well: both are everywhere in the end.
    give_office(second, lis)
    trusts(lis, ida)
    with_both = [*second.entries_beyond(space, first.held(space)), *lis.entries_beyond(space, first.held(space))]
    first.take_in(SpaceKind.OFFICE, space, verify_entries(with_both))
    assert set(first._trust().revoked) == {second._journal.device}
    rows = standing(first._connection, space, "revocation/")
    assert len(rows) == 2
    # Whoever has both and is neither of them: one counts, and not none.
    trust = trust_of(
        standing(first._connection, space),
        [lis._journal.device],
        office=space,
        headers_of=lambda: headers_of(first._connection, space),
    )
    assert len(trust.revoked) == 1
    for desk in (first, second, lis, ida):
        desk.close()


def give_office(desk: Casework, other: Casework) -> None:
    """What of the office's space the other lacks, as if it came by an envelope."""
    space = desk.office().id
    other.take_in(SpaceKind.OFFICE, space, verify_entries(desk.entries_beyond(space, other.held(space))))


def test_a_colleague_gives_up_nobodys_workstation_by_listing_its_key(tmp_path: Path, folder: Path) -> None:
    mette, bo, ida = office_of(tmp_path, "Mette", "Bo", "Ida")
    until_still([mette, bo, ida], folder)
    own, hers = bo._own_author(), mette._journal.device
    card = {"author": own.id, "name": own.name, "office": own.office, "recipient": own.recipient}
    with bo._writing():
        bo._append(SpaceKind.OFFICE, bo._office_space, "author.card", {**card, "devices": [*own.devices, hers]})
        said = {"author": own.id, "devices": [hers], "heads": [], "reason": "Tabt"}
        revocation = bo._append(SpaceKind.OFFICE, bo._office_space, "author.revoked", said)
    for desk in (mette, ida):
        give_office(bo, desk)
        trust = desk._trust()
        # They have what he wrote, and it took neither her key nor her word as the administrator.
        assert revocation.id in {row.entry for row in standing(desk._connection, desk._office_space)}
        assert hers not in trust.revoked
        assert {one.name: (hers in one.devices, one.role) for one in trust.authors} == {
            "Mette": (True, Role.ADMINISTRATOR),
            "Bo": (False, Role.COUNSELLOR),
            "Ida": (False, Role.COUNSELLOR),
        }
    for desk in (mette, bo, ida):
        desk.close()


def test_who_passes_a_revocation_on_without_its_content_keeps_it_from_nobody(tmp_path: Path, folder: Path) -> None:
    mette, bo, ida, kaj = desks = office_of(tmp_path, "Mette", "Bo", "Ida", "Kaj")
    until_still(desks, folder)
    mette.revoke(kaj.office().author_id, "Nøglen er stjålet.")
    for desk in (mette, bo):
        round_of(desk, folder)
    # He was there first, and what lay there for her is gone.
    for file in folder.iterdir():
        file.unlink()
    space = ida.office().id
    theirs = bo.entries_beyond(space, ida.held(space))
    bare = [replace(one, salt=None, payload=None) if b"kind author.revoked" in one.header else one for one in theirs]
    assert bare != list(theirs)
    ida.take_in(SpaceKind.OFFICE, space, verify_entries(bare))
    assert not ida._trust().revoked  # The control: so far it is kept from her.
    round_of(ida, folder)
    until_still([mette, bo, ida], folder)
    assert set(ida._trust().revoked) == {kaj._journal.device}
    for desk in desks:
        desk.close()
