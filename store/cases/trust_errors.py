"""What can be wrong with cards, members and their roles."""

from __future__ import annotations

from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import keys
from store.authors import Author


class FingerprintDiffers(SeglError):
    """What was compared is not the fingerprint of the card.

    Attributes:
        slips: groups of digits that can't be right whatever the key, from 1.
    """

    code: ClassVar[str] = "fingerprint-differs"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, slips: tuple[int, ...] = ()) -> None:
        super().__init__(slips)
        self.slips = slips

    def diagnostics(self) -> Diagnostics:
        """Say which group was misheard, where one was."""
        if self.slips:
            happened = _("A slip in group {groups}: the check digit does not fit.").format(
                groups=", ".join(map(str, self.slips))
            )
            todo = _("Let them read that group once more.")
        else:
            happened = _("The fingerprint that you compared is not that of this card.")
            todo = _("Ring them on a number that you know from elsewhere. If it differs again, the card is not theirs.")
        return Diagnostics(happened=happened, safe=_("The card does not count. Nothing was changed."), todo=todo)


class NameTaken(SeglError):
    """A card has the name of somebody who is known by another key.

    Attributes:
        author: who is known by that name already.
    """

    code: ClassVar[str] = "name-taken"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, author: Author) -> None:
        super().__init__(author.id)
        self.author = author

    def diagnostics(self) -> Diagnostics:
        """Name both."""
        return Diagnostics(
            happened=_("You know {name} already, by another key: {fingerprint}.").format(
                name=self.author.name, fingerprint=keys.fingerprint(self.author.devices[0])
            ),
            safe=_("The card does not count. Nothing was changed."),
            todo=_(
                "Somebody may be using their name. Ask them on a number that you know from elsewhere; if they are "
                "two people, say so: 'segl keys trust --another-person'."
            ),
        )


class ReadingKeyTaken(SeglError):
    """A card says that its holder reads by a key that is somebody else's.

    Attributes:
        author: whose it is, by the card that counted first.
    """

    code: ClassVar[str] = "reading-key-taken"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, author: Author) -> None:
        super().__init__(author.id)
        self.author = author

    def diagnostics(self) -> Diagnostics:
        """Name whose it is."""
        return Diagnostics(
            happened=_("The card names the key by which {name} reads.").format(name=self.author.name),
            safe=_("The card does not count. Nothing was changed."),
            todo=_(
                "Only one of the two can read by it: what you seal to this card, {name} could open. Ask both on "
                "numbers that you know from elsewhere, and get a new card."
            ).format(name=self.author.name),
        )


class NotAdministrator(SeglError):
    """Only an administrator changes the office's members, plan, directory and contacts.

    Attributes:
        names: who is one.
    """

    code: ClassVar[str] = "not-administrator"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        super().__init__(len(names))
        self.names = names

    def diagnostics(self) -> Diagnostics:
        """Say whom to ask."""
        return Diagnostics(
            happened=_("Only an administrator of the office can do that."),
            safe=_("Nothing was changed."),
            todo=_("Ask {names}.").format(names=", ".join(self.names))
            if self.names
            else _(
                "Nobody is one any more; the words of an administrator's recovery can name one: 'segl office succeed', "
                "or b on 'The office'."
            ),
        )


class NotCertified(SeglError):
    """A vault that joined an office asks for what only a certified member may."""

    code: ClassVar[str] = "not-certified"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say what to do."""
        return Diagnostics(
            happened=_("No administrator of the office has certified you yet."),
            safe=_("Nothing was changed."),
            todo=_("Give an administrator your card, let them compare it, and exchange with them once."),
        )


class LastAdministrator(SeglError):
    """Nobody would be left who may change the office."""

    code: ClassVar[str] = "last-administrator"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say what to do first."""
        return Diagnostics(
            happened=_("The office would have no administrator left."),
            safe=_("Nothing was changed."),
            todo=_("Make somebody else an administrator first."),
        )


class NotLeader(SeglError):
    """The overview of the office is for who leads it."""

    code: ClassVar[str] = "not-leader"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The overview is for the office's leader."),
            safe=_("Nothing was changed."),
            todo=_("An administrator says who leads the office. Your own cases are in 'segl today'."),
        )


class OtherOffice(SeglError):
    """The card is of another office: its holder can't be certified as a colleague of this one."""

    code: ClassVar[str] = "other-office"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, office: str) -> None:
        super().__init__(office)
        self.office = office

    def diagnostics(self) -> Diagnostics:
        """Name the office."""
        return Diagnostics(
            happened=_("The card was made in another office: {office}.").format(office=self.office),
            safe=_("The card does not count. Nothing was changed."),
            todo=_("Without --colleague it counts in the cases that you share."),
        )


class KeyInUse(SeglError):
    """One's own key, with which this installation signs, is to be revoked by itself."""

    code: ClassVar[str] = "key-in-use"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This installation signs with that key; it can't revoke itself."),
            safe=_("Nothing was changed."),
            todo=_("Ask those who know you to revoke it, or revoke the keys of your other workstations here."),
        )


class KeyRevoked(SeglError):
    """A card was signed by a key that was revoked: comparing it brings nobody back.

    Attributes:
        name: as the card says.
    """

    code: ClassVar[str] = "key-revoked"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def diagnostics(self) -> Diagnostics:
        """Say how they take part again."""
        return Diagnostics(
            happened=_(
                "The card of {name} was signed by a key that was revoked, or at a workstation that was given up."
            ).format(name=self.name),
            safe=_("The card does not count. Nothing was changed."),
            todo=_(
                "If {name} is to take part again, let them make a new vault, and compare the card of that one."
            ).format(name=self.name),
        )


class AuthorUnknown(SeglError):
    """Nobody whose card counts has this id or fingerprint, or it is not clear which."""

    code: ClassVar[str] = "author-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("Nobody that is known here has this id or fingerprint."),
            safe=_("Nothing was changed."),
            todo=_("'segl keys list' shows whom this vault knows."),
        )


class WorkstationUnknown(SeglError):
    """No workstation that counts has this fingerprint, or it is not clear which."""

    code: ClassVar[str] = "workstation-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("No workstation that counts here has this fingerprint."),
            safe=_("Nothing was changed."),
            todo=_("'segl workstation list' shows whose there are."),
        )


class AdministratorsLeft(SeglError):
    """The office has an administrator: the words of its recovery are for when none is left.

    Attributes:
        names: who is one.
    """

    code: ClassVar[str] = "administrators-left"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(len(names))
        self.names = names

    def diagnostics(self) -> Diagnostics:
        """Name them."""
        return Diagnostics(
            happened=_("The office has an administrator: {names}.").format(names=", ".join(self.names)),
            safe=_("Nothing was changed."),
            todo=_("Ask them. If they are gone for good, say so: --none-left. Everybody in the office sees it."),
        )


class NotOfThisOffice(SeglError):
    """The words are of no recovery that an administrator of this office made."""

    code: ClassVar[str] = "not-of-this-office"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say which words are meant."""
        return Diagnostics(
            happened=_("These words belong to no recovery that an administrator of this office made."),
            safe=_("Nothing was changed."),
            todo=_("Take the paper of an administrator's vault, not that of your own."),
        )
