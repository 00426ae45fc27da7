"""One name, planted in each place where it can stand, and one erasing of that person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.mentoring import Part
from store.cases.directory import EntryDraft
from store.cases.erasing_model import ErasureOrder
from store.casework import Casework
from store.database import Connection
from store.doctor import check
from store.model import EvidenceDraft, Intake, PersonDraft, Role
from tests.store.circle import circle
from tests.store.desk import DIGEST
from tests.store.pages import plain_pages, wal_pages
from tests.store.programme.office import YESTERDAY, somebody
from tests.store.programme.test_erasing import a_whole_mentor

NAME = "Quintilla Voss"


EVERYWHERE = {
    *("case.opened", "note.added", "note.corrected", "person.added", "level.set", "step.set-aside", "case.read"),
    *("evidence.registered", "case.shared", "case.printed", "case.closed", "fact.set", "lookup.made"),
    *("participant.added", "participant.changed", "participant.accepted", "participant.ended", "vetting.referred"),
    *("mentoring.begun", "mentoring.ended", "session.added", "session.noted", "consent.given", "recording.registered"),
    *("recording.accessed", "recording.removed", "check-in.held", "concern.noted", "concern.closed", "concern.opened"),
    *("office.plan-answered", "office.directory-set"),
}
"""The kinds of entries in which the name is planted."""
WITH_THE_WHOLE = {
    *("case.opened", "case.read", "case.shared", "case.printed", "case.closed", "participant.ended"),
    "office.directory-set",
}
"""Those that stay, each listed: they go with the whole case or person, or when what stands was changed."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    """An administrator's vault."""
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette
    report = check(mette._vault)
    assert report.well, report.findings
    mette.close()
    bo.close()


def places(connection: Connection, name: str = NAME) -> set[str]:
    """Every table that holds the name in some column, tables the program does not know of yet too."""
    found = set()
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    for (table,) in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():
            texts = [one if isinstance(one, bytes) else str(one).encode() for one in row]
            if any(name.encode() in text for text in texts):
                found.add(table)
    return found


def kind_of(desk: Casework, entry: str) -> list[tuple[str]]:
    return desk._connection.execute("SELECT kind FROM entry WHERE id = ?", (entry,)).fetchall()


def in_file(desk: Casework, name: str = NAME) -> bool:
    path = desk._vault.path / "vault.db"
    return name.encode() in plain_pages(path, b"k" * 32) + wal_pages(path, b"k" * 32)


def plant_in_case(desk: Casework) -> str:
    """A case with the name in all that people write, and in what can go with the whole case only."""
    case = desk.new_case(
        Intake(
            title=f"Om {NAME}",
            happened=f"{NAME} fortalte det.",
            stand_in="Bo",
            people=(PersonDraft(name=NAME, roles=(Role.VICTIM,), contact=NAME, about=NAME),),
        )
    ).id
    note = desk.add_note(case, f"Talte med {NAME}s mor")
    desk.correct_note(case, note.id, f"{NAME} igen", f"{NAME} bad om det")
    desk.set_level(case, 2, f"{NAME} er ked af det")
    desk.set_aside(case, "ask-reaction", f"{NAME} vil ikke")
    desk.register_evidence(
        case,
        EvidenceDraft(digest=DIGEST, name=f"{NAME}.jpg", shows=NAME, url=NAME, accounts=(NAME,), seen_by=(NAME,)),
    )
    meeting = desk.new_case(Intake(title="Et møde", kind="mentoring", happened="I går.", stand_in="Bo")).id
    desk.set_facts(meeting, {"meeting.where": f"Hos {NAME}"})
    desk._write(meeting, "case.closed", {"reason": "Færdig"})
    [bo] = [one for one in desk.authors() if one.name == "Bo"]
    desk.share_case(case, bo.id, f"Sparring om {NAME}")
    said = {"author": "", "purpose": f"{NAME} ringede", "how": "opened"}
    desk._write(case, "case.read", said)
    desk.record_print(case, f"/x/{NAME}.html", what="meeting-plan", sort="html", digest=DIGEST)
    desk.save_draft(f"note/{case}", f'{{"text": "{NAME}"}}')
    desk.cases()
    return case


def plant_beside(desk: Casework) -> None:
    """The programme, the searches, the office, drafts."""
    a_whole_mentor(desk)
    other = somebody(desk, "Kim", Part.MENTEE)
    desk.hold_check_in(other.id, on=YESTERDAY, goes_well=True, guidelines=True, text=f"Kender {NAME}")
    desk.end_participant(other.id, f"Flyttede med {NAME}")
    desk.record_search(NAME, [])
    question = desk.plan().items[0].asked.id
    desk.answer_plan(question, f"{NAME} ringer")
    desk.answer_plan(question, "Vagten ringer")
    desk.add_directory_entry("vagten", EntryDraft(name=NAME, phone="1"))
    desk.save_draft("new-case", f'{{"title": "{NAME}"}}')


def close(desk: Casework, case: str) -> None:
    desk._write(case, "case.closed", {"reason": f"Færdig med {NAME}"})


def naming(desk: Casework) -> set[str]:
    """The entries whose content names somebody, whatever their kind."""
    rows = desk._connection.execute("SELECT id, payload FROM entry WHERE payload IS NOT NULL").fetchall()
    return {id for id, payload in rows if NAME.encode() in payload}


def test_everything_that_names_somebody_goes_or_is_listed_one_by_one(desk: Casework) -> None:
    case = plant_in_case(desk)
    plant_beside(desk)
    close(desk, case)
    desk.case(case)
    desk.record_openings()
    mentor = next(one for one in desk.participants() if one.name == NAME)
    desk.end_participant(mentor.id, NAME)
    # The control: it is found in each place as long as it is there.
    assert in_file(desk)
    assert places(desk._connection) >= {"entry", "standing", "draft", "glance"}
    kinds = {kind for id in naming(desk) for (kind,) in kind_of(desk, id)}
    assert kinds >= EVERYWHERE, EVERYWHERE - kinds
    plan = desk.plan_erasing_person(NAME)
    doomed, left = {one.entry for one in plan.doomed}, {one.entry for one in plan.left}
    assert naming(desk) <= doomed | left
    assert not doomed & left
    assert all(one.words and one.why and one.reference for one in plan.left)
    desk.erase(plan, ErasureOrder(confirmation=NAME, ground="Artikel 17"))
    # What is there still is what was listed, and nothing else.
    assert naming(desk) == left & naming(desk)
    assert {kind for id in naming(desk) for (kind,) in kind_of(desk, id)} == WITH_THE_WHOLE
    assert "draft" not in places(desk._connection)
    assert [one.name for one in desk.participants()] == ["Eva", "Kim"]
    # One by one: the case goes whole, the person with whom it is named too, the directory is changed first.
    for again in (desk.plan_erasing_case(case), desk.plan_erasing_thing(desk.participants()[1].id)):
        desk.erase(again, ErasureOrder(confirmation=again.confirm, ground="Artikel 17"))
    desk.remove_directory_entry("vagten", "Findes ikke mere")
    last = desk.plan_erasing_person(NAME)
    assert last.left == ()
    desk.erase(last, ErasureOrder(confirmation=NAME, ground="Artikel 17"))
    assert naming(desk) == set()
    assert places(desk._connection) == set()
    assert not in_file(desk)


def test_what_is_to_be_kept_stays_and_is_said(desk: Casework) -> None:
    plant_beside(desk)
    mentor = next(one for one in desk.participants() if one.name == NAME)
    desk.end_participant(mentor.id, NAME)
    [search] = [one.entry for one in desk.plan_erasing_person(NAME).doomed if one.words.startswith("Searched for")]
    plan = desk.plan_erasing_person(NAME, keep=(mentor.id[:8], search[:8], "new-case"))
    assert mentor.id not in plan.things
    assert {"it is to be kept"} <= {one.why for one in plan.left}
    desk.erase(plan, ErasureOrder(confirmation=NAME, ground="Artikel 17"))
    assert desk.participant(mentor.id).name == NAME
    assert NAME in [line.words for line in desk.lookup_log().lines]
    assert "new-case" in desk.drafts()


def test_somebody_who_has_the_name_as_a_part_of_theirs_is_not_taken_for_them(desk: Casework) -> None:
    other = somebody(desk, "Quintilla Voss Hansen", Part.MENTEE)
    desk.end_participant(other.id, "Flyttet")
    plan = desk.plan_erasing_person(NAME)
    assert (plan.things, plan.doomed) == ((), ())
    assert plan.left


def test_a_draft_alone_goes_from_the_file_too(desk: Casework) -> None:
    desk.save_draft("new-case", f'{{"title": "{NAME}"}}')
    assert in_file(desk)
    desk.erase(desk.plan_erasing_person(NAME), ErasureOrder(confirmation=NAME, ground="Artikel 17"))
    assert not in_file(desk)
