"""What waits for whom, by workstation: what each has not said it has; and whether one has moved here from another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from store.authors import Author, Belongs
from store.cases.participants import ParticipantsDesk, Peer
from store.cases.receiving import ReceivingDesk
from store.entry import SpaceKind, read_time
from store.exchange import ledger
from store.exchange.rounds import Waits
from store.exchange.spans import closure, covered
from store.journal import headers_of
from store.workstations import Workstation


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkstationShown:
    """A workstation of somebody, as it is shown.

    Attributes:
        author: whose it is.
        here: whether it is this vault.
        alone: whether it is the only one of theirs besides this vault.
        heard_at: when anything was last said by it; None where never, or here.
    """

    author: Author
    workstation: Workstation
    here: bool
    alone: bool
    heard_at: datetime | None


class WaitingDesk(ReceivingDesk, ParticipantsDesk):
    """Casework on what waits."""

    def exchange_waits(self, present: Collection[str] | None = None) -> tuple[Waits, ...]:
        """What waits for whom; nothing is named that everybody has.

        Args:
            present: names of own envelopes that lie in the folder; all that were written where None.
        """
        self._settle_ledger()
        rows = ledger.sent(self._connection)
        heard = ledger.heard(self._connection)
        found = []
        for participant in self.exchange_people():
            author, workstation = participant.author, participant.workstation
            theirs = [
                one for one in rows if one.device == workstation.device and (present is None or one.name in present)
            ]
            said_there = heard.get(workstation.device)
            have = said_there.have if said_there else {}
            for kind, space in participant.spaces:
                said = have.get(space, ())
                unread = self._lacked(space, said, workstation.device)
                if not unread:
                    continue
                headers = headers_of(self._connection, space)
                unsent = len(unread - covered(headers, said, theirs, space))
                found.append(
                    Waits(
                        author=author.id,
                        device=workstation.device,
                        name=author.name,
                        own=participant.peer is Peer.OWN,
                        number=0 if self._is_alone(author) else workstation.number,
                        since=read_time(said_there.made_at) if said_there else None,
                        case=self._reference(space) if kind is SpaceKind.CASE else "",
                        space=space,
                        unsent=unsent,
                        unread=len(unread) - unsent,
                        status=kind is SpaceKind.STATUS,
                    )
                )
        return tuple(found)

    def _is_alone(self, author: Author) -> bool:
        """Whether somebody has one workstation only besides this."""
        own = self._trust().own
        return len([one for one in author.reading if one.device not in own]) < 2

    def _lacked(self, space: str, said: Collection[str], wrote: str) -> set[str]:
        """The entries that a workstation has not said it has, but what was written there."""
        if set(self.held(space)) <= set(said):
            return set()
        headers = headers_of(self._connection, space)
        had = closure(headers, said)
        return {id for id, header in headers.items() if id not in had and header.device != wrote}

    def workstations(self, who: str = "") -> tuple[WorkstationShown, ...]:
        """The workstations that are known here, of everybody or of one.

        Args:
            who: the beginning of an author's id, or a fingerprint; everybody where empty.

        Raises:
            AuthorUnknown: nobody is known by that.
        """
        self._settle_ledger()
        heard, own = ledger.heard(self._connection), self._trust().own
        return tuple(
            WorkstationShown(
                author=author,
                workstation=one,
                here=one.device in own,
                alone=self._is_alone(author),
                heard_at=read_time(heard[one.device].made_at) if one.device in heard.keys() - own else None,
            )
            for author in ((self._author(who),) if who else self.authors())
            for one in author.workstations
        )

    def moved_from(self) -> tuple[WorkstationShown, ...]:
        """Workstations of one's own of which all is here, where this one came after them and it was not asked yet.

        Whoever moves gives the old one up now; whoever uses both does not, and is not asked again.
        """
        shown = [one for one in self.workstations() if one.author.belongs is Belongs.OWN]
        here = next((number for number, one in enumerate(shown) if one.here), 0)
        heard = ledger.heard(self._connection)
        return tuple(
            one
            for one in shown[:here]
            if one.workstation.reads
            and (said := heard.get(one.workstation.device)) is not None
            and said.have
            and all(self._is_here(head) for heads in said.have.values() for head in heads)
            and not self._was_asked(one.workstation.device)
        )

    def moving_was_asked(self) -> None:
        """Somebody was asked whether they give up what `moved_from` names."""
        with self._connection.transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO vault (key, value) VALUES (?, '')",
                [(f"moved-from/{one.workstation.device}",) for one in self.moved_from()],
            )

    def _was_asked(self, device: str) -> bool:
        row = self._connection.execute("SELECT 1 FROM vault WHERE key = ?", (f"moved-from/{device}",)).fetchone()
        return row is not None

    def _is_here(self, entry: str) -> bool:
        return self._connection.execute("SELECT 1 FROM entry WHERE id = ?", (entry,)).fetchone() is not None
