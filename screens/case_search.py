"""Finding a case among many: the ways of sorting the list, and what is looked through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, get_args

from guidance.language import _, sort_key
from screens.words import case_kind
from store.given_up import handed_over_words
from store.model import CaseKind, CaseSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One way of sorting the list."""

    id: str
    key: Callable[[CaseSummary], Any]
    last_first: bool = False


ORDERS: Final = (
    Order(id="urgency", key=lambda case: (case.next_due or date.max, -case.changed_at.timestamp())),
    Order(id="changed", key=lambda case: case.changed_at, last_first=True),
    Order(id="title", key=lambda case: sort_key(case.title)),
    Order(id="level", key=lambda case: (case.level or 0, case.changed_at), last_first=True),
)


def order_words(order: Order) -> str:
    """How the list is sorted, in words."""
    return {
        "urgency": _("by due date"),
        "changed": _("last changed first"),
        "title": _("by title"),
        "level": _("by level"),
    }[order.id]


def searchable(cases: Iterable[CaseSummary]) -> list[str]:
    """What is looked through to find each case, in the current language: all that its line says."""
    kinds = {kind: case_kind(kind) for kind in get_args(CaseKind)}
    levels = {level: _("level {level}").format(level=level) for level in range(1, 6)}
    return [
        " ".join(
            (
                *(case.reference, case.title, kinds[case.kind], levels.get(case.level or 0, ""), case.next_step),
                handed_over_words(case.handed_over) if case.handed_over else "",
            )
        ).casefold()
        for case in cases
    ]


def matching(cases: Sequence[CaseSummary], texts: Sequence[str], wanted: str, *, closed: bool) -> list[CaseSummary]:
    """The cases whose text (of `searchable`) holds every word that is wanted."""
    words = wanted.casefold().split()
    found = []
    for case, text in zip(cases, texts, strict=True):
        if (closed or case.closed_at is None) and all(word in text for word in words):
            found.append(case)
    return found
