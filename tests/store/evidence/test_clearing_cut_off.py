"""What became of a file whose clearing was cut off: told by the folder it went through, and by its content."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from store.evidence import clearing_hold
from store.evidence.clearing import prepared
from store.evidence.clearing_cut_off import Found, look
from store.evidence.clearing_hold import Trace
from store.evidence.clearing_marks import MARK, Emptied, take_hold_away, take_off

BODY = b"en kopi" * 1000
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()
OTHER = b"noget x" * 1000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    file = tmp_path / "mappe" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(BODY)
    return file


@pytest.fixture
def trace(copy: Path) -> Trace:
    with prepared([copy], digest=DIGEST, size=None) as ready:
        return ready.trace


@pytest.fixture
def hold(copy: Path, trace: Trace) -> Path:
    """The folder of a clearing, with the mark in the place of the name: Segl deleted what lay there."""
    folder = copy.parent / trace.hold
    folder.mkdir()
    (folder / "0").touch()
    return folder


def test_a_mark_in_the_place_of_the_name_and_no_such_file_is_gone(copy: Path, trace: Trace, hold: Path) -> None:
    assert look(trace, DIGEST) is Found.THERE
    copy.write_bytes(OTHER)
    assert len(OTHER) == len(BODY)
    assert look(trace, DIGEST) is Found.GONE, "another file has its name"
    copy.unlink()
    assert look(trace, DIGEST) is Found.GONE
    copy.write_bytes(BODY)
    assert look(trace, DIGEST) is Found.THERE, "another file by its number, with the bytes that were to be gone"
    (hold / "0").unlink()
    hold.rmdir()
    assert look(trace, DIGEST) is Found.THERE


@pytest.mark.parametrize("laid", [False, True], ids=["no-mark", "mark-beside"])
@pytest.mark.parametrize("then", ["changed", "renamed", "deleted"])
def test_what_segl_did_not_delete_is_not_gone(copy: Path, trace: Trace, hold: Path, laid: bool, then: str) -> None:
    """Cut off before the file was deleted, and somebody else did something with it, in its place or in the folder."""
    (hold / "0").unlink()
    if laid:
        (hold / f"{MARK}0").touch()
    if then == "changed":
        copy.write_bytes(OTHER)
    elif then == "renamed":
        copy.rename(copy.with_name("gemt"))
    else:
        copy.unlink()
    assert look(trace, DIGEST) is Found.NOT_BY_SEGL
    copy.write_bytes(BODY)
    assert look(trace, DIGEST) is Found.THERE


def test_one_name_of_two_is_not_gone(copy: Path, trace: Trace, hold: Path) -> None:
    both = replace(trace, names=(*trace.names, trace.names[0] + b"2"))
    copy.unlink()
    (hold / f"{MARK}1").touch()
    assert look(both, DIGEST) is Found.NOT_BY_SEGL
    (hold / f"{MARK}1").rename(hold / "1")
    assert look(both, DIGEST) is Found.GONE


def test_a_file_without_content_is_no_mark(copy: Path) -> None:
    copy.write_bytes(b"")
    nothing = "sha256:" + hashlib.sha256(b"").hexdigest()
    with prepared([copy], digest=nothing, size=0) as ready:
        hold = copy.parent / ready.trace.hold
        hold.mkdir()
        (hold / f"{MARK}0").touch()
        copy.rename(hold / "0")
        copy.write_bytes(OTHER)
    assert look(ready.trace, nothing) is Found.HELD
    assert take_hold_away(hold) is Emptied.LEFT
    assert sorted(os.listdir(hold)) == ["0", f"{MARK}0"]  # noqa: PTH208
    copy.unlink()
    assert look(ready.trace, nothing) is Found.THERE
    assert copy.exists()
    assert take_hold_away(hold) is Emptied.GONE


def test_a_mark_takes_the_place_of_nothing(hold: Path) -> None:
    (hold / "0").rename(hold / f"{MARK}0")
    folder = os.open(hold, os.O_RDONLY)
    try:
        with pytest.raises(FileNotFoundError):
            take_off(folder, 0)
    finally:
        os.close(folder)
    assert os.listdir(hold) == [f"{MARK}0"]  # noqa: PTH208


def test_without_the_folder_nothing_is_gone(copy: Path, trace: Trace) -> None:
    """Before it was made, somebody moved the file elsewhere on the same disk; or the disk is another one."""
    copy.rename(copy.with_name("gemt"))
    assert look(trace, DIGEST) is Found.UNKNOWN
    copy.write_bytes(OTHER)
    assert look(trace, DIGEST) is Found.UNKNOWN


def test_a_link_that_leads_to_the_content_is_not_gone(copy: Path, trace: Trace, hold: Path) -> None:
    """Before it was moved, a program put the file elsewhere and left a link: whoever opens the name has it."""
    elsewhere = copy.rename(copy.with_name("gemt"))
    copy.symlink_to(elsewhere)
    assert look(trace, DIGEST) is Found.THERE
    # The controls: it leads to something else, in a circle, or nowhere.
    elsewhere.write_bytes(OTHER)
    assert look(trace, DIGEST) is Found.GONE
    elsewhere.unlink()
    assert look(trace, DIGEST) is Found.GONE
    elsewhere.symlink_to(copy)
    assert look(trace, DIGEST) is Found.GONE


def test_a_large_file_is_told_by_its_size(
    copy: Path, trace: Trace, hold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.write_bytes(OTHER)
    assert look(trace, DIGEST) is Found.GONE
    monkeypatch.setattr(clearing_hold, "READ_WHOLE", len(BODY) - 1)
    assert look(trace, DIGEST) is Found.THERE, "which is the safe answer"
    copy.write_bytes(OTHER[:-1])
    assert look(trace, DIGEST) is Found.GONE


def test_what_can_not_be_put_back_stays_and_is_told(copy: Path, trace: Trace, hold: Path) -> None:
    copy.rename(hold / "0")
    copy.write_bytes(OTHER)
    assert look(trace, DIGEST) is Found.HELD
    assert copy.read_bytes() == OTHER
    assert (hold / "0").read_bytes() == BODY
    copy.unlink()
    assert look(trace, DIGEST) is Found.THERE
    assert copy.read_bytes() == BODY


def test_what_is_in_the_folder_and_no_file_stays(copy: Path, trace: Trace, hold: Path) -> None:
    copy.unlink()
    (hold / "mappe").mkdir()
    (hold / "link").symlink_to(copy)
    assert look(trace, DIGEST) is Found.HELD
    assert sorted(os.listdir(hold)) == ["link", "mappe"]  # noqa: PTH208


def test_cut_off_between_giving_the_name_back_and_taking_the_other_away(copy: Path, trace: Trace, hold: Path) -> None:
    (hold / "0").unlink()
    (hold / "0").hardlink_to(copy)
    assert look(trace, DIGEST) is Found.THERE
    assert os.listdir(hold) == []  # noqa: PTH208
    assert copy.stat().st_nlink == 1


def test_a_disk_that_does_not_answer_says_nothing(
    copy: Path, trace: Trace, hold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.unlink()

    def fail(*_given: object) -> object:
        raise OSError(107, "not connected")

    monkeypatch.setattr(os, "listdir", fail)
    assert look(trace, DIGEST) is Found.UNKNOWN


def test_only_a_folder_with_nothing_but_marks_is_taken_away(tmp_path: Path) -> None:
    folder = tmp_path / ".segl-clearing-00"
    assert take_hold_away(folder) is Emptied.NOT_THERE
    assert take_hold_away(folder / "below") is Emptied.NOT_THERE
    folder.mkdir()
    (folder / "0").write_bytes(BODY)
    (folder / "1").touch()
    (folder / f"{MARK}2").touch()
    assert take_hold_away(folder) is Emptied.LEFT
    assert (folder / "0").read_bytes() == BODY
    assert len(os.listdir(folder)) == 3, "what the marks say stays with what lies there"  # noqa: PTH208
    (folder / "0").unlink()
    assert take_hold_away(folder) is Emptied.GONE
    assert not folder.exists()
    folder.write_bytes(BODY)
    assert take_hold_away(folder) is Emptied.NOT_THERE
    assert folder.read_bytes() == BODY


def test_a_folder_on_a_disk_that_does_not_answer_is_not_said_to_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".segl-clearing-00"
    folder.mkdir()

    def fail(*_given: object, **_more: object) -> object:
        raise OSError(107, "not connected")

    monkeypatch.setattr(os, "rmdir", fail)
    assert take_hold_away(folder) is Emptied.LEFT
    monkeypatch.setattr(os, "scandir", fail)
    assert take_hold_away(folder) is Emptied.NOT_THERE
