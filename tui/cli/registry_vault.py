"""The commands on the vault itself: who can open it, its recovery, a new key of the data."""

from __future__ import annotations

import argparse
import re
from typing import Final

from guidance.language import _
from tui.cli.parser import Command, Parser, descriptor

GROUNDS: Final = ("compromise", "leaver", "precaution")
_ID: Final = re.compile(r"[0-9a-f]{1,16}", re.ASCII)
COSTS: Final = ("calibrate", "default", "floor")


def vault_groups() -> dict[str, str]:
    """What the first words that stand for several commands are about."""
    return {
        "recovery": _("The office's recovery: words on paper that open a vault when its passphrase is forgotten."),
        "vault": _("The vault: who can open it, and the key of its data."),
    }


def vault_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(path=("vault", "show"), does=_("Say who can open the vault."), run="recovery:show"),
        Command(
            path=("vault", "renew"),
            does=_("Make a new key of the data, after a suspected compromise or when somebody has left."),
            run="recovery:renew",
            add=_renew,
        ),
        Command(
            path=("vault", "merge"),
            does=_("Take in what you wrote in another vault of yours, such as one made while the passphrase was gone."),
            run="recovery:merge",
            add=_merge,
        ),
        Command(
            path=("recovery", "make"),
            does=_("Make a recovery: 24 words, shown once, to be written on paper."),
            run="recovery:make",
            add=_make,
        ),
        Command(
            path=("recovery", "drill"),
            does=_("Try the words: only then does recovery count as done."),
            run="recovery:drill",
            add=_words,
        ),
        Command(
            path=("recovery", "key"),
            does=_("Write the office key, to give to a colleague's vault."),
            run="recovery:key",
        ),
        Command(
            path=("recovery", "seen"),
            does=_("Say that you know of a use of the recovery; it stays on record."),
            run="recovery:seen",
        ),
        Command(
            path=("recover",),
            does=_("Open a vault by the words of its recovery, and choose a new passphrase."),
            run="recovery:recover",
            add=_recover,
        ),
    )


def _words(parser: Parser) -> None:
    parser.add_argument(
        "--words-fd", metavar="N", type=descriptor, help=_("read the words, or the 96 digits, from this descriptor")
    )


def _new(parser: Parser) -> None:
    parser.add_argument(
        "--new-passphrase-fd", metavar="N", type=descriptor, help=_("read the new passphrase from this descriptor")
    )


def _cost(parser: Parser) -> None:
    parser.add_argument(
        "--kdf",
        choices=COSTS,
        default="calibrate",
        help=_("what each guess at the passphrase costs: measured, usual, or least (weaker: tests, old machines)"),
    )


def _recover(parser: Parser) -> None:
    _words(parser)
    _new(parser)
    _cost(parser)


def _make(parser: Parser) -> None:
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--office-key",
        metavar="FILE",
        help=_("take the office key that another vault made, instead of new words; '-' is standard input"),
    )
    either.add_argument(
        "--sheet",
        metavar="FILE",
        help=_("write a page to print, with the words and a square of dots; it is not encrypted: delete it afterwards"),
    )


def _vault_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def _merge(parser: Parser) -> None:
    parser.add_argument("other", metavar="ID", type=_vault_id, help=_("the beginning of the other vault's id"))
    parser.add_argument("--preview", action="store_true", help=_("show what would come, and take nothing in"))
    parser.add_argument(
        "--other-passphrase-fd",
        metavar="N",
        type=descriptor,
        help=_("read the other vault's passphrase from this descriptor"),
    )


def _renew(parser: Parser) -> None:
    parser.add_argument(
        "--because", choices=GROUNDS, required=True, help=_("why: it is written into the journal of the office")
    )
    _new(parser)
