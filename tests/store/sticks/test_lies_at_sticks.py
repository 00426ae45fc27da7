"""Where a copy lies, on real sticks: a file is known again after the stick was out, or a person is asked.

An exFAT stick has other numbers each time it is in, and it may be in at another place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from guidance.clearing import Clearance, ClearingRefused, HeldBy, Refusal
from guidance.custody import Device
from store.casework import Casework
from store.evidence.clearing import prepared
from store.evidence.hashing import hash_file
from store.evidence.register import draft_lying_on
from store.evidence.signs import signs_of
from tests.sticks import Stick
from tests.store.desk import a_case, set_up_desk

BODY = b"et billede" * 1000
ANSWERS = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
YESTERDAY = 1_700_000_001.5


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    vault = tmp_path / "vault"
    vault.mkdir()
    with set_up_desk(vault) as desk:
        yield desk


@pytest.fixture
def case(desk: Casework) -> str:
    return a_case(desk).id


@pytest.fixture
def moved(mounted: Stick, tmp_path: Path) -> Iterator[Stick]:
    """The stick of the module; where a test puts it in at another place it is put back."""
    folder = mounted.folder
    yield mounted
    mounted.put_away()
    mounted.folder = folder
    mounted.put_in()


def written(file: Path, changed: float) -> Path:
    file.parent.mkdir(exist_ok=True)
    with file.open("wb") as new:
        new.write(BODY)
        os.fsync(new.fileno())
    os.utime(file, (changed, changed))
    return file


def put_in_elsewhere(stick: Stick, at: Path) -> None:
    at.mkdir()
    stick.take_out()
    stick.folder = at
    stick.put_in()


def why_not(desk: Casework, case: str, file: Path, *, apart: bool = False) -> Refusal | None:
    """Why a file is not cleared as a copy on one's own device; it is not deleted either way."""
    digest = hash_file(file).digest
    with prepared([file], digest=digest, size=None) as ready:
        try:
            desk.begin_clearing(case, "E1", ANSWERS, ready.trace, where="her", apart=apart)
        except ClearingRefused as refused:
            return refused.why
    return None


@pytest.mark.parametrize("device", [Device.VICTIM, Device.OTHER])
def test_a_file_on_anothers_stick_that_is_in_elsewhere_is_not_cleared_without_a_question(
    desk: Casework, case: str, moved: Stick, tmp_path: Path, device: Device
) -> None:
    file = written(moved.folder / f"deres {device}" / "a.jpg", YESTERDAY)
    desk.register_pieces(case, [draft_lying_on(hash_file(file), device)])
    assert why_not(desk, case, file, apart=True) is Refusal.SAME_PLACE
    put_in_elsewhere(moved, tmp_path / "andet sted")
    # The next number of an exFAT stick goes to what is looked at first.
    written(moved.folder / file.parent.name / "andet.jpg", YESTERDAY + 100).stat()
    there = moved.folder / file.parent.name / "a.jpg"
    assert why_not(desk, case, there) is Refusal.NOT_TOLD_APART
    renamed = there.rename(there.with_name("b.jpg"))
    assert why_not(desk, case, renamed) is Refusal.NOT_TOLD_APART
    assert why_not(desk, case, renamed, apart=True) is None


def test_a_copy_of_another_time_on_a_stick_is_told_apart_by_itself(
    desk: Casework, case: str, moved: Stick, tmp_path: Path
) -> None:
    theirs = written(moved.folder / "hendes" / "a.jpg", YESTERDAY)
    mine = written(moved.folder / "min" / "a.jpg", YESTERDAY + 100)
    desk.register_pieces(case, [draft_lying_on(hash_file(theirs), Device.VICTIM)])
    put_in_elsewhere(moved, tmp_path / "andet sted")
    assert why_not(desk, case, moved.folder / "min" / mine.name) is None


def test_a_file_that_has_the_number_of_anothers_is_not_taken_for_it(
    desk: Casework, case: str, moved: Stick, tmp_path: Path
) -> None:
    """Another stick at another place, whose first file has the same number on the same device."""
    mine = written(moved.folder / "min egen" / "a.jpg", YESTERDAY + 100)
    found = hash_file(mine)
    # As it was read from the stick before, in the same socket.
    theirs = replace(found, path=b"/media/hendes/a.jpg", identity=(*found.identity[:3], int(YESTERDAY * 1e9)))
    desk.register_pieces(case, [draft_lying_on(theirs, Device.VICTIM)])
    assert why_not(desk, case, mine) is None


def test_the_time_of_a_file_is_what_a_stick_keeps(moved: Stick, tmp_path: Path) -> None:
    file = written(moved.folder / "tid" / "a.jpg", YESTERDAY)
    before = hash_file(file)
    put_in_elsewhere(moved, tmp_path / "andet sted")
    now = hash_file(moved.folder / "tid" / "a.jpg")
    signs = [signs_of((one.path,), one.identity) for one in (before, now)]
    assert signs[0][0] != signs[1][0]
    assert signs[0][1:] == signs[1][1:]
    assert signs[1][1].startswith("changed ")
