"""Keys that count no longer: all of somebody's, or those of one of their workstations; always at named heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store import keys, spoken
from store.authors import Author, Belongs
from store.cases.desk import reason_in_words
from store.cases.trust import TrustDesk
from store.cases.trust_errors import KeyInUse, WorkstationUnknown
from store.entry import SpaceKind
from store.journal import heads
from store.projections import remake_space
from store.workstations import Workstation


class RevokingDesk(TrustDesk):
    """Casework on keys that count no longer."""

    def revoke(self, who: str, reason: str, *, heads_at: Mapping[str, Sequence[str]] | None = None) -> Author:
        """Let what somebody's keys sign from now on count no more; what is known of them now stays as it counts.

        Args:
            who: the beginning of an author's id, or a fingerprint.
            reason: why, in words.
            heads_at: space -> entries up to which they count; what stands now unless given.

        Raises:
            AuthorUnknown: nobody is known by that.
            KeyInUse: this installation's own.
            NotAdministrator: the keys of a colleague, and one is none.
            ReasonNeeded: the reason is blank.
        """
        author = self._author(who)
        words = reason_in_words(reason)
        if author.belongs is Belongs.COLLEAGUE:
            self._require_administrator()
        devices = [device for device in author.devices if device != self._journal.device]
        if not devices:
            raise KeyInUse
        if heads_at is None:
            heads_at = {space: heads(self._connection, space) for space in self._spaces_of(author)}
        named = [{"space": space, "entry": entry} for space, entries in heads_at.items() for entry in entries]
        with self._writing():
            self._revoke_now(author, devices, named, words)
        return self._author(author.id)

    def workstation(self, which: str) -> tuple[Author, Workstation]:
        """A workstation of anybody, and whose it is.

        Args:
            which: its fingerprint, the digits of it, or the beginning of its key in hex, 8 digits at least.

        Raises:
            WorkstationUnknown: there is none by that, or more than one.
        """
        found = [
            (author, one)
            for author in self._trust().authors
            for one in author.workstations
            if (len(which) >= 8 and one.device.startswith(which.lower()))
            or spoken.same(which, keys.fingerprint(one.device))
        ]
        if len(found) != 1:
            raise WorkstationUnknown
        return found[0]

    def revoke_workstation(self, which: str, reason: str) -> Author:
        """Give one workstation of somebody up: nothing is sealed to it, and what it signs from now on says nothing.

        What is known of it now stays as it counts, and the person's other workstations go on.

        Args:
            which: as `workstation` takes it.
            reason: why, in words.

        Raises:
            WorkstationUnknown: there is none by that, or it is given up already.
            KeyInUse: it is this one.
            NotAdministrator: it is a colleague's, and one is none.
            ReasonNeeded: the reason is blank.
        """
        author, workstation = self.workstation(which)
        words = reason_in_words(reason)
        trust = self._trust()
        if workstation.device in trust.own:
            raise KeyInUse
        if workstation.revoked:
            raise WorkstationUnknown
        if author.belongs is Belongs.COLLEAGUE:
            self._require_administrator()
        devices = [one for one in _given_up_with(author, workstation) if one not in trust.own | trust.revoked.keys()]
        named = [
            {"space": space, "entry": entry}
            for space in self._spaces_written_at(devices)
            for entry in heads(self._connection, space)
        ]
        with self._writing():
            self._revoke_now(author, devices, named, words)
        return self._author(author.id)

    def _revoke_now(
        self, author: Author, devices: Sequence[str], named: Sequence[Mapping[str, str]], words: str, **more: bool
    ) -> None:
        """As `revoke`, within a change that is going on."""
        self._append(
            SpaceKind.OFFICE,
            self._office_space,
            "author.revoked",
            {"author": author.id, "devices": list(devices), "heads": list(named), "reason": words, **more},
        )
        for space in self._spaces_of(author):
            remake_space(self._connection, space, self._silent(space))

    def _spaces_of(self, author: Author) -> tuple[str, ...]:
        return self._spaces_written_at(author.devices)

    def _spaces_written_at(self, devices: Sequence[str]) -> tuple[str, ...]:
        marks = ", ".join("?" * len(devices))
        rows = self._connection.execute(
            f"SELECT DISTINCT space FROM entry WHERE device IN ({marks}) ORDER BY space",  # noqa: S608
            tuple(devices),
        ).fetchall()
        return tuple(space for (space,) in rows)


def _given_up_with(author: Author, workstation: Workstation) -> tuple[str, ...]:
    """The keys that are at a workstation; all of somebody's where no other one of theirs reads."""
    if author.reading == (workstation,):
        return author.devices
    # A card of somebody elsewhere does not say whose the keys are that read nowhere any more.
    idle = [one.device for one in author.workstations if not one.recipient and author.belongs is Belongs.ELSEWHERE]
    return (workstation.device, *workstation.earlier, *idle)
