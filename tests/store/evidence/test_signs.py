"""By what a file is known again at its place, on disks that keep numbers and on those that do not."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest

from store.evidence.signs import Disks, perhaps, signs_of, sure
from store.places import Place, PlaceKind, System

TIME = 1_700_000_001_500_000_000
QUARTER = 900 * 1_000_000_000


class One:
    """A system with one disk."""

    def __init__(self, kind: PlaceKind, name: str) -> None:
        self._place, self.asked = Place(kind=kind, name=name), 0

    def place(self, path: PurePath) -> Place:
        self.asked += 1
        return self._place

    def now(self) -> System:
        return self


def signs(path: Path, disks: Disks, *, changed: int = TIME, device: int | None = None) -> tuple[str, ...]:
    found = path.stat()
    file = (found.st_dev if device is None else device, found.st_ino, found.st_size, changed)
    return signs_of((os.fsencode(path),), file, disks)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    return path


@pytest.mark.parametrize(
    ("kind", "name", "keeps"),
    [
        (PlaceKind.LOCAL, "ext4", True),
        (PlaceKind.RESETS, "tmpfs", True),
        (PlaceKind.LOCAL, "exfat", False),
        (PlaceKind.LOCAL, "vfat", False),
        (PlaceKind.LOCAL, "fuseblk", False),
        (PlaceKind.REMOVABLE, "/media/stik", False),
        (PlaceKind.NETWORK, "nfs4", False),
        (PlaceKind.PHONE, "mtp", False),
        (PlaceKind.UNKNOWN, "linux", False),
    ],
)
def test_a_number_is_a_sign_where_the_disk_keeps_it(file: Path, kind: PlaceKind, name: str, keeps: bool) -> None:
    found = signs(file, Disks(One(kind, name)))
    assert [one.split()[0] for one in found] == ["path", "file" if keeps else "changed"]
    assert sure(found) == (found if keeps else found[:1])
    assert bool(perhaps(found)) is not keeps


def test_a_disk_is_looked_at_once(file: Path) -> None:
    system = One(PlaceKind.LOCAL, "ext4")
    disks = Disks(system)
    assert signs(file, disks) == signs(file, disks)
    assert system.asked == 1


def test_a_file_of_a_stick_that_is_out_by_now_has_no_number(file: Path) -> None:
    """What is read from a draft after a crash: at its path may be a folder of the disk below."""
    disks = Disks(One(PlaceKind.LOCAL, "ext4"))
    assert signs(file, disks, device=file.stat().st_dev + 1)[1].startswith("changed ")
    found = file.stat()
    file.unlink()
    gone = signs_of((os.fsencode(file),), (found.st_dev, found.st_ino, 1, TIME), disks)
    assert gone[1].startswith("changed ")
    assert signs_of((os.fsencode(file),), (), disks) == gone[:1]


@pytest.mark.parametrize("by", [0, 1_000_000_000, -1_500_000_000, 4 * QUARTER, -8 * QUARTER, 22 * QUARTER])
def test_a_time_that_a_disk_rounds_or_a_zone_shifts_is_the_same(file: Path, by: int) -> None:
    disks = Disks(One(PlaceKind.LOCAL, "exfat"))
    before, now = signs(file, disks), signs(file, disks, changed=TIME + by)
    assert set(before) & set(perhaps(now))


@pytest.mark.parametrize("by", [6_000_000_000, -60_000_000_000, QUARTER // 2])
def test_another_time_is_another_file(file: Path, by: int) -> None:
    disks = Disks(One(PlaceKind.LOCAL, "exfat"))
    assert not set(signs(file, disks)) & set(perhaps(signs(file, disks, changed=TIME + by)))
