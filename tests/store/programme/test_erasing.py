"""What is erased of a programme is in no byte of the file, and nothing live, held or unread of it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from guidance.mentoring import Part
from store.cases.erasing_errors import NotConfirmed
from store.cases.erasing_model import ErasureOrder, ErasurePlan, What
from store.casework import Casework
from store.doctor import check
from store.programme.desk import ThingUnknown
from store.programme.erasing_errors import ThingErasingRefused
from store.programme.kept_model import ProgrammeRule, Sort, Stands
from store.programme.people import draft_of
from store.programme.people_model import Participant, ParticipantDraft, Reference
from store.programme.session_model import RecordingDraft, SessionDraft
from tests.store.desk import BEGIN, DIGEST, set_up_desk
from tests.store.pages import plain_pages, wal_pages
from tests.store.programme.office import (
    YESTERDAY,
    a_concern,
    a_mentee,
    a_mentor,
    a_pair,
    a_session,
    somebody,
    vetted,
)

PLANTED = "Quintilla Voss"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    """Casework whose vault is looked through at the end."""
    with set_up_desk(tmp_path) as opened:
        yield opened
        report = check(opened._vault)
        assert report.well, report.findings


def is_there(desk: Casework, word: str = PLANTED) -> bool:
    """Whether it is in some byte of the database or of its log, under the key."""
    path = desk._vault.path / "vault.db"
    return word.encode() in plain_pages(path, b"k" * 32) + wal_pages(path, b"k" * 32)


def order(plan: ErasurePlan) -> ErasureOrder:
    return ErasureOrder(confirmation=plan.confirm, ground="Bedt om det")


def erase(desk: Casework, plan: ErasurePlan) -> None:
    assert desk.erase(plan, order(plan)).finished


def a_whole_mentor(desk: Casework) -> tuple[Participant, Participant]:
    """A mentor who is named in every register, and the mentee, both taking part."""
    mentor = vetted(desk, PLANTED)
    desk.change_participant(
        mentor.id, ParticipantDraft(name=PLANTED, parts=(Part.MENTOR,), contact=PLANTED, about=PLANTED)
    )
    desk.accept_mentor(mentor.id, PLANTED)
    desk.record_reference(mentor.id, Reference(name=PLANTED, said=PLANTED))
    mentee = a_mentee(desk)
    pair = desk.begin_mentoring(mentor.id, mentee.id, on=YESTERDAY, goals=PLANTED)
    session = desk.add_session(pair.id, SessionDraft(at=BEGIN, platform=PLANTED, content=PLANTED))
    for person in (mentor.id, mentee.id):
        desk.give_consent(session.id, person, on=YESTERDAY, how=PLANTED)
    [recording] = desk.register_recording(
        session.id, RecordingDraft(digest=DIGEST, place=PLANTED, holder=PLANTED)
    ).recordings
    desk.access_recording(recording.id, "review", PLANTED)
    desk.remove_recording(recording.id, on=YESTERDAY, how=PLANTED)
    desk.hold_check_in(mentor.id, on=YESTERDAY, goes_well=True, guidelines=True, text=PLANTED)
    concern = a_concern(desk, mentor.id)
    desk.note_concern(concern.id, PLANTED)
    desk.close_concern(concern.id, "unfounded", PLANTED)
    desk.save_draft(f"programme/check-in/{mentor.id}", f'{{"text": "{PLANTED}"}}')
    return mentor, mentee


def test_a_mentor_who_left_goes_from_every_register_and_the_mentee_stays(desk: Casework) -> None:
    mentor, mentee = a_whole_mentor(desk)
    desk.end_participant(mentor.id, PLANTED)
    assert is_there(desk)  # The control: it is found as long as it is there.
    plan = desk.plan_erasing_thing(mentor.id[:8])
    assert (plan.what, plan.confirm) == (What.PARTICIPANT, PLANTED)
    with pytest.raises(NotConfirmed):
        desk.erase(plan, ErasureOrder(confirmation="Quintilla", ground="x"))
    erase(desk, plan)
    assert not is_there(desk)
    programme = desk.programme()
    assert [one.id for one in programme.participants] == [mentee.id]
    assert (programme.mentorings, programme.sessions, programme.concerns, desk.drafts()) == ((), (), (), {})
    [gone, concern] = sorted(desk.erased_things(), key=lambda one: len(one.sorts), reverse=True)
    assert (set(gone.sorts), gone.ground) == ({Sort.MENTOR, Sort.PAIR}, "Bedt om det")
    assert concern.sorts == (Sort.CONCERN,)
    assert {(one.sort, one.count) for one in desk.erased_thing_counts()} == {
        (Sort.MENTOR, None),
        (Sort.PAIR, None),
        (Sort.CONCERN, None),
    }


def test_counts_stay_and_small_ones_are_not_told(desk: Casework) -> None:
    for number in range(5):
        assert all(one.count is None for one in desk.erased_thing_counts())
        person = somebody(desk, f"Ansøger {number}")
        desk.end_participant(person.id, "Ikke egnet")
        erase(desk, desk.plan_erasing_thing(person.id))
    assert [(one.sort, one.count) for one in desk.erased_thing_counts()] == [(Sort.APPLICANT, 5)]


def test_a_rejected_applicant_goes_and_one_who_waits_does_not(desk: Casework) -> None:
    applicant = vetted(desk, PLANTED)
    with pytest.raises(ThingErasingRefused) as refused:
        desk.plan_erasing_thing(applicant.id)
    assert refused.value.against == (Stands.TAKES_PART,)
    desk.end_participant(applicant.id, "Ikke egnet")
    [kept] = desk.programme_kept()
    assert (kept.sort, kept.name, kept.against) == (Sort.APPLICANT, PLANTED, ())
    erase(desk, desk.plan_erasing_thing(applicant.id))
    assert not is_there(desk)


def test_nothing_live_or_held_goes(desk: Casework) -> None:
    session = a_session(desk, consents=True)
    pair = desk.programme().mentorings[0]
    [recording] = desk.register_recording(session.id, RecordingDraft(digest=DIGEST, place="a", holder="b")).recordings
    concern = a_concern(desk, pair.mentor)

    def against(thing: str) -> tuple[Stands, ...]:
        with pytest.raises(ThingErasingRefused) as refused:
            desk.plan_erasing_thing(thing)
        return refused.value.against

    assert against(pair.id) == (Stands.UNDER_WAY, Stands.CONCERN_OPEN, Stands.RECORDING_THERE)
    assert against(pair.mentor) == (Stands.TAKES_PART, Stands.UNDER_WAY, Stands.CONCERN_OPEN, Stands.RECORDING_THERE)
    assert against(concern.id) == (Stands.CONCERN_OPEN,)
    desk.end_participant(pair.mentor, "Flyttet")
    assert against(pair.id) == (Stands.CONCERN_OPEN, Stands.RECORDING_THERE)
    desk.remove_recording(recording.id, on=YESTERDAY, how="Slettet")
    desk.close_concern(concern.id, "founded", "Talt med begge")
    desk.hold_thing(concern.id, "Retssag")
    assert against(pair.mentor) == against(concern.id) == (Stands.HELD,)
    desk.end_thing_hold(concern.id, "Afgjort")
    plan = desk.plan_erasing_thing(pair.mentor)
    # What came between the plan and the word that confirms it stops it.
    desk.hold_thing(pair.id, "Alligevel ikke")
    with pytest.raises(ThingErasingRefused):
        desk.erase(plan, order(plan))
    assert len(desk.programme().participants) == 2
    assert not desk.erased_things()


def test_a_mentoring_that_has_ended_goes_and_both_people_stay(desk: Casework) -> None:
    session = a_session(desk, content=PLANTED)
    desk.end_mentoring(session.mentoring, PLANTED)
    plan = desk.plan_erasing_thing(session.mentoring)
    assert (plan.what, plan.confirm) == (What.PAIR, "Bo Eva")
    erase(desk, plan)
    assert not is_there(desk)
    programme = desk.programme()
    assert len(programme.participants) == 2
    assert (programme.mentorings, programme.sessions) == ((), ())


def test_one_entry_goes_when_it_was_replaced_or_its_person_is_over(desk: Casework) -> None:
    mentor = a_mentor(desk)
    desk.change_participant(mentor.id, ParticipantDraft(name="Bo", parts=(Part.MENTOR,), about=PLANTED))
    found = [line for line in desk.thing_history(mentor.id) if PLANTED in line.words]
    with pytest.raises(ThingUnknown):  # It is what stands: somebody goes whole, or is recorded anew first.
        desk.plan_erasing_register_entry(found[0].entry)
    again = draft_of(desk.participant(mentor.id))
    desk.change_participant(mentor.id, ParticipantDraft(name="Bo", parts=again.parts, about="Rettet"))
    plan = desk.plan_erasing_register_entry(found[0].entry[:8])
    assert (plan.what, plan.confirm, plan.stands_again) == (What.ENTRY, "Bo", ())
    erase(desk, plan)
    assert not is_there(desk)
    assert desk.participant(mentor.id).about == "Rettet"
    [interview] = [line for line in desk.thing_history(mentor.id) if "Kender den." in line.words]
    with pytest.raises(ThingErasingRefused) as refused:
        desk.plan_erasing_register_entry(interview.entry)
    assert refused.value.against == (Stands.TAKES_PART,)
    desk.end_participant(mentor.id, "Flyttet")
    erase(desk, desk.plan_erasing_register_entry(interview.entry))
    assert desk.participant(mentor.id).interview is None


def test_the_first_entry_of_somebody_can_go_when_it_was_replaced(desk: Casework) -> None:
    mentee = desk.add_participant(ParticipantDraft(name="Eva", parts=(Part.MENTEE,), about=PLANTED))
    other = somebody(desk, "Kim", Part.MENTEE)
    desk.change_participant(mentee.id, ParticipantDraft(name="Eva", parts=(Part.MENTEE,)))
    [first] = [line for line in desk.thing_history(mentee.id) if PLANTED in line.words]
    erase(desk, desk.plan_erasing_register_entry(first.entry))
    assert not is_there(desk)
    assert {one.id for one in desk.participants()} == {mentee.id, other.id}


def test_what_was_shared_goes_while_the_mentoring_goes_on(desk: Casework) -> None:
    session = a_session(desk, content=PLANTED)
    [shared] = [line for line in desk.thing_history(session.mentoring) if PLANTED in line.words]
    desk.hold_thing(session.mentee, "Retssag")
    with pytest.raises(ThingErasingRefused) as refused:
        desk.plan_erasing_register_entry(shared.entry)
    assert refused.value.against == (Stands.HELD,)
    desk.end_thing_hold(session.mentee, "Afgjort")
    erase(desk, desk.plan_erasing_register_entry(shared.entry))
    assert not is_there(desk)
    assert desk.session_content(session.id) == ()
    assert desk.programme().mentorings[0].ended_on is None


def test_days_to_look_are_by_sort_and_shown_on_the_day(desk: Casework) -> None:
    pair = a_pair(desk)
    assert desk.proposed_for(pair.mentor) is None
    desk.set_programme_rule(ProgrammeRule(months={Sort.MENTEE: 60, Sort.PAIR: 0}))
    assert desk.programme_rule().months == {"mentee": 60}
    today = desk._today()
    desk.end_mentoring(pair.id, "Færdig", look_at=today)
    desk.end_participant(pair.mentee, "Flyttet")
    desk.end_participant(pair.mentor, "Flyttet")
    looks = {one.sort: (one.look_at, one.due) for one in desk.programme_kept()}
    assert looks == {
        Sort.PAIR: (today, True),
        Sort.MENTEE: (date(today.year + 5, today.month, today.day), False),
        Sort.MENTOR: (None, False),
    }
    assert [(duty.about, duty.due_on) for duty in desk.programme_duties()] == [(pair.id, today)]
    desk.look_at_thing(pair.id, None, "Ikke endnu")
    assert not desk.programme_duties()
    with pytest.raises(ValueError):
        desk.set_programme_rule(ProgrammeRule(months={"ven": 1}))


def test_a_colleague_who_was_a_mentor_reads_no_concern_about_themselves_after_they_were_erased(
    desk: Casework,
) -> None:
    mentor = a_mentor(desk)
    concern = a_concern(desk, mentor.id)
    desk.close_concern(concern.id, "founded", "Talt")
    # Only then is it known that the mentor is this vault's counsellor: they may not read it, and do not learn of it.
    desk.change_participant(
        mentor.id, ParticipantDraft(name="Bo", parts=(Part.MENTOR,), author=desk.office().author_id)
    )
    desk.end_participant(mentor.id, "Flyttet")
    assert desk.programme().concerns == ()
    erase(desk, desk.plan_erasing_thing(mentor.id))
    assert desk.programme().concerns == ()
    with pytest.raises(ThingUnknown):
        desk.concern(concern.id)
