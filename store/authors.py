"""Whose signature counts: from the keys of this vault, over certificates, to the cards of everybody else.

A card says which devices are somebody's. It counts when a device that counts already signed it as its author's own, or
when a certificate by such a device names this very card. Nothing that a stranger's entry says of itself makes it known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.projections import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who writes in the journal, as a card that counts says.

    Attributes:
        id: 32 hex digits.
        devices: signing keys, hex.
        recipient: `age1...`.
    """

    id: str
    name: str
    office: str
    devices: tuple[str, ...]
    recipient: str


def known_authors(rows: Iterable[Standing], own: Iterable[str]) -> tuple[Author, ...]:
    """The authors whose cards count.

    Args:
        rows: what stands in the office space.
        own: the devices of this vault.
    """
    cards = [row for row in rows if row.subject.startswith("card/")]
    certificates = [row for row in rows if row.subject.startswith("certificate/")]
    counting = set(own)
    authors: dict[str, Author] = {}
    # Each card that counts may make another one count, so what is left is looked at again.
    while card := next((card for card in cards if _counts(card, certificates, counting, authors, own)), None):
        cards.remove(card)
        counting.update(card.value["devices"])
        authors[card.value["author"]] = Author(
            id=card.value["author"],
            name=card.value["name"],
            office=card.value["office"],
            devices=tuple(card.value["devices"]),
            recipient=card.value["recipient"],
        )
    return tuple(authors.values())


def _counts(
    card: Standing,
    certificates: Sequence[Standing],
    counting: set[str],
    authors: dict[str, Author],
    own: Iterable[str],
) -> bool:
    if card.device not in card.value["devices"]:
        return False
    before = authors.get(card.value["author"])
    by_oneself = card.device in before.devices if before else card.device in own
    return by_oneself or any(
        certificate.value["card"] == card.entry and certificate.device in counting for certificate in certificates
    )
