"""Checking later: the files of a folder against the register, by digest, streaming; nothing of them is kept.

A file counts by what it is, not by its name: one that was moved or renamed has matched. `changed` is a file with the
name of a registered piece whose own bytes are nowhere in the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from guidance.language import _
from store.evidence.errors import NotHashed
from store.evidence.folders import files_under
from store.evidence.hashing import HashedFile
from store.evidence.queue import QueueProgress, hash_files
from store.evidence.register import file_name
from store.model import Evidence

_COMPARED: Final = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A file in the folder that belongs to a registered piece.

    Attributes:
        evidence: the piece.
        path: of the file.
        renamed: whether the file has another name than the piece was registered under.
    """

    evidence: Evidence
    path: bytes
    renamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A piece that can't be compared, because its checksum is a BLAKE3.

    Attributes:
        evidence: the piece.
        paths: the files with its name; whether one of them is the piece, `b3sum` can say.
    """

    evidence: Evidence
    paths: tuple[bytes, ...] = ()

    def words(self) -> str:
        """What could not be compared, and how somebody can."""
        return _(
            "E{number} {name} has a BLAKE3 checksum and was not compared: Segl calculates SHA-256. b3sum compares it; "
            "it is {digest}."
        ).format(number=self.evidence.number, name=self.evidence.name, digest=self.evidence.digest.partition(":")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How a folder compares with the register of a case.

    Attributes:
        matched: a file for each piece that is there unchanged, by number; a second file of the same bytes is a `copy`.
        copies: further files of pieces that matched.
        changed: files with the name of a piece that is nowhere in the folder, with other bytes.
        missing: pieces of which there is neither.
        new: files that belong to no piece.
        unread: what could not be read, each with its reason; whether it belongs to a piece is not known.
        open: pieces with a BLAKE3 checksum, which Segl keeps and does not calculate; each with the files of its name.
    """

    matched: tuple[Match, ...] = ()
    copies: tuple[Match, ...] = ()
    changed: tuple[Match, ...] = ()
    missing: tuple[Evidence, ...] = ()
    new: tuple[bytes, ...] = ()
    unread: tuple[NotHashed, ...] = ()
    open: tuple[Open, ...] = ()

    @property
    def well(self) -> bool:
        """Whether every piece is there, unchanged, and everything could be read."""
        unread = any(not one.read_elsewhere for one in self.unread)
        return not (self.changed or self.missing or self.open or unread)


def check_label(state: str) -> str:
    """How a piece or a file compared, in a word or two of the current language."""
    return {
        "matched": _("matched"),
        "copy": _("a copy"),
        "changed": _("CHANGED"),
        "missing": _("MISSING"),
        "new": _("new"),
        "open": _("not compared"),
    }[state]


def verify_folder(
    evidence: Sequence[Evidence],
    folders: Iterable[bytes],
    *,
    cross_mounts: bool = False,
    progress: Callable[[QueueProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Checked:
    """Hold files and folders against the register.

    Args:
        evidence: the register of one case.
        folders: folders and files; links inside folders are not followed.
        cross_mounts: whether other disks that are mounted below a folder are read too.
        progress: told ten times a second.
        cancelled: asked twenty times a second.

    Raises:
        TooManyFiles: there are more than one queue takes.
        HashingCancelled: `cancelled` said so.
    """
    read, unread = read_files(folders, cross_mounts=cross_mounts, progress=progress, cancelled=cancelled)
    return compare(evidence, read, unread)


def read_files(
    folders: Iterable[bytes],
    *,
    cross_mounts: bool = False,
    progress: Callable[[QueueProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    calm: bool = False,
) -> tuple[list[HashedFile], list[NotHashed]]:
    """What folders and files hold: those that were read, and those that could not be.

    Arguments as `verify_folder`; `calm` as `store.evidence.queue.hash_files`.
    """
    unread: list[NotHashed] = []
    read: list[HashedFile] = []
    paths = files_under(folders, cross_mounts=cross_mounts, cancelled=cancelled)
    for outcome in hash_files(paths, progress=progress, cancelled=cancelled, calm=calm):
        if isinstance(outcome, NotHashed):
            unread.append(outcome)
        else:
            read.append(outcome)
    return read, unread


def compare(evidence: Sequence[Evidence], read: Sequence[HashedFile], unread: Sequence[NotHashed] = ()) -> Checked:
    """The same for files that were read already."""
    by_digest: dict[str, list[HashedFile]] = {}
    by_name: dict[bytes, list[HashedFile]] = {}
    known = {piece.digest for piece in evidence}
    for file in read:
        by_digest.setdefault(file.digest, []).append(file)
        if file.digest not in known:
            by_name.setdefault(bytes.fromhex(file.raw_name), []).append(file)
    matched, copies, changed, missing = [], [], [], []
    not_compared: list[Open] = []
    taken: set[bytes] = set()
    told: set[str] = set()
    for piece in evidence:
        name = file_name(piece)
        if not piece.digest.startswith(_COMPARED):
            paths = tuple(file.path for file in by_name.get(name, ())) if name else ()
            not_compared.append(Open(evidence=piece, paths=paths))
            taken.update(paths)
            continue
        # The file that has the name first, then by path.
        same = sorted(
            by_digest.get(piece.digest, ()), key=lambda file: (bytes.fromhex(file.raw_name) != name, file.path)
        )
        if same:
            first, *more = (
                Match(evidence=piece, path=file.path, renamed=bool(name) and bytes.fromhex(file.raw_name) != name)
                for file in same
            )
            matched.append(first)
            if piece.digest not in told:
                copies += more
                told.add(piece.digest)
        elif name and (other := by_name.get(name)):
            changed += [Match(evidence=piece, path=file.path) for file in other]
            taken |= {file.path for file in other}
        else:
            missing.append(piece)
    new = tuple(file.path for file in read if file.digest not in known and file.path not in taken)
    return Checked(
        matched=tuple(matched),
        copies=tuple(copies),
        changed=tuple(changed),
        missing=tuple(missing),
        new=new,
        unread=tuple(unread),
        open=tuple(not_compared),
    )
