"""The fields of a playbook in the words of one language: facts by their questions, steps by their titles, no codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from guidance.directory import find
from guidance.duration import Duration
from guidance.language import _, ngettext
from guidance.law import shipped_law
from guidance.loader import shipped
from guidance.model import (
    CASE_OPENED,
    DONE_PREFIX,
    LEVEL_FACT,
    Applies,
    Condition,
    Due,
    FactSpec,
    FactType,
    FactValue,
    Kind,
    Names,
    Need,
    Playbook,
    Step,
    Strength,
    Test,
    Text,
)

Say = Callable[["Words", Any], str]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one playbook for what its fields name."""

    book: Playbook

    def fact(self, id: str) -> str:
        """A fact by its question; what is known without being declared by its name."""
        if id == LEVEL_FACT:
            return _("Level")
        if id == CASE_OPENED:
            return _("the opening of the case")
        if id.startswith(DONE_PREFIX):
            return _("the step '{title}' is done").format(title=self.step(id.removeprefix(DONE_PREFIX)))
        spec = self.book.fact(id) or next((found for book in shipped() if (found := book.fact(id))), None)
        return f"'{spec.label.local()}'" if spec else id

    def step(self, id: str) -> str:
        """A step by its title."""
        found = next((step for step in self.book.steps if step.id == id), None)
        return found.title.local() if found else id

    def phase(self, id: str) -> str:
        """A phase by its title."""
        found = next((phase for phase in self.book.phases if phase.id == id), None)
        return found.title.local() if found else id

    def plan_question(self, id: str) -> str:
        """A question of the plan."""
        found = next((one for one in self.book.plan if one.id == id), None)
        return found.question.local() if found else id

    def value(self, fact: str, value: FactValue) -> str:
        """An answer as a person gives it."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        spec = self.book.fact(fact)
        choice = spec.choice(str(value)) if spec else None
        return choice.label.local() if choice else str(value)

    def condition(self, one: Condition) -> str:
        """What is asked of a fact."""
        if one.fact.startswith(DONE_PREFIX):
            done = self.fact(one.fact)
            asks_no = one.test in (Test.UNKNOWN, Test.NOT, Test.UNLESS) or one.values == (False,)
            return _("not: {condition}").format(condition=done) if asks_no else done
        values = _(" or ").join(self.value(one.fact, value) for value in one.values)
        words = {
            Test.KNOWN: _("{fact} is answered"),
            Test.UNKNOWN: _("{fact} is not answered"),
            Test.IS: _("{fact}: {values}"),
            Test.NOT: _("{fact}: not {values}"),
            Test.UNLESS: _("{fact}: not {values}, or no answer yet"),
        }[one.test]
        return words.format(fact=self.fact(one.fact), values=values)

    def conditions(self, many: Iterable[Condition], between: str = "; ") -> str:
        """Several of them."""
        return between.join(self.condition(one) for one in many)


def length(duration: Duration) -> str:
    """A length of time."""
    parts = []
    if duration.months:
        parts.append(ngettext("{count} month", "{count} months", duration.months).format(count=duration.months))
    if duration.days:
        parts.append(ngettext("{count} day", "{count} days", duration.days).format(count=duration.days))
    if duration.hours:
        parts.append(ngettext("{count} hour", "{count} hours", duration.hours).format(count=duration.hours))
    return _(" and ").join(parts) or _("at once")


def text(words: Text | None) -> str:
    """Words of the playbook itself."""
    return words.local() if words is not None else ""


def kind_words(kind: Kind) -> str:
    """What a step is for the person who does it."""
    return {
        Kind.DO: _("something to do"),
        Kind.ASK: _("something to ask"),
        Kind.DECIDE: _("something to decide"),
        Kind.RECORD: _("something to write down"),
        Kind.REFER: _("somebody to pass it on to"),
        Kind.WAIT: _("something to wait for"),
    }[kind]


def strength_words(strength: Strength) -> str:
    """How binding a step is."""
    return {Strength.MUST: _("must"), Strength.SHOULD: _("should"), Strength.MAY: _("may")}[strength]


def type_words(sort: FactType) -> str:
    """How a fact is answered."""
    return {
        FactType.YES_NO: _("yes or no"),
        FactType.CHOICE: _("one of several"),
        FactType.CHOICES: _("one or more of several"),
        FactType.TEXT: _("words"),
        FactType.DATE: _("a day"),
        FactType.LEVEL: _("a level"),
    }[sort]


def names_words(names: Names | None) -> str:
    """Whether the answer of a fact names people."""
    return {
        None: "",
        Names.WHO: _("the answer is who"),
        Names.AMONG: _("who stands in the answer among other words"),
        Names.NONE: _("it is not asked who"),
    }[names]


def kinds(ids: Iterable[str]) -> str:
    """Kinds of case."""
    words = {"school": _("school"), "workplace": _("workplace"), "mentoring": _("mentoring")}
    return ", ".join(words.get(id, id) for id in ids)


def yes(value: bool) -> str:
    """Yes or no."""
    return _("yes") if value else _("no")


def _need(words: Words, need: Need) -> str:
    when = " " + _("when {conditions}").format(conditions=words.conditions(need.when)) if need.when else ""
    because = f" ({need.because.local()})" if need.because else ""
    return f"{words.condition(need.condition)}{when}{because}"


def _due(words: Words, due: Due | None) -> str:
    if due is None:
        return ""
    return _("{length} from {event}").format(length=length(due.within), event=words.fact(due.event))


def _dues(words: Words, step: Step) -> str:
    found = [_due(words, step.due)]
    found += [_("level {level}: {due}").format(level=level, due=_due(words, due)) for level, due in step.due_at]
    found += [_("by law: {rule}").format(rule=_rule(rule)) for rule in step.due_law]
    return "; ".join(part for part in found if part)


def _rule(id: str) -> str:
    found = next((rule for rule in shipped_law().rules if rule.id == id), None)
    return found.title.local() if found else id


def _strength(_words: Words, step: Step) -> str:
    at_levels = [
        _("{strength} at level {level}").format(strength=strength_words(one), level=level)
        for level, one in step.strength_at
    ]
    return ", ".join([strength_words(step.strength), *at_levels])


def _applies(words: Words, step: Step) -> str:
    applies: Applies = step.applies
    levels = ", ".join(map(str, applies.levels))
    parts = [_("level {level}").format(level=levels) if levels else "", kinds(applies.kinds)]
    parts += [words.conditions(applies.facts), words.conditions(applies.any, _(" or "))]
    return "; ".join(part for part in parts if part)


def _choices(_words: Words, fact: FactSpec) -> str:
    alone = " " + _("(alone)")
    return "; ".join(f"{one.label.local()}{alone if one.alone else ''}" for one in fact.choices)


def _joins(words: Words, book: Playbook) -> str:
    when = _("when {conditions}")
    return "; ".join(f"{kinds(one.kinds)} {when.format(conditions=words.fact(one.fact))}" for one in book.joins)


def _says(words: Words, step: Step) -> str:
    found = []
    for one in step.says:
        sort, _colon, id = one.partition(":")
        if sort == "plan":
            found.append(words.plan_question(id))
        else:
            entry = find(id)
            found.append(_("the directory: {entry}").format(entry=entry.name.local() if entry else id))
    return "; ".join(found)


def _facts(words: Words, ids: Iterable[str]) -> str:
    return "; ".join(words.fact(id) for id in ids)


SAID: Final[dict[tuple[str, str], Say]] = {
    ("playbook", "title"): lambda _w, book: text(book.title),
    ("playbook", "kinds"): lambda _w, book: kinds(book.kinds),
    ("playbook", "joins"): _joins,
    ("playbook", "source"): lambda _w, book: f"{book.source.document} ({text(book.source.credit)})",
    ("step", "title"): lambda _w, step: text(step.title),
    ("step", "why"): lambda _w, step: text(step.why),
    ("step", "how"): lambda _w, step: text(step.how),
    ("step", "phase"): lambda w, step: w.phase(step.phase),
    ("step", "kind"): lambda _w, step: kind_words(step.kind),
    ("step", "strength"): _strength,
    ("step", "applies"): _applies,
    ("step", "needs"): lambda w, step: "; ".join(_need(w, need) for need in step.needs),
    ("step", "sets"): lambda w, step: _facts(w, step.sets),
    ("step", "done_if"): lambda w, step: w.conditions(step.done_if),
    ("step", "due"): _dues,
    ("step", "recurs"): lambda _w, step: length(step.recurs) if step.recurs else "",
    ("step", "after"): lambda w, step: "; ".join(w.step(id) for id in step.after),
    ("step", "informs"): lambda _w, step: yes(step.informs),
    ("step", "may_pass"): lambda _w, step: yes(step.may_pass),
    ("step", "says"): _says,
    ("fact", "type"): lambda _w, fact: type_words(fact.type),
    ("fact", "label"): lambda _w, fact: text(fact.label),
    ("fact", "help"): lambda _w, fact: text(fact.help),
    ("fact", "choices"): _choices,
    ("fact", "optional"): lambda _w, fact: yes(fact.optional),
    ("fact", "intake"): lambda _w, fact: yes(fact.intake),
    ("fact", "future"): lambda _w, fact: yes(fact.future),
    ("fact", "when"): lambda w, fact: w.conditions(fact.when),
    ("fact", "names"): lambda _w, fact: names_words(fact.names),
    ("phase", "title"): lambda _w, phase: text(phase.title),
    ("level", "title"): lambda _w, level: text(level.title),
    ("level", "described"): lambda _w, level: yes(level.described),
    ("level", "reaction"): lambda _w, level: "; ".join(map(text, level.reaction)),
    ("level", "image"): lambda _w, level: "; ".join(map(text, level.image)),
    ("plan", "question"): lambda _w, question: text(question.question),
    ("plan", "help"): lambda _w, question: text(question.help),
    ("plan", "phase"): lambda w, question: w.phase(question.phase),
}
"""How each field is said; one that is not here is said as it stands in the file (a number, a date, a place)."""
