"""Members and roles: who may change the office, and what becomes of what others write of it all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.authors import Belongs
from store.cases.trust_errors import LastAdministrator, NotAdministrator, NotCertified
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.journal import stored_entries
from store.model import Contact
from store.projections import remake_space
from store.roles import Role
from store.union import AuthorsUnknown, EntriesRefused, verify_entries
from tests.store.circle import card_of, member
from tests.store.exchange.rounds import joined, office_of, until_still

CONTACTS = (Contact(id="communications", name="Pressen"),)
OTHERS = (Contact(id="communications", name="En anden"),)


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exchange"
    folder.mkdir()
    return folder


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[list[Casework]]:
    """Mette, who opened the office; Bo and Ida, whom she certified."""
    desks = office_of(tmp_path, "Mette", "Bo", "Ida")
    until_still(desks, folder)
    yield desks
    for desk in desks:
        assert check(desk._vault).well
        desk.close()


def past_the_program(desk: Casework, kind: str, payload: dict[str, Any]) -> str:
    """An entry of the office that a changed program writes, without asking whether it may."""
    with desk._writing():
        entry = desk._journal.append(SpaceKind.OFFICE, desk.office().id, kind, payload)
        remake_space(desk._connection, desk.office().id)
        remake_space(desk._connection, desk.office().id, desk._silent(desk.office().id))
    return entry.id


def contacts_past_the_program(desk: Casework, name: str) -> None:
    said = {"id": "communications", "name": name, "phone": "", "mail": ""}
    past_the_program(desk, "office.contacts", {"contacts": [said]})


def role(desk: Casework, name: str) -> Role | None:
    [found] = [one for one in desk.authors() if one.name == name]
    return found.role


def test_who_joined_is_a_member_when_an_administrators_word_has_come(tmp_path: Path, folder: Path) -> None:
    mette = member(tmp_path / "1", 1, "Mette", office="Skolen")
    bo = joined(tmp_path / "2", 2, "Bo", mette)
    before = bo.membership()
    assert (before.certified, before.administrators) == (False, ("Mette",))
    # It works all the same, for what is Bo's own.
    assert bo.office().name == "Skolen"
    with pytest.raises(NotAdministrator) as refused:
        bo.set_contacts(CONTACTS)
    assert "Mette" in refused.value.diagnostics().todo
    until_still([mette, bo], folder)
    assert bo.membership().role is Role.COUNSELLOR
    assert mette.membership().administrator
    assert [(one.name, one.role) for one in mette.members()] == [
        ("Mette", Role.ADMINISTRATOR),
        ("Bo", Role.COUNSELLOR),
    ]
    mette.close()
    bo.close()


def test_only_an_administrator_changes_the_office(office: list[Casework], folder: Path) -> None:
    mette, bo, ida = office
    mette.set_contacts(CONTACTS)
    until_still(office, folder)
    with pytest.raises(NotAdministrator):
        bo.set_contacts(OTHERS)
    with pytest.raises(NotAdministrator):
        bo.give_role(mette.office().author_id, Role.COUNSELLOR)
    contacts_past_the_program(bo, "En anden")
    until_still(office, folder)
    assert ida.office().contacts == mette.office().contacts == CONTACTS
    remarks = {one.code for one in check(ida._vault).findings}
    assert "not-administrator" in remarks
    # The control: the same entry counts once somebody has said that he may.
    mette.give_role(bo.office().author_id, Role.ADMINISTRATOR)
    until_still(office, folder)
    assert ida.office().contacts == CONTACTS
    bo.set_contacts(OTHERS)
    until_still(office, folder)
    assert ida.office().contacts == mette.office().contacts == OTHERS


def test_nobody_makes_an_administrator_of_themselves(office: list[Casework], folder: Path) -> None:
    mette, bo, ida = office
    own = bo.office().author_id
    card = bo._card_entry(next(one for one in bo.authors() if one.id == own))
    past_the_program(
        bo, "author.certified", {"author": own, "card": card, "administrator": own, "role": "administrator"}
    )
    # Nor does opening the office once more make them its founder.
    past_the_program(bo, "office.opened", {"name": "Bos kontor", "language": "da"})
    until_still(office, folder)
    for desk in office:
        assert role(desk, "Bo") is Role.COUNSELLOR
    assert (ida.office().name, mette.office().name) == ("Skolen", "Skolen")
    contacts_past_the_program(bo, "En anden")
    until_still(office, folder)
    assert mette.office().contacts == ()


def test_who_is_an_administrator_no_longer_changes_nothing_more(office: list[Casework], folder: Path) -> None:
    mette, bo, ida = office
    own = bo.office().author_id
    mette.give_role(own, Role.ADMINISTRATOR)
    until_still(office, folder)
    bo.set_contacts(CONTACTS)
    until_still(office, folder)
    mette.give_role(own, Role.COUNSELLOR)
    # Bo writes once more before he hears of it, by a clock that is years behind.
    clock, bo._journal._clock = bo._journal._clock, lambda: clock().replace(year=2020)
    contacts_past_the_program(bo, "En anden")
    past_the_program(
        bo,
        "author.certified",
        {"author": mette.office().author_id, "card": "0" * 64, "administrator": own, "role": "counsellor"},
    )
    bo._journal._clock = clock
    until_still(office, folder)
    for desk in office:
        # What he wrote as an administrator stands; what came after does not, and undoes nothing.
        assert desk.office().contacts == CONTACTS
        assert (role(desk, "Bo"), role(desk, "Mette")) == (Role.COUNSELLOR, Role.ADMINISTRATOR)
    mette.give_role(own, Role.ADMINISTRATOR, leads=True)
    until_still(office, folder)
    assert bo.membership().administrator
    assert bo.membership().leads
    bo.set_contacts(OTHERS)
    until_still(office, folder)
    assert ida.office().contacts == OTHERS


def test_the_last_administrator_stays_one(office: list[Casework], folder: Path) -> None:
    mette, bo, _ida = office
    own = mette.office().author_id
    with pytest.raises(LastAdministrator):
        mette.give_role(own, Role.COUNSELLOR)
    with pytest.raises(LastAdministrator):
        mette.trust_card(mette.carried_card(), compared=card_of(mette).fingerprint, colleague=True)
    said = {"author": own, "card": "0" * 64, "administrator": own, "role": "counsellor"}
    past_the_program(mette, "author.certified", said)
    until_still(office, folder)
    assert [role(desk, "Mette") for desk in office] == [Role.ADMINISTRATOR] * 3
    # The control: with another one there, she may.
    mette.give_role(bo.office().author_id, Role.ADMINISTRATOR)
    mette.give_role(own, Role.LEADER)
    until_still(office, folder)
    assert [role(desk, "Mette") for desk in office] == [Role.LEADER] * 3
    assert bo.membership().administrators == ("Bo",)
    with pytest.raises(NotAdministrator):
        mette.set_contacts(OTHERS)


def test_of_two_who_end_each_other_the_one_named_first_stays(office: list[Casework], folder: Path) -> None:
    mette, bo, _ida = office
    mette.give_role(bo.office().author_id, Role.ADMINISTRATOR)
    until_still(office, folder)
    # Bo claims to have been first by six years.
    clock, bo._journal._clock = bo._journal._clock, lambda: clock().replace(year=2020)
    bo.give_role(mette.office().author_id, Role.COUNSELLOR)
    bo._journal._clock = clock
    mette.give_role(bo.office().author_id, Role.COUNSELLOR)
    until_still(office, folder)
    for desk in office:
        assert (role(desk, "Mette"), role(desk, "Bo")) == (Role.ADMINISTRATOR, Role.COUNSELLOR)


def test_one_may_join_by_an_administrator_who_did_not_open_the_office(
    office: list[Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo, _ida = office
    mette.give_role(bo.office().author_id, Role.ADMINISTRATOR)
    until_still(office, folder)
    cai = joined(tmp_path / "9", 9, "Cai", bo)
    until_still([*office, cai], folder)
    assert {one.name: one.role for one in cai.members()} == {
        "Cai": Role.COUNSELLOR,
        "Mette": Role.ADMINISTRATOR,
        "Bo": Role.ADMINISTRATOR,
        "Ida": Role.COUNSELLOR,
    }
    assert role(mette, "Cai") is Role.COUNSELLOR
    assert check(cai._vault).well
    cai.close()


def test_a_certified_card_is_of_no_use_in_another_office(office: list[Casework], tmp_path: Path) -> None:
    mette, bo, _ida = office
    other = member(tmp_path / "other", 8, "Una", office="En anden skole")
    entries = verify_entries(stored for _arrival, stored in stored_entries(mette._connection, mette.office().id))
    # As they are, they are of another space; in the space they name, nobody here counts.
    with pytest.raises(EntriesRefused) as refused:
        other.take_in(SpaceKind.OFFICE, other.office().id, entries)
    assert {fault for _entry, fault in refused.value.faults} >= {"other-space"}
    with pytest.raises((AuthorsUnknown, EntriesRefused)):
        other.take_in(SpaceKind.OFFICE, mette.office().id, entries)
    # The card that Mette certified, certified again by a changed program: its holder is of elsewhere.
    card = card_of(bo)
    other.trust_card(card.text, compared=card.fingerprint)
    [trusted] = [row for row in _rows(other) if row.subject.startswith("trusted/")]
    said = {"author": card.author, "card": trusted.entry, "administrator": other.office().author_id}
    past_the_program(other, "author.certified", {**said, "role": "administrator"})
    [found] = [one for one in other.authors() if one.id == card.author]
    assert (found.belongs, found.role) == (Belongs.ELSEWHERE, None)
    with pytest.raises(NotCertified):
        other.give_role(card.author, Role.ADMINISTRATOR)
    other.close()


def test_a_member_whose_keys_are_revoked_has_no_say(office: list[Casework], folder: Path) -> None:
    mette, bo, ida = office
    mette.give_role(bo.office().author_id, Role.ADMINISTRATOR)
    until_still(office, folder)
    mette.revoke(bo.office().author_id, "Holdt op.")
    bo.set_contacts(OTHERS)
    with pytest.raises(NotCertified):
        mette.give_role(bo.office().author_id, Role.LEADER)
    until_still([mette, ida], folder)
    assert (mette.office().contacts, ida.office().contacts) == ((), ())
    assert ida.membership().administrators == ("Mette",)


def _rows(desk: Casework) -> Any:
    from store.standing import standing

    return standing(desk._connection, desk.office().id)
