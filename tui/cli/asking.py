"""Asking field by field, one question a line: for a person at a terminal, and in the shell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Literal, TypeVar, cast, get_args

from guidance.dates import parse_day
from guidance.errors import SeglError
from guidance.guide import Guide, StepView
from guidance.known import Known
from guidance.language import _
from guidance.model import FactSpec, FactType, FactValue
from guidance.values import parse_value
from store.bundle.labels import role_label
from store.model import Age, CaseKind, Contact, Intake, OfficeSetUp, PersonDraft, Role
from tui.cli.sources import END_OF_TEXT, Sources
from tui.cli.terminal import yes, yes_or_no

V = TypeVar("V")
BACK: Final = "<"


class GoBack(Exception):
    """Somebody wants the question before."""


def ask_facts(sources: Sources, guide: Guide, view: StepView) -> dict[str, FactValue]:
    """Ask for what a step wants to know, one field after the other; a blank answer leaves an optional one out."""
    sources.say(view.step.title.local())
    found: dict[str, FactValue] = {}
    for spec in (guide.specs[fact] for fact in view.step.sets if fact in guide.specs):
        so_far = Known(replace(guide.facts, values={**guide.facts.values, **found}), guide.specs)
        if not so_far.may_meet_all(spec.when):
            continue
        value = ask_fact(sources, guide, spec)
        if value is not None:
            found[spec.id] = value
    return found


def ask_fact(sources: Sources, guide: Guide, spec: FactSpec, *, back: bool = False) -> FactValue | None:
    """Ask for one field until the answer can be used; None where it may be left out and was.

    Raises:
        GoBack: `<` was typed, and that is offered.
    """
    if spec.help.local():
        sources.say(spec.help.local())
    for number, choice in enumerate(spec.choices, start=1):
        sources.say(f"  {number}. {choice.label.local()}")
    while True:
        typed = sources.ask(f"{spec.label.local()} {_hint(spec)}:").strip()
        if back and typed == BACK:
            raise GoBack
        if not typed and (spec.optional or spec.id in guide.facts.values):
            return None
        try:
            return parse_value(spec, _meant(spec, typed, guide.today), today=guide.today)
        except SeglError as failure:
            sources.say(failure.diagnostics().todo)


def _hint(spec: FactSpec) -> str:
    hint = {
        FactType.YES_NO: yes_or_no(),
        FactType.DATE: _("(a date such as 31.1.2026, today or -3d)"),
        FactType.LEVEL: _("(1 to 5)"),
        FactType.CHOICE: _("(its number)"),
        FactType.CHOICES: _("(numbers, with a space between)"),
    }.get(spec.type, "")
    return " ".join(part for part in (hint, _("(may be left blank)")) if part) if spec.optional else hint


def _meant(spec: FactSpec, typed: str, today: date) -> object:
    if spec.type is FactType.DATE:
        return parse_day(typed, today) or typed
    numbers = typed.replace(",", " ").split()
    if spec.choices and numbers and all(one.isascii() and one.isdigit() for one in numbers):
        return (
            [spec.choices[int(one) - 1].id for one in numbers if 1 <= int(one) <= len(spec.choices)]
            if (spec.type is FactType.CHOICES)
            else _numbered(spec, int(numbers[0]))
        )
    return typed


def _numbered(spec: FactSpec, number: int) -> str:
    return spec.choices[number - 1].id if 1 <= number <= len(spec.choices) else ""


def ask_answers(sources: Sources, *, joined: str = "") -> OfficeSetUp:
    """Ask for what setting up needs; less where an office is joined, whose name is given."""
    office = joined or _needed(sources, _("The office's name:"))
    author = _needed(sources, _("Your own name, as colleagues know it:"))
    language = _one_of_words(sources, _("Language"), ("da", "en"), "da")
    contacts = []
    for id, label in (
        ()
        if joined
        else (
            ("prevention-unit", _("The municipality's prevention unit")),
            ("police-resource-person", _("The police's resource person")),
            ("communications", _("The communications department")),
        )
    ):
        name = sources.ask(_("{what}, name (blank if there is none):").format(what=label)).strip()
        if name:
            phone = sources.ask(_("Telephone:")).strip()
            contacts.append(Contact(id=id, name=name, phone=phone, mail=sources.ask(_("Mail:")).strip()))
    return OfficeSetUp(
        office=office, author=author, language=cast("Literal['da', 'en']", language), contacts=tuple(contacts)
    )


def ask_intake(sources: Sources) -> Intake:
    """Ask for what is known when a case is opened."""
    title = _needed(sources, _("A few words that tell the case from others:"))
    kind = _one_of_words(sources, _("Kind of case"), get_args(CaseKind), "school")
    happened = _several_lines(sources, _("What happened, as told"))
    people: list[PersonDraft] = []
    while yes(sources.ask(_("Somebody who belongs to the case? {hint}").format(hint=yes_or_no()))):
        people.append(ask_person(sources))
    stand_in = sources.ask(_("Who may read the case if you are ill (blank for nobody):")).strip()
    why = _("Why nobody? The reason stays in the case, and the office's leader sees it:")
    reason = "" if stand_in else _needed(sources, why)
    return Intake(
        title=title,
        kind=cast("CaseKind", kind),
        happened=happened,
        people=tuple(people),
        stand_in=stand_in,
        no_stand_in_reason=reason,
    )


def ask_person(sources: Sources) -> PersonDraft:
    """Ask for somebody who belongs to a case."""
    name = _needed(sources, _("Name; an initial will do:"))
    roles = _roles(sources)
    age = _one_of_words(sources, _("Age"), tuple(one.value for one in Age), Age.UNKNOWN.value)
    over: tuple[str, ...] = ()
    if Role.PARENTAL_AUTHORITY in roles:
        typed = sources.ask(_("Parental authority over whom (names, with a comma between):"))
        over = tuple(part.strip() for part in typed.split(",") if part.strip())
    contact = sources.ask(_("Telephone or mail (may be blank):")).strip()
    return PersonDraft(name=name, roles=roles, age=Age(age), authority_over=over, contact=contact)


def _needed(sources: Sources, prompt: str) -> str:
    return _until(sources, prompt, lambda typed: typed or None)


def _until(sources: Sources, prompt: str, read: Callable[[str], V | None]) -> V:
    while True:
        value = read(sources.ask(prompt).strip())
        if value is not None:
            return value
        sources.say(_("That can't be used here."))


def _one_of_words(sources: Sources, what: str, words: Sequence[str], default: str) -> str:
    prompt = _("{what} ({choices}; blank: {default}):").format(what=what, choices=", ".join(words), default=default)
    return _until(sources, prompt, lambda typed: default if not typed else typed if typed in words else None)


def _roles(sources: Sources) -> tuple[Role, ...]:
    members = list(Role)
    for number, member in enumerate(members, start=1):
        sources.say(f"  {number}. {role_label(member.value)}")

    def read(typed: str) -> tuple[Role, ...] | None:
        words = typed.replace(",", " ").split()
        named = {str(number): member for number, member in enumerate(members, start=1)}
        named |= {member.value: member for member in members}
        return tuple(named[word] for word in words) if words and all(word in named for word in words) else None

    return _until(sources, _("Roles (numbers, with a space between):"), read)


def _several_lines(sources: Sources, what: str) -> str:
    sources.say(_("{what}. End with a line that has only a dot.").format(what=what))
    lines: list[str] = []
    while (line := sources.ask(">")) != END_OF_TEXT:
        lines.append(line)
    return "\n".join(lines).strip()
