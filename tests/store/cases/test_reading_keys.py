"""Whose a reading key is: a card that names somebody else's gives its author nothing that is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import cards
from store.age.x25519 import generate_x25519
from store.cards import Card
from store.cases.trust_errors import ReadingKeyTaken
from store.casework import Casework
from store.doctor import check
from store.entry import SpaceKind
from tests.store.cases.test_importing import opened_by, send
from tests.store.circle import card_of, circle, trusts
from tests.store.desk import a_case
from tests.store.test_union import give


@pytest.fixture()
def three(tmp_path: Path) -> Iterator[list[Casework]]:
    """Mette, Bo and Kaj, of three offices, who know one another."""
    desks = circle(tmp_path, "Mette", "Bo", "Kaj")
    yield desks
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def naming(desk: Casework, recipient: str) -> Card:
    """A newer card of somebody, by which they read by that key."""
    own = card_of(desk)
    text = cards.write(
        desk.sign,
        name=own.name,
        office=own.office,
        office_id=own.office_id,
        devices=own.devices,
        recipients={own.devices[-1]: recipient},
        at=desk._clock(),
    )
    return cards.read(text)


def trusts_unasked(desk: Casework, card: Card) -> None:
    """As a newer card is taken from an envelope, or a changed program writes it."""
    said = {"author": card.author, "card": card.text, "compared": "key"}
    with desk._writing():
        desk._append(SpaceKind.OFFICE, desk.office().id, "author.trusted", said)


def texts(desk: Casework, case: str) -> set[str]:
    return {note.current.text for note in desk.case(case).notes}


def test_a_card_that_names_anothers_reading_key_makes_no_writer(three: list[Casework], tmp_path: Path) -> None:
    mette, bo, kaj = three
    case = a_case(mette)
    trusts_unasked(mette, naming(kaj, card_of(bo).recipient))
    bo.import_bundle(opened_by(bo, send(mette, bo, case.id, tmp_path)))
    give(mette, kaj, case.id)
    kaj.add_note(case.id, "Kajs")
    bo.add_note(case.id, "Bos")
    for desk in (kaj, bo):
        give(desk, mette, case.id)
    assert "Kajs" not in texts(mette, case.id)
    assert [line.flags for line in mette.history(case.id) if line.author == "Kaj" and line.kind == "note.added"] == [
        ("not-shared",)
    ]
    # The control: to whom it was sealed writes in it.
    assert "Bos" in texts(mette, case.id)


def test_control_by_a_key_of_ones_own_the_same_bundle_makes_a_writer(three: list[Casework], tmp_path: Path) -> None:
    mette, _bo, kaj = three
    case = a_case(mette)
    kaj.import_bundle(opened_by(kaj, send(mette, kaj, case.id, tmp_path)))
    kaj.add_note(case.id, "Kajs")
    give(kaj, mette, case.id)
    assert "Kajs" in texts(mette, case.id)


def test_such_a_card_is_refused_where_it_is_shown_and_says_whose_the_key_is(three: list[Casework]) -> None:
    mette, bo, kaj = three
    false = naming(kaj, card_of(bo).recipient)
    with pytest.raises(ReadingKeyTaken) as refused:
        mette.trust_card(false.text, compared=false.fingerprint)
    assert "Bo" in refused.value.diagnostics().happened
    # The control: by a key that is nobody else's it counts.
    trusts(mette, kaj)


def test_who_erases_tells_nobody_by_a_key_that_is_anothers(three: list[Casework], tmp_path: Path) -> None:
    mette, bo, kaj = three
    case = a_case(mette)
    trusts_unasked(mette, naming(kaj, card_of(bo).recipient))
    send(mette, bo, case.id, tmp_path)
    told = {author for author, _recipient in mette._taken_by_bundle(case.id)}
    assert told == {card_of(bo).author}


def test_a_newer_card_with_anothers_key_is_not_taken_from_an_envelope(three: list[Casework]) -> None:
    mette, bo, kaj = three
    known = next(one for one in mette.authors() if one.name == "Kaj")
    assert not mette._follow_card(naming(kaj, card_of(bo).recipient), known)
    # The control: a newer card with a key that is nobody else's is.
    assert mette._follow_card(naming(kaj, generate_x25519().recipient.encode()), known)
