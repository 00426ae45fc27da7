"""What builds on what, near and far, among the entries of a space."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from store.entry import Header


class Descent:
    """Which entries build on which of some named ones: a number with a bit for each, and no set of all ancestors."""

    def __init__(self, headers: Mapping[str, Header], named: Collection[str]) -> None:
        """Work it out.

        Args:
            headers: of a space, each after what it builds on.
            named: the entries that are asked for.
        """
        self._bits = {id: 1 << number for number, id in enumerate(named)}
        self._below: dict[str, int] = {}
        for id, header in headers.items():
            found = 0
            for parent in header.parents:
                found |= self._below.get(parent, 0) | self._bits.get(parent, 0)
            self._below[id] = found
        self._above: dict[str, int] = {}
        for id, header in reversed([*headers.items()]):
            found = self._above.get(id, 0) | self._bits.get(id, 0)
            for parent in header.parents:
                self._above[parent] = self._above.get(parent, 0) | found

    def bit(self, named: str) -> int:
        """That of one of the named."""
        return self._bits[named]

    def below(self, entry: str) -> int:
        """The named ones that an entry builds on, near or far: a bit for each."""
        return self._below.get(entry, 0)

    def above(self, entry: str) -> int:
        """The named ones that build on an entry, near or far: a bit for each."""
        return self._above.get(entry, 0)


def built_on(headers: Mapping[str, Header], entry: str) -> frozenset[str]:
    """All that an entry builds on, near and far, as far as it is here."""
    found, waiting = set[str](), [entry]
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return frozenset(found)
