"""Shares that came to nothing: whoever was to have a case by them has not, and nobody would know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from guidance.language import _
from store.bundle.visible import one_line
from store.cases.sharing import SharingDesk
from store.entry import Header
from store.workstation_words import since_words


@dataclass(frozen=True, slots=True, kw_only=True)
class LostShare:
    """An entry on who has a case that says nothing.

    Attributes:
        entry: its id.
        by: the name of who wrote it; empty where no card of theirs counts.
        at: when, by their clock.
        why: `erased`, `withheld` (its content did not come), `revoked` or `not-shared` (who wrote it may not).
    """

    entry: str
    by: str
    at: datetime
    why: str


class LostSharesDesk(SharingDesk):
    """Casework on shares that came to nothing."""

    def lost_shares(self, case: str) -> tuple[LostShare, ...]:
        """The entries of a case on who has it that share nothing, the oldest first.

        Args:
            case: reference or id.
        """
        space = self._resolve(case)
        silent = self._silent(space)
        names = self._trust().names()
        found = []
        for id, raw, bare, erased in self._connection.execute(
            "SELECT id, header, payload IS NULL, id IN (SELECT entry FROM tombstone) FROM entry "
            "WHERE space = ? AND kind = 'case.shared' ORDER BY arrival",
            (space,),
        ).fetchall():
            why = silent.get(id, "") if not bare else "erased" if erased else "withheld"
            if why:
                header = Header.parse(raw)
                found.append(LostShare(entry=id, by=names.get(header.device, ""), at=header.claimed_at, why=why))
        return tuple(found)


def lost_share_words(one: LostShare) -> str:
    """In one sentence, in the current language: that it shares nothing, why, and what to do."""
    words = {
        "erased": _("A share that {name} wrote {when} was erased and shares nothing. Share the case again if need be."),
        "withheld": _("A share that {name} wrote {when} came without its content and shares nothing."),
        "revoked": _("A share that {name} wrote {when} by a key that counts no more shares nothing."),
    }.get(one.why, _("A share that {name} wrote {when} shares nothing: the case was never shared with them."))
    return words.format(name=one_line(one.by) or _("somebody unknown"), when=since_words(one.at))
