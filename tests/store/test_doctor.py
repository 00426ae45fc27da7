"""Whatever is changed behind Segl's back is noticed; each test has the untouched vault as its control."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlcipher3 import dbapi2

from guidance.language import speaking
from store import checkpoint
from store.cases.errors import JournalDamaged
from store.casework import Casework
from store.database import Connection, migrations, statements
from store.doctor import Finding, Report, VaultUnwell, at_unlock, check, repair_projections
from store.entry import Header, SpaceKind
from store.errors import DatabaseDamaged
from store.journal import Journal
from store.keys import DeviceKey
from store.model import EvidenceDraft, StoredEntry
from store.projections import follow
from store.standing import ProjectionDamaged
from tests.store.desk import DIGEST, Clock, OpenFolder, a_case, open_desk, set_up_desk
from tests.tools import ROOT

SECRET = "Liv var ked af det"


@pytest.fixture()
def desk(tmp_path: Path) -> Iterator[Casework]:
    """A vault with two cases, and the checkpoint that was written beside it midway."""
    desk = set_up_desk(tmp_path)
    case = a_case(desk)
    desk.add_note(case.id, SECRET)
    desk.close()
    desk = open_desk(tmp_path)
    other = a_case(desk, "Et andet")
    desk.register_evidence(case.id, EvidenceDraft(digest=DIGEST, size=3, name="a.jpg"))
    desk.add_note(other.id, "Talt med mor.")
    desk.set_level(case.id, 2, "har brug for hjælp")
    yield desk
    if desk._connection._raw is not None:
        desk.close()


def outsider(desk: Casework) -> Any:
    """The database as somebody has it who holds the data key and minds no trigger."""
    connection = desk._connection
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def codes(desk: Casework) -> set[str]:
    report = check(desk._vault)
    assert all(finding.words() for finding in report.findings)
    assert SECRET not in "".join(finding.words() for finding in report.findings)
    return {finding.code for finding in report.findings if finding.damage}


def test_a_vault_that_nobody_touched_is_well(desk: Casework) -> None:
    report = check(desk._vault)
    assert report.findings == ()
    assert report.well
    report.require_well()
    assert (report.spaces, report.entries, report.commits) == (3, 20, 7)
    assert at_unlock(desk._vault) == ()
    outsider(desk)
    assert check(desk._vault).well


# What is no part of the journal, or is not worth a signature: (table, column).
UNSIGNED = {
    ("age_identity", "made_at"),
    ("age_identity", "number"),
    ("device_key", "made_at"),
    ("device_key", "number"),
}
OUTSIDE_THE_JOURNAL = {
    "draft",
    "glance",
    "vault",
    "tombstone",
    "withheld",
    "exchange_sent",
    "exchange_heard",
    "exchange_looked",
    "exchange_turn",
    "lies_at",
    "verified",
}


def columns() -> list[tuple[str, str]]:
    """Every column there is, so that a new one is thought of."""
    connection = Connection(dbapi2.connect(":memory:", isolation_level=None), Path(":memory:"))
    for _number, script in migrations():
        for statement in statements(script):
            connection.execute(statement)
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    found = [
        (table, row[1])
        for (table,) in tables
        if table not in OUTSIDE_THE_JOURNAL
        for row in connection.execute(f"PRAGMA table_info({table})").fetchall()
        if (table, row[1]) not in UNSIGNED
    ]
    connection.close()
    return found


def changed(value: Any) -> Any:
    if isinstance(value, int):
        return value + 100
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if value is None:
        return "x"
    return value[:-1] + ("0" if value[-1:] != "0" else "1")


@pytest.mark.parametrize("which", ["first", "middle", "last"])
@pytest.mark.parametrize(("table", "column"), columns())
def test_a_change_in_any_column_is_noticed(desk: Casework, table: str, column: str, which: str) -> None:
    connection = outsider(desk)
    keys = [
        row[1]
        for row in connection.execute(f"PRAGMA table_info({table})").fetchall()
        if row[5] or (table == "entry" and row[1] == "arrival")
    ]
    rows = connection.execute(f"SELECT {', '.join(keys)}, {column} FROM {table} ORDER BY {', '.join(keys)}").fetchall()
    *key, value = rows[{"first": 0, "middle": len(rows) // 2, "last": -1}[which]]
    where = " AND ".join(f"{name} = ?" for name in keys)
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (changed(value), *key))
    assert codes(desk)


TamperWith = Callable[[Any, Casework], object]


def swap_payloads(connection: Any, desk: Casework) -> None:
    (a, *one), (b, *other) = connection.execute(
        "SELECT id, salt, payload FROM entry WHERE kind = 'note.added' LIMIT 2"
    ).fetchall()
    connection.execute("UPDATE entry SET salt = ?, payload = ? WHERE id = ?", (*other, a))
    connection.execute("UPDATE entry SET salt = ?, payload = ? WHERE id = ?", (*one, b))


def drop_in_the_middle(connection: Any, desk: Casework) -> None:
    connection.execute("DELETE FROM entry WHERE arrival = 9")


def drop_in_the_middle_and_close_up(connection: Any, desk: Casework) -> None:
    connection.execute("DELETE FROM entry WHERE arrival = 9")
    for (arrival,) in connection.execute("SELECT arrival FROM entry WHERE arrival > 9 ORDER BY arrival").fetchall():
        connection.execute("UPDATE entry SET arrival = arrival - 1 WHERE arrival = ?", (arrival,))


def drop_at_the_end(connection: Any, desk: Casework) -> None:
    connection.execute("DELETE FROM entry WHERE arrival = (SELECT max(arrival) FROM entry)")


def drop_a_whole_case(connection: Any, desk: Casework) -> None:
    [(space,)] = connection.execute("SELECT space FROM case_file ORDER BY opened_at LIMIT 1").fetchall()
    for table in ("entry", "head", "standing", "tally", "case_file"):
        connection.execute(f"DELETE FROM {table} WHERE space = ?", (space,))
    connection.execute("DELETE FROM space WHERE id = ?", (space,))


def reorder(connection: Any, desk: Casework) -> None:
    for was, becomes in ((9, 900), (10, 9), (900, 10)):
        connection.execute("UPDATE entry SET arrival = ? WHERE arrival = ?", (becomes, was))


def replay_into_another_case(connection: Any, desk: Casework) -> None:
    [(space,)] = connection.execute("SELECT space FROM case_file ORDER BY opened_at DESC LIMIT 1").fetchall()
    connection.execute("UPDATE entry SET space = ? WHERE arrival = 11", (space,))


def replay_once_more(connection: Any, desk: Casework) -> None:
    connection.execute(
        "INSERT INTO entry (id, space, device, sequence, kind, counter, header, signature, salt, payload) "
        "SELECT 'ff' || substr(id, 3), space, device, sequence, kind, 7, header, signature, salt, payload "
        "FROM entry WHERE arrival = 11"
    )


def erase_without_saying_so(connection: Any, desk: Casework) -> None:
    connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE arrival = 11")


def say_that_it_was_withheld(connection: Any, desk: Casework) -> None:
    connection.execute("UPDATE entry SET payload = NULL, salt = NULL WHERE arrival = 11")
    connection.execute("INSERT INTO withheld (entry) SELECT id FROM entry WHERE arrival = 11")


def erase_and_bury_without_an_entry(connection: Any, desk: Casework) -> None:
    [(id,)] = connection.execute("SELECT id FROM entry WHERE arrival = 11").fetchall()
    connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (id, "00" * 32))
    connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE arrival = 11")


def erase_and_bury_by_an_entry_that_says_nothing_of_it(connection: Any, desk: Casework) -> None:
    [(id,)] = connection.execute("SELECT id FROM entry WHERE arrival = 11").fetchall()
    [(other,)] = connection.execute("SELECT id FROM entry WHERE arrival = 12").fetchall()
    connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (id, other))
    connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE arrival = 11")


def bury_what_is_still_there(connection: Any, desk: Casework) -> None:
    [(id,)] = connection.execute("SELECT id FROM entry WHERE arrival = 11").fetchall()
    connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (id, id))


def forget_checkpoints(connection: Any, desk: Casework) -> None:
    connection.execute("DELETE FROM checkpoint WHERE counter > 3")


def write_with_a_foreign_key(connection: Any, desk: Casework) -> None:
    """A stranger appends an entry that is right in every other way, and gives themselves a card in the office."""
    stranger = DeviceKey(Ed25519PrivateKey.generate())
    journal = Journal(connection, stranger, vault=desk._vault.id, clock=Clock())
    office, case = desk.office().id, desk.cases()[0].id
    card = {
        "author": "aa" * 16,
        "name": "Åse Rådgiver",
        "office": "Nørreskolen",
        "devices": [stranger.device],
        "recipient": "age1x",
    }
    with connection.transaction():
        given = journal.append(SpaceKind.OFFICE, office, "author.card", card)
        certificate = {"author": "aa" * 16, "card": given.id, "administrator": "aa" * 16}
        own = journal.append(SpaceKind.OFFICE, office, "author.certified", certificate)
        note = journal.append(SpaceKind.CASE, case, "note.added", {"text": "Falsk."})
        for entry in (given, own, note):
            follow(connection, entry)
        journal.seal_commit()


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (swap_payloads, "commitment"),
        (drop_in_the_middle, "previous-missing"),
        (drop_in_the_middle_and_close_up, "previous-missing"),
        (drop_at_the_end, "entries-missing"),
        (drop_a_whole_case, "root-differs"),
        (reorder, "previous-missing"),
        (replay_into_another_case, "other-space"),
        (replay_once_more, "id-differs"),
        (erase_without_saying_so, "payload-missing"),
        (say_that_it_was_withheld, "payload-missing"),
        (say_that_it_was_withheld, "table-differs"),
        (erase_and_bury_without_an_entry, "tombstone-without-entry"),
        (erase_and_bury_by_an_entry_that_says_nothing_of_it, "tombstone-without-entry"),
        (bury_what_is_still_there, "erased-came-back"),
        (forget_checkpoints, "checkpoint-missing"),
        (write_with_a_foreign_key, "device-unknown"),
    ],
)
def test_what_somebody_with_the_data_key_does_is_noticed(desk: Casework, tamper: TamperWith, code: str) -> None:
    connection = outsider(desk)
    assert not codes(desk)
    tamper(connection, desk)
    assert code in codes(desk)
    with pytest.raises(VaultUnwell) as unwell:
        check(desk._vault).require_well()
    assert unwell.value.exit_code == 4
    assert SECRET not in str(unwell.value)


@pytest.mark.parametrize("tamper", [swap_payloads, reorder, write_with_a_foreign_key, erase_without_saying_so])
def test_a_damaged_case_does_not_open_as_if_it_were_whole(desk: Casework, tamper: TamperWith) -> None:
    for summary in desk.cases():
        desk.case(summary.id)
    desk._checks.clear()
    damaged = []
    tamper(outsider(desk), desk)
    for summary in desk.cases():
        try:
            desk.case(summary.id)
        except JournalDamaged as damage:
            damaged.append(summary.id)
            assert damage.exit_code == 4
            assert desk.history(summary.id)
    # Content that is missing without a word is for the doctor; everything else is seen when the case is opened.
    assert bool(damaged) is (tamper is not erase_without_saying_so)


def the_same_again(path: Path, name: str) -> Path:
    copy = path.parent / name
    shutil.copytree(path, copy)
    return copy


def test_an_old_copy_put_back_is_noticed_by_the_checkpoint_beside_it(desk: Casework, tmp_path: Path) -> None:
    desk.close()
    old = (tmp_path / "vault.db").read_bytes()
    again = open_desk(tmp_path)
    again.add_note(again.cases()[0].id, "Senere.")
    again.close()
    control = OpenFolder(tmp_path)
    assert check(control).well
    assert at_unlock(control) == ()
    control.close()

    (tmp_path / "vault.db").write_bytes(old)
    rolled_back = OpenFolder(tmp_path)
    assert {finding.code for finding in check(rolled_back).findings} == {"rolled-back"}
    assert {finding.code for finding in at_unlock(rolled_back)} == {"rolled-back"}
    [noticed] = at_unlock(rolled_back)
    assert "keep a copy of the vault's folder" in noticed.words()
    assert "segl restore --beside" in " ".join(check(rolled_back).todo())
    rolled_back.close()

    # Going on from there covers nothing up: the checkpoint that does not fit is kept.
    later = open_desk(tmp_path)
    for _ in range(3):
        later.add_note(later.cases()[0].id, "En anden fortid.")
    later.close()
    still = OpenFolder(tmp_path)
    assert {finding.code for finding in check(still).findings} == {"outside-differs"}
    still.close()


def all_rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}


def test_an_old_page_put_over_a_new_one_is_noticed_wherever_it_is(desk: Casework, tmp_path: Path) -> None:
    """A page is authenticated by itself, so the cipher takes an older one of the same place for good."""
    desk.close()
    file = tmp_path / "vault.db"
    old = file.read_bytes()
    again = open_desk(tmp_path)
    for number in range(3):
        again.add_note(again._connection.execute("SELECT space FROM case_file").fetchall()[0][0], f"Senere {number}.")
    again.close()
    new = file.read_bytes()
    places = [place for place in range(0, min(len(old), len(new)), 4096) if old[place:][:4096] != new[place:][:4096]]
    assert len(places) > 5
    with closing(OpenFolder(tmp_path)) as whole:
        rows = all_rows(whole.connection)
    noticed = 0
    for place in places:
        file.write_bytes(new[:place] + old[place : place + 4096] + new[place + 4096 :])
        with suppress(DatabaseDamaged), closing(OpenFolder(tmp_path)) as spliced:
            report = check(spliced)
            # A page may have been written anew, under another number used once, with the same in it.
            assert not report.well or all_rows(spliced.connection) == rows, f"page {place // 4096 + 1}"
            assert report.well or report.todo()
            noticed += not report.well
    assert noticed > 5
    file.write_bytes(new)
    whole = OpenFolder(tmp_path)
    assert check(whole).well
    whole.close()


def test_the_end_cut_off_so_that_all_tables_agree_is_noticed_from_outside(desk: Casework, tmp_path: Path) -> None:
    """Somebody cuts back journal and tables alike; only what lies outside tells."""
    desk.close()
    again = open_desk(tmp_path)
    connection = outsider(again)
    connection.execute("DELETE FROM entry WHERE counter > 3")
    connection.execute("DELETE FROM checkpoint WHERE counter > 3")
    for table in ("head", "merkle", "space", "standing", "tally", "case_file"):
        connection.execute(f"DELETE FROM {table}")
    heads: dict[str, set[str]] = {}
    for id, header in connection.execute("SELECT id, header FROM entry ORDER BY arrival").fetchall():
        read = Header.parse(header)
        connection.execute("INSERT OR IGNORE INTO space (id, kind) VALUES (?, ?)", (read.space, read.space_kind))
        found = heads.setdefault(read.space, set())
        found.difference_update(read.parents)
        found.add(id)
    for place, (space, found) in enumerate(heads.items()):
        for entry in found:
            connection.execute("INSERT INTO head (space, entry) VALUES (?, ?)", (space, entry))
        kind = "office" if place == 0 else "case"
        checkpoint.put_leaf(connection, place, checkpoint.leaf(kind, space, found))
    report = repair_projections(again._vault)
    assert {finding.code for finding in report.findings} == {"rolled-back"}
    (tmp_path / "checkpoint.txt").unlink()
    assert check(again._vault).well
    again.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [("not a checkpoint", "outside-unreadable"), (None, "outside-foreign")],
)
def test_a_strange_file_beside_the_vault_is_named(desk: Casework, tmp_path: Path, text: str | None, code: str) -> None:
    stranger = DeviceKey(Ed25519PrivateKey.generate())
    text = text or checkpoint.write(stranger, vault=desk._vault.id, counter=1, root="00" * 32, at=Clock().now)
    (tmp_path / "checkpoint-x.txt").write_text(text)
    assert codes(desk) == {code}


def test_what_was_erased_by_an_entry_is_well_and_stays_erased(desk: Casework) -> None:
    case = next(summary for summary in desk.cases() if summary.title == "Et billede er delt")
    connection = desk._connection
    [(id,)] = connection.execute("SELECT id FROM entry WHERE arrival = 11").fetchall()
    with desk._writing():
        erased = desk._append(SpaceKind.CASE, case.id, "entry.erased", {"entries": [id], "ground": "Frist udløbet."})
        connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (id, erased.id))
        connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE id = ?", (id,))
    assert repair_projections(desk._vault).well
    assert SECRET not in str(desk.case(case.id)) + str(desk.history(case.id))
    lines = {line.entry: line for line in desk.history(case.id)}
    assert lines[id].flags == ("erased",)
    assert lines[erased.id].words == "1 entry erased: Frist udløbet."


def test_an_office_that_was_changed_is_seen_at_unlock(desk: Casework) -> None:
    connection = outsider(desk)
    [(payload,)] = connection.execute("SELECT payload FROM entry WHERE kind = 'office.contacts'").fetchall()
    changed_payload = payload.replace(b"70 00 00 00", b"70 00 00 01")
    connection.execute("UPDATE entry SET payload = ? WHERE kind = 'office.contacts'", (changed_payload,))
    assert [finding.code for finding in at_unlock(desk._vault)] == ["commitment"]


def test_tables_can_be_made_anew_from_the_journal(desk: Casework) -> None:
    connection = outsider(desk)
    case = next(summary for summary in desk.cases() if summary.title == "Et billede er delt")
    before = desk.case(case.id)
    connection.execute("UPDATE standing SET value = replace(value, 'ked af', 'glad for')")
    connection.execute("DELETE FROM case_file")
    assert codes(desk) == {"projection-differs"}
    assert repair_projections(desk._vault).well
    assert desk.case(case.id) == before


def test_a_table_that_can_not_be_read_says_so(desk: Casework) -> None:
    case = desk.cases()[0]
    outsider(desk).execute("UPDATE standing SET value = '{' WHERE subject = 'case'")
    with pytest.raises(ProjectionDamaged):
        desk.case(case.id)
    assert codes(desk) == {"projection-differs"}


def test_a_case_that_can_not_be_read_hides_no_other(desk: Casework) -> None:
    case, other = desk.cases()
    connection = outsider(desk)
    connection.execute("DELETE FROM glance")
    connection.execute("UPDATE standing SET value = '{' WHERE subject = 'case' AND space = ?", (case.id,))
    listed = {summary.id: summary for summary in desk.cases()}
    assert listed[other.id] == other
    assert "segl doctor" in listed[case.id].next_step
    assert repair_projections(desk._vault).well
    assert desk.cases() == (case, other)


def test_a_vault_that_was_never_set_up_is_well(tmp_path: Path) -> None:
    vault = OpenFolder(tmp_path)
    assert check(vault).well
    assert at_unlock(vault) == ()
    vault.close()


def test_a_clock_that_went_back_is_a_remark_and_no_damage(tmp_path: Path) -> None:
    clock = Clock()
    desk = set_up_desk(tmp_path, clock=clock)
    case = a_case(desk)
    clock.now = clock.now.replace(year=2025)
    desk.add_note(case.id, "Uret gik forkert.")
    report = check(desk._vault)
    assert [(finding.code, finding.damage) for finding in report.findings] == [("older-than-parent", False)]
    assert report.well
    assert "older-than-parent" in desk.history(case.id)[0].flags
    assert desk.case(case.id).notes
    desk.close()


def test_two_installations_with_one_key_are_shown_as_a_fork_and_both_kept(tmp_path: Path) -> None:
    """A copied vault that went on apart: the entry of the copy is taken in as it is."""
    here = tmp_path / "here"
    here.mkdir()
    desk = set_up_desk(here)
    case = a_case(desk)
    desk.close()
    there = the_same_again(here, "there")
    copy = open_desk(there)
    copy.add_note(case.id, "Skrevet i kopien.")
    row = copy._connection.execute("SELECT * FROM entry ORDER BY arrival DESC LIMIT 1").fetchall()[0]
    copy.close()
    desk = open_desk(here)
    desk.add_note(case.id, "Skrevet her.")
    connection = desk._connection
    stored = StoredEntry(id=row[1], header=row[7], signature=row[8], salt=row[9], payload=row[10])
    with connection.transaction():
        desk._journal._keep(stored, Header.parse(stored.header))
        desk._journal.seal_commit()
    repair_projections(desk._vault)
    report = check(desk._vault)
    [fork] = [finding for finding in report.findings if finding.code == "fork"]
    assert fork.case == case.reference
    with speaking("en"):
        assert fork.words().startswith(f"Case {case.reference}: Two entries claim the same place")
    assert report.well
    assert {note.current.text for note in desk.case(case.id).notes} >= {"Skrevet i kopien.", "Skrevet her."}
    desk.add_note(case.id, "Og videre.")
    assert check(desk._vault).well
    desk.close()


def test_progress_and_cancelling(desk: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.examination._STEP", 5)
    seen: list[tuple[int, int]] = []
    assert check(desk._vault, progress=lambda done, total: seen.append((done, total))).well
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    report = check(desk._vault, cancelled=lambda: True)
    assert not report.whole
    assert not report.well


def test_findings_speak_danish() -> None:
    with speaking("da"):
        assert Finding(code="rolled-back", where="checkpoint.txt").words().startswith("Boksen er ældre")
        assert "fund" in str(VaultUnwell(Report(spaces=0, entries=0, commits=0, findings=())))


def test_every_sort_of_damage_says_what_to_do_and_a_remark_says_nothing() -> None:
    text = (ROOT / "docs" / "journal-format.md").read_text(encoding="utf-8")
    listed, _between, remarks = text[text.index("## What the doctor says") :].partition("Remarks, no damage:")
    damage = set(re.findall(r"`([a-z-]+)`", listed)) - {"payload-"}
    assert {"signature", "rolled-back", "table-differs", "device-unknown"} <= damage
    for code in damage:
        report = Report(spaces=1, entries=1, commits=1, findings=(Finding(code=code, where="x"),))
        for language in ("da", "en"):
            with speaking(language):
                assert any("segl " in words for words in report.todo()), (code, language)
    for code in re.findall(r"`([a-z-]+)`", remarks.partition("\n\n")[0]):
        finding = Finding(code=code, where="x", damage=False)
        assert Report(spaces=1, entries=1, commits=1, findings=(finding,)).todo() == ()


def test_tables_half_made_anew_stay_as_they_were(desk: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    outsider(desk).execute("DELETE FROM case_file")
    monkeypatch.setattr("store.examination._STEP", 1)
    before = desk._connection.execute("SELECT count(*) FROM standing").fetchone()
    assert not repair_projections(desk._vault, cancelled=lambda: True).whole
    assert desk._connection.execute("SELECT count(*) FROM standing").fetchone() == before
    assert codes(desk) == {"projection-differs"}
    assert repair_projections(desk._vault).well


def test_only_what_making_anew_cures_is_said_to_be_cured_by_it(desk: Casework) -> None:
    connection = outsider(desk)
    connection.execute("DELETE FROM head WHERE space = (SELECT max(space) FROM head)")
    connection.execute("DELETE FROM case_file")
    found = check(desk._vault).findings
    assert {finding.code for finding in found if finding.made_anew} == {"projection-differs"}
    after = {finding.code for finding in repair_projections(desk._vault).findings}
    assert after == {finding.code for finding in found} - {"projection-differs"}
    assert all("--repair" not in finding.todo() for finding in check(desk._vault).findings)
