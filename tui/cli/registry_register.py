"""The commands that write the register of evidence, and list it."""

from __future__ import annotations

import argparse

from guidance.language import _
from store.evidence.finding import LEAST_DIGITS, read_begin, read_numbers
from tui.cli.parser import Command, Parser, descriptor, with_again, with_case, with_facts
from tui.cli.values import EVIDENCE_KEYS, of_evidence


def register_commands() -> tuple[Command, ...]:
    """In the order of the help."""
    return (
        Command(
            path=("evidence", "add"),
            does=_("Read files and folders where they lie and register their checksums."),
            run="evidence:add",
            add=_add,
        ),
        Command(
            path=("evidence", "list"),
            does=_("List the register of a case, or what is found in it."),
            run="evidence_list:listed",
            add=_list,
            takes_text=_("What is looked for comes on standard input, never as an argument."),
        ),
        Command(
            path=("evidence", "amend"),
            does=_("Add facts to a piece of evidence."),
            run="evidence:amend",
            add=_amend,
        ),
    )


def _add(parser: Parser) -> None:
    with_case(parser)
    of_evidence(parser)
    parser.add_argument("paths", metavar="PATH", nargs="+", help=_("a file or a folder; read and left as it is"))
    parser.add_argument(
        "--cross-mounts", action="store_true", help=_("read other disks that are mounted below a folder, too")
    )
    with_again(parser)
    parser.add_argument(
        "--device",
        choices=("own", "office", "victim", "other"),
        help=_("whose device they lie on, where that is a stick, a phone or a personal cloud folder"),
    )
    with_facts(
        parser,
        _("TOML for all the files: {keys}; '-' is standard input").format(keys=EVIDENCE_KEYS),
    )


def _amend(parser: Parser) -> None:
    with_case(parser)
    of_evidence(parser)
    parser.add_argument("number", metavar="EVIDENCE", help=_("its number, as 'segl evidence list' shows it: E1"))
    with_facts(parser, _("TOML: {keys}; '-' is standard input").format(keys=EVIDENCE_KEYS))


def _list(parser: Parser) -> None:
    with_case(parser)
    found_by = parser.add_mutually_exclusive_group()
    found_by.add_argument(
        "--find",
        action="store_true",
        help=_("only pieces that have the words that you are asked for, or that come on standard input"),
    )
    found_by.add_argument("--find-fd", metavar="N", type=descriptor, help=_("the same from this descriptor"))
    found_by.add_argument(
        "--numbers", metavar="E1-E9", type=_numbers, help=_("only the piece of this number, or of these")
    )
    found_by.add_argument(
        "--digest",
        metavar="HEX",
        type=_begin,
        help=_("only pieces whose checksum begins so, with {n} digits at least").format(n=LEAST_DIGITS),
    )
    parser.add_argument(
        "--from", dest="start", metavar="N", type=_place, default=1, help=_("begin with the Nth of them, from 1")
    )
    parser.add_argument("--count", metavar="N", type=_place, help=_("list so many of them at most"))


def _numbers(value: str) -> tuple[int, int]:
    found = read_numbers(value)
    if found is None:
        raise argparse.ArgumentTypeError
    return found


def _begin(value: str) -> str:
    found = read_begin(value)
    if not found:
        raise argparse.ArgumentTypeError
    return found


def _place(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) == 0:
        raise argparse.ArgumentTypeError
    return int(value)
