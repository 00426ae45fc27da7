"""The payload: whole at every length, and where it is damaged exactly the verified prefix."""

from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.age import DecryptingReader, EncryptingWriter, PayloadFailure, encrypt
from store.age.stream import BLOCK_SIZE
from tests.store.age.kit import CHUNK, IDENTITY, header, outcome, payload, whole, x25519

HEADER = header(x25519())
TAG = 16
BLOCK_CHUNKS = BLOCK_SIZE // CHUNK
BORDERS = sorted(
    {
        size
        for border in (0, CHUNK, 2 * CHUNK, BLOCK_SIZE, BLOCK_SIZE + CHUNK, 2 * BLOCK_SIZE, 5 * BLOCK_SIZE)
        for size in (border - 1, border, border + 1)
        if size >= 0
    }
)


def data_of(size: int) -> bytes:
    return (hashlib.sha256(b"%d" % size).digest() * (size // 32 + 1))[:size]


def constant(count: int) -> bytes:
    return bytes(range(count))


def sealed(data: bytes, *, threads: int | None = None) -> bytes:
    sink = io.BytesIO()
    with EncryptingWriter(sink, [IDENTITY.recipient], threads=threads) as writer:
        writer.write(data)
    return sink.getvalue()


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("size", BORDERS)
def test_every_border_round_trips(size: int, threads: int) -> None:
    data = data_of(size)
    file = sealed(data, threads=threads)
    chunks = max(1, -(-size // CHUNK))
    assert len(file) == len(sealed(b"")) - TAG + size + chunks * TAG
    assert outcome(file) == ("success", data)
    # Sealed by hand from the specification, it opens to the same.
    assert outcome(HEADER + whole(data)) == ("success", data)


@pytest.mark.parametrize("size", BORDERS)
def test_taking_from_a_source_and_being_written_to_are_the_same(size: int) -> None:
    data = data_of(size)
    taken, written = io.BytesIO(), io.BytesIO()
    encrypt(io.BytesIO(data), taken, [IDENTITY.recipient], random_bytes=constant)
    with EncryptingWriter(written, [IDENTITY.recipient], random_bytes=constant) as writer:
        for start in range(0, size, 99_999):
            writer.write(data[start : start + 99_999])
    assert taken.getvalue() == written.getvalue()


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(BORDERS),
    st.lists(st.sampled_from([1, 7, 4096, CHUNK, CHUNK + 1, BLOCK_SIZE + 5]), min_size=1, max_size=5),
)
def test_any_reads_give_the_whole(size: int, steps: list[int]) -> None:
    data = data_of(size)
    with DecryptingReader(io.BytesIO(sealed(data)), [IDENTITY]) as reader:
        read = b""
        if size > 2 * CHUNK:
            read = reader.read(size - 2 * CHUNK)
        number = 0
        while part := reader.read(max(steps[number % len(steps)], 4096)):
            read += part
            number += 1
    assert read == data


def test_the_reader_reads_as_files_do() -> None:
    data = data_of(3 * CHUNK)
    with DecryptingReader(io.BytesIO(sealed(data)), [IDENTITY]) as reader:
        assert reader.readable()
        assert reader.read(0) == b""
        assert reader.read(10) == data[:10]
        assert reader.read1(10) == data[10:20]
        buffer = bytearray(100)
        assert reader.readinto(buffer) == 100
        assert bytes(buffer) == data[20:120]
        assert reader.readinto1(buffer) == 100
        assert reader.read() == data[220:]
        assert reader.read() == b""
        assert reader.read(1) == b""
    with pytest.raises(ValueError):
        reader.read(1)
    lines_of = data_of(CHUNK).replace(b"\n", b" ") + b"\n"
    with DecryptingReader(io.BytesIO(sealed(lines_of * 5)), [IDENTITY]) as reader:
        assert list(reader) == [lines_of] * 5
    text = "æøå\nlinje to\n"
    with DecryptingReader(io.BytesIO(sealed(text.encode())), [IDENTITY]) as reader:
        lines = io.TextIOWrapper(reader, encoding="utf-8").readlines()  # type: ignore[type-var]
        assert lines == ["æøå\n", "linje to\n"]


A, B, C = b"a" * CHUNK, b"b" * CHUNK, b"c" * CHUNK
DAMAGED: dict[str, tuple[bytes, bytes]] = {
    "no chunk": (bytes(16), b""),
    "half a tag": (payload((b"", True))[:-1], b""),
    "shorter than a tag": (bytes(16) + b"x", b""),
    "bad tag": (payload((b"age", True))[:-1] + b"\0", b""),
    "short chunk that is not final": (payload((b"age", False)), b""),
    "full chunk that is not final": (payload((A, False)), A),
    "two chunks, none final": (payload((A, False), (b"b", False)), A),
    "two full chunks, none final": (payload((A, False), (B, False)), A + B),
    "second chunk cut off": (payload((A, False), (b"b", True))[: 16 + CHUNK + TAG], A),
    "second chunk cut short": (payload((A, False), (b"bb", True))[:-1], A),
    "empty final chunk": (payload((A, False), (b"", True)), A),
    "empty chunk that is not final": (payload((b"", False)), b""),
    "garbage after a full final chunk": (payload((A, True)) + b"short", A),
    "much garbage after a full final chunk": (payload((A, True)) + bytes(2 * CHUNK), A),
    "garbage after a short final chunk": (payload((b"age", True)) + b"more", b""),
    "two final chunks": (payload((A, True), (b"b", True)), A),
    "second of three is final": (payload((A, False), (B, True), (C, True)), A + B),
    "bad tag in the second": (payload((A, False), (b"b", True))[:-1] + b"\0", A),
    "bad tag in the second, full": (payload((A, False), (B, True))[:-1] + b"\0", A),
    "first and second in turn": (payload((A, False), (B, True))[:16] + payload((A, False), (B, False))[16:], A + B),
    "chunks out of order": (
        payload((A, False), (B, False), (b"c", True))[:16]
        + payload((A, False), (B, False), (b"c", True))[16 + CHUNK + TAG :],
        b"",
    ),
    "a chunk twice": (payload((A, False))[: 16 + CHUNK + TAG] + payload((A, False), (B, True))[16:], A),
    "another nonce": (b"\1" * 16 + payload((A, True))[16:], b""),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_exactly_the_verified_prefix_is_released(name: str) -> None:
    file, prefix = DAMAGED[name]
    assert outcome(HEADER + file) == ("payload failure", prefix)


@pytest.mark.parametrize("broken", [0, 1, BLOCK_CHUNKS - 1, BLOCK_CHUNKS, BLOCK_CHUNKS + 1, 3 * BLOCK_CHUNKS, 80])
def test_the_prefix_is_exact_in_whichever_block_the_damage_is(broken: int) -> None:
    data = data_of(81 * CHUNK)
    file = bytearray(HEADER + whole(data))
    file[len(HEADER) + 16 + broken * (CHUNK + TAG) + 100] ^= 1
    assert outcome(bytes(file)) == ("payload failure", data[: broken * CHUNK])


@pytest.mark.parametrize("chunks", [1, BLOCK_CHUNKS - 1, BLOCK_CHUNKS, BLOCK_CHUNKS + 1, 4 * BLOCK_CHUNKS])
@pytest.mark.parametrize("extra", [0, 1, 15, 16, 17, CHUNK])
def test_a_file_cut_anywhere_is_a_failure(chunks: int, extra: int) -> None:
    data = data_of(70 * CHUNK + 5)
    cut = 16 + chunks * (CHUNK + TAG) + extra
    assert outcome(HEADER + whole(data)[:cut]) == ("payload failure", data[: chunks * CHUNK])


@pytest.mark.parametrize("chunks", [1, BLOCK_CHUNKS - 1, BLOCK_CHUNKS, BLOCK_CHUNKS + 1, 3 * BLOCK_CHUNKS])
@pytest.mark.parametrize("extra", [1, 16, 100, CHUNK + TAG, BLOCK_SIZE, 3 * BLOCK_SIZE])
def test_anything_after_the_final_chunk_is_a_failure(chunks: int, extra: int) -> None:
    data = data_of(chunks * CHUNK)
    assert outcome(HEADER + whole(data) + bytes(extra)) == ("payload failure", data)


def test_the_failure_comes_after_the_prefix_and_again_at_every_read() -> None:
    file = HEADER + payload((A, False), (B, False))
    with DecryptingReader(io.BytesIO(file), [IDENTITY]) as reader:
        assert reader.read(10 * CHUNK) == A + B
        for _attempt in range(2):
            with pytest.raises(PayloadFailure):
                reader.read(1)
    with DecryptingReader(io.BytesIO(file), [IDENTITY]) as reader, pytest.raises(PayloadFailure):
        reader.read()


class FailsAfter(io.BytesIO):
    """A medium that is pulled out."""

    def __init__(self, data: bytes, good: int) -> None:
        super().__init__(data)
        self.good = good

    def readinto(self, buffer: object, /) -> int:
        room = self.good - self.tell()
        if room <= 0:
            raise OSError(5, "Input/output error")
        return super().readinto(memoryview(buffer)[:room])  # type: ignore[arg-type]


@pytest.mark.parametrize("chunks", [1, BLOCK_CHUNKS, 2 * BLOCK_CHUNKS + 3])
def test_a_source_that_fails_says_so_after_what_it_gave(chunks: int) -> None:
    data = data_of(60 * CHUNK)
    source = FailsAfter(HEADER + whole(data), len(HEADER) + 16 + chunks * (CHUNK + TAG) + 99)
    with DecryptingReader(source, [IDENTITY]) as reader:
        assert reader.read(chunks * CHUNK) == data[: chunks * CHUNK]
        with pytest.raises(OSError, match="Input/output"):
            reader.read(1)
