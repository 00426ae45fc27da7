"""The invented office: marked as one, every level, every state, whole, and made quickly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guidance.model import State
from store.casework import Casework
from store.doctor import check
from store.home import Home
from store.model import CaseRecord
from store.vault import Vault
from tui.demo import OFFICE, prepare

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    home = tmp_path_factory.mktemp("demo") / "home"
    passphrase = prepare(home, now=NOW)
    with Vault.unlock(Home(home).vault(), passphrase) as vault:
        yield vault


@pytest.fixture(scope="module")
def records(vault: Vault) -> tuple[CaseRecord, ...]:
    casework = Casework(vault, clock=lambda: NOW)
    return tuple(casework.case(summary.id) for summary in casework.cases())


def test_it_is_marked_everywhere(vault: Vault) -> None:
    office = Casework(vault).office()
    assert office.name == OFFICE
    assert OFFICE.startswith("DEMO")
    assert "DEMO" in office.author
    assert all("DEMO" in contact.name for contact in office.contacts)


def test_a_dozen_cases_at_every_level_and_of_every_kind(records: tuple[CaseRecord, ...]) -> None:
    assert len(records) >= 12
    assert {record.summary.level for record in records} == {None, 1, 2, 3, 4}
    assert {record.summary.kind for record in records} == {"school", "workplace", "mentoring"}
    assert any(record.summary.closed_at for record in records)
    assert all(record.notes for record in records)
    assert sum(len(record.evidence) for record in records) >= 10


def test_steps_stand_in_every_state(records: tuple[CaseRecord, ...]) -> None:
    states = {view.state for record in records for view in record.guide.steps}
    assert states == set(State)
    rules = {hold.rule for record in records for view in record.guide.steps for hold in view.held_by}
    assert {"police-first", "needs"} <= rules


def test_its_journal_verifies(vault: Vault) -> None:
    report = check(vault)
    assert report.well
    assert not report.findings


def test_nobody_in_it_lies_in_the_future(records: tuple[CaseRecord, ...]) -> None:
    moments = [version.at for record in records for note in record.notes for version in note.versions]
    assert max(moments) <= NOW
    assert min(moments) < NOW - timedelta(days=30)


@pytest.mark.parametrize(
    "now", [datetime(2026, 1, 1, 0, 1, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)], ids=["new-year", "dst"]
)
def test_any_day_will_do(tmp_path: Path, now: datetime) -> None:
    prepare(tmp_path / "home", now=now)
