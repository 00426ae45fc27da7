"""Wellbeing talks over time (HM-5a): the signs that were seen at each, laid beside one another. Never a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from guidance.language import _
from guidance.model import FactSpec, Text

SIGNS: Final = "signs.seen"
SAID: Final = "signs.note"
UNCLEAR: Final = frozenset({"social-unclear"})
"""The source's first sign is garbled: it is shown as unclear and not interpreted."""

SEEN_MARK, NOT_SEEN_MARK, UNCLEAR_MARK = "■", "·", "?"
_DAY_CELLS: Final = 6
_MARK_CELLS: Final = 2
_LONGEST_LABEL: Final = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class WellbeingTalk:
    """One talk.

    Attributes:
        at: when it was recorded, UTC.
        signs: ids of the signs that were seen; empty where none was.
        note: what the person said and what was remarked, as written.
    """

    at: datetime
    signs: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign that is looked for at each talk; an `unclear` one stands in the source in words nobody can read surely."""

    id: str
    label: Text
    unclear: bool = False

    def mark(self, talk: WellbeingTalk) -> str:
        """What the chart has for this sign at a talk, in one cell."""
        if self.id not in talk.signs:
            return NOT_SEEN_MARK
        return UNCLEAR_MARK if self.unclear else SEEN_MARK


def signs_of(specs: Mapping[str, FactSpec], talks: Sequence[WellbeingTalk]) -> tuple[Sign, ...]:
    """Every sign that the playbooks ask for, in their order, then those that only the talks have."""
    spec = specs.get(SIGNS)
    asked = [choice for choice in spec.choices if not choice.alone] if spec else []
    known = {choice.id for choice in (spec.choices if spec else ())}
    others = dict.fromkeys(sign for talk in talks for sign in talk.signs if sign not in known)
    return (
        *(Sign(id=choice.id, label=choice.label, unclear=choice.id in UNCLEAR) for choice in asked),
        *(Sign(id=id, label=Text(da=id, en=id)) for id in others),
    )


def no_diagnosis() -> str:
    """What every drawing of the signs says first."""
    return _("These are signs that somebody saw, written down talk by talk. They are not a diagnosis.")


def legend(signs: Sequence[Sign]) -> str:
    """What the marks of the chart mean."""
    words = _("{seen} seen   {not_seen} not seen").format(seen=SEEN_MARK, not_seen=NOT_SEEN_MARK)
    if any(sign.unclear for sign in signs):
        words += "   " + _("{mark} seen, but the source is unclear about this sign").format(mark=UNCLEAR_MARK)
    return words


def signs_in_words(signs: Sequence[Sign], talk: WellbeingTalk) -> str:
    """The signs of one talk in a sentence."""
    seen = [sign.label.local() for sign in signs if sign.id in talk.signs]
    return ", ".join(seen) if seen else _("none of the signs")


def chart(
    signs: Sequence[Sign], talks: Sequence[WellbeingTalk], *, width: int, zone: tzinfo | None = None
) -> tuple[str, ...]:
    """The signs down, the talks across, oldest first, as lines of at most `width` cells; needs no colour.

    Every talk has a column with its day where there is room, else a mark only, with the first and the last day above;
    where not even those fit, the newest talks are shown.
    """
    if not talks or not signs:
        return ()
    count = _("{seen} of {talks}")
    widest = len(count.format(seen=len(talks), talks=len(talks)))
    label = min(max(len(sign.label.local()) for sign in signs), _LONGEST_LABEL, max(width - widest - 3, 8) * 3 // 5)
    room = max(width - label - widest - 3, _MARK_CELLS)
    cell = _DAY_CELLS if len(talks) * _DAY_CELLS <= room else _MARK_CELLS
    shown = talks[-max(room // cell, 1) :]
    days = [_day(talk, zone) for talk in shown]
    lines = [f"{'':<{label}}  {_heading(days, cell)}".rstrip()]
    for sign in signs:
        marks = "".join(sign.mark(talk).ljust(cell) for talk in shown)
        seen = count.format(seen=sum(sign.id in talk.signs for talk in talks), talks=len(talks))
        lines.append(f"{_cut(sign.label.local(), label):<{label}}  {marks} {seen}")
    if len(shown) < len(talks):
        lines.append(_("The last {shown} of {talks} talks.").format(shown=len(shown), talks=len(talks)))
    return tuple(lines)


def _day(talk: WellbeingTalk, zone: tzinfo | None) -> date:
    return talk.at.astimezone(zone).date()


def _short(day: date) -> str:
    return f"{day.day}/{day.month}"


def _heading(days: Sequence[date], cell: int) -> str:
    if cell == _DAY_CELLS:
        return "".join(_short(day).ljust(cell) for day in days)
    first, last = _short(days[0]), _short(days[-1])
    across = len(days) * cell
    return f"{first}{last:>{max(across - len(first), len(last) + 1)}}" if len(days) > 1 else first


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
