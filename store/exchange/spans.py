"""What heads stand for: the entries below them, and what of a space is at the top of some entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from store.entry import Header
from store.exchange.ledger import Sent


def closure(headers: Mapping[str, Header], heads: Iterable[str]) -> set[str]:
    """These entries and all that they build on, as far as they are there."""
    found = {head for head in heads if head in headers}
    waiting = list(found)
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def covered(headers: Mapping[str, Header], said: Iterable[str], rows: Sequence[Sent], space: str) -> set[str]:
    """What somebody has or will have when they have read these envelopes, each of which builds on what it says."""
    found = closure(headers, said)
    for row in rows:
        if space in row.heads and set(row.base.get(space, ())) <= found:
            found |= closure(headers, row.heads[space])
    return found


def tops(headers: Mapping[str, Header], ids: AbstractSet[str]) -> tuple[str, ...]:
    """The entries among these on which no other of them builds."""
    below = {parent for id in ids for parent in headers[id].parents}
    return tuple(sorted(ids - below))
