"""The commands on what is kept of the mentorship programme, and for how long."""

from __future__ import annotations

import argparse
import re
from typing import Final

from guidance.language import _
from tui.cli.parser import Add, Command, Parser, calendar_day, with_reason

_ID: Final = re.compile(r"[0-9a-fA-F]{1,64}", re.ASCII)


def keeping_commands() -> tuple[Command, ...]:
    """In the order of the help."""

    def one(words: str, does: str, run: str, add: Add = lambda _parser: None) -> Command:
        return Command(path=("mentor", words), does=does, run=f"mentor_keeping:{run}", add=add)

    return (
        one("history", _("What is kept of somebody, a mentoring or a concern, entry by entry."), "history", with_thing),
        one("kept", _("What is over, and when to look at whether it is still to be kept."), "kept"),
        one(
            "kept-rule",
            _("Show or set after how many months what is over is looked at, by its sort."),
            "rule",
            _rule,
        ),
        one("look-at", _("Name the day to look at it, or take it back, with a reason."), "look_at", _look_at),
        one("hold", _("Hold it, with a reason: nothing of it is erased meanwhile."), "hold", _thing_reason),
        one("end-hold", _("End the hold, with a reason."), "end_hold", _thing_reason),
    )


def thing_name(value: str) -> str:
    """An id of the programme, or the beginning of one; never a name."""
    if not _ID.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value.lower()


def with_thing(parser: Parser) -> None:
    """Somebody, a mentoring or a concern."""
    parser.add_argument(
        "thing",
        metavar="ID",
        type=thing_name,
        help=_("the id of the person, the mentoring or the concern, or the beginning of it"),
    )


def with_look_at(parser: Parser) -> None:
    """When to look at what ends."""
    parser.add_argument(
        "--look-at",
        metavar="DATE",
        type=calendar_day,
        help=_("when to look at whether it is still to be kept; without it the programme's rule"),
    )


def _thing_reason(parser: Parser) -> None:
    with_thing(parser)
    with_reason(parser)


def _look_at(parser: Parser) -> None:
    _thing_reason(parser)
    parser.add_argument("--on", metavar="DATE", type=calendar_day, help=_("the day; without it none is named any more"))


def _rule(parser: Parser) -> None:
    parser.add_argument(
        "--facts",
        metavar="FILE",
        help=_("TOML: mentor, mentee, applicant, pair, concern: months, 0 to be asked; '-' is standard input"),
    )
