"""Which chain was written last: by what the files say of themselves, and by no clock.

A clock that was put back, or two chains within one second, must not bring an old chain to the front: the next backup
would go on with it, and a restore would bring back less than there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from store.age.hybrid import HybridIdentity
from store.backup import chain as place
from store.backup.errors import BackupDamaged
from store.backup.form import Head, read_head


def last_first(chains: Iterable[Path], identity: HybridIdentity) -> tuple[tuple[Path, Head], ...]:
    """The chains that a key opens, the one written last first, each with what its last file says.

    Chains of an earlier Segl say no order: the one counts as later whose vault had more commits. Where these are as
    many, both hold the same entries, and the time that they name decides.
    """
    found = [(path, head) for path in chains if (head := last_head(path, identity)) is not None]
    return tuple(sorted(found, key=lambda one: (*_place(one[1]), one[0].name), reverse=True))


def _place(head: Head) -> tuple[int, int, float]:
    return head.order, head.held.counter, head.made_at.timestamp()


def last_head(path: Path, identity: HybridIdentity) -> Head | None:
    """What the last file of a chain says that can be read so far; None where none can."""
    found: list[Head] = []
    for file in reversed(place.files(path)):
        if found and not file.name.startswith(f"{found[0].number:04}-"):
            break
        with suppress(BackupDamaged, OSError):
            head = read_head(file, identity)
            if head.chain == path.name and file.name.startswith(f"{head.number:04}-"):
                found.append(head)
    return max(found, key=_place, default=None)
