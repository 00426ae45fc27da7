"""Lists of digests that stock tools check where the originals are: GNU `sha256sum -c` and `hashdeep -a`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store.bundle.errors import in_plain
from store.bundle.new_files import BeforePart, NewFiles
from store.evidence.register import Line, file_name, sha256sum_line
from store.left_behind import take_away

_PREFIX: Final = "sha256:"


def sha256sum_list(evidence: Iterable[Line]) -> bytes:
    """One line a piece whose file name is known; the others as comments, which `sha256sum -c` passes over."""
    lines = [b"# sha256sum -c evidence.sha256\n"]
    first: dict[bytes, Line] = {}
    for piece in evidence:
        name = file_name(piece)
        if not name or not piece.digest.startswith(_PREFIX):
            lines.append(b"# E%d %s\n" % (piece.number, piece.digest.encode("ascii", "replace")))
            continue
        other = first.setdefault(name, piece)
        if other.digest != piece.digest:
            lines.append(b"# E%d is another file with the same name as E%d\n" % (piece.number, other.number))
        lines.append(sha256sum_line(piece))
    return b"".join(lines)


def hashdeep_list(evidence: Iterable[Line]) -> bytes:
    """Pieces whose size and name are known, in the format of hashdeep 4 (`%%%% HASHDEEP-1.0`)."""
    lines = [b"%%%% HASHDEEP-1.0\n", b"%%%% size,sha256,filename\n", b"## hashdeep -b -a -k evidence.hashdeep FILES\n"]
    for piece in evidence:
        name = file_name(piece)
        if piece.size is None or not name or not piece.digest.startswith(_PREFIX):
            continue
        if _has_break(name):
            lines.append(b"## E%d has a line break in its name, which this format can't write\n" % piece.number)
            continue
        lines.append(b"%d,%s,%s\n" % (piece.size, piece.digest.removeprefix(_PREFIX).encode("ascii"), name))
    # An audit fails on a line that is there twice: a file that was registered twice would be missing once.
    return b"".join(dict.fromkeys(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenList:
    """A list that was written into a folder.

    Attributes:
        path: absolute.
        sort: `sha256` or `hashdeep`.
        digest: of the list, `sha256:<hex>`.
    """

    path: Path
    sort: str
    digest: str


def write_lists(
    evidence: Sequence[Line],
    folder: Path,
    *,
    before_naming: Callable[[tuple[WrittenList, ...]], None] | None = None,
    before_part: BeforePart | None = None,
) -> tuple[WrittenList, ...]:
    """Write `evidence.sha256` and `evidence.hashdeep` into a folder, plain: both or neither.

    Args:
        evidence: the register.
        folder: where to.
        before_naming: told what is going to be there, so that it is kept before it is; nothing is named if it raises.
        before_part: as in `NewFiles`.

    Raises:
        AlreadyThere: a file of one of the names is there; it was not touched.
        PlainDiskGone: the disk does not answer any more; some of it may lie there.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    contents = {"sha256": sha256sum_list(evidence), "hashdeep": hashdeep_list(evidence)}
    targets = {sort: folder.absolute() / f"evidence.{sort}" for sort in contents}
    written = tuple(
        WrittenList(path=targets[sort], sort=sort, digest=f"sha256:{hashlib.sha256(content).hexdigest()}")
        for sort, content in contents.items()
    )
    with in_plain(folder), NewFiles(targets.values(), before_part=before_part) as files:
        for sort, content in contents.items():
            files.write(targets[sort], content)
        if before_naming is not None:
            before_naming(written)
        files.publish()
    return written


def take_back_lists(written: Sequence[WrittenList]) -> None:
    """Delete lists that could not be recorded: what lies there in plain has to stand in the case."""
    # A stick that was pulled out can't be tidied; the failure that led here is being told.
    take_away([(one.path, -1, one.digest) for one in written], placeholders=False)


def left_out(evidence: Iterable[Line]) -> dict[str, tuple[Line, ...]]:
    """List -> the pieces that it can only mention in a comment, or not at all."""
    pieces = tuple(evidence)
    checked = [one for one in pieces if file_name(one) and one.digest.startswith(_PREFIX)]
    deep = [one for one in checked if one.size is not None and not _has_break(file_name(one))]
    in_list = {"sha256": {one.id for one in checked}, "hashdeep": {one.id for one in deep}}
    return {sort: tuple(one for one in pieces if one.id not in ids) for sort, ids in in_list.items()}


def _has_break(name: bytes) -> bool:
    return bool(set(name) & set(b"\r\n"))
