"""Erasing as a plan shows it: a typed word confirms it, a tombstone stays, and what was erased is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from guidance.model import LEVEL_FACT
from store import erasing
from store.authors import Belongs
from store.cases.desk import plain_reference, reason_in_words, silent_in
from store.cases.erasing_errors import NotConfirmed, NothingToErase, NumberNeeded
from store.cases.erasing_model import Erased, ErasedCase, ErasedCount, ErasureOrder, ErasurePlan, What
from store.cases.erasing_plan import ErasurePlanDesk
from store.entry import SpaceKind
from store.journal import spaces
from store.may_write import TO_GO_ON
from store.projections import remake_space
from store.standing import standing

SUPPRESSED_BELOW: Final = 5
"""Numbers smaller than this are not told: few cases are somebody's."""

Progress = Callable[[int, int], None]


class ErasingDesk(ErasurePlanDesk):
    """Casework on erasing."""

    def erase(self, plan: ErasurePlan, order: ErasureOrder, *, progress: Progress | None = None) -> Erased:
        """Erase what a plan shows: all of it in one step, or nothing; then the file is written anew without it.

        Raises:
            NotConfirmed: what was typed is not what confirms it.
            ReasonNeeded: no ground.
            NumberNeeded: a number in the journal system is due, and neither it nor why there is none was given.
            ErasingRefused: something stands against it by now.
            NothingToErase: there is nothing to erase.
        """
        if not _same(order.confirmation, plan.confirm):
            raise NotConfirmed
        ground = reason_in_words(order.ground).strip()
        if plan.number_due and not (order.number.strip() or order.no_number.strip()):
            raise NumberNeeded
        if not plan.doomed:
            raise NothingToErase
        references = tuple(self._reference(space) for space in plan.cases)
        done = 0
        with self._writing():
            for space in plan.cases:
                ids = {one.entry for one in plan.doomed if one.case == space}
                self._refuse(space, self._against_erasing(plan.what, space, ids))
                self._erase_in(space, plan, ids, ground, order)
                done += len(ids)
                if progress is not None:
                    progress(done, len(plan.doomed) + 1)
            self._erase_beside(plan, ground)
        emptied = erasing.finish(self._connection)
        if progress is not None:
            progress(len(plan.doomed) + 1, len(plan.doomed) + 1)
        return Erased(what=plan.what, references=references, entries=len(plan.doomed), emptied=emptied)

    def _erase_beside(self, plan: ErasurePlan, ground: str) -> None:
        """Erase what a plan has of other spaces; within the same change."""

    def _erase_in(self, space: str, plan: ErasurePlan, ids: set[str], ground: str, order: ErasureOrder) -> None:
        said: dict[str, Any] = {"ground": ground, "number": "", "what": plan.what.value}
        if plan.what is What.CASE:
            # What came between the plan and now goes too.
            ids |= {entry.id for entry in self._entries(space)}
            said |= self._remembered(space)
            said["number"] = order.number.strip() or plan.number
            if order.no_number.strip():
                said["no-number"] = order.no_number.strip()
            self._share_anew(space)
        for part in erasing.in_parts(sorted(ids)):
            stone = self._append(SpaceKind.CASE, space, erasing.ERASED, {**said, "entries": part})
            erasing.bury(self._connection, stone.id, part)
        if plan.what is What.CASE:
            self._erase_status(space, ground)
        remake_space(self._connection, space, silent_in(self._connection, self._trust(), space))
        erasing.clean(self._connection, space, ids, whole=plan.what is not What.ENTRY)
        self._checks.pop(space, None)

    def _erase_status(self, case: str, ground: str) -> None:
        """What was said of the case to who leads the office goes too."""
        for space in spaces(self._connection, SpaceKind.STATUS):
            said = [
                entry.id
                for entry in self._entries(space)
                if entry.header.device == self._journal.device and (entry.payload or {}).get("case") == case
            ]
            if said:
                stone = self._append(
                    SpaceKind.STATUS, space, erasing.ERASED, {"entries": said, "ground": ground, "number": ""}
                )
                erasing.bury(self._connection, stone.id, said)
                remake_space(self._connection, space, silent_in(self._connection, self._trust(), space))

    def _remembered(self, space: str) -> dict[str, Any]:
        """What is kept of an erased case: its reference, and what is counted."""
        opened = standing(self._connection, space, "case")[-1]
        level = standing(self._connection, space, f"fact/{LEVEL_FACT}")
        return {
            "reference": str(opened.value["reference"]),
            "counted": {
                "kind": str(opened.value["kind"]),
                "year": opened.at.year,
                "level": level[-1].value if level and isinstance(level[-1].value, int) else 0,
            },
        }

    def _share_anew(self, space: str) -> None:
        """Who had the case has to hear that it is erased: that alone is said anew, without a word of the case."""
        rows = standing(self._connection, space, "shared/")
        to_hear = [(row.value["author"], row.value["recipient"]) for row in rows if row.value["recipient"]]
        shared = {row.value["author"] for row in rows}
        to_hear += [one for one in self._taken_by_bundle(space) if one[0] not in shared]
        for author, recipient in to_hear:
            said = {"author": author, "recipient": recipient, "purpose": "", "until": "", "name": ""}
            self._append(SpaceKind.CASE, space, "case.shared", said)

    def _taken_by_bundle(self, space: str) -> Iterator[tuple[str, str]]:
        """Who could take the case in from a bundle, as far as their cards count here: (author, recipient)."""
        sealed = {
            str(recipient)
            for row in standing(self._connection, space, "sealed/")
            if row.value["purpose"] in TO_GO_ON
            for recipient in row.value["recipients"]
        }
        for author in self._trust().authors:
            if author.belongs is not Belongs.OWN and not author.revoked and author.recipients & sealed:
                yield author.id, author.recipient

    def erased_cases(self) -> tuple[ErasedCase, ...]:
        """The cases that are erased, the last one first."""
        authors = self._authors()
        found = [
            ErasedCase(
                case=space,
                reference=str(value.get("reference", "")),
                at=at,
                by=authors.get(device, ""),
                ground=str(value["ground"]),
                number=str(value.get("number", "")),
            )
            for space, value, at, device in self._case_tombstones()
        ]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def erased_counts(self) -> tuple[ErasedCount, ...]:
        """How many cases were erased, by kind and year; a number below `SUPPRESSED_BELOW` is not told."""
        counted = Counter(
            (str(said.get("kind", "")), int(said.get("year", 0)))
            for _space, value, _at, _device in self._case_tombstones()
            if isinstance(said := value.get("counted"), dict)
        )
        return tuple(
            ErasedCount(kind=kind, year=year, cases=cases if cases >= SUPPRESSED_BELOW else None)
            for (kind, year), cases in sorted(counted.items())
        )

    def _case_tombstones(self) -> Iterator[tuple[str, dict[str, Any], datetime, str]]:
        """One of each case that is erased here."""
        rows = self._connection.execute(
            "SELECT DISTINCT space FROM standing JOIN space ON space.id = standing.space AND space.kind = ? "
            "WHERE subject >= 'erased/' AND subject < 'erased0' AND space NOT IN (SELECT space FROM case_file)",
            (SpaceKind.CASE.value,),
        ).fetchall()
        for (space,) in rows:
            for row in standing(self._connection, space, "erased/"):
                if row.value.get("what") == erasing.WHOLE:
                    yield space, row.value, row.at, row.device
                    break


def _same(typed: str, wanted: str) -> bool:
    typed, wanted = " ".join(typed.split()), " ".join(wanted.split())
    return bool(typed) and (typed.casefold() == wanted.casefold() or plain_reference(typed) == plain_reference(wanted))
