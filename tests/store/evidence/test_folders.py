"""Folders: everything below is named once, nothing outside is read, and nothing is opened that is no file."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from store.evidence import folders
from store.evidence.errors import (
    FileUnreadable,
    FolderReadAlready,
    HashingCancelled,
    LinkNotFollowed,
    MountNotCrossed,
    NotAFile,
    NotHashed,
    TooManyFiles,
)
from store.evidence.folders import files_under, mount_points
from store.evidence.queue import hash_files


def names(found: list[bytes | NotHashed], root: Path) -> list[str]:
    """What was found, below the root; a failure by the name of its class."""
    return [
        f"{type(one).__name__} {os.path.relpath(os.fsdecode(one.path), root)}"
        if isinstance(one, NotHashed)
        else os.path.relpath(os.fsdecode(one), root)
        for one in found
    ]


def test_files_below_in_order_and_chosen_files_as_they_were_chosen(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a/x/deep", "z"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a" / "empty").mkdir()
    assert names(list(files_under([tmp_path])), tmp_path) == ["z", "a/x/deep", "b/1", "b/2"]
    assert names(list(files_under([tmp_path / "z", tmp_path / "b"])), tmp_path) == ["z", "b/1", "b/2"]


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "secret").write_bytes(b"x")
    (root / "file").write_bytes(b"x")
    (root / "in").symlink_to("file")
    (root / "out").symlink_to(outside / "secret")
    (root / "out-folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "round").symlink_to("round")
    (root / "nothing").symlink_to("there-is-none")
    found = list(files_under([root]))
    assert [one for one in found if isinstance(one, bytes)] == [os.fsencode(root / "file")]
    inside = {one.path.rpartition(b"/")[2]: one.inside for one in found if isinstance(one, LinkNotFollowed)}
    assert inside == {
        b"in": True,
        b"loop": True,
        b"nothing": False,
        b"out": False,
        b"out-folder": False,
        b"round": False,
    }
    said = {one.path: str(one.diagnostics()) for one in found if isinstance(one, LinkNotFollowed)}
    assert "or to nothing" in said[os.fsencode(root / "nothing")]
    assert "in its own place" in said[os.fsencode(root / "in")]
    assert "in its own place" not in said[os.fsencode(root / "nothing")]


@pytest.mark.parametrize(
    ("kind", "one_by_one"), [("folder", True), ("fifo", False), ("socket", False), ("device", False)]
)
def test_only_of_a_folder_the_files_are_asked_for_one_by_one(kind: str, one_by_one: bool) -> None:
    assert ("one by one" in str(NotAFile(b"/a", kind).diagnostics())) is one_by_one


def test_a_link_that_a_person_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real")
    assert list(files_under([tmp_path / "link"])) == [os.fsencode(tmp_path / "link" / "file")]


def test_what_is_no_file_is_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(tmp_path / "socket"))
        found = [one for one in files_under([tmp_path]) if isinstance(one, NotAFile)]
    assert [one.kind for one in found] == ["fifo", "socket"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev is Linux's")
def test_devices_and_other_disks_are_named(tmp_path: Path) -> None:
    found = list(files_under([b"/dev"]))
    assert any(isinstance(one, NotAFile) and one.kind == "device" for one in found)
    below = [point for point in mount_points() if point.startswith(b"/dev/") and point.count(b"/") == 2]
    if not below:
        pytest.skip("nothing is mounted below /dev here")
    # What is mounted is often a folder, sometimes a file; only folders are walked into.
    kept = {one.path for one in found if isinstance(one, MountNotCrossed)}
    assert kept == {point for point in below if Path(os.fsdecode(point)).is_dir()}
    crossed = list(files_under([b"/dev"], cross_mounts=True))
    assert not [one for one in crossed if isinstance(one, MountNotCrossed)]


def test_a_folder_that_is_mounted_from_the_same_disk_is_another_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root" / "bound").mkdir(parents=True)
    (tmp_path / "root" / "bound" / "file").write_bytes(b"x")
    root = tmp_path / "root"
    assert names(list(files_under([root])), root) == ["bound/file"]
    monkeypatch.setattr(folders, "mount_points", lambda: frozenset({os.fsencode(root / "bound")}))
    assert names(list(files_under([root])), root) == ["MountNotCrossed bound"]
    assert names(list(files_under([root], cross_mounts=True)), root) == ["bound/file"]


def test_a_loop_of_mounts_is_walked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder mounted into itself has the device and the inode of the outer one; here `stat` says so of another."""
    (tmp_path / "again").mkdir()
    (tmp_path / "file").write_bytes(b"x")
    really = os.stat

    def looping(path: bytes, **rest: object) -> os.stat_result:
        return really(tmp_path if os.fsencode(path).endswith(b"/again") else path)

    monkeypatch.setattr(os, "stat", looping)
    found = list(files_under([tmp_path], cross_mounts=True))
    monkeypatch.undo()
    assert names(found, tmp_path) == ["file", "FolderReadAlready again"]
    assert isinstance(found[1], FolderReadAlready)


def test_a_folder_that_is_deep_costs_nothing(tmp_path: Path) -> None:
    here = tmp_path
    for _level in range(300):
        here = here / "d"
        here.mkdir()
    (here / "file").write_bytes(b"x")
    assert list(files_under([tmp_path])) == [os.fsencode(here / "file")]


def test_a_folder_without_rights_is_named_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "file").write_bytes(b"x")
    really = os.scandir

    def grudging(path: bytes) -> object:
        if path.endswith(b"/a"):
            raise PermissionError(13, "Permission denied")
        return really(path)

    monkeypatch.setattr(os, "scandir", grudging)
    found = list(files_under([tmp_path]))
    assert isinstance(found[0], FileUnreadable)
    assert names(found, tmp_path) == ["FileUnreadable a", "b/file"]


def test_a_folder_that_goes_away_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"x")
    walk = files_under([tmp_path])
    next(walk)
    (tmp_path / "b").rmdir()
    assert names(list(walk), tmp_path) == ["FileVanished b"]


def test_too_many_files_and_stopping(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(TooManyFiles):
        list(files_under([tmp_path], most=2))
    assert len(list(files_under([tmp_path], most=3))) == 3
    with pytest.raises(HashingCancelled):
        list(files_under([tmp_path], cancelled=lambda: True))


NAMES = [
    b"to\nlinjer",
    b"\x1b[2J\x1b]0;x\x07",
    "a\u202egpj.exe".encode(),
    b"gr\xf8d",
    b"x" * 255,
    b"-rf",
    b" ",
    b"back\\slash",
]


def test_names_of_any_bytes_and_of_every_length(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    found = list(hash_files(files_under([tmp_path])))
    assert not [one for one in found if isinstance(one, NotHashed)]
    assert {bytes.fromhex(one.raw_name) for one in found if not isinstance(one, NotHashed)} == set(NAMES)
