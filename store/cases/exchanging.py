"""The vault's side of the exchange folder: what to take in of what was found, and what to put for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from store.cases.folder_memory import FolderMemoryDesk
from store.cases.participants import Participant, Peer
from store.cases.waiting import WaitingDesk
from store.entry import Header, SpaceKind
from store.exchange import envelope, ledger
from store.exchange.head import Vector
from store.exchange.ledger import Sent
from store.exchange.rounds import Outgoing
from store.exchange.spans import closure, covered, tops
from store.journal import headers_of, stored_entries
from store.model import StoredEntry

_TOGETHER = 24
"""So many small envelopes for one recipient are made into one."""
_TRUSTED: Final = "author.trusted"


class ExchangeDesk(WaitingDesk, FolderMemoryDesk):
    """Casework on the exchange folder."""

    def exchange_names(self) -> tuple[tuple[str, str], ...]:
        """The files that this vault wrote and that may still lie somewhere: (name, SHA-256 in hex)."""
        return tuple((one.name, one.digest) for one in ledger.sent(self._connection))

    def exchange_recipients(self, *, colleagues: bool = False) -> tuple[str, ...]:
        """The workstations (devices) to which something may go; of one's own office only, where it is said so."""
        return tuple(
            one.workstation.device for one in self.exchange_people() if not colleagues or one.peer is not Peer.ELSEWHERE
        )

    def exchange_counter(self) -> int:
        """Rises with whatever is written in the vault."""
        [(counter,)] = self._connection.execute("SELECT coalesce(max(counter), 0) FROM checkpoint").fetchall()
        return int(counter)

    def exchange_next(self, device: str, present: Collection[str]) -> Outgoing | None:
        """The next envelope for a workstation: what is lacking there and no envelope in the folder has, if anything.

        Args:
            device: of the workstation.
            present: names of own envelopes that lie whole in the folder.
        """
        participant = next((one for one in self.exchange_people() if one.workstation.device == device), None)
        if participant is None:
            return None
        self._settle_ledger()
        rows = [one for one in ledger.sent(self._connection) if one.device == device and one.name in present]
        work = _Letter(self, participant, rows)
        work.collect()
        small = [one for one in rows if one.entries]
        if work.entries and len(small) >= _TOGETHER:
            # All that they have not said they have, in one envelope in place of many, where it fits.
            whole = _Letter(self, participant, [])
            whole.collect()
            if whole.whole:
                return self._letter(whole, replaces=tuple(one.name for one in rows))
        if not work.entries and not self._owed(device, work.have, present) and not self._word_due(participant):
            return None
        return self._letter(work)

    def _owed(self, device: str, have: Vector, present: Collection[str]) -> bool:
        """Whether entries came from a workstation that does not know yet that they did, and nothing there says so."""
        heard = ledger.heard(self._connection).get(device)
        if heard is None or not heard.owed:
            return False
        if dict(heard.told) != dict(have):
            return True
        if heard.heard >= heard.told_in:
            return False
        said = [one.name for one in ledger.sent(self._connection) if one.device == device and one.have == have]
        return bool(said) and not set(said) & set(present)

    def _word_due(self, participant: Participant) -> bool:
        """Whether who leads the office was not yet told today how the cases stand: an envelope without entries says
        that they stand as last said, so that it is known how old that is.
        """
        return (
            participant.peer is Peer.COLLEAGUE
            and any(kind is SpaceKind.STATUS for kind, _space in participant.spaces)
            and ledger.told_on(self._connection, participant.workstation.device) != self._today().isoformat()
        )

    def _letter(self, letter: _Letter, *, replaces: tuple[str, ...] = ()) -> Outgoing:
        author, workstation = letter.participant.author, letter.participant.workstation
        number = ledger.next_number(self._connection)
        heard = ledger.heard(self._connection).get(workstation.device)
        own = self._trust().author_of(self._journal.device)
        assert own is not None
        text = envelope.write(
            self.sign,
            sender=own.id,
            recipient=author.id,
            number=number,
            heard=heard.number if heard else 0,
            at=self._clock(),
            have=letter.have,
            card=self.carried_card(),
            playbooks=self._playbooks_pinned_by(letter.entries),
            entries=letter.entries,
        )
        return Outgoing(
            author=author.id,
            device=workstation.device,
            recipient=workstation.recipient,
            number=number,
            text=text,
            base=letter.base,
            heads=letter.heads,
            have=letter.have,
            entries=len(letter.entries),
            replaces=replaces,
        )

    def _playbooks_pinned_by(self, entries: Sequence[StoredEntry]) -> list[bytes]:
        found = {}
        for digest in self._pinned_digests(entries):
            row = self._connection.execute("SELECT raw FROM playbook WHERE digest = ?", (digest,)).fetchone()
            if row:
                found[digest] = row[0]
        return list(found.values())

    def exchange_record(self, sent: Sent) -> None:
        """Remember an envelope before it is put: one that nobody remembers is cleaned up by nobody."""
        with self._connection.transaction():
            ledger.record(self._connection, (sent,))
            ledger.tell(self._connection, sent.device, self._today().isoformat())

    def exchange_done(self, present: Collection[str]) -> tuple[str, ...]:
        """The files of `present` that are of no more use: read, replaced, or no longer for who they were sealed to."""
        self._settle_ledger()
        people = {one.workstation.device: one for one in self.exchange_people()}
        heard = ledger.heard(self._connection)
        rows = ledger.sent(self._connection)
        newest = {one.device: one.name for one in rows if one.name in present}
        done = []
        for one in rows:
            if one.name not in present:
                continue
            participant, said = people.get(one.device), heard.get(one.device)
            if (
                participant is None
                or not set(one.heads) <= {space for _kind, space in participant.spaces}
                or self._holds_erased(one)
                or (one.entries and said is not None and self._has(said.have, one.heads))
                or (not one.entries and (newest[one.device] != one.name or (said and said.heard >= one.number)))
            ):
                done.append(one.name)
        return tuple(done)

    def _holds_erased(self, one: Sent) -> bool:
        """Whether an envelope was written before something in it was erased: it goes, and is written anew."""
        for space, heads in one.heads.items():
            stones: dict[str, str] = dict(
                self._connection.execute(
                    "SELECT tombstone.entry, by_entry FROM tombstone JOIN entry ON entry.id = tombstone.entry "
                    "WHERE entry.space = ?",
                    (space,),
                ).fetchall()
            )
            if not stones:
                continue
            headers = headers_of(self._connection, space)
            known = closure(headers, one.have.get(space, ()))
            carried = closure(headers, heads) - closure(headers, one.base.get(space, ()))
            if any(id in carried and by not in known for id, by in stones.items()):
                return True
        return False

    def _has(self, have: Vector, heads: Vector) -> bool:
        for space, wanted in heads.items():
            said = have.get(space, ())
            if set(wanted) <= set(said):
                continue
            if not set(wanted) <= closure(headers_of(self._connection, space), said):
                return False
        return True

    def exchange_gone(self, names: Iterable[str]) -> None:
        """These files are no longer in any folder."""
        with self._connection.transaction():
            ledger.forget(self._connection, names)

    def _told(self, participant: Participant, kind: SpaceKind, space: str) -> tuple[str, ...]:
        """The heads of what another is told that is here.

        What a workstation wrote in the office's space and a colleague passed on without its content is not told to it:
        else it would never send the content, and who passes on first could keep a revocation from others.
        """
        if participant.peer is Peer.ELSEWHERE or kind is not SpaceKind.OFFICE:
            return self.held(space)
        devices = (participant.workstation.device, *participant.workstation.earlier)
        rows = self._connection.execute(
            "SELECT withheld.entry FROM withheld JOIN entry ON entry.id = withheld.entry "  # noqa: S608
            f"WHERE entry.space = ? AND entry.kind <> ? AND entry.device IN ({', '.join('?' * len(devices))})",
            # Of that a colleague keeps the content back (`_as_sent`); to a workstation of one's own nothing is.
            (space, "" if participant.peer is Peer.OWN else _TRUSTED, *devices),
        ).fetchall()
        if not rows:
            return self.held(space)
        headers = headers_of(self._connection, space)
        beyond = {id for (id,) in rows}
        for id, header in headers.items():
            if beyond.intersection(header.parents):
                beyond.add(id)
        return tops(headers, headers.keys() - beyond)

    def _said_back(self, participant: Participant) -> Vector:
        """The heads of what they said they have of cases that they may read no longer and that is here too.

        It tells them nothing else of the case. While something of what they said is on its way, what they were told
        last stands: what is below an entry that is not here is not known.
        """
        heard = ledger.heard(self._connection).get(participant.workstation.device)
        found: dict[str, tuple[str, ...]] = {}
        for space in participant.former:
            said = heard.have.get(space, ()) if heard else ()
            if not heard or not said:
                continue
            headers = headers_of(self._connection, space)
            whole = set(said) <= headers.keys()
            if heads := tops(headers, closure(headers, said)) if whole else heard.told.get(space, ()):
                found[space] = heads
        return found

    def _said(self, device: str) -> Vector:
        heard = ledger.heard(self._connection).get(device)
        return heard.have if heard else {}


class _Letter:
    """Collects what one recipient lacks, up to what one envelope holds."""

    def __init__(self, desk: ExchangeDesk, participant: Participant, rows: Sequence[Sent]) -> None:
        self._desk = desk
        self._rows = rows
        self.participant = participant
        self.entries: list[StoredEntry] = []
        self.base: dict[str, tuple[str, ...]] = {}
        self.heads: dict[str, tuple[str, ...]] = {}
        told = (*participant.spaces, *((SpaceKind.STATUS, space) for space in desk._status_of(participant.author)))
        self.have = {space: held for kind, space in told if (held := desk._told(participant, kind, space))}
        self.have |= desk._said_back(participant)
        self.whole = True
        self._room = envelope.FULL
        self._said = desk._said(participant.workstation.device)

    def collect(self) -> None:
        for kind, space in self.participant.spaces:
            if not self.whole:
                return
            self._collect(kind, space)

    def _collect(self, kind: SpaceKind, space: str) -> None:
        said = self._said.get(space, ())
        current = set(self._desk.held(space))
        if current <= set(said):
            return
        headers = headers_of(self._desk._connection, space)
        had = covered(headers, said, self._rows, space)
        if current <= had:
            return
        taken: set[str] = set()
        for stored in self._stored(space, had):
            size = len(stored.header) + len(stored.payload or b"")
            if self.entries and (len(self.entries) >= envelope.MAX_ENTRIES or size > self._room):
                self.whole = False
                break
            self._room -= size
            self.entries.append(self._as_sent(kind, stored, headers))
            taken.add(stored.id)
        if taken:
            self.base[space] = tops(headers, had)
            self.heads[space] = tops(headers, had | taken)

    def _stored(self, space: str, had: Collection[str]) -> Iterator[StoredEntry]:
        return (one for _arrival, one in stored_entries(self._desk._connection, space) if one.id not in had)

    def _as_sent(self, kind: SpaceKind, stored: StoredEntry, headers: dict[str, Header]) -> StoredEntry:
        """Whom a colleague trusts elsewhere is theirs to know: that goes on without its content, for the chain."""
        header = headers[stored.id]
        if (
            kind is not SpaceKind.OFFICE
            or self.participant.peer is Peer.OWN
            or header.kind != _TRUSTED
            or header.device in self.participant.author.devices
            or header.device in self._desk._administrators()
        ):
            return stored
        return StoredEntry(id=stored.id, header=stored.header, signature=stored.signature, salt=None, payload=None)
