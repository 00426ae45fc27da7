"""The commands on cases that move between vaults: import, receipts, sharing, and what people disagree on."""

from __future__ import annotations

import argparse
import re
from typing import Final

from guidance.language import _
from tui.cli.parser import Command, Parser, calendar_day, descriptor, with_case, with_cost, with_reason
from tui.cli.registry_keys import author_name

_SUBJECT: Final = re.compile(r"[a-z]+(?:/[A-Za-z0-9._-]{1,100}){0,2}", re.ASCII)
_ENTRY: Final = re.compile(r"[0-9a-f]{4,64}", re.ASCII)


def exchange_groups() -> dict[str, str]:
    """What the first word is about."""
    return {
        "exchange": _("The exchange folder: what colleagues have for one another."),
        "receipt": _("Receipts: who has what, and whether this vault was put back."),
    }


def exchange_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(
            path=("import",),
            does=_("Take the case of a sealed bundle in; a second time changes nothing."),
            run="exchanging:import_",
            add=_import,
        ),
        Command(
            path=("exchange",),
            does=_("Take in what others put in a folder and put what they lack; without one, on this workstation."),
            run="exchange_folder:exchange",
            add=_exchange,
        ),
        Command(
            path=("exchange", "status"),
            does=_("What is not passed on yet, and whose card is lacking."),
            run="exchange_folder:status",
        ),
        Command(
            path=("receipt", "give"),
            does=_("Write a receipt for a bundle that was taken in, to send back."),
            run="exchanging:give_receipt",
            add=_bundle,
        ),
        Command(
            path=("receipt", "take"),
            does=_("Take a receipt in, and see by it whether this vault was put back."),
            run="exchanging:take_receipt",
            add=_receipt,
        ),
        Command(
            path=("case", "conflicts"),
            does=_("List what people said differently without knowing of one another."),
            run="exchanging:conflicts",
            add=with_case,
        ),
        Command(
            path=("case", "decide"),
            does=_("Let one of such statements stand, with a reason."),
            run="exchanging:decide",
            add=_decide,
        ),
        Command(path=("case", "shares"), does=_("With whom a case is shared."), run="exchanging:shares", add=with_case),
        Command(
            path=("case", "share"),
            does=_("Write that somebody may read a case from now on, with the purpose."),
            run="exchanging:share",
            add=_share,
        ),
        Command(
            path=("case", "hand-over"),
            does=_("Hand cases over to somebody, or every case that is yours, with a reason."),
            run="exchanging:hand_over",
            add=_hand_over,
        ),
        Command(
            path=("case", "unshare"),
            does=_("Write that somebody gets nothing more of a case, with a reason."),
            run="exchanging:unshare",
            add=_unshare,
        ),
    )


def _bundle(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the sealed file"))
    parser.add_argument(
        "--passphrase-fd", metavar="N", type=descriptor, help=_("the bundle's passphrase from this descriptor")
    )
    parser.add_argument(
        "--large", action="store_true", help=_("it is meant to be large: material over 100 MiB, or a very long case")
    )
    with_cost(parser)


def _exchange(parser: Parser) -> None:
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", help=_("the folder: on a stick, a share, or one that is kept in step")
    )


def _import(parser: Parser) -> None:
    _bundle(parser)
    parser.add_argument(
        "--cards",
        action="store_true",
        help=_("write the cards that came along, for 'segl keys trust', and take nothing in"),
    )


def _receipt(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the receipt; '-' is standard input"))


def _subject(value: str) -> str:
    if not _SUBJECT.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def _entry(value: str) -> str:
    if not _ENTRY.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def _decide(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument(
        "subject", metavar="SUBJECT", type=_subject, help=_("what it is about, as 'segl case conflicts' names it")
    )
    parser.add_argument("entry", metavar="ENTRY", type=_entry, help=_("the beginning of the entry that is to stand"))
    with_reason(parser)


def _share(parser: Parser) -> None:
    _unshare(parser)
    parser.add_argument("--until", metavar="DAY", type=calendar_day, help=_("the last day, such as 2026-01-31 or +6m"))


def _hand_over(parser: Parser) -> None:
    parser.add_argument(
        "author", metavar="AUTHOR", type=author_name, help=_("the beginning of the id that 'segl keys list' shows")
    )
    parser.add_argument("cases", metavar="CASE", nargs="*", help=_("which cases; every case that is yours without it"))
    parser.add_argument("--keep", action="store_true", help=_("go on getting what is written in them"))
    with_reason(parser)


def _unshare(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument(
        "author", metavar="AUTHOR", type=author_name, help=_("the beginning of the id that 'segl keys list' shows")
    )
    with_reason(parser)
