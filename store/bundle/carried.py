"""What a bundle carries for another vault: entries as they were verified, cards, playbooks, the sender's checkpoint."""

from __future__ import annotations

from dataclasses import dataclass

from store.cards import Card
from store.journal import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What there is to take in; nothing of it counts by itself.

    Attributes:
        entries: of one case, in the order of its journal.
        cards: of its authors, by their own word.
        playbooks: their bytes.
        checkpoint: of the sender's vault, as text; its signature holds.
        manifest_digest: `sha256:<hex>` of the tag manifest, which is what the signature covers.
    """

    entries: tuple[Read, ...]
    cards: tuple[Card, ...]
    playbooks: tuple[bytes, ...]
    checkpoint: str
    manifest_digest: str
