"""A proof for every requirement of the mentorship programme that code answers; see `proofs.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from guidance import concerns, mentoring
from guidance.mentoring import Missing, Part, Status, Verified, Vetting
from tests.guidance.proofs import World, allowed, refused

TODAY: Final = date(2026, 11, 21)
WHOLE: Final = Vetting(
    confirmed=frozenset(Verified), references=(True,), interviewed=True, motivation=True, role=True, safety=True
)


def _vm_1(_world: World) -> bool:
    def accept(vetting: Vetting) -> Callable[[], None]:
        return lambda: mentoring.check_acceptance(vetting, criminal_record=False, today=TODAY)

    return refused("vetting-before-acceptance", accept(Vetting())) and allowed(accept(WHOLE))


def _vm_1b(_world: World) -> bool:
    def lacking(*, on: bool) -> tuple[Missing, ...]:
        return mentoring.record_missing(None, asked=on, today=TODAY)

    return lacking(on=True) == (Missing.CRIMINAL_RECORD,) and lacking(on=False) == ()


def _vm_2a(_world: World) -> bool:
    return mentoring.is_approved("A", ("a",)) is True and mentoring.is_approved("B", ("a",)) is False


def _vm_2b(_world: World) -> bool:
    return refused("both-consents", lambda: mentoring.check_recording({Part.MENTOR})) and allowed(
        lambda: mentoring.check_recording(set(Part))
    )


def _vm_2c(_world: World) -> bool:
    def look(reason: str) -> Callable[[], None]:
        return lambda: mentoring.check_access(set(Part), "dispute", reason)

    return refused("recording-access", look("")) and allowed(look("De er uenige."))


def _vm_2d(_world: World) -> bool:
    return set(concerns.BEHAVIOUR_KINDS) <= {kind.id for kind in concerns.kinds()}


def _vm_2e(_world: World) -> bool:
    came_in = datetime(2026, 11, 21, 12, tzinfo=UTC)
    prompt = concerns.due_on("spam", came_in, "P1D", UTC) == TODAY + timedelta(days=1)
    confidential = concerns.may_read("a", (), ("a",)) is True and concerns.may_read("a", ("a",), ("a",)) is False
    taken_in = refused("concern-about-oneself", lambda: concerns.check_taken_in("a", ("a",), ()))
    return prompt and confidential and taken_in


def _vm_2f(_world: World) -> bool:
    return mentoring.next_check_in(TODAY, None, "P1M") == date(2026, 12, 21)


def _vm_3(_world: World) -> bool:
    return refused("session-content", lambda: mentoring.check_disclosure(("a",), "")) and allowed(
        lambda: mentoring.check_disclosure(("a",), "Retten beder om det.")
    )


def _vm_4(_world: World) -> bool:
    def give(status: Status) -> Callable[[], None]:
        return lambda: mentoring.check_session(status, Status.ACTIVE, accepted=True)

    return refused("suspended", give(Status.SUSPENDED)) and allowed(give(Status.ACTIVE))


def _vm_5(_world: World) -> bool:
    return (
        mentoring.review_due(TODAY, TODAY) is True and mentoring.review_due(TODAY + timedelta(days=1), TODAY) is False
    )


def _cm_5(_world: World) -> bool:
    found = (concerns.kind(id) for id in concerns.REPORT_KINDS)
    return all(one is not None and one.id in concerns.REPORT_KINDS for one in found)


PROOFS: Final[Mapping[str, Callable[[World], bool]]] = {
    "VM-1": _vm_1,
    "VM-1b": _vm_1b,
    "VM-2a": _vm_2a,
    "VM-2b": _vm_2b,
    "VM-2c": _vm_2c,
    "VM-2d": _vm_2d,
    "VM-2e": _vm_2e,
    "VM-2f": _vm_2f,
    "VM-3": _vm_3,
    "VM-4": _vm_4,
    "VM-5": _vm_5,
    "CM-5": _cm_5,
}
