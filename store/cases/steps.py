"""The guide of a case, and what a person records by it: steps done or set aside, facts, the level."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

from guidance.engine import Guide, check_do, check_pass, check_record, check_set_aside, evaluate, parse_values
from guidance.guide import CaseFacts, SetAside, Snooze
from guidance.known import fits
from guidance.law import Law, law_of, shipped_law
from guidance.level import check_level
from guidance.loader import by_digest, for_kind
from guidance.model import DONE_PREFIX, LEVEL_FACT, FactSpec, FactType, FactValue, Playbook, State
from guidance.own import Own, of_home
from guidance.refusals import FactNotValid, StepHeld, not_valid
from store.cases.desk import Desk, all_say, reason_in_words
from store.cases.errors import FactUnknown, JournalDamaged, StepNotMarked
from store.cases.lying import case_facts_with_copies
from store.cases.values import read_fact, write_facts
from store.entry import SpaceKind
from store.standing import Standing, standing

LEVEL_REASON: Final = "level.reason"
"""Why the level is what it is; goes with the level."""

_GUIDING: Final = ("case", "done/", "fact/", "playbook/", "snooze/", "status", "step/")

VAULTS: Final = "vaults"
"""The folder of a home in which the vaults lie (`store.home`)."""

_books: dict[str, Playbook] = {}


class StepDesk(Desk):
    """Casework by the guide."""

    def guide(self, case: str) -> Guide:
        """The way through a case as it stands today, by the playbooks the case is pinned to."""
        space = self._to_read(case)
        self._verified(space)
        return self._guide(space)

    def _guide(self, space: str) -> Guide:
        rows = self._guiding(space)
        books = self._pinned(space, rows)
        facts = case_facts_with_copies(self._connection, space, case_facts(rows, self._zone), rows, books)
        return evaluate(books, facts, self._today(), self._law())

    def _own(self) -> Own:
        """The office's own playbooks, from Segl's home; those that can't be used are left out."""
        home = self._home
        return of_home(home) if home else Own()

    def _law(self) -> Law:
        """The law data that counts here: the office's own rules in the place of the shipped ones."""
        home = self._home
        return law_of(home)[0] if home else shipped_law()

    @property
    def _home(self) -> Path | None:
        folder = self._vault.path.parent
        return folder.parent if folder.name == VAULTS else None

    def _guiding(self, space: str) -> tuple[Standing, ...]:
        """What the guide is made of: not the notes, people and evidence, of which there may be many."""
        return tuple(row for subject in _GUIDING for row in standing(self._connection, space, subject))

    def _pinned(self, space: str, rows: tuple[Standing, ...]) -> tuple[Playbook, ...]:
        digests = {row.subject: str(row.value["digest"]) for row in rows if row.subject.startswith("playbook/")}
        return tuple(self._book(space, digest) for digest in digests.values())

    def _book(self, space: str, digest: str) -> Playbook:
        if digest not in _books:
            row = self._connection.execute("SELECT raw FROM playbook WHERE digest = ?", (digest,)).fetchone()
            if row is None or f"sha256:{hashlib.sha256(row[0]).hexdigest()}" != digest:
                raise JournalDamaged(self._reference(space), ("playbook-differs",))
            _books[digest] = by_digest(digest, row[0])
        return _books[digest]

    def _pin(self, space: str, book: Playbook, reason: str = "") -> None:
        self._journal.keep_playbook(book.digest, book.raw)
        pinned = {"id": book.id, "version": book.version, "digest": book.digest}
        if reason:
            pinned["reason"] = reason
        self._append(SpaceKind.CASE, space, "playbook.pinned", pinned)

    def _take_in(self, space: str) -> None:
        """Pin the playbooks that the facts of the case have come to call for; those it has stay as they are.

        One that is for its kind in any case was there when it was opened, or came later and is a person's to take in.
        An answer that is taken back takes no playbook away: what was begun by it is still to be finished or set aside.
        """
        rows = self._guiding(space)
        pinned = {row.subject.removeprefix("playbook/") for row in rows if row.subject.startswith("playbook/")}
        facts = case_facts(rows, self._zone)
        for book in for_kind(facts.kind, facts.values, self._own().playbooks):
            if book.id not in pinned and facts.kind not in book.kinds:
                self._pin(space, book)

    def do_step(self, case: str, step_id: str, values: Mapping[str, FactValue] | None = None, note: str = "") -> Guide:
        """Do a step: record its answers.

        Args:
            case: reference or id.
            step_id: as the guide names it.
            values: the answers, fact -> value; a step that asks nothing needs none.
            note: anything else; the reason, where the step sets the level.

        Raises:
            StepUnknown, StepHeld, StepNotApplicable, FactMissing, FactNotAsked, FactNotValid: as `guidance.engine`
                says; nothing is written.
            LevelNotDescribed, ReasonNeeded: where the step sets the level.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        guide = self._guide(space)
        view = guide.step(step_id)
        given = parse_values(guide.playbooks, view.step, values or {}, today=self._today())
        check_do(guide, view.id, given)
        if isinstance(level := given.get(LEVEL_FACT), int):
            check_level(level, guide.playbooks)
            reason_in_words(str(given.get(LEVEL_REASON, note)))
        with self._writing():
            payload = {"step": view.id, "facts": write_facts(given), "note": note}
            self._append(SpaceKind.CASE, space, "step.done", payload)
            self._take_in(space)
        return self._guide(space)

    def set_aside(self, case: str, step_id: str, reason: str) -> Guide:
        """Leave a step out, with the reason; it can be taken up again.

        Raises:
            StepUnknown, StepNotApplicable, ReasonMissing: as `guidance.engine` says.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        guide = self._guide(space)
        check_set_aside(guide, step_id, reason)
        self._write(space, "step.set-aside", {"step": guide.step(step_id).id, "reason": reason})
        return self._guide(space)

    def go_past(self, case: str, step_id: str, reason: str) -> Guide:
        """Go past what holds a step, where a person may; never past a gate.

        Raises:
            StepUnknown, StepNotApplicable, HoldNotPassable, ReasonMissing: as `guidance.engine` says.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        guide = self._guide(space)
        check_pass(guide, step_id, reason)
        self._write(space, "step.hold-passed", {"step": guide.step(step_id).id, "reason": reason})
        return self._guide(space)

    def take_up(self, case: str, step_id: str) -> Guide:
        """Undo: a step that was done, set aside or whose hold was passed is open again, and the answers it gave go.

        Raises:
            StepNotMarked: it is none of these.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        rows = self._guiding(space)
        view = self._guide(space).step(step_id)
        marks = [
            row
            for row in rows
            if row.subject.removeprefix("step/") in view.ids
            and row.subject.startswith("step/")
            and row.value["state"] != "open"
        ]
        if not marks and view.state is not State.DONE:
            raise StepNotMarked(step_id)
        by_entry = {row.entry for row in marks}
        own = {f"{DONE_PREFIX}{id}" for id in view.ids}
        withdrawn = sorted(
            {
                fact
                for row in rows
                if row.subject.startswith("fact/") and row.value is not None
                for fact in [row.subject.removeprefix("fact/")]
                if row.entry in by_entry or (view.state is State.DONE and (fact in own or fact in view.step.sets))
            }
        )
        self._write(space, "step.taken-up", {"step": view.id, "withdrawn": withdrawn})
        return self._guide(space)

    def set_facts(self, case: str, values: Mapping[str, FactValue]) -> Guide:
        """Record or correct facts without doing a step. The level has a way of its own.

        Raises:
            FactUnknown: no playbook of the case knows the fact, or it is the level or a step's own mark.
            FactNotValid: the value does not fit.
            FactHeld: a gate guards the fact and is shut.
            StepHeld: a step that asks for the fact is held by a rule.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        guide = self._guide(space)
        check_facts(guide.specs, values, guide.today)
        check_record(guide, values)
        for view in guide.steps:
            if view.holds and not values.keys().isdisjoint(view.step.sets):
                raise StepHeld(view)
        if values:
            with self._writing():
                self._append(SpaceKind.CASE, space, "fact.set", {"facts": write_facts(values)})
                self._take_in(space)
        return self._guide(space)

    def set_level(self, case: str, level: int, reason: str) -> Guide:
        """Choose the level of a case; the reason stays in the case.

        Raises:
            LevelNotDescribed: no playbook of the case describes it.
            ReasonNeeded: the reason is blank.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        check_level(level, self._guide(space).playbooks)
        self._write(space, "level.set", {"level": level, "reason": reason_in_words(reason)})
        return self._guide(space)


def check_facts(specs: Mapping[str, FactSpec], values: Mapping[str, FactValue], today: date) -> None:
    """Raises FactUnknown or FactNotValid where a value can't be recorded."""
    for fact, value in values.items():
        if fact in (LEVEL_FACT, LEVEL_REASON) or fact not in specs:
            raise FactUnknown(fact)
        spec = specs[fact]
        if not fits(spec, value):
            raise not_valid(spec)
        if spec.type is FactType.DATE and not spec.future and isinstance(value, date) and value > today:
            raise FactNotValid(spec, "future")


def case_facts(rows: tuple[Standing, ...], zone: Any) -> CaseFacts:
    """What stands in a case, as the engine takes it. What heads disagree on is disputed."""
    case = next(row for row in rows if row.subject == "case")
    found: dict[str, list[Standing]] = {}
    marks: dict[str, list[Standing]] = {}
    for row in rows:
        sort, _slash, name = row.subject.partition("/")
        if sort == "fact":
            found.setdefault(name, []).append(row)
        elif sort == "step":
            marks.setdefault(name, []).append(row)
    values: dict[str, FactValue] = {}
    known_at = {}
    candidates: dict[str, tuple[FactValue, ...]] = {}
    for fact, said in found.items():
        distinct = {json.dumps(row.value, sort_keys=True): row for row in said}
        if len(distinct) > 1:
            candidates[fact] = tuple(value for row in distinct.values() if (value := read_fact(row.value)) is not None)
        elif (value := read_fact(said[0].value)) is not None:
            values[fact] = value
            known_at[fact] = min(row.since for row in said)
    opened = {
        step: max(row.place for row in said)
        for step, said in marks.items()
        if any(row.value["state"] == "open" for row in said)
    }
    done_at: dict[str, tuple[Any, ...]] = {}
    for row in rows:
        if row.subject.startswith("done/"):
            step = row.subject.split("/")[1]
            if row.place > opened.get(step, 0):
                done_at[step] = (*done_at.get(step, ()), row.at)
    return CaseFacts(
        opened_at=case.at,
        kind=case.value["kind"],
        values=values,
        known_at=known_at,
        done_at=done_at,
        set_aside=_marked(marks, "set-aside"),
        passed=_marked(marks, "hold-passed"),
        snoozed=_snoozed(rows),
        disputed=frozenset(candidates),
        candidates=candidates,
        zone=zone,
    )


def _snoozed(rows: tuple[Standing, ...]) -> dict[str, Snooze]:
    """The steps put off: where heads disagree only if all say so, until the first day; never until what is no day."""
    said: dict[str, list[Standing]] = {}
    for row in rows:
        if row.subject.startswith("snooze/"):
            said.setdefault(row.subject.removeprefix("snooze/"), []).append(row)
    found = {}
    for step, those in said.items():
        if all(row.value is not None for row in those):
            first = min(those, key=lambda row: str(row.value["until"]))
            with suppress(ValueError):
                until = date.fromisoformat(first.value["until"])
                found[step] = Snooze(until=until, reason=first.value["reason"], at=first.at)
    return found


def _marked(marks: Mapping[str, list[Standing]], state: str) -> dict[str, SetAside]:
    found = {}
    for step, said in marks.items():
        rows = tuple(said)
        if all_say(rows, lambda value: value["state"] == state):
            found[step] = SetAside(reason=rows[-1].value["reason"], at=rows[-1].at)
    return found
