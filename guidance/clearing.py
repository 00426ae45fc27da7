"""Whether a copy may be cleared off a device: whose device, who holds the original, and who says so by name. Pure.

Seed 001, DOKUMENTER / Gem: the sender secures the evidence, then it goes from one's own device. The gate
`secured-before-cleared` says the same of the steps of a case; this asks of one copy, in every kind of case, and nobody
goes past it by a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from guidance.custody import Device
from guidance.errors import Diagnostics
from guidance.language import _
from guidance.refusals import Refused

SECURED_BY: Final = ("pupil", "parents", "police")
"""Who is entitled to hold the original (`original.held-by` of the action card)."""


class HeldBy(StrEnum):
    """Who holds the original; the choices of the fact `original.held-by`."""

    PUPIL = "pupil"
    PARENTS = "parents"
    POLICE = "police"
    NOBODY = "nobody"
    IN_DOUBT = "in-doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What a person answers before a copy is cleared.

    Attributes:
        device: whose device the copy lies on.
        held_by: who holds the original.
        holder_name: who that is, by name, or initials.
        held_where: where it is, in words.
    """

    device: Device
    held_by: HeldBy
    holder_name: str
    held_where: str = ""


class Refusal(StrEnum):
    """What stands against clearing."""

    VICTIM = "device-victim"
    OTHER = "device-other"
    UNKNOWN_DEVICE = "device-missing"
    NOT_SECURED = "not-secured"
    IN_DOUBT = "in-doubt"
    NO_NAME = "holder-name"
    DIFFERS = "device-differs"
    DISPUTED = "device-disputed"
    SAME_PLACE = "same-place"
    NOT_TOLD_APART = "not-told-apart"
    WITHDRAWN = "copy-withdrawn"


class ClearingRefused(Refused):
    """A copy may not be cleared now.

    Attributes:
        why: which answer stands against it.
        call_due: whether the call to the police now stands in the case's guide, due today.
    """

    code: ClassVar[str] = "clearing-refused"
    rule = "secured-before-cleared"

    def __init__(self, why: Refusal, *, call_due: bool = False) -> None:
        super().__init__(why.value)
        self.why = why
        self.call_due = call_due

    def diagnostics(self) -> Diagnostics:
        """Say what stands against it and what to do."""
        happened, todo = {
            Refusal.VICTIM: (
                _("The device of the person violated holds the original. It is never cleared."),
                _("Leave it as it is. The person, the parents or the police decide about it."),
            ),
            Refusal.OTHER: (
                _("Somebody else's device is cleared by its owner, not by you."),
                _("Ask the owner to do it, then record what they tell you: who, when, and how it was told."),
            ),
            Refusal.UNKNOWN_DEVICE: (_("Whose device it lies on is not said."), _("Say whose device it is.")),
            Refusal.NOT_SECURED: (
                _("Nobody who is entitled to it holds the original yet."),
                _("Let the pupil, the parents or the police secure it first. Then clear the copy."),
            ),
            Refusal.IN_DOUBT: (
                _("You are in doubt who holds the original."),
                _("Ring the police for advice today, 114, and delete nothing until then."),
            ),
            Refusal.NO_NAME: (
                _("Who holds the original is not said by name."),
                _("Write who it is; an initial will do."),
            ),
            Refusal.DIFFERS: (
                _("Of this copy it is recorded that it lies on another device than you say now."),
                _("If it is another copy, give its number. If the answer was wrong, put it right, with the reason."),
            ),
            Refusal.DISPUTED: (
                _("Colleagues have answered differently whose device this copy lies on."),
                _("One of you has to decide first: 'Disagreements' of the case."),
            ),
            Refusal.WITHDRAWN: (
                _("It is recorded that there is no such copy: it was said by mistake."),
                _("If there is one after all, say whose device it lies on, with the reason. Then it counts again."),
            ),
            Refusal.SAME_PLACE: (
                _("This very file is registered as lying on a device that is neither yours nor the office's."),
                _(
                    "Leave it. If that answer was wrong, put it right first, with the reason: "
                    "from the custody of the piece."
                ),
            ),
            Refusal.NOT_TOLD_APART: (
                _(
                    "The original, or another copy, lies on a device that is not yours, and Segl does not know whether "
                    "it is this file."
                ),
                _(
                    "Look whether this file is another one, and say so "
                    "(`another_file = true` in the answers of a command)."
                ),
            ),
        }[self.why]
        if self.call_due:
            todo = _("{todo} The call stands in the guide of the case, due today.").format(todo=todo)
        return Diagnostics(happened=happened, safe=_("Nothing was deleted."), todo=todo)


def device_advice(device: Device) -> str:
    """What follows from whose device material lies on; empty where nobody has said."""
    if device is Device.NONE:
        return ""
    if device in (Device.OWN, Device.OFFICE):
        return _(
            "It must not stay there. Once the pupil, the parents or the police hold the original, clear the copy: "
            "from the custody of the piece."
        )
    said = ClearingRefused(Refusal.VICTIM if device is Device.VICTIM else Refusal.OTHER).diagnostics()
    return f"{said.happened} {said.todo}"


def check_clearing(answers: Clearance) -> None:
    """Raises ClearingRefused where the copy may not be cleared."""
    if (why := refusal(answers)) is not None:
        raise ClearingRefused(why)


def refusal(answers: Clearance) -> Refusal | None:
    """What stands against it; None where nothing does."""
    if answers.device not in (Device.OWN, Device.OFFICE):
        return {Device.VICTIM: Refusal.VICTIM, Device.OTHER: Refusal.OTHER}.get(answers.device, Refusal.UNKNOWN_DEVICE)
    if answers.held_by is HeldBy.IN_DOUBT:
        return Refusal.IN_DOUBT
    if answers.held_by.value not in SECURED_BY:
        return Refusal.NOT_SECURED
    return None if answers.holder_name.strip() else Refusal.NO_NAME
