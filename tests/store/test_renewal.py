"""A new data key, and the power cut at every step of it and of a change of the slots."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store import database, recovery, renewal, slots, wrapping
from store.cases.desk import utc_now
from store.casework import Casework
from store.database import connect
from store.doctor import check
from store.errors import DatabaseDamaged, DiskFailed, DiskFull, WrongPassphrase
from store.findings import VaultUnwell
from store.home import Home, VaultRef
from store.model import OfficeSetUp
from store.passphrase import PassphraseWeak
from store.recovery import NewKey
from store.secret import Secret
from store.slots import FIRST, NEXT, SECOND
from store.vault import DATABASE, Vault, VaultWarning
from tests.store.power import PowerCut, disk
from tests.store.vaults import FLOOR, OTHER, PASSPHRASE, copied_vault, fill, modes, new_vault, small_disk

NOTE = "Hun ringer selv på mandag."


def with_notes(root: Path) -> tuple[VaultRef, NewKey]:
    """A vault with an office, a contact to find again, and a recovery."""
    ref = copied_vault(root)
    key = recovery.new_key()
    vault = Vault.unlock(ref, PASSPHRASE)
    with Casework(vault) as casework:
        casework.set_up(OfficeSetUp(office=NOTE, author="Åse", language="da", contacts=()))
        vault.make_recovery(key.public)
    return ref, key


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases that cost nothing: where the power is cut a hundred times, they are not what is looked at."""
    monkeypatch.setattr(
        wrapping, "_stretch", lambda slot, passphrase: hashlib.sha256(slot.salt + passphrase.reveal()).digest()
    )


def said(vault: Vault) -> str:
    report = check(vault)
    assert report.well, report.findings
    return Casework(vault, clock=utc_now).office().name


def raw_key(vault: Vault) -> bytes:
    return vault._data_key.reveal()


def left(ref: VaultRef) -> set[str]:
    return {path.name for path in ref.path.iterdir() if path.is_file()} - {"vault.lock", "checkpoint.txt"}


def test_a_new_key_keeps_everything_and_the_old_key_opens_nothing(tmp_path: Path) -> None:
    ref, key = with_notes(tmp_path / "home")
    before = {name: (ref.path / name).read_bytes() for name in (DATABASE, FIRST, SECOND)}
    vault = Vault.unlock(ref, PASSPHRASE)
    old = raw_key(vault)
    counts = renewal.contents(vault.connection)
    vault = vault.renew_key(PASSPHRASE)
    with vault:
        assert raw_key(vault) != old
        assert vault.openers().renewed_at
        assert {name for name, count in renewal.contents(vault.connection)[0].items() if count} == {
            name for name, count in counts[0].items() if count
        }
        assert said(vault) == NOTE
    files = left(ref)
    assert {NEXT, renewal.NEXT_DATABASE, renewal.OLD_DATABASE}.isdisjoint(files)
    assert {mode for name, mode in modes(ref.path).items() if name != "."} <= {0o600, 0o700}
    with pytest.raises(DatabaseDamaged):
        connect(ref.path / DATABASE, Secret(old))
    # An old slots file with the passphrase of that time opens the new database no more.
    for name in (FIRST, SECOND):
        (ref.path / name).write_bytes(before[name])
    with pytest.raises(DatabaseDamaged):
        Vault.unlock(ref, PASSPHRASE)
    # The control: with the database of that time it does.
    (ref.path / DATABASE).write_bytes(before[DATABASE])
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert raw_key(vault) == old
    with Vault.recover(ref, Secret.from_text(" ".join(key.words)), OTHER, kdf=FLOOR):
        pass


def test_a_new_key_is_sealed_to_the_office_too_and_takes_a_new_passphrase(tmp_path: Path) -> None:
    ref, key = with_notes(tmp_path / "home")
    vault = Vault.unlock(ref, PASSPHRASE)
    vault.drill_recovery(Secret.from_text(" ".join(key.words)))
    with pytest.raises(WrongPassphrase):
        vault.renew_key(OTHER)
    with pytest.raises(PassphraseWeak):
        vault.renew_key(PASSPHRASE, new=Secret.from_text("kort"))
    with vault.renew_key(PASSPHRASE, new=OTHER) as renewed:
        assert renewed.openers().drilled_at
        renewed.drill_recovery(Secret.from_text(" ".join(key.words)))
    with pytest.raises(WrongPassphrase):
        Vault.unlock(ref, PASSPHRASE)
    with Vault.recover(ref, Secret.from_text(" ".join(key.words)), PASSPHRASE, kdf=FLOOR) as vault:
        assert said(vault) == NOTE


def test_a_copy_that_is_not_what_was_copied_is_not_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, _key = with_notes(tmp_path / "home")
    connected = database.connect

    def lossy(path: Path, data_key: Secret) -> database.Connection:
        connection = connected(path, data_key)
        if path.name == renewal.NEXT_DATABASE:
            connection.execute("DROP TRIGGER entry_stays")
            connection.execute("DELETE FROM entry WHERE arrival = 2")
        return connection

    vault = Vault.unlock(ref, PASSPHRASE)
    old = raw_key(vault)
    with monkeypatch.context() as patch:
        patch.setattr(database, "connect", lossy)
        with pytest.raises((DatabaseDamaged, VaultUnwell)):
            vault.renew_key(PASSPHRASE)
    assert said(vault) == NOTE
    vault.close()
    assert left(ref) == {DATABASE, FIRST, SECOND}
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert raw_key(vault) == old


def test_a_log_that_could_not_be_emptied_stops_the_step(tmp_path: Path) -> None:
    ref, _key = with_notes(tmp_path / "home")
    (ref.path / f"{DATABASE}-wal").write_bytes(b"x")
    (ref.path / renewal.NEXT_DATABASE).write_bytes(b"new")
    before = (ref.path / DATABASE).read_bytes()
    with pytest.raises(DiskFailed):
        renewal.step(ref.path, DATABASE)
    assert (ref.path / DATABASE).read_bytes() == before
    (ref.path / f"{DATABASE}-wal").unlink()
    renewal.step(ref.path, DATABASE)  # the control
    assert (ref.path / DATABASE).read_bytes() == b"new"


def test_on_a_full_disk_the_old_key_counts_and_the_vault_stays_open(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "1500k") as folder:
        ref, _key = with_notes(folder / "home")
        vault = Vault.unlock(ref, PASSPHRASE)
        old = raw_key(vault)
        filler = fill(folder)
        with pytest.raises((DiskFull, DiskFailed)):
            vault.renew_key(PASSPHRASE)
        filler.unlink()
        assert said(vault) == NOTE
        vault.close()
        assert left(ref) == {DATABASE, FIRST, SECOND}
        with Vault.unlock(ref, PASSPHRASE) as vault:
            assert raw_key(vault) == old
            vault.renew_key(PASSPHRASE).close()


def cut_everywhere(
    tmp_path: Path, change: Callable[[Vault], None], opens: Callable[[VaultRef, int, list[str]], None]
) -> int:
    """Cut the power before each call on the disk that a change makes; each time, see what opens what is left."""
    with new_vault(Home(tmp_path / "start")) as made:
        Casework(made).set_up(OfficeSetUp(office=NOTE, author="Åse", language="da", contacts=()))
        made.make_recovery(recovery.new_key().public)
    start = Home(tmp_path / "start").vault()
    at = 0
    while True:
        root = tmp_path / f"cut-{at}"
        shutil.copytree(start.path.parent.parent, root / "home")
        ref = Home(root / "home").vault()
        vault = Vault.unlock(ref, PASSPHRASE)
        after = tmp_path / f"after-{at}"
        with disk(ref.path, cut_at=at) as counted:
            try:
                change(vault)
            except PowerCut:
                shutil.copytree(root / "home", after / "home")
        vault.close()
        if not counted.off:
            return at
        opens(Home(after / "home").vault(), at, counted.asked)
        shutil.rmtree(root)
        shutil.rmtree(after)
        at += 1


@pytest.mark.usefixtures("cheap")
def test_a_change_of_passphrase_cut_off_anywhere_opens_with_the_old_or_the_new(tmp_path: Path) -> None:
    seen: set[object] = set()

    def opens(ref: VaultRef, at: int, asked: list[str]) -> None:
        found = []
        for name, passphrase in (("old", PASSPHRASE), ("new", OTHER)):
            try:
                with Vault.unlock(ref, passphrase) as vault:
                    assert said(vault) == NOTE
            except WrongPassphrase:
                continue
            found.append(name)
        assert found in (["old"], ["new"]), (at, asked)
        seen.update(found)

    cuts = cut_everywhere(tmp_path, lambda vault: vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR), opens)
    assert seen == {"old", "new"}
    assert cuts >= 8


@pytest.mark.usefixtures("cheap")
def test_a_new_key_cut_off_anywhere_leaves_one_whole_vault(tmp_path: Path) -> None:
    seen: set[object] = set()

    def opens(ref: VaultRef, at: int, asked: list[str]) -> None:
        stepped = renewal.stepped(ref.path)
        under_way = renewal.under_way(ref.path)
        with Vault.unlock(ref, PASSPHRASE) as vault:
            assert said(vault) == NOTE, (at, asked)
            renewed = bool(vault.openers().renewed_at)
            assert (VaultWarning.RENEWAL_FINISHED in vault.warnings) == stepped
            assert (VaultWarning.RENEWAL_CALLED_OFF in vault.warnings) == under_way
            assert VaultWarning.SLOTS_REPAIRED not in vault.warnings
        assert renewed or not stepped
        assert left(ref) == {DATABASE, FIRST, SECOND}, (at, asked)
        seen.add((stepped, under_way, renewed))

    cuts = cut_everywhere(tmp_path, lambda vault: vault.renew_key(PASSPHRASE).close(), opens)
    assert (False, True, False) in seen
    assert (True, False, True) in seen
    assert cuts >= 20


@pytest.mark.usefixtures("cheap")
def test_a_new_key_with_a_new_passphrase_cut_off_opens_with_one_of_the_two(tmp_path: Path) -> None:
    seen: set[object] = set()

    def opens(ref: VaultRef, at: int, asked: list[str]) -> None:
        found = []
        for name, passphrase in (("old", PASSPHRASE), ("new", OTHER)):
            try:
                with Vault.unlock(ref, passphrase) as vault:
                    assert bool(vault.openers().renewed_at) == (name == "new")
            except WrongPassphrase:
                continue
            found.append(name)
        assert found in (["old"], ["new"]), (at, asked)
        seen.update(found)

    cut_everywhere(tmp_path, lambda vault: vault.renew_key(PASSPHRASE, new=OTHER).close(), opens)
    assert seen == {"old", "new"}


def test_after_the_step_a_damaged_copy_does_not_matter(tmp_path: Path) -> None:
    ref, _key = with_notes(tmp_path / "home")
    vault = Vault.unlock(ref, PASSPHRASE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renewal, "finish", lambda *_any: (_ for _ in ()).throw(PowerCut))
        with pytest.raises(PowerCut):
            vault.renew_key(PASSPHRASE)
    vault.close()
    assert renewal.stepped(ref.path)
    (ref.path / FIRST).write_bytes(b"nothing")
    (ref.path / SECOND).unlink()
    (ref.path / SECOND).write_bytes(b"")
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert VaultWarning.RENEWAL_FINISHED in vault.warnings


def test_a_next_table_that_somebody_put_there_changes_nothing(tmp_path: Path) -> None:
    ref, _key = with_notes(tmp_path / "home")
    old = (ref.path / FIRST).read_bytes()
    with Vault.unlock(ref, PASSPHRASE) as vault:
        vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
    (ref.path / NEXT).write_bytes(old)
    with Vault.unlock(ref, OTHER) as vault:
        assert said(vault) == NOTE
    assert not (ref.path / NEXT).exists()
    assert slots.read_tables(ref.path, ref.id).tables[0].generation > 2
    with pytest.raises(WrongPassphrase):
        Vault.unlock(ref, PASSPHRASE)


def test_a_renewal_that_is_stopped_leaves_the_vault_open_under_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, _key = with_notes(tmp_path / "home")
    vault = Vault.unlock(ref, PASSPHRASE)
    old = raw_key(vault)
    monkeypatch.setattr(database, "_STEPS", 5)
    asked: list[bool] = []

    def nobody_stops() -> bool:
        asked.append(True)
        return False

    # The control, and how often it asks: while copying, and once more while looking.
    vault = vault.renew_key(PASSPHRASE, cancelled=nobody_stops)
    assert raw_key(vault) != old
    assert len(asked) > 5
    old = raw_key(vault)
    for at in (1, len(asked) // 2, len(asked)):
        left_to_ask = [False] * (at - 1) + [True] * 1000
        with pytest.raises(renewal.RenewalStopped):
            vault.renew_key(PASSPHRASE, cancelled=lambda answers=left_to_ask: answers.pop(0))  # type: ignore[misc]
        assert said(vault) == NOTE
        assert raw_key(vault) == old
        assert left(ref) - {f"{DATABASE}-wal"} == {DATABASE, FIRST, SECOND}
    seen: list[tuple[int, int]] = []
    vault.renew_key(PASSPHRASE, progress=lambda *moved: seen.append(moved)).close()
    assert seen == sorted(seen)
    assert seen[-1] == (2000, 2000)
