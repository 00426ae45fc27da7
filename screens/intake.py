"""What has been answered so far about a case that is not opened yet: the questions it leads to, and the intake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any, Final, get_args

from guidance.dates import parse_day
from guidance.guide import CaseFacts
from guidance.known import Known
from guidance.language import _
from guidance.loader import for_kind
from guidance.merge import merge_facts
from guidance.model import FactSpec, FactType, FactValue
from guidance.refusals import FactNotValid
from guidance.values import parse_value
from screens.guide_words import fact_words
from screens.words import case_kind, role, today
from store.cases.people import VICTIM_AGE, victims_age
from store.model import Age, CaseKind, Intake, PersonDraft, Role

BEFORE: Final = ("kind", "title", "happened", "people")
AFTER: Final = ("stand_in", "check")
FACT: Final = "fact:"


def kind_of(text: str) -> CaseKind:
    """The kind that was chosen; a school's where none was."""
    return next((kind for kind in get_args(CaseKind) if kind == text), "school")


class Answers:
    """The answers of somebody who is opening a case, page by page.

    Attributes:
        fields: what was typed or chosen, by the id of its field; a fact's id stands behind `FACT`.
        people: who is part of the case.
    """

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.people: list[PersonDraft] = []

    @property
    def kind(self) -> CaseKind:
        """The kind of case that was chosen."""
        return kind_of(self.fields.get("kind", ""))

    @property
    def specs(self) -> dict[str, FactSpec]:
        """The facts that may be answered when a case of this kind is opened."""
        merged = merge_facts(for_kind(self.kind))
        return {id: spec for id, spec in merged.items() if spec.intake}

    @property
    def pages(self) -> tuple[str, ...]:
        """The ids of the pages, in order: those of the facts depend on the kind, the people and the answers."""
        specs, values = self.specs, self.facts()
        facts = CaseFacts(opened_at=datetime.now(UTC), kind=self.kind, values=values)
        known = Known(facts, specs)
        derived = {VICTIM_AGE} if self._victim_age() else set()
        asked = [f"{FACT}{id}" for id, spec in specs.items() if id not in derived and known.may_meet_all(spec.when)]
        return (*BEFORE, *asked, *AFTER)

    def _victim_age(self) -> str:
        return victims_age(self.people)

    def facts(self) -> dict[str, FactValue]:
        """What is known of the case by the answers so far."""
        found: dict[str, FactValue] = {}
        for id, spec in self.specs.items():
            raw = self.fields.get(f"{FACT}{id}", "")
            if id == VICTIM_AGE:
                raw = self._victim_age() or raw
            value = fact_of(spec, raw, today())
            if value is not None:
                found[id] = value
        return found

    def wrong(self, page: str) -> str:
        """What a page without a fact still needs, in words; empty where it is in order."""
        if page == "kind" and not self.fields.get("kind"):
            return _("Choose one.")
        if page == "title" and not self.fields.get("title", "").strip():
            return _("Write a few words.")
        stands = self.fields.get("stand_in", "").strip() or self.fields.get("no_stand_in", "").strip()
        if page == "stand_in" and not stands:
            return _("Name somebody, or write why nobody may read it.")
        return ""

    def lines(self) -> list[tuple[str, str, str]]:
        """Page, question and answer, for the last look."""
        nothing = "–"
        specs, values = self.specs, self.facts()
        people = "; ".join(f"{one.name} ({', '.join(role(r) for r in one.roles)})" for one in self.people)
        stand_in = self.fields.get("stand_in", "").strip()
        if not stand_in:
            stand_in = _("nobody: {reason}").format(reason=self.fields.get("no_stand_in", ""))
        return [
            ("kind", _("Sort of case"), case_kind(self.kind)),
            ("title", _("Title"), self.fields.get("title", "")),
            ("happened", _("What happened"), self.fields.get("happened", "") or nothing),
            ("people", _("People"), people or nothing),
            *(
                (
                    page,
                    specs[id].label.local(),
                    fact_words(specs[id], values[id]) if id in values else _("not asked yet"),
                )
                for page in self.pages
                if (id := page.removeprefix(FACT)) in specs
            ),
            ("stand_in", _("Stand-in"), stand_in),
        ]

    def drop_person(self, index: int) -> None:
        """Take somebody off the list, and out of what others were said to decide for them."""
        gone = self.people.pop(index)
        self.people = [without(person, gone.name) for person in self.people]

    def intake(self) -> Intake:
        """All of it, as the case is opened with it."""
        return Intake(
            title=self.fields.get("title", "").strip(),
            kind=self.kind,
            happened=self.fields.get("happened", "").strip(),
            people=tuple(self.people),
            facts={id: value for id, value in self.facts().items() if self._is_asked(id)},
            stand_in=self.fields.get("stand_in", "").strip(),
            no_stand_in_reason=self.fields.get("no_stand_in", "").strip(),
        )

    def _is_asked(self, id: str) -> bool:
        return id == VICTIM_AGE or f"{FACT}{id}" in self.pages

    def draft(self) -> dict[str, str]:
        """What a draft keeps; nothing as long as only the kind is chosen."""
        rest = {id: text for id, text in self.fields.items() if id != "kind" and text.strip()}
        if not rest and not self.people:
            return {}
        people = json.dumps([asdict(person) for person in self.people])
        return {**rest, "kind": self.fields.get("kind", ""), "people": people}

    def put_draft(self, typed: Mapping[str, str]) -> None:
        """Take the answers of a draft in place of these."""
        self.fields = {id: text for id, text in typed.items() if id not in ("people", "page")}
        self.people = people_of(typed.get("people", ""))


def fact_of(spec: FactSpec, raw: str, today: date) -> FactValue | None:
    """The answer that stands in a field; None where there is none, or none that can be used."""
    if not raw.strip():
        return None
    if spec.type is FactType.DATE:
        return parse_day(raw, today)
    try:
        return parse_value(spec, raw, today=today)
    except FactNotValid:
        return None


def without(person: PersonDraft, name: str) -> PersonDraft:
    """Somebody without parental authority over somebody who was taken off the list."""
    return replace(person, authority_over=tuple(one for one in person.authority_over if one != name))


def people_of(text: str) -> list[PersonDraft]:
    """The people of a draft; none where it can't be read."""
    try:
        rows: Any = json.loads(text) if text else []
        return [
            PersonDraft(
                **{
                    **row,
                    "roles": tuple(Role(one) for one in row["roles"]),
                    "age": Age(row["age"]),
                    "authority_over": tuple(row["authority_over"]),
                }
            )
            for row in rows
        ]
    except (ValueError, TypeError, KeyError):
        return []
