"""Hashing: real digests, real trouble, nothing kept."""

from __future__ import annotations

import ctypes
import hashlib
import io
import mmap
import os
import socket
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest

from guidance.errors import ExitCode, SeglError
from guidance.language import speaking
from store.evidence import hashing, in_place
from store.evidence.errors import (
    FileChanged,
    FileMadeUp,
    FileUnreadable,
    FileVanished,
    FolderReadAlready,
    HashingCancelled,
    LinkNotFollowed,
    ListUnreadable,
    MountNotCrossed,
    NotAFile,
    NotHashed,
    TooManyFiles,
)
from store.evidence.hashing import PIECE, hash_file
from store.evidence.in_place import identity_of


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_the_digest_is_that_of_the_bytes(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    found = hash_file(path)
    assert found.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (found.size, found.name, found.path) == (size, "a.bin", os.fsencode(path))
    assert bytes.fromhex(found.raw_name) == os.fsencode(path.name)
    assert found.target == b""


def test_reading_leaves_access_time_and_everything_else_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 100)
    os.utime(path, ns=(1, 2_000_000_000))
    before = path.stat()
    hash_file(path)
    after = path.stat()
    assert (after.st_atime_ns, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_atime_ns,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )
    assert [child.name for child in tmp_path.iterdir()] == ["a.bin"]
    path.read_bytes()
    if path.stat().st_atime_ns == before.st_atime_ns:
        pytest.skip("this file system keeps no access times, so the test above shows nothing")


def test_the_pages_are_dropped_from_the_cache_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(PIECE))
    told: list[tuple[int, ...]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda _handle, *rest: told.append(rest))
    hash_file(path, progress=lambda *_: told.append(()))
    assert told == [(), (0, 0, os.POSIX_FADV_DONTNEED)]


def test_the_pages_of_a_large_file_are_dropped_as_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(5 * PIECE))
    told: list[tuple[int, ...]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda _handle, *rest: told.append(rest[:2]))
    monkeypatch.setattr(in_place, "DROP_EVERY", 2 * PIECE)
    hash_file(path)
    assert told == [(0, 2 * PIECE), (2 * PIECE, 2 * PIECE), (0, 0)]


def test_what_a_file_was_is_known_again_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    found = hash_file(path)
    assert identity_of(path) == found.identity
    path.write_bytes(b"y")
    assert identity_of(path) != found.identity
    assert identity_of(tmp_path) == identity_of(tmp_path / "none") == identity_of(b"a\0b") == ()


def test_a_sparse_file_reads_as_the_zeros_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(64 * PIECE)
        file.seek(40 * PIECE)
        file.write(b"x")
    expected = hashlib.sha256(bytes(40 * PIECE) + b"x" + bytes(24 * PIECE - 1)).hexdigest()
    assert hash_file(path).digest == f"sha256:{expected}"


@pytest.mark.slow
def test_five_gibibytes(tmp_path: Path) -> None:
    """More than 32 bits of bytes, without 5 GiB of disk."""
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(5 << 30)
        file.seek((5 << 30) - 1)
        file.write(b"x")
    digest = hashlib.sha256()
    for _piece in range(5 * 1024 - 1):
        digest.update(bytes(PIECE))
    digest.update(bytes(PIECE - 1) + b"x")
    found = hash_file(path)
    assert (found.size, found.digest) == (5 << 30, f"sha256:{digest.hexdigest()}")


def test_progress_counts_to_the_size(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(2 * PIECE + 5))
    seen: list[tuple[int, int]] = []
    hash_file(path, progress=lambda done, total: seen.append((done, total)))
    size = 2 * PIECE + 5
    assert seen == [(PIECE, size), (2 * PIECE, size), (size, size)]


def test_cancelling_stops_within_a_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(4 * PIECE))
    seen: list[int] = []
    with pytest.raises(HashingCancelled):
        hash_file(path, progress=lambda done, _total: seen.append(done), cancelled=lambda: len(seen) == 2)
    assert seen == [PIECE, 2 * PIECE]


def test_what_is_no_file_is_refused_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(tmp_path / "socket"))
        kinds = {tmp_path: "folder", tmp_path / "pipe": "fifo", tmp_path / "socket": "socket"}
        kinds[Path(os.devnull)] = "device"
        for path, kind in kinds.items():
            with pytest.raises(NotAFile) as caught:
                hash_file(path)
            assert caught.value.kind == kind
            assert os.fspath(path) in str(caught.value)


def test_a_fifo_that_takes_the_place_of_a_file_does_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    opened = in_place._open

    def swap(file: Path) -> int:
        file.unlink()
        os.mkfifo(file)
        return opened(file)

    monkeypatch.setattr(in_place, "_open", swap)
    with pytest.raises(NotAFile):
        hash_file(path)


def test_a_missing_file_and_impossible_names(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "none", tmp_path / "file" / "below", b"nul\0in it", b""):
        with pytest.raises(FileVanished):
            hash_file(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to become another user")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(b"x")
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    script = (
        "import os, sys\n"
        "from store.evidence.hashing import hash_file\n"
        "from store.evidence.errors import FileUnreadable\n"
        "import guidance.language, store.bundle.visible\n"
        "guidance.language._('x')\n"
        "os.setuid(65534)\n"
        "try: hash_file(sys.argv[1])\n"
        "except FileUnreadable as error: print(error.shown)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == os.fspath(path)


def test_a_disk_that_fails_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")

    class Failing(io.FileIO):
        def readinto(self, buffer: object, /) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(io, "FileIO", Failing)
    with pytest.raises(FileUnreadable) as caught:
        hash_file(path)
    assert "the disk reports an error" in str(caught.value)


def test_no_access_time_is_asked_only_where_it_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    really, asked = os.open, []

    def grudging(name: Path, flags: int) -> int:
        asked.append(bool(flags & os.O_NOATIME))
        if flags & os.O_NOATIME:
            raise PermissionError(1, "Operation not permitted")
        return really(name, flags)

    monkeypatch.setattr(os, "open", grudging)
    assert hash_file(path).size == 1
    assert asked == [True, False]


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"other")


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


def _truncate(path: Path) -> None:
    os.truncate(path, 10)


def _overwrite_and_set_the_time_back(path: Path) -> None:
    before = path.stat()
    _overwrite(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [_append, _overwrite, _overwrite_and_set_the_time_back, _replace, _truncate])
def test_a_file_that_changes_meanwhile_has_no_digest(tmp_path: Path, change: object) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(3 * PIECE))
    os.utime(path, ns=(1, 1))
    assert callable(change)
    changed: list[int] = []

    def meddle(done: int, _total: int) -> None:
        if not changed:
            changed.append(done)
            change(path)

    with pytest.raises(FileChanged):
        hash_file(path, progress=meddle)
    changed.append(0)
    assert hash_file(path, progress=meddle).size == path.stat().st_size


def test_a_file_that_goes_away_meanwhile_is_said_to(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(2 * PIECE))
    with pytest.raises(FileVanished):
        hash_file(path, progress=lambda *_: path.unlink(missing_ok=True))


def test_a_symlink_is_followed_to_a_file_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "real.jpg").write_bytes(b"x")
    link = tmp_path / "link.jpg"
    link.symlink_to("real.jpg")
    found = hash_file(link)
    assert found.name == "link.jpg"
    assert found.target == os.fsencode((tmp_path / "real.jpg").resolve())
    (tmp_path / "to-folder").symlink_to(tmp_path)
    with pytest.raises(NotAFile):
        hash_file(tmp_path / "to-folder")
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(FileUnreadable):
        hash_file(tmp_path / "round")


NAMES = {
    b"bl\xe6.jpg": "bl\\xe6.jpg",
    "blæ.jpg".encode(): "blæ.jpg",
    b"a\nb.jpg": "a\u240ab.jpg",
    b"a\x1b[2Jb": "a\u241b[2Jb",
    "a\u202egpj.exe".encode(): "a[U+202E]gpj.exe",
    b"tab\there": "tab\u2409here",
    b"c1\xc2\x9b": "c1[U+009B]",
}


@pytest.mark.parametrize("raw", NAMES)
def test_a_name_of_any_bytes_is_kept_and_shown(tmp_path: Path, raw: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + raw
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"x")
    found = hash_file(path)
    assert bytes.fromhex(found.raw_name) == path.rpartition(b"/")[2]
    assert found.name == NAMES[raw]
    assert hash_file(Path(os.fsdecode(path))) == found


def test_every_failure_speaks_both_languages_and_names_the_file(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / "x.jpg")
    failures: list[SeglError] = [FileVanished(path), FileUnreadable(path, "x"), FileChanged(path), HashingCancelled()]
    failures += [FileMadeUp(path)]
    failures += [LinkNotFollowed(path, inside=True), LinkNotFollowed(path, inside=False), MountNotCrossed(path)]
    failures += [FolderReadAlready(path), TooManyFiles(3)]
    failures += [ListUnreadable(reason) for reason in ("too-large", "too-many-lines", "empty")]
    failures += [NotAFile(path, kind) for kind in ("folder", "fifo", "device", "socket", "other")]
    for failure in failures:
        with speaking("da"):
            danish = failure.diagnostics()
        with speaking("en"):
            english = failure.diagnostics()
        assert danish.happened != english.happened
        assert danish.safe != english.safe
        if isinstance(failure, NotHashed):
            assert "x.jpg" in danish.happened
    assert NotAFile(path, "folder").exit_code is ExitCode.USAGE


def test_the_buffer_lies_on_a_page_border() -> None:
    def place(view: memoryview) -> int:
        return ctypes.addressof(ctypes.c_char.from_buffer(view))

    assert place(hashing._buffer()) % mmap.PAGESIZE == 0
    assert place(memoryview(bytearray(PIECE))) % mmap.PAGESIZE != 0, "a bytearray does as well: the mmap can go"


@pytest.mark.skipif(sys.platform != "linux", reason="what the system makes up while it is read is Linux' own")
def test_what_the_system_makes_up_while_it_is_read_has_no_digest_and_no_end() -> None:
    for path in ("/proc/self/status", "/sys/kernel/mm/transparent_hugepage/enabled", "/proc/self/pagemap"):
        if Path(path).exists():
            started = time.monotonic()
            with pytest.raises(FileMadeUp):
                hash_file(path)
            # The last of them would give bytes for years.
            assert time.monotonic() - started < 5


def test_what_has_to_be_waited_for_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")

    class Waiting(io.FileIO):
        def readinto(self, buffer: object, /) -> int:
            return None  # type: ignore[return-value]

    monkeypatch.setattr(io, "FileIO", Waiting)
    with pytest.raises(NotAFile) as caught:
        hash_file(path)
    assert caught.value.kind == "other"


def test_a_file_that_grows_as_fast_as_it_is_read_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(bytes(2 * PIECE))
    read: list[int] = []

    def grow(done: int, _total: int) -> None:
        read.append(done)
        with path.open("ab") as file:
            file.write(bytes(PIECE))

    with pytest.raises(FileChanged):
        hash_file(path, progress=grow, cancelled=lambda: len(read) > 50)
    assert len(read) < 5


@pytest.mark.parametrize("patience", [True, False])
def test_two_writings_within_one_tick_of_a_stick_with_fat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: bool
) -> None:
    """Times there are two seconds apart: a file just written is read when the next writing must show."""
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(2 * PIECE))
    really = in_place._identity
    tick = in_place._COARSE_TICK

    def coarse(found: os.stat_result) -> tuple[int, ...]:
        device, inode, size, *times = really(found)
        return (device, inode, size, *(one // tick * tick for one in times))

    def fresh(found: os.stat_result, now: int) -> int:
        last = found.st_mtime_ns // tick * tick
        return max(last + tick + in_place._TICK - now, 0) if patience else 0

    monkeypatch.setattr(in_place, "_identity", coarse)
    monkeypatch.setattr(in_place, "_fresh_for", fresh)

    def meddle(done: int, _total: int) -> None:
        if done == PIECE:
            with path.open("r+b") as file:
                file.write(b"other")

    if not patience:
        # The control: without waiting it is not seen. Begun where a tick does not end in the middle.
        while time.time_ns() % tick > tick // 2:
            time.sleep(0.05)
        path.write_bytes(bytes(2 * PIECE))
        hash_file(path, progress=meddle)
        return
    with pytest.raises(FileChanged):
        hash_file(path, progress=meddle)


def test_how_long_a_time_can_still_be_that_of_another_writing() -> None:
    def found(written: int, changed: int) -> os.stat_result:
        values = {"st_mtime_ns": written, "st_ctime_ns": changed}
        return types.SimpleNamespace(**values)  # type: ignore[return-value]

    second = 1_000_000_000
    assert in_place._fresh_for(found(second + 5, second + 7), second + 8) == in_place._TICK - 1
    assert in_place._fresh_for(found(second + 5, second + 7), 2 * second) == 0
    assert in_place._fresh_for(found(2 * second, 2 * second), 3 * second) == second + in_place._TICK
    assert in_place._fresh_for(found(2 * second, 2 * second), 9 * second) == 0
    assert in_place._fresh_for(found(9 * second, 9 * second + 1), second) == 0
