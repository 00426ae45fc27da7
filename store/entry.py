"""One journal entry: the header that is signed, the commitment to its payload, and the strict reading of both.

The format is `docs/journal-format.md`, 'Entry'. What is verified are the stored bytes; nothing is ever written anew to
be compared. There is one way to write a header, and anything else is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, ClassVar, Final, NoReturn

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.ed25519 import verifies
from store.model import StoredEntry

Payload = Mapping[str, Any]

SALT_SIZE: Final = 32
LARGEST_PAYLOAD: Final = 1 << 20
LARGEST_HEADER: Final = 1 << 17
DEEPEST_PAYLOAD: Final = 12
LARGEST_NUMBER: Final = (1 << 53) - 1
_TO_SECONDS: Final = len("2026-01-31T23:59:59")
_DIGITS: Final = len(str(LARGEST_NUMBER))

_HEADER: Final = re.compile(
    r"segl-entry v1\n"
    r"space (?P<space_kind>case|office|programme|access|status) (?P<space>[0-9a-f]{32})\n"
    r"device (?P<device>[0-9a-f]{64})\n"
    r"sequence (?P<sequence>[1-9][0-9]{0,14})\n"
    r"previous (?P<previous>-|[0-9a-f]{64})\n"
    r"(?P<seen>(?:seen [0-9a-f]{64}\n)*)"
    r"kind (?P<kind>[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)\n"
    r"claimed-at (?P<claimed_at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    r"payload sha256:(?P<commitment>[0-9a-f]{64})\n"
)


class SpaceKind(StrEnum):
    """What a space of the journal is about."""

    CASE = "case"
    OFFICE = "office"
    PROGRAMME = "programme"
    ACCESS = "access"
    STATUS = "status"


_SPACE_KINDS: Final = {kind.value: kind for kind in SpaceKind}


class EntryInvalid(SeglError):
    """An entry is not what its signature, its commitment or the format says it is.

    Attributes:
        fault: which rule it breaks, kebab-case; never anything of the content.
    """

    code: ClassVar[str] = "entry-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("A journal entry is not what it was when it was signed ({fault}).").format(fault=self.fault),
            safe=_("Nothing was changed."),
            todo=_("Run 'segl doctor': it says which entry, and what still holds."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What an entry says of itself; `encode` gives the bytes that are signed.

    Attributes:
        space: the space's id, 32 hex digits.
        device: the Ed25519 public key of the installation, 64 hex digits.
        sequence: the place in the device's feed of this space, from 1.
        previous: id of the device's entry before it in this space; None for the first.
        seen: heads of the other feeds that were known, ascending.
        kind: what it does, e.g. `note.added`.
        claimed_at: when it was written by the device's own clock, whole seconds; a claim.
        commitment: SHA-256 over salt and payload, hex.
    """

    space_kind: SpaceKind
    space: str
    device: str
    sequence: int
    previous: str | None
    seen: tuple[str, ...]
    kind: str
    claimed_at: datetime
    commitment: str

    def encode(self) -> bytes:
        """The bytes that are signed."""
        return (
            "segl-entry v1\n"
            f"space {self.space_kind} {self.space}\n"
            f"device {self.device}\n"
            f"sequence {self.sequence}\n"
            f"previous {self.previous or '-'}\n"
            + "".join(f"seen {entry}\n" for entry in self.seen)
            + f"kind {self.kind}\n"
            f"claimed-at {write_time(self.claimed_at)}\n"
            f"payload sha256:{self.commitment}\n"
        ).encode("ascii")

    @classmethod
    def parse(cls, header: bytes) -> Header:
        """Read a header strictly.

        Raises:
            EntryInvalid: where it is not written in the one way there is.
        """
        if len(header) > LARGEST_HEADER:
            raise EntryInvalid("header-too-long")
        try:
            match = _HEADER.fullmatch(header.decode("ascii"))
        except UnicodeDecodeError:
            raise EntryInvalid("header-malformed") from None
        if match is None:
            raise EntryInvalid("header-malformed")
        # By place and not by name: this runs for every entry of an import.
        space_kind, space, device, number, before, others, kind, claimed, commitment = match.groups()
        seen = tuple(line.removeprefix("seen ") for line in others.splitlines()) if others else ()
        if len(seen) > 1 and any(first >= second for first, second in pairwise(seen)):
            raise EntryInvalid("header-seen-order")
        sequence = int(number)
        previous = None if before == "-" else before
        if (sequence == 1) != (previous is None) or previous in seen:
            raise EntryInvalid("header-previous")
        try:
            # The pattern leaves one way to write it, but for midnight, which newer Pythons also read as 24:00.
            if claimed[11:13] == "24":
                raise ValueError
            claimed_at = datetime.fromisoformat(claimed)
        except ValueError:
            raise EntryInvalid("header-time") from None
        return cls(
            space_kind=_SPACE_KINDS[space_kind],
            space=space,
            device=device,
            sequence=sequence,
            previous=previous,
            seen=seen,
            kind=kind,
            claimed_at=claimed_at,
            commitment=commitment,
        )

    @property
    def parents(self) -> tuple[str, ...]:
        """The entries it builds on directly."""
        return self.seen if self.previous is None else (self.previous, *self.seen)


def write_time(moment: datetime) -> str:
    """A time as the journal writes it: UTC, whole seconds, `Z`."""
    # Much quicker than strftime, and the same: an import writes the time of every entry.
    return f"{moment.astimezone(UTC).isoformat()[:_TO_SECONDS]}Z"


def read_time(text: str) -> datetime:
    """The opposite of `write_time`; ValueError where it is not written so."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or write_time(moment) != text:
        raise ValueError("not a time of the journal")
    return moment


def entry_id(header: bytes) -> str:
    """SHA-256 of the signed bytes, hex."""
    return hashlib.sha256(header).hexdigest()


def commit(salt: bytes, payload: bytes) -> str:
    """What the header holds of the payload: SHA-256 over salt and payload, hex."""
    return hashlib.sha256(salt + payload).hexdigest()


def write_payload(payload: Payload) -> bytes:
    """The payload as bytes.

    Raises:
        PayloadTooLarge: where it is larger than `LARGEST_PAYLOAD`.
    """
    written = json.dumps(payload, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    data = written.encode("utf-8", errors="replace")
    if len(data) > LARGEST_PAYLOAD:
        raise PayloadTooLarge
    return data


class PayloadTooLarge(SeglError):
    """A text is longer than one entry may be."""

    code: ClassVar[str] = "text-too-long"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The text is longer than one entry of the journal may be (about one million characters)."),
            safe=_("Nothing was changed."),
            todo=_("Divide it into several notes."),
        )


def read_payload(payload: bytes) -> dict[str, Any]:
    """Read a payload strictly: an object of objects, lists, texts, whole numbers, true, false and null.

    Raises:
        EntryInvalid: at doubled keys, fractions, NaN, numbers beyond 2**53-1, lone surrogates, too deep or too large.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise EntryInvalid("payload-too-large")
    try:
        value = _DECODER.decode(payload.decode("utf-8"))
    except RecursionError:
        raise EntryInvalid("payload-too-deep") from None
    except ValueError:
        raise EntryInvalid("payload-malformed") from None
    if not isinstance(value, dict):
        raise EntryInvalid("payload-malformed")
    # Most payloads can neither be too deep nor hold half a surrogate pair, as their bytes show.
    if b"\\u" in payload or payload.count(b"{") + payload.count(b"[") >= DEEPEST_PAYLOAD:
        _refuse_deep(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise EntryInvalid("payload-doubled-key")
    return found


def _refuse_number(text: str) -> NoReturn:
    raise EntryInvalid("payload-number")


def _whole_number(text: str) -> int:
    if len(text.lstrip("-")) > _DIGITS or abs(int(text)) > LARGEST_NUMBER:
        raise EntryInvalid("payload-number")
    return int(text)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_constant=_refuse_number,
    parse_float=_refuse_number,
    parse_int=_whole_number,
)


def _refuse_deep(value: object) -> None:
    level: list[object] = [value]
    for _depth in range(DEEPEST_PAYLOAD):
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.keys())
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
            elif isinstance(item, str) and not _is_text(item):
                raise EntryInvalid("payload-surrogate")
        if not inner:
            return
        level = inner
    raise EntryInvalid("payload-too-deep")


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def make(header: Header, *, salt: bytes, payload: bytes, sign: Callable[[bytes], bytes]) -> StoredEntry:
    """Sign an entry; `header.commitment` must be that of salt and payload."""
    assert header.commitment == commit(salt, payload)
    encoded = header.encode()
    return StoredEntry(id=entry_id(encoded), header=encoded, signature=sign(encoded), salt=salt, payload=payload)


def verify(entry: StoredEntry) -> Header:
    """Check an entry by itself: format, id, signature, commitment. An erased payload is not a fault.

    Raises:
        EntryInvalid: with the first rule it breaks.
    """
    return verified(entry)[0]


def verified(entry: StoredEntry) -> tuple[Header, dict[str, Any] | None]:
    """As `verify`; gives the payload too, None where it was erased."""
    header = Header.parse(entry.header)
    if entry_id(entry.header) != entry.id:
        raise EntryInvalid("id-differs")
    if not verifies(bytes.fromhex(header.device), entry.signature, entry.header):
        raise EntryInvalid("signature")
    if (entry.salt is None) != (entry.payload is None):
        raise EntryInvalid("payload-without-salt")
    if entry.salt is not None and entry.payload is not None:
        if len(entry.salt) != SALT_SIZE or commit(entry.salt, entry.payload) != header.commitment:
            raise EntryInvalid("commitment")
        return header, read_payload(entry.payload)
    return header, None
