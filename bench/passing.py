"""Passing 2 GiB through against its two halves alone: hashing the file, and sealing it to a file of the same kind.

Whole runs in turn over one file, the page cache warm before each. The two halves are run side by side too, as two
processes that know nothing of each other: what that takes is what this machine gives somebody who does both at once.

The sealed files go to memory where the system has a place for that (/dev/shm), so that a slow disk does not hide what
is measured; and that memory is touched before each run, since a virtual machine that gave its free memory back gets it
again at a quarter of the speed of what is measured.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from store.age import EncryptingWriter, generate_x25519
from store.bundle.new_files import NewFiles
from store.bundle.pass_through import PassThrough
from store.bundle.seal import HashingSink, SealOrder
from store.evidence.hashing import hash_file
from store.model import Purpose

MIB = 1 << 20
SIZE = int(os.environ.get("SEGL_BENCH_MIB", "2048")) * MIB
ROUNDS = 5
FLOOR = 0.9
ROOT = Path(__file__).parent.parent
PARTS = ("bare", "hash", "seal", "pass")


def main() -> None:
    """Print the three times, the memory of each as a process of its own, and as the last line the ratio."""
    if sys.argv[1:2] == ["--run"]:
        _run(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    with tempfile.TemporaryDirectory(prefix="segl-bench-", dir=_memory()) as folder:
        path, out = Path(folder, "evidence.bin"), Path(folder, "out.segl.age")
        _fill(path)
        taken: dict[str, list[float]] = {part: [] for part in PARTS}
        peak = dict.fromkeys(PARTS, 0)
        beside: list[float] = []
        for _round in range(ROUNDS):
            for part in PARTS:
                ((seconds, used),) = _timed([part], path, out)
                taken[part].append(seconds)
                peak[part] = max(peak[part], used)
            beside.append(max(seconds for seconds, _used in _timed(["hash", "seal"], path, out)))
    best = {part: min(times) for part, times in taken.items()}
    print(f"file {SIZE // MIB} MiB, {ROUNDS} runs each in turn, each a process of its own; the best counts")
    for part in PARTS[1:]:
        runs = " ".join(f"{value:.2f}" for value in sorted(taken[part]))
        print(f"{part:5} {SIZE / MIB / best[part]:6.0f} MiB/s, peak {peak[part] / 1024:.0f} MiB   runs {runs} s")
    print(f"  peak memory of the same imports that do nothing {peak['bare'] / 1024:.0f} MiB")
    slower = max(best["hash"], best["seal"])
    runs = " ".join(f"{value:.2f}" for value in sorted(beside))
    print(f"both one after the other would be {slower / (best['hash'] + best['seal']):.2f}")
    print(f"both as two processes side by side: {slower / min(beside):.2f}, what this machine gives   runs {runs} s")
    print(f"pass: {slower / best['pass']:.2f} (floor {FLOOR}) x the slower of its two halves alone")


def _run(part: str, path: Path, out: Path) -> None:
    """One run in this process, begun at a line on standard input; its seconds are what it prints."""
    recipient = generate_x25519().recipient
    _warm(path)
    if part in ("seal", "pass"):
        _touch(out)
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.perf_counter()
    digest = ""
    if part == "hash":
        hash_file(path)
    elif part == "seal":
        with (
            NewFiles([out]) as files,
            files.create(out) as file,
            EncryptingWriter(HashingSink(file), [recipient]) as writer,
            path.open("rb", buffering=0) as source,
        ):
            writer.write_from(source)
    elif part == "pass":
        order = SealOrder(purpose=Purpose.POLICE, out=out, recipients=(recipient.encode(),))
        with PassThrough(order, [path], moment=0) as passing:
            digest = passing.read()[0].digest
    print(time.perf_counter() - begun)
    if digest:
        with path.open("rb") as file:
            right = digest == f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
        if not right:
            raise SystemExit("pass: a wrong digest")


def _timed(parts: list[str], path: Path, out: Path) -> list[tuple[float, int]]:
    """Run them at the same time, each a process of its own; of each its seconds, and KiB of memory at most."""
    running = []
    for part in parts:
        command = [sys.executable, "-m", "bench.passing", "--run", part, str(path), str(out)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise SystemExit(f"pass: {part} failed")
        running.append(process)
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [_ended(process) for process in running]


def _ended(process: subprocess.Popen[str]) -> tuple[float, int]:
    assert process.stdin is not None
    assert process.stdout is not None
    said = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.stdin.close()
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit("pass: a run failed")
    return float(said), usage.ru_maxrss


def _memory() -> str | None:
    place = Path("/dev/shm")
    if not place.is_dir():
        return None
    room = os.statvfs(place)
    return str(place) if room.f_bavail * room.f_frsize > 3 * SIZE else None


def _fill(path: Path) -> None:
    block = os.urandom(MIB)
    with path.open("wb") as file:
        for number in range(SIZE // MIB):
            file.write(number.to_bytes(8, "big") + block[8:])


def _touch(out: Path) -> None:
    """As much memory as the sealed file will take, had and given back at once."""
    block = bytes(MIB)
    with out.open("wb", buffering=0) as file:
        for _number in range(SIZE // MIB + 1):
            file.write(block)
    out.unlink()


def _warm(path: Path) -> None:
    buffer = bytearray(MIB)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


if __name__ == "__main__":
    main()
