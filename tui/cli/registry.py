"""Every command: its words, its help, its arguments, and where its code is. The words are a promise."""

from __future__ import annotations

from typing import Final

from guidance.language import _
from tui.cli.parser import (
    Command,
    Parser,
    calendar_day,
    descriptor,
    level_number,
    with_case,
    with_cost,
    with_facts,
    with_reason,
    with_step,
)
from tui.cli.registry_access import access_commands, access_groups
from tui.cli.registry_backup import backup_commands, backup_groups
from tui.cli.registry_correcting import correcting_commands
from tui.cli.registry_custody import custody_commands
from tui.cli.registry_digests import digest_commands
from tui.cli.registry_evidence import evidence_commands
from tui.cli.registry_exchange import exchange_commands, exchange_groups
from tui.cli.registry_filing import filing_commands, filing_groups
from tui.cli.registry_keys import keys_commands, with_compared
from tui.cli.registry_mentor import mentor_commands, mentor_groups
from tui.cli.registry_office import office_commands, office_groups
from tui.cli.registry_playbook import playbook_commands, playbook_groups
from tui.cli.registry_register import register_commands
from tui.cli.registry_vault import vault_commands, vault_groups
from tui.cli.registry_workstation import workstation_commands, workstation_groups
from tui.cli.values import INTAKE_KEYS, PERSON_KEYS, of_answers, of_intake, of_person

PURPOSES: Final = ("full", "police", "colleague", "authority", "person-concerned", "statistics")
FLOORS: Final = ("calibrate", "default", "floor")


def groups() -> dict[str, str]:
    """What the first words that stand for several commands are about."""
    return {
        "case": _("Cases."),
        "note": _("Notes."),
        "evidence": _("The register of evidence: checksums and facts, never the things."),
        "person": _("The people of a case."),
        "keys": _("Keys and cards: yours, and those of whom you know."),
        "passphrase": _("The vault's passphrase."),
        **backup_groups(),
        **access_groups(),
        **filing_groups(),
        **exchange_groups(),
        **mentor_groups(),
        **office_groups(),
        **playbook_groups(),
        **vault_groups(),
        **workstation_groups(),
    }


def commands() -> tuple[Command, ...]:
    """All commands, in the order of the help."""
    on_stdin = _("The text comes on standard input, never as an argument: the shell's history and 'ps' would keep it.")
    return (
        Command(
            path=("init",), does=_("Set up an office, or join one, and make a vault."), run="vault:init", add=_init
        ),
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
        Command(path=("case", "close"), does=_("Close a case, with a reason."), run="cases:close", add=_close),
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
        Command(
            path=("guide", "show"),
            does=_("Show one step: why, how, what it asks, and whom to turn to."),
            run="guiding:one",
            add=with_step,
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
        *correcting_commands(on_stdin),
        *register_commands(),
        *evidence_commands(),
        *digest_commands(),
        *custody_commands(),
        Command(
            path=("seal",), does=_("Seal a case into a bundle that opens without Segl."), run="bundles:seal", add=_seal
        ),
        Command(
            path=("open",), does=_("Check a sealed bundle and say the three verdicts."), run="bundles:open_", add=_open
        ),
        *access_commands(),
        *filing_commands(),
        *office_commands(),
        *playbook_commands(),
        *exchange_commands(),
        *keys_commands(),
        *workstation_commands(),
        Command(
            path=("passphrase", "change"),
            does=_("Change the vault's passphrase."),
            run="vault:change_passphrase",
            add=_change,
        ),
        *vault_commands(),
        *backup_commands(),
        *mentor_commands(),
        Command(path=("doctor",), does=_("Verify the whole vault."), run="vault:doctor", add=_doctor),
        Command(path=("where",), does=_("Say where the vaults are and whether the place is fit."), run="place:where"),
        Command(path=("demo",), does=_("Look round in an invented office."), run="showing:demo", add=_demo),
        Command(path=("shell",), does=_("Unlock once and take the same commands line by line."), run="shell:shell"),
    )


def _init(parser: Parser) -> None:
    of_answers(parser)
    parser.add_argument(
        "--answers", metavar="FILE", help=_("TOML with office, author, language and contacts; '-' is standard input")
    )
    parser.add_argument(
        "--join",
        metavar="CARD",
        help=_("join the office of this card, which is its administrator's ('segl keys card'); '-' is standard input"),
    )
    with_compared(parser)
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
    of_intake(parser)
    parser.add_argument(
        "--intake", metavar="FILE", help=_("TOML: {keys}; '-' is standard input").format(keys=INTAKE_KEYS)
    )


def _case_reason(parser: Parser) -> None:
    with_case(parser)
    with_reason(parser)


def _close(parser: Parser) -> None:
    _case_reason(parser)
    parser.add_argument(
        "--look-at",
        metavar="DATE",
        type=calendar_day,
        help=_("when to look at whether it is still to be kept; without it the office's rule"),
    )


def _step_reason(parser: Parser) -> None:
    with_step(parser)
    with_reason(parser)


def _guide(parser: Parser) -> None:
    with_case(parser)
    parser.add_argument("--all", action="store_true", help=_("the steps that do not apply now, too"))


def _do(parser: Parser) -> None:
    with_step(parser)
    with_facts(
        parser,
        _("TOML: \"fact\" = value, as 'segl guide show CASE STEP' lists them; '-' is standard input"),
    )
    parser.add_argument(
        "--reason-fd", metavar="N", type=descriptor, help=_("read a remark to the step from this descriptor")
    )


def _put_off(parser: Parser) -> None:
    with_step(parser)
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--until", metavar="DAY", type=calendar_day, help=_("the day, such as 2026-01-31 or +14d"))
    when.add_argument("--no-longer", action="store_true", help=_("take back that it was put off"))
    with_reason(parser)


def _screen(parser: Parser) -> None:
    with_case(parser)
    with_facts(parser, _('TOML: "sign.money" = "no"; \'-\' is standard input; --no-input lists the answers it takes'))


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
    of_person(parser)
    parser.add_argument(
        "--person", metavar="FILE", help=_("TOML: {keys}; '-' is standard input").format(keys=PERSON_KEYS)
    )


def _seal(parser: Parser) -> None:
    with_case(parser)
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument(
        "--to",
        metavar="RECIPIENT",
        action="append",
        help=_(
            "who opens it: an age recipient (age1...), a file of them, or somebody known by their card (the beginning "
            "of the id of 'segl keys list', or a fingerprint), on each of their workstations; may be repeated"
        ),
    )
    whom.add_argument(
        "--passphrase-fd", metavar="N", type=descriptor, help=_("seal with the passphrase from this descriptor")
    )
    parser.add_argument("--for", dest="purpose", choices=PURPOSES, help=_("whom it is for; decides what goes in"))
    parser.add_argument(
        "--withhold",
        metavar="FILE",
        help=_("what is withheld, TOML or JSON; '-' is standard input; for the person concerned and authorities"),
    )
    parser.add_argument(
        "--with-session",
        metavar="SESSION",
        action="append",
        help=_("what was shared in this mentoring session goes along, with a reason for the journal; repeatable"),
    )
    with_reason(parser)
    parser.add_argument("--names", action="store_true", help=_("list the names that the case knows, and its texts"))
    parser.add_argument(
        "--person", metavar="PERSON", help=_("with --names: id of the person whom it is for; else the one violated")
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
        help=_(
            "the signer's OpenSSH public key, an allowed_signers file, or the senders-key.txt of a reader's kit, that "
            "came another way than the bundle"
        ),
    )
    parser.add_argument(
        "--revoked", metavar="FILE", help=_("keys that count no longer, of the same form; they win over all others")
    )
    parser.add_argument(
        "--large", action="store_true", help=_("it is meant to be large: material over 100 MiB, or a very long case")
    )
    with_cost(parser)


def _change(parser: Parser) -> None:
    parser.add_argument(
        "--new-passphrase-fd", metavar="N", type=descriptor, help=_("read the new passphrase from this descriptor")
    )
    _kdf(parser)


def _doctor(parser: Parser) -> None:
    parser.add_argument("--repair", action="store_true", help=_("make the tables that follow the journal anew"))
    parser.add_argument(
        "--settle",
        action="store_true",
        help=_("you know that an old copy of the vault was put back, and took in what others have: it is said no more"),
    )


def _demo(parser: Parser) -> None:
    parser.add_argument("--headless", action="store_true", help=_("no screens: do the main job and check the bundle"))
    parser.add_argument("--out", metavar="DIR", help=_("where the bundle and its key are put"))
    parser.add_argument("--evidence", metavar="PATH", nargs="+", action="extend", help=_("files to register"))
