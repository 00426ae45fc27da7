"""Taking in what envelopes brought: whose they are first, then as much of each space as holds by itself."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from guidance.faults import PlaybookError
from guidance.loader import by_digest
from store import cards, erasing, keys, put_back
from store.authors import Author, Belongs, Trust
from store.cards import Card
from store.cases.sharing import SharingDesk
from store.entry import EntryInvalid, SpaceKind
from store.exchange import ledger
from store.exchange.envelope import MAY_CARRY, Envelope
from store.exchange.rounds import Came, CameIn, CardWanted, Checked
from store.journal import Read, in_order, read
from store.model import StoredEntry
from store.programme.passing import ConcernsPassed
from store.union import EntriesMissing, EntriesRefused, built_on_by_others, named_by_tombstones

_PINNED = "playbook.pinned"
_AHEAD = timedelta(days=2)
"""How far the clock of whoever made a card may be ahead."""


class ReceivingDesk(SharingDesk, ConcernsPassed):
    """Casework on envelopes that were found."""

    def exchange_known(self) -> Mapping[str, str]:
        """The devices whose envelopes count -> author id."""
        trust = self._trust()
        return {
            device: author.id
            for author in reversed(trust.authors)
            for device in author.devices
            if device not in trust.revoked
        }

    def exchange_revoked(self) -> Mapping[str, str]:
        """The devices whose envelopes count no more -> author id."""
        trust = self._trust()
        return {device: author.id for author in trust.authors for device in author.devices if device in trust.revoked}

    def exchange_here(self, envelopes: Iterable[Envelope]) -> frozenset[str]:
        """The entries of envelopes that are here whole already and need no verifying."""
        wanted = tuple({entry.id for one in envelopes for entry in one.entries})
        found: set[str] = set()
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ", ".join("?" * len(some))
            rows = self._connection.execute(
                f"SELECT id FROM entry WHERE id IN ({marks}) "  # noqa: S608
                "AND (payload IS NOT NULL OR id IN (SELECT entry FROM tombstone))",
                some,
            ).fetchall()
            found.update(id for (id,) in rows)
        return frozenset(found)

    def exchange_take(self, found: Sequence[Checked]) -> Came:
        """Take in what holds, in any order; what waits for others is tried again the next time its file is there.

        Args:
            found: as `store.exchange.rounds.check` gave them.
        """
        work = _Taking()
        going = True
        while going:
            # A card that counts from now on may let another envelope count.
            going = bool(sum(self._take_envelope(one, work) for one in found))
        erasing.finish(self._connection)
        return work.came(self._reference, self._disagreements)

    def _take_envelope(self, checked: Checked, work: _Taking) -> bool:
        """Whether anything was new."""
        one = checked.envelope
        trust = self._trust()
        sender = self._sender(one, trust)
        if sender is None and self._follow_new_device(one, trust):
            trust = self._trust()
            sender = self._sender(one, trust)
        work.wanted.pop(one.device, None)
        if one.device in trust.revoked:
            work.revoked.add(id(checked))
            work.left[id(checked)] = 0
            return False
        if sender is None:
            work.wanted[one.device] = CardWanted(
                fingerprint=keys.fingerprint(one.device), card=one.card if one.device in one.card.devices else None
            )
            work.left[id(checked)] = 0
            return False
        own = trust.author_of(self._journal.device)
        if checked.entries is None or own is None or one.recipient != own.id:
            work.refused.add(id(checked))
            return False
        groups: dict[tuple[SpaceKind, str], list[Read]] = defaultdict(list)
        for entry in checked.entries:
            groups[entry.header.space_kind, entry.header.space].append(entry)
        fresh, left = False, 0
        for (kind, space), entries in sorted(groups.items(), key=lambda pair: _place(pair[0][0])):
            if not self._may_send(sender, kind, space, entries):
                work.refused.add(id(checked))
                continue
            try:
                fresh |= self._take_space(kind, space, entries, one, sender, work)
            except (EntriesRefused, EntriesMissing, PlaybookError):
                work.refused.add(id(checked))
                continue
            left += self._not_here(entries, work.silent)
        work.left[id(checked)] = left
        # A newer card may name another device, whose entries in the same envelope count from now on.
        return self._heard_from(one, sender) or fresh

    def _sender(self, one: Envelope, trust: Trust) -> Author | None:
        author = trust.author_of(one.device)
        if author is None or author.id != one.sender or one.device in trust.revoked:
            return None
        return author

    def _may_send(self, sender: Author, kind: SpaceKind, space: str, entries: Sequence[Read]) -> bool:
        match kind:
            case SpaceKind.CASE:
                return True
            case SpaceKind.OFFICE:
                return space == self._office_space and sender.belongs is not Belongs.ELSEWHERE
            case SpaceKind.PROGRAMME:
                return sender.belongs is Belongs.OWN or (
                    sender.belongs is Belongs.COLLEAGUE and self._concern_may_come(sender, space, entries)
                )
            case SpaceKind.STATUS:
                return self._may_send_status(sender, space, entries)
            case _:
                return False

    def _may_send_status(self, sender: Author, space: str, entries: Sequence[Read]) -> bool:
        """How cases stand says each for themselves, and only who leads the office is told."""
        own = self._trust().author_of(self._journal.device)
        rows = self._connection.execute("SELECT DISTINCT device FROM entry WHERE space = ?", (space,)).fetchall()
        wrote = {device for (device,) in rows} | {entry.header.device for entry in entries}
        told = sender.belongs is Belongs.OWN or (sender.role is not None and own is not None and own.leads)
        return told and wrote <= set(sender.devices)

    def _take_space(
        self, kind: SpaceKind, space: str, entries: Sequence[Read], one: Envelope, sender: Author, work: _Taking
    ) -> bool:
        here = self._ids_of(space)
        playbooks = _by_digest(one.playbooks)
        chosen = self._that_holds(kind, entries, here, playbooks, work)
        if not chosen:
            return False
        pinned = {digest: playbooks[digest] for digest in self._pins(chosen) if digest in playbooks}
        for digest, raw in pinned.items():
            by_digest(digest, raw)
        with self._writing():
            taken = self._take_in_now(kind, space, chosen, pinned)
        if not taken.changed:
            return False
        count, own = len(taken.new) + len(taken.filled), self._by_this_key(taken.own)
        work.add(kind, space, sender.name, fresh=not here, entries=count, own=own)
        return True

    def _ids_of(self, space: str) -> frozenset[str]:
        return frozenset(id for (id,) in self._connection.execute("SELECT id FROM entry WHERE space = ?", (space,)))

    def _not_here(self, entries: Sequence[Read], silent: Collection[str]) -> int:
        here = self._ids_of(entries[0].header.space) | set(silent)
        return sum(entry.id not in here for entry in entries)

    def _that_holds(
        self,
        kind: SpaceKind,
        entries: Sequence[Read],
        here: Collection[str],
        playbooks: Mapping[str, bytes],
        work: _Taking,
    ) -> list[Read]:
        """The entries whose parents are here or among them and whose writers count; the others wait."""
        trust = self._trust()
        devices = trust.devices(kind)
        refused: Collection[str] = ()
        if kind is SpaceKind.OFFICE:
            counting = [entry for entry in entries if entry.header.device in devices]
            vouched = built_on_by_others(counting, trust.revoked)
            refused = {
                entry.id for entry in counting if entry.header.device in trust.revoked and entry.id not in vouched
            }
        kept = {digest for (digest,) in self._connection.execute("SELECT digest FROM playbook")} | playbooks.keys()
        erased = named_by_tombstones(entries)
        holds: dict[str, Read] = {}
        for entry in in_order(entries):
            header = entry.header
            if entry.id in refused:
                # Whose card it is is known, and that it counts no more: there is nothing to compare or to wait for.
                work.silent.add(entry.id)
                continue
            if header.device not in devices:
                if entry.id not in here:
                    work.wanted[header.device] = CardWanted(fingerprint=keys.fingerprint(header.device), card=None)
                continue
            work.wanted.pop(header.device, None)
            bare_own = (
                header.device in trust.own and entry.payload is None and entry.id not in here and entry.id not in erased
            )
            if bare_own or any(parent not in here and parent not in holds for parent in header.parents):
                continue
            if header.kind == _PINNED and entry.payload is not None and entry.payload.get("digest") not in kept:
                continue
            holds[entry.id] = entry
        return list(holds.values())

    def _pins(self, entries: Iterable[Read]) -> set[str]:
        return {
            str(entry.payload["digest"])
            for entry in entries
            if entry.header.kind == _PINNED and entry.payload is not None
        }

    def _pinned_digests(self, entries: Iterable[StoredEntry]) -> set[str]:
        found = set()
        for stored in entries:
            if b"\nkind playbook.pinned\n" in stored.header:
                try:
                    found |= self._pins((read(stored),))
                except EntryInvalid:
                    continue
        return found

    def _heard_from(self, one: Envelope, sender: Author) -> bool:
        """Remember what they have; whether their newer card counts from now on."""
        spoke = sender.workstation_of(one.device)
        # A further workstation of one's own may speak before its card has come.
        device = spoke.device if spoke and spoke.device not in self._trust().own else one.device
        self._settle_ledger()
        with self._connection.transaction():
            if self._trust().own == {self._journal.device}:
                # Numbers of a vault that was restored, or of one that was merged, say nothing of this one's.
                written = ledger.next_number(self._connection) - 1
                ledger.go_on_after(self._connection, put_back.note_heard(self._connection, one.heard, written=written))
            ledger.hear(self._connection, one, device=device, now=self._clock())
        return sender.belongs is Belongs.ELSEWHERE and self._follow_card(one.card, sender)

    def _settle_ledger(self) -> None:
        """What earlier versions kept by author counts for the workstation that it was, where there is no doubt."""
        if not ledger.unsettled(self._connection):
            return
        own = self._trust().own
        only = {}
        for author in self.authors():
            others = [one for one in author.workstations if one.device not in own]
            if len(others) == 1 and not others[0].earlier:
                only[author.id] = others[0].device
        with self._connection.transaction():
            ledger.settle(self._connection, only)

    def _follow_new_device(self, one: Envelope, trust: Trust) -> bool:
        """A device that nobody has seen yet, on a card that a key signed which counts as that person's: it is theirs.

        So comes who restored a backup: the old key signs the card and no entry. A revoked key makes nobody known, and a
        further workstation of one's own is let count by a person, never by itself.
        """
        card = one.card
        known = trust.author_of(card.signer)
        if (
            known is None
            or known.belongs is Belongs.OWN
            or card.signer in trust.revoked
            or one.device in trust.revoked
            or not (card.author == known.id == one.sender)
            or one.device not in card.devices
            or _is_given_up(known, card.signer)
            or trust.author_of(one.device) is not None
            or card.name != known.name
            or self.look_at_card(card.text).same_reader is not None
        ):
            return False
        with self._writing():
            self._append(
                SpaceKind.OFFICE,
                self._office_space,
                "author.trusted",
                {"author": card.author, "card": card.text, "compared": "key"},
            )
        return True

    def _follow_card(self, card: Card, known: Author) -> bool:
        """A newer card of somebody of another office, by a key that counts as theirs, counts as the one before.

        Not by the key of a workstation that they gave up, or it would bring itself back; nor one of a time to come,
        whose place no later card could take.
        """
        if card.author != known.id or card.signer not in known.devices or not known.card:
            return False
        if _is_given_up(known, card.signer) or card.made_at > self._clock() + _AHEAD:
            return False
        before = cards.read(known.card)
        if card.made_at <= before.made_at or (card.name, card.devices, card.recipients) == (
            before.name,
            before.devices,
            before.recipients,
        ):
            return False
        seen = self.look_at_card(card.text)
        if seen.same_name or seen.same_reader is not None:
            return False
        with self._writing():
            self._append(
                SpaceKind.OFFICE,
                self._office_space,
                "author.trusted",
                {"author": card.author, "card": card.text, "compared": "key"},
            )
        return True

    def _administrators(self) -> frozenset[str]:
        return frozenset(device for one in self._trust().authors if one.administrator for device in one.devices)


def _is_given_up(author: Author, device: str) -> bool:
    """Whether a key is that of a workstation of theirs to which nothing is sealed any more.

    By the first key a vault that was restored says so, and no card tells that from a first one that was given up.
    """
    one = author.workstation_of(device)
    return device != author.devices[0] and one is not None and not one.reads


class _Taking:
    """What came so far."""

    def __init__(self) -> None:
        self.wanted: dict[str, CardWanted] = {}
        self.refused: set[int] = set()
        self.revoked: set[int] = set()
        self.silent: set[str] = set()
        self.left: dict[int, int] = {}
        self._spaces: dict[str, CameIn] = {}

    def add(self, kind: SpaceKind, space: str, name: str, *, fresh: bool, entries: int, own: int) -> None:
        one = CameIn(kind=kind, space=space, reference="", fresh=fresh, entries=entries, senders=(name,), own=own)
        before = self._spaces.get(space)
        self._spaces[space] = before.and_then(one) if before else one

    def came(self, reference: Callable[[str], str], disagreements: Callable[[str], int]) -> Came:
        return Came(
            spaces=tuple(
                replace(
                    one,
                    reference=reference(one.space),
                    conflicts=disagreements(one.space) if one.kind is SpaceKind.CASE else 0,
                )
                for one in self._spaces.values()
            ),
            cards_wanted=tuple(self.wanted.values()),
            waiting=sum(self.left.values()),
            refused=len(self.refused),
            revoked=len(self.revoked),
        )


def _place(kind: SpaceKind) -> int:
    return MAY_CARRY.index(kind) if kind in MAY_CARRY else len(MAY_CARRY)


def _by_digest(playbooks: Iterable[bytes]) -> dict[str, bytes]:
    return {f"sha256:{hashlib.sha256(raw).hexdigest()}": raw for raw in playbooks}
