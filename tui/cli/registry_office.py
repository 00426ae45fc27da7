"""The commands of the office: its preparedness plan and its directory of help."""

from __future__ import annotations

import argparse
import re
from typing import Final

from guidance.language import _
from tui.cli.parser import Command, Parser, calendar_day, descriptor, with_reason
from tui.cli.registry_keys import ROLES, author_name

NEWEST: Final = -1
"""Which version, where none is named: the newest, or the answers as they stand where nothing is published."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)


def office_groups() -> dict[str, str]:
    """What the first words that stand for several commands are about."""
    return {
        "office": _("The office: its members and what they may do."),
        "plan": _("The office's preparedness plan."),
        "directory": _("The directory of help: whom to ring."),
    }


def office_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    on_stdin = _("The answer comes on standard input, never as an argument.")
    return (
        Command(
            path=("office", "members"),
            does=_("List the members of the office, and what each of them is."),
            run="office:members",
        ),
        Command(
            path=("office", "role"),
            does=_("Give a member another role; an administrator does that."),
            run="office:role",
            add=_role,
        ),
        Command(
            path=("office", "leaver"),
            does=_("Somebody leaves: revoke their keys at what is here, take shares back, hand their cases on."),
            run="office:leaver",
            add=_leaver,
        ),
        Command(
            path=("office", "succeed"),
            does=_("Become an administrator by the words of the office's recovery, where none is left."),
            run="office:succeed",
            add=_succeed,
        ),
        Command(
            path=("office", "overview"),
            does=_("How the cases of the office stand, for who leads it: numbers, levels and days, no notes."),
            run="office:overview",
        ),
        Command(
            path=("plan", "show"),
            does=_("Show the preparedness plan, or one version of it."),
            run="plan:show",
            add=_show,
        ),
        Command(
            path=("plan", "answer"),
            does=_("Answer a question of the plan; the answer comes on standard input."),
            run="plan:answer",
            add=_answer,
            takes_text=on_stdin,
        ),
        Command(
            path=("plan", "publish"),
            does=_("Publish the answers as they stand as the next version."),
            run="plan:publish",
            add=_publish,
        ),
        Command(
            path=("plan", "compare"), does=_("Say what differs between two versions."), run="plan:compare", add=_compare
        ),
        Command(
            path=("plan", "export"),
            does=_("Write the plan to a file, to print or to keep."),
            run="plan:export",
            add=_export,
        ),
        Command(path=("directory",), does=_("List the directory of help, 112 first."), run="directory:listed"),
        Command(path=("directory", "list"), does=_("The same."), run="directory:listed"),
        Command(path=("directory", "show"), does=_("Show one entry."), run="directory:show", add=_entry),
        Command(path=("directory", "set"), does=_("Change an entry."), run="directory:set_", add=_written),
        Command(path=("directory", "add"), does=_("Add an entry of your own."), run="directory:add", add=_written),
        Command(
            path=("directory", "checked"),
            does=_("Write that somebody rang or looked, and that the entry is right."),
            run="directory:checked",
            add=_checked,
        ),
        Command(
            path=("directory", "remove"),
            does=_("Show an entry no longer, with a reason; 112 stays."),
            run="directory:remove",
            add=_remove,
        ),
    )


def entry_name(value: str) -> str:
    """The id of a question or of an entry."""
    if not _NAME.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def version_number(value: str) -> int:
    """A version's number; `now` is 0: the answers as they stand."""
    if value == "now":
        return 0
    if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) == 0:
        raise argparse.ArgumentTypeError
    return int(value)


def _role(parser: Parser) -> None:
    _member(parser)
    parser.add_argument("role", metavar="ROLE", choices=ROLES, help=_("counsellor, leader or administrator"))
    parser.add_argument(
        "--leads", action="store_true", help=_("they see the overview besides; a leader does in any case")
    )


def _member(parser: Parser) -> None:
    parser.add_argument(
        "member", metavar="WHO", type=author_name, help=_("the beginning of the id that 'segl office members' shows")
    )


def _leaver(parser: Parser) -> None:
    _member(parser)
    parser.add_argument("--to", metavar="WHO", type=author_name, help=_("who reads their open cases from now on, too"))
    with_reason(parser)


def _succeed(parser: Parser) -> None:
    parser.add_argument(
        "--words-fd", metavar="N", type=descriptor, help=_("read the words, or the 96 digits, from this descriptor")
    )
    parser.add_argument(
        "--none-left", action="store_true", help=_("there is an administrator by the journal, who is gone for good")
    )


def _version(parser: Parser) -> None:
    parser.add_argument(
        "--version",
        metavar="N",
        type=version_number,
        default=NEWEST,
        help=_("which version; 'now' is the answers as they stand (else the newest)"),
    )


def _show(parser: Parser) -> None:
    parser.add_argument(
        "--version", metavar="N", type=version_number, default=0, help=_("a version (else the answers as they stand)")
    )


def _answer(parser: Parser) -> None:
    parser.add_argument(
        "question", metavar="QUESTION", type=entry_name, help=_("the question's name, as 'segl plan show' lists it")
    )
    parser.add_argument("--clear", action="store_true", help=_("take the answer back: the question is open again"))


def _publish(parser: Parser) -> None:
    parser.add_argument(
        "--review-on",
        metavar="DAY",
        type=calendar_day,
        required=True,
        help=_("when to look at it again, as 2027-01-31 or +1y"),
    )
    parser.add_argument(
        "--agreed-by-fd", metavar="N", type=descriptor, help=_("who agreed on it, in words, from this descriptor")
    )


def _compare(parser: Parser) -> None:
    for name in ("before", "after"):
        parser.add_argument(name, metavar="N", type=version_number, help=_("a version's number, or 'now'"))


def _export(parser: Parser) -> None:
    parser.add_argument(
        "--format", choices=("html", "toml"), default="html", help=_("a page to print, or TOML (else html)")
    )
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help=_("the new file"))
    _version(parser)


def _entry(parser: Parser) -> None:
    parser.add_argument(
        "entry", metavar="ENTRY", type=entry_name, help=_("the entry's name, as 'segl directory list' shows it")
    )


def _written(parser: Parser) -> None:
    _entry(parser)
    parser.add_argument(
        "--entry",
        dest="file",
        metavar="FILE",
        help=_("TOML with name, about, phone, site, mail, emergency, checked; '-' is standard input"),
    )


def _checked(parser: Parser) -> None:
    _entry(parser)
    parser.add_argument(
        "--on", metavar="DAY", type=calendar_day, help=_("the day somebody did, as 2026-01-31 (else today)")
    )


def _remove(parser: Parser) -> None:
    _entry(parser)
    with_reason(parser)
