"""What is erased is in no byte of the file, comes back by no way, and is taken in by others only from who may."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store import erasing
from store.cases.access import Act
from store.cases.erasing_errors import ErasingRefused, NotConfirmed, NothingToErase, NumberNeeded
from store.cases.erasing_model import ErasureOrder, ErasurePlan, What
from store.cases.errors import CaseUnknown, ItemUnknown
from store.cases.filing import FilingRule
from store.cases.retention import Against, RetentionRule
from store.casework import Casework
from store.doctor import check
from store.model import CaseSummary, EvidenceDraft, Intake, PersonDraft, Role
from store.today import TodayGroup
from store.union import verify_entries
from tests.store.cases.test_importing import opened_by, send
from tests.store.circle import circle, vault_desk
from tests.store.desk import DIGEST, a_case
from tests.store.exchange.rounds import office_of, round_of, until_still
from tests.store.pages import plain_pages, wal_pages
from tests.store.test_union import CASE, give, tables
from tests.tools import ROOT

PLANTED = ("Hemmelig titel", "Zanzibarnotat", "Quintilla Voss", "quintilla.jpg", "kladdeordet")


@pytest.fixture()
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    """Mette and Bo, of two offices, who know one another."""
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def planted(desk: Casework) -> CaseSummary:
    """A case with the planted words in every place, of which some were replaced."""
    case = desk.new_case(
        Intake(
            title=PLANTED[0],
            happened=f"{PLANTED[1]} om {PLANTED[2]}",
            stand_in="Bo",
            people=(PersonDraft(name=PLANTED[2], roles=(Role.VICTIM,)),),
        )
    )
    note = desk.add_note(case.id, f"{PLANTED[1]} nummer to")
    desk.correct_note(case.id, note.id, "Rettet", f"fejl: {PLANTED[1]}")
    desk.register_evidence(case.id, EvidenceDraft(digest=DIGEST, size=1, name=PLANTED[3], shows=PLANTED[1]))
    piece = desk.case(case.id).evidence[-1].id
    for key in (f"note/{case.id}", f"clearing/{piece}"):
        desk.save_draft(key, f'{{"text": "{PLANTED[4]}"}}')
    desk.cases()
    return case


def close(desk: Casework, case: str) -> None:
    """Close it, whatever its guide says: that is tested elsewhere."""
    desk._write(case, "case.closed", {"reason": "Færdig"})


def order(plan: ErasurePlan, **more: str) -> ErasureOrder:
    return ErasureOrder(confirmation=plan.confirm, ground="Fristen er gået", **more)


def erase_case(desk: Casework, case: str) -> None:
    plan = desk.plan_erasing_case(case)
    desk.erase(plan, order(plan))


def words_in(desk: Casework) -> list[str]:
    """The planted words that are in some byte of the database or of its log, under the key."""
    path = desk._vault.path / "vault.db"
    # As long as it is open pages may only be in the log.
    raw = plain_pages(path, b"k" * 32) + wal_pages(path, b"k" * 32)
    return [word for word in PLANTED if word.encode() in raw]


def test_what_is_erased_is_in_no_byte_of_the_file(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    case, other = planted(mette), a_case(mette)
    close(mette, case.id)
    assert words_in(mette) == list(PLANTED)  # The control: they are found as long as they are there.
    plan = mette.plan_erasing_case(case.reference)
    assert {line.entry for line in plan.doomed} == {line.entry for line in mette.history(case.id, newest=None)}
    erased = mette.erase(plan, order(plan))
    assert (erased.what, erased.references, erased.finished) == (What.CASE, (case.reference,), True)
    assert words_in(mette) == []
    assert [one.id for one in mette.cases()] == [other.id]
    with pytest.raises(CaseUnknown):
        mette.case(case.reference)
    assert mette.drafts() == {}
    [gone] = mette.erased_cases()
    assert (gone.reference, gone.ground, gone.by) == (case.reference, "Fristen er gået", "Mette")
    assert not erasing.unfinished(mette._connection)


def test_control_without_emptying_the_file_the_words_are_still_there(
    two: tuple[Casework, Casework], monkeypatch: pytest.MonkeyPatch
) -> None:
    mette, _bo = two
    case = planted(mette)
    close(mette, case.id)
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "finish", lambda _connection: False)
        erase_case(mette, case.id)
    assert words_in(mette)
    assert erasing.finish(mette._connection)
    assert words_in(mette) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from store import erasing
from store.cases.erasing_model import ErasureOrder
from tests.store.circle import vault_desk
desk = vault_desk(Path(sys.argv[1]), 1)
case = sys.argv[2]
plan = desk.plan_erasing_case(case)
at = sys.argv[3]
def die(*_rest, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
if at == "before":
    erasing.clean = die
elif at == "committed":
    erasing.finish = die
else:
    emptied = []
    empty = erasing._empty_log
    def once(connection):
        empty(connection)
        emptied.append(1)
        if len(emptied) == int(at):
            die()
    erasing._empty_log = once
desk.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="x"))
die()
"""


@pytest.mark.parametrize("at", ["before", "committed", "1", "2", "3"])
def test_killed_anywhere_it_is_not_begun_or_finished_at_the_next_unlocking(tmp_path: Path, at: str) -> None:
    [mette] = circle(tmp_path, "Mette")
    case = planted(mette)
    close(mette, case.id)
    mette.close()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "1"), case.id, at],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    again = vault_desk(tmp_path / "1", 1)
    erasing.finish(again._connection)  # As `Vault` does when it is unlocked.
    if at == "before":
        assert again.case(case.reference).summary.title == PLANTED[0]
    else:
        assert words_in(again) == []
        assert again.cases() == ()
    assert check(again._vault).well
    again.close()


def test_nothing_live_held_or_unread_goes(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = planted(mette)
    mette.share_case(case.id, bo.office().author_id, "Sparring")
    with pytest.raises(ErasingRefused) as caught:
        mette.plan_erasing_case(case.id)
    assert caught.value.against == (Against.OPEN,)
    give(mette, bo, case.id)
    bo.add_note(case.id, "Set af Bo.")
    close(mette, case.id)
    give(bo, mette, case.id)
    mette.hold_case(case.id, "Politiet har bedt om det")
    with pytest.raises(ErasingRefused) as caught:
        mette.plan_erasing_case(case.id)
    assert caught.value.against == (Against.HELD, Against.UNREAD)
    mette.end_hold(case.id, "Afgjort")
    with pytest.raises(ErasingRefused) as caught:  # Having wanted to erase it is not having read it.
        mette.plan_erasing_case(case.id)
    assert caught.value.against == (Against.UNREAD,)
    mette.case(case.id)
    mette.record_openings()
    plan = mette.plan_erasing_case(case.id)
    for wrong in ("", " ", "26-00000"):
        with pytest.raises(NotConfirmed):
            mette.erase(plan, ErasureOrder(confirmation=wrong, ground="x"))
    # What came between the plan and the word that confirms it stops it.
    mette.hold_case(case.id, "Alligevel ikke")
    with pytest.raises(ErasingRefused):
        mette.erase(plan, order(plan))
    assert mette.case(case.id).notes


def test_the_journal_system_comes_first_where_a_number_is_due(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    mette.set_filing_rule(FilingRule(system="ESDH", days=14))
    case, filed = planted(mette), a_case(mette)
    mette.number_filing(filed.id, "2026-17")
    for one in (case, filed):
        close(mette, one.id)
    plan = mette.plan_erasing_case(case.id)
    with pytest.raises(NumberNeeded):
        mette.erase(plan, order(plan))
    mette.erase(plan, order(plan, no_number="Oprettet ved en fejl"))
    plan = mette.plan_erasing_case(filed.id)
    assert (plan.number_due, plan.number) == (False, "2026-17")
    mette.erase(plan, order(plan))
    assert {one.number for one in mette.erased_cases()} == {"", "2026-17"}


def test_a_note_that_was_put_right_can_go_from_an_open_case_and_what_stands_can_not(
    two: tuple[Casework, Casework],
) -> None:
    mette, _bo = two
    case = a_case(mette)
    note = mette.add_note(case.id, f"{PLANTED[1]}: forkert barn")
    with pytest.raises(ErasingRefused):
        mette.plan_erasing_entry(case.id, note.id)
    mette.correct_note(case.id, note.id, "Rigtigt nu", "Forkert barn")
    plan = mette.plan_erasing_entry(case.id, note.id[:8])
    assert [PLANTED[1] in line.words for line in plan.doomed] == [True]
    mette.erase(plan, order(plan))
    assert words_in(mette) == []
    assert [version.text for version in mette.case(case.id).notes[-1].versions] == ["Rigtigt nu"]
    for kind in ("case.opened", "playbook.pinned", "entry.erased"):
        [entry] = [line.entry for line in mette.history(case.id, newest=None) if line.kind == kind][:1]
        with pytest.raises(ItemUnknown):
            mette.plan_erasing_entry(case.id, entry)


def test_what_stands_again_is_shown_before(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    case = a_case(mette)
    mette.set_level(case.id, 2, "Først et skøn")
    mette.set_level(case.id, 3, "Senere et andet")
    [entry] = [line.entry for line in mette.history(case.id) if "Senere et andet" in line.words]
    close(mette, case.id)
    plan = mette.plan_erasing_entry(case.id, entry)
    assert ["Først et skøn" in words for words in plan.stands_again] == [True]
    mette.erase(plan, order(plan))
    assert mette.case(case.id).summary.level == 2


def test_somebody_goes_from_every_closed_case_and_what_stays_is_said(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    first, second, third = planted(mette), planted(mette), planted(mette)
    for one in (first, second):
        close(mette, one.id)
    mette.hold_case(second.id, "Retssag")
    plan = mette.plan_erasing_person("quintilla voss")
    assert plan.cases == (first.id,)
    assert {line.reference for line in plan.left} == {second.reference, third.reference}
    with pytest.raises(NotConfirmed):
        mette.erase(plan, ErasureOrder(confirmation=first.reference, ground="Artikel 17"))
    mette.erase(plan, ErasureOrder(confirmation="Quintilla  Voss", ground="Artikel 17"))
    assert mette.case(first.id).people == ()
    assert [note.current.text for note in mette.case(first.id).notes] == ["Rettet"]
    assert len(mette.case(second.id).people) == len(mette.case(third.id).people) == 1
    with pytest.raises(NothingToErase):
        mette.plan_erasing_person("Ingen Navngiven")


def test_it_comes_back_by_no_way(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = planted(mette)
    mette.share_case(case.id, bo.office().author_id, "Sparring")
    give(mette, bo, case.id)
    close(mette, case.id)
    old = verify_entries(mette.entries_beyond(case.id, ()))
    erase_case(mette, case.id)
    assert not mette.take_in(CASE, case.id, old).changed
    assert not give(bo, mette, case.id).changed
    assert words_in(mette) == []
    # Bo gets the tombstone, and an old copy does not bring it back there either.
    taken = give(mette, bo, case.id)
    assert taken.erased
    assert words_in(bo) == []
    assert bo.cases() == ()
    assert not bo.take_in(CASE, case.id, old).changed
    assert tables(bo, case.id) == tables(mette, case.id)


def test_a_tombstone_by_somebody_who_may_not_is_kept_and_shown(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = planted(mette)
    mette.share_case(case.id, bo.office().author_id, "Sparring")
    give(mette, bo, case.id)
    bo.add_note(case.id, "Bos eget notat")
    close(bo, case.id)
    bo.case(case.id)
    bo.record_openings()
    plan = bo.plan_erasing_case(case.id)
    assert not plan.followed
    bo.erase(plan, order(plan))
    taken = give(bo, mette, case.id)
    assert mette.case(case.id).people
    assert PLANTED[0] == mette.case(case.id).summary.title
    [line] = [line for line in mette.history(case.id) if line.kind == "entry.erased"]
    assert line.flags == ("not-carried-out",)
    assert taken.erased
    # At Bo's it is gone for good, whoever sends it.
    assert not give(mette, bo, case.id).filled
    assert words_in(bo) == []


def test_a_hold_or_a_note_that_the_eraser_did_not_know_keeps_the_case(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    held, written = planted(mette), a_case(mette)
    for one in (held, written):
        mette.share_case(one.id, bo.office().author_id, "Sparring")
        close(mette, one.id)
        give(mette, bo, one.id)
    bo.hold_case(held.id, "Politiet har ringet")
    bo.reopen_case(written.id, "Der er mere")
    for one in (held, written):
        erase_case(mette, one.id)
        assert give(mette, bo, one.id).erased == ()
        assert bo.case(one.id).notes
        assert give(bo, mette, one.id).erased == ()
    bo.end_hold(held.id, "Ikke alligevel")
    give(mette, bo, held.id)
    assert bo.case(held.id).notes  # It stays until somebody who sees it erases it here.


def test_an_envelope_that_lies_there_still_is_written_anew_without_it(tmp_path: Path) -> None:
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    folder = tmp_path / "exchange"
    folder.mkdir()
    until_still([mette, bo], folder)
    case = planted(mette)
    before = {path.name for path in folder.iterdir()}
    round_of(mette, folder)
    lying = {path.name for path in folder.iterdir()} - before
    assert lying
    close(mette, case.id)
    erase_case(mette, case.id)
    round_of(mette, folder)
    assert not lying & {path.name for path in folder.iterdir()}
    until_still([mette, bo], folder)
    assert bo.cases() == ()
    assert words_in(bo) == []
    assert mette.exchange_waits() == ()
    assert tables(bo, case.id) == tables(mette, case.id)
    # A case that Bo has already goes there too, and what he wrote in it with it.
    second = planted(mette)
    until_still([mette, bo], folder)
    bo.add_note(second.id, f"{PLANTED[1]} af Bo")
    until_still([mette, bo], folder)
    close(mette, second.id)
    mette.case(second.id)
    mette.record_openings()
    erase_case(mette, second.id)
    until_still([mette, bo], folder)
    assert bo.cases() == ()
    assert words_in(bo) == []
    for desk in (mette, bo):
        assert check(desk._vault).well
        desk.close()


def test_a_bundle_of_a_case_with_something_erased_still_verifies(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, bo = two
    case = planted(mette)
    version = mette.case(case.id).notes[-1].versions[0].entry
    old = verify_entries(mette.entries_beyond(case.id, ()))
    plan = mette.plan_erasing_entry(case.id, version)
    mette.erase(plan, order(plan))
    assert mette.drafts()  # What is being written about the case is not about that version.
    opened = opened_by(bo, send(mette, bo, case.id, tmp_path))
    opened.require_usable()
    assert opened.verdicts.intact.holds
    bo.import_bundle(opened)
    bo.take_in(CASE, case.id, old)
    gone = bo._connection.execute("SELECT payload FROM entry WHERE id = ?", (version,)).fetchone()
    assert gone == (None,)


def test_counts_stay_and_small_ones_are_not_told(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    for number in range(5):
        assert [one.cases for one in mette.erased_counts()] == [None] * (number > 0)
        case = a_case(mette, f"Sag {number}")
        close(mette, case.id)
        erase_case(mette, case.id)
    [count] = mette.erased_counts()
    assert (count.kind, count.cases) == ("school", 5)


def test_what_went_out_is_listed_before(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = planted(mette)
    mette.share_case(case.id, bo.office().author_id, "Sparring")
    mette.record_print(case.id, "/x/plan.html", what="meeting-plan", sort="html", digest=DIGEST)
    close(mette, case.id)
    acts = [line.act for line in mette.plan_erasing_case(case.id).went_out]
    assert acts == [Act.SHARED, Act.PRINTED]


def test_days_to_look_are_by_kind_and_shown_on_the_day(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    case, later = a_case(mette), a_case(mette)
    today = mette._today()
    assert mette.proposed_look_at(case.id) is None
    close(mette, case.id)
    close(mette, later.id)
    assert {one.look_at for one in mette.retention()} == {None}
    mette.set_look_at(case.id, today, "Fem år er gået")
    mette.set_look_at(later.id, date(2099, 1, 1), "Kommunens regel")
    lines = [line for line in mette.today().lines if line.group is TodayGroup.KEPT]
    assert [(line.reference, line.due_on) for line in lines] == [(case.reference, today)]
    assert [one.due for one in mette.retention()] == [True, False]
    mette.set_retention_rule(RetentionRule(months={"school": 60, "workplace": 0}))
    assert mette.retention_rule().months == {"school": 60}
    third = a_case(mette)
    assert mette.proposed_look_at(third.id) == date(today.year + 5, today.month, today.day)
