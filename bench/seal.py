"""Sealing and opening against the `age` command: whole processes in turn over one file, the page cache warm.

Beside it the limit: the cipher alone, chunk by chunk from memory on all cores, with nothing read, written or started.
What the ratio can reach depends on the processor, since the cipher of `cryptography` gains more from wide registers
than that of `age` does: with AVX-512 it is some four times `age` on two cores, with AVX2 some two and a half.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from io import FileIO
from mmap import mmap
from pathlib import Path
from threading import Thread

from store.age import generate_x25519
from store.age.blocks import available_cores
from store.age.stream import BLOCK_SIZE, SEALED_BLOCK_SIZE, open_block, seal_block

MIB = 1 << 20
SIZE = int(os.environ.get("SEGL_BENCH_MIB", "2048")) * MIB
ROUNDS = 7
FLOORS = {"seal": 1.8, "open": 2.5}
PEAK_KIB = 64 * 1024
KEY = bytes(32)
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One comparison: the best of several runs of each, in turn.

    Attributes:
        what: `seal` or `open`.
        ours: seconds of each run of `python -m store.age`.
        theirs: seconds of each run of `age`.
        our_cpu: the fewest seconds of processor time of a run, which other work on the machine changes little.
        their_cpu: the same for `age`.
        our_peak: KiB of resident memory, at most: the system counts in what the parent had at the fork.
        their_peak: the same for `age`.
        limit: seconds that the cipher alone takes on all cores.
        reading: seconds that the cipher takes with the file read beside it, in the same threads and nothing else.
    """

    what: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    our_cpu: float
    their_cpu: float
    our_peak: int
    their_peak: int
    limit: float
    reading: float

    @property
    def ratio(self) -> float:
        """How many times as fast as `age`: the best run of each."""
        return min(self.theirs) / min(self.ours)

    @property
    def most(self) -> float:
        """The ratio if nothing but the cipher took time."""
        return min(self.theirs) / self.limit


def run(size: int = SIZE, rounds: int = ROUNDS) -> list[Figure]:
    """Measure sealing, then opening, of `size` bytes to nowhere.

    Raises:
        SystemExit: `age` is not on this machine, or it does not open what was sealed here.
    """
    age = shutil.which("age")
    if age is None:
        raise SystemExit("seal: not measured: age is not on this machine")
    segl = [sys.executable, "-m", "store.age"]
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        plain, sealed, keys = Path(folder, "plain"), Path(folder, "sealed.age"), Path(folder, "keys.txt")
        identity = generate_x25519()
        keys.write_bytes(identity.encode().reveal() + b"\n")
        _fill(plain, size)
        recipient = ["-r", identity.recipient.encode(), "-o", os.devnull, str(plain)]
        seal = _compare("seal", [*segl, *recipient], [age, *recipient], rounds)
        subprocess.run([*segl, *recipient[:2], "-o", sealed, plain], check=True, cwd=ROOT)
        if _opened_by(age, keys, sealed) != size:
            raise SystemExit("seal: age does not open what was sealed here")
        opening = ["-d", "-i", str(keys), "-o", os.devnull, str(sealed)]
        return [seal, _compare("open", [*segl, *opening], [age, *opening], rounds)]


def main() -> None:
    """Print both comparisons, the memory and the limit, and last the two ratios with what is promised."""
    figures = run()
    print(f"file {SIZE // MIB} MiB, {ROUNDS} runs each in turn as whole processes, start included; the best counts")
    print("  the peak is an upper bound: the system counts in what this process had when it started them")
    for figure in figures:
        print(f"{figure.what}: {figure.ratio:.2f} x the age command")
        for name, seconds, cpu, peak in (
            ("ours", figure.ours, figure.our_cpu, figure.our_peak),
            ("age", figure.theirs, figure.their_cpu, figure.their_peak),
        ):
            runs = " ".join(f"{value:.3f}" for value in sorted(seconds))
            rate = SIZE / MIB / min(seconds)
            print(f"  {name:5} {rate:7.0f} MiB/s, peak {peak / 1024:.0f} MiB, cpu {cpu:.2f} s   runs {runs} s")
        print(
            f"  limit {SIZE / MIB / figure.limit:7.0f} MiB/s: the cipher alone on {available_cores()} cores,"
            f" {figure.most:.2f} x age; ours comes to {100 * figure.limit / min(figure.ours):.0f} % of it"
        )
        print(
            f"        {SIZE / MIB / figure.reading:7.0f} MiB/s: the cipher and reading the file,"
            f" {min(figure.theirs) / figure.reading:.2f} x age; {100 * figure.reading / min(figure.ours):.0f} % of it"
        )
    for figure in figures:
        held = "" if figure.our_peak <= PEAK_KIB else f"; memory above {PEAK_KIB // 1024} MiB"
        print(
            f"{figure.what}: {figure.ratio:.2f} (floor {FLOORS[figure.what]}, limit here {figure.most:.2f})"
            f" x the age command{held}"
        )


def _compare(what: str, ours: list[str], theirs: list[str], rounds: int) -> Figure:
    _timed(ours)
    runs = [(_timed(ours), _timed(theirs)) for _round in range(rounds)]
    return Figure(
        what=what,
        ours=tuple(mine[0] for mine, _other in runs),
        theirs=tuple(other[0] for _mine, other in runs),
        our_cpu=min(mine[2] for mine, _other in runs),
        their_cpu=min(other[2] for _mine, other in runs),
        our_peak=max(mine[1] for mine, _other in runs),
        their_peak=max(other[1] for _mine, other in runs),
        limit=_limit(what, rounds),
        reading=_limit(what, rounds, Path(ours[-1])),
    )


def _limit(what: str, rounds: int, file: Path | None = None) -> float:
    """Seconds of the cipher for the whole file, the best of some rounds over an eighth of it.

    With a file, as many bytes of it are read as are sealed or opened, though not the same.
    """
    cores = available_cores()
    blocks = max(1, SIZE // 8 // BLOCK_SIZE // cores)

    source = FileIO(file) if file is not None else None

    def work() -> None:
        plain, sealed, spare = (
            memoryview(mmap(-1, size)) for size in (BLOCK_SIZE, SEALED_BLOCK_SIZE, SEALED_BLOCK_SIZE)
        )
        seal_block(KEY, 0, plain, sealed, final=False)
        target = plain if what == "seal" else spare
        for number in range(blocks):
            if source is not None:
                os.preadv(source.fileno(), [target], number * len(target))
            if what == "seal":
                seal_block(KEY, 0, plain, sealed, final=False)
            else:
                open_block(KEY, 0, sealed, plain)

    best = float("inf")
    for _round in range(rounds):
        threads = [Thread(target=work) for _core in range(cores)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = min(best, time.perf_counter() - start)
    if source is not None:
        source.close()
    return best * SIZE / (blocks * cores * BLOCK_SIZE)


def _timed(command: list[str]) -> tuple[float, int, float]:
    """Seconds, KiB of memory at most, and seconds of processor time."""
    # With bytecode, as an installed Segl has it; the first run writes it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"seal: {command[0]} failed")
    return seconds, usage.ru_maxrss, usage.ru_utime + usage.ru_stime


def _fill(path: Path, size: int) -> None:
    block = os.urandom(MIB)
    with path.open("wb") as file:
        for number in range(size // MIB):
            file.write(number.to_bytes(8, "big") + block[8:])
        file.flush()
        os.fsync(file.fileno())


def _opened_by(age: str, keys: Path, sealed: Path) -> int:
    size = 0
    with subprocess.Popen([age, "-d", "-i", keys, sealed], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while data := process.stdout.read(MIB):
            size += len(data)
    return size if process.returncode == 0 else -1


if __name__ == "__main__":
    main()
