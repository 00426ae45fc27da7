"""Who may read a case; and receipts, by which a vault that was put back is noticed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store import receipts
from store.cases.errors import ReasonNeeded
from store.cases.sharing import NotImported, ReceiptForeign, VaultPutBack
from store.cases.trust_errors import AuthorUnknown
from store.casework import Casework
from store.doctor import at_unlock, check
from store.receipts import ReceiptInvalid
from store.union import AuthorsUnknown
from tests.store.cases.test_importing import opened_by, send
from tests.store.circle import circle, member, vault_desk
from tests.store.desk import a_case
from tests.store.test_union import give


@pytest.fixture()
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        desk.close()


def test_a_share_is_an_entry_that_travels(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    who = bo.office().author_id
    assert mette.shares(case.id) == ()
    [share] = mette.share_case(case.id, who[:8], "Vikar i uge 48", date(2099, 1, 1))
    assert (share.name, share.recipient, share.purpose) == ("Bo", bo.key_card().recipient, "Vikar i uge 48")
    give(mette, bo, case.id)
    assert bo.shares(case.id) == mette.shares(case.id)
    assert mette.end_share(case.id, who, "Færdig.") == ()
    mette.share_case(case.id, who, "Igen", date(2020, 1, 1))
    assert mette.shares(case.id) == ()
    with pytest.raises(AuthorUnknown):
        mette.share_case(case.id, mette.office().author_id, "Mig selv")
    with pytest.raises(ReasonNeeded):
        mette.share_case(case.id, who, " ")
    mette.revoke(who, "Stjålet.")
    with pytest.raises(AuthorUnknown):
        mette.share_case(case.id, who, "Igen")


def a_receipt(mette: Casework, bo: Casework, case: str, folder: Path) -> str:
    opened = opened_by(bo, send(mette, bo, case, folder))
    bo.import_bundle(opened)
    return bo.give_receipt(opened)


def test_a_receipt_goes_back_and_is_an_entry(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    text = a_receipt(mette, bo, case.id, tmp_path)
    assert case.title not in text
    receipt = mette.take_receipt(text.replace("\n", "\r\n"))
    assert receipt.heads == bo.held(case.id)
    count = len(mette.history(case.id))
    mette.take_receipt(text)
    assert len(mette.history(case.id)) == count
    assert mette.history(case.id)[0].kind == "receipt.given"
    assert "Bo" in mette.history(case.id)[0].words
    assert check(mette._vault).well
    give(mette, bo, case.id)
    # It says nothing to anybody else.
    with pytest.raises(ReceiptForeign):
        bo.take_receipt(text)


def test_only_what_was_taken_in_is_receipted(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    with pytest.raises(NotImported):
        bo.give_receipt(opened_by(bo, send(mette, bo, case.id, tmp_path)))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("counter ", "counter 1", "checkpoint"),
        ("manifest sha256:", "manifest sha256:0", "form"),
        ("given-at 2", "given-at 3", "signature"),
        ("segl-receipt v1", "segl-receipt v2", "form"),
    ],
)
def test_a_receipt_that_was_changed_is_none(
    two: tuple[Casework, Casework], tmp_path: Path, before: str, after: str, fault: str
) -> None:
    mette, bo = two
    text = a_receipt(mette, bo, a_case(mette).id, tmp_path)
    with pytest.raises(ReceiptInvalid) as refused:
        receipts.read(text.replace(before, after, 1))
    assert refused.value.fault == fault


def test_a_stranger_gives_no_receipt(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    stranger = member(tmp_path / "stranger", 9, "Ukendt")
    signed = a_receipt(mette, bo, case.id, tmp_path).partition("-----BEGIN")[0]
    with pytest.raises(AuthorsUnknown):
        mette.take_receipt(signed + stranger.sign(signed.encode(), namespace=receipts.NAMESPACE))
    stranger.close()


def codes(desk: Casework) -> set[str]:
    assert {finding.code for finding in at_unlock(desk._vault)} <= {one.code for one in check(desk._vault).findings}
    return {finding.code for finding in at_unlock(desk._vault) if finding.damage}


def copy_without_wal(source: Path, target: Path) -> None:
    """What is in the database file alone: the newest commits are in the log beside it."""
    target.mkdir()
    shutil.copy(source / "vault.db", target / "vault.db")
    for receipt in source.glob("receipt-*.txt"):
        shutil.copy(receipt, target)


def test_a_vault_put_back_to_an_older_copy_is_noticed_by_the_receipt_beside_it(tmp_path: Path) -> None:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    mette.close()
    old = tmp_path / "old.db"
    shutil.copy(tmp_path / "1" / "vault.db", old)
    mette = vault_desk(tmp_path / "1", 1)
    mette.add_note(case.id, "Skal ikke kunne forsvinde.")
    mette.take_receipt(a_receipt(mette, bo, case.id, tmp_path))
    assert codes(mette) == set()
    mette.close()
    # Somebody puts the old copy back, and takes the checkpoint away that would tell.
    shutil.copy(old, tmp_path / "1" / "vault.db")
    for name in ("checkpoint.txt", "vault.db-wal", "vault.db-shm"):
        (tmp_path / "1" / name).unlink(missing_ok=True)
    back = vault_desk(tmp_path / "1", 1)
    assert codes(back) == {"receipt-later"}
    [words] = [finding.words() for finding in at_unlock(back._vault) if finding.damage]
    assert "segl import" in words
    # The case comes in again from who has it, the lost note too; and it is said that these were one's own.
    bo_again = opened_by(back, send(bo, back, case.id, tmp_path))
    assert back.import_bundle(bo_again).taken.own
    assert "Skal ikke kunne forsvinde." in {note.current.text for note in back.case(case.id).notes}
    back.close()
    # Control: without the receipt nobody can tell.
    for path in (tmp_path / "1").glob("receipt-*.txt"):
        path.unlink()
    shutil.copy(old, tmp_path / "1" / "vault.db")
    (tmp_path / "1" / "checkpoint.txt").unlink()
    blind = vault_desk(tmp_path / "1", 1)
    assert codes(blind) == set()
    blind.close()
    bo.close()


def test_a_deleted_log_is_noticed_by_a_receipt_that_comes_later(tmp_path: Path) -> None:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    mette.close()
    mette = vault_desk(tmp_path / "1", 1)
    mette.add_note(case.id, "Står kun i loggen.")
    text = a_receipt(mette, bo, case.id, tmp_path)
    copy_without_wal(tmp_path / "1", tmp_path / "cut")
    mette.close()
    cut = vault_desk(tmp_path / "cut", 1)
    # Control: a clean beginning looks well, and nothing but the receipt can tell.
    assert codes(cut) == set()
    assert "Står kun i loggen." not in {note.current.text for note in cut.case(case.id).notes}
    with pytest.raises(VaultPutBack) as noticed:
        cut.take_receipt(text)
    assert noticed.value.then > noticed.value.now
    assert "segl import" in noticed.value.diagnostics().todo
    assert codes(cut) == {"receipt-later"}
    cut.close()
    bo.close()


def test_another_past_is_noticed_too(tmp_path: Path) -> None:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    mette.close()
    shutil.copytree(tmp_path / "1", tmp_path / "other")
    mette = vault_desk(tmp_path / "1", 1)
    text = a_receipt(mette, bo, case.id, tmp_path)
    mette.add_note(case.id, "En.")
    mette.add_note(case.id, "To.")
    text = a_receipt(mette, bo, case.id, tmp_path)
    mette.close()
    other = vault_desk(tmp_path / "other", 1)
    for number in range(9):
        other.add_note(case.id, f"En anden fortid {number}.")
    with pytest.raises(VaultPutBack):
        other.take_receipt(text)
    assert codes(other) == {"receipt-differs"}
    other.close()
    bo.close()
