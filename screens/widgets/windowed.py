"""Rows of which only those that are looked at are fetched, page by page; a list takes them as it takes any rows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar, overload

Row = TypeVar("Row")

PAGE: Final = 100
"""Rows that are fetched at once: more than any window has lines."""
_KEPT: Final = 12
"""Pages that are remembered."""


class Windowed(Sequence[Row | None], Generic[Row]):
    """So many rows; one that has not been fetched is None, and its page is asked for.

    Args:
        total: how many rows there are.
        want: called with the number of a page, once, when a row of it is looked at that is not there.
    """

    def __init__(self, total: int, want: Callable[[int], None]) -> None:
        self._total = total
        self._want = want
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()
        self._asked: set[int] = set()

    def __len__(self) -> int:
        """How many rows there are, fetched or not."""
        return self._total

    @overload
    def __getitem__(self, index: int) -> Row | None: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row | None]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row | None] | None:
        """The row, if it is there."""
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self._total))]
        if not -self._total <= index < self._total:
            raise IndexError(index)
        number, place = divmod(index % self._total, PAGE)
        rows = self._pages.get(number)
        if rows is None:
            if number not in self._asked:
                self._asked.add(number)
                self._want(number)
            return None
        self._pages.move_to_end(number)
        return rows[place] if place < len(rows) else None

    def put(self, number: int, rows: Iterable[Row]) -> None:
        """A page has come; the one that was not looked at for longest is forgotten for it."""
        self._pages[number] = tuple(rows)
        self._pages.move_to_end(number)
        self._asked.discard(number)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)

    def missed(self, number: int) -> None:
        """A page could not be fetched: it is asked for again when it is next looked at."""
        self._asked.discard(number)
