"""What is found when a vault is looked at, how far that is, and stopping it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from store.cases.desk import OpenVault
from store.database import Connection
from store.findings import Finding

T = TypeVar("T")
Progress = Callable[[int, int], None]

_STEP: Final = 200


class Cancelled(Exception):
    """Somebody stopped it."""


class Examination:
    """What was found so far, and how far it is."""

    def __init__(self, vault: OpenVault, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self.vault = vault
        self.connection: Connection = vault.connection
        self.findings: list[Finding] = []
        self.looked: list[str] = []
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0
        [(self.entries,)] = self.connection.execute("SELECT count(*) FROM entry").fetchall()
        [(self.commits,)] = self.connection.execute("SELECT count(*) FROM checkpoint").fetchall()
        [(self.spaces,)] = self.connection.execute("SELECT count(*) FROM space").fetchall()
        # Each entry is looked at three times: its place, its signature, what it says.
        self._total = 3 * self.entries + self.commits

    def note(self, code: str, where: object = "", *, damage: bool = True, case: str = "") -> None:
        """Something was found."""
        self.findings.append(Finding(code=code, where=str(where), damage=damage, case=case))

    def part(self, name: str, look: Callable[[], T]) -> T:
        """Look at a part of the vault, one of `store.findings.PARTS`; it counts as looked at when that came to its end.

        Raises:
            Cancelled: somebody stopped it.
        """
        if self._cancelled and self._cancelled():
            raise Cancelled
        found = look()
        self.looked.append(name)
        return found

    def expect_more(self, ticks: int) -> None:
        """As many more are to come before the end."""
        self._total += ticks

    def tick(self, count: int = 1) -> None:
        """So many steps are done; the end of the work where somebody stopped it."""
        before, self._done = self._done, self._done + count
        if before // _STEP != self._done // _STEP or self._done >= self._total:
            if self._cancelled and self._cancelled():
                raise Cancelled
            if self._progress:
                self._progress(min(self._done, self._total), self._total)
