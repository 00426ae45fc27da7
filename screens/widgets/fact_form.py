"""A form made from the facts that a step asks for; a question that depends on another answer comes and goes with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from guidance.dates import parse_day
from guidance.guide import CaseFacts
from guidance.known import Known
from guidance.language import _
from guidance.model import FactSpec, FactType, FactValue
from screens.widgets.choices import Choices, Option
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import day


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An answer that can't be used yet: which question, and what is asked of it."""

    fact: str
    words: str


def raw_of(value: FactValue | None) -> str:
    """An answer as it stands in its field."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value or "")


class Question(VerticalGroup):
    """One fact: its label, its help, and the way to answer it."""

    DEFAULT_CSS = """
    Question {
        margin-bottom: 1;
        & .question-label { text-style: bold; }
        & .question-help { color: $text-muted; }
        & .question-fault { color: $text-error; }
        & Input { margin: 0; }
        & PlainArea { height: auto; min-height: 3; max-height: 8; }
        &.-off { display: none; }
    }
    """

    @dataclass
    class Answered(Message):
        """The answer changed."""

        question: Question

    def __init__(self, spec: FactSpec, value: FactValue | None, today: date) -> None:
        super().__init__()
        self.spec = spec
        self._first = value
        self._today = today
        self.first_raw = ""

    def compose(self) -> ComposeResult:
        """Label, help, field, and a place for what is wrong."""
        optional = "  " + _("(may be left out)") if self.spec.optional else ""
        yield Static(
            Content.assemble(self.spec.label.local(), (optional, "not bold $text-muted")), classes="question-label"
        )
        if help_text := self.spec.help.local():
            yield Static(Content(help_text), classes="question-help")
        yield self._field()
        yield Static("", classes="question-fault", markup=False)

    def _field(self) -> Widget:
        first = self._first
        match self.spec.type:
            case FactType.YES_NO:
                answer = () if not isinstance(first, bool) else ("yes" if first else "no",)
                return Choices((Option(id="yes", label=_("Yes")), Option(id="no", label=_("No"))), chosen=answer)
            case FactType.CHOICE | FactType.CHOICES:
                several = self.spec.type is FactType.CHOICES
                chosen = tuple(first.split(" ")) if isinstance(first, str) else ()
                options = [Option(id=one.id, label=one.label.local(), alone=one.alone) for one in self.spec.choices]
                return Choices(options, several=several, chosen=chosen)
            case FactType.DATE:
                return TextLine(
                    raw_of(first), placeholder=_("a date: today, -3d, 21-11-2026"), compact=True, select_on_focus=False
                )
        return PlainArea(str(first) if first is not None else "")

    def value(self) -> FactValue | Fault | None:
        """The answer, what is wrong with it, or None where there is none."""
        field = self._answer
        if field is None:
            return self._first
        if isinstance(field, Choices):
            if self.spec.type is FactType.YES_NO:
                return None if field.value is None else field.value == "yes"
            return " ".join(field.chosen) or None
        if isinstance(field, Input):
            if not field.value.strip():
                return None
            typed = parse_day(field.value, self._today)
            if typed is None:
                return Fault(
                    fact=self.spec.id, words=_("This is not a date. Write for example today, -3d or 21-11-2026.")
                )
            if typed > self._today and not self.spec.future:
                return Fault(fact=self.spec.id, words=_("This day lies ahead. Write a day that has been."))
            return typed
        assert isinstance(field, TextArea)
        return field.text.strip() or None

    def focus_field(self) -> None:
        """Put the focus into the field."""
        if self._answer is not None:
            self._answer.focus()

    @property
    def _answer(self) -> Widget | None:
        """The field; there is none for a moment while the form is drawn."""
        return next(iter(self.query("Choices, Input, PlainArea")), None)

    def raw(self) -> str:
        """What stands in the field, as text."""
        field = self._answer
        if field is None:
            return raw_of(self._first)
        if isinstance(field, Choices):
            return " ".join(field.chosen)
        return field.value if isinstance(field, Input) else str(getattr(field, "text", ""))

    def put_raw(self, text: str) -> None:
        """Put text into the field."""
        field = self._answer
        if isinstance(field, Choices):
            field.put(chosen=text.split(" "))
        elif isinstance(field, Input):
            field.value = text
        elif isinstance(field, TextArea):
            field.load_text(text)

    def say(self, words: str) -> None:
        """Say what is wrong under the field."""
        line = self.query_one(".question-fault", Static)
        line.update(Content(words))
        line.display = bool(words)

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.say("")
        self.first_raw = self.raw()

    @on(Choices.Changed)
    @on(Input.Changed)
    @on(TextArea.Changed)
    def _changed(self) -> None:
        value = self.value()
        if isinstance(value, date):
            self.say("")
            self.query_one(".question-fault", Static).update(Content.styled(day(value), "$text-muted"))
            self.query_one(".question-fault").display = True
        elif not isinstance(value, Fault):
            self.say("")
        self.post_message(self.Answered(self))


class FactForm(VerticalGroup):
    """The questions of one step."""

    def __init__(
        self, specs: Iterable[FactSpec], facts: CaseFacts, all_specs: Mapping[str, FactSpec], today: date
    ) -> None:
        super().__init__()
        self._specs = tuple(specs)
        self._facts = facts
        self._all = all_specs
        self._today = today

    def compose(self) -> ComposeResult:
        """A question a fact; a level is decided on a screen of its own."""
        for spec in self._specs:
            if spec.type is not FactType.LEVEL:
                yield Question(spec, self._facts.values.get(spec.id), self._today)

    def on_mount(self) -> None:
        """Ask only what is to be asked."""
        self._sift()

    @property
    def questions(self) -> list[Question]:
        """Every question, those that are not asked now too."""
        return list(self.query(Question))

    @on(Question.Answered)
    def _sift(self) -> None:
        values = dict(self._facts.values)
        for question in self.questions:
            answer = question.value()
            if answer is None or isinstance(answer, Fault):
                values.pop(question.spec.id, None)
            else:
                values[question.spec.id] = answer
            known = Known(dataclasses.replace(self._facts, values=values), self._all)
            asked = known.may_meet_all(question.spec.when)
            question.set_class(not asked, "-off")
            if not asked:
                values.pop(question.spec.id, None)

    def answers(self) -> dict[str, FactValue]:
        """What has been answered so far, of what is asked; answers that can't be used are left out."""
        found: dict[str, FactValue] = {}
        for question in self.questions:
            answer = question.value()
            if not question.has_class("-off") and answer is not None and not isinstance(answer, Fault):
                found[question.spec.id] = answer
        return found

    def check(self, *, complete: bool = True) -> Question | None:
        """The first question whose answer is missing or can't be used, after saying so under each."""
        first = None
        for question in self.questions:
            if question.has_class("-off"):
                continue
            answer = question.value()
            words = ""
            if isinstance(answer, Fault):
                words = answer.words
            elif answer is None and complete and not question.spec.optional:
                words = _("This has to be answered.")
            question.say(words)
            if words and first is None:
                first = question
        return first

    def changed(self) -> dict[str, str]:
        """What stands in the fields and is not what stood there at first, as text, for a draft."""
        return {
            question.spec.id: text
            for question in self.questions
            if (text := question.raw()) != question.first_raw and text
        }

    def put_raw(self, raw: Mapping[str, str]) -> None:
        """Put a draft back into the fields."""
        for question in self.questions:
            if question.spec.id in raw:
                question.put_raw(raw[question.spec.id])
        self._sift()
