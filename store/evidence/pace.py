"""How far a reading has come, how fast it goes and how long it will take: one sentence, wherever files are read."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from guidance.language import _
from store.amounts import duration, size
from store.bundle.visible import one_line
from store.evidence.queue import TOLD_EVERY, QueueProgress

_NAME: Final = 60
"""Letters of a name that are shown."""


class Pace:
    """Makes of bytes read and bytes in all, as one reading tells them, what is told of a queue.

    Args:
        name: what is read.
        clock: seconds.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._start = clock()
        self._told = self._start - TOLD_EVERY

    def __call__(self, done: int, total: int) -> QueueProgress | None:
        """How far it is; None where that was told just now and it is not done."""
        now = self._clock()
        if now - self._told < TOLD_EVERY and done < total:
            return None
        self._told = now
        seconds = now - self._start
        rate = done / seconds if seconds > 0 else 0.0
        return QueueProgress(file=1, files=1, name=self._name, done=done, total=total, rate=rate)


def pace_words(progress: QueueProgress) -> str:
    """Rate and time left; empty until there is something to say."""
    left = progress.seconds_left
    if left is None:
        return ""
    return _("{rate} a second, {left} left").format(rate=size(int(progress.rate)), left=duration(left))


def so_far_words(progress: QueueProgress) -> str:
    """The whole sentence: which file, how much, how fast, how long."""
    words = _("Reading file {file} of {files}: {name} ({done} of {total})").format(
        file=progress.file,
        files=progress.files,
        name=one_line(progress.name)[:_NAME],
        done=size(progress.done),
        total=size(progress.total),
    )
    return with_pace(words, progress)


def with_pace(words: str, progress: QueueProgress) -> str:
    """Other words, with rate and time left behind them."""
    return " · ".join(filter(None, (words, pace_words(progress))))
