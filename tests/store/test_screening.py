"""A screening recorded page by page; the meeting plan written to a plain file that the journal knows of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guidance.model import State
from guidance.screening import Course, opened
from store.bundle.errors import AlreadyThere
from store.cases.errors import CaseClosed, NoSuchCourse
from store.casework import Casework
from store.cpr import CprNoticed
from store.meeting_file import meeting_page, meeting_text, write_meeting_plan
from store.model import Intake
from tests.guidance.test_screening import CALM
from tests.store.desk import a_case, set_up_desk

PLAN: dict[str, Any] = {
    "meeting.planned": True,
    "meeting.call": "held",
    "meeting.known": "Underviser i matematik",
    "meeting.when": "Torsdag kl. 15-16",
    "meeting.where": "Café på biblioteket <b>",
    "meeting.place-kind": "public",
    "meeting.told": "Søsteren",
    "meeting.phone": True,
    "meeting.transport": "Bus 5C",
    "meeting.fall-back": "Søsteren henter",
    "meeting.belongings": True,
    "meeting.leaving": "Siger, at bussen kører",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    with set_up_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def case(desk: Casework) -> str:
    return desk.new_case(Intake(title="Et møde", kind="mentoring", stand_in="Bo")).id


def test_a_screening_is_recorded_and_what_it_opens_stands_first(desk: Casework, case: str) -> None:
    guide = desk.screen(case, Course.SCREENING, {**CALM, "sign.private-place": "yes"})
    assert guide.next_steps[0].id == "end-mentoring"
    assert [view.id for view in opened(guide)] == ["end-mentoring"]
    assert guide.step("not-your-fault").state is State.DONE
    entries = len(desk.history(case, newest=None))
    desk.screen(case, Course.SCREENING, {**CALM, "sign.private-place": "yes"})
    assert len(desk.history(case, newest=None)) == entries


def test_a_screening_goes_on_where_it_was_interrupted(desk: Casework, case: str) -> None:
    desk.do_step(case, "ask-danger", {"danger.now": False})
    desk.do_step(case, "not-your-fault")
    guide = desk.screen(case, Course.SCREENING, CALM)
    assert guide.step("sign-substances").state is State.DONE
    done = [line for line in desk.history(case, newest=None) if "Is anybody in danger?" in line.words]
    assert len(done) == 1


def test_it_is_refused_where_the_guidance_has_none_and_where_the_case_is_closed(desk: Casework, case: str) -> None:
    school = a_case(desk).id
    with pytest.raises(NoSuchCourse):
        desk.screen(school, Course.SCREENING, CALM)
    for view in desk.guide(case).blockers:
        desk.set_aside(case, view.id, "prøve")
    desk.close_case(case, "slut")
    with pytest.raises(CaseClosed):
        desk.screen(case, Course.SCREENING, CALM)


def test_the_plan_is_a_page_and_a_text_with_112_first_and_nothing_of_the_case(desk: Casework, case: str) -> None:
    guide = desk.screen(case, Course.MEETING, PLAN)
    reference = desk.case(case).summary.reference
    page = meeting_page(guide, "da").decode()
    text = meeting_text(guide, "da").decode()
    for made in (page, text):
        for words in (
            "112",
            "Torsdag kl. 15-16",
            "Søsteren henter",
            "Bus 5C",
            "et offentligt sted med mange mennesker",
        ):
            assert words in made
        assert made.index("112") < made.index("Torsdag")
        assert reference not in made
        assert "Et møde</h1>" not in made
        # What it is good for, and no word to the counsellor.
        assert "Slip dem aldrig af syne." in made.replace("\n", " ")
        for view in guide.steps:
            if view.phase.id == "meeting-plan":
                assert view.step.how.da not in made.replace("\n", " ")
        assert "Er der et møde på vej?" not in made
    assert "<b>" not in page.replace("<body>", "")
    assert "&lt;b&gt;" in page
    assert "<script" not in page
    assert max(map(len, text.splitlines())) <= 78
    assert "In danger" in meeting_text(guide, "en").decode()
    assert "Ikke besvaret endnu" in meeting_text(desk.guide(_other(desk)), "da").decode()


def _other(desk: Casework) -> str:
    case = desk.new_case(Intake(title="Et andet", kind="mentoring", stand_in="Bo")).id
    desk.screen(case, Course.MEETING, {"meeting.planned": True})
    return case


def test_writing_it_is_an_entry_and_nothing_is_overwritten(desk: Casework, case: str, tmp_path: Path) -> None:
    guide = desk.screen(case, Course.MEETING, PLAN)
    out = tmp_path / "plan.txt"
    made = write_meeting_plan(guide, out, "txt", language="da")
    desk.record_print(case, made.path, what="meeting-plan", sort=made.sort, digest=made.digest)
    assert out.stat().st_mode & 0o777 == 0o600
    line = desk.history(case)[0]
    assert line.kind == "case.printed"
    assert "plan.txt" in line.words
    assert str(tmp_path) not in line.words
    with pytest.raises(AlreadyThere):
        write_meeting_plan(guide, out, "txt", language="da")


def test_a_cpr_number_does_not_leave_by_the_plan(desk: Casework, case: str, tmp_path: Path) -> None:
    with desk.allowing_cpr():
        guide = desk.screen(case, Course.MEETING, {**PLAN, "meeting.told": "Søster 010190-1234"})
    with pytest.raises(CprNoticed):
        write_meeting_plan(guide, tmp_path / "plan.html", "html")
    assert not (tmp_path / "plan.html").exists()
    write_meeting_plan(guide, tmp_path / "plan.html", "html", allow_cpr=True)


def test_nor_by_the_name_of_its_file(desk: Casework, case: str, tmp_path: Path) -> None:
    guide = desk.guide(case)
    out = tmp_path / "0101901234.txt"
    with pytest.raises(CprNoticed):
        write_meeting_plan(guide, out, "txt")
    assert not out.exists()
    write_meeting_plan(guide, tmp_path / "plan.txt", "txt")
