"""Whoever a concern is closed to is sent nothing of it and takes nothing in, until somebody else says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.mentoring import Part
from store.cases.errors import ReasonNeeded
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.programme.concern_model import CameHow, Concern, ConcernDraft
from store.programme.desk import ThingUnknown
from store.programme.errors import LinkStands
from store.programme.links import Links
from store.programme.passing import ConcernsPassed
from store.programme.people import draft_of
from store.programme.people_model import ParticipantDraft
from tests.store.exchange.rounds import office_of, round_of, until_still

Three = tuple[Casework, Casework, Casework]
WHY = "Navnene blev forvekslet."


@pytest.fixture
def three(tmp_path: Path, folder: Path) -> Iterator[Three]:
    """Mette has the programme, Bo reads a concern, Kaj is a colleague."""
    mette, bo, kaj = desks = office_of(tmp_path, "Mette", "Bo", "Kaj")
    until_still(list(desks), folder)
    yield mette, bo, kaj
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def read_by_two(mette: Casework) -> Concern:
    """A concern about a mentor who is no colleague; Bo reads it too."""
    mentor = mette.add_participant(ParticipantDraft(name="En mentor", parts=(Part.MENTOR,)))
    draft = ConcernDraft(
        kind="boundaries",
        about=mentor.id,
        what="Går over en grænse.",
        came_how=CameHow.TALK,
        received_at=mette._clock() - timedelta(hours=1),
        readers=("Bo",),
    )
    return mette.take_in_concern(draft)


def linked(mette: Casework, concern: Concern, author: str) -> None:
    """The register says which colleague the mentor is."""
    mette.change_participant(concern.about, replace(draft_of(mette.participant(concern.about)), author=author))


def notes(desk: Casework) -> list[str]:
    """The notes of the concern that are kept in a vault, whether it shows them or not."""
    rows = desk._connection.execute("SELECT value FROM standing WHERE subject LIKE 'noted/%'").fetchall()
    return [text.strip('"') for (text,) in rows]


def test_a_reader_who_was_ever_linked_gets_nothing_more(three: Three, folder: Path) -> None:
    mette, bo, _kaj = three
    concern = read_by_two(mette)
    until_still(list(three), folder)
    assert [one.id for one in bo.concerns()] == [concern.id]
    linked(mette, concern, "Bo")
    linked(mette, concern, "")
    mette.note_concern(concern.id, "Ikke for Bo.")
    until_still(list(three), folder)
    assert notes(bo) == []
    # The word of somebody else, with a reason, opens it again.
    with pytest.raises(ReasonNeeded):
        mette.correct_link(concern.id, "Bo", " ")
    mette.correct_link(concern.id, "Bo", WHY)
    until_still(list(three), folder)
    assert notes(bo) == ["Ikke for Bo."]
    assert [one.id for one in bo.concerns()] == [concern.id]


def test_control_by_what_stands_now_it_would_be_sent(
    three: Three, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mette, bo, _kaj = three
    concern = read_by_two(mette)
    until_still(list(three), folder)
    linked(mette, concern, "Bo")
    linked(mette, concern, "")
    mette.note_concern(concern.id, "Ikke for Bo.")
    monkeypatch.setattr(Links, "closed_to", lambda *_what: frozenset())
    until_still(list(three), folder)
    assert notes(bo) == ["Ikke for Bo."]


def test_who_has_the_programme_does_not_open_it_alone(three: Three, folder: Path) -> None:
    mette, bo, kaj = three
    concern = read_by_two(mette)
    until_still(list(three), folder)
    linked(mette, concern, "Mette")
    until_still(list(three), folder)
    # Its readers hear of it, and send nothing more of it to whoever took it in.
    bo.note_concern(concern.id, "Ikke for Mette.")
    until_still(list(three), folder)
    assert notes(mette) == []
    linked(mette, concern, "")
    # Neither does one's own word count, written past every gate.
    with mette._writing():
        said = {"author": mette._eyes().viewer, "reason": WHY}
        mette._append(SpaceKind.PROGRAMME, concern.id, "concern.link-corrected", said)
    until_still(list(three), folder)
    assert notes(mette) == []
    with pytest.raises(ThingUnknown):
        mette.concern(concern.id)
    with pytest.raises(ThingUnknown):
        kaj.correct_link(concern.id, "Mette", WHY)
    bo.correct_link(concern.id, "Mette", WHY)
    until_still(list(three), folder)
    assert [note.text for note in mette.concern(concern.id).notes] == ["Ikke for Mette."]


def test_what_a_careless_reader_sends_is_not_taken_in(
    three: Three, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mette, bo, _kaj = three
    concern = read_by_two(mette)
    until_still(list(three), folder)
    linked(mette, concern, "Mette")
    linked(mette, concern, "")
    bo.note_concern(concern.id, "Ikke for Mette.")
    round_of(bo, folder)
    round_of(mette, folder)
    assert notes(mette) == []
    # Control: it was there to be taken in.
    monkeypatch.setattr(ConcernsPassed, "_concern_may_come", lambda *_what: True)
    round_of(mette, folder)
    assert notes(mette) == ["Ikke for Mette."]


def test_a_reader_does_not_close_it_to_others(three: Three, folder: Path) -> None:
    mette, bo, _kaj = three
    concern = read_by_two(mette)
    until_still(list(three), folder)
    with bo._writing():
        bo._append(SpaceKind.PROGRAMME, concern.id, "concern.linked", {"author": mette._eyes().viewer})
    bo.note_concern(concern.id, "Til Mette.")
    until_still(list(three), folder)
    assert [note.text for note in mette.concern(concern.id).notes] == ["Til Mette."]


def test_a_correction_waits_until_the_register_is_put_right(three: Three, folder: Path) -> None:
    mette, bo, _kaj = three
    concern = read_by_two(mette)
    until_still(list(three), folder)
    linked(mette, concern, "Mette")
    until_still(list(three), folder)
    bo.correct_link(concern.id, "Mette", WHY)
    round_of(bo, folder)
    round_of(mette, folder)
    with pytest.raises(ThingUnknown):
        mette.concern(concern.id)
    linked(mette, concern, "")
    until_still(list(three), folder)
    assert mette.concern(concern.id).id == concern.id


def test_what_can_not_be_said_is_refused_with_why(three: Three, folder: Path) -> None:
    mette, bo, _kaj = three
    concern = read_by_two(mette)
    until_still(list(three), folder)
    for desk, colleague, fault in ((mette, "Mette", "oneself"), (bo, "Bo", "oneself")):
        with pytest.raises(LinkStands) as refused:
            desk.correct_link(concern.id, colleague, WHY)
        assert refused.value.fault == fault
    linked(mette, concern, "Kaj")
    with pytest.raises(LinkStands) as refused:
        mette.correct_link(concern.id, "Kaj", WHY)
    assert refused.value.fault == "linked"
    with pytest.raises(ThingUnknown):
        mette.correct_link(concern.id, "Ingen", WHY)
    draft = ConcernDraft(
        kind="spam",
        about=mette._colleague("Kaj", mette._eyes()),
        what="x",
        came_how=CameHow.TALK,
        received_at=mette._clock(),
    )
    named = mette.take_in_concern(draft)
    with pytest.raises(LinkStands) as refused:
        mette.correct_link(named.id, "Kaj", WHY)
    assert refused.value.fault == "named"
