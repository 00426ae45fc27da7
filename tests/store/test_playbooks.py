"""Playbooks of a case: pinned by their bytes, moved only by a person with a reason; the office's own files and law."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from guidance.faults import PlaybookError
from guidance.loader import shipped_one
from guidance.mentoring import AcceptanceRefused, RecordingRefused
from guidance.model import FactValue
from store.cases.errors import ReasonNeeded
from store.cases.playbooks import PlaybookInUse, PlaybookUnknown
from store.casework import Casework
from store.doctor import check
from store.model import Intake
from store.programme.session_model import RecordingDraft
from store.zone import local_zone
from tests.guidance.test_loader import GOOD
from tests.store.desk import OpenFolder, a_case, open_desk, set_up_desk
from tests.store.programme.office import a_session, somebody

CARD = shipped_one("action-card").raw.replace(b"version = 1\n", b"version = 2\n", 1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a place for one vault and for the office's own files."""
    (tmp_path / "vaults" / "v").mkdir(parents=True)
    (tmp_path / "playbooks").mkdir()
    return tmp_path


@pytest.fixture
def desk(home: Path) -> Casework:
    """A desk in that home."""
    return set_up_desk(home / "vaults" / "v")


def test_a_case_stays_with_its_version_until_somebody_moves_it_with_a_reason(home: Path, desk: Casework) -> None:
    case = a_case(desk)
    before = desk.guide(case.id)
    assert desk.playbook_moves(case.id) == ()
    (home / "playbooks" / "card.toml").write_bytes(CARD)
    assert desk.guide(case.id) == before
    [move] = desk.playbook_moves(case.id)
    assert (move.before.version, move.after.version) == (1, 2)
    with pytest.raises(ReasonNeeded):
        desk.move_playbook(case.id, "action-card", " ")
    assert desk.guide(case.id) == before
    moved = desk.move_playbook(case.id, "action-card", "Aftalt på mødet")
    assert [(book.id, book.version) for book in moved.playbooks] == [("action-card", 2), ("handling-model", 1)]
    assert moved.facts == before.facts
    assert desk.playbook_moves(case.id) == ()
    assert "Aftalt på mødet" in desk.history(case.id)[0].words
    with pytest.raises(PlaybookInUse) as refused:
        desk.move_playbook(case.id, "action-card", "igen")
    assert refused.value.exit_code == 5
    new = a_case(desk, "En ny")
    assert {book.version for book in desk.guide(new.id).playbooks if book.id == "action-card"} == {2}


def test_what_a_case_was_moved_to_is_kept_though_the_offices_file_goes(home: Path, desk: Casework) -> None:
    (home / "playbooks" / "card.toml").write_bytes(CARD)
    case = a_case(desk)
    (home / "playbooks" / "card.toml").unlink()
    desk.close()
    again = open_desk(home / "vaults" / "v")
    assert [book.version for book in again.guide(case.id).playbooks] == [2, 1]
    again.close()
    vault = OpenFolder(home / "vaults" / "v")
    assert check(vault).well
    vault.close()


def test_a_playbook_can_be_taken_into_a_case_that_did_not_have_it(desk: Casework) -> None:
    case = a_case(desk)
    guide = desk.move_playbook(case.id, "meeting-safety", "Hun har også en mentor")
    assert "meeting-safety" in {book.id for book in guide.playbooks}
    assert guide.step("ask-danger").actionable
    with pytest.raises(PlaybookUnknown):
        desk.move_playbook(case.id, "nothing-of-the-kind", "x")


def test_an_offices_new_playbook_is_in_new_cases_and_in_old_ones_only_by_hand(home: Path, desk: Casework) -> None:
    old = a_case(desk)
    (home / "playbooks" / "small.toml").write_text(GOOD)
    assert "small" in {book.id for book in desk.guide(a_case(desk, "Ny").id).playbooks}
    desk.set_facts(old.id, {"offender.known": "known"})
    assert "small" not in {book.id for book in desk.guide(old.id).playbooks}
    assert "small" in {book.id for book in desk.move_playbook(old.id, "small", "aftalt").playbooks}


def test_a_bad_file_of_the_office_stops_nobody(home: Path, desk: Casework) -> None:
    (home / "playbooks" / "card.toml").write_bytes(CARD.replace(b'kind = "do"', b'kind = "dance"', 1))
    (home / "law.toml").write_text("schema = 7")
    case = a_case(desk)
    assert [book.version for book in desk.guide(case.id).playbooks] == [1, 1]


def test_an_offices_playbook_without_a_word_of_vetting_or_consent_changes_nothing_of_the_register(
    home: Path, desk: Casework
) -> None:
    (home / "playbooks" / "policy.toml").write_bytes(
        GOOD.replace('id = "small"', 'id = "mentorship-policy"', 1).replace('["school"]', '["mentoring"]', 1).encode()
    )
    case = desk.new_case(Intake(title="Et forløb", kind="mentoring", stand_in="Bo"))
    # The office's own is what the case is worked by: it is read, and stands in the place of the shipped one.
    assert "first" in {view.id for view in desk.guide(case.id).steps}
    assert "keep-confidential" not in {view.id for view in desk.guide(case.id).steps}
    with pytest.raises(AcceptanceRefused):
        desk.accept_mentor(somebody(desk, "Bo").id, "Vi kender ham.")
    session = a_session(desk)
    recording = RecordingDraft(digest="sha256:" + "0" * 64, place="Kontorets drev", holder="Åse")
    with pytest.raises(RecordingRefused):
        desk.register_recording(session.id, recording)


def test_a_playbook_that_does_not_go_with_those_of_the_case_is_refused_and_nothing_is_written(
    home: Path, desk: Casework
) -> None:
    case = a_case(desk)
    clash = GOOD.replace('kinds = ["school"]', "kinds = []").replace('"thing.done"', '"press.contacted-on"')
    (home / "playbooks" / "small.toml").write_text(clash)
    before = desk.history(case.id)
    with pytest.raises(PlaybookError):
        desk.move_playbook(case.id, "small", "prøv")
    assert desk.history(case.id) == before


def test_the_offices_own_law_sets_the_day_of_the_duty(home: Path, desk: Casework) -> None:
    facts: dict[str, FactValue] = {"incident.on": date(2026, 11, 16), "images.shared": False}
    case = desk.new_case(Intake(title="Hetz", kind="workplace", facts=facts, stand_in="Bo"))
    assert desk.guide(case.id).step("report-authority").due_on == date(2026, 11, 30)
    (home / "law.toml").write_text(
        """schema = 1
[[rules]]
id = "report-without-absence"
event = "incident.on"
within = "P7D"
source = "Personalehåndbogen"
checked = 2026-11-01
reason = "Vi anmelder altid inden for en uge"
title = { da = "x", en = "x" }
trigger = { da = "x", en = "x" }
threshold = { da = "x", en = "x" }
"""
    )
    view = desk.guide(case.id).step("report-authority")
    assert view.due_on == date(2026, 11, 23)
    assert any("Vi anmelder altid" in warning.da for warning in view.warnings)


# ---- the zone of the machine


def test_the_zone_of_the_machine_knows_daylight_saving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Copenhagen")
    zone = local_zone()
    assert datetime(2026, 1, 1, tzinfo=UTC).astimezone(zone).utcoffset() == timedelta(hours=1)
    assert datetime(2026, 7, 1, tzinfo=UTC).astimezone(zone).utcoffset() == timedelta(hours=2)


def test_a_zone_that_can_not_be_read_is_the_offset_of_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "No/Such")
    assert isinstance(local_zone(), timezone)
    monkeypatch.delenv("TZ")
    assert isinstance(local_zone(tmp_path / "gone"), timezone)
    (tmp_path / "empty").write_bytes(b"")
    assert isinstance(local_zone(tmp_path / "empty"), timezone)
    here = Path("/usr/share/zoneinfo/Europe/Copenhagen")
    if here.exists():
        assert datetime(2026, 7, 1, tzinfo=UTC).astimezone(local_zone(here)).utcoffset() == timedelta(hours=2)
    assert os.environ.get("TZ") is None
