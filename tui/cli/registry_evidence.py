"""The commands that hold the register of evidence against something, or pass material on."""

from __future__ import annotations

from guidance.language import _
from tui.cli.parser import Command, Parser, with_case, with_facts


def evidence_commands() -> tuple[Command, ...]:
    """In the order of the help."""
    return (
        Command(
            path=("evidence", "seen"),
            does=_("Say in which cases exactly the same file is registered already."),
            run="evidence_checks:seen",
            add=_seen,
        ),
        Command(
            path=("evidence", "lists"),
            does=_("Write evidence.sha256 and evidence.hashdeep, for checking the originals without Segl."),
            run="evidence_checks:lists",
            add=_lists,
        ),
        Command(
            path=("evidence", "verify"),
            does=_("Hold a folder against the register: matched, changed, missing, new."),
            run="evidence_checks:verify",
            add=_verify,
        ),
        Command(
            path=("evidence", "request"),
            does=_("Record that the police asked for material: who, when, under which reference."),
            run="passing_on:request",
            add=_request,
        ),
        Command(
            path=("evidence", "pass-on"),
            does=_("At the request of the police, seal files straight to their key, without a copy of them."),
            run="passing_on:pass_on",
            add=_pass_on,
        ),
    )


def _seen(parser: Parser) -> None:
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help=_("a file or a folder; without one, checksums come on standard input, one a line"),
    )
    _cross_mounts(parser)


def _lists(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("folder", metavar="DIR", help=_("where the two lists are put; they hold the files' names"))


def _verify(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("paths", metavar="DIR", nargs="+", help=_("the folder, or files; they are read and left"))
    parser.add_argument("--record", action="store_true", help=_("write what was found into the case"))
    _cross_mounts(parser)


def _cross_mounts(parser: Parser) -> None:
    parser.add_argument(
        "--cross-mounts", action="store_true", help=_("read other disks that are mounted below a folder, too")
    )


def _request(parser: Parser) -> None:
    with_case(parser)
    with_facts(parser, _("TOML: {keys}; '-' is standard input").format(keys="by, on, reference, about"))


def _pass_on(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("paths", metavar="PATH", nargs="+", help=_("a file; it is read once and left as it is"))
    parser.add_argument(
        "--to",
        metavar="RECIPIENT",
        action="append",
        required=True,
        help=_(
            "the police's age recipient (age1...), a file of them, or somebody known by their card (the beginning of "
            "the id of 'segl keys list', or a fingerprint), on each of their workstations; may be repeated"
        ),
    )
    parser.add_argument("--request", metavar="ID", help=_("at which request, by its id; the newest unless given"))
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help=_("the sealed file, NAME.segl.age"))
