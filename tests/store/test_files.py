"""Private files, written whole, and the lock that says who."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.errors import DiskFailed, DiskFull, VaultInUse, disk_errors
from store.files import OwnerLock, make_private_folder, read_at_most, write_whole
from tests.store.vaults import fill, small_disk


def test_the_old_file_stays_whole_where_there_is_no_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "a"
        write_whole(path, b"old")
        filler = fill(disk)
        with pytest.raises(DiskFull):
            write_whole(path, b"new" * 100_000)
        assert path.read_bytes() == b"old"
        assert {child.name for child in disk.iterdir()} == {"a", "filler"}
        filler.unlink()
        write_whole(path, b"new")
        assert path.read_bytes() == b"new"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_the_old_file_stays_whole_where_a_step_fails(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    write_whole(path, b"old")

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, fail)
        with pytest.raises(DiskFailed):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [child.name for child in tmp_path.iterdir()] == ["a"]


def test_the_file_and_its_folder_are_synced_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    really_sync, really_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        really_sync(handle)

    def rename(path: Path, target: Path) -> Path:
        seen.append("rename")
        return really_replace(path, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", rename)
    write_whole(tmp_path / "a", b"x")
    assert seen == ["file", "rename", "folder"]


def test_a_folder_is_private_all_the_way_down(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_private_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(old)
    for name in ("a", "a/b", "a/b/c"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700


def test_a_lock_is_held_once_and_says_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = OwnerLock(path)
    with pytest.raises(VaultInUse) as caught:
        OwnerLock(path)
    assert caught.value.process == os.getpid()
    assert caught.value.since is not None
    assert abs((datetime.now(UTC) - caught.value.since).total_seconds()) < 60
    lock.release()
    lock.release()
    OwnerLock(path).release()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"process": "x"}', b"\xff", b'{"process":1,"host":"\x1b[2J"}'])
def test_nonsense_in_the_lock_file_is_no_crash(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lock"
    lock = OwnerLock(path)
    path.write_bytes(content)
    with pytest.raises(VaultInUse) as caught:
        OwnerLock(path)
    assert caught.value.process is None
    assert "another process" in str(caught.value)
    lock.release()


def test_a_host_with_control_characters_steers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = OwnerLock(path)
    path.write_text('{"process": 1, "host": "a\\u001b[2Jb\\u202e", "since": "2026-01-01T00:00:00Z"}')
    with pytest.raises(VaultInUse) as caught:
        OwnerLock(path)
    assert caught.value.host == "a[2Jb"
    lock.release()


def test_a_lock_is_not_taken_through_a_symlink(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"precious")
    (tmp_path / "lock").symlink_to("target")
    with pytest.raises(DiskFailed):
        OwnerLock(tmp_path / "lock")
    assert (tmp_path / "target").read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EIO, DiskFailed)]
)
def test_what_the_system_says_of_the_disk(number: int, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught, disk_errors(Path("/somewhere")):
        raise OSError(number, os.strerror(number))
    assert "/somewhere" in str(caught.value)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abcdef")
    assert read_at_most(path, 4) == b"abcd"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(OSError, match="Invalid"):
        read_at_most(path, 4)
