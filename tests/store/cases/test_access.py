"""Every opening is on record in the case itself, and a purpose comes first where the case is not one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.custody import Event, Move
from guidance.language import speaking
from store.access_file import write_access_log
from store.cases.access import Act, called
from store.cases.errors import ReasonNeeded
from store.cases.openings import PurposeNeeded, no_purpose
from store.casework import Casework
from store.cpr import CprNoticed
from store.doctor import check
from store.errors import DiskFull
from store.model import EvidenceDraft, Intake, PersonDraft, Role
from store.today import TodayGroup
from tests.store.circle import circle
from tests.store.desk import DIGEST, a_case
from tests.store.test_union import give, tables


@pytest.fixture()
def three(tmp_path: Path) -> Iterator[tuple[Casework, Casework, Casework]]:
    """Mette opens cases; Bo is their stand-in; Ida is neither."""
    mette, bo, ida = circle(tmp_path, "Mette", "Bo", "Ida")
    yield mette, bo, ida
    for desk in (mette, bo, ida):
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def reads(desk: Casework, space: str) -> list[tuple[str, str]]:
    rows = desk._connection.execute(
        "SELECT payload FROM entry WHERE space = ? AND kind = 'case.read' ORDER BY arrival", (space,)
    ).fetchall()
    return [(said["how"], said["purpose"]) for (raw,) in rows for said in [json.loads(raw)]]


def test_one_opening_is_one_entry_for_each_unlocking(three: tuple[Casework, Casework, Casework]) -> None:
    mette, bo, _ida = three
    case = a_case(mette)
    mette.case(case.id)
    mette.record_openings()
    assert reads(mette, case.id) == []  # Its first entry says who opened it.
    give(mette, bo, case.id)
    for _again in range(3):
        bo.case(case.reference)
        bo.guide(case.reference)
        bo.record_openings()
    assert reads(bo, case.id) == [("opened", "")]
    give(bo, mette, case.id)
    assert [line.author for line in mette.access_log(case.id).lines if line.act is Act.OPENED] == ["Bo"]
    # That somebody read it is no news; that somebody wrote is.
    mette.record_openings()
    assert reads(mette, case.id) == [("opened", "")]
    bo.add_note(case.id, "Nyt.")
    give(bo, mette, case.id)
    mette.case(case.id)
    mette.record_openings()
    assert reads(mette, case.id) == [("opened", ""), ("opened", "")]


def test_a_case_of_somebody_else_is_not_opened_without_a_purpose(three: tuple[Casework, Casework, Casework]) -> None:
    mette, _bo, ida = three
    case = a_case(mette)
    give(mette, ida, case.id)
    ida.purpose_answer = no_purpose
    for read in (ida.case, ida.guide, ida.history, ida.conflicts, ida.filing, ida.export_case, ida.access_log):
        with pytest.raises(PurposeNeeded) as caught:
            read(case.reference)
        assert case.title not in str(caught.value.diagnostics())
    with pytest.raises(PurposeNeeded):
        ida.add_note(case.id, "Uden formål")
    ida.record_openings()
    assert reads(ida, case.id) == []
    with pytest.raises(ReasonNeeded):
        ida.state_purpose(case.id, " \n")
    with pytest.raises(CprNoticed):
        ida.state_purpose(case.id, "Ringet om 010203-1234")
    ida.state_purpose(case.reference, "Vagt i weekenden")
    assert ida.case(case.id).summary.title == case.title
    ida.record_openings()
    assert reads(ida, case.id) == [("opened", "Vagt i weekenden")]


def test_who_a_case_was_handed_to_has_it_and_who_gave_it_up_has_not(
    three: tuple[Casework, Casework, Casework],
) -> None:
    mette, _bo, ida = three
    case = a_case(mette)
    mette.hand_over([case.id], ida.office().author_id, "Barsel")
    give(mette, ida, case.id)
    mette.purpose_answer = ida.purpose_answer = no_purpose
    assert ida.case(case.id).notes
    with pytest.raises(PurposeNeeded):
        Casework(mette._vault, clock=mette._clock, today=mette._today).case(case.id)


def test_reading_changes_no_table_no_list_and_no_history(three: tuple[Casework, Casework, Casework]) -> None:
    mette, bo, ida = three
    first, second = a_case(mette, "Først"), a_case(mette, "Så")
    for desk in (bo, ida):
        give(mette, desk, first.id)
    before = (mette.cases(), mette.today(), mette.history(first.id), tables(mette, first.id)[:3])
    for desk in (bo, ida):
        desk.case(first.id)
        desk.record_openings()
        give(desk, mette, first.id)
    assert reads(mette, first.id) == [("opened", ""), ("opened", "Sparring")]
    assert (mette.cases(), mette.today(), mette.history(first.id), tables(mette, first.id)[:3]) == before
    assert mette.conflicts(first.id) == ()
    assert mette.cases()[0].id == second.id
    assert not [line for line in mette.today().lines if line.group is TodayGroup.NO_STEP]
    # A bundle has every entry, and its history says so.
    assert sum(line.kind == "case.read" for line in mette.export_case(first.id).history) == 2


def test_a_look_up_is_on_record_in_the_case_that_was_found(three: tuple[Casework, Casework, Casework]) -> None:
    mette, _bo, ida = three
    case = a_case(mette)
    mette.register_evidence(case.id, EvidenceDraft(digest=DIGEST, size=1, name="a.jpg"))
    give(mette, ida, case.id)
    assert ida.seen_before(["sha256:" + "11" * 32]) == ()
    ida.record_openings()
    assert reads(ida, case.id) == []
    for _again in range(2):
        assert ida.seen_before([DIGEST])[0].reference == case.reference
        ida.record_openings()
    assert reads(ida, case.id) == [("looked-up", "")]


def test_the_log_has_what_went_out_and_for_the_person_no_names(
    three: tuple[Casework, Casework, Casework], tmp_path: Path
) -> None:
    mette, _bo, ida = three
    case = mette.new_case(
        Intake(
            title="Delt billede",
            stand_in="Bo",
            people=(
                PersonDraft(name="Liv Holm", roles=(Role.VICTIM,)),
                PersonDraft(name="Kaj Brandt", roles=(Role.OFFENDER,)),
            ),
        )
    )
    mette.record_print(case.id, "/x/plan.html", what="meeting-plan", sort="html", digest=DIGEST)
    mette.share_case(case.id, ida.office().author_id, "Ida ser på Kaj Brandts del")
    give(mette, ida, case.id)
    ida.state_purpose(case.id, "Mette spurgte om Kaj")
    log = ida.access_log(case.id)
    assert [(line.act, line.author) for line in log.lines] == [
        (Act.PRINTED, "Mette"),
        (Act.SHARED, "Mette"),
        (Act.OPENED, "Ida"),
    ]
    assert "Kaj" in log.lines[-1].purpose
    given = ida.access_log(case.id, for_person=True)
    with speaking("da"):
        raw = write_access_log(given, tmp_path / "log.txt", "txt").path
        page = write_access_log(given, tmp_path / "log.html", "html").path
    for path in (raw, page):
        text = Path(path).read_text(encoding="utf-8")
        assert case.reference in text
        assert "spurgte om" in text
        assert not [name for name in ("Mette", "Ida", "Kaj", "Brandt", case.title) if name in text]
    assert (Path(raw).stat().st_mode & 0o777) == 0o600


def test_the_log_for_the_person_has_no_name_of_the_custody_or_of_an_answer(
    three: tuple[Casework, Casework, Casework],
) -> None:
    mette, _bo, ida = three
    case = a_case(mette)
    mette.register_evidence(case.id, EvidenceDraft(digest=DIGEST, size=1, name="a.jpg"))
    mette.record_custody(case.id, "E1", Move(event=Event.FOUND, by="Vibeke Gam", where="hos Torben"))
    mette.record_custody(case.id, "E1", Move(event=Event.HANDED, by="Vibeke Gam", to="Palle Raskdyr", on="i går"))
    mette.set_facts(case.id, {"police.decision.by": "Kasimir Vagtmand"})
    mette.share_case(case.id, ida.office().author_id, "Vibeke, Torben, Raskdyr og Vagtmand spørger efter den")
    [shared] = mette.access_log(case.id, for_person=True).lines
    assert shared.purpose.endswith("spørger efter den")
    assert not [name for name in ("Vibeke", "Torben", "Raskdyr", "Vagtmand") if name in shared.purpose]


def test_a_full_disk_keeps_nobody_from_reading_and_the_entry_comes_later(
    three: tuple[Casework, Casework, Casework], monkeypatch: pytest.MonkeyPatch
) -> None:
    mette, bo, _ida = three
    case = a_case(mette)
    give(mette, bo, case.id)

    def full() -> None:
        raise DiskFull(Path("/x"))

    with monkeypatch.context() as patched:
        patched.setattr(bo._journal, "seal_commit", full)
        assert bo.case(case.id).notes
        bo.record_openings()
        assert reads(bo, case.id) == []
    bo.record_openings()
    assert reads(bo, case.id) == [("opened", "")]


def test_closing_writes_what_is_due(tmp_path: Path) -> None:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    give(mette, bo, case.id)
    bo.case(case.id)
    assert reads(bo, case.id) == []
    bo.close()
    mette.close()
    from tests.store.circle import vault_desk

    again = vault_desk(tmp_path / "2", 2)
    assert reads(again, case.id) == [("opened", "")]
    again.close()


def test_a_short_first_name_is_a_name_and_a_particle_is_none() -> None:
    assert called("Bo de Vries") == {"Bo de Vries", "Bo", "Vries"}
