"""Where no administrator is left, the words on paper name one; nothing else does, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import recovery
from store.cases.trust_errors import AdministratorsLeft, NotAdministrator, NotOfThisOffice
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.model import Contact
from store.recovery import NewKey
from store.recovery_words import RecoveryWordsWrong
from store.roles import Role
from store.secret import Secret
from tests.store.exchange.rounds import office_of, until_still

CONTACTS = (Contact(id="communications", name="Pressen"),)


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exchange"
    folder.mkdir()
    return folder


@pytest.fixture()
def office(tmp_path: Path, folder: Path) -> Iterator[list[Casework]]:
    """Mette, the administrator, who is gone one day; Bo and Ida."""
    desks = office_of(tmp_path, "Mette", "Bo", "Ida")
    until_still(desks, folder)
    yield desks
    for desk in desks:
        assert check(desk._vault).well
        desk.close()


def made_by(desk: Casework) -> NewKey:
    """A recovery as the vault of this desk would make it; the slot is no part of it."""
    key = recovery.new_key()
    desk._record("office.recovery-made", {"key": key.fingerprint, "succession": key.succession})
    return key


def words(key: NewKey) -> Secret:
    return Secret.from_text(" ".join(key.words))


def test_the_words_name_an_administrator_for_everybody(office: list[Casework], folder: Path) -> None:
    mette, bo, ida = office
    key = made_by(mette)
    until_still(office, folder)
    with pytest.raises(AdministratorsLeft) as refused:
        bo.succeed(words(key))
    assert refused.value.names == ("Mette",)
    assert bo.succeed(words(key), none_left=True).administrator
    bo.set_contacts(CONTACTS)
    until_still([bo, ida], folder)
    assert ida.office().contacts == CONTACTS
    assert ida.membership().administrators == ("Bo", "Mette")


def test_other_words_name_nobody(office: list[Casework], folder: Path) -> None:
    mette, bo, _ida = office
    made_by(mette)
    own = made_by(bo)
    until_still(office, folder)
    for other in (recovery.new_key(), own):
        with pytest.raises(NotOfThisOffice):
            bo.succeed(words(other), none_left=True)
    with pytest.raises(RecoveryWordsWrong):
        bo.succeed(Secret.from_text("et to tre"), none_left=True)
    with pytest.raises(NotAdministrator):
        bo.set_contacts(CONTACTS)


def test_what_the_paper_signed_counts_once(office: list[Casework], folder: Path) -> None:
    mette, bo, ida = office
    key = made_by(mette)
    until_still(office, folder)
    bo.succeed(words(key), none_left=True)
    until_still(office, folder)
    mette.give_role(bo.office().author_id, Role.COUNSELLOR)
    until_still(office, folder)
    assert not bo.membership().administrator
    [row] = [row for row in _rows(bo) if row.subject.startswith("succession/")]
    # Written once more by a changed program, by Bo and by Ida for herself.
    for desk, said in ((bo, row.value), (ida, {**row.value, "author": ida.office().author_id})):
        with desk._writing():
            desk._append(SpaceKind.OFFICE, desk.office().id, "author.succeeded", said)
    until_still(office, folder)
    for desk in office:
        assert desk.membership().administrators == ("Mette",)
    # The paper itself can say it anew.
    assert bo.succeed(words(key), none_left=True).administrator


def _rows(desk: Casework) -> tuple:  # type: ignore[type-arg]
    from store.standing import standing

    return standing(desk._connection, desk.office().id)
