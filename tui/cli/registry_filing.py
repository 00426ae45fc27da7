"""The commands on the office's own journal system: plain copies, numbers, clearing."""

from __future__ import annotations

from guidance.language import _
from tui.cli.parser import Command, Parser, with_case


def filing_groups() -> dict[str, str]:
    """What the first word is about."""
    return {"filing": _("The office's own journal system: numbers, plain copies that lie somewhere, what is due.")}


def filing_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(
            path=("plain-copy",),
            does=_("Write the report and its metadata, not encrypted, for the office's own journal system."),
            run="filing:copy",
            add=_copy,
        ),
        Command(
            path=("filing", "show"),
            does=_("Show the number of a case in the journal system, and its plain copies."),
            run="filing:show",
            add=with_case,
        ),
        Command(
            path=("filing", "due"),
            does=_("List the cases whose number is due, or whose plain copy still lies somewhere."),
            run="filing:due",
        ),
        Command(
            path=("filing", "number"),
            does=_("Record the number that a case has in the journal system."),
            run="filing:number",
            add=_number,
        ),
        Command(
            path=("filing", "clear"),
            does=_("Delete a plain copy: hashed again, deleted, seen that it is gone."),
            run="filing:clear",
            add=_clear,
        ),
        Command(
            path=("filing", "rule"),
            does=_("Show or set by when a case has to have its number."),
            run="filing:rule",
            add=_rule,
        ),
    )


def _copy(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("folder", metavar="DIR", help=_("the folder it goes to; it has to be there"))
    parser.add_argument("--facts", metavar="FILE", help=_("TOML: purpose, system, number; '-' is standard input"))
    parser.add_argument("--plain", action="store_true", help=_("say that it may be written without encryption"))
    parser.add_argument("--place-ok", action="store_true", help=_("say that it may lie on a stick or a network drive"))


def _number(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("--facts", metavar="FILE", help=_("TOML: number, system; '-' is standard input"))


def _clear(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("copy", metavar="COPY", help=_("the beginning of its entry, as 'segl filing show' lists it"))
    parser.add_argument("--gone", action="store_true", help=_("say that it is gone, where nothing of it is there"))


def _rule(parser: Parser) -> None:
    parser.add_argument("--facts", metavar="FILE", help=_("TOML: system, days (0: no reminder); '-' is standard input"))
