"""A demo case as a script: what a counsellor did, and how long ago; played onto a vault whose clock is turned back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from guidance.model import FactValue
from store.casework import Casework
from store.model import EvidenceDraft, EvidenceKind, Holder, Intake

Answers = Mapping[str, FactValue]
THAT_DAY: Final = date(1, 1, 1)
"""An answer that is a date: the day on which the step was done."""


class Doing(Protocol):
    """One thing that a counsellor did.

    Attributes:
        ago: how many days ago, with fractions.
    """

    @property
    def ago(self) -> float: ...

    def play(self, casework: Casework, case: str, today: date) -> None:
        """Do it to a case."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note was written."""

    ago: float
    text: str

    def play(self, casework: Casework, case: str, today: date) -> None:
        """Write it."""
        casework.add_note(case, self.text)


@dataclass(frozen=True, slots=True)
class Level:
    """The level was decided."""

    ago: float
    level: int
    reason: str

    def play(self, casework: Casework, case: str, today: date) -> None:
        """Decide it."""
        casework.set_level(case, self.level, self.reason)


@dataclass(frozen=True, slots=True)
class Did:
    """A step was done."""

    ago: float
    step: str
    answers: Answers = field(default_factory=dict)

    def play(self, casework: Casework, case: str, today: date) -> None:
        """Do it."""
        answers = {fact: today if value is THAT_DAY else value for fact, value in self.answers.items()}
        casework.do_step(case, self.step, answers)


@dataclass(frozen=True, slots=True)
class Aside:
    """A step was set aside."""

    ago: float
    step: str
    reason: str

    def play(self, casework: Casework, case: str, today: date) -> None:
        """Set it aside."""
        casework.set_aside(case, self.step, self.reason)


@dataclass(frozen=True, slots=True)
class Piece:
    """A made file was registered; the bytes are these words, and nothing of them is kept."""

    ago: float
    name: str
    content: str
    kind: EvidenceKind = EvidenceKind.SCREENSHOT
    platform: str = ""
    accounts: tuple[str, ...] = ()
    claimed_at: str = ""
    shows: str = ""
    holder: Holder = Holder.UNKNOWN
    held_where: str = ""

    def play(self, casework: Casework, case: str, today: date) -> None:
        """Register it."""
        data = self.content.encode()
        draft = EvidenceDraft(
            digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
            size=len(data),
            name=self.name,
            raw_name=self.name.encode().hex(),
            kind=self.kind,
            platform=self.platform,
            accounts=self.accounts,
            claimed_at=self.claimed_at,
            shows=self.shows,
            holder=self.holder,
            held_where=self.held_where,
            came_how="Vist på en telefon i samtalen; intet er sendt til kontoret.",
        )
        casework.register_evidence(case, draft)


@dataclass(frozen=True, slots=True)
class Closed:
    """The case was closed."""

    ago: float
    reason: str

    def play(self, casework: Casework, case: str, today: date) -> None:
        """Close it."""
        casework.close_case(case, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCase:
    """A whole case.

    Attributes:
        opened: how many days ago.
        doings: in any order; each after the opening.
    """

    opened: float
    intake: Intake
    doings: tuple[Doing, ...] = ()


class Days:
    """Dates counted back from the day the demo is made."""

    def __init__(self, today: date) -> None:
        self.today = today

    def __call__(self, ago: int) -> date:
        """The day that many days ago; negative lies ahead."""
        return self.today - timedelta(days=ago)


class TurnedBack:
    """A clock that somebody sets; it never goes backwards.

    Attributes:
        now: what it shows, UTC and aware.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def set(self, moment: datetime) -> None:
        """Turn it."""
        self.now = max(self.now + _TICK, moment)


_TICK: Final = timedelta(seconds=1)


def play(casework: Casework, clock: TurnedBack, cases: tuple[DemoCase, ...], *, now: datetime) -> None:
    """Play the cases onto a vault in the order in which things happened, the day of `now` being today."""
    order = sorted(
        ((doing.ago, number, place) for number, case in enumerate(cases) for place, doing in enumerate(_all(case))),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    opened: dict[int, str] = {}
    for ago, number, place in order:
        clock.set(now - timedelta(days=ago))
        case = cases[number]
        if place == 0:
            opened[number] = casework.new_case(case.intake).id
        else:
            case.doings[place - 1].play(casework, opened[number], clock().astimezone().date())


def _all(case: DemoCase) -> tuple[_Opening | Doing, ...]:
    return (_Opening(case.opened), *case.doings)


@dataclass(frozen=True, slots=True)
class _Opening:
    ago: float
