"""A folder against the register: what each piece and each file comes to."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guidance.language import Language, speaking
from store.errors import DiskGone
from store.evidence.errors import FileVanished, HashingCancelled, LinkNotFollowed
from store.evidence.hashing import hash_file
from store.evidence.in_place import InPlace, named_failure
from store.evidence.register import draft_of
from store.evidence.verify import Checked, verify_folder
from store.model import DigestSource, Evidence, EvidenceDraft
from tests.pulled import ERRORS, from_opened, pulled, require_words

NAMES = ("same", "moved", "changed", "gone")


def piece(number: int, draft: EvidenceDraft) -> Evidence:
    values = {name: getattr(draft, name) for name in EvidenceDraft.__dataclass_fields__}
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Evidence(id=f"{number:064x}", number=number, registered_at=at, registered_by="", **values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    for name in NAMES:
        (folder / name).write_text(f"content of {name}")
    return folder


@pytest.fixture
def register(folder: Path) -> tuple[Evidence, ...]:
    return tuple(piece(number, draft_of(hash_file(folder / name))) for number, name in enumerate(NAMES, 1))


def told(checked: Checked) -> dict[str, list[str]]:
    def names(paths: Iterator[bytes]) -> list[str]:
        return [os.fsdecode(path.rpartition(b"/")[2]) for path in paths]

    return {
        "matched": names(one.path for one in checked.matched),
        "copies": names(one.path for one in checked.copies),
        "changed": names(one.path for one in checked.changed),
        "missing": [one.name for one in checked.missing],
        "new": names(iter(checked.new)),
        "open": [one.evidence.name for one in checked.open],
    }


def test_by_what_a_file_is_and_not_by_its_name(folder: Path, register: tuple[Evidence, ...]) -> None:
    assert verify_folder(register, [os.fsencode(folder)]).well
    (folder / "moved").rename(folder / "below" / "other")
    (folder / "changed").write_text("something else")
    (folder / "gone").unlink()
    (folder / "same again").write_text("content of same")
    (folder / "fresh").write_text("fresh")
    checked = verify_folder(register, [os.fsencode(folder)])
    assert told(checked) == {
        "matched": ["same", "other"],
        "copies": ["same again"],
        "changed": ["changed"],
        "missing": ["gone"],
        "new": ["fresh"],
        "open": [],
    }
    assert [one.renamed for one in checked.matched] == [False, True]
    assert not checked.well


def test_a_blake3_is_not_compared_and_that_is_said(folder: Path, register: tuple[Evidence, ...]) -> None:
    draft = EvidenceDraft(digest="blake3:" + "ab" * 32, source=DigestSource.LIST, name="film", raw_name=b"film".hex())
    nowhere = EvidenceDraft(digest="blake3:" + "cd" * 32, source=DigestSource.TYPED)
    (folder / "film").write_text("film")
    checked = verify_folder([*register, piece(5, draft), piece(6, nowhere)], [os.fsencode(folder)])
    found = [(one.evidence.number, [path.rpartition(b"/")[2] for path in one.paths]) for one in checked.open]
    assert found == [(5, [b"film"]), (6, [])]
    assert (checked.missing, checked.new, checked.changed) == ((), (), ())
    assert not checked.well
    wanted: tuple[tuple[Language, str], ...] = (("da", "ikke sammenlignet"), ("en", "not compared"))
    for language, words in wanted:
        with speaking(language):
            assert words in checked.open[0].words()
            assert "b3sum" in checked.open[0].words()
            assert "ab" * 32 in checked.open[0].words()


def test_a_link_to_what_is_read_anyway_is_no_failure_and_one_that_leads_out_is(
    folder: Path, register: tuple[Evidence, ...]
) -> None:
    (folder / "below" / "link").symlink_to("../same")
    checked = verify_folder(register, [os.fsencode(folder)])
    assert [type(one) for one in checked.unread] == [LinkNotFollowed]
    assert checked.well
    (folder / "below" / "out").symlink_to("/etc/hostname")
    assert not verify_folder(register, [os.fsencode(folder)]).well


def test_stopping(folder: Path, register: tuple[Evidence, ...]) -> None:
    with pytest.raises(HashingCancelled):
        verify_folder(register, [os.fsencode(folder)], cancelled=lambda: True)


def failing(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    """These files fail in the middle, as on a stick with a bad block."""
    real = InPlace.readinto

    def readinto(self: InPlace, buffer: memoryview) -> int:
        if Path(os.fsdecode(self.path)) in paths:
            raise named_failure(self.path, OSError(errno.EIO, os.strerror(errno.EIO)))
        return real(self, buffer)

    monkeypatch.setattr(InPlace, "readinto", readinto)


def test_what_cannot_be_read_is_neither_missing_nor_changed(
    folder: Path, register: tuple[Evidence, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "gone").unlink()
    (folder / "changed").write_text("something else")
    (folder / "below" / "changed").write_text("content of changed")
    # One that has the name and other bytes says nothing while the other of the name can't be read.
    (folder / "below" / "moved").write_text("something else")
    failing(monkeypatch, folder / "same", folder / "moved")
    checked = verify_folder(register, [os.fsencode(folder)])
    assert told(checked) | {"new": []} == {
        "matched": ["changed"],
        "copies": [],
        "changed": [],
        "missing": ["gone"],
        "new": [],
        "open": [],
    }
    assert [one.name for one in checked.unseen] == ["same", "moved"]
    assert len(checked.unread) == 2 and not checked.well


def test_a_folder_that_cannot_be_listed_may_hold_any_of_them(
    folder: Path, register: tuple[Evidence, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "gone").unlink()
    real = os.scandir

    def scandir(path: bytes | int) -> object:
        if isinstance(path, bytes) and path.endswith(b"below"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    checked = verify_folder(register, [os.fsencode(folder)])
    assert (checked.missing, checked.changed) == ((), ())
    assert [one.name for one in checked.unseen] == ["gone"]
    assert not checked.well


@pytest.mark.parametrize("emptied", [False, True], ids=["out", "unmounted"])
def test_of_a_stick_that_is_pulled_out_nothing_is_said(
    folder: Path, register: tuple[Evidence, ...], emptied: bool
) -> None:
    verify_folder(register, [os.fsencode(folder)])
    with pulled(folder) as whole:
        assert verify_folder(register, [os.fsencode(folder)]).well
    begin = from_opened(whole.asked, folder) if emptied else 0
    for number in range(begin, len(whole.asked)):
        with (
            pytest.raises(DiskGone) as told,
            pulled(folder, at=number, error=ERRORS[number % len(ERRORS)], emptied=emptied),
        ):
            verify_folder(register, [os.fsencode(folder)])
        require_words(told.value)
    with pytest.raises(FileVanished), pulled(folder, at=0, emptied=True):
        verify_folder(register, [os.fsencode(folder / "same")])
    with pytest.raises(DiskGone), pulled(folder, at=0):
        verify_folder(register, [os.fsencode(folder / "same")])


def test_what_was_chosen_and_is_not_there(
    tmp_path: Path, folder: Path, register: tuple[Evidence, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that is there: nothing was compared. One of several: it is missing."""
    gone = folder / "gone"
    gone.unlink()
    with pytest.raises(FileVanished):
        verify_folder(register, [os.fsencode(tmp_path / "nowhere"), os.fsencode(gone)])
    checked = verify_folder(register, [os.fsencode(folder), os.fsencode(gone)])
    assert ([one.name for one in checked.missing], checked.unseen) == (["gone"], ())
    # Where sticks are mounted, an empty folder and one that is not there are those of a stick that is out.
    monkeypatch.setattr("store.left_behind.MEDIA", (tmp_path,))
    (tmp_path / "stick").mkdir()
    for path in ("stick", "stick/file", "another stick"):
        with pytest.raises(DiskGone):
            verify_folder(register, [os.fsencode(tmp_path / path)])


def test_the_counts_of_the_summary_add_up() -> None:
    from store.evidence.errors import FileVanished
    from store.evidence.verify import Checked, Match, Open, summary_words

    lines = [piece(number, EvidenceDraft(digest=f"sha256:{number:064x}")) for number in range(1, 27)]
    matches = [Match(evidence=one, path=b"x") for one in lines]
    checked = Checked(
        matched=tuple(matches[:10]),
        copies=tuple(matches[:2]),
        changed=(matches[10], matches[10]),
        missing=tuple(lines[11:23]),
        unseen=tuple(lines[23:25]),
        open=(Open(evidence=lines[25], paths=()),),
        new=(b"y",),
        unread=(FileVanished(b"z"),),
    )
    with speaking("en"):
        assert summary_words(checked) == (
            "26 pieces: 10 matched, 1 changed, 12 missing, 2 could not be read, 1 not compared. "
            "Besides: 2 copies, 1 new file, 1 file not read."
        )
