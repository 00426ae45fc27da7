"""One form for all that is written down in a programme: fields described as data, checked, kept as a draft."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.dates import parse_day
from guidance.language import _
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import one_line, today
from screens.work import FormScreen, put_fields, take_fields
from store.programme.people_model import Participant

E = TypeVar("E", bound=StrEnum)
Save = Callable[["ProgrammeForm", "Answers"], Coroutine[Any, Any, object]]


class Sort(StrEnum):
    """What is typed into a field."""

    LINE = "line"
    NAMES = "names"
    AREA = "area"
    DAY = "day"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Attributes:
        label: in the current language, asked for whenever the form is drawn.
        options: answers to choose from.
        value: what stands in it at first; several answers with a space between.
        optional: whether it may be left out.
        instead: the field that may be answered in its place; one of the two is needed.
        needed: for a field whose label says when it is needed: whether it is, by what the other fields say.
    """

    id: str
    label: Callable[[], str]
    sort: Sort = Sort.LINE
    options: Callable[[], Sequence[Option]] = tuple
    value: str = ""
    optional: bool = False
    instead: str = ""
    needed: Callable[[Mapping[str, str]], bool] | None = None

    def lacks(self, taken: Mapping[str, str]) -> bool:
        """Whether it still has to be answered, by what stands in all fields."""
        if taken.get(self.id, "").strip():
            return False
        if self.needed is not None:
            return self.needed(taken)
        return not self.optional and not taken.get(self.instead, "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was typed, once all of it makes sense."""

    texts: Mapping[str, str]
    days: Mapping[str, date]

    def text(self, id: str) -> str:
        """Text without blanks around it; empty where it was left out."""
        return self.texts.get(id, "").strip()

    def day(self, id: str) -> date:
        """A day."""
        return self.days[id]

    def moment(self, id: str, clock: str, *, past: bool = False) -> datetime:
        """A day and a time of day by this machine's clock; noon where no time was typed.

        Args:
            id: the field of the day.
            clock: the field of the time.
            past: it has happened: without a time it was now, where the day is today, as noon may be yet to come.
        """
        typed = parse_clock(self.text(clock))
        if typed is None and past and self.days[id] == today():
            return datetime.now(UTC)
        typed = typed or time(12)
        return datetime.combine(self.days[id], typed).astimezone().astimezone(UTC)

    def yes(self, id: str) -> bool:
        """Whether the answer is yes."""
        return self.text(id) == "yes"

    def several(self, id: str) -> tuple[str, ...]:
        """The answers chosen."""
        return tuple(self.text(id).split())


def yes_no() -> tuple[Option, ...]:
    """Yes and no."""
    return (Option(id="yes", label=_("Yes")), Option(id="no", label=_("No")))


def options_of(kind: type[E], label: Callable[[E], str]) -> Callable[[], tuple[Option, ...]]:
    """An option for each value of an enumeration."""
    return lambda: tuple(Option(id=one.value, label=label(one)) for one in kind)


def on_field(label: str = "") -> Field:
    """On which day."""
    return Field(id="on", label=lambda: label or _("When? (a date, 'today', '-3d')"), sort=Sort.DAY)


def people_options(people: Sequence[Participant]) -> tuple[Option, ...]:
    """Everybody, to choose one from."""
    return tuple(Option(id=one.id, label=one_line(one.name, 60)) for one in people)


def parse_clock(text: str) -> time | None:
    """A time of day as it is typed: `14:30`, `14.30`, `1430`, `9`; None where it can't be read."""
    digits = text.strip().replace(".", ":")
    if digits.isascii() and digits.isdigit():
        digits = f"{digits}:00" if len(digits) <= 2 else f"{digits[:-2]}:{digits[-2:]}"
    hour, _colon, minute = digits.partition(":")
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


class ProgrammeForm(FormScreen[object]):
    """A form of the programme; gives what its `save` gives.

    Args:
        title: what is written down.
        fields: in the order of the screen.
        save: writes it; what it refuses is shown, and the form stays.
        draft: under which name the draft is kept.
        words: what stands above the fields.
    """

    CSS_PATH = "programme_form.tcss"
    AUTO_FOCUS = "#body Input, #body Choices, #body PlainArea"

    def __init__(
        self,
        title: Callable[[], str],
        fields: Sequence[Field],
        save: Save,
        *,
        draft: str = "",
        words: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._save = save
        self._draft = f"programme/{draft}" if draft else ""
        self._words = words
        self._first: dict[str, str] = {}

    def heading(self) -> str:
        """What is written down."""
        return self._title()

    def above(self) -> ComposeResult:
        """What has to be known stays in sight, wherever one has scrolled to."""
        if words := self._words():
            yield Plain(words, id="above")

    def body(self) -> ComposeResult:
        """A label and a field for each."""
        for field in self._fields:
            more = "" if not field.optional else " " + _("(may be left out)")
            yield Plain(field.label() + more, classes="label")
            match field.sort:
                case Sort.AREA:
                    yield PlainArea(field.value, id=field.id)
                case Sort.ONE | Sort.SEVERAL:
                    yield Choices(
                        field.options(),
                        several=field.sort is Sort.SEVERAL,
                        chosen=field.value.split(),
                        id=field.id,
                    )
                case _:
                    between = ", " if field.sort is Sort.NAMES else " "
                    yield TextLine(field.value, between=between, id=field.id, compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")

    def on_mount(self) -> None:
        """Offer what was begun before."""
        self._first = self._taken()
        self.run_work(self.offer_draft())

    def _taken(self) -> dict[str, str]:
        return take_fields(self, *(field.id for field in self._fields))

    @property
    def draft_key(self) -> str:
        """One draft for each thing that is written down."""
        return self._draft

    def typed(self) -> dict[str, str]:
        """What stands in the fields, once something was changed."""
        taken = self._taken()
        return taken if taken != self._first else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, typed)

    def _answers(self) -> Answers | None:
        """What was typed; None, and said, where something is missing or makes no sense."""
        taken = self._taken()
        days: dict[str, date] = {}
        for field in self._fields:
            text = taken.get(field.id, "").strip()
            if field.lacks(taken):
                self.say_fault(_("Still to be answered: {field}").format(field=field.label()), f"#{field.id}")
                return None
            if field.sort is Sort.DAY and text:
                day = parse_day(text, today())
                if day is None:
                    words = _("Write the date as 21-11-2026, 'today' or '+3d': {field}").format(field=field.label())
                    self.say_fault(words, f"#{field.id}")
                    return None
                days[field.id] = day
            if field.id == "clock" and text and parse_clock(text) is None:
                self.say_fault(_("Write the time as 14:30."), "#clock")
                return None
        self.say_fault("")
        return Answers(texts=taken, days=days)

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Write it down."""
        self.run_work(self._write(), group="save-programme")

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    async def _write(self) -> None:
        answers = self._answers()
        if answers is None:
            return
        found = await self._save(self, answers)
        await self.drop_draft()
        self.said(_("Saved."))
        self.dismiss(found if found is not None else True)
