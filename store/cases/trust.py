"""Whom this vault believes: carrying one's own card, trusting somebody's, certifying a colleague, revoking keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store import cards, keys, spoken
from store.authors import Author, Belongs
from store.cards import Card
from store.cases.errors import AlreadySetUp
from store.cases.office import OfficeDesk, check_set_up
from store.cases.trust_errors import (
    AuthorUnknown,
    FingerprintDiffers,
    KeyRevoked,
    LastAdministrator,
    NameTaken,
    OtherOffice,
    ReadingKeyTaken,
)
from store.entry import SpaceKind
from store.journal import spaces
from store.model import Joining, Office, OfficeSetUp
from store.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSeen:
    """A card before it is trusted, for what it is.

    Attributes:
        digits: of its fingerprint, to be read aloud.
        known: the author as known already; None where this is somebody new.
        same_name: others who are known by that name.
        same_reader: who else's a key is by which its holder says that they read.
        same_office: whether it says that it is of this office, which only a certificate makes true.
    """

    card: Card
    digits: str
    known: Author | None
    same_name: tuple[Author, ...]
    same_reader: Author | None
    same_office: bool


class TrustDesk(OfficeDesk):
    """Casework on cards and keys."""

    def authors(self) -> tuple[Author, ...]:
        """Everybody who is known here, oneself first."""
        return tuple(
            sorted(self._trust().authors, key=lambda one: (list(Belongs).index(one.belongs), one.name, one.id))
        )

    def join_office(self, order: OfficeSetUp, card: str, *, compared: str) -> Office:
        """Set up this vault in an office that another vault opened; the office's own entries come by `take_in`.

        Args:
            order: the counsellor's name; the office's is that of the card.
            card: of an administrator of the office.
            compared: its fingerprint, as it came another way.

        Raises:
            AlreadySetUp: this vault has an office.
            CardInvalid, FingerprintDiffers: the card is not what was compared.
            TextMissing: the counsellor has no name.
        """
        check_set_up(order)
        if spaces(self._connection, SpaceKind.OFFICE):
            raise AlreadySetUp
        by = compared_card(Joining(card=card, compared=compared))
        own: dict[str, Any] = {"name": order.author, "office": by.office, "language": order.language}
        try:
            with self._connection.transaction():
                key, recipient = keys.make_keys(self._connection, self._clock())
                self._kept_journal = self._open_journal(key)
                own |= {"author": cards.author_id(key.device), "devices": [key.device], "recipient": recipient}
                self._append(SpaceKind.OFFICE, by.office_id, "author.card", own)
                trusted = {"author": by.author, "card": by.text, "compared": _how(compared), "role": "administrator"}
                self._append(SpaceKind.OFFICE, by.office_id, "author.trusted", trusted)
                self._journal.seal_commit()
        except BaseException:
            self._kept_journal = None
            raise
        return self.office()

    def carried_card(self) -> str:
        """One's own card as a text to give to others."""
        office = self.office()
        trust = self._trust()
        own = trust.author_of(self._journal.device)
        assert own is not None
        # After a restore the first key is still here. Who knows that one, or compares it, need not know the new one.
        first = None if own.devices[0] in trust.revoked else keys.earlier_key(self._connection, own.devices[0])
        return cards.write(
            first.sign_document if first else self.sign,
            name=office.author,
            office=office.name,
            office_id=office.id,
            devices=own.devices,
            recipients=self._own_reading(own),
            at=self._clock(),
        )

    def _own_reading(self, own: Author) -> dict[str, str]:
        """Device -> recipient of one's own workstations, this one at least."""
        here = {self._journal.device: keys.recipient(self._connection)}
        return {one.device: one.recipient for one in own.reading} or here

    def look_at_card(self, text: str) -> CardSeen:
        """What a card says, and what there is to know before it is trusted.

        Raises:
            CardInvalid: it is none.
        """
        card = cards.read(text)
        authors = self._trust().authors
        return CardSeen(
            card=card,
            digits=spoken.digits(card.fingerprint),
            known=next((one for one in authors if one.id == card.author), None),
            same_name=tuple(
                one for one in authors if one.id != card.author and one.name.casefold() == card.name.casefold()
            ),
            same_reader=next(
                (
                    one
                    for one in authors
                    if one.id != card.author and not one.recipients.isdisjoint(card.recipients.values())
                ),
                None,
            ),
            same_office=card.office_id == self._office_space,
        )

    def trust_card(
        self,
        text: str,
        *,
        compared: str,
        colleague: bool = False,
        role: str = "counsellor",
        leads: bool = False,
        another_person: bool = False,
    ) -> Author:
        """Let a card count from now on.

        Args:
            text: the card.
            compared: its fingerprint as it was heard or read from elsewhere, `SHA256:...` or the digits.
            colleague: certify its holder as a member of this office.
            role: what a colleague is certified as: `counsellor`, `leader` or `administrator`.
            leads: whether they see what a leader sees, whatever their role.
            another_person: somebody of that name is known already, and this is somebody else.

        Raises:
            CardInvalid: it is none, or was not signed by somebody who may.
            FingerprintDiffers: `compared` is another one.
            NameTaken: somebody else is known by that name.
            KeyRevoked: it was signed by a key that counts no more.
            ReadingKeyTaken: it names a key by which somebody else reads.
            NotAdministrator, OtherOffice: no certificate can be given.
        """
        seen = self.look_at_card(text)
        card = compared_card(Joining(card=text, compared=compared))
        if card.signer != card.devices[0] and not (seen.known and card.signer in seen.known.devices):
            raise cards.CardInvalid("signer")
        if card.signer in self._trust().revoked:
            raise KeyRevoked(card.name)
        if seen.same_name and not another_person:
            raise NameTaken(seen.same_name[0])
        if seen.same_reader is not None:
            raise ReadingKeyTaken(seen.same_reader)
        if colleague:
            self._require_administrator()
            if not seen.same_office:
                raise OtherOffice(card.office)
            if seen.known is not None:
                self._require_another_administrator(seen.known, Role(role))
        if not (seen.known and seen.known.belongs is Belongs.OWN):
            self._record_trust(card, compared, Role(role) if colleague else None, leads)
        return next(one for one in self._trust().authors if one.id == card.author)

    def _record_trust(self, card: Card, compared: str, role: Role | None, leads: bool) -> None:
        with self._writing():
            trusted = self._append(
                SpaceKind.OFFICE,
                self._office_space,
                "author.trusted",
                {"author": card.author, "card": card.text, "compared": _how(compared)},
            )
            if role is not None:
                self._certify(card.author, trusted.id, role, leads)

    def _certify(self, author: str, card: str, role: Role, leads: bool) -> None:
        """An entry that gives a role; `card` is the entry of a card, or of the trust in one."""
        own = self._trust().author_of(self._journal.device)
        assert own is not None
        said = {"author": author, "card": card, "administrator": own.id, "role": role.value, "leads": leads}
        self._append(SpaceKind.OFFICE, self._office_space, "author.certified", said)

    def _require_another_administrator(self, author: Author, role: Role) -> None:
        """Raises LastAdministrator where this role would leave nobody who may change the office."""
        if not author.administrator or role is Role.ADMINISTRATOR:
            return
        if not any(one.administrator and not one.revoked and one.id != author.id for one in self._trust().authors):
            raise LastAdministrator

    def _author(self, who: str) -> Author:
        found = [
            one
            for one in self._trust().authors
            if (len(who) >= 4 and one.id.startswith(who))
            or any(spoken.same(who, keys.fingerprint(device)) for device in one.devices)
        ]
        if len(found) != 1:
            raise AuthorUnknown
        return found[0]


def compared_card(joining: Joining) -> Card:
    """The card, once it is seen to be what was compared.

    Raises:
        CardInvalid, FingerprintDiffers: it is not.
    """
    card = cards.read(joining.card)
    if not spoken.same(joining.compared, card.fingerprint):
        heard = joining.compared
        raise FingerprintDiffers(() if heard.startswith("SHA256:") else spoken.slips(heard))
    return card


def _how(compared: str) -> str:
    return "fingerprint" if compared.startswith("SHA256:") else "digits"
