"""A case that was handed over is erased by who has it now: the others follow, and their vaults stay well."""

from __future__ import annotations

from pathlib import Path

from store.casework import Casework
from store.doctor import check, repair_projections
from tests.store.cases.test_erasing import close, erase_case, planted, words_in
from tests.store.circle import circle
from tests.store.test_union import give


def handed_over(mette: Casework, bo: Casework, case: str) -> None:
    mette.hand_over([case], bo.office().author_id, "Barsel")
    give(mette, bo, case)
    bo.case(case)
    bo.record_openings()


def well(*desks: Casework) -> None:
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings


def test_who_handed_over_and_who_read_along_follow_and_all_vaults_stay_well(tmp_path: Path) -> None:
    mette, bo, ida = circle(tmp_path, "Mette", "Bo", "Ida")
    case = planted(mette)
    mette.share_case(case.id, ida.office().author_id, "Sparring")
    handed_over(mette, bo, case.id)
    give(mette, ida, case.id)
    close(bo, case.id)
    erase_case(bo, case.id)
    for desk in (mette, ida):
        assert give(bo, desk, case.id).erased
        assert words_in(desk) == []
        [gone] = desk.erased_cases()
        assert (gone.reference, gone.by) == (case.reference, "Bo")
    well(mette, bo, ida)
    # What counts is told in the same way when the tables are made anew, and when nothing new came.
    assert not give(bo, ida, case.id).changed
    assert repair_projections(ida._vault).well
    assert ida.erased_cases()
    for desk in (mette, bo, ida):
        desk.close()
