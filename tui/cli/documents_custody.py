"""Events of the custody chain, and the answers before a copy is cleared, as TOML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from guidance.clearing import Clearance, HeldBy
from guidance.custody import RECORDED, Device, Event, Move
from guidance.language import _
from tui.cli.documents import Table, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingAnswers:
    """What is answered before clearing.

    Attributes:
        copy: number of the copy; 0 for the first that is not cleared.
        where: where the copy lies, in words for the journal; empty for its path.
        another_file: whether it is said that the file is not the original of which is not known where it lies.
    """

    clearance: Clearance
    copy: int
    where: str
    another_file: bool = False


def read_move(raw: bytes) -> Move:
    """An event (`docs/examples/custody.toml`).

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("Move", whole(raw, "event", _move))


def _move(table: Table) -> Move:
    return Move(
        event=table.one_of("event", Event, among=RECORDED),
        copy=_copy(table),
        by=table.line("by"),
        to=table.line("to"),
        where=table.line("where"),
        receipt=table.line("receipt"),
        digest=table.line("digest"),
        on=table.line("on"),
        how=table.words("how"),
        device=table.one_of("device", Device, Device.NONE),
        corrects=table.line("corrects"),
        reason=table.words("reason"),
    )


def read_clearing(raw: bytes) -> ClearingAnswers:
    """The answers before a copy is cleared (`docs/examples/clearing.toml`).

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("ClearingAnswers", whole(raw, "answers", _clearing))


def _clearing(table: Table) -> ClearingAnswers:
    return ClearingAnswers(
        clearance=Clearance(
            device=table.one_of("device", Device),
            held_by=table.one_of("held_by", HeldBy),
            holder_name=table.line("holder_name"),
            held_where=table.line("held_where"),
        ),
        copy=_copy(table),
        where=table.line("where"),
        another_file=table.yes_or_no("another_file") or False,
    )


def _copy(table: Table) -> int:
    number = table.whole_number("copy")
    if number is not None and not 0 <= number <= 999:
        table.refuse("copy", _("has to be 0 for the original or the number of a copy"))
    return number or 0
