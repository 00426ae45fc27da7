"""A further workstation of one's own: a new vault with a key of its own, which the one before lets count.

The new vault says whose it is by the card of the one before; the one before lists its key on a card. Neither key ever
leaves its vault, so nothing forks, and everything comes over by the exchange folder (`docs/journal-format.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import cards, keys, spoken
from store.authors import Author
from store.cards import Card
from store.cases.errors import AlreadySetUp
from store.cases.members import MembersDesk
from store.cases.trust_errors import FingerprintDiffers
from store.entry import SpaceKind
from store.journal import spaces
from store.model import Office
from store.standing import standing

_MOST_DEVICES = 16


class NotOneOfMine(SeglError):
    """A card that is no request of a further workstation of one's own.

    Attributes:
        fault: which rule it breaks, kebab-case.
    """

    code: ClassVar[str] = "not-one-of-mine"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This card was not made by a new workstation that was set up with your card."),
            safe=_("Nothing was changed: it does not count as yours."),
            todo=_(
                "Write your card here ('segl keys card'), set the new workstation up with it ('segl workstation join "
                "CARD'), write its card there ('segl keys card'), and bring that one here."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkstationSeen:
    """A further workstation before it counts.

    Attributes:
        card: that it wrote, signed by its own new key.
        fingerprint: of that key, which is what is compared.
        digits: the same, to be read aloud.
    """

    card: Card
    fingerprint: str
    digits: str


class WorkstationDesk(MembersDesk):
    """Casework on one's own workstations."""

    def join_as_oneself(self, card: str, *, compared: str, language: str) -> Office:
        """Set up this vault as a further workstation of whoever wrote a card; all else comes by the exchange folder.

        Args:
            card: of the workstation that there is, by its first key.
            compared: its fingerprint or digits, as they were read there.
            language: of this installation.

        Raises:
            AlreadySetUp: this vault has an office.
            CardInvalid, FingerprintDiffers: the card is not what was compared.
        """
        if spaces(self._connection, SpaceKind.OFFICE):
            raise AlreadySetUp
        before = cards.read(card)
        if not spoken.same(compared, before.fingerprint):
            raise FingerprintDiffers(() if compared.startswith("SHA256:") else spoken.slips(compared))
        if before.signer != before.devices[0] or len(before.devices) >= _MOST_DEVICES:
            raise cards.CardInvalid("signer")
        said: dict[str, Any] = {"author": before.author, "name": before.name, "office": before.office}
        try:
            with self._connection.transaction():
                key, recipient = keys.make_keys(self._connection, self._clock())
                self._kept_journal = self._open_journal(key)
                said |= {"devices": [*before.devices, key.device], "recipient": recipient, "language": language}
                self._append(SpaceKind.OFFICE, before.office_id, "author.card", said)
                self._journal.seal_commit()
        except BaseException:
            self._kept_journal = None
            raise
        return self.office()

    def not_approved(self) -> str:
        """The digits of the key here, where the workstation before has to let it count; else empty.

        That it did comes with the first envelope from there, so until then it is not known here.
        """
        own = self._own_author()
        here = keys.own_devices(self._connection)
        if own.devices[0] in here:
            return ""
        rows = self._connection.execute(
            "SELECT DISTINCT device FROM entry WHERE space = ?", (self._office_space,)
        ).fetchall()
        if any(device not in here for (device,) in rows):
            return ""
        return spoken.digits(keys.fingerprint(self._journal.device))

    def look_at_workstation(self, text: str) -> WorkstationSeen:
        """What there is to compare of a further workstation of one's own.

        Raises:
            CardInvalid: it is no card.
            NotOneOfMine: it was not made by a workstation that says it is of oneself, or it counts already.
        """
        card = cards.read(text)
        own = self._own_author()
        if card.author != own.id or card.office_id != self._office_space:
            raise NotOneOfMine("author")
        if card.signer in own.devices or self._trust().author_of(card.signer) is not None:
            raise NotOneOfMine("known")
        if (
            not set(card.devices) <= {*own.devices, card.signer}
            or len(own.devices) >= _MOST_DEVICES
            or card.signer not in card.recipients
        ):
            raise NotOneOfMine("devices")
        mark = keys.fingerprint(card.signer)
        return WorkstationSeen(card=card, fingerprint=mark, digits=spoken.digits(mark))

    def add_workstation(self, text: str, *, compared: str) -> Author:
        """Let a further workstation of one's own count. Everybody seals to it too from now on.

        Args:
            text: the card that it wrote.
            compared: the fingerprint or digits of its key, as they were read there.

        Raises:
            CardInvalid, NotOneOfMine: as `look_at_workstation`.
            FingerprintDiffers: `compared` is another one.
        """
        seen = self.look_at_workstation(text)
        if not spoken.same(compared, seen.fingerprint):
            raise FingerprintDiffers(() if compared.startswith("SHA256:") else spoken.slips(compared))
        own = self._own_author()
        devices = (*own.devices, seen.card.signer)
        recipient = seen.card.recipients[seen.card.signer]
        said = {"author": own.id, "name": own.name, "office": own.office, "devices": list(devices)}
        carried = cards.write(
            self.sign,
            name=own.name,
            office=own.office,
            office_id=self._office_space,
            devices=devices,
            recipients={**self._own_reading(own), seen.card.signer: recipient},
            at=self._clock(),
        )
        with self._writing():
            self._append(
                SpaceKind.OFFICE,
                self._office_space,
                "author.card",
                {**said, "recipient": recipient, "carried": carried},
            )
        return self._own_author()

    def carried_card(self) -> str:
        """One's own card as a text to give to others.

        A further workstation gives the one that the first key signed, where it came: only that one says anything to
        those who do not know this person yet.
        """
        own = self._own_author()
        if own.devices[0] in {self._journal.device, *keys.own_devices(self._connection)}:
            return super().carried_card()
        for row in reversed(standing(self._connection, self._office_space, f"card/{own.id}/")):
            text = row.value.get("carried")
            if isinstance(text, str) and row.device not in self._trust().revoked:
                card = cards.read(text)
                if card.devices == own.devices and card.recipients == self._own_reading(own):
                    return card.text
        return super().carried_card()

    def _own_author(self) -> Author:
        own = self._trust().author_of(self._journal.device)
        assert own is not None
        return own
