"""A case that was handed over is no longer one's own work: it is not due here, not told of, and nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.language import day_in_digits
from store.bundle.plain_copy import PlainCopy
from store.cases.errors import CaseHandedOver
from store.cases.filing import FilingRule
from store.casework import Casework
from store.doctor import check, repair_projections
from store.entry import SpaceKind
from store.given_up import handed_over_words
from store.model import Intake
from store.roles import Role as OfficeRole
from store.standing import ProjectionDamaged, standing
from tests.store.exchange.rounds import office_of, until_still
from tests.store.test_union import give


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exchange"
    folder.mkdir()
    return folder


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[list[Casework]]:
    """Mette, the administrator; Bo; Lis, who leads the office."""
    desks = office_of(tmp_path, "Mette", "Bo", "Lis")
    desks[0].give_role(desks[2].office().author_id, OfficeRole.LEADER)
    until_still(desks, folder)
    yield desks
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def id_of(desk: Casework) -> str:
    return desk.office().author_id


def a_case(desk: Casework) -> str:
    return desk.new_case(Intake(title="Billede delt", stand_in="Bo", kind="school")).id


def test_today_and_the_lists_leave_it_to_whoever_has_it(office: list[Casework], folder: Path) -> None:
    mette, bo, _lis = office
    case, kept = a_case(mette), a_case(mette)
    assert mette.today().open_cases == 2
    mette.hand_over([case], id_of(bo), "Barsel.")
    until_still(office, folder)
    today = mette.today()
    assert today.open_cases == 1
    assert {line.case for line in today.lines} == {kept}
    # The control: it is on the page of whoever has it now.
    assert case in {line.case for line in bo.today().lines}
    [listed] = [one for one in mette.cases() if one.id == case]
    assert listed == mette.view(case).summary
    assert (listed.next_step, listed.next_due, listed.overdue) == ("", None, 0)
    assert listed.handed_over is not None
    words = f"handed over to Bo, {day_in_digits(listed.handed_over.at.astimezone().date())}"
    assert handed_over_words(listed.handed_over) == words
    assert {one.id: one.handed_over for one in mette.cases()}[kept] is None
    assert {one.id: one.handed_over for one in bo.cases()}[case] is None


def test_who_leads_hears_of_it_from_whoever_has_it(office: list[Casework], folder: Path) -> None:
    mette, bo, lis = office
    case, kept = a_case(mette), a_case(mette)
    until_still(office, folder)
    assert {line.status.case: line.names for line in lis.overview().open} == {
        case: ("Bo", "Mette"),
        kept: ("Bo", "Mette"),
    }
    mette.hand_over([case], id_of(bo), "Barsel.")
    until_still(office, folder)
    assert {line.status.case: line.names for line in lis.overview().open} == {case: ("Bo",), kept: ("Bo", "Mette")}
    assert lis.overview().untold == ()
    # Said once.
    [space] = [one for one in mette.spaces_held(SpaceKind.STATUS) if standing(mette._connection, one, "count")]
    before = mette.held(space)
    assert mette.write_status() == 0
    assert mette.held(space) == before
    # It comes back, and is told of again.
    bo.hand_over([case], id_of(mette), "Tilbage.")
    until_still(office, folder)
    assert case in {line.case for line in mette.today().lines}
    assert {line.status.case: line.names for line in lis.overview().open}[case] == ("Mette",)


def test_its_number_is_asked_of_whoever_has_it_and_what_lies_there_is_still_ones_own(
    office: list[Casework], folder: Path
) -> None:
    mette, bo, _lis = office
    mette.set_filing_rule(FilingRule(system="ESDH", days=1))
    clear, lying = a_case(mette), a_case(mette)
    mette.record_filing(lying, _a_copy(folder))
    mette._today = bo._today = lambda: mette._clock().date().replace(year=2027)
    assert {one.case for one in mette.filings_due()} == {clear, lying}
    mette.hand_over([clear, lying], id_of(bo), "Barsel.")
    until_still(office, folder)
    assert [(one.case, one.due_on) for one in mette.filings_due()] == [(lying, None)]
    assert clear in {one.case for one in bo.filings_due()}


def _a_copy(folder: Path) -> PlainCopy:
    return PlainCopy(
        folder=str(folder),
        name="a.pdf",
        digest="sha256:" + "1" * 64,
        size=1,
        metadata="a.txt",
        metadata_digest="sha256:" + "2" * 64,
        metadata_size=1,
        purpose="ESDH",
        system="ESDH",
        number="",
    )


def test_nothing_is_decided_there_and_what_one_knows_still_goes_to_whoever_has_it(
    office: list[Casework], folder: Path
) -> None:
    mette, bo, _lis = office
    case = a_case(mette)
    mette.hand_over([case], id_of(bo), "Barsel.")
    until_still(office, folder)
    counter = mette.exchange_counter()
    step = mette.view(case).guide.next_steps[0].id
    for act in (
        lambda: mette.set_level(case, 4, "Deling."),
        lambda: mette.do_step(case, step),
        lambda: mette.set_aside(case, step, "Nej."),
        lambda: mette.close_case(case, "Færdig."),
    ):
        with pytest.raises(CaseHandedOver) as refused:
            act()
        assert (refused.value.to, refused.value.on) == ("Bo", mette._today())
        assert "Bo" in refused.value.diagnostics().happened
    assert mette.exchange_counter() <= counter + 1, "that it was opened is written, and nothing else"
    mette.add_note(case, "Moderen ringede hertil.")
    bo.set_level(case, 2, "Mildere.")
    until_still(office, folder)
    assert bo.case(case).notes[-1].current.text == "Moderen ringede hertil."
    assert bo.case(case).summary.level == 2
    # A closed one is not opened again either.
    bo._write(case, "case.closed", {"reason": "Færdig"})
    other = a_case(mette)
    mette._write(other, "case.closed", {"reason": "Færdig"})
    mette.hand_over([other], id_of(bo), "Barsel.")
    with pytest.raises(CaseHandedOver):
        mette.reopen_case(other, "Igen.")


def test_who_only_reads_along_takes_it_out_of_nobodys_sight(office: list[Casework], folder: Path) -> None:
    mette, bo, _lis = office
    case = a_case(mette)
    until_still(office, folder)
    said = {"author": id_of(mette), "recipient": "", "purpose": "Væk", "until": "", "name": "Mette"}
    bo._write(case, "case.shared", said)
    until_still(office, folder)
    # Bo, with a changed program, sends it himself.
    give(bo, mette, case)
    assert standing(mette._connection, case, f"shared/{id_of(mette)}")
    assert case in {line.case for line in mette.today().lines}
    assert mette.view(case).summary.handed_over is None
    mette.set_level(case, 2, "Mildere.")


def test_one_whose_table_can_not_be_read_hides_no_other(office: list[Casework], folder: Path) -> None:
    """Neither from the list nor from Today: who has a case is asked of every case in them."""
    mette, bo, _lis = office
    broken, other = a_case(mette), a_case(mette)
    mette.hand_over([broken], id_of(bo), "Barsel.")
    with mette._connection.transaction():
        mette._connection.execute(
            "UPDATE standing SET value = 'ikke json' WHERE space = ? AND subject = ?",
            (broken, f"shared/{id_of(mette)}"),
        )
    assert {one.id for one in mette.cases()} == {broken, other}
    assert other in {line.case for line in mette.today().lines}
    with pytest.raises(ProjectionDamaged):
        mette.set_level(broken, 2, "Mildere.")
    assert repair_projections(mette._vault).well
    assert {one.id for one in mette.cases() if one.handed_over} == {broken}, "the control"
