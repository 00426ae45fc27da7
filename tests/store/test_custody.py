"""Custody and clearing in a case: what is refused writes nothing, what is begun and cut off is told as it is."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from guidance.clearing import Clearance, ClearingRefused, HeldBy, Refusal
from guidance.custody import Device, Event, Fault, Move
from guidance.model import State
from store.cases.cut_off import CutOff, open_clearings
from store.cases.errors import CustodyRefused, DigestInvalid, ItemUnknown
from store.cases.leaving import Became
from store.cases.lying import copy_meant
from store.casework import Casework
from store.entry import EntryInvalid
from store.evidence.clearing import prepared
from store.evidence.dictation import read_out
from store.evidence.register import draft_on_device
from store.look_payload import read_look, write_look
from store.looks import Look
from store.model import CaseKind, Evidence, EvidenceDraft, Holder, Intake
from tests.store.desk import a_case, open_desk, set_up_desk
from tests.tools import ROOT

BODY = b"en kopi"
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()
YES = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
FOUND = Move(event=Event.FOUND, by="Ane", copy=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    (tmp_path / "vault").mkdir()
    with set_up_desk(tmp_path / "vault") as casework:
        yield casework


@pytest.fixture
def case(desk: Casework) -> str:
    id = a_case(desk).id
    desk.register_evidence(id, EvidenceDraft(digest=DIGEST, size=len(BODY), name="a.jpg"))
    return id


def piece(desk: Casework, case: str) -> Evidence:
    return desk.case(case).evidence[0]


def events(desk: Casework, case: str) -> list[str]:
    return [str(one.move.event) for one in piece(desk, case).custody]


def test_whose_device_it_is_opens_the_clearing_and_no_other_answer_takes_that_back(desk: Casework, case: str) -> None:
    draft = EvidenceDraft(digest=DIGEST, name="b.jpg")
    for device in (Device.NONE, Device.VICTIM, Device.OTHER):
        desk.register_evidence(case, draft_on_device(draft, device))
    assert "device.whose" not in desk.case(case).facts
    desk.register_evidence(case, draft_on_device(draft, Device.OFFICE))
    desk.register_evidence(case, draft_on_device(draft, Device.VICTIM))
    facts = desk.case(case).facts
    assert (facts["device.has-material"], facts["device.whose"]) == (True, "office")
    assert desk.guide(case).step("clear-own-device").state is not State.NOT_APPLICABLE
    assert "fact.set" not in {line.kind for line in desk.history(case)[:5]}, "the answer is the piece's"


def test_a_chain_is_kept_and_told(desk: Casework, case: str) -> None:
    for move in (
        FOUND,
        replace(FOUND, event=Event.HASHED),
        replace(FOUND, event=Event.HANDED, to="Politiet"),
        replace(FOUND, event=Event.RECEIVED, by="Politiet", receipt="A-17"),
        replace(FOUND, event=Event.VERIFIED, by="Politiet", digest=DIGEST),
        replace(FOUND, event=Event.RETURNED, by="Politiet", to="Ane"),
    ):
        desk.record_custody(case, "E1", move)
    chain = piece(desk, case).custody
    assert [one.move.event for one in chain] == [
        Event.FOUND,
        Event.HASHED,
        Event.HANDED,
        Event.RECEIVED,
        Event.VERIFIED,
        Event.RETURNED,
    ]
    assert chain[1].move.digest == DIGEST
    assert {one.author for one in chain} == {"Åse Rådgiver"}
    words = [line.words for line in desk.history(case) if line.kind == "evidence.moved"]
    assert any("A-17" in line for line in words)


def test_the_impossible_is_refused_and_nothing_is_written(desk: Casework, case: str) -> None:
    entries = len(desk.history(case))
    for move, fault in (
        (replace(FOUND, event=Event.RETURNED, to="Bo"), Fault.NEVER_CAME),
        (replace(FOUND, event=Event.CLEARING, device=Device.OWN), Fault.NOT_BEGUN),
        (replace(FOUND, by_segl=True), Fault.NOT_BEGUN),
    ):
        with pytest.raises(CustodyRefused) as caught:
            desk.record_custody(case, "E1", move)
        assert caught.value.fault is fault
        assert str(caught.value.diagnostics())
    with pytest.raises(DigestInvalid):
        desk.record_custody(case, "E1", replace(FOUND, event=Event.HASHED, digest="sha256:x"))
    with pytest.raises(ItemUnknown):
        desk.record_custody(case, "E2", FOUND)
    assert len(desk.history(case)) == entries


@pytest.mark.parametrize("algorithm", ["sha256", "blake3"])
def test_a_checksum_is_taken_as_a_person_types_it(desk: Casework, case: str, algorithm: str) -> None:
    digest = f"{algorithm}:{'5e' * 32}"
    number = desk.register_evidence(case, EvidenceDraft(digest=digest, name="c.jpg")).number
    desk.record_custody(case, f"E{number}", replace(FOUND, event=Event.HASHED))
    for typed in ("5E" * 32, " ".join(["5e5e"] * 16), digest, " ".join(read_out(digest)), f"{algorithm} = {'5e' * 32}"):
        said = replace(FOUND, event=Event.VERIFIED, digest=typed)
        chain = desk.record_custody(case, f"E{number}", said).custody
        assert chain[-1].move.digest == digest
    assert chain[0].move.digest == digest


def test_a_correction_adds(desk: Casework, case: str) -> None:
    first = desk.record_custody(case, "E1", FOUND).custody[0]
    said = replace(FOUND, by="Ib", corrects=first.entry[:8], reason="forkert navn")
    chain = desk.record_custody(case, "1", said).custody
    assert [(one.move.by, bool(one.replaced_by)) for one in chain] == [("Ane", True), ("Ib", False)]
    with pytest.raises(ItemUnknown):
        desk.record_custody(case, "1", replace(said, corrects="ffffffff"))


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (replace(YES, device=Device.VICTIM), Refusal.VICTIM),
        (replace(YES, device=Device.OTHER), Refusal.OTHER),
        (replace(YES, device=Device.NONE), Refusal.UNKNOWN_DEVICE),
        (replace(YES, held_by=HeldBy.NOBODY), Refusal.NOT_SECURED),
        (replace(YES, held_by=HeldBy.IN_DOUBT), Refusal.IN_DOUBT),
        (replace(YES, holder_name=" "), Refusal.NO_NAME),
    ],
)
def test_what_stands_against_clearing(
    desk: Casework, case: str, tmp_path: Path, answers: Clearance, why: Refusal
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    with pytest.raises(ClearingRefused) as caught:
        desk.clearance(case, "E1", answers)
    assert caught.value.why is why
    with prepared([file], digest=DIGEST, size=None) as ready, pytest.raises(ClearingRefused):
        desk.begin_clearing(case, "E1", answers, ready.trace, where=str(file))
    assert events(desk, case) == []
    assert file.exists()


def test_doubt_makes_the_call_to_the_police_due_today(desk: Casework, case: str) -> None:
    with pytest.raises(ClearingRefused) as caught:
        desk.clearance(case, "E1", replace(YES, held_by=HeldBy.IN_DOUBT))
    assert caught.value.call_due
    guide = desk.guide(case)
    view = guide.step("police-advice")
    assert (view.state, view.due_on) == (State.DUE, guide.today)


@pytest.mark.parametrize("kind", ["school", "workplace", "mentoring"])
def test_doubt_makes_the_call_due_today_in_each_kind_of_case(desk: Casework, kind: CaseKind) -> None:
    """And in all three it goes once the police have said who is to hold the original."""
    case = desk.new_case(Intake(kind=kind, title="Et billede", happened="Set i går.", stand_in="Bo")).id
    desk.register_evidence(case, EvidenceDraft(digest=DIGEST, size=len(BODY), name="a.jpg"))

    def call() -> tuple[State, date | None] | None:
        view = desk.guide(case).step("police-advice")
        return None if view.state is State.NOT_APPLICABLE else (view.state, view.due_on)

    assert call() is None, "control"
    with pytest.raises(ClearingRefused) as caught:
        desk.clearance(case, "E1", replace(YES, held_by=HeldBy.IN_DOUBT))
    assert caught.value.call_due
    today = desk.guide(case).today
    assert call() == (State.DUE, today)
    assert "police-advice" in {line.step for line in desk.today().lines}, "named on Today and by segl today"
    desk.clearance(case, "E1", YES)
    assert call() is None


def test_clearing_is_two_entries(desk: Casework, case: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    desk.clearance(case, "E1", YES)
    with prepared([file], digest=DIGEST, size=None) as ready:
        copy = desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file))
        assert list(open_clearings(piece(desk, case))) == [1]
        assert desk.drafts_below("clearing")
        assert not desk.drafts()
        with pytest.raises(CustodyRefused):
            desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file))
        desk.end_clearing(case, "E1", copy, ready.delete())
    assert not file.exists()
    assert events(desk, case) == ["clearing", "cleared"]
    assert desk.drafts() == {}
    assert copy_meant(piece(desk, case), Device.OWN) == 2
    with pytest.raises(CustodyRefused) as caught:
        desk.record_custody(case, "E1", replace(FOUND, event=Event.HELD))
    assert caught.value.fault is Fault.CLEARED


def test_what_was_seen_after_a_clearing_is_an_entry_and_only_after_one(
    desk: Casework, case: str, tmp_path: Path
) -> None:
    look = Look(place="cloud", system="linux", found=(("mac", 1),), same=2)
    with pytest.raises(CustodyRefused):
        desk.record_look(case, "E1", 1, look)
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    with prepared([file], digest=DIGEST, size=None) as ready:
        copy = desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file))
        desk.end_clearing(case, "E1", copy, ready.delete())
    seen = desk.record_look(case, "E1", copy, look).looks
    assert [(one.copy, one.look, one.author) for one in seen] == [(1, look, "Åse Rådgiver")]
    (line,) = [line for line in desk.history(case) if line.kind == "evidence.looked-after"]
    assert "bin and the earlier versions in the cloud" in line.words or "skyen" in line.words


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": "C:\\Users\\Ida"},
        {"system": ""},
        {"found": {"Ida.jpg": 1}},
        {"found": {"mac": "Ida"}},
        {"found": {"mac": True}},
        {"same": -1},
        {"found": {f"kind-{number}": 1 for number in range(41)}},
    ],
)
def test_no_name_comes_in_as_a_kind_of_what_is_left(wrong: dict[str, object]) -> None:
    said = write_look("e", 1, Look(place="local", system="linux", found=(("mac", 1),)))
    assert read_look(said) == ("e", 1, Look(place="local", system="linux", found=(("mac", 1),)))
    with pytest.raises(EntryInvalid):
        read_look({**said, **wrong})


def test_a_colleagues_phone_is_that_persons_statement(desk: Casework, case: str) -> None:
    told = Move(
        event=Event.CLEARED, copy=1, by="Kim", device=Device.OTHER, on="i går kl. 14", how="ringede og sagde det"
    )
    with pytest.raises(CustodyRefused):
        desk.record_custody(case, "E1", replace(told, how=""))
    with pytest.raises(CustodyRefused):
        desk.record_custody(case, "E1", replace(told, device=Device.VICTIM))
    desk.record_custody(case, "E1", told)
    assert not piece(desk, case).custody[0].move.by_segl


def test_ones_own_copy_is_not_said_to_be_cleared_before_the_original_is_secured(desk: Casework, case: str) -> None:
    told = Move(event=Event.CLEARED, copy=1, by="Åse", device=Device.OWN, on="i dag", how="slettet på telefonen")
    with pytest.raises(ClearingRefused):
        desk.record_custody(case, "E1", told)
    desk.amend_evidence(case, "E1", EvidenceDraft(digest=DIGEST, holder=Holder.PARENTS, holder_name="Mor"))
    desk.record_custody(case, "E1", told)
    assert events(desk, case) == ["cleared"]


CUT = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from guidance.clearing import Clearance, HeldBy
from guidance.custody import Device
from store.evidence import clearing
from tests.store.desk import open_desk
vault, case, file, digest, at = sys.argv[1:]
def die(*given, **more):
    os.kill(os.getpid(), signal.SIGKILL)
answers = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
desk = open_desk(Path(vault))
with clearing.prepared([file], digest=digest, size=None) as ready:
    copy = desk.begin_clearing(case, "E1", answers, ready.trace, where=file)
    if at == "before":
        die()
    if at == "moved":
        clearing.marks.take_off = die
    gone = ready.delete()
    if at == "deleted":
        die()
    desk.end_clearing(case, "E1", copy, gone)
"""


@pytest.mark.parametrize(
    ("at", "then"), [("before", "not-cleared"), ("moved", "not-cleared"), ("deleted", "cleared"), ("never", "cleared")]
)
def test_a_kill_at_any_point_and_the_record_tells_the_truth(tmp_path: Path, at: str, then: str) -> None:
    vault, file = tmp_path / "vault", tmp_path / "mappe" / "a.jpg"
    vault.mkdir()
    file.parent.mkdir()
    file.write_bytes(BODY)
    with set_up_desk(vault) as desk:
        case = a_case(desk).id
        desk.register_evidence(case, EvidenceDraft(digest=DIGEST, size=len(BODY)))
    done = subprocess.run([sys.executable, "-c", CUT, vault, case, file, DIGEST, at], cwd=ROOT)
    assert done.returncode == (0 if at == "never" else -signal.SIGKILL)
    with open_desk(vault) as desk:
        if at == "never":
            assert open_clearings(piece(desk, case)) == {}
            with pytest.raises(CustodyRefused):
                desk.settle_clearing(case, "E1")
        else:
            assert list(open_clearings(piece(desk, case))) == [1], "begun, and no outcome: that is the truth so far"
            desk.settle_clearing(case, "E1")
        assert events(desk, case) == ["clearing", then]
        assert file.exists() == (then == "not-cleared")
        assert os.listdir(file.parent) == (["a.jpg"] if then == "not-cleared" else [])  # noqa: PTH208
        assert desk.drafts() == {}


def test_a_stick_that_is_taken_out_is_not_taken_for_cleared(desk: Casework, case: str, tmp_path: Path) -> None:
    file = tmp_path / "stik" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(BODY)
    with prepared([file], digest=DIGEST, size=None) as ready:
        desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file))
    file.parent.rename(tmp_path / "ude")
    with pytest.raises(CustodyRefused):
        desk.settle_clearing(case, "E1")
    assert events(desk, case) == ["clearing"]


def test_no_path_leaves_with_the_journal_but_the_words_for_it(desk: Casework, case: str, tmp_path: Path) -> None:
    file = tmp_path / "hemmelig-mappe.jpg"
    file.write_bytes(BODY)
    with prepared([file], digest=DIGEST, size=None) as ready:
        desk.begin_clearing(case, "E1", YES, ready.trace, where="skrivebordet")
    entries = b"".join(one.payload or b"" for one in desk.export_case(case).entries)
    assert b"hemmelig-mappe" not in entries
    assert os.fsencode(file).hex().encode() not in entries
    assert b"skrivebordet" in entries, "control: what is said of the place is there"
    assert json.dumps(desk.drafts_below("clearing")).count(os.fsencode(file).hex()) == 1


def test_where_an_earlier_segl_said_to_look_is_looked_at(desk: Casework, case: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    with prepared([file], digest=DIGEST, size=None) as ready:
        desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file))
    [(key, text)] = desk._connection.execute("SELECT key, text FROM draft").fetchall()
    old = {**json.loads(text), "folder": [1, 2], "file": [1, 3]}
    del old["size"]
    desk._connection.execute("UPDATE draft SET text = ? WHERE key = ?", (json.dumps(old), key))
    desk.settle_clearing(case, "E1")
    assert events(desk, case) == ["clearing", "not-cleared"]
    assert file.exists()


def test_a_file_that_can_not_be_put_back_is_not_cleared_and_told_until_it_is_gone(
    desk: Casework, case: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(BODY)
    with prepared([file], digest=DIGEST, size=None) as ready:
        desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file))
        hold = tmp_path / ready.trace.hold
        hold.mkdir()
        file.rename(hold / "0")
        file.write_bytes(b"x")
    done = desk.settle_clearing(case, "E1").custody[-1].move
    assert (done.event, hold.name in done.how, ".segl-clearing-" in done.how) == (Event.NOT_CLEARED, False, True)
    for _unlocking in range(2):
        (told,) = desk.settle_leaving()
        assert told.became is Became.HELD
        assert str(hold) in told.words()
    (hold / "0").unlink()
    assert [one.became for one in desk.settle_leaving()] == [Became.UNFINISHED]
    assert not hold.exists()
    assert desk.settle_leaving() == ()


def test_what_a_person_says_of_a_stick_that_is_out_forgets_no_folder_on_it(
    desk: Casework, case: str, tmp_path: Path
) -> None:
    stick, file = tmp_path / "stik", tmp_path / "stik" / "a.jpg"
    stick.mkdir()
    file.write_bytes(BODY)
    with prepared([file], digest=DIGEST, size=None) as ready:
        desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file))
        (stick / ready.trace.hold).mkdir()
        file.rename(stick / ready.trace.hold / "0")
    stick.rename(tmp_path / "ude")
    desk.record_custody(
        case, "E1", Move(event=Event.NOT_CLEARED, by="Ane", copy=1, device=Device.OWN, how="stikket er væk")
    )
    assert desk.settle_leaving() == (), "it is out"
    (tmp_path / "ude").rename(stick)
    assert [one.became for one in desk.settle_leaving()] == [Became.HELD]


@pytest.mark.parametrize("subject", ["custody/", "evidence/"])
def test_a_clearing_in_a_case_that_can_not_be_read_hides_no_other(
    desk: Casework, case: str, tmp_path: Path, subject: str
) -> None:
    """Today and the list of cases ask for them each time."""
    other = a_case(desk).id
    desk.register_evidence(other, EvidenceDraft(digest=DIGEST, name="b.jpg"))
    for space in (case, other):
        file = tmp_path / space / "a.jpg"
        file.parent.mkdir()
        file.write_bytes(BODY)
        with prepared([file], digest=DIGEST, size=None) as ready:
            desk.begin_clearing(space, "E1", YES, ready.trace, where=str(file))
    assert {one.case for one in desk.clearings_cut_off()} == {case, other}
    desk._connection.execute(
        "UPDATE standing SET value = '{' WHERE space = ? AND substr(subject, 1, ?) = ?", (case, len(subject), subject)
    )
    assert {one.case for one in desk.clearings_cut_off()} == {other}


def test_a_copy_that_can_be_settled_is_though_of_another_nothing_is_known(
    desk: Casework, case: str, tmp_path: Path
) -> None:
    for number in (1, 2):
        file = tmp_path / f"stik {number}" / "a.jpg"
        file.parent.mkdir()
        file.write_bytes(BODY)
        with prepared([file], digest=DIGEST, size=None) as ready:
            desk.begin_clearing(case, "E1", YES, ready.trace, where=str(file), copy=number)
    reference = desk.case(case).summary.reference
    cut_off = [CutOff(case=case, reference=reference, evidence=piece(desk, case).id, number=1, copy=n) for n in (1, 2)]
    assert desk.clearings_cut_off() == tuple(cut_off)
    (tmp_path / "stik 1").rename(tmp_path / "ude")
    assert list(open_clearings(desk.settle_clearing(case, "E1"))) == [1]
    assert events(desk, case) == ["clearing", "clearing", "not-cleared"]
    assert desk.clearings_cut_off() == (cut_off[0],)
    with pytest.raises(CustodyRefused) as caught:
        desk.settle_clearing(case, "E1")
    assert f"segl evidence clear {reference} E1 --settle" in str(caught.value.diagnostics().todo)
    (tmp_path / "ude").rename(tmp_path / "stik 1")
    assert open_clearings(desk.settle_clearing(case, "E1")) == {}
    assert desk.clearings_cut_off() == ()
