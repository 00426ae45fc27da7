"""Every command: its words, its help, its arguments, and where its code is. The words are a promise."""

from __future__ import annotations

from typing import Final

from guidance.language import _
from tui.cli.parser import Command, Parser, calendar_day, descriptor, level_number, with_case, with_reason, with_step
from tui.cli.registry_mentor import mentor_commands, mentor_groups
from tui.cli.registry_office import office_commands, office_groups
from tui.cli.registry_playbook import playbook_commands, playbook_groups

PURPOSES: Final = ("full", "police", "colleague", "person-concerned", "statistics")
FLOORS: Final = ("calibrate", "default", "floor")


def groups() -> dict[str, str]:
    """What the first words that stand for several commands are about."""
    return {
        "case": _("Cases."),
        "note": _("Notes."),
        "evidence": _("The register of evidence: checksums and facts, never the things."),
        "person": _("The people of a case."),
        "keys": _("The public keys of this vault."),
        "passphrase": _("The vault's passphrase."),
        **mentor_groups(),
        **office_groups(),
        **playbook_groups(),
    }


def commands() -> tuple[Command, ...]:
    """All commands, in the order of the help."""
    on_stdin = _("The text comes on standard input, never as an argument: the shell's history and 'ps' would keep it.")
    return (
        Command(path=("init",), does=_("Set up an office and make a vault."), run="vault:init", add=_init),
        Command(path=("case", "new"), does=_("Open a case."), run="cases:new", add=_intake, takes_text=on_stdin),
        Command(path=("case", "list"), does=_("List the cases."), run="cases:listed"),
        Command(path=("case", "show"), does=_("Show a case."), run="cases:show", add=with_case),
        Command(
            path=("case", "history"), does=_("The journal of a case in words."), run="cases:history", add=with_case
        ),
        Command(
            path=("case", "wellbeing"),
            does=_("The signs seen at each wellbeing talk, over time."),
            run="cases:wellbeing",
            add=with_case,
        ),
        Command(path=("case", "close"), does=_("Close a case, with a reason."), run="cases:close", add=_case_reason),
        Command(
            path=("case", "reopen"),
            does=_("Open a closed case again, with a reason."),
            run="cases:reopen",
            add=_case_reason,
        ),
        Command(
            path=("note", "add"),
            does=_("Write a note; the text comes on standard input."),
            run="cases:add_note",
            add=with_case,
            takes_text=on_stdin,
        ),
        Command(
            path=("guide",), does=_("Show the steps of a case, the next ones first."), run="guiding:show", add=_guide
        ),
        Command(path=("guide", "do"), does=_("Do a step."), run="guiding:do", add=_do),
        Command(
            path=("guide", "set-aside"),
            does=_("Set a step aside, with a reason."),
            run="guiding:set_aside",
            add=_step_reason,
        ),
        Command(
            path=("guide", "take-up"),
            does=_("Take up a step again that was done or set aside."),
            run="guiding:take_up",
            add=with_step,
        ),
        Command(
            path=("guide", "go-past"),
            does=_("Go past what holds a step, where a person may, with a reason."),
            run="guiding:go_past",
            add=_step_reason,
        ),
        Command(
            path=("guide", "put-off"),
            does=_("Put a step off until a day, with a reason; a must no further than its day."),
            run="guiding:put_off",
            add=_put_off,
        ),
        Command(
            path=("today",), does=_("What is overdue, due, waiting or standing still in all cases."), run="todays:show"
        ),
        Command(
            path=("screen",), does=_("Go through the warning signs, one by one."), run="screening:show", add=_screen
        ),
        Command(
            path=("screen", "meeting"),
            does=_("Make the plan of a first meeting, one question after the other."),
            run="screening:meeting",
            add=_screen,
        ),
        Command(
            path=("screen", "print"),
            does=_("Write the meeting plan to a file that is not encrypted, to be taken along."),
            run="screening:print_",
            add=_screen_print,
        ),
        Command(path=("level",), does=_("Decide the level of a case, with a reason."), run="guiding:level", add=_level),
        Command(path=("person", "add"), does=_("Add somebody to a case."), run="cases:add_person", add=_person),
        Command(
            path=("evidence", "add"),
            does=_("Read files where they lie and register their checksums."),
            run="evidence:add",
            add=_evidence_add,
        ),
        Command(
            path=("evidence", "list"), does=_("List the register of a case."), run="evidence:listed", add=with_case
        ),
        Command(
            path=("evidence", "amend"),
            does=_("Add facts to a piece of evidence."),
            run="evidence:amend",
            add=_evidence_amend,
        ),
        Command(
            path=("seal",), does=_("Seal a case into a bundle that opens without Segl."), run="bundles:seal", add=_seal
        ),
        Command(
            path=("open",), does=_("Check a sealed bundle and say the three verdicts."), run="bundles:open_", add=_open
        ),
        *office_commands(),
        *playbook_commands(),
        Command(path=("keys", "show"), does=_("Show the public keys, to give to others."), run="vault:keys"),
        Command(
            path=("passphrase", "change"),
            does=_("Change the vault's passphrase."),
            run="vault:change_passphrase",
            add=_change,
        ),
        *mentor_commands(),
        Command(path=("doctor",), does=_("Verify the whole vault."), run="vault:doctor", add=_doctor),
        Command(path=("where",), does=_("Say where the vaults are and whether the place is fit."), run="place:where"),
        Command(path=("demo",), does=_("Look round in an invented office."), run="showing:demo", add=_demo),
        Command(path=("shell",), does=_("Unlock once and take the same commands line by line."), run="shell:shell"),
    )


def _init(parser: Parser) -> None:
    parser.add_argument(
        "--answers", metavar="FILE", help=_("TOML with office, author, language and contacts; '-' is standard input")
    )
    parser.add_argument(
        "--place-reason-fd",
        metavar="N",
        type=descriptor,
        help=_("why a vault may lie on a disk that is not fit for it, from this descriptor"),
    )
    _kdf(parser)


def _kdf(parser: Parser) -> None:
    parser.add_argument(
        "--kdf",
        choices=FLOORS,
        default="calibrate",
        help=_("what each guess at the passphrase costs: measured, usual, or least (weaker: tests, old machines)"),
    )


def _intake(parser: Parser) -> None:
    parser.add_argument("--intake", metavar="FILE", help=_("TOML with what is known; '-' is standard input"))


def _case_reason(parser: Parser) -> None:
    with_case(parser)
    with_reason(parser)


def _step_reason(parser: Parser) -> None:
    with_step(parser)
    with_reason(parser)


def _guide(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("--all", action="store_true", help=_("the steps that do not apply now, too"))


def _facts(parser: Parser, what: str) -> None:
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--facts", metavar="FILE", help=what)
    either.add_argument("--facts-fd", metavar="N", type=descriptor, help=_("the same from this descriptor"))


def _do(parser: Parser) -> None:
    with_step(parser)
    _facts(parser, _("TOML with the answers of the step: \"fact\" = value; '-' is standard input"))
    parser.add_argument(
        "--reason-fd", metavar="N", type=descriptor, help=_("read a remark to the step from this descriptor")
    )


def _put_off(parser: Parser) -> None:
    with_step(parser)
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--until", metavar="DAY", type=calendar_day, help=_("the day, such as 2026-01-31"))
    when.add_argument("--no-longer", action="store_true", help=_("take back that it was put off"))
    with_reason(parser)


def _screen(parser: Parser) -> None:
    with_case(parser)
    _facts(parser, _('TOML with the answers: "sign.money" = "no"; \'-\' is standard input'))


def _screen_print(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("--format", choices=("html", "txt"), default="html", help=_("a page to print, or plain text"))
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help=_("a new file"))


def _level(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("level", metavar="N", type=level_number, help=_("1 to 5"))
    with_reason(parser)


def _person(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("--person", metavar="FILE", help=_("TOML with name, roles and age; '-' is standard input"))


def _evidence_add(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("paths", metavar="PATH", nargs="+", help=_("a file; it is read and left as it is"))
    _facts(
        parser,
        _("TOML for all the files: platform, accounts, claimed_at, shows, holder, ...; '-' is standard input"),
    )


def _evidence_amend(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("number", metavar="EVIDENCE", help=_("its number, as 'segl evidence list' shows it: E1"))
    _facts(parser, _("TOML: platform, accounts, claimed_at, shows, holder, ...; '-' is standard input"))


def _seal(parser: Parser) -> None:
    with_case(parser)
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument(
        "--to",
        metavar="RECIPIENT",
        action="append",
        help=_("an age recipient (age1...) or a file of them; may be repeated"),
    )
    whom.add_argument(
        "--passphrase-fd", metavar="N", type=descriptor, help=_("seal with the passphrase from this descriptor")
    )
    parser.add_argument(
        "--for", dest="purpose", choices=PURPOSES, required=True, help=_("whom it is for; decides what goes in")
    )
    parser.add_argument("-o", "--output", metavar="FILE", help=_("the sealed file, NAME.segl.age"))
    parser.add_argument("--preview", action="store_true", help=_("list what would go in, and seal nothing"))


def _open(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the sealed file"))
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--identity", metavar="FILE", help=_("an age identity file; then no vault is needed"))
    whose.add_argument(
        "--passphrase-fd", metavar="N", type=descriptor, help=_("the bundle's passphrase from this descriptor")
    )
    parser.add_argument(
        "--signer",
        metavar="FILE",
        help=_("the signer's OpenSSH public key, or an allowed_signers file, that came another way than the bundle"),
    )


def _change(parser: Parser) -> None:
    parser.add_argument(
        "--new-passphrase-fd", metavar="N", type=descriptor, help=_("read the new passphrase from this descriptor")
    )
    _kdf(parser)


def _doctor(parser: Parser) -> None:
    parser.add_argument("--repair", action="store_true", help=_("make the tables that follow the journal anew"))


def _demo(parser: Parser) -> None:
    parser.add_argument("--headless", action="store_true", help=_("no screens: do the main job and check the bundle"))
    parser.add_argument("--out", metavar="DIR", help=_("where the bundle and its key are put"))
    parser.add_argument("--evidence", metavar="PATH", nargs="+", action="extend", help=_("files to register"))
