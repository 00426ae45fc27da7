"""Writing a vault anew takes as much room as the vault: without it what is erased is gone too, and that is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import erasing
from store.cases.erasing_words import beyond_reach, emptied_words
from store.casework import Casework
from store.doctor import check
from store.erasing import Emptied
from store.errors import DiskFull
from store.model import CaseSummary
from tests.store.cases.test_erasing import PLANTED, close, order, planted, words_in
from tests.store.circle import member, vault_desk
from tests.store.desk import a_case
from tests.store.vaults import fill, small_disk

LEFT = 600_000
"""Bytes: enough to write down that something is erased, and less than the vault."""


@pytest.fixture()
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "12m") as folder:
        yield folder


@pytest.fixture()
def mette(disk: Path) -> Iterator[Casework]:
    desk = member(disk / "1", 1, "Mette")
    yield desk
    desk.close()


def large_case(desk: Casework) -> CaseSummary:
    """A closed case with the planted words, in a vault of which another case takes most."""
    case, other = planted(desk), a_case(desk)
    for number in range(2):
        desk.add_note(case.id, f"{PLANTED[1]} {number} " + "x" * 100_000)
        desk.add_note(other.id, f"{number} " + "y" * 900_000)
    close(desk, case.id)
    desk._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return case


def little_room(disk: Path) -> Path:
    filler = fill(disk)
    os.truncate(filler, filler.stat().st_size - LEFT)
    return filler


def codes(desk: Casework) -> set[str]:
    report = check(desk._vault)
    assert report.well, report.findings
    return {finding.code for finding in report.findings}


def size(desk: Casework) -> int:
    return (desk._vault.path / "vault.db").stat().st_size


def test_without_room_what_is_erased_is_overwritten_and_the_rest_is_due(disk: Path, mette: Casework) -> None:
    case = large_case(mette)
    filler = little_room(disk)
    plan = mette.plan_erasing_case(case.id)
    before = size(mette)
    assert plan.lacking > before - LEFT
    said = tuple(beyond_reach(plan))
    assert any(" MiB " in words for words in said)
    for what in ("bundles that were sent, prints and plain files", "backups", "what a flash disk or a snapshot"):
        assert [words for words in said if words.startswith(f"Not reached: {what}")], what
    assert set(words_in(mette)) == set(PLANTED)  # The control: they are found as long as they are there.
    erased = mette.erase(plan, order(plan))
    assert (erased.emptied, erased.finished) == (Emptied.DUE, False)
    assert emptied_words(erased.emptied)
    assert words_in(mette) == []
    assert size(mette) >= before
    # It is said, and called again without room nothing changes.
    assert codes(mette) == {"rewriting-due"}
    [finding] = check(mette._vault).findings
    assert finding.words()
    assert erasing.finish(mette._connection) is Emptied.DUE
    mette.add_note(a_case(mette).id, "Det går videre.")
    filler.unlink()
    mette.close()
    again = vault_desk(disk / "1", 1)
    assert erasing.finish(again._connection) is Emptied.DONE  # As `Vault` does when it is unlocked.
    assert size(again) < before - 150_000
    assert codes(again) == set()
    assert words_in(again) == []
    assert erasing.finish(again._connection) is Emptied.NOTHING
    again.close()


def test_control_without_overwriting_it_is_still_there(disk: Path, mette: Casework) -> None:
    case = large_case(mette)
    little_room(disk)
    mette._connection.execute("PRAGMA secure_delete = OFF").fetchall()
    plan = mette.plan_erasing_case(case.id)
    assert mette.erase(plan, order(plan)).emptied is Emptied.DUE
    assert words_in(mette)


def test_control_with_room_it_is_written_anew_at_once(mette: Casework) -> None:
    case = large_case(mette)
    before = size(mette)
    plan = mette.plan_erasing_case(case.id)
    assert plan.lacking == 0
    assert not any(" MiB " in words for words in beyond_reach(plan))
    assert mette.erase(plan, order(plan)).emptied is Emptied.DONE
    assert size(mette) < before
    assert codes(mette) == set()


def test_control_this_disk_is_too_small_to_write_it_anew(disk: Path, mette: Casework) -> None:
    large_case(mette)
    little_room(disk)
    with pytest.raises(DiskFull):
        mette._connection.execute("VACUUM")


def test_what_it_is_said_to_take_is_enough_and_not_much_more(disk: Path, mette: Casework) -> None:
    large_case(mette)
    filler = fill(disk)
    needed = -(-erasing.lacking(mette._connection) // 4096) * 4096
    os.truncate(filler, filler.stat().st_size - needed)
    with pytest.raises(DiskFull):
        # A twentieth less is too little.
        extra = disk / "extra"
        extra.write_bytes(bytes(needed // 20 + (1 << 16)))
        mette._connection.execute("VACUUM")
    mette._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    extra.unlink()
    assert erasing.lacking(mette._connection) == 0
    mette._connection.execute("VACUUM")


def test_a_disk_that_is_quite_full_erases_nothing(disk: Path, mette: Casework) -> None:
    case = large_case(mette)
    fill(disk)
    plan = mette.plan_erasing_case(case.id)
    with pytest.raises(DiskFull):
        mette.erase(plan, order(plan))
    assert mette.case(case.id).summary.title == PLANTED[0]
    assert codes(mette) == set()
