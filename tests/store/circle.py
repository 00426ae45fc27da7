"""Vaults that know one another, for tests of what moves between them: real databases, no price of a passphrase."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from store import cards
from store.cards import Card
from store.casework import Casework
from store.model import OfficeSetUp
from tests.store.desk import Clock, OpenFolder


def vault_desk(path: Path, number: int, *, clock: Clock | None = None) -> Casework:
    """Casework on a vault of its own, with an id of its own."""
    path.mkdir(exist_ok=True)
    folder = OpenFolder(path)
    folder.id = f"{number:016x}"
    clock = clock or Clock()
    desk = Casework(folder, clock=clock, today=clock.today, zone=UTC)
    desk.purpose_answer = lambda _needed: "Sparring"
    return desk


def member(path: Path, number: int, name: str, *, office: str = "", clock: Clock | None = None) -> Casework:
    """A counsellor with an office of their own."""
    desk = vault_desk(path, number, clock=clock)
    desk.set_up(OfficeSetUp(office=office or f"Kontor {number}", author=name))
    return desk


def card_of(desk: Casework) -> Card:
    """The card that a counsellor gives to others."""
    return cards.read(desk.carried_card())


def trusts(desk: Casework, other: Casework) -> None:
    """Let one know the other, compared."""
    card = card_of(other)
    desk.trust_card(card.text, compared=card.fingerprint)


def circle(root: Path, *names: str) -> list[Casework]:
    """Counsellors of as many offices, each of whom knows all the others."""
    desks = [member(root / f"{number}", number, name) for number, name in enumerate(names, start=1)]
    for one in desks:
        for other in desks:
            if other is not one:
                trusts(one, other)
    return desks


def shares(desk: Casework, case: str, *others: Casework) -> None:
    """Let others read a case and write in it."""
    for other in others:
        desk.share_case(case, other.office().author_id, "Vi arbejder sammen om sagen.")
