"""Entries from elsewhere: verified each, all of a call or nothing, in any order, and the same on both sides."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.casework import Casework
from store.doctor import check
from store.entry import EntryInvalid, SpaceKind, commit, make, write_payload
from store.journal import Read, read
from store.model import CaseSummary, StoredEntry
from store.projections import TABLES
from store.union import AuthorsUnknown, EntriesMissing, EntriesRefused, Taken, verify_entries
from tests.store.circle import circle, member, shares, trusts
from tests.store.desk import a_case

CASE = SpaceKind.CASE
OPENED = {"reference": "26-AAAAA", "kind": "school", "stand-in": "", "no-stand-in-reason": ""}
PERSON = {"person": "x", "name": "x", "contact": "", "about": "", "age": "adult", "authority-over": []}


@pytest.fixture()
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        assert check(desk._vault).well, check(desk._vault).findings
        desk.close()


def give(giver: Casework, taker: Casework, space: str) -> Taken:
    """All that one lacks goes to the other."""
    entries = giver.entries_beyond(space, taker.held(space))
    digests = giver._connection.execute("SELECT digest, raw FROM playbook").fetchall()
    return taker.take_in(CASE, space, verify_entries(entries), playbooks=dict(digests))


def tables(desk: Casework, space: str) -> list[Any]:
    """The journal and what is made of it, as far as it is of this space."""
    queries = [f"SELECT {columns} FROM {table} WHERE space = ? ORDER BY {columns}" for table, columns in TABLES.items()]
    queries.append("SELECT id, header, signature, salt, payload FROM entry WHERE space = ? ORDER BY id")
    queries.append("SELECT entry FROM head WHERE space = ? ORDER BY entry")
    return [desk._connection.execute(query, (space,)).fetchall() for query in queries]


def commits(desk: Casework) -> int:
    [(count,)] = desk._connection.execute("SELECT count(*) FROM checkpoint").fetchall()
    return int(count)


def test_a_case_that_was_taken_in_is_the_same_case(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    mette.add_note(case.id, "Ringet til moren.")
    taken = give(mette, bo, case.id)
    assert (len(taken.new), taken.known, taken.withheld, taken.forks, taken.own) == (7, 0, (), (), ())
    assert tables(bo, case.id) == tables(mette, case.id)
    assert bo.case(case.reference).notes == mette.case(case.reference).notes
    assert [one.reference for one in bo.cases()] == [case.reference]
    assert {line.author for line in bo.history(case.id)} == {"Mette"}


def test_a_second_time_changes_nothing_and_makes_no_commit(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    entries = verify_entries(mette.entries_beyond(case.id, ()))
    bo.take_in(CASE, case.id, entries)
    before, counted = tables(bo, case.id), commits(bo)
    taken = bo.take_in(CASE, case.id, [*entries, *entries])
    assert not taken.changed
    assert taken.known == len(entries)
    assert (tables(bo, case.id), commits(bo)) == (before, counted)
    give(mette, bo, case.id)


def test_one_commit_however_many_entries(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    before = commits(bo)
    give(mette, bo, case.id)
    assert commits(bo) == before + 1


def test_two_who_work_on_and_exchange_end_equal(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    bo.add_note(case.id, "Talt med klassen.")
    mette.set_level(case.id, 2, "Reaktionen")
    bo.set_level(case.id, 3, "Panik")
    give(bo, mette, case.id)
    give(mette, bo, case.id)
    assert tables(bo, case.id) == tables(mette, case.id)
    assert "level" in mette.guide(case.id).facts.disputed
    # One after the other: the tables follow entry by entry, and are the same as made anew.
    mette.set_level(case.id, 3, "Enige")
    give(mette, bo, case.id)
    bo.add_note(case.id, "Videre.")
    give(bo, mette, case.id)
    assert tables(bo, case.id) == tables(mette, case.id)
    assert mette.case(case.id).summary.level == 3


def test_the_order_in_which_they_come_does_not_matter(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    give(mette, bo, case.id)
    for number in range(6):
        (mette, bo)[number % 2].add_note(case.id, f"Notat {number}")
    give(bo, mette, case.id)
    entries = list(verify_entries(mette.entries_beyond(case.id, ())))
    random.Random(1).shuffle(entries)
    third = member(tmp_path / "third", 3, "Ida")
    trusts(third, mette)
    trusts(third, bo)
    third.take_in(CASE, case.id, entries)
    assert tables(third, case.id) == tables(mette, case.id)
    give(mette, bo, case.id)
    give(mette, third, case.id)
    playbooks: dict[str, bytes] = dict(mette._connection.execute("SELECT digest, raw FROM playbook").fetchall())
    third.take_in(CASE, case.id, (), playbooks=playbooks)
    assert check(third._vault).well
    third.close()


def test_what_it_builds_on_has_to_be_there_and_is_named(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    mette.add_note(case.id, "Et.")
    mette.add_note(case.id, "To.")
    entries = verify_entries(mette.entries_beyond(case.id, ()))
    before = commits(bo)
    with pytest.raises(EntriesMissing) as refused:
        bo.take_in(CASE, case.id, (*entries[:2], *entries[3:]))
    assert refused.value.missing == (entries[2].id,)
    assert (commits(bo), bo.held(case.id)) == (before, ())
    bo.take_in(CASE, case.id, entries[:3])
    give(mette, bo, case.id)
    assert tables(bo, case.id) == tables(mette, case.id)


def test_a_stranger_is_named_and_nothing_is_taken_in(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    give(mette, bo, case.id)
    stranger = member(tmp_path / "stranger", 9, "Ukendt")
    trusts(stranger, mette)
    give(mette, stranger, case.id)
    note = stranger.add_note(case.id, "Jeg er også med.")
    mette.add_note(case.id, "Mit eget.")
    with pytest.raises(AuthorsUnknown) as refused:
        give(stranger, bo, case.id)
    assert refused.value.devices == {stranger.key_card().device: 1}
    before = bo.held(case.id)
    mixed = (*mette.entries_beyond(case.id, before), *stranger.entries_beyond(case.id, before))
    with pytest.raises(AuthorsUnknown):
        bo.take_in(CASE, case.id, verify_entries(mixed))
    assert bo.held(case.id) == before
    # With the card it counts: the refusal was about that and nothing else.
    trusts(bo, stranger)
    assert give(stranger, bo, case.id).new == (note.id,)
    stranger.close()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda stored: replace(stored, signature=bytes(64)), "signature"),
        (lambda stored: replace(stored, header=stored.header + b" "), "header-malformed"),
        (lambda stored: replace(stored, id="0" * 64), "id-differs"),
        (lambda stored: replace(stored, payload=b'{"text":"andet"}'), "commitment"),
        (lambda stored: replace(stored, salt=None), "payload-without-salt"),
    ],
)
def test_one_entry_that_does_not_hold_refuses_them_all(two: tuple[Casework, Casework], change, fault: str) -> None:  # type: ignore[no-untyped-def]
    mette, _bo = two
    case = a_case(mette)
    entries = list(mette.entries_beyond(case.id, ()))
    assert len(verify_entries(entries)) == len(entries)
    entries[-1] = change(entries[-1])
    with pytest.raises(EntriesRefused) as refused:
        verify_entries(entries)
    assert [found for _entry, found in refused.value.faults] == [fault]


def written_by(desk: Casework, space: str, kind: str, payload: dict[str, object], **other: object) -> Read:
    """An entry that the program itself would never write, by a key that counts."""
    like = read(desk.entries_beyond(space, ())[-1])
    written, salt = write_payload(payload), bytes(32)
    header = replace(
        like.header,
        sequence=like.header.sequence + 1,
        previous=like.id,
        seen=(),
        kind=kind,
        commitment=commit(salt, written),
        **other,  # type: ignore[arg-type]
    )
    return read(make(header, salt=salt, payload=written, sign=desk._journal._key.sign))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("note.added", {"text": 1}),
        ("person.added", {**PERSON, "roles": ["king"]}),
        ("step.taken-up", {"step": "x", "withdrawn": ["a", "a"]}),
        ("fact.set", {"facts": {"level": {"date": 1}}}),
        ("evidence.checked", {"matched": [["a"]], "changed": [], "missing": [], "new": 0, "unread": 0}),
        ("evidence.checked", {"matched": [1, "a"], "changed": [], "missing": [], "new": 0, "unread": 0}),
    ],
)
def test_what_no_screen_could_read_is_refused(
    two: tuple[Casework, Casework], kind: str, payload: dict[str, object]
) -> None:
    mette, _bo = two
    case = a_case(mette)
    entry = written_by(mette, case.id, kind, payload)
    with pytest.raises(EntriesRefused) as refused:
        verify_entries([entry.stored])
    assert refused.value.faults == ((entry.id, "payload-fields"),)


def test_an_entry_of_another_case_or_out_of_its_feed_is_refused(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case, other = a_case(mette), a_case(mette, "En anden")
    give(mette, bo, case.id)
    with pytest.raises(EntriesRefused) as refused:
        bo.take_in(CASE, case.id, verify_entries(mette.entries_beyond(other.id, ())))
    assert {fault for _entry, fault in refused.value.faults} == {"other-space"}
    jump = written_by(mette, case.id, "note.added", {"text": "x"})
    jump = _signed(mette, replace(jump.header, sequence=jump.header.sequence + 1), {"text": "x"})
    with pytest.raises(EntriesRefused) as refused:
        bo.take_in(CASE, case.id, [jump])
    assert refused.value.faults == ((jump.id, "previous-differs"),)
    second = replace(jump.header, sequence=1, previous=None, kind="case.opened")
    root = _signed(mette, second, {**OPENED, "title": "x"})
    with pytest.raises(EntriesRefused) as refused:
        bo.take_in(CASE, case.id, [root])
    assert refused.value.faults == ((root.id, "not-of-this-case"),)


def _signed(desk: Casework, header, payload: dict[str, object]) -> Read:  # type: ignore[no-untyped-def]
    written = write_payload(payload)
    header = replace(header, commitment=commit(bytes(32), written))
    return read(make(header, salt=bytes(32), payload=written, sign=desk._journal._key.sign))


def test_a_fork_is_kept_and_named_on_both_sides(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    give(mette, bo, case.id)
    twin = written_by(mette, case.id, "note.added", {"text": "Den anden."})
    mette.add_note(case.id, "Den ene.")
    give(mette, bo, case.id)
    taken = bo.take_in(CASE, case.id, verify_entries([twin.stored]))
    assert taken.forks == (twin.id,)
    again = give(bo, mette, case.id)
    assert again.own == again.forks == (twin.id,)
    assert tables(bo, case.id) == tables(mette, case.id)
    assert {"fork"} == {flag for line in mette.history(case.id) for flag in line.flags}
    assert {note.current.text for note in bo.case(case.id).notes} >= {"Den ene.", "Den anden."}
    # And the work goes on, on top of both.
    mette.add_note(case.id, "Videre.")
    assert len(mette.held(case.id)) == 1
    give(mette, bo, case.id)
    # Of her own key, and not written here: that is said until she has settled it.
    assert {"own-came-back"} == {one.code for one in check(mette._vault).findings if one.damage}
    assert [one.code for one in mette.settle_put_back()] == ["own-came-back"]


def bare(entries: tuple[StoredEntry, ...], kind: str = "note.added") -> list[StoredEntry]:
    return [replace(entry, salt=None, payload=None) if read(entry).header.kind == kind else entry for entry in entries]


def test_withheld_content_is_said_and_filled_in_when_it_comes(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    note = mette.add_note(case.id, "Kun for Mette.")
    entries = mette.entries_beyond(case.id, ())
    taken = bo.take_in(CASE, case.id, verify_entries(bare(entries)))
    assert note.id in taken.withheld
    report = check(bo._vault)
    assert {finding.code for finding in report.findings if finding.where == note.id} == {"payload-withheld"}
    assert [line.flags for line in bo.history(case.id) if line.entry == note.id] == [("withheld",)]
    filled = bo.take_in(CASE, case.id, verify_entries(entries))
    assert set(filled.filled) == set(taken.withheld)
    assert filled.changed
    assert tables(bo, case.id) == tables(mette, case.id)
    assert not any(line.flags for line in bo.history(case.id))
    give(mette, bo, case.id)


def test_content_that_goes_without_being_withheld_is_still_damage(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    case = a_case(mette)
    note = mette.add_note(case.id, "x")
    connection = mette._connection
    with pytest.raises(Exception, match="never changed"), connection.transaction():
        connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE id = ?", (note.id,))


def test_a_tombstone_that_comes_takes_the_content_and_wins_over_what_comes_later(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, bo = two
    case = a_case(mette)
    note = mette.add_note(case.id, "Skal væk.")
    give(mette, bo, case.id)
    whole = verify_entries(mette.entries_beyond(case.id, ()))
    erased = _erase(mette, case, note.id)
    taken = give(mette, bo, case.id)
    assert (taken.new, taken.erased) == ((erased,), (note.id,))
    assert tables(bo, case.id) == tables(mette, case.id)
    again = bo.take_in(CASE, case.id, whole)
    assert not again.changed
    assert "Skal væk." not in {note.current.text for note in bo.case(case.id).notes}
    # Who had neither gets both at once; the content that comes with it is not kept.
    third = member(tmp_path / "third", 3, "Ida")
    trusts(third, mette)
    entries = {entry.id: entry for entry in (*verify_entries(mette.entries_beyond(case.id, ())), *whole)}
    third.take_in(CASE, case.id, entries.values())
    assert tables(third, case.id) == tables(mette, case.id)
    third.close()


def test_nobody_of_elsewhere_erases_what_others_wrote(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    note = mette.add_note(case.id, "Bliver.")
    give(mette, bo, case.id)
    theirs = bo.add_note(case.id, "Bos eget.")
    _erase(bo, case, note.id)
    _erase(bo, case, theirs.id)
    taken = give(bo, mette, case.id)
    assert taken.erased == (theirs.id,)
    assert "Bliver." in {note.current.text for note in mette.case(case.id).notes}


def _erase(desk: Casework, case: CaseSummary, entry: str) -> str:
    """What erasing writes (the command for it is another matter)."""
    from store.projections import remake_space

    with desk._writing():
        said = desk._append(CASE, case.id, "entry.erased", {"entries": [entry], "ground": "prøve", "number": ""})
        desk._connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)", (entry, said.id))
        desk._connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE id = ?", (entry,))
        remake_space(desk._connection, case.id)
    return said.id


def test_who_was_never_given_the_case_says_nothing_in_it_until_it_is_shared(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    give(mette, bo, case.id)
    note = bo.add_note(case.id, "Jeg har set sagen.")
    bo.set_level(case.id, 4, "Mit skøn")
    # Nobody makes himself one to whom it is shared.
    bo.share_case(case.id, mette.office().author_id, "Tilbage")
    taken = give(bo, mette, case.id)
    assert len(taken.new) == 3
    assert mette.case(case.id).summary.level is None
    assert note.id not in {one.id for one in mette.case(case.id).notes}
    assert [line.flags for line in mette.history(case.id)][:3] == [("not-shared",)] * 3
    assert check(mette._vault).well
    # Control: his own vault shows what he wrote; and once it is shared with him, it counts here too.
    assert bo.case(case.id).summary.level == 4
    mette.add_note(case.id, "Videre.")
    assert mette.case(case.id).summary.level is None
    shares(mette, case.id, bo)
    assert mette.case(case.id).summary.level == 4
    assert note.id in {one.id for one in mette.case(case.id).notes}
    give(mette, bo, case.id)
    assert tables(bo, case.id) == tables(mette, case.id)


def test_a_share_that_came_lets_what_came_before_it_count(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    ida = member(tmp_path / "ida", 3, "Ida")
    trusts(ida, mette)
    trusts(ida, bo)
    case = a_case(mette)
    give(mette, bo, case.id)
    bo.set_level(case.id, 3, "Mit skøn")
    give(bo, ida, case.id)
    assert ida.case(case.id).summary.level is None
    give(bo, mette, case.id)
    shares(mette, case.id, bo)
    give(mette, ida, case.id)
    assert ida.case(case.id).summary.level == 3
    assert tables(ida, case.id) == tables(mette, case.id)
    give(mette, bo, case.id)
    ida.close()


def test_what_a_revoked_key_signs_later_is_kept_and_says_nothing(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    bo.set_level(case.id, 2, "Før")
    give(bo, mette, case.id)
    mette.revoke(bo.office().author_id, "Nøglen er stjålet.")
    assert mette.case(case.id).summary.level == 2
    bo.set_level(case.id, 4, "Efter")
    taken = give(bo, mette, case.id)
    assert len(taken.new) == 1
    assert mette.case(case.id).summary.level == 2
    assert next(line.flags for line in mette.history(case.id)) == ("revoked",)
    # Another who hears of it after having taken the entry in ends with the same tables.
    assert check(mette._vault).well
    mette.add_note(case.id, "Videre uden.")
    assert mette.case(case.id).summary.level == 2


def test_revoked_at_earlier_heads_silences_what_came_since(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = a_case(mette)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    at = {case.id: mette.held(case.id)}
    bo.set_level(case.id, 4, "Af tyven")
    give(bo, mette, case.id)
    assert mette.case(case.id).summary.level == 4
    mette.revoke(bo.office().author_id, "Stjålet i går.", heads_at=at)
    assert mette.case(case.id).summary.level is None
    assert check(mette._vault).well


def test_entries_of_the_office_are_of_the_office(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    office = mette.office().id
    entries = verify_entries(mette.entries_beyond(office, ()))
    # A certificate is an entry: in another office it is none.
    with pytest.raises(EntriesRefused) as refused:
        bo.take_in(SpaceKind.OFFICE, bo.office().id, entries)
    assert {fault for _entry, fault in refused.value.faults} == {"other-space"}
    # And somebody of elsewhere writes nothing in one's office.
    mine = bo.office().id
    forged = replace(entries[-1].header, space=mine, sequence=1, previous=None, kind="office.contacts")
    entry = _signed(mette, forged, {"contacts": []})
    with pytest.raises(AuthorsUnknown):
        bo.take_in(SpaceKind.OFFICE, mine, [entry])


def test_entries_are_read_before_they_are_believed() -> None:
    with pytest.raises(EntryInvalid):
        read(StoredEntry(id="0" * 64, header=b"x", signature=b"", salt=None, payload=None))
