"""Dated law as data: how long after which event something is due, in force from when to when, and by which source.

Segl never states the law as certain. What ships is marked 'check locally'; an office puts its own rules in `law.toml`
in Segl's home, each with its reason, and they take the place of the shipped rules with the same id.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from guidance.duration import Duration
from guidance.faults import PlaybookError
from guidance.language import _, day_in_digits, ngettext
from guidance.model import SCHEMA, Text
from guidance.reader import Table, read_file, read_toml

FILE: Final = Path(__file__).parent / "law.toml"
OWN_NAME: Final = "law.toml"
"""The name of an office's own file, in Segl's home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as it is in force for a time.

    Attributes:
        id: the same for every time it is in force.
        event: the fact, a date, that its time is counted from.
        within: how long after the event.
        in_force_from, in_force_to: the days between which the event has to lie, both of them in; None at the beginning
            means that nobody has looked up when it began, at the end that it still holds.
        trigger: what it counts from, in words.
        threshold: when it applies at all, in words.
        source: what it was read in.
        checked: when somebody last held it against its source.
        check_locally: whether an office still has to check it.
        reason: why an office has put it in; empty for what ships.
    """

    id: str
    event: str
    within: Duration
    in_force_from: date | None
    in_force_to: date | None
    title: Text
    trigger: Text
    threshold: Text
    source: str
    checked: date
    check_locally: bool
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Whether it was in force on a day."""
        return self._first <= day and (self.in_force_to is None or day <= self.in_force_to)

    @property
    def _first(self) -> date:
        return self.in_force_from or date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """All rules that count here."""

    rules: tuple[Rule, ...]

    def versions(self, id: str) -> tuple[Rule, ...]:
        """The rule as it was and is, the newest first."""
        found = [rule for rule in self.rules if rule.id == id]
        return tuple(sorted(found, key=lambda rule: rule.in_force_from or date.min, reverse=True))

    def in_force(self, id: str, day: date) -> Rule | None:
        """The rule as it was in force on the day of an event; None where it was not."""
        return next((rule for rule in self.versions(id) if rule.covers(day)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawDue:
    """A due date that comes from the law data.

    Attributes:
        on: the last day.
        counted_from: the day that it is counted from.
        provisional: the event is not recorded yet, so it is counted from the day the case was opened.
    """

    rule: Rule
    on: date
    counted_from: date
    provisional: bool

    def left(self, today: date) -> int:
        """How many days are left; negative where it has passed."""
        return (self.on - today).days

    def words(self, today: date) -> Text:
        """What a person is told beside the step."""
        return Text.of(lambda: " ".join(self._sentences(today)))

    def _sentences(self, today: date) -> Iterable[str]:
        days = self.left(today)
        if days > 0:
            yield ngettext("{count} day left.", "{count} days left.", days).format(count=days)
        elif days == 0:
            yield _("The last day is today.")
        else:
            yield ngettext("The time ran out {count} day ago.", "The time ran out {count} days ago.", -days).format(
                count=-days
            )
        if self.provisional:
            yield _("Counted from {day}, when the case was opened, until it is recorded: {trigger}.").format(
                day=day_in_digits(self.counted_from), trigger=self.rule.trigger.local()
            )
        else:
            yield _("Counted from {day}: {trigger}.").format(
                day=day_in_digits(self.counted_from), trigger=self.rule.trigger.local()
            )
        yield _("It applies where: {threshold}.").format(threshold=self.rule.threshold.local())
        if self.rule.reason:
            yield _("The office's own rule: {reason}").format(reason=self.rule.reason)
        if self.rule.check_locally:
            yield _("Check locally: Segl does not know the law for certain.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLawKnown:
    """A day from which a rule would count, and none that is known was in force then: no due date comes of it.

    Attributes:
        rule: the newest version there is, which says what it counts from.
        day: the day of the event, or of the opening where none is recorded.
        provisional: the event is not recorded yet.
    """

    rule: Rule
    day: date
    provisional: bool

    def words(self, today: date) -> Text:
        """What a person is told beside the step."""
        del today  # nothing runs out
        return Text.of(self._sentence)

    def _sentence(self) -> str:
        if self.provisional:
            words = _(
                "No rule is known that was in force on {day}, when the case was opened: check locally what is due, and "
                "when. Until it is recorded, nothing else is there to count from: {trigger}."
            )
        else:
            words = _(
                "No rule is known that was in force on {day} ({trigger}): check locally what was due then, and when."
            )
        return words.format(day=day_in_digits(self.day), trigger=self.rule.trigger.local())


def load_law(raw: bytes, name: str, *, own: bool = False) -> Law:
    """Read a file of rules.

    Args:
        raw: the bytes of the file.
        name: what to call it in a complaint.
        own: an office's own file: each rule has its `reason`, and may say that it was checked.

    Raises:
        PlaybookError: it is not one; says where and why.
    """
    table = read_toml(raw, name)
    schema = table.number("schema")
    if schema != SCHEMA:
        table.refuse("schema", "wrong-schema", schema, SCHEMA)
    found: list[Rule] = []
    for part in table.tables("rules"):
        rule = _rule(part, own=own)
        for other in found:
            if other.id == rule.id and other.event != rule.event:
                part.refuse("event", "other-event", rule.event, other.event)
            if other.id == rule.id and _meet(other, rule):
                part.refuse("in_force_from", "both-in-force", rule.id, other.in_force_from)
        found.append(rule)
    table.finish()
    return Law(rules=tuple(found))


@cache
def shipped_law() -> Law:
    """The rules that come with Segl."""
    return load_law(FILE.read_bytes(), FILE.name)


def with_own(own: Iterable[Rule]) -> Law:
    """The rules of an office: its own in the place of those with the same id."""
    theirs = tuple(own)
    ids = {rule.id for rule in theirs}
    return Law(rules=(*theirs, *(rule for rule in shipped_law().rules if rule.id not in ids)))


def law_of(home: Path) -> tuple[Law, PlaybookError | None]:
    """The law data that counts in a home; the shipped rules, and what is wrong, where the office's file is bad."""
    path = home / OWN_NAME
    if not os.path.lexists(path):
        return shipped_law(), None
    try:
        return _own_law(read_file(path)), None
    except PlaybookError as error:
        return shipped_law(), error


@lru_cache(maxsize=8)
def _own_law(raw: bytes) -> Law:
    return with_own(load_law(raw, OWN_NAME, own=True).rules)


def _rule(part: Table, *, own: bool) -> Rule:
    rule = Rule(
        id=part.id(),
        event=part.id("event"),
        within=part.duration("within"),
        in_force_from=part.day("in_force_from") if part.has("in_force_from") else None,
        in_force_to=part.day("in_force_to") if part.has("in_force_to") else None,
        title=part.words("title"),
        trigger=part.words("trigger"),
        threshold=part.words("threshold"),
        source=part.line("source"),
        checked=part.day("checked"),
        check_locally=part.flag("check_locally"),
        reason=part.line("reason") if own else "",
    )
    if rule.in_force_to is not None and rule.in_force_to < (rule.in_force_from or date.min):
        part.refuse("in_force_to", "ends-before", rule.in_force_to, rule.in_force_from)
    if not own and not rule.check_locally:
        part.refuse("check_locally", "not-certain")
    part.finish()
    return rule


def _meet(one: Rule, other: Rule) -> bool:
    first, second = sorted((one, other), key=lambda rule: rule.in_force_from or date.min)
    return first.in_force_to is None or first.in_force_to >= (second.in_force_from or date.min)
