"""A bundle of a case with custody: sealed, opened, the report tells the whole row, and no other row passes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guidance.clearing import Clearance, HeldBy
from guidance.custody import Device, Event, Move
from guidance.language import speaking
from screens.opened_words import case_content
from store.bundle.agreement import Agreement
from store.bundle.case_document import case_document
from store.bundle.open import open_bundle
from store.bundle.report_custody import custody_table
from store.bundle.seal import SealOrder, prepare, seal
from store.cases.chains import timeline
from store.casework import Casework
from store.evidence.clearing import prepared
from store.evidence.verify import compare, read_files
from store.journal import read
from store.looks import Look, LookEvent
from store.model import CheckEvent, EvidenceDraft, PassEvent, Purpose
from tests.store.bundle.invented import POLICE, POLICE_RECIPIENT
from tests.store.desk import a_case, set_up_desk

BODY = b"en kopi"

LOOK = Look(place="removable", system="linux", found=(("thumbnail", 2), ("trash", 1)), same=1, unread=3, whole=False)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    (tmp_path / "vault").mkdir()
    with set_up_desk(tmp_path / "vault") as casework:
        yield casework


@pytest.fixture
def case(desk: Casework, tmp_path: Path) -> str:
    """Found, handed on, received, verified with a folder, and a copy cleared."""
    id = a_case(desk).id
    digest = "sha256:" + hashlib.sha256(BODY).hexdigest()
    desk.register_evidence(id, EvidenceDraft(digest=digest, size=len(BODY), name="a.jpg"))
    folder = tmp_path / "filer"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(BODY)
    found = Move(event=Event.FOUND, by="Ane")
    desk.record_custody(id, "E1", found)
    desk.record_custody(id, "E1", replace(found, event=Event.HANDED, to="Politiet"))
    desk.record_custody(id, "E1", replace(found, event=Event.RECEIVED, by="Politiet", receipt="K-17"))
    read_in, unread = read_files([bytes(folder)])
    desk.record_check(id, compare(desk.case(id).evidence, read_in, unread))
    answers = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
    with prepared([folder / "a.jpg"], digest=digest, size=len(BODY)) as ready:
        copy = desk.begin_clearing(id, "E1", answers, ready.trace, where="a.jpg")
        desk.end_clearing(id, "E1", copy, ready.delete())
    desk.record_look(id, "E1", copy, LOOK)
    return id


def test_a_checksum_that_is_not_the_registered_one_stands_out_in_the_report(desk: Casework) -> None:
    id = a_case(desk).id
    digest = "sha256:" + hashlib.sha256(BODY).hexdigest()
    desk.register_evidence(id, EvidenceDraft(digest=digest, size=len(BODY), name="a.jpg"))
    verified = Move(event=Event.VERIFIED, by="Bo", digest=digest)

    def lines() -> str:
        return str(custody_table(case_document(desk.export_case(id), Purpose.POLICE, "en")["evidence"][0]))

    with speaking("en"):
        desk.record_custody(id, "E1", replace(verified, event=Event.FOUND))
        desk.record_custody(id, "E1", verified)
        assert "NOT the registered one" not in lines()
        desk.record_custody(id, "E1", replace(verified, digest="blake3:" + "a" * 64))
        assert "can&#x27;t be compared" in lines() or "can't be compared" in lines()
        assert "NOT the registered one" not in lines()
        desk.record_custody(id, "E1", replace(verified, digest="sha256:" + "a" * 64))
        assert lines().count("NOT the registered one") == 1


def test_a_time_that_goes_back_stands_out_in_the_report_and_in_an_opened_bundle(desk: Casework, tmp_path: Path) -> None:
    id = a_case(desk).id
    digest = "sha256:" + hashlib.sha256(BODY).hexdigest()
    desk.register_evidence(id, EvidenceDraft(digest=digest, size=len(BODY), name="a.jpg"))
    found = Move(event=Event.FOUND, by="Ane", on="2026-11-30")
    desk.record_custody(id, "E1", found)

    def seen() -> tuple[bool, bool]:
        export = desk.export_case(id)
        out = tmp_path / f"{len(export.entries)}.segl.age"
        order = SealOrder(purpose=Purpose.POLICE, out=out, recipients=(POLICE_RECIPIENT,), language="en")
        opened = open_bundle(Path(seal(export, order, desk.sign).path), [POLICE], trusted=desk.known_signers())
        assert opened.case is not None
        report = str(custody_table(case_document(export, Purpose.POLICE, "en")["evidence"][0]))
        words = "both be right"
        return words in report, words in case_content(opened.case).plain

    with speaking("en"):
        assert seen() == (False, False)
        desk.record_custody(id, "E1", replace(found, event=Event.HANDED, to="Bo", on="2020-01-01"))
        assert seen() == (True, True)


def test_the_row_goes_out_in_the_report_and_comes_back(desk: Casework, case: str, tmp_path: Path) -> None:
    export = desk.export_case(case)
    order = SealOrder(
        purpose=Purpose.POLICE, out=tmp_path / "sag.segl.age", recipients=(POLICE_RECIPIENT,), language="da"
    )
    opened = open_bundle(Path(seal(export, order, desk.sign).path), [POLICE], trusted=desk.known_signers())
    assert opened.verdicts.usable
    assert opened.verdicts.complete.holds
    assert opened.case is not None
    (piece,) = opened.case.evidence
    assert piece == export.record.evidence[0]
    row = timeline(piece)
    told = [one for one in row if not isinstance(one, PassEvent)]
    assert len(told) == len(row)
    said = {CheckEvent: lambda one: one.found.value, LookEvent: lambda one: one.look}
    assert [said.get(type(one), lambda one: one.move.event.value)(one) for one in told] == [
        "found",
        "handed-to",
        "received-by",
        "matched",
        "clearing",
        "cleared",
        LOOK,
    ]


def test_the_report_tells_it_oldest_first(desk: Casework, case: str) -> None:
    order = SealOrder(purpose=Purpose.FULL, out=Path("sag.segl.age"), recipients=(POLICE_RECIPIENT,), language="da")
    page = dict(prepare(desk.export_case(case), order, desk.sign).bag.files)["data/report.html"].decode()
    told = (
        "kopi 1: min egen enhed (siger Åse Rådgiver). Den er ryddet.",
        "Ane fandt originalen",
        "K-17",
        "kontrolleret igen med en mappe: uændret",
        "ryddede kopi 1 med Segl",
        "miniaturebilleder af den: 2; filer med samme navn i en papirkurv: 1; nøjagtig den samme fil: 1",
        "ikke nået igennem",
        "hele enheden er ødelagt",
    )
    places = [page.find(words) for words in told]
    assert -1 not in places
    assert places == sorted(places)


def test_another_row_than_the_journals_is_noticed(desk: Casework, case: str) -> None:
    export = desk.export_case(case)
    document = case_document(export, Purpose.FULL, "da")

    def contradiction(told: dict[str, Any]) -> str:
        agreement = Agreement(told)
        for stored in export.entries:
            said = read(stored)
            agreement.take(stored, said.header, said.payload)
        return agreement.contradiction(whole=True)

    assert contradiction(document) == "", "control"
    changed, without, left_out = deepcopy(document), deepcopy(document), deepcopy(document)
    changed["evidence"][0]["checks"][0]["found"] = "changed"
    without["evidence"][0]["checks"] = []
    left_out["evidence"][0]["custody"].pop()
    elsewhere, nowhere, invented = deepcopy(document), deepcopy(document), deepcopy(document)
    elsewhere["evidence"][0]["devices"][0]["device"] = "victim"
    nowhere["evidence"][0]["devices"] = []
    invented["evidence"][0]["devices"].append({**document["evidence"][0]["devices"][0], "copy": 2})
    other_place, found_less, no_look = deepcopy(document), deepcopy(document), deepcopy(document)
    other_place["evidence"][0]["looks"][0]["place"] = "local"
    found_less["evidence"][0]["looks"][0]["found"].pop()
    del no_look["evidence"][0]["looks"]
    for wrong in (changed, without, left_out, elsewhere, nowhere, invented, other_place, found_less, no_look):
        assert contradiction(wrong)


def test_a_copy_that_was_withdrawn_is_told_as_that_and_as_nothing_else(desk: Casework, case: str) -> None:
    desk.locate_copy(case, "E1", 2, Device.OFFICE)
    desk.withdraw_copy(case, "E1", 2, "Det var bevis to")
    export = desk.export_case(case)
    document = case_document(export, Purpose.FULL, "da")

    def contradiction(told: dict[str, Any]) -> str:
        agreement = Agreement(told)
        for stored in export.entries:
            said = read(stored)
            agreement.take(stored, said.header, said.payload)
        return agreement.contradiction(whole=True)

    assert contradiction(document) == "", "control"
    told = document["evidence"][0]["devices"][1]
    assert (told["copy"], told["device"], told["withdrawn"], told["reason"]) == (2, "office", True, "Det var bevis to")
    for change in ({"withdrawn": False}, {"reason": "noget andet"}, {"device": "own"}):
        wrong = deepcopy(document)
        wrong["evidence"][0]["devices"][1] |= change
        assert contradiction(wrong), change
    stands = deepcopy(document)
    for name in ("withdrawn", "reason"):
        del stands["evidence"][0]["devices"][1][name]
    assert contradiction(stands), "that it lies there is not what the journal says"
    order = SealOrder(purpose=Purpose.FULL, out=Path("sag.segl.age"), recipients=(POLICE_RECIPIENT,), language="da")
    page = dict(prepare(export, order, desk.sign).bag.files)["data/report.html"].decode()
    words = "kopi 2: der er ingen sådan kopi, Det var bevis to (trukket tilbage af Åse Rådgiver; før: arbejdspladsens"
    assert words in page


def test_an_earlier_segl_reads_what_was_said_before_it_was_withdrawn(
    desk: Casework, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import kinds

    desk.locate_copy(case, "E1", 2, Device.OFFICE)
    desk.withdraw_copy(case, "E1", 2, "Det var bevis to")
    export = desk.export_case(case)
    document = case_document(export, Purpose.FULL, "da")
    monkeypatch.setattr(
        kinds, "FIELDS", {kind: said for kind, said in kinds.FIELDS.items() if kind != "evidence.copy-withdrawn"}
    )
    for name in ("withdrawn", "reason"):
        del document["evidence"][0]["devices"][1][name]
    agreement = Agreement(document)
    for stored in export.entries:
        said = read(stored)
        agreement.take(stored, said.header, said.payload)
    assert agreement.contradiction(whole=True) == "", "it knows neither the kind nor the names, and the two agree"
