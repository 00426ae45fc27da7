"""Regular files, which the threads read at places: the same bytes come out as of any other source, whatever happens."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from store.age import AgeError, decrypt, encrypt
from store.age.placed import PlacedFile, placed
from store.age.stream import BLOCK_SIZE, SEALED_BLOCK_SIZE
from store.age.writer import EncryptingWriter
from tests.store.age.kit import IDENTITY, outcome

DATA = os.urandom(12 * BLOCK_SIZE + 7)
SIZES = [0, 1, *(blocks * BLOCK_SIZE + more for blocks in (1, 2, 6) for more in (-1, 0, 1))]


def constant(size: int) -> bytes:
    return b"\7" * size


def sealed(data: bytes) -> bytes:
    sink = io.BytesIO()
    encrypt(io.BytesIO(data), sink, [IDENTITY.recipient], random_bytes=constant)
    return sink.getvalue()


def outcome_of_file(path: Path, file: bytes) -> tuple[str, bytes]:
    path.write_bytes(file)
    sink = io.BytesIO()
    with io.FileIO(path) as source:
        try:
            decrypt(source, sink, [IDENTITY])
        except AgeError as error:
            return error.failure_class, sink.getvalue()
    return "success", sink.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_a_file_gives_the_bytes_that_memory_gives(size: int, tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(DATA[:size])
    sink = io.BytesIO()
    with io.FileIO(path) as source:
        encrypt(source, sink, [IDENTITY.recipient], random_bytes=constant)
        assert source.read() == b""
    assert sink.getvalue() == sealed(DATA[:size])
    assert outcome_of_file(path, sink.getvalue()) == ("success", DATA[:size])


def test_a_file_is_taken_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(DATA)
    sink = io.BytesIO()
    with io.FileIO(path) as source:
        source.read(BLOCK_SIZE // 3)
        encrypt(source, sink, [IDENTITY.recipient])
    assert outcome(sink.getvalue()) == ("success", DATA[BLOCK_SIZE // 3 :])


HEAD = len(sealed(b"")) - 16


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file, at=HEAD + block * SEALED_BLOCK_SIZE + 9: flipped(file, at), id=f"flip-{block}")
        for block in (0, 1, 5, 11, 12)
    ]
    + [
        pytest.param(lambda file, cut=cut: file[:cut], id=f"cut-{cut}")
        for cut in (HEAD, HEAD + 3, HEAD + SEALED_BLOCK_SIZE, HEAD + 3 * SEALED_BLOCK_SIZE + 70_000)
    ]
    + [
        pytest.param(lambda file: file + b"x", id="added"),
        pytest.param(lambda file: sealed(DATA[: 2 * BLOCK_SIZE]) + file, id="added-blocks"),
        pytest.param(lambda file: sealed(DATA[:BLOCK_SIZE]) + bytes(1), id="added-to-one-block"),
    ],
)
def test_damage_is_told_and_released_as_of_memory(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = damage(sealed(DATA))
    told = outcome_of_file(tmp_path / "sealed", file)
    assert told == outcome(file)
    assert told[0] == "payload failure"


def flipped(file: bytes, at: int) -> bytes:
    return file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]


def test_a_file_that_shrinks_meanwhile_is_no_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(DATA * 2)
    sink = io.BytesIO()
    with io.FileIO(path) as source, pytest.raises(OSError, match="shorter"):
        encrypt(source, sink, [IDENTITY.recipient], progress=lambda _done: os.truncate(path, BLOCK_SIZE))
    assert outcome(sink.getvalue())[0] == "payload failure"

    path.write_bytes(sealed(DATA * 2))
    opened = io.BytesIO()
    with io.FileIO(path) as source, pytest.raises(OSError, match="shorter"):
        decrypt(source, opened, [IDENTITY], progress=lambda _done: os.truncate(path, 100))
    assert (DATA * 2).startswith(opened.getvalue())
    assert BLOCK_SIZE <= len(opened.getvalue()) < 2 * len(DATA)


def test_what_a_file_grows_by_is_taken_too(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(DATA)

    def grow(_done: int) -> None:
        if path.stat().st_size == len(DATA):
            with path.open("ab") as file:
                file.write(DATA)

    sink = io.BytesIO()
    with io.FileIO(path) as source:
        encrypt(source, sink, [IDENTITY.recipient], progress=grow)
    assert outcome(sink.getvalue()) == ("success", DATA + DATA)


class Counting(io.FileIO):
    read_bytes = 0

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        read = super().readinto(buffer)
        self.read_bytes += read or 0
        return read


def test_a_source_that_does_more_than_read_is_asked_for_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(DATA)
    with Counting(path) as source:
        encrypt(source, io.BytesIO(), [IDENTITY.recipient])
        assert source.read_bytes == len(DATA)


def test_only_regular_files_are_read_at_places(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(DATA)
    with io.FileIO(path) as regular, io.FileIO("/dev/zero") as device, path.open("rb") as buffered:
        assert placed(regular) is not None
        assert placed(device) is None
        assert placed(buffered) is None
    pipe, other = os.pipe()
    with io.FileIO(pipe) as end, io.FileIO(other, "w"):
        assert placed(end) is None


def test_a_source_may_be_closed_once_it_was_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its descriptor may be another file's at once: what is read of it later would be that one's bytes."""
    path, other = tmp_path / "plain", tmp_path / "other"
    path.write_bytes(DATA)
    other.write_bytes(bytes(len(DATA)))
    really = PlacedFile.fill

    def slow(self: PlacedFile, offset: int, buffer: memoryview) -> int:
        time.sleep(0.01)
        return really(self, offset, buffer)

    monkeypatch.setattr(PlacedFile, "fill", slow)
    sink = io.BytesIO()
    with EncryptingWriter(sink, [IDENTITY.recipient], random_bytes=constant) as writer:
        with io.FileIO(path) as source:
            descriptor = source.fileno()
            writer.write_from(source)
        with io.FileIO(other) as following:
            assert following.fileno() == descriptor
            writer.close()
    assert sink.getvalue() == sealed(DATA)
