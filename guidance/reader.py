"""Reading a TOML table strictly: every key typed, none unknown, and every complaint with its place."""

from __future__ import annotations

import os
import re
import stat
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from guidance.duration import Duration
from guidance.faults import PlaybookError
from guidance.model import Text
from guidance.system_words import system_words

MAX_BYTES: Final = 512 * 1024
MAX_LINE: Final = 1000
MAX_PARTS: Final = 32
"""The longest line, and the most dots of one outside quotes: a key of many parts costs `tomllib` their square."""
MAX_NUMBER: Final = 10**9
_QUOTED: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""")
ID: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*", re.ASCII)


def read_file(path: Path) -> bytes:
    """The bytes of a file, at most one more than a playbook may have. A pipe or a device is never waited for.

    Raises:
        PlaybookError: it can't be read, or is no file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise PlaybookError(path.name, "", "not-a-file")
            return file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise PlaybookError(path.name, "", "not-a-file") from None
    except OSError as error:
        raise PlaybookError(path.name, "", "unreadable", system_words(error)) from None


def read_toml(raw: bytes, name: str) -> Table:
    """Parse the bytes of a file.

    Raises:
        PlaybookError: too large, not UTF-8, or not TOML.
    """
    if len(raw) > MAX_BYTES:
        raise PlaybookError(name, "", "too-big", len(raw), MAX_BYTES)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise PlaybookError(name, "", "not-utf8") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE or line.count(".") > MAX_PARTS < _QUOTED.sub("", line).count("."):
            raise PlaybookError(name, "", "long-line", number, MAX_LINE)
    try:
        return Table(tomllib.loads(text), name, "")
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError(name, "", "not-toml", error) from None
    except (RecursionError, ValueError):
        raise PlaybookError(name, "", "not-toml", "depth, or a number without end") from None


def _is_control(char: str) -> bool:
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")


class Table:
    """One table of a file, which is emptied key by key; `finish` refuses what is left."""

    __slots__ = ("_left", "name", "place")

    def __init__(self, values: dict[str, Any], name: str, place: str) -> None:
        self._left = dict(values)
        self.name = name
        self.place = place

    def at(self, key: str | int) -> str:
        """The place of a key or an index below this table."""
        if isinstance(key, int):
            return f"{self.place}[{key}]"
        return f"{self.place}.{key}" if self.place else key

    def refuse(self, key: str, problem: str, found: object = "", wanted: object = "") -> NoReturn:
        """Complain of a key of this table; an empty one means the table itself."""
        raise PlaybookError(self.name, self.at(key) if key else self.place, problem, found, wanted)

    def has(self, key: str) -> bool:
        """Whether the key is still there to be read."""
        return key in self._left

    def finish(self) -> None:
        """Refuse keys that nobody has read."""
        for key in self._left:
            self.refuse("", "unknown-key", key)

    def take(self, key: str, kind: type | tuple[type, ...], wanted: str, *, needed: bool = True) -> Any:
        """Take a value of one type; None where it is not there and need not be. A bool is never a number."""
        if key not in self._left:
            if needed:
                self.refuse(key, "missing")
            return None
        value = self._left.pop(key)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.refuse(key, "wrong-type", type(value).__name__, wanted)
        return value

    def line(self, key: str, *, needed: bool = True) -> str:
        """Take words: not blank, no control characters but the line break."""
        value = self.take(key, str, "text", needed=needed)
        if value is None:
            return ""
        if not value.strip():
            self.refuse(key, "blank")
        if not value.isprintable() and any(_is_control(char) for char in value):
            self.refuse(key, "control")
        return str(value.strip())

    def id(self, key: str = "id") -> str:
        """Take an id."""
        value = self.line(key)
        if not ID.fullmatch(value):
            self.refuse(key, "bad-id", value)
        return value

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        """Take one word of several."""
        value = self.line(key)
        words = list(allowed)
        if value not in words:
            self.refuse(key, "not-allowed", value, ", ".join(words))
        return value

    def number(self, key: str) -> int:
        """Take a whole number."""
        value = int(self.take(key, int, "a whole number"))
        if abs(value) > MAX_NUMBER:
            self.refuse(key, "huge-number", wanted=MAX_NUMBER)
        return value

    def flag(self, key: str) -> bool:
        """Take true or false; false where it is not there."""
        return bool(self.take(key, bool, "true or false", needed=False))

    def day(self, key: str) -> date:
        """Take a date."""
        value = self.take(key, date, "a date")
        if isinstance(value, datetime):
            self.refuse(key, "bad-date", value)
        return value  # type: ignore[no-any-return]

    def duration(self, key: str, *, recurs: bool = False) -> Duration:
        """Take a length of time in ISO 8601, at most ten years; of what recurs, at least a day."""
        value = self.line(key)
        try:
            found = Duration.parse(value)
        except ValueError:
            self.refuse(key, "bad-duration", value)
        if not found.within_ten_years:
            self.refuse(key, "duration-too-long", value)
        if recurs and not found.at_least_a_day:
            self.refuse(key, "duration-too-short", value)
        return found

    def text(self, key: str, *, needed: bool = True) -> Text | None:
        """Take words in both languages."""
        part = self.table(key, needed=needed)
        if part is None:
            return None
        words = Text(da=part.line("da"), en=part.line("en"))
        part.finish()
        return words

    def words(self, key: str) -> Text:
        """Take words in both languages that must be there."""
        words = self.text(key)
        assert words is not None
        return words

    def table(self, key: str, *, needed: bool = True) -> Table | None:
        """Take a table below this one."""
        value = self.take(key, dict, "a table", needed=needed)
        return None if value is None else Table(value, self.name, self.at(key))

    def tables(self, key: str) -> Iterator[Table]:
        """Take a list of tables; empty where it is not there."""
        for index, value in enumerate(self.items(key)):
            if not isinstance(value, dict):
                self.refuse(f"{key}[{index}]", "wrong-type", type(value).__name__, "a table")
            yield Table(value, self.name, f"{self.at(key)}[{index}]")

    def items(self, key: str) -> list[Any]:
        """Take a list of anything; empty where it is not there."""
        return self.take(key, list, "a list", needed=False) or []

    def strings(self, key: str) -> tuple[str, ...]:
        """Take a list of words, none twice."""
        found: list[str] = []
        for index, value in enumerate(self.items(key)):
            if not isinstance(value, str):
                self.refuse(f"{key}[{index}]", "wrong-type", type(value).__name__, "text")
            if not value.strip():
                self.refuse(f"{key}[{index}]", "blank")
            if value in found:
                self.refuse(f"{key}[{index}]", "duplicate", value)
            found.append(value)
        return tuple(found)
