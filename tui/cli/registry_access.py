"""The commands on who opened a case, on how long cases are kept, and on erasing."""

from __future__ import annotations

import argparse
import re

from guidance.language import _
from tui.cli.parser import Command, Parser, calendar_day, case_name, with_case, with_reason
from tui.cli.registry_mentor_keeping import with_thing


def access_groups() -> dict[str, str]:
    """What the first words that stand for several commands are about."""
    return {
        "retention": _("How long closed cases are kept: when to look at them, and what is held."),
        "erase": _("Erasing: shown first, confirmed by a typed word, for good."),
    }


def access_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(
            path=("access-log",),
            does=_("Who opened a case, when and why; without a case, what was searched for, and looked at elsewhere."),
            run="access:show",
            add=_access_log,
        ),
        Command(
            path=("retention", "list"), does=_("The closed cases, and when to look at each."), run="keeping:listed"
        ),
        Command(
            path=("retention", "rule"),
            does=_("Show or set after how many months closed cases are looked at, by their kind."),
            run="keeping:rule",
            add=_rule,
        ),
        Command(
            path=("retention", "look-at"),
            does=_("Name the day to look at a case, or take it back, with a reason."),
            run="keeping:look_at",
            add=_look_at,
        ),
        Command(
            path=("retention", "hold"),
            does=_("Hold a case, with a reason: nothing of it is erased meanwhile."),
            run="keeping:hold",
            add=_case_reason,
        ),
        Command(
            path=("retention", "end-hold"),
            does=_("End the hold of a case, with a reason."),
            run="keeping:end_hold",
            add=_case_reason,
        ),
        Command(path=("erase", "case"), does=_("Erase a whole case."), run="erasing:case", add=_erase_case),
        Command(
            path=("erase", "entry"),
            does=_("Erase one entry; with somebody's, or a piece of evidence, all that was written of them."),
            run="erasing:entry",
            add=_erase_entry,
        ),
        Command(
            path=("erase", "person"),
            does=_("Erase all that names somebody, in closed cases and beside them; the name is asked for."),
            run="erasing:person",
            add=_erase,
        ),
        Command(
            path=("erase", "programme"),
            does=_("Erase somebody of the mentorship programme, a mentoring that has ended, or a closed concern."),
            run="erasing:thing",
            add=_erase_thing,
        ),
        Command(
            path=("erase", "programme-entry"),
            does=_("Erase one entry of the mentorship programme."),
            run="erasing:register_entry",
            add=_erase_register_entry,
        ),
        Command(
            path=("erase", "log"),
            does=_("What is erased, and how many of each kind and year."),
            run="erasing:log",
        ),
    )


def _access_log(parser: Parser) -> None:
    parser.add_argument(
        "case",
        metavar="CASE",
        nargs="?",
        type=case_name,
        help=_(
            "the case's reference, or the beginning of it; without it: searches in the list of cases, and what was "
            "looked at or let out of the mentorship programme"
        ),
    )
    parser.add_argument(
        "--for-person",
        action="store_true",
        help=_("dates and purposes only, without names: to give to the person concerned"),
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help=_("write it to this new file (.html or .txt); it is not encrypted, and the log says so"),
    )


def _case_reason(parser: Parser) -> None:
    with_case(parser)
    with_reason(parser)


def _rule(parser: Parser) -> None:
    parser.add_argument(
        "--facts",
        metavar="FILE",
        help=_("TOML: school, workplace, mentoring: months, 0 to be asked; '-' is standard input"),
    )


def _look_at(parser: Parser) -> None:
    _case_reason(parser)
    parser.add_argument("--on", metavar="DATE", type=calendar_day, help=_("the day; without it none is named any more"))


def _erase(parser: Parser) -> None:
    parser.add_argument("--preview", action="store_true", help=_("show what would go, and erase nothing"))
    parser.add_argument(
        "--facts",
        metavar="FILE",
        help=_("TOML: confirm, ground, number, no_number; for a person name and keep; '-' is standard input"),
    )


def _erase_case(parser: Parser) -> None:
    with_case(parser)
    _erase(parser)


def _erase_entry(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument(
        "entry", metavar="ENTRY", type=entry_name, help=_("the beginning of its id, as 'case history --json' has it")
    )
    _erase(parser)


def _erase_thing(parser: Parser) -> None:
    with_thing(parser)
    _erase(parser)


def _erase_register_entry(parser: Parser) -> None:
    parser.add_argument(
        "entry", metavar="ENTRY", type=entry_name, help=_("the beginning of its id, as 'mentor history' has it")
    )
    _erase(parser)


def entry_name(value: str) -> str:
    """The beginning of an entry's id."""
    if not re.fullmatch(r"[0-9a-f]{4,64}", value):
        raise argparse.ArgumentTypeError
    return value
