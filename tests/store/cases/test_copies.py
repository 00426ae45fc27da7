"""Whose device each copy lies on: an answer of the copy, which no answer of another opens or shuts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from guidance.clearing import Clearance, ClearingRefused, HeldBy, Refusal
from guidance.custody import Device, Event, Fault, Move
from guidance.model import FactValue, State
from guidance.refusals import ClosingRefused, CopiesStay
from store.cases.errors import CustodyRefused, ReasonNeeded
from store.cases.lying import contradictory, copy_meant, lying_of, shown_by_custody
from store.casework import Casework
from store.erasing import clean
from store.evidence.clearing import prepared
from store.evidence.clearing_errors import Hindrance, NotCleared
from store.evidence.hashing import hash_file
from store.evidence.register import draft_lying_on, draft_on_device
from store.model import Evidence, EvidenceDraft
from tests.store.cases.test_erasing import close, order
from tests.store.cases.test_importing import opened_by, send
from tests.store.circle import circle, shares
from tests.store.desk import a_case, set_up_desk

BODY = b"en kopi"
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()
DRAFT = EvidenceDraft(digest=DIGEST, size=len(BODY), name="a.jpg")
LAPTOP = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
PHONE = replace(LAPTOP, device=Device.VICTIM)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    (tmp_path / "vault").mkdir()
    with set_up_desk(tmp_path / "vault") as casework:
        yield casework


@pytest.fixture
def case(desk: Casework) -> str:
    id = a_case(desk).id
    desk.register_evidence(id, DRAFT)
    return id


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        desk.close()


def piece(desk: Casework, case: str, number: str = "E1") -> Evidence:
    return desk.evidence_piece(case, number)


def answers_of(desk: Casework, case: str, number: str = "E1") -> dict[int, tuple[str, ...]]:
    return {copy: tuple(map(str, one.devices)) for copy, one in lying_of(piece(desk, case, number)).items()}


def refused(desk: Casework, case: str, answers: Clearance, copy: int = 0) -> Refusal | None:
    """Why a copy may not be cleared: by the asking, and by the clearing itself."""
    file = desk._vault.path / "kopi.jpg"
    file.write_bytes(BODY)
    try:
        desk.clearance(case, "E1", answers, copy)
        return None
    except ClearingRefused as caught:
        why = caught.why
    with prepared([file], digest=DIGEST, size=None) as ready, pytest.raises(ClearingRefused) as again:
        desk.begin_clearing(case, "E1", answers, ready.trace, where="her", copy=copy)
    assert again.value.why is why
    return why


def clear(desk: Casework, case: str, answers: Clearance = LAPTOP, *, number: str = "E1", copy: int = 0) -> int:
    file = desk._vault.path / "kopi.jpg"
    file.write_bytes(BODY)
    desk.clearance(case, number, answers, copy)
    with prepared([file], digest=DIGEST, size=None) as ready:
        done = desk.begin_clearing(case, number, answers, ready.trace, where="her", copy=copy, apart=True)
        desk.end_clearing(case, number, done, ready.delete())
    assert not file.exists()
    return done


def test_the_victims_phone_answered_last_shuts_nothing_of_ones_own_laptop(desk: Casework, case: str) -> None:
    assert refused(desk, case, LAPTOP) is None
    assert refused(desk, case, PHONE) is Refusal.VICTIM
    assert answers_of(desk, case) == {1: ("own",), 2: ("victim",)}
    assert clear(desk, case) == 1


def test_ones_own_laptop_answered_last_opens_nothing_of_the_victims_phone(desk: Casework, case: str) -> None:
    assert refused(desk, case, PHONE) is Refusal.VICTIM
    assert refused(desk, case, LAPTOP, copy=1) is Refusal.VICTIM, "that copy is the one on the phone"
    assert refused(desk, case, LAPTOP) is None
    assert answers_of(desk, case) == {1: ("victim",), 2: ("own",)}
    assert refused(desk, case, LAPTOP, copy=1) is Refusal.VICTIM
    told = Move(event=Event.CLEARED, copy=1, by="Åse", device=Device.OWN, on="i dag", how="slettet")
    with pytest.raises(ClearingRefused) as caught:
        desk.record_custody(case, "E1", told)
    assert caught.value.why is Refusal.DIFFERS
    assert clear(desk, case) == 2
    assert [one.move.copy for one in piece(desk, case).custody] == [2, 2]


@pytest.mark.parametrize("order", [*permutations((Device.OWN, Device.VICTIM, Device.OTHER))])
def test_in_any_order_each_copy_is_judged_by_its_own_answer(
    desk: Casework, case: str, order: tuple[Device, ...]
) -> None:
    for device in order:
        refused(desk, case, replace(LAPTOP, device=device))
    for copy, one in lying_of(piece(desk, case)).items():
        assert one.device is order[copy - 1]
        for said in Device:
            why = refused(desk, case, replace(LAPTOP, device=said), copy)
            opens = said is one.device and one.device in (Device.OWN, Device.OFFICE)
            assert (why is None) is opens, (copy, one.device, said, why)
    facts = desk.case(case).facts
    assert (facts["device.has-material"], facts["device.whose"]) == (True, "own")
    assert answers_of(desk, case) == {number: (str(device),) for number, device in enumerate(order, 1)}


def test_another_piece_is_another_answer(desk: Casework, case: str) -> None:
    desk.register_evidence(case, replace(DRAFT, name="b.jpg"))
    desk.clearance(case, "E1", LAPTOP)
    with pytest.raises(ClearingRefused):
        desk.clearance(case, "E2", PHONE)
    assert refused(desk, case, LAPTOP) is None
    with pytest.raises(ClearingRefused):
        desk.clearance(case, "E2", LAPTOP, 1)


def test_the_step_of_clearing_stands_until_no_copy_is_left(desk: Casework, case: str) -> None:
    for name in ("b.jpg", "c.jpg"):
        desk.register_evidence(case, draft_on_device(replace(DRAFT, name=name), Device.OWN))
    desk.register_evidence(case, draft_on_device(replace(DRAFT, name="d.jpg"), Device.VICTIM))
    desk.set_facts(case, {"original.held-by": "police"})
    values: dict[str, FactValue] = {"device.cleared.on": desk.guide(case).today, "device.cleared.checked": True}
    assert clear(desk, case, number="E2") == 1
    ways: tuple[Callable[[], object], ...] = (
        lambda: desk.do_step(case, "clear-own-device", values),
        lambda: desk.set_facts(case, values),
        lambda: desk.do_step(case, "own-device", {"device.has-material": False}),
        lambda: desk.set_facts(case, {"device.whose": "victim"}),
    )
    for way in ways:
        with pytest.raises(CopiesStay) as caught:
            way()
        assert "E3" in caught.value.diagnostics().happened
        assert "E2" not in caught.value.diagnostics().happened
    assert desk.guide(case).step("clear-own-device").state in (State.OPEN, State.DUE)
    clear(desk, case, number="E3")
    guide = desk.do_step(case, "clear-own-device", values)
    assert guide.step("clear-own-device").state is State.DONE
    # A copy that comes to light later is not deleted by what was said before it.
    desk.register_evidence(case, draft_on_device(replace(DRAFT, name="e.jpg"), Device.OFFICE))
    guide = desk.guide(case)
    assert guide.step("clear-own-device").state in (State.OPEN, State.DUE)
    assert not guide.facts.values.keys() & values.keys()
    with pytest.raises(ClosingRefused):
        desk.close_case(case, "slut")


def test_many_copies_of_which_the_same_is_said_are_all_counted(desk: Casework, case: str) -> None:
    drafts = [draft_on_device(replace(DRAFT, name=f"{number}.jpg"), Device.OWN) for number in range(9)]
    desk.register_pieces(case, drafts)
    desk.register_pieces(case, [draft_on_device(one, Device.VICTIM) for one in drafts])
    desk.set_facts(case, {"original.held-by": "police"})
    for left in range(9, 0, -1):
        guide = desk.guide(case)
        assert sum(one.alike for one in guide.facts.staying) == left
        with pytest.raises(CopiesStay) as caught:
            desk.set_facts(case, {"device.has-material": False})
        assert caught.value.diagnostics().happened.startswith(str(left))
        clear(desk, case, number=f"E{11 - left}")
    assert not desk.guide(case).facts.staying
    assert desk.case(case).facts["device.has-material"] is True
    desk.set_facts(case, {"device.has-material": False})
    assert desk.case(case).facts["device.has-material"] is False, "nothing is left, and it was said later"


def test_what_an_earlier_segl_recorded_of_the_case_opens_no_copy(desk: Casework, case: str) -> None:
    old = {"device.has-material": True, "device.whose": "own", "original.held-by": "police"}
    desk._write(case, "fact.set", {"facts": old})
    guide = desk.guide(case)
    assert guide.step("clear-own-device").state in (State.OPEN, State.DUE), "it counts for the guide"
    assert lying_of(piece(desk, case)) == {}
    assert refused(desk, case, PHONE) is Refusal.VICTIM
    assert refused(desk, case, LAPTOP, copy=1) is Refusal.VICTIM
    done = desk.do_step(case, "clear-own-device", {"device.cleared.on": guide.today, "device.cleared.checked": True})
    assert done.step("clear-own-device").state is State.DONE


def test_what_an_earlier_segl_shut_is_asked_again(desk: Casework, case: str) -> None:
    old = {"device.has-material": True, "device.whose": "victim", "original.held-by": "nobody"}
    desk._write(case, "fact.set", {"facts": old})
    assert desk.guide(case).step("clear-own-device").state is State.NOT_APPLICABLE
    assert copy_meant(piece(desk, case), Device.OWN) == 1
    assert lying_of(piece(desk, case)) == {}
    assert refused(desk, case, replace(LAPTOP, held_by=HeldBy.NOBODY)) is Refusal.NOT_SECURED
    assert clear(desk, case) == 1, "control: answered anew, of this copy"


def test_an_answer_is_put_right_with_a_reason_and_both_stay(desk: Casework, case: str) -> None:
    refused(desk, case, PHONE)
    entries = len(desk.history(case))
    for reason in ("", "  "):
        with pytest.raises(ReasonNeeded):
            desk.locate_copy(case, "E1", 1, Device.OWN, reason)
    assert len(desk.history(case)) == entries
    desk.locate_copy(case, "E1", 1, Device.OWN, "Jeg tastede forkert")
    assert "Jeg tastede forkert" in desk.history(case)[0].words
    assert clear(desk, case) == 1
    assert desk.history(case)[-1].kind == "case.opened"


@pytest.mark.parametrize("device", [Device.VICTIM, Device.OTHER])
def test_what_segl_cleared_did_not_lie_elsewhere(desk: Casework, case: str, device: Device) -> None:
    clear(desk, case)
    entries = len(desk.history(case))
    with pytest.raises(CustodyRefused) as caught:
        desk.locate_copy(case, "E1", 1, device, "Det var hendes")
    assert caught.value.fault is Fault.CLEARED_ELSEWHERE
    assert "leder" in str(caught.value.diagnostics()) or "leader" in str(caught.value.diagnostics())
    assert len(desk.history(case)) == entries
    desk.locate_copy(case, "E1", 1, Device.OFFICE, "Kontorets bærbare")
    desk.locate_copy(case, "E1", 2, device)


def test_the_original_lies_on_no_device_of_ones_own(desk: Casework, case: str) -> None:
    with pytest.raises(CustodyRefused) as caught:
        desk.locate_copy(case, "E1", 0, Device.OWN)
    assert caught.value.fault is Fault.ORIGINAL
    desk.locate_copy(case, "E1", 0, Device.VICTIM)
    assert answers_of(desk, case) == {0: ("victim",)}
    assert "device.has-material" not in desk.case(case).facts
    assert clear(desk, case) == 1


def test_doubt_about_one_piece_is_the_cases_and_the_other_piece_is_cleared(desk: Casework, case: str) -> None:
    desk.register_evidence(case, replace(DRAFT, name="b.jpg"))
    with pytest.raises(ClearingRefused):
        desk.clearance(case, "E2", replace(LAPTOP, held_by=HeldBy.IN_DOUBT))
    clear(desk, case)
    guide = desk.guide(case)
    assert guide.facts.values["original.held-by"] == "in-doubt"
    assert (guide.step("police-advice").state, guide.step("police-advice").due_on) == (State.DUE, guide.today)
    desk.clearance(case, "E2", LAPTOP)
    assert desk.case(case).facts["original.held-by"] == "police"


def test_a_file_that_is_registered_already_has_a_copy_there(desk: Casework, case: str) -> None:
    desk.note_copy(case, "E1", Device.VICTIM)
    desk.note_copy(case, "E1", Device.OWN)
    desk.note_copy(case, "E1", Device.OWN)
    desk.note_copy(case, "E1", Device.NONE)
    assert answers_of(desk, case) == {0: ("victim",), 1: ("own",)}


def test_an_erased_piece_leaves_no_copy_behind(two: tuple[Casework, Casework]) -> None:
    desk, _other = two
    case = a_case(desk).id
    desk.register_evidence(case, DRAFT)
    desk.clearance(case, "E1", LAPTOP)
    assert desk.case(case).facts["device.has-material"] is True, "control: it was the copy that said so"
    close(desk, case)
    plan = desk.plan_erasing_entry(case, piece(desk, case).id)
    assert {line.kind for line in desk.history(case) if line.entry in {one.entry for one in plan.doomed}} == {
        "evidence.registered",
        "evidence.located",
    }
    desk.erase(plan, order(plan))
    assert "device.has-material" not in desk.case(case).facts
    assert not desk.guide(case).facts.staying


def exchange(mette: Casework, bo: Casework, case: str, folder: Path) -> None:
    """Each has what the other has."""
    there, back = send(mette, bo, case, folder), send(bo, mette, case, folder)
    bo.import_bundle(opened_by(bo, there))
    mette.import_bundle(opened_by(mette, back))


def shared(mette: Casework, bo: Casework, folder: Path) -> str:
    case = a_case(mette).id
    mette.register_evidence(case, DRAFT)
    shares(mette, case, bo)
    bo.import_bundle(opened_by(bo, send(mette, bo, case, folder)))
    return case


def test_a_bundle_carries_the_answers(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette).id
    mette.register_evidence(case, draft_on_device(DRAFT, Device.VICTIM))
    mette.clearance(case, "E1", LAPTOP)
    shares(mette, case, bo)
    opened = opened_by(bo, send(mette, bo, case, tmp_path))
    assert opened.case is not None
    told = {(one.copy, one.device) for one in opened.case.evidence[0].devices}
    assert told == {(0, Device.VICTIM), (1, Device.OWN)}
    bo.import_bundle(opened)
    assert answers_of(bo, case) == answers_of(mette, case) == {0: ("victim",), 1: ("own",)}
    assert bo.case(case).facts == mette.case(case).facts


@pytest.mark.parametrize("first", [0, 1])
def test_two_answers_of_one_copy_count_as_none_until_a_person_decides(
    two: tuple[Casework, Casework], tmp_path: Path, first: int
) -> None:
    mette, bo = two
    case = shared(mette, bo, tmp_path)
    said = (LAPTOP, PHONE) if first else (PHONE, LAPTOP)
    for desk, answers in zip(two, said, strict=True):
        refused(desk, case, answers)
    assert clear_is_open(mette, case) is bool(first), "control: before they meet each has its own answer"
    exchange(mette, bo, case, tmp_path)
    for desk in two:
        assert set(answers_of(desk, case)[1]) == {"own", "victim"}
        for answers in (LAPTOP, PHONE):
            assert refused(desk, case, answers, 1) is Refusal.DISPUTED
        told = Move(event=Event.CLEARED, copy=1, by="Åse", device=Device.OWN, on="i dag", how="slettet")
        with pytest.raises(ClearingRefused):
            desk.record_custody(case, "E1", told)
        assert desk.guide(case).step("clear-own-device").state is not State.NOT_APPLICABLE
        (conflict,) = (one for one in desk.conflicts(case) if one.subject.startswith("device/"))
        assert conflict.words.startswith("E1, ")
    (conflict,) = (one for one in mette.conflicts(case) if one.subject.startswith("device/"))
    phone = next(one for one in conflict.statements if "krænked" in one.words or "violated" in one.words)
    mette.decide(case, conflict.subject, phone.entry, "Det er Livs telefon")
    assert refused(mette, case, LAPTOP, 1) is Refusal.VICTIM
    exchange(mette, bo, case, tmp_path)
    assert refused(bo, case, LAPTOP, 1) is Refusal.VICTIM
    assert answers_of(bo, case)[1] == ("victim",)


def clear_is_open(desk: Casework, case: str) -> bool:
    return refused(desk, case, LAPTOP, 1) is None


def test_a_clearing_that_meets_another_answer_is_shown_to_whoever_looks(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, bo = two
    case = shared(mette, bo, tmp_path)
    mette.clearance(case, "E1", LAPTOP)
    exchange(mette, bo, case, tmp_path)
    clear(mette, case, copy=1)
    bo.locate_copy(case, "E1", 1, Device.VICTIM, "Det er Livs egen telefon")
    assert contradictory(piece(mette, case)) == contradictory(piece(bo, case)) == (), "control: not before they meet"
    exchange(mette, bo, case, tmp_path)
    for desk in two:
        assert contradictory(piece(desk, case)) == (1,)


def test_a_statement_of_an_owner_is_an_answer_too(desk: Casework, case: str) -> None:
    told = Move(event=Event.CLEARED, copy=1, by="Kim", device=Device.OTHER, on="i går", how="ringede")
    desk.record_custody(case, "E1", told)
    assert answers_of(desk, case) == {1: ("other",)}
    assert copy_meant(piece(desk, case), Device.OTHER) == 2
    with pytest.raises(CustodyRefused):
        desk.locate_copy(case, "E1", 1, Device.VICTIM, "nej")


def test_a_copy_said_by_mistake_is_withdrawn_with_a_reason_and_counts_no_more(desk: Casework, case: str) -> None:
    desk.locate_copy(case, "E1", 1, Device.OFFICE)
    assert desk.case(case).facts["device.whose"] == "office"
    entries = len(desk.history(case))
    for reason in ("", "  "):
        with pytest.raises(ReasonNeeded):
            desk.withdraw_copy(case, "E1", 1, reason)
    assert len(desk.history(case)) == entries
    one = lying_of(desk.withdraw_copy(case, "E1", 1, "Jeg valgte forkert bevis"))[1]
    assert (one.none_there, one.devices, one.before, one.stays, one.cleared) == (
        True,
        (),
        (Device.OFFICE,),
        False,
        False,
    )
    newest, before, *_rest = desk.history(case)
    assert (newest.kind, before.kind) == ("evidence.copy-withdrawn", "evidence.located"), "what was said stays"
    assert "Jeg valgte forkert bevis" in newest.words
    assert "device.has-material" not in desk.case(case).facts
    desk.withdraw_copy(case, "E1", 1, "igen")
    assert len(desk.history(case)) == entries + 1, "once is enough"
    assert refused(desk, case, replace(LAPTOP, device=Device.OFFICE), 1) is Refusal.WITHDRAWN
    told = Move(event=Event.CLEARED, copy=1, by="Åse", device=Device.OFFICE, on="i dag", how="slettet")
    with pytest.raises(ClearingRefused):
        desk.record_custody(case, "E1", told)
    assert copy_meant(piece(desk, case), Device.OFFICE) == 2, "another copy has another number"


def test_a_copy_that_is_there_after_all_counts_again(desk: Casework, case: str) -> None:
    desk.locate_copy(case, "E1", 1, Device.OWN)
    desk.withdraw_copy(case, "E1", 1, "fejl")
    with pytest.raises(ReasonNeeded):
        desk.locate_copy(case, "E1", 1, Device.OWN)
    desk.locate_copy(case, "E1", 1, Device.OWN, "den lå der alligevel")
    assert answers_of(desk, case) == {1: ("own",)}
    assert desk.case(case).facts["device.has-material"] is True
    assert clear(desk, case) == 1


def test_the_step_that_was_done_is_open_while_a_copy_counts_and_not_done_by_withdrawing_alone(
    desk: Casework, case: str
) -> None:
    desk.locate_copy(case, "E1", 1, Device.OWN)
    desk.set_facts(case, {"original.held-by": "police"})
    desk.withdraw_copy(case, "E1", 1, "fejl")
    guide = desk.guide(case)
    assert guide.step("clear-own-device").state is State.NOT_APPLICABLE, "nothing was there, so nothing was cleared"
    assert not guide.facts.values.keys() & {"device.cleared.on", "device.cleared.checked"}
    assert guide.step("own-device").state in (State.OPEN, State.DUE), "it is asked"


@pytest.mark.parametrize("move", ["told", "seen", "begun", "cleared"])
def test_what_something_happened_to_was_there(desk: Casework, case: str, move: str) -> None:
    desk.locate_copy(case, "E1", 1, Device.OWN)
    faults = {"told": Fault.IN_CHAIN, "seen": Fault.IN_CHAIN, "begun": Fault.CLEARING, "cleared": Fault.CLEARED}
    if move == "told":
        desk.record_custody(case, "E1", Move(event=Event.FOUND, copy=1, by="Åse"))
    elif move == "cleared":
        clear(desk, case)
    else:
        file = desk._vault.path / "kopi.jpg"
        file.write_bytes(BODY)
        with prepared([file], digest=DIGEST, size=None) as ready:
            desk.begin_clearing(case, "E1", LAPTOP, ready.trace, where="her")
            if move == "seen":
                desk.end_clearing(case, "E1", 1, NotCleared(b"kopi.jpg", Hindrance.NO_RIGHT))
    entries = len(desk.history(case))
    with pytest.raises(CustodyRefused) as caught:
        desk.withdraw_copy(case, "E1", 1, "fejl")
    assert caught.value.fault is faults[move]
    assert len(desk.history(case)) == entries
    if move == "told":
        [event] = piece(desk, case).custody
        mistake = Move(event=Event.WITHDRAWN, by="Åse", corrects=event.entry, reason="fejl")
        desk.record_custody(case, "E1", mistake)
        assert lying_of(desk.withdraw_copy(case, "E1", 1, "fejl"))[1].none_there, "what was told can be wrong"


def test_only_a_copy_that_somebody_has_named_can_be_withdrawn_and_never_the_original(desk: Casework, case: str) -> None:
    desk.locate_copy(case, "E1", 0, Device.VICTIM)
    for copy, fault in ((0, Fault.NO_COPY), (1, Fault.NOT_SAID)):
        with pytest.raises(CustodyRefused) as caught:
            desk.withdraw_copy(case, "E1", copy, "fejl")
        assert caught.value.fault is fault
        assert caught.value.diagnostics().happened
    assert answers_of(desk, case) == {0: ("victim",)}


def test_a_withdrawal_travels_in_a_bundle_and_is_told_there(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette).id
    mette.register_evidence(case, DRAFT)
    mette.locate_copy(case, "E1", 1, Device.OFFICE)
    mette.withdraw_copy(case, "E1", 1, "Det var et andet bevis")
    shares(mette, case, bo)
    opened = opened_by(bo, send(mette, bo, case, tmp_path))
    assert opened.case is not None
    [said] = opened.case.evidence[0].devices
    assert (said.copy, said.device, said.withdrawn, said.reason) == (1, Device.OFFICE, True, "Det var et andet bevis")
    bo.import_bundle(opened)
    assert lying_of(piece(bo, case)) == lying_of(piece(mette, case))
    assert lying_of(piece(bo, case))[1].none_there


def test_who_withdraws_what_another_answers_anew_disagrees_until_one_decides(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, bo = two
    case = shared(mette, bo, tmp_path)
    mette.locate_copy(case, "E1", 1, Device.OFFICE)
    exchange(mette, bo, case, tmp_path)
    mette.withdraw_copy(case, "E1", 1, "fejl")
    bo.locate_copy(case, "E1", 1, Device.OWN, "den er min")
    exchange(mette, bo, case, tmp_path)
    for desk in two:
        one = lying_of(piece(desk, case))[1]
        assert (one.disputed, one.devices, one.before) == (True, (Device.OWN,), (Device.OFFICE,))
        assert desk.guide(case).facts.staying, "as long as one says that it lies there, it counts"
        assert refused(desk, case, LAPTOP, 1) is Refusal.DISPUTED
        with pytest.raises(CustodyRefused) as caught:
            desk.withdraw_copy(case, "E1", 1, "fejl")
        assert caught.value.fault is Fault.DISPUTED
    (conflict,) = (one for one in mette.conflicts(case) if one.subject.startswith("device/"))
    none = next(one for one in conflict.statements if "fejl" in one.words)
    mette.decide(case, conflict.subject, none.entry, "vi har set efter")
    assert lying_of(piece(mette, case))[1].none_there
    assert not mette.guide(case).facts.staying


def test_a_withdrawal_that_meets_a_clearing_of_the_same_copy_does_not_hide_it(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, bo = two
    case = shared(mette, bo, tmp_path)
    mette.locate_copy(case, "E1", 1, Device.OWN)
    exchange(mette, bo, case, tmp_path)
    bo.withdraw_copy(case, "E1", 1, "fejl")
    mette.record_custody(case, "E1", Move(event=Event.FOUND, copy=1, by="Åse"))
    assert shown_by_custody(piece(bo, case)) == (), "control: not before they meet"
    assert not bo.guide(case).facts.staying
    exchange(mette, bo, case, tmp_path)
    for desk in two:
        assert shown_by_custody(piece(desk, case)) == (1,)
        assert desk.guide(case).facts.staying, "something happened to it, so it is there and not secured"
        assert refused(desk, case, LAPTOP, 1) is Refusal.DISPUTED
    bo.locate_copy(case, "E1", 1, Device.OWN, "den er der")
    assert shown_by_custody(piece(bo, case)) == ()
    assert clear(bo, case, copy=1) == 1


def test_an_erased_withdrawal_lets_what_was_said_stand_again(desk: Casework, case: str) -> None:
    desk.locate_copy(case, "E1", 1, Device.OWN)
    desk.withdraw_copy(case, "E1", 1, "fejl")
    close(desk, case)
    plan = desk.plan_erasing_entry(
        case, next(one.entry for one in desk.history(case) if one.kind == "evidence.copy-withdrawn")
    )
    desk.erase(plan, order(plan))
    assert answers_of(desk, case) == {1: ("own",)}


def on(desk: Casework, case: str, file: Path, device: Device) -> None:
    """Register a file that lies on a device, as it is read."""
    desk.register_pieces(case, [draft_lying_on(hash_file(file), device)])


def cleared_at(desk: Casework, case: str, file: Path, *, copy: int = 0, apart: bool = False) -> Refusal | None:
    """Clear E2 as lying on one's own device; why not, where it is refused."""
    try:
        with prepared([file], digest=DIGEST, size=None) as ready:
            done = desk.begin_clearing(case, "E2", LAPTOP, ready.trace, where="her", copy=copy, apart=apart)
            desk.end_clearing(case, "E2", done, ready.delete())
    except ClearingRefused as refused:
        return refused.why
    return None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(BODY)
    return path


@pytest.mark.parametrize("device", [Device.VICTIM, Device.OTHER])
def test_the_file_that_was_registered_on_anothers_device_is_not_cleared_as_ones_own(
    desk: Casework, case: str, file: Path, device: Device
) -> None:
    on(desk, case, file, device)
    for copy in (0, 5):
        assert cleared_at(desk, case, file, copy=copy, apart=True) is Refusal.SAME_PLACE
    moved = file.rename(file.with_name("b.jpg"))
    assert cleared_at(desk, case, moved, apart=True) is Refusal.SAME_PLACE, "it is known by disk and number"
    moved.rename(file.with_name("c.jpg"))
    file.write_bytes(BODY)
    assert cleared_at(desk, case, file, apart=True) is Refusal.SAME_PLACE, "it is known by its path"
    assert piece(desk, case, "E2").custody == ()
    other = file.with_name("d.jpg")
    other.write_bytes(BODY)
    assert cleared_at(desk, case, other) is None, "another file is told apart by itself"
    assert file.exists()


def test_a_place_that_was_told_wrong_is_put_right_first(desk: Casework, case: str, file: Path) -> None:
    on(desk, case, file, Device.OTHER)
    assert cleared_at(desk, case, file) is Refusal.SAME_PLACE
    desk.locate_copy(case, "E2", 1, Device.OWN, "tastede forkert")
    assert cleared_at(desk, case, file) is None


def test_an_original_that_lies_elsewhere_after_all_is_asked_about(desk: Casework, case: str, file: Path) -> None:
    on(desk, case, file, Device.VICTIM)
    desk.locate_copy(case, "E2", 0, Device.OTHER, "originalen er hos vennen")
    assert cleared_at(desk, case, file) is Refusal.NOT_TOLD_APART
    assert cleared_at(desk, case, file, apart=True) is None


def test_where_the_victims_copy_lies_is_not_known_a_person_says_that_it_is_another(
    desk: Casework, case: str, file: Path
) -> None:
    desk.register_evidence(case, draft_on_device(replace(DRAFT, name="b.jpg"), Device.VICTIM))
    assert cleared_at(desk, case, file) is Refusal.NOT_TOLD_APART
    assert file.exists()
    assert cleared_at(desk, case, file, apart=True) is None


def test_a_file_that_was_found_again_on_the_victims_device_is_known_there(
    desk: Casework, case: str, file: Path
) -> None:
    desk.register_evidence(case, replace(DRAFT, name="b.jpg"))
    draft = draft_lying_on(hash_file(file), Device.VICTIM)
    for _time in range(2):
        desk.note_copy(case, "E2", draft.device, draft.lies_at)
    assert cleared_at(desk, case, file, apart=True) is Refusal.SAME_PLACE


@pytest.mark.parametrize("device", [Device.VICTIM, Device.OTHER])
def test_a_withdrawn_copy_opens_no_clearing_of_the_file_at_its_place(
    desk: Casework, case: str, file: Path, device: Device
) -> None:
    draft = draft_lying_on(hash_file(file), device)
    desk.register_evidence(case, replace(DRAFT, name="b.jpg"))
    desk.locate_copy(case, "E2", 1, device)
    desk.note_copy(case, "E2", device, draft.lies_at)
    assert cleared_at(desk, case, file, apart=True) is Refusal.SAME_PLACE
    desk.withdraw_copy(case, "E2", 1, "der er ingen")
    for copy in (0, 1, 5):
        assert cleared_at(desk, case, file, copy=copy, apart=True) in (Refusal.SAME_PLACE, Refusal.WITHDRAWN)
    desk.note_copy(case, "E2", Device.OWN, draft.lies_at)
    assert cleared_at(desk, case, file, apart=True) is Refusal.SAME_PLACE, "nor by being read there as one's own"
    assert file.exists()
    desk.locate_copy(case, "E2", 1, Device.OWN, "det er min egen mappe")
    assert cleared_at(desk, case, file, apart=True) is None, "the control: it is put right, by a person, with a reason"


def test_a_file_that_is_read_again_where_a_withdrawn_copy_lay_counts_again(
    desk: Casework, case: str, file: Path
) -> None:
    on(desk, case, file, Device.OWN)
    desk.locate_copy(case, "E2", 2, Device.OWN)
    desk.withdraw_copy(case, "E2", 1, "der er ingen")
    assert answers_of(desk, case, "E2") == {1: (), 2: ("own",)}
    draft = draft_lying_on(hash_file(file), Device.OWN)
    other = file.with_name("b.jpg")
    other.write_bytes(BODY)
    desk.note_copy(case, "E2", Device.OWN, draft_lying_on(hash_file(other), Device.OWN).lies_at)
    assert answers_of(desk, case, "E2") == {1: (), 2: ("own",)}, "the control: that is another place"
    desk.note_copy(case, "E2", draft.device, draft.lies_at)
    assert answers_of(desk, case, "E2") == {1: ("own",), 2: ("own",)}


def test_where_a_copy_lies_is_kept_by_no_name_and_goes_with_the_case(desk: Casework, case: str, file: Path) -> None:
    on(desk, case, file, Device.VICTIM)
    kept = desk._connection.execute("SELECT space, piece, copy, mark FROM lies_at").fetchall()
    assert [len(mark) for _space, _piece, _copy, mark in kept] == [32, 32]
    said = [str(payload) for (payload,) in desk._connection.execute("SELECT payload FROM entry").fetchall()]
    assert any("b.jpg" in one or "a.jpg" in one for one in said), "the control: what is written is seen here"
    assert not any(str(file.parent) in one or bytes(file.parent).hex() in one for one in said)
    clean(desk._connection, case, [piece(desk, case, "E2").id], whole=False)
    assert desk._connection.execute("SELECT * FROM lies_at").fetchall() == []
