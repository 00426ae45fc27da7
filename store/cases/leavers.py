"""Somebody leaves the office: their keys count no longer, their load has another reader, a new key of the data.

Each step is done once, however often it is asked for: what is done is read from the journal, so that one may stop
between them and go on another day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from store.authors import Author, Belongs
from store.cases.desk import reason_in_words
from store.cases.sharing import SharingDesk, share_payload
from store.cases.trust_errors import AuthorUnknown, KeyInUse
from store.entry import SpaceKind
from store.journal import heads
from store.standing import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """How far it has come with somebody who left.

    Attributes:
        author: who.
        at: when their keys were revoked.
        handed: references of open cases of theirs that are here and that somebody else than oneself can read.
        alone: of those that only oneself can read.
        renewed: whether the key of this vault's data was made anew since.
    """

    author: Author
    at: datetime
    handed: tuple[str, ...]
    alone: tuple[str, ...]
    renewed: bool

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do here."""
        return self.renewed and not self.alone


class LeaversDesk(SharingDesk):
    """Casework on who leaves."""

    def leaver(self, who: str, reason: str, *, to: str = "") -> Leaving:
        """Somebody leaves: take their shares back, revoke their keys at what is here now, hand their cases on.

        Args:
            who: the beginning of their id, or a fingerprint.
            reason: why, in words; it stands in the office and in each case. Needed once.
            to: who else reads their open cases that are here from now on; nobody more where empty.

        Raises:
            AuthorUnknown: nobody is known by that, or `to` is nobody who could.
            KeyInUse: it is oneself.
            NotAdministrator: one is none.
            ReasonNeeded: the reason is blank.
        """
        self._require_administrator()
        author = self._author(who)
        if author.belongs is Belongs.OWN:
            raise KeyInUse
        other = self._other(to) if to else None
        if other is not None and other.id == author.id:
            raise AuthorUnknown
        with self._writing():
            if not author.revoked:
                self._part_with(author, reason_in_words(reason))
            if other is not None:
                for space in self._load_of(author):
                    if other.id not in {share.author for share in self.shares(space)}:
                        payload = share_payload(other, other.recipient, reason_in_words(reason), None)
                        self._append(SpaceKind.CASE, space, "case.shared", payload)
        return next(one for one in self.leavings() if one.author.id == author.id)

    def _part_with(self, author: Author, reason: str) -> None:
        for space in self.spaces_held(SpaceKind.CASE):
            if author.id in {share.author for share in self.shares(space)}:
                self._take_back(space, author, reason)
        named = [
            {"space": space, "entry": head}
            for space in self._spaces_of(author)
            for head in heads(self._connection, space)
        ]
        self._revoke_now(author, author.devices, named, reason, leaver=True)

    def _load_of(self, author: Author) -> Iterator[str]:
        """The open cases that are here and that they opened, or could read until they left."""
        for space in self.spaces_held(SpaceKind.CASE):
            opened = standing(self._connection, space, "case")
            theirs = any(row.device in author.devices for row in opened)
            if (theirs or standing(self._connection, space, f"shared/{author.id}")) and not self._is_closed(space):
                yield space

    def leavings(self) -> tuple[Leaving, ...]:
        """Everybody who has left as far as is known here, the one who left last first."""
        rows = standing(self._connection, self._office_space)
        trust = self._trust()
        renewed = [
            row.place
            for row in rows
            if row.subject.startswith(f"vault/{self._vault.id}/")
            and (row.value.get("what"), row.value.get("ground")) == ("key-renewed", "leaver")
        ]
        found = {}
        for row in rows:
            if not row.subject.startswith("revocation/") or row.value.get("leaver") is not True:
                continue
            author = next((one for one in trust.authors if one.id == row.value["author"] and one.revoked), None)
            if author is None or author.belongs is Belongs.OWN:
                continue
            load = list(self._load_of(author))
            handed = [space for space in load if self._others_read(space)]
            found[author.id] = Leaving(
                author=author,
                at=row.at,
                handed=tuple(self._reference(space) for space in handed),
                alone=tuple(self._reference(space) for space in load if space not in handed),
                renewed=any(place > row.place for place in renewed),
            )
        return tuple(reversed(found.values()))

    def _others_read(self, space: str) -> bool:
        """Whether somebody else whose keys count can read a case."""
        trust = self._trust()
        counting = {one.id for one in trust.authors if one.belongs is not Belongs.OWN and not one.revoked}
        opened = standing(self._connection, space, "case")
        openers = {one.id for row in opened if (one := trust.author_of(row.device)) is not None}
        return bool(counting & (openers | {share.author for share in self.shares(space)}))
