"""The named gates. They are code because no file of an office may weaken them, and nobody goes past them by a reason.

A gate is about facts, not about one step's name: whatever step of whatever playbook asks for a fact that a gate guards
is held by it, whether or not the file says so in `needs`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from guidance.clearing import Clearance, Refusal, refusal
from guidance.copies import CLEARED, HAS, PERSONAL, WHOSE, Lying
from guidance.custody import ORIGINAL, Device
from guidance.guide import CaseFacts, Hold
from guidance.known import Known
from guidance.language import _
from guidance.model import FactSpec, FactType, FactValue, Step, Text
from guidance.refusals import CopiesStay

POLICE_LEVELS: Final = frozenset({3, 4, 5})
"""Levels 3 and 4 of the source, and a fifth that an office has described: above them nothing is looser."""
DECISION_FACTS: Final = (
    "police.decision.by",
    "police.decision.on",
    "police.decision.reference",
    "police.decision.extent",
)
_WHICH: Final = "police.decision.which"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A rule of the sources that holds steps.

    Attributes:
        id: what a refusal names.
        guards: the facts that can't be recorded while it is shut.
        steps: steps that it holds whatever they set.
        holds: what it still waits for; nothing when it is open.
        covers: requirement ids.
    """

    id: str
    guards: frozenset[str]
    steps: frozenset[str]
    holds: Callable[[Known, date], Iterator[Hold]]
    covers: tuple[str, ...]


def _police_first(known: Known, today: date) -> Iterator[Hold]:
    """Seed 004, levels 3 and 4: the police decide to what extent and how images are deleted from platforms."""
    rule = "police-first"
    levels = known.levels()
    if not levels:
        yield Hold(
            rule=rule,
            facts=("level",),
            explanation=Text.of(
                lambda: _("Decide on the level first: at levels 3 and 4 the police decide what is deleted.")
            ),
        )
        return
    if not levels & POLICE_LEVELS:
        return
    on = DECISION_FACTS[1]
    missing = [fact for fact in DECISION_FACTS if not isinstance(known.value(fact), date if fact == on else str)]
    decided_on = known.value(on)
    if isinstance(decided_on, date) and decided_on > today:
        missing.append(on)
    extent = known.value("police.decision.extent")
    if extent == "some" and known.value(_WHICH) is None:
        missing.append(_WHICH)
    if missing:
        yield Hold(
            rule=rule,
            facts=tuple(missing),
            explanation=Text.of(
                lambda: _(
                    "Before anything is deleted from a platform, the police's decision has to be recorded: "
                    "who, when, reference and extent. Missing: {facts}."
                ).format(facts=_labels(known, missing))
            ),
        )
    if extent not in (None, "all", "some"):
        yield Hold(
            rule=rule,
            facts=("police.decision.extent",),
            explanation=Text.of(
                lambda: _("The police have said: delete nothing. Record a new decision if they change it.")
            ),
        )


def _secured_before_cleared(known: Known, today: date) -> Iterator[Hold]:
    """Seed 001, DOKUMENTER / Gem: the sender secures the evidence, then it is deleted from one's own device.

    It waits for nothing else; the police's decision about platforms is not asked for here.
    """
    rule = "secured-before-cleared"
    whose = known.value("device.whose")
    if whose is None:
        yield Hold(
            rule=rule,
            facts=("device.whose",),
            explanation=Text.of(lambda: _("Say first whose device the material is on.")),
        )
    elif whose not in ("own", "office"):
        yield Hold(
            rule=rule,
            facts=("device.whose",),
            explanation=Text.of(
                lambda: _("This is not your device or the office's. What is on it may be the original: leave it alone.")
            ),
        )
    holder = known.value("original.held-by")
    if holder not in ("pupil", "parents", "police"):
        yield Hold(
            rule=rule,
            facts=("original.held-by",),
            explanation=Text.of(
                lambda: (
                    _("You are in doubt who holds the original. Ring the police for advice today, and delete nothing.")
                    if holder == "in-doubt"
                    else _("Delete it when the pupil, the parents or the police hold the original, not before.")
                )
            ),
        )


POLICE_FIRST: Final = Gate(
    id="police-first",
    guards=frozenset({"platform.deleted.on", "platform.deleted.what"}),
    steps=frozenset({"delete-from-platform"}),
    holds=_police_first,
    covers=("HM-3d",),
)
SECURED_BEFORE_CLEARED: Final = Gate(
    id="secured-before-cleared",
    guards=frozenset({"device.cleared.on"}),
    steps=frozenset({"clear-own-device"}),
    holds=_secured_before_cleared,
    covers=("AC-2d",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """How a fact that a gate reads or guards has to be declared: a file that means something else by it is refused."""

    gate: str
    type: FactType
    choices: tuple[str, ...] = ()

    def allows(self, spec: FactSpec) -> bool:
        """Whether a declaration is this one."""
        ids = tuple(choice.id for choice in spec.choices)
        return spec.type is self.type and ids == self.choices and not spec.future


def _fixed(gate: Gate, **types: FactType) -> dict[str, Fixed]:
    return {name.replace("_", "."): Fixed(gate=gate.id, type=kind) for name, kind in types.items()}


_TEXT, _DATE, _CHOICE = FactType.TEXT, FactType.DATE, FactType.CHOICE
FACTS: Final[Mapping[str, Fixed]] = {
    **_fixed(POLICE_FIRST, police_decision_by=_TEXT, police_decision_on=_DATE, police_decision_reference=_TEXT),
    **_fixed(POLICE_FIRST, police_decision_which=_TEXT, platform_deleted_on=_DATE, platform_deleted_what=_TEXT),
    **_fixed(SECURED_BEFORE_CLEARED, device_cleared_on=_DATE),
    "police.decision.extent": Fixed(gate=POLICE_FIRST.id, type=_CHOICE, choices=("all", "some", "nothing")),
    "device.whose": Fixed(gate=SECURED_BEFORE_CLEARED.id, type=_CHOICE, choices=("own", "office", "victim", "other")),
    "original.held-by": Fixed(
        gate=SECURED_BEFORE_CLEARED.id,
        type=_CHOICE,
        choices=("pupil", "parents", "police", "nobody", "in-doubt"),
    ),
}
"""Every fact that a gate reads or guards."""
GATES: Final = (POLICE_FIRST, SECURED_BEFORE_CLEARED)


def refusal_of_copy(copy: Lying | None, answers: Clearance) -> Refusal | None:
    """What stands against clearing one copy; None where nothing does.

    What is recorded of this copy decides, and no answer given now goes past it; what was said of another copy, or of
    the case as a whole, opens nothing.

    Args:
        copy: what is recorded of the copy; None where nobody has answered of it yet.
        answers: what whoever wants to clear it says now.
    """
    if copy is not None and copy.disputed:
        return Refusal.DISPUTED
    if copy is not None and copy.none_there:
        return Refusal.WITHDRAWN
    if copy is not None and copy.device not in PERSONAL:
        return {Device.VICTIM: Refusal.VICTIM, Device.OTHER: Refusal.OTHER}.get(copy.device, Refusal.UNKNOWN_DEVICE)
    if copy is not None and answers.device is not copy.device:
        return Refusal.DIFFERS
    return refusal(answers)


def refusal_of_place(
    copy: int,
    copies: Iterable[Lying],
    *,
    there: Container[int],
    placed: Container[int],
    apart: bool,
    perhaps: Container[int] = (),
) -> Refusal | None:
    """What stands against clearing the file at a place as this copy; None where nothing does.

    One file is one copy: what is recorded of whatever lies there holds, under which number it ever is cleared. That it
    was withdrawn opens nothing: there is a file, so what was said of it before counts.

    Args:
        copy: the number it is cleared as.
        copies: each copy of the piece of which somebody has answered.
        there: those that are known to lie at that place.
        placed: those of which is known where they lie.
        apart: whether a person has said that the file is none of those of which that is not known.
        perhaps: those that may lie at that place: a stick may be in at another one, and its files have other numbers.
    """
    others = [one for one in copies if one.copy != copy and not one.cleared and not set(PERSONAL).issuperset(one.ever)]
    if any(one.copy in there for one in others):
        return Refusal.SAME_PLACE
    if apart:
        return None
    originals = (one for one in others if one.copy == ORIGINAL or Device.VICTIM in one.ever)
    told = all(one.copy in placed for one in originals) and not any(one.copy in perhaps for one in others)
    return None if told else Refusal.NOT_TOLD_APART


def check_staying(facts: CaseFacts, values: Mapping[str, FactValue]) -> None:
    """May these answers be given of the case while copies stay on one's own device or the office's?

    Raises:
        CopiesStay: they say that nothing lies there, or that it is deleted.
    """
    elsewhere = values.get(HAS) is False or values.get(WHOSE) in (Device.VICTIM, Device.OTHER)
    if facts.staying and (elsewhere or not values.keys().isdisjoint(CLEARED)):
        raise CopiesStay(facts.staying)


def holds(step: Step, known: Known, today: date) -> tuple[Hold, ...]:
    """What the gates have against a step in a case today."""
    return tuple(
        hold
        for gate in GATES
        if step.id in gate.steps or gate.guards.intersection(step.sets)
        for hold in gate.holds(known, today)
    )


def limits(step: Step, known: Known) -> tuple[Text, ...]:
    """What the police's decision allows, for whoever is about to delete: exactly that and no more."""
    which = known.value(_WHICH)
    deletes = step.id in POLICE_FIRST.steps or POLICE_FIRST.guards.intersection(step.sets)
    if not deletes or known.value("police.decision.extent") != "some" or which is None:
        return ()
    return (Text.of(lambda: _("The police allow only this to be deleted: {which}").format(which=which)),)


def _labels(known: Known, facts: list[str]) -> str:
    labels = [known.specs[fact].label.local() if fact in known.specs else fact for fact in facts]
    return ", ".join(label.rstrip("?") for label in labels)
