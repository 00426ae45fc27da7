"""The text form of an age file: strict PEM (age.md, section 'ASCII armor'; RFC 7468, figure 3).

Accepted besides the one way it is written: CRLF line ends, no line end after the last line, white space before and
after.
"""

from __future__ import annotations

import binascii
from typing import Final

from store.age.blocks import Reads, Writes, read_some, write_all
from store.age.errors import ArmorFailure

BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
END: Final = b"-----END AGE ENCRYPTED FILE-----"
MAX_WHITE_SPACE: Final = 1024
"""Bytes before and after, each: as much as the age command takes."""

_COLUMNS: Final = 64
_LINE_BYTES: Final = 48
_READ_SIZE: Final = 256 * 1024
_WRITE_SIZE: Final = _LINE_BYTES * 4096


class ArmorWriter:
    """Writes the text form of what is written to it. Without `finish` the text has no end and opens for nobody."""

    def __init__(self, sink: Writes) -> None:
        self._sink = sink
        self._rest = bytearray()
        write_all(sink, memoryview(BEGIN + b"\n"))

    def write(self, data: memoryview, /) -> int:
        """Take all of it; whole lines are passed on."""
        self._rest += data
        whole = len(self._rest) - len(self._rest) % _LINE_BYTES
        for start in range(0, whole, _WRITE_SIZE):
            self._write_lines(bytes(self._rest[start : min(start + _WRITE_SIZE, whole)]))
        del self._rest[:whole]
        return len(data)

    def finish(self) -> None:
        """Write the last line and the end."""
        if self._rest:
            self._write_lines(bytes(self._rest))
        write_all(self._sink, memoryview(END + b"\n"))

    def _write_lines(self, data: bytes) -> None:
        text = binascii.b2a_base64(data, newline=False)
        lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
        write_all(self._sink, memoryview(b"\n".join(lines) + b"\n"))


class ArmorReader:
    """Reads what a text form holds. Whatever is not strict is an ArmorFailure, after what came before it was given."""

    def __init__(self, source: Reads) -> None:
        self._source = source
        self._buffer = memoryview(bytearray(_READ_SIZE))
        self._text = b""
        self._at_end = False
        self._data = memoryview(b"")
        self._failure: ArmorFailure | None = None
        self._begun = False
        self._short = False
        self._ended = False

    def readinto(self, buffer: memoryview, /) -> int:
        """Decoded bytes, 0 at the end.

        Raises:
            ArmorFailure: the text is not strict.
        """
        while len(self._data) == 0:
            if self._failure is not None:
                raise self._failure
            if self._ended:
                return 0
            try:
                self._advance()
            except ArmorFailure as failure:
                self._failure = failure
        size = min(len(buffer), len(self._data))
        buffer[:size] = self._data[:size]
        self._data = self._data[size:]
        return size

    def _advance(self) -> None:
        if not self._begun:
            self._begin()
        lines = self._lines()
        if not lines:
            raise ArmorFailure("the text ends before its last line")
        if END not in lines:
            self._decode(lines)
            return
        place = lines.index(END)
        self._text = b"\n".join([*lines[place + 1 :], self._text])
        self._ended = True
        self._decode(lines[:place])
        self._drain()

    def _decode(self, lines: list[bytes]) -> None:
        good: list[bytes] = []
        problem = ""
        for line in lines:
            if self._short:
                problem = "a line after the last one"
            elif not line:
                problem = "an empty line"
            elif len(line) > _COLUMNS:
                problem = "a line is too long"
            elif len(line) < _COLUMNS or line.endswith(b"="):
                self._short = True
            if problem:
                break
            good.append(line)
        try:
            data = binascii.a2b_base64(b"".join(good), strict_mode=True)
        except binascii.Error:
            self._data = memoryview(_before_failure(good))
            raise ArmorFailure("a line is not base64 with padding") from None
        if good and binascii.b2a_base64(data[-(len(data) % _LINE_BYTES or _LINE_BYTES) :], newline=False) != good[-1]:
            self._data = memoryview(data[: (len(good) - 1) * _LINE_BYTES])
            raise ArmorFailure("the last line is not canonical base64")
        self._data = memoryview(data)
        if problem:
            raise ArmorFailure(problem)

    def _begin(self) -> None:
        skipped = 0
        while True:
            line = self._line()
            if line.strip():
                break
            skipped += len(line) + 1
            if skipped > MAX_WHITE_SPACE:
                raise ArmorFailure("too much white space before the text")
        if line != BEGIN:
            raise ArmorFailure("the first line is not the one an age file in text form has")
        self._begun = True

    def _drain(self) -> None:
        rest = self._text
        while len(rest) <= MAX_WHITE_SPACE and not rest.strip() and self._more():
            rest = self._text
        if rest.strip():
            raise ArmorFailure("something follows the last line")
        if len(rest) > MAX_WHITE_SPACE:
            raise ArmorFailure("too much white space after the text")

    def _more(self) -> bool:
        if self._at_end:
            return False
        read = read_some(self._source, self._buffer)
        self._at_end = read == 0
        self._text += self._buffer[:read]
        return read > 0

    def _line(self) -> bytes:
        while b"\n" not in self._text:
            if len(self._text) > MAX_WHITE_SPACE:
                raise ArmorFailure("the first line is too long")
            if not self._more():
                break
        line, _, self._text = self._text.partition(b"\n")
        return _without_cr(line)

    def _lines(self) -> list[bytes]:
        """The whole lines that have been read, at least one; the last one of the file may lack its end."""
        while b"\n" not in self._text:
            if len(self._text) > MAX_WHITE_SPACE:
                raise ArmorFailure("a line is too long")
            if not self._more():
                last, self._text = self._text, b""
                return [_without_cr(last)] if last else []
        whole, _, self._text = self._text.rpartition(b"\n")
        lines = whole.split(b"\n")
        return [_without_cr(line) for line in lines]


def _without_cr(line: bytes) -> bytes:
    return line[:-1] if line.endswith(b"\r") else line


def _before_failure(lines: list[bytes]) -> bytes:
    """What the lines hold that stand before the first one that is no base64."""
    data = bytearray()
    for line in lines:
        try:
            data += binascii.a2b_base64(line, strict_mode=True)
        except binascii.Error:
            break
    return bytes(data)
