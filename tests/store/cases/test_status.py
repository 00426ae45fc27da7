"""Who leads the office sees numbers, levels and days, and can read no note."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from guidance.language import set_language
from store import status_words
from store.cases.erasing_model import ErasureOrder
from store.cases.trust_errors import NotLeader
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind, write_time
from store.exchange import ledger
from store.journal import read, stored_entries
from store.model import EvidenceDraft, Intake, PersonDraft, Role
from store.roles import Role as OfficeRole
from store.standing import ProjectionDamaged
from store.status import StandIn
from store.union import EntriesRefused, check_contents, verify_entries
from tests.store.desk import DIGEST, Clock
from tests.store.exchange.rounds import member, office_of, round_of, until_still

SECRET = "Ordet hemmelighedskræmmeren"


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exchange"
    folder.mkdir()
    return folder


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[list[Casework]]:
    """Mette, the administrator; Bo and Ida; Lis, who leads the office."""
    desks = office_of(tmp_path, "Mette", "Bo", "Ida", "Lis")
    desks[0].give_role(desks[3].office().author_id, OfficeRole.LEADER)
    until_still(desks, folder)
    yield desks
    for desk in desks:
        assert check(desk._vault).well
        desk.close()


def a_case(desk: Casework, stand_in: str = "", reason: str = "") -> str:
    case = desk.new_case(
        Intake(title=SECRET, happened=SECRET, stand_in=stand_in, no_stand_in_reason=reason, kind="school")
    )
    desk.add_note(case.id, SECRET)
    return case.id


def test_the_leader_counts_and_reads_nothing(office: list[Casework], folder: Path) -> None:
    mette, bo, ida, lis = office
    first = a_case(bo, stand_in="Ida")
    a_case(bo, reason="Ingen kolleger i ferien.")
    bo.set_level(first, 3, SECRET)
    until_still(office, folder)
    seen = lis.overview()
    assert (len(seen.open), seen.levels, seen.without_stand_in) == (2, {3: 1, None: 1}, 1)
    [alone] = [one.status for one in seen.open if one.status.stand_in is StandIn.NONE]
    assert alone.no_stand_in_reason == "Ingen kolleger i ferien."
    [shared] = [one for one in seen.open if one.status.case == first]
    assert shared.names == ("Bo", "Ida")
    assert seen.silent == ()
    # A stand-in has the case too; who has none says so.
    assert {one.name for one in seen.heard} == {"Bo", "Ida"}
    assert {one.name for one in seen.without_cases} == {"Mette", "Lis"}
    # Nothing of a case is in the leader's vault, not even its title; in the stand-in's it is: that is the control.
    assert lis.spaces_held(SpaceKind.CASE) == ()
    assert SECRET not in everything(lis)
    assert SECRET in everything(ida)
    # And nobody else is told how cases stand: Mette has but her own word that she has none.
    [own] = mette.spaces_held(SpaceKind.STATUS)
    assert mette.writers(own) == (mette._trust().author_of(mette._journal.device),)
    assert len(lis.spaces_held(SpaceKind.STATUS)) == 4
    for desk in (mette, bo):
        with pytest.raises(NotLeader):
            desk.overview()


def everything(desk: Casework) -> str:
    """All that is kept of entries, as text."""
    rows = desk._connection.execute("SELECT payload FROM entry WHERE payload IS NOT NULL").fetchall()
    return "".join(bytes(payload).decode("utf-8") for (payload,) in rows)


def test_what_changes_is_told_with_the_next_round_and_nothing_twice(office: list[Casework], folder: Path) -> None:
    _mette, bo, _ida, lis = office
    case = a_case(bo, reason="Alene.")
    until_still(office, folder)
    records = bo._connection.execute("SELECT count(*) FROM entry WHERE kind = 'status.recorded'").fetchall()
    bo.add_note(case, "Endnu et notat samme dag.")
    until_still(office, folder)
    assert bo._connection.execute("SELECT count(*) FROM entry WHERE kind = 'status.recorded'").fetchall() == records
    bo.set_level(case, 4, "Deling.")
    round_of(bo, folder)
    round_of(lis, folder)
    assert lis.overview().levels == {4: 1}
    bo.share_case(case, _ida.office().author_id, "Hjælp.")
    until_still(office, folder)
    assert lis.overview().without_stand_in == 0


def test_what_is_overdue_is_counted_by_the_leaders_own_calendar(office: list[Casework], folder: Path) -> None:
    _mette, bo, _ida, lis = office
    a_case(bo, reason="Alene.")
    until_still(office, folder)
    [line] = lis.overview().open
    assert line.due_on is not None
    assert line.overdue == 0
    later = line.due_on.replace(year=line.due_on.year + 1)
    lis._today = lambda: later
    seen = lis.overview()
    assert seen.overdue == 1
    assert seen.open[0].overdue >= 1


def test_who_leads_no_longer_is_told_nothing_more(office: list[Casework], folder: Path) -> None:
    mette, bo, _ida, lis = office
    a_case(bo, reason="Alene.")
    until_still(office, folder)
    mette.give_role(lis.office().author_id, OfficeRole.COUNSELLOR)
    until_still(office, folder)
    a_case(bo, reason="Stadig alene.")
    until_still(office, folder)
    with pytest.raises(NotLeader):
        lis.overview()
    assert "Stadig alene." not in everything(lis)
    # An administrator who leads besides is told from now on.
    mette.give_role(mette.office().author_id, OfficeRole.ADMINISTRATOR, leads=True)
    until_still(office, folder)
    assert len(mette.overview().open) == 2


def test_nobody_says_how_anothers_cases_stand_in_their_place(office: list[Casework], folder: Path) -> None:
    _mette, bo, ida, lis = office
    a_case(bo, reason="Alene.")
    until_still(office, folder)
    [space] = bo.spaces_held(SpaceKind.STATUS)
    # Ida, with a changed program, writes on in Bo's records.
    ida.take_in(SpaceKind.STATUS, space, verify_entries(s for _a, s in stored_entries(bo._connection, space)))
    [row] = _said(ida, space)
    with ida._writing():
        ida._append(SpaceKind.STATUS, space, "status.recorded", {**row, "entries": 10_000, "due": []})
    ida._own_status = lambda: ((SpaceKind.STATUS, space),)  # type: ignore[method-assign]
    put = round_of(ida, folder)
    assert put.put
    came = round_of(lis, folder)
    assert came.came.refused == 1
    [line] = lis.overview().open
    assert (line.names, line.status.entries) == (("Bo",), row["entries"])


def _said(desk: Casework, space: str) -> list[dict]:  # type: ignore[type-arg]
    from store.standing import standing

    return [row.value for row in standing(desk._connection, space, "case/")]


@pytest.mark.parametrize(
    "change",
    [{"level": 9}, {"level": True}, {"due": ["i morgen"]}, {"due": ["2026-01-01"] * 31}, {"kind": "x"}, {"opened": ""}],
)
def test_a_record_that_says_nonsense_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    bo = member(tmp_path / "1", 1, "Bo")
    bo.give_role(bo.office().author_id, OfficeRole.ADMINISTRATOR, leads=True)
    a_case(bo, reason="Alene.")
    bo.write_status()
    [space] = bo.spaces_held(SpaceKind.STATUS)
    [entry, _count] = [read(stored) for _arrival, stored in stored_entries(bo._connection, space)]
    check_contents([entry])
    with pytest.raises(EntriesRefused):
        check_contents([replace(entry, payload={**(entry.payload or {}), **change})])


def test_a_case_that_is_erased_is_gone_from_what_was_said_of_it(office: list[Casework], folder: Path) -> None:
    _mette, bo, _ida, lis = office
    case = a_case(bo, reason=SECRET)
    until_still(office, folder)
    assert SECRET in str(lis.overview())
    bo._write(case, "case.closed", {"reason": "Færdig"})
    plan = bo.plan_erasing_case(case)
    bo.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="Fristen er gået"))
    until_still(office, folder)
    seen = lis.overview()
    assert (seen.open, seen.closed) == ((), 0)
    [(left,)] = lis._connection.execute(
        "SELECT count(*) FROM entry WHERE kind = 'status.recorded' AND payload IS NOT NULL"
    ).fetchall()
    assert left == 0


def test_no_words_of_a_case_are_in_a_record(office: list[Casework]) -> None:
    _mette, bo, _ida, _lis = office
    people = (PersonDraft(name=SECRET, roles=(Role.VICTIM,), contact=SECRET, about=SECRET),)
    opened = bo.new_case(
        Intake(title=SECRET, happened=SECRET, stand_in=SECRET, people=people, kind="school"),
    )
    bo.add_person(opened.id, replace(people[0], name=f"{SECRET} 2"))
    bo.register_evidence(opened.id, EvidenceDraft(digest=DIGEST, name=SECRET, shows=SECRET, url=SECRET))
    bo.set_level(opened.id, 3, SECRET)
    step = next(one for one in bo.case(opened.id).guide.next_steps if one.due_on is None)
    bo.snooze(opened.id, step.id, bo._today() + timedelta(days=2), SECRET)
    bo._write(opened.id, "case.closed", {"reason": SECRET})
    while bo.write_status():
        pass
    [space] = bo.spaces_held(SpaceKind.STATUS)
    kept = b"".join(s.header + (s.payload or b"") for _a, s in stored_entries(bo._connection, space))
    assert opened.reference.encode() in kept
    assert SECRET.encode() not in kept
    # The control: each of these entries has it.
    kinds = bo._connection.execute("SELECT kind, payload FROM entry WHERE space = ?", (opened.id,)).fetchall()
    said = {kind for kind, payload in kinds if SECRET in bytes(payload).decode("utf-8")}
    assert said >= {
        "case.opened", "note.added", "person.added", "evidence.registered", "level.set", "step.snoozed", "case.closed"
    }  # fmt: skip


@pytest.fixture()
def timed(tmp_path: Path, folder: Path) -> Iterator[tuple[Clock, list[Casework]]]:
    """Mette, Bo and Ida, and Lis, who leads the office, by one clock."""
    clock = Clock()
    desks = office_of(tmp_path, "Mette", "Bo", "Ida", "Lis", clock=clock)
    desks[0].give_role(desks[3].office().author_id, OfficeRole.LEADER)
    until_still(desks, folder)
    yield clock, desks
    for desk in desks:
        desk.close()


def as_of(leader: Casework) -> dict[str, date]:
    return {word.name: word.on for word in leader.overview().heard}


def test_the_leader_sees_how_old_what_each_said_is(timed: tuple[Clock, list[Casework]], folder: Path) -> None:
    clock, desks = timed
    mette, bo, ida, lis = desks
    set_language("en")
    for desk in (bo, ida):
        a_case(desk, reason="Alene.")
    until_still(desks, folder)
    begun = clock.today()
    assert as_of(lis) == {"Bo": begun, "Ida": begun}
    assert not status_words.doubts(lis.overview())
    clock.now += timedelta(days=9)
    # Nothing of Bo's cases has changed: that is told too, or nobody could tell it from not being told.
    count = len(everything(lis))
    assert round_of(bo, folder).put == 1
    assert round_of(bo, folder).put == 0, "once a day"
    round_of(lis, folder)
    assert len(everything(lis)) == count, "with no entry"
    seen = lis.overview()
    assert [(one.name, one.on) for one in seen.heard] == [("Ida", begun), ("Bo", clock.today())]
    [old] = status_words.doubts(seen)
    assert "Older than a week" in old
    assert "Ida" in old
    assert "Bo" not in old
    assert old in "\n".join(status_words.overview_lines(seen))
    by_name = {one.names: status_words.as_of(one, seen.day) for one in seen.open}
    assert "older than a week" in by_name["Ida",]
    assert "older" not in by_name["Bo",]
    round_of(ida, folder)
    round_of(lis, folder)
    assert as_of(lis) == {"Bo": clock.today(), "Ida": clock.today()}
    # That Mette has no case is nine days old, too.
    [old] = status_words.doubts(lis.overview())
    assert "Mette" in old
    round_of(mette, folder)
    round_of(lis, folder)
    assert not status_words.doubts(lis.overview())


def none_as_of(leader: Casework) -> dict[str, date]:
    return {word.name: word.on for word in leader.overview().without_cases}


def test_who_has_no_case_says_so_and_of_which_day(timed: tuple[Clock, list[Casework]], folder: Path) -> None:
    clock, desks = timed
    _mette, bo, ida, lis = desks
    set_language("en")
    # The control: of whom nothing has come it is not said.
    lis._connection.execute("DELETE FROM standing WHERE subject = 'count' AND device = ?", (ida._journal.device,))
    begun = clock.today()
    assert none_as_of(lis) == {"Mette": begun, "Bo": begun, "Lis": begun}
    seen = lis.overview()
    assert (seen.silent, seen.heard, seen.open) == (("Ida",), (), ())
    assert status_words.silent(seen) == "No word on their cases has come yet from: Ida"
    assert "No cases, as of: " in status_words.without_cases(seen)
    # No entry a day: that it is so still is told by the envelope.
    count = len(everything(bo))
    clock.now += timedelta(days=9)
    assert round_of(bo, folder).put == 1
    round_of(lis, folder)
    assert none_as_of(lis) == {"Mette": begun, "Bo": clock.today(), "Lis": clock.today()}
    assert len(everything(bo)) == count
    [old] = status_words.doubts(lis.overview())
    assert "Older than a week" in old
    assert "Mette" in old
    assert "Bo" not in old


def test_who_takes_a_case_has_one_until_it_is_erased(timed: tuple[Clock, list[Casework]], folder: Path) -> None:
    _clock, desks = timed
    _mette, bo, _ida, lis = desks
    assert "Bo" in none_as_of(lis)
    case = a_case(bo, reason="Alene.")
    bo._write(case, "case.closed", {"reason": "Færdig"})
    until_still(desks, folder)
    assert "Bo" not in none_as_of(lis)
    assert "Bo" in as_of(lis)
    plan = bo.plan_erasing_case(case)
    bo.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="Fristen er gået"))
    until_still(desks, folder)
    assert "Bo" in none_as_of(lis)
    assert "Bo" not in as_of(lis)
    assert lis.overview().untold == ()


def test_a_case_that_cannot_be_read_is_not_passed_over(
    timed: tuple[Clock, list[Casework]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _clock, desks = timed
    _mette, bo, _ida, lis = desks
    set_language("en")

    def unreadable(_space: str) -> None:
        raise ProjectionDamaged

    monkeypatch.setattr(bo, "_guide", unreadable)
    # Made as another program would have it: nothing is said of it, and who leads must not hear 'no cases'.
    with bo._writing():
        bo._append(
            SpaceKind.CASE,
            "c" * 32,
            "case.opened",
            {"reference": "26-00000", "kind": "school", "title": "x", "stand-in": "", "no-stand-in-reason": "Alene."},
        )
    until_still(desks, folder)
    seen = lis.overview()
    assert (seen.untold, seen.open) == (("Bo",), ())
    assert "Bo" not in none_as_of(lis)
    [doubt] = status_words.doubts(seen)
    assert "segl doctor" in doubt


def test_nobody_counts_where_nobody_leads(tmp_path: Path) -> None:
    desk = member(tmp_path / "1", 1, "Bo")
    assert (desk.write_status(), desk.spaces_held(SpaceKind.STATUS)) == (0, ())
    desk.give_role(desk.office().author_id, OfficeRole.ADMINISTRATOR, leads=True)
    desk.write_status()
    desk.write_status()
    [space] = desk.spaces_held(SpaceKind.STATUS)
    [entry] = [read(stored) for _arrival, stored in stored_entries(desk._connection, space)]
    assert (entry.header.kind, entry.payload) == ("status.counted", {"cases": 0})
    assert check(desk._vault).well


@pytest.mark.parametrize("cases", [-1, True, "0", None])
def test_a_count_that_says_nonsense_is_refused(tmp_path: Path, cases: object) -> None:
    desk = member(tmp_path / "1", 1, "Bo")
    desk.give_role(desk.office().author_id, OfficeRole.ADMINISTRATOR, leads=True)
    desk.write_status()
    [space] = desk.spaces_held(SpaceKind.STATUS)
    [entry] = [read(stored) for _arrival, stored in stored_entries(desk._connection, space)]
    check_contents([entry])
    with pytest.raises(EntriesRefused):
        check_contents([replace(entry, payload={"cases": cases})])


def test_an_envelope_whose_records_have_not_come_says_nothing_of_how_they_stand(
    timed: tuple[Clock, list[Casework]], folder: Path
) -> None:
    clock, desks = timed
    _mette, bo, _ida, lis = desks
    case = a_case(bo, reason="Alene.")
    until_still(desks, folder)
    begun = clock.today()
    clock.now += timedelta(days=3)
    bo.set_level(case, 4, "Deling.")
    bo.write_status()
    [space] = bo.spaces_held(SpaceKind.STATUS)
    heard = ledger.heard(lis._connection)[bo._journal.device]
    said = {**heard.have, space: bo.held(space)}
    with lis._connection.transaction():
        lis._connection.execute(
            "UPDATE exchange_heard SET made_at = ?, have = ? WHERE device = ?",
            (write_time(clock()), json.dumps({key: list(heads) for key, heads in said.items()}), heard.device),
        )
    assert as_of(lis) == {"Bo": begun}
    # The control: with the records it does.
    with lis._connection.transaction():
        lis._connection.execute("UPDATE exchange_heard SET have = ?", (json.dumps({space: list(heard.have[space])}),))
    assert as_of(lis) == {"Bo": clock.today()}


def test_a_record_of_a_day_to_come_is_not_taken_for_fresh(timed: tuple[Clock, list[Casework]], folder: Path) -> None:
    clock, desks = timed
    _mette, bo, _ida, lis = desks
    set_language("en")
    clock.now += timedelta(days=400)
    a_case(bo, reason="Alene.")
    bo.write_status()
    clock.now -= timedelta(days=400)
    [space] = bo.spaces_held(SpaceKind.STATUS)
    lis.take_in(SpaceKind.STATUS, space, verify_entries(s for _a, s in stored_entries(bo._connection, space)))
    seen = lis.overview()
    [doubt] = status_words.doubts(seen)
    assert "clock is wrong" in doubt
    assert "Bo" in doubt
    assert "clock is wrong" in status_words.as_of(seen.open[0], seen.day)
