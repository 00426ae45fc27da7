"""Restoring, and taking another vault in, on a real small disk that is full: refused, nothing half done, done later."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidance.language import speaking
from store.doctor import check
from store.errors import DiskFull
from store.home import Home
from store.model import Intake
from tests.store.backup.backups import backed, restored, worked
from tests.store.circle import member
from tests.store.desk import Clock
from tests.store.programme.office import a_mentee
from tests.store.test_merging import fresh
from tests.store.test_merging_office import entries_of
from tests.store.vaults import fill, small_disk

TEXT = "Skrevet i god tid. " * 1000
ROOMS = (0, 60_000, 200_000, 400_000)
"""Bytes that are left: from no room for a folder to room for nearly all of it."""


def leave(filler: Path, room: int) -> None:
    with filler.open("r+b") as file:
        file.truncate(filler.stat().st_size - room)


@pytest.mark.parametrize("room", ROOMS)
def test_a_restore_that_finds_no_room_leaves_no_vault_and_does_later(tmp_path: Path, room: int) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    for number in range(30):
        desk.add_note(case.id, f"{number} {TEXT}")
    backed(desk, tmp_path / "stick")
    desk.close()
    with small_disk(tmp_path / "small", "4m") as folder:
        filler = fill(folder)
        leave(filler, room)
        with pytest.raises(DiskFull) as refused, speaking("en"):
            restored(folder / "home", tmp_path / "stick")
        assert "no room" in refused.value.diagnostics().happened
        home = Home(folder / "home")
        assert home.vaults() == ()
        assert not [path for path in (folder / "home").rglob("*") if path.is_file() and path.name != ".making.lock"]
        filler.unlink()
        back, said = restored(folder / "home", tmp_path / "stick")
        assert said.well
        assert len(back.case(case.id).notes) == 31
        assert [ref.path for ref in home.vaults()] == [back.vault.path]
        back.close()


@pytest.mark.parametrize("room", [0, 60_000, 200_000])
def test_a_merge_that_finds_no_room_changes_nothing_and_does_later(tmp_path: Path, room: int) -> None:
    clock = Clock()
    with small_disk(tmp_path / "small", "4m") as folder:
        old, monday = member(folder / "1", 1, "Åse Ærlig", clock=clock), fresh(tmp_path / "2", clock)
        case = monday.new_case(Intake(title="Mandag", happened="I går.", stand_in="Bo"))
        for number in range(20):
            monday.add_note(case.id, f"{number} {TEXT}")
        a_mentee(monday)
        before = entries_of(old)
        filler = fill(folder)
        leave(filler, room)
        with pytest.raises(DiskFull) as refused, speaking("en"):
            old.merge(monday._connection, monday._vault.id)
        assert "no room" in refused.value.diagnostics().happened
        assert (entries_of(old), old.cases(), old.participants(), len(old.identities())) == (before, (), (), 1)
        filler.unlink()
        assert check(old._vault).well
        merged = old.merge(monday._connection, monday._vault.id)
        assert (merged.cases, merged.register.people) == ((case.reference,), 1)
        assert len(old.case(case.id).notes) == 21
        assert not check(old._vault).findings
        for desk in (old, monday):
            desk.close()
