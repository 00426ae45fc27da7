"""What the journal of a vault looked like at one moment: a tree over the heads of all its spaces, signed.

A tree of RFC 6962, section 2.1: leaf `SHA-256(0 || data)`, node `SHA-256(1 || left || right)`, a node without a partner
is carried up as it is (which gives the same tree as the section's division at the largest power of two). The nodes are
kept, so that a commit costs as many hashes as the tree is high.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import ed25519
from store.database import Connection
from store.entry import read_time, write_time
from store.errors import disk_errors
from store.files import read_at_most, write_whole
from store.keys import DeviceKey
from store.model import Checkpoint

OUTSIDE: Final = "checkpoint.txt"
_LARGEST: Final = 4096
EMPTY_ROOT: Final = hashlib.sha256(b"").hexdigest()

_DOCUMENT: Final = re.compile(
    r"(?P<signed>segl-checkpoint v1\n"
    r"vault (?P<vault>[0-9a-z-]{1,64})\n"
    r"counter (?P<counter>[1-9][0-9]{0,14})\n"
    r"root sha256:(?P<root>[0-9a-f]{64})\n"
    r"device (?P<device>[0-9a-f]{64})\n"
    r"claimed-at (?P<claimed_at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n)"
    r"signature (?P<signature>[A-Za-z0-9+/]{86}==)\n"
)


class CheckpointInvalid(SeglError):
    """A checkpoint is malformed or its signature does not hold."""

    code: ClassVar[str] = "checkpoint-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("A checkpoint of the journal is damaged or was not signed by the key that it names."),
            safe=_("Nothing was changed."),
            todo=_("Run 'segl doctor': it says what still holds."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A checkpoint that was read and whose signature holds.

    Attributes:
        root: of the tree, 64 hex digits.
        device: the key that signed it; whether it is known is for the caller to say.
    """

    vault: str
    counter: int
    root: str
    device: str
    claimed_at: datetime


def write(key: DeviceKey, *, vault: str, counter: int, root: str, at: datetime) -> str:
    """A signed checkpoint document (`docs/journal-format.md`, 'Checkpoint')."""
    signed = (
        f"segl-checkpoint v1\nvault {vault}\ncounter {counter}\nroot sha256:{root}\n"
        f"device {key.device}\nclaimed-at {write_time(at)}\n"
    )
    return f"{signed}signature {b64encode(key.sign(signed.encode('ascii'))).decode()}\n"


def read(text: str) -> Document:
    """Read a checkpoint document strictly and check its signature.

    Raises:
        CheckpointInvalid: where it is malformed or not signed by the key that it names.
    """
    match = _DOCUMENT.fullmatch(text)
    if match is None:
        raise CheckpointInvalid
    try:
        signature = b64decode(match["signature"], validate=True)
        claimed_at = read_time(match["claimed_at"])
    except (NotBase64, ValueError):
        raise CheckpointInvalid from None
    if not ed25519.verifies(bytes.fromhex(match["device"]), signature, match["signed"].encode("ascii")):
        raise CheckpointInvalid
    return Document(
        vault=match["vault"],
        counter=int(match["counter"]),
        root=match["root"],
        device=match["device"],
        claimed_at=claimed_at,
    )


def leaf(kind: str, space: str, heads: Iterable[str]) -> bytes:
    """The hash of one space's leaf."""
    data = f"space {kind} {space}\n" + "".join(f"head {entry}\n" for entry in sorted(heads))
    return hashlib.sha256(b"\0" + data.encode("ascii")).digest()


def _parent(left: bytes, right: bytes | None) -> bytes:
    return left if right is None else hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The tree in memory, level by level; what `doctor` replays the journal on."""

    def __init__(self) -> None:
        self.levels: list[list[bytes]] = [[]]

    def put(self, position: int, hashed: bytes) -> None:
        """Set the leaf at a position; the next free one or one that is there."""
        for level in range(64):
            row = self.levels[level]
            if position == len(row):
                row.append(hashed)
            else:
                row[position] = hashed
            if len(row) == 1:
                del self.levels[level + 1 :]
                return
            left = position & ~1
            hashed = _parent(row[left], row[left + 1] if left + 1 < len(row) else None)
            position //= 2
            if level + 1 == len(self.levels):
                self.levels.append([])

    @property
    def root(self) -> str:
        """The root, hex."""
        return self.levels[-1][0].hex() if self.levels[0] else EMPTY_ROOT

    def nodes(self) -> dict[tuple[int, int], bytes]:
        """Every node by level and position, as the table has them."""
        return {(level, place): node for level, row in enumerate(self.levels) for place, node in enumerate(row)}


def put_leaf(connection: Connection, position: int, hashed: bytes) -> None:
    """Set one leaf of the kept tree and every node above it; `position` from 0."""
    for level in range(64):
        connection.execute(
            "INSERT INTO merkle (level, position, hash) VALUES (?, ?, ?) "
            "ON CONFLICT (level, position) DO UPDATE SET hash = excluded.hash",
            (level, position, hashed),
        )
        [(width,)] = connection.execute("SELECT max(position) + 1 FROM merkle WHERE level = ?", (level,)).fetchall()
        if width == 1:
            return
        partner = connection.execute(
            "SELECT hash FROM merkle WHERE level = ? AND position = ?", (level, position ^ 1)
        ).fetchone()
        if partner is None:
            pass
        elif position & 1:
            hashed = _parent(partner[0], hashed)
        else:
            hashed = _parent(hashed, partner[0])
        position //= 2


def kept_root(connection: Connection) -> str:
    """The root of the kept tree, hex."""
    top = "SELECT hash FROM merkle WHERE level = (SELECT max(level) FROM merkle) AND position = 0"
    row = connection.execute(top).fetchone()
    return row[0].hex() if row else EMPTY_ROOT


def latest(connection: Connection) -> Checkpoint | None:
    """The newest checkpoint in the vault; None where nothing was ever written."""
    row = connection.execute("SELECT counter, root, text FROM checkpoint ORDER BY counter DESC LIMIT 1").fetchone()
    return Checkpoint(counter=row[0], root=row[1], text=row[2]) if row else None


def add(
    connection: Connection, key: DeviceKey, *, vault: str, counter: int, spaces: Mapping[int, bytes], at: datetime
) -> None:
    """Put the leaves of the spaces that changed, by number from 1, and keep a checkpoint of what comes out."""
    for number, hashed in sorted(spaces.items()):
        put_leaf(connection, number - 1, hashed)
    root = kept_root(connection)
    text = write(key, vault=vault, counter=counter, root=root, at=at)
    connection.execute("INSERT INTO checkpoint (counter, root, text) VALUES (?, ?, ?)", (counter, root, text))


def outside(folder: Path) -> tuple[tuple[Path, Document | None], ...]:
    """The checkpoints that lie beside a vault: the last one written, and older ones that did not fit what came after.

    A document is None where the file can't be read as one.
    """
    found: list[tuple[Path, Document | None]] = []
    for path in sorted(folder.glob("checkpoint*.txt")):
        try:
            found.append((path, read(read_at_most(path, _LARGEST).decode("ascii"))))
        except (CheckpointInvalid, UnicodeDecodeError, OSError):
            found.append((path, None))
    return tuple(found)


def fits(connection: Connection, document: Document) -> bool:
    """Whether the vault has a checkpoint with this counter and this root; if not, it is not what it was then."""
    row = connection.execute("SELECT root FROM checkpoint WHERE counter = ?", (document.counter,)).fetchone()
    return row is not None and row[0] == document.root


def write_outside(folder: Path, connection: Connection) -> None:
    """Write the newest checkpoint beside the vault. One there that does not fit is kept under another name.

    Raises:
        DiskFull, DiskFailed: what lay there is untouched.
    """
    newest = latest(connection)
    if newest is None:
        return
    path = folder / OUTSIDE
    there = dict(outside(folder)).get(path, newest)
    if there is None or (isinstance(there, Document) and not fits(connection, there)):
        with disk_errors(path):
            path.rename(folder / f"checkpoint-{hashlib.sha256(read_at_most(path, _LARGEST)).hexdigest()[:16]}.txt")
    elif isinstance(there, Document) and there.counter == newest.counter:
        return
    write_whole(path, newest.text.encode("ascii"))
