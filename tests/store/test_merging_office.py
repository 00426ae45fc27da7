"""What a vault made meanwhile said as an office comes along: nothing lost, nothing overwritten, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from guidance import directory
from store.cases.directory import EntryDraft
from store.cases.erasing_model import ErasureOrder
from store.cases.trust_errors import NotAdministrator
from store.casework import Casework
from store.cpr import allow
from store.doctor import check
from store.entry import SpaceKind
from store.model import Contact
from store.plan import NOW, Change, PlanVersion
from store.plan_file import plan_page, plan_toml
from store.programme.erasing_named import DRAFT
from tests.store.circle import member
from tests.store.desk import Clock
from tests.store.exchange.rounds import joined
from tests.store.test_merging import fresh
from tests.store.test_plan import WHERE, WHO

UNIT = "prevention-unit"
CRISIS = "livslinien"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def both(tmp_path: Path, clock: Clock) -> Iterator[tuple[Casework, Casework]]:
    """The vault that was recovered, and that of the Monday."""
    old, monday = member(tmp_path / "1", 1, "Åse Ærlig", clock=clock), fresh(tmp_path / "2", clock)
    yield old, monday
    assert not check(old._vault).findings
    for desk in (old, monday):
        desk.close()


def answer(desk: Casework, question: str) -> str:
    item = desk.plan().item(question)
    assert item is not None
    return item.now.text if item.now else ""


def entries_of(desk: Casework) -> int:
    [(count,)] = desk._connection.execute("SELECT count(*) FROM entry").fetchall()
    return int(count)


def typed(desk: Casework, key: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(desk.drafts()[key])
    return found


def test_answers_come_and_one_that_says_otherwise_is_a_draft(both: tuple[Casework, Casework], clock: Clock) -> None:
    old, monday = both
    old.answer_plan(WHO, "Lederen")
    monday.answer_plan(WHO, "Tillidsmanden")
    said_at = clock.now
    monday.answer_plan(WHERE, "På kontoret")
    written = monday.plan().item(WHERE)
    assert written is not None and written.now is not None
    for _hour in range(3600):
        clock()

    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.office.answers, merged.offered, merged.stands) == (1, 1, ())
    assert (answer(old, WHERE), answer(old, WHO)) == ("På kontoret", "Lederen")
    assert typed(old, f"plan/{WHO}") == {"answer": "Tillidsmanden"}
    came = old.plan().item(WHERE)
    assert came is not None and came.now is not None
    # It is one's own, and as old as it was.
    assert (came.now.author, came.now.at) == ("Åse Ærlig", written.now.at)
    assert said_at < came.now.at < clock.now

    # A second time nothing comes, also where the draft was thrown away.
    old.drop_draft(f"plan/{WHO}")
    before = entries_of(old)
    again = old.merge(monday._connection, monday._vault.id)
    assert (again.office, again.offered, old.drafts()) == (type(again.office)(), 0, {})
    assert entries_of(old) == before
    # What was written since does come.
    monday.answer_plan(WHERE, "Hos lederen")
    assert old.merge(monday._connection, monday._vault.id).offered == 1
    assert answer(old, WHERE) == "På kontoret"
    assert typed(old, f"plan/{WHERE}") == {"answer": "Hos lederen"}


def test_an_answer_that_was_taken_back_here_is_not_put_back(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    old.answer_plan(WHO, "Lederen")
    old.clear_plan_answer(WHO)
    monday.answer_plan(WHO, "Tillidsmanden")
    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.office.answers, merged.offered, answer(old, WHO)) == (0, 1, "")


def test_directory_and_contacts_come_and_what_stands_here_stays(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    old.set_contacts((Contact(id=UNIT, name="Forebyggelsen", phone="70 00 00 00"),))
    monday.set_contacts(
        (
            Contact(id=UNIT, name="Forebyggelsen", phone="71 11 11 11"),
            Contact(id="leader", name="Lederen", phone="72 22 22 22"),
        )
    )
    old.set_directory_entry(CRISIS, EntryDraft(phone="73 33 33 33"))
    monday.set_directory_entry(CRISIS, EntryDraft(phone="74 44 44 44"))
    monday.add_directory_entry("nabo", EntryDraft(name="Naboskolen", phone="75 55 55 55"))
    other = next(one for one in directory.directory()[1:] if one.id not in (CRISIS, UNIT))
    monday.remove_directory_entry(other.id, "Findes ikke mere")

    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.office.directory, merged.office.contacts, merged.offered) == (2, 1, 2)
    assert old.directory_entry(UNIT).phone == "70 00 00 00"
    assert old.directory_entry(CRISIS).phone == "73 33 33 33"
    assert old.directory_entry("nabo").phone == "75 55 55 55"
    assert directory.find(other.id, old.directory()) is None
    assert {one.id: one.phone for one in old.office().contacts} == {UNIT: "70 00 00 00", "leader": "72 22 22 22"}
    assert typed(old, f"entry/{UNIT}")["phone"] == "71 11 11 11"
    assert typed(old, f"entry/{CRISIS}")["phone"] == "74 44 44 44"
    assert old.merge(monday._connection, monday._vault.id).offered == 0


def test_what_is_taken_away_there_and_changed_here_stays_and_is_named(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    old.set_directory_entry(CRISIS, EntryDraft(phone="73 33 33 33"))
    monday.remove_directory_entry(CRISIS, "Findes ikke mere")
    merged = old.merge(monday._connection, monday._vault.id)
    assert merged.stands == (old.directory_entry(CRISIS).name.local(),)
    assert any(merged.stands[0] in line for line in merged.words())


def test_drafts_come_beside_those_there_are_and_can_be_taken_up(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    old.answer_plan(WHO, "Lederen")
    old.save_draft(f"plan/{WHO}", '{"answer": "begyndt her"}')
    monday.answer_plan(WHO, "Tillidsmanden")
    monday.save_draft(f"plan/{WHO}", '{"answer": "begyndt der"}')
    monday.save_draft("new-case", '{"title": "Ny"}')
    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.drafts, merged.offered) == (2, 1)
    texts = {key: text for key, text in old.drafts().items() if key.startswith("plan/")}
    assert texts == {
        f"plan/{WHO}": '{"answer": "begyndt her"}',
        f"plan/{WHO}/~2": '{"answer": "Tillidsmanden"}',
        f"plan/{WHO}/~3": '{"answer": "begyndt der"}',
    }
    assert old.take_up_draft(f"plan/{WHO}/~3") == f"plan/{WHO}"
    assert typed(old, f"plan/{WHO}") == {"answer": "begyndt der"}
    assert typed(old, f"plan/{WHO}/~3") == {"answer": "begyndt her"}
    # One that was used does not come back; one that was gone on with there does.
    for key in list(old.drafts()):
        old.drop_draft(key)
    assert old.merge(monday._connection, monday._vault.id).drafts == 0
    monday.save_draft("new-case", '{"title": "Ny sag"}')
    assert old.merge(monday._connection, monday._vault.id).drafts == 1
    assert list(old.drafts()) == ["new-case"]


def year(desk: Casework) -> date:
    return desk._today() + timedelta(days=365)


def said_in(version: PlanVersion) -> dict[str, tuple[str, str, object]]:
    return {id: (one.text, one.author, one.at) for id, one in version.answers.items()}


def test_versions_come_as_they_were_published_where_none_was_here(
    both: tuple[Casework, Casework], clock: Clock
) -> None:
    old, monday = both
    old.answer_plan(WHERE, "På kontoret")
    monday.answer_plan(WHO, "Tillidsmanden")
    monday.publish_plan(year(monday), "Samarbejdsudvalget")
    monday.answer_plan(WHO, "Lederen")
    monday.answer_plan(WHERE, "På kontoret")
    monday.publish_plan(year(monday))
    monday.answer_plan(WHO, "Lederen og tillidsmanden")
    for _hour in range(3600):
        clock()
    there = monday.plan()
    seen = old.look_at_merge(monday._connection, monday._vault.id)
    merged = old.merge(monday._connection, monday._vault.id)
    assert seen == merged
    assert (merged.office.versions, merged.office.kept, merged.stands) == (2, 0, ())
    assert "- 2 published versions of the plan" in merged.preview()
    here = old.plan()
    for came, was in zip(here.versions, there.versions, strict=True):
        assert (came.number, came.published_at, came.agreed_by, came.review_on, came.author, came.beside) == (
            *(was.number, was.published_at, was.agreed_by, was.review_on, was.author, False),
        )
        assert said_in(came) == said_in(was)
    assert here.newest is not None
    assert here.newest.number == 2
    # What is answered now is what is answered there: a version changes no answer.
    assert (answer(old, WHO), answer(old, WHERE)) == ("Lederen og tillidsmanden", "På kontoret")
    assert (here.unpublished, there.unpublished) == (1, 1)
    before = entries_of(old)
    assert not old.merge(monday._connection, monday._vault.id).brings
    assert entries_of(old) == before
    # What is published there after that, too, beside what is in force here by now.
    monday.publish_plan(year(monday))
    assert old.merge(monday._connection, monday._vault.id).office.kept == 1
    assert [one.beside for one in old.plan().versions] == [False, False, True]


@pytest.mark.parametrize("published", [True, False])
def test_a_version_that_says_otherwise_is_kept_and_not_in_force(
    both: tuple[Casework, Casework], published: bool
) -> None:
    old, monday = both
    old.answer_plan(WHO, "Lederen")
    if published:
        old.publish_plan(year(old))
    monday.answer_plan(WHO, "Tillidsmanden")
    monday.answer_plan(WHERE, "På kontoret")
    monday.publish_plan(year(monday), "Samarbejdsudvalget")
    in_force = old.plan().newest
    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.office.versions, merged.office.kept) == (1, 1)
    assert any("not in force here" in line for line in merged.preview())
    plan = old.plan()
    kept = plan.versions[-1]
    assert (kept.number, kept.beside, kept.agreed_by) == (1 + published, True, "Samarbejdsudvalget")
    assert {id: one.text for id, one in kept.answers.items()} == {WHO: "Tillidsmanden", WHERE: "På kontoret"}
    assert plan.newest == in_force
    item = plan.item(WHO)
    assert item is not None
    assert item.in_force is not None
    assert (answer(old, WHO), item.in_force.text) == ("Lederen", "Lederen")
    # It can be held against what stands, and be read on paper as what it is.
    assert [one.change for one in old.compare_plan(kept.number, NOW).changed] == [Change.CHANGED]
    assert "never in force here" in plan_page(plan, kept.number, "en").decode("utf-8")
    assert b"beside = true" in plan_toml(plan, kept.number)
    assert old.publish_plan(year(old)).number == 2 + published
    assert not old.plan().versions[-1].beside


def test_nobody_but_an_administrator_brings_versions_and_it_is_said_why(tmp_path: Path, clock: Clock) -> None:
    leader = member(tmp_path / "1", 1, "Bo Leder", clock=clock)
    old = joined(tmp_path / "2", 4, "Åse Ærlig", leader, clock=clock)
    monday = fresh(tmp_path / "3", clock)
    monday.answer_plan(WHO, "Tillidsmanden")
    monday.publish_plan(year(monday))
    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.office.versions, merged.office.barred, old.plan().versions) == (0, 1, ())
    assert any("only an administrator publishes one" in line for line in merged.preview())
    for kind in ("office.plan-said", "office.plan-brought"):
        with pytest.raises(NotAdministrator), old._writing():
            old._append(SpaceKind.OFFICE, old.office().id, kind, {})
    for desk in (leader, old, monday):
        assert check(desk._vault).well
        desk.close()


def test_who_is_named_in_a_version_that_came_can_be_erased(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    old.answer_plan(WHO, "Lederen")
    monday.answer_plan(WHO, "Quintilla Voss")
    monday.answer_plan(WHERE, "På kontoret")
    monday.publish_plan(year(monday))
    old.merge(monday._connection, monday._vault.id)
    plan = old.plan_erasing_person("Quintilla Voss")
    assert plan.left == ()
    assert {one.case == DRAFT for one in plan.doomed} == {True, False}
    old.erase(plan, ErasureOrder(confirmation=plan.confirm, ground="Hun er ikke ansat mere"))
    [kept] = old.plan().versions
    assert {id: one.text for id, one in kept.answers.items()} == {WHERE: "På kontoret"}
    assert old.merge(monday._connection, monday._vault.id).office.versions == 0


def test_who_is_no_administrator_gets_drafts_and_is_told(tmp_path: Path, clock: Clock) -> None:
    leader = member(tmp_path / "1", 1, "Bo Leder", clock=clock)
    old = joined(tmp_path / "2", 4, "Åse Ærlig", leader, clock=clock)
    monday = fresh(tmp_path / "3", clock)
    monday.answer_plan(WHO, "Tillidsmanden")
    monday.set_directory_entry(CRISIS, EntryDraft(phone="74 44 44 44"))
    monday.set_contacts((Contact(id="leader", name="Lederen", phone="72 22 22 22"),))
    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.office.answers, merged.office.directory, merged.office.contacts) == (0, 0, 0)
    assert merged.office.proposals and merged.offered == 3
    assert any("administrator" in line for line in merged.words())
    assert answer(old, WHO) == ""
    assert typed(old, f"plan/{WHO}") == {"answer": "Tillidsmanden"}
    assert typed(old, f"entry/{CRISIS}")["phone"] == "74 44 44 44"
    assert typed(old, "entry") == {"name": "Lederen", "phone": "72 22 22 22"}
    assert not check(old._vault).findings
    for desk in (leader, old, monday):
        desk.close()


def test_looking_first_says_the_same_and_changes_nothing(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    monday.answer_plan(WHO, "Tillidsmanden")
    monday.save_draft("new-case", '{"title": "Ny"}')
    before = (entries_of(old), old.drafts(), len(old.identities()), answer(old, WHO))
    seen = old.look_at_merge(monday._connection, monday._vault.id)
    assert (entries_of(old), old.drafts(), len(old.identities()), answer(old, WHO)) == before
    assert not check(old._vault).findings
    done = old.merge(monday._connection, monday._vault.id)
    assert seen == done
    assert "- 1 answer to the plan" in seen.preview()
    # The control: it was not there before because it was looked at only.
    assert entries_of(old) > before[0]
    assert old.look_at_merge(monday._connection, monday._vault.id).preview()[0] == "Nothing of it is new here."


def test_a_number_that_had_to_be_there_comes_along(both: tuple[Casework, Casework]) -> None:
    old, monday = both
    monday.cpr_answer = allow
    monday.answer_plan(WHO, "Ring om 010190-1234")
    assert old.merge(monday._connection, monday._vault.id).office.answers == 1
