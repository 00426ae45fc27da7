"""Taking in what the same person wrote in another vault of this home, such as one made while a passphrase was gone.

The keys of that vault come along, so that what they signed is one's own here, and this vault's card lists them; they
sign nothing here. The other vault stays as it is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from guidance.language import _
from store import erasing, keys
from store.authors import Author, Trust
from store.backup import contents
from store.backup.contents import Held
from store.cases.backing_up import BackupDesk
from store.cases.desk import silent_in, trust_in
from store.cases.merged import Merged, OfficeBrought, RegisterBrought
from store.cases.merging_errors import NotOnesOwn, SameVault
from store.cases.merging_office import OfficeMerging
from store.cases.union import UnionDesk
from store.database import Connection, Parameters
from store.entry import SpaceKind
from store.journal import Read, in_order, spaces
from store.programme.merging import RegisterMerging
from store.standing import standing
from store.union import AuthorsUnknown, EntriesMissing, EntriesRefused, verify_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    """The other vault, read and verified.

    Attributes:
        kinds: of its spaces.
        read: its entries: of the office and the register all, of the other spaces those that are lacking here.
        mute: entries of its office that say nothing.
    """

    connection: Connection
    vault: str
    held: Held
    trust: Trust
    office: str
    register: str
    kinds: Mapping[str, SpaceKind]
    read: Mapping[str, Sequence[Read]]
    mute: Collection[str]


class _OnlyLooked(Exception):
    """Takes a change back that was made to see what would come of it."""


class MergeDesk(OfficeMerging, BackupDesk, UnionDesk, RegisterMerging):
    """Casework on another vault of the same person."""

    def merge(self, other: Connection, vault: str) -> Merged:
        """Take in what is in another vault of the same person. A second time changes nothing.

        Args:
            other: its open database.
            vault: its id.

        Raises:
            SameVault: it is this one.
            NotOnesOwn: it is somebody else's.
            EntriesRefused: an entry of it does not verify; nothing was changed.
            DiskFull, DiskFailed: nothing was changed.
        """
        found = self._read_other(other, vault)
        with self._writing():
            merged = self._merge_now(found)
        erasing.finish(self._connection)
        return merged

    def look_at_merge(self, other: Connection, vault: str) -> Merged:
        """What `merge` would bring; it is tried, and taken back.

        Raises:
            As `merge`.
        """
        found = self._read_other(other, vault)
        with suppress(_OnlyLooked), self._writing():
            merged = self._merge_now(found)
            raise _OnlyLooked
        return merged

    def _read_other(self, other: Connection, vault: str) -> _Other:
        if vault == self._vault.id:
            raise SameVault
        state = contents.held(other, vault)
        [office, *_others] = spaces(other, SpaceKind.OFFICE) or ("",)
        trust = trust_in(other, office)
        self._require_own(trust, state)
        kinds = {space: SpaceKind(kind) for space, kind, _heads in state.spaces if kind != SpaceKind.STATUS}
        register = _register_of(other)
        whole = {office, register}
        stored = [
            one
            for space in kinds
            for one in contents.entries_beyond(other, space, () if space in whole else self.held(space))
        ]
        read: dict[str, list[Read]] = defaultdict(list)
        for entry in verify_entries(stored):
            read[entry.header.space].append(entry)
        return _Other(
            connection=other,
            vault=vault,
            held=state,
            trust=trust,
            office=office,
            register=register,
            kinds=kinds,
            read=read,
            mute=silent_in(other, trust, office),
        )

    def _merge_now(self, other: _Other) -> Merged:
        """Within a change."""
        own_id = self._own_id(other)
        heads = self._brought_before()
        fresh = {
            space: {one.id for one in contents.entries_beyond(other.connection, space, heads.get(space, ()))}
            for space in self._foreign(other)
        }
        self._bring_keys(other.held)
        self._list_on_card(other.held)
        self._bring_people(other.trust)
        taken, left = self._take_spaces_in(other)
        with self.allowing_cpr():
            # Somebody said there that they must be there.
            office, register = OfficeBrought(), RegisterBrought()
            if other.office in fresh:
                counting = [one for one in other.read[other.office] if one.id not in other.mute]
                office = self._bring_office(in_order(counting), fresh[other.office])
            if other.register in fresh:
                register = self._bring_register(in_order(other.read[other.register]), fresh[other.register], own_id)
            for space, count in taken.items():
                if other.kinds[space] is SpaceKind.PROGRAMME and space != other.register and count:
                    self._read_by_oneself(space, own_id)
        drafts = self._bring_drafts(other)
        new = {space: count for space, count in taken.items() if count}
        if new or any(fresh.values()):
            self._record_merge(other, new, fresh)
        of = {kind: [space for space in new if other.kinds[space] is kind] for kind in SpaceKind}
        mine = {one.id for one in self._readable_concerns()}
        shared = {other.office, other.register} & new.keys()
        return Merged(
            vault=other.vault,
            cases=tuple(self._reference(space) for space in of[SpaceKind.CASE]),
            entries=sum(new[space] for space in of[SpaceKind.CASE]),
            drafts=drafts,
            left=tuple(left),
            office=office,
            shared=sum(new[space] for space in shared),
            register=register,
            concerns=sum(space in mine for space in of[SpaceKind.PROGRAMME]),
            lookups=sum(new[space] for space in of[SpaceKind.ACCESS]),
        )

    def _foreign(self, other: _Other) -> list[str]:
        """Its office and its register, where they are not this vault's own."""
        found = [] if other.office == self._office_space else [other.office]
        if other.register and not self.held(other.register):
            found.append(other.register)
        return found

    def _take_spaces_in(self, other: _Other) -> tuple[dict[str, int], list[str]]:
        """What is here as it is there: space -> how many entries were new; and what could not be taken in, in words."""
        playbooks = {digest: contents.playbook(other.connection, digest) for digest in other.held.playbooks}
        taken: dict[str, int] = {}
        left: list[str] = []
        foreign = self._foreign(other)
        for space, kind in other.kinds.items():
            if space in foreign:
                continue
            bring = playbooks if kind is SpaceKind.CASE else {}
            try:
                came = self._take_in_now(kind, space, other.read[space], bring)
            except (AuthorsUnknown, EntriesMissing, EntriesRefused):
                left.append(_left_words(other, space))
                continue
            taken[space] = len(came.new) + len(came.filled)
        return taken, left

    def _own_id(self, other: _Other) -> dict[str, str]:
        me = self._trust().author_of(self._journal.device)
        them = _author_of(other.trust, other.held)
        return {them.id: me.id} if me and them and me.id != them.id else {}

    def _brought_before(self) -> dict[str, list[str]]:
        """Up to where the offices and registers of other vaults were brought along, by this vault's own keys."""
        found: dict[str, list[str]] = defaultdict(list)
        own = keys.own_devices(self._connection)
        for row in standing(self._connection, self._office_space, "vault/"):
            if row.value["what"] == "merged" and row.device in own:
                for one in row.value.get("heads", ()):
                    found[one["space"]].append(one["entry"])
        return found

    def _record_merge(self, other: _Other, changed: Collection[str], fresh: Mapping[str, Collection[str]]) -> None:
        said = {
            "vault": self._vault.id,
            "from": other.vault,
            "cases": sorted(space for space in changed if other.kinds[space] is SpaceKind.CASE),
            "heads": [
                {"space": space, "entry": head}
                for space, _kind, heads in other.held.spaces
                if fresh.get(space)
                for head in heads
            ],
        }
        self._append(SpaceKind.OFFICE, self._office_space, "office.merged", said)

    def _require_own(self, theirs: Trust, state: Held) -> None:
        own = self._trust()
        me = own.author_of(self._journal.device)
        for device, _private, _made_at in state.devices:
            known = own.author_of(device)
            if known is not None and known != me:
                raise NotOnesOwn(known.name)
        them = _author_of(theirs, state)
        if me is None or them is None or them.name.casefold() != me.name.casefold():
            raise NotOnesOwn(them.name if them else "?")

    def _bring_keys(self, state: Held) -> None:
        """Below the ones in use: the newest by number signs."""
        tables: tuple[tuple[str, str, Sequence[Parameters]], ...] = (
            ("device_key", "device, private", [(one, bytes.fromhex(key), at) for one, key, at in state.devices]),
            ("age_identity", "recipient, secret", state.identities),
        )
        for table, columns, rows in tables:
            for row in reversed(rows):
                self._connection.execute(
                    f"INSERT INTO {table} (number, {columns}, made_at) "  # noqa: S608
                    f"SELECT min(number) - 1, ?, ?, ? FROM {table} WHERE true ON CONFLICT DO NOTHING",
                    row,
                )

    def _list_on_card(self, state: Held) -> None:
        me = self._trust().author_of(self._journal.device)
        assert me is not None
        fresh = [device for device, _private, _made_at in state.devices if device not in me.devices]
        if not fresh:
            return
        card = {
            "author": me.id,
            "name": me.name,
            "office": me.office,
            "devices": [*me.devices, *fresh],
            "recipient": keys.recipient(self._connection),
        }
        self._append(SpaceKind.OFFICE, self._office_space, "author.card", card)

    def _bring_people(self, theirs: Trust) -> None:
        """Whose card the same person compared there is known here too."""
        known = {one.id for one in self._trust().authors}
        for author in theirs.authors:
            if author.card and author.id not in known and not author.revoked:
                said = {"author": author.id, "card": author.card, "compared": "key"}
                self._append(SpaceKind.OFFICE, self._office_space, "author.trusted", said)

    def _bring_drafts(self, other: _Other) -> int:
        """Beside those there are; what was brought along before and is as it was then comes no second time."""
        key = f"merged-drafts/{other.vault}"
        row = self._connection.execute("SELECT value FROM vault WHERE key = ?", (key,)).fetchone()
        before: dict[str, str] = json.loads(row[0]) if row else {}
        new = [draft for draft in other.held.drafts if before.get(draft[0]) != draft[2]]
        count = sum(self._lay_beside(*draft) for draft in new)
        if new:
            self._keep(key, json.dumps({name: saved_at for name, _text, saved_at in other.held.drafts}))
        return count


def _register_of(connection: Connection) -> str:
    row = connection.execute(
        "SELECT space.id FROM space JOIN standing ON standing.space = space.id "
        "WHERE space.kind = 'programme' AND standing.subject = 'programme' ORDER BY space.number"
    ).fetchone()
    return str(row[0]) if row else ""


def _author_of(trust: Trust, state: Held) -> Author | None:
    return next((trust.author_of(device) for device, _private, _made_at in reversed(state.devices)), None)


def _left_words(other: _Other, space: str) -> str:
    match other.kinds[space]:
        case SpaceKind.CASE:
            return _reference(other.connection, space)
        case SpaceKind.OFFICE:
            return _("the office")
        case SpaceKind.ACCESS:
            return _("the searches")
        case _:
            return _("the mentorship programme") if space == other.register else _("a concern")


def _reference(connection: Connection, space: str) -> str:
    row = connection.execute("SELECT reference FROM case_file WHERE space = ?", (space,)).fetchone()
    return str(row[0]) if row else space[:8]
