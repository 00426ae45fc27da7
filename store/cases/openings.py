"""Every opening of a case is on record in the case itself; for a case that is not one's own, a purpose comes first.

An opening is noted when it happens and written right after (`Openings.write`), so that nobody waits for a disk before
they see a case. One entry for each unlocking and case, and another one where somebody else's entries have come since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.authors import Author, Trust
from store.database import Connection
from store.journal import QUIET
from store.standing import Standing, standing

READ: Final = "case.read"
CONCERN_READ: Final = "concern.read"


class PurposeNeeded(SeglError):
    """A case that is not one's own is to be read, and nobody has said what for.

    Attributes:
        case: its id.
        reference: of the case.
    """

    code: ClassVar[str] = "purpose-needed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, case: str, reference: str) -> None:
        super().__init__(reference)
        self.case = case
        self.reference = reference

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("Case {reference} is not your own, and no purpose was given for opening it.").format(
                reference=self.reference
            ),
            safe=_("Nothing of it was shown."),
            todo=_("Say what you open it for: it is written into the case. On the command line: --purpose-fd N."),
        )


class How(StrEnum):
    """How somebody got to see something of a case."""

    OPENED = "opened"
    LOOKED_UP = "looked-up"


PurposeAnswer = Callable[[PurposeNeeded], str]


def no_purpose(_needed: PurposeNeeded) -> str:
    """Nobody is there to say."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An opening that is to be written."""

    space: str
    how: How
    purpose: str


class Openings:
    """The openings of one unlocking."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._purposes: dict[str, str] = {}
        self._written: dict[str, int] = {}
        self._found: set[str] = set()
        self._due: dict[str, How] = {}
        self.recordings: set[str] = set()
        """Those of the programme whose place was told, with a reason."""

    def state(self, space: str, purpose: str) -> None:
        """Say what a case is opened for, until the vault is closed."""
        self._purposes[space] = purpose

    def stated(self, space: str) -> bool:
        """Whether that was said."""
        return space in self._purposes

    def look(self, space: str, own: Iterable[str]) -> None:
        """A case is opened; `own` are the devices of this vault."""
        done = self._written.get(space)
        if done is None or self.news(space, done, own):
            self._due[space] = How.OPENED

    def find(self, spaces: Iterable[str]) -> None:
        """Something of these cases was found by a look-up."""
        for space in set(spaces) - self._found - self._written.keys() - self._due.keys():
            self._due[space] = How.LOOKED_UP

    def made(self, space: str) -> None:
        """A case was opened for the first time just now: its first entry says so."""
        self._written[space] = self._newest()

    def news(self, space: str, since: int, own: Iterable[str]) -> bool:
        """Whether entries that somebody else wrote have come since a place in the order of arrival."""
        mine = tuple(own)
        marks, quiet = ", ".join("?" * len(mine)), ", ".join("?" * len(QUIET))
        row = self._connection.execute(
            f"SELECT 1 FROM entry WHERE space = ? AND arrival > ? AND device NOT IN ({marks}) "  # noqa: S608
            f"AND kind NOT IN ({quiet}) LIMIT 1",
            (space, since, *mine, *QUIET),
        ).fetchone()
        return row is not None

    def due(self) -> tuple[Due, ...]:
        """What is to be written."""
        return tuple(
            Due(space=space, how=how, purpose=self._purposes.get(space, "")) for space, how in self._due.items()
        )

    def done(self, written: Iterable[Due]) -> None:
        """These are written."""
        newest = self._newest()
        for one in written:
            if one.how is How.OPENED:
                self._written[one.space] = newest
            self._found.add(one.space)
            if self._due.get(one.space) is one.how:
                del self._due[one.space]

    def _newest(self) -> int:
        [(newest,)] = self._connection.execute("SELECT coalesce(max(arrival), 0) FROM entry").fetchall()
        return int(newest)


def counsellors(connection: Connection, space: str, trust: Trust) -> tuple[Author, ...]:
    """Whose case it is: whoever opened it, or, once they gave it up, those with whom it is shared since."""
    opened = {row.device for row in standing(connection, space, "case")}
    shares: dict[str, list[Standing]] = {}
    for row in standing(connection, space, "shared/"):
        shares.setdefault(str(row.value["author"]), []).append(row)

    def given_up(author: Author) -> bool:
        rows = shares.get(author.id, ())
        return bool(rows) and all(not row.value["recipient"] for row in rows)

    first = tuple(one for one in trust.authors if opened & set(one.devices))
    still = tuple(one for one in first if not given_up(one))
    if still or not first:
        return still
    return tuple(
        one for one in trust.authors if one.id in shares and all(row.value["recipient"] for row in shares[one.id])
    )


def is_own(connection: Connection, space: str, trust: Trust, me: Author) -> bool:
    """Whether a case is somebody's own: they opened it, it was handed over to them, or they are its stand-in."""
    opened = standing(connection, space, "case")
    if not opened:
        return True
    name = " ".join(me.name.casefold().split())
    stand_ins = {" ".join(str(row.value["stand-in"]).casefold().split()) for row in opened}
    namesakes = [one for one in trust.authors if " ".join(one.name.casefold().split()) == name]
    if name in stand_ins and [one.id for one in namesakes] == [me.id]:
        return True
    return me.id in {one.id for one in counsellors(connection, space, trust)}


def check_purpose(purpose: str) -> str:
    """The purpose, as it will stand in the case.

    Raises:
        ReasonNeeded: it is blank.
    """
    from store.cases.desk import reason_in_words

    return reason_in_words(purpose).strip()
