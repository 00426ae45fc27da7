"""Hashing: against `openssl dgst -sha256`, two files against one, and the memory of it. Whole runs in turn.

What two files gain depends on the machine (its cores may share what they hash with, or with other work): two `openssl`
processes side by side, in the same rounds, say how much there was to gain.

The page cache is warm before each run, so that the processor is measured and not the disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from store.evidence.errors import NotHashed
from store.evidence.hashing import hash_file
from store.evidence.queue import hash_files

MIB: Final = 1 << 20
SIZE: Final = int(os.environ.get("SEGL_BENCH_MIB", "2048")) * MIB
ROUNDS: Final = 5
FLOOR: Final = 1.0
FLOOR_TWO: Final = 1.8
CEILING_MIB: Final = 16
ROOT: Final = Path(__file__).parent.parent
_PEAK: Final = (
    "from pathlib import Path\n"
    "for line in Path('/proc/self/status').read_text().splitlines():\n"
    "    if line.startswith('VmHWM'): print(line.split()[1])\n"
)
_HASHING: Final = "import sys\nfrom store.evidence.queue import hash_files\nfor one in hash_files(sys.argv[1:]): pass\n"


def main() -> None:
    """Print the runs, and the three figures with what is promised."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise SystemExit("hash: not measured: openssl is not on this machine")
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        one, other = Path(folder, "one.bin"), Path(folder, "other.bin")
        _write(one, b"1")
        print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        _against_openssl(openssl, one)
        _write(other, b"2")
        _two_at_once(openssl, one, other)
        _memory(folder, one, other)


def _against_openssl(openssl: str, path: Path) -> None:
    ours, theirs = [], []
    for _round in range(ROUNDS):
        seconds, digest = _timed([path], lambda: hash_file(path).digest.removeprefix("sha256:"))
        ours.append(seconds)
        seconds, expected = _timed([path], lambda: _openssl(openssl, path))
        theirs.append(seconds)
        if digest != expected:
            raise SystemExit("hash: the digests differ")
    print(
        f"file of {SIZE // MIB} MiB, {ROUNDS} runs each in turn, the best counts; dropping the file from the page cache"
    )
    print("  and comparing it before and after are in our time, starting the process is in theirs")
    print(f"ours    {SIZE / MIB / min(ours):7.0f} MiB/s   runs {_shown(ours)}")
    print(f"openssl {SIZE / MIB / min(theirs):7.0f} MiB/s   runs {_shown(theirs)}")
    print(f"hash: {min(theirs) / min(ours):.2f} (floor {FLOOR}) x openssl dgst -sha256")


def _two_at_once(openssl: str, one: Path, other: Path) -> None:
    """Two files against one; and two `openssl` processes against one, which is what this machine has to give."""
    alone, both, theirs_alone, theirs_both = [], [], [], []
    for _round in range(ROUNDS):
        alone.append(_timed([one], lambda: _queue(one))[0])
        both.append(_timed([one, other], lambda: _queue(one, other))[0])
        theirs_alone.append(_timed([one], lambda: _openssl(openssl, one))[0])
        theirs_both.append(_timed([one, other], lambda: _side_by_side(openssl, one, other))[0])
    ceiling = 2 * min(theirs_alone) / min(theirs_both)
    ours = 2 * min(alone) / min(both)
    print(f"one file: runs {_shown(alone)}; two of the same size: runs {_shown(both)}")
    print(f"openssl, one: runs {_shown(theirs_alone)}; two processes side by side: runs {_shown(theirs_both)}")
    print(f"two openssl processes: {ceiling:.2f} x the speed of one: what this machine gives two")
    print(
        f"two files: {ours:.2f} (floor {FLOOR_TWO}) x the speed of one, {ours / ceiling:.2f} of what the machine gives"
    )


def _memory(folder: str, one: Path, other: Path) -> None:
    if not Path("/proc/self/status").exists():
        print("memory: not measured: no /proc on this system")
        return
    small = Path(folder, "small.bin")
    small.write_bytes(b"x")
    bare = _peak("")
    print(f"bare Python {bare:.1f} MiB at its peak, whole process")
    for name, paths in (("1 byte", [small]), (f"two of {SIZE // MIB} MiB at once", [one, other])):
        more = _peak(_HASHING, *map(str, paths)) - bare
        print(f"memory, {name}: {more:.1f} MiB more than bare Python (ceiling {CEILING_MIB})")


def _peak(script: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", script + _PEAK, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1024


def _queue(*paths: Path) -> str:
    for outcome in hash_files(paths):
        if isinstance(outcome, NotHashed):
            raise outcome
    return ""


def _openssl(openssl: str, path: Path) -> str:
    done = subprocess.run([openssl, "dgst", "-sha256", "-r", path], capture_output=True, check=True)
    return done.stdout[:64].decode()


def _side_by_side(openssl: str, *paths: Path) -> str:
    running = [subprocess.Popen([openssl, "dgst", "-sha256", "-r", path], stdout=subprocess.DEVNULL) for path in paths]
    if any(process.wait() for process in running):
        raise SystemExit("hash: openssl failed")
    return ""


def _timed(paths: list[Path], work: Callable[[], str]) -> tuple[float, str]:
    for path in paths:
        _warm(path)
    start = time.perf_counter()
    said = work()
    return time.perf_counter() - start, said


def _write(path: Path, mark: bytes) -> None:
    block = os.urandom(MIB - 9) + mark
    with path.open("wb") as file:
        for number in range(SIZE // MIB):
            file.write(number.to_bytes(8, "big") + block)
        file.flush()
        os.fsync(file.fileno())


def _warm(path: Path) -> None:
    buffer = bytearray(MIB)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def _shown(seconds: list[float]) -> str:
    return " ".join(f"{value:.3f}" for value in sorted(seconds)) + " s"


if __name__ == "__main__":
    main()
