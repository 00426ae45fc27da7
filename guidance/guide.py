"""What goes into the engine and what comes out of it: the facts of a case, and the guide through it on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING

from guidance.model import FactSpec, FactValue, Phase, Playbook, State, Step, Strength, Text

if TYPE_CHECKING:
    from guidance.copies import Lying


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A step that a person has set aside, or gone past the hold of, and why. A blank reason counts as none."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A step that a person has put off until a day, and why. A blank reason counts as none.

    A must can be put off until the day it is due and no further; another step's due date moves with it.
    """

    until: date
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """All that the engine knows of a case. Moments are UTC and aware.

    Attributes:
        opened_at: when the case was opened.
        kind: one of `guidance.model.CASE_KINDS`.
        values: the facts that are there, `level` and `done.<step id>` among them. A value that does not fit its fact
            counts as not there.
        known_at: when each was recorded with the value it has now.
        done_at: for each step, the times it was done, in any order; a recurring step counts from the last.
        set_aside: steps set aside.
        passed: steps whose hold a person has gone past; heeded only where the step allows it, never for a gate.
        snoozed: steps put off.
        disputed: facts on which the heads of the case disagree; they count as not there.
        candidates: for a disputed fact, the values the heads have: the musts of each of them apply.
        staying: the copies that stay on a device of one's own or the office's (`guidance.copies`).
        cleared: how many copies were cleared off such a device.
        zone: whose calendar a day is counted by.
    """

    opened_at: datetime
    kind: str
    values: Mapping[str, FactValue] = field(default_factory=dict)
    known_at: Mapping[str, datetime] = field(default_factory=dict)
    done_at: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    set_aside: Mapping[str, SetAside] = field(default_factory=dict)
    passed: Mapping[str, SetAside] = field(default_factory=dict)
    snoozed: Mapping[str, Snooze] = field(default_factory=dict)
    disputed: frozenset[str] = frozenset()
    candidates: Mapping[str, tuple[FactValue, ...]] = field(default_factory=dict)
    staying: tuple[Lying, ...] = ()
    cleared: int = 0
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Something a step waits for.

    Attributes:
        rule: the gate's id (`police-first`), or `needs`.
        facts: the facts that are missing, or stand in the way.
        explanation: what it waits for, in a sentence.
        may_pass: a person may go past it with a reason.
    """

    rule: str
    facts: tuple[str, ...]
    explanation: Text
    may_pass: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step as it stands in a case today. Steps of several playbooks that ask for the same fact are one.

    Attributes:
        step: the step; of several, put together from those that apply.
        sources: (playbook id, step id) of each, the one whose id it goes by first.
        phase: the phase it is shown in.
        strength: how binding it is in this case.
        held_by: what it waits for; empty unless it is held.
        holds: what stands against doing it, also where it was set aside; of a step that is done, the gates only, so
            that an answer can be corrected.
        due_on: the day it is due, the next one of a recurring step; None where nothing is due yet.
        done_at: the last time it was done; None where it has not been, or nobody noted when.
        set_aside: the reason and time, where it was set aside.
        snoozed: until when and why it was put off, while it is.
        facts: what it asks for in this case, in order; what `when` excludes is left out.
        warnings: what to know before doing it, one sentence each.
    """

    step: Step
    sources: tuple[tuple[str, str], ...]
    phase: Phase
    strength: Strength
    state: State
    held_by: tuple[Hold, ...] = ()
    holds: tuple[Hold, ...] = ()
    due_on: date | None = None
    done_at: datetime | None = None
    set_aside: SetAside | None = None
    snoozed: Snooze | None = None
    facts: tuple[FactSpec, ...] = ()
    warnings: tuple[Text, ...] = ()

    @property
    def id(self) -> str:
        """The id it goes by."""
        return self.step.id

    @property
    def ids(self) -> frozenset[str]:
        """Every id that names it."""
        return frozenset(id for _playbook, id in self.sources)

    @property
    def actionable(self) -> bool:
        """Whether it is to be done now: nothing holds it, and nobody has put it off."""
        return self.state in (State.OPEN, State.DUE, State.OVERDUE) and self.snoozed is None

    @property
    def blocks_closing(self) -> bool:
        """Whether it is a must that is neither done nor set aside."""
        settled = (State.DONE, State.SET_ASIDE, State.NOT_APPLICABLE)
        return self.strength is Strength.MUST and self.state not in settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The way through a case as it stands on one day.

    Attributes:
        steps: every step of every playbook, in the order of the phases; those that do not apply too.
        next_steps: what can be done now, the most urgent first.
        facts: what it was made of.
        playbooks: what it was made of, by id.
        specs: every fact the playbooks know, by id.
    """

    steps: tuple[StepView, ...]
    next_steps: tuple[StepView, ...]
    facts: CaseFacts
    playbooks: tuple[Playbook, ...]
    specs: Mapping[str, FactSpec]
    today: date

    @property
    def blockers(self) -> tuple[StepView, ...]:
        """The musts that are neither done nor set aside."""
        return tuple(view for view in self.steps if view.blocks_closing)

    @property
    def can_close(self) -> bool:
        """Whether nothing stands against closing."""
        return not self.blockers

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases, in order."""
        return tuple({view.phase.id: view.phase for view in self.steps}.values())

    def find(self, step_id: str) -> StepView | None:
        """The step that an id names; either id of a pair does."""
        return next((view for view in self.steps if step_id in view.ids), None)

    def step(self, step_id: str) -> StepView:
        """The step that an id names; either id of a pair does.

        Raises:
            StepUnknown: there is none.
        """
        from guidance.refusals import StepUnknown

        view = self.find(step_id)
        if view is None:
            raise StepUnknown(step_id)
        return view
