"""The grammar of the command line. No free text, no name and no secret is ever an argument."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NoReturn

from guidance.dates import parse_day
from guidance.language import _
from tui.cli.failures import UsageFault

_CASE: Final = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{4,64}", re.ASCII)
_STEP: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,80}", re.ASCII)
Add = Callable[["Parser"], None]


class HelpAsked(Exception):
    """`--help` or `--version`: what to print instead of doing anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command.

    Attributes:
        path: its words: `("case", "new")`.
        does: one line of help.
        run: `module:function` below `tui.cli.commands`, imported when it is called.
        add: adds its arguments.
        takes_text: how its text comes; named when somebody writes text as an argument.
    """

    path: tuple[str, ...]
    does: str
    run: str
    add: Add = lambda parser: None
    takes_text: str = ""

    @property
    def name(self) -> str:
        """The words with a space between."""
        return " ".join(self.path)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_rest: object, **_more: object) -> NoReturn:
        raise HelpAsked(parser.format_help())


class _Version(argparse.Action):
    def __call__(self, *_rest: object, **_more: object) -> NoReturn:
        from importlib.metadata import version

        raise HelpAsked(f"segl {version('segl')}")


class Parser(argparse.ArgumentParser):
    """A parser whose complaints never repeat what was typed."""

    command: Command | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(add_help=False, allow_abbrev=False, formatter_class=_Formatter)
        super().__init__(**kwargs)
        self._positionals.title = _("arguments")
        self._optionals.title = _("options")
        self.register("action", "help-asked", _Help)
        self.add_argument("-h", "--help", action="help-asked", nargs=0, help=_("show this help"))
        add_globals(self)

    def error(self, message: str) -> NoReturn:
        """Complain in our own words: argparse would repeat the value, which may be a name or a note."""
        required = "following arguments are required: "
        place = message.partition("argument ")[2].partition(":")[0] if message.startswith("argument ") else ""
        if required in message:
            problem = _("Missing: {names}").format(names=message.partition(required)[2])
        elif "expected" in message and "argument" in message:
            problem = _("{name} needs a value.").format(name=place)
        elif "not allowed with" in message:
            problem = _("{name} does not go together with {other}.").format(
                name=place, other=message.partition("not allowed with argument ")[2]
            )
        elif place:
            problem = _("{name} has a value that is not allowed.").format(name=place)
            if words := self._words_of(place):
                problem += " " + _("It is one of: {choices}").format(choices=", ".join(words))
        else:
            problem = _("The command was not understood.")
        raise UsageFault(problem, self.prog.removeprefix("segl").strip())

    def _words_of(self, place: str) -> tuple[str, ...]:
        """The words that an argument or an option may be, by its name in a complaint of argparse."""
        for action in self._actions:
            if action.choices and place in ("/".join(action.option_strings), action.metavar, action.dest):
                return tuple(str(word) for word in action.choices)
        return ()


def add_globals(parser: Parser) -> None:
    """The options that every command takes, before its words or after them."""
    group = parser.add_argument_group(_("options of every command"))
    default: Any = argparse.SUPPRESS
    group.add_argument(
        "--home",
        metavar="DIR",
        default=default,
        help=_("where Segl keeps its vaults (else SEGL_HOME, else the usual place)"),
    )
    group.add_argument("--vault", metavar="ID", default=default, help=_("which vault, where there are several"))
    group.add_argument("--lang", choices=("da", "en"), default=default, help=_("language of the answers"))
    group.add_argument(
        "--json", action="store_true", default=default, help=_("answer with one JSON document (docs/cli.md)")
    )
    group.add_argument(
        "--no-input", action="store_true", default=default, help=_("never ask; refuse with what would be asked")
    )
    group.add_argument(
        "--allow-cpr",
        action="store_true",
        default=default,
        help=_("the civil registration numbers (CPR) in the text must be there"),
    )
    group.add_argument(
        "--purpose-fd",
        metavar="N",
        type=descriptor,
        default=default,
        help=_("read from this descriptor what a case that is not your own is opened for"),
    )
    group.add_argument(
        "--vault-passphrase-fd",
        metavar="N",
        type=descriptor,
        default=default,
        help=_("read the vault's passphrase from this descriptor"),
    )


def descriptor(value: str) -> int:
    """A descriptor's number."""
    if not value.isascii() or not value.isdigit() or len(value) > 6:
        raise argparse.ArgumentTypeError
    return int(value)


def case_name(value: str) -> str:
    """A case: its reference, its id or a beginning of either; never a title or a name."""
    if not _CASE.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def step_name(value: str) -> str:
    """A step's id."""
    if not _STEP.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def beginning_of_id(value: str) -> str:
    """An id, or enough of its beginning."""
    if not _ID.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value


def calendar_day(value: str) -> date:
    """A day as the fields of the screens read it: `2026-01-31`, `31.1.2026`, `today`, `+6m`."""
    found = typed_day(value)
    if found is None:
        raise argparse.ArgumentTypeError
    return found


def typed_day(text: str) -> date | None:
    """The day that was typed, where "today" is this workstation's; None where it can't be read."""
    return parse_day(text, datetime.now().astimezone().date())


def level_number(value: str) -> int:
    """A level's number."""
    if value not in {"1", "2", "3", "4", "5"}:
        raise argparse.ArgumentTypeError
    return int(value)


def with_again(parser: Parser) -> None:
    """Whether what the case has already is registered once more."""
    parser.add_argument(
        "--again", action="store_true", help=_("register exactly the same file of the same name a second time, too")
    )


def with_cost(parser: Parser) -> None:
    """Whether a passphrase may take more work than usual."""
    parser.add_argument(
        "--costly", action="store_true", help=_("its passphrase may take up to some seconds and 1 GiB of memory to try")
    )


def with_case(parser: Parser) -> None:
    """The case a command is about."""
    parser.add_argument("case", metavar="CASE", type=case_name, help=_("the case's reference, or the beginning of it"))


def with_step(parser: Parser) -> None:
    """A step of a case."""
    with_case(parser)
    parser.add_argument("step", metavar="STEP", type=step_name, help=_("the step's name, as 'segl guide' lists it"))


def with_reason(parser: Parser) -> None:
    """A reason."""
    parser.add_argument("--reason-fd", metavar="N", type=descriptor, help=_("read the reason from this descriptor"))


def with_facts(parser: Parser, what: str) -> None:
    """Answers or facts, as TOML."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--facts", metavar="FILE", help=what)
    either.add_argument("--facts-fd", metavar="N", type=descriptor, help=_("the same from this descriptor"))


_WITH_VALUE: Final = frozenset({"--home", "--vault", "--lang", "--purpose-fd", "--vault-passphrase-fd"})
_ALONE: Final = frozenset({"--json", "--no-input", "--allow-cpr", "-h", "--help", "--version"})


def split(argv: Sequence[str], commands: Sequence[Command]) -> tuple[Command | None, tuple[str, ...], list[str]]:
    """Find the words of the command among the options of every command.

    Returns:
        The command that the words name (None where they name none, or a group), the words, and everything else in
        its order.
    """
    words: tuple[str, ...] = ()
    rest: list[str] = []
    left = list(argv)
    while left:
        one = left.pop(0)
        if one.startswith("-") and one != "-":
            rest.append(one)
            if one in _WITH_VALUE and left:
                rest.append(left.pop(0))
            elif one not in _ALONE and one.partition("=")[0] not in _WITH_VALUE:
                break
            continue
        longer = (*words, one)
        if not any(command.path[: len(longer)] == longer for command in commands):
            rest.append(one)
            break
        words = longer
        if not any(len(command.path) > len(words) and command.path[: len(words)] == words for command in commands):
            break
    found = next((command for command in commands if command.path == words), None)
    return found, words, rest + left


def parse(argv: Sequence[str], commands: Sequence[Command], groups: dict[str, str]) -> argparse.Namespace:
    """Parse a command line; `command` of what comes back is the command.

    Raises:
        UsageFault: it is not as it has to be.
        HelpAsked: help was asked for.
    """
    command, words, rest = split(argv, commands)
    if command is None:
        _general(words, rest, commands, groups)
    parser = Parser(prog=f"segl {command.name}", description=command.does)
    command.add(parser)
    options, extra = parser.parse_known_args(rest)
    if extra:
        raise UsageFault(_too_much(command, extra), command.name)
    options.command = command
    return options


def _too_much(command: Command, extra: Sequence[str]) -> str:
    if any(one.startswith("-") for one in extra):
        return _("An option is not known here.")
    said = _("There are more arguments than the command takes.")
    if command.takes_text:
        return f"{said} {command.takes_text}"
    return f"{said} " + _("Text, names and secrets are never arguments: the shell's history and 'ps' would keep them.")


def _general(words: tuple[str, ...], rest: list[str], commands: Sequence[Command], groups: dict[str, str]) -> NoReturn:
    name = " ".join(words)
    parser = Parser(prog=" ".join(part for part in ("segl", name, "COMMAND ...") if part))
    parser.description = groups.get(name) or _("Guided, encrypted, offline case work. Without a command: the screens.")
    parser.register("action", "version-asked", _Version)
    parser.add_argument("--version", action="version-asked", nargs=0, help=_("show the version"))
    inside = [command for command in commands if command.path[: len(words)] == words]
    width = max(len(command.name) for command in inside) + 2
    listed = "\n".join(f"  {command.name:<{width}}{command.does}" for command in inside)
    parser.epilog = "{title}\n{listed}".format(title=_("commands:"), listed=listed)
    _options, extra = parser.parse_known_args(rest)
    if extra:
        raise UsageFault(_("There is no such command."), name)
    raise UsageFault(_("A command is missing."), name)


def globals_of(argv: Sequence[str]) -> argparse.Namespace | None:
    """The options of every command where the command line has nothing else: then the screens are meant.

    Returns:
        None where there is a command, a call for help, or anything that is not understood: then it is for `main`.
    """
    parser = Parser(prog="segl")
    try:
        options, extra = parser.parse_known_args(list(argv))
    except (UsageFault, HelpAsked):
        return None
    scripted = {"json", "no_input", "allow_cpr", "purpose_fd", "vault_passphrase_fd"} & set(vars(options))
    return None if extra or scripted else options
