"""Who leads the office sees numbers, levels and days, and can read no note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.cases.erasing_model import ErasureOrder
from store.cases.trust_errors import NotLeader
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.journal import read, stored_entries
from store.model import Intake
from store.roles import Role
from store.status import StandIn
from store.union import EntriesRefused, check_contents, verify_entries
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
    desks[0].give_role(desks[3].office().author_id, Role.LEADER)
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
    assert set(seen.silent) == {"Mette", "Lis"}
    # Nothing of a case is in the leader's vault, not even its title; in the stand-in's it is: that is the control.
    assert lis.spaces_held(SpaceKind.CASE) == ()
    assert SECRET not in everything(lis)
    assert SECRET in everything(ida)
    # And nobody else is told how cases stand.
    assert mette.spaces_held(SpaceKind.STATUS) == ()
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
    mette.give_role(lis.office().author_id, Role.COUNSELLOR)
    until_still(office, folder)
    a_case(bo, reason="Stadig alene.")
    until_still(office, folder)
    with pytest.raises(NotLeader):
        lis.overview()
    assert "Stadig alene." not in everything(lis)
    # An administrator who leads besides is told from now on.
    mette.give_role(mette.office().author_id, Role.ADMINISTRATOR, leads=True)
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
    from store.projections import standing

    return [row.value for row in standing(desk._connection, space, "case/")]


@pytest.mark.parametrize(
    "change",
    [{"level": 9}, {"level": True}, {"due": ["i morgen"]}, {"due": ["2026-01-01"] * 31}, {"kind": "x"}, {"opened": ""}],
)
def test_a_record_that_says_nonsense_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    bo = member(tmp_path / "1", 1, "Bo")
    bo.give_role(bo.office().author_id, Role.ADMINISTRATOR, leads=True)
    a_case(bo, reason="Alene.")
    bo.write_status()
    [space] = bo.spaces_held(SpaceKind.STATUS)
    [(_arrival, stored)] = list(stored_entries(bo._connection, space))
    entry = read(stored)
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
