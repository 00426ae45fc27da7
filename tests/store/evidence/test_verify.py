"""A folder against the register: what each piece and each file comes to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guidance.language import Language, speaking
from store.evidence.errors import HashingCancelled, LinkNotFollowed
from store.evidence.hashing import hash_file
from store.evidence.register import draft_of
from store.evidence.verify import Checked, verify_folder
from store.model import DigestSource, Evidence, EvidenceDraft

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
