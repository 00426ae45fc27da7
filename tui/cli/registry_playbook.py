"""The commands on playbooks: the office's own files, and what a case is worked by."""

from __future__ import annotations

from guidance.language import _
from tui.cli.parser import Command, Parser, step_name, with_case, with_reason


def playbook_groups() -> dict[str, str]:
    """What the first word is about."""
    return {"playbook": _("The playbooks: what ships, the office's own, and what a case is worked by.")}


def playbook_commands() -> tuple[Command, ...]:
    """The commands, in the order of the help."""
    return (
        Command(
            path=("playbook", "list"),
            does=_("List the playbooks: what ships, the office's own, and what is wrong with its files."),
            run="playbooks:listed",
        ),
        Command(
            path=("playbook", "check"),
            does=_("Read a playbook as strictly as Segl does, and say what is wrong and where."),
            run="playbooks:check",
            add=_file,
        ),
        Command(
            path=("playbook", "diff"),
            does=_("Say what differs between two playbooks."),
            run="playbooks:diff",
            add=_two,
        ),
        Command(
            path=("playbook", "moves"),
            does=_("Say what a case is worked by, where a newer version could be taken, and what could be taken in."),
            run="playbooks:moves",
            add=with_case,
        ),
        Command(
            path=("playbook", "move"),
            does=_("Work a case by the newest version of a playbook from now on, or take one in, with a reason."),
            run="playbooks:move",
            add=_move,
        ),
    )


def _file(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("a playbook, as docs/playbooks.md describes it"))


def _two(parser: Parser) -> None:
    parser.add_argument("before", metavar="A", help=_("a file, or the id of a playbook that ships"))
    parser.add_argument("after", metavar="B", help=_("a file, or the id of a playbook that ships"))


def _move(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("playbook", metavar="ID", type=step_name, help=_("its id, as 'segl playbook list' shows it"))
    with_reason(parser)
