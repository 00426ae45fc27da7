"""What builds on what, near and far, among the entries of a space."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from store.entry import Header


class Descent:
    """Which of some entries build on which, without a set of all ancestors for each: a number has a bit for each."""

    def __init__(self, headers: Mapping[str, Header], named: Collection[str]) -> None:
        """Work it out.

        Args:
            headers: of a space, each after what it builds on.
            named: the entries that are asked about.
        """
        self._bits = {id: 1 << number for number, id in enumerate(named)}
        self._below: dict[str, int] = {}
        for id, header in headers.items():
            found = 0
            for parent in header.parents:
                found |= self._below.get(parent, 0) | self._bits.get(parent, 0)
            self._below[id] = found

    def builds(self, entry: str, other: str) -> bool:
        """Whether one of the named builds on another, near or far."""
        return bool(self._below.get(entry, 0) & self._bits[other])


def built_on(headers: Mapping[str, Header], entry: str) -> frozenset[str]:
    """All that an entry builds on, near and far, as far as it is here."""
    found, waiting = set[str](), [entry]
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return frozenset(found)
