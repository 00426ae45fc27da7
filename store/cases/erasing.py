"""Erasing: what goes is shown first, a typed word confirms it, a tombstone stays, and what it can't reach is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from guidance.language import _
from guidance.model import LEVEL_FACT
from store import erasing
from store.bundle.withholding import words_pattern
from store.cases.access import Access, AccessDesk, Act
from store.cases.desk import plain_reference, reason_in_words, silent_in
from store.cases.erasing_errors import ErasingRefused, NotConfirmed, NothingToErase, NumberNeeded
from store.cases.filing import FilingDesk
from store.cases.notes import pick
from store.cases.openings import PurposeNeeded, is_own
from store.cases.retention import RetentionDesk
from store.entry import EntryInvalid, SpaceKind
from store.journal import Read, read, spaces, stored_entries
from store.projections import empty_tables, follow_space, remake_space, standing

SUPPRESSED_BELOW: Final = 5
"""Numbers smaller than this are not told: few cases are somebody's."""
_IN_ONE: Final = 8_000
"""Ids in one tombstone: a payload is at most 1 MiB."""
_ERASABLE: Final = frozenset(
    {
        *("note.added", "note.corrected", "fact.set", "step.done", "step.set-aside", "step.hold-passed"),
        *("step.snoozed", "level.set", "person.added", "person.changed", "evidence.registered", "evidence.amended"),
        *("evidence.moved", "evidence.requested", "evidence.checked", "conflict.decided", "case.file-numbered"),
    }
)
"""What can be erased by itself. What opens a case, pins its guide or says who has it and what went out goes with it."""
_WENT_OUT: Final = (Act.SEALED, Act.PASSED_ON, Act.PRINTED, Act.FILED, Act.SHARED)

Progress = Callable[[int, int], None]


class What(StrEnum):
    """What is erased."""

    ENTRY = "entry"
    PERSON = "person"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """An entry that goes.

    Attributes:
        words: as the history has it.
    """

    entry: str
    case: str
    reference: str
    at: datetime
    author: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that stays although it was looked for.

    Attributes:
        why: in words.
    """

    reference: str
    words: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlan:
    """What would go, shown before anything does.

    Attributes:
        confirm: what has to be typed: the reference of the case, or the name that was looked for.
        stands_again: what stands again when the rest is gone, because it had been replaced by it.
        left: what stays, and why.
        went_out: what of the cases left this vault, as far as the journal knows.
        number_due: whether the office asks for a number in its journal system that is not there.
        number: the number that is there.
        followed: whether others take this in, as far as this vault knows.
    """

    what: What
    confirm: str
    cases: tuple[str, ...]
    doomed: tuple[Doomed, ...]
    stands_again: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    went_out: tuple[Access, ...] = ()
    number_due: bool = False
    number: str = ""
    followed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureOrder:
    """What a person says to a plan.

    Attributes:
        confirmation: typed anew.
        ground: why.
        number: that of the case in the journal system, where one is due.
        no_number: why there is none, where one is due.
    """

    confirmation: str
    ground: str
    number: str = ""
    no_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What went.

    Attributes:
        finished: whether the file was emptied of it; where the disk was full, that is done at the next unlocking.
    """

    what: What
    references: tuple[str, ...]
    entries: int
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedCase:
    """A case that is erased, as far as anything is known of it still."""

    case: str
    reference: str
    at: datetime
    by: str
    ground: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedCount:
    """How many cases of a kind and year were erased; None where there are so few that it would tell of somebody."""

    kind: str
    year: int
    cases: int | None


class ErasingDesk(AccessDesk, FilingDesk, RetentionDesk):
    """Casework on erasing."""

    def plan_erasing_case(self, case: str) -> ErasurePlan:
        """What erasing a whole case would take.

        Raises:
            ErasingRefused: it is open, held, or something in it was not looked at yet.
            PurposeNeeded: it is not one's own, and nobody said what for.
        """
        space = self._to_erase(case)
        self._refuse(space, self._against(space))
        reference = self._reference(space)
        filing = self._filing(space, self.filing_rule())
        doomed = self._doomed(space, (entry.id for entry in self._entries(space)))
        return ErasurePlan(
            what=What.CASE,
            confirm=reference,
            cases=(space,),
            doomed=doomed,
            went_out=self._went_out(space),
            number_due=filing.due_on is not None and not filing.number,
            number=filing.number,
            followed=self._followed(space),
        )

    def plan_erasing_entry(self, case: str, entry: str) -> ErasurePlan:
        """What erasing one entry would take: with somebody's, or a piece's, all that was written of them.

        In an open case only what was replaced can go: it is put right first, and then what it was is erased.

        Args:
            case: reference or id.
            entry: its id, or the beginning of it.

        Raises:
            ItemUnknown: there is none, or it can't be erased by itself.
            ErasingRefused: the case is held, something in it was not looked at yet, or it is open and the entry stands.
        """
        space = self._to_erase(case)
        entries = {one.id: one for one in self._entries(space)}
        chosen = pick(entry, [id for id, one in entries.items() if one.header.kind in _ERASABLE], "entry")
        ids = _group(entries, chosen)
        against = set(self._against(space))
        if against == {_OPEN} and not self._stands(space, ids):
            against = set()
        self._refuse(space, sorted(against))
        return ErasurePlan(
            what=What.ENTRY,
            confirm=self._reference(space),
            cases=(space,),
            doomed=self._doomed(space, ids),
            stands_again=self._stands_again(space, ids),
            went_out=self._went_out(space),
            followed=self._followed(space),
        )

    def plan_erasing_person(self, name: str, *, keep: Collection[str] = ()) -> ErasurePlan:
        """What erasing all that names somebody would take, across the cases that may be opened.

        Args:
            name: as it stands in the cases; found as a whole word, in any letter case, with a genitive.
            keep: entries that stay, or the beginnings of their ids.

        Raises:
            NothingToErase: nobody of that name is anywhere.
        """
        pattern = words_pattern((name,))
        doomed: list[Doomed] = []
        left: list[Left] = []
        again: list[str] = []
        out: list[Access] = []
        cases: list[str] = []
        followed = True
        for (space,) in self._connection.execute("SELECT space FROM case_file ORDER BY reference").fetchall():
            entries = {one.id: one for one in self._entries(space)}
            named = [id for id, one in entries.items() if pattern is not None and _names(one, pattern)]
            if not named:
                continue
            try:
                self._to_erase(space)
            except PurposeNeeded:
                left.append(self._stays(space, "", _("the case is not your own: open it first, and say what for")))
                continue
            against = self._against(space)
            ids = {id for one in named for id in _group(entries, one)} if not against else set()
            ids = {id for id in ids if not any(id.startswith(start) for start in keep if start)}
            for line in self._doomed(space, named):
                if line.entry in ids:
                    continue
                why = ", ".join(map(_why, against)) if against else _("it can only go with the whole case")
                if entries[line.entry].header.kind in _ERASABLE and not against:
                    why = _("it is to be kept")
                left.append(self._stays(space, line.words, why))
            if ids:
                cases.append(space)
                doomed += self._doomed(space, ids)
                again += self._stands_again(space, ids)
                out += self._went_out(space)
                followed = followed and self._followed(space)
        if not doomed and not left:
            raise NothingToErase
        return ErasurePlan(
            what=What.PERSON,
            confirm=" ".join(name.split()),
            cases=tuple(cases),
            doomed=tuple(doomed),
            stands_again=tuple(again),
            left=tuple(left),
            went_out=tuple(out),
            followed=followed,
        )

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
                against = set(self._against(space))
                if plan.what is What.ENTRY and against == {_OPEN} and not self._stands(space, ids):
                    against = set()
                self._refuse(space, sorted(against))
                self._erase_in(space, plan, ids, ground, order)
                done += len(ids)
                if progress is not None:
                    progress(done, len(plan.doomed) + 1)
        finished = erasing.finish(self._connection)
        if progress is not None:
            progress(len(plan.doomed) + 1, len(plan.doomed) + 1)
        return Erased(what=plan.what, references=references, entries=len(plan.doomed), finished=finished)

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
        wanted = sorted(ids)
        for start in range(0, len(wanted), _IN_ONE):
            part = wanted[start : start + _IN_ONE]
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
        for row in standing(self._connection, space, "shared/"):
            if row.value["recipient"]:
                said = {"author": row.value["author"], "recipient": row.value["recipient"], "purpose": "", "until": ""}
                self._append(SpaceKind.CASE, space, "case.shared", {**said, "name": ""})

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
            "SELECT DISTINCT space FROM standing WHERE subject >= 'erased/' AND subject < 'erased0' "
            "AND space NOT IN (SELECT space FROM case_file)"
        ).fetchall()
        for (space,) in rows:
            for row in standing(self._connection, space, "erased/"):
                if row.value.get("what") == erasing.WHOLE:
                    yield space, row.value, row.at, row.device
                    break

    def _to_erase(self, case: str) -> str:
        """The space of a case; a case that is not one's own is not shown here without a purpose.

        This is no opening: otherwise what nobody has looked at would be read by wanting to erase it.
        """
        space = self._resolve(case)
        self._verified(space)
        trust = self._trust()
        me = trust.author_of(self._journal.device)
        if not self._openings.stated(space) and me is not None and not is_own(self._connection, space, trust, me):
            self._to_read(space)
        return space

    def _refuse(self, space: str, against: Iterable[Any]) -> None:
        found = tuple(against)
        if found:
            raise ErasingRefused(self._reference(space), found)

    def _entries(self, space: str) -> Iterator[Read]:
        """What can go of a space: all that has a content, but tombstones."""
        for _arrival, stored in stored_entries(self._connection, space):
            try:
                entry = read(stored)
            except EntryInvalid:
                continue
            if entry.payload is not None and entry.header.kind != erasing.ERASED:
                yield entry

    def _doomed(self, space: str, ids: Iterable[str]) -> tuple[Doomed, ...]:
        wanted = set(ids)
        reference = self._reference(space)
        lines = self._history(space, newest=None)  # type: ignore[attr-defined]
        return tuple(
            Doomed(entry=line.entry, case=space, reference=reference, at=line.at, author=line.author, words=line.words)
            for line in lines
            if line.entry in wanted
        )

    def _stays(self, space: str, words: str, why: str) -> Left:
        return Left(reference=self._reference(space), words=words, why=why)

    def _went_out(self, space: str) -> tuple[Access, ...]:
        return tuple(line for line in self._access_lines(space) if line.act in _WENT_OUT)

    def _followed(self, space: str) -> bool:
        trust = self._trust()
        me = trust.author_of(self._journal.device)
        return me is None or erasing.may_erase_of_others(self._connection, trust, space, me)

    def _stands(self, space: str, ids: Collection[str]) -> bool:
        """Whether one of these still says something that no later entry has replaced."""
        rows = standing(self._connection, space)
        notes: dict[str, str] = {}
        for row in rows:
            if row.subject.startswith("note/"):
                notes[row.subject.split("/")[1]] = row.entry
        newest = set(notes.values())
        return any(
            row.entry in ids
            and not row.subject.startswith(("done/", "decided/"))
            and (not row.subject.startswith("note/") or row.entry in newest)
            for row in rows
        )

    def _stands_again(self, space: str, ids: Collection[str]) -> tuple[str, ...]:
        """What would stand again without these, in words."""
        now = {(row.subject, row.entry) for row in standing(self._connection, space)}
        fresh = empty_tables()
        try:
            entries = []
            for _arrival, stored in stored_entries(self._connection, space):
                gone = stored.id in ids
                entries.append(read(replace(stored, salt=None, payload=None) if gone else stored))
            follow_space(fresh, entries, silent_in(self._connection, self._trust(), space))
            then = {(row.subject, row.entry) for row in standing(fresh, space)}
        finally:
            fresh.close()
        again = {entry for _subject, entry in then - now}
        return tuple(line.words for line in self._doomed(space, again))


_OPEN: Final = "open"


def _why(against: Any) -> str:
    from store.cases.retention import against_words

    return against_words(against)


def _same(typed: str, wanted: str) -> bool:
    typed, wanted = " ".join(typed.split()), " ".join(wanted.split())
    return bool(typed) and (typed.casefold() == wanted.casefold() or plain_reference(typed) == plain_reference(wanted))


def _names(entry: Read, pattern: Any) -> bool:
    return any(pattern.search(text) for text in _texts(entry.payload))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one)


def _group(entries: dict[str, Read], chosen: str) -> set[str]:
    """An entry, and with somebody or a piece of evidence all that was written of them; nothing that can't go alone."""
    entry = entries[chosen]
    if entry.header.kind not in _ERASABLE:
        return set()
    said = entry.payload or {}
    if entry.header.kind.startswith("person."):
        return {id for id, one in entries.items() if one.header.kind.startswith("person.") and _is(one, said)}
    if entry.header.kind in ("evidence.registered", "evidence.amended"):
        piece = said.get("evidence", chosen)
        return {
            id
            for id, one in entries.items()
            if id == piece
            or (one.header.kind in ("evidence.amended", "evidence.moved") and (one.payload or {})["evidence"] == piece)
        }
    return {chosen}


def _is(entry: Read, said: Any) -> bool:
    return bool((entry.payload or {}).get("person") == said.get("person"))
