"""'Seen before?' against a million registered pieces, beside the same look-up in a vault with one piece.

The table is filled as the projection fills it (the same rows; of the journal's entries only their places), in a process
of its own, so that the memory that is told is that of looking up.
"""

from __future__ import annotations

import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from store.cases.values import write_evidence
from store.database import Connection, connect, statements
from store.evidence.seen import find
from store.model import EvidenceDraft
from store.secret import Secret

RECORDS = 1_000_000
CASES = 2_000
LOOK_UPS = 2_000
CEILING = 5.0
ROOT = Path(__file__).parent.parent
_KEY = Secret(b"k" * 32)
_AT = "2026-11-21T07:00:00Z"


def main() -> None:
    """Print the times of look-ups that find and that do not, the memory, and as the last line the 95th percentile."""
    if sys.argv[1:2] == ["--build"]:
        _build(Path(sys.argv[2]), int(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory(prefix="segl-bench-") as folder:
        one, many = Path(folder, "one.db"), Path(folder, "many.db")
        for path, records in ((one, 1), (many, RECORDS)):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-m", "bench.seen", "--build", path, str(records)], check=True, cwd=ROOT)
            built = time.perf_counter() - begun
        size = many.stat().st_size
        bare = _peak()
        alone = _timed(one, 1)
        before = _peak()
        found = _timed(many, RECORDS)
        grown = _peak() - before
    print(f"{RECORDS:,} pieces in {CASES:,} cases, {size >> 20} MiB encrypted, made in {built:.0f} s;")
    print(f"  {LOOK_UPS:,} look-ups, half of them of what is there, each with its case, name and day")
    print(f"one piece  median {_at(alone, 0.5):.2f} ms, p95 {_at(alone, 0.95):.2f} ms")
    print(f"a million  median {_at(found, 0.5):.2f} ms, p95 {_at(found, 0.95):.2f} ms, longest {found[-1]:.2f} ms")
    print(f"  {_at(found, 0.95) / _at(alone, 0.95):.1f} x the look-up among one")
    print(
        f"peak memory {_peak() / 1024:.0f} MiB, of which looking up added {grown / 1024:.1f} MiB (before: {bare >> 10})"
    )
    print(f"seen: {_at(found, 0.95):.2f} ms p95 (ceiling {CEILING:.0f} ms)")


def digest_of(number: int) -> str:
    """The digest of a piece that was made up."""
    return f"sha256:{hashlib.sha256(str(number).encode()).hexdigest()}"


def _timed(path: Path, records: int) -> list[float]:
    """Milliseconds of each look-up, ascending."""
    choice = random.Random(4)
    connection = connect(path, _KEY)
    try:
        taken = []
        for turn in range(LOOK_UPS):
            there = turn % 2 == 0
            wanted = digest_of(choice.randrange(records) if there else records + turn)
            begun = time.perf_counter()
            seen = tuple(find(connection, [wanted]))
            taken.append((time.perf_counter() - begun) * 1000)
            if bool(seen) is not there:
                raise SystemExit("seen: a wrong answer")
        return sorted(taken)
    finally:
        connection.close()


def _at(ascending: list[float], share: float) -> float:
    return ascending[min(int(len(ascending) * share), len(ascending) - 1)]


def _build(path: Path, records: int) -> None:
    connection = connect(path, _KEY, create=True)
    script = (resources.files("store") / "schema" / "0004_evidence_digest.sql").read_text(encoding="utf-8")
    # Made at once over the whole table, as a vault of before gets it.
    connection.execute("DROP INDEX standing_digest")
    cases = [hashlib.sha256(f"case {number}".encode()).hexdigest()[:32] for number in range(min(CASES, records))]
    cases.sort()
    each = records // len(cases)
    with connection.transaction():
        connection.executemany(
            "INSERT INTO case_file (space, reference, opened_at) VALUES (?, ?, ?)",
            ((space, f"26-{space[:5].upper()}", _AT) for space in cases),
        )
        _fill(connection, cases, each)
        for statement in statements(script):
            connection.execute(statement)
    connection.close()


def _fill(connection: Connection, cases: list[str], each: int) -> None:
    connection.executemany(
        "INSERT INTO entry (arrival, id, space, device, sequence, kind, counter, header, signature) "
        "VALUES (?, ?, ?, '00', ?, 'evidence.registered', 1, zeroblob(600), zeroblob(64))",
        (
            (place * each + number + 1, hashlib.sha256(f"{space} {number}".encode()).hexdigest(), space, number)
            for place, space in enumerate(cases)
            for number in range(each)
        ),
    )

    def rows() -> Iterator[tuple[str | int, ...]]:
        for place, space in enumerate(cases):
            for number in range(each):
                id = hashlib.sha256(f"{space} {number}".encode()).hexdigest()
                draft = EvidenceDraft(
                    digest=digest_of(place * each + number),
                    size=123456 + number,
                    name=f"IMG_{number:04}.jpg",
                    raw_name=f"IMG_{number:04}.jpg".encode().hex(),
                    platform="Snapchat",
                    accounts=("alma.k",),
                    shows="et billede",
                )
                said = {"number": number + 1, **write_evidence(draft)}
                yield space, f"added/{id}", id, number, "true", _AT, _AT, "00"
                yield space, f"evidence/{id}", id, number, json.dumps(said, ensure_ascii=False), _AT, _AT, "00"
            yield space, "case", space, 0, json.dumps({"title": f"Sag {place}"}), _AT, _AT, "00"

    connection.executemany(
        "INSERT INTO standing (space, subject, entry, place, value, at, since, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows(),
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
