"""Casework: all that can be done with an unlocked vault, synchronous, one journal entry and one commit a change.

Screens reach it through `store.client.VaultClient`, the command line directly. It belongs to the thread that unlocked
the vault. The parts are in `store/cases/` and
`store/programme/`, one subject a file.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from store.cases.desk import utc_now
from store.cases.lookups import LookupDesk
from store.cases.lost_shares import LostSharesDesk
from store.cases.merging import MergeDesk
from store.cases.plan import PlanDesk
from store.cases.readers import ReadersDesk
from store.programme.erasing_named import NamedErasing


class Casework(NamedErasing, LookupDesk, PlanDesk, MergeDesk, LostSharesDesk, ReadersDesk):
    """Everything on one desk; a context manager that closes the vault."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


__all__ = ["Casework", "utc_now"]
