"""A fresh vault on a Monday, merged after recovery: nothing of it is lost, nothing forks, colleagues know it."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.cases.merging_errors import NotOnesOwn, SameVault
from store.casework import Casework
from store.doctor import check
from store.model import OfficeSetUp
from tests.store.circle import card_of, member, trusts, vault_desk
from tests.store.desk import Clock, a_case
from tests.store.exchange.rounds import round_of


def fresh(path: Path, clock: Clock) -> Casework:
    """The vault of that Monday: the same person, an office of its own."""
    desk = vault_desk(path, 2, clock=clock)
    desk.set_up(OfficeSetUp(office="Kontor 1", author="Åse Ærlig"))
    return desk


def test_what_was_written_meanwhile_is_ones_own_after_the_merge(tmp_path: Path) -> None:
    clock = Clock()
    old, monday = member(tmp_path / "1", 1, "Åse Ærlig", clock=clock), fresh(tmp_path / "2", clock)
    before = a_case(old)
    during = a_case(monday, "Mandag")
    monday.add_note(during.id, "Skrevet mandag.")
    monday.save_draft("note/y", "kladde")
    device = old.key_card().device

    merged = old.merge(monday._connection, monday._vault.id)
    assert (merged.cases, merged.left, merged.drafts) == ((during.reference,), (), 1)
    assert {case.id for case in old.cases()} == {before.id, during.id}
    assert "Skrevet mandag." in [note.current.text for note in old.case(during.id).notes]
    assert old.key_card().device == device
    assert [note.current.author for note in old.case(during.id).notes] == ["Åse Ærlig"] * 2
    old.add_note(during.id, "Og videre.")
    assert not check(old._vault).findings

    again = old.merge(monday._connection, monday._vault.id)
    assert (again.entries, again.cases) == (0, ())
    monday.add_note(during.id, "Glemt i den anden boks.")
    assert old.merge(monday._connection, monday._vault.id).entries == 1
    assert not check(old._vault).findings
    for desk in (old, monday):
        desk.close()


def test_a_colleague_gets_what_the_fresh_vault_wrote_from_the_old_one(tmp_path: Path) -> None:
    clock = Clock()
    old, monday = member(tmp_path / "1", 1, "Åse Ærlig", clock=clock), fresh(tmp_path / "2", clock)
    other = member(tmp_path / "3", 3, "Bo Bisidder", clock=clock)
    trusts(old, other)
    trusts(other, old)
    during = a_case(monday, "Mandag")
    old.merge(monday._connection, monday._vault.id)
    old.share_case(during.id, card_of(other).author, "vikar")
    folder = tmp_path / "exchange"
    folder.mkdir()
    for desk in (old, other):
        round_of(desk, folder)
    assert [case.title for case in other.cases()] == ["Mandag"]
    assert not check(other._vault).findings
    for desk in (old, monday, other):
        desk.close()


def test_nobody_elses_vault_is_taken_in(tmp_path: Path) -> None:
    old, other = member(tmp_path / "1", 1, "Åse Ærlig"), member(tmp_path / "2", 2, "Bo Bisidder")
    a_case(other)
    with pytest.raises(NotOnesOwn):
        old.merge(other._connection, other._vault.id)
    trusts(old, other)
    with pytest.raises(NotOnesOwn):
        old.merge(other._connection, other._vault.id)
    with pytest.raises(SameVault):
        old.merge(old._connection, old._vault.id)
    assert old.cases() == ()
    for desk in (old, other):
        desk.close()
