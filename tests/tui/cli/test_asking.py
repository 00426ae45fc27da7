"""One question a line: what a person types is read as the fields of the screens read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from guidance.guide import Guide
from guidance.model import FactSpec, FactType, Text
from tui.cli.asking import ask_fact
from tui.cli.sources import Sources

TODAY = date(2026, 11, 21)


@dataclass
class Typing:
    """A person at the terminal, who types these lines."""

    lines: list[str]
    said: list[str] = field(default_factory=list)

    def ask(self, question: str) -> str:
        self.said.append(question)
        return self.lines.pop(0)

    def say(self, text: str) -> None:
        self.said.append(text)


@dataclass
class Asking:
    """As much of a guide as asking looks at."""

    today: date = TODAY


def _asked(*lines: str) -> object:
    text = Text(da="Hvornår", en="When")
    spec = FactSpec(id="seen.on", type=FactType.DATE, label=text, help=Text(da="", en=""))
    return ask_fact(cast(Sources, Typing([*lines])), cast(Guide, Asking()), spec)


def test_a_day_is_read_as_people_write_it() -> None:
    assert _asked("20.11.2026") == TODAY - timedelta(days=1)
    assert _asked("i går") == TODAY - timedelta(days=1)
    assert _asked("-3d") == TODAY - timedelta(days=3)
    assert _asked("2026-11-20") == TODAY - timedelta(days=1)


def test_what_is_no_day_or_lies_ahead_is_asked_again() -> None:
    assert _asked("snart", "31.2.2026", "i morgen", "20.11") == TODAY - timedelta(days=1)
