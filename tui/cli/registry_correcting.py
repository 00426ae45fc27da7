"""The commands that put right what is recorded in a case."""

from __future__ import annotations

from guidance.language import _
from tui.cli.parser import Command, Parser, beginning_of_id, with_case, with_facts, with_reason
from tui.cli.values import PERSON_KEYS, of_person


def correcting_commands(on_stdin: str) -> tuple[Command, ...]:
    """The commands, in the order of the help; `on_stdin` says that a text is no argument."""
    return (
        Command(
            path=("note", "correct"),
            does=_("Correct a note, with a reason; the version before stays."),
            run="correcting:correct_note",
            add=_note,
            takes_text=on_stdin,
        ),
        Command(
            path=("person", "change"),
            does=_("Change what is known of somebody; what is not named stays as it is."),
            run="correcting:change_person",
            add=_person,
        ),
        Command(
            path=("guide", "set"),
            does=_("Record or correct answers without doing a step."),
            run="correcting:set_facts",
            add=_facts,
        ),
    )


def _note(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument(
        "note",
        metavar="NOTE",
        type=beginning_of_id,
        help=_("its id, or the beginning of it, as 'segl case show' lists it"),
    )
    with_reason(parser)


def _person(parser: Parser) -> None:
    with_case(parser)
    of_person(parser)
    parser.add_argument(
        "person",
        metavar="PERSON",
        type=beginning_of_id,
        help=_("their id, or the beginning of it, as 'segl case show' lists it"),
    )
    parser.add_argument(
        "--person",
        dest="person_file",
        metavar="FILE",
        help=_("TOML with what is changed: {keys}; '-' is standard input").format(keys=PERSON_KEYS),
    )


def _facts(parser: Parser) -> None:
    with_case(parser)
    with_facts(
        parser,
        _("TOML: \"fact\" = value, as 'segl guide show CASE STEP' lists them; '-' is standard input"),
    )
