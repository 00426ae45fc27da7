"""Reading an age file piece by piece."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from store.age.armor import ArmorReader
from store.age.blocks import Block, OrderedBlocks, Reads, Writes, read_some, write_all
from store.age.errors import AgeError, HeaderFailure, PayloadFailure, SealCancelled
from store.age.header import Header, HeaderParser
from store.age.keys import Identity, unwrap_file_key
from store.age.placed import PlacedBlocks, PlacedFile, placed
from store.age.stream import NONCE_SIZE, SEALED_BLOCK_SIZE, SEALED_CHUNK_SIZE, Opened, open_block, payload_key

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PEEK_SIZE: Final = 64 * 1024
_LINE_PEEK: Final = 512
_BINARY_START: Final = b"age-encryption.org/"
_ARMOR_SIGNS: Final = (b"-----", b"begin age")


class Pushback:
    """A source with bytes put back in front of it."""

    def __init__(self, front: bytes, source: Reads) -> None:
        self._front = memoryview(front)
        self._source = source

    def placed(self) -> PlacedFile | None:
        """What is left, if it is the end of a file that can be read at places."""
        file = self._source.placed() if isinstance(self._source, Pushback) else placed(self._source)
        if file is None:
            return None
        back = len(self._front)
        return PlacedFile(file.descriptor, file.start - back, file.size + back)

    def go_to(self, file: PlacedFile, offset: int) -> None:
        """Read on from there."""
        self._front = memoryview(b"")
        if isinstance(self._source, Pushback):
            self._source.go_to(file, offset)
        else:
            os.lseek(file.descriptor, file.start + offset, os.SEEK_SET)

    def readinto(self, buffer: memoryview, /) -> int:
        if len(self._front) == 0:
            return read_some(self._source, buffer)
        size = min(len(buffer), len(self._front))
        buffer[:size] = self._front[:size]
        self._front = self._front[size:]
        return size


def read_header(source: Reads, *, armored: bool | None = None) -> tuple[Header, Pushback]:
    """Read the header of a file, in either form, without any key: enough to know what to ask for.

    Args:
        source: the file, from its beginning.
        armored: whether it is in text form; None looks.

    Returns:
        The header, and a source of the payload from its first byte.

    Raises:
        HeaderFailure: the header is malformed.
        ArmorFailure: the text form is.
    """
    buffer = memoryview(bytearray(_PEEK_SIZE))
    if armored is None:
        front = bytearray()
        while len(front) < _PEEK_SIZE and (read := read_some(source, buffer[len(front) :])):
            front += buffer[len(front) : len(front) + read]
            if len(front) >= len(_BINARY_START) and front.startswith(_BINARY_START):
                break
        source = Pushback(bytes(front), source)
        # A first line with a slip in it, or something before it, is a failure of the text form and not of the header.
        armored = not front.startswith(_BINARY_START) and any(sign in front.lower() for sign in _ARMOR_SIGNS)
    if armored:
        source = ArmorReader(source)
    parser = HeaderParser()
    while True:
        parsed = parser.feed(bytes(buffer[: read_some(source, buffer)]))
        if parsed is not None:
            header, rest = parsed
            return header, Pushback(rest, source)


class DecryptingReader(io.BufferedIOBase):
    """Gives the plaintext of an age file. Each byte was verified before it is given.

    Where the file is damaged, what verified before the damage is given first, and the next read raises. So an end
    without an exception is the only sign that all of it was there.

    Args:
        source: the file; only its `readinto` is used, in the calling thread, and it is not closed.
        identities: tried in order.
        armored: whether it is in text form; None looks.
        progress: called with the bytes of plaintext that were verified.
        cancelled: asked about once a mebibyte.
        threads: how many; all cores unless given.

    Raises:
        HeaderFailure, ArmorFailure, NoMatch, HmacFailure: here. PayloadFailure and ArmorFailure come from reading.
    """

    def __init__(
        self,
        source: Reads,
        identities: Sequence[Identity],
        *,
        armored: bool | None = None,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        threads: int | None = None,
    ) -> None:
        super().__init__()
        self.header, payload = read_header(source, armored=armored)
        file_key = unwrap_file_key(self.header, identities)
        nonce = bytearray(NONCE_SIZE)
        if _fill(payload, memoryview(nonce)) < NONCE_SIZE:
            raise HeaderFailure("the file ends inside the nonce")
        key = payload_key(file_key, bytes(nonce))

        self._payload = payload
        self._file = payload.placed()
        self._placed = PlacedBlocks(self._file, SEALED_BLOCK_SIZE)
        self._submitted = 0
        self._blocks = OrderedBlocks(_opens(key, self._placed), threads=threads)
        self._progress = progress
        self._cancelled = cancelled
        self._verified = 0
        self._held: Block | None = None
        self._ready = memoryview(b"")
        self._exhausted = False
        self._source_failure: BaseException | None = None
        self._outcome: BaseException | None = None
        self._finished = False

    @property
    def verified(self) -> int:
        """Bytes of plaintext that verified so far."""
        return self._verified

    def readable(self) -> bool:
        """True, as files have it."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer; fewer bytes only at the end or right before a failure, which the next call raises.

        Raises:
            PayloadFailure: the payload was cut short, changed or added to.
            ArmorFailure: the text form is not strict.
            SealCancelled: `cancelled` said so.
        """
        self._require_open()
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._advance(raising=filled == 0):
            part = self._ready[: len(view) - filled]
            view[filled : filled + len(part)] = part
            self._ready = self._ready[len(part) :]
            filled += len(part)
        return filled

    def readinto1(self, buffer: WriteableBuffer, /) -> int:
        """As `readinto`, but no more than what is ready."""
        self._require_open()
        view = memoryview(buffer).cast("B")
        if len(view) == 0 or not self._advance(raising=True):
            return 0
        part = self._ready[: len(view)]
        view[: len(part)] = part
        self._ready = self._ready[len(part) :]
        return len(part)

    def read(self, size: int | None = -1, /) -> bytes:
        """As many bytes as asked for, fewer only at the end or before a failure; without a size all, or raises."""
        self._require_open()
        wanted = size if size is not None and size >= 0 else None
        whole = bytearray()
        while wanted is None or len(whole) < wanted:
            # Asked for everything, a failure must not look like an end.
            if not self._advance(raising=wanted is None or not whole):
                break
            part = self._ready[: None if wanted is None else wanted - len(whole)]
            whole += part
            self._ready = self._ready[len(part) :]
        return bytes(whole)

    def read1(self, size: int = -1, /) -> bytes:
        """What is ready, at least a byte unless at the end."""
        self._require_open()
        if size == 0 or not self._advance(raising=True):
            return b""
        data = bytes(self._ready[:size] if size > 0 else self._ready)
        self._ready = self._ready[len(data) :]
        return data

    def peek(self, size: int = 0, /) -> bytes:
        """What is ready, without taking it; reading line by line is what this is for."""
        self._require_open()
        return bytes(self._ready[:_LINE_PEEK]) if self._advance(raising=True) else b""

    def read_into(self, sink: Writes) -> None:
        """Write everything to a sink, as it verifies, without copying it.

        Raises:
            PayloadFailure, ArmorFailure: after the verified prefix was written.
            SealCancelled: `cancelled` said so.
            OSError: the source or the sink failed.
        """
        self._require_open()
        while self._advance(raising=True):
            write_all(sink, self._ready)
            self._ready = self._ready[:0]

    def close(self) -> None:
        """End the threads and drop what is out. The source stays open."""
        if not self.closed:
            super().close()
            self._ready = memoryview(b"")
            if hasattr(self, "_blocks"):
                self._blocks.stop()

    def _require_open(self) -> None:
        if self.closed:
            raise ValueError("reading from a closed file")

    def _advance(self, *, raising: bool) -> bool:
        """See to it that something is ready; False at the end, or at a failure that is not to be raised yet."""
        while len(self._ready) == 0:
            if self._outcome is not None:
                if raising:
                    raise self._outcome
                return False
            if self._finished:
                return False
            self._next()
        return True

    def _next(self) -> None:
        if self._held is not None:
            self._blocks.give_back(self._held)
            self._held = None
        if self._cancelled is not None and self._cancelled():
            self._end(SealCancelled())
            return
        opened = self._opened()
        if opened is None:
            self._end(self._source_failure or PayloadFailure("the file ends before its final chunk"))
            return
        block, result = opened
        self._held = block
        self._ready = block.plain[: result.length]
        self._verified += result.length
        if self._progress is not None:
            self._progress(self._verified)
        if block.failure is not None:
            self._end(block.failure)
        elif result.end == "bad":
            self._end(PayloadFailure("a chunk does not verify"))
        elif result.end == "trailing":
            self._end(PayloadFailure("something follows the final chunk"))
        elif result.end == "final":
            self._end(self._after_final())

    def _end(self, outcome: BaseException | None) -> None:
        self._outcome = outcome
        self._finished = True
        self._blocks.stop()

    def _after_final(self) -> BaseException | None:
        if not self._exhausted and not self._blocks.waiting:
            self._look_further()
        if self._blocks.waiting:
            return PayloadFailure("something follows the final chunk")
        return self._source_failure

    def _opened(self) -> tuple[Block, Opened] | None:
        """The next block in order, opened; None when there are no more. Reads ahead as far as the threads can work."""
        while self._submitted < self._placed.count and not self._blocks.full:
            self._submit_placed()
        while not self._exhausted and not self._blocks.full:
            block = self._read_block()
            if block is None:
                break
            if self._exhausted and not self._blocks.started:
                return block, self._blocks.run(block, last=True)
            self._blocks.submit(block, last=False)
        return self._blocks.oldest() if self._blocks.waiting else None

    def _submit_placed(self) -> None:
        """Let a thread read and open the next block of a regular file; behind the last of these, read on as ever."""
        assert self._file is not None
        block = self._blocks.take()
        block.filled = SEALED_BLOCK_SIZE
        self._blocks.submit(block, last=False)
        self._submitted += 1
        if self._submitted == self._placed.count:
            self._payload.go_to(self._file, self._placed.size)

    def _look_further(self) -> None:
        block = self._read_block()
        if block is not None:
            self._blocks.submit(block, last=False)

    def _read_block(self) -> Block | None:
        block = self._blocks.take()
        try:
            while block.filled < SEALED_BLOCK_SIZE:
                read = read_some(self._payload, block.sealed[block.filled :])
                if read == 0:
                    self._exhausted = True
                    break
                block.filled += read
        except (AgeError, OSError) as failure:
            # What was read whole before the source failed is opened and given first; the rest of a chunk is not.
            self._exhausted = True
            self._source_failure = failure
            block.filled -= block.filled % SEALED_CHUNK_SIZE
        return block if block.filled > 0 else None


def _opens(key: bytes, placed_blocks: PlacedBlocks) -> Callable[[int, Block, bool], Opened]:
    """What a thread does with a block. It knows nothing of the reader, which would else never be forgotten."""

    def open_one(number: int, block: Block, last: bool) -> Opened:
        sealed = block.sealed[: block.filled]
        if number < placed_blocks.count:
            sealed, block.failure = placed_blocks.read(number)
            # What was read whole before the source failed is given first; the rest of a chunk is not.
            sealed = sealed[: len(sealed) - len(sealed) % SEALED_CHUNK_SIZE]
        return open_block(key, number, sealed, block.plain)

    return open_one


def _fill(source: Reads, buffer: memoryview) -> int:
    filled = 0
    while filled < len(buffer) and (read := read_some(source, buffer[filled:])):
        filled += read
    return filled
