"""Taking parsed JSON apart: each value is asked for by its type, and a failure says where it was not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from guidance.model import Text
from store.bundle.looking import Looking
from store.bundle.visible import visible_counted
from store.entry import read_time

Enum = TypeVar("Enum", bound=StrEnum)
Item = TypeVar("Item")
Key = TypeVar("Key")

MAX_TEXT: Final = 1024 * 1024
"""Characters; a text is never longer than the journal entry it comes from."""

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class WrongShape(ValueError):
    """A document that is not built as its format says; the text says where: `notes[2].versions[0].at: no time`."""


class Tally:
    """How many characters were shown instead of let through, as far as the allowance goes."""

    __slots__ = ("_looking", "replaced")

    def __init__(self, looking: Looking | None = None) -> None:
        self._looking = looking or Looking()
        self.replaced = 0

    def shown(self, text: str) -> str:
        """The text made harmless.

        Raises:
            TooMuch: more of it is to be shown than the allowance has.
        """
        shown, replaced = visible_counted(text, at_most=self._looking.signs_left + 1)
        if replaced:
            self._looking.signs(replaced)
            self.replaced += replaced
        return shown


class Node:
    """One value of a document and the way to it. Names that nobody asks for are passed over."""

    __slots__ = ("_tally", "_value", "_where")

    def __init__(self, value: Any, where: str = "", tally: Tally | None = None) -> None:
        self._value = value
        self._where = where
        self._tally = tally or Tally()

    def __getitem__(self, name: str) -> Node:
        """The value of a name in an object."""
        if not isinstance(self._value, dict):
            raise self._wrong("no object")
        if name not in self._value:
            raise WrongShape(f"{self._where or 'document'}: '{name}' is missing")
        return Node(self._value[name], f"{self._where}.{name}" if self._where else name, self._tally)

    def maybe(self, name: str) -> Node | None:
        """The value of a name that an older writer left out; None where it is not there."""
        return self[name] if isinstance(self._value, dict) and name in self._value else None

    @property
    def is_null(self) -> bool:
        """Whether it is null."""
        return self._value is None

    def text(self) -> str:
        """A text, with control and direction characters shown."""
        if not isinstance(self._value, str):
            raise self._wrong("no text")
        if len(self._value) > MAX_TEXT:
            raise self._wrong(f"longer than {MAX_TEXT} characters")
        return self._tally.shown(self._value)

    def word(self, pattern: str) -> str:
        """A text of a fixed form."""
        value = self.text()
        if re.fullmatch(pattern, value) is None:
            raise self._wrong("not of the form it has to be")
        return value

    def number(self) -> int:
        """A whole number, not negative."""
        if not isinstance(self._value, int) or isinstance(self._value, bool) or self._value < 0:
            raise self._wrong("no whole number")
        return self._value

    def yes_or_no(self) -> bool:
        """True or false."""
        if not isinstance(self._value, bool):
            raise self._wrong("neither true nor false")
        return self._value

    def one_of(self, enum: type[Enum]) -> Enum:
        """A member of an enumeration."""
        try:
            return enum(self.text())
        except ValueError:
            raise self._wrong("none of the values it may have") from None

    def time(self) -> datetime:
        """A time, UTC and aware."""
        try:
            return read_time(self.word(_TIME.pattern))
        except WrongShape:
            raise self._wrong("no time") from None
        except ValueError:
            raise self._wrong("no time") from None

    def date(self) -> date:
        """A day."""
        try:
            return date.fromisoformat(self.word(_DATE.pattern))
        except WrongShape:
            raise self._wrong("no date") from None
        except ValueError:
            raise self._wrong("no date") from None

    def both(self) -> Text:
        """Words in both languages."""
        return Text(da=self["da"].text(), en=self["en"].text())

    def optional(self, take: Callable[[Node], Item]) -> Item | None:
        """What `take` makes of it, or None for null."""
        return None if self.is_null else take(self)

    def each(self, take: Callable[[Node], Item]) -> tuple[Item, ...]:
        """What `take` makes of each value of a list."""
        if not isinstance(self._value, list):
            raise self._wrong("no list")
        return tuple(take(Node(one, f"{self._where}[{place}]", self._tally)) for place, one in enumerate(self._value))

    def mapping(self, key: Callable[[Node], Key], take: Callable[[Node], Item]) -> dict[Key, Item]:
        """What `key` and `take` make of each name and value of an object."""
        if not isinstance(self._value, dict):
            raise self._wrong("no object")
        return {key(Node(name, self._where, self._tally)): take(self[name]) for name in self._value}

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return self.each(Node.text)

    def _wrong(self, what: str) -> WrongShape:
        return WrongShape(f"{self._where or 'document'}: {what}")
