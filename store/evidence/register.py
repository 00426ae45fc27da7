"""From a file that was read to a piece of evidence: what is known, what is missing, and the line others can check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from guidance.custody import Device, Event
from guidance.language import _
from store.evidence.folders import Found
from store.evidence.hashing import HashedFile
from store.evidence.signs import Disks, signs_of
from store.model import CustodyEvent, DigestSource, EvidenceDraft, EvidenceKind, Holder

_SHA256: Final = "sha256:"


def has_zone(text: str) -> bool:
    """Whether a time that somebody claims says its zone, where it is a time that could: a day of the calendar and
    a time by the clock.

    They are understood as ISO 8601 and as Danes write them, '28.11.2026 kl. 14.30' or '28. november kl. 14'. What is
    said in words ('last night, about ten') stands as it is, and so does a day alone.
    """
    said = text.strip()
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        rest, days = _DAY.subn(" ", said)
        return days == 0 or _CLOCK.search(rest) is None or _ZONE.search(rest) is not None
    return moment.tzinfo is not None or len(said) <= len("2026-01-02")


_MONTH: Final = r"(?:jan|feb|mar|apr|ma[jy]|jun|jul|aug|sep|o[kc]t|nov|dec)[a-z]*"
_DAY: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T?|\d{1,2}[./-] ?\d{1,2}[./-] ?(?:\d{4}|\d{2}(?!\d))?|\b\d{1,2}/\d{1,2}\b"
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th)? ?(?:of )?{_MONTH}\.?(?: \d{{4}})?|\b{_MONTH} \d{{1,2}}\b(?:,? \d{{4}})?",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\bkl\.? *\d{1,2}|(?<![\d.:,])\d{1,2}[.:][0-5]\d(?::[0-5]\d)?(?![\d.:]*\d)|\b\d{1,2} ?[ap]\.?m\b", re.IGNORECASE
)
_ZONE: Final = re.compile(
    r"\b(?:utc|gmt|z|cest|cet|bst|e[sd]t|p[sd]t)\b|\dz\b|[+−-]\d{1,2}(?::?\d{2})?$|[+−-]\d{2}:?\d{2}\b|\w+tid\b"
    r"|\btid(?:szone)?\b|\btime\b|\bzone\b",
    re.IGNORECASE,
)
"""What names a zone: its letters, its distance, or words: 'dansk tid', 'sommertid', 'local time'."""


_WITH_ADDRESSES: Final = re.compile(
    r"\b(?:instagram|facebook|tiktok|youtube|twitter|reddit|linkedin|pinterest|tumblr|vimeo|twitch|onlyfans|x)\b|"
    r"\b[a-z0-9-]+\.[a-z]{2,}\b",
    re.IGNORECASE,
)


_FINDER: Final = "came_how"
"""Who found it or sent it: the chain of custody may say it in its place."""


def _has_addresses(platform: str) -> bool:
    """Whether what is posted there has an address of its own; a message in Snapchat or an SMS has none."""
    return bool(_WITH_ADDRESSES.search(platform))


# Seed 001, 'DOKUMENTER / Gem': user names, times and the like belong to each piece; who holds the original is what
# clearing a device waits for.
_ASKED: Final[tuple[tuple[str, Callable[[EvidenceDraft], bool]], ...]] = (
    ("platform", lambda draft: bool(draft.platform.strip())),
    ("accounts", lambda draft: any(account.strip() for account in draft.accounts)),
    ("claimed_at", lambda draft: bool(draft.claimed_at.strip())),
    ("claimed_zone", lambda draft: has_zone(draft.claimed_at)),
    ("url", lambda draft: bool(draft.url.strip()) or not _has_addresses(draft.platform)),
    ("holder", lambda draft: draft.holder is not Holder.UNKNOWN),
    ("holder_name", lambda draft: draft.holder is Holder.UNKNOWN or bool(draft.holder_name.strip())),
    ("found_at", lambda draft: bool(draft.found_at.strip())),
    ("found_zone", lambda draft: has_zone(draft.found_at)),
    (_FINDER, lambda draft: bool(draft.came_how.strip())),
    ("seen_by", lambda draft: any(name.strip() for name in draft.seen_by)),
)

_KINDS: Final = {
    EvidenceKind.IMAGE: ("jpg", "jpeg", "png", "gif", "heic", "heif", "webp", "bmp", "tif", "tiff", "avif"),
    EvidenceKind.VIDEO: ("mp4", "mov", "m4v", "avi", "mkv", "webm", "3gp"),
    EvidenceKind.AUDIO: ("mp3", "m4a", "wav", "ogg", "opus", "aac", "amr", "flac"),
    EvidenceKind.DOCUMENT: ("pdf", "doc", "docx", "odt", "rtf", "txt"),
    EvidenceKind.MESSAGE: ("eml", "msg"),
}
_MAY_SHOW: Final = frozenset(
    {EvidenceKind.IMAGE, EvidenceKind.VIDEO, EvidenceKind.SCREENSHOT, EvidenceKind.MESSAGE, EvidenceKind.OTHER}
)
_KIND_OF: Final = {ending: kind for kind, endings in _KINDS.items() for ending in endings}


def draft_of(hashed: HashedFile) -> EvidenceDraft:
    """What a file says of itself; its kind is guessed from its name, never from looking inside."""
    return EvidenceDraft(
        digest=hashed.digest,
        size=hashed.size,
        source=DigestSource.FILE,
        name=hashed.name,
        raw_name=hashed.raw_name,
        kind=kind_by_name(hashed.name),
    )


def draft_on_device(draft: EvidenceDraft, device: Device) -> EvidenceDraft:
    """A draft with whose device the file lies on, and what follows: the victim's own has the original (AC-2d).

    What somebody has written of who has it stays.
    """
    draft = replace(draft, device=device)
    if device is not Device.VICTIM or draft.holder is not Holder.UNKNOWN:
        return draft
    where = draft.held_where or _("the device of the person violated")
    return replace(draft, holder=Holder.VICTIM, held_where=where)


def draft_lying_on(hashed: HashedFile, device: Device, disks: Disks | None = None) -> EvidenceDraft:
    """A draft of a file that lies on a device, with where it lies; of one that lies on none, only what it says.

    Args:
        hashed: the file.
        device: whose it lies on.
        disks: of many files in a row the same.
    """
    draft = draft_of(hashed)
    if device is Device.NONE:
        return draft
    return replace(draft_on_device(draft, device), lies_at=signs_of((hashed.path,), hashed.identity, disks))


def kind_by_name(name: str) -> EvidenceKind:
    """What a file seems to be, by the ending of its name alone."""
    _stem, dot, ending = name.rpartition(".")
    return _KIND_OF.get(ending.lower(), EvidenceKind.OTHER) if dot else EvidenceKind.OTHER


def caution() -> tuple[str, str]:
    """What is said before anything is read that may show a minor, and where to ask in doubt (AC-2c, HM-3d)."""
    return (
        _(
            "Does the material show somebody under 18? Then do not open it, copy it or send it on: possessing such "
            "pictures can be punishable. Segl reads the file where it lies for a checksum only. It is never shown, "
            "copied or kept."
        ),
        _("In doubt, ring the police for advice before you do anything: 114."),
    )


def may_show_somebody(names: Iterable[str]) -> bool:
    """Whether one of these may be a picture or a film; what a name does not tell may be one."""
    return any(kind_by_name(name) in _MAY_SHOW for name in names)


def cautions(paths: Iterable[Found]) -> tuple[str, ...]:
    """`caution`, where one of these files may be a picture or a film; nothing where none is."""
    names = (path.rstrip(b"/").rpartition(b"/")[2].decode("utf-8", "replace") for path in paths if type(path) is bytes)
    return caution() if may_show_somebody(names) else ()


def missing_facts(draft: EvidenceDraft, *, chain: Iterable[CustodyEvent] = ()) -> tuple[str, ...]:
    """What AC-2b wants of each piece and nobody has written yet: names of fields, in the order they are asked for.

    Args:
        draft: the facts.
        chain: its custody, where it is registered: who found it may stand there.
    """
    found = any(one.move.event is Event.FOUND and one.stands for one in chain)
    return tuple(name for name, there in _ASKED if not there(draft) and not (found and name == _FINDER))


class NamedDigest(Protocol):
    """What has a digest and the name of a file: a piece, a draft, a line of the register."""

    @property
    def digest(self) -> str:
        """`sha256:<hex>` or `blake3:<hex>`."""

    @property
    def name(self) -> str:
        """As shown; empty where the digest came without a file."""

    @property
    def raw_name(self) -> str:
        """Its bytes, hex; empty where they are not known."""


class Line(NamedDigest, Protocol):
    """A line of the register of a case: what a file is compared with, and listed by."""

    @property
    def id(self) -> str:
        """The entry that registered it."""

    @property
    def number(self) -> int:
        """Its place in the case, from 1."""

    @property
    def size(self) -> int | None:
        """In bytes; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the register by itself: of a hundred thousand pieces little else need be in memory."""

    id: str
    number: int
    digest: str
    size: int | None
    name: str
    raw_name: str


def file_name(draft: NamedDigest) -> bytes:
    """The bytes of the file's name without its folders; empty where the digest came without a file."""
    raw = bytes.fromhex(draft.raw_name) if draft.raw_name else draft.name.encode("utf-8", "replace")
    return raw.rstrip(b"/").rpartition(b"/")[2]


def sha256sum_line(draft: NamedDigest) -> bytes:
    """The line by which `sha256sum -c` checks a file beside the list, as GNU coreutils 9 writes it.

    A name with a backslash, LF or CR is escaped and the line begins with a backslash; a name that `sha256sum` would
    take for standard input is written `./-`.

    Raises:
        ValueError: the digest is not a SHA-256, or there is no name.
    """
    name = file_name(draft)
    if not draft.digest.startswith(_SHA256) or not name:
        raise ValueError("no line without a SHA-256 and a name")
    if name == b"-":
        name = b"./-"
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if escaped != name else b""
    return mark + draft.digest.removeprefix(_SHA256).encode("ascii") + b"  " + escaped + b"\n"
