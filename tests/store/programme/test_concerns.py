"""Concerns: taken in, due, noted and closed; and never there for the person they are about, beside a control."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from guidance.concerns import AboutOneself, kinds
from store import doctor
from store.cases.errors import ReasonNeeded, TextMissing
from store.casework import Casework
from store.entry import SpaceKind
from store.model import CaseExport
from store.programme.concern_model import Blocked, CameHow, ConcernDraft
from store.programme.desk import ThingUnknown
from store.programme.errors import ConcernClosed, DayNotValid, ProgrammeDamaged
from store.programme.model import DutyKind
from store.programme.people import draft_of
from store.programme.people_model import ParticipantDraft
from tests.store.desk import BEGIN, a_case
from tests.store.programme.office import REASON, TODAY, a_concern, a_mentee, a_mentor, a_pair, somebody

ME = "Åse Rådgiver"


def draft(**changes: object) -> ConcernDraft:
    """A concern about somebody who is not in the programme."""
    said: dict[str, object] = {
        "kind": "spam",
        "what": "Sendte reklame.",
        "came_how": CameHow.TALK,
        "received_at": BEGIN,
        "about_name": "En ukendt",
        **changes,
    }
    return ConcernDraft(**said)  # type: ignore[arg-type]


def seen(desk: Casework) -> list[str]:
    """All that a person could meet a concern in, as text."""
    programme = desk.programme()
    return [repr(programme.concerns), repr(programme.duties), repr(programme.mentorings), repr(desk.concerns())]


def test_a_concern_is_taken_in_with_a_due_date_from_the_moment_it_came_in(desk: Casework) -> None:
    mentor, mentee = a_mentor(desk), a_mentee(desk)
    came_in = BEGIN - timedelta(days=3)
    taken = desk.take_in_concern(
        draft(
            kind="boundaries",
            about=mentor.id,
            about_name="",
            reported_by=mentee.id,
            received_at=came_in,
            blocked=Blocked.YES,
            came_how=CameHow.FORM,
        )
    )
    assert (taken.about_name, taken.reported_name, taken.taken_in_by, taken.blocked) == ("Bo", "Eva", ME, Blocked.YES)
    assert taken.due_on == came_in.date() + timedelta(days=1)
    [duty] = desk.programme_duties()
    assert (duty.kind, duty.about, duty.overdue) == (DutyKind.CONCERN, taken.id, True)


@pytest.mark.parametrize("kind", [kind.id for kind in kinds()])
def test_every_kind_can_be_taken_in(desk: Casework, kind: str) -> None:
    assert desk.take_in_concern(draft(kind=kind)).kind == kind


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "gossip"}, ThingUnknown),
        ({"what": " "}, TextMissing),
        ({"about_name": ""}, TextMissing),
        ({"about": "ffff"}, ThingUnknown),
        ({"reported_by": "ffff"}, ThingUnknown),
        ({"readers": ("Ingen",)}, ThingUnknown),
        ({"received_at": BEGIN + timedelta(days=9)}, DayNotValid),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Casework, changes: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        desk.take_in_concern(draft(**changes))
    assert not desk.concerns()


def test_it_is_noted_and_closed_with_an_outcome(desk: Casework) -> None:
    taken = desk.take_in_concern(draft())
    noted = desk.note_concern(taken.id[:8], "Talte med begge.")
    assert [(note.text, note.by) for note in noted.notes] == [("Talte med begge.", ME)]
    for outcome, text, refusal in (("maybe", "x", ThingUnknown), ("founded", " ", TextMissing)):
        with pytest.raises(refusal):
            desk.close_concern(taken.id, outcome, text)
    closed = desk.close_concern(taken.id, "founded", "Blokeret og vejledt.")
    assert closed.closed_at is not None
    assert not desk.programme_duties()
    with pytest.raises(ConcernClosed):
        desk.note_concern(taken.id, "Mere.")
    with pytest.raises(ReasonNeeded):
        desk.name_readers(desk.take_in_concern(draft()).id, (), " ")


@pytest.mark.parametrize("kind", ["private-meeting", "drugs-alcohol"])
def test_a_warning_that_ends_the_mentoring_opens_the_ending(desk: Casework, kind: str) -> None:
    pair = a_pair(desk)
    other = desk.begin_mentoring(pair.mentor, a_mentee(desk, "Ida").id, on=pair.began_on)
    taken = a_concern(desk, pair.mentor, kind=kind, reported_by=pair.mentee)
    assert (taken.ends, taken.due_on) == (True, TODAY)
    assert [one.id for one in desk.programme().mentorings if one.to_end] == [pair.id]
    assert DutyKind.END_MENTORING in {duty.kind for duty in desk.programme_duties()}
    desk.close_concern(taken.id, "founded", "Talt med begge.")
    assert [one.id for one in desk.programme().mentorings if one.to_end] == [pair.id]
    desk.end_mentoring(pair.id, "Pres for at mødes privat.")
    assert not [one for one in desk.programme().mentorings if one.to_end]
    assert other.id in {one.id for one in desk.programme().mentorings if one.ended_on is None}


def test_nothing_asks_for_an_end_where_it_was_not_so_or_is_no_such_warning(desk: Casework) -> None:
    pair = a_pair(desk)
    a_concern(desk, pair.mentor, kind="spam")
    taken = a_concern(desk, pair.mentor, kind="private-meeting")
    assert [one.to_end for one in desk.programme().mentorings] == [True]
    desk.close_concern(taken.id, "unfounded", "En misforståelse.")
    assert [one.to_end for one in desk.programme().mentorings] == [False]


def test_a_concern_is_never_there_for_the_person_it_is_about(desk: Casework) -> None:
    """One vault, one concern: read by the administrator until it is known to be about the administrator."""
    pair = a_pair(desk)
    concern = a_concern(desk, pair.mentor, kind="private-meeting", reported_by=pair.mentee)
    desk.suspend_participant(pair.mentor, "På grund af en bekymring.")
    # Control: for anybody else it is listed, counted, due, and asks for an end.
    assert all(concern.id in text or "to_end=True" in text for text in seen(desk))
    assert desk.concern(concern.id).what == "Skrev noget truende."
    assert desk.participant(pair.mentor).changes[-1].reason
    before = desk.participant(pair.mentor)
    desk.change_participant(pair.mentor, _as(draft_of(before), ME))
    for text in seen(desk):
        assert concern.id not in text
        assert "to_end=True" not in text
    assert desk.programme().concerns == ()
    assert {duty.kind for duty in desk.programme_duties()} == {DutyKind.CHECK_IN}
    for wanted in (concern.id, concern.id[:8], "ffffffff"):
        with pytest.raises(ThingUnknown) as unknown:
            desk.concern(wanted)
        assert unknown.value.sort == "concern"
    for method, rest in ((desk.note_concern, ("x",)), (desk.close_concern, ("founded", "x"))):
        with pytest.raises(ThingUnknown):
            method(concern.id, *rest)
    assert not desk.participant(pair.mentor).changes[-1].reason
    # Taking back by oneself who one is opens nothing (`test_links`).
    desk.change_participant(pair.mentor, _as(draft_of(before), ""))
    with pytest.raises(ThingUnknown):
        desk.concern(concern.id)


def _as(draft: ParticipantDraft, author: str) -> ParticipantDraft:
    return replace(draft, author=author)


@pytest.mark.parametrize("how", ["as-colleague", "as-participant", "by-name"])
def test_nobody_takes_in_a_concern_about_themselves(desk: Casework, how: str) -> None:
    me = desk.office().author_id
    about = {
        "as-colleague": {"about": me},
        "as-participant": {"about": somebody(desk, "Å.", author=ME).id},
        "by-name": {"about_name": " åse rådgiver"},
    }[how]
    entries = desk._connection.execute("SELECT count(*) FROM entry").fetchone()
    with pytest.raises(AboutOneself):
        desk.take_in_concern(draft(**about))
    assert desk._connection.execute("SELECT count(*) FROM entry").fetchone() == entries
    assert desk.take_in_concern(draft(about_name="En anden")).about_name == "En anden"


def test_concerns_are_spaces_of_their_own_and_in_no_export(desk: Casework) -> None:
    mentor = a_mentor(desk)
    first, second = a_concern(desk, mentor.id), a_concern(desk, mentor.id)
    kinds_by_space = desk._connection.execute("SELECT space, kind FROM entry WHERE kind LIKE 'concern.%'").fetchall()
    assert {space for space, _kind in kinds_by_space} == {first.id, second.id}
    assert "truende" not in repr(desk.export_programme())
    case: CaseExport = desk.export_case(a_case(desk).id)
    assert "truende" not in repr(case)
    assert doctor.check(desk._vault).findings == ()


def test_a_concern_that_was_changed_from_outside_is_not_shown_as_if_it_were_whole(desk: Casework) -> None:
    taken = desk.take_in_concern(draft())
    connection = desk._connection
    connection.execute("DROP TRIGGER entry_is_not_changed")
    connection.execute(
        "UPDATE entry SET payload = CAST(replace(CAST(payload AS TEXT), 'reklame', 'Reklame') AS BLOB) WHERE space = ?",
        (taken.id,),
    )
    desk._checks.clear()
    with pytest.raises(ProgrammeDamaged):
        desk.concerns()


def test_the_reason_of_an_end_is_not_for_the_eyes_of_the_person(desk: Casework) -> None:
    pair = a_pair(desk)
    ended = desk.end_mentoring(pair.id, REASON)
    assert ended.end_reason == REASON
    mentor = desk.participant(pair.mentor)
    desk.change_participant(mentor.id, _as(draft_of(mentor), ME))
    assert [one.end_reason for one in desk.programme().mentorings] == [""]


def test_who_is_no_reader_does_not_know_of_it(desk: Casework) -> None:
    mentor = a_mentor(desk)
    mine = a_concern(desk, mentor.id)
    for readers in ([], ["f" * 32], [desk.office().author_id]):
        said = {
            "programme": desk._register_space(),
            "kind": "money",
            "about": [mentor.id],
            "about-name": "",
            "reported-by": "",
            "came-how": "talk",
            "received-at": "2026-11-20T07:00:00Z",
            "what": "Bad om penge.",
            "blocked": "no",
            "readers": readers,
        }
        before = len(desk.concerns())
        with desk._writing():
            desk._append(SpaceKind.PROGRAMME, desk._new_id(), "concern.opened", said)
        seen_by_me = desk.office().author_id in readers
        assert len(desk.concerns()) == before + seen_by_me
        assert len(desk.programme_duties()) == before + seen_by_me
    assert {one.kind for one in desk.concerns()} == {mine.kind, "money"}
