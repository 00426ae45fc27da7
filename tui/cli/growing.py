"""A JSON document that is written while what it tells of happens, so that none of it need be kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.cli.answer import Json

_AT_ONCE: Final = 200


class Growing:
    """One object, field after field; it reads as one that was written at once.

    Args:
        write: takes the text, piece by piece.
        compact: on one line.
    """

    def __init__(self, write: Callable[[str], None], *, compact: bool = False) -> None:
        self._write = write
        self._compact = compact
        self._fields = 0
        self._items: int | None = None

    @property
    def begun(self) -> bool:
        """Whether something of it is written."""
        return self._fields > 0

    def field(self, name: str, value: Json) -> None:
        """A field whose value is known."""
        self._close()
        self._write(self._next_field() + self._whole({name: value}))

    def items(self, name: str, values: Iterable[Json]) -> None:
        """A field whose value is a list, all of it; written as it is gone through."""
        self.begin(name)
        some: list[Json] = []
        for value in values:
            some.append(value)
            if len(some) == _AT_ONCE:
                self.more(some)
                some = []
        self.more(some)

    def begin(self, name: str) -> None:
        """A field whose value is a list; `more` adds to it, until the next field."""
        self._close()
        self._write(f"{self._next_field()}{'' if self._compact else '  '}{json.dumps(name)}: [")
        self._items = 0

    def more(self, values: Iterable[Json]) -> None:
        """Further values of the list that was begun."""
        assert self._items is not None
        text = []
        for value in values:
            text.append(self._between(self._items))
            written = self._whole([value])
            text.append(written if self._compact else "  " + written.replace("\n", "\n  "))
            self._items += 1
        self._write("".join(text))

    def end(self, rest: Mapping[str, Json]) -> None:
        """The last fields, and the end of the document."""
        for name, value in rest.items():
            self.field(name, value)
        self._close()
        self._write("}\n" if self._compact else "\n}\n")

    def _next_field(self) -> str:
        begins = ("{" if self._compact else "{\n") if self._fields == 0 else self._between(1)
        self._fields += 1
        return begins

    def _between(self, before: int) -> str:
        if self._compact:
            return ", " if before else ""
        return ",\n" if before else "\n"

    def _whole(self, value: Json) -> str:
        """What stands between the brackets of an object or a list, as `json` writes it."""
        written = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=None if self._compact else 2)
        return written[1:-1] if self._compact else written[2:-2]

    def _close(self) -> None:
        if self._items is not None:
            self._write("]" if self._compact or self._items == 0 else "\n  ]")
            self._items = None
