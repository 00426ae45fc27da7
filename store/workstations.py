"""The workstations of somebody: which key signs at each and which one reads there, worked out from their cards.

Each has a device of its own and a recipient of its own. A vault that was restored takes the place of the one before,
and one that was merged is no workstation any more: their keys are `earlier` ones of the workstation that has them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Workstation:
    """One installation of Segl for somebody.

    Attributes:
        device: the key that signs there, hex.
        recipient: `age1...`, to which is sealed what is for it; empty where it was given up.
        number: the how-manieth of theirs, from 1; it stays what it is when another one is revoked.
        earlier: devices whose keys it has besides, hex.
        revoked: whether what is signed there from then on counts no more; nothing is sealed to it.
    """

    device: str
    recipient: str
    number: int
    earlier: tuple[str, ...] = ()
    revoked: bool = False

    @property
    def reads(self) -> bool:
        """Whether anything is sealed to it."""
        return bool(self.recipient) and not self.revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one card that counts says of workstations.

    Attributes:
        place: of the entry that brought it, in the order of the office's space.
        signer: the device that wrote that entry.
        devices: all that the card lists.
        recipients: device -> recipient. Where a card does not say whose its one recipient is, the last device has it.
        carried_at: when a carried card was made; None for an entry.
        says_whose: whether the card says at which of its devices each recipient reads.
    """

    place: int
    entry: str
    signer: str
    devices: tuple[str, ...]
    recipients: Mapping[str, str]
    carried_at: datetime | None = None
    says_whose: bool = False


def workstations_by(said: Iterable[Said], *, elsewhere: bool, revoked: Collection[str]) -> tuple[Workstation, ...]:
    """Somebody's workstations, in the order in which they came to be known.

    Args:
        said: of the cards of one author that count, in any order.
        elsewhere: whether carried cards are all that is known; then the newest says where there is one that reads.
        revoked: devices that count no longer.
    """
    found = _Found()

    def order(one: Said) -> tuple[datetime, int, str]:
        # By when it was made: an old card that is compared once more brings nobody back.
        return (one.carried_at or _LONG_AGO) if elsewhere else _LONG_AGO, one.place, one.entry

    for one in sorted(said, key=order):
        if one.says_whose or (elsewhere and one.carried_at is not None):
            found.take_whole(one)
        else:
            found.add(one)
    return tuple(
        Workstation(
            device=device,
            recipient=recipient,
            number=number,
            earlier=tuple(found.earlier.get(device, ())),
            revoked=device in revoked,
        )
        for number, (device, recipient) in enumerate(found.recipients.items(), start=1)
    )


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Found:
    def __init__(self) -> None:
        self.recipients: dict[str, str] = {}
        self.earlier: dict[str, list[str]] = {}

    def take_whole(self, one: Said) -> None:
        """A card that says of each device that it lists whether it reads, and by which recipient."""
        reads = one.recipients if one.says_whose else {self._reader(one): next(iter(one.recipients.values()))}
        for device in one.devices:
            if device in self._replaced:
                continue
            if device in reads:
                self.recipients[device] = reads[device]
            elif self._restored(one) and self.recipients.get(device):
                self._replace(device, one.signer)
            elif device in self.recipients:
                self.recipients[device] = ""

    def add(self, one: Said) -> None:
        """A card that names the recipient of one device and takes nothing away."""
        [(last, recipient)] = one.recipients.items()
        if (reader := self._reader(one)) != last:
            # Nobody new reads: the keys of a vault that was merged came along.
            known = self.recipients.keys() | self._replaced
            self.earlier.setdefault(reader, []).extend(device for device in one.devices if device not in known)
            return
        if last in self._replaced:
            # A card from before it was restored, or merged, that is compared once more.
            return
        self.recipients[last] = recipient
        others = [device for device, read in self.recipients.items() if read and device != last]
        if self._restored(one) and len(others) == 1:
            self._replace(others[0], last)

    @property
    def _replaced(self) -> set[str]:
        """Keys that another workstation has besides its own."""
        return {device for some in self.earlier.values() for device in some}

    def _reader(self, one: Said) -> str:
        """The device whose the one recipient is: whoever read by it before, else the last that is listed."""
        [(last, recipient)] = one.recipients.items()
        return next((device for device, read in self.recipients.items() if read == recipient), last)

    def _restored(self, one: Said) -> bool:
        """Whether a vault that was made of a backup says so of itself."""
        return one.carried_at is not None and one.signer == one.devices[-1]

    def _replace(self, before: str, device: str) -> None:
        self.recipients.pop(before, None)
        self.earlier.setdefault(device, []).extend((*self.earlier.pop(before, ()), before))
