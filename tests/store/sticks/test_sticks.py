"""What the other tests on real sticks rest on: a stick goes out and comes back, and is what nobody could invent."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from tests.sticks import EXFAT, Stick, stick


def test_what_was_written_is_there_when_it_is_in_again(mounted: Stick) -> None:
    file = mounted.folder / "Ærlig.jpg"
    file.write_bytes(b"en kopi")
    mounted.take_out()
    assert os.listdir(mounted.folder) == [], "the folder stays, and is empty"  # noqa: PTH208
    mounted.put_in()
    assert file.read_bytes() == b"en kopi"


def test_a_stick_that_was_pulled_out_does_not_answer(mounted: Stick) -> None:
    held = os.open(mounted.folder, os.O_RDONLY)
    try:
        mounted.pull_out()
        for look in (lambda: os.listdir(mounted.folder), lambda: os.stat("x", dir_fd=held)):  # noqa: PTH208
            with pytest.raises(OSError, match="not connected") as caught:
                look()
            assert caught.value.errno == errno.ENOTCONN
    finally:
        os.close(held)
        mounted.put_in_again()
    (mounted.folder / "a").write_bytes(b"")


def test_what_is_deleted_while_it_is_open_lies_there_under_a_hidden_name(mounted: Stick) -> None:
    folder = mounted.folder / "skjult"
    folder.mkdir()
    with (folder / "a").open("wb") as file:
        (folder / "a").unlink()
        assert [name[:12] for name in os.listdir(folder)] == [".fuse_hidden"]  # noqa: PTH208
        file.write(b"x")
    mounted.remount()
    assert os.listdir(folder) == []  # noqa: PTH208


def test_an_exfat_gives_other_numbers_each_time_it_is_in(tmp_path: Path) -> None:
    with stick(EXFAT, tmp_path) as one:
        for name in "ab":
            (one.folder / name).write_bytes(b"")
        numbers = [(one.folder / name).stat().st_ino for name in "ab"]
        one.remount()
        assert [(one.folder / name).stat().st_ino for name in "ba"] == numbers


def test_a_test_that_fails_leaves_no_mount_and_no_device(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), stick(EXFAT, tmp_path) as one:
        image = str(one.image)
        held = os.open(one.folder, os.O_RDONLY)
        one.pull_out()
        raise ZeroDivisionError
    assert not os.path.ismount(one.folder)
    assert os.listdir(one.folder) == []  # noqa: PTH208
    os.close(held)
    assert image not in subprocess.run(["losetup", "-a"], capture_output=True, check=True, text=True).stdout
