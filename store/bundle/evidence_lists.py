"""Lists of digests that stock tools check where the originals are: GNU `sha256sum -c` and `hashdeep -a`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from store.evidence.register import file_name, sha256sum_line
from store.model import Evidence

_PREFIX: Final = "sha256:"


def sha256sum_list(evidence: Iterable[Evidence]) -> bytes:
    """One line a piece whose file name is known; the others as comments, which `sha256sum -c` passes over."""
    lines = [b"# sha256sum -c evidence.sha256\n"]
    first: dict[bytes, Evidence] = {}
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


def hashdeep_list(evidence: Iterable[Evidence]) -> bytes:
    """Pieces whose size and name are known, in the format of hashdeep 4 (`%%%% HASHDEEP-1.0`)."""
    lines = [b"%%%% HASHDEEP-1.0\n", b"%%%% size,sha256,filename\n", b"## hashdeep -b -a -k evidence.hashdeep FILES\n"]
    for piece in evidence:
        name = file_name(piece)
        if piece.size is None or not name or not piece.digest.startswith(_PREFIX):
            continue
        if set(name) & set(b"\r\n"):
            lines.append(b"## E%d has a line break in its name, which this format can't write\n" % piece.number)
            continue
        lines.append(b"%d,%s,%s\n" % (piece.size, piece.digest.removeprefix(_PREFIX).encode("ascii"), name))
    # An audit fails on a line that is there twice: a file that was registered twice would be missing once.
    return b"".join(dict.fromkeys(lines))
