"""To whom a bundle is sealed: to each workstation that somebody has now, and whose the keys are that were given.

A bundle is read by whichever key it was sealed to, and each workstation has its own. Sealed to one of somebody's alone
it can't be opened at the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from store.authors import Author, Belongs
from store.bundle.visible import one_line
from store.cases.trust import TrustDesk
from store.workstations import Workstation


class ReadsNowhere(SeglError):
    """Something is to be sealed to somebody whose keys are revoked, or whose workstations are all given up.

    Attributes:
        author: who.
    """

    code: ClassVar[str] = "reads-nowhere"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, author: Author) -> None:
        super().__init__(author.id)
        self.author = author

    def diagnostics(self) -> Diagnostics:
        """Say who."""
        return Diagnostics(
            happened=_("{name} has no workstation any more to which something could be sealed.").format(
                name=one_line(self.author.name)
            ),
            safe=_("Nothing was sealed."),
            todo=_("Get a new card of theirs and let it count: 'segl keys trust FILE'."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody known, and which of their workstations open a bundle.

    Attributes:
        opens: the workstations to which it is sealed.
        left_out: those of today to which it is not.
        given_up: how many keys of theirs it is sealed to that are at no workstation of today.
    """

    author: Author
    opens: tuple[Workstation, ...]
    left_out: tuple[Workstation, ...]
    given_up: int

    def words(self) -> str:
        """Who, and on how many workstations where they have several, in the current language."""
        name = _("yourself") if self.author.belongs is Belongs.OWN else one_line(self.author.name)
        if len(self.opens) + len(self.left_out) < 2:
            return name
        count = len(self.opens)
        return ngettext("{name} ({count} workstation)", "{name} ({count} workstations)", count).format(
            name=name, count=count
        )

    def warnings(self) -> tuple[str, ...]:
        """What is not as one might think."""
        own = self.author.belongs is Belongs.OWN
        name = one_line(self.author.name)
        said = []
        if self.left_out and own:
            count = len(self.left_out)
            said.append(
                ngettext(
                    "It is not sealed to {count} further workstation of yours: there it can't be opened.",
                    "It is not sealed to {count} further workstations of yours: there it can't be opened.",
                    count,
                ).format(count=count)
            )
        elif self.left_out:
            count = len(self.left_out)
            said.append(
                ngettext(
                    "{name} has {count} further workstation to which it is not sealed: there it can't be opened.",
                    "{name} has {count} further workstations to which it is not sealed: there it can't be opened.",
                    count,
                ).format(name=name, count=count)
            )
        if self.given_up:
            said.append(
                _("It is sealed to a workstation that was given up ({name}): whoever has that opens it.").format(
                    name=name
                )
            )
        return tuple(said)


class ReadersDesk(TrustDesk):
    """Casework on who can open what is sealed."""

    def recipients_of(self, who: str) -> tuple[str, ...]:
        """The recipients of somebody, one for each workstation that they have now.

        Args:
            who: the beginning of an author's id, or a fingerprint.

        Raises:
            AuthorUnknown: nobody is known by that.
            ReadsNowhere: none of theirs is sealed to any more.
        """
        author = self._author(who)
        if author.revoked or not author.reading:
            raise ReadsNowhere(author)
        return tuple(one.recipient for one in author.reading)

    def readers_of(self, recipients: Iterable[str]) -> tuple[Reader, ...]:
        """Whose these recipients are, in the order of `authors`; those of nobody known are left out."""
        given = frozenset(recipients)
        found = []
        for author in self.authors():
            reading = () if author.revoked else author.reading
            if mine := given & author.recipients:
                found.append(
                    Reader(
                        author=author,
                        opens=tuple(one for one in reading if one.recipient in mine),
                        left_out=tuple(one for one in reading if one.recipient not in given),
                        given_up=len(mine - {one.recipient for one in reading}),
                    )
                )
        return tuple(found)
