"""How much slower than the machine on which a bundle's 2 seconds were asked this one is at the moment.

What opening a bundle costs is measured in the processor's time; but that of a slow processor, or of one whose other
half is busy, is longer for the same work. A fixed piece of the same kind of work, done when it matters, tells how much.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import Final

ASKED: Final = 0.14
"""Seconds of the processor that `work` takes where the limit was set, worked out: the dearest bundle took 1.67 s there,
and 3.1 s where `work` took 0.26 s."""


def work() -> None:
    """Strict-looking JSON read and written, its lines hashed: what most of opening is."""
    line = json.dumps({"kind": "note", "text": "æøå " * 20, "facts": [{"n": n, "t": str(n)} for n in range(40)]})
    for _round in range(3000):
        read = json.loads(line)
        hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def slowness() -> float:
    """1 or more."""
    taken = []
    for _round in range(3):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return max(1.0, sorted(taken)[1] / ASKED)
