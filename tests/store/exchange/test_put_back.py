"""A vault that was put back to an older copy: noticed by what others have, said until a person knows, and at an end."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from guidance.language import LANGUAGES, set_language, speaking
from store import put_back
from store.casework import Casework
from store.doctor import at_unlock, check
from store.entry import SpaceKind
from store.exchange import ledger
from store.model import OfficeSetUp
from store.union import verify_entries
from tests.store.cases.test_importing import opened_by, send
from tests.store.cases.test_sharing import a_receipt
from tests.store.circle import circle, trusts, vault_desk
from tests.store.desk import Clock, a_case
from tests.store.exchange.rounds import office_of, round_of, until_still
from tests.store.test_union import tables


def codes(desk: Casework) -> set[str]:
    """Of damage, as it is said at each unlock; the doctor says the same."""
    said = {finding.code for finding in at_unlock(desk._vault)}
    assert said == {finding.code for finding in check(desk._vault).findings if finding.damage}
    return said


def kept(desk: Casework) -> Path:
    """A copy of a vault's database, which is closed for it."""
    path = desk._vault.path
    desk.close()
    shutil.copy(path / "vault.db", path / "kept")
    return path


class Still(Clock):
    """A clock on which everything happens within one second."""

    def __call__(self) -> datetime:
        return self.now


def put_back_to(path: Path, number: int, *, clock: Clock | None = None) -> Casework:
    """The copy takes the place of what there is, and whoever did it took the checkpoints away."""
    shutil.copy(path / "kept", path / "vault.db")
    for one in ("vault.db-wal", "vault.db-shm", "checkpoint.txt"):
        (path / one).unlink(missing_ok=True)
    return vault_desk(path, number, clock=clock)


def in_words(desk: Casework) -> list[str]:
    """What is said at the unlock and what the doctor says is to be done, in both languages."""
    said = []
    for language in LANGUAGES:
        with speaking(language):
            said += [finding.words() for finding in at_unlock(desk._vault)] + list(check(desk._vault).todo())
    assert not any("{" in one for one in said)
    return said


@pytest.mark.parametrize("by_number", [True, False], ids=["by the number heard", "of a vault that was restored"])
def test_own_entries_that_come_back_are_said_until_a_person_knows(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, by_number: bool
) -> None:
    """Where numbers of before say nothing, they begin again: what lacks more counts as the newer one of a second."""
    set_language("en")
    clock = Still()
    if not by_number:
        monkeypatch.setattr(put_back, "note_heard", lambda _connection, _heard, *, written: written)
    mette, bo = office_of(tmp_path, "Mette", "Bo", clock=clock)
    case = a_case(mette)
    until_still([mette, bo], folder)
    path = kept(mette)
    mette = vault_desk(path, 1, clock=clock)
    for words in ("Skal ikke kunne forsvinde.", "To", "Tre", "Fire", "Fem"):
        mette.add_note(case.id, words)
        until_still([mette, bo], folder)
    mette.close()
    back = put_back_to(path, 1, clock=clock)
    assert codes(back) == set()
    back.add_note(case.id, "Skrevet efter.")
    for file in folder.iterdir():
        file.unlink()
    for _round in range(4):
        for desk in (back, bo):
            round_of(desk, folder)
    # What was lost is here again, though all of it was within one second.
    assert "Skal ikke kunne forsvinde." in {note.current.text for note in back.case(case.id).notes}
    assert "own-came-back" in codes(back)
    assert any("segl doctor --settle" in line for line in check(back._vault).todo())
    back.close()
    back = vault_desk(path, 1, clock=clock)
    assert "own-came-back" in codes(back), "it is said at each unlock"
    assert len(set(in_words(back))) == len(in_words(back)) >= 4
    assert {one.code for one in back.settle_put_back()} <= {"own-came-back", "heard-later"}
    assert codes(back) == set()
    assert back.settle_put_back() == ()
    back.add_note(case.id, "Og videre.")
    until_still([back, bo], folder)
    assert tables(back, case.id) == tables(bo, case.id)
    for desk in (back, bo):
        assert check(desk._vault).well, check(desk._vault).findings
        desk.close()


def test_control_what_a_colleague_wrote_shows_nothing(tmp_path: Path, folder: Path) -> None:
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    for _round in range(3):
        until_still([mette, bo], folder)
        for desk in (bo, mette):
            desk.add_note(case.id, "Set.")
    until_still([mette, bo], folder)
    for desk in (mette, bo):
        assert codes(desk) == set()
        desk.close()


def test_that_somebody_read_what_was_never_written_shows_it_before_anything_comes_back(
    tmp_path: Path, folder: Path
) -> None:
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    until_still([mette, bo], folder)
    path = kept(mette)
    mette = vault_desk(path, 1)
    for number in range(5):
        mette.add_note(case.id, f"{number}")
        until_still([mette, bo], folder)
    lost = ledger.next_number(mette._connection) - 1
    mette.close()
    back = put_back_to(path, 1)
    assert ledger.next_number(back._connection) - 1 < lost
    for file in folder.iterdir():
        file.unlink()
    bo.add_note(case.id, "Fra Bo.")
    round_of(bo, folder)
    round_of(back, folder)
    assert codes(back) == {"heard-later"}
    assert "0" not in {note.current.text for note in back.case(case.id).notes}, "the control: nothing came back so far"
    assert str(lost) in "".join(in_words(back))
    # Its next envelope is not taken for one of before, and brings back what was lost.
    assert ledger.next_number(back._connection) > lost
    for _round in range(4):
        for desk in (bo, back):
            round_of(desk, folder)
    assert {"0", "1", "2", "3", "4"} <= {note.current.text for note in back.case(case.id).notes}
    assert codes(back) == {"heard-later", "own-came-back"}
    back.settle_put_back()
    until_still([back, bo], folder)
    assert codes(back) == set()
    for desk in (back, bo):
        desk.close()


@pytest.mark.parametrize("heard", [0, 7, 10**12, 10**15 - 1])
def test_a_number_that_was_written_or_that_nobody_can_have_written_shows_nothing(tmp_path: Path, heard: int) -> None:
    [mette] = office_of(tmp_path, "Mette")
    with mette._connection.transaction():
        assert put_back.note_heard(mette._connection, heard, written=7) == 7
        assert put_back.note_heard(mette._connection, 8, written=7) == 8  # The control.
    assert codes(mette) == {"heard-later"}
    mette.close()


def test_nobody_brings_the_numbers_where_nothing_is_noticed_any_more(tmp_path: Path) -> None:
    """A participant says that they have read the highest number that is believed; a real one is noticed after that."""
    [mette] = office_of(tmp_path, "Mette")
    written = 7
    for _envelope in range(20):
        with mette._connection.transaction():
            written = put_back.note_heard(mette._connection, 10**12 - 1, written=written)
    assert codes(mette) == {"heard-later"}
    mette.settle_put_back()
    assert codes(mette) == set()
    with mette._connection.transaction():
        assert put_back.note_heard(mette._connection, written + 3, written=written) == written + 3
    assert codes(mette) == {"heard-later"}
    mette.close()


def test_after_a_receipt_the_way_that_is_said_comes_to_an_end(tmp_path: Path) -> None:
    """As told: what others have is taken in, a person says that they know, and the vault is written in again."""
    set_language("en")
    mette, bo = circle(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    path = kept(mette)
    mette = vault_desk(path, 1)
    # Nobody else has this one: so what comes back does not make the same past again.
    a_case(mette, "Kun her")
    mette.add_note(case.id, "Skal ikke kunne forsvinde.")
    mette.take_receipt(a_receipt(mette, bo, case.id, tmp_path))
    mette.close()
    back = put_back_to(path, 1)
    assert codes(back) == {"receipt-later"}
    done = back.import_bundle(opened_by(back, send(bo, back, case.id, tmp_path)))
    assert done.put_back == len(done.taken.own) > 0
    assert any("your own key came back" in line for line in done.words())
    assert {note.current.text for note in back.case(case.id).notes} >= {"Skal ikke kunne forsvinde."}
    # The import alone does not end it, and what does is said.
    assert codes(back) & {"receipt-later", "receipt-differs"}
    [todo] = check(back._vault).todo()
    assert "segl import" in todo
    assert "segl doctor --settle" in todo
    back.settle_put_back()
    assert codes(back) == set()
    report = check(back._vault)
    assert report.well
    # It stays on record, as a remark; and it is not said at the unlock.
    assert {one.code for one in report.findings} >= {"put-back-known"}
    assert report.todo() == ()
    back.add_note(case.id, "Og videre.")
    back.close()
    back = vault_desk(path, 1)
    assert codes(back) == set()
    back.take_receipt(a_receipt(back, bo, case.id, tmp_path))
    assert codes(back) == set()
    assert {note.current.text for note in bo.case(case.id).notes} >= {"Skal ikke kunne forsvinde.", "Og videre."}
    # Who puts it back once more is noticed anew.
    back.close()
    again = put_back_to(path, 1)
    assert codes(again)
    for desk in (again, bo):
        desk.close()


def test_what_comes_by_a_key_of_before_is_no_wonder_and_shows_nothing(tmp_path: Path) -> None:
    """A vault that was merged goes on: what it wrote later comes by a key of one's own that signs nothing here."""
    set_language("en")
    clock = Clock()
    mette, bo = circle(tmp_path, "Åse Ærlig", "Bo")
    monday = vault_desk(tmp_path / "9", 9, clock=clock)
    monday.set_up(OfficeSetUp(office="Kontor 9", author="Åse Ærlig"))
    case = a_case(monday, "Mandag")
    mette.merge(monday._connection, monday._vault.id)
    trusts(bo, mette)
    mette.share_case(case.id, bo.office().author_id, "Vikar")
    bo.import_bundle(opened_by(bo, send(mette, bo, case.id, tmp_path)))
    monday.add_note(case.id, "Glemt i den anden boks.")
    later = monday.entries_beyond(case.id, mette.held(case.id))
    bo.take_in(SpaceKind.CASE, case.id, verify_entries(later))
    done = mette.import_bundle(opened_by(mette, send(bo, mette, case.id, tmp_path)))
    # The control: they are one's own, and were not here.
    assert (len(done.taken.own), done.put_back) == (1, 0)
    assert not any("your own key came back" in line for line in done.words())
    assert codes(mette) == set()
    for desk in (mette, bo, monday):
        desk.close()
