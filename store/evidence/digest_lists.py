"""Lists of digests made elsewhere: what GNU and BSD tools, openssl, hashdeep and b3sum write, read line by line.

A line that can't be used is named by its number with why, and does not stop the others. A plain line of 64 digits does
not say whether SHA-256 or BLAKE3 made it, so whoever gives the list says so. Nothing is looked for on this machine: the
names are only names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from guidance.language import _
from store.entry import LARGEST_NUMBER
from store.evidence.dictation import Algorithm
from store.evidence.errors import ListUnreadable, shown_path
from store.evidence.register import kind_by_name
from store.model import DigestSource, EvidenceDraft

MOST_BYTES: Final = 64 << 20
MOST_LINES: Final = 250_000
LONGEST: Final = 16 << 10
"""Bytes of one line; a path may be 4,096 long and each of its bytes may be escaped."""

_PLAIN: Final = re.compile(rb"(\\?)([0-9A-Fa-f]+) [ *]?+(.+)", re.DOTALL)
_TAGGED: Final = re.compile(rb"(\\?)([A-Za-z0-9/-]+) ?\((.+)\) ?= ?([0-9A-Fa-f]+)", re.DOTALL)
_BARE: Final = re.compile(rb"[0-9A-Fa-f]+")
_TAGS: Final[dict[bytes, Algorithm]] = {
    b"SHA256": "sha256",
    b"SHA2-256": "sha256",
    b"SHA-256": "sha256",
    b"BLAKE3": "blake3",
}
_OTHERS: Final = {32: "MD5", 40: "SHA-1", 56: "SHA-224", 96: "SHA-384", 128: "SHA-512"}
_ESCAPES: Final = {b"\\\\": b"\\", b"\\n": b"\n", b"\\r": b"\r"}
_DRIVE: Final = re.compile(rb"[A-Za-z]:\\|\\\\")
_SIZE: Final = re.compile(rb"[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line that can be used.

    Attributes:
        line: its number, from 1.
        digest: `sha256:<hex>` or `blake3:<hex>`.
        path: the bytes of the file's name as the list says it, with folders or without.
        name: the bytes of the file's name without its folders.
        size: bytes; None where the list does not say.
        copy_of: the number of an earlier line that names exactly the same file under the same name in another folder;
            0 where none does. What is registered of the two is the same.
    """

    line: int
    digest: str
    path: bytes
    name: bytes
    size: int | None = None
    copy_of: int = 0

    def draft(self) -> EvidenceDraft:
        """A piece of evidence, as far as the list tells of it."""
        shown = shown_path(self.name)
        return EvidenceDraft(
            digest=self.digest,
            size=self.size,
            source=DigestSource.LIST,
            name=shown,
            raw_name=self.name.hex(),
            kind=kind_by_name(shown),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongLine:
    """One line that can't be used.

    Attributes:
        line: its number, from 1.
        why: in words, in the current language.
        begins: how the line begins, with what can't be shown made visible.
    """

    line: int
    why: str
    begins: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestList:
    """What came of a list.

    Attributes:
        plain: whether a line did not say by which algorithm it was made.
    """

    found: tuple[Listed, ...]
    wrong: tuple[WrongLine, ...]
    plain: bool

    @property
    def copies(self) -> tuple[Listed, ...]:
        """The lines that name once more, in another folder, what an earlier line names."""
        return tuple(one for one in self.found if one.copy_of)


class _Wrong(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_list(raw: bytes, *, plain: Algorithm = "sha256") -> DigestList:
    """Read a list.

    Args:
        raw: all of it, as it lies in the file.
        plain: by which algorithm lines were made that do not say so.

    Raises:
        ListUnreadable: it is too large, or there is neither a digest nor a wrong line in it.
    """
    if len(raw) > MOST_BYTES:
        raise ListUnreadable("too-large")
    reader = _Reader(plain)
    found: list[Listed] = []
    wrong: list[WrongLine] = []
    lines: dict[tuple[str, bytes, int | None], int] = {}
    files: dict[tuple[str, bytes, int | None], int] = {}
    for number, line in enumerate(_lines(raw), 1):
        if number > MOST_LINES:
            raise ListUnreadable("too-many-lines")
        try:
            one = reader.line(number, line)
            if one is None:
                continue
            first = lines.setdefault((one.digest, one.path, one.size), number)
            if first != number:
                raise _Wrong(_("it is the same as line {number}").format(number=first))
            first = files.setdefault((one.digest, one.name, one.size), number)
            found.append(one if first == number else replace(one, copy_of=first))
        except _Wrong as fault:
            wrong.append(WrongLine(line=number, why=fault.why, begins=shown_path(line[:60])))
    if not found and not wrong:
        raise ListUnreadable("empty")
    return DigestList(found=tuple(found), wrong=tuple(wrong), plain=reader.was_plain)


def _lines(raw: bytes) -> Iterator[bytes]:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        # What PowerShell writes with `>`.
        if raw.startswith(mark):
            raw = raw[2:].decode(encoding, "replace").encode("utf-8", "replace")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        yield raw[start:end].removesuffix(b"\r")
        start = end + 1


class _Reader:
    def __init__(self, plain: Algorithm) -> None:
        self._plain = plain
        self._columns: list[bytes] = []
        self.was_plain = False

    def line(self, number: int, line: bytes) -> Listed | None:
        if len(line) > LONGEST:
            raise _Wrong(_("it is longer than a line of a list can be"))
        if line.startswith(b"%%%% "):
            self._header(line)
            return None
        if not line.strip() or line.startswith(b"#"):
            return None
        if b"\0" in line:
            raise _Wrong(_("there is a NUL character in it"))
        if self._columns:
            return self._hashdeep(number, line)
        if match := _TAGGED.fullmatch(line):
            algorithm = _TAGS.get(match[2].upper())
            if algorithm is None:
                tag = match[2][:20].decode("ascii", "replace")
                raise _Wrong(_("it was made by {algorithm}; Segl keeps SHA-256 and BLAKE3").format(algorithm=tag))
            return self._listed(number, algorithm, match[4], _unescaped(match[3]) if match[1] else match[3])
        match = _PLAIN.fullmatch(line)
        if match is None:
            if _BARE.fullmatch(line.strip(b" *\t")):
                raise _Wrong(_("there is no file name behind the checksum"))
            raise _Wrong(_("it is not a line that sha256sum, b3sum, hashdeep or a BSD tool writes"))
        found = self._listed(number, self._plain, match[2], _unescaped(match[3]) if match[1] else match[3])
        self.was_plain = True
        return found

    def _header(self, line: bytes) -> None:
        said = line[5:].strip()
        if said.upper().startswith(b"HASHDEEP"):
            return
        columns = [column.strip().lower() for column in said.split(b",")]
        if columns[0] != b"size" or columns[-1] != b"filename" or b"sha256" not in columns:
            raise _Wrong(_("hashdeep was told to write no SHA-256"))
        self._columns = columns

    def _hashdeep(self, number: int, line: bytes) -> Listed:
        cells = line.split(b",", len(self._columns) - 1)
        if len(cells) != len(self._columns):
            raise _Wrong(_("it has fewer columns than the list's own header says"))
        row = dict(zip(self._columns, cells, strict=True))
        if not _SIZE.fullmatch(row[b"size"]):
            raise _Wrong(_("its size is not a number"))
        size = row[b"size"].lstrip(b"0") or b"0"
        # Looked at by its length first: making a number of many digits is work.
        if len(size) > len(str(LARGEST_NUMBER)) or int(size) > LARGEST_NUMBER:
            raise _Wrong(_("its size is larger than a file can be"))
        return self._listed(number, "sha256", row[b"sha256"], row[b"filename"], int(size))

    @staticmethod
    def _listed(number: int, algorithm: Algorithm, digits: bytes, path: bytes, size: int | None = None) -> Listed:
        if len(digits) != 64 or not _BARE.fullmatch(digits):
            other = _OTHERS.get(len(digits))
            if other:
                raise _Wrong(_("it was made by {algorithm}; Segl keeps SHA-256 and BLAKE3").format(algorithm=other))
            count = len(digits)
            raise _Wrong(_("its checksum has {count} digits, a SHA-256 has 64").format(count=count))
        parts = re.split(rb"[\\/]", path) if _DRIVE.match(path) else path.split(b"/")
        if not parts[-1] or parts[-1] in (b"-", b".", b".."):
            raise _Wrong(_("there is no file name behind the checksum"))
        digest = f"{algorithm}:{digits.decode('ascii').lower()}"
        return Listed(line=number, digest=digest, path=path, name=parts[-1], size=size)


def _unescaped(name: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        try:
            return _ESCAPES[match[0]]
        except KeyError:
            raise _Wrong(_("its name is escaped in a way that sha256sum does not write")) from None

    return re.sub(rb"\\.?", plain, name, flags=re.DOTALL)
