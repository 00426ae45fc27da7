"""Plain copies on purpose: place, digest, number, purpose and clearing are in the journal; what is due is said."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.bundle import plain_copy
from store.bundle.contents import in_language
from store.bundle.plain_copy import CopyAway, CopyChanged, CopyNotSeen, PlaceRefused, PlainOrder, write_plain_copy
from store.cases.errors import TextMissing
from store.cases.filing import CopyUnknown, FilingRule
from store.casework import Casework
from store.cpr import CprNoticed
from store.model import Purpose
from store.places import Place, PlaceKind
from tests.store.desk import BEGIN, Clock, a_case, set_up_desk


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = BEGIN
    return clock


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Casework]:
    with set_up_desk(tmp_path, clock=clock) as desk:
        yield desk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "esdh"
    folder.mkdir()
    return folder


def test_written_recorded_and_cleared(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    export = desk.export_case(case)
    made = write_plain_copy(export, PlainOrder(folder=folder, purpose="journalisering", system="SBSYS"))
    report, metadata = made.paths
    assert {path.name for path in folder.iterdir()} == {report.name, metadata.name}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    # The very report that a bundle holds.
    assert report.read_bytes() in in_language("da", export, Purpose.FULL).values()
    told = json.loads(metadata.read_bytes())
    assert told["files"] == [{"name": report.name, "size": made.size, "digest": made.digest}]
    assert told["identifier"] == export.record.summary.reference
    filing = desk.record_filing(case, made)
    [copy] = filing.lying
    assert (copy.purpose, copy.system, copy.number, copy.place) == ("journalisering", "SBSYS", "", str(folder))
    assert copy.digest == f"sha256:{hashlib.sha256(report.read_bytes()).hexdigest()}"
    assert copy.by == "Åse Rådgiver"
    assert any("journalisering" in line.words and str(folder) in line.words for line in desk.history(case))
    after, gone = desk.clear_filing(case, copy.entry[:8])
    assert set(gone) == {report.name, metadata.name}
    assert list(folder.iterdir()) == []
    assert after.lying == ()
    assert after.copies[0].cleared_at is not None
    with pytest.raises(CopyUnknown):
        desk.clear_filing(case, copy.entry)


def test_another_file_is_not_deleted(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    made = write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p"))
    copy = desk.record_filing(case, made).lying[0]
    report, metadata = made.paths
    report.write_bytes(b"something else")
    with pytest.raises(CopyChanged):
        desk.clear_filing(case, copy.entry)
    assert report.exists()
    assert metadata.exists()
    assert desk.filing(case).lying
    report.unlink()
    assert desk.clear_filing(case, copy.entry)[1] == (metadata.name,)


def test_a_copy_on_a_stick_that_is_out_is_not_said_to_be_cleared(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    made = write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p"))
    copy = desk.record_filing(case, made).lying[0]
    out = folder.rename(folder.with_name("out"))
    with pytest.raises(CopyAway):
        desk.clear_filing(case, copy.entry)
    assert desk.filing(case).lying
    out.rename(folder)
    assert set(desk.clear_filing(case, copy.entry)[1]) == {path.name for path in made.paths}
    assert not desk.filing(case).lying


def test_nothing_there_is_gone_only_where_a_person_says_so(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    made = write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p"))
    copy = desk.record_filing(case, made).lying[0]
    for path in made.paths:
        path.unlink()
    with pytest.raises(CopyNotSeen) as caught:
        desk.clear_filing(case, copy.entry)
    assert str(folder) in caught.value.diagnostics().happened
    assert desk.filing(case).lying
    assert "case.file-cleared" not in {line.kind for line in desk.history(case)}
    assert desk.clear_filing(case, copy.entry, gone=True)[1] == ()
    assert not desk.filing(case).lying
    assert "gone already" in desk.history(case)[0].words


def test_a_link_in_its_place_is_not_followed(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    made = write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p"))
    copy = desk.record_filing(case, made).lying[0]
    report, _metadata = made.paths
    moved = report.rename(folder / "moved")
    report.symlink_to(moved)
    with pytest.raises(CopyChanged):
        desk.clear_filing(case, copy.entry)
    assert moved.exists()


@pytest.mark.parametrize(
    ("kind", "ok", "written"),
    [
        (PlaceKind.LOCAL, False, True),
        (PlaceKind.REMOVABLE, False, False),
        (PlaceKind.REMOVABLE, True, True),
        (PlaceKind.NETWORK, False, False),
        (PlaceKind.NETWORK, True, True),
        (PlaceKind.CLOUD, True, False),
        (PlaceKind.PHONE, True, False),
    ],
)
def test_where_it_may_lie(
    desk: Casework, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: PlaceKind, ok: bool, written: bool
) -> None:
    monkeypatch.setattr(plain_copy, "classify", lambda _path: Place(kind=kind, name="x"))
    export = desk.export_case(a_case(desk).id)
    order = PlainOrder(folder=folder, purpose="p", place_ok=ok)
    if written:
        write_plain_copy(export, order)
    else:
        with pytest.raises(PlaceRefused) as refused:
            write_plain_copy(export, order)
        assert refused.value.may_accept == (kind in (PlaceKind.REMOVABLE, PlaceKind.NETWORK))
    assert bool(list(folder.iterdir())) == written


def test_a_cloud_folder_is_told_by_its_name(desk: Casework, tmp_path: Path) -> None:
    cloud = tmp_path / "Dropbox"
    cloud.mkdir()
    with pytest.raises(PlaceRefused):
        write_plain_copy(desk.export_case(a_case(desk).id), PlainOrder(folder=cloud, purpose="p", place_ok=True))
    assert list(cloud.iterdir()) == []


def test_a_civil_registration_number_is_noticed(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    with desk.allowing_cpr():
        desk.add_note(case, "Hans nummer er 010203-4561.")
    with pytest.raises(CprNoticed):
        write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p"))
    assert list(folder.iterdir()) == []
    write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p", allow_cpr=True))


def test_a_purpose_is_needed(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    made = write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose=" "))
    with pytest.raises(TextMissing):
        desk.record_filing(case, made)


def test_what_is_due_and_what_lies_there(desk: Casework, clock: Clock, folder: Path) -> None:
    case = a_case(desk).id
    assert desk.filing(case).due_on is None
    assert desk.filings_due() == ()
    desk.set_filing_rule(FilingRule(system="SBSYS", days=14))
    assert desk.filing(case).due_on == BEGIN.date() + timedelta(days=14)
    assert desk.filings_due() == ()
    clock.now += timedelta(days=14)
    [due] = desk.filings_due()
    assert due.case == case
    # The number may come without a copy, and later than one.
    made = write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p"))
    desk.record_filing(case, made)
    assert desk.filings_due()[0].due_on is not None
    filing = desk.number_filing(case, "26/1234")
    assert (filing.number, filing.system, filing.due_on) == ("26/1234", "SBSYS", None)
    assert desk.filings_due()[0].lying
    desk.clear_filing(case, filing.copies[0].entry)
    assert desk.filings_due() == ()
    with pytest.raises(TextMissing):
        desk.number_filing(case, " ")
    with pytest.raises(ValueError, match="-1"):
        desk.set_filing_rule(FilingRule(days=-1))


def test_a_number_that_is_given_with_the_copy_counts(desk: Casework, folder: Path) -> None:
    case = a_case(desk).id
    desk.set_filing_rule(FilingRule(system="SBSYS", days=1))
    made = write_plain_copy(desk.export_case(case), PlainOrder(folder=folder, purpose="p", system="F2", number="7"))
    filing = desk.record_filing(case, made)
    assert (filing.number, filing.system, filing.due_on) == ("7", "F2", None)
