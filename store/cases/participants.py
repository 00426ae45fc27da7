"""Who may read which space: what goes to whom is decided here, when an envelope is written, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.authors import Author, Belongs
from store.cases.sharing import SharingDesk, same_name
from store.entry import SpaceKind
from store.exchange.rounds import NoCard
from store.programme.passing import ConcernsPassed
from store.standing import standing
from store.workstations import Workstation


class Peer(StrEnum):
    """What somebody is to this vault."""

    OWN = "own"
    COLLEAGUE = "colleague"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A workstation of somebody to which envelopes may be sealed, and what of.

    Attributes:
        author: whose it is.
        workstation: with the recipient that is sealed to.
        spaces: the spaces that they may read and that are here: the office's first, then cases, then the programme's.
        former: cases that they may read no longer. Nothing of these goes to them, but that what they said they have is
            here: else who hands a case over never hears that it came.
    """

    author: Author
    workstation: Workstation
    peer: Peer
    spaces: tuple[tuple[SpaceKind, str], ...]
    former: tuple[str, ...] = ()


class ParticipantsDesk(SharingDesk, ConcernsPassed):
    """Casework on who may read what."""

    def exchange_people(self) -> tuple[Participant, ...]:
        """Every workstation to which something may go, by author in the order of `authors`; none that is revoked."""
        shared, openers, own = self._shared_with(), self._openers(), self._trust().own
        named = self._ever_shared_with()
        found = []
        for author in self.authors():
            peer = Peer(author.belongs.value)
            others = [one for one in author.reading if one.device not in own]
            spaces = self._spaces_for(author, peer, shared, openers) if others else ()
            read = {space for _kind, space in spaces}
            former = tuple(space for space in named.get(author.id, ()) if others and space not in read)
            if spaces or (former and peer is not Peer.OWN):
                found += [
                    Participant(author=author, workstation=one, peer=peer, spaces=spaces, former=former)
                    for one in others
                ]
        return tuple(found)

    def _spaces_for(
        self, author: Author, peer: Peer, shared: dict[str, frozenset[str]], openers: dict[str, str]
    ) -> tuple[tuple[SpaceKind, str], ...]:
        office = [(SpaceKind.OFFICE, self._office_space)] if peer is not Peer.ELSEWHERE else []
        if peer is Peer.OWN:
            return (
                *office,
                *((SpaceKind.CASE, space) for space in self.spaces_held(SpaceKind.CASE)),
                *((SpaceKind.PROGRAMME, space) for space in self.spaces_held(SpaceKind.PROGRAMME)),
                *self._own_status(),
            )
        # A programme's register goes to nobody but oneself.
        cases = [
            (SpaceKind.CASE, space)
            for space in self.spaces_held(SpaceKind.CASE)
            if author.id in shared.get(space, frozenset()) or self._opened_by(author, space, openers)
        ]
        if peer is Peer.COLLEAGUE:
            cases += [(SpaceKind.PROGRAMME, space) for space in self._concerns_for(author)]
        status = self._own_status() if author.leads and peer is Peer.COLLEAGUE else ()
        return (*office, *cases, *status)

    def _own_status(self) -> tuple[tuple[SpaceKind, str], ...]:
        """Where one's own vaults say how their cases stand; who leads the office gets that, and nobody else."""
        return tuple(
            (SpaceKind.STATUS, space)
            for one in self._trust().authors
            if one.belongs is Belongs.OWN
            for space in self._status_of(one)
        )

    def _status_of(self, author: Author) -> tuple[str, ...]:
        """Where the vaults of somebody say how their cases stand, as far as it is here."""
        return tuple(
            space
            for space in self.spaces_held(SpaceKind.STATUS)
            if {device for (device,) in self._devices_in(space)} <= set(author.devices)
        )

    def _devices_in(self, space: str) -> list[tuple[str]]:
        return self._connection.execute("SELECT DISTINCT device FROM entry WHERE space = ?", (space,)).fetchall()

    def _opened_by(self, author: Author, space: str, openers: dict[str, str]) -> bool:
        """Whoever opened a case has it, unless somebody wrote that they get nothing more of it."""
        if openers.get(space) not in author.devices:
            return False
        return not standing(self._connection, space, f"shared/{author.id}")

    def _openers(self) -> dict[str, str]:
        """Case -> the device that opened it."""
        found: dict[str, str] = dict(
            self._connection.execute("SELECT space, device FROM standing WHERE subject = 'case' ORDER BY place DESC")
        )
        # Of a case that is erased whoever opened it is still to hear that it is.
        gone = self._connection.execute(
            "SELECT space, device FROM entry WHERE kind = 'case.opened' AND payload IS NULL ORDER BY arrival DESC"
        ).fetchall()
        return {**dict(gone), **found}

    def _shared_with(self) -> dict[str, frozenset[str]]:
        rows = self._connection.execute(
            "SELECT DISTINCT space FROM standing WHERE subject >= 'shared/' AND subject < 'shared0'"
        ).fetchall()
        return {space: frozenset(share.author for share in self._shares(space)) for (space,) in rows}

    def _ever_shared_with(self) -> dict[str, list[str]]:
        """Author -> the cases of which a `case.shared` that stands says whether they may read them."""
        found: dict[str, list[str]] = {}
        for space, subject in self._connection.execute(
            "SELECT DISTINCT standing.space, subject FROM standing JOIN space ON space.id = standing.space "
            "WHERE space.kind = ? AND subject >= 'shared/' AND subject < 'shared0' ORDER BY standing.space",
            (SpaceKind.CASE.value,),
        ).fetchall():
            found.setdefault(subject.removeprefix("shared/"), []).append(space)
        return found

    def without_card(self) -> tuple[NoCard, ...]:
        """Who is to have a case and does not get it: shared with somebody unknown here, or a stand-in in words only."""
        known = {author.id for author in self.authors()}
        found = []
        for space, reference in self._connection.execute(
            "SELECT space, reference FROM case_file ORDER BY opened_at, space"
        ).fetchall():
            shares = self.shares(space)
            found += [
                NoCard(case=reference, name=share.name, stand_in=False) for share in shares if share.author not in known
            ]
            opened = standing(self._connection, space, "case")
            name = opened[-1].value["stand-in"] if opened else ""
            if not name.strip() or self._is_closed(space) or same_name(name, *(share.name for share in shares)):
                continue
            author = self._colleague_named(name)
            if author is not None and (author.belongs is Belongs.OWN or author.id in {one.author for one in shares}):
                continue
            if author is not None and standing(self._connection, space, f"shared/{author.id}"):
                continue
            found.append(NoCard(case=reference, name=name, stand_in=True, author=author.id if author else ""))
        return tuple(found)
