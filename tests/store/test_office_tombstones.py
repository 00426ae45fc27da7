"""What an administrator erases of the office goes at colleagues; by nobody else's word, and never who belongs to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.cases.directory import EntryDraft
from store.cases.erasing_model import ErasureOrder
from store.cases.trust_errors import NotAdministrator
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.erasing import ERASED
from store.journal import Read, heads, read
from store.model import Contact, Intake
from store.office_tombstones import ERASABLE
from store.projections import remake_space
from store.roles import Role
from store.standing import standing
from store.union import EntriesRefused, Taken, named_by_tombstones, verify_entries
from tests.store.circle import member, shares
from tests.store.exchange.rounds import office_of, until_still
from tests.store.pages import plain_pages, wal_pages
from tests.store.test_plan import WHERE, WHO

NAME = "Quintilla Voss"
GROUND = "Hun er ikke ansat mere"


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exchange"
    folder.mkdir()
    return folder


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[list[Casework]]:
    """Mette, who opened the office; Bo, a counsellor, and Ida, an administrator too."""
    desks = office_of(tmp_path, "Mette", "Bo", "Ida")
    until_still(desks, folder)
    desks[0].give_role(desks[2].office().author_id, Role.ADMINISTRATOR)
    for other in desks[1:]:
        passed(desks[0], other)
    yield desks
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def beyond(desk: Casework, known: Collection[str] = ()) -> tuple[Read, ...]:
    return verify_entries(desk.entries_beyond(space_of(desk), known))


def passed(desk: Casework, other: Casework) -> Taken:
    """What one lacks of the office of another."""
    return other.take_in(SpaceKind.OFFICE, space_of(other), beyond(desk, other.held(space_of(other))))


def space_of(desk: Casework) -> str:
    return desk._office_space


def past_the_program(desk: Casework, entries: Collection[str], **more: Any) -> str:
    """A tombstone that a changed program writes, without asking whether it may."""
    said = {"entries": sorted(entries), "ground": "x", "number": "", "what": "entry", **more}
    with desk._writing():
        entry = desk._journal.append(SpaceKind.OFFICE, space_of(desk), ERASED, said)
        remake_space(desk._connection, space_of(desk))
        remake_space(desk._connection, space_of(desk), desk._silent(space_of(desk)))
    return entry.id


def answered(desk: Casework) -> str:
    """An answer that names somebody and that another has replaced."""
    desk.answer_plan(WHO, NAME)
    item = desk.plan().item(WHO)
    assert item is not None
    assert item.now is not None
    desk.answer_plan(WHO, "Lederen")
    return item.now.entry


def has_content(desk: Casework, entry: str) -> bool:
    [(payload,)] = desk._connection.execute("SELECT payload FROM entry WHERE id = ?", (entry,)).fetchall()
    return payload is not None


def stands(desk: Casework) -> list[tuple[object, ...]]:
    """What is the same in every vault: whom somebody trusts who is no administrator goes to nobody else."""
    rows = standing(desk._connection, space_of(desk))
    return [(row.subject, row.entry, row.place, row.value) for row in rows if not row.subject.startswith("trusted/")]


def stones(desk: Casework) -> list[str]:
    return [row.entry for row in standing(desk._connection, space_of(desk), "erased/")]


def test_what_an_administrator_erases_goes_at_colleagues_and_comes_back_by_no_import(office: list[Casework]) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    mette.set_directory_entry("livslinien", EntryDraft(about=NAME))
    mette.set_directory_entry("livslinien", EntryDraft(about="Åbent hele døgnet"))
    mette.set_contacts((Contact(id="leader", name=NAME),))
    mette.set_contacts((Contact(id="leader", name="Lederen"),))
    whole = beyond(mette)
    for other in (bo, ida):
        passed(mette, other)
        assert in_pages(other), "the control"
    plan = mette.plan_erasing_person(NAME)
    assert (len(plan.doomed), plan.left, plan.followed) == (3, (), True)
    mette.erase(plan, ErasureOrder(confirmation=NAME, ground=GROUND))
    before = [row for row in stands(bo) if not has_name(row)]
    taken = passed(mette, bo)
    assert set(taken.erased) == {one.entry for one in plan.doomed}
    assert erased in taken.erased
    assert not in_pages(bo)
    assert stands(bo) == stands(mette)
    assert [row for row in stands(bo) if not str(row[0]).startswith("erased/")] == before
    assert plan_says(bo) == "Lederen"
    # From a colleague who has not heard of it, or from an old backup: it is erased.
    again = bo.take_in(SpaceKind.OFFICE, space_of(bo), whole)
    assert not again.changed
    assert not any(has_content(bo, one.entry) for one in plan.doomed)
    # Who gets all of it at once, the tombstone and what it is about, ends the same.
    passed(bo, ida)
    assert stands(ida) == stands(mette)


def has_name(row: tuple[object, ...]) -> bool:
    return NAME in str(row)


def in_pages(desk: Casework) -> bool:
    """Whether the name stands in any page of the file, or of the log beside it."""
    path = desk._vault.path / "vault.db"
    return NAME.encode() in plain_pages(path, b"k" * 32) + wal_pages(path, b"k" * 32)


def plan_says(desk: Casework) -> str:
    item = desk.plan().item(WHO)
    assert item is not None
    return item.now.text if item.now else ""


def test_it_goes_by_the_exchange_folder_too(office: list[Casework], folder: Path) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    until_still(office, folder)
    mette.erase(mette.plan_erasing_person(NAME), ErasureOrder(confirmation=NAME, ground=GROUND))
    until_still(office, folder)
    assert [has_content(desk, erased) for desk in office] == [False, False, False]
    assert stands(bo) == stands(mette) == stands(ida)


def test_who_is_no_administrator_erases_nothing_of_the_office(office: list[Casework]) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    passed(mette, bo)
    with pytest.raises(NotAdministrator), bo._writing():
        bo._append(SpaceKind.OFFICE, space_of(bo), ERASED, {"entries": [erased], "ground": "x", "number": ""})
    stone = past_the_program(bo, [erased])
    passed(bo, mette)
    taken = passed(mette, ida)
    assert (taken.erased, has_content(ida, erased), has_content(mette, erased)) == ((), True, True)
    # It says nothing, and is told of.
    assert stones(ida) == []
    assert "not-administrator" in {one.code for one in check(ida._vault).findings if one.where == stone}
    assert "not-carried-out" in ida._flags(space_of(ida), SpaceKind.OFFICE)[stone]
    # The control: the same by an administrator is carried out.
    counts = past_the_program(mette, [erased])
    assert passed(mette, ida).erased == (erased,)
    assert stones(ida) == [counts]


def test_the_counsellors_own_entries_of_the_office_do_not_go_by_their_word(office: list[Casework]) -> None:
    """What somebody wrote who is an administrator no longer is the office's."""
    mette, bo, ida = office
    passed(mette, ida)
    erased = answered(ida)
    passed(ida, mette)
    mette.give_role(ida.office().author_id, Role.COUNSELLOR)
    passed(mette, ida)
    past_the_program(ida, [erased])
    passed(ida, mette)
    assert passed(mette, bo).erased == ()
    assert has_content(bo, erased)


def test_nothing_that_holds_the_office_together_is_erased(office: list[Casework]) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    mette.revoke(ida.office().author_id, "Nøglen er væk")
    mette.answer_plan(WHERE, "På kontoret")
    passed(mette, bo)
    kinds = {one.id: one.header.kind for one in beyond(mette)}
    assert set(kinds.values()) >= {
        *("office.opened", "author.card", "author.trusted", "author.certified", "author.revoked", "office.contacts")
    }
    there = {one for one in kinds if has_content(bo, one)}
    members = [(one.id, one.role, one.revoked) for one in bo.authors()]
    past_the_program(mette, kinds)
    taken = passed(mette, bo)
    gone = {kinds[one] for one in taken.erased}
    # The control: what may be replaced goes, also where nothing has replaced it; and a tombstone goes by none.
    assert erased in taken.erased
    assert gone == {"office.plan-answered", "office.contacts"} <= set(ERASABLE)
    assert {one for one in kinds if has_content(bo, one)} == {one for one in there if kinds[one] not in ERASABLE}
    assert {"author.certified", "author.revoked", "office.opened"} <= {kinds[one] for one in there}
    assert [(one.id, one.role, one.revoked) for one in bo.authors()] == members
    assert bo.office().name == "Skolen"
    more = past_the_program(mette, [*stones(mette)])
    assert passed(mette, bo).erased == ()
    assert len(stones(bo)) == 2
    assert has_content(bo, more)


@pytest.mark.parametrize("first", ["tombstone", "entry"])
def test_it_does_not_matter_which_comes_first(office: list[Casework], first: str) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    said = beyond(mette, bo.held(space_of(bo)))
    # Ida knows only the name of the entry: her tombstone does not build on it.
    stone = past_the_program(ida, [erased])
    stone_alone = beyond(ida, bo.held(space_of(bo)))
    assert stone in {one.id for one in stone_alone}
    assert not {one.id for one in stone_alone} & {one.id for one in said}
    erased_by = [
        bo.take_in(SpaceKind.OFFICE, space_of(bo), part).erased
        for part in ((stone_alone, said) if first == "tombstone" else (said, stone_alone))
    ]
    assert erased_by == [(), (erased,)]
    assert not has_content(bo, erased)
    assert stones(bo) == [stone]
    assert plan_says(bo) == "Lederen"


def test_one_that_waits_for_the_certificate_of_its_writer_is_carried_out_with_it(office: list[Casework]) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    passed(mette, bo)
    known = bo.held(space_of(bo))
    mette.give_role(bo.office().author_id, Role.ADMINISTRATOR)
    passed(mette, bo)
    stone = past_the_program(bo, [erased])
    assert stone in {one.id for one in beyond(bo, known)}
    assert passed(bo, ida).erased == (erased,)


def test_a_certificate_that_comes_withheld_is_filled_whatever_a_tombstone_says(office: list[Casework]) -> None:
    mette, bo, ida = office
    mette.give_role(bo.office().author_id, Role.LEADER)
    [certificate] = [one for one in beyond(mette, ida.held(space_of(ida))) if one.header.kind == "author.certified"]
    stone = past_the_program(mette, [certificate.id])
    bare = [
        one if one.id != certificate.id else read(replace(one.stored, salt=None, payload=None))
        for one in beyond(mette, ida.held(space_of(ida)))
    ]
    taken = ida.take_in(SpaceKind.OFFICE, space_of(ida), bare)
    assert (taken.erased, taken.withheld) == ((), (certificate.id,))
    assert ida.take_in(SpaceKind.OFFICE, space_of(ida), beyond(mette)).filled == (certificate.id,)
    assert stone in stones(ida)
    # And it is no reason to take one's own in bare; for what may be erased it is: that is the control.
    answer = answered(mette)
    past_the_program(mette, [answer, certificate.id])
    named = named_by_tombstones(beyond(mette))
    assert answer in named
    assert certificate.id not in named


def test_in_another_office_it_is_no_entry(office: list[Casework], tmp_path: Path) -> None:
    mette, _bo, _ida = office
    other = member(tmp_path / "9", 9, "Lis", office="En anden skole")
    past_the_program(mette, [answered(mette)])
    with pytest.raises(EntriesRefused) as refused:
        other.take_in(SpaceKind.OFFICE, space_of(other), beyond(mette))
    assert {fault for _entry, fault in refused.value.faults} == {"other-space"}
    other.close()


def test_it_reaches_into_no_other_space(office: list[Casework]) -> None:
    mette, bo, _ida = office
    case = mette.new_case(Intake(title="Sag", kind="school", stand_in="Bo"))
    note = mette.add_note(case.id, NAME)
    shares(mette, case.id, bo)
    bo.take_in(SpaceKind.CASE, case.id, verify_entries(mette.entries_beyond(case.id, ())), playbooks=playbooks(mette))
    erased = answered(mette)
    past_the_program(mette, [note.id, case.id, erased], what="case", reference=case.reference)
    assert passed(mette, bo).erased == (erased,)
    assert has_content(bo, note.id)
    # Nor does it tell of a case that was erased.
    assert (bo.erased_cases(), bo.erased_counts()) == ((), ())


def playbooks(desk: Casework) -> dict[str, bytes]:
    return dict(desk._connection.execute("SELECT digest, raw FROM playbook").fetchall())


def test_one_written_after_its_writer_was_revoked_is_refused(office: list[Casework]) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    for other in (bo, ida):
        passed(mette, other)
    mette.revoke(ida.office().author_id, "Nøglen er væk")
    passed(mette, bo)
    past_the_program(ida, [erased])
    with pytest.raises(EntriesRefused) as refused:
        passed(ida, bo)
    assert {fault for _entry, fault in refused.value.faults} == {"revoked"}
    assert has_content(bo, erased)


def test_one_that_others_built_on_unaware_says_nothing(office: list[Casework]) -> None:
    """A colleague took it in before they heard of the revocation, and wrote on: it comes along, and is not followed."""
    mette, bo, ida = office
    erased = answered(mette)
    for other in (bo, ida):
        passed(mette, other)
    at = {space_of(mette): heads(mette._connection, space_of(mette))}
    stone = past_the_program(ida, [erased])
    # At Bo's it is carried out: he could not know.
    assert passed(ida, bo).erased == (erased,)
    bo.record_plan_export("plan.html", version=0, sort="html", digest="sha256:" + "0" * 64)
    mette.revoke(ida.office().author_id, "Nøglen er væk", heads_at=at)
    taken = passed(bo, mette)
    assert stone in taken.new
    assert (taken.erased, has_content(mette, erased)) == ((), True)
    assert stones(mette) == []
    # What went at Bo's does not come back, and both are whole; the stone says nothing there either now.
    passed(mette, bo)
    assert not has_content(bo, erased)
    assert stones(bo) == []


def test_one_written_before_its_writer_was_revoked_counts_for_who_hears_of_both(office: list[Casework]) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    passed(mette, ida)
    past_the_program(ida, [erased])
    assert passed(ida, mette).erased == (erased,)
    mette.revoke(ida.office().author_id, "Hun er holdt op")
    assert passed(mette, bo).erased == (erased,)
    assert stands(bo) == stands(mette)


@pytest.mark.parametrize("knew", [True, False])
def test_of_who_is_administrator_no_longer_counts_what_the_end_builds_on(office: list[Casework], knew: bool) -> None:
    mette, bo, ida = office
    erased = answered(mette)
    passed(mette, ida)
    past_the_program(ida, [erased])
    if knew:
        passed(ida, mette)
    mette.give_role(ida.office().author_id, Role.COUNSELLOR)
    if not knew:
        passed(ida, mette)
    taken = passed(mette, bo)
    assert (erased in taken.erased) == knew
    assert has_content(bo, erased) != knew
    assert has_content(mette, erased) != knew
    assert stands(bo) == stands(mette)
