"""The envelope: what whoever knows the recipient may put into one, and what it may cost."""

from __future__ import annotations

import pytest

from store import cards
from store.exchange.envelope import read, write
from store.exchange.head import EnvelopeInvalid, Vector
from tests.store.bundle.invented import AT, POLICE_RECIPIENT, Counsellor, entries

STRANGER = Counsellor.of("stranger")
LISTS: dict[str, object] = {"a": [[]] * 16_000}


def enveloped(
    *payloads: dict[str, object], by: Counsellor = STRANGER, number: int = 1, have: Vector | None = None
) -> bytes:
    """An envelope that is right in every other way; the key of it is anybody's."""
    device = by.public.hex()
    card = cards.write(
        by.sign,
        name="S",
        office="O",
        office_id="0f" * 16,
        devices=(device,),
        recipients={device: POLICE_RECIPIENT},
        at=AT,
    )
    return write(
        by.sign,
        sender=cards.author_id(device),
        recipient="b0" * 16,
        number=number,
        heard=0,
        at=AT,
        have=have or {},
        card=card,
        playbooks=(),
        entries=entries(by, payloads, kinds=["later.kind"] * len(payloads)),
    )


def test_what_would_take_too_much_memory_is_refused_before_it_is_built() -> None:
    assert len(read(enveloped(LISTS, {"text": "a, b, [c]"})).entries) == 2
    with pytest.raises(EnvelopeInvalid, match="items"):
        read(enveloped(*[LISTS] * 12))
