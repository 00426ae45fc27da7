"""What a playbook is made of: phases, facts, steps and levels, as they were read from a file. Data only, no behaviour.

A playbook is read by `guidance.loader` and laid beside the facts of a case by `guidance.engine`. A *fact* is one typed
answer about a case; a *step* asks for facts and is done when they are there. `docs/playbooks.md` lists all that ship.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from guidance.duration import Duration
from guidance.language import current_language, speaking

SCHEMA: Final = 1
LEVEL_FACT: Final = "level"
"""The one fact every playbook knows without declaring it: the level that a person has decided on, 1 to 5."""
CASE_OPENED: Final = "case.opened"
"""The event a due date may count from besides a fact."""
DONE_PREFIX: Final = "done."
"""A step that sets no fact of its own sets `done.<step id>`."""
CASE_KINDS: Final = ("school", "workplace", "mentoring")

FactValue = bool | int | str | date


class FactType(StrEnum):
    """How a fact is answered. `CHOICES` is several of the choices, kept as their ids in the order of the list, with
    one space between: 'shame absence'.
    """

    YES_NO = "yes-no"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    DATE = "date"
    LEVEL = "level"


class Names(StrEnum):
    """Whether the answer of a TEXT names people, for what is withheld from a bundle: see `guidance.naming`."""

    WHO = "who"
    """The answer is who: 'Kai Vagtmand, politiassistent'."""
    AMONG = "among"
    """Who stands in it among other words: 'Kai Vagtmand ringede klokken ti'."""
    NONE = "none"
    """It is not asked who."""


class Kind(StrEnum):
    """What a step is for the person who does it."""

    DO = "do"
    ASK = "ask"
    DECIDE = "decide"
    RECORD = "record"
    REFER = "refer"
    WAIT = "wait"


class Strength(StrEnum):
    """How binding a step is. Only a must stands against closing a case."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


STRONGEST_FIRST: Final = (Strength.MUST, Strength.SHOULD, Strength.MAY)


class State(StrEnum):
    """Where a step stands in a case today."""

    OPEN = "open"
    DONE = "done"
    SET_ASIDE = "set-aside"
    HELD = "held"
    DUE = "due"
    OVERDUE = "overdue"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words in both languages."""

    da: str
    en: str

    def local(self) -> str:
        """The words in the language that is current now."""
        return self.en if current_language() == "en" else self.da

    @classmethod
    def of(cls, say: Callable[[], str]) -> Text:
        """The words of a function that goes through the catalogue, in both languages."""
        with speaking("da"):
            danish = say()
        with speaking("en"):
            return cls(da=danish, en=say())

    def __add__(self, other: Text) -> Text:
        return Text(da=f"{self.da}\n\n{other.da}", en=f"{self.en}\n\n{other.en}")


class Test(StrEnum):
    """How a condition looks at a fact. Only `UNKNOWN` and `UNLESS` are met by a fact that is not there."""

    __test__ = False

    KNOWN = "known"
    UNKNOWN = "unknown"
    IS = "is"
    NOT = "not"
    UNLESS = "unless"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One question to the facts of a case. Of a `CHOICES` fact, one of the values is enough."""

    fact: str
    test: Test
    values: tuple[FactValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A condition that holds a step until it is met.

    Attributes:
        condition: what must be so.
        when: the need counts only when all of these are met; empty means always.
        because: what to tell the person who waits; None where the fact's own label says enough.
    """

    condition: Condition
    when: tuple[Condition, ...] = ()
    because: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applies:
    """Which cases a step is for. All of it must fit, and one of `any`; what is empty fits every case."""

    levels: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    facts: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A step is due `within` this time of an event: a fact becoming known, or `case.opened`."""

    within: Duration
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer of a choice; the id is what is stored. One that is `alone` goes with no other: 'none of them'."""

    id: str
    label: Text
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """What one fact is and how it is asked for. There is never a default: nothing is assumed.

    Attributes:
        id: dotted kebab-case, the same in every playbook that uses the fact.
        label: the question, short.
        help: what to think of when answering; may be empty.
        choices: the answers of a CHOICE or CHOICES.
        optional: the step is done without it.
        intake: may be answered when the case is opened.
        future: a DATE may lie ahead.
        when: asked only when all of these are met.
        covers: requirement ids that this field answers.
        names: of a TEXT, whether it is asked who; None where the file does not say.
    """

    id: str
    type: FactType
    label: Text
    help: Text
    choices: tuple[Choice, ...] = ()
    optional: bool = False
    intake: bool = False
    future: bool = False
    when: tuple[Condition, ...] = ()
    covers: tuple[str, ...] = ()
    names: Names | None = None

    def choice(self, id: str) -> Choice | None:
        """The choice with this id."""
        return next((choice for choice in self.choices if choice.id == id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the way. Phases of several playbooks with the same id are one; `order` puts them in line."""

    id: str
    order: int
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, ask, decide, record, refer or wait for.

    Attributes:
        id: kebab-case, unique in its playbook.
        heading: where in the source document it stands.
        strength: how binding it is, unless `strength_at` says otherwise for the case's level.
        sets: the facts it asks for; it is done when those that are asked and not optional are there.
        done_if: and when all of these are met.
        due: when it is due, unless `due_at` says otherwise for the case's level.
        due_law: rules of `guidance.law` that make it due: the first whose event is recorded counts.
        recurs: falls due again this long after the last time it was done.
        after: steps that come first; this one is shown after them and says so, but is not held by them.
        informs: somebody is told of the case here, so the victim's wish is shown.
        may_pass: a person may go past its `needs` with a reason; never past a gate.
        says: what to show beside it: `directory:<entry>` and `plan:<question>`.
        covers: requirement ids that it answers.
        playbook: id of its playbook.
        phase: id of its phase.
    """

    id: str
    title: Text
    why: Text
    how: Text
    heading: str
    kind: Kind
    strength: Strength
    playbook: str
    phase: str
    strength_at: tuple[tuple[int, Strength], ...] = ()
    applies: Applies = Applies()
    needs: tuple[Need, ...] = ()
    sets: tuple[str, ...] = ()
    done_if: tuple[Condition, ...] = ()
    due: Due | None = None
    due_at: tuple[tuple[int, Due], ...] = ()
    due_law: tuple[str, ...] = ()
    recurs: Duration | None = None
    after: tuple[str, ...] = ()
    informs: bool = False
    may_pass: bool = False
    says: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of the handling model, by the victim's reaction, seen together with what the image shows.

    A level with `described=False` is an empty place: it can't be chosen until an office gives it words of its own.
    """

    number: int
    title: Text
    reaction: tuple[Text, ...]
    image: tuple[Text, ...]
    described: bool
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanQuestion:
    """What an office settles beforehand; shown with the steps that name it.

    Attributes:
        help: what to think of when answering; may be empty.
        phase: the phase of the playbook that the question belongs to; empty where it belongs to the whole.
    """

    id: str
    question: Text
    help: Text = Text(da="", en="")
    phase: str = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document that a playbook comes from."""

    document: str
    credit: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A playbook joins a case of these kinds when a yes-no fact is answered with yes."""

    kinds: tuple[str, ...]
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A whole playbook.

    Attributes:
        version: the playbook's own, counted up with every change of the file.
        schema: of the file format; 1.
        reviewed: when a person last held it against its source.
        kinds: the kinds of case it is for from the start.
        joins: and when it is taken into a case of another kind.
        raw: the bytes it was read from; a case keeps them.
        digest: `sha256:<hex>` of `raw`; what a case is pinned by.
    """

    id: str
    version: int
    schema: int
    source: Source
    reviewed: date
    title: Text
    kinds: tuple[str, ...]
    phases: tuple[Phase, ...]
    facts: tuple[FactSpec, ...]
    steps: tuple[Step, ...]
    levels: tuple[Level, ...]
    plan: tuple[PlanQuestion, ...]
    raw: bytes
    digest: str
    joins: tuple[Join, ...] = ()

    def fact(self, id: str) -> FactSpec | None:
        """The fact with this id."""
        return next((fact for fact in self.facts if fact.id == id), None)

    def is_for(self, kind: str, values: Mapping[str, FactValue]) -> bool:
        """Whether a case of this kind with these facts is worked by it."""
        return kind in self.kinds or any(kind in join.kinds and values.get(join.fact) is True for join in self.joins)
