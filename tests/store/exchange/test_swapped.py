"""A folder that is swapped for a link while a round is at work in it: nothing is written, read or deleted elsewhere."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.casework import Casework
from store.errors import DiskFailed
from store.exchange import folder as place
from store.exchange import listing, looking
from store.exchange.folder import Folder, FolderMissing
from store.exchange.port import Direct
from store.exchange.post import give, take
from tests.store.desk import a_case
from tests.store.exchange.rounds import put, round_of, until_still
from tests.store.test_union import tables

Two = tuple[Casework, Casework]
BY_HANDLE = pytest.mark.parametrize("by_handle", [True, False], ids=["", "control"])


class Swap:
    """Swaps the folder for a link to somewhere else, once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.moved = folder.with_name("moved")
        self.elsewhere = folder.with_name("elsewhere")
        self.elsewhere.mkdir()

    def now(self) -> None:
        if not self.moved.exists():
            self.folder.rename(self.moved)
            self.folder.symlink_to(self.elsewhere)

    def before(self, really: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: object, **named: object) -> object:
            self.now()
            return really(*given, **named)

        return step


@pytest.fixture()
def swap(folder: Path) -> Swap:
    """Of the exchange folder."""
    return Swap(folder)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@BY_HANDLE
@pytest.mark.parametrize(
    ("owner", "step"),
    [(place, "seal"), (place, "put"), (os, "fsync")],
    ids=["before it is sealed", "before it is put", "while it is written"],
)
def test_what_is_put_goes_where_the_round_began(
    two: Two, folder: Path, swap: Swap, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str, by_handle: bool
) -> None:
    mette, bo = two
    monkeypatch.setattr(place, "BY_HANDLE", by_handle)
    case = a_case(mette)
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, swap.before(getattr(owner, step)))
        if by_handle or step != "fsync":
            assert asyncio.run(give(Direct(mette), folder)).put == 1
        else:
            # By its path, what was begun is not there any more when it is renamed.
            with pytest.raises(DiskFailed):
                asyncio.run(give(Direct(mette), folder))
    assert bool(names(swap.elsewhere)) == (not by_handle and step != "fsync")
    if by_handle:
        assert round_of(bo, swap.moved).came.changed
        assert tables(bo, case.id) == tables(mette, case.id)


@BY_HANDLE
def test_what_is_read_is_what_lay_there(
    two: Two, folder: Path, swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool
) -> None:
    mette, bo = two
    monkeypatch.setattr(place, "BY_HANDLE", by_handle)
    a_case(mette)
    round_of(mette, folder)
    for name in names(folder):
        put(swap.elsewhere, name, (folder / name).read_bytes()[:-1])
    with monkeypatch.context() as patch:
        patch.setattr(looking, "look", swap.before(looking.look))
        done = asyncio.run(take(Direct(bo), folder))
    assert (done.came.changed, done.damaged) == ((True, 0) if by_handle else (False, 1))


@BY_HANDLE
def test_what_is_listed_is_what_lay_there(
    two: Two, folder: Path, swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool
) -> None:
    mette, bo = two
    monkeypatch.setattr(place, "BY_HANDLE", by_handle)
    a_case(mette)
    round_of(mette, folder)
    with monkeypatch.context() as patch:
        patch.setattr(listing, "plan", swap.before(listing.plan))
        assert asyncio.run(take(Direct(bo), folder)).came.changed == by_handle


@BY_HANDLE
def test_what_is_deleted_is_what_lay_there(
    two: Two, folder: Path, swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool
) -> None:
    mette, bo = two
    monkeypatch.setattr(place, "BY_HANDLE", by_handle)
    until_still([mette, bo], folder)
    a_case(mette)
    round_of(mette, folder)
    round_of(bo, folder)
    asyncio.run(take(Direct(mette), folder))
    before = names(folder)
    for name in before:
        put(swap.elsewhere, name, b"somebody's")
    with monkeypatch.context() as patch:
        # What Bo has said he read is of no more use now.
        patch.setattr(Casework, "exchange_done", swap.before(Casework.exchange_done))
        assert asyncio.run(give(Direct(mette), folder)).cleaned > 0
    assert (before <= names(swap.elsewhere)) == by_handle
    assert (before <= names(swap.moved)) == (not by_handle)


def test_a_link_in_place_of_a_file_of_ones_own_is_neither_written_through_nor_followed(
    two: Two, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"as it was")
    (folder / ".abc").symlink_to(target)
    (folder / f"abc{place.SUFFIX}").symlink_to(target)
    put(folder, f"abc{place.SUFFIX}", b"sealed")
    assert target.read_bytes() == b"as it was"
    assert (folder / f"abc{place.SUFFIX}").read_bytes() == b"sealed"
    (folder / "link").symlink_to(target)
    with Folder(folder) as opened:
        assert place.clear(opened, ["link"]) == {"link"}
    assert target.read_bytes() == b"as it was"
    assert names(folder) == {f"abc{place.SUFFIX}"}


@pytest.mark.parametrize("by_handle", [True, False])
def test_a_round_by_paths_is_a_round_too(
    two: Two, folder: Path, monkeypatch: pytest.MonkeyPatch, by_handle: bool
) -> None:
    mette, bo = two
    monkeypatch.setattr(place, "BY_HANDLE", by_handle)
    case = a_case(mette)
    until_still([mette, bo], folder)
    assert tables(bo, case.id) == tables(mette, case.id)
    with pytest.raises(FolderMissing):
        Folder(folder / "no such stick")
    (folder / "file").touch()
    with pytest.raises(FolderMissing):
        Folder(folder / "file")
    with pytest.raises(FolderMissing):
        Folder(folder / "a\0name")


def test_a_folder_that_is_let_go_of_stays_open_for_who_is_at_work_in_it(folder: Path) -> None:
    opened = Folder(folder)
    with opened.reached() as handle:
        assert handle is not None
        opened.close()
        # Its number is nobody else's yet.
        assert os.path.samestat(os.fstat(handle), folder.stat())
        with pytest.raises(OSError, match="Bad file descriptor"), opened.reached():
            pass
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handle)
    with pytest.raises(DiskFailed):
        place.put(opened, "name", b"")
    assert names(folder) == set()
