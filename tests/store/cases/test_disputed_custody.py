"""What two people recorded of a piece's custody that can't both be true: disputed in words until a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Device, Event, Fault, Move
from guidance.language import speaking
from store.bundle.agreement import Agreement
from store.bundle.case_document import case_document
from store.bundle.opened_case import read_case
from store.bundle.report_custody import custody_table
from store.cases.chains import disputed_copies
from store.cases.conflicts import NoConflict
from store.cases.errors import CustodyRefused, SaidDifferently
from store.cases.lying import lying_of
from store.casework import Casework
from store.doctor import check
from store.journal import read
from store.model import Evidence, Purpose
from tests.store.cases.test_copies import DIGEST, DRAFT, LAPTOP, exchange, shared
from tests.store.circle import circle, member, shares, trusts
from tests.store.desk import Clock, a_case
from tests.store.test_union import give, tables
from tui.cli.records import evidence_document, evidence_lines
from tui.cli.records_custody import chain_lines, custody_document, decision_document

FOUND = Move(event=Event.FOUND, by="Ane")
TO_POLICE = Move(event=Event.HANDED, by="Ane", to="Politiet")
POLICE_HAS = Move(event=Event.RECEIVED, by="Politiet", receipt="K-17")
TO_IB = Move(event=Event.HANDED, by="Ane", to="Ib")
CLEARED = Move(event=Event.CLEARED, by="Kim", copy=1, device=Device.OTHER, on="i går", how="ringede")
STILL = Move(event=Event.VERIFIED, by="Bo", copy=1, digest=DIGEST)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    clock = Clock()
    mette, bo = (member(tmp_path / name, place, name, clock=clock) for place, name in enumerate(("Mette", "Bo"), 1))
    trusts(mette, bo)
    trusts(bo, mette)
    yield mette, bo
    for desk in (mette, bo):
        desk.close()


def told(mette: Casework, bo: Casework, folder: Path, *, police: bool = True) -> str:
    """A case in which the one handed the original to the police and the other to Ib, and each has heard of it."""
    case = shared(mette, bo, folder)
    mette.record_custody(case, "E1", FOUND)
    exchange(mette, bo, case, folder)
    mette.record_custody(case, "E1", TO_POLICE)
    if police:
        mette.record_custody(case, "E1", POLICE_HAS)
    bo.record_custody(case, "E1", TO_IB)
    exchange(mette, bo, case, folder)
    return case


def piece(desk: Casework, case: str) -> Evidence:
    return desk.evidence_piece(case, "E1")


def test_what_each_said_is_shown_and_by_whom_and_when(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = told(mette, bo, tmp_path)
    for desk in two:
        with speaking("en"):
            (conflict,) = desk.conflicts(case)
        assert conflict.subject == f"chain/{piece(desk, case).id}/0"
        assert conflict.words == "E1, the original: custody"
        words = {said.author: said.words for said in conflict.statements}
        assert words["Bo"] == "Ane handed the original to Ib."
        assert words["Mette"].startswith("Ane handed the original to Politiet. Mette, ")
        assert words["Mette"].endswith("UTC: Politiet received the original. receipt: K-17")
        events = {event.entry: event for event in piece(desk, case).custody}
        assert all(said.at == events[said.entry].at for said in conflict.statements)
        with speaking("da"):
            assert desk.conflicts(case)[0].words == "E1, originalen: forvaring"
    assert check(mette._vault).well


def test_control_what_can_be_true_is_no_disagreement(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = shared(mette, bo, tmp_path)
    mette.record_custody(case, "E1", FOUND)
    exchange(mette, bo, case, tmp_path)
    mette.record_custody(case, "E1", TO_POLICE)
    bo.record_custody(case, "E1", replace(STILL, copy=0))
    exchange(mette, bo, case, tmp_path)
    assert mette.conflicts(case) == ()
    assert disputed_copies(piece(mette, case)) == ()


def test_until_it_is_decided_nothing_more_is_recorded_of_that_copy(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, bo = two
    case = told(mette, bo, tmp_path)
    for desk in two:
        before = piece(desk, case)
        assert disputed_copies(before) == (0,)
        first = before.custody[0].entry
        for move in (
            replace(POLICE_HAS, event=Event.HELD),
            replace(FOUND, by="Kim", corrects=first, reason="forkert"),
        ):
            with pytest.raises(SaidDifferently):
                desk.record_custody(case, "E1", move)
        assert piece(desk, case) == before
    assert mette.record_custody(case, "E1", replace(STILL, copy=2)), "another copy is not disputed"


@pytest.mark.parametrize("chosen", ["Mette", "Bo"])
def test_who_decides_says_why_and_it_holds_for_all(two: tuple[Casework, Casework], tmp_path: Path, chosen: str) -> None:
    mette, bo = two
    case = told(mette, bo, tmp_path)
    (conflict,) = bo.conflicts(case)
    stands = next(said for said in conflict.statements if said.author == chosen)
    bo.decide(case, conflict.subject, stands.entry[:12], "Vi har ringet til politiet")
    exchange(mette, bo, case, tmp_path)
    for desk in two:
        assert desk.conflicts(case) == ()
        after = piece(desk, case)
        holds = [str(one.move.to or one.move.by) for one in after.custody if one.stands]
        assert holds == (["Ane", "Politiet", "Politiet"] if chosen == "Mette" else ["Ane", "Ib"])
        assert not any(one.fault for one in after.custody)
        (decision,) = after.decisions
        assert (decision.author, decision.reason) == ("Bo", "Vi har ringet til politiet")
        assert {one.set_aside for one in after.custody if not one.stands} == {decision.entry}
        assert [line.kind for line in desk.history(case)].count("conflict.decided") == 1
        assert check(desk._vault).well
    then = POLICE_HAS if chosen == "Mette" else replace(POLICE_HAS, by="Ib")
    event = Event.HELD if chosen == "Mette" else Event.RECEIVED
    mette.record_custody(case, "E1", replace(then, event=event))
    with pytest.raises(CustodyRefused) as caught:
        mette.record_custody(
            case, "E1", replace(FOUND, corrects=next(o.entry for o in after.custody if o.set_aside), reason="x")
        )
    assert caught.value.fault is Fault.CORRECTS_NOTHING
    with pytest.raises(NoConflict):
        mette.decide(case, conflict.subject, stands.entry, "Igen")


def test_a_copy_that_somebody_saw_after_it_was_cleared_is_not_known_to_be_gone(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, bo = two
    case = shared(mette, bo, tmp_path)
    mette.record_custody(case, "E1", CLEARED)
    bo.record_custody(case, "E1", STILL)
    exchange(mette, bo, case, tmp_path)
    for desk in two:
        assert not lying_of(piece(desk, case))[1].cleared
        with pytest.raises(SaidDifferently):
            desk.clearance(case, "E1", LAPTOP, 1)
    (conflict,) = mette.conflicts(case)
    cleared = next(said for said in conflict.statements if said.author == "Mette")
    mette.decide(case, conflict.subject, cleared.entry, "Bo så på den anden kopi")
    assert lying_of(piece(mette, case))[1].cleared


def test_two_who_decided_differently_are_asked_again(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = told(mette, bo, tmp_path)
    for desk, author in zip(two, ("Mette", "Bo"), strict=True):
        (conflict,) = desk.conflicts(case)
        mine = next(said for said in conflict.statements if said.author == author)
        desk.decide(case, conflict.subject, mine.entry, f"Det siger {author}")
    exchange(mette, bo, case, tmp_path)
    for desk in two:
        assert disputed_copies(piece(desk, case)) == (0,)
        (again,) = desk.conflicts(case)
        assert len(again.statements) == 2
    bo.decide(case, again.subject, again.statements[0].entry, "Nu er vi enige")
    exchange(mette, bo, case, tmp_path)
    assert mette.conflicts(case) == bo.conflicts(case) == ()
    assert len(piece(mette, case).decisions) == 1


def test_segl_says_what_it_deleted_and_nobody_decides_otherwise(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    from tests.store.cases.test_copies import clear

    mette, bo = two
    case = shared(mette, bo, tmp_path)
    clear(mette, case)
    bo.record_custody(case, "E1", STILL)
    exchange(mette, bo, case, tmp_path)
    facts = bo.guide(case).facts
    assert (len(facts.staying), facts.cleared) == (1, 0), "it is not known to be gone"
    with speaking("en"):
        (conflict,) = bo.conflicts(case)
    seen = next(said for said in conflict.statements if said.author == "Bo")
    assert "It can't be chosen: What Segl itself did and saw is not corrected." in seen.words
    with pytest.raises(CustodyRefused):
        bo.decide(case, conflict.subject, seen.entry, "Jeg så den")
    bo.decide(case, conflict.subject, next(one.entry for one in conflict.statements if one != seen), "Det var en anden")
    assert bo.conflicts(case) == ()
    facts = bo.guide(case).facts
    assert (len(facts.staying), facts.cleared) == (0, 1)


def contradiction(export: Any, document: Any) -> str:
    agreement = Agreement(document)
    for stored in export.entries:
        said = read(stored)
        agreement.take(stored, said.header, said.payload)
    return agreement.contradiction(whole=True)


def test_a_bundle_and_its_report_tell_it_before_and_after(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = told(mette, bo, tmp_path)
    export = mette.export_case(case)
    document = case_document(export, Purpose.FULL, "da")
    assert read_case(document)[0].evidence[0] == piece(mette, case)
    assert "decisions" not in document["evidence"][0]
    with speaking("da"):
        table = str(custody_table(document["evidence"][0]))
    assert "Forvaringen er omstridt (originalen)" in table
    assert "Omstridt: " in table
    (conflict,) = mette.conflicts(case)
    mette.decide(case, conflict.subject, conflict.statements[0].entry, "Vi har ringet")
    export = mette.export_case(case)
    document = case_document(export, Purpose.FULL, "da")
    assert read_case(document)[0].evidence[0] == piece(mette, case)
    with speaking("da"):
        table = str(custody_table(document["evidence"][0]))
    assert "mstridt" not in table
    assert "Det gælder ikke. Det har Mette afgjort" in table
    assert "Vi har ringet" in table
    assert contradiction(export, document) == "", "control"
    other = case_document(export, Purpose.FULL, "da")
    other["evidence"][0]["decisions"][0]["reason"] = "Noget andet"
    assert "decisions" in contradiction(export, other)


def test_in_any_order_of_exchange_the_same_is_disputed_and_decided(tmp_path: Path) -> None:
    """Three wrote, one decided with what two had said, and the third was heard of at any time."""
    for number, order in enumerate(permutations(range(3))):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        desks = circle(folder, "Mette", "Bo", "Ida")
        mette, bo, ida = desks
        case = a_case(mette).id
        mette.register_evidence(case, DRAFT)
        mette.record_custody(case, "E1", FOUND)
        shares(mette, case, bo, ida)
        for other in (bo, ida):
            give(mette, other, case)
        mette.record_custody(case, "E1", TO_POLICE)
        give(mette, ida, case)
        bo.record_custody(case, "E1", TO_IB)
        ida.record_custody(case, "E1", POLICE_HAS)
        give(mette, bo, case)
        (conflict,) = bo.conflicts(case)
        ib = next(said for said in conflict.statements if said.author == "Bo")
        bo.decide(case, conflict.subject, ib.entry, "Ib siger, at han har den")
        for _twice in range(2):
            for giver in order:
                for taker in order:
                    if giver != taker:
                        give(desks[giver], desks[taker], case)
        for desk in desks:
            assert tables(desk, case) == tables(mette, case)
            assert piece(desk, case) == piece(mette, case)
            assert desk.conflicts(case) == mette.conflicts(case)
        (again,) = ida.conflicts(case)
        police = next(said for said in again.statements if "K-17" in said.words)
        ida.decide(case, again.subject, police.entry, "Politiet har den")
        for other in (mette, bo):
            give(ida, other, case)
        for desk in desks:
            assert desk.conflicts(case) == ()
            assert [one.move.by for one in piece(desk, case).custody if one.stands] == ["Ane", "Ane", "Politiet"]
            desk.close()


def test_the_command_line_says_it_before_and_after(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = told(mette, bo, tmp_path, police=False)
    with speaking("en"):
        before = piece(mette, case)
        assert "! The custody is disputed (the original)" in "\n".join(evidence_lines(before))
        assert evidence_document(before)["custody_disputed"] is True
        lines = "\n".join(chain_lines(case, before))
        assert "! The custody is disputed (the original)" in lines
        assert "segl case decide" in lines
        assert "disputed: Ane handed the original to" in lines
        (conflict,) = mette.conflicts(case)
        mette.decide(case, conflict.subject, conflict.statements[1].entry, "Vi har ringet")
        after = piece(mette, case)
        lines = "\n".join((*chain_lines(case, after), *evidence_lines(after)))
        assert "disputed" not in lines
        assert "not so: Ane handed the original to" in lines
        assert "It does not hold. So decided Mette, 21 Nov 2026, 07:" in lines
        (decision,) = after.decisions
        assert [custody_document(one)["set_aside"] for one in after.custody if not one.stands] == [decision.entry]
        assert decision_document(decision)["reason"] == "Vi har ringet"
