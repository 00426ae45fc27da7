"""Whether sealing is to stop, asked again and again while the files of a large case are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from store.age.errors import SealCancelled

T = TypeVar("T")
Cancelled = Callable[[], bool]

_EACH: Final = 64
"""Of entries between two questions: some milliseconds of work."""


def ask(cancelled: Cancelled | None) -> None:
    """Raises SealCancelled where `cancelled` says so."""
    if cancelled is not None and cancelled():
        raise SealCancelled


def asking(found: Iterable[T], cancelled: Cancelled | None) -> Iterator[T]:
    """The same one by one; before the first and now and then it is asked whether to stop.

    Raises:
        SealCancelled: `cancelled` said so.
    """
    for number, one in enumerate(found):
        if number % _EACH == 0:
            ask(cancelled)
        yield one
