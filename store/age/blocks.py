"""Blocks sealed or opened on all cores, given back in order, in a memory that does not grow with the file."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from store.age.stream import BLOCK_SIZE, SEALED_BLOCK_SIZE

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Result = TypeVar("Result")
MAX_THREADS: Final = 16


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

    __slots__ = ("filled", "plain", "sealed")

    def __init__(self) -> None:
        self.plain = memoryview(bytearray(BLOCK_SIZE))
        self.sealed = memoryview(bytearray(SEALED_BLOCK_SIZE))
        self.filled = 0
        """Bytes of input in the block, on whichever side the input is."""


class OrderedBlocks(Generic[Result]):
    """Runs one task a block on several threads; results come back in the order the blocks went in.

    The threads start with the first `submit`: what fits into one block is done without them.
    """

    def __init__(self, task: Callable[[int, Block, bool], Result], *, threads: int | None = None) -> None:
        self._task = task
        self._threads = threads or available_cores()
        self._executor: ThreadPoolExecutor | None = None
        self._pending: deque[tuple[Block, Future[Result]]] = deque()
        self._free: list[Block] = []
        self._count = 0

    def take(self) -> Block:
        """An empty block: one given back, or a new one."""
        if not self._free:
            return Block()
        block = self._free.pop()
        block.filled = 0
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
        return len(self._pending) > self._threads

    def submit(self, block: Block, *, last: bool) -> None:
        """Hand a block to a thread."""
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="age")
        self._pending.append((block, self._executor.submit(self._task, self._count, block, last)))
        self._count += 1

    def run(self, block: Block, *, last: bool) -> Result:
        """Do a block here and now; for one that is the only one."""
        result = self._task(self._count, block, last)
        self._count += 1
        return result

    @property
    def started(self) -> bool:
        """Whether any block went through."""
        return self._count > 0

    def oldest(self) -> tuple[Block, Result]:
        """The oldest block that is out, once it is done. Give it back when its buffers are not needed any more."""
        block, future = self._pending.popleft()
        return block, future.result()

    def stop(self) -> None:
        """Drop what is out and end the threads; waits for the tasks that are running, some milliseconds."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None
        self._pending.clear()
        self._free.clear()


def available_cores() -> int:
    """The cores this process may use, within reason."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, MAX_THREADS))


def write_all(sink: Writes, data: memoryview) -> None:
    """Write all of it, whatever the sink takes at a time."""
    while len(data) > 0:
        written = sink.write(data)
        if written is None:
            raise BlockingIOError("the sink does not block")
        data = data[written:]


def read_some(source: Reads, buffer: memoryview) -> int:
    """Read at least one byte, or none at the end."""
    read = source.readinto(buffer)
    if read is None:
        raise BlockingIOError("the source does not block")
    return read
