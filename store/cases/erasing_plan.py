"""Planning what is erased: what would go, what stays and why, what stands again, and what is asked first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from guidance.language import _
from store import erasing
from store.bundle.withholding import words_pattern
from store.cases.access import Access, AccessDesk, Act
from store.cases.desk import silent_in
from store.cases.erasing_errors import ErasingRefused, NothingToErase
from store.cases.erasing_model import Doomed, ErasurePlan, Left, What
from store.cases.filing import FilingDesk
from store.cases.notes import pick
from store.cases.openings import PurposeNeeded, is_own
from store.cases.retention import Against, RetentionDesk, against_words
from store.entry import EntryInvalid
from store.journal import Read, read, stored_entries
from store.projections import empty_tables, follow_space
from store.standing import standing

_OF_A_PIECE: Final = (
    *("evidence.amended", "evidence.moved", "evidence.located", "evidence.copy-withdrawn"),
    "evidence.looked-after",
)
_WENT_OUT: Final = (Act.SEALED, Act.PASSED_ON, Act.PRINTED, Act.FILED, Act.SHARED)


class ErasurePlanDesk(AccessDesk, FilingDesk, RetentionDesk):
    """Casework on what erasing would take; nothing is changed."""

    def plan_erasing_case(self, case: str) -> ErasurePlan:
        """What erasing a whole case would take.

        Raises:
            ErasingRefused: it is open, held, or something in it was not looked at yet.
            PurposeNeeded: it is not one's own, and nobody said what for.
        """
        space = self._to_erase(case)
        self._refuse(space, self._against(space))
        reference = self._reference(space)
        filing = self._filing(space, self.filing_rule(), gone=bool(self._given_up(space)))
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
            lacking=erasing.lacking(self._connection),
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
        chosen = pick(entry, [id for id, one in entries.items() if one.header.kind in erasing.ALONE], "entry")
        ids = _group(entries, chosen)
        self._refuse(space, self._against_erasing(What.ENTRY, space, ids))
        return ErasurePlan(
            what=What.ENTRY,
            confirm=self._reference(space),
            cases=(space,),
            doomed=self._doomed(space, ids),
            stands_again=self._stands_again(space, ids),
            went_out=self._went_out(space),
            followed=self._followed(space),
            lacking=erasing.lacking(self._connection),
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
                why = ", ".join(map(against_words, against)) if against else _("it can only go with the whole case")
                kept = entries[line.entry].header.kind in erasing.ALONE and not against
                why = _("it is to be kept") if kept else why
                left.append(self._stays(space, line.words, why, line.entry, kept=kept))
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
            lacking=erasing.lacking(self._connection),
        )

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

    def _against_erasing(self, what: What, space: str, ids: Collection[str]) -> tuple[Against, ...]:
        """What stands against it; that a case is open is nothing against entries that no longer stand in it."""
        against = set(self._against(space))
        if what is What.ENTRY and against == {Against.OPEN} and not self._stands(space, ids):
            return ()
        return tuple(sorted(against))

    def _refuse(self, space: str, against: Iterable[Against]) -> None:
        found = tuple(against)
        if found:
            raise ErasingRefused(self._reference(space), found)

    def _entries(self, space: str) -> Iterator[Read]:
        """What can go of a space: all that has a content, but tombstones and by whom the case was had."""
        for _arrival, stored in stored_entries(self._connection, space):
            try:
                entry = read(stored)
            except EntryInvalid:
                continue
            if entry.payload is not None and entry.header.kind not in erasing.STAY:
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

    def _stays(self, space: str, words: str, why: str, entry: str = "", *, kept: bool = False) -> Left:
        return Left(reference=self._reference(space), words=words, why=why, entry=entry, kept=kept)

    def _went_out(self, space: str) -> tuple[Access, ...]:
        return tuple(line for line in self._access_lines(space) if line.act in _WENT_OUT)

    def _followed(self, space: str) -> bool:
        trust = self._trust()
        me = trust.author_of(self._journal.device)
        return me is None or erasing.may_erase_of_others(self._connection, trust, space, me, self._silent(space))

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
    if entry.header.kind not in erasing.ALONE:
        return set()
    said = entry.payload or {}
    if entry.header.kind.startswith("person."):
        return {id for id, one in entries.items() if one.header.kind.startswith("person.") and _is(one, said)}
    if entry.header.kind in ("evidence.registered", "evidence.amended"):
        piece = said.get("evidence", chosen)
        return {
            id
            for id, one in entries.items()
            if id == piece or (one.header.kind in _OF_A_PIECE and (one.payload or {})["evidence"] == piece)
        }
    return {chosen}


def _is(entry: Read, said: Any) -> bool:
    return bool((entry.payload or {}).get("person") == said.get("person"))
