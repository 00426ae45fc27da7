"""The queue: two at once, in order, stopped in time, resumed, and no larger for a hundred thousand files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from store.evidence import queue
from store.evidence.errors import FileVanished, HashingCancelled, NotAFile, NotHashed
from store.evidence.folders import files_under
from store.evidence.hashing import PIECE, HashedFile, hash_file
from store.evidence.in_place import identity_of
from store.evidence.queue import HANDFUL, TOGETHER, QueueProgress, hash_files


def test_a_queue_goes_on_past_a_bad_file_and_keeps_the_order(tmp_path: Path) -> None:
    good, last = tmp_path / "good", tmp_path / "last"
    good.write_bytes(bytes(PIECE + 1))
    last.write_bytes(b"x")
    seen: list[QueueProgress] = []
    ticks = iter(range(1000))
    outcomes = list(
        hash_files([good, tmp_path / "none", tmp_path, last], progress=seen.append, clock=lambda: float(next(ticks)))
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [HashedFile, FileVanished, NotAFile, HashedFile]
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert (seen[-1].done, seen[-1].total, seen[-1].file, seen[-1].files) == (PIECE + 2, PIECE + 2, 4, 4)
    assert seen[-1].seconds_left == 0


def test_an_empty_queue_is_done() -> None:
    assert list(hash_files([])) == []


def test_rate_and_time_left_are_those_of_all_files() -> None:
    progress = QueueProgress(file=1, files=2, name="a", done=30, total=90, rate=20.0)
    assert progress.seconds_left == 3.0
    assert QueueProgress(file=1, files=2, name="a", done=0, total=90, rate=0.0).seconds_left is None


@pytest.mark.parametrize(("workers", "together"), [(2, True), (1, False)])
def test_two_files_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, together: bool
) -> None:
    """Each of two files waits for the other to be begun; the control with one worker shows that the test can tell."""
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode() * (TOGETHER + 1))
    meeting = threading.Barrier(2)
    met: list[bool] = []

    def meet(path: bytes, **rest: object) -> HashedFile:
        try:
            meeting.wait(5 if together else 0.3)
            met.append(True)
        except threading.BrokenBarrierError:
            met.append(False)
        return hash_file(path)

    monkeypatch.setattr(queue, "hash_file", meet)
    found = list(hash_files([tmp_path / "a", tmp_path / "b"], workers=workers))
    assert [one.digest for one in found if isinstance(one, HashedFile)] == [
        f"sha256:{hashlib.sha256(name * (TOGETHER + 1)).hexdigest()}" for name in (b"a", b"b")
    ]
    assert met == [together, together]


def test_a_slow_first_file_holds_no_more_than_so_many_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "AHEAD", 2 * HANDFUL)
    go_on = threading.Event()
    begun: list[bytes] = []

    def slow(path: bytes, **rest: object) -> HashedFile:
        begun.append(path)
        if path.endswith(b"large"):
            go_on.wait(10)
        return hash_file(path)

    monkeypatch.setattr(queue, "hash_file", slow)
    large = tmp_path / "large"
    large.write_bytes(bytes(TOGETHER + 1))
    small = []
    for number in range(10 * HANDFUL):
        small.append(tmp_path / str(number))
        small[-1].write_bytes(b"x")
    results = hash_files([large, *small], workers=2)
    timer = threading.Timer(0.5, go_on.set)
    timer.start()
    next(results)
    timer.join()
    assert len(begun) <= 1 + 3 * HANDFUL
    assert len(list(results)) == len(small)


def test_a_cancelled_queue_leaves_what_was_done_and_no_thread(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"x")
    done: list[object] = []
    with pytest.raises(HashingCancelled):
        for outcome in hash_files([tmp_path / name for name in "abc"], cancelled=lambda: len(done) == 2):
            done.append(outcome)  # noqa: PERF402
    assert len(done) == 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hash")]


def test_cancelling_in_the_middle_of_large_files(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(20 << 30)
    asked = iter(range(1000))
    with pytest.raises(HashingCancelled):
        list(hash_files([path, path], cancelled=lambda: next(asked) > 2))


def test_what_was_read_before_is_not_read_again_unless_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    same.write_bytes(b"a" * 1000)
    other.write_bytes(b"b")
    before = {one.path: one for one in hash_files([same, other]) if isinstance(one, HashedFile)}
    other.write_bytes(b"c")
    read: list[bytes] = []

    def noting(path: bytes, **rest: object) -> HashedFile:
        read.append(path)
        return hash_file(path)

    monkeypatch.setattr(queue, "hash_file", noting)

    def known(path: bytes) -> HashedFile | None:
        found = before.get(path)
        return found if found is not None and found.identity == identity_of(path) else None

    seen: list[QueueProgress] = []
    after = list(hash_files([same, other], known=known, progress=seen.append))
    assert read == [os.fsencode(other)]
    assert isinstance(after[1], HashedFile)
    assert after[1].digest == f"sha256:{hashlib.sha256(b'c').hexdigest()}"
    assert after[0] == before[os.fsencode(same)]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a priority is that of the whole process")
@pytest.mark.parametrize("calm", [True, False])
def test_a_calm_reading_gives_way_and_the_screen_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calm: bool
) -> None:
    (tmp_path / "a").write_bytes(b"x")
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    seen: list[int] = []

    def noting(path: bytes, **rest: object) -> HashedFile:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return hash_file(path)

    monkeypatch.setattr(queue, "hash_file", noting)
    list(hash_files([tmp_path / "a"], calm=calm))
    assert seen == [max(before, queue.CALM) if calm else before]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_what_is_an_error_already_keeps_its_place(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "b")
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "c").write_bytes(b"")
    outcomes = list(hash_files(files_under([tmp_path])))
    assert [isinstance(one, NotHashed) for one in outcomes] == [False, True, False]


_MANY = """
import resource, sys, time
from pathlib import Path
from store.evidence.folders import files_under
from store.evidence.queue import hash_files
begin = time.monotonic()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for one in hash_files(files_under([sys.argv[1]])))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, time.monotonic() - begin)
"""


@pytest.mark.slow
def test_a_hundred_thousand_small_files(tmp_path: Path) -> None:
    """Only their names and sizes are held: some 250 bytes each, whatever is in them."""
    count = 100_000
    for number in range(count):
        if number % 1000 == 0:
            folder = tmp_path / f"{number:06}"
            folder.mkdir()
        handle = os.open(folder / f"{number}.jpg", os.O_CREAT | os.O_WRONLY)
        os.write(handle, b"%d" % number)
        os.close(handle)
    done = subprocess.run([sys.executable, "-c", _MANY, tmp_path], capture_output=True, text=True, check=True)
    read, grown, seconds = done.stdout.split()
    print(done.stdout)
    assert int(read) == count
    assert int(grown) < 48 * 1024
    assert float(seconds) < 120
