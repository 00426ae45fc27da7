"""Lists of digests that stock tools check: GNU `sha256sum -c` and `hashdeep -a`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from store.model import Evidence

_PREFIX: Final = "sha256:"


def sha256sum_list(evidence: Iterable[Evidence]) -> bytes:
    """One line a piece whose file name is known; the others as comments, which `sha256sum -c` passes over."""
    lines = [b"# sha256sum -c evidence.sha256\n"]
    for piece in evidence:
        digest = piece.digest.removeprefix(_PREFIX).encode("ascii")
        name = file_name(piece)
        if name and piece.digest.startswith(_PREFIX):
            lines.append(_sha256sum_line(digest, name))
        else:
            lines.append(b"# E%d %s\n" % (piece.number, piece.digest.encode("ascii", "replace")))
    return b"".join(lines)


def hashdeep_list(evidence: Iterable[Evidence]) -> bytes:
    """Pieces whose size and name are known, in the format of hashdeep 4 (`%%%% HASHDEEP-1.0`)."""
    lines = [b"%%%% HASHDEEP-1.0\n", b"%%%% size,sha256,filename\n", b"## hashdeep -a -k evidence.hashdeep FILES\n"]
    for piece in evidence:
        name = file_name(piece)
        # The format has no way to write a line break in a name.
        if piece.size is None or not name or not piece.digest.startswith(_PREFIX) or set(name) & set(b"\r\n"):
            continue
        lines.append(b"%d,%s,%s\n" % (piece.size, piece.digest.removeprefix(_PREFIX).encode("ascii"), name))
    return b"".join(lines)


def file_name(piece: Evidence) -> bytes:
    """The bytes of the file's name without its folders: what is beside the original where it is checked."""
    raw = bytes.fromhex(piece.raw_name) if piece.raw_name else piece.name.encode("utf-8", "replace")
    return raw.rsplit(b"/", 1)[-1]


def _sha256sum_line(digest: bytes, name: bytes) -> bytes:
    """As coreutils writes it: a name with a backslash, CR or LF is escaped, and the line begins with a backslash."""
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return (b"\\" if escaped != name else b"") + digest + b"  " + escaped + b"\n"
