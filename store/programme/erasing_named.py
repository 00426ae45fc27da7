"""All that names somebody beside the cases: programme, concerns, searches, the office's plan and directory, drafts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from re import Pattern
from typing import Any, Final

from guidance.language import _
from store import erasing
from store.bundle.withholding import words_pattern
from store.cases.erasing_errors import NothingToErase
from store.cases.erasing_model import Doomed, ErasurePlan, Left, What
from store.entry import SpaceKind
from store.journal import QUIET, Read, spaces
from store.office_tombstones import ERASABLE
from store.programme.erasing import ProgrammeErasing
from store.programme.erasing_plan import Beside, space_words
from store.programme.history import entry_words
from store.programme.kept_model import Stands, Thing, stands_words, thing_name
from store.programme.people_model import Participant
from store.programme.whose import Whose
from store.standing import standing

DRAFT: Final = "draft"
"""What stands in the place of a space where it is a draft that goes."""


class NamedErasing(ProgrammeErasing):
    """Casework on erasing somebody everywhere."""

    def plan_erasing_person(self, name: str, *, keep: Collection[str] = ()) -> ErasurePlan:
        """What erasing all that names somebody would take: in the cases that may be opened, and beside them.

        Somebody of the programme who has just this name goes whole, where nothing stands against it.

        Args:
            name: found as a whole word, in any letter case, with a genitive.
            keep: entries, participants, concerns and drafts that stay, or the beginnings of their ids.

        Raises:
            NothingToErase: nobody of that name is anywhere.
        """
        plan = ErasurePlan(what=What.PERSON, confirm=" ".join(name.split()), cases=(), doomed=())
        with suppress(NothingToErase):
            plan = super().plan_erasing_person(name, keep=keep)
        pattern = words_pattern((name,))
        if pattern is None:
            raise NothingToErase
        kept = tuple(start for start in keep if start)
        beside, left = Beside(), list(plan.left)
        left += self._named_in_programme(name, pattern, kept, beside)
        left += self._named_in_searches(pattern, kept, beside)
        left += self._named_in_office(pattern, kept, beside)
        drafts, begun = self._named_in_drafts(pattern, kept)
        found = self._plan_beside(What.PERSON, beside, confirm=plan.confirm)
        doomed = (*plan.doomed, *found.doomed, *drafts)
        left += begun
        if not doomed and not left:
            raise NothingToErase
        return replace(
            plan,
            doomed=doomed,
            left=tuple(left),
            stands_again=(*plan.stands_again, *found.stands_again),
            went_out=(*plan.went_out, *found.went_out),
            followed=plan.followed and found.followed,
            lacking=found.lacking,
            beside=found.beside,
            things=found.things,
        )

    def _named_in_programme(
        self, name: str, pattern: Pattern[str], keep: Sequence[str], beside: Beside
    ) -> Iterator[Left]:
        register, concerns = self._register(), self._readable_concerns()
        space = self._register_space()
        whose = Whose(self._entries(space))
        covered: set[str] = set()
        of_that_name: list[Thing] = [one for one in register.participants.values() if _same(one.name, name)]
        of_that_name += [one for one in concerns if not one.about and _same(one.about_name, name)]
        for thing in of_that_name:
            against = self._stands_against(thing, register, concerns)
            ids = set(whose.of(thing.id)) if isinstance(thing, Participant) else set()
            covered |= ids | {thing.id}
            if against or _kept(keep, (thing.id, *ids)):
                yield Left(
                    reference=space_words(SpaceKind.PROGRAMME),
                    words=thing_name(thing),
                    entry=thing.id,
                    why=_against_words(against) if against else _("it is to be kept"),
                    kept=not against,
                )
            else:
                self._with_all_of(thing, beside, concerns)
        gone = {id for ids in beside.ids.values() for id in ids}
        names = self._participant_names()
        spaces_read = [(space, list(whose.entries.values()))] if space else []
        spaces_read += [(one.id, list(self._entries(one.id))) for one in concerns if one.id not in covered]
        for of, entries in spaces_read:
            for entry in entries:
                if entry.id in gone | covered or not _names(entry, pattern):
                    continue
                why = self._why_not(of, entry, whose, keep)
                if why:
                    where = space_words(SpaceKind.PROGRAMME) if of == space else _("concern")
                    yield Left(
                        reference=where,
                        words=entry_words(entry, names),
                        why=why,
                        entry=entry.id,
                        kept=_kept(keep, (entry.id,)),
                    )
                else:
                    beside.add(of, (entry.id,))

    def _why_not(self, space: str, entry: Read, whose: Whose, keep: Sequence[str]) -> str:
        """Why an entry that names somebody stays; empty where it can go."""
        if _kept(keep, (entry.id,)):
            return _("it is to be kept")
        if not self._goes_alone(space, entry):
            return _("it can only go with the person, the mentoring or the concern that it is about")
        against = self._stands_against_entry(space, entry, whose, self._register(), self._readable_concerns())
        return _against_words(against) if against else ""

    def _named_in_searches(self, pattern: Pattern[str], keep: Sequence[str], beside: Beside) -> Iterator[Left]:
        for space in spaces(self._connection, SpaceKind.ACCESS):
            for entry in self._entries(space):
                if not _names(entry, pattern):
                    continue
                if _kept(keep, (entry.id,)):
                    where, words = space_words(SpaceKind.ACCESS), entry_words(entry, {})
                    why = _("it is to be kept")
                    yield Left(reference=where, words=words, why=why, entry=entry.id, kept=True)
                else:
                    beside.add(space, (entry.id,))

    def _named_in_office(self, pattern: Pattern[str], keep: Sequence[str], beside: Beside) -> Iterator[Left]:
        space = self._office_space
        me = self._trust().author_of(self._journal.device)
        rows = standing(self._connection, space)
        for entry in self._entries(space):
            if not _names(entry, pattern):
                continue
            where = ERASABLE.get(entry.header.kind)
            stands = where and any(row.entry == entry.id and row.subject.startswith(where) for row in rows)
            why = ""
            if where is None:
                why = _("it says who belongs to the office, or what was published: it stays")
            elif stands:
                why = _("it stands in the plan, the directory or the contacts: change it there first, then it can go")
            elif me is None or not me.administrator:
                why = _("an administrator of the office has to erase it")
            elif _kept(keep, (entry.id,)):
                why = _("it is to be kept")
            if why:
                words = entry_words(entry, {})
                kept = bool(where) and not stands and _kept(keep, (entry.id,))
                yield Left(reference=space_words(SpaceKind.OFFICE), words=words, why=why, entry=entry.id, kept=kept)
            else:
                beside.add(space, (entry.id,))

    def _named_in_drafts(self, pattern: Pattern[str], keep: Sequence[str]) -> tuple[list[Doomed], list[Left]]:
        own = self._trust().author_of(self._journal.device)
        doomed, left = [], []
        typed = self.drafts()
        rows = self._connection.execute("SELECT key, text FROM draft ORDER BY key").fetchall()
        for key, text in rows:
            found = next((one for one in (key, *_drafted(text)) if pattern.search(one)), None)
            if found is None:
                continue
            if key not in typed or _kept(keep, (key,)):
                # A queue of files, a copy that is being cleared, a bundle that is about to be there.
                begun = _("it belongs to work that was begun: end that first, or throw it away")
                why = begun if key not in typed else _("it is to be kept")
                left.append(Left(reference=_("draft"), words=found, why=why, entry=key, kept=key in typed))
            else:
                doomed.append(
                    Doomed(
                        entry=key,
                        case=DRAFT,
                        reference=_("draft"),
                        at=self._clock(),
                        author=own.name if own else "",
                        words=" ".join(found.split()),
                    )
                )
        return doomed, left

    def _doomed(self, space: str, ids: Iterable[str]) -> tuple[Doomed, ...]:
        """As elsewhere, and what a history does not have: who opened a case, and why."""
        wanted = set(ids)
        found = super()._doomed(space, wanted)
        if self._space_kind(space) is not SpaceKind.CASE:
            return found
        authors = self._authors()
        opened = tuple(
            Doomed(
                entry=one.id,
                case=space,
                reference=self._reference(space),
                at=one.header.claimed_at,
                author=authors.get(one.header.device, ""),
                words=entry_words(one, {}),
            )
            for one in self._entries(space)
            if one.id in wanted and one.header.kind in QUIET
        )
        return (*found, *opened)

    def _erase_beside(self, plan: ErasurePlan, ground: str) -> None:
        super()._erase_beside(plan, ground)
        for one in plan.doomed:
            if one.case == DRAFT:
                below = f"{one.entry}/"
                self._connection.execute(
                    "DELETE FROM draft WHERE key = ? OR substr(key, 1, ?) = ?", (one.entry, len(below), below)
                )
                erasing.to_finish(self._connection)


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _kept(keep: Sequence[str], ids: Iterable[str]) -> bool:
    return any(id.startswith(start) for id in ids for start in keep)


def _against_words(against: Iterable[Stands]) -> str:
    return ", ".join(map(stands_words, against))


def _names(entry: Read, pattern: Pattern[str]) -> bool:
    return any(pattern.search(text) for text in _texts(entry.payload))


def _drafted(text: str) -> Iterator[str]:
    """The texts of a draft, which as a rule is JSON."""
    try:
        yield from _texts(json.loads(text))
    except ValueError:
        yield text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
