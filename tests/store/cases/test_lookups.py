"""A search in the list of cases is on record: in this vault, and in a case that is not one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.mentoring import Part
from store.access_file import SORTS, write_access_log
from store.cases import lookups
from store.cases.access import Act
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.journal import Read, read, spaces
from store.model import Intake, StoredEntry
from store.programme.concern_model import CameHow, ConcernDraft
from store.programme.people import draft_of
from store.programme.people_model import ParticipantDraft
from store.programme.session_model import RecordingDraft
from store.programme.words import concern_label
from tests.store.circle import circle
from tests.store.desk import DIGEST, Clock, a_case, set_up_desk
from tests.store.exchange.rounds import office_of, until_still
from tests.store.programme.office import a_session
from tests.store.test_union import give


@pytest.fixture()
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    """Mette has a case; Bo got it and is nothing of it."""
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def looked_up(desk: Casework, case: str) -> list[Act]:
    rows = desk._connection.execute("SELECT 1 FROM entry WHERE space = ? AND kind = 'case.read'", (case,)).fetchall()
    return [Act.LOOKED_UP] * len(rows)


def test_a_search_is_on_record_with_its_words_and_what_it_found(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    case = a_case(mette)
    mette.record_search("  Liv   Hansen ", [case.id])
    mette.record_search(case.reference, [case.id])
    mette.record_search("Ingen", [])
    mette.record_search("  ", [case.id])
    lines = mette.lookup_log().lines
    assert [(line.act, line.words, line.hits, line.cases, line.author) for line in lines] == [
        (Act.SEARCHED, "Liv Hansen", 1, (case.reference,), "Mette"),
        (Act.SEARCHED, case.reference, 1, (case.reference,), "Mette"),
        (Act.SEARCHED, "Ingen", 0, (), "Mette"),
    ]
    # One's own list is one's own work: the case does not say that it stood there.
    mette.record_openings()
    assert looked_up(mette, case.id) == []


def test_a_case_of_somebody_else_says_that_it_was_found(two: tuple[Casework, Casework]) -> None:
    mette, bo = two
    case = mette.new_case(Intake(title="Et billede er delt", happened="I går.", no_stand_in_reason="Ferie"))
    give(mette, bo, case.id)
    for _again in range(2):
        bo.record_search("billede", [case.id])
        bo.record_openings()
    assert looked_up(bo, case.id) == [Act.LOOKED_UP]
    assert len(bo.lookup_log().lines) == 2
    # It travels with the case.
    give(bo, mette, case.id)
    found = [line for line in mette.access_log(case.id).lines if line.act is Act.LOOKED_UP]
    assert [line.author for line in found] == ["Bo"]
    assert mette.lookup_log().lines == ()


def test_to_the_person_concerned_it_goes_without_names_and_words(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    case = a_case(mette)
    mette.record_search("Liv Hansen", [case.id])
    [line] = mette.lookup_log(for_person=True).lines
    assert (line.author, line.cases, line.hits) == ("", (), 1)
    assert "Liv" not in line.words


def test_by_page_it_is_the_same_log_newest_first_and_only_the_page_is_read(
    two: tuple[Casework, Casework], monkeypatch: pytest.MonkeyPatch
) -> None:
    mette, _bo = two
    case = a_case(mette)
    for number in range(7):
        mette.record_search(f"ord {number}", [case.id])
    mette.record_lookup_export("/tmp/opslag.txt", sort="txt", digest="sha256:" + "0" * 64)
    whole = mette.lookup_log().lines[::-1]
    assert whole[0].act is Act.LOG_WRITTEN and len(whole) == 8
    # The control for what is read: entries come out of `read` one by one.
    taken: list[str] = []

    def counted(stored: StoredEntry) -> Read:
        taken.append(stored.id)
        return read(stored)

    monkeypatch.setattr(lookups, "read", counted)
    pages = [mette.lookup_page(start, 3) for start in (0, 3, 6, 9)]
    assert [page.total for page in pages] == [8] * 4
    assert [len(page.lines) for page in pages] == [3, 3, 2, 0]
    assert tuple(line for page in pages for line in page.lines) == whole
    assert len(taken) == len(whole)
    mette.lookup_log()
    assert len(taken) == 2 * len(whole)


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "in one second"])
def test_what_is_in_the_register_stands_among_the_searches_in_the_order_in_which_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    with set_up_desk(tmp_path) as desk:
        session = a_session(desk, consents=True)
        if at_once:
            monkeypatch.setattr(Clock, "__call__", lambda clock: clock.now)
        draft = RecordingDraft(digest=DIGEST, place="Kontorets drev", holder="Åse")
        [recording] = desk.register_recording(session.id, draft).recordings
        desk.record_search("før", [])
        desk.access_recording(recording.id, "review", "Klage")
        desk.record_search("efter", [])
        acts = [line.act for line in desk.lookup_page(0, 10).lines]
        assert acts == [Act.SEARCHED, Act.RECORDING, Act.SEARCHED]
        [line] = desk.lookup_page(1, 1).lines
        assert (line.act, line.about) == (Act.RECORDING, "Bo – Eva")
        assert desk.lookup_log().lines == desk.lookup_page(0, 10).lines[::-1]
        assert len({one.at for one in desk.lookup_log().lines}) == (1 if at_once else 3)


def test_the_file_for_the_person_has_neither_names_nor_what_was_searched_for(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    mette, _bo = two
    case = a_case(mette)
    mette.record_search("Liv Hansen", [case.id])
    mette.record_lookup_export("/tmp/Liv.html", sort="html", digest="sha256:" + "0" * 64)
    for for_person in (True, False):
        for sort in SORTS:
            made = write_access_log(mette.lookup_log(for_person=for_person), tmp_path / f"{for_person}.{sort}", sort)
            text = Path(made.path).read_text(encoding="utf-8")
            assert "søgt i listen over sager" in text
            # The control: with names it has all of them.
            assert {word in text for word in ("Liv", "Mette", case.reference)} == {not for_person}


def test_the_last_digits_of_a_civil_registration_number_are_not_kept(two: tuple[Casework, Casework]) -> None:
    mette, _bo = two
    mette.record_search("010203-1234", [])
    [line] = mette.lookup_log().lines
    assert "1234" not in line.words
    assert line.words.startswith("010203")


def test_what_is_searched_for_stays_in_the_vault(tmp_path: Path) -> None:
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    folder = tmp_path / "exchange"
    folder.mkdir()
    until_still([mette, bo], folder)
    case = a_case(mette)
    mette.record_search("Liv", [case.id])
    until_still([mette, bo], folder)
    assert bo.case(case.id).notes  # The case has come; what its counsellor searched for has not.
    assert spaces(mette._connection, SpaceKind.ACCESS)
    assert not spaces(bo._connection, SpaceKind.ACCESS)
    for desk in (mette, bo):
        assert check(desk._vault).well
        desk.close()


def test_who_opened_a_concern_is_told_to_its_readers_alone(tmp_path: Path) -> None:
    folder = tmp_path / "exchange"
    folder.mkdir()
    mette, bo, kaj = desks = office_of(tmp_path, "Mette", "Bo", "Kaj")
    until_still(list(desks), folder)
    about = next(one.id for one in mette.authors() if one.name == "Kaj")
    mentor = mette.add_participant(ParticipantDraft(name="Kaj", parts=(Part.MENTOR,), author=about))
    draft = ConcernDraft(
        kind="boundaries",
        about=mentor.id,
        what="Går over en grænse.",
        came_how=CameHow.TALK,
        received_at=mette._clock() - timedelta(hours=1),
        readers=("Bo",),
    )
    concern = mette.take_in_concern(draft)
    until_still(list(desks), folder)
    # A list is no look; the concern itself is.
    bo.programme()
    bo.record_openings()
    assert bo.lookup_log().lines == ()
    bo.concern(concern.id)
    bo.record_openings()
    until_still(list(desks), folder)
    for desk in (mette, bo):
        [line] = desk.lookup_log().lines
        assert (line.act, line.author, line.about) == (Act.CONCERN_OPENED, "Bo", "Kaj")
        assert line.words == concern_label("boundaries")
        [line] = desk.lookup_log(for_person=True).lines
        assert (line.act, line.author, line.about, line.words) == (Act.CONCERN_OPENED, "", "", "")
    assert kaj.lookup_log().lines == ()
    # Where it is here and may not be read, nothing is told of it either.
    mette.change_participant(mentor.id, replace(draft_of(mentor), author="Mette"))
    assert mette.lookup_log().lines == ()
    for desk in desks:
        desk.close()
