"""The commands on backups."""

from __future__ import annotations

import argparse
import re
from typing import Final

from guidance.language import _
from tui.cli.parser import Command, Parser, descriptor
from tui.cli.registry_vault import COSTS

_MOST_DAYS: Final = 365


def backup_groups() -> dict[str, str]:
    """What the first word is about."""
    return {"backup": _("Backups of the vault, to a stick or another disk.")}


def backup_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(
            path=("backup",),
            does=_("Back the vault up into a folder: sealed, read back, only what is new since the last time."),
            run="backing_up:backup",
            add=_backup,
        ),
        Command(
            path=("backup", "status"),
            does=_("When the last backup was made, and whether it is time for one."),
            run="backing_up:status",
            add=_status,
        ),
        Command(
            path=("backup", "thin"),
            does=_("Remove old chains from a folder of backups: shown first, and only what a later one holds whole."),
            run="thinning:thin",
            add=_thin,
        ),
        Command(
            path=("restore",),
            does=_("Make a vault of a backup, with a key of its own."),
            run="backing_up:restore",
            add=_restore,
        ),
    )


def _backup(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help=_("on a stick, or on another disk"))
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--whole", action="store_true", help=_("everything once more, whatever is there"))
    either.add_argument(
        "--drill",
        action="store_true",
        help=_("back nothing up: restore what is there into a folder that is thrown away, and look at all of it"),
    )
    either.add_argument(
        "--all",
        action="store_true",
        help=_("copy all vaults that nobody has open, sealed as they are, without a passphrase"),
    )


def _days(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 3 or int(value) > _MOST_DAYS:
        raise argparse.ArgumentTypeError
    return int(value)


def _status(parser: Parser) -> None:
    parser.add_argument(
        "--remind", metavar="DAYS", type=_days, help=_("remind on Today after so many days without one; 0 never")
    )


def _thin(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help=_("where 'segl-backup-...' lies"))
    parser.add_argument(
        "--keep", metavar="N", type=_number, default=1, help=_("so many of the chains written last stay; else one")
    )
    parser.add_argument("--preview", action="store_true", help=_("show what would go, and remove nothing"))
    parser.add_argument(
        "--confirm", metavar="CODE", type=_code, help=_("remove exactly what '--preview' showed with this code")
    )


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 3 or int(value) < 1:
        raise argparse.ArgumentTypeError
    return int(value)


def _code(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{8}", value):
        raise argparse.ArgumentTypeError
    return value


def _restore(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help=_("where 'segl-backup-...' lies"))
    parser.add_argument(
        "--by-words", action="store_true", help=_("open the backup by the office's words, and choose a passphrase")
    )
    parser.add_argument(
        "--words-fd", metavar="N", type=descriptor, help=_("read the words, or the 96 digits, from this descriptor")
    )
    parser.add_argument(
        "--new-passphrase-fd", metavar="N", type=descriptor, help=_("read the new passphrase from this descriptor")
    )
    parser.add_argument(
        "--beside",
        action="store_true",
        help=_("even where that vault is still in this home: the new one is another workstation of the same person"),
    )
    parser.add_argument(
        "--kdf",
        choices=COSTS,
        default="calibrate",
        help=_("what each guess at the passphrase costs: measured, usual, or least (weaker: tests, old machines)"),
    )
