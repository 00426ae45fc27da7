"""Hashing against `openssl dgst -sha256`: whole runs in turn over one file, the page cache warm before each."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from store.evidence.hashing import hash_file

MIB = 1 << 20
SIZE = 512 * MIB
ROUNDS = 7
FLOOR = 0.9


def main() -> None:
    """Print both speeds, the memory, and as the last line the ratio of the best runs."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise SystemExit("hash: not measured: openssl is not on this machine")
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        path = Path(folder, "evidence.bin")
        block = os.urandom(MIB)
        with path.open("wb") as file:
            for number in range(SIZE // MIB):
                file.write(number.to_bytes(8, "big") + block[8:])
            file.flush()
            os.fsync(file.fileno())
        before = _peak()
        ours, theirs = [], []
        for _round in range(ROUNDS):
            seconds, digest = _ours(path)
            ours.append(seconds)
            seconds, expected = _theirs(openssl, path)
            theirs.append(seconds)
            if digest != expected:
                raise SystemExit("hash: the digests differ")
        grown = _peak() - before
    print(f"file {SIZE // MIB} MiB, {ROUNDS} runs each in turn, the best counts; dropping the file from the page cache")
    print("  and comparing it before and after are in our time, starting the process is in theirs")
    print(f"ours    {SIZE / MIB / min(ours):7.0f} MiB/s   runs {_shown(ours)}")
    print(f"openssl {SIZE / MIB / min(theirs):7.0f} MiB/s   runs {_shown(theirs)}")
    print(f"peak memory {_peak() / 1024:.0f} MiB, of which hashing added {grown / 1024:.1f} MiB")
    print(f"hash: {min(theirs) / min(ours):.2f} (floor {FLOOR}) x openssl dgst -sha256")


def _ours(path: Path) -> tuple[float, str]:
    _warm(path)
    start = time.perf_counter()
    hashed = hash_file(path)
    return time.perf_counter() - start, hashed.digest.removeprefix("sha256:")


def _theirs(openssl: str, path: Path) -> tuple[float, str]:
    _warm(path)
    start = time.perf_counter()
    done = subprocess.run([openssl, "dgst", "-sha256", "-r", path], capture_output=True, check=True)
    return time.perf_counter() - start, done.stdout[:64].decode()


def _warm(path: Path) -> None:
    buffer = bytearray(MIB)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _shown(seconds: list[float]) -> str:
    return " ".join(f"{value:.3f}" for value in sorted(seconds)) + " s"


if __name__ == "__main__":
    main()
