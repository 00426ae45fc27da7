"""The vault's side of the exchange folder: what to take in of what was found, and what to put for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from guidance.language import _
from store.cases.folder_memory import FolderMemoryDesk
from store.cases.participants import Participant, ParticipantsDesk, Peer
from store.cases.receiving import ReceivingDesk
from store.entry import Header, SpaceKind
from store.exchange import envelope, ledger
from store.exchange.head import Vector
from store.exchange.ledger import Sent
from store.exchange.rounds import Outgoing, Waits
from store.journal import headers_of, stored_entries
from store.model import StoredEntry

_TOGETHER = 24
"""So many small envelopes for one recipient are made into one."""


class ExchangeDesk(ReceivingDesk, ParticipantsDesk, FolderMemoryDesk):
    """Casework on the exchange folder."""

    def exchange_names(self) -> tuple[tuple[str, str], ...]:
        """The files that this vault wrote and that may still lie somewhere: (name, SHA-256 in hex)."""
        return tuple((one.name, one.digest) for one in ledger.sent(self._connection))

    def exchange_recipients(self, *, colleagues: bool = False) -> tuple[str, ...]:
        """The ids of everybody to whom something may go; of those of one's own office only, where it is said so."""
        return tuple(
            one.author.id for one in self.exchange_people() if not colleagues or one.peer is not Peer.ELSEWHERE
        )

    def exchange_counter(self) -> int:
        """Rises with whatever is written in the vault."""
        [(counter,)] = self._connection.execute("SELECT coalesce(max(counter), 0) FROM checkpoint").fetchall()
        return int(counter)

    def exchange_next(self, author: str, present: Collection[str]) -> Outgoing | None:
        """The next envelope for somebody: what they lack and no envelope in the folder has. None where there is none.

        Args:
            author: id.
            present: names of own envelopes that lie whole in the folder.
        """
        participant = next((one for one in self.exchange_people() if one.author.id == author), None)
        if participant is None:
            return None
        rows = [one for one in ledger.sent(self._connection) if one.author == author and one.name in present]
        work = _Letter(self, participant, rows)
        work.collect()
        small = [one for one in rows if one.entries]
        if work.entries and len(small) >= _TOGETHER:
            # All that they have not said they have, in one envelope in place of many, where it fits.
            whole = _Letter(self, participant, [])
            whole.collect()
            if whole.whole:
                return self._letter(whole, replaces=tuple(one.name for one in rows))
        if not work.entries and not self._owed(author, work.have, present):
            return None
        return self._letter(work)

    def _owed(self, author: str, have: Vector, present: Collection[str]) -> bool:
        """Whether somebody who sent entries does not know yet that they came, and nothing in the folder says so."""
        heard = ledger.heard(self._connection).get(author)
        if heard is None or not heard.owed:
            return False
        if dict(heard.told) != dict(have):
            return True
        said = [one.name for one in ledger.sent(self._connection) if one.author == author and one.have == have]
        return bool(said) and not set(said) & set(present)

    def _letter(self, letter: _Letter, *, replaces: tuple[str, ...] = ()) -> Outgoing:
        author = letter.participant.author
        number = ledger.next_number(self._connection)
        heard = ledger.heard(self._connection).get(author.id)
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
            recipient=author.recipient,
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

    def exchange_done(self, present: Collection[str]) -> tuple[str, ...]:
        """The files of `present` that are of no more use: read, replaced, or no longer for who they were sealed to."""
        people = {one.author.id: one for one in self.exchange_people()}
        heard = ledger.heard(self._connection)
        rows = ledger.sent(self._connection)
        newest = {one.author: one.name for one in rows if one.name in present}
        done = []
        for one in rows:
            if one.name not in present:
                continue
            participant, said = people.get(one.author), heard.get(one.author)
            if (
                participant is None
                or not set(one.heads) <= {space for _kind, space in participant.spaces}
                or self._holds_erased(one)
                or (one.entries and said is not None and self._has(said.have, one.heads))
                or (not one.entries and (newest[one.author] != one.name or (said and said.heard >= one.number)))
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

    def exchange_waits(self, present: Collection[str] | None = None) -> tuple[Waits, ...]:
        """What waits for whom; nothing is named that everybody has.

        Args:
            present: names of own envelopes that lie in the folder; all that were written where None.
        """
        rows = ledger.sent(self._connection)
        found = []
        for participant in self.exchange_people():
            theirs = [
                one for one in rows if one.author == participant.author.id and (present is None or one.name in present)
            ]
            have = self._said(participant.author.id)
            for kind, space in participant.spaces:
                said = have.get(space, ())
                unread = self._lacked(space, said, self._wrote_there(participant))
                if not unread:
                    continue
                headers = headers_of(self._connection, space)
                unsent = len(unread - covered(headers, said, theirs, space))
                found.append(
                    Waits(
                        author=participant.author.id,
                        name=_("Your other workstation") if participant.peer is Peer.OWN else participant.author.name,
                        case=self._reference(space) if kind is SpaceKind.CASE else "",
                        space=space,
                        unsent=unsent,
                        unread=len(unread) - unsent,
                        status=kind is SpaceKind.STATUS,
                    )
                )
        return tuple(found)

    def _said(self, author: str) -> Vector:
        heard = ledger.heard(self._connection).get(author)
        return heard.have if heard else {}

    def _wrote_there(self, participant: Participant) -> frozenset[str]:
        """The devices whose entries somebody has anyway: their own, and of oneself only those of elsewhere."""
        here = self._trust().own if participant.peer is Peer.OWN else frozenset()
        return frozenset(participant.author.devices) - here

    def _lacked(self, space: str, said: Collection[str], wrote: Collection[str]) -> set[str]:
        """The entries that somebody has not said they have, but what they wrote themselves."""
        if set(self.held(space)) <= set(said):
            return set()
        headers = headers_of(self._connection, space)
        had = closure(headers, said)
        return {id for id, header in headers.items() if id not in had and header.device not in wrote}


def closure(headers: dict[str, Header], heads: Iterable[str]) -> set[str]:
    """These entries and all that they build on, as far as they are there."""
    found = {head for head in heads if head in headers}
    waiting = list(found)
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def covered(headers: dict[str, Header], said: Iterable[str], rows: Sequence[Sent], space: str) -> set[str]:
    """What somebody has or will have when they have read these envelopes, each of which builds on what it says."""
    found = closure(headers, said)
    for row in rows:
        if space in row.heads and set(row.base.get(space, ())) <= found:
            found |= closure(headers, row.heads[space])
    return found


def tops(headers: dict[str, Header], ids: set[str]) -> tuple[str, ...]:
    """The entries among these on which no other of them builds."""
    below = {parent for id in ids for parent in headers[id].parents}
    return tuple(sorted(ids - below))


class _Letter:
    """Collects what one recipient lacks, up to what one envelope holds."""

    def __init__(self, desk: ExchangeDesk, participant: Participant, rows: Sequence[Sent]) -> None:
        self._desk = desk
        self._rows = rows
        self.participant = participant
        self.entries: list[StoredEntry] = []
        self.base: dict[str, tuple[str, ...]] = {}
        self.heads: dict[str, tuple[str, ...]] = {}
        self.have = {space: held for _kind, space in participant.spaces if (held := desk.held(space))}
        self.whole = True
        self._room = envelope.FULL
        self._said = desk._said(participant.author.id)

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
            or header.kind != "author.trusted"
            or header.device in self.participant.author.devices
            or header.device in self._desk._administrators()
        ):
            return stored
        return StoredEntry(id=stored.id, header=stored.header, signature=stored.signature, salt=None, payload=None)
