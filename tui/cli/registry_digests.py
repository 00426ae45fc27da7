"""The commands on digests that were made elsewhere."""

from __future__ import annotations

from guidance.language import _
from tui.cli.parser import Command, Parser, with_again, with_case, with_facts
from tui.cli.values import EVIDENCE_KEYS, of_evidence


def digest_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(
            path=("evidence", "add-list"),
            does=_("Register the checksums of a list that sha256sum, hashdeep, b3sum or a BSD tool made."),
            run="digests:add_list",
            add=_list,
        ),
        Command(
            path=("evidence", "add-typed"),
            does=_("Register a checksum that somebody reads out; it comes on standard input or by questions."),
            run="digests:add_typed",
            add=_typed,
            takes_text=_("The checksum comes on standard input, never as an argument."),
        ),
        Command(
            path=("evidence", "read-out"),
            does=_("Show a checksum in groups with check characters, to be read out."),
            run="digests:read",
            add=_number,
        ),
    )


def _facts(parser: Parser) -> None:
    of_evidence(parser)
    with_facts(parser, _("TOML: {keys}").format(keys=EVIDENCE_KEYS))


def _list(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("list", metavar="LIST", help=_("the list; '-' is standard input"))
    parser.add_argument("--b3sum", action="store_true", help=_("plain lines were made by b3sum: BLAKE3, not SHA-256"))
    with_again(parser)
    _facts(parser)


def _typed(parser: Parser) -> None:
    with_case(parser)
    _facts(parser)


def _number(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("number", metavar="EVIDENCE", help=_("its number, as 'segl evidence list' shows it: E1"))
