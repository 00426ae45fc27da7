"""What was erased: gone from a later backup, there again from an older one, and gone when a later one is taken in."""

from __future__ import annotations

from pathlib import Path

from store import doctor
from store.cases.erasing_model import ErasureOrder
from store.casework import Casework
from store.home import Home
from store.vault import Vault
from tests.store.backup.backups import backed, copy_of, restored, worked
from tests.store.cases.test_erasing import close
from tests.store.circle import card_of
from tests.store.exchange.rounds import joined, until_still
from tests.store.vaults import PASSPHRASE

TEXT = "Det, der skal væk."


def texts(desk: Casework, case: str) -> list[str]:
    return [version.text for note in desk.case(case).notes for version in note.versions]


def test_what_was_erased_comes_back_only_until_a_later_backup_is_taken_in(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    note = desk.add_note(case.id, TEXT)
    stick = tmp_path / "stick"
    backed(desk, stick)
    before = copy_of(stick, tmp_path / "before")
    close(desk, case.id)
    plan = desk.plan_erasing_entry(case.id, note.id)
    desk.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="Det var en fejl"))
    assert TEXT not in texts(desk, case.id)
    backed(desk, stick)
    desk.close()

    # The chain has it still, in its first file, and what it says of itself takes it away.
    back, said = restored(tmp_path / "later", stick)
    assert said.well
    assert said.erased >= 1
    assert TEXT not in texts(back, case.id)
    assert doctor.check(back.vault).well
    back.close()

    # The control, and what restoring says: from the older one it is here again.
    old, said = restored(tmp_path / "older", before)
    assert TEXT in texts(old, case.id)
    assert any("erased after" in words for words in said.after())
    # A later backup, restored beside it and taken in, takes it away.
    later, _said = restored(tmp_path / "older", stick, beside=True)
    path, id = later.vault.path, later.vault.id
    later.close()
    with Vault.unlock(Home(path.parent.parent).vault(id), PASSPHRASE) as vault:
        old.merge(vault.connection, id)
    assert TEXT not in texts(old, case.id)
    assert doctor.check(old.vault).well
    old.close()


def test_what_was_erased_comes_back_only_until_what_a_colleague_passes_on_is_taken_in(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    other = joined(tmp_path / "other", 2, "Bo Bisidder", desk)
    [case] = desk.cases()
    note = desk.add_note(case.id, TEXT)
    desk.share_case(case.id, card_of(other).author, "Vi arbejder sammen om sagen.")
    folder = tmp_path / "exchange"
    folder.mkdir()
    until_still([desk, other], folder)
    assert TEXT in texts(other, case.id)
    stick = tmp_path / "stick"
    backed(desk, stick)
    close(desk, case.id)
    plan = desk.plan_erasing_entry(case.id, note.id)
    desk.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="Det var en fejl"))
    until_still([desk, other], folder)
    assert TEXT not in texts(other, case.id)
    desk.close()

    back, _said = restored(tmp_path / "older", stick)
    # The control: from the older backup it is here again, and goes with the colleague's envelope.
    assert TEXT in texts(back, case.id)
    until_still([back, other], folder)
    assert TEXT not in texts(back, case.id)
    assert TEXT not in texts(other, case.id)
    for one in (back, other):
        assert doctor.check(one._vault).well
        one.close()
