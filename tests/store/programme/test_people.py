"""Register, vetting, acceptance, suspension and end, check-ins: refused and allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.mentoring import AcceptanceRefused, Missing, Part, SessionRefused, Status, Verified
from store import doctor
from store.cases.errors import ReasonNeeded, TextMissing
from store.casework import Casework
from store.programme.desk import ThingUnknown
from store.programme.errors import DayNotValid, ParticipantUnfit
from store.programme.model import DutyKind, Settings
from store.programme.people import draft_of
from store.programme.people_model import CriminalRecord, ParticipantDraft, Reference
from store.programme.session_model import SessionDraft
from tests.store.desk import BEGIN, open_desk
from tests.store.programme.office import (
    CONTACTED,
    INTERVIEW,
    REASON,
    TODAY,
    YESTERDAY,
    a_mentee,
    a_mentor,
    a_pair,
    somebody,
    verified,
    vetted,
)

WHOLE = (Missing.EDUCATION, Missing.WORK_HISTORY, Missing.REFERENCE, Missing.INTERVIEW)


def test_nothing_is_written_by_looking(desk: Casework) -> None:
    found = desk.programme()
    assert (found.opened, found.participants, found.duties) == (False, (), ())


def test_somebody_can_be_mentor_and_mentee_and_what_is_known_changes(desk: Casework) -> None:
    both = somebody(desk, "Kim", Part.MENTEE, Part.MENTOR)
    assert both.parts == (Part.MENTOR, Part.MENTEE)
    changed = desk.change_participant(both.id[:8], ParticipantDraft(name="Kim B.", parts=(Part.MENTEE,), contact="1"))
    assert (changed.id, changed.name, changed.missing) == (both.id, "Kim B.", ())
    assert desk.programme().name == "Nørreskolen"
    assert draft_of(changed).contact == "1"


@pytest.mark.parametrize(
    "draft", [ParticipantDraft(name=" ", parts=(Part.MENTOR,)), ParticipantDraft(name="A", parts=())]
)
def test_a_participant_has_a_name_and_a_part(desk: Casework, draft: ParticipantDraft) -> None:
    with pytest.raises(TextMissing):
        desk.add_participant(draft)
    assert not desk.programme().opened


def test_accepting_is_refused_naming_all_that_is_missing_and_nothing_is_written(desk: Casework) -> None:
    mentor = somebody(desk, "Bo")
    with pytest.raises(AcceptanceRefused) as refused:
        desk.accept_mentor(mentor.id, REASON)
    assert refused.value.missing == mentor.missing == WHOLE
    assert refused.value.rule == "vetting-before-acceptance"
    assert not desk.participant(mentor.id).changes


def test_each_part_of_the_vetting_takes_its_own_away(desk: Casework) -> None:
    id = somebody(desk, "Bo").id
    assert desk.verify_background(id, verified(Verified.EDUCATION)).missing == WHOLE[1:]
    assert desk.verify_background(id, verified(Verified.WORK_HISTORY, confirmed=False)).missing == WHOLE[1:]
    assert desk.verify_background(id, verified(Verified.WORK_HISTORY)).missing == WHOLE[2:]
    named = desk.record_reference(id, Reference(name="En tidligere leder"))
    assert named.missing == (Missing.REFERENCE_CONTACT, Missing.INTERVIEW)
    contacted = replace(CONTACTED, id=named.references[0].id)
    assert desk.record_reference(id, contacted).missing == (Missing.INTERVIEW,)
    partly = replace(INTERVIEW, commits=False, role="")
    assert desk.record_interview(id, partly).missing == (Missing.ROLE, Missing.SAFETY)
    assert desk.record_interview(id, INTERVIEW).missing == ()
    accepted = desk.accept_mentor(id, REASON)
    assert accepted.accepted
    assert [(change.state, change.by, change.reason) for change in accepted.changes] == [
        ("accepted", "Åse Rådgiver", REASON)
    ]


def test_every_reference_is_contacted_and_it_is_said_by_whom(desk: Casework) -> None:
    id = vetted(desk).id
    desk.record_reference(id, Reference(name="En til"))
    with pytest.raises(AcceptanceRefused) as refused:
        desk.accept_mentor(id, REASON)
    assert refused.value.missing == (Missing.REFERENCE_CONTACT,)
    with pytest.raises(TextMissing):
        desk.record_reference(id, Reference(name="En til", contacted_on=YESTERDAY))


def test_accepting_needs_a_reason_and_happens_once(desk: Casework) -> None:
    id = vetted(desk).id
    with pytest.raises(ReasonNeeded):
        desk.accept_mentor(id, "  ")
    desk.accept_mentor(id, REASON)
    with pytest.raises(ParticipantUnfit, match=r"allerede|already"):
        desk.accept_mentor(id, REASON)


def test_the_criminal_record_check_is_off_until_it_is_switched_on(desk: Casework) -> None:
    assert desk.programme().settings.criminal_record is False
    first = desk.accept_mentor(vetted(desk).id, REASON)
    desk.change_programme(Settings(criminal_record=True), "Bestyrelsen har bedt om det.")
    id = vetted(desk, "Dan").id
    with pytest.raises(AcceptanceRefused) as refused:
        desk.accept_mentor(id, REASON)
    assert refused.value.missing == (Missing.CRIMINAL_RECORD,)
    seen = CriminalRecord(issued_on=YESTERDAY, renew_on=TODAY + timedelta(days=365), seen_by="Åse")
    desk.record_criminal_record(id, seen)
    assert desk.accept_mentor(id, REASON).accepted
    # Whoever was accepted before has it to do now, and whoever has one sees when it is due again.
    due = {duty.about: duty.due_on for duty in desk.programme_duties() if duty.kind is DutyKind.CRIMINAL_RECORD}
    assert due == {first.id: TODAY, id: seen.renew_on}
    assert desk.participant(first.id).missing == (Missing.CRIMINAL_RECORD,)


def test_a_record_that_has_run_out_counts_as_missing(desk: Casework) -> None:
    desk.change_programme(Settings(criminal_record=True), REASON)
    id = vetted(desk).id
    long_ago = YESTERDAY - timedelta(days=400)
    desk.record_criminal_record(id, CriminalRecord(issued_on=long_ago, renew_on=TODAY, seen_by="Åse"))
    with pytest.raises(AcceptanceRefused) as refused:
        desk.accept_mentor(id, REASON)
    assert refused.value.missing == (Missing.CRIMINAL_RECORD_RENEWAL,)


@pytest.mark.parametrize(("issued", "renew"), [(1, 90), (-9, -9)])
def test_days_of_a_record_make_sense(desk: Casework, issued: int, renew: int) -> None:
    id = vetted(desk).id
    record = CriminalRecord(
        issued_on=TODAY + timedelta(days=issued), renew_on=TODAY + timedelta(days=renew), seen_by="Åse"
    )
    with pytest.raises(DayNotValid):
        desk.record_criminal_record(id, record)


@pytest.mark.parametrize("every", ["P0D", "soon", ""])
def test_lengths_of_time_make_sense(desk: Casework, every: str) -> None:
    with pytest.raises(DayNotValid):
        desk.change_programme(Settings(check_in_every=every), REASON)


def test_what_no_longer_holds_is_named_for_one_who_is_accepted_too(desk: Casework) -> None:
    mentor = a_mentor(desk)
    assert mentor.missing == ()
    changed = desk.verify_background(mentor.id, verified(Verified.EDUCATION, confirmed=False))
    assert (changed.accepted, changed.missing) == (True, (Missing.EDUCATION,))


def test_a_suspended_mentor_is_given_no_sessions_until_it_is_lifted(desk: Casework) -> None:
    pair = a_pair(desk)
    draft = SessionDraft(at=BEGIN, platform="Mødestedet")
    suspended = desk.suspend_participant(pair.mentor, "En klage bliver undersøgt.")
    assert suspended.status is Status.SUSPENDED
    with pytest.raises(SessionRefused) as refused:
        desk.add_session(pair.id, draft)
    assert refused.value.rule == "suspended"
    with pytest.raises(SessionRefused):
        desk.begin_mentoring(pair.mentor, a_mentee(desk, "Ida").id, on=TODAY)
    with pytest.raises(ParticipantUnfit):
        desk.suspend_participant(pair.mentor, "Igen.")
    desk.resume_participant(pair.mentor, "Undersøgt: intet at komme efter.")
    assert desk.add_session(pair.id, draft).mentoring == pair.id
    changes = desk.participant(pair.mentor).changes
    assert [change.state for change in changes] == ["accepted", "suspended", "resumed"]
    assert all(change.by == "Åse Rådgiver" and change.at >= BEGIN and change.reason for change in changes)


def test_a_suspended_mentee_is_given_none_either(desk: Casework) -> None:
    pair = a_pair(desk)
    desk.suspend_participant(pair.mentee, REASON)
    with pytest.raises(SessionRefused) as refused:
        desk.add_session(pair.id, SessionDraft(at=BEGIN, platform="Mødestedet"))
    assert refused.value.part is Part.MENTEE


def test_ending_is_at_once_and_ends_the_mentorings(desk: Casework) -> None:
    pair = a_pair(desk)
    ended = desk.end_participant(pair.mentor, "Brud på politikken.")
    assert (ended.status, ended.accepted, ended.next_check_in) == (Status.ENDED, False, None)
    [left] = desk.programme().mentorings
    assert (left.ended_on, left.early) == (TODAY, True)
    for again in (desk.end_participant, desk.suspend_participant, desk.accept_mentor, desk.resume_participant):
        with pytest.raises(ParticipantUnfit):
            again(pair.mentor, REASON)


def test_a_mentee_is_never_accepted_as_a_mentor(desk: Casework) -> None:
    with pytest.raises(ParticipantUnfit):
        desk.accept_mentor(a_mentee(desk).id, REASON)


def test_check_ins_come_back_for_both_and_are_overdue_when_they_are(desk: Casework) -> None:
    pair = a_pair(desk, on=TODAY - timedelta(days=40))
    due = [duty for duty in desk.programme_duties() if duty.kind is DutyKind.CHECK_IN]
    assert {duty.about for duty in due} == {pair.mentor, pair.mentee}
    assert all(duty.overdue for duty in due)
    held = desk.hold_check_in(pair.mentee, on=TODAY, goes_well=True, guidelines=True, text="")
    assert held.next_check_in is not None
    assert held.next_check_in > TODAY
    late = [duty.about for duty in desk.programme_duties() if duty.overdue]
    assert late == [pair.mentor]
    with pytest.raises(TextMissing):
        desk.hold_check_in(pair.mentor, on=TODAY, goes_well=True, guidelines=False, text=" ")
    with pytest.raises(DayNotValid):
        desk.hold_check_in(pair.mentor, on=TODAY + timedelta(days=1), goes_well=True, guidelines=True, text="")


def test_who_has_no_mentoring_has_no_check_in(desk: Casework) -> None:
    assert a_mentor(desk).next_check_in is None
    assert desk.programme_duties() == ()


def test_an_unknown_participant_is_said_to_be_so(desk: Casework) -> None:
    mentor = somebody(desk, "Bo")
    for wanted in ("ffff", mentor.id[:3], ""):
        with pytest.raises(ThingUnknown):
            desk.participant(wanted)
    with pytest.raises(ThingUnknown):
        somebody(desk, "Kim", author="Ukendt")


def test_it_stands_after_closing_and_the_doctor_finds_nothing(tmp_path: Path, desk: Casework) -> None:
    pair = a_pair(desk)
    desk.suspend_participant(pair.mentor, REASON)
    before = desk.programme()
    desk.close()
    with open_desk(tmp_path) as again:
        assert again.programme() == before
        report = doctor.check(again._vault)
        assert report.findings == ()
        assert doctor.repair_projections(again._vault).findings == ()
        assert again.programme() == before
