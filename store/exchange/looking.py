"""What lies in an exchange folder: sealed files of anybody, under any name.

The content decides and never the name; what can't be read is left alone.
"""

from __future__ import annotations

import hashlib
import heapq
import io
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store.age.errors import AgeError, NoMatch
from store.age.keys import Identity
from store.cards import Card
from store.errors import disk_errors
from store.exchange.envelope import (
    BEFORE_SENDER,
    LARGEST,
    LARGEST_CARD_LINE,
    LARGEST_HEAD,
    LARGEST_STRANGERS_HEAD,
    SIGNATURE_END,
    Envelope,
    EnvelopeInvalid,
    Head,
    read,
    read_card,
    read_head,
)
from store.exchange.folder import LARGEST_SEALED, require
from store.files import open_to_read

if TYPE_CHECKING:
    from store.age.reader import DecryptingReader

_MAGIC: Final = b"age-encryption.org/v1\n"
MAX_FILES: Final = 20_000
HELD_MOST: Final = 64 * 1024 * 1024
"""Bytes of opened envelopes that are held at a time; the others wait until these are taken in."""
MAX_STRANGERS: Final = 200
"""Senders who do not count whose cards are held at a time."""
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
        foreign: sealed files for others.
        damaged: sealed files that are cut short, changed, or no envelopes: perhaps still on their way.
        passed_over: files that are too large or were too many to look at.
        beyond: how many of these were too many: another look may find them.
        rest: names that were not looked at yet: what was found is to be let go of first.
    """

    envelopes: tuple[Envelope, ...] = ()
    strangers: Mapping[str, Card | None] = field(default_factory=dict)
    more_strangers: int = 0
    foreign: int = 0
    damaged: int = 0
    passed_over: int = 0
    beyond: int = 0
    rest: tuple[str, ...] = ()


def look(
    folder: Path,
    identities: Sequence[Identity],
    *,
    known: Mapping[str, str],
    besides: Collection[str] = (),
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Found:
    """Open what is sealed for these identities, up to `HELD_MOST` bytes of it. Nothing is written.

    Of who does not count, the head and the card are read, and nothing more.

    Args:
        folder: of any file system.
        identities: tried on every sealed file.
        known: the senders who count: device -> author id.
        besides: names that are one's own.
        names: `rest` of the look before; all that lies there without it, in an order that nobody can foresee.
        progress: called with (done, of how many).
        cancelled: asked before each file; what was found so far is given.

    Raises:
        FolderMissing: there is no such folder.
        DiskFailed: it can't be listed.
    """
    beyond = 0
    if names is None:
        names, beyond = _names(folder, besides)
    held = _Held(identities, known)
    rest: Sequence[str] = ()
    for done, name in enumerate(names):
        if cancelled is not None and cancelled():
            break
        if progress is not None:
            progress(done, len(names))
        if not held.open(folder / name):
            rest = names[done:]
            break
    return held.found(beyond, tuple(rest))


class _Held:
    """What was opened and is held."""

    def __init__(self, identities: Sequence[Identity], known: Mapping[str, str]) -> None:
        self._identities = identities
        self._known = known
        self._authors = frozenset(known.values())
        self._envelopes: dict[bytes, Envelope] = {}
        self._bytes = 0
        self._strangers: dict[str, Card | None] = {}
        self._more: set[str] = set()
        self._foreign = self._damaged = self._passed_over = 0

    def found(self, beyond: int, rest: tuple[str, ...]) -> Found:
        return Found(
            envelopes=tuple(sorted(self._envelopes.values(), key=lambda one: (one.made_at, one.number))),
            strangers=self._strangers,
            more_strangers=len(self._more),
            foreign=self._foreign,
            damaged=self._damaged,
            passed_over=self._passed_over + beyond,
            beyond=beyond,
            rest=rest,
        )

    def open(self, path: Path) -> bool:
        """Whether there was room for it; nothing of it is held where there was not."""
        try:
            with open_to_read(path, follow=False) as file:
                if file.read(len(_MAGIC)) != _MAGIC:
                    return True
                size = os.fstat(file.fileno()).st_size
                if size > LARGEST_SEALED:
                    self._passed_over += 1
                    return True
                file.seek(0)
                return self._open(file, size)
        except NoMatch:
            self._foreign += 1
        except (AgeError, EnvelopeInvalid):
            self._damaged += 1
        except OSError:
            # A link, no file, gone meanwhile, or the stick was pulled out: as if it were not there.
            pass
        return True

    def _open(self, file: io.BufferedReader, size: int) -> bool:
        with _opened(file, self._identities) as reader:
            text = _beginning(reader, self._authors)
            head = read_head(text)
            card = read_card(text[head.size :].partition(b"\n")[0])
            if not self._counts(head, card):
                self._keep_card(head.device, card)
                return True
            mark = hashlib.sha256(text[: head.size]).digest()
            if mark in self._envelopes:
                return True
            if self._envelopes and self._bytes + size > HELD_MOST:
                return False
            text += reader.read(LARGEST + 1 - len(text))
            # A failure looks like an end until the next byte is asked for.
            if len(text) <= LARGEST:
                reader.read(1)
        self._envelopes[mark] = read(text)
        self._bytes += len(text)
        return True

    def _counts(self, head: Head, card: Card) -> bool:
        """Whether anything of it may be used: by a device that counts, or one on a card that such a device signed."""
        return self._known.get(head.device) == head.sender or (
            head.device in card.devices and self._known.get(card.signer) == head.sender
        )

    def _keep_card(self, device: str, card: Card) -> None:
        if device in self._strangers:
            return
        if len(self._strangers) < MAX_STRANGERS:
            self._strangers[device] = card if device in card.devices else None
        else:
            self._more.add(device)


def _opened(file: io.BufferedReader, identities: Sequence[Identity]) -> DecryptingReader:
    from store.age.reader import DecryptingReader

    return DecryptingReader(file, identities, armored=False, threads=1)


def _beginning(reader: DecryptingReader, authors: Collection[str]) -> bytes:
    """The head, its signature and the line with the card, as far as they are there and no longer than they may be."""
    text = bytearray(reader.read(_PIECE))
    sender = text[len(BEFORE_SENDER) :][:32].decode("ascii", "replace")
    most = LARGEST_HEAD if text.startswith(BEFORE_SENDER) and sender in authors else LARGEST_STRANGERS_HEAD
    end = _read_until(reader, text, SIGNATURE_END, 0, most)
    if end >= 0:
        _read_until(reader, text, b"\n", end + len(SIGNATURE_END), LARGEST_CARD_LINE + 1)
    return bytes(text)


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


def _names(folder: Path, besides: Collection[str]) -> tuple[list[str], int]:
    """Names to look at, and how many there are besides: which, and in which order, no name has a say in."""
    require(folder)
    order = secrets.SystemRandom()
    count = 0

    def others(listing: Iterable[os.DirEntry[str]]) -> Iterator[tuple[float, str]]:
        nonlocal count
        for one in listing:
            # A name with a dot in front is somebody's temporary file, or a program's own.
            if not one.name.startswith(".") and one.name not in besides and not one.is_symlink():
                count += 1
                yield order.random(), one.name

    with disk_errors(folder), os.scandir(folder) as listing:
        names = [name for _place, name in heapq.nsmallest(MAX_FILES, others(listing))]
    return names, count - len(names)
