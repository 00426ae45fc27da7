"""Filing in the office's own journal system: plain copies, the number there, clearing, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.bundle import plain_copy
from store.bundle.plain_copy import PlainCopy
from store.cases.errors import TextMissing
from store.cases.leaving import LeavingDesk
from store.entry import SpaceKind
from store.standing import Standing, standing

MOST_DAYS: Final = 3650


class CopyUnknown(SeglError):
    """No plain copy of the case is that one.

    Attributes:
        copy: what was given.
    """

    code: ClassVar[str] = "copy-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, copy: str) -> None:
        super().__init__(copy)
        self.copy = copy

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("The case has no plain copy {copy} that is not cleared.").format(
                copy=ascii(self.copy)[1:-1][:64]
            ),
            safe=_("Nothing was deleted."),
            todo=_("'segl filing show CASE' lists them."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRule:
    """What the office asks for: a number in `system` within `days` of opening; 0 days asks for nothing."""

    system: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledCopy:
    """A plain copy that was written; `cleared_at` is None while it lies there."""

    entry: str
    at: datetime
    by: str
    purpose: str
    system: str
    number: str
    place: str
    name: str
    digest: str
    metadata: str
    metadata_digest: str
    cleared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """How a case stands with the office's journal system.

    Attributes:
        number: the number last recorded; empty where there is none.
        due_on: the day by which it should be there; None where it is, or where the office asks for none.
    """

    case: str
    reference: str
    title: str
    system: str
    number: str
    due_on: date | None
    copies: tuple[FiledCopy, ...]

    @property
    def lying(self) -> tuple[FiledCopy, ...]:
        """Copies that nobody has cleared."""
        return tuple(copy for copy in self.copies if copy.cleared_at is None)


class FilingDesk(LeavingDesk):
    """Casework on what goes to the office's own journal system."""

    def filing_rule(self) -> FilingRule:
        """What the office asks for."""
        rows = standing(self._connection, self._office_space, "filing-rule")
        said = rows[-1].value if rows else {}
        return FilingRule(system=said.get("system", ""), days=said.get("days", 0))

    def set_filing_rule(self, rule: FilingRule) -> FilingRule:
        """Change it.

        Raises:
            ValueError: the days are not between 0 and `MOST_DAYS`.
        """
        if not 0 <= rule.days <= MOST_DAYS:
            raise ValueError(rule.days)
        with self._writing():
            self._append(
                SpaceKind.OFFICE,
                self._office_space,
                "office.filing",
                {"system": rule.system.strip(), "days": rule.days},
            )
        return self.filing_rule()

    def filing(self, case: str) -> Filing:
        """How a case stands. Raises CaseUnknown, CaseAmbiguous."""
        space = self._to_read(case)
        return self._filing(space, self.filing_rule(), gone=bool(self._given_up(space)))

    def filings_due(self) -> tuple[Filing, ...]:
        """The cases, closed ones too, whose number is due or whose plain copy still lies there.

        The number of a case that was given up is asked of whoever has it; what one wrote oneself still lies there.
        """
        rule, today = self.filing_rule(), self._today()
        rows = self._connection.execute("SELECT space FROM case_file ORDER BY opened_at, space").fetchall()
        gone = self._given_up()
        found = [self._filing(space, rule, gone=space in gone) for (space,) in rows]
        due = [one for one in found if one.lying or (one.due_on is not None and one.due_on <= today)]
        return tuple(sorted(due, key=lambda one: (one.due_on or date.max, one.reference)))

    def _filing(self, space: str, rule: FilingRule, *, gone: bool = False) -> Filing:
        """How a case stands; of one that was given up the number is no longer asked for here."""
        opened = standing(self._connection, space, "case")[0]
        rows = standing(self._connection, space)
        cleared = {row.subject.partition("/")[2]: row.at for row in rows if row.subject.startswith("file-cleared/")}
        authors = self._authors()
        copies = [
            _copy(row, authors.get(row.device, ""), cleared.get(row.entry))
            for row in rows
            if row.subject.startswith("filed/")
        ]
        numbers = [row for row in rows if row.subject == "file-number"]
        number = numbers[-1].value["number"] if numbers else ""
        system = (numbers[-1].value["system"] if numbers else "") or rule.system
        due = None
        if rule.days and not number and not gone:
            due = opened.at.astimezone(self._zone).date() + timedelta(days=rule.days)
        return Filing(
            case=space,
            reference=opened.value["reference"],
            title=opened.value["title"],
            system=system,
            number=number,
            due_on=due,
            copies=tuple(sorted(copies, key=lambda copy: (copy.at, copy.entry))),
        )

    def record_filing(self, case: str, copy: PlainCopy) -> Filing:
        """Write into the case that a plain copy went out: why, where to, for which system and number.

        Raises:
            TextMissing: the purpose is blank.
        """
        if not copy.purpose.strip():
            raise TextMissing("purpose")
        space = self._resolve(case)
        self.record_copy(space, copy)
        return self.filing(space)

    def number_filing(self, case: str, number: str, system: str = "") -> Filing:
        """Record the number that the case has in the journal system; a later one takes its place.

        Raises:
            TextMissing: it is blank.
        """
        if not number.strip():
            raise TextMissing("number")
        space = self._resolve(case)
        said = {"number": number.strip(), "system": system.strip() or self.filing_rule().system}
        self._write(space, "case.file-numbered", said)
        return self.filing(space)

    def clear_filing(self, case: str, copy: str, *, gone: bool = False) -> tuple[Filing, tuple[str, ...]]:
        """Hash a plain copy again, delete it, see that it is gone, and write that down.

        Args:
            case: reference or id.
            copy: the entry that says it was written, or the beginning of it.
            gone: a person says that it is gone, where nothing of it is there.

        Returns:
            How the case stands, and which files were there; one that was gone already is not among them.

        Raises:
            CopyUnknown: no such copy, or it is cleared.
            CopyAway: its folder is not there, or its disk.
            CopyChanged: another file lies there; it is not deleted.
            CopyNotSeen: nothing of it is there, and nobody says that it is gone.
            CopyHeldOpen: another program has it open, and the disk keeps it for that.
            DiskFailed: it could not be deleted.
        """
        space = self._resolve(case)
        found = [one for one in self.filing(space).lying if copy and one.entry.startswith(copy)]
        if len(found) != 1:
            raise CopyUnknown(copy)
        [one] = found
        files = {one.name: one.digest, one.metadata: one.metadata_digest}
        deleted = plain_copy.clear(one.place, files, gone=gone)
        self._write(space, "case.file-cleared", {"filed": one.entry, "digest": one.digest, "deleted": list(deleted)})
        return self.filing(space), deleted


def _copy(row: Standing, by: str, cleared: datetime | None) -> FiledCopy:
    said = row.value
    return FiledCopy(
        entry=row.entry,
        at=row.at,
        by=by,
        purpose=said["purpose"],
        system=said["system"],
        number=said["number"],
        place=said["place"],
        name=said["name"],
        digest=said["digest"],
        metadata=said["metadata"],
        metadata_digest=said["metadata-digest"],
        cleared_at=cleared,
    )
