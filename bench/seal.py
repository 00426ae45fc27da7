"""Sealing and opening against the `age` command: whole processes in turn over one file, the page cache warm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from store.age import generate_x25519

MIB = 1 << 20
SIZE = int(os.environ.get("SEGL_BENCH_MIB", "1024")) * MIB
ROUNDS = 7
FLOOR = 0.8
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One comparison: the best of several runs of each, in turn.

    Attributes:
        what: `seal` or `open`.
        ours: seconds of each run of `python -m store.age`.
        theirs: seconds of each run of `age`.
        our_peak: KiB of resident memory, at most: the system counts in what the parent had at the fork.
        their_peak: the same for `age`.
    """

    what: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    our_peak: int
    their_peak: int

    @property
    def ratio(self) -> float:
        """How many times as fast as `age`: the best run of each."""
        return min(self.theirs) / min(self.ours)


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
    """Print both comparisons, the memory, and as the last line the ratio of sealing."""
    figures = run()
    print(f"file {SIZE // MIB} MiB, {ROUNDS} runs each in turn as whole processes, start included; the best counts")
    print("  the peak is an upper bound: the system counts in what this process had when it started them")
    for figure in figures:
        print(f"{figure.what}: {figure.ratio:.2f} x the age command")
        for name, seconds, peak in (
            ("ours", figure.ours, figure.our_peak),
            ("age", figure.theirs, figure.their_peak),
        ):
            runs = " ".join(f"{value:.3f}" for value in sorted(seconds))
            print(f"  {name:4} {SIZE / MIB / min(seconds):7.0f} MiB/s, peak {peak / 1024:.0f} MiB   runs {runs} s")
    print(f"seal: {figures[0].ratio:.2f} (floor {FLOOR}) x the age command")


def _compare(what: str, ours: list[str], theirs: list[str], rounds: int) -> Figure:
    _timed(ours)
    runs = [(_timed(ours), _timed(theirs)) for _round in range(rounds)]
    return Figure(
        what=what,
        ours=tuple(mine[0] for mine, _other in runs),
        theirs=tuple(other[0] for _mine, other in runs),
        our_peak=max(mine[1] for mine, _other in runs),
        their_peak=max(other[1] for _mine, other in runs),
    )


def _timed(command: list[str]) -> tuple[float, int]:
    """Seconds, and KiB of memory at most."""
    # With bytecode, as an installed Segl has it; the first run writes it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"seal: {command[0]} failed")
    return seconds, usage.ru_maxrss


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
