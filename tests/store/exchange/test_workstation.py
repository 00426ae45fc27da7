"""A further workstation: a key of its own, counted by the one before; everything comes over, and nothing forks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import cards, keys
from store.authors import Belongs
from store.cases.errors import AlreadySetUp
from store.cases.trust_errors import FingerprintDiffers
from store.cases.workstations import NotOneOfMine
from store.casework import Casework
from store.doctor import check
from tests.store.circle import card_of, member, trusts, vault_desk
from tests.store.desk import a_case
from tests.store.exchange.rounds import round_of, until_still
from tests.store.test_union import tables


@pytest.fixture()
def old(tmp_path: Path) -> Iterator[Casework]:
    desk = member(tmp_path / "old", 1, "Mette")
    yield desk
    desk.close()


def joined(old: Casework, path: Path, number: int) -> Casework:
    """A new vault set up with the card of the old one, which lets it count."""
    new = vault_desk(path, number)
    card = card_of(old)
    new.join_as_oneself(card.text, compared=card.fingerprint, language="da")
    seen = old.look_at_workstation(new.carried_card())
    old.add_workstation(new.carried_card(), compared=seen.digits)
    return new


def test_everything_comes_over_and_nothing_forks(old: Casework, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    case = a_case(old)
    new = joined(old, tmp_path / "new", 2)
    assert (new.office().author, new.office().author_id) == ("Mette", old.office().author_id)
    until_still([old, new], folder)
    assert tables(new, case.id) == tables(old, case.id)
    assert tables(new, new.office().id) == tables(old, new.office().id)
    assert [one.belongs for one in new.authors()] == [one.belongs for one in old.authors()] == [Belongs.OWN]
    assert new.authors()[0].administrator
    # Both write, and each has what the other wrote.
    old.add_note(case.id, "Fra den gamle.")
    new.add_note(case.id, "Fra den nye.")
    until_still([old, new], folder)
    assert tables(new, case.id) == tables(old, case.id)
    assert not any("fork" in line.flags for line in new.history(case.id))
    assert {line.author for line in new.history(case.id)} == {"Mette"}
    assert new.exchange_waits() == old.exchange_waits() == ()
    for desk in (old, new):
        assert check(desk._vault).well, check(desk._vault).findings
    new.close()


def test_the_old_one_is_revoked_at_what_was_there_and_the_new_one_goes_on(old: Casework, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    case = a_case(old)
    old.set_level(case.id, 2, "Før")
    new = joined(old, tmp_path / "new", 2)
    until_still([old, new], folder)
    new.revoke(new.office().author_id, "Den gamle maskine er afleveret.")
    assert new.case(case.id).summary.level == 2
    # What the old one signs after that says nothing, and it gets nothing more.
    old.set_level(case.id, 4, "Af en tyv")
    assert old.case(case.id).summary.level == 4
    assert round_of(old, folder).put
    round_of(new, folder)
    assert new.case(case.id).summary.level == 2
    new.set_level(case.id, 3, "Efter")
    assert new.case(case.id).summary.level == 3
    assert new.exchange_people() == ()
    assert check(new._vault).well
    new.close()


def test_others_know_the_new_one_by_the_card_that_the_old_one_signed(old: Casework, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    bo = member(tmp_path / "bo", 3, "Bo")
    trusts(bo, old)
    trusts(old, bo)
    case = a_case(old)
    old.share_case(case.id, bo.office().author_id, "Sammen")
    new = joined(old, tmp_path / "new", 2)
    until_still([old, new, bo], folder)
    # The old one is switched off: what the new one writes reaches Bo, and what Bo writes reaches the new one.
    new.add_note(case.id, "Fra den nye.")
    until_still([new, bo], folder)
    bo.add_note(case.id, "Fra Bo.")
    until_still([new, bo], folder)
    assert tables(bo, case.id) == tables(new, case.id)
    assert "Fra Bo." in {note.versions[-1].text for note in new.case(case.id).notes}
    # Who has never heard of Mette compares the digits of her first key, and knows both.
    ida = member(tmp_path / "ida", 4, "Ida")
    card = cards.read(new.carried_card())
    author = ida.trust_card(card.text, compared=card_of(old).fingerprint)
    assert new._journal.device in author.devices
    assert author.recipient == keys.recipient(new._connection)
    for desk in (bo, ida, new):
        desk.close()


def test_only_ones_own_new_workstation_is_let_count(old: Casework, tmp_path: Path) -> None:
    card = card_of(old)
    new = vault_desk(tmp_path / "new", 2)
    with pytest.raises(FingerprintDiffers):
        new.join_as_oneself(card.text, compared="SHA256:" + "A" * 43, language="da")
    new.join_as_oneself(card.text, compared=card.fingerprint, language="en")
    assert new.office().language == "en"
    with pytest.raises(AlreadySetUp):
        new.join_as_oneself(card.text, compared=card.fingerprint, language="da")
    with pytest.raises(FingerprintDiffers):
        old.add_workstation(new.carried_card(), compared=card.fingerprint)
    # Until the old one lets it count, its word is its own: nobody takes its card for Mette's.
    stranger = member(tmp_path / "stranger", 5, "Ukendt")
    for text in (stranger.carried_card(), card.text):
        with pytest.raises(NotOneOfMine):
            old.look_at_workstation(text)
    with pytest.raises(cards.CardInvalid):
        stranger.trust_card(new.carried_card(), compared=card.fingerprint)
    seen = old.look_at_workstation(new.carried_card())
    old.add_workstation(new.carried_card(), compared=seen.fingerprint)
    with pytest.raises(NotOneOfMine):
        old.look_at_workstation(new.carried_card())
    for desk in (new, stranger):
        desk.close()


def test_until_something_comes_from_the_former_one_it_is_said_that_it_is_not_approved(
    old: Casework, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    card = card_of(old)
    new = vault_desk(tmp_path / "new", 2)
    new.join_as_oneself(card.text, compared=card.fingerprint, language="da")
    round_of(old, folder)
    round_of(new, folder)
    # What is said are the digits that the former one compares.
    assert new.not_approved() == old.look_at_workstation(new.carried_card()).digits
    assert old.not_approved() == ""
    old.add_workstation(new.carried_card(), compared=new.not_approved())
    until_still([old, new], folder)
    assert (new.not_approved(), old.not_approved()) == ("", "")
    new.close()
