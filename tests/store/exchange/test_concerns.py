"""A concern goes to the colleagues who are named as its readers, and never to the person it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.mentoring import Part
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.programme.concern_model import CameHow, Concern, ConcernDraft
from store.programme.errors import RegisterElsewhere
from store.programme.passing import ConcernsPassed
from store.programme.people_model import ParticipantDraft
from store.standing import standing
from tests.store.exchange.rounds import office_of, round_of, until_still

Three = tuple[Casework, Casework, Casework]


@pytest.fixture
def three(tmp_path: Path, folder: Path) -> Iterator[Three]:
    """Mette takes concerns in, Bo is to read one, Kaj is a mentor and an administrator too."""
    mette, bo, kaj = desks = office_of(tmp_path, "Mette", "Bo", "Kaj")
    until_still(list(desks), folder)
    yield mette, bo, kaj
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def who(desk: Casework, name: str) -> str:
    return next(one.id for one in desk.authors() if one.name == name)


def taken_in(mette: Casework, *readers: str) -> Concern:
    """A concern about Kaj, who is a colleague."""
    kaj = mette.add_participant(ParticipantDraft(name="Kaj", parts=(Part.MENTOR,), author=who(mette, "Kaj")))
    draft = ConcernDraft(
        kind="boundaries",
        about=kaj.id,
        what="Går over en grænse.",
        came_how=CameHow.TALK,
        received_at=mette._clock() - timedelta(hours=1),
        readers=readers,
    )
    return mette.take_in_concern(draft)


def test_it_comes_to_its_readers_alone_and_what_they_write_comes_back(three: Three, folder: Path) -> None:
    mette, bo, kaj = three
    concern = taken_in(mette, "Bo")
    until_still(list(three), folder)
    [read] = bo.concerns()
    assert (read.id, read.about_name, read.what, read.taken_in_by) == (
        concern.id,
        "Kaj",
        "Går over en grænse.",
        "Mette",
    )
    assert read.due_on == concern.due_on
    assert [duty.about for duty in bo.programme_duties()] == [concern.id]
    # The register is not among what came, and whoever it is about has nothing at all.
    assert bo.spaces_held(SpaceKind.PROGRAMME) == (concern.id,)
    assert bo.participants() == ()
    assert kaj.spaces_held(SpaceKind.PROGRAMME) == ()

    bo.note_concern(concern.id, "Talte med Liv.")
    until_still(list(three), folder)
    assert [note.text for note in mette.concern(concern.id).notes] == ["Talte med Liv."]
    assert kaj.spaces_held(SpaceKind.PROGRAMME) == ()
    with pytest.raises(RegisterElsewhere):
        bo.name_readers(concern.id, ("Kaj",), "Han er leder.")


def test_nobody_is_sent_a_concern_who_is_not_named_and_it_can_be_named_later(three: Three, folder: Path) -> None:
    mette, bo, kaj = three
    concern = taken_in(mette)
    assert until_still(list(three), folder) <= 1
    assert bo.spaces_held(SpaceKind.PROGRAMME) == ()
    mette.name_readers(concern.id, ("Bo",), "Bo kender dem.")
    until_still(list(three), folder)
    assert [one.id for one in bo.concerns()] == [concern.id]
    mette.name_readers(concern.id, (), "Bo skal ikke med mere.")
    mette.note_concern(concern.id, "Kun til mig.")
    until_still(list(three), folder)
    assert [note.text for one in bo.concerns() for note in one.notes] == []
    assert kaj.spaces_held(SpaceKind.PROGRAMME) == ()


def test_what_a_careless_sender_puts_is_not_taken_in(
    three: Three, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mette, bo, kaj = three
    taken_in(mette)
    monkeypatch.setattr(mette, "_concerns_for", lambda _author: mette.spaces_held(SpaceKind.PROGRAMME))
    for desk in (mette, bo, kaj):
        round_of(desk, folder)
    assert bo.spaces_held(SpaceKind.PROGRAMME) == kaj.spaces_held(SpaceKind.PROGRAMME) == ()
    # Control: it was there to be taken in.
    monkeypatch.setattr(ConcernsPassed, "_concern_may_come", lambda *_what: True)
    round_of(kaj, folder)
    assert len(kaj.spaces_held(SpaceKind.PROGRAMME)) == 2


def test_a_reader_who_takes_it_in_a_second_time_makes_it_about_nobody_else(three: Three, folder: Path) -> None:
    mette, bo, kaj = three
    concern = taken_in(mette, "Bo")
    until_still(list(three), folder)
    [row] = [one for one in standing(bo._connection, concern.id) if one.subject == "concern"]
    with bo._writing():
        said = {**row.value, "about": [], "about-name": "En anden", "readers": [who(bo, "Bo"), who(bo, "Kaj")]}
        bo._append(SpaceKind.PROGRAMME, concern.id, "concern.opened", said)
        bo._append(SpaceKind.PROGRAMME, concern.id, "concern.noted", {"text": "Et notat af Bo"})
    until_still(list(three), folder)
    [note] = mette.concern(concern.id).notes
    assert note.text == "Et notat af Bo"  # It has come, and what came before it.
    assert (mette.concern(concern.id).about_name, mette.concern(concern.id).taken_in_by) == ("Kaj", "Mette")
    mette.note_concern(concern.id, "Kun for dem, der læser den")
    until_still(list(three), folder)
    assert kaj.spaces_held(SpaceKind.PROGRAMME) == ()
