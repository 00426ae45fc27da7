"""The tar inside a sealed file: ustar (POSIX.1-2008, pax, 'ustar Interchange Format'), one way to write and to read it.

One folder `NAME/` first, then regular files under it, nothing else. The reader takes 512-byte blocks one by one and
refuses everything the writer would not have written: links, devices, long-name extensions, sparse files, names
outside the grammar, doubles. It never touches a file system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from store.bundle.names import MAX_MEMBER_NAME, is_safe_part

BLOCK: Final = 512
RECORD: Final = 20 * BLOCK
MAX_MEMBERS: Final = 1000
MATERIAL: Final = "data/material/"
MAX_MATERIAL: Final = 16 * 1024 * 1024 * 1024
"""Bytes of all files below `data/material/`, their headers and padding counted in."""
MAX_FILE: Final = 8 * 1024 * 1024 * 1024 - 1
"""Bytes of one file: what the eleven octal digits of a ustar header can say."""
MAX_PARTS: Final = 4

_CHUNK: Final = 1024 * 1024
_MAGIC: Final = b"ustar\x0000"
_ZEROS: Final = bytes(BLOCK)

Read = Callable[[int], bytes]
Write = Callable[[bytes], object]


class TarRefused(ValueError):
    """A tar that the writer here would not have written; the text says why in technical English.

    Attributes:
        member: the name it is about, if it has one that is safe to show; else empty.
    """

    def __init__(self, reason: str, member: str = "") -> None:
        super().__init__(f"{member}: {reason}" if member else reason)
        self.reason = reason
        self.member = member


class TarTooLarge(TarRefused):
    """A tar of more bytes than the reader is ready to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a reader is ready to look at.

    Attributes:
        members: how many files.
        total: bytes of the whole tar but for material. Nothing in it is compressed.
        material: bytes of material.
    """

    members: int = MAX_MEMBERS
    total: int = 100 * 1024 * 1024
    material: int = MAX_MATERIAL


def tar_size(sizes: Mapping[str, int]) -> int:
    """Bytes of the whole tar of one folder with files of these sizes, padded to records of 10,240 bytes."""
    blocks = 1 + sum(1 + -(-size // BLOCK) for size in sizes.values()) + 2
    return -(-blocks * BLOCK // RECORD) * RECORD


def write_tar(write: Write, folder: str, files: Mapping[str, bytes], *, mtime: int) -> int:
    """Write the folder and its files, sorted by name; the same files give the same bytes.

    Args:
        write: takes the next bytes.
        folder: NAME, without a slash.
        files: path under the folder -> content.
        mtime: of every member, seconds since 1970.

    Returns:
        How many bytes were written.
    """
    tar = TarWriter(write, folder, mtime=mtime)
    tar.files(files)
    return tar.end()


class TarWriter:
    """Writes a tar member by member, for who does not have all of them at the beginning."""

    def __init__(self, write: Write, folder: str, *, mtime: int) -> None:
        self._write = write
        self._folder = folder
        self._mtime = mtime
        self._written = BLOCK
        write(_header(f"{folder}/", size=0, mtime=mtime, kind=b"5", mode=0o700))

    @contextmanager
    def member(self, name: str, size: int) -> Iterator[None]:
        """The header of a file, then what fills it to its last block. In between, the caller writes `size` bytes."""
        self._write(_header(f"{self._folder}/{name}", size=size, mtime=self._mtime, kind=b"0", mode=0o600))
        yield
        padding = -size % BLOCK
        self._write(bytes(padding))
        self._written += BLOCK + size + padding

    def files(self, files: Mapping[str, bytes]) -> None:
        """Files that are there already, sorted by name."""
        for name in sorted(files):
            view = memoryview(files[name])
            with self.member(name, len(view)):
                for start in range(0, len(view), _CHUNK):
                    self._write(bytes(view[start : start + _CHUNK]))

    def end(self) -> int:
        """The end of the tar; gives the bytes of all of it."""
        total = -(-(self._written + 2 * BLOCK) // RECORD) * RECORD
        self._write(bytes(total - self._written))
        return total


class TarReader:
    """Reads a tar member by member.

    Attributes:
        folder: NAME, known once the first member was asked for.
    """

    def __init__(self, read: Read, *, limits: Limits | None = None) -> None:
        self._read = read
        self._limits = limits or Limits()
        self._seen: set[str] = set()
        self._folders: dict[str, str] = {}
        self._left = 0
        self._padding = 0
        self._total = 0
        self._material = 0
        self.folder = ""

    def members(self) -> Iterator[tuple[str, int]]:
        """Each regular file as (path under the folder, size); `chunks` has its bytes until the next is asked for.

        Raises:
            TarRefused: anything that is not as the writer writes it, or beyond the limits.
        """
        while True:
            for _ in self.chunks():
                pass
            block = self._take(BLOCK)
            if block == _ZEROS:
                self._end()
                return
            path, size, kind = _parse(block)
            if not self.folder:
                self._first(path, size, kind)
                continue
            name = self._name(path, kind)
            if len(self._seen) > self._limits.members:
                raise TarRefused(f"more than {self._limits.members} members")
            self._left = size
            self._padding = -size % BLOCK
            if name.startswith(MATERIAL):
                # Counted apart: what is material passes through, and nothing of it is kept.
                self._material += BLOCK + size + self._padding
                self._total -= BLOCK + size + self._padding
                if self._material > self._limits.material:
                    raise TarTooLarge(f"more than {self._limits.material} bytes of material", name)
            elif size > self._limits.total - self._total:
                raise TarTooLarge(f"larger than {self._limits.total} bytes", name)
            yield name, size

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the current member that were not taken yet, in pieces of at most 1 MiB."""
        while self._left:
            data = self._take(min(self._left, _CHUNK))
            self._left -= len(data)
            yield data
        if self._padding:
            padding, self._padding = self._padding, 0
            if any(self._take(padding)):
                raise TarRefused("bytes between the members")

    def _first(self, path: str, size: int, kind: bytes) -> None:
        folder = path.removesuffix("/")
        if kind != b"5" or size or path == folder or not is_safe_part(folder):
            raise TarRefused("the first member is not one folder")
        self.folder = folder

    def _name(self, path: str, kind: bytes) -> str:
        if kind != b"0":
            raise TarRefused(f"a member that is no regular file (type {kind!r})")
        parts = path.split("/")
        if len(parts) > MAX_PARTS or not all(is_safe_part(part) for part in parts):
            raise TarRefused("a name outside the grammar")
        if parts[0] != self.folder or len(parts) < 2:
            raise TarRefused("a member outside the folder")
        name = "/".join(parts[1:])
        folded = name.lower()
        above = {folder.lower(): folder for depth in range(2, len(parts)) if (folder := "/".join(parts[1:depth]))}
        if folded in self._seen or folded in self._folders or above.keys() & self._seen:
            raise TarRefused("two members of one name", name)
        if any(self._folders.get(folder, spelled) != spelled for folder, spelled in above.items()):
            raise TarRefused("two folders of one name", name)
        self._seen.add(folded)
        self._folders |= above
        return name

    def _end(self) -> None:
        if self._take(BLOCK) != _ZEROS:
            raise TarRefused("one empty block where the end has two")
        padding = 2 * BLOCK
        while data := self._read(BLOCK):
            padding += len(data)
            if any(data) or padding > RECORD + 2 * BLOCK:
                raise TarRefused("bytes after the end")
        if not self.folder:
            raise TarRefused("it is empty")

    def _take(self, size: int) -> bytes:
        data = self._read(size)
        while len(data) < size:
            more = self._read(size - len(data))
            if not more:
                raise TarRefused("it is cut short")
            data += more
        self._total += size
        if self._total > self._limits.total:
            raise TarTooLarge(f"larger than {self._limits.total} bytes")
        return data


def _header(path: str, *, size: int, mtime: int, kind: bytes, mode: int) -> bytes:
    name = path.encode("ascii")
    if len(name) > MAX_MEMBER_NAME or not all(is_safe_part(part) for part in path.removesuffix("/").split("/")):
        raise ValueError("a name outside the grammar")
    fields = (
        name.ljust(100, b"\0")
        + b"%07o\0" % mode
        + b"0000000\0" * 2
        + b"%011o\0" % size
        + b"%011o\0" % mtime
        + b" " * 8
        + kind
        + bytes(100)
        + _MAGIC
        + bytes(64)
        + b"0000000\0" * 2
    ).ljust(BLOCK, b"\0")
    return fields[:148] + b"%06o\0 " % sum(fields) + fields[156:]


def _parse(block: bytes) -> tuple[str, int, bytes]:
    if _octal(block[148:156]) != sum(block[:148]) + sum(block[156:]) + 8 * ord(" "):
        raise TarRefused("a header whose checksum is wrong")
    if block[257:265] != _MAGIC:
        raise TarRefused("a header that is not ustar")
    if any(block[157:257]) or any(block[345:]):
        raise TarRefused("a header with a link or a prefix")
    try:
        name = block[:100].rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError:
        raise TarRefused("a name outside the grammar") from None
    return name, _octal(block[124:136]), block[156:157]


def _octal(field: bytes) -> int:
    digits = field.rstrip(b"\0 ")
    if not digits or any(byte not in b"01234567" for byte in digits):
        raise TarRefused("a number that is not octal")
    return int(digits, 8)
