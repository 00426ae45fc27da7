"""A case that was handed over is erased by who has it now: others follow by what proves it, and by nothing less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.casework import Casework
from store.doctor import check, repair_projections
from store.entry import read_payload
from store.journal import read
from store.model import CaseSummary, StoredEntry
from store.union import AuthorsUnknown, EntriesMissing, EntriesRefused, Taken, verify_entries
from tests.store.cases.test_erasing import PLANTED, close, erase_case, order, planted, words_in
from tests.store.cases.test_importing import opened_by, send
from tests.store.circle import circle, member, trusts
from tests.store.exchange.rounds import until_still
from tests.store.test_union import CASE, give, tables

ENTRUSTED = "case.entrusted"


@pytest.fixture()
def four(tmp_path: Path) -> Iterator[list[Casework]]:
    """Mette, Bo, Ida and Kaj, of four offices, who know one another."""
    desks = circle(tmp_path, "Mette", "Bo", "Ida", "Kaj")
    yield desks
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def id_of(desk: Casework) -> str:
    return desk.office().author_id


def by_bundle(giver: Casework, taker: Casework, folder: Path) -> CaseSummary:
    """A case that somebody has by a bundle alone."""
    case = planted(giver)
    taker.import_bundle(opened_by(taker, send(giver, taker, case.id, folder)))
    assert words_in(taker)
    return case


def had_before(giver: Casework, taker: Casework) -> CaseSummary:
    """A case that somebody has as it was at its beginning, and with whom it is not shared."""
    case = planted(giver)
    give(giver, taker, case.id)
    return case


def read_by(desk: Casework, case: str) -> None:
    desk.case(case)
    desk.record_openings()


def handed_over(giver: Casework, taker: Casework, case: str, *, keep: bool = False) -> None:
    giver.hand_over([case], id_of(taker), "Barsel", keep=keep)
    give(giver, taker, case)
    read_by(taker, case)


def erased_by(desk: Casework, case: str) -> None:
    read_by(desk, case)
    if not desk._is_closed(case):
        close(desk, case)
    erase_case(desk, case)


def kept(desk: Casework, case: CaseSummary) -> bool:
    """Whether the case is here still, and the tombstone shown as not carried out."""
    stones = [line.flags for line in desk.history(case.id, newest=None) if line.kind == "entry.erased"]
    return (
        desk.case(case.id).summary.title == PLANTED[0]
        and bool(stones)
        and all("not-carried-out" in flags for flags in stones)
    )


def test_who_handed_over_and_who_read_along_follow_and_all_vaults_stay_well(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    case = planted(mette)
    mette.share_case(case.id, id_of(ida), "Sparring")
    handed_over(mette, bo, case.id)
    give(mette, ida, case.id)
    erased_by(bo, case.id)
    for desk in (mette, ida):
        assert give(bo, desk, case.id).erased
        assert words_in(desk) == []
        [gone] = desk.erased_cases()
        assert (gone.reference, gone.by) == (case.reference, "Bo")
        assert tables(desk, case.id) == tables(bo, case.id)
    # What counts is told in the same way when the tables are made anew, and when nothing new came.
    assert not give(bo, ida, case.id).changed
    assert repair_projections(ida._vault).well
    assert ida.erased_cases()


def test_a_vault_that_never_had_the_hand_over_follows_by_its_proof(four: list[Casework], tmp_path: Path) -> None:
    mette, bo, ida, kaj = four
    case = by_bundle(mette, ida, tmp_path)
    bundle = send(mette, ida, case.id, tmp_path)
    handed_over(mette, bo, case.id)
    handed_over(bo, kaj, case.id)
    kaj.add_note(case.id, f"{PLANTED[1]} af Kaj")
    close(kaj, case.id)
    plan = kaj.plan_erasing_case(case.id)
    assert plan.followed
    kaj.erase(plan, order(plan))
    assert give(kaj, ida, case.id).erased
    assert words_in(ida) == words_in(kaj) == []
    assert ida.cases() == ()
    assert [gone.by for gone in ida.erased_cases()] == ["Kaj"]
    assert tables(ida, case.id) == tables(kaj, case.id)
    # Nor does a bundle from before bring it back, and what stays has no word of it.
    assert not ida.import_bundle(opened_by(ida, bundle)).taken.changed
    left = [entry for entry in ida.entries_beyond(case.id, ()) if entry.payload is not None]
    assert {read(entry).header.kind for entry in left} == {ENTRUSTED, "case.shared", "entry.erased"}
    for entry in left:
        said = read_payload(entry.payload or b"")
        assert "ground" in said or not (said.get("purpose") or said.get("name"))


def test_who_has_it_by_a_bundle_hears_of_it_by_the_exchange_folder(four: list[Casework], tmp_path: Path) -> None:
    mette, bo, ida, _kaj = four
    folder = tmp_path / "exchange"
    folder.mkdir()
    case = by_bundle(mette, ida, tmp_path)
    mette.hand_over([case.id], id_of(bo), "Barsel")
    until_still(four, folder)
    assert ida.cases()
    erased_by(bo, case.id)
    until_still(four, folder)
    for desk in four:
        assert words_in(desk) == []
        assert desk.cases() == ()
    assert [gone.by for gone in (*mette.erased_cases(), *ida.erased_cases())] == ["Bo", "Bo"]


def test_control_without_the_proof_it_is_kept(four: list[Casework]) -> None:
    """As it was, and is for a hand-over by an earlier version: who has it follows, who does not keeps the case."""
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    for author, recipient in ((bo, bo.key_card().recipient), (mette, "")):
        said = {"author": id_of(author), "recipient": recipient, "purpose": "Barsel", "until": "", "name": ""}
        mette._write(case.id, "case.shared", said)
    give(mette, bo, case.id)
    give(mette, kaj, case.id)
    erased_by(bo, case.id)
    for desk in (mette, kaj):
        assert give(bo, desk, case.id).erased
        assert words_in(desk) == []
    give(bo, ida, case.id)
    assert kept(ida, case)


def test_an_eraser_of_an_earlier_version_takes_the_proof_too_and_who_has_it_follows(four: list[Casework]) -> None:
    mette, bo, _ida, _kaj = four
    case = planted(mette)
    handed_over(mette, bo, case.id)
    close(bo, case.id)
    all_of_it = sorted(entry.id for entry in bo.entries_beyond(case.id, ()))
    said = {"entries": all_of_it, "ground": "x", "number": "", "what": "case", "reference": case.reference}
    bo._write(case.id, "entry.erased", said)
    assert set(give(bo, mette, case.id).erased) == set(all_of_it)
    assert words_in(mette) == []
    assert [gone.by for gone in mette.erased_cases()] == ["Bo"]


def _names_himself(bo: Casework, _mette: Casework, _kaj: Casework, case: str) -> None:
    bo._write(case, ENTRUSTED, {"author": id_of(bo), "access": "has"})


def _gives_up_for_her(bo: Casework, mette: Casework, _kaj: Casework, case: str) -> None:
    bo._write(case, ENTRUSTED, {"author": id_of(mette), "access": "none"})
    said = {"author": id_of(mette), "recipient": "", "purpose": "Barsel", "until": "", "name": "Mette"}
    bo._write(case, "case.shared", said)
    _names_himself(bo, mette, _kaj, case)


def _hands_over_unasked(giver: Casework, taker: Casework, case: str) -> None:
    """As a changed program does it, or one of before, that does not look whether whoever hands over has the case."""
    with giver._writing():
        for desk, access in ((taker, "has"), (giver, "none")):
            recipient = desk.key_card().recipient if access == "has" else ""
            said = {"author": id_of(desk), "recipient": recipient, "purpose": "Barsel", "until": "", "name": "X"}
            giver._append(CASE, case, ENTRUSTED, {"author": id_of(desk), "access": access})
            giver._append(CASE, case, "case.shared", said)
    give(giver, taker, case)
    read_by(taker, case)


def _names_one_another(bo: Casework, _mette: Casework, kaj: Casework, case: str) -> None:
    _hands_over_unasked(bo, kaj, case)
    _hands_over_unasked(kaj, bo, case)


@pytest.mark.parametrize("forge", [_names_himself, _gives_up_for_her, _names_one_another])
def test_who_only_reads_along_makes_no_proof(
    four: list[Casework], forge: Callable[[Casework, Casework, Casework, str], None]
) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    mette.share_case(case.id, id_of(bo), "Sparring")
    give(mette, bo, case.id)
    forge(bo, mette, kaj, case.id)
    read_by(bo, case.id)
    close(bo, case.id)
    plan = bo.plan_erasing_case(case.id)
    assert not plan.followed
    bo.erase(plan, order(plan))
    for desk in (mette, ida):
        give(bo, desk, case.id)
        assert kept(desk, case)


def test_who_reads_along_with_who_has_it_now_erases_nothing_elsewhere(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    mette.share_case(case.id, id_of(kaj), "Sparring")
    handed_over(mette, bo, case.id)
    give(mette, kaj, case.id)
    erased_by(kaj, case.id)
    for desk in (mette, bo, ida):
        give(kaj, desk, case.id)
        assert kept(desk, case)


def test_a_stranger_makes_no_proof(four: list[Casework], tmp_path: Path) -> None:
    mette, _bo, ida, kaj = four
    case = had_before(mette, ida)
    nobody = member(tmp_path / "nobody", 9, "Ukendt")
    trusts(nobody, mette)
    for thief in (nobody, kaj):
        # It was never shared with either of them; one is known to Ida, and one is not.
        give(mette, thief, case.id)
        _names_himself(thief, mette, kaj, case.id)
        erased_by(thief, case.id)
    with pytest.raises(AuthorsUnknown):
        give(nobody, ida, case.id)
    give(kaj, ida, case.id)
    assert kept(ida, case)
    nobody.close()


def test_the_proof_of_another_case_is_none(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    case, other = had_before(mette, ida), planted(mette)
    handed_over(mette, bo, other.id)
    mette.share_case(case.id, id_of(bo), "Sparring")
    give(mette, bo, case.id)
    [link, *_rest] = [entry for entry in bo.entries_beyond(other.id, ()) if read(entry).header.kind == ENTRUSTED]
    theirs = bo.entries_beyond(case.id, ())
    with pytest.raises(EntriesRefused) as refused:
        ida.take_in(CASE, case.id, verify_entries((*theirs, link)))
    assert refused.value.faults == ((link.id, "other-space"),)
    moved = replace(link, header=link.header.replace(other.id.encode(), case.id.encode()))
    with pytest.raises(EntriesRefused):
        verify_entries((*theirs, moved))
    said = read(link).payload
    assert said is not None
    bo._write(case.id, ENTRUSTED, said)
    erased_by(bo, case.id)
    give(bo, ida, case.id)
    assert kept(ida, case)


@pytest.mark.parametrize("knows", [True, False])
def test_who_it_was_taken_back_from_erases_nothing_elsewhere(four: list[Casework], knows: bool) -> None:
    mette, bo, ida, _kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    mette.end_share(case.id, id_of(bo), "En fejl")
    if knows:
        give(mette, bo, case.id)
    else:
        give(mette, ida, case.id)
    erased_by(bo, case.id)
    for desk in (mette, ida):
        give(bo, desk, case.id)
        assert kept(desk, case)


def test_who_gave_it_up_hands_it_on_to_nobody(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id)
    _hands_over_unasked(mette, kaj, case.id)
    erased_by(kaj, case.id)
    erased_by(mette, case.id)
    for giver in (kaj, mette):
        for desk in (bo, ida):
            give(giver, desk, case.id)
            assert kept(desk, case)


def test_what_a_revoked_key_hands_over_is_no_proof(four: list[Casework]) -> None:
    mette, bo, ida, kaj = four
    case = planted(mette)
    mette.share_case(case.id, id_of(bo), "Sparring")
    for desk in (ida, kaj):
        give(mette, desk, case.id)
    ida.revoke(id_of(mette), "Nøglen er stjålet")
    handed_over(mette, bo, case.id)
    erased_by(bo, case.id)
    give(bo, ida, case.id)
    assert kept(ida, case)
    # To Kaj, who revoked nothing, the same is one.
    give(bo, kaj, case.id)
    assert kaj.cases() == ()


def without(entries: tuple[StoredEntry, ...], *kinds: str, last: bool = False) -> list[StoredEntry]:
    """Entries of which those of some kinds, or the last of these, come without their content."""
    named = [entry.id for entry in entries if read(entry).header.kind in kinds]
    gone = named[-1:] if last else named
    return [replace(one, salt=None, payload=None) if one.id in gone else one for one in entries]


def taken(desk: Casework, case: str, entries: list[StoredEntry]) -> Taken:
    return desk.take_in(CASE, case, verify_entries(entries))


def test_a_proof_with_a_gap_is_none(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    case = had_before(mette, ida)
    handed_over(mette, bo, case.id, keep=True)
    mette.end_share(case.id, id_of(bo), "En fejl")
    give(mette, bo, case.id)
    erased_by(bo, case.id)
    theirs = bo.entries_beyond(case.id, ())
    # That it was taken back is kept to oneself: its content, or all of it.
    [*_earlier, back] = [entry for entry in theirs if read(entry).header.kind == ENTRUSTED]
    with pytest.raises(EntriesMissing):
        taken(ida, case.id, [entry for entry in theirs if entry.id != back.id])
    taken(ida, case.id, without(theirs, ENTRUSTED, last=True))
    assert kept(ida, case)


def test_control_a_proof_without_words_is_whole_and_one_without_links_is_none(four: list[Casework]) -> None:
    mette, bo, ida, _kaj = four
    first, second = had_before(mette, ida), had_before(mette, ida)
    for case in (first, second):
        handed_over(mette, bo, case.id)
        erased_by(bo, case.id)
    taken(ida, first.id, without(bo.entries_beyond(first.id, ()), "case.shared"))
    assert words_in(ida) == list(PLANTED[:4])  # Those of the other case.
    assert [one.id for one in ida.cases()] == [second.id]
    taken(ida, second.id, without(bo.entries_beyond(second.id, ()), ENTRUSTED))
    assert kept(ida, second)


@pytest.mark.parametrize(
    "said",
    [
        {"author": "0" * 32, "access": "has", "purpose": "Et ord om sagen"},
        {"author": "Et ord om sagen", "access": "has"},
        {"author": "0" * 32, "access": "Et ord om sagen"},
    ],
)
def test_a_link_with_a_word_in_it_is_refused(four: list[Casework], said: dict[str, str]) -> None:
    mette, bo, _ida, _kaj = four
    case = planted(mette)
    mette._write(case.id, ENTRUSTED, said)
    with pytest.raises(EntriesRefused):
        give(mette, bo, case.id)


def test_the_history_says_who_has_it(four: list[Casework]) -> None:
    mette, bo, _ida, _kaj = four
    case = planted(mette)
    mette.hand_over([case.id], id_of(bo), "Barsel")
    said = [line.words for line in mette.history(case.id) if line.kind == ENTRUSTED]
    assert [("Mette" in words, "Bo" in words) for words in said] == [(True, False), (False, True)]
