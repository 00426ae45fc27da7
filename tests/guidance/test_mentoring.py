"""The rules of a mentorship programme, each refused and allowed, and what acceptance is equivalent to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.language import LANGUAGES, speaking
from guidance.mentoring import (
    AcceptanceRefused,
    AccessRefused,
    DisclosureRefused,
    Ground,
    Missing,
    Part,
    RecordingRefused,
    SessionRefused,
    Status,
    Verified,
    Vetting,
    check_acceptance,
    check_access,
    check_disclosure,
    check_recording,
    check_session,
    is_approved,
    missing,
    missing_words,
    next_check_in,
    record_missing,
    review_due,
)

TODAY = date(2026, 11, 21)
WHOLE = Vetting(
    confirmed=frozenset(Verified), references=(True,), interviewed=True, motivation=True, role=True, safety=True
)
VETTINGS = st.builds(
    Vetting,
    confirmed=st.frozensets(st.sampled_from(Verified)),
    references=st.lists(st.booleans(), max_size=4).map(tuple),
    interviewed=st.booleans(),
    motivation=st.booleans(),
    role=st.booleans(),
    safety=st.booleans(),
    record_renew_on=st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)),
)


@given(VETTINGS, st.booleans())
def test_a_mentor_is_accepted_exactly_when_nothing_is_missing(vetting: Vetting, criminal_record: bool) -> None:
    whole = (
        vetting.confirmed == frozenset(Verified)
        and len(vetting.references) > 0
        and False not in vetting.references
        and vetting.interviewed
        and vetting.motivation
        and vetting.role
        and vetting.safety
        and (not criminal_record or (vetting.record_renew_on is not None and vetting.record_renew_on > TODAY))
    )
    lacking = missing(vetting, criminal_record=criminal_record, today=TODAY)
    assert whole is (lacking == ())
    try:
        check_acceptance(vetting, criminal_record=criminal_record, today=TODAY)
        accepted = True
    except AcceptanceRefused as refused:
        accepted = False
        assert refused.missing == lacking
        for what in lacking:
            assert missing_words(what) in refused.diagnostics().happened
    assert accepted is whole


@given(VETTINGS)
def test_switched_off_the_record_check_asks_for_nothing(vetting: Vetting) -> None:
    lacking = missing(vetting, criminal_record=False, today=TODAY)
    assert not {Missing.CRIMINAL_RECORD, Missing.CRIMINAL_RECORD_RENEWAL} & set(lacking)


@pytest.mark.parametrize("what", Missing)
def test_everything_that_can_be_missing_has_words_in_both_languages(what: Missing) -> None:
    said = set()
    for language in LANGUAGES:
        with speaking(language):
            said.add(missing_words(what))
    assert len(said) == 2


def test_a_record_holds_until_the_day_of_its_renewal() -> None:
    assert record_missing(None, asked=True, today=TODAY) == (Missing.CRIMINAL_RECORD,)
    assert record_missing(TODAY, asked=True, today=TODAY) == (Missing.CRIMINAL_RECORD_RENEWAL,)
    assert record_missing(TODAY + timedelta(days=1), asked=True, today=TODAY) == ()


@given(st.sampled_from(Status), st.sampled_from(Status), st.booleans())
def test_sessions_are_for_two_who_take_part_and_a_mentor_who_is_accepted(
    mentor: Status, mentee: Status, accepted: bool
) -> None:
    try:
        check_session(mentor, mentee, accepted=accepted)
        allowed = True
    except SessionRefused as refused:
        allowed = False
        assert refused.diagnostics().happened
    assert allowed is (accepted and mentor is mentee is Status.ACTIVE)


@given(st.frozensets(st.sampled_from(Part)))
def test_a_recording_takes_the_consent_of_both(consented: frozenset[Part]) -> None:
    if consented == frozenset(Part):
        check_recording(consented)
        check_access(consented, Ground.REVIEW, "En klage.")
        return
    with pytest.raises(RecordingRefused) as refused:
        check_recording(consented)
    assert set(refused.value.lacking) == set(Part) - consented
    with pytest.raises(RecordingRefused):
        check_access(consented, Ground.REVIEW, "En klage.")


@pytest.mark.parametrize(("ground", "reason"), [("review", ""), ("review", " \n"), ("fun", "Fordi."), ("", "Fordi.")])
def test_a_recording_is_looked_at_for_a_reason_only(ground: str, reason: str) -> None:
    with pytest.raises(AccessRefused):
        check_access(frozenset(Part), ground, reason)
    check_access(frozenset(Part), "dispute", "De er uenige.")


def test_what_is_shared_leaves_with_a_reason_only() -> None:
    check_disclosure((), "")
    check_disclosure(("a",), "Retten beder om det.")
    with pytest.raises(DisclosureRefused):
        check_disclosure(("a",), " ")


def test_a_platform_is_approved_however_it_is_written() -> None:
    assert is_approved(" mødestedet", ("Andet", "Mødestedet"))
    assert not is_approved("Mødestedet 2", ("Mødestedet",))
    assert not is_approved("Mødestedet", ())


@pytest.mark.parametrize(
    ("since", "last", "every", "due"),
    [
        (date(2026, 1, 31), None, "P1M", date(2026, 2, 28)),
        (date(2026, 1, 31), date(2026, 3, 31), "P1M", date(2026, 4, 30)),
        (date(2024, 1, 29), None, "P1M", date(2024, 2, 29)),
        (date(2026, 3, 27), None, "P2W", date(2026, 4, 10)),
        (date(2026, 6, 1), date(2026, 3, 1), "P1M", date(2026, 7, 1)),
    ],
)
def test_check_ins_come_back(since: date, last: date | None, every: str, due: date) -> None:
    assert next_check_in(since, last, every) == due


def test_the_policy_is_due_on_the_day_of_its_review() -> None:
    assert review_due(TODAY, TODAY)
    assert not review_due(TODAY + timedelta(days=1), TODAY)
