"""What each part of an answer does by itself, where another part of the same answer would hide that it is gone.

Two sources may ask the same, and a case that follows both shows it once: each is looked at in a case that follows that
source alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from guidance.engine import Guide, evaluate
from guidance.model import FactValue, Kind, State, Strength
from tests.guidance.cases import TODAY, facts
from tests.guidance.proofs import World

Part = Callable[[World], bool]
SAID: Final[Mapping[str, FactValue]] = {
    "device.has-material": True,
    "handling.internal": True,
    "report.status": "made",
    "report.where": "police",
    "harasser.contact": True,
    "employee.wants": "acknowledgement",
}
"""Answers that bring the steps along that are only for some cases."""
FIVE: Final[Mapping[str, tuple[str, ...]]] = {
    "first-aid": (
        "uncover",
        "first-talk",
        "tell-whom",
        "involve-leadership",
        "replacement",
        "offer-psychologist",
    ),
    "documentation": ("who-documents", "secure-evidence"),
    "stop-harassment": ("decide-contact", "contact-harasser", "contact-platform"),
    "reporting": (
        "ask-wants",
        "ask-absence",
        "decide-report",
        "register-harassment",
        "report-authority",
        "police-report",
    ),
    "debriefing": ("acknowledge", "hold-debriefing", "adjust-prevention", "stay-in-contact"),
}
"""The plan's five steps, and what a case does in each."""
KINDS: Final = {"workplace-plan": "workplace", "mentorship-policy": "mentoring", "meeting-safety": "mentoring"}


def _by_itself(world: World, book: str, values: Mapping[str, FactValue]) -> Guide:
    """A case that follows one source alone."""
    found = next(one for one in world.playbooks if one.id == book)
    return evaluate([found], facts(values, kind=KINDS.get(book, "school")), TODAY)


def _does(
    book: str, step: str, sort: str, *asks: str, strength: str = "", held: bool = False, **more: FactValue
) -> Part:
    """A step of one source is for the case, of its kind, as binding as it has to be, and asks what it has to."""

    def proof(world: World) -> bool:
        decided = {name.replace("_", "."): value for name, value in more.items()}
        view = _by_itself(world, book, {**SAID, **decided}).step(step)
        return (
            view.state is not State.NOT_APPLICABLE
            and view.step.kind is Kind(sort)
            and (not strength or view.strength is Strength(strength))
            and (not held or view.state is State.HELD)
            and set(asks) <= {spec.id for spec in view.facts}
        )

    return proof


def _chooses(book: str, step: str, fact: str, *choices: str) -> Part:
    """A step of one source asks something, with these answers to choose from."""

    def proof(world: World) -> bool:
        guide = _by_itself(world, book, SAID)
        asked = {spec.id for spec in guide.step(step).facts}
        return fact in asked and set(choices) <= {one.id for one in guide.specs[fact].choices}

    return proof


def _five(world: World) -> bool:
    guide = _by_itself(world, "workplace-plan", SAID)
    found = {
        phase: tuple(
            view.id
            for view in guide.steps
            if view.phase.id == phase and "BP-6" in view.step.covers and view.state is not State.NOT_APPLICABLE
        )
        for phase in FIVE
    }
    return all(set(found[phase]) == set(steps) for phase, steps in FIVE.items())


CARD, MODEL, WORK, POLICY, MEETING = (
    "action-card",
    "handling-model",
    "workplace-plan",
    "mentorship-policy",
    "meeting-safety",
)
PARTS: Final[Mapping[str, tuple[Part, ...]]] = {
    "HM-0": (_does(MODEL, "ask-reaction", "ask", "reaction.seen", "image.shows"),),
    "HM-2c": tuple(
        _chooses(book, "tell-whom", "told.whom", "parents", "friends", "teacher", "nobody") for book in (CARD, MODEL)
    ),
    "HM-3d": (
        _does(
            MODEL,
            "police-decision",
            "record",
            "police.decision.by",
            "police.decision.on",
            "police.decision.reference",
            "police.decision.extent",
            level=3,
        ),
    ),
    "AC-1c": (_does(CARD, "tell-whom", "ask", "told.whom"),),
    "AC-2d": (_does(CARD, "ask-to-secure", "ask", "original.held-by", strength="must"),),
    "AC-3b": tuple(
        _does(CARD, step, sort, held=True) for step, sort in (("shared-material", "do"), ("further-measures", "decide"))
    ),
    "AC-5d": (_does(CARD, "note-press", "record", "press.contacted-on"),),
    "BP-4b": (
        _does(WORK, "ask-absence", "ask", "absence.first-day", strength="must", absence_is=True),
        _chooses(WORK, "report-authority", "authority.status"),
    ),
    "BP-4c": (_does(WORK, "acknowledge", "do", "acknowledged.how"),),
    "BP-6": (_five,),
    "VM-2d": (
        _chooses(
            POLICY,
            "take-in",
            "concern.kinds",
            "language",
            "off-goals",
            "boundaries",
            "confidentiality",
            "warning-signs",
        ),
        _does(POLICY, "uncover", "ask", "incident.what"),
    ),
    "VM-2e": (
        _does(POLICY, "take-in", "record", "concern.received-on", "concern.about", strength="must"),
        _does(POLICY, "keep-confidential", "decide", "concern.readers", "concern.kept-from", strength="must"),
        _does(POLICY, "tell-whom", "ask", "told.whom"),
        _does(POLICY, "answer-reporter", "do", "concern.answered-on", strength="must", held=True),
    ),
    "VM-2f": (_does(POLICY, "check-in", "ask", "checkin.mentee", "checkin.mentor"),),
    "VM-4": (
        _does(POLICY, "secure-evidence", "do", "evidence.secured-on"),
        _does(POLICY, "hear-both", "ask", "heard.note", held=True),
        _chooses(POLICY, "decide-participation", "mentoring.decision", "goes-on", "suspended", "ended"),
        _does(POLICY, "suspend", "do", "mentoring.suspended-on", strength="must", mentoring_decision="suspended"),
        _does(POLICY, "end-mentoring", "do", "mentoring.ended-on", strength="must", mentoring_decision="ended"),
    ),
    "VM-5": (_does(POLICY, "learn", "decide", "lessons.note"),),
    "CM-5": (
        _chooses(
            MEETING, "report-offence", "offence.kinds", "sexual-content", "incitement", "threats", "fraudulent-profile"
        ),
        _chooses(MEETING, "report-offence", "offence.blocked", "yes", "no"),
    ),
}
