"""The commands on workstations: set a further one of one's own up, let it count, list them, give one up."""

from __future__ import annotations

import argparse
import re
from typing import Final

from guidance.language import _
from tui.cli.parser import Command, Parser, with_reason
from tui.cli.registry_keys import author_name, compared_mark
from tui.cli.registry_vault import COSTS


def workstation_groups() -> dict[str, str]:
    """What the first word is about."""
    return {"workstation": _("Workstations: a further one of your own, and giving one up.")}


def workstation_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(
            path=("workstation", "join"),
            does=_("Make the vault of a further workstation of your own, by your card from the one before."),
            run="workstation:join",
            add=_join,
        ),
        Command(
            path=("workstation", "add"),
            does=_("Let a further workstation of your own count, by the card that it wrote."),
            run="workstation:add",
            add=_card,
        ),
        Command(
            path=("workstation", "list"),
            does=_("List the workstations of everybody known, or of one, and when each was heard from."),
            run="workstation:listed",
            add=_whose,
        ),
        Command(
            path=("workstation", "revoke"),
            does=_("Give one workstation of somebody up, with a reason: nothing is sealed to it any more."),
            run="workstation:revoke",
            add=_which,
        ),
    )


_WHICH: Final = re.compile(r"[0-9a-fA-F]{8,64}|SHA256:[A-Za-z0-9+/]{43}|[0-9 ]{48,64}", re.ASCII)


def which_workstation(value: str) -> str:
    """The fingerprint of a workstation, its digits, or the beginning of its key."""
    if not _WHICH.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def _whose(parser: Parser) -> None:
    parser.add_argument(
        "author",
        metavar="AUTHOR",
        type=author_name,
        nargs="?",
        help=_("the beginning of the id that 'segl keys list' shows"),
    )


def _which(parser: Parser) -> None:
    parser.add_argument(
        "which",
        metavar="WHICH",
        type=which_workstation,
        help=_("as 'segl workstation list' shows it, or its fingerprint"),
    )
    with_reason(parser)


def _card(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the card; '-' is standard input"))
    parser.add_argument(
        "--compared",
        metavar="FINGERPRINT",
        type=compared_mark,
        help=_("the fingerprint as it is shown on the other workstation: SHA256:..., or the digits; else it is asked"),
    )


def _join(parser: Parser) -> None:
    _card(parser)
    parser.add_argument(
        "--kdf",
        choices=COSTS,
        default="calibrate",
        help=_("what each guess at the passphrase costs: measured, usual, or least (weaker: tests, old machines)"),
    )
