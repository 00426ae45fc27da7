"""Blocks sealed or opened on all cores, given back in order, in a memory that does not grow with the file."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from mmap import mmap
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, Generic, Protocol, TypeVar, cast

from store.age.stream import BLOCK_SIZE, SEALED_BLOCK_SIZE

Result = TypeVar("Result")
MAX_THREADS: Final = 16
_AHEAD: Final = 3
"""Blocks that are out beyond those being worked on, so that no thread waits for the one that reads and writes."""


class Writes(Protocol):
    """What is written to: `write` as files have it."""

    def write(self, data: memoryview, /) -> int | None:
        """Write some or all of it, and say how much."""
        ...


class Reads(Protocol):
    """What is read from: `readinto` as files have it."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill some or all of it, and say how much; 0 at the end."""
        ...


class Block:
    """Two buffers that are used again: one for the plaintext of a block, one for what it is sealed as."""

    __slots__ = ("failure", "filled", "plain", "sealed")

    def __init__(self) -> None:
        # On page borders. A bytearray of this size lies 16 bytes after one, where some processors' copies out of the
        # page cache take four times as long.
        self.plain = memoryview(mmap(-1, BLOCK_SIZE))
        self.sealed = memoryview(mmap(-1, SEALED_BLOCK_SIZE))
        self.filled = 0
        """Bytes of input in the block, on whichever side the input is."""
        self.failure: OSError | None = None
        """What reading it ended with, where a thread read it."""


class _Job(Generic[Result]):
    """One block on its way through a thread. Its lock is let go of when the result is there."""

    __slots__ = ("block", "done", "failure", "last", "number", "result")

    def __init__(self, number: int, block: Block, last: bool) -> None:
        self.number = number
        self.block = block
        self.last = last
        self.failure: BaseException | None = None
        self.result: Result | None = None
        self.done = Lock()
        self.done.acquire()


def _work(jobs: SimpleQueue[_Job[Result] | None], task: Callable[[int, Block, bool], Result]) -> None:
    while (job := jobs.get()) is not None:
        try:
            job.result = task(job.number, job.block, job.last)
        except BaseException as failure:  # noqa: BLE001 - raised again in the thread that asks for the result
            job.failure = failure
        job.done.release()


class OrderedBlocks(Generic[Result]):
    """Runs one task a block on several threads; results come back in the order the blocks went in.

    The threads start with the first `submit`: what fits into one block is done without them. They are its own, since an
    executor's futures cost a tenth of sealing a gibibyte, and their import (logging) 5 ms at the start.
    """

    def __init__(self, task: Callable[[int, Block, bool], Result], *, threads: int | None = None) -> None:
        self._task = task
        self.cores = threads or available_cores()
        self._jobs: SimpleQueue[_Job[Result] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._pending: deque[_Job[Result]] = deque()
        self._free: list[Block] = []
        self._count = 0

    def take(self) -> Block:
        """An empty block: one given back, or a new one."""
        if not self._free:
            return Block()
        block = self._free.pop()
        block.filled = 0
        block.failure = None
        return block

    def give_back(self, block: Block) -> None:
        """The buffers may be used again."""
        self._free.append(block)

    @property
    def waiting(self) -> int:
        """How many blocks are out."""
        return len(self._pending)

    @property
    def full(self) -> bool:
        """Whether the oldest block should be taken back before another is submitted."""
        return len(self._pending) >= self.cores + _AHEAD

    @property
    def started(self) -> bool:
        """Whether any block went through."""
        return self._count > 0

    def submit(self, block: Block, *, last: bool) -> None:
        """Hand a block to a thread."""
        job: _Job[Result] = _Job(self._count, block, last)
        self._count += 1
        self._pending.append(job)
        self._jobs.put(job)
        if len(self._threads) < self.cores:
            thread = Thread(target=_work, args=(self._jobs, self._task), name="age", daemon=True)
            thread.start()
            self._threads.append(thread)

    def run(self, block: Block, *, last: bool) -> Result:
        """Do a block here and now; for one that is the only one."""
        result = self._task(self._count, block, last)
        self._count += 1
        return result

    def oldest(self) -> tuple[Block, Result]:
        """The oldest block that is out, once it is done. Give it back when its buffers are not needed any more."""
        job = self._pending.popleft()
        job.done.acquire()
        if job.failure is not None:
            raise job.failure
        return job.block, cast("Result", job.result)

    def stop(self) -> None:
        """Drop what is out and end the threads; waits for the tasks that are running, some milliseconds."""
        self._let_go()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._pending.clear()
        self._free.clear()

    def __del__(self) -> None:
        # Forgotten by its owner: the threads hold the queue only, and end.
        self._let_go()

    def _let_go(self) -> None:
        try:
            while True:
                self._jobs.get_nowait()
        except Empty:
            for _thread in self._threads:
                self._jobs.put(None)


def available_cores() -> int:
    """The cores this process may use, within reason."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, MAX_THREADS))


def write_all(sink: Writes, data: bytes | memoryview) -> None:
    """Write all of it, whatever the sink takes at a time."""
    view = memoryview(data)
    while len(view) > 0:
        written = sink.write(view)
        if written is None:
            raise BlockingIOError("the sink does not block")
        view = view[written:]


def read_some(source: Reads, buffer: memoryview) -> int:
    """Read at least one byte, or none at the end."""
    read = source.readinto(buffer)
    if read is None:
        raise BlockingIOError("the source does not block")
    return read
