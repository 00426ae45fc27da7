"""Exactly the file that was cleared, found beside it and in the bins by its bytes, and left where it lies."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from guidance.language import speaking
from store.evidence.hashing import HashedFile, hash_file
from store.evidence.identical import MOST_FOUND, Identical, identical_to

BODY = b"et billede"
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def gone(tmp_path: Path) -> Path:
    """Where the cleared file lay; nothing is there any more."""
    folder = tmp_path / "stik" / "mappe"
    folder.mkdir(parents=True)
    return folder / "a.jpg"


def found(gone: Path, **more: object) -> Identical:
    home = gone.parents[2] / "hjem"
    return identical_to([os.fsencode(gone)], DIGEST, len(BODY), environ={}, home=home, **more)  # type: ignore[arg-type]


def put(path: Path, body: bytes = BODY) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return str(path)


def test_the_same_bytes_beside_it_and_in_each_bin_are_named_under_any_name(gone: Path) -> None:
    home = gone.parents[2] / "hjem"
    same = {
        put(gone.with_name("kopi (1).jpg")),
        put(gone.with_name("noget helt andet")),
        put(home / ".local/share/Trash/files/x"),
        put(gone.parents[1] / f".Trash-{os.getuid()}" / "files" / "y"),
    }
    put(gone.with_name("lige så lang"), b"x" * len(BODY))
    put(gone.with_name("længere"), BODY + b"x")
    put(gone.parent / "under" / "c.jpg")
    seen = found(gone)
    assert set(seen.paths) == same
    assert (seen.unread, seen.stopped, seen.cut) == (0, False, False)
    assert all(Path(one).read_bytes() == BODY for one in same), "nothing is deleted"
    assert sum(any(one in line for one in same) for line in seen.words()) == len(same)


def test_the_control_where_there_is_none_it_is_said(gone: Path) -> None:
    put(gone.with_name("lige så lang"), b"x" * len(BODY))
    assert found(gone) == Identical()
    assert found(gone).whole
    assert len(found(gone).words()) == 1
    vanished = found(gone.parent / "er her ikke" / "a.jpg")
    assert vanished == Identical(beside=False), "a folder that is gone has nothing in it, and nobody looked there"
    assert vanished.words() != found(gone).words()


def test_only_what_was_looked_through_is_said(gone: Path) -> None:
    with speaking("en"):
        assert found(gone).words() == (
            "The same file is not in the folder it lay in. Segl found no bin there. It looked nowhere else.",
        )
        bins = [gone.parents[1] / ".Trashes" / "501", gone.parents[1] / "$RECYCLE.BIN"]
        for one in bins:
            one.mkdir(parents=True)
        (said,) = found(gone).words()
    assert all(str(one) in said for one in bins)
    assert "no bin" not in said


def test_in_the_bins_of_a_mac_and_of_windows_it_is_told_by_its_bytes(gone: Path) -> None:
    """Windows gives what it bins another name."""
    stick = gone.parents[1]
    same = {
        put(stick / "$RECYCLE.BIN" / "S-1-5-21-1" / "$R4X1.jpg"),
        put(stick / "$RECYCLE.BIN" / "$R4X2.jpg"),
        put(stick / ".Trashes" / "501" / "a 14.02.11.jpg"),
    }
    put(stick / "$RECYCLE.BIN" / "S-1-5-21-1" / "$RZZZ.jpg", b"x" * len(BODY))
    assert set(found(gone).paths) == same


def test_only_what_has_its_size_is_opened_and_no_link_is_followed(gone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(gone.with_name("b"), b"x" * len(BODY))
    put(gone.with_name("c"), BODY * 2)
    put(gone.parent / "under" / "d")
    gone.with_name("e").symlink_to(gone.parent / "under" / "d")
    os.mkfifo(gone.with_name("f"))
    opened: list[bytes] = []

    def noted(path: bytes, **more: object) -> HashedFile:
        opened.append(path)
        return hash_file(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("store.evidence.identical.hash_file", noted)
    assert found(gone) == Identical()
    assert opened == [os.fsencode(gone.with_name("b"))]


def test_one_that_can_not_be_read_is_told(gone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.evidence.errors import FileUnreadable

    beside = put(gone.with_name("b"))
    other = put(gone.with_name("c"))

    def broken(path: bytes, **more: object) -> HashedFile:
        if path.endswith(b"b"):
            raise FileUnreadable(path, "EIO")
        return hash_file(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("store.evidence.identical.hash_file", broken)
    seen = found(gone)
    assert (seen.paths, seen.unread) == ((other,), 1)
    assert beside not in seen.paths
    assert len(seen.words()) == 3


def test_it_is_stopped_in_the_middle_of_a_file_with_what_was_found(gone: Path) -> None:
    for name in "bcd":
        put(gone.with_name(name))
    asked: list[int] = []
    moves: list[tuple[int, int]] = []

    def cancelled() -> bool:
        asked.append(1)
        return bool(moves)

    seen = found(gone, progress=lambda done, total: moves.append((done, total)), cancelled=cancelled)
    assert seen.stopped
    assert len(seen.paths) < 3
    assert moves == [(len(BODY), 3 * len(BODY))]
    assert "stopped" in seen.words()[-1] or "stoppet" in seen.words()[-1]
    assert found(gone, cancelled=lambda: True) == Identical(stopped=True)


def test_it_is_bounded_and_says_so(gone: Path) -> None:
    for number in range(MOST_FOUND + 5):
        put(gone.with_name(f"{number}"))
    many = found(gone)
    assert (len(many.paths), many.cut) == (MOST_FOUND, True)
    few = found(gone, most=7)
    assert (len(few.paths), few.cut) == (7, True)
    assert not found(gone, most=7).stopped
    assert len(many.words()) == MOST_FOUND + 2


def test_two_names_of_one_file_are_read_once(gone: Path) -> None:
    put(gone.with_name("b"))
    gone.with_name("c").hardlink_to(gone.with_name("b"))
    assert len(found(gone).paths) == 1


def test_a_folder_that_was_thrown_into_the_bin_is_looked_into(gone: Path) -> None:
    """Whoever throws the folder away, and the file in it, has it in the bin all the same."""
    home = gone.parents[2] / "hjem"
    same = {
        put(home / ".local/share/Trash/files/mappe/under/a.jpg"),
        put(gone.parents[1] / f".Trash-{os.getuid()}" / "files" / "mappe" / "b.jpg"),
    }
    (home / ".local/share/Trash/files/mappe/ring").symlink_to(home / ".local/share/Trash/files")
    put(gone.parent / "under" / "c.jpg")
    assert set(found(gone).paths) == same
    assert found(gone, most=3).cut


@pytest.mark.parametrize("where", ["beside", "bin", "below the bin"])
@pytest.mark.parametrize("another", [False, True])
def test_what_the_disk_does_not_list_is_not_said_to_be_without_it(
    gone: Path, monkeypatch: pytest.MonkeyPatch, where: str, another: bool
) -> None:
    """It may enter a folder, and the disk fails in it."""
    trash = gone.parents[2] / "hjem" / ".local/share/Trash/files"
    put(trash / "mappe" / "andet", b"x")
    if another:
        put(gone.with_name("kopi") if where != "beside" else trash / "kopi")
    broken = {"beside": gone.parent, "bin": trash, "below the bin": trash / "mappe"}[where]
    scandir = os.scandir

    def listed(folder: bytes) -> object:
        if folder == os.fsencode(broken):
            raise OSError(5, "Input/output error")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", listed)
    seen = found(gone)
    assert not seen.whole
    with speaking("en"):
        said = " ".join(seen.words())
    if where == "beside":
        assert "The folder it lay in can't be looked through." in said
        assert "not in the folder it lay in" not in said
    else:
        assert "1 folder in the bins could not be looked into" in said
        assert "no bin" not in said
        assert (str(trash) in said) == (where == "below the bin" and not another)
