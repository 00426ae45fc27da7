"""One file of a backup: what it says first, then what the files before it do not have (`docs/backup-format.md`).

A file is an age file to the key that is derived from the vault's data key. Its plain text is lines of JSON, read as
strictly as those of a bundle. Its end is an end only where the last line says so.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from store.age.errors import AgeError, NoMatch
from store.age.hybrid import HybridIdentity
from store.age.reader import DecryptingReader
from store.backup.contents import Held
from store.backup.errors import BackupDamaged, BackupStopped
from store.bundle import json_strict
from store.bundle.journal import JournalRefused, read_line
from store.entry import read_time, write_time
from store.model import StoredEntry

FORMAT: Final = 1
_LARGEST_LINE: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_HEX64: Final = re.compile(r"[0-9a-f]{64}")

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a file says of itself and of the vault when it was made.

    Attributes:
        chain: name of the folder of the chain.
        number: in it, from 1; the first is whole by itself.
        previous: SHA-256 of the sealed file before, hex; empty for the first.
        order: among all files of the vault in the folder: higher than that of every file that could be read when it was
            made; 0 where nothing is said of it, as in the files of an earlier Segl.
        held: all that the vault held, but the entries and playbooks themselves.
    """

    chain: str
    number: int
    previous: str
    made_at: datetime
    held: Held = field(repr=False)
    order: int = 0

    def line(self) -> bytes:
        """As it stands in the file."""
        said = {
            "segl-backup": FORMAT,
            "chain": self.chain,
            "number": self.number,
            "previous": self.previous,
            "made-at": write_time(self.made_at),
            **({"order": self.order} if self.order else {}),
            **asdict(self.held),
        }
        return _line(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file that was read to its end.

    Attributes:
        digest: SHA-256 of the sealed file, hex.
        entries: how many are in it.
    """

    path: Path
    head: Head
    digest: str
    size: int
    entries: int


def end_line(entries: int) -> bytes:
    """The last line."""
    return _line({"end": entries})


def playbook_line(raw: bytes) -> bytes:
    """A playbook, byte for byte."""
    return _line({"playbook": base64.b64encode(raw).decode("ascii")})


def _line(said: dict[str, Any]) -> bytes:
    return (json_strict.dumps(said) + "\n").encode("utf-8")


class _Hashed:
    """The sealed bytes as they are read, counted and hashed."""

    def __init__(self, file: BinaryIO, moved: Callable[[int], None] | None) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._moved = moved
        self.size = 0

    def readinto(self, buffer: memoryview, /) -> int:
        count = self._file.readinto(buffer) or 0  # type: ignore[attr-defined]
        self._hash.update(buffer[:count])
        self.size += count
        if self._moved is not None:
            self._moved(count)
        return count

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


Each = Callable[[StoredEntry], None]
EachPlaybook = Callable[[bytes], None]


def read_piece(
    path: Path,
    identity: HybridIdentity,
    *,
    each: Each | None = None,
    playbook: EachPlaybook | None = None,
    plain: Callable[[bytes], None] | None = None,
    moved: Callable[[int], None] | None = None,
    cancelled: Cancelled | None = None,
) -> Piece:
    """Read a file to its end: it is authentic, of the form, and whole, or it counts for nothing.

    Args:
        path: of the file.
        identity: what opens it.
        each: called with every entry; they are not verified here.
        playbook: called with every playbook.
        plain: called with every line.
        moved: called with bytes of the sealed file that were read.
        cancelled: asked between lines.

    Raises:
        BackupDamaged: torn, changed, or something else; `no-match` where another key is needed.
        BackupStopped: `cancelled` said so.
        OSError: it can't be read.
    """
    with path.open("rb", buffering=0) as file:
        source = _Hashed(file, moved)
        with _as_damage(path), DecryptingReader(source, [identity]) as reader:
            head, entries = _read(_lines(reader), each, playbook, plain, cancelled)
        return Piece(path=path, head=head, digest=source.digest, size=source.size, entries=entries)


def read_head(path: Path, identity: HybridIdentity) -> Head:
    """Read what a file says of itself and no more; whether it is whole is not looked at.

    Raises:
        BackupDamaged: its beginning is torn, changed, or something else; `no-match` where another key is needed.
        OSError: it can't be read.
    """
    with path.open("rb", buffering=0) as file, _as_damage(path), DecryptingReader(file, [identity]) as reader:
        return _head(next(_lines(reader), b""))


@contextmanager
def _as_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except NoMatch:
        raise BackupDamaged(path, "no-match") from None
    except AgeError as error:
        raise BackupDamaged(path, error.code) from None
    except (ValueError, KeyError, TypeError, RecursionError, JournalRefused) as error:
        raise BackupDamaged(path, str(error) if isinstance(error, _FormInvalid) else "form") from None


class _FormInvalid(ValueError):
    pass


def _lines(reader: Any) -> Iterator[bytes]:
    kept = bytearray()
    while piece := reader.read(_PIECE):
        kept += piece
        start = 0
        while (end := kept.find(b"\n", start)) >= 0:
            yield bytes(kept[start:end])
            start = end + 1
        del kept[:start]
        if len(kept) > _LARGEST_LINE:
            raise _FormInvalid("line-too-long")
    if kept:
        raise _FormInvalid("last-line")


def _read(
    lines: Iterator[bytes],
    each: Each | None,
    playbook: EachPlaybook | None,
    plain: Callable[[bytes], None] | None,
    cancelled: Cancelled | None,
) -> tuple[Head, int]:
    first = next(lines, b"")
    if plain is not None:
        plain(first)
    head = _head(first)
    entries, ended = 0, False
    for number, line in enumerate(lines, start=2):
        if cancelled is not None and number % 256 == 0 and cancelled():
            raise BackupStopped
        if ended:
            raise _FormInvalid("after-the-end")
        if plain is not None:
            plain(line)
        if line.startswith(b'{"header"'):
            entries += 1
            # The form alone costs more than the reading; it is looked at where somebody wants the entry.
            if each is not None:
                each(read_line(number, line))
            continue
        said = json_strict.loads(line, max_items=8, max_depth=1)
        if set(said) == {"playbook"}:
            raw = base64.b64decode(said["playbook"].encode("ascii"), validate=True)
            if playbook is not None:
                playbook(raw)
        elif set(said) == {"end"} and said["end"] == entries:
            ended = True
        else:
            raise _FormInvalid("line")
    if not ended:
        raise _FormInvalid("no-end")
    return head, entries


def _head(line: bytes) -> Head:
    said = json_strict.loads(line, max_items=50_000_000, max_depth=4)
    if said.pop("segl-backup") != FORMAT:
        raise _FormInvalid("format")
    chain, number, previous = said.pop("chain"), said.pop("number"), said.pop("previous")
    made_at = read_time(said.pop("made-at"))
    order = said.pop("order", 0)
    if not isinstance(chain, str) or type(number) is not int or number < 1:
        raise _FormInvalid("head")
    if not isinstance(previous, str) or (number > 1) != bool(_HEX64.fullmatch(previous)):
        raise _FormInvalid("previous")
    if type(order) is not int or order < 0:
        raise _FormInvalid("order")
    return Head(chain=chain, number=number, previous=previous, made_at=made_at, held=_held(said), order=order)


def _held(said: dict[str, Any]) -> Held:
    rows = {
        name: tuple(tuple(row) if isinstance(row, list) else row for row in value) if isinstance(value, list) else value
        for name, value in said.items()
    }
    found = Held(**rows)  # type: ignore[arg-type]  # what it holds is looked at where it is used
    return replace(found, spaces=tuple((space, kind, tuple(heads)) for space, kind, heads in found.spaces))
