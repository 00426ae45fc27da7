"""Copies of closed vaults: no passphrase, nothing of an open one, restored with a key of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import doctor
from store.backup import chain
from store.backup.copies import copy_all
from store.backup.errors import BackupDamaged, BackupStopped
from store.home import Home
from tests.store.backup.backups import restored, worked
from tests.store.vaults import new_vault


def test_closed_vaults_are_copied_sealed_and_open_ones_named(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    home, stick = Home(tmp_path / "home"), tmp_path / "stick"
    stick.mkdir()
    with new_vault(home, "Bo"):
        pass
    outcomes = {one.vault: one.outcome for one in copy_all(home, stick)}
    assert outcomes.pop(ref.id) == "in-use" and list(outcomes.values()) == ["copied"]
    assert not chain.of_vault(stick, ref.id).exists()
    desk.close()
    assert {one.outcome for one in copy_all(home, stick)} == {"copied", "unchanged"}
    assert {one.outcome for one in copy_all(home, stick)} == {"unchanged"}

    [copy] = chain.copies(chain.of_vault(stick, ref.id))
    assert {path.name for path in copy.iterdir()} == {"checkpoint.txt", "vault.db", "vault.slots", "vault.slots.2"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in copy.iterdir())
    back, said = restored(tmp_path / "other", stick, vault=ref.id)
    assert said.well and said.from_copy
    assert back.case(case.id).notes
    assert back.vault.id != ref.id
    assert doctor.check(back.vault).well
    back.close()


def test_a_log_that_a_kill_left_is_copied_with_it_and_taken_in(tmp_path: Path) -> None:
    import shutil

    ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    desk.add_note(case.id, "kun i loggen")
    killed = tmp_path / "killed"
    shutil.copytree(tmp_path / "home", killed)
    desk.close()
    assert (killed / "vaults" / ref.id / "vault.db-wal").stat().st_size > 0
    stick = tmp_path / "stick"
    stick.mkdir()
    copy_all(Home(killed), stick)
    back, said = restored(tmp_path / "other", stick)
    assert said.well
    assert "kun i loggen" in [note.current.text for note in back.case(case.id).notes]
    back.close()


def test_what_reads_back_otherwise_or_was_stopped_is_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ref, desk = worked(tmp_path / "home")
    desk.close()
    home, stick = Home(tmp_path / "home"), tmp_path / "stick"
    stick.mkdir()
    with pytest.raises(BackupStopped):
        copy_all(home, stick, cancelled=lambda: True)
    assert list(stick.iterdir()) == []

    def spoilt(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        path.write_bytes(path.read_bytes()[:-1] + b"?")

    monkeypatch.setattr(chain, "forget", spoilt)
    with pytest.raises(BackupDamaged):
        copy_all(home, stick)
    assert list(stick.iterdir()) == []
