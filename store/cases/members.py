"""The members of the office: whether one is one, who has which role, and giving another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store import recovery_words, succession
from store.authors import Author, Belongs
from store.cases.revoking import RevokingDesk
from store.cases.trust_errors import AdministratorsLeft, NotCertified, NotOfThisOffice
from store.entry import SpaceKind
from store.roles import Role
from store.secret import Secret
from store.standing import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """Somebody who became an administrator by the words of a recovery."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What the counsellor of this vault is in the office.

    Attributes:
        role: None until an administrator has certified them and that has come here.
        leads: whether they see the overview.
        administrators: names of who may certify and change the office, themselves among them.
        members: how many members are known here, oneself included.
        successions: who became an administrator by the words of a recovery, in that order.
        may_succeed: whether the words of an administrator's recovery would make one of them.
    """

    role: Role | None
    leads: bool
    administrators: tuple[str, ...]
    members: int
    successions: tuple[Succession, ...] = ()
    may_succeed: bool = False

    @property
    def certified(self) -> bool:
        """Whether they are a member."""
        return self.role is not None

    @property
    def administrator(self) -> bool:
        """Whether they may change the office."""
        return self.role is Role.ADMINISTRATOR


class MembersDesk(RevokingDesk):
    """Casework on members and roles."""

    def membership(self) -> Membership:
        """One's own place in the office, as far as it is known here."""
        trust = self._trust()
        own = trust.author_of(self._journal.device)
        known = [one for one in trust.authors if one.role is not None and not one.revoked]
        return Membership(
            role=own.role if own else None,
            leads=bool(own and own.leads),
            administrators=tuple(sorted(one.name for one in known if one.administrator)),
            members=len(known),
            successions=self._succeeded(),
            may_succeed=own is not None and own.role is not None and not own.administrator and self._has_successor(),
        )

    def _has_successor(self) -> bool:
        """Whether an administrator made a recovery whose words can name one."""
        terms, author_of = self._trust().terms, self._trust().author_of
        return any(
            isinstance(row.value.get("succession"), str) and (author := author_of(row.device)) and terms.get(author.id)
            for row in standing(self._connection, self._office_space, "vault/")
        )

    def _succeeded(self) -> tuple[Succession, ...]:
        trust = self._trust()
        return tuple(
            Succession(name=author.name, at=row.at)
            for row in standing(self._connection, self._office_space, "succession/")
            if (author := trust.author_of(row.device))
            and any(one.begin == row.place for one in trust.terms.get(author.id, ()))
        )

    def members(self) -> tuple[Author, ...]:
        """Everybody of the office, oneself first; those whose keys are revoked too, and oneself also uncertified."""
        return tuple(one for one in self.authors() if one.role is not None or one.belongs is Belongs.OWN)

    def give_role(self, who: str, role: Role, *, leads: bool = False) -> Author:
        """Give a member another role.

        Args:
            who: the beginning of an author's id, or a fingerprint.
            role: what they are from now on.
            leads: whether they see the overview besides; a leader does in any case.

        Raises:
            AuthorUnknown: nobody is known by that.
            NotAdministrator: one is none oneself.
            NotCertified: they are no member.
            LastAdministrator: nobody would be left who may change the office.
        """
        self._require_administrator()
        author = self._author(who)
        if author.role is None or author.revoked:
            raise NotCertified
        self._require_another_administrator(author, role)
        with self._writing():
            self._certify(author.id, self._card_entry(author), role, leads)
        return self._author(author.id)

    def succeed(self, words: Secret, *, none_left: bool = False) -> Author:
        """Become an administrator by the words of the office's recovery, where none is left.

        Args:
            words: the 24 of them, or their digits.
            none_left: there is one by the journal, and a person says that they are not there any more.

        Raises:
            RecoveryWordsWrong: a slip in the words.
            NotOfThisOffice: they are of no recovery that an administrator made.
            NotCertified: one is no member.
            AdministratorsLeft: somebody is one, and nobody said that they are gone.
        """
        seed = recovery_words.read(words)
        trust = self._trust()
        own = trust.author_of(self._journal.device)
        if own is None or own.role is None:
            raise NotCertified
        left = tuple(one.name for one in trust.authors if one.administrator and not one.revoked)
        if own.administrator or (left and not none_left):
            raise AdministratorsLeft(left)
        key, nonce = succession.public_key(seed), self._random_bytes(16).hex()
        said = {"author": own.id, "card": self._card_entry(own), "key": key, "nonce": nonce, "role": "administrator"}
        said["signature"] = succession.sign(seed, self._office_space, own.id, nonce)
        rows = standing(self._connection, self._office_space, "vault/")
        if not any(row.value.get("succession") == key for row in rows):
            raise NotOfThisOffice
        with self._writing():
            self._append(SpaceKind.OFFICE, self._office_space, "author.succeeded", said)
            if not self._author(own.id).administrator:
                raise NotOfThisOffice
        return self._author(own.id)

    def _card_entry(self, author: Author) -> str:
        """The entry of the newest card of somebody that was certified, or of their own."""
        rows = standing(self._connection, self._office_space)
        certified = {row.value["card"] for row in rows if row.subject.startswith(f"certificate/{author.id}/")}
        found = [
            row.entry
            for row in rows
            if row.subject.startswith((f"card/{author.id}/", f"trusted/{author.id}/"))
            and (row.entry in certified or row.device in author.devices)
        ]
        return (
            found[-1]
            if found
            else next(
                row.entry for row in rows if row.subject.startswith((f"card/{author.id}/", f"trusted/{author.id}/"))
            )
        )
