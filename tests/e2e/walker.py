"""Somebody who walks a case by the keys of the screens, and reckons beside it what the guide has to show next."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from guidance.engine import CaseFacts, Guide, StepView, evaluate
from guidance.known import Known
from guidance.loader import for_kind
from guidance.merge import own_facts
from guidance.model import DONE_PREFIX, LEVEL_FACT, FactSpec, FactType, FactValue, State
from tests.e2e.terminal import PACE, NotSeen, Terminal

ZONE: Final = ZoneInfo("Europe/Copenhagen")
LEVEL_ASKS: Final = ("reaction.seen", "image.shows", "image.recognisable", "image.threats")
"""What the screen of the level asks before the level."""
SAID: Final = "Talked over and written down."


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How a playbook is walked.

    Attributes:
        playbook: all its steps that come up are done, and the musts of the others that the case carries.
        kind: what sort of case.
        answers: what is answered where it matters; elsewhere the first choice, no, today, a sentence.
        held: a step that is tried while it waits.
        once: facts that are there before it is tried.
        lifted_by: the step that the screen leads to from there.
        then: what is answered there, and from then on.
        comes: steps that have to have come up and been done.
    """

    playbook: str
    kind: str
    held: str
    lifted_by: str
    comes: frozenset[str]
    once: Sequence[str] = ()
    answers: Mapping[str, FactValue] = field(default_factory=dict)
    then: Mapping[str, FactValue] = field(default_factory=dict)


class Walker:
    """One case on the screen, and the same case reckoned by the engine from what has been typed."""

    def __init__(self, terminal: Terminal, walk: Walk, facts: Mapping[str, FactValue]) -> None:
        self.terminal = terminal
        self.walk = walk
        self.done: list[str] = []
        self._answers = dict(walk.answers)
        now = datetime.now(UTC)
        self._case = CaseFacts(
            opened_at=now, kind=walk.kind, values=dict(facts), known_at=dict.fromkeys(facts, now), zone=ZONE
        )
        self._at: str | None = None

    @property
    def guide(self) -> Guide:
        """The case as it has to stand on the screen."""
        books = for_kind(self._case.kind, self._case.values)
        return evaluate(books, self._case, datetime.now(ZONE).date())

    @property
    def facts(self) -> dict[str, str | bool | int]:
        """What has been answered, as the command line gives it."""
        known = {fact: value for fact, value in self._case.values.items() if not fact.startswith(DONE_PREFIX)}
        return {fact: value.isoformat() if isinstance(value, date) else value for fact, value in known.items()}

    def to_the_end(self) -> None:
        """Do step after step until nothing is left to do and nothing stands against closing."""
        # Today opens a case at the step that is due first.
        self._stands_at(min(self.guide.next_steps, key=lambda view: view.due_on or date.max))
        tried = False
        while True:
            if not tried and self._can_try():
                self._try_held()
                tried = True
            view = next((view for view in self.guide.next_steps if self._wanted(view)), None)
            if view is None:
                break
            self.go_to(view.id)
            self.do()
        assert tried, f"{self.walk.held} never had to wait"
        assert self.guide.can_close, f"dead end: {[view.id for view in self.guide.blockers]}"
        assert self.walk.comes <= set(self.done), f"never came: {sorted(self.walk.comes - set(self.done))}"

    def _wanted(self, view: StepView) -> bool:
        if view.id in self.done:
            raise AssertionError(f"{view.id} was done and is asked for again: {self.facts}")
        return view.blocks_closing or any(playbook == self.walk.playbook for playbook, _id in view.sources)

    def _can_try(self) -> bool:
        view = self.guide.find(self.walk.held)
        known = all(fact in self._case.values for fact in self.walk.once)
        return view is not None and view.state is State.HELD and known

    def _stands_at(self, view: StepView) -> None:
        self.terminal.wait_for(f"\u2500\n {_beginning(view)}", gone=["Ctrl+S"])
        self._at = view.id

    def go_to(self, step_id: str) -> None:
        """Move the cursor of the guide to a step."""
        rows = [view for view in self.guide.steps if view.state is not State.NOT_APPLICABLE]
        ids = [view.id for view in rows]
        if self._at not in ids:
            self.terminal.keys("Home")
            self._stands_at(rows[0])
        assert self._at is not None
        by = ids.index(step_id) - ids.index(self._at)
        self.terminal.keys(*["Down" if by > 0 else "Up"] * abs(by))
        self._stands_at(rows[ids.index(step_id)])

    def _try_held(self) -> None:
        """Try the step that waits: the screen says why, refuses, and leads to what lifts it."""
        before = self.facts
        self.go_to(self.walk.held)
        view = self.guide.step(self.walk.held)
        self.terminal.keys("Enter")
        shown = " ".join(self.terminal.wait_for("Lifted by:").replace("\u2588", "").split())
        assert all(hold.explanation.en in shown for hold in view.held_by), shown
        self.terminal.keys("C-s")
        self.terminal.wait_for("This did not work", "Nothing was recorded and nothing is lost")
        self.terminal.keys("Enter")
        self.terminal.wait_for("Esc Back", gone=["This did not work"])
        self.terminal.keys("F8")
        self._stands_at(self.guide.step(self.walk.lifted_by))
        assert self.facts == before
        self._answers |= self.walk.then
        self.do()

    def do(self) -> None:
        """Do the step under the cursor: answer what it asks, save, and see that it is recorded."""
        assert self._at is not None
        view = self.guide.step(self._at)
        self.terminal.keys("Enter")
        if LEVEL_FACT in view.step.sets:
            said = self._decide_level()
        else:
            said = f"Recorded: {view.step.title.en[:40]}"
            self.terminal.wait_for("Ctrl+S", _beginning(view))
            self._record(view, self._fill([self.guide.specs[fact] for fact in view.step.sets]))
        self.terminal.keys("C-s")
        self.terminal.wait_for(said, gone=["Note (may be left out)", "This has to be answered"])
        self.done.append(view.id)
        following = self.guide.next_steps
        if following:
            self._stands_at(following[0])
        else:
            self._at = None

    def _decide_level(self) -> str:
        level = self._answers[LEVEL_FACT]
        self.terminal.wait_for("How does the person react?")
        specs = [self.guide.specs[fact] for fact in LEVEL_ASKS if fact in self.guide.specs]
        values = self._fill(specs)
        self.terminal.keys(str(level))
        self.terminal.wait_for(f"(\u2022) Level {level}")
        self.terminal.move("Tab")
        self.terminal.type(SAID)
        self._record(self.guide.step("decide-level"), {**values, LEVEL_FACT: level, "level.reason": SAID})
        return f"Level {level} is decided."

    def _record(self, view: StepView, values: Mapping[str, FactValue]) -> None:
        now = datetime.now(UTC)
        done = {id: True for id in own_facts(view.step, dict(self.guide.specs)) if id.startswith(DONE_PREFIX)}
        values = {**values, **done}
        self._case = replace(
            self._case,
            values={**self._case.values, **values},
            known_at={**self._case.known_at, **dict.fromkeys(values, now)},
            done_at={**self._case.done_at, view.id: (now,)},
        )

    def _asked(self, specs: Sequence[FactSpec], values: dict[str, FactValue]) -> Iterator[FactSpec]:
        for spec in specs:
            known = Known(replace(self._case, values={**self._case.values, **values}), self.guide.specs)
            if known.may_meet_all(spec.when):
                yield spec

    def _fill(self, specs: Sequence[FactSpec]) -> dict[str, FactValue]:
        """Answer the questions of a form one after another; the focus has to be on each when its turn comes."""
        values: dict[str, FactValue] = {}
        for spec in self._asked(specs, values):
            before = self._case.values.get(spec.id)
            value = self._answers.get(spec.id, before)
            if value is None:
                value = _some_answer(spec, self.guide.today)
            self._focus_is_on(spec)
            if value != before:
                self._answer(spec, value, empty=before is None)
            values[spec.id] = value
            self.terminal.move("Tab")
        return values

    def _focus_is_on(self, spec: FactSpec, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while True:
            row = int(self.terminal.cursor().split(",")[1])
            lines = self.terminal.screen().splitlines()
            if _choices(spec):
                seen = any(label[:30] in lines[row] for label in _choices(spec).values() if row < len(lines))
            else:
                seen = spec.label.en[-30:] in " ".join(" ".join(lines[:row]).split())[-400:]
            if seen:
                return
            if time.monotonic() > deadline:
                raise NotSeen(f"the focus is not on {spec.id!r} but on row {row} of:\n" + "\n".join(lines))
            time.sleep(PACE)

    def _answer(self, spec: FactSpec, value: FactValue, *, empty: bool) -> None:
        choices = _choices(spec)
        if not choices:
            if not empty:
                self.terminal.keys("C-a", "C-k")
            self.terminal.type(value.isoformat() if isinstance(value, date) else str(value))
            self.terminal.wait_for(_day(value) if isinstance(value, date) else str(value)[-20:])
            return
        ids = str(value).split(" ") if spec.type is not FactType.YES_NO else ["yes" if value else "no"]
        several = spec.type is FactType.CHOICES
        mark = "[x] " if several else "(\u2022) "
        for id in ids:
            index = list(choices).index(id)
            if len(choices) < 10:
                self.terminal.keys(str(index + 1))
            else:
                self.terminal.keys("Home", *["Down"] * index, "Space")
            self.terminal.wait_for(f"{mark}{choices[id][:40]}")

    def close(self, reason: str) -> None:
        """Close the case, and see it closed."""
        self.terminal.keys("x")
        self.terminal.wait_for("Why is it closed now?")
        self.terminal.type(reason)
        self.terminal.keys("C-s")
        self.terminal.wait_for("still to be kept?", gone=["Why is it closed now?"])
        self.terminal.keys("C-s")
        self.terminal.wait_for("\u00b7 closed ", gone=["still to be kept?"])

    def closing_is_refused(self) -> None:
        """Closing is refused while musts stand open: the screen names them."""
        count = len(self.guide.blockers)
        self.terminal.keys("x")
        self.terminal.wait_for("The case can't be closed yet", f"{count} step", _beginning(self.guide.blockers[0]))
        self.terminal.keys("Escape")
        self.terminal.wait_for("Guide", gone=["The case can't be closed yet"])


def _beginning(view: StepView) -> str:
    return view.step.title.en[:60]


def _day(value: date) -> str:
    return f"{value.day} {value:%B} {value.year}"


def _choices(spec: FactSpec) -> dict[str, str]:
    if spec.type is FactType.YES_NO:
        return {"yes": "Yes", "no": "No"}
    return {choice.id: choice.label.en for choice in spec.choices}


def _some_answer(spec: FactSpec, today: date) -> FactValue:
    some: dict[FactType, Any] = {FactType.YES_NO: False, FactType.DATE: today, FactType.TEXT: SAID}
    return some[spec.type] if spec.type in some else spec.choices[0].id
