"""Concerns: the kinds of the sources, when they are due, and who may never know of one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance import concerns
from guidance.concerns import AboutOneself, check_taken_in, due_on, kind, kinds, may_read

CAME_IN = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
PEOPLE = st.frozensets(st.sampled_from("abcd"))


def test_every_kind_of_the_sources_is_there_once_and_in_both_languages() -> None:
    ids = [one.id for one in kinds()]
    assert len(ids) == len(set(ids))
    assert set(ids) == {*concerns.REPORT_KINDS, *concerns.BEHAVIOUR_KINDS, *concerns.WARNING_KINDS, "other"}
    assert all(one.label.da and one.label.da != one.label.en for one in kinds() if one.id != "spam")
    assert kind("gossip") is None


def test_pressing_for_a_private_place_or_for_drugs_ends_the_mentoring_and_nothing_else_does() -> None:
    assert {one.id for one in kinds() if one.ends} == {"private-meeting", "drugs-alcohol"}
    assert all(one.at_once for one in kinds() if one.ends)


@pytest.mark.parametrize(
    ("id", "within", "zone", "day"),
    [
        ("spam", "P1D", UTC, date(2026, 11, 22)),
        ("spam", "P1D", ZoneInfo("Europe/Copenhagen"), date(2026, 11, 23)),
        ("threats", "P14D", UTC, date(2026, 11, 21)),
        ("other", "PT24H", UTC, date(2026, 11, 22)),
    ],
)
def test_a_concern_is_due_from_the_moment_it_came_in(id: str, within: str, zone: ZoneInfo, day: date) -> None:
    assert due_on(id, CAME_IN, within, zone) == day


@given(st.sampled_from("abcd"), PEOPLE, PEOPLE)
def test_only_readers_know_and_never_whom_it_is_about(
    viewer: str, about: frozenset[str], readers: frozenset[str]
) -> None:
    assert may_read(viewer, about, readers) is (viewer in readers - about)


@given(st.sampled_from("abcd"), PEOPLE, PEOPLE)
def test_nobody_takes_in_or_reads_one_about_themselves(
    viewer: str, about: frozenset[str], readers: frozenset[str]
) -> None:
    if viewer in about or about & readers:
        with pytest.raises(AboutOneself):
            check_taken_in(viewer, about, readers)
    else:
        check_taken_in(viewer, about, readers)
