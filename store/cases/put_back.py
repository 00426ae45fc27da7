"""What shows that this vault was put back to an older copy, and a person who knows of it."""

from __future__ import annotations

from collections.abc import Sequence

from store import put_back
from store.cases.desk import Desk
from store.findings import Finding


class PutBackDesk(Desk):
    """Casework on a vault that is older than what others have of it."""

    def settle_put_back(self) -> tuple[Finding, ...]:
        """A person knows that an old copy was put back; what shows it is said no more. Gives what that was."""
        from store.doctor import at_unlock

        found = at_unlock(self._vault)
        with self._connection.transaction():
            return put_back.settle(self._connection, self._vault.path, found)

    def _by_this_key(self, own: Sequence[str]) -> int:
        """How many of these own entries the key wrote that signs here.

        By those of before (of a vault that was restored, or merged) it is no wonder that something comes later.
        """
        count = 0
        for start in range(0, len(own), 500):
            some = own[start : start + 500]
            marks = ", ".join("?" * len(some))
            [(found,)] = self._connection.execute(
                f"SELECT count(*) FROM entry WHERE device = ? AND id IN ({marks})",  # noqa: S608
                (self._journal.device, *some),
            ).fetchall()
            count += int(found)
        return count
