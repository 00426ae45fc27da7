"""From a file that was read to a piece of evidence: what is known, what is missing, and the line others can check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from store.evidence.hashing import HashedFile
from store.model import DigestSource, EvidenceDraft, EvidenceKind, Holder

_SHA256: Final = "sha256:"

# Seed 001, 'DOKUMENTER / Gem': user names, times and the like belong to each piece; who holds the original is what
# clearing a device waits for.
_ASKED: Final[tuple[tuple[str, Callable[[EvidenceDraft], bool]], ...]] = (
    ("platform", lambda draft: bool(draft.platform.strip())),
    ("accounts", lambda draft: any(account.strip() for account in draft.accounts)),
    ("claimed_at", lambda draft: bool(draft.claimed_at.strip())),
    ("holder", lambda draft: draft.holder is not Holder.UNKNOWN),
)

_KINDS: Final = {
    EvidenceKind.IMAGE: ("jpg", "jpeg", "png", "gif", "heic", "heif", "webp", "bmp", "tif", "tiff", "avif"),
    EvidenceKind.VIDEO: ("mp4", "mov", "m4v", "avi", "mkv", "webm", "3gp"),
    EvidenceKind.AUDIO: ("mp3", "m4a", "wav", "ogg", "opus", "aac", "amr", "flac"),
    EvidenceKind.DOCUMENT: ("pdf", "doc", "docx", "odt", "rtf", "txt"),
    EvidenceKind.MESSAGE: ("eml", "msg"),
}
_KIND_OF: Final = {ending: kind for kind, endings in _KINDS.items() for ending in endings}


def draft_of(hashed: HashedFile) -> EvidenceDraft:
    """What a file says of itself; its kind is guessed from its name, never from looking inside."""
    _stem, dot, ending = hashed.name.rpartition(".")
    return EvidenceDraft(
        digest=hashed.digest,
        size=hashed.size,
        source=DigestSource.FILE,
        name=hashed.name,
        raw_name=hashed.raw_name,
        kind=_KIND_OF.get(ending.lower(), EvidenceKind.OTHER) if dot else EvidenceKind.OTHER,
    )


def missing_facts(draft: EvidenceDraft) -> tuple[str, ...]:
    """What AC-2b wants of each piece and nobody has written yet: names of fields, in the order they are asked for."""
    return tuple(name for name, there in _ASKED if not there(draft))


def file_name(draft: EvidenceDraft) -> bytes:
    """The bytes of the file's name without its folders; empty where the digest came without a file."""
    raw = bytes.fromhex(draft.raw_name) if draft.raw_name else draft.name.encode("utf-8", "replace")
    return raw.rstrip(b"/").rpartition(b"/")[2]


def sha256sum_line(draft: EvidenceDraft) -> bytes:
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
