"""The commands of the custody chain."""

from __future__ import annotations

from guidance.custody import Device
from guidance.language import _
from tui.cli.parser import Command, Parser, with_case, with_facts, with_reason
from tui.cli.values import CLEARING_KEYS, MOVE_KEYS, of_clearing, of_custody


def custody_commands() -> tuple[Command, ...]:
    """All of them."""
    return (
        Command(
            path=("evidence", "custody"), does=_("Show the custody chain of a piece."), run="custody:show", add=_piece
        ),
        Command(
            path=("evidence", "custody", "add"),
            does=_("Record who found, handed on, received, holds or cleared it."),
            run="custody:add",
            add=_add,
        ),
        Command(
            path=("evidence", "device"),
            does=_("Say whose device a copy lies on, or put that right with a reason."),
            run="custody:device",
            add=_device,
        ),
        Command(
            path=("evidence", "withdraw-copy"),
            does=_("Say that there is no such copy: it was said by mistake. Takes a reason, and opens no clearing."),
            run="custody:withdraw",
            add=_withdraw,
        ),
        Command(
            path=("evidence", "clear"),
            does=_("Clear a copy off your own or the office's device; the original must be secured."),
            run="custody:clear",
            add=_clear,
        ),
    )


def _piece(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("number", metavar="EVIDENCE", help=_("its number, as 'segl evidence list' shows it: E1"))


def _facts(parser: Parser, keys: str) -> None:
    with_facts(parser, _("TOML: {keys}; '-' is standard input").format(keys=keys))


def _add(parser: Parser) -> None:
    _piece(parser)
    of_custody(parser)
    _facts(parser, MOVE_KEYS)


def _device(parser: Parser) -> None:
    _piece(parser)
    parser.add_argument(
        "--device",
        required=True,
        choices=[one.value for one in Device if one],
        help=_("whose: your own, the office's, that of the person violated, or somebody else's"),
    )
    parser.add_argument("--copy", metavar="N", type=_copy, default=1, help=_("which copy; 0 is the original"))
    with_reason(parser)


def _withdraw(parser: Parser) -> None:
    _piece(parser)
    parser.add_argument("--copy", metavar="N", type=_copy, required=True, help=_("which copy"))
    with_reason(parser)


def _copy(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise ValueError(text)
    return int(text)


def _clear(parser: Parser) -> None:
    _piece(parser)
    of_clearing(parser)
    parser.add_argument("paths", metavar="PATH", nargs="*", help=_("the copy, with all its names if it has several"))
    _facts(parser, CLEARING_KEYS)
    parser.add_argument(
        "--settle", action="store_true", help=_("after an interruption: look what became of it, and record that")
    )
