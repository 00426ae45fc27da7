"""Who has a part in a case, or none, and a changed program: what they write empties nobody's vault, nor shields one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.cases.access import Act
from store.cases.openings import Openings, PurposeNeeded
from store.casework import Casework
from store.descent import Descent, built_on
from store.doctor import check
from store.journal import headers_of, read
from store.model import CaseSummary
from store.projections import remake_space
from store.union import EntriesRefused
from tests.store.cases.test_erasing import PLANTED, planted, words_in
from tests.store.cases.test_erasing_third import (
    ENTRUSTED,
    erased_by,
    had_before,
    handed_over,
    id_of,
    kept,
    read_by,
    taken,
    without,
)
from tests.store.circle import circle, shares, trusts
from tests.store.exchange.test_workstation import joined
from tests.store.test_union import CASE, give

READ = "case.read"


@pytest.fixture()
def four(tmp_path: Path) -> Iterator[list[Casework]]:
    """Mette, Bo, Ida and Kaj, of four offices, who know one another."""
    desks = circle(tmp_path, "Mette", "Bo", "Ida", "Kaj")
    yield desks
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def stone(desk: Casework, case: CaseSummary, *, what: str = "case", kinds: tuple[str, ...] = ()) -> None:
    """A tombstone as a changed program writes it, of all that is there or of some kinds."""
    there = [read(one) for one in desk.entries_beyond(case.id, ())]
    named = sorted(one.id for one in there if not kinds or one.header.kind in kinds)
    said = {"entries": named, "ground": "x", "number": "", "what": what, "reference": case.reference}
    desk._write(case.id, "entry.erased", said)


def test_who_it_was_taken_back_from_lets_nobody_else_erase(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    mette.end_share(case.id, id_of(bo), "En fejl")
    give(mette, ida, case.id)
    # As if he had not heard of it: his link does not build on what took the case from him.
    handed_over(bo, kaj, case.id)
    give(mette, kaj, case.id)
    erased_by(kaj, case.id)
    for desk in (mette, ida):
        give(kaj, desk, case.id)
        assert kept(desk, case)


def test_control_who_had_it_when_they_handed_it_on_lets_them_erase(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    handed_over(bo, kaj, case.id)
    give(bo, mette, case.id)
    mette.end_share(case.id, id_of(bo), "Det er Kajs nu")
    give(mette, kaj, case.id)
    erased_by(kaj, case.id)
    give(mette, ida, case.id)
    assert give(kaj, ida, case.id).erased


def test_a_link_without_its_content_by_who_never_had_the_case_is_in_nobodys_way(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    shares(mette, case.id, kaj)
    give(mette, kaj, case.id)
    kaj._write(case.id, ENTRUSTED, {"author": id_of(kaj), "access": "has"})
    give(mette, ida, case.id)
    taken(ida, case.id, without(kaj.entries_beyond(case.id, ida.held(case.id)), ENTRUSTED))
    give(kaj, mette, case.id)
    handed_over(mette, bo, case.id)
    erased_by(bo, case.id)
    assert give(bo, ida, case.id).erased
    assert words_in(ida) == []


def test_nobody_takes_back_by_erasing_that_they_looked(four: list[Casework]) -> None:
    mette, bo, _ida, _kaj = four
    case = had_before(mette, bo)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    read_by(bo, case.id)
    note = bo.add_note(case.id, "Bos eget notat")
    stone(bo, case, what="entry", kinds=(READ, "note.added"))
    give(bo, mette, case.id)
    assert [one.author for one in mette.access_log(case.id).lines if one.act is Act.OPENED and one.author == "Bo"]
    # The control: what he wrote himself goes at his word.
    assert note.id not in {one.id for one in mette.case(case.id).notes}


def test_what_a_case_stands_on_goes_with_the_whole_case_alone(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    give(mette, ida, case.id)
    mette.add_note(case.id, "Det Bo ikke kender")
    give(mette, ida, case.id)
    # A whole case in which somebody wrote unknown to who erases stays: also where it is called something else.
    stone(bo, case, what="entry")
    give(bo, ida, case.id)
    assert ida.case(case.id).summary.title == PLANTED[0]
    assert "not-carried-out" in next(one.flags for one in ida.history(case.id) if one.kind == "entry.erased")


def test_a_case_is_no_concern_whatever_is_written_in_it(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    case = had_before(mette, ida)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    said = {"programme": "0" * 32, "kind": "other", "about": [], "about-name": "", "reported-by": ""}
    said |= {"came-how": "talk", "received-at": "2026-11-21T07:00:00Z", "what": "", "blocked": "no", "readers": []}
    bo._write(case.id, "concern.opened", said)
    stone(bo, case)
    for desk in (mette, ida):
        try:
            give(bo, desk, case.id)
        finally:
            assert desk.case(case.id).summary.title == PLANTED[0]
            assert words_in(desk)


def test_a_hold_whose_content_is_kept_back_is_a_hold(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    mette.hold_case(case.id, "Retssag")
    give(mette, bo, case.id)
    stone(bo, case)
    theirs = bo.entries_beyond(case.id, ())
    # At his own place the content is there: he keeps that of the hold to himself.
    taken(ida, case.id, without(theirs, "retention.held"))
    assert kept(ida, case)


def test_what_a_revoked_key_writes_shields_no_case(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    shares(mette, case.id, kaj)
    handed_over(mette, bo, case.id)
    give(mette, kaj, case.id)
    give(mette, ida, case.id)
    ida.revoke(id_of(kaj), "Nøglen er stjålet")
    kaj.add_note(case.id, "Ukendt for Bo")
    give(kaj, ida, case.id)
    erased_by(bo, case.id)
    assert give(bo, ida, case.id).erased
    assert words_in(ida) == []


def test_who_has_no_part_erases_with_two_keys_no_more_than_with_one(tmp_path: Path) -> None:
    mette, ida, kaj = circle(tmp_path, "Mette", "Ida", "Kaj")
    second = joined(kaj, tmp_path / "9", 9)
    for desk in (mette, ida):
        trusts(second, desk)
        trusts(desk, kaj)
    case = had_before(mette, ida)
    give(mette, kaj, case.id)
    kaj.add_note(case.id, "Kajs eget notat")
    give(kaj, second, case.id)
    stone(second, case)
    give(second, ida, case.id)
    assert kept(ida, case)
    [erased] = [one.entry for one in ida.history(case.id) if one.kind == "entry.erased"]
    assert ida._silent(case.id)[erased] == "not-shared"
    for desk in (mette, ida, kaj, second):
        assert check(desk._vault).well
        desk.close()


def test_links_without_number_are_worked_out_one_after_the_other(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    mette.end_share(case.id, id_of(bo), "En fejl")
    give(mette, ida, case.id)
    handed_over(bo, kaj, case.id)
    with kaj._writing():
        # Each could stand on any before it; none does, for the first one falls.
        for _link in range(120):
            kaj._journal.append(CASE, case.id, ENTRUSTED, {"author": id_of(kaj), "access": "has"})
        remake_space(kaj._connection, case.id, kaj._silent(case.id))
    give(mette, kaj, case.id)
    erased_by(kaj, case.id)
    give(kaj, ida, case.id)
    assert kept(ida, case)


def test_what_builds_on_what_is_the_same_by_bits_as_by_walking(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    shares(mette, case.id, bo, kaj)
    for desk in (bo, kaj):
        give(mette, desk, case.id)
    for giver, taker in ((bo, kaj), (mette, bo), (kaj, mette), (bo, mette), (mette, kaj)):
        giver.add_note(case.id, "Et notat")
        taker.add_note(case.id, "Et andet")
        give(giver, taker, case.id)
    headers = headers_of(mette._connection, case.id)
    descent = Descent(headers, headers)
    said = [bool(descent.below(one) & descent.bit(other)) for one in headers for other in headers]
    assert said == [other in built_on(headers, one) for one in headers for other in headers]
    assert any(said)
    assert not all(said)


def test_a_case_is_opened_once(four: list[Casework]) -> None:
    mette, _bo, ida, kaj = four
    case = had_before(mette, ida)
    for reader in (kaj, ida):
        shares(mette, case.id, reader)
        give(mette, reader, case.id)
    [opening] = [one for one in map(read, kaj.entries_beyond(case.id, ())) if one.header.kind == "case.opened"]
    assert opening.payload is not None
    kaj._write(case.id, "case.opened", {**opening.payload, "title": "En anden titel", "stand-in": "Kaj"})
    asked: list[str] = []

    def asks(needed: PurposeNeeded) -> str:
        asked.append(needed.case)
        return "Sparring"

    for desk in (mette, ida):
        give(kaj, desk, case.id)
        assert desk.case(case.id).summary.title == PLANTED[0]
        opener = desk.opened_by(case.id)
        assert opener is not None
        assert opener.name == "Mette"
    # It stays another's to him: he says what for, each time that he unlocks; and she gets what is written in it.
    kaj._openings = Openings(kaj._connection)
    kaj.purpose_answer = asks
    kaj.case(case.id)
    assert asked == [case.id]
    assert "Mette" in {one.author.name for one in ida.exchange_people() if (CASE, case.id) in one.spaces}


def test_nobody_erases_that_something_was_erased(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    erased_by(bo, case.id)
    for desk in (mette, ida):
        assert give(bo, desk, case.id).erased
    stone(bo, case, kinds=("entry.erased",))
    for desk in (mette, ida):
        assert not give(bo, desk, case.id).erased
        [gone] = {(one.reference, one.by, one.ground) for one in desk.erased_cases() if one.ground != "x"}
        assert gone == (case.reference, "Bo", "Fristen er gået")
        # Without it, what was erased would be without an entry that says so: damage.
        assert check(desk._vault).well


@pytest.mark.parametrize(
    "more",
    [
        {"counted": {"kind": "school", "year": "i fjor"}},
        {"counted": {"kind": [], "year": 2026}},
        {"counted": 5},
        {"counted": [{"sort": "mentor", "year": None}]},
        {"counted": [{}]},
        {"things": 5},
        {"things": [5]},
        {"authors": ["Kaj"]},
        {"authors": {"x": 5}},
        {"entries": [{}]},
        {"reference": ["26-K7M4Q"]},
    ],
)
def test_a_tombstone_that_no_screen_can_tell_of_is_refused(four: list[Casework], more: dict[str, object]) -> None:
    mette, bo, _ida, _kaj = four
    case = planted(mette)
    handed_over(mette, bo, case.id)
    said = {"entries": [], "ground": "x", "number": "", "what": "case", "reference": case.reference}
    mette._write(case.id, "entry.erased", {**said, **more})
    with pytest.raises(EntriesRefused):
        give(mette, bo, case.id)
