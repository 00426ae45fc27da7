"""Writing an age file piece by piece."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Self

from store.age.armor import ArmorWriter
from store.age.blocks import Block, OrderedBlocks, Reads, Writes, read_some, write_all
from store.age.errors import SealCancelled
from store.age.header import FILE_KEY_SIZE, RandomBytes, encode_header
from store.age.keys import Recipient, wrap_file_key
from store.age.placed import PlacedBlocks, placed
from store.age.stream import BLOCK_SIZE, NONCE_SIZE, payload_key, seal_block

_READ_AND_WRITE: Final = 2
"""Cores that a source which is read ahead and a sink that hashes keep busy by themselves."""


class EncryptingWriter:
    """Seals what is written to it. `close`, or leaving a `with` without a failure, is what makes the file whole.

    After a failure, an `abort` or a cancel, no final chunk is written and the file opens for nobody. It is no `io`
    class: those close themselves when they are forgotten, and that would finish a file nobody finished.

    Args:
        sink: what the sealed file goes to; only its `write` is used, in the calling thread, and it is not closed.
        recipients: whom it is sealed to, at least one, of one group.
        armored: write the text form.
        progress: called with the bytes of plaintext whose sealed form has been written.
        cancelled: asked about once a mebibyte.
        random_bytes: where file key, nonce and ephemeral keys come from; for tests.
        threads: how many; all cores unless given.

    Raises:
        RecipientsRefused: none, or some that must not be together.
    """

    def __init__(
        self,
        sink: Writes,
        recipients: Sequence[Recipient],
        *,
        armored: bool = False,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        random_bytes: RandomBytes = os.urandom,
        threads: int | None = None,
    ) -> None:
        file_key = random_bytes(FILE_KEY_SIZE)
        header = encode_header(file_key, wrap_file_key(file_key, recipients, random_bytes))
        nonce = random_bytes(NONCE_SIZE)
        key = payload_key(file_key, nonce)

        self._armor = ArmorWriter(sink) if armored else None
        self._sink: Writes = self._armor or sink
        self._seals = _Seals(key)
        self._blocks = OrderedBlocks(self._seals, threads=threads)
        self._current = self._blocks.take()
        self._progress = progress
        self._cancelled = cancelled
        self._written = 0
        self._open = True
        self._given_up = False
        write_all(self._sink, memoryview(header + nonce))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    @property
    def closed(self) -> bool:
        """Whether nothing can be written any more, be it closed or aborted."""
        return not self._open

    def writable(self) -> bool:
        """True, as files have it."""
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Take all of it.

        Returns:
            The number of bytes.

        Raises:
            ValueError: it is closed.
            SealCancelled: `cancelled` said so.
        """
        self._require_open()
        view = memoryview(data).cast("B")
        size = len(view)
        try:
            while len(view) > 0:
                if self._current.filled == BLOCK_SIZE:
                    self._submit(self._blocks.take())
                start = self._current.filled
                part = view[: BLOCK_SIZE - start]
                self._current.plain[start : start + len(part)] = part
                self._current.filled += len(part)
                view = view[len(part) :]
        except BaseException:
            self.abort()
            raise
        return size

    def write_from(self, source: Reads) -> None:
        """Take everything that a source has, to its end, straight into the buffers that are sealed.

        Raises:
            ValueError: it is closed.
            SealCancelled: `cancelled` said so.
            OSError: the source or the sink failed.
        """
        self._require_open()
        try:
            if not self._blocks.started and self._current.filled == 0:
                self._take_placed(source)
            while True:
                if self._current.filled == BLOCK_SIZE:
                    # Whether a full block is the last one shows only when the source gives no more.
                    following = self._blocks.take()
                    following.filled = read_some(source, following.plain)
                    if following.filled == 0:
                        self._blocks.give_back(following)
                        return
                    self._submit(following)
                else:
                    read = read_some(source, self._current.plain[self._current.filled :])
                    if read == 0:
                        return
                    self._current.filled += read
        except BaseException:
            self.abort()
            raise

    def write_ahead_from(self, source: Reads) -> None:
        """As `write_from`, with the source read in a thread of its own, some blocks ahead.

        For a source that does work on what it reads. It is one that comes to an end by itself: a read that waits for
        somebody would be waited for at an `abort` too.

        Raises:
            As `write_from`.
        """
        self._require_open()
        try:
            if self._blocks.cores > _READ_AND_WRITE:
                self._take_ahead(OrderedBlocks(_Fills(source), threads=1), self._seal_aside)
            else:
                while self._blocks.waiting:
                    self._write_oldest()
                fills = _FillsAndSeals(source, self._blocks.run)
                self._take_ahead(OrderedBlocks(fills, threads=1), self._write_sealed)
        except BaseException:
            self.abort()
            raise

    def close(self) -> None:
        """Seal what is left as the final chunk and write it. Closing twice does nothing; after `abort` it is an error.

        Raises:
            ValueError: it was aborted.
            SealCancelled: `cancelled` said so.
            OSError: the sink failed.
        """
        if self._given_up:
            raise ValueError("the file was given up")
        if not self._open:
            return
        try:
            self._stop_if_cancelled()
            last = self._current
            if self._blocks.started:
                self._blocks.submit(last, last=True)
                while self._blocks.waiting:
                    self._write_oldest()
            else:
                self._write(last, self._blocks.run(last, last=True))
            if self._armor is not None:
                self._armor.finish()
        except BaseException:
            self.abort()
            raise
        self._open = False
        self._blocks.stop()

    def abort(self) -> None:
        """Give the file up: nothing more is written, and what was written has no end."""
        if self._open:
            self._open = False
            self._given_up = True
            self._blocks.stop()

    def _require_open(self) -> None:
        if not self._open:
            raise ValueError("writing to a closed file")

    def _stop_if_cancelled(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise SealCancelled

    def _take_placed(self, source: Reads) -> None:
        """Take all blocks but the last of a regular file; it is left where they end."""
        file = placed(source)
        if file is None:
            return
        self._seals.placed = blocks = PlacedBlocks(file, BLOCK_SIZE)
        for _number in range(blocks.count):
            self._current.filled = BLOCK_SIZE
            self._submit(self._blocks.take())
        # The source is its owner's again, who may close it: nothing is read of it any more, and least of all of another
        # file that has its descriptor by then.
        while self._blocks.waiting:
            self._write_oldest()
        os.lseek(file.descriptor, file.start + blocks.size, os.SEEK_SET)

    def _take_ahead(self, reads: OrderedBlocks[int], follow: Callable[[Block, int], None]) -> None:
        """Read to the end of the source; each block that another follows is left to `follow`."""
        try:
            reads.submit(self._current, last=False)
            ended = False
            while reads.waiting:
                while not (ended or reads.full):
                    reads.submit(self._blocks.take(), last=False)
                block, length = reads.oldest()
                ended = ended or block.filled < BLOCK_SIZE
                if block is not self._current:
                    # Whether a full block is the last one shows only when the source gives no more.
                    if block.filled:
                        follow(block, length)
                    else:
                        self._blocks.give_back(block)
        finally:
            reads.stop()

    def _seal_aside(self, following: Block, _length: int) -> None:
        self._submit(following)

    def _write_sealed(self, following: Block, length: int) -> None:
        self._stop_if_cancelled()
        self._write(self._current, length)
        self._blocks.give_back(self._current)
        self._current = following

    def _submit(self, following: Block) -> None:
        self._stop_if_cancelled()
        self._blocks.submit(self._current, last=False)
        self._current = following
        while self._blocks.full:
            self._write_oldest()

    def _write_oldest(self) -> None:
        block, length = self._blocks.oldest()
        self._write(block, length)
        self._blocks.give_back(block)

    def _write(self, block: Block, length: int) -> None:
        write_all(self._sink, block.sealed[:length])
        self._written += block.filled
        if self._progress is not None:
            self._progress(self._written)


class _Fills:
    """What the thread that reads ahead does with a block: fill what is free of it, as far as the source goes."""

    def __init__(self, source: Reads) -> None:
        self._source = source
        self._ended = False

    def __call__(self, number: int, block: Block, last: bool) -> int:
        # A file that grows gives more after its end; behind a block that is not full nothing may stand.
        while not self._ended and block.filled < BLOCK_SIZE:
            read = read_some(self._source, block.plain[block.filled :])
            block.filled += read
            self._ended = not read
        return 0


class _FillsAndSeals:
    """The same, and each block is sealed there as soon as another follows: the length is the one of the block before.

    What was just read is still in the core's own cache, and there is no third thread that two cores have to share.
    """

    def __init__(self, source: Reads, seal: Callable[..., int]) -> None:
        self._fill = _Fills(source)
        self._seal = seal
        self._before: Block | None = None

    def __call__(self, number: int, block: Block, last: bool) -> int:
        self._fill(number, block, last)
        before = self._before
        if not block.filled:
            return 0
        self._before = block
        return 0 if before is None else self._seal(before, last=False)


class _Seals:
    """What a thread does with a block. It knows nothing of the writer, which would else never be forgotten."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.placed = PlacedBlocks(None, BLOCK_SIZE)

    def __call__(self, number: int, block: Block, last: bool) -> int:
        plain = block.plain[: block.filled]
        if number < self.placed.count:
            plain, failure = self.placed.read(number)
            if failure is not None:
                raise failure
        return seal_block(self._key, number, plain, block.sealed, final=last)
