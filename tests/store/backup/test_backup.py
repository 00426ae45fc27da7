"""Backing up and restoring: a chain that builds on itself, torn files, a restore without a fork, drills."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from store import doctor
from store.backup import chain
from store.backup.contents import Held
from store.backup.drilling import drill
from store.backup.errors import BackupDamaged, BackupFolderUnfit, BackupStopped, NoBackup, VaultStillThere
from store.backup.restoring import by_passphrase, by_words, restore
from store.casework import Casework
from store.errors import DiskFull, WrongPassphrase
from store.home import Home
from store.secret import Secret
from tests.store.backup.backups import backed, copy_of, one_round, reopened, restored, worked
from tests.store.circle import card_of, member, trusts
from tests.store.exchange.rounds import look
from tests.store.vaults import FLOOR, OTHER, PASSPHRASE, fill, small_disk

TEXT = "Hun græd, og så fortalte hun det hele."


def notes(desk: Casework, case: str) -> list[str]:
    return [version.text for note in desk.case(case).notes for version in note.versions]


def heads(desk: Casework) -> dict[str, tuple[str, ...]]:
    held = desk.backup_held()
    return {space: found for space, kind, found in held.spaces if kind != "office"}


def test_the_first_is_whole_the_next_has_only_what_is_new_and_all_comes_back(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    [case] = desk.cases()
    first = backed(desk, stick)
    assert (first.whole, first.number, first.same_disk) == (True, 1, True)
    desk.add_note(case.id, TEXT)
    desk.save_draft("note/x", "halv sætning")
    second = backed(desk, stick)
    assert (second.whole, second.number, second.entries) == (False, 2, 1)
    nothing = backed(desk, stick)
    assert (nothing.written, nothing.number) == (0, 2)

    everything = b"".join(path.read_bytes() for path in stick.rglob("*") if path.is_file())
    assert TEXT.encode() not in everything
    assert b"segl-backup" not in everything
    assert all(path.stat().st_mode & 0o077 == 0 for path in first.path.iterdir())

    wanted = heads(desk)
    desk.close()
    back, said = restored(tmp_path / "other", stick)
    assert said.well and said.cases == 1 and not said.torn
    assert heads(back) == wanted
    assert notes(back, case.id)[-1] == TEXT
    assert back.drafts() == {"note/x": "halv sætning"}
    assert doctor.check(back.vault).well
    assert not doctor.at_unlock(back.vault)
    back.close()


def test_a_restored_vault_writes_by_a_key_of_its_own_and_nothing_forks(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    other = member(tmp_path / "colleague", 7, "Bo Bisidder")
    trusts(desk, other)
    trusts(other, desk)
    desk.share_case(case.id, card_of(other).author, "vikar")
    stick, folder = tmp_path / "stick", tmp_path / "exchange"
    folder.mkdir()
    backed(desk, stick)
    back, _said = restored(tmp_path / "one", stick)
    again, _said = restored(tmp_path / "two", stick)
    desks = (desk, back, again)
    assert len({one.key_card().device for one in desks}) == 3
    assert len({one.office().author_id for one in desks}) == 1

    # All three live on. What each writes comes to the colleague by a folder, without a word: the card of the new device
    # is signed by the one before. No device wrote one number twice.
    for number, one in enumerate(desks):
        one.add_note(case.id, f"fra {number}")
        one_round(one, folder)
        one_round(other, folder)
    assert {"fra 0", "fra 1", "fra 2"} <= set(notes(other, case.id))
    assert not {one.code for one in doctor.check(other._vault).findings}
    # One's own vault takes no further workstation on the word of a card: a person lets it count. The control: somebody
    # else does.
    third = member(tmp_path / "third", 8, "Cæcilie")
    trusts(third, desk)
    seen = look(folder, other).envelopes
    found = [one for one in seen if one.device == back.key_card().device]
    assert [third._follow_new_device(one, third._trust()) for one in found] == [True]
    assert [desk._follow_new_device(one, desk._trust()) for one in found] == [False]
    third.close()
    for one in (*desks, other):
        one.close()


def test_a_new_device_on_the_word_of_a_key_that_counts_no_longer_is_nobodys(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    other = member(tmp_path / "colleague", 7, "Bo Bisidder")
    trusts(desk, other)
    trusts(other, desk)
    desk.share_case(case.id, card_of(other).author, "vikar")
    stick, folder = tmp_path / "stick", tmp_path / "exchange"
    folder.mkdir()
    one_round(desk, folder)
    one_round(other, folder)
    backed(desk, stick)
    other.revoke(card_of(desk).author[:8], "maskinen er stjålet")
    back, _said = restored(tmp_path / "one", stick)
    back.add_note(case.id, "fra en tyv")
    one_round(back, folder)
    one_round(other, folder)
    assert "fra en tyv" not in notes(other, case.id)
    for one in (desk, back, other):
        one.close()


def test_a_torn_last_file_does_not_count_and_the_next_backup_takes_its_place(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    stick = tmp_path / "stick"
    backed(desk, stick)
    desk.add_note(case.id, TEXT)
    second = backed(desk, stick)
    [torn] = second.path.glob("0002-*.age")
    whole = torn.read_bytes()
    for cut in (0, 1, 200, len(whole) // 2, len(whole) - 1):
        torn.write_bytes(whole[:cut])
        found = chain.look(second.path, desk.backup_key()[1].identity)
        assert len(found.pieces) == 1 and found.torn == (torn,), cut
    changed = bytearray(whole)
    changed[-40] ^= 1
    torn.write_bytes(changed)
    earlier = copy_of(stick, tmp_path / "earlier")
    third = backed(desk, stick)
    assert third.torn == (f"{second.path.name}/{torn.name}",)
    assert (third.number, third.entries) == (2, 1)

    back, said = restored(tmp_path / "a", stick)
    assert said.well and notes(back, case.id)[-1] == TEXT
    back.close()
    back, said = restored(tmp_path / "b", earlier)
    assert said.torn == (torn.name,) and "did not count" in " ".join(said.words())
    assert TEXT not in notes(back, case.id)
    back.close()
    desk.close()


def test_a_file_of_another_chain_or_out_of_place_does_not_count(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    stick = tmp_path / "stick"
    one = backed(desk, stick)
    desk.add_note(case.id, TEXT)
    backed(desk, stick)
    other = backed(desk, stick, whole=True)
    assert other.whole and other.path != one.path
    [second] = one.path.glob("0002-*.age")
    identity = desk.backup_key()[1].identity
    # The control: in its own place it counts.
    assert len(chain.look(one.path, identity).pieces) == 2
    second.rename(other.path / second.name)
    assert len(chain.look(other.path, identity).pieces) == 1
    [first] = one.path.glob("0001-*.age")
    first.rename(first.with_name(first.name.replace("0001", "0003")))
    assert chain.look(one.path, identity).pieces == ()
    desk.close()


def test_what_was_begun_is_gone_after_a_stop_and_the_backups_before_it_count(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    stick = tmp_path / "stick"
    with pytest.raises(BackupStopped):
        backed(desk, stick, cancelled=lambda: True)
    assert [path for path in stick.rglob("*") if path.is_file()] == []
    backed(desk, stick)
    there = {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()}
    desk.add_note(case.id, TEXT)
    with pytest.raises(BackupStopped):
        backed(desk, stick, cancelled=lambda: True)
    assert {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()} == there
    assert desk.backup_state().behind == 1
    desk.close()


def test_what_comes_in_while_a_backup_is_written_keeps_nobody_from_restoring_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The courier takes in what colleagues pass on while the backup is made."""
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    stick = tmp_path / "stick"
    real = Casework.backup_held

    def busy(self: Casework) -> Held:
        held = real(self)
        desk.add_note(case.id, TEXT)
        return held

    with monkeypatch.context() as patch:
        patch.setattr(Casework, "backup_held", busy)
        backed(desk, stick)
    back, said = restored(tmp_path / "other", stick)
    assert said.well and notes(back, case.id)[-1] == TEXT
    back.close()
    # It is not lost on the way either: the next one has what the first did not name.
    assert desk.backup_state().behind
    assert backed(desk, stick).number == 2
    desk.close()


def test_a_chain_of_a_vault_that_was_itself_put_back_is_restored_with_what_was_lost(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    desk.close()
    before = copy_of(tmp_path / "home", tmp_path / "before")
    desk, stick = reopened(ref), tmp_path / "stick"
    backed(desk, stick)
    desk.add_note(case.id, "tabt")
    backed(desk, stick)
    desk.close()
    shutil.rmtree(tmp_path / "home")
    copy_of(before, tmp_path / "home")
    desk = reopened(ref)
    desk.add_note(case.id, "efter")
    backed(desk, stick)
    desk.close()
    back, _said = restored(tmp_path / "other", stick)
    assert {"tabt", "efter"} <= set(notes(back, case.id))
    back.close()


def test_a_file_that_lacks_what_it_names_is_not_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ref, desk = worked(tmp_path / "home")
    real = Casework.backup_entries

    def cut(self: Casework, space: str, known: Any, bare: Any) -> Any:
        return real(self, space, known, bare)[:-1]

    monkeypatch.setattr(Casework, "backup_entries", cut)
    backed(desk, tmp_path / "stick")
    desk.close()
    with pytest.raises(BackupDamaged) as damaged:
        restored(tmp_path / "other", tmp_path / "stick")
    assert damaged.value.fault == "heads-differ"
    assert Home(tmp_path / "other").vaults() == ()


def test_a_stick_that_is_full_or_is_pulled_out_leaves_the_backups_before_it(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    with small_disk(tmp_path / "stick") as stick:
        first = backed(desk, stick)
        assert not first.same_disk
        desk.add_note(case.id, TEXT * 200)
        filler = fill(stick)
        with pytest.raises(DiskFull):
            backed(desk, stick)
        filler.unlink()
        assert not list(first.path.glob(".*.new"))
        assert backed(desk, stick).number == 2
        back, said = restored(tmp_path / "other", stick)
        assert said.well
        back.close()
    # Pulled out: the folder is there and empty, or not there at all.
    (tmp_path / "stick").rmdir()
    with pytest.raises(BackupFolderUnfit):
        backed(desk, tmp_path / "stick", make=False)
    desk.close()


def test_a_write_that_fails_midway_is_said_and_nothing_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.errors import DiskFailed

    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    real = os.fsync

    def gone(handle: int) -> None:
        if "segl-backup" in str(Path(f"/proc/self/fd/{handle}").readlink()):
            raise OSError(5, "Input/output error")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", gone)
        with pytest.raises(DiskFailed):
            backed(desk, stick)
    assert [path for path in stick.rglob("*") if path.is_file()] == []
    assert desk.backup_state().last_at is None
    desk.close()


def test_a_file_that_reads_back_otherwise_is_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"

    def spoilt(handle: int) -> None:
        path = Path(str(Path(f"/proc/self/fd/{handle}").readlink()))
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)

    monkeypatch.setattr(chain, "forget", spoilt)
    with pytest.raises(BackupDamaged):
        backed(desk, stick)
    assert [path for path in stick.rglob("*") if path.is_file()] == []
    desk.close()


def test_a_drill_restores_looks_at_everything_and_leaves_nothing(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    backed(desk, stick)
    home = Home(tmp_path / "home")
    before = sorted(path.name for path in home.folder.iterdir())
    said = drill(home, stick, by_passphrase(PASSPHRASE), ref.id)
    assert said.well and said.cases == 1 and said.vault == ""
    assert sorted(path.name for path in home.folder.iterdir()) == before
    with pytest.raises(WrongPassphrase):
        drill(home, stick, by_passphrase(OTHER), ref.id)
    assert sorted(path.name for path in home.folder.iterdir()) == before
    desk.close()


def test_the_words_open_it_too_and_the_new_vault_has_a_recovery_again(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    key = desk.make_recovery()
    stick = tmp_path / "stick"
    backed(desk, stick)
    desk.close()
    words = Secret.from_text(" ".join(key.words))
    vault, said = restore(Home(tmp_path / "other"), stick, by_words(words), OTHER, kdf=FLOOR)
    assert said.well
    assert vault.openers().office_key == key.fingerprint
    vault.drill_recovery(words)
    vault.close()


def test_a_vault_that_is_still_there_is_not_restored_beside_itself_unasked(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    with pytest.raises(NoBackup):
        stick.mkdir()
        restored(tmp_path / "other", stick)
    backed(desk, stick)
    with pytest.raises(VaultStillThere):
        restored(tmp_path / "home", stick)
    back, _said = restored(tmp_path / "home", stick, beside=True)
    assert back.vault.id != ref.id
    with pytest.raises(BackupFolderUnfit):
        backed(desk, tmp_path / "home" / "vaults")
    back.close()
    desk.close()


def test_a_new_key_of_the_data_begins_a_new_chain_and_a_new_passphrase_does_not(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    one = backed(desk, stick)
    desk.vault.change_passphrase(PASSPHRASE, OTHER, kdf=desk.vault._table.passphrase.kdf)  # type: ignore[union-attr]
    assert backed(desk, stick).path == one.path
    with pytest.raises(WrongPassphrase):
        restored(tmp_path / "a", stick)
    desk.vault.change_passphrase(OTHER, PASSPHRASE, kdf=desk.vault._table.passphrase.kdf)  # type: ignore[union-attr]
    renewed = Casework(desk.vault.renew_key(PASSPHRASE))
    renewed.record_renewal("leaver")
    two = backed(renewed, stick)
    assert two.path != one.path and two.whole
    assert not two.torn
    back, said = restored(tmp_path / "b", stick)
    assert said.well and said.source == two.path
    back.close()
    renewed.close()
    assert reopened(ref).backup_state().behind == 0


def test_a_backup_is_due_when_there_is_something_new_for_longer_than_agreed(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from tests.store.desk import Clock

    ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    vault, clock = desk.vault, Clock()
    clock.now = datetime.now(UTC)
    desk = Casework(vault, clock=clock)
    assert not desk.backup_state().due
    clock.now += timedelta(days=13)
    assert not desk.backup_state().due
    clock.now += timedelta(days=2)
    state = desk.backup_state()
    assert state.due and state.last_at is None
    backed(desk, tmp_path / "stick")
    assert not desk.backup_state().due
    clock.now += timedelta(days=400)
    assert not desk.backup_state().due  # nothing is new
    desk.add_note(case.id, TEXT)
    assert desk.backup_state().due
    assert not desk.remind_of_backup(0).due
    desk.close()
    assert ref.path.is_dir()
