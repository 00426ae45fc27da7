"""Concerns in a mentorship programme: the kinds there are, when each is due, and who may read one (seeds 000, 002)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial
from typing import ClassVar, Final

from guidance.duration import Duration
from guidance.errors import Diagnostics
from guidance.language import _
from guidance.model import Text
from guidance.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernKind:
    """One kind of concern.

    Attributes:
        id: kebab-case.
        label: what it is called.
        at_once: it is due on the day it comes in, whatever the programme allows for others.
        ends: it ends the mentoring: the ending step opens.
    """

    id: str
    label: Text
    at_once: bool = False
    ends: bool = False


REPORT_KINDS: Final = (
    "sexual-content",
    "incitement",
    "threats",
    "harmful-behaviour",
    "fraudulent-profile",
    "spam",
    "phishing",
)
"""Seed 000, 'Rapporter alle mistænkelige og stødende opførelser' and 'Beskyt din konto'."""
BEHAVIOUR_KINDS: Final = ("language", "off-goals", "boundaries", "confidentiality")
"""Seed 002, sections 3 (Appropriate Behavior) and 4."""
WARNING_KINDS: Final = (
    "money",
    "personal-details",
    "off-platform",
    "not-who-they-say",
    "private-meeting",
    "drugs-alcohol",
)
"""Seed 000: what was asked for or pressed for."""
_AT_ONCE: Final = frozenset({"sexual-content", "incitement", "threats", "harmful-behaviour", "money"})
_ENDS: Final = frozenset({"private-meeting", "drugs-alcohol"})
"""Seed 000, 'Mød hinanden offentlige steder' and 'Kend dine grænser': the mentoring ends."""


def _label(id: str) -> str:
    return {
        "sexual-content": _("Sexual content"),
        "incitement": _("Incitement to something illegal"),
        "threats": _("Threats or insults"),
        "harmful-behaviour": _("Inappropriate or harmful behaviour during or after a meeting"),
        "fraudulent-profile": _("Fraudulent profile"),
        "spam": _("Spam, commercial links or sales attempts"),
        "phishing": _("A message that asks for a user name or a password"),
        "language": _("Language that is not professional or respectful"),
        "off-goals": _("The goals of the mentoring are lost from sight"),
        "boundaries": _("Personal boundaries are not respected"),
        "confidentiality": _("What was said in confidence was passed on"),
        "money": _("Asked for money or financial information"),
        "personal-details": _("Asked for, or gave, sensitive personal details"),
        "off-platform": _("Pressed to leave the platform"),
        "not-who-they-say": _("May not be who they say they are"),
        "private-meeting": _("Pressed to meet in a private place"),
        "drugs-alcohol": _("Pressed to take drugs or alcohol"),
        "other": _("Something else"),
    }[id]


def kinds() -> tuple[ConcernKind, ...]:
    """Every kind, in the order in which they are offered."""
    ids = (*REPORT_KINDS, *BEHAVIOUR_KINDS, *WARNING_KINDS, "other")
    return tuple(
        ConcernKind(id=id, label=Text.of(partial(_label, id)), at_once=id in _AT_ONCE | _ENDS, ends=id in _ENDS)
        for id in ids
    )


def kind(id: str) -> ConcernKind | None:
    """The kind with this id; None where there is none."""
    return next((one for one in kinds() if one.id == id), None)


def due_on(kind_id: str, received_at: datetime, within: str, zone: tzinfo) -> date:
    """The day by which a concern has to be dealt with, from the moment it came in.

    Args:
        kind_id: which kind.
        received_at: when it came in, aware; whatever may happen later, it counts from here.
        within: the programme's own time, an ISO 8601 duration.
        zone: whose calendar days are meant.
    """
    found = kind(kind_id)
    at_once = found is not None and found.at_once
    return (received_at if at_once else Duration.parse(within).after(received_at)).astimezone(zone).date()


def may_read(viewer: str, about: Collection[str], readers: Collection[str]) -> bool:
    """Whether somebody may know of a concern: one of its readers, and never the person it is about.

    Whoever may not is not told that it is there, by no list, no number and no step. What else the viewer is in the
    programme, an administrator included, changes nothing (seed 002, section 3, Reporting Mechanism).

    Args:
        viewer: an author's id.
        about: authors' ids of those it is about.
        readers: authors' ids.
    """
    return viewer not in about and viewer in readers


class AboutOneself(Refused):
    """Somebody takes in a concern about themselves, or is to read one."""

    code: ClassVar[str] = "about-oneself"
    rule = "concern-about-oneself"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("Whoever a concern is about can't take it in, and can't be one of its readers."),
            safe=_("Nothing was recorded and nothing is lost."),
            todo=_("Let another member of staff take it in, in their own vault."),
        )


def check_taken_in(viewer: str, about: Collection[str], readers: Collection[str]) -> None:
    """The gate when a concern is taken in, and when its readers are named.

    Raises:
        AboutOneself: the person it is about would take it in or read it.
    """
    if viewer in about or set(about) & set(readers):
        raise AboutOneself


def outcome_words(outcome: str) -> str:
    """How a concern was settled."""
    return {
        "founded": _("it was as reported"),
        "partly": _("partly as reported"),
        "unfounded": _("not as reported"),
        "withdrawn": _("taken back by whoever reported it"),
    }.get(outcome, outcome)


OUTCOMES: Final = ("founded", "partly", "unfounded", "withdrawn")
