"""Entries of a backup are verified portion by portion and laid by sealed: none is passed over, none lies open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from store.backup import staging as staged
from store.backup.errors import BackupStopped
from store.backup.staging import Staging, staging
from store.casework import Casework
from store.entry import SpaceKind
from store.home import Home
from store.journal import Read, spaces, stored_entries
from store.model import StoredEntry
from store.union import EntriesRefused, verify_entries
from tests.store.backup.backups import backed, restored, worked

TEXT = "En hemmelighed, som ingen må finde."


@pytest.fixture
def desk(tmp_path: Path) -> Casework:
    """A vault with some notes."""
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    for number in range(20):
        desk.add_note(case.id, f"{number}: {TEXT}")
    return desk


def entries_of(desk: Casework) -> list[StoredEntry]:
    [case] = spaces(desk._connection, SpaceKind.CASE)
    return [stored for _arrival, stored in stored_entries(desk._connection, case)]


def test_a_restore_verifies_every_entry_and_holds_a_portion_of_them(
    tmp_path: Path, desk: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def counted(entries: Iterable[StoredEntry]) -> tuple[Read, ...]:
        some = tuple(entries)
        sizes.append(len(some))
        return verify_entries(some)

    backed(desk, tmp_path / "stick")
    desk.close()
    monkeypatch.setattr(staged, "_MOST", 5)
    monkeypatch.setattr(staged, "verify_entries", counted)
    back, said = restored(tmp_path / "other", tmp_path / "stick")
    assert said.well
    assert sum(sizes) == said.entries > 20
    assert max(sizes) == 5
    back.close()


def test_what_does_not_verify_is_named_from_every_portion(
    tmp_path: Path, desk: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged, "_MOST", 3)
    entries = entries_of(desk)
    wrong = {entries[2].id, entries[-1].id}
    with staging(Home(tmp_path / "home"), None, None) as laid_by:
        for entry in entries:
            laid_by.add(replace(entry, signature=bytes(64)) if entry.id in wrong else entry)
        with pytest.raises(EntriesRefused) as refused:
            laid_by.finish()
    assert {entry for entry, _fault in refused.value.faults} == wrong
    desk.close()


def test_a_payload_that_comes_later_fills_and_is_never_lost_again(tmp_path: Path, desk: Casework) -> None:
    [entry, *_others] = entries_of(desk)
    bare = replace(entry, salt=None, payload=None)
    [read] = verify_entries([entry])
    with staging(Home(tmp_path / "home"), None, None) as laid_by:
        for one in (bare, entry, bare):
            laid_by.add(one)
        laid_by.finish()
        assert len(laid_by) == 1
        assert entry.id in laid_by and "0" * 64 not in laid_by
        assert laid_by.of(read.header.space) == [read]
    desk.close()


def test_what_is_laid_by_is_sealed_and_goes_away(tmp_path: Path, desk: Casework) -> None:
    home = Home(tmp_path / "home")
    before = sorted(home.folder.iterdir())
    with staging(home, None, None) as laid_by:
        for entry in entries_of(desk):
            laid_by.add(entry)
        laid_by.finish()
        [folder] = [path for path in home.folder.iterdir() if path not in before and path.is_dir()]
        lying = b"".join(path.read_bytes() for path in folder.iterdir())
        # The control: the text is among what was laid by, and a search like this finds it where it stands open.
        assert any(TEXT in str(one.payload) for one in _all(laid_by, desk))
        assert TEXT.encode() in b"".join(entry.payload or b"" for entry in entries_of(desk))
        assert len(lying) > 5000
        assert TEXT.encode() not in lying
    assert not folder.exists()
    desk.close()


def _all(laid_by: Staging, desk: Casework) -> list[Read]:
    [case] = spaces(desk._connection, SpaceKind.CASE)
    return laid_by.of(case)


def test_it_can_be_stopped(tmp_path: Path, desk: Casework) -> None:
    with staging(Home(tmp_path / "home"), None, lambda: True) as laid_by, pytest.raises(BackupStopped):
        for entry in entries_of(desk):
            laid_by.add(entry)
        laid_by.finish()
    desk.close()
