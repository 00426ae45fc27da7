"""Saying how one's cases stand to who leads the office, and the overview that is made of it. No note is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guidance.language import _
from store import erasing
from store.authors import Author, Belongs
from store.cases.case import CaseDesk
from store.cases.leavers import LeaversDesk
from store.cases.trust_errors import NotLeader
from store.entry import EntryInvalid, SpaceKind, read_time
from store.exchange import ledger
from store.exchange.ledger import Heard
from store.journal import headers_of
from store.standing import Standing, standing
from store.status import (
    MOST_DUE,
    LastWord,
    Overview,
    StandIn,
    Status,
    StatusLine,
    counted,
    read_status,
    written,
)
from store.today import GLANCE_FORM

PIECE: Final = 15
"""Guides that are worked out anew in one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What one vault says of a case, and the last day of which it is known to say so."""

    status: Status
    author: Author
    as_of: date


@dataclass(slots=True)
class _Word:
    """What the vaults of a member say of all of their cases together.

    Attributes:
        on: the last day of which it is known to be so.
        has: whether one of them says that there is a case.
        untold: whether one counts more cases than it tells of.
    """

    on: date
    has: bool = False
    untold: bool = False


class StatusDesk(CaseDesk, LeaversDesk):
    """Casework on the overview."""

    def write_status(self) -> int:
        """Write how one's cases stand and how many there are, where that has changed and somebody leads the office.

        Returns:
            How many cases are left: call it again, so that other work comes in between.
        """
        authors = self._trust().authors
        own = next((one for one in authors if one.belongs is Belongs.OWN), None)
        if own is None or own.role is None or not any(one.leads and not one.revoked for one in authors):
            return 0
        found, glances, left = self._glances(PIECE)
        gone = self._given_up()
        rows = [row for row in found if row[0] not in gone]
        space = self._status_space()
        said = {row.subject.partition("/")[2]: row.value for row in standing(self._connection, space, "case/")}
        counts: dict[str, int] = dict(self._connection.execute("SELECT space, entries FROM tally").fetchall())
        fresh = []
        for case, reference, opened_at, changed_at in rows:
            glance = glances.get(case)
            if glance is None or glance.get("form") != GLANCE_FORM:
                continue
            status = self._status(case, reference, counts[case], (opened_at, changed_at), glance)
            payload = written(status)
            if _differs(payload, said.get(case)):
                fresh.append(payload)
        # How many there are is said once all of them are told of.
        count = counted(len(rows))
        recount = not left and [row.value for row in standing(self._connection, space, "count")] != [count]
        # Of what was given up whoever has it now tells.
        over = said.keys() & gone.keys()
        if fresh or recount or over:
            # What stands in the reason was asked about when the case was opened.
            with self.allowing_cpr(), self._writing():
                for payload in fresh:
                    self._append(SpaceKind.STATUS, space, "status.recorded", payload)
                if recount:
                    self._append(SpaceKind.STATUS, space, "status.counted", count)
                for case in sorted(over):
                    self._erase_status(case, _("Handed over"))
        if over:
            erasing.finish(self._connection)
        return left

    def _status_space(self) -> str:
        """Where this vault says it; made with the first record."""
        row = self._connection.execute(
            "SELECT space.id FROM space CROSS JOIN entry ON entry.space = space.id "
            "WHERE space.kind = ? AND entry.device = ? LIMIT 1",
            (SpaceKind.STATUS.value, self._journal.device),
        ).fetchone()
        return row[0] if row else self._new_id()

    def _status(
        self, case: str, reference: str, entries: int, times: tuple[str, str], glance: dict[str, Any]
    ) -> Status:
        opened = next(row for row in self._case_rows(case) if row.subject == "case")
        due = sorted(
            {date.fromisoformat(line["due"]) for line in glance["lines"] if line["due"] and not line["put_off"]}
        )
        opened_on, changed_on = (read_time(at).astimezone(self._zone).date() for at in times)
        closed = glance["closed_at"]
        return Status(
            case=case,
            reference=reference,
            kind=glance["kind"],
            level=glance["level"],
            entries=entries,
            opened=opened_on,
            changed=changed_on,
            closed=read_time(closed).astimezone(self._zone).date() if closed else None,
            due=tuple(due[:MOST_DUE]),
            stand_in=self._stand_in(case, opened.device, opened.value["stand-in"]),
            no_stand_in_reason=opened.value["no-stand-in-reason"],
        )

    def _stand_in(self, case: str, opener: str, name: str) -> StandIn:
        trust = self._trust()
        opened_by = trust.author_of(opener)
        if self.shares(case) or (opened_by is not None and opened_by.belongs is not Belongs.OWN):
            return StandIn.READS
        return StandIn.NAMED if name.strip() else StandIn.NONE

    def overview(self) -> Overview:
        """How the cases of the office stand, as far as it has come here.

        Raises:
            NotLeader: an administrator has not said that one leads the office.
        """
        trust = self._trust()
        own = trust.author_of(self._journal.device)
        if own is None or not own.leads:
            raise NotLeader
        while self.write_status():
            pass
        found: dict[str, list[_Said]] = {}
        heard: dict[str, _Word] = {}
        words = ledger.heard(self._connection)
        for space in self.spaces_held(SpaceKind.STATUS):
            rows = standing(self._connection, space)
            for device in {row.device for row in rows if row.subject == "count" or row.subject.startswith("case/")}:
                author = trust.author_of(device)
                if author is None:
                    continue
                as_of = self._as_of(space, rows, device, words.get(device))
                told = list(_records(rows, device))
                count = max(
                    (row.value["cases"] for row in rows if row.subject == "count" and row.device == device), default=0
                )
                word = heard.setdefault(author.id, _Word(as_of))
                word.on = max(word.on, as_of)
                word.has |= bool(told or count)
                word.untold |= len(told) < count
                for status in told:
                    found.setdefault(status.case, []).append(_Said(status=status, author=author, as_of=as_of))
        lines = [self._status_line(several) for several in found.values()]
        live = [line for line in lines if line.status.closed is None]
        live.sort(key=lambda line: (-line.overdue, line.due_on or date.max, line.status.reference))
        members = [one for one in trust.authors if one.role is not None and not one.revoked]
        said = [(one, heard[one.id]) for one in members if one.id in heard]
        return Overview(
            day=self._today(),
            open=tuple(live),
            closed=len(lines) - len(live),
            levels=Counter(line.status.level for line in live),
            overdue=sum(bool(line.overdue) for line in live),
            without_stand_in=sum(line.status.stand_in is not StandIn.READS for line in live),
            heard=_oldest_first(LastWord(name=one.name, on=word.on) for one, word in said if word.has),
            without_cases=_oldest_first(LastWord(name=one.name, on=word.on) for one, word in said if not word.has),
            untold=tuple(one.name for one, word in said if word.untold),
            silent=tuple(one.name for one in members if one.id not in heard),
        )

    def _as_of(self, space: str, rows: Iterable[Standing], device: str, word: Heard | None) -> date:
        """The last day of which it is known that the records of a space hold: a vault writes anew what has changed
        before it passes anything on, so what it passes on later says that nothing has.
        """
        if device == self._journal.device:
            return self._today()
        newest = max(row.at for row in rows if row.device == device)
        if (
            word is not None
            and space in word.have
            and set(word.have[space]) <= headers_of(self._connection, space).keys()
        ):
            newest = max(newest, read_time(word.made_at))
        return newest.astimezone(self._zone).date()

    def _status_line(self, several: list[_Said]) -> StatusLine:
        # Who has the case most completely says how it stands; of two who have as much, the later day.
        best = max(several, key=lambda said: (said.status.entries, said.status.changed, said.as_of, said.author.id))
        newest = best.status
        today = self._today()
        return StatusLine(
            status=newest,
            as_of=best.as_of,
            names=tuple(sorted({said.author.name for said in several})),
            overdue=sum(day < today for day in newest.due),
            due_on=newest.due[0] if newest.due else None,
        )


def _records(rows: Iterable[Standing], device: str) -> Iterator[Status]:
    """What one vault says of each of its cases, as far as it can be read."""
    for row in rows:
        if row.device == device and row.subject.startswith("case/"):
            with suppress(ValueError, KeyError, TypeError, EntryInvalid):
                yield read_status(row.value)


def _oldest_first(words: Iterable[LastWord]) -> tuple[LastWord, ...]:
    return tuple(sorted(words, key=lambda word: (word.on, word.name)))


def _differs(payload: dict[str, Any], before: dict[str, Any] | None) -> bool:
    """Whether there is anything to tell; one more note on the same day is not."""
    return before is None or any(payload[key] != before.get(key) for key in payload if key != "entries")
