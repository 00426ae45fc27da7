"""A file that was not finished on purpose has no end, whatever went wrong; and memory and threads stay in bounds."""

from __future__ import annotations

import gc
import io
import tarfile
import threading
import weakref
from collections.abc import Callable

import pytest

import store.age.blocks
from store.age import (
    DecryptingReader,
    EncryptingWriter,
    Recipient,
    RecipientInvalid,
    RecipientsRefused,
    ScryptRecipient,
    SealCancelled,
    X25519Recipient,
    decrypt,
    encrypt,
    generate_hybrid,
    generate_x25519,
)
from store.age.stream import BLOCK_SIZE
from store.secret import Secret
from tests.store.age.kit import IDENTITY, OTHER, outcome

SIZES = [0, 10, BLOCK_SIZE, 5 * BLOCK_SIZE + 1]


def age_threads() -> int:
    return sum(thread.name == "age" for thread in threading.enumerate())


@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_a_with_that_fails_leaves_no_valid_file(size: int, armored: bool) -> None:
    sink = io.BytesIO()
    with pytest.raises(KeyError), EncryptingWriter(sink, [IDENTITY.recipient], armored=armored) as writer:
        writer.write(bytes(size))
        raise KeyError
    assert outcome(sink.getvalue())[0] in ("payload failure", "armor failure")
    assert writer.closed
    assert age_threads() == 0
    with pytest.raises(ValueError):
        writer.write(b"more")
    with pytest.raises(ValueError):
        writer.close()
    writer.abort()
    # The control: left without a failure, the same is a valid file.
    good = io.BytesIO()
    with EncryptingWriter(good, [IDENTITY.recipient], armored=armored) as writer:
        writer.write(bytes(size))
    writer.close()
    assert outcome(good.getvalue()) == ("success", bytes(size))


@pytest.mark.parametrize("size", SIZES)
def test_a_writer_that_is_forgotten_leaves_no_valid_file_and_no_thread(size: int) -> None:
    sink = io.BytesIO()
    writer = EncryptingWriter(sink, [IDENTITY.recipient])
    writer.write(bytes(size))
    threads = [thread for thread in threading.enumerate() if thread.name == "age"]
    gone = weakref.ref(writer)
    del writer
    gc.collect()
    assert gone() is None
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert outcome(sink.getvalue())[0] == "payload failure"


class Full(io.BytesIO):
    """A disk with so much room and no more; takes less than it is given at times."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: object, /) -> int:
        if self.room <= 0:
            raise OSError(28, "No space left on device")
        part = memoryview(data)[: min(self.room, 70_001)]  # type: ignore[arg-type]
        self.room -= len(part)
        return super().write(part)


@pytest.mark.parametrize("room", [0, 10, 100_000, 2 * BLOCK_SIZE])
def test_a_full_disk_is_said_and_nothing_is_finished(room: int) -> None:
    sink = Full(room)
    with pytest.raises(OSError, match="No space"), EncryptingWriter(sink, [IDENTITY.recipient]) as writer:
        writer.write(bytes(4 * BLOCK_SIZE))
    assert outcome(sink.getvalue())[0] in ("header failure", "payload failure")
    assert age_threads() == 0


def test_a_sink_may_take_a_part_at_a_time() -> None:
    sink = Full(1 << 40)
    encrypt(io.BytesIO(bytes(3 * BLOCK_SIZE)), sink, [IDENTITY.recipient])
    assert outcome(sink.getvalue()) == ("success", bytes(3 * BLOCK_SIZE))


def test_sealing_and_opening_can_be_stopped() -> None:
    def after(count: int) -> Callable[[], bool]:
        calls = iter(range(1000))
        return lambda: next(calls) >= count

    sink = io.BytesIO()
    with pytest.raises(SealCancelled):
        encrypt(io.BytesIO(bytes(20 * BLOCK_SIZE)), sink, [IDENTITY.recipient], cancelled=after(5))
    assert outcome(sink.getvalue())[0] == "payload failure"
    whole = io.BytesIO()
    encrypt(io.BytesIO(bytes(20 * BLOCK_SIZE)), whole, [IDENTITY.recipient], cancelled=after(1000))
    opened = io.BytesIO()
    with pytest.raises(SealCancelled):
        decrypt(io.BytesIO(whole.getvalue()), opened, [IDENTITY], cancelled=after(5))
    assert 0 < len(opened.getvalue()) < 20 * BLOCK_SIZE
    assert age_threads() == 0


def test_progress_counts_up_to_the_whole() -> None:
    size = 7 * BLOCK_SIZE + 3
    sealed: list[int] = []
    opened: list[int] = []
    sink = io.BytesIO()
    encrypt(io.BytesIO(bytes(size)), sink, [IDENTITY.recipient], progress=sealed.append)
    decrypt(io.BytesIO(sink.getvalue()), io.BytesIO(), [IDENTITY], progress=opened.append)
    for counts in (sealed, opened):
        assert counts == sorted(counts)
        assert counts[-1] == size
        assert len(counts) == 8


class Zeros:
    """A source of so many bytes, made as they are read; and a sink that keeps none."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.written = 0

    def readinto(self, buffer: memoryview, /) -> int:
        size = min(self.left, len(buffer))
        self.left -= size
        return size

    def write(self, data: memoryview, /) -> int:
        self.written += len(data)
        return len(data)


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    original = store.age.blocks.Block.__init__

    def counted(self: store.age.blocks.Block) -> None:
        made.append(1)
        original(self)

    monkeypatch.setattr(store.age.blocks.Block, "__init__", counted)
    flow = Zeros(100 * BLOCK_SIZE)
    with EncryptingWriter(flow, [IDENTITY.recipient], threads=2) as writer:
        writer.write_from(flow)
    assert flow.written > 100 * BLOCK_SIZE
    assert 3 <= len(made) <= 2 + 3 + 2


def test_a_tar_is_written_and_read_on_the_fly() -> None:
    sink = io.BytesIO()
    with EncryptingWriter(sink, [IDENTITY.recipient]) as writer, tarfile.open(fileobj=writer, mode="w|") as tar:  # type: ignore[call-overload]
        member = tarfile.TarInfo("data/report.html")
        member.size = 3_000_000
        tar.addfile(member, io.BytesIO(bytes(member.size)))
    with (
        DecryptingReader(io.BytesIO(sink.getvalue()), [IDENTITY]) as reader,
        tarfile.open(fileobj=reader, mode="r|") as tar,
    ):
        member = next(iter(tar))
        file = tar.extractfile(member)
        assert file is not None
        assert (member.name, len(file.read())) == ("data/report.html", 3_000_000)


def test_every_recipient_opens_and_nobody_else() -> None:
    sink = io.BytesIO()
    encrypt(io.BytesIO(b"age"), sink, [IDENTITY.recipient, OTHER.recipient])
    assert outcome(sink.getvalue(), IDENTITY) == ("success", b"age")
    assert outcome(sink.getvalue(), OTHER) == ("success", b"age")
    assert outcome(sink.getvalue(), generate_x25519()) == ("no match", b"")


def test_recipients_that_do_not_go_together_are_refused() -> None:
    passphrase = ScryptRecipient(Secret(b"password"), work_factor=10)
    hybrid = generate_hybrid().recipient
    together: list[list[Recipient]] = [
        [],
        [passphrase, passphrase],
        [passphrase, IDENTITY.recipient],
        [hybrid, IDENTITY.recipient],
        [IDENTITY.recipient] * 1001,
    ]
    for recipients in together:
        sink = io.BytesIO()
        with pytest.raises(RecipientsRefused):
            EncryptingWriter(sink, recipients)
        assert sink.getvalue() == b""


def test_nothing_is_sealed_to_a_low_order_point() -> None:
    with pytest.raises(RecipientInvalid):
        EncryptingWriter(io.BytesIO(), [X25519Recipient(bytes(32))])


def test_two_files_share_nothing() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for sink in (first, second):
        encrypt(io.BytesIO(bytes(100)), sink, [IDENTITY.recipient])
    assert first.getvalue()[:30] == second.getvalue()[:30]
    assert first.getvalue()[-100:] != second.getvalue()[-100:]
