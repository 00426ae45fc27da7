"""The commands on one's own workstations: set a further one up, and let it count."""

from __future__ import annotations

from guidance.language import _
from tui.cli.parser import Command, Parser
from tui.cli.registry_keys import compared_mark
from tui.cli.registry_vault import COSTS


def workstation_groups() -> dict[str, str]:
    """What the first word is about."""
    return {"workstation": _("A further workstation of your own, with a key of its own.")}


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
    )


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
