"""The payload of an age file: 64 KiB chunks under ChaCha20-Poly1305 (age.md, section 'Payload'). Pure, block by block.

A block is up to 16 chunks, a mebibyte: one task for one thread. Half of that fits the cache of a core better and takes
a tenth more of the processor all the same, since tasks are handed over twice as often. `cryptography` lets go of the
GIL inside each chunk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from store.age.header import hkdf_sha256

CHUNK_SIZE: Final = 64 * 1024
TAG_SIZE: Final = 16
SEALED_CHUNK_SIZE: Final = CHUNK_SIZE + TAG_SIZE
CHUNKS_PER_BLOCK: Final = 16
BLOCK_SIZE: Final = CHUNKS_PER_BLOCK * CHUNK_SIZE
SEALED_BLOCK_SIZE: Final = CHUNKS_PER_BLOCK * SEALED_CHUNK_SIZE
NONCE_SIZE: Final = 16

_MORE: Final = b"\0"
_FINAL: Final = b"\1"


def payload_key(file_key: bytes, nonce: bytes) -> bytes:
    """The key of the chunks, from the file key and the 16-byte nonce that the payload begins with."""
    return hkdf_sha256(file_key, salt=nonce, info=b"payload")


def seal_block(key: bytes, block: int, plain: memoryview, sealed: memoryview, *, final: bool) -> int:
    """Seal one block of plaintext.

    Args:
        key: the payload key.
        block: the number of the block, from 0; its first chunk has the number 16 x block.
        plain: the whole block, or the rest if it is the final one. Empty only if the whole payload is.
        sealed: room for it, 16 bytes more a chunk.
        final: whether the payload ends here.

    Returns:
        How many bytes of `sealed` were filled.
    """
    # An object of its own for each task: the cipher's context is not shared between threads.
    aead = ChaCha20Poly1305(key)
    counter = block * CHUNKS_PER_BLOCK
    size = len(plain)
    start = end = 0
    while True:
        chunk = plain[start : start + CHUNK_SIZE]
        start += CHUNK_SIZE
        last = start >= size
        nonce = counter.to_bytes(11, "big") + (_FINAL if final and last else _MORE)
        length = len(chunk) + TAG_SIZE
        aead.encrypt_into(nonce, chunk, None, sealed[end : end + length])
        end += length
        counter += 1
        if last:
            return end


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What came of opening one block.

    Attributes:
        length: how many bytes of plaintext were verified, from the start of the block.
        end: `open` if the payload goes on, `final` if it ended with the last byte of this block, `trailing` if it ended
            and bytes follow, `bad` if a chunk did not verify.
    """

    length: int
    end: Literal["open", "final", "trailing", "bad"]


def open_block(key: bytes, block: int, sealed: memoryview, plain: memoryview) -> Opened:
    """Open one block, as far as it verifies.

    A chunk of full length may be the final one: it is tried as such when it is none of the others, so that a file
    need not be read ahead to know where it ends. A shorter one can only be final.

    Args:
        key: the payload key.
        block: the number of the block, from 0.
        sealed: the whole block, or what there is of the last one; not empty.
        plain: room for it.
    """
    aead = ChaCha20Poly1305(key)
    counter = block * CHUNKS_PER_BLOCK
    size = len(sealed)
    start = length = 0
    while start < size:
        chunk = sealed[start : start + SEALED_CHUNK_SIZE]
        room = len(chunk) - TAG_SIZE
        if room < 0 or (room == 0 and counter > 0):
            return Opened(length=length, end="bad")
        out = plain[length : length + room]
        nonce = counter.to_bytes(11, "big")
        final = room < CHUNK_SIZE
        try:
            aead.decrypt_into(nonce + (_FINAL if final else _MORE), chunk, None, out)
        except InvalidTag:
            if final:
                return Opened(length=length, end="bad")
            final = True
            try:
                aead.decrypt_into(nonce + _FINAL, chunk, None, out)
            except InvalidTag:
                return Opened(length=length, end="bad")
        start += len(chunk)
        length += room
        counter += 1
        if final:
            return Opened(length=length, end="final" if start == size else "trailing")
    return Opened(length=length, end="open")
