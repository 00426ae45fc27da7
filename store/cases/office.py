"""The office and the counsellor: setting up, contacts, the key card, and signing in the counsellor's name."""

from __future__ import annotations

from typing import Literal

from guidance.language import LANGUAGES
from store import keys
from store.age.keys import Identity
from store.cards import author_id
from store.cases.desk import Desk
from store.cases.errors import AlreadySetUp, TextMissing
from store.cases.values import read_contacts, write_contacts
from store.entry import SpaceKind
from store.journal import spaces
from store.model import Contact, KeyCard, Office, OfficeSetUp
from store.standing import Standing, standing


class OfficeDesk(Desk):
    """Casework of the office space."""

    def set_up(self, order: OfficeSetUp) -> Office:
        """Make the keys of this installation and write the first entries of the office.

        Raises:
            AlreadySetUp: it was done before.
            TextMissing: the office or the counsellor has no name.
        """
        check_set_up(order)
        if spaces(self._connection, SpaceKind.OFFICE):
            raise AlreadySetUp
        try:
            with self._connection.transaction():
                key, recipient = keys.make_keys(self._connection, self._clock())
                self._kept_journal = self._open_journal(key)
                self._write_office(order, key.device, recipient)
                self._journal.seal_commit()
        except BaseException:
            self._kept_journal = None
            raise
        return self.office()

    def _write_office(self, order: OfficeSetUp, device: str, recipient: str) -> None:
        space = self._new_id()
        author = author_id(device)
        self._append(SpaceKind.OFFICE, space, "office.opened", {"name": order.office, "language": order.language})
        card = self._append(
            SpaceKind.OFFICE,
            space,
            "author.card",
            {
                "author": author,
                "name": order.author,
                "office": order.office,
                "devices": [device],
                "recipient": recipient,
            },
        )
        self._append(
            SpaceKind.OFFICE,
            space,
            "author.certified",
            {"author": author, "card": card.id, "administrator": author, "role": "administrator"},
        )
        self._append(SpaceKind.OFFICE, space, "office.contacts", {"contacts": write_contacts(order.contacts)})

    def office(self) -> Office:
        """The office and the counsellor whose vault this is.

        Raises:
            NotSetUp: set-up has not been done.
        """
        space = self._office_space
        rows = standing(self._connection, space)
        said = {row.subject: row.value for row in rows}
        author = self._trust().author_of(self._journal.device)
        assert author is not None
        return Office(
            id=space,
            # A vault that joined has its own card before it has what the office says of itself.
            name=said["office"]["name"] if "office" in said else author.office,
            author=author.name,
            author_id=author.id,
            language=said["office"]["language"] if "office" in said else _own_language(rows, author.id),
            contacts=read_contacts(said.get("contacts", [])),
        )

    def set_contacts(self, contacts: tuple[Contact, ...]) -> Office:
        """Put other contacts in place of those there are."""
        with self._writing():
            self._append(
                SpaceKind.OFFICE, self._office_space, "office.contacts", {"contacts": write_contacts(contacts)}
            )
        return self.office()

    def key_card(self) -> KeyCard:
        """The public half of the counsellor's keys."""
        office = self.office()
        device = self._journal.device
        return KeyCard(
            author=office.author,
            office=office.name,
            signing_key=keys.ssh_line(device),
            fingerprint=keys.fingerprint(device),
            recipient=keys.recipient(self._connection),
            device=device,
        )

    def sign(self, message: bytes, *, namespace: str) -> str:
        """An armored OpenSSH signature by the key of this installation."""
        return self._journal.sign_document(message, namespace=namespace)

    def identities(self) -> tuple[Identity, ...]:
        """What opens bundles that were sealed for this counsellor."""
        return keys.identities(self._connection)

    def known_signers(self) -> dict[str, str]:
        """Whom this vault knows by their cards: fingerprint -> name."""
        trust = self._trust()
        return {
            keys.fingerprint(device): author.name
            for author in trust.authors
            for device in author.devices
            if device not in trust.revoked
        }

    def revoked_signers(self) -> dict[str, str]:
        """Whose keys this vault knows to count no longer: fingerprint -> name."""
        trust = self._trust()
        return {keys.fingerprint(device): trust.names().get(device, "") for device in trust.revoked}


def _own_language(rows: tuple[Standing, ...], author: str) -> Literal["da", "en"]:
    own = [row.value for row in rows if row.subject.startswith(f"card/{author}/")]
    return "en" if own and own[-1].get("language") == "en" else "da"


def check_set_up(order: OfficeSetUp) -> None:
    """Raises TextMissing where the office or the counsellor has no name."""
    for field, text in (("office", order.office), ("author", order.author)):
        if not text.strip():
            raise TextMissing(field)
    if order.language not in LANGUAGES:
        raise ValueError(order.language)


__all__ = ["OfficeDesk", "author_id", "check_set_up"]
