"""A queue of files: two read at once on two cores, the results in the order of the queue, nothing waited for in vain.

hashlib lets go of the interpreter while it works on a piece, so two threads are twice as fast as one. At most `AHEAD`
results wait for their turn. Progress is told, and stopping is asked for, in the thread that takes the results.
"""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store.evidence.errors import AnyPath, HashingCancelled, NotHashed, shown_path
from store.evidence.hashing import HashedFile, hash_file

AHEAD: Final = 512
"""Files that may be begun before the first of them has given its result."""
TOLD_EVERY: Final = 0.1
"""Seconds between two tellings of progress."""
TOGETHER: Final = 64 << 10
"""Files up to this size are taken by the handful: handing each over would cost more than reading it."""
HANDFUL: Final = 32
CALM: Final = 10
"""The niceness of a calm reading."""

Outcome = HashedFile | NotHashed
Known = Callable[[bytes], HashedFile | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProgress:
    """How far a queue of files has come.

    Attributes:
        file: how many files are done, and the one that is being read; from 1.
        files: how many there are.
        name: of the first file that is being read, as text.
        done: bytes read of all files; the whole size of a file that failed counts as done.
        total: bytes of all files, as they were at the start.
        rate: bytes a second since the start, over all files; 0 until there is something to say.
    """

    file: int
    files: int
    name: str
    done: int
    total: int
    rate: float

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at this rate, in seconds."""
        return (self.total - self.done) / self.rate if self.rate else None


def cores() -> int:
    """How many files are read at once: two, or one where there is one core."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:
        count = os.cpu_count() or 1
    return min(2, count)


def hash_files(
    paths: Iterable[AnyPath | NotHashed],
    *,
    progress: Callable[[QueueProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    known: Known | None = None,
    workers: int | None = None,
    calm: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Outcome]:
    """Read files, two at once; one that cannot be read gives its error and does not stop the others.

    Args:
        paths: what to read; what is an error already is passed on in its place (`store.evidence.folders`).
        progress: told ten times a second, and at the end.
        cancelled: asked twenty times a second.
        known: what was read before a lock or a crash; a file of which it knows is not read again.
        workers: how many at once; by default `cores()`.
        calm: whether the reading gives way to everything else on the machine, the screen above all.
        clock: seconds.

    Yields:
        For each path, in order, the result or the error.

    Raises:
        HashingCancelled: `cancelled` said so; what came before stays with the caller.
    """
    queue = [path if isinstance(path, NotHashed) else os.fsencode(path) for path in paths]
    yield from _Queue(queue, progress, cancelled, known, clock).run(workers or cores(), calm=calm)


class _Queue:
    def __init__(
        self,
        queue: list[bytes | NotHashed],
        progress: Callable[[QueueProgress], None] | None,
        cancelled: Callable[[], bool] | None,
        known: Known | None,
        clock: Callable[[], float],
    ) -> None:
        self.queue = queue
        self.sizes = [_size(path) for path in queue]
        self.total = sum(self.sizes)
        self._progress = progress
        self._cancelled = cancelled
        self._known = known
        self._clock = clock
        self._start = clock()
        self._told = self._start
        self._stop = threading.Event()
        self._spared: list[int] = []
        self._done = 0
        self._reading: dict[int, int] = {}

    def run(self, workers: int, *, calm: bool = False) -> Iterator[Outcome]:
        handfuls = _handfuls(self.sizes)
        waiting: deque[tuple[int, int, Future[list[Outcome]]]] = deque()
        pool = ThreadPoolExecutor(workers, thread_name_prefix="hash", initializer=_give_way if calm else None)
        ahead = 0
        try:
            more = True
            while more or waiting:
                while more and ahead < AHEAD:
                    begin, end = next(handfuls, (-1, -1))
                    more = begin >= 0
                    if more:
                        ahead += end - begin
                        waiting.append((begin, end, pool.submit(self._handful, begin, end)))
                if not waiting:
                    return
                begin, end, coming = waiting[0]
                self._wait(begin, coming)
                waiting.popleft()
                for place, outcome in enumerate(coming.result(), begin):
                    self._done += self.sizes[place]
                    self._reading.pop(place, None)
                    self._tell(min(place + 1, len(self.queue) - 1), last=place + 1 == len(self.queue))
                    yield outcome
                    self._ask()
                ahead -= end - begin
        finally:
            self._stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _wait(self, place: int, coming: Future[list[Outcome]]) -> None:
        self._ask()
        while not wait_for([coming], timeout=TOLD_EVERY / 2).done:
            self._ask()
            self._tell(place)

    def _ask(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise HashingCancelled

    def _handful(self, begin: int, end: int) -> list[Outcome]:
        return [self._one(place) for place in range(begin, end)]

    def _one(self, place: int) -> Outcome:
        path = self.queue[place]
        if isinstance(path, NotHashed):
            return path
        if self._known is not None and (before := self._known(path)) is not None:
            self._spared.append(self.sizes[place])
            return before

        def read(so_far: int, _size: int) -> None:
            self._reading[place] = so_far

        try:
            return hash_file(path, progress=read, cancelled=self._stop.is_set)
        except NotHashed as failure:
            return failure

    def _tell(self, place: int, *, last: bool = False) -> None:
        if self._progress is None:
            return
        now = self._clock()
        if not last and now - self._told < TOLD_EVERY:
            return
        self._told = now
        reading = dict(self._reading)
        begun = sum(min(so_far, self.sizes[one]) for one, so_far in reading.items())
        done = min(self._done + begun, self.total)
        seconds = now - self._start
        path = self.queue[place]
        name = path.path if isinstance(path, NotHashed) else path
        self._progress(
            QueueProgress(
                file=place + 1,
                files=len(self.queue),
                name=shown_path(os.path.basename(name)),  # noqa: PTH119 - bytes
                done=done,
                total=self.total,
                rate=max(done - sum(self._spared), 0) / seconds if seconds > 0 else 0.0,
            )
        )


def _give_way() -> None:
    # On Linux a priority is that of a thread; elsewhere it would be that of the process, and so of the screen too.
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), CALM)


def _handfuls(sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Where each handful begins and ends: a large file alone, small ones together."""
    begin = 0
    for place, size in enumerate(sizes):
        if size > TOGETHER:
            if begin < place:
                yield begin, place
            yield place, place + 1
            begin = place + 1
        elif place + 1 - begin == HANDFUL:
            yield begin, place + 1
            begin = place + 1
    if begin < len(sizes):
        yield begin, len(sizes)


def _size(path: bytes | NotHashed) -> int:
    if isinstance(path, NotHashed):
        return 0
    try:
        found = Path(os.fsdecode(path)).stat()
    except (OSError, ValueError):
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
