"""The commands on keys and cards: one's own card, whom this vault knows, and whose keys count no longer."""

from __future__ import annotations

import argparse
import re
from typing import Final

from guidance.language import _
from tui.cli.parser import Command, Parser, with_reason

ROLES: Final = ("counsellor", "leader", "administrator")
_WHO: Final = re.compile(r"[0-9a-f]{4,32}|SHA256:[A-Za-z0-9+/]{43}", re.ASCII)
_COMPARED: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}|[0-9 ]{48,64}", re.ASCII)


def keys_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(path=("keys", "show"), does=_("Show the public keys, to give to others."), run="vault:keys"),
        Command(path=("keys", "card"), does=_("Write your card, to give to others."), run="keys:card"),
        Command(
            path=("keys", "trust"),
            does=_("Let somebody's card count, once its fingerprint was compared another way."),
            run="keys:trust",
            add=_trust,
        ),
        Command(
            path=("reader-kit",),
            does=_("Make a folder for recipients without Segl: how to open and check bundles, and your public key."),
            run="keys:reader_kit",
            add=_reader_kit,
        ),
        Command(path=("keys", "list"), does=_("List whom this vault knows."), run="keys:listed"),
        Command(
            path=("keys", "revoke"),
            does=_("Let what somebody's keys sign from now on count no more, with a reason."),
            run="keys:revoke",
            add=_revoke,
        ),
    )


def _reader_kit(parser: Parser) -> None:
    parser.add_argument("out", metavar="OUT", help=_("the folder to make; it must not be there yet"))


def author_name(value: str) -> str:
    """The beginning of an author's id, or a fingerprint."""
    if not is_author_name(value):
        raise argparse.ArgumentTypeError
    return value


def is_author_name(value: str) -> bool:
    """Whether it is written as the beginning of an author's id, or as a fingerprint."""
    return _WHO.fullmatch(value) is not None


def compared_mark(value: str) -> str:
    """A fingerprint, or its digits."""
    if not _COMPARED.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def with_compared(parser: Parser) -> None:
    """What was compared."""
    parser.add_argument(
        "--compared",
        metavar="FINGERPRINT",
        type=compared_mark,
        help=_("the fingerprint as it came another way than the card: SHA256:..., or the digits; else it is asked"),
    )


def _trust(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the card, or several; '-' is standard input"))
    with_compared(parser)
    parser.add_argument(
        "--colleague",
        metavar="ROLE",
        choices=ROLES,
        help=_("certify a member of this office: counsellor, leader or administrator"),
    )
    parser.add_argument(
        "--leads", action="store_true", help=_("a colleague who sees the overview besides; a leader does in any case")
    )
    parser.add_argument(
        "--another-person",
        action="store_true",
        help=_("somebody of that name is known already, and this is somebody else"),
    )


def _revoke(parser: Parser) -> None:
    parser.add_argument(
        "author", metavar="AUTHOR", type=author_name, help=_("the beginning of the id that 'segl keys list' shows")
    )
    with_reason(parser)
