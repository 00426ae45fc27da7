"""A plain copy on a real stick: it counts as cleared only where its bytes are under no name there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from guidance.language import speaking
from store import hidden_names
from store.bundle.plain_copy import CopyHeldOpen, CopyNotSeen, PlainCopy, PlainOrder, write_plain_copy
from store.casework import Casework
from store.left_behind import TakenAway, take_away
from tests.sticks import Stick, stick
from tests.store.desk import a_case, set_up_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casework]:
    with set_up_desk(tmp_path_factory.mktemp("vault")) as desk:
        yield desk


class Copy:
    """A plain copy of a new case in a folder of its own on the stick."""

    def __init__(self, desk: Casework, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        folder.mkdir()
        self.case = a_case(desk).id
        order = PlainOrder(folder=folder, purpose="journalisering", place_ok=True)
        self.made: PlainCopy = write_plain_copy(desk.export_case(self.case), order)
        self.entry = desk.record_filing(self.case, self.made).lying[0].entry

    def clear(self, *, gone: bool = False) -> tuple[str, ...]:
        """Clear it, and say which files were there."""
        return self.desk.clear_filing(self.case, self.entry, gone=gone)[1]

    @property
    def lies(self) -> bool:
        """Whether it counts as lying there."""
        return bool(self.desk.filing(self.case).lying)


@pytest.fixture
def copy(desk: Casework, mounted: Stick) -> Iterator[Copy]:
    yield Copy(desk, mounted.folder / f"mappe {len(desk.cases())}")
    if not mounted.is_in():
        mounted.put_in_again()


def test_what_is_cleared_is_written_through(copy: Copy, mounted: Stick) -> None:
    os.sync()
    with mounted.as_it_lies() as stick:
        assert len(list((stick / copy.folder.name).iterdir())) == 2, "the control: it is on the stick"
    assert set(copy.clear()) == {path.name for path in copy.made.paths}
    with mounted.as_it_lies() as stick:
        assert list((stick / copy.folder.name).iterdir()) == []
    assert not copy.lies


def test_while_another_program_has_it_open_it_lies_there(
    copy: Copy, mounted: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hidden_names, "_CLOSES", 0.0)
    report = copy.made.paths[0]
    content = report.read_bytes()
    with report.open("rb"):
        with pytest.raises(CopyHeldOpen) as caught:
            copy.clear()
        [kept] = copy.folder.iterdir()
        assert kept.read_bytes() == content, "the control: its bytes lie there"
        assert copy.lies
        with pytest.raises(CopyHeldOpen):
            copy.clear()
        assert copy.lies
    for language in ("da", "en"):
        with speaking(language):
            assert report.parent.name in caught.value.diagnostics().happened
    monkeypatch.undo()
    with pytest.raises(CopyNotSeen):
        copy.clear()
    assert copy.lies, "Segl did not see it go"
    assert copy.clear(gone=True) == ()
    assert not copy.lies
    assert list(copy.folder.iterdir()) == []


def test_what_stayed_on_a_stick_that_was_pulled_out_is_deleted_with_it(
    copy: Copy, mounted: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy.folder / ".fuse_hidden0000000000000000"
    other.write_bytes(b"somebody else's")
    held = os.open(copy.made.paths[0], os.O_RDONLY)
    with monkeypatch.context() as patch:
        patch.setattr(hidden_names, "_CLOSES", 0.0)
        with pytest.raises(CopyHeldOpen):
            copy.clear()
    os.sync()
    mounted.pull_out()
    with suppress(OSError):
        os.close(held)
    mounted.put_in_again()
    assert len(list(copy.folder.iterdir())) == 2, "the control: it is there for good"
    assert copy.lies
    assert [name[:12] for name in copy.clear()] == [".fuse_hidden"]
    assert [path.name for path in copy.folder.iterdir()] == [other.name]
    assert not copy.lies


@pytest.mark.parametrize("then", ["open", "closed", "out"])
def test_what_is_taken_back_while_another_program_has_it_open_is_said_to_be_left(
    desk: Casework, mounted: Stick, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    folder = mounted.folder / f"taget tilbage {then}"
    folder.mkdir()
    file = folder / "rapport.pdf"
    file.write_bytes(b"om sagen")
    what = [(file, 8, "sha256:" + hashlib.sha256(b"om sagen").hexdigest())]
    (folder / ".fuse_hidden0000000000000000").write_bytes(b"somebody else's")
    monkeypatch.setattr(hidden_names, "_CLOSES", 0.0)
    held = os.open(file, os.O_RDONLY)
    taken = take_away(what, placeholders=False)
    [left] = taken.left
    assert left.name.startswith(".fuse_hidden")
    assert left.read_bytes() == b"om sagen", "the control: its bytes lie there"
    if then == "open":
        [again] = take_away(what, placeholders=False).left
        assert again.read_bytes() == b"om sagen"
    if then == "out":
        os.sync()
        mounted.pull_out()
    with suppress(OSError):
        os.close(held)
    if then == "out":
        mounted.put_in_again()
        assert left.read_bytes() == b"om sagen", "the control: it is there for good"
        assert take_away(what, placeholders=False) == TakenAway(gone=(left,), left=())
    monkeypatch.undo()
    assert take_away(what, placeholders=False) == TakenAway(gone=(), left=())
    assert [path.read_bytes() for path in folder.iterdir()] == [b"somebody else's"]


def test_another_stick_at_the_same_place_is_not_taken_for_it(copy: Copy, mounted: Stick, tmp_path: Path) -> None:
    mounted.take_out()
    with stick(mounted.kind, tmp_path) as other:
        other.take_out()
        other.folder = mounted.folder
        other.put_in()
        copy.folder.mkdir()
        with pytest.raises(CopyNotSeen):
            copy.clear()
        assert copy.lies
        other.take_out()
    mounted.put_in()
    assert len(copy.clear()) == 2
    assert not copy.lies
