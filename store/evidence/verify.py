"""Checking later: the files of a folder against the register, by digest, streaming; nothing of them is kept.

A file counts by what it is, not by its name: one that was moved or renamed has matched. `changed` is a file with the
name of a registered piece whose own bytes are nowhere in the folder.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guidance.language import _, ngettext
from guidance.system_words import number_words, system_words
from store.errors import DiskGone, disk_errors, is_gone
from store.evidence.errors import FileUnreadable, FileVanished, NotHashed
from store.evidence.folders import Found, files_under
from store.evidence.hashing import HashedFile
from store.evidence.in_place import named_failure
from store.evidence.queue import QueueProgress, hash_files
from store.evidence.register import Line, file_name
from store.left_behind import is_out
from store.opened_folder import OpenedFolder

_COMPARED: Final = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A file in the folder that belongs to a registered piece.

    Attributes:
        evidence: the piece.
        path: of the file.
        renamed: whether the file has another name than the piece was registered under.
    """

    evidence: Line
    path: bytes
    renamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A piece that can't be compared, because its checksum is a BLAKE3.

    Attributes:
        evidence: the piece.
        paths: the files with its name; whether one of them is the piece, `b3sum` can say.
    """

    evidence: Line
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
        unseen: pieces that are not among what was read, while a file of their name, or a folder, could not be read:
            nobody knows that they are missing or changed.
        new: files that belong to no piece.
        unread: what could not be read, each with its reason; whether it belongs to a piece is not known.
        open: pieces with a BLAKE3 checksum, which Segl keeps and does not calculate; each with the files of its name.
    """

    matched: tuple[Match, ...] = ()
    copies: tuple[Match, ...] = ()
    changed: tuple[Match, ...] = ()
    missing: tuple[Line, ...] = ()
    new: tuple[bytes, ...] = ()
    unread: tuple[NotHashed, ...] = ()
    open: tuple[Open, ...] = ()
    unseen: tuple[Line, ...] = ()

    @property
    def well(self) -> bool:
        """Whether every piece is there, unchanged, and everything could be read."""
        unread = any(not one.read_elsewhere for one in self.unread)
        return not (self.changed or self.missing or self.unseen or self.open or unread)


def check_label(state: str) -> str:
    """How a piece or a file compared, in a word or two of the current language."""
    return {
        "matched": _("matched"),
        "copy": _("a copy"),
        "changed": _("CHANGED"),
        "missing": _("MISSING"),
        "unseen": _("COULD NOT BE READ"),
        "new": _("new"),
        "open": _("not compared"),
    }[state]


def summary_words(checked: Checked) -> str:
    """How many pieces compared how, so that the numbers add up, and how many files there were besides."""
    changed = len({one.evidence.id for one in checked.changed})
    pieces = (
        (len(checked.matched), _("{n} matched")),
        (changed, _("{n} changed")),
        (len(checked.missing), _("{n} missing")),
        (len(checked.unseen), _("{n} could not be read")),
        (len(checked.open), _("{n} not compared")),
    )
    files = (
        (len(checked.copies), ngettext("{n} copy", "{n} copies", len(checked.copies))),
        (len(checked.new), ngettext("{n} new file", "{n} new files", len(checked.new))),
        (len(checked.unread), ngettext("{n} file not read", "{n} files not read", len(checked.unread))),
    )

    def counted(counts: tuple[tuple[int, str], ...]) -> str:
        return ", ".join(words.format(n=count) for count, words in counts if count)

    total = sum(count for count, _words in pieces)
    told = ngettext("{count} piece: {found}.", "{count} pieces: {found}.", total).format(
        count=total, found=counted(pieces) or "-"
    )
    besides = counted(files)
    return " ".join([told, _("Besides: {files}.").format(files=besides)]) if besides else told


def verify_folder(
    evidence: Sequence[Line],
    folders: Iterable[bytes],
    *,
    cross_mounts: bool = False,
    before: Callable[[Sequence[Found]], None] | None = None,
    progress: Callable[[QueueProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Checked:
    """Hold files and folders against the register.

    Args:
        evidence: the register of one case.
        folders: folders and files; links inside folders are not followed.
        cross_mounts: whether other disks that are mounted below a folder are read too.
        before: told once what will be read, before anything is.
        progress: told ten times a second.
        cancelled: asked twenty times a second.

    Raises:
        FileVanished: nothing of what was chosen is there. FileUnreadable: some of it can't be looked at.
        DiskGone: the stick or disk of a folder was pulled out, before or while it was read: nothing is said of it.
        TooManyFiles: there are more than one queue takes.
        HashingCancelled: `cancelled` said so.
    """
    read, unread = read_files(folders, cross_mounts=cross_mounts, before=before, progress=progress, cancelled=cancelled)
    return compare(evidence, read, unread)


def read_files(
    folders: Iterable[bytes],
    *,
    cross_mounts: bool = False,
    before: Callable[[Sequence[Found]], None] | None = None,
    progress: Callable[[QueueProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    calm: bool = False,
) -> tuple[list[HashedFile], list[NotHashed]]:
    """What folders and files hold: those that were read, and those that could not be.

    Arguments and errors as `verify_folder`; `calm` as `store.evidence.queue.hash_files`.
    """
    unread: list[NotHashed] = []
    read: list[HashedFile] = []
    chosen = tuple(folders)
    with ExitStack() as opened:
        held = _held(chosen, opened)
        paths = list(files_under(chosen, cross_mounts=cross_mounts, cancelled=cancelled))
        if before is not None:
            before(paths)
        for outcome in hash_files(paths, progress=progress, cancelled=cancelled, calm=calm):
            if isinstance(outcome, NotHashed):
                unread.append(outcome)
            else:
                read.append(outcome)
        # What is not found on a stick that was pulled out is not missing.
        for folder in held:
            with disk_errors(folder.path):
                folder.look()
    # Likewise of files that were chosen by themselves.
    for path in {one.path for one in unread}.intersection(chosen):
        with suppress(FileVanished), ExitStack() as opened:
            _held([path], opened)
    return read, unread


def _held(chosen: Sequence[bytes], opened: ExitStack) -> list[OpenedFolder]:
    """The folders among what was chosen, held open. One that is not there is told when it is read, if others are.

    Raises:
        FileVanished, FileUnreadable, DiskGone: what was chosen is not there, or can't be looked at.
    """
    found: list[OpenedFolder] = []
    vanished: list[FileVanished] = []
    for path in chosen:
        try:
            if (folder := _opened(path)) is not None:
                found.append(opened.enter_context(folder))
        except FileVanished as failure:
            vanished.append(failure)
    if vanished and len(vanished) == len(chosen):
        raise vanished[0]
    return found


def _opened(chosen: bytes) -> OpenedFolder | None:
    """What was chosen, opened where it is a folder; None where it is something else.

    Raises:
        FileVanished, FileUnreadable, DiskGone: it is not there, or can't be looked at.
    """
    path = Path(os.fsdecode(chosen))
    try:
        if not stat.S_ISDIR(path.stat().st_mode):
            return None
        folder = OpenedFolder(path)
        try:
            folder.ask()
        except BaseException:
            folder.close()
            raise
    except OSError as error:
        if is_gone(error):
            raise DiskGone(path, system_words(error)) from None
        if isinstance(error, FileNotFoundError) and is_out(path.parent):
            raise DiskGone(path, number_words(errno.ENODEV)) from None
        raise named_failure(chosen, error) from None
    except ValueError:
        # A NUL in a name: no file has one.
        raise FileVanished(chosen) from None
    if is_out(path):
        folder.close()
        raise DiskGone(path, number_words(errno.ENODEV)) from None
    return folder


def compare(evidence: Sequence[Line], read: Sequence[HashedFile], unread: Sequence[NotHashed] = ()) -> Checked:
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
    # A folder that could not be listed may hold any of them.
    anything = any(isinstance(one, FileUnreadable) and one.folder for one in unread)
    names = {
        os.path.basename(one.path)  # noqa: PTH119 - bytes
        for one in unread
        if not (one.read_elsewhere or isinstance(one, FileVanished))
    }
    unseen: list[Line] = []
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
        elif anything or name in names:
            unseen.append(piece)
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
        unseen=tuple(unseen),
    )
