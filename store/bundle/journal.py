"""`data/journal.jsonl`: the signed entries of a case as they were kept, one a line, and what they say of themselves.

A line is `{"header":"...","signature":"<base64>","salt":"<base64>"|null,"payload":"..."|null}` (docs/bundle-format.md):
header and payload are the very bytes, as text, that were signed and committed to.
"""

from __future__ import annotations

import base64
import binascii
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from store.age.blocks import available_cores
from store.bundle import json_strict
from store.bundle.errors import OpenCancelled
from store.bundle.looking import Looking
from store.bundle.names import JOURNAL
from store.bundle.stopping import asking
from store.entry import EntryInvalid, Header, SpaceKind, entry_id, verified
from store.model import StoredEntry

_FEW_ITEMS: Final = 32
MAX_LINE: Final = 7 * 1024 * 1024
"""Bytes. A payload is at most 1 MiB, and a character takes at most 6 bytes more as an escape than as itself."""

Each = Callable[[StoredEntry, Header, dict[str, Any] | None], None]

_Verified = tuple[StoredEntry, Header, dict[str, Any] | None]

_BATCH: Final = 128
_NAMES: Final = {"header", "signature", "salt", "payload"}


class JournalRefused(ValueError):
    """A journal whose entries do not hold.

    Attributes:
        line: which line, from 1; 0 where it is about the whole.
        reason: technical English, nothing of the content.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Entries that were each verified.

    Attributes:
        space: the id of the case; empty where there is no entry.
        entries: how many.
        devices: the key that signed each entry, hex.
        without_payload: how many came without their payload (erased or withheld).
        missing: ids of entries that others build on and that are not there.
        gaps: how many entries of a feed are not there, by their sequence numbers.
        forks: how many times one device wrote two entries of one number; both are kept.
        summary: the same that `summary_of` gave when the bundle was made, if nothing is missing.
    """

    space: str
    entries: int
    devices: tuple[str, ...]
    without_payload: int
    missing: tuple[str, ...]
    gaps: int
    forks: int
    summary: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing, as far as the entries themselves tell, and none is without its payload."""
        return not (self.missing or self.gaps or self.without_payload)


def write_journal(entries: Iterable[StoredEntry], *, cancelled: Callable[[], bool] | None = None) -> bytes:
    """All entries in the order given, one line each.

    Raises:
        SealCancelled: `cancelled` said so.
        ValueError: an entry of anything but a case. What is said in the sessions of a programme is kept in spaces of
            another kind (VM-3), and no bundle takes it along by mistake.
    """
    entries = tuple(entries)
    if any(Header.parse(entry.header).space_kind is not SpaceKind.CASE for entry in asking(entries, cancelled)):
        raise ValueError("only the entries of a case go into a bundle")
    return b"".join(write_line(entry) for entry in asking(entries, cancelled))


def summary_of(entries: Sequence[StoredEntry]) -> dict[str, Any]:
    """How many entries there are, how many without payload, and the head of each device's feed."""
    return _summary(
        {entry.id: Header.parse(entry.header) for entry in entries}, sum(entry.payload is None for entry in entries)
    )


def read_journal(
    data: bytes,
    *,
    looking: Looking | None = None,
    cancelled: Callable[[], bool] | None = None,
    each: Each | None = None,
) -> Journal:
    """Read and verify every entry: strict JSON, header, id, signature, commitment, chain, order, one space.

    Args:
        data: the file.
        looking: what may still be spent; the usual allowance where nobody says.
        cancelled: asked now and then.
        each: called with every entry as it was verified, in the order of the journal.

    Raises:
        JournalRefused: with the first line that does not hold.
        TooMuch: there is more of it than may be looked at.
        OpenCancelled: `cancelled` said so.
    """
    looking = looking or Looking()
    if data and not data.endswith(b"\n"):
        raise JournalRefused(0, "the last line has no end")
    looking.entries(data.count(b"\n"))
    headers: dict[str, Header] = {}
    space = ""
    forks = without_payload = 0
    places: set[tuple[str, int]] = set()
    for number, (entry, header, payload) in enumerate(_verified(_entries(data, looking, cancelled)), start=1):
        if entry.id in headers:
            raise JournalRefused(number, "the same entry twice")
        if header.space_kind is not SpaceKind.CASE or header.space != (space := space or header.space):
            raise JournalRefused(number, "an entry of another space")
        forks += (header.device, header.sequence) in places
        places.add((header.device, header.sequence))
        headers[entry.id] = header
        without_payload += entry.payload is None
        if each is not None:
            each(entry, header, payload)
    _check_chain(headers)
    return Journal(
        space=space,
        entries=len(headers),
        devices=tuple(header.device for header in headers.values()),
        without_payload=without_payload,
        missing=_missing(headers),
        gaps=_gaps(places),
        forks=forks,
        summary=_summary(headers, without_payload),
    )


def items_of(entry: StoredEntry) -> int:
    """Brackets, braces and commas of the payload; where they are few, those in its texts are counted with them."""
    payload = entry.payload
    if payload is None:
        return 0
    rough = payload.count(b",") + 2 * (payload.count(b"[") + payload.count(b"{"))
    return rough if rough <= _FEW_ITEMS else json_strict.count_items(payload)


def _summary(headers: dict[str, Header], without_payload: int) -> dict[str, Any]:
    heads: dict[str, tuple[int, str]] = {}
    for id, header in headers.items():
        if header.sequence > heads.get(header.device, (0, ""))[0]:
            heads[header.device] = header.sequence, id
    return {
        "entries": len(headers),
        "without_payload": without_payload,
        "feeds": [
            {"device": device, "sequence": sequence, "head": head} for device, (sequence, head) in sorted(heads.items())
        ],
    }


def _entries(data: bytes, looking: Looking, cancelled: Callable[[], bool] | None) -> Iterator[StoredEntry]:
    """The entries as they are written, and no more of them than may be built in memory."""
    for number, line in enumerate(_lines(data), start=1):
        if cancelled is not None and number % 256 == 0 and cancelled():
            raise OpenCancelled
        entry = read_line(number, line)
        looking.items(items_of(entry), file=JOURNAL)
        yield entry


def _verified(entries: Iterable[StoredEntry]) -> Iterator[_Verified]:
    """Each entry verified, in order, on all cores where there are many: the signatures take two thirds of the time.

    Raises:
        JournalRefused: with the first that does not hold.
    """
    batches = _batches(entries)
    first = next(batches, [])
    yield from _verify(first, 1)
    some = next(batches, [])
    if not some:
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    number = len(first) + 1
    refused: JournalRefused | None = None
    out = deque[Future[list[_Verified]]]()
    with ThreadPoolExecutor(available_cores(), thread_name_prefix="segl-verify") as pool:
        try:
            while some or out:
                if some:
                    out.append(pool.submit(_verify, some, number))
                    number += len(some)
                if not some or len(out) > available_cores():
                    yield from out.popleft().result()
                try:
                    some = next(batches, [])
                except JournalRefused as refusal:
                    # It stands behind those that are out: of two lines that do not hold the first is told.
                    refused, some = refusal, []
        finally:
            for one in out:
                one.cancel()
    if refused is not None:
        raise refused


def _batches(entries: Iterable[StoredEntry]) -> Iterator[list[StoredEntry]]:
    """Batches, the last of them also where reading ends with a refusal, which comes after it."""
    batch: list[StoredEntry] = []
    try:
        for entry in entries:
            batch.append(entry)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except JournalRefused:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _verify(entries: Sequence[StoredEntry], number: int) -> list[_Verified]:
    """Verify entries of which the first stands in the line `number`."""
    found = []
    for place, entry in enumerate(entries, start=number):
        try:
            found.append((entry, *verified(entry)))
        except EntryInvalid as error:
            raise JournalRefused(place, error.fault) from None
    return found


def _lines(data: bytes) -> Iterator[bytes]:
    """One by one: a copy of all of them would double what a hostile file takes."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start:end]
        start = end + 1


def write_line(entry: StoredEntry) -> bytes:
    """One entry of any space as a line, its end too."""
    line = {
        "header": entry.header.decode("ascii"),
        "signature": base64.b64encode(entry.signature).decode("ascii"),
        "salt": None if entry.salt is None else base64.b64encode(entry.salt).decode("ascii"),
        "payload": None if entry.payload is None else entry.payload.decode("utf-8"),
    }
    return (json_strict.dumps(line) + "\n").encode("utf-8")


def read_line(number: int, line: bytes) -> StoredEntry:
    """Read one line strictly; nothing of the entry is verified but its form.

    Raises:
        JournalRefused: it is no strict JSON with these names and nothing else, or is too long.
    """
    if len(line) > MAX_LINE:
        raise JournalRefused(number, f"longer than {MAX_LINE} bytes")
    try:
        value = json_strict.loads(line, max_items=16, max_depth=2)
    except json_strict.JsonRefused as error:
        raise JournalRefused(number, str(error)) from None
    if not isinstance(value, dict) or set(value) != _NAMES:
        raise JournalRefused(number, "other names than header, signature, salt and payload")
    header, payload = value["header"], value["payload"]
    if not isinstance(header, str) or not isinstance(payload, str | None):
        raise JournalRefused(number, "a value of the wrong type")
    signature = _base64(number, value["signature"])
    raw = header.encode("utf-8")
    return StoredEntry(
        id=entry_id(raw),
        header=raw,
        signature=signature,
        salt=None if value["salt"] is None else _base64(number, value["salt"]),
        payload=None if payload is None else payload.encode("utf-8"),
    )


def _base64(number: int, value: object) -> bytes:
    if not isinstance(value, str):
        raise JournalRefused(number, "a value of the wrong type")
    try:
        data = binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        raise JournalRefused(number, "not base64") from None
    if binascii.b2a_base64(data, newline=False).decode("ascii") != value:
        raise JournalRefused(number, "base64 written in another way than there is")
    return data


def _check_chain(headers: dict[str, Header]) -> None:
    """Where the entry before is there, it must be the same device's with the number before; none stands before what
    it builds on.
    """
    seen = set[str]()
    for line, (id, header) in enumerate(headers.items(), start=1):
        seen.add(id)
        if any(parent in headers and parent not in seen for parent in header.parents):
            raise JournalRefused(line, "it stands before an entry that it builds on")
        before = headers.get(header.previous) if header.previous else None
        if before and (before.device != header.device or before.sequence != header.sequence - 1):
            raise JournalRefused(line, "it does not follow the entry that it names as the one before")


def _missing(headers: dict[str, Header]) -> tuple[str, ...]:
    return tuple({parent: None for header in headers.values() for parent in header.parents if parent not in headers})


def _gaps(places: set[tuple[str, int]]) -> int:
    highest: dict[str, int] = {}
    for device, sequence in places:
        highest[device] = max(highest.get(device, 0), sequence)
    return sum(highest.values()) - len(places)
