"""The mentorship register of a vault made meanwhile comes into the one there is, and its concerns with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.mentoring import Status
from store.cases.erasing_model import ErasureOrder
from store.casework import Casework
from store.doctor import check
from store.programme.model import DutyKind, PolicyDraft, Settings
from store.programme.people import draft_of
from store.programme.session_model import RecordingDraft
from tests.store.circle import card_of, member, trusts
from tests.store.desk import DIGEST, Clock
from tests.store.exchange.rounds import joined, until_still
from tests.store.programme.office import (
    REASON,
    TODAY,
    YESTERDAY,
    a_concern,
    a_mentee,
    a_mentor,
    a_session,
)
from tests.store.test_merging import fresh
from tests.store.test_merging_office import entries_of


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    """The vault that was recovered, and that of the Monday."""
    clock = Clock()
    old, monday = member(tmp_path / "1", 1, "Åse Ærlig", clock=clock), fresh(tmp_path / "2", clock)
    yield old, monday
    assert not check(old._vault).findings
    for desk in (old, monday):
        desk.close()


def policy(title: str) -> PolicyDraft:
    return PolicyDraft(title=title, text=f"{title}: alle taler pænt.", review_on=TODAY + timedelta(days=300))


def programme_of(desk: Casework) -> object:
    """All that there is to see of it, but who says so."""
    found = desk.programme()
    return (
        found.settings,
        found.platforms,
        [(one.name, one.status, one.accepted, one.changes, one.check_ins, one.added_at) for one in found.participants],
        found.mentorings,
        # Where a recording lies is told with a reason only, in each vault.
        [
            replace(one, recordings=tuple(replace(of, place="", holder="") for of in one.recordings))
            for one in found.sessions
        ],
        [(one.id, one.what, one.about_name, one.notes, one.due_on, one.closed_at) for one in found.concerns],
        found.policies,
    )


def test_a_whole_register_comes_as_it_was(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    session = a_session(monday, content="Om skolen.", consents=True)
    monday.register_recording(session.id, RecordingDraft(digest=DIGEST, place="Skabet", holder="Åse"))
    monday.change_programme(Settings(criminal_record=False, check_in_every="P2M", concern_within="P2D"), REASON)
    published = monday.publish_policy(policy("Politik"))
    monday.read_policy(published.id, session.mentor, on=TODAY)
    monday.suspend_participant(session.mentor, REASON)
    concern = a_concern(monday, session.mentor, reported_by=session.mentee)
    monday.note_concern(concern.id, "Talt med begge.")
    old.merge(monday._connection, monday._vault.id)
    assert programme_of(old) == programme_of(monday)
    assert old.session_content(session.id) == ("Om skolen.",)
    assert old.concern(concern.id).readers == ("Åse Ærlig",)

    # It is gone on with here, in the feed of this vault.
    assert old.resume_participant(session.mentor, REASON).status is Status.ACTIVE
    old.note_concern(concern.id, "Ringet igen.")
    assert len(old.concern(concern.id).notes) == 2


def test_a_second_time_brings_nothing_twice_and_what_is_new_since(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    mentee = a_mentee(monday)
    concern = a_concern(monday, mentee.id)
    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.register.entries, merged.register.people, merged.concerns) == (1, 1, 1)
    before = entries_of(old)
    again = old.merge(monday._connection, monday._vault.id)
    assert (again.register.entries, again.concerns, entries_of(old)) == (0, 0, before)

    monday.hold_check_in(mentee.id, on=YESTERDAY, goes_well=True, guidelines=True, text="")
    monday.note_concern(concern.id, "Mere.")
    a_mentor(monday, "Ida")
    more = old.merge(monday._connection, monday._vault.id)
    assert (more.register.people, more.concerns) == (1, 1)
    assert [one.name for one in old.participants()] == ["Eva", "Ida"]
    assert len(old.participant(mentee.id).check_ins) == 1
    assert [note.text for note in old.concern(concern.id).notes] == ["Mere."]


def test_two_registers_become_one_and_what_stands_here_stays(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    old.approve_platforms(("Mødestedet",))
    monday.approve_platforms(("Et andet sted",))
    for desk in both:
        desk.publish_policy(policy(desk._vault.id))
        a_mentee(desk)
    monday.read_policy("1", a_mentee(monday, "Ida").id, on=TODAY)
    merged = old.merge(monday._connection, monday._vault.id)
    assert [one.name for one in old.participants()] == ["Eva", "Eva", "Ida"]
    assert merged.register.twice == ("Eva",)
    assert old.programme().platforms == ("Mødestedet",)
    # The one in force stays it; the other is kept with who read it.
    [here, kept] = old.programme().policies
    assert (here.title, here.version, here.beside, here.read_by) == (old._vault.id, 1, False, ())
    assert (kept.title, kept.version, kept.beside) == (monday._vault.id, 2, True)
    assert [(one.name, one.on) for one in kept.read_by] == [("Ida", TODAY)]
    assert merged.register.kept == 1
    assert set(merged.stands) == {"the approved platforms"}
    assert (merged.offered, json.loads(old.drafts()["programme/policy"])["title"]) == (1, monday._vault.id)
    assert old.merge(monday._connection, monday._vault.id).offered == 0


def test_who_read_the_same_text_there_has_read_the_one_here(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    for title in ("Politik", "Politik 2"):
        old.publish_policy(policy(title))
    published = monday.publish_policy(policy("Politik 2"))
    monday.read_policy(published.id, a_mentee(monday).id, on=TODAY)
    merged = old.merge(monday._connection, monday._vault.id)
    [newest, first] = old.programme().policies
    assert ([one.name for one in newest.read_by], first.read_by) == (["Eva"], ())
    assert [one.policy_read for one in old.participants()] == [2]
    assert (merged.register.kept, merged.offered, merged.stands) == (0, 0, ())
    # Who reads it there after that, too.
    monday.read_policy(published.id, a_mentee(monday, "Ida").id, on=TODAY)
    old.merge(monday._connection, monday._vault.id)
    assert [one.name for one in old.programme().policies[0].read_by] == ["Eva", "Ida"]
    assert len(old.programme().policies) == 2


def test_a_version_that_is_kept_is_no_ones_duty_and_takes_its_readers(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    published = monday.publish_policy(policy("Der"))
    old.publish_policy(policy("Her"))
    old.merge(monday._connection, monday._vault.id)
    old._today = lambda: TODAY + timedelta(days=400)
    assert [duty.who for duty in old.programme().duties if duty.kind is DutyKind.POLICY_REVIEW] == ["Her"]
    old._today = lambda: TODAY
    monday.read_policy(published.id, a_mentee(monday).id, on=TODAY)
    merged = old.merge(monday._connection, monday._vault.id)
    assert merged.offered == 0, "the draft lies there already"
    kept = old.programme().policies[1]
    assert ([one.name for one in kept.read_by], kept.beside) == (["Eva"], True)
    assert old.participants()[0].policy_read == 0, "of those that were in force here"
    # It has a number of its own, and so has the next one.
    assert old.read_policy("2", old.participants()[0].id, on=TODAY).title == "Der"
    assert old.publish_policy(policy("Ny")).version == 3
    assert [one.title for one in old.programme().policies] == ["Ny", "Her", "Der"]


def test_who_was_erased_here_does_not_come_back(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    mentee = a_mentee(monday)
    old.merge(monday._connection, monday._vault.id)
    old.end_participant(mentee.id, REASON)
    plan = old.plan_erasing_thing(mentee.id)
    old.erase(plan, ErasureOrder(confirmation=plan.confirm, ground=REASON))
    monday.hold_check_in(mentee.id, on=YESTERDAY, goes_well=True, guidelines=True, text="Eva har det godt.")
    a_mentee(monday, "Ida")
    merged = old.merge(monday._connection, monday._vault.id)
    assert merged.register.entries == 1
    assert [one.name for one in old.participants()] == ["Ida"]


def test_who_is_erased_there_is_named_for_a_person_to_erase_here(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    mentee = a_mentee(monday)
    old.merge(monday._connection, monday._vault.id)
    monday.end_participant(mentee.id, REASON)
    plan = monday.plan_erasing_thing(mentee.id)
    monday.erase(plan, ErasureOrder(confirmation=plan.confirm, ground=REASON))
    assert "Eva" in old.merge(monday._connection, monday._vault.id).stands


def test_a_concern_goes_to_the_colleague_who_was_to_read_it(tmp_path: Path) -> None:
    clock = Clock()
    old = member(tmp_path / "1", 1, "Åse Ærlig", clock=clock)
    other = joined(tmp_path / "3", 3, "Bo Bisidder", old, clock=clock)
    monday = fresh(tmp_path / "2", clock)
    mentee = a_mentee(monday)
    concern = a_concern(monday, mentee.id)
    merged = old.merge(monday._connection, monday._vault.id)
    assert merged.concerns == 1
    folder = tmp_path / "exchange"
    folder.mkdir()
    until_still([old, other], folder)
    # The control: before anybody is named it is nobody else's.
    assert other.concerns() == ()
    old.name_readers(concern.id, (card_of(other).author,), REASON)
    until_still([old, other], folder)
    assert [one.what for one in other.concerns()] == [concern.what]
    # What it was brought along from tells colleagues of no concern.
    for desk in (old, other):
        rows = desk._connection.execute("SELECT payload FROM entry WHERE kind = 'office.merged'").fetchall()
        assert not any(concern.id.encode() in (row[0] or b"") for row in rows)
        assert check(desk._vault).well
    for desk in (old, monday, other):
        desk.close()


def test_a_concern_stays_closed_for_oneself_where_the_link_was_erased_there(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    mentor = a_mentor(monday)
    concern, open_one = a_concern(monday, mentor.id), a_concern(monday, a_mentor(monday, "Ida").id)
    for author in ("Åse Ærlig", ""):
        monday.change_participant(mentor.id, replace(draft_of(monday.participant(mentor.id)), author=author))
    linking = "SELECT id FROM entry WHERE kind = 'participant.changed' ORDER BY arrival LIMIT 1"
    [(entry,)] = monday._connection.execute(linking).fetchall()
    plan = monday.plan_erasing_register_entry(entry)
    monday.erase(plan, ErasureOrder(ground=REASON, confirmation=plan.confirm))
    old.merge(monday._connection, monday._vault.id)
    # Control: the other one came and is there.
    assert [one.id for one in old.concerns()] == [open_one.id]
    assert concern.id in {space for (space,) in old._connection.execute("SELECT id FROM space").fetchall()}


def test_a_concern_about_a_colleague_of_that_name_stays_hidden_from_them(tmp_path: Path) -> None:
    clock = Clock()
    old, other = member(tmp_path / "1", 1, "Åse Ærlig", clock=clock), member(tmp_path / "3", 3, "Bo", clock=clock)
    monday = fresh(tmp_path / "2", clock)
    for desk in (old, monday):
        trusts(desk, other)
    mentor = a_mentor(monday)
    concern = a_concern(monday, mentor.id)
    old.merge(monday._connection, monday._vault.id)
    assert old.concern(concern.id).about_name == "Bo"
    for desk in (old, monday, other):
        desk.close()
