"""The tar: the same bytes each time, read back whole, and every trick refused within bounds."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable

import pytest

from store.bundle.tar import Limits, TarReader, TarRefused, tar_size, write_tar
from tests.store.bundle.hostile import member, tar_of_members

FILES = {"b.txt": b"x" * 513, "a.txt": b"", "data/c.bin": bytes(range(256)) * 10}


def written(files: dict[str, bytes], mtime: int = 1_700_000_000) -> bytes:
    parts: list[bytes] = []
    size = write_tar(parts.append, "NAME", files, mtime=mtime)
    data = b"".join(parts)
    assert len(data) == size == tar_size({name: len(content) for name, content in files.items()})
    return data


def read(data: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    reader = TarReader(io.BytesIO(data).read, limits=limits)
    return {name: b"".join(reader.chunks()) for name, _size in reader.members()}


def test_what_is_written_is_read_back() -> None:
    assert read(written(FILES)) == FILES


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come() -> None:
    turned = dict(reversed(FILES.items()))
    assert written(FILES) == written(turned)
    assert written(FILES) != written(FILES, mtime=1)


def test_another_program_reads_the_same() -> None:
    with tarfile.open(fileobj=io.BytesIO(written(FILES))) as tar:
        assert tar.getnames() == ["NAME", "NAME/a.txt", "NAME/b.txt", "NAME/data/c.bin"]
        assert {(info.uid, info.gid, info.uname, info.mtime) for info in tar} == {(0, 0, "", 1_700_000_000)}
        content = tar.extractfile("NAME/data/c.bin")
        assert content is not None
        assert content.read() == FILES["data/c.bin"]


def test_a_tar_by_another_hand_is_read_if_it_is_built_the_same() -> None:
    assert read(tar_of_members(member("K7M4Q/a.txt", b"hello"))) == {"a.txt": b"hello"}


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(tar_of_members(member("K7M4Q/../../etc/passwd", b"x")), id="zip-slip"),
        pytest.param(tar_of_members(member("../evil", b"x")), id="above"),
        pytest.param(tar_of_members(member("/etc/passwd", b"x")), id="absolute"),
        pytest.param(tar_of_members(member("K7M4Q//etc/passwd", b"x")), id="double-slash"),
        pytest.param(tar_of_members(member("K7M4Q/./a", b"x")), id="dot"),
        pytest.param(tar_of_members(member("K7M4Q/C:\\a", b"x")), id="drive"),
        pytest.param(tar_of_members(member("K7M4Q/a\\b", b"x")), id="backslash"),
        pytest.param(tar_of_members(member("K7M4Q/con.txt", b"x")), id="reserved-on-windows"),
        pytest.param(tar_of_members(member("K7M4Q/a.", b"x")), id="dot-at-the-end"),
        pytest.param(tar_of_members(member("K7M4Q/a b", b"x")), id="space"),
        pytest.param(tar_of_members(member("K7M4Q/a\x1b[2J", b"x")), id="escape"),
        pytest.param(tar_of_members(member("K7M4Q/a\nb", b"x")), id="newline"),
        pytest.param(tar_of_members(member("K7M4Q/-rf", b"x")), id="dash"),
        pytest.param(
            tar_of_members(member("K7M4Q/data/a", b"x"), member("K7M4Q/Data/b", b"x")), id="two-folders-that-are-one"
        ),
        pytest.param(tar_of_members(member("K7M4Q/.hidden", b"x")), id="hidden"),
        pytest.param(tar_of_members(member("OTHER/a", b"x")), id="another-folder"),
        pytest.param(tar_of_members(member("k7m4q/a", b"x")), id="the-folder-in-another-case"),
        pytest.param(tar_of_members(member("K7M4Q", b"x")), id="the-folder-as-a-file"),
        pytest.param(tar_of_members(member("K7M4Q/a/b/c/d", b"x")), id="too-deep"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.SYMTYPE, link="/etc/passwd")), id="symlink"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.LNKTYPE, link="K7M4Q/b")), id="hard-link"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.CHRTYPE)), id="character-device"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.BLKTYPE)), id="block-device"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.FIFOTYPE)), id="fifo"),
        pytest.param(tar_of_members(member("K7M4Q/a/", kind=tarfile.DIRTYPE)), id="second-folder"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.GNUTYPE_SPARSE)), id="sparse"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.CONTTYPE)), id="contiguous"),
        pytest.param(tar_of_members(member("K7M4Q/a", kind=tarfile.AREGTYPE)), id="old-regular"),
        pytest.param(tar_of_members(member("K7M4Q/a", b"x"), member("K7M4Q/a", b"y")), id="double"),
        pytest.param(tar_of_members(member("K7M4Q/a", b"x"), member("K7M4Q/A", b"y")), id="case-collision"),
        pytest.param(tar_of_members(member("K7M4Q/a", b"x"), member("K7M4Q/a/b", b"y")), id="file-under-a-file"),
        pytest.param(tar_of_members(member("K7M4Q/a/b", b"x"), member("K7M4Q/A", b"y")), id="file-over-a-folder"),
        pytest.param(tar_of_members(member("K7M4Q/æ", b"x")), id="not-ascii"),
        pytest.param(tar_of_members(member("K7M4Q/å", b"x"), member("K7M4Q/a\u030a", b"y")), id="nfc-collision"),
        pytest.param(tar_of_members(member("K7M4Q/" + "a" * 60 + "/" + "b" * 60, b"x")), id="prefix-field"),
        pytest.param(tar_of_members(member("K7M4Q/" + "a" * 90, b"x")), id="long-part"),
        pytest.param(tar_of_members(member("K7M4Q/" + "a" * 300), shape=tarfile.GNU_FORMAT), id="gnu-long-name"),
        pytest.param(tar_of_members(member("K7M4Q/" + "a" * 300), shape=tarfile.PAX_FORMAT), id="pax-header"),
        pytest.param(tar_of_members(member("K7M4Q/a"), shape=tarfile.GNU_FORMAT), id="gnu-magic"),
        pytest.param(tar_of_members(member("K7M4Q/a", b"x"), folder=False), id="no-folder"),
        pytest.param(bytes(10240), id="empty"),
        pytest.param(b"", id="no-bytes"),
        pytest.param(b"not a tar" * 2000, id="no-tar"),
    ],
)
def test_every_trick_is_refused(hostile: bytes) -> None:
    with pytest.raises(TarRefused):
        read(hostile)


def test_the_tricks_are_what_is_refused_and_not_the_tar_around_them() -> None:
    assert read(tar_of_members()) == {}
    assert read(tar_of_members(member("K7M4Q/a", b"x"), member("K7M4Q/b/c", b"y"))) == {"a": b"x", "b/c": b"y"}


@pytest.mark.parametrize("place", [0, 100, 124, 136, 148, 156, 157, 257, 263, 345])
def test_a_changed_header_is_refused(place: int) -> None:
    data = bytearray(written({"a": b"x"}))
    data[512 + place] ^= 0x01
    with pytest.raises(TarRefused):
        read(bytes(data))


def with_checksum(header: bytearray) -> bytes:
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def changed(change: Callable[[bytearray], None]) -> bytes:
    data = written({"a": b"x"})
    header = bytearray(data[512:1024])
    change(header)
    return data[:512] + with_checksum(header) + data[1024:]


def test_a_header_with_a_fitting_checksum_is_read() -> None:
    assert read(changed(lambda header: None)) == {"a": b"x"}


@pytest.mark.parametrize(
    "size", [b"\x80" + bytes(10) + b"\x01", b"-0000000001\0", b"77777777777\0", b"9\0" + bytes(10)]
)
def test_a_size_that_lies_is_refused(size: bytes) -> None:
    def change(header: bytearray) -> None:
        header[124:136] = size

    with pytest.raises(TarRefused):
        read(changed(change))


def test_a_tar_cut_short_or_added_to_is_refused() -> None:
    data = written(FILES)
    for cut in (100, 512, 600, 1024, len(data) - 10240 + 512):
        with pytest.raises(TarRefused):
            read(data[:cut])
    for more in (b"x", bytes(10240) + b"x", bytes(1 << 20)):
        with pytest.raises(TarRefused):
            read(data + more)
    with pytest.raises(TarRefused):
        read(data.rstrip(b"\0").ljust(len(data), b"\0")[:-1] + b"x")


def test_bytes_hidden_behind_a_file_are_refused() -> None:
    data = bytearray(written({"a": b"x"}))
    data[1024 + 1] = 1
    with pytest.raises(TarRefused):
        read(bytes(data))


class Endless:
    """A tar of a million empty files, made as it is read."""

    def __init__(self) -> None:
        self.made = 0
        self.left = written({})[:512]

    def read(self, size: int) -> bytes:
        while len(self.left) < size and self.made < 1_000_000:
            self.left += written({f"f{self.made}": b""})[512:1024]
            self.made += 1
        data, self.left = self.left[:size], self.left[size:]
        return data


def test_a_million_members_are_refused_after_a_thousand() -> None:
    source = Endless()
    with pytest.raises(TarRefused, match="members"):
        for _member in TarReader(source.read).members():
            pass
    assert source.made <= 1002


def test_a_member_larger_than_the_limit_is_refused_before_it_is_read() -> None:
    asked = []
    data = written({"a": b"x" * 5000})

    def take(size: int) -> bytes:
        asked.append(size)
        return stream.read(size)

    stream = io.BytesIO(data)
    reader = TarReader(take, limits=Limits(total=4096))
    with pytest.raises(TarRefused, match="larger"):
        for _member in reader.members():
            pass
    assert sum(asked) <= 1024
    assert read(data, Limits(total=len(data))) == {"a": b"x" * 5000}
