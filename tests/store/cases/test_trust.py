"""Whom a vault believes: only whom somebody compared, and only for as much as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import cards, keys, spoken
from store.authors import Belongs
from store.cards import CardInvalid
from store.cases.errors import ReasonNeeded
from store.cases.trust_errors import (
    AuthorUnknown,
    FingerprintDiffers,
    KeyInUse,
    NameTaken,
    NotAdministrator,
    OtherOffice,
)
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from store.model import OfficeSetUp
from tests.store.circle import card_of, member, vault_desk


@pytest.fixture()
def mette(tmp_path: Path) -> Iterator[Casework]:
    desk = member(tmp_path / "mette", 1, "Mette", office="Nørreskolen")
    yield desk
    assert check(desk._vault).well
    desk.close()


@pytest.fixture()
def bo(tmp_path: Path) -> Iterator[Casework]:
    desk = member(tmp_path / "bo", 2, "Bo", office="Sønderskolen")
    yield desk
    desk.close()


def join(path: Path, number: int, name: str, founder: Casework) -> Casework:
    desk = vault_desk(path, number)
    card = card_of(founder)
    desk.join_office(OfficeSetUp(office="-", author=name), card.text, compared=spoken.digits(card.fingerprint))
    return desk


def test_a_card_of_elsewhere_counts_in_cases_only(mette: Casework, bo: Casework) -> None:
    card = card_of(bo)
    [device] = card.devices
    assert device not in mette._trust().devices(SpaceKind.CASE)
    author = mette.trust_card(card.text, compared=spoken.digits(card.fingerprint))
    assert (author.name, author.belongs, author.administrator) == ("Bo", Belongs.ELSEWHERE, False)
    trust = mette._trust()
    assert device in trust.devices(SpaceKind.CASE)
    assert device not in trust.devices(SpaceKind.OFFICE)
    assert device not in trust.devices(SpaceKind.PROGRAMME)
    assert mette.known_signers()[card.fingerprint] == "Bo"
    assert [one.name for one in mette.authors()] == ["Mette", "Bo"]


def test_what_was_compared_must_be_the_card(mette: Casework, bo: Casework) -> None:
    card = card_of(bo)
    with pytest.raises(FingerprintDiffers) as refused:
        mette.trust_card(card.text, compared=card_of(mette).fingerprint)
    assert refused.value.slips == ()
    digits = spoken.digits(card.fingerprint)
    wrong = digits[:7] + str((int(digits[7]) + 1) % 10) + digits[8:]
    with pytest.raises(FingerprintDiffers) as refused:
        mette.trust_card(card.text, compared=wrong)
    assert refused.value.slips == (2,)
    assert [one.name for one in mette.authors()] == ["Mette"]


def test_a_card_with_anothers_name_is_shown_for_what_it_is(mette: Casework, tmp_path: Path) -> None:
    real = member(tmp_path / "bo", 2, "Bo")
    mette.trust_card(card_of(real).text, compared=card_of(real).fingerprint)
    false = member(tmp_path / "false", 3, "BO")
    seen = mette.look_at_card(card_of(false).text)
    assert [one.id for one in seen.same_name] == [card_of(real).author]
    with pytest.raises(NameTaken) as refused:
        mette.trust_card(card_of(false).text, compared=card_of(false).fingerprint)
    assert keys.fingerprint(card_of(real).devices[0]) in refused.value.diagnostics().happened
    assert len(mette.authors()) == 2
    mette.trust_card(card_of(false).text, compared=card_of(false).fingerprint, another_person=True)
    assert len({one.id for one in mette.authors()}) == 3
    real.close()
    false.close()


def test_nobody_takes_anothers_author(mette: Casework, bo: Casework) -> None:
    # A card that begins with Mette's key and is signed with Bo's would be a further key of Mette's.
    stolen = cards.write(
        bo.sign,
        name="Mette",
        office="Nørreskolen",
        office_id=mette.office().id,
        devices=(mette.key_card().device, bo.key_card().device),
        recipients={bo.key_card().device: bo.key_card().recipient},
        at=mette._clock(),
    )
    with pytest.raises(CardInvalid) as refused:
        mette.trust_card(stolen, compared=mette.key_card().fingerprint)
    assert refused.value.fault == "signer"
    # Nor where somebody writes the trust in it past the program.
    with mette._writing():
        mette._append(
            SpaceKind.OFFICE,
            mette.office().id,
            "author.trusted",
            {"author": mette.office().author_id, "card": stolen, "compared": "digits"},
        )
    assert bo.key_card().device not in mette._trust().devices(SpaceKind.CASE)


def test_an_administrator_certifies_a_colleague_of_the_same_office(mette: Casework, tmp_path: Path) -> None:
    ida = join(tmp_path / "ida", 2, "Ida", mette)
    card = card_of(ida)
    assert card.office_id == mette.office().id
    assert ida.office().name == "Nørreskolen"
    author = mette.trust_card(card.text, compared=card.fingerprint, colleague=True)
    assert (author.belongs, author.administrator) == (Belongs.COLLEAGUE, False)
    assert card.devices[0] in mette._trust().devices(SpaceKind.OFFICE)
    # For Ida, Mette is the administrator from the beginning, and Ida is none.
    [founder] = [one for one in ida.authors() if one.name == "Mette"]
    assert (founder.belongs, founder.administrator) == (Belongs.COLLEAGUE, True)
    third = join(tmp_path / "kaj", 3, "Kaj", mette)
    with pytest.raises(NotAdministrator):
        ida.trust_card(card_of(third).text, compared=card_of(third).fingerprint, colleague=True)
    assert check(ida._vault).well
    ida.close()
    third.close()


def test_a_colleague_of_another_office_can_not_be_certified(mette: Casework, bo: Casework) -> None:
    with pytest.raises(OtherOffice):
        mette.trust_card(card_of(bo).text, compared=card_of(bo).fingerprint, colleague=True)
    assert len(mette.authors()) == 1


def test_a_certificate_for_a_card_of_another_office_makes_no_colleague(mette: Casework, bo: Casework) -> None:
    mette.trust_card(card_of(bo).text, compared=card_of(bo).fingerprint)
    [row] = [row for row in _standing(mette) if row.subject.startswith("trusted/")]
    with mette._writing():
        mette._append(
            SpaceKind.OFFICE,
            mette.office().id,
            "author.certified",
            {"author": row.value["author"], "card": row.entry, "administrator": mette.office().author_id},
        )
    [author] = [one for one in mette.authors() if one.name == "Bo"]
    assert author.belongs is Belongs.ELSEWHERE


def test_a_card_made_anew_by_the_same_key_takes_the_place_of_the_one_before(mette: Casework, bo: Casework) -> None:
    first = card_of(bo)
    mette.trust_card(first.text, compared=first.fingerprint)
    anew = cards.write(
        bo.sign,
        name="Bo Nyt Navn",
        office=first.office,
        office_id=first.office_id,
        devices=(*first.devices, "0d" * 32),
        recipients={first.devices[0]: first.recipient},
        at=bo._clock(),
    )
    author = mette.trust_card(anew, compared=first.fingerprint)
    assert (author.name, author.devices) == ("Bo Nyt Navn", (*first.devices, "0d" * 32))
    assert len(mette.authors()) == 2


def test_revoked_keys_are_no_known_signers_and_one_does_not_revoke_oneself(mette: Casework, bo: Casework) -> None:
    card = card_of(bo)
    mette.trust_card(card.text, compared=card.fingerprint)
    with pytest.raises(ReasonNeeded):
        mette.revoke(card.author[:8], " ")
    assert mette.revoke(card.author[:8], "Computeren er stjålet.").revoked
    assert card.fingerprint not in mette.known_signers()
    with pytest.raises(KeyInUse):
        mette.revoke(mette.office().author_id, "Prøve.")
    with pytest.raises(AuthorUnknown):
        mette.revoke("ffff", "Prøve.")
    with pytest.raises(AuthorUnknown):
        mette.revoke("", "Prøve.")


def _standing(desk: Casework) -> tuple:  # type: ignore[type-arg]
    from store.standing import standing

    return standing(desk._connection, desk.office().id)
