"""Ctrl+C, SIGTERM and SIGHUP: asked politely first, so that nothing is left half done; a second time at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, NoReturn

_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def ending_as_interrupts() -> Iterator[None]:
    """SIGTERM and SIGHUP end a command as ctrl+c does: half-written files go, the vault is closed."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    with _handled(_ENDING, stop):
        yield


@contextmanager
def cancellation() -> Iterator[Callable[[], bool]]:
    """Long work asks whether it is to stop, and stops between two pieces; nothing is torn in the middle.

    Yields:
        Whether somebody asked. The second time they ask, KeyboardInterrupt comes at once.
    """
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    with _handled((signal.SIGINT, *_ENDING), note):
        yield lambda: bool(asked)


@contextmanager
def _handled(numbers: tuple[int, ...], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before: dict[int, Any] = {}
    try:
        for number in numbers:
            before[number] = signal.signal(number, handler)
    except ValueError:
        # Only the main thread may take signals over; elsewhere they stay with whoever has them.
        before.clear()
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
