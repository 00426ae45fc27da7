"""Taking in what the same person wrote in another vault of this home, such as one made while a passphrase was gone.

The keys of that vault come along, so that what they signed is one's own here, and this vault's card lists them; they
sign nothing here. The other vault stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from store import keys
from store.authors import Trust
from store.backup import contents
from store.backup.contents import Held
from store.cases.backing_up import BackupDesk
from store.cases.desk import trust_in
from store.cases.union import UnionDesk
from store.database import Connection, Parameters
from store.entry import SpaceKind
from store.journal import Read, spaces
from store.union import AuthorsUnknown, EntriesMissing, EntriesRefused, verify_entries


class SameVault(SeglError):
    """A vault is to be taken into itself."""

    code: ClassVar[str] = "same-vault"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("That is this vault itself."),
            safe=_("Nothing was changed."),
            todo=_("Name the other vault of yours: 'segl where' shows which there are."),
        )


class NotOnesOwn(SeglError):
    """The other vault is of somebody who is known here as somebody else."""

    code: ClassVar[str] = "not-ones-own"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def diagnostics(self) -> Diagnostics:
        """Name who it is."""
        return Diagnostics(
            happened=_("The other vault is {name}'s, who is known here as somebody else.").format(name=self.name),
            safe=_("Nothing was changed."),
            todo=_("What a colleague wrote comes by 'segl exchange'."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of it.

    Attributes:
        cases: references of the cases of which something was new.
        entries: how many entries were.
        drafts: how many drafts.
        left: references, or ids, of cases that could not be taken in: cards of others are lacking, or entries.
        programme: whether the other vault has a mentorship register, which stays where it is.
    """

    vault: str
    cases: tuple[str, ...] = ()
    entries: int = 0
    drafts: int = 0
    left: tuple[str, ...] = field(default=())
    programme: bool = False

    def words(self) -> tuple[str, ...]:
        """In sentences."""
        said = [
            ngettext(
                "{count} entry of {cases} was new here and is taken in.",
                "{count} entries of {cases} were new here and are taken in.",
                self.entries,
            ).format(
                count=self.entries,
                cases=ngettext("{count} case", "{count} cases", len(self.cases)).format(count=len(self.cases)),
            )
            if self.entries
            else _("Nothing of it was new here.")
        ]
        if self.left:
            said.append(_("Not taken in, cards or entries are lacking: {cases}").format(cases=", ".join(self.left)))
        if self.programme:
            said.append(_("Its mentorship programme stays where it is: a vault has one register."))
        said.append(
            _("The other vault is as it was. Go on in this one; contacts, plan and directory are those of this vault.")
        )
        return tuple(said)


class MergeDesk(BackupDesk, UnionDesk):
    """Casework on another vault of the same person."""

    def merge(self, other: Connection, vault: str) -> Merged:
        """Take in the cases of another vault of the same person. A second time changes nothing.

        Args:
            other: its open database.
            vault: its id.

        Raises:
            SameVault: it is this one.
            NotOnesOwn: it is somebody else's.
            EntriesRefused: an entry of it does not verify; nothing was changed.
        """
        if vault == self._vault.id:
            raise SameVault
        state = contents.held(other, vault)
        theirs = _trust_of(other)
        self._require_own(theirs, state)
        cases = [space for space, kind, _heads in state.spaces if kind == SpaceKind.CASE]
        stored = [one for space in cases for one in contents.entries_beyond(other, space, self.held(space))]
        read: dict[str, list[Read]] = defaultdict(list)
        for entry in verify_entries(stored):
            read[entry.header.space].append(entry)
        playbooks = {digest: contents.playbook(other, digest) for digest in state.playbooks}
        left: list[str] = []
        changed: dict[str, int] = {}
        with self._writing():
            self._bring_keys(state)
            self._list_on_card(state)
            self._bring_people(theirs)
            for space in cases:
                try:
                    taken = self._take_in_now(SpaceKind.CASE, space, read[space], playbooks)
                except (AuthorsUnknown, EntriesMissing, EntriesRefused):
                    left.append(_reference(other, space))
                    continue
                if taken.changed:
                    changed[space] = len(taken.new) + len(taken.filled)
            drafts = self._bring_drafts(state)
            if changed:
                said = {"vault": self._vault.id, "from": vault, "cases": sorted(changed)}
                self._append(SpaceKind.OFFICE, self._office_space, "office.merged", said)
        return Merged(
            vault=vault,
            cases=tuple(self._reference(space) for space in changed),
            entries=sum(changed.values()),
            drafts=drafts,
            left=tuple(left),
            programme=any(kind == SpaceKind.PROGRAMME for _space, kind, _heads in state.spaces),
        )

    def _require_own(self, theirs: Trust, state: Held) -> None:
        own = self._trust()
        me = own.author_of(self._journal.device)
        for device, _private, _made_at in state.devices:
            known = own.author_of(device)
            if known is not None and known != me:
                raise NotOnesOwn(known.name)
        them = next((theirs.author_of(device) for device, _private, _made_at in reversed(state.devices)), None)
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

    def _bring_drafts(self, state: Held) -> int:
        return sum(
            self._connection.execute(
                "INSERT INTO draft (key, text, saved_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", row
            ).rowcount
            for row in state.drafts
        )


def _trust_of(connection: Connection) -> Trust:
    [office, *_others] = spaces(connection, SpaceKind.OFFICE) or ("",)
    return trust_in(connection, office)


def _reference(connection: Connection, space: str) -> str:
    row = connection.execute("SELECT reference FROM case_file WHERE space = ?", (space,)).fetchone()
    return str(row[0]) if row else space[:8]
