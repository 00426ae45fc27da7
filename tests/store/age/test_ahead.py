"""A source read ahead in a thread of its own: the same bytes come out, and its failure is the writer's."""

from __future__ import annotations

import io
import os
import threading

import pytest

from store.age.errors import SealCancelled
from store.age.stream import BLOCK_SIZE
from store.age.writer import EncryptingWriter
from tests.store.age.kit import IDENTITY, outcome

DATA = os.urandom(12 * BLOCK_SIZE + 7)
THREADS = [1, 2, 3]
"""On one core and two, who reads ahead seals too; on more, others do."""
SIZES = [0, 1, *(blocks * BLOCK_SIZE + more for blocks in (1, 2, 6) for more in (-1, 0, 1))]


class Source:
    """Some bytes, a little at a time, and the threads that read them."""

    def __init__(self, data: bytes, *, fails_at: int | None = None) -> None:
        self._file = io.BytesIO(data)
        self._fails_at = fails_at
        self.readers: set[int] = set()

    def readinto(self, buffer: memoryview, /) -> int:
        self.readers.add(threading.get_ident())
        if self._fails_at is not None and self._file.tell() >= self._fails_at:
            raise OSError("the disk failed")
        return self._file.readinto(buffer[:70_001])


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("before", [0, 512, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1])
@pytest.mark.parametrize("size", SIZES)
def test_it_gives_the_bytes_that_writing_them_gives(size: int, before: int, threads: int) -> None:
    sink, source = io.BytesIO(), Source(DATA[:size])
    with EncryptingWriter(sink, [IDENTITY.recipient], threads=threads) as writer:
        writer.write(DATA[:before])
        writer.write_ahead_from(source)
        writer.write(b"and this")
    assert outcome(sink.getvalue()) == ("success", DATA[:before] + DATA[:size] + b"and this")
    assert source.readers
    assert threading.get_ident() not in source.readers


@pytest.mark.parametrize("threads", THREADS)
def test_nothing_may_follow_a_source(threads: int) -> None:
    for before, size in ((BLOCK_SIZE, 0), (0, BLOCK_SIZE), (5, BLOCK_SIZE - 5), (0, 0)):
        sink = io.BytesIO()
        with EncryptingWriter(sink, [IDENTITY.recipient], threads=threads) as writer:
            writer.write(DATA[:before])
            writer.write_ahead_from(Source(DATA[:size]))
        assert outcome(sink.getvalue()) == ("success", DATA[:before] + DATA[:size])


@pytest.mark.parametrize("threads", THREADS)
def test_several_sources_stand_one_behind_the_other(threads: int) -> None:
    sink = io.BytesIO()
    with EncryptingWriter(sink, [IDENTITY.recipient], threads=threads) as writer:
        for start in (0, 3 * BLOCK_SIZE, 6 * BLOCK_SIZE):
            writer.write_ahead_from(Source(DATA[start : start + 3 * BLOCK_SIZE]))
    assert outcome(sink.getvalue()) == ("success", DATA[: 9 * BLOCK_SIZE])


class Growing(Source):
    """A source that has more once its end was seen, as a file that somebody appends to."""

    def readinto(self, buffer: memoryview, /) -> int:
        read = super().readinto(buffer)
        if not read:
            place = self._file.tell()
            self._file.write(b"later")
            self._file.seek(place)
        return read


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("size", [0, 5, BLOCK_SIZE, BLOCK_SIZE + 5])
def test_what_a_source_has_after_its_end_is_not_taken(size: int, threads: int) -> None:
    """Else a block that is not full would stand before another, and the file would open for nobody."""
    sink = io.BytesIO()
    with EncryptingWriter(sink, [IDENTITY.recipient], threads=threads) as writer:
        writer.write_ahead_from(Growing(DATA[:size]))
    assert outcome(sink.getvalue()) == ("success", DATA[:size])


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("at", [0, 5, 4 * BLOCK_SIZE])
def test_a_source_that_fails_ends_the_file(at: int, threads: int) -> None:
    sink = io.BytesIO()
    writer = EncryptingWriter(sink, [IDENTITY.recipient], threads=threads)
    with pytest.raises(OSError, match="the disk failed"):
        writer.write_ahead_from(Source(DATA, fails_at=at))
    assert writer.closed
    assert outcome(sink.getvalue())[0] == "payload failure"


@pytest.mark.parametrize("threads", THREADS)
def test_it_can_be_stopped_and_no_thread_stays(threads: int) -> None:
    sink, asked = io.BytesIO(), []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    before = threading.active_count()
    writer = EncryptingWriter(sink, [IDENTITY.recipient], cancelled=cancelled, threads=threads)
    with pytest.raises(SealCancelled):
        writer.write_ahead_from(Source(DATA))
    assert threading.active_count() == before
    assert outcome(sink.getvalue())[0] == "payload failure"
