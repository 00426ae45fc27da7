"""Dated law: the version in force on the day of the event, what an office puts in its place, and how long is left."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.engine import evaluate
from guidance.faults import PlaybookError, problem_words
from guidance.law import FILE, Law, law_of, load_law, shipped_law, with_own
from guidance.loader import for_kind, shipped
from guidance.model import FactValue, State
from tests.guidance.cases import OPENED, TODAY, facts

GOOD = """\
schema = 1
[[rules]]
id = "report"
event = "incident.on"
within = "P14D"
in_force_from = 2022-07-01
check_locally = true
source = "En bekendtgørelse"
checked = 2026-11-21
title = { da = "Anmeldelse", en = "Report" }
trigger = { da = "dagen", en = "the day" }
threshold = { da = "altid", en = "always" }
"""
OLDER = GOOD[GOOD.index("[[rules]]") :].replace('"P14D"', '"P9D"').replace("in_force_from = 2022-07-01", "%s")


def _law(older: str = "in_force_to = 2022-06-30") -> Law:
    return load_law((GOOD + OLDER % older).encode(), "law.toml")


def _duty(values: dict[str, FactValue], *, today: date = TODAY, law: Law | None = None) -> tuple[date | None, str]:
    view = evaluate(for_kind("workplace"), facts(values, kind="workplace"), today, law).step("report-authority")
    return view.due_on, " ".join(warning.en for warning in view.warnings)


# ---- which version


@pytest.mark.parametrize(
    ("day", "days"),
    [(date(2022, 6, 30), 9), (date(2022, 7, 1), 14), (date(1999, 1, 1), 9), (date(2030, 1, 1), 14)],
)
def test_the_version_in_force_on_the_day_of_the_event_counts(day: date, days: int) -> None:
    rule = _law().in_force("report", day)
    assert rule is not None
    assert rule.within.days == days


def test_between_two_versions_none_is_in_force() -> None:
    gap = _law("in_force_to = 2022-06-01")
    assert gap.in_force("report", date(2022, 6, 15)) is None
    assert gap.in_force("nothing-of-the-kind", TODAY) is None


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_of_what_ships_at_most_one_version_is_in_force_on_any_day(day: date) -> None:
    for id in {rule.id for rule in shipped_law().rules}:
        found = [rule for rule in shipped_law().versions(id) if rule.covers(day)]
        assert len(found) <= 1
        assert shipped_law().in_force(id, day) == (found[0] if found else None)


def test_every_rule_that_a_playbook_names_ships_and_counts_from_a_date_of_that_playbook() -> None:
    named = 0
    for book in shipped():
        for step in book.steps:
            for id in step.due_law:
                rule = shipped_law().in_force(id, TODAY)
                assert rule is not None
                fact = book.fact(rule.event)
                assert fact is not None
                assert fact.type.value == "date"
                named += 1
    assert named == 2


def test_what_ships_is_never_certain_and_says_when_it_was_checked() -> None:
    for rule in shipped_law().rules:
        assert rule.check_locally
        assert rule.source
        assert rule.checked <= date(2026, 11, 21)
    with pytest.raises(PlaybookError) as caught:
        load_law(FILE.read_bytes().replace(b"check_locally = true", b"check_locally = false", 1), "law.toml")
    assert caught.value.problem == "not-certain"


# ---- in a case


def test_until_something_is_recorded_it_is_counted_from_the_opening_and_said_to_be() -> None:
    due, words = _duty({})
    assert due == OPENED.date() + timedelta(days=14)
    assert "13 days left. Counted from 2026-11-20, when the case was opened, until it is recorded" in words


def test_the_first_day_of_absence_goes_before_the_day_it_happened() -> None:
    happened: dict[str, FactValue] = {"incident.on": date(2026, 11, 10)}
    assert _duty(happened)[0] == date(2026, 11, 24)
    absent: dict[str, FactValue] = {**happened, "absence.is": True, "absence.first-day": date(2026, 11, 20)}
    due, words = _duty(absent)
    assert due == date(2026, 12, 4)
    assert "Counted from 2026-11-20" in words
    assert "Check locally" in words


def test_an_event_under_the_older_rule_has_the_older_time() -> None:
    old: dict[str, FactValue] = {"absence.is": True, "absence.first-day": date(2022, 6, 30)}
    assert _duty(old)[0] == date(2022, 7, 9)
    new: dict[str, FactValue] = {"absence.is": True, "absence.first-day": date(2022, 7, 1)}
    assert _duty(new)[0] == date(2022, 7, 15)


@pytest.mark.parametrize("absent", [{}, {"absence.is": False}])
def test_an_event_before_any_rule_has_no_day_and_is_said_to_be_without_one(absent: dict[str, FactValue]) -> None:
    happened: dict[str, FactValue] = {"incident.on": date(2022, 6, 30), **absent}
    due, words = _duty(happened)
    assert due is None
    assert "No rule is known that was in force on 2022-06-30 (the day it happened): check locally" in words
    assert "first day of absence" not in words
    assert "days left" not in words
    # A day later there is a rule; and what an older rule of absence says counts where the absence is recorded.
    assert _duty({"incident.on": date(2022, 7, 1)})[0] == date(2022, 7, 15)
    old: dict[str, FactValue] = {**happened, "absence.is": True, "absence.first-day": date(2022, 6, 30)}
    assert _duty(old)[0] == date(2022, 7, 9)


def test_where_no_rule_was_in_force_at_the_opening_nothing_is_made_up() -> None:
    rules = (replace(rule, in_force_to=date(2022, 12, 31)) for rule in shipped_law().rules if not rule.in_force_to)
    due, words = _duty({}, law=Law(rules=tuple(rules)))
    assert due is None
    assert "No rule is known that was in force on 2026-11-20, when the case was opened: check locally" in words


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 12, 3), "1 day left."),
        (date(2026, 12, 4), "The last day is today."),
        (date(2026, 12, 5), "The time ran out 1 day ago."),
    ],
)
def test_how_long_is_left_is_said(today: date, words: str) -> None:
    case: dict[str, FactValue] = {"absence.is": True, "absence.first-day": date(2026, 11, 20)}
    assert _duty(case, today=today)[1].split(" Counted")[0].endswith(words)


def test_a_report_that_is_made_or_judged_not_due_ends_the_duty() -> None:
    made: dict[str, FactValue] = {"authority.status": "reported", "authority.by": "x", "authority.on": TODAY}
    case = evaluate(for_kind("workplace"), facts(made, kind="workplace"), TODAY)
    assert case.step("report-authority").state is State.DONE
    half: dict[str, FactValue] = {**made, "authority.status": "not-required"}
    assert evaluate(for_kind("workplace"), facts(half, kind="workplace"), TODAY).step("report-authority").blocks_closing


# ---- an office's own


def _own(changes: str = 'reason = "Aftalt med tillidsmanden"') -> bytes:
    return f"{GOOD}{changes}\n".replace('"report"', '"report-without-absence"').replace('"P14D"', '"P5D"').encode()


def test_an_offices_rule_takes_the_place_of_the_shipped_one_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "law.toml").write_bytes(_own())
    law, fault = law_of(tmp_path)
    assert fault is None
    due, words = _duty({"incident.on": date(2026, 11, 10)}, law=law)
    assert due == date(2026, 11, 15)
    assert "The office's own rule: Aftalt med tillidsmanden" in words
    assert law.versions("report-after-absence") == shipped_law().versions("report-after-absence")


def test_an_office_may_say_that_it_has_checked(tmp_path: Path) -> None:
    law = with_own(load_law(_own().replace(b"check_locally = true\n", b""), "law.toml", own=True).rules)
    assert "Check locally" not in _duty({"incident.on": date(2026, 11, 10)}, law=law)[1]


@pytest.mark.parametrize("content", [b"schema = 1\n[[rules]]\nid = 1\n", b"\xff", _own(""), b"a = " + b"[" * 9000])
def test_a_bad_file_of_an_office_is_named_and_what_ships_still_counts(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "law.toml").write_bytes(content)
    law, fault = law_of(tmp_path)
    assert law == shipped_law()
    assert fault is not None
    assert fault.name == "law.toml"
    assert law_of(tmp_path / "elsewhere") == (shipped_law(), None)


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ("schema = 1", "schema = 2", "schema", "wrong-schema"),
        ('"P14D"', '"14 days"', "rules[0].within", "bad-duration"),
        ("2022-07-01", '"i juli"', "rules[0].in_force_from", "wrong-type"),
        ("check_locally", "chek_locally", "rules[0].check_locally", "not-certain"),
        ("source", "sourse", "rules[0].source", "missing"),
        ('en = "always"', 'sv = "alltid"', "rules[0].threshold.en", "missing"),
        ("checked", "in_force_to = 2022-06-01\nchecked", "rules[0].in_force_to", "ends-before"),
    ],
)
def test_a_slip_is_refused_with_its_place(old: str, new: str, place: str, problem: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        load_law(GOOD.replace(old, new, 1).encode(), "law.toml")
    assert (caught.value.place, caught.value.problem) == (place, problem)
    assert re.fullmatch(r"law\.toml: \S+: .+", str(caught.value))


def test_two_versions_in_force_at_once_or_of_different_events_are_refused() -> None:
    with pytest.raises(PlaybookError) as caught:
        _law("in_force_to = 2022-07-01")
    assert caught.value.problem == "both-in-force"
    with pytest.raises(PlaybookError) as caught:
        load_law((GOOD + (OLDER % "in_force_to = 2022-06-30").replace("incident.on", "other.on")).encode(), "x")
    assert caught.value.problem == "other-event"
    assert problem_words("both-in-force")
