"""One envelope: new entries for one recipient, signed by the sender's device. The form is `docs/exchange-format.md`.

Of a body nothing is looked at before its sender is known by the head (`store.exchange.head`). Reading is strict: there
is one way to write an envelope, and its size is bounded before anything is built.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from store import cards
from store.bundle import json_strict
from store.bundle.journal import JournalRefused, items_of, read_line, write_line
from store.bundle.json_strict import MAX_ITEMS
from store.cards import Card
from store.entry import SpaceKind, write_time
from store.exchange.head import NAMESPACE, EnvelopeInvalid, Said, Vector, read_head
from store.model import StoredEntry
from store.signed_text import SignDocument

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of the plain text."""
MAX_ENTRIES: Final = 4000
FULL: Final = 8 * 1024 * 1024
"""Bytes of entries after which the next envelope is begun."""
LARGEST_CARD_LINE: Final = 64 * 1024
"""Bytes of the line with the card; together with the head what a stranger's file may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(Said):
    """What an envelope says, its signature verified.

    Attributes:
        entries: of any spaces, in an order in which each comes after what it builds on.
        playbooks: their bytes.
        card: the sender's, by their own word.
    """

    entries: tuple[StoredEntry, ...]
    playbooks: tuple[bytes, ...]
    card: Card


def write(
    sign: SignDocument,
    *,
    sender: str,
    recipient: str,
    number: int,
    heard: int,
    at: datetime,
    have: Vector,
    card: str,
    playbooks: Sequence[bytes],
    entries: Sequence[StoredEntry],
) -> bytes:
    """The plain text of an envelope, signed; it is for `store.exchange.folder` to seal it."""
    lines = [_line("card", card), *(_line("playbook", base64.b64encode(raw).decode("ascii")) for raw in playbooks)]
    body = b"".join(lines) + b"".join(write_line(entry) for entry in entries)
    head = (
        f"segl-envelope v1\nfrom {sender}\nto {recipient}\nnumber {number}\nheard {heard}\nmade-at {write_time(at)}\n"
        + "".join(f"have {space} {one}\n" for space in sorted(have) for one in sorted(have[space]))
        + f"entries {len(entries)}\nbody sha256:{hashlib.sha256(body).hexdigest()}\n"
    ).encode("ascii")
    return head + sign(head, namespace=NAMESPACE).encode("ascii") + body


def _line(name: str, text: str) -> bytes:
    return (json_strict.dumps({name: text}) + "\n").encode("utf-8")


def read_card(line: bytes) -> Card:
    """The card in the first line of a body, without its line break.

    Raises:
        EnvelopeInvalid: it is none.
    """
    if len(line) > LARGEST_CARD_LINE:
        raise EnvelopeInvalid("card")
    try:
        return cards.read(_text(line, "card"))
    except cards.CardInvalid:
        raise EnvelopeInvalid("card") from None


def read(text: bytes) -> Envelope:
    """Read an envelope strictly and check that the key that it was signed with signed all of it.

    Raises:
        EnvelopeInvalid: with the first rule it breaks.
    """
    if len(text) > LARGEST:
        raise EnvelopeInvalid("too-large")
    head = read_head(text)
    body = text[head.size :]
    if hashlib.sha256(body).hexdigest() != head.body:
        raise EnvelopeInvalid("body")
    card, playbooks, entries = _body(body)
    if len(entries) != head.entries:
        raise EnvelopeInvalid("entries")
    return Envelope(
        sender=head.sender,
        device=head.device,
        recipient=head.recipient,
        number=head.number,
        heard=head.heard,
        made_at=head.made_at,
        have=head.have,
        entries=entries,
        playbooks=playbooks,
        card=card,
    )


def _body(body: bytes) -> tuple[Card, tuple[bytes, ...], tuple[StoredEntry, ...]]:
    lines = body.split(b"\n")
    if lines.pop() != b"":
        raise EnvelopeInvalid("last-line")
    if not lines or len(lines) > MAX_ENTRIES + 64:
        raise EnvelopeInvalid("lines")
    card = read_card(lines[0])
    playbooks = []
    place = 1
    while place < len(lines) and lines[place].startswith(b'{"playbook"'):
        playbooks.append(_bytes(_text(lines[place], "playbook")))
        place += 1
    try:
        entries = tuple(read_line(number, line) for number, line in enumerate(lines[place:], start=place + 1))
    except JournalRefused:
        raise EnvelopeInvalid("entry") from None
    if len({entry.id for entry in entries}) != len(entries):
        raise EnvelopeInvalid("entry-twice")
    # Whoever knows the recipient can seal an envelope: what it would take to build its payloads is known before.
    if sum(items_of(entry) for entry in entries) > MAX_ITEMS:
        raise EnvelopeInvalid("items")
    return card, tuple(playbooks), entries


def _text(line: bytes, name: str) -> str:
    try:
        value = json_strict.loads(line, max_items=4, max_depth=1)
    except json_strict.JsonRefused:
        raise EnvelopeInvalid(name) from None
    if not isinstance(value, dict) or set(value) != {name} or not isinstance(value[name], str):
        raise EnvelopeInvalid(name)
    text: str = value[name]
    return text


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise EnvelopeInvalid("playbook") from None


MAY_CARRY: Final = (SpaceKind.OFFICE, SpaceKind.CASE, SpaceKind.PROGRAMME, SpaceKind.STATUS)
"""In the order in which they are taken in: who counts is decided in the office's space."""
