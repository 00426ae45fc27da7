"""A folder that is swapped for a link while a bundle is put there or tidied: nothing is changed elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from store import left_behind, opened_folder
from store.bundle import evidence_lists, new_files, plain_copy, seal
from store.bundle.errors import AlreadyThere, SealDiskFailed
from store.bundle.evidence_lists import WrittenList
from store.bundle.plain_copy import PlainCopy
from store.left_behind import TakenAway, take_away, take_part_away
from store.model import Sealed
from tests.store.bundle.invented import BIRGIT, export
from tests.store.bundle.test_seal import MADE, order_for
from tests.store.exchange.test_swapped import Swap, names

BY_HANDLE = pytest.mark.parametrize("by_handle", [True, False], ids=["", "control"])
NAMELESS = pytest.mark.parametrize("nameless", [True, False])
SOMEBODYS = b"somebody's own"


@pytest.fixture()
def swap(tmp_path: Path) -> Swap:
    """Of the folder into which is sealed."""
    folder = tmp_path / "out"
    folder.mkdir()
    return Swap(folder)


def sealed(swap: Swap, **more: Callable[[Sealed], None]) -> Sealed:
    return seal.seal(export(), order_for(swap.folder), BIRGIT.sign, **more)  # type: ignore[arg-type]


def lies_elsewhere(swap: Swap, content: Callable[[str], bytes] = lambda _name: SOMEBODYS) -> set[str]:
    """Files of the same names in the folder to which the link leads."""
    for name in MADE:
        (swap.elsewhere / name).write_bytes(content(name))
    return set(MADE)


@BY_HANDLE
@NAMELESS
def test_a_bundle_gets_its_names_where_it_was_begun(
    swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool, nameless: bool
) -> None:
    monkeypatch.setattr(opened_folder, "BY_HANDLE", by_handle)
    if not nameless:
        monkeypatch.setattr(new_files, "open_nameless", lambda *_how: None)
    if by_handle or nameless:
        sealed(swap, before_naming=lambda _sealed: swap.now())
    else:
        # By its path, what was begun is not there any more when it is named.
        with pytest.raises(SealDiskFailed):
            sealed(swap, before_naming=lambda _sealed: swap.now())
    assert names(swap.moved) >= (set(MADE) if by_handle else set())
    assert names(swap.elsewhere) == (set(MADE) if not by_handle and nameless else set())


@BY_HANDLE
@NAMELESS
def test_what_is_tidied_when_a_name_was_taken_is_what_was_put_there(
    swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool, nameless: bool
) -> None:
    monkeypatch.setattr(opened_folder, "BY_HANDLE", by_handle)
    if not nameless:
        monkeypatch.setattr(new_files, "open_nameless", lambda *_how: None)
    there = lies_elsewhere(swap)

    def somebody_makes_one(made: Sealed) -> None:
        Path(made.path).write_bytes(SOMEBODYS)

    really = os.unlink

    def unlink(path: str, **more: int | None) -> None:
        # An unfinished file has another name: these are the texts, that had theirs already.
        if Path(path).name in MADE:
            swap.now()
        really(path, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", unlink)
        with pytest.raises(AlreadyThere):
            sealed(swap, before_naming=somebody_makes_one)
    assert swap.moved.exists()
    assert (names(swap.elsewhere) == there) == by_handle
    if by_handle:
        assert names(swap.moved) == {MADE[-1]}
        assert (swap.moved / MADE[-1]).read_bytes() == SOMEBODYS


@BY_HANDLE
def test_what_is_taken_back_is_what_was_sealed(swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool) -> None:
    monkeypatch.setattr(opened_folder, "BY_HANDLE", by_handle)
    made = sealed(swap)
    there = lies_elsewhere(swap)
    with monkeypatch.context() as patch:
        # Each was looked at and is what was sealed; the link takes the folder's place before it is deleted.
        patch.setattr(os, "unlink", swap.before(os.unlink))
        seal.take_back(made)
    assert (names(swap.elsewhere) == there) == by_handle
    assert MADE[-1] not in names(swap.moved) or not by_handle


def test_what_lies_behind_a_link_that_took_the_folders_place_before_is_not_taken_back(swap: Swap) -> None:
    made = sealed(swap)
    there = lies_elsewhere(swap)
    swap.now()
    seal.take_back(made)
    assert names(swap.elsewhere) == there
    # The control: where it lies it is.
    swap.folder.unlink()
    swap.moved.rename(swap.folder)
    seal.take_back(made)
    assert names(swap.folder) == set()


@BY_HANDLE
def test_what_an_unlocking_tidies_is_what_it_looked_at(
    swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool
) -> None:
    monkeypatch.setattr(opened_folder, "BY_HANDLE", by_handle)
    made = sealed(swap)
    there = lies_elsewhere(swap)
    beside = zip(made.companions, made.companion_files, strict=True)
    files = [(Path(path), size, digest) for path, (size, digest) in beside]
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", swap.before(os.unlink))
        took = take_away(files[:1], placeholders=False)
    assert took == TakenAway(gone=(files[0][0],), left=())
    assert (names(swap.elsewhere) == there) == by_handle


@BY_HANDLE
def test_an_unfinished_file_is_taken_away_where_it_was_seen(
    swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool
) -> None:
    monkeypatch.setattr(opened_folder, "BY_HANDLE", by_handle)
    part = swap.folder / ".segl-00.part"
    for one in (part, swap.elsewhere / part.name):
        one.write_bytes(b"half")
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", swap.before(os.unlink))
        assert take_part_away(part)
    assert (names(swap.elsewhere) == {part.name}) == by_handle


@BY_HANDLE
@pytest.mark.parametrize("what", ["lists", "copy", "cleared"])
def test_what_is_plain_is_taken_back_where_it_was_seen(
    swap: Swap, monkeypatch: pytest.MonkeyPatch, by_handle: bool, what: str
) -> None:
    monkeypatch.setattr(opened_folder, "BY_HANDLE", by_handle)
    for name in ("a", "b"):
        (swap.folder / name).write_bytes(b"")
        (swap.elsewhere / name).write_bytes(SOMEBODYS)
    empty = f"sha256:{EMPTY}"
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", swap.before(os.unlink))
        if what == "lists":
            evidence_lists.take_back_lists([WrittenList(path=swap.folder / "a", sort="sha256", digest=empty)])
        elif what == "copy":
            plain_copy.take_back(copy_in(swap.folder, empty))
        else:
            assert plain_copy.clear(str(swap.folder), {"a": empty, "b": empty}) == ("a", "b")
    assert ("a" in names(swap.elsewhere)) == by_handle
    assert ("a" not in names(swap.moved)) == by_handle


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def copy_in(folder: Path, digest: str) -> PlainCopy:
    return PlainCopy(
        folder=str(folder),
        name="a",
        digest=digest,
        size=0,
        metadata="b",
        metadata_size=0,
        metadata_digest=digest,
        purpose="",
        system="",
        number="",
    )


def test_a_folder_that_is_none_is_nobodys(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (tmp_path / "no such", file):
        with pytest.raises(OSError, match=r"(?i)no such|not a directory"):
            opened_folder.OpenedFolder(path)
        assert not left_behind.is_there(path / "a", -1, f"sha256:{EMPTY}")
        assert take_away([(path / "a", -1, f"sha256:{EMPTY}")], placeholders=True) == TakenAway(gone=(), left=())
        assert not take_part_away(path / ".segl-00.part")
