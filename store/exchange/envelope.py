"""One envelope: new entries for one recipient, signed by the sender's device. The form is `docs/exchange-format.md`.

What is signed is a short head with the digest of the body, so that nothing of a body is looked at before its sender is
known. Reading is strict: there is one way to write an envelope, and its size is bounded before anything is built.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import cards, sshsig
from store.bundle import json_strict
from store.bundle.journal import MAX_ITEMS, JournalRefused, items_of, read_line, write_line
from store.cards import Card
from store.entry import SpaceKind, read_time, write_time
from store.model import StoredEntry
from store.signed_text import SignDocument

NAMESPACE: Final = "segl-envelope"
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of the plain text."""
MAX_ENTRIES: Final = 4000
FULL: Final = 8 * 1024 * 1024
"""Bytes of entries after which the next envelope is begun."""
LARGEST_HEAD: Final = 4 * 1024 * 1024
"""Bytes of the head and its signature."""
LARGEST_STRANGERS_HEAD: Final = 32 * 1024
"""Bytes of them, where nobody is known by the id that the head begins with."""
LARGEST_CARD_LINE: Final = 64 * 1024
"""Bytes of the line with the card; together with the head what a stranger's file may cost."""
_SIGNATURE_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----\n"
SIGNATURE_END: Final = b"-----END SSH SIGNATURE-----\n"

Vector = Mapping[str, tuple[str, ...]]
"""Space -> heads."""

_FORM: Final = re.compile(
    rb"segl-envelope v1\n"
    rb"from (?P<sender>[0-9a-f]{32})\n"
    rb"to (?P<recipient>[0-9a-f]{32})\n"
    rb"number (?P<number>[1-9][0-9]{0,14})\n"
    rb"heard (?P<heard>0|[1-9][0-9]{0,14})\n"
    rb"made-at (?P<made_at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    rb"(?P<have>(?:have [0-9a-f]{32} [0-9a-f]{64}\n)*)"
    rb"entries (?P<entries>0|[1-9][0-9]{0,5})\n"
    rb"body sha256:(?P<body>[0-9a-f]{64})\n"
)


_CLAIMED: Final = re.compile(rb"segl-envelope v1\nfrom ([0-9a-f]{32})\n")


class EnvelopeInvalid(SeglError):
    """A sealed text that is no envelope, or was not signed by who it says.

    Attributes:
        fault: which rule it breaks, kebab-case.
    """

    code: ClassVar[str] = "envelope-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("A file in the folder is sealed for you and is no envelope, or was changed ({fault}).").format(
                fault=self.fault
            ),
            safe=_("Nothing of it was taken in."),
            todo=_("Ask whoever uses the folder with you; nothing of theirs is lost by it."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Whose head it is; what it says was not looked at.

    Attributes:
        sender: author id, as it says.
        device: the key that signed it, hex.
        lines: bytes of the lines that are signed.
        size: bytes of them with the signature; the body begins there.
    """

    sender: str
    device: str
    lines: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What head and envelope have in common, as the signed lines say it.

    Attributes:
        sender: author id, as it says; whose key that is, and whether it counts, is for the vault.
        device: the key that signed it, hex.
        recipient: author id of whom it is for.
        number: of this sender's device, rising.
        heard: the number of the newest envelope of the recipient that the sender had read.
        have: what the sender has of the spaces that the recipient may read.
    """

    sender: str
    device: str
    recipient: str
    number: int
    heard: int
    made_at: datetime
    have: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Head(_Said):
    """What is signed of an envelope, its signature verified; nothing of the body was looked at.

    Attributes:
        entries: how many the body has.
        body: SHA-256 of it, hex.
        size: bytes of the head with its signature; the body begins there.
    """

    entries: int
    body: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(_Said):
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


def claimed_sender(text: bytes) -> str:
    """The author id that an envelope begins with, by nobody's word; empty where it begins otherwise."""
    match = _CLAIMED.match(text)
    return match[1].decode("ascii") if match else ""


def read_signed(text: bytes) -> Signed:
    """Check that the key that a head was signed with signed it: little work, whatever is in the head.

    Args:
        text: an envelope, or its beginning.

    Raises:
        EnvelopeInvalid: it is no envelope, or the signature does not hold.
    """
    end = text.find(SIGNATURE_END, 0, LARGEST_HEAD)
    begin = text.rfind(_SIGNATURE_BEGIN, 0, max(end, 0))
    sender = claimed_sender(text)
    if begin < 0 or not sender:
        raise EnvelopeInvalid("form")
    size = end + len(SIGNATURE_END)
    try:
        device = sshsig.verify(text[begin:size].decode("ascii"), text[:begin], namespace=NAMESPACE).hex()
    except (sshsig.SignatureInvalid, sshsig.SignatureMalformed, UnicodeDecodeError):
        raise EnvelopeInvalid("signature") from None
    return Signed(sender=sender, device=device, lines=begin, size=size)


def read_head(text: bytes) -> Head:
    """Read the head strictly and check that the key that it was signed with signed it.

    Args:
        text: an envelope, or its beginning.

    Raises:
        EnvelopeInvalid: with the first rule it breaks.
    """
    signed = read_signed(text)
    match = _FORM.fullmatch(text, 0, signed.lines)
    if match is None:
        raise EnvelopeInvalid("form")
    try:
        made_at = read_time(match["made_at"].decode("ascii"))
    except ValueError:
        raise EnvelopeInvalid("time") from None
    return Head(
        sender=match["sender"].decode("ascii"),
        device=signed.device,
        recipient=match["recipient"].decode("ascii"),
        number=int(match["number"]),
        heard=int(match["heard"]),
        made_at=made_at,
        have=_vector(match["have"].decode("ascii")),
        entries=int(match["entries"]),
        body=match["body"].decode("ascii"),
        size=signed.size,
    )


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


def _vector(lines: str) -> dict[str, tuple[str, ...]]:
    pairs = [tuple(line.split(" ")[1:]) for line in lines.splitlines()]
    if pairs != sorted(set(pairs)):
        raise EnvelopeInvalid("have")
    found: dict[str, list[str]] = {}
    for space, head in pairs:
        found.setdefault(space, []).append(head)
    return {space: tuple(heads) for space, heads in found.items()}


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
