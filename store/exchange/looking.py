"""What lies in an exchange folder: sealed files of anybody, under any name.

The content decides and never the name; what can't be read is left alone. Which files a round looks at is decided in
`store.exchange.listing`.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from store.age.errors import AgeError, HeaderFailure, NoMatch
from store.age.header import HeaderParser
from store.age.keys import Identity
from store.age.stream import NONCE_SIZE, SEALED_CHUNK_SIZE
from store.cards import Card
from store.exchange import listing
from store.exchange.envelope import LARGEST, LARGEST_CARD_LINE, Envelope, read, read_card
from store.exchange.folder import LARGEST_SEALED, Folder
from store.exchange.head import (
    LARGEST_HEAD,
    LARGEST_STRANGERS_HEAD,
    SIGNATURE_END,
    EnvelopeInvalid,
    Signed,
    claimed_sender,
    read_signed,
)
from store.exchange.listing import Item, Lane, Looked, Memory, Plan, Verdict

if TYPE_CHECKING:
    from store.age.reader import DecryptingReader

HELD_MOST: Final = 64 * 1024 * 1024
"""Bytes of opened envelopes that are held at a time; the others wait until these are taken in."""
_MAGIC: Final = b"age-encryption.org/v1\n"
_LARGEST_HEADER: Final = 4096
"""Bytes of the header of a sealed file; an envelope's, which has one recipient, has 168."""
_RECIPIENT: Final = "X25519"
_PIECE: Final = 16 * 1024

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was in a folder for the holder of some identities, as much as is held at a time.

    Attributes:
        envelopes: of senders who count, read and their signatures verified, each once however many copies there were.
        strangers: device -> card, of senders who do not count; None where the card is not of that device.
        more_strangers: devices of such senders besides those.
        revoked: envelopes by keys that count no more.
        foreign: sealed files for others.
        damaged: sealed files that are cut short, changed, or no envelopes: perhaps still on their way.
        passed_over: files that are too large or were too many to look at.
        beyond: how many of these were too many: another look finds them.
        looked: what is to be remembered: mark of a file -> what it was, where that is news.
        turns: where the lanes go on that have more than one round looks at.
        rest: what was not looked at yet: what was found is to be let go of first. None where that is nothing.
    """

    envelopes: tuple[Envelope, ...] = ()
    strangers: Mapping[str, Card | None] = field(default_factory=dict)
    more_strangers: int = 0
    revoked: int = 0
    foreign: int = 0
    damaged: int = 0
    passed_over: int = 0
    beyond: int = 0
    looked: Mapping[bytes, Looked] = field(default_factory=dict)
    turns: Mapping[Lane, bytes] = field(default_factory=dict)
    rest: Plan | None = None


def look(
    folder: Folder,
    identities: Sequence[Identity],
    *,
    known: Mapping[str, str],
    revoked: Collection[str] = (),
    memory: Memory,
    plan: Plan,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Found:
    """Open what is sealed for these identities, up to `HELD_MOST` bytes of it. Nothing is written.

    Of who does not count, the first 64 KiB are opened at most, for the head and the card.

    Args:
        folder: of any file system, opened.
        identities: tried on every sealed file.
        known: the senders who count: device -> author id.
        revoked: devices that count no more.
        memory: what is remembered of the folder.
        plan: of `store.exchange.listing`, or `rest` of the look before.
        progress: called with (done, of how many).
        cancelled: asked before each file; what was found so far is given.

    Raises:
        DiskGone, DiskFailed: the folder does not answer any more.
    """
    held = _Held(identities, known, frozenset(revoked), memory, plan)
    for count, item in enumerate(plan.items):
        if cancelled is not None and cancelled():
            break
        if progress is not None:
            progress(plan.done + count, plan.done + len(plan.items))
        if not held.look(folder, item):
            return held.found(rest=plan.after(count))
    return held.found()


class _NoRoom(Exception):
    """As much is held as may be."""


class _Held:
    """What was opened and is held."""

    def __init__(
        self,
        identities: Sequence[Identity],
        known: Mapping[str, str],
        revoked: frozenset[str],
        memory: Memory,
        plan: Plan,
    ) -> None:
        self._identities = identities
        self._known = known
        self._revoked = revoked
        self._authors = frozenset(known.values())
        self._memory = memory
        self._plan = plan
        self._envelopes: dict[bytes, Envelope] = {}
        self._bytes = 0
        self._strangers: dict[str, Card | None] = {}
        self._more: set[str] = set()
        self._counts = dict.fromkeys(Verdict, 0)
        self._looked: dict[bytes, Looked] = {}
        self._turns: dict[Lane, bytes] = {}
        self._sender = ""

    def found(self, rest: Plan | None = None) -> Found:
        # Who is only remembered is counted once, with the last part.
        more = self._more | (self._plan.devices if rest is None else frozenset())
        counts = {verdict: count + self._plan.known.get(verdict, 0) for verdict, count in self._counts.items()}
        return Found(
            envelopes=tuple(sorted(self._envelopes.values(), key=lambda one: (one.made_at, one.number))),
            strangers=self._strangers,
            more_strangers=len(more - self._strangers.keys() - self._revoked),
            revoked=counts[Verdict.REVOKED],
            foreign=counts[Verdict.FOREIGN],
            damaged=counts[Verdict.DAMAGED],
            passed_over=counts[Verdict.LARGE] + self._plan.beyond,
            beyond=self._plan.beyond,
            looked=self._looked,
            turns=self._turns,
            rest=rest,
        )

    def look(self, folder: Folder, item: Item) -> bool:
        """Whether there was room for it; nothing of it is held where there was not."""
        self._sender = ""
        try:
            with folder.open(item.name) as file:
                said = self._look(file)
        except _NoRoom:
            return False
        except NoMatch:
            said = Looked(verdict=Verdict.FOREIGN)
        except (AgeError, EnvelopeInvalid):
            said = Looked(verdict=Verdict.DAMAGED, sender=self._sender)
        except OSError:
            # A link, no file, or gone meanwhile: as if it were not there. Of a stick that is out that is not said.
            folder.require_answer()
            return True
        self._counts[said.verdict] += 1
        if self._memory.looked.get(item.mark) != said:
            self._looked[item.mark] = said
        if item.lane in self._plan.cut:
            self._turns[item.lane] = item.mark
        return True

    def _look(self, file: io.BufferedReader) -> Looked:
        front = file.read(_LARGEST_HEADER)
        if not front.startswith(_MAGIC):
            return Looked(verdict=Verdict.NONE)
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_SEALED:
            return Looked(verdict=Verdict.LARGE)
        if not _has_one_recipient(front):
            return Looked(verdict=Verdict.FOREIGN)
        # Whose it is stands in the first chunk: no more is read of who does not count.
        front += file.read(_LARGEST_HEADER + NONCE_SIZE + SEALED_CHUNK_SIZE - len(front))
        with opened(io.BytesIO(front), self._identities) as reader:
            text = bytearray(reader.read(_PIECE))
            self._sender = claimed_sender(bytes(text))
            if self._sender not in self._authors or size <= len(front):
                return self._take(reader, text, size)
        file.seek(0)
        with opened(file, self._identities) as reader:
            return self._take(reader, bytearray(), size)

    def _take(self, reader: DecryptingReader, text: bytearray, size: int) -> Looked:
        _read_beginning(reader, text, LARGEST_HEAD if self._sender in self._authors else LARGEST_STRANGERS_HEAD)
        signed = read_signed(bytes(text))
        card = read_card(bytes(text[signed.size :]).partition(b"\n")[0])
        if self._is_revoked(signed, card):
            return Looked(verdict=Verdict.REVOKED, sender=signed.sender, device=signed.device)
        # Before what the head says is read: it may be long, and whoever sealed it can name anybody as its sender.
        if not self._may_be_used(signed, card):
            self._keep_card(signed.device, card)
            return Looked(verdict=Verdict.STRANGER, sender=signed.sender, device=signed.device)
        said = Looked(verdict=Verdict.COUNTS, sender=signed.sender)
        mark = hashlib.sha256(text[: signed.size]).digest()
        if mark in self._envelopes:
            return said
        if self._envelopes and self._bytes + size > HELD_MOST:
            raise _NoRoom
        text += reader.read(LARGEST + 1 - len(text))
        # A failure looks like an end until the next byte is asked for.
        if len(text) <= LARGEST:
            reader.read(1)
        self._envelopes[mark] = read(bytes(text))
        self._bytes += len(text)
        return said

    def _may_be_used(self, signed: Signed, card: Card) -> bool:
        """Whether it is by a device that counts, or by one on a card that such a device signed."""
        return self._known.get(signed.device) == signed.sender or (
            signed.device in card.devices and self._known.get(card.signer) == signed.sender
        )

    def _is_revoked(self, signed: Signed, card: Card) -> bool:
        """Whether it is by a key that counts no more, or by one that is known by a card only that such a key signed.

        A workstation that counts may carry the card that the first one signed, until it hears that this was revoked.
        """
        if self._known.get(signed.device) == signed.sender:
            return False
        return signed.device in self._revoked or (signed.device in card.devices and card.signer in self._revoked)

    def _keep_card(self, device: str, card: Card) -> None:
        if device in self._strangers:
            return
        if len(self._strangers) < listing.MAX_STRANGERS:
            self._strangers[device] = card if device in card.devices else None
        else:
            self._more.add(device)


def _has_one_recipient(front: bytes) -> bool:
    """Whether the header is one that an envelope can have; with a thousand recipients it would take long to try.

    Raises:
        HeaderFailure: it is malformed, cut short, or longer than any.
    """
    parsed = HeaderParser().feed(front)
    if parsed is None:
        raise HeaderFailure("the header is longer than an envelope's")
    stanzas = parsed[0].stanzas
    return len(stanzas) == 1 and stanzas[0].type == _RECIPIENT


def opened(file: io.BytesIO | io.BufferedReader, identities: Sequence[Identity]) -> DecryptingReader:
    """What a sealed file holds.

    Raises:
        AgeError: it is none, or for none of these identities.
    """
    from store.age.reader import DecryptingReader

    return DecryptingReader(file, identities, armored=False, threads=1)


def _read_beginning(reader: DecryptingReader, text: bytearray, most: int) -> None:
    """The head, its signature and the line with the card, as far as they are there and no longer than they may be."""
    end = _read_until(reader, text, SIGNATURE_END, 0, most)
    if end >= 0:
        _read_until(reader, text, b"\n", end + len(SIGNATURE_END), LARGEST_CARD_LINE + 1)


def _read_until(reader: DecryptingReader, text: bytearray, sign: bytes, start: int, most: int) -> int:
    """Where the sign begins, at most so many bytes from the start; -1 where it does not."""
    searched = start
    while (place := text.find(sign, searched, start + most)) < 0 and len(text) < start + most:
        searched = max(start, len(text) - len(sign))
        more = reader.read(_PIECE)
        if not more:
            break
        text += more
    return place
