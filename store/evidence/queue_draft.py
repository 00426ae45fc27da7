"""A queue of files that survives a lock and a crash: what was chosen and what was read, as drafts inside the vault.

`evidence/<case>/queue` says what was chosen; `evidence/<case>/queue/<number>` each hold some hundred results, written
once. Nothing of it is anywhere but in the encrypted database. A result counts again only while the file still has the
identity it was read with.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from guidance.custody import Device
from store.evidence.errors import shown_path
from store.evidence.hashing import HashedFile
from store.evidence.in_place import identity_of
from store.evidence.register import draft_lying_on
from store.evidence.signs import Disks
from store.evidence.whose_files import whose, whose_by_folder
from store.model import EvidenceDraft

_NOBODYS: Final[Mapping[bytes, Device]] = {}
PART: Final = 200
"""Results in one part."""
KEEP_EVERY: Final = 1.0
"""Seconds after which a part that is not full is kept all the same."""


def queue_key(case: str) -> str:
    """Under which key the queue of a case is kept."""
    return f"evidence/{case}/queue"


def part_key(case: str, number: int) -> str:
    """Under which key a part is kept; the keys are in the order of their numbers."""
    return f"{queue_key(case)}/{number:06}"


def write_chosen(paths: Iterable[bytes], *, read: bool = False, by_folder: Mapping[bytes, Device] = _NOBODYS) -> str:
    """What was chosen, as a draft has it; `files` is what the list of drafts shows.

    Args:
        paths: files and folders.
        read: whether all of it is read: then the parts are what waits for being registered, in order, and no more.
        by_folder: whose device what was read lies on, where that was said (`store.evidence.whose_files`).
    """
    chosen = list(paths)
    names = ", ".join(shown_path(path.rstrip(b"/").rpartition(b"/")[2]) for path in chosen[:5])
    whose_device = {folder.hex(): device for folder, device in by_folder.items()}
    return json.dumps({"files": names, "chosen": [path.hex() for path in chosen], "read": read, "whose": whose_device})


def read_chosen(text: str) -> tuple[bytes, ...]:
    """The opposite; nothing where it can't be read."""
    try:
        found: Any = json.loads(text)
        return tuple(bytes.fromhex(path) for path in found["chosen"])
    except (ValueError, TypeError, KeyError):
        return ()


def all_read(text: str) -> bool:
    """Whether a queue only waits for being registered."""
    try:
        found: Any = json.loads(text)
        return found["read"] is True
    except (ValueError, TypeError, KeyError):
        return False


def said_whose(text: str, parts: Mapping[str, str]) -> Mapping[bytes, Device]:
    """Whose device what was read lies on, by folder; an earlier version kept one answer for all that was chosen."""
    try:
        found: Any = json.loads(text)
        if "whose" in found:
            return {bytes.fromhex(folder): Device(device) for folder, device in found["whose"].items()}
        device = Device(found["device"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    read = (one for part in parts.values() for one in read_part(part))
    return whose_by_folder(((one.path, bool(one.target)) for one in read), lambda _place: device)


def parts_of(case: str, results: Sequence[HashedFile]) -> list[tuple[str, str]]:
    """All results as parts, with their keys."""
    return [
        (part_key(case, number), write_part(results[at : at + PART]))
        for number, at in enumerate(range(0, len(results), PART))
    ]


def write_part(results: Sequence[HashedFile]) -> str:
    """Results as a draft has them."""
    return json.dumps(
        [[one.path.hex(), one.digest, one.size, one.target.hex(), list(one.identity)] for one in results],
        separators=(",", ":"),
    )


def read_part(text: str) -> tuple[HashedFile, ...]:
    """The opposite; nothing where it can't be read."""
    try:
        rows: Any = json.loads(text)
        return tuple(_result(*row) for row in rows)
    except (ValueError, TypeError):
        return ()


def _result(path: str, digest: str, size: int, target: str, identity: list[int]) -> HashedFile:
    raw = bytes.fromhex(path)
    name = raw.rstrip(b"/").rpartition(b"/")[2]
    return HashedFile(
        path=raw,
        name=shown_path(name),
        raw_name=name.hex(),
        digest=digest,
        size=int(size),
        target=bytes.fromhex(target),
        identity=tuple(int(one) for one in identity),
    )


class Resumed:
    """What was read before: asked by `store.evidence.queue.hash_files` for each file.

    Args:
        parts: the texts of the parts.
    """

    def __init__(self, parts: Iterable[str] = ()) -> None:
        self._before = {one.path: one for text in parts for one in read_part(text)}

    def __call__(self, path: bytes) -> HashedFile | None:
        """The result of a file that is still the same as it was when it was read."""
        found = self._before.get(os.fsencode(path))
        return found if found is not None and found.identity and found.identity == identity_of(path) else None

    def __len__(self) -> int:
        return len(self._before)


def pieces_of_parts(
    parts: Mapping[str, str], by_folder: Mapping[bytes, Device] = _NOBODYS
) -> dict[str, tuple[EvidenceDraft, ...]]:
    """The pieces of each part, by its key, with what follows from whose device they lie on."""
    disks = Disks()
    return {
        key: tuple(draft_lying_on(one, whose(one.path, by_folder), disks) for one in read_part(text))
        for key, text in parts.items()
    }
