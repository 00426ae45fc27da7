"""What differs between two versions of a playbook, in words: for whoever decides whether a case is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from guidance.diff_words import SAID, Words
from guidance.language import _
from guidance.model import Due, FactSpec, Need, Playbook, Step, Text


class Change(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference.

    Attributes:
        sort: `playbook`, `step`, `fact`, `phase`, `level` or `plan`.
        id: of the thing.
        fields: what of it changed; empty where all of it is new or gone.
        before, after: what stood there as the file has it, in the order of `fields`: for programs.
        said: the same in words, before and after: for people.
    """

    sort: str
    id: str
    change: Change
    title: Text
    fields: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    said: tuple[tuple[Text, Text], ...] = ()

    def words(self) -> tuple[str, ...]:
        """The difference in the words of the current language, the first line naming the thing.

        Where only the other language's words differ, these are shown, and which language they are.
        """
        named = {"thing": _sort(self.sort), "title": self.title.local()}
        if self.change is Change.ADDED:
            return (_("New {thing}: {title}").format(**named),)
        if self.change is Change.REMOVED:
            return (_("Gone {thing}: {title}").format(**named),)
        lines = [_("Changed {thing}: {title}").format(**named)]
        for at, field in enumerate(self.fields):
            if field == "covers" and len(self.fields) > 1:
                continue  # ids of requirements say nothing to whoever decides
            before, after = self._both_sides(at)
            lines.append(
                _("  {field}: {before} -> {after}").format(
                    field=_field(field), before=before or _("nothing"), after=after or _("nothing")
                )
            )
        return tuple(lines)

    def _both_sides(self, at: int) -> tuple[str, str]:
        before, after = self.said[at]
        if before.local() != after.local():
            return before.local(), after.local()
        if (before.da, before.en) != (after.da, after.en):
            danish = before.da != after.da
            form = _("{words} (in Danish)") if danish else _("{words} (in English)")
            sides = (before.da, after.da) if danish else (before.en, after.en)
            return form.format(words=sides[0] or _("nothing")), form.format(words=sides[1] or _("nothing"))
        return self.before[at], self.after[at]


def differences(before: Playbook, after: Playbook) -> tuple[Difference, ...]:
    """All that differs: the playbook itself, then steps, facts, phases, levels and questions."""
    old, new = Words(before), Words(after)
    found = [*_changed("playbook", after.id, after.title, (old, before), (new, after), _PLAYBOOK)]

    def each(
        sort: str, things: Callable[[Playbook], Iterable[Any]], title: Callable[[Any], Text], fields: _Fields
    ) -> None:
        found.extend(_each(sort, (old, things(before)), (new, things(after)), title, fields))

    each("step", lambda book: book.steps, lambda step: step.title, _STEP)
    each("fact", lambda book: book.facts, lambda fact: fact.label, _FACT)
    each("phase", lambda book: book.phases, lambda phase: phase.title, _NAMED)
    each("level", lambda book: book.levels, lambda level: level.title, _LEVEL)
    each("plan", lambda book: book.plan, lambda question: question.question, _PLAN)
    return tuple(found)


_Fields = tuple[tuple[str, Callable[[Any], str]], ...]


def _key(thing: Any) -> str:
    return str(getattr(thing, "id", None) or thing.number)


def _each(
    sort: str,
    before: tuple[Words, Iterable[Any]],
    after: tuple[Words, Iterable[Any]],
    title: Callable[[Any], Text],
    fields: _Fields,
) -> Iterator[Difference]:
    old, new = ({_key(one): one for one in things} for _words, things in (before, after))
    for id, one in new.items():
        if id in old:
            yield from _changed(sort, id, title(one), (before[0], old[id]), (after[0], one), fields)
        else:
            yield Difference(sort=sort, id=id, change=Change.ADDED, title=title(one))
    for id, one in old.items():
        if id not in new:
            yield Difference(sort=sort, id=id, change=Change.REMOVED, title=title(one))


def _changed(
    sort: str, id: str, title: Text, before: tuple[Words, Any], after: tuple[Words, Any], fields: _Fields
) -> Iterator[Difference]:
    rows = [(name, say(before[1]), say(after[1])) for name, say in fields if say(before[1]) != say(after[1])]
    if rows:
        yield Difference(
            sort=sort,
            id=id,
            change=Change.CHANGED,
            title=title,
            fields=tuple(name for name, _old, _new in rows),
            before=tuple(old for _name, old, _new in rows),
            after=tuple(new for _name, _old, new in rows),
            said=tuple((_said(sort, name, old, *before), _said(sort, name, new, *after)) for name, old, new in rows),
        )


def _said(sort: str, field: str, raw: str, words: Words, thing: Any) -> Text:
    say = SAID.get((sort, field))
    return Text.of(lambda: say(words, thing)) if say else Text(da=raw, en=raw)


def _both(text: Text | None) -> str:
    return f"{text.en} / {text.da}" if text is not None and (text.en or text.da) else ""


def _conditions(conditions: Iterable[Any]) -> str:
    return "; ".join(
        f"{one.fact} {one.test.value} {', '.join(str(value).lower() for value in one.values)}".strip()
        for one in conditions
    )


def _need(need: Need) -> str:
    when = " " + f"when {_conditions(need.when)}" if need.when else ""
    because = f" ({_both(need.because)})" if need.because else ""
    return f"{_conditions([need.condition])}{when}{because}"


def _due(due: Due | None) -> str:
    return f"{due.within} from {due.event}" if due else ""


def _dues(step: Step) -> str:
    found = [_due(step.due), *(f"{level}: {_due(due)}" for level, due in step.due_at), *step.due_law]
    return "; ".join(part for part in found if part)


def _strength(step: Step) -> str:
    at_levels = [f"{one.value} at level {level}" for level, one in step.strength_at]
    return ", ".join([step.strength.value, *at_levels])


def _applies(step: Step) -> str:
    applies = step.applies
    parts = [", ".join(map(str, applies.levels)), ", ".join(applies.kinds), _conditions(applies.facts)]
    return "; ".join(part for part in (*parts, " or ".join(_conditions([one]) for one in applies.any)) if part)


def _choices(fact: FactSpec) -> str:
    alone = " " + "(alone)"
    return "; ".join(f"{one.id} = {_both(one.label)}{alone if one.alone else ''}" for one in fact.choices)


def _joins(book: Playbook) -> str:
    when = "when {conditions}"
    return "; ".join(f"{', '.join(one.kinds)} {when.format(conditions=one.fact)}" for one in book.joins)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


_PLAYBOOK: Final[_Fields] = (
    ("version", lambda book: str(book.version)),
    ("title", lambda book: _both(book.title)),
    ("reviewed", lambda book: book.reviewed.isoformat()),
    ("kinds", lambda book: ", ".join(book.kinds)),
    ("joins", _joins),
    ("source", lambda book: f"{book.source.document} ({_both(book.source.credit)})"),
)
_STEP: Final[_Fields] = (
    ("title", lambda step: _both(step.title)),
    ("why", lambda step: _both(step.why)),
    ("how", lambda step: _both(step.how)),
    ("heading", lambda step: step.heading),
    ("phase", lambda step: step.phase),
    ("kind", lambda step: step.kind.value),
    ("strength", _strength),
    ("applies", _applies),
    ("needs", lambda step: "; ".join(_need(need) for need in step.needs)),
    ("sets", lambda step: ", ".join(step.sets)),
    ("done_if", lambda step: _conditions(step.done_if)),
    ("due", _dues),
    ("recurs", lambda step: str(step.recurs or "")),
    ("after", lambda step: ", ".join(step.after)),
    ("informs", lambda step: _yes(step.informs)),
    ("may_pass", lambda step: _yes(step.may_pass)),
    ("says", lambda step: ", ".join(step.says)),
    ("covers", lambda step: ", ".join(step.covers)),
)
_FACT: Final[_Fields] = (
    ("type", lambda fact: fact.type.value),
    ("label", lambda fact: _both(fact.label)),
    ("help", lambda fact: _both(fact.help)),
    ("choices", _choices),
    ("optional", lambda fact: _yes(fact.optional)),
    ("intake", lambda fact: _yes(fact.intake)),
    ("future", lambda fact: _yes(fact.future)),
    ("when", lambda fact: _conditions(fact.when)),
    ("names", lambda fact: fact.names.value if fact.names else ""),
    ("covers", lambda fact: ", ".join(fact.covers)),
)
_NAMED: Final[_Fields] = (("title", lambda phase: _both(phase.title)), ("order", lambda phase: str(phase.order)))
_LEVEL: Final[_Fields] = (
    ("title", lambda level: _both(level.title)),
    ("described", lambda level: _yes(level.described)),
    ("reaction", lambda level: "; ".join(map(_both, level.reaction))),
    ("image", lambda level: "; ".join(map(_both, level.image))),
    ("covers", lambda level: ", ".join(level.covers)),
)
_PLAN: Final[_Fields] = (
    ("question", lambda question: _both(question.question)),
    ("help", lambda question: _both(question.help)),
    ("phase", lambda question: question.phase),
    ("covers", lambda question: ", ".join(question.covers)),
)


def _sort(sort: str) -> str:
    return {
        "playbook": _("playbook"),
        "step": _("step"),
        "fact": _("answer"),
        "phase": _("phase"),
        "level": _("level"),
        "plan": _("question of the plan"),
    }[sort]


def _field(field: str) -> str:
    return {
        "version": _("version"),
        "title": _("title"),
        "reviewed": _("reviewed"),
        "kinds": _("kinds of case"),
        "joins": _("joins"),
        "source": _("source"),
        "why": _("why"),
        "how": _("how"),
        "heading": _("place in the source"),
        "phase": _("phase"),
        "kind": _("kind"),
        "strength": _("how binding"),
        "applies": _("when it applies"),
        "needs": _("waits for"),
        "sets": _("asks for"),
        "done_if": _("done if"),
        "due": _("when it is due"),
        "recurs": _("again after"),
        "after": _("comes after"),
        "informs": _("somebody is told"),
        "may_pass": _("may be passed"),
        "says": _("shows"),
        "covers": _("covers"),
        "type": _("type"),
        "label": _("question"),
        "help": _("help"),
        "choices": _("choices"),
        "optional": _("optional"),
        "intake": _("at intake"),
        "future": _("may lie ahead"),
        "when": _("asked when"),
        "names": _("names people"),
        "order": _("order"),
        "described": _("described"),
        "reaction": _("reaction"),
        "image": _("image"),
        "question": _("question"),
    }[field]
