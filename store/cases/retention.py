"""How long closed cases are kept: a day to look at each, and holds that keep anything from being erased meanwhile."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from guidance.duration import Duration
from guidance.language import _
from guidance.model import CASE_KINDS
from store import keys
from store.cases.desk import Desk, reason_in_words
from store.cases.openings import READ, How
from store.entry import SpaceKind, read_payload
from store.erasing import ERASED
from store.journal import QUIET
from store.standing import Standing, standing

MOST_MONTHS: Final = 1200


class Against(StrEnum):
    """What stands against erasing a case."""

    OPEN = "open"
    HELD = "held"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """After how many months a closed case is to be looked at, by its kind; where none is named, closing asks."""

    months: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A closed case, and what is to become of it.

    Attributes:
        look_at: the day to look at it; None where nobody has named one.
        due: whether that day has come.
        held: why nothing of it may be erased now; empty where nothing holds it.
        against: what stands against erasing it today.
    """

    case: str
    reference: str
    title: str
    kind: str
    closed_at: datetime
    look_at: date | None
    due: bool
    held: str
    against: tuple[Against, ...]


def look_at_of(rows: Iterable[Standing]) -> date | None:
    """The day to look at a case: where heads disagree the earliest, for looking costs nothing."""
    days = [row.value["look-at"] for row in rows if row.value["look-at"]]
    return date.fromisoformat(min(days)) if days else None


def held_by(rows: Iterable[Standing]) -> str:
    """Why a case is held; empty where nobody holds it. Where heads disagree it is held."""
    return next((str(row.value["reason"]) for row in rows if row.value["held"]), "")


class RetentionDesk(Desk):
    """Casework on keeping."""

    def retention_rule(self) -> RetentionRule:
        """What the office keeps to."""
        rows = standing(self._connection, self._office_space, "retention-rule")
        said = rows[-1].value["months"] if rows else {}
        return RetentionRule(months={kind: months for kind, months in said.items() if isinstance(months, int)})

    def set_retention_rule(self, rule: RetentionRule) -> RetentionRule:
        """Change it, for cases that are closed from now on.

        Raises:
            ValueError: a kind of case that there is not, or months that are not from 0 (ask) to `MOST_MONTHS`.
        """
        for kind, months in rule.months.items():
            if kind not in CASE_KINDS or not 0 <= months <= MOST_MONTHS:
                raise ValueError(kind)
        said = {kind: months for kind, months in rule.months.items() if months}
        with self._writing():
            self._append(SpaceKind.OFFICE, self._office_space, "office.retention", {"months": said})
        return self.retention_rule()

    def proposed_look_at(self, case: str) -> date | None:
        """The day that the office's rule gives a case that is closed today; None where it gives none."""
        opened = standing(self._connection, self._resolve(case), "case")
        return self._proposed(str(opened[-1].value["kind"])) if opened else None

    def _proposed(self, kind: str) -> date | None:
        months = self.retention_rule().months.get(kind, 0)
        if not months:
            return None
        return Duration(months=months).after(datetime.combine(self._today(), time())).date()

    def set_look_at(self, case: str, day: date | None, reason: str) -> tuple[Kept, ...]:
        """Name the day to look at a case, or take it back.

        Raises:
            ReasonNeeded: the reason is blank.
        """
        space = self._resolve(case)
        self._write(
            space,
            "retention.set",
            {"look-at": day.isoformat() if day else "", "reason": reason_in_words(reason)},
        )
        return tuple(one for one in self.retention() if one.case == space)

    def hold_case(self, case: str, reason: str) -> str:
        """Hold a case: nothing of it is erased, here or at another's, until the hold is ended. Gives its reference.

        Raises:
            ReasonNeeded: the reason is blank.
        """
        return self._write_hold(case, reason, held=True)

    def end_hold(self, case: str, reason: str) -> str:
        """End a hold.

        Raises:
            ReasonNeeded: the reason is blank.
        """
        return self._write_hold(case, reason, held=False)

    def hold_reason(self, case: str) -> str:
        """Why a case is held; empty where it is not."""
        return held_by(standing(self._connection, self._resolve(case), "hold"))

    def _write_hold(self, case: str, reason: str, *, held: bool) -> str:
        space = self._resolve(case)
        self._write(space, "retention.held", {"held": held, "reason": reason_in_words(reason)})
        return self._reference(space)

    def retention(self) -> tuple[Kept, ...]:
        """The closed cases, those to be looked at first coming first, those without a day last."""
        rows = self._connection.execute("SELECT space, reference FROM case_file ORDER BY reference").fetchall()
        found = []
        for space, reference in rows:
            if not self._is_closed(space):
                continue
            opened = standing(self._connection, space, "case")[-1].value
            look_at = look_at_of(standing(self._connection, space, "retention"))
            found.append(
                Kept(
                    case=space,
                    reference=reference,
                    title=opened["title"],
                    kind=opened["kind"],
                    closed_at=max(row.at for row in standing(self._connection, space, "status")),
                    look_at=look_at,
                    due=look_at is not None and look_at <= self._today(),
                    held=held_by(standing(self._connection, space, "hold")),
                    against=self._against(space),
                )
            )
        return tuple(sorted(found, key=lambda one: (one.look_at or date.max, one.reference)))

    def _against(self, space: str) -> tuple[Against, ...]:
        found = []
        if not self._is_closed(space):
            found.append(Against.OPEN)
        if held_by(standing(self._connection, space, "hold")):
            found.append(Against.HELD)
        if self._is_unread(space):
            found.append(Against.UNREAD)
        return tuple(found)

    def _is_unread(self, space: str) -> bool:
        """Whether others wrote something that came after this vault's counsellor last had the case open."""
        own = keys.own_devices(self._connection)
        marks, quiet = ", ".join("?" * len(own)), ", ".join("?" * (len(QUIET) + 1))
        row = self._connection.execute(
            f"SELECT 1 FROM entry WHERE space = ? AND arrival > ? AND device NOT IN ({marks}) "  # noqa: S608
            f"AND kind NOT IN ({quiet}) LIMIT 1",
            (space, self._last_read(space, own), *own, *QUIET, ERASED),
        ).fetchone()
        return row is not None

    def _last_read(self, space: str, own: Container[str]) -> int:
        """The place, in the order of arrival, of the last time that the case was opened here."""
        last = 0
        for arrival, device, payload in self._connection.execute(
            "SELECT arrival, device, payload FROM entry WHERE space = ? AND kind = ? AND payload IS NOT NULL",
            (space, READ),
        ).fetchall():
            if device in own and read_payload(payload).get("how", How.OPENED) == How.OPENED:
                last = max(last, arrival)
        return last


def against_words(against: Against) -> str:
    """What stands against erasing, in words."""
    return {
        Against.OPEN: _("the case is open"),
        Against.HELD: _("the case is held"),
        Against.UNREAD: _("something that came from others was not looked at yet"),
    }[against]
