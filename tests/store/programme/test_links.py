"""A concern stays closed for whoever its person was ever said to be; the control is what stands now, which opens it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guidance.concerns import AboutOneself
from store.cases.erasing_model import ErasureOrder
from store.casework import Casework
from store.entry import SpaceKind, read_payload
from store.programme.desk import ThingUnknown
from store.programme.links import Links
from store.programme.people import draft_of
from store.programme.people_model import ParticipantDraft
from tests.store.programme.office import REASON, a_concern, a_mentor

ME = "Åse Rådgiver"


def changed(desk: Casework, id: str, **what: str) -> None:
    """Somebody recorded anew."""
    desk.change_participant(id, replace(draft_of(desk.participant(id)), **what))  # type: ignore[arg-type]


def closed(desk: Casework, concern: str) -> bool:
    """Whether nothing shows a concern: no list, no step, no number, no command by its id."""
    with pytest.raises(ThingUnknown):
        desk.concern(concern)
    told = (desk.programme(), desk.concerns(), desk.programme_kept(), desk.lookup_log())
    return concern not in repr(told)


@pytest.fixture
def only_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: as it was, what stands in the register now decides."""

    def links(self: Links, concern: str, about: object, name: str) -> frozenset[str]:
        known = {id for id in self._names if self.stands(about, id)}  # type: ignore[arg-type]
        return frozenset(known)

    monkeypatch.setattr(Links, "closed_to", links)


def taken_in_then_linked(desk: Casework) -> tuple[str, str]:
    """A concern about a mentor, who then turns out to be the owner of the programme; and the mentor."""
    mentor = a_mentor(desk)
    concern = a_concern(desk, mentor.id)
    assert desk.concern(concern.id).what
    changed(desk, mentor.id, author=ME)
    assert closed(desk, concern.id)
    return concern.id, mentor.id


@pytest.mark.parametrize("name", ["Bo", "En helt anden"])
def test_taking_the_link_away_opens_nothing(desk: Casework, name: str) -> None:
    concern, mentor = taken_in_then_linked(desk)
    changed(desk, mentor, author="", name=name)
    assert closed(desk, concern)


def test_control_by_what_stands_now_it_would_open(desk: Casework, only_now: None) -> None:
    concern, mentor = taken_in_then_linked(desk)
    changed(desk, mentor, author="")
    assert desk.concern(concern).what


def test_a_link_from_before_the_concern_counts_too(desk: Casework) -> None:
    mentor = a_mentor(desk, author=ME)
    changed(desk, mentor.id, author="")
    with pytest.raises(AboutOneself):
        a_concern(desk, mentor.id)
    other = a_mentor(desk, "Ida")
    assert a_concern(desk, other.id).what


def test_a_name_alone_opens_nothing(desk: Casework) -> None:
    mentor = a_mentor(desk)
    concern = a_concern(desk, mentor.id)
    changed(desk, mentor.id, name=f" {ME.upper()}")
    assert closed(desk, concern.id)
    changed(desk, mentor.id, name="Bo")
    assert closed(desk, concern.id)


def test_another_name_on_ones_own_card_opens_nothing(desk: Casework) -> None:
    mentor = a_mentor(desk)
    concern = a_concern(desk, mentor.id)
    changed(desk, mentor.id, name=ME)
    [card] = desk._connection.execute("SELECT payload FROM entry WHERE kind = 'author.card'").fetchall()
    said = {**read_payload(card[0]), "name": "Åse Nygift"}
    with desk._writing():
        desk._append(SpaceKind.OFFICE, desk._office_space, "author.card", said)
    assert desk._eyes().name == "Åse Nygift"
    assert closed(desk, concern.id)


def test_the_reason_of_a_suspension_stays_closed_with_it(desk: Casework) -> None:
    mentor = a_mentor(desk)
    desk.suspend_participant(mentor.id, REASON)
    assert desk.participant(mentor.id).changes[-1].reason == REASON
    assert REASON in repr(desk.thing_history(mentor.id)[-1])
    changed(desk, mentor.id, author=ME)
    changed(desk, mentor.id, author="")
    assert not desk.participant(mentor.id).changes[-1].reason
    suspended = [one for one in desk.thing_history(mentor.id) if one.words.startswith("Suspended")]
    assert [REASON in one.words for one in suspended] == [False]


def test_erasing_the_entry_that_said_so_opens_nothing(desk: Casework) -> None:
    concern, mentor = taken_in_then_linked(desk)
    changed(desk, mentor, author="")
    linking = desk._connection.execute(
        "SELECT id FROM entry WHERE kind = 'participant.changed' ORDER BY arrival LIMIT 1"
    )
    [(entry,)] = linking.fetchall()
    plan = desk.plan_erasing_register_entry(entry)
    desk.erase(plan, ErasureOrder(ground=REASON, confirmation=plan.confirm))
    assert desk._connection.execute("SELECT payload FROM entry WHERE id = ?", (entry,)).fetchall() == [(None,)]
    # What the concern itself was told is taken away here: the tombstone alone keeps it closed.
    desk._connection.execute("DELETE FROM standing WHERE subject LIKE 'linked/%'")
    assert closed(desk, concern)


def test_a_link_tells_the_concern_once(desk: Casework) -> None:
    concern, mentor = taken_in_then_linked(desk)
    changed(desk, mentor, author="")
    changed(desk, mentor, author=ME)
    count = "SELECT count(*) FROM entry WHERE space = ? AND kind = 'concern.linked'"
    assert desk._connection.execute(count, (concern,)).fetchall() == [(1,)]


def test_a_link_of_somebody_else_closes_nothing(desk: Casework) -> None:
    concern = a_concern(desk, a_mentor(desk).id)
    desk.add_participant(ParticipantDraft(name="Åse", parts=draft_of(desk.participants()[0]).parts, author=ME))
    assert desk.concern(concern.id).what
