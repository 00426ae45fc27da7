"""Writing an age file piece by piece."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from store.age.armor import ArmorWriter
from store.age.blocks import Block, OrderedBlocks, Reads, Writes, read_some, write_all
from store.age.errors import SealCancelled
from store.age.header import FILE_KEY_SIZE, RandomBytes, encode_header
from store.age.keys import Recipient, wrap_file_key
from store.age.stream import BLOCK_SIZE, NONCE_SIZE, payload_key, seal_block


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

        def seal(number: int, block: Block, last: bool) -> int:
            return seal_block(key, number, block.plain[: block.filled], block.sealed, final=last)

        self._armor = ArmorWriter(sink) if armored else None
        self._sink: Writes = self._armor or sink
        self._blocks = OrderedBlocks(seal, threads=threads)
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
