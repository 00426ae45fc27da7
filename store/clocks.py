"""Who knew what: whether an entry of a space builds on another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.journal import Read


class Clocks:
    """How far each entry knows each feed. Walking back would take as long as both feeds together, for every entry."""

    def __init__(self, ordered: Sequence[Read]) -> None:
        self._known: dict[str, dict[str, int]] = {}
        self._crooked: set[str] = set()
        newest: dict[str, tuple[int, str | None]] = {}
        for entry in ordered:
            header = entry.header
            known: dict[str, int] = {}
            for parent in header.parents:
                theirs = self._known.get(parent, {})
                if not known:
                    known = dict(theirs)
                    continue
                for device, sequence in theirs.items():
                    known[device] = max(known.get(device, 0), sequence)
            known[header.device] = max(known.get(header.device, 0), header.sequence)
            self._known[entry.id] = known
            if newest.get(header.device, (0, None)) != (header.sequence - 1, header.previous):
                self._crooked.add(header.device)
            newest[header.device] = (header.sequence, entry.id)

    def knows(self, entry: Read, other: Read) -> bool | None:
        """Whether an entry builds on another; None where the other's feed has a fork or a gap, and one has to walk."""
        device = other.header.device
        if device in self._crooked:
            return None
        return other.id != entry.id and self._known[entry.id].get(device, 0) >= other.header.sequence


class Ancestors:
    """Answers whether an entry builds on an earlier one, by walking back no further than it must."""

    def __init__(self, entry: Read, by_id: Mapping[str, Read], place: Mapping[str, int]) -> None:
        self._entry = entry
        self._by_id = by_id
        self._place = place

    def __call__(self, other: str) -> bool:
        """Whether the entry builds on this one."""
        lowest = self._place[other]
        waiting, seen = [self._entry.id], {self._entry.id}
        while waiting:
            for parent in self._by_id[waiting.pop()].header.parents:
                if parent == other:
                    return True
                if parent not in seen and self._place.get(parent, -1) > lowest:
                    seen.add(parent)
                    waiting.append(parent)
        return False
